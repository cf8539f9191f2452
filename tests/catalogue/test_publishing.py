import pghistory.models
import pytest
from django.utils import translation

from catalogue import publishing
from catalogue.models import Example, ExampleIndex
from tests.factories import ExampleFactory, NetworkFactory, TopicFactory

pytestmark = pytest.mark.django_db

Status = Example.Status


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def is_listed(example):
    return ExampleIndex.objects.filter(pk=example.pk).exists()


def last_context(example):
    event = Example.pgh_event_model.objects.filter(pgh_obj=example).latest("pgh_id")
    return pghistory.models.Context.objects.get(pk=event.pgh_context_id).metadata


def test_publish_makes_a_draft_public_and_listed(person):
    example = ExampleFactory()

    publishing.publish(example, by=person, reason="Approved in May")

    example.refresh_from_db()
    assert (example.status, example.withdrawn_at, is_listed(example)) == (Status.PUBLISHED, None, True)
    assert example.published_at is not None


def test_publish_keeps_person_and_reason_in_the_history(person):
    example = ExampleFactory()

    publishing.publish(example, by=person, reason="Approved in May")

    assert last_context(example) == {"reason": "Approved in May", "user": person.pk}


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"title_de": "", "title_en": ""}, ["a title"]),
        ({"benefit_de": "", "benefit_en": ""}, ["a benefit or a summary"]),
        ({"kind": ""}, None),
        ({"network": None}, ["a network or an organisation"]),
        (
            {"title_de": "", "title_en": "", "benefit_de": "", "benefit_en": "", "network": None},
            ["a title", "a benefit or a summary", "a network or an organisation"],
        ),
    ],
    ids=["title", "benefit", "kind", "network", "all"],
)
def test_publish_is_refused_while_something_is_missing(person, given, missing):
    if missing is None:
        assert publishing.missing_parts(ExampleFactory.build(network=None, organisation="X", **given)) == [
            "a kind"
        ]
        return
    example = ExampleFactory(**given)

    with pytest.raises(publishing.PublicationRefused) as refusal:
        publishing.publish(example, by=person, reason="-")

    example.refresh_from_db()
    assert refusal.value.missing == missing
    assert (example.status, is_listed(example)) == (Status.DRAFT, False)


@pytest.mark.parametrize(
    "facts",
    [
        {"title_en": "", "benefit_en": "", "benefit_de": "", "summary_de": "Kurz."},
        {"title_de": "", "benefit_de": ""},
        {"network": None, "organisation": "Bildungswerk"},
    ],
    ids=["German only", "English only", "organisation only"],
)
def test_publish_asks_for_few_facts(person, facts):
    example = ExampleFactory(**facts)

    publishing.publish(example, by=person, reason="-")

    assert is_listed(example)


@pytest.mark.parametrize("trait", ["published", "withdrawn"])
def test_publish_is_refused_from_any_other_state(person, trait):
    example = ExampleFactory(**{trait: True})

    with pytest.raises(publishing.TransitionNotAllowed, match=f"{trait} -> published"):
        publishing.publish(example, by=person, reason="-")


def test_withdraw_takes_it_off_the_list_and_keeps_the_reason(person):
    example = ExampleFactory(published=True)

    publishing.withdraw(example, by=person, reason_de="Veraltet", reason_en="Outdated")

    example.refresh_from_db()
    assert (example.status, is_listed(example)) == (Status.WITHDRAWN, False)
    assert (example.withdrawal_reason_de, example.withdrawal_reason_en) == ("Veraltet", "Outdated")
    assert example.withdrawn_at >= example.published_at


def test_withdraw_without_any_reason_is_refused(person):
    example = ExampleFactory(published=True)

    with pytest.raises(publishing.ReasonMissing):
        publishing.withdraw(example, by=person, reason_de="", reason_en="")

    assert is_listed(example)


@pytest.mark.parametrize("traits", [{}, {"withdrawn": True}], ids=["draft", "withdrawn"])
def test_withdraw_is_refused_from_any_other_state(person, traits):
    with pytest.raises(publishing.TransitionNotAllowed, match="-> withdrawn"):
        publishing.withdraw(ExampleFactory(**traits), by=person, reason_de="x", reason_en="")


def test_republish_keeps_the_first_date_and_forgets_the_reason(person):
    example = ExampleFactory(withdrawn=True)
    first = example.published_at

    publishing.republish(example, by=person, reason="Checked again")

    example.refresh_from_db()
    assert (example.status, example.published_at, example.withdrawn_at) == (Status.PUBLISHED, first, None)
    assert (example.withdrawal_reason_de, example.withdrawal_reason_en) == ("", "")
    assert is_listed(example)


@pytest.mark.parametrize("traits", [{}, {"published": True}], ids=["draft", "published"])
def test_republish_is_refused_from_any_other_state(person, traits):
    with pytest.raises(publishing.TransitionNotAllowed):
        publishing.republish(ExampleFactory(**traits), by=person, reason="-")


def test_republish_is_refused_while_something_is_missing(person):
    example = ExampleFactory(withdrawn=True, network=None)

    with pytest.raises(publishing.PublicationRefused, match="a network or an organisation"):
        publishing.republish(example, by=person, reason="-")


def test_changed_brings_the_index_in_step():
    example = ExampleFactory(published=True)
    Example.objects.filter(pk=example.pk).update(kind="tool")

    publishing.changed(example)

    assert ExampleIndex.objects.get(pk=example.pk).kind == "tool"


def test_network_changed_brings_the_index_in_step():
    example = ExampleFactory(published=True)
    network = example.network
    type(network).objects.filter(pk=network.pk).update(is_published=False)

    publishing.network_changed(network)

    assert ExampleIndex.objects.get(pk=example.pk).network is None


def test_term_changed_brings_the_index_in_step():
    topic = TopicFactory()
    example = ExampleFactory(published=True, topics=[topic], network=NetworkFactory())
    type(topic).objects.filter(pk=topic.pk).update(name_de="Pflegeberufe")
    topic.refresh_from_db()

    publishing.term_changed(topic)

    assert "pflegeberufe" in ExampleIndex.objects.get(pk=example.pk).words
