"""Office documents (DOCX, PPTX, XLSX, ODT): the parts that make one, no macros, nothing embedded that could run.

What a program fetches from another server while it opens a document tells that server who reads it, and may be
exchanged later: refused, but for plain links, which wait for the reader.
"""

import re
from urllib.parse import urlsplit

from catalogue.models.file_kind import BY_EXTENSION, DOCX, ODT, PPTX, XLSX, FileKind
from catalogue.uploads.archives import CONTAINERS, PROGRAMS, Archive
from catalogue.uploads.refusals import Refused

OPEN_XML = "application/vnd.openxmlformats-officedocument."
MAIN_PARTS = {
    DOCX: f"{OPEN_XML}wordprocessingml.document.main+xml",
    PPTX: f"{OPEN_XML}presentationml.presentation.main+xml",
    XLSX: f"{OPEN_XML}spreadsheetml.sheet.main+xml",
}
ACTIVE_TYPES = re.compile(r"macro|vba|activex|obfuscated", re.IGNORECASE)
ACTIVE_NAMES = re.compile(r"(?:\A|/)(?:vba[^/]*|activeX|Basic|Scripts)(?:/|\.bin|\.xml|\Z)", re.IGNORECASE)
DYNAMIC_EXCHANGE = (b"ddelink", b"ddeauto")
"""Table cells and fields that start another program, in small letters."""
OVERLAP = 32
ODT_PARTS = ["content.xml", "META-INF/manifest.xml"]
ODT_XML = [*ODT_PARTS, "styles.xml", "meta.xml", "settings.xml"]


def is_remote(address: str) -> bool:
    """Tell whether opening ``address`` asks another computer: anything but a part, or a file of one's own."""
    plain = address.strip().replace("\\", "/")
    if plain.startswith("//"):
        return True
    try:
        parts = urlsplit(plain)
    except ValueError:
        return True
    is_file = parts.scheme in ("", "file") or len(parts.scheme) == 1  # a drive's letter
    return bool(parts.netloc) or not is_file


def checked_open_xml(content: bytes, kind: FileKind, *, is_embedded: bool = False) -> bytes:
    """Return ``content`` as it is, or refuse it."""
    archive = Archive(content, kind.label)
    types = _content_types(archive)
    if any(ACTIVE_TYPES.search(type_) for type_ in types):
        raise Refused("active_content")
    if MAIN_PARTS[kind] not in types or "_rels/.rels" not in archive.names:
        raise archive.wrong()
    for name in sorted(archive.names):
        if name.endswith(".rels"):
            archive.parse(name, _check_relationship)
        elif name.endswith((".xml", ".vml")):
            _check_markup(archive, name)
        _check_part(archive, name, may_embed=not is_embedded)
    return content


def checked_odt(content: bytes) -> bytes:
    """Return ``content`` as it is, or refuse it."""
    archive = Archive(content, ODT.label)
    # The mark of the kind stands readable at the same place in each file: first, alone, unpacked.
    if content[30:38] != b"mimetype" or not archive.names.issuperset(["mimetype", *ODT_PARTS]):
        raise archive.wrong()
    if archive.read("mimetype") != ODT.content_type.encode():
        raise archive.wrong()
    for name in sorted(archive.names.intersection(ODT_XML)):
        archive.parse(name, _check_odt_element)
    for name in sorted(archive.names):
        _check_part(archive, name, may_embed=False)
    return content


def _content_types(archive: Archive) -> set[str]:
    """Return the content types of all parts."""
    found: set[str] = set()
    if "[Content_Types].xml" not in archive.names:
        raise archive.wrong()
    archive.parse(
        "[Content_Types].xml", lambda _name, attributes: found.add(attributes.get("ContentType", ""))
    )
    return found


def _check_relationship(name: str, attributes: dict[str, str]) -> None:
    if name != "Relationship" or attributes.get("TargetMode") != "External":
        return
    purpose = attributes.get("Type", "").rpartition("/")[2]
    if purpose != "hyperlink" and is_remote(attributes.get("Target", "")):
        raise Refused("remote_content")


def _check_markup(archive: Archive, name: str) -> None:
    """Refuse declarations, and fields that start another program."""
    tail = b""

    def look(chunk: bytes) -> None:
        nonlocal tail
        text = (tail + chunk).lower()
        if any(mark in text for mark in DYNAMIC_EXCHANGE):
            raise Refused("active_content")
        tail = chunk[-OVERLAP:]

    archive.parse(name, on_chunk=look)


def _check_odt_element(name: str, attributes: dict[str, str]) -> None:
    if name == "encryption-data":
        raise Refused("encrypted")
    if name in ("object-ole", "applet", "plugin"):
        raise Refused("embedded_file")
    if name in ("event-listener", "script") or name.startswith("dde-"):
        raise Refused("active_content")
    if name != "a" and attributes.get("actuate") != "onRequest" and is_remote(attributes.get("href", "")):
        raise Refused("remote_content")


def _check_part(archive: Archive, name: str, *, may_embed: bool) -> None:
    """Refuse a part that is a program or holds other files."""
    if ACTIVE_NAMES.search(name):
        raise Refused("active_content")
    start = archive.start(name)
    if start.startswith(PROGRAMS):
        raise Refused("embedded_file")
    if start.startswith(CONTAINERS):
        kind = BY_EXTENSION.get(name.rpartition(".")[2].lower())
        if not may_embed or kind not in MAIN_PARTS:
            raise Refused("embedded_file")
        # The table behind a chart: a document of its own, and nothing further inside.
        checked_open_xml(archive.read(name), kind, is_embedded=True)
