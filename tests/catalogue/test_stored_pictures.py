"""Each stored picture has smaller ones beside it, and pages offer them."""

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from catalogue.models.picture import size_in, smaller_names
from catalogue.uploads import PictureField
from tests.catalogue.pictures import jpeg, png
from tests.catalogue.test_uploads_hostile import upload
from tests.factories import ExampleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def storage(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


def with_picture(content, name="a.webp", **fields):
    example = ExampleFactory(picture_alt_en="Two people", **fields)
    example.picture.save(name, ContentFile(content))
    return example


def sizes(example):
    """Return the sizes of all stored pictures by their names."""
    found = {}
    for name in default_storage.listdir("pictures")[1]:
        with default_storage.open(f"pictures/{name}") as file:
            found[name] = Image.open(file).size
    return found


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (
            (1600, 900),
            {
                "a-1600x900.webp": (1600, 900),
                "a-1600x900-960.webp": (960, 540),
                "a-1600x900-480.webp": (480, 270),
            },
        ),
        ((960, 10), {"a-960x10.webp": (960, 10), "a-960x10-480.webp": (480, 5)}),
        ((481, 1), {"a-481x1.webp": (481, 1), "a-481x1-480.webp": (480, 1)}),
        ((480, 300), {"a-480x300.webp": (480, 300)}),
    ],
    ids=["large", "middle", "flat", "small"],
)
def test_picture_is_stored_in_all_sizes_that_are_smaller(size, expected):
    assert sizes(with_picture(jpeg(size))) == expected


def test_uploaded_picture_is_stored_in_three_sizes():
    example = ExampleFactory(picture_alt_en="Two people")
    example.picture = PictureField().clean(upload("a.png", png((3200, 1800))))

    example.save()

    assert sorted(sizes(example).values()) == [(480, 270), (960, 540), (1600, 900)]
    assert example.picture.pixels == (1600, 900)


def test_smaller_picture_keeps_transparency():
    example = with_picture(png((500, 10)))

    with default_storage.open(smaller_names(example.picture.name)[480]) as file:
        assert Image.open(file).mode == "RGBA"


def test_picture_that_cannot_be_read_is_stored_under_its_name():
    example = with_picture(b"no picture")

    assert (example.picture.name, example.picture.pixels, example.picture.srcset) == (
        "pictures/a.webp",
        None,
        "",
    )


def test_picture_is_deleted_with_its_smaller_ones():
    example = with_picture(jpeg((1600, 900)))

    example.picture.delete()

    assert default_storage.listdir("pictures") == ([], [])


def test_picture_whose_name_is_taken_still_knows_its_size():
    first, second = with_picture(jpeg((500, 10))), with_picture(jpeg((500, 10)))

    assert first.picture.name != second.picture.name
    assert second.picture.pixels == (500, 10)
    assert len(sizes(second)) == 4


@pytest.mark.parametrize(
    "name", ["", "pictures/a.webp", "pictures/a-12.webp", "pictures/a-1x2x.webp", "a-1x2"]
)
def test_name_without_size_tells_none(name):
    assert (size_in(name), smaller_names(name)) == (None, {})


def picture_of(client, example):
    html = client.get(f"/en/examples/{example.slug}/").content.decode()
    (tag,) = re.findall(r"<figure[^>]*>\s*<img ([^>]*)>", html)
    return dict(re.findall(r'(\w+)="([^"]*)"', tag))


def test_example_detail_offers_all_sizes_of_the_picture(client):
    example = with_picture(jpeg((1600, 900)), published=True)

    assert picture_of(client, example) == {
        "src": "/files/pictures/a-1600x900.webp",
        "srcset": "/files/pictures/a-1600x900-480.webp 480w, /files/pictures/a-1600x900-960.webp 960w, "
        "/files/pictures/a-1600x900.webp 1600w",
        "sizes": "(min-width: 80rem) 51rem, (min-width: 60rem) calc(100vw - 29rem), 100vw",
        "alt": "Two people",
        "width": "1600",
        "height": "900",
    }


def test_example_detail_copes_with_a_picture_of_unknown_size(client):
    example = with_picture(b"no picture", published=True)

    assert picture_of(client, example) == {
        "src": "/files/pictures/a.webp",
        "alt": "Two people",
        "width": "1200",
        "height": "675",
    }
