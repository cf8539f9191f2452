"""Pictures in the storage: each with smaller ones beside it, and its size in its name.

So a page can offer every reader the size that fits and keep the place free for it, without opening a file.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import IO, Any, NamedTuple

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.db import models
from django.db.models.fields.files import FieldFile
from PIL import Image, UnidentifiedImageError

SMALLER_WIDTHS = (480, 960)
"""Pixels; a phone's column, and a desktop's. The stored picture itself is the largest."""
WEBP: dict[str, Any] = {"format": "WEBP", "quality": 82, "method": 4}
SIZED = re.compile(r"-(?P<width>\d{1,5})x(?P<height>\d{1,5})(?:_\w{7})?\.\w+\Z")
"""The end of a name with a size; the storage puts seven signs behind it where a name is taken."""


class Size(NamedTuple):
    width: int
    height: int


def size_in(name: str) -> Size | None:
    """Return the size that the name tells, if it tells one."""
    found = SIZED.search(name)
    return Size(int(found["width"]), int(found["height"])) if found else None


def with_size(name: str, content: IO[bytes]) -> str:
    """Return ``a.webp`` as ``a-1200x675.webp``; as it is if that is no picture that we can read."""
    try:
        with Image.open(content) as picture:
            width, height = picture.size
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return name
    finally:
        content.seek(0)
    stem, _dot, ending = name.rpartition(".")
    return f"{stem}-{width}x{height}.{ending}"


def smaller_names(name: str) -> dict[int, str]:
    """Return the names of the smaller pictures by their widths: those that are narrower than the picture."""
    size = size_in(name)
    stem = name.rpartition(".")[0]
    return {width: f"{stem}-{width}.webp" for width in SMALLER_WIDTHS if size and width < size.width}


def store_smaller(storage: Storage, name: str, content: IO[bytes]) -> None:
    """Store the smaller ones of a picture that is stored as ``name``, in place of what has their names."""
    for width, smaller in smaller_names(name).items():
        content.seek(0)
        storage.delete(smaller)
        storage.save(smaller, ContentFile(_narrowed(content, width)))


def _narrowed(content: IO[bytes], width: int) -> bytes:
    with Image.open(content) as picture:
        height = max(1, round(picture.height * width / picture.width))
        plain = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    out = BytesIO()
    plain.resize((width, height), Image.Resampling.LANCZOS).save(out, **WEBP)
    return out.getvalue()


class StoredPicture(FieldFile):
    """A picture of the storage and the smaller ones that belong to it."""

    def save(self, name: str, content: "File[Any]", save: bool = True) -> None:
        source: Any = content.file if content.file is not None else content
        super().save(with_size(name, source), content, save=False)
        store_smaller(self.storage, self.name or "", source)
        if save:
            self.instance.save()

    def delete(self, save: bool = True) -> None:
        for smaller in smaller_names(self.name or "").values():
            self.storage.delete(smaller)
        super().delete(save=save)

    save.alters_data = delete.alters_data = True  # type: ignore[attr-defined]

    @property
    def pixels(self) -> Size | None:
        return size_in(self.name or "")

    @property
    def srcset(self) -> str:
        """Return all sizes as ``srcset`` wants them; empty if there is only one."""
        return ", ".join(self._sources()) if smaller_names(self.name or "") else ""

    def _sources(self) -> Iterator[str]:
        for width, name in smaller_names(self.name or "").items():
            yield f"{self.storage.url(name)} {width}w"
        if self.pixels:
            yield f"{self.url} {self.pixels.width}w"


class PictureColumn(models.FileField):
    """A ``FileField`` whose files are pictures; the database does not know the difference."""

    attr_class = StoredPicture

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.FileField", args, kwargs
