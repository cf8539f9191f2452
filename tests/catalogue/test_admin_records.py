import datetime

import pytest
from django.utils import timezone

from catalogue.models import Consent, ContactPerson, ExampleIndex, Feedback, Network, Topic
from tests.catalogue.office import sent
from tests.factories import (
    ContactPersonFactory,
    ExampleFactory,
    FederalStateFactory,
    NetworkFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db

ADMIN = "/en/admin/catalogue/"


def save(client, model, record, **changes):
    url = f"{ADMIN}{model}/{record.pk}/change/"
    return client.post(url, sent(client.get(url), **changes))


def errors(response):
    found = list(response.context["adminform"].form.errors)
    for inline in response.context["inline_admin_formsets"]:
        found += [str(error) for error in inline.formset.non_form_errors()]
        found += [f"{row.prefix}-{name}" for row in inline.formset.forms for name in row.errors]
    return found


# Networks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_network_list_runs_a_constant_number_of_statements(office, django_assert_num_queries, number):
    NetworkFactory.create_batch(number)

    with django_assert_num_queries(12):
        office.get(f"{ADMIN}network/")


def test_network_change_updates_the_index_of_its_examples(office):
    example = ExampleFactory(published=True)

    save(office, "network", example.network, is_published=None)

    assert ExampleIndex.objects.get(pk=example.pk).network is None


def test_network_keeps_order_and_lists(office):
    state = FederalStateFactory()
    network = NetworkFactory()

    save(office, "network", network, name="Äußeres Netz", states=[state.pk], successors=[NetworkFactory().pk])

    network.refresh_from_db()
    assert (network.sort_key, list(network.states.all()), network.successors.count()) == (
        "ausseres netz",
        [state],
        1,
    )


def test_network_that_ends_before_it_began_is_an_error(office):
    response = save(office, "network", NetworkFactory(), valid_from="2020", valid_until="2010")

    assert response.status_code == 200
    assert Network.objects.get().valid_from is None


def test_published_network_cannot_be_deleted(office):
    network = NetworkFactory()

    assert office.post(f"{ADMIN}network/{network.pk}/delete/", {"post": "yes"}).status_code == 403


def test_network_with_examples_is_not_deleted(office):
    network = ExampleFactory(network__is_published=False).network

    page = office.post(f"{ADMIN}network/{network.pk}/delete/", {"post": "yes"})

    assert "cannot be deleted" in page.content.decode()
    assert Network.objects.exists()


# Vocabularies --------------------------------------------------------------------------------------------


def test_term_change_updates_the_index(office):
    topic = TopicFactory()
    example = ExampleFactory(published=True, topics=[topic])

    save(office, "topic", topic, name_de="Pflegeberufe")

    assert "pflegeberufe" in ExampleIndex.objects.get(pk=example.pk).words


def test_term_in_use_is_not_deleted(office):
    topic = TopicFactory()
    ExampleFactory(topics=[topic], title_en="The user")

    page = office.post(f"{ADMIN}topic/{topic.pk}/delete/", {"post": "yes"}).content.decode()

    assert "cannot be deleted" in page
    assert "Example: The user" in page
    assert Topic.objects.get() == topic


def test_term_in_use_by_many_names_some(office):
    topic = TopicFactory()
    ExampleFactory.create_batch(12, topics=[topic])

    page = office.get(f"{ADMIN}topic/{topic.pk}/delete/").content.decode()

    assert "… and 2 more" in page


def test_unused_term_is_deleted(office):
    topic = TopicFactory()

    office.post(f"{ADMIN}topic/{topic.pk}/delete/", {"post": "yes"})

    assert not Topic.objects.exists()


@pytest.mark.parametrize("given", [{"name_en": ""}, {"position": "2"}, {"slug": ""}], ids=str)
def test_term_refuses_what_the_database_would(office, given):
    topic = TopicFactory(position=1)
    TopicFactory(position=2)

    assert save(office, "topic", topic, **given).status_code == 200


# Contacts and consents -----------------------------------------------------------------------------------


@pytest.fixture
def contact():
    return ContactPersonFactory(is_published=False)


def consent_row(**values):
    given = {"how": "written", "text_version": "1", "given_at": "2024-05-01T10:00:00", **values}
    return {f"consents-0-{name}": value for name, value in given.items()}


def test_contact_is_shown_with_a_consent_recorded_at_once(office, contact):
    save(office, "contactperson", contact, is_published="on", **consent_row())

    contact.refresh_from_db()
    assert (contact.is_published, contact.consents.count()) == (True, 1)


def test_contact_is_not_shown_without_consent(office, contact):
    response = save(office, "contactperson", contact, is_published="on")

    assert errors(response) == ["Nobody is shown without a consent in force. Record it here."]


def test_withdrawn_consent_hides_the_contact(office, contact):
    Consent.objects.create(contact=contact, text_version="1", how="written", given_at="2024-05-01T10:00:00Z")
    ContactPerson.objects.update(is_published=True)

    response = save(office, "contactperson", contact, **{"consents-0-withdrawn_at": "2024-06-01T10:00:00"})

    contact.refresh_from_db()
    assert (response.status_code, contact.is_published) == (302, False)


def test_second_consent_in_force_is_an_error(office, contact):
    Consent.objects.create(contact=contact, text_version="1", how="written", given_at="2024-05-01T10:00:00Z")
    row = {name.replace("-0-", "-1-"): value for name, value in consent_row().items()}

    response = save(office, "contactperson", contact, **row)

    assert errors(response) == ["Only one consent can be in force: withdraw the other first."]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00", "9999-12-31T23:59:59", "2999-01-01T00:00", "junk"])
def test_consent_refuses_impossible_moments(office, contact, moment):
    response = save(office, "contactperson", contact, **consent_row(given_at=moment))

    assert errors(response) == ["consents-0-given_at"]


def test_recorded_consent_is_not_rewritten(office, contact):
    consent = Consent.objects.create(
        contact=contact, text_version="1", how="written", given_at="2024-05-01T10:00Z"
    )

    save(office, "consent", consent, text_version="2", given_at="2020-01-01T00:00:00")

    consent.refresh_from_db()
    assert (consent.text_version, consent.given_at.year) == ("1", 2024)


@pytest.mark.parametrize("path", ["contactperson/add/", "consent/add/", "feedback/add/"])
def test_what_belongs_elsewhere_is_not_added_here(office, path):
    assert office.get(ADMIN + path).status_code == 403


def test_consent_is_not_deleted_alone(office, contact):
    consent = Consent.objects.create(contact=contact, text_version="1", how="written")

    assert office.post(f"{ADMIN}consent/{consent.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("name", "query", "number"),
    [
        ("contactperson", "consent=no", 1),
        ("contactperson", "consent=yes", 1),
        ("contactperson", "is_published=yes", 0),
        ("consent", "in_force=yes", 1),
        ("consent", "in_force=no", 0),
    ],
)
def test_contacts_and_consents_are_filtered(office, contact, name, query, number):
    Consent.objects.create(contact=ContactPersonFactory(), text_version="1", how="written")

    assert office.get(f"{ADMIN}{name}/?{query}").context["cl"].result_count == number


# Messages ------------------------------------------------------------------------------------------------


def test_messages_are_marked_as_dealt_with(office):
    messages = [Feedback.objects.create(about="other", message="Hallo") for _ in range(2)]
    data = {"action": "mark_as_handled", "_selected_action": [messages[0].pk]}

    office.post(f"{ADMIN}feedback/", data)

    assert set(Feedback.objects.filter(handled_at=None)) == {messages[1]}


def test_open_messages_come_first(office):
    now = timezone.now()
    handled = Feedback.objects.create(about="other", message="1", handled_at=now)
    waiting = Feedback.objects.create(about="other", message="2")
    Feedback.objects.filter(pk=waiting.pk).update(received_at=now - datetime.timedelta(days=9))

    page = office.get(f"{ADMIN}feedback/")

    assert list(page.context["cl"].result_list) == [waiting, handled]


def test_message_is_read_not_edited(office):
    message = Feedback.objects.create(about="other", message="Hallo")

    office.post(f"{ADMIN}feedback/{message.pk}/change/", {"message": "Anders"})

    message.refresh_from_db()
    assert message.message == "Hallo"
