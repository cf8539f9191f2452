"""Pictures and things that pretend to be one."""

from io import BytesIO

from PIL import Image


def jpeg(size=(40, 30), **options):
    """Return a JPEG that names its camera."""
    exif = Image.Exif()
    exif[0x010F] = "Camera of a private person"
    return encoded(Image.new("RGB", size, "teal"), "JPEG", exif=exif, **options)


def png(size=(40, 30), mode="RGBA"):
    return encoded(Image.new(mode, size), "PNG")


def encoded(picture, kind, **options):
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
