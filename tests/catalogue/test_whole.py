"""The example with its parts by one statement: the same as what Django fetches by ten."""

import datetime

import pytest
from django.core.files.base import ContentFile
from django.db import models

from catalogue.models import Attachment, Consent, Example
from catalogue.whole import CHOSEN, LISTS, whole
from tests.factories import (
    AudienceFactory,
    ContactPersonFactory,
    ExampleFactory,
    FederalStateFactory,
    LinkFactory,
    NetworkFactory,
    TargetGroupFactory,
    TopicFactory,
    TransferFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def full():
    """An example with two rows in each of its parts, in an order that is not that of the keys."""
    example = ExampleFactory(
        published=True,
        slug="full",
        network=NetworkFactory(),
        staff_fte="1.5",
        levels={"efficient": 5, "transferable": 3},
        topics=[TopicFactory(position=9), TopicFactory(position=8)],
        target_groups=[TargetGroupFactory(position=9), TargetGroupFactory(position=8)],
        audiences=[AudienceFactory(position=9), AudienceFactory(position=8)],
        states=[FederalStateFactory(position=9), FederalStateFactory(position=8)],
    )
    for position in (2, 1):
        LinkFactory(example=example, position=position, title_de='„Ä" \\ \n<b>')
        Attachment.objects.create(
            example=example, title_de="Anlage", file=ContentFile(b"%PDF", "a.pdf"), position=position
        )
        TransferFactory(example=example, year=2000 + position)
        contact = ContactPersonFactory(example=example, position=position, is_published=True)
        Consent.objects.create(contact=contact, text_version="1", how="written")
    return example


def columns(record, names=None):
    names = names or [field.attname for field in record._meta.concrete_fields]
    return {name: getattr(record, name) for name in names}


def without_dates(record):
    fields = record._meta.concrete_fields
    return columns(record, [field.attname for field in fields if not isinstance(field, models.DateField)])


def test_whole_is_what_django_fetches(full):
    by_django = Example.objects.with_page_parts().get(slug="full")

    found = whole("full")

    assert columns(found) == columns(by_django)
    for name in LISTS:
        expected = [without_dates(row) for row in getattr(by_django, name).all()]
        assert [without_dates(row) for row in getattr(found, name).all()] == expected
        assert len(expected) == 2
    for name in CHOSEN:
        expected = [without_dates(row) for row in getattr(by_django, name)]
        assert [without_dates(row) for row in getattr(found, name)] == expected
        assert len(expected) == 2


def test_whole_asks_once_and_no_more_for_what_the_page_shows(full, django_assert_num_queries):
    whole("full")

    with django_assert_num_queries(1):
        found = whole("full")
        shown = [
            found.network.name,
            found.shown_network.get_absolute_url(),
            *(str(row) for name in LISTS for row in getattr(found, name).all()),
            *(attachment.get_absolute_url() for attachment in found.attachments.all()),
            *(contact.name for contact in found.shown_contacts),
            *(transfer.institution for transfer in found.confirmed_transfers),
        ]

    assert len(shown) == 2 + 2 * len(LISTS) + 2 + 2 + 2


def test_whole_fetches_what_else_is_asked_for(full):
    found = whole("full")

    assert found.network.category == full.network.category
    assert {transfer.confirmed_on for transfer in found.confirmed_transfers} == {
        transfer.confirmed_on for transfer in full.transfers.all()
    }


@pytest.mark.parametrize("state", ["draft", "published", "withdrawn"])
def test_whole_finds_an_example_in_any_state(state):
    example = ExampleFactory(**({} if state == "draft" else {state: True}))

    assert (whole(example.slug), whole(example.slug).status) == (example, state)


def test_whole_finds_nothing_by_another_slug(full):
    assert whole("ful") is None


def test_whole_leaves_out_who_may_not_be_shown_and_what_nobody_confirmed():
    example = ExampleFactory(published=True, network=None)
    ContactPersonFactory(example=example, is_published=False)
    TransferFactory(example=example, confirmed_on=None)
    LinkFactory(example=ExampleFactory())

    found = whole(example.slug)

    assert (found.network, found.shown_contacts, found.confirmed_transfers) == (None, [], [])
    assert [row for name in LISTS for row in getattr(found, name).all()] == []


def test_whole_sees_a_change_at_once(full):
    whole("full")
    full.links.all().delete()
    Example.objects.filter(pk=full.pk).update(title_de="Neu", decided_on=datetime.date(2025, 1, 2))

    found = whole("full")

    assert (found.title_de, found.decided_on, list(found.links.all())) == (
        "Neu",
        datetime.date(2025, 1, 2),
        [],
    )
