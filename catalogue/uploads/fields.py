"""Form fields for files: every form that takes one uses these."""

import re
import secrets
import unicodedata
from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from catalogue.models import file_kind
from catalogue.models.file_kind import ALLOWED, DOCX, JPEG, ODT, PDF, PNG, PPTX, WEBP, XLSX, FileKind, kind_of
from catalogue.uploads.office import checked_odt, checked_open_xml
from catalogue.uploads.pdfs import checked_pdf
from catalogue.uploads.pictures import webp, written_anew
from catalogue.uploads.refusals import Refused

MEGABYTE = 1024 * 1024
LARGEST_FILE = 10 * MEGABYTE
LONGEST_NAME = 100
LONGEST_EXTENSION = 10

Check = Callable[[bytes], bytes]
"""Returns what is to be stored, or raises ``Refused``."""
CHECKS: dict[FileKind, Check] = {
    PDF: checked_pdf,
    ODT: checked_odt,
    **{kind: partial(checked_open_xml, kind=kind) for kind in (DOCX, PPTX, XLSX)},
}
PICTURES = {PNG: "PNG", JPEG: "JPEG", WEBP: "WEBP"}


def display_name(name: str) -> str:
    """Return a file's name as it may be shown: one short line without signs that steer (it still is to be escaped)."""
    text = unicodedata.normalize("NFC", name)
    # Categories C*: control signs, marks that turn the direction of writing, halves of signs.
    visible = "".join(sign for sign in text if not unicodedata.category(sign).startswith("C"))
    plain = " ".join(re.split(r"[/\\]", visible)[-1].split()).strip(". ")
    if len(plain) <= LONGEST_NAME:
        return plain
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > LONGEST_EXTENSION:
        return plain[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 2]}….{ending}"[:LONGEST_NAME]


class OwnFile(ContentFile):  # type: ignore[type-arg]  # not generic at run time
    """What is stored of an upload: checked content under a name of our own; ``display_name`` is the sender's."""

    def __init__(self, content: bytes, extension: str, display_name: str) -> None:
        super().__init__(content, name=f"{secrets.token_hex(16)}.{extension}")
        self.display_name = display_name


class OwnFileField(forms.FileField):
    """A file that is checked and stored anew; a file already stored passes unchanged."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if not isinstance(file, UploadedFile):
            return file
        if file.size is None or file.size > LARGEST_FILE:
            raise Refused("too_large")
        return self.own(file)

    def own(self, file: "UploadedFile[Any]") -> OwnFile:
        raise NotImplementedError


class PictureField(OwnFileField):
    """A picture, made small and rid of everything that a camera writes into it (place, owner)."""

    widget = forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})

    def own(self, file: "UploadedFile[Any]") -> OwnFile:
        return OwnFile(webp(file), WEBP.extension, display_name(file.name or ""))


class AttachmentField(OwnFileField):
    """A document or picture of the allowed kinds, whose content is what its name says."""

    widget = forms.ClearableFileInput(attrs={"accept": ",".join(f".{kind.extension}" for kind in ALLOWED)})

    def own(self, file: "UploadedFile[Any]") -> OwnFile:
        name = display_name(file.name or "")
        kind = kind_of(name)
        if kind is file_kind.UNKNOWN:
            raise Refused("not_allowed", kinds=", ".join(allowed.label for allowed in ALLOWED))
        return OwnFile(_checked(kind, file), kind.extension, name)


def _checked(kind: FileKind, file: "UploadedFile[Any]") -> bytes:
    if kind not in PICTURES:
        return CHECKS[kind](file.read())
    try:
        return written_anew(file, PICTURES[kind])
    except Refused as refused:
        if refused.code != "not_a_picture":
            raise
        raise Refused("wrong_content", kind=kind.label) from None
