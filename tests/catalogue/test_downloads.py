"""Stored files are handed out as what they are, to be saved, and shut in."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from catalogue.models import Attachment
from tests.factories import ExampleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def storage(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


def attached(name="a.pdf", **fields):
    example = ExampleFactory(published=True, slug="guides")
    return Attachment.objects.create(
        example=example, title_en="Handbook", file=ContentFile(b"content", name), **fields
    )


@pytest.mark.parametrize(
    ("stored", "label", "content_type", "ending"),
    [
        ("a.pdf", " (PDF)", "application/pdf", "pdf"),
        (
            "a.docx",
            " (DOCX)",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "docx",
        ),
        ("a.odt", " (ODT)", "application/vnd.oasis.opendocument.text", "odt"),
        ("a.xlsx", " (XLSX)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
        ("a.jpg", " (JPEG)", "image/jpeg", "jpg"),
        ("a.html", "", "application/octet-stream", "bin"),
        ("a", "", "application/octet-stream", "bin"),
    ],
    ids=["pdf", "docx", "odt", "xlsx", "jpeg", "page", "no ending"],
)
def test_attachment_download_says_what_the_file_is(client, stored, label, content_type, ending):
    attachment = attached(stored, position=3)

    response = client.get(attachment.get_absolute_url())
    page = client.get("/en/examples/guides/").content.decode()

    assert b"".join(response.streaming_content) == b"content"
    assert {
        name: response[name]
        for name in (
            "Content-Type",
            "Content-Disposition",
            "Content-Security-Policy",
            "X-Content-Type-Options",
        )
    } == {
        "Content-Type": content_type,
        "Content-Disposition": f'attachment; filename="guides-3.{ending}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    assert f'type="{content_type}">Handbook{label}</a>' in page


def test_attachment_download_of_a_lost_file_is_not_found(client):
    attachment = attached()
    default_storage.delete(attachment.file.name)

    assert client.get(attachment.get_absolute_url()).status_code == 404


def test_attachment_is_not_served_from_where_it_is_stored(client):
    attachment = attached()

    assert client.get(attachment.file.url).status_code == 404


def test_attachment_of_a_draft_is_not_found(client):
    attachment = attached()
    type(attachment.example).objects.update(status="draft", published_at=None)

    assert client.get(attachment.get_absolute_url()).status_code == 404
