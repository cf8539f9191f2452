"""Pictures are never stored as they came: the pixels are written anew, and nothing else survives.

With that, place, owner and camera are gone, and so is whatever else was hidden in front of, in or behind them.
"""

import warnings
from io import BytesIO
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from PIL import Image, ImageOps

from catalogue.models.picture import WEBP
from catalogue.uploads.refusals import Refused

LARGEST_PICTURE = 40_000_000
"""Pixels: more than any camera of the office makes, little enough to unpack (4 bytes each)."""
PICTURE_FORMATS = ("JPEG", "PNG", "WEBP")
WIDEST, TALLEST = 1600, 2400
WRITE: dict[str, dict[str, Any]] = {
    "JPEG": {"format": "JPEG", "quality": 90, "optimize": True},
    "PNG": {"format": "PNG"},
    "WEBP": {**WEBP, "quality": 90},
}
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

Readable = IO[Any] | UploadedFile  # type: ignore[type-arg]  # not generic at run time


def webp(file: Readable) -> bytes:
    """Return the picture as WebP of at most 1600 pixels in width, upright, without metadata."""
    picture = _plain(file, PICTURE_FORMATS)
    picture.thumbnail((WIDEST, TALLEST), Image.Resampling.LANCZOS)
    return _written(picture, **WEBP)


def written_anew(file: Readable, kind: str) -> bytes:
    """Return a picture of the format ``kind`` in the same format and size, upright, without metadata."""
    return _written(_plain(file, (kind,)), **WRITE[kind])


def _plain(file: Readable, formats: tuple[str, ...]) -> Image.Image:
    """Return the pixels, upright."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=formats) as picture:
                _check_pixels(picture)
                upright = ImageOps.exif_transpose(picture)
                return upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (*BROKEN_PICTURE, Image.DecompressionBombWarning):
        raise Refused("not_a_picture") from None


def _check_pixels(picture: Image.Image) -> None:
    """Ask before anything is unpacked."""
    if picture.width * picture.height > LARGEST_PICTURE:
        raise Refused("too_many_pixels")


def _written(picture: Image.Image, **options: Any) -> bytes:
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    out = BytesIO()
    clean.save(out, **options)
    return out.getvalue()
