"""What the office uploads: judged by content, never by name, and stored under a name of our own."""

import secrets
import warnings
from io import BytesIO
from typing import IO, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

MEGABYTE = 1024 * 1024
LARGEST_FILE = 10 * MEGABYTE
LARGEST_PICTURE = 40_000_000
"""Pixels: more than any camera of the office makes, little enough to unpack (4 bytes each)."""
PICTURE_FORMATS = ("JPEG", "PNG", "WEBP")
WIDEST, TALLEST = 1600, 2400
BROKEN_PICTURE = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    OverflowError,
    Image.DecompressionBombError,
)
"""What Pillow raises at damaged or hostile files; ``UnidentifiedImageError`` is an ``OSError``."""


class OwnFileField(forms.FileField):
    """A file that is checked and stored anew; a file already stored passes unchanged."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if not isinstance(file, UploadedFile):
            return file
        if file.size is None or file.size > LARGEST_FILE:
            raise ValidationError(_("The file is larger than 10 MB."), code="too_large")
        return self.own(file)

    def own(self, file: "UploadedFile[Any]") -> "ContentFile[bytes]":
        raise NotImplementedError


class PictureField(OwnFileField):
    """A picture, made small and rid of everything that a camera writes into it (place, owner)."""

    widget = forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})

    def own(self, file: "UploadedFile[Any]") -> "ContentFile[bytes]":
        return ContentFile(webp(file), name=f"{secrets.token_hex(8)}.webp")


class PdfField(OwnFileField):
    """A PDF."""

    widget = forms.ClearableFileInput(attrs={"accept": "application/pdf"})

    def own(self, file: "UploadedFile[Any]") -> "ContentFile[bytes]":
        content = file.read()
        if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-2048:]:
            raise ValidationError(_("This is not a PDF file."), code="not_a_pdf")
        return ContentFile(content, name=f"{secrets.token_hex(8)}.pdf")


def webp(file: "IO[Any] | UploadedFile[Any]") -> bytes:
    """Return the picture as WebP of at most 1600 pixels in width, upright, without metadata."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=PICTURE_FORMATS) as picture:
                return _encode(picture)
    except (*BROKEN_PICTURE, Image.DecompressionBombWarning):
        raise ValidationError(
            _("This is not a picture in JPEG, PNG or WebP format."), code="not_a_picture"
        ) from None


def _encode(picture: Image.Image) -> bytes:
    if picture.width * picture.height > LARGEST_PICTURE:
        raise TooManyPixels
    upright = ImageOps.exif_transpose(picture)
    has_transparency = "A" in upright.getbands() or "transparency" in upright.info
    plain = upright.convert("RGBA" if has_transparency else "RGB")
    plain.thumbnail((WIDEST, TALLEST), Image.Resampling.LANCZOS)
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    out = BytesIO()
    clean.save(out, "WEBP", quality=82, method=4)
    return out.getvalue()


class TooManyPixels(ValidationError):
    """A picture that would need too much memory to open."""

    def __init__(self) -> None:
        super().__init__(
            _("The picture has more than 40 million pixels. Please make it smaller first."),
            code="too_many_pixels",
        )
