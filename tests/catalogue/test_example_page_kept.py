"""The page of an example that was drawn before: the same for everybody, and never older than what it shows."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone, translation

from catalogue import facets, index
from catalogue.example_page import pages
from catalogue.models import Attachment, Consent, Example, Network
from tests.catalogue.office import office_person
from tests.factories import (
    BoardStatementFactory,
    ContactPersonFactory,
    ExampleFactory,
    FederalStateFactory,
    LinkFactory,
    NetworkFactory,
    TopicFactory,
    TransferFactory,
)
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db
ADDRESS = "/en/examples/tandem/"


@pytest.fixture
def example():
    """An example with a row in every part of its page, and one related to it."""
    topics = [TopicFactory(name_en="Mentoring")]
    example = ExampleFactory(
        published=True,
        slug="tandem",
        title_en="Tandem",
        levels={"transferable": 5},
        network=NetworkFactory(name="Netz Musterland"),
        states=[FederalStateFactory(name_en="Saxony")],
        topics=topics,
    )
    contact = ContactPersonFactory(example=example, name="Kontakt", is_published=True)
    Consent.objects.create(contact=contact, text_version="1", how="written")
    LinkFactory(example=example, title_en="Report")
    TransferFactory(example=example, institution="Stadt Beispiel")
    Attachment.objects.create(example=example, title_en="Guide", file=ContentFile(b"%PDF", "a.pdf"))
    ExampleFactory(published=True, slug="other", title_en="Buddies", topics=topics)
    return example


def page(client, address=ADDRESS, **headers):
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def edit(example, **fields):
    """Change an example as the office does."""
    Example.objects.filter(pk=example.pk).update(**fields)
    index.refresh([example.pk])


CHANGES = {
    "title": lambda example: edit(example, title_en="Renamed"),
    "contact": lambda example: example.contacts.update(is_published=False),
    "contact's address": lambda example: example.contacts.update(is_email_shown=False),
    "link": lambda example: example.links.update(health="dead"),
    "attachment": lambda example: example.attachments.all().delete(),
    "transfer": lambda example: example.transfers.update(confirmed_on=None),
    "board": lambda example: BoardStatementFactory(example=example, criterion="efficient"),
    "network": lambda example: type(example.network).objects.update(is_published=False),
    "topic": lambda example: type(example.topics.get()).objects.update(name_en="Advice"),
    "state": lambda example: type(example.states.get()).objects.update(name_en="Bavaria"),
    "related": lambda example: edit(Example.objects.get(slug="other"), title_en="Friends"),
    "related withdrawn": lambda example: edit(
        Example.objects.get(slug="other"), status="withdrawn", withdrawn_at=timezone.now()
    ),
}


def test_page_drawn_before_is_the_same_and_asks_for_the_revision_only(
    client, example, django_assert_num_queries
):
    first = page(client)

    with django_assert_num_queries(1):
        assert page(client) == first


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_page_shows_a_change_at_once(client, example, change):
    before = page(client)

    change(example)

    after = page(client)
    assert after != before
    facets._current._snapshot = None
    assert page(client) == after


def test_page_of_a_withdrawn_example_is_gone_at_once(client, example):
    page(client)

    edit(example, status="withdrawn", withdrawn_at=timezone.now())

    assert client.get(ADDRESS).status_code == 410


def test_page_is_drawn_anew_each_day(client, example, monkeypatch):
    address = ("tandem", "http://testserver/", ("en", "/"))
    page(client)
    today = pages.get(facets.current(), address)
    tomorrow = timezone.localdate() + timezone.timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *_arguments: tomorrow)

    assert ("content" in today, pages.get(facets.current(), address)) == (True, None)


def test_page_is_kept_apart_by_language_and_host(client, example, settings):
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]

    with translation.override("de"):
        german = page(client, example.get_absolute_url())
    english, elsewhere = page(client), page(client, host="localhost")

    assert ("http://testserver/de/beispiele/tandem/" in german, "Netz Musterland" in german) == (True, True)
    assert english.count("http://testserver/") == elsewhere.count("http://localhost/") > 3
    assert "http://testserver/" not in elsewhere


def test_query_of_a_page_drawn_before_stays_its_own(client, example):
    plain = page(client)

    queried = page(client, f"{ADDRESS}?from=letter")

    assert 'hreflang="de" href="http://testserver/de/beispiele/tandem/?from=letter"' in queried
    assert page(client) == plain
    assert queried.replace("?from=letter", "") == plain


def test_person_who_is_signed_in_sees_the_public_page(client, example):
    public = page(client)

    assert page(signed_in(office_person())) == public


def test_preview_is_neither_kept_nor_made_of_what_is(client, example):
    public = page(client)
    office = signed_in(office_person())

    preview = page(office, reverse("admin:catalogue_example_preview", args=[example.pk]))

    assert ("Preview: " in preview, "Preview: " in public, "ld+json" in preview) == (True, False, False)
    assert page(client) == public


def test_pages_take_no_more_than_their_room(client, example, monkeypatch):
    monkeypatch.setattr(pages, "max_bytes", 20_000)
    others = ExampleFactory.create_batch(6, published=True)

    for other in others:
        page(client, f"/en/examples/{other.slug}/")

    assert 1 <= pages.count(facets.current()) < 6


def test_page_that_fails_half_way_is_not_kept(client, example, monkeypatch):
    def fails(_network):
        raise RuntimeError

    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(Network, "get_absolute_url", fails)
        assert client.get(ADDRESS).status_code == 500

    assert "Netz Musterland" in page(client)
