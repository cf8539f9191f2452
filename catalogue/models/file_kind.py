"""The kinds of file that may hang on an example. A stored file's ending is ours, so it says which kind it is."""

from typing import NamedTuple


class FileKind(NamedTuple):
    label: str
    extension: str
    content_type: str


OPEN_XML = "application/vnd.openxmlformats-officedocument"
PDF = FileKind("PDF", "pdf", "application/pdf")
DOCX = FileKind("DOCX", "docx", f"{OPEN_XML}.wordprocessingml.document")
ODT = FileKind("ODT", "odt", "application/vnd.oasis.opendocument.text")
PPTX = FileKind("PPTX", "pptx", f"{OPEN_XML}.presentationml.presentation")
XLSX = FileKind("XLSX", "xlsx", f"{OPEN_XML}.spreadsheetml.sheet")
PNG = FileKind("PNG", "png", "image/png")
JPEG = FileKind("JPEG", "jpg", "image/jpeg")
WEBP = FileKind("WebP", "webp", "image/webp")
UNKNOWN = FileKind("", "bin", "application/octet-stream")
"""What came in by another way than an upload: handed out, but never opened as something."""

ALLOWED = (PDF, DOCX, ODT, PPTX, XLSX, PNG, JPEG, WEBP)
BY_EXTENSION = {kind.extension: kind for kind in ALLOWED} | {"jpeg": JPEG}


def kind_of(name: str) -> FileKind:
    """Return the kind that the ending of ``name`` promises."""
    _stem, dot, ending = name.rpartition(".")
    return BY_EXTENSION.get(ending.lower(), UNKNOWN) if dot else UNKNOWN
