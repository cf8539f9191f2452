"""What the database itself refuses, tried with raw updates that no form or model method sees."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from catalogue.models import CatalogueRevision, Consent, ContactPerson, Example, Network, Topic
from tests.factories import ContactPersonFactory, ExampleFactory, LinkFactory, NetworkFactory, TopicFactory

pytestmark = pytest.mark.django_db


def publish_contact(contact):
    """Set the flag as raw SQL would, and let the database check."""
    ContactPerson.objects.filter(pk=contact.pk).update(is_published=True)
    check_deferred()


def check_deferred():
    """Bring forward what the database checks at the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def consent(contact, **kwargs):
    return Consent.objects.create(contact=contact, text_version="1", how="written", **kwargs)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"status": "published"}, "example_status_fits_its_dates"),
        ({"status": "withdrawn"}, "example_status_fits_its_dates"),
        ({"published_at": timezone.now()}, "example_status_fits_its_dates"),
        (
            {"status": "published", "published_at": timezone.now(), "title_de": "", "title_en": ""},
            "example_published_with_title",
        ),
        ({"kind": "miracle"}, "example_kind_known"),
        ({"running_since": 1899}, "example_running_since_in_range"),
        ({"running_since": 2020, "running_until": 2019}, "example_until_not_before_since"),
        ({"staff_fte": -1}, "example_staff_not_negative"),
        ({"picture": "pictures/x.webp"}, "example_picture_has_alternative_text"),
        ({"status_of_information": datetime.date(2026, 1, 2)}, "example_status_of_information_is_a_month"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_example_update_is_refused(change, constraint):
    example = ExampleFactory()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Example.objects.filter(pk=example.pk).update(**change)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"founding_year": 1899}, "network_founding_year_in_range"),
        ({"founding_year": 2101}, "network_founding_year_in_range"),
        ({"valid_from": 2020, "valid_until": 2019}, "network_valid_until_not_before_from"),
        ({"name": ""}, "network_has_name_and_sort_key"),
        ({"sort_key": ""}, "network_has_name_and_sort_key"),
        ({"status_of_information": datetime.date(2021, 1, 15)}, "network_status_of_information_is_a_month"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_network_update_is_refused(change, constraint):
    network = NetworkFactory()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Network.objects.filter(pk=network.pk).update(**change)


def test_network_sort_key_puts_umlauts_where_a_dictionary_does():
    for name in ("Zoo", "Äpfel", "Apfelbaum", "Ostsee", "Öffnung"):
        NetworkFactory(name=name)

    assert list(Network.objects.values_list("name", flat=True)) == [
        "Äpfel",
        "Apfelbaum",
        "Öffnung",
        "Ostsee",
        "Zoo",
    ]


def repeat_position():
    TopicFactory(position=1)
    check_deferred()


def test_vocabulary_position_is_unique_at_the_end_of_the_transaction():
    TopicFactory(position=1)

    with pytest.raises(IntegrityError, match="topic_position_unique"), transaction.atomic():
        repeat_position()


def test_vocabulary_entry_needs_both_names():
    with pytest.raises(IntegrityError, match="topic_named_in_both_languages"), transaction.atomic():
        Topic.objects.bulk_create([Topic(slug="x", name_de="X", name_en="", position=1)])


def test_contact_is_not_published_without_consent():
    contact = ContactPersonFactory()

    with pytest.raises(IntegrityError, match="without a consent in force"), transaction.atomic():
        publish_contact(contact)


def test_contact_is_not_published_with_the_consent_of_another():
    contact, other = ContactPersonFactory(), ContactPersonFactory()
    consent(other)

    with pytest.raises(IntegrityError, match="without a consent in force"), transaction.atomic():
        publish_contact(contact)


def test_contact_is_published_with_a_consent_given_later_in_the_transaction():
    contact = ContactPersonFactory(is_published=True)
    consent(contact)

    check_deferred()

    contact.refresh_from_db()
    assert contact.is_published is True


@pytest.mark.parametrize("take_back", ["withdraw", "delete"])
def test_contact_disappears_when_consent_is_taken_back(take_back):
    contact = ContactPersonFactory(is_published=True)
    given = consent(contact)
    check_deferred()

    if take_back == "withdraw":
        Consent.objects.filter(pk=given.pk).update(withdrawn_at=timezone.now())
    else:
        given.delete()

    contact.refresh_from_db()
    assert contact.is_published is False


def test_contact_belongs_to_exactly_one_record():
    contact = ContactPersonFactory()

    for change in ({"example": None}, {"network": NetworkFactory()}):
        with (
            pytest.raises(IntegrityError, match="contact_belongs_to_example_or_network"),
            transaction.atomic(),
        ):
            ContactPerson.objects.filter(pk=contact.pk).update(**change)


def test_contact_is_not_published_without_an_address():
    contact = ContactPersonFactory(email="", phone="")

    with pytest.raises(IntegrityError, match="contact_published_with_address"), transaction.atomic():
        ContactPerson.objects.filter(pk=contact.pk).update(is_published=True)


def test_contact_has_one_consent_in_force():
    contact = ContactPersonFactory()
    consent(contact)

    with pytest.raises(IntegrityError, match="consent_one_in_force"), transaction.atomic():
        consent(contact)


def test_history_keeps_no_personal_field_of_a_contact():
    contact = ContactPersonFactory(name="Ada Beispiel", email="ada@example.org", phone="+49 30 23125 100")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_jsonb(e)::text FROM catalogue_contactpersonevent e WHERE pgh_obj_id = %s", [contact.pk]
        )
        kept = " ".join(row[0] for row in cursor.fetchall())

    assert kept
    assert [word for word in ("Ada", "ada@", "23125") if word in kept] == []


def test_former_slug_is_kept_by_a_raw_update():
    example = ExampleFactory(slug="old")

    Example.objects.filter(pk=example.pk).update(slug="new")

    assert list(example.former_slugs.values_list("slug", flat=True)) == ["old"]


def test_former_slug_that_is_used_again_belongs_to_its_new_owner():
    first, second = ExampleFactory(slug="name"), ExampleFactory(slug="other")
    Example.objects.filter(pk=first.pk).update(slug="first")

    Example.objects.filter(pk=second.pk).update(slug="name")

    assert list(first.former_slugs.all()) == []
    assert list(second.former_slugs.values_list("slug", flat=True)) == ["other"]


def test_revision_has_one_row():
    with pytest.raises(IntegrityError, match="cataloguerevision_one_row"), transaction.atomic():
        CatalogueRevision.objects.create(pk=2)


def test_link_belongs_to_exactly_one_record():
    link = LinkFactory()

    with pytest.raises(IntegrityError, match="link_belongs_to_example_or_network"), transaction.atomic():
        type(link).objects.filter(pk=link.pk).update(example=None)
