from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from catalogue.uploads import PictureField
from catalogue.uploads.fields import LARGEST_FILE
from catalogue.uploads.pictures import webp
from tests.catalogue.pictures import encoded, jpeg, png


def opened(content):
    return Image.open(BytesIO(webp(BytesIO(content))))


def refusal(content):
    with pytest.raises(ValidationError) as caught:
        PictureField().clean(SimpleUploadedFile("a.png", content))
    return caught.value.code


@pytest.mark.parametrize(
    "content", [jpeg(), png(), png(mode="P"), png(mode="1"), png(mode="I;16")], ids=range(5)
)
def test_picture_becomes_webp_of_the_same_size(content):
    assert (opened(content).format, opened(content).size) == ("WEBP", (40, 30))


@pytest.mark.parametrize(
    ("size", "expected"),
    [((3200, 1000), (1600, 500)), ((1000, 4800), (500, 2400)), ((1600, 900), (1600, 900))],
)
def test_picture_is_made_smaller_never_larger(size, expected):
    assert opened(jpeg(size)).size == expected


def test_picture_carries_no_metadata():
    result = opened(jpeg())

    assert (dict(result.getexif()), result.info.get("exif"), result.info.get("icc_profile")) == (
        {},
        None,
        None,
    )


def test_picture_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter

    assert opened(encoded(Image.new("RGB", (40, 30)), "JPEG", exif=exif)).size == (30, 40)


def test_transparency_is_kept():
    assert opened(png()).mode == "RGBA"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture"),
        (b"GIF89a" + b"\0" * 40, "not_a_picture"),
        (jpeg()[:200], "not_a_picture"),
        (png()[:60], "not_a_picture"),
        (png((8000, 6000), mode="1"), "too_many_pixels"),
        (png((12000, 12000), mode="1"), "not_a_picture"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * LARGEST_FILE, "too_large"),
    ],
    ids=["svg", "gif", "cut jpeg", "cut png", "48 million pixels", "bomb", "too large"],
)
def test_hostile_picture_is_refused(content, code):
    assert refusal(content) == code
