import pytest
from django.contrib.messages import get_messages

from catalogue.models import Example
from tests.catalogue.office import EXAMPLE, signed_in
from tests.factories import ExampleFactory

pytestmark = pytest.mark.django_db


def states():
    return list(Example.objects.order_by("pk").values_list("status", flat=True))


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def address(name, *examples):
    return f"{EXAMPLE}{name}/?" + "&".join(f"id={example.pk}" for example in examples)


@pytest.mark.parametrize(("name", "trait"), [("publish", {}), ("withdraw", {"published": True})])
def test_opening_the_page_changes_nothing(office, name, trait):
    example = ExampleFactory(**trait)

    page = office.get(address(name, example))

    assert page.context["examples"] == [example]
    assert states() == [example.status]


def test_publish_with_a_reason(office):
    example = ExampleFactory()

    response = office.post(address("publish", example), {"reason": "Approved"})

    assert (response.url, states()) == (f"{EXAMPLE}{example.pk}/change/", ["published"])
    assert told(response) == ["1 example is published."]


def test_publish_without_a_reason_asks_for_one(office):
    example = ExampleFactory()

    response = office.post(address("publish", example), {"reason": ""})

    assert (list(response.context["form"].errors), states()) == (["reason"], ["draft"])


def test_publish_names_what_is_missing(office):
    example = ExampleFactory(title_en="Bare", benefit_de="", benefit_en="")

    page = office.get(address("publish", example))
    response = office.post(address("publish", example), {"reason": "Approved"})

    assert page.context["lacking"] == [(example, ["a benefit or a summary"])]
    assert told(response) == ["“Bare” was not published. It lacks: a benefit or a summary."]
    assert states() == ["draft"]


def test_publish_several_leaves_out_those_that_do_not_fit(office):
    draft, public, again = ExampleFactory(), ExampleFactory(published=True), ExampleFactory(withdrawn=True)

    page = office.get(address("publish", draft, public, again))
    response = office.post(address("publish", draft, public, again), {"reason": "Approved"})

    assert page.context["unfit"] == [public]
    assert (response.url, told(response)) == (EXAMPLE, ["2 examples are published."])
    assert states() == ["published"] * 3


@pytest.mark.parametrize(
    "reasons", [{"reason_de": "Alt"}, {"reason_en": "Old"}, {"reason_de": "Alt", "reason_en": "Old"}]
)
def test_withdraw_needs_one_language(office, reasons):
    example = ExampleFactory(published=True)

    office.post(address("withdraw", example), reasons)

    assert states() == ["withdrawn"]


def test_withdraw_without_reason_asks_for_one(office):
    example = ExampleFactory(published=True)

    response = office.post(address("withdraw", example), {})

    assert (response.context["form"].non_field_errors(), states()) == (
        ["Give a reason in at least one language."],
        ["published"],
    )


def test_withdraw_of_a_draft_offers_no_form(office):
    page = office.get(address("withdraw", ExampleFactory()))

    assert page.context["examples"] == []
    assert 'name="reason_de"' not in page.content.decode()


def test_action_leads_to_the_page_that_asks(office):
    chosen = ExampleFactory.create_batch(2)
    data = {"action": "publish_chosen", "_selected_action": [example.pk for example in chosen]}

    response = office.post(EXAMPLE, data)

    assert response.url == address("publish", *chosen)
    assert states() == ["draft", "draft"]


def test_action_on_too_many_is_refused(office, monkeypatch):
    monkeypatch.setattr("catalogue.admin.example.MOST_AT_ONCE", 1)
    chosen = ExampleFactory.create_batch(2)
    data = {"action": "publish_chosen", "_selected_action": [example.pk for example in chosen]}

    assert told(office.post(EXAMPLE, data)) == ["Choose at most 1 examples at once."]


@pytest.mark.parametrize("name", ["publish", "withdraw"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_transition_needs_the_right_to_change(person, name, method):
    group = person.groups.get()
    group.permissions.remove(group.permissions.get(codename="change_example"))
    example = ExampleFactory()

    response = getattr(signed_in(person), method)(
        address(name, example), {"reason": "x"} if method == "post" else {}
    )

    assert (response.status_code, states()) == (403, ["draft"])


@pytest.mark.parametrize("name", ["publish", "withdraw"])
def test_transition_without_token_is_refused(person, client, name):
    strict = client.__class__(enforce_csrf_checks=True)
    signed_in(person, strict)
    example = ExampleFactory(published=name == "withdraw")

    response = strict.post(address(name, example), {"reason": "x", "reason_de": "x"})

    assert (response.status_code, states()) == (403, [example.status])
