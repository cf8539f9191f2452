"""From the beginning to the receipt: start page, task list, preview, all answers, declaration, handing in."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessment import workflow
from assessment.models import Proposal, ProposalEditor
from assessment.sections import SECTIONS
from assessment.tasks import tasks
from catalogue.models import Consent, ContactPerson, Example, Link
from goodpractice.accounts.models import Membership
from tests.assessment.factories import CallFactory, UserFactory, complete, draft, member_of, submitted
from tests.assessment.form import co_editor, page_of, signed_in
from tests.factories import (
    AudienceFactory,
    FederalStateFactory,
    NetworkFactory,
    TargetGroupFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db

DECLARED = {"tried_since": "2021", "has_rights": "on"}
MINUTE = datetime.timedelta(minutes=1)


def create_url(call):
    return reverse("assessment:proposal_create", args=[call.slug])


def closed(proposal, *, ago):
    """Move the call of ``proposal`` so that it closed so long ago."""
    call, now = proposal.call, timezone.now()
    type(call).objects.filter(pk=call.pk).update(closes_at=now - ago)


# Beginning ------------------------------------------------------------------------------------------------


@pytest.fixture
def network():
    return NetworkFactory()


@pytest.fixture
def person(network):
    return member_of(network)


def started(network, /, **values):
    return {"title_de": "Lotsen", "title_en": "", "kind": "measure", "network": network.pk, **values}


def test_proposal_is_begun(person, network):
    call = CallFactory()

    response = signed_in(person).post(create_url(call), started(network))

    proposal = Proposal.objects.get()
    assert (response.status_code, response.url) == (302, proposal.get_absolute_url())
    assert (proposal.call, proposal.status, proposal.submitted_by) == (call, "draft", person)
    assert (proposal.example.title_de, proposal.example.network, proposal.example.is_proposed) == (
        "Lotsen",
        network,
        True,
    )


def test_proposal_is_begun_with_a_claimed_membership(network):
    person = UserFactory()
    Membership.objects.create(user=person, network=network, since="2025-01-01")

    signed_in(person).post(create_url(CallFactory()), started(network))

    assert Proposal.objects.get().submitted_by == person


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title_de": ""}, "title_de"),
        ({"title_de": "x" * 101}, "title_de"),
        ({"kind": ""}, "kind"),
        ({"kind": "miracle"}, "kind"),
        ({"network": ""}, "network"),
        ({"network": "x"}, "network"),
        ({"network": "9" * 30}, "network"),
    ],
)
def test_proposal_is_not_begun_without_title_kind_or_network(person, network, values, field):
    response = signed_in(person).post(create_url(CallFactory()), started(network, **values))

    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])
    assert not Proposal.objects.exists()


def test_proposal_cannot_be_begun_for_a_foreign_network(person):
    response = signed_in(person).post(create_url(CallFactory()), started(NetworkFactory()))

    assert list(response.context["form"].errors) == ["network"]


def test_person_without_a_network_is_led_to_name_one():
    response = signed_in(UserFactory()).get(create_url(CallFactory()))

    assert (response.status_code, response.url) == (302, reverse("accounts:membership_claim"))


@pytest.mark.parametrize(("opens", "closes"), [(-20, -1), (1, 20)], ids=["closed", "not_open_yet"])
def test_call_that_is_not_open_has_no_form(person, network, opens, closes):
    now, day = timezone.now(), datetime.timedelta(days=1)
    call = CallFactory(opens_at=now + opens * day, closes_at=now + closes * day)
    client = signed_in(person)

    page, answer = client.get(create_url(call)), client.post(create_url(call), started(network))

    assert [(page.status_code, "form" in page.context), (answer.status_code, "form" in answer.context)] == [
        (200, False),
        (409, False),
    ]
    assert not Proposal.objects.exists()


def test_unknown_call_is_not_found_and_a_visitor_is_asked_to_sign_in(person):
    assert signed_in(person).get(reverse("assessment:proposal_create", args=["nichts"])).status_code == 404
    assert Client().get(create_url(CallFactory())).url.startswith(reverse("account_login"))


# Task list ------------------------------------------------------------------------------------------------


def test_tasks_tell_the_state_of_each_section():
    proposal = draft()
    found = {task.section.key: str(task.state) for task in tasks(proposal)}
    assert found == {section.key: "not_started" for section in SECTIONS} | {
        "basics": "in_progress",
        "organisation": "in_progress",
    }

    complete(proposal)

    found = {task.section.key: str(task.state) for task in tasks(Proposal.objects.get(pk=proposal.pk))}
    assert found == {section.key: "complete" for section in SECTIONS} | {
        "picture": "not_started",
        "attachments": "not_started",
    }


def test_tasks_ask_the_same_number_of_statements_whatever_is_filled_in():
    proposal = draft()
    counts = []
    for change in (lambda: None, lambda: complete(proposal), lambda: rows(proposal, 3)):
        change()
        fresh = Proposal.objects.with_names().get(pk=proposal.pk)
        with CaptureQueriesContext(connection) as queries:
            tasks(fresh)
        counts.append(len(queries))

    assert max(counts) <= 14
    assert counts[1] == counts[2]


def rows(proposal, number):
    for position in range(2, number + 2):
        Link.objects.create(example=proposal.example, url="https://example.org", position=position)
        ContactPerson.objects.create(example=proposal.example, name="Büro", position=position)


# Preview --------------------------------------------------------------------------------------------------


def test_preview_is_the_public_page_with_the_contacts_that_agreed():
    proposal = complete(draft(title_de="Lotsen im Jobcenter"))
    ContactPerson.objects.create(example=proposal.example, name="Wartende Person", position=2)

    response = signed_in(proposal.submitted_by).get(page_of(proposal, "proposal_preview"))

    assert response.status_code == 200
    assert "catalogue/example_detail.html" in [template.name for template in response.templates]
    assert [contact.name for contact in response.context["example"].shown_contacts] == ["Büro"]
    assert [contact.name for contact in response.context["waiting"]] == ["Wartende Person"]
    assert '<meta name="robots" content="noindex">' in response.content.decode()


def test_preview_of_an_empty_draft_is_shown_to_readers_and_to_nobody_else():
    proposal = draft(title_de="", title_en="Guides")
    reader = co_editor(proposal, ProposalEditor.Right.VIEW)

    page = signed_in(reader).get(page_of(proposal, "proposal_preview"))
    assert (page.status_code, "awarded this example" in page.content.decode()) == (200, False)
    assert signed_in(UserFactory()).get(page_of(proposal, "proposal_preview")).status_code == 404
    assert Client().get(page_of(proposal, "proposal_preview")).status_code == 302


# All answers, and handing in ------------------------------------------------------------------------------


def hand_in(proposal, person=None, **values):
    client = signed_in(person or proposal.submitted_by)
    return client.post(page_of(proposal, "proposal_check"), {**DECLARED, **values})


def test_complete_proposal_is_handed_in_and_received():
    proposal = complete(draft())

    response = hand_in(proposal)

    assert (response.status_code, response.url) == (302, page_of(proposal, "proposal_received"))
    proposal.refresh_from_db()
    assert (proposal.status, proposal.tried_since, proposal.has_rights) == ("submitted", 2021, True)
    page = signed_in(proposal.submitted_by).get(response.url)
    assert (page.status_code, page.context["addresses"]) == (200, [proposal.submitted_by.email])
    assert proposal.reference in page.content.decode()


def test_co_editor_hands_in_and_both_get_a_copy():
    proposal = complete(draft())
    writer = co_editor(proposal)

    hand_in(proposal, writer)

    page = signed_in(writer).get(page_of(proposal, "proposal_received"))
    assert page.context["addresses"] == [proposal.submitted_by.email, writer.email]


def test_incomplete_proposal_is_not_handed_in_and_each_problem_leads_to_its_field():
    proposal = draft()
    for make in (TopicFactory, TargetGroupFactory, AudienceFactory, FederalStateFactory):
        make()

    response = hand_in(proposal)

    assert (response.status_code, response.context["refused"]) == (409, "Incomplete")
    addresses = [missing.url for missing in response.context["missing"]]
    form = reverse("assessment:proposal_section", args=[proposal.reference, "basics"])
    assert addresses[:2] == [f"{form}#id_benefit_de", f"{form}#id_summary_de"]
    client = signed_in(proposal.submitted_by)
    for address in addresses:
        page, _, anchor = address.partition("#")
        assert f'id="{anchor}"' in client.get(page).content.decode(), address
    proposal.refresh_from_db()
    assert (proposal.status, proposal.first_attempt_at is None) == ("draft", False)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"tried_since": ""}, "tried_since"),
        ({"tried_since": "1800"}, "tried_since"),
        ({"tried_since": "2100"}, "tried_since"),
        ({"tried_since": "seit langem"}, "tried_since"),
        ({"has_rights": ""}, "has_rights"),
    ],
)
def test_proposal_is_not_handed_in_without_the_declaration(values, field):
    proposal = complete(draft())

    response = hand_in(proposal, **values)

    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])
    proposal.refresh_from_db()
    assert (proposal.status, proposal.first_attempt_at is None) == ("draft", False)


def test_attempt_counts_although_it_was_refused():
    """Whoever came in time may mend what was refused, within the minutes of grace."""
    proposal = complete(draft())
    hand_in(proposal, has_rights="")
    closed(proposal, ago=5 * MINUTE)
    Proposal.objects.filter(pk=proposal.pk).update(first_attempt_at=timezone.now() - 6 * MINUTE)

    response = hand_in(proposal)

    proposal.refresh_from_db()
    assert (response.status_code, proposal.status, proposal.is_late) == (302, "submitted", False)


def test_late_by_minutes_is_accepted_and_said():
    proposal = complete(draft())
    closed(proposal, ago=5 * MINUTE)

    hand_in(proposal)

    proposal.refresh_from_db()
    assert (proposal.status, proposal.is_late) == ("submitted", True)


def test_proposal_of_a_closed_call_is_not_handed_in_and_the_text_stays():
    proposal = complete(draft())
    closed(proposal, ago=16 * MINUTE)

    response = hand_in(proposal)

    assert (response.status_code, response.context["refused"]) == (409, "CallClosed")
    proposal.refresh_from_db()
    assert (proposal.status, proposal.first_attempt_at) == ("draft", None)
    assert Example.objects.get(pk=proposal.example_id).summary_de == "Text zu summary."


def test_proposal_of_somebody_whose_membership_waits_is_not_handed_in():
    proposal = complete(draft())
    Membership.objects.update(confirmed_at=None, confirmed_by=None)

    response = hand_in(proposal)

    assert (response.status_code, response.context["refused"]) == (409, "NotAMember")
    proposal.refresh_from_db()
    assert proposal.status == "draft"


def test_second_click_is_told_that_it_was_handed_in():
    proposal = complete(draft())
    hand_in(proposal)

    response = hand_in(proposal)

    assert (response.status_code, response.url) == (302, proposal.get_absolute_url())
    assert proposal.transitions.filter(target="submitted").count() == 1


def test_contact_who_withdraws_keeps_the_proposal_from_being_handed_in():
    proposal = complete(draft())
    Consent.objects.update(withdrawn_at=timezone.now())

    response = hand_in(proposal)

    assert [missing.url.partition("#")[2] for missing in response.context["missing"]] == ["contacts"]


def test_page_of_all_answers_shows_both_languages_and_what_is_missing():
    proposal = complete(draft(title_de="Lotsen", title_en="Guides"))

    page = signed_in(proposal.submitted_by).get(page_of(proposal, "proposal_check"))

    title = page.context["sections"][0].answers[0]
    assert [(text, text.lang) for text in title.texts] == [("Lotsen", "de"), ("Guides", "en")]
    assert (page.context["missing"], page.context["is_open"]) == ([], True)


@pytest.mark.parametrize("method", ["get", "post"])
def test_readers_and_strangers_cannot_hand_in(method):
    proposal = complete(draft())
    reader = signed_in(co_editor(proposal, ProposalEditor.Right.VIEW))

    assert getattr(reader, method)(page_of(proposal, "proposal_check")).status_code == 403
    assert getattr(signed_in(UserFactory()), method)(page_of(proposal, "proposal_check")).status_code == 404
    proposal.refresh_from_db()
    assert (proposal.status, proposal.first_attempt_at) == ("draft", None)


def test_question_of_the_office_leads_to_the_answers():
    proposal, office = submitted(), UserFactory()
    workflow.begin_screening(proposal, by=office)
    workflow.ask(proposal, by=office, questions={"success": "Was?"}, reason="x", due_on=timezone.localdate())

    response = signed_in(proposal.submitted_by).get(page_of(proposal, "proposal_check"))

    assert (response.status_code, response.url) == (302, page_of(proposal, "proposal_answer"))


def test_receipt_of_a_draft_leads_to_where_it_stands():
    proposal = draft()

    response = signed_in(proposal.submitted_by).get(page_of(proposal, "proposal_received"))

    assert (response.status_code, response.url) == (302, proposal.get_absolute_url())


def test_receipt_is_not_found_by_others():
    assert signed_in(UserFactory()).get(page_of(submitted(), "proposal_received")).status_code == 404
