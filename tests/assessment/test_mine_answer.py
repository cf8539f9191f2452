"""Answering the office: field by field, all at once, and nothing typed is ever lost."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from assessment import drafting, workflow
from assessment.models import Status
from tests.assessment.factories import QUESTIONS, co_editor, proposal_in

pytestmark = pytest.mark.django_db

TYPED = {"success": "Zwölf von zwanzig.", "transfer": "Ein Raum und eine halbe Stelle."}


def address(name, *args):
    with override("en"):
        return reverse(f"assessment:{name}", args=args)


@pytest.fixture
def proposal(db):
    return proposal_in(Status.NEEDS_INFO)


@pytest.fixture
def path(proposal):
    return address("proposal_answer", proposal.reference)


@pytest.fixture
def writer(client, proposal):
    client.force_login(proposal.submitted_by)
    return client


def send(client, path, version=0, **data):
    return client.post(path, {"version": version, **data})


def answers(proposal):
    request = proposal.information_requests.get()
    return dict(request.fields.values_list("field", "answer"))


def test_proposal_answer_shows_each_question_with_the_way_to_its_section(writer, path):
    html = writer.get(path).content.decode()

    assert [question in html for question in QUESTIONS.values()] == [True, True]
    assert 'name="section" value="success"' in html
    assert 'name="section" value="transfer"' in html
    assert "Uns fehlen Zahlen." in html


def test_proposal_answer_hands_in(writer, proposal, path):
    response = send(writer, path, **TYPED)

    proposal.refresh_from_db()
    assert (response["Location"], proposal.status) == (
        address("proposal_detail", proposal.reference),
        Status.SCREENING,
    )
    assert answers(proposal) == TYPED
    assert proposal.versions.count() == 2


def test_co_editor_answers(client, proposal, path):
    client.force_login(co_editor(proposal))

    send(client, path, **TYPED)

    proposal.refresh_from_db()
    assert proposal.status == Status.SCREENING


def test_proposal_answer_keeps_answers_that_are_not_finished(writer, proposal, path):
    response = send(writer, path, success="Erst einmal", save="")

    proposal.refresh_from_db()
    assert (response["Location"], proposal.status) == (path, Status.NEEDS_INFO)
    assert "Erst einmal" in writer.get(path).content.decode()


def test_proposal_answer_keeps_answers_on_the_way_to_a_section(writer, proposal, path):
    response = send(writer, path, success="Erst einmal", section="transfer")

    assert response["Location"] == address("proposal_section", proposal.reference, "transfer")
    assert answers(proposal)["success"] == "Erst einmal"


@pytest.mark.parametrize(
    ("typed", "missing"),
    [
        ({}, ["success", "transfer"]),
        ({"success": "Zwölf.", "transfer": "  \n "}, ["transfer"]),
    ],
    ids=["none", "blank"],
)
def test_proposal_answer_names_each_missing_answer_at_its_field(writer, proposal, path, typed, missing):
    response = send(writer, path, **typed)

    proposal.refresh_from_db()
    assert (response.status_code, proposal.status) == (200, Status.NEEDS_INFO)
    assert list(response.context["form"].errors) == missing
    html = response.content.decode()
    assert [f'href="#id_{field}"' in html for field in missing] == [True] * len(missing)
    assert all(text.strip() in html for text in typed.values())


def test_proposal_answer_refuses_what_is_too_long_and_stores_the_rest(writer, proposal, path):
    response = send(writer, path, success="x" * 5001, transfer="Ein Raum.")

    assert list(response.context["form"].errors) == ["success"]
    assert "x" * 5001 in response.content.decode()
    assert answers(proposal) == {"success": "", "transfer": "Ein Raum."}


def test_proposal_answer_leads_to_what_the_proposal_lacks_now(writer, proposal, path):
    type(proposal.example).objects.update(need_de="")

    response = send(writer, path, **TYPED)

    proposal.refresh_from_db()
    assert proposal.status == Status.NEEDS_INFO
    assert [problem.field for problem in response.context["problems"]] == ["need"]
    html = response.content.decode()
    assert address("proposal_section", proposal.reference, "solution") in html
    assert all(text in html for text in TYPED.values())


def test_proposal_answer_shows_what_has_changed_meanwhile(writer, proposal, path):
    type(proposal.example).objects.update(success_de="Jetzt mit Zahlen.", title_en="New")

    html = writer.get(path).content.decode()

    assert "You have changed this field since you handed in." in html
    assert "Text zu success." in html
    assert "Jetzt mit Zahlen." in html
    assert "Changed besides" in html


def test_two_tabs_see_both_texts_and_the_next_attempt_counts(writer, proposal, path):
    send(writer, path, success="Der erste Tab", save="")

    stale = send(writer, path, success="Der zweite Tab", transfer="Ein Raum.")

    html = stale.content.decode()
    assert stale.status_code == 409
    assert ("Der erste Tab" in html, "Der zweite Tab" in html, "Ein Raum." in html) == (True, True, True)
    assert answers(proposal)["success"] == "Der erste Tab"
    version = stale.context["form"]["version"].value()
    send(writer, path, version, success="Der zweite Tab", transfer="Ein Raum.")
    proposal.refresh_from_db()
    assert (proposal.status, answers(proposal)["success"]) == (Status.SCREENING, "Der zweite Tab")


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "1e3"])
def test_unreadable_version_overwrites_nothing(writer, proposal, path, version):
    send(writer, path, success="Gespeichert", save="")

    response = send(writer, path, version, success="Neu", save="")

    assert response.status_code == 409
    assert answers(proposal)["success"] == "Gespeichert"
    assert "Neu" in response.content.decode()


@pytest.mark.parametrize("end", ["answered", "withdrawn"])
def test_text_survives_somebody_who_was_quicker(writer, proposal, path, end):
    if end == "answered":
        workflow.answer(proposal, by=proposal.submitted_by, answers=TYPED)
    else:
        workflow.withdraw(proposal, by=proposal.submitted_by)

    response = send(writer, path, success="Meine Antwort, lang und gut.")

    assert response.status_code == 409
    assert "Meine Antwort, lang und gut." in response.content.decode()


def test_text_survives_the_end_of_the_session(client, proposal, path):
    response = send(client, path, success="Meine Antwort, lang und gut.")

    assert response.status_code == 403
    assert "Meine Antwort, lang und gut." in response.content.decode()
    assert answers(proposal)["success"] == ""


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SCREENING, Status.WITHDRAWN], ids=str)
def test_proposal_answer_without_a_question_leads_back(client, status):
    proposal = proposal_in(status)
    client.force_login(proposal.submitted_by)

    response = client.get(address("proposal_answer", proposal.reference))

    assert response["Location"] == address("proposal_detail", proposal.reference)


def test_proposal_answer_after_a_second_question_begins_anew(writer, proposal, path):
    send(writer, path, **TYPED)
    workflow.ask(
        proposal,
        by=proposal.submitted_by,
        questions={"need": "Warum?"},
        reason="Noch etwas.",
        due_on=proposal.call.closes_at.date(),
    )

    html = writer.get(path).content.decode()

    assert "Warum?" in html
    assert TYPED["success"] not in html
    version = drafting.version_of(proposal, "answers")
    assert send(writer, path, version, need="Darum.").status_code == 302
    proposal.refresh_from_db()
    assert proposal.status == Status.SCREENING


@pytest.mark.parametrize("number", [1, 3])
def test_proposal_answer_runs_a_constant_number_of_statements(client, number, django_assert_num_queries):
    proposal = proposal_in(Status.SCREENING)
    fields = ["success", "need", "transfer"][:number]
    workflow.ask(
        proposal,
        by=proposal.submitted_by,
        questions=dict.fromkeys(fields, "Wie?"),
        reason="Zahlen.",
        due_on=proposal.call.closes_at.date(),
    )
    client.force_login(proposal.submitted_by)

    with django_assert_num_queries(22):
        client.get(address("proposal_answer", proposal.reference))


# Saved while somebody writes -----------------------------------------------------------------------------


@pytest.fixture
def autosave(writer, proposal):
    path = address("answer_autosave", proposal.reference)
    return lambda version=0, **data: send(writer, path, version, **data)


def test_answer_autosave_keeps_what_is_typed_and_hands_nothing_in(autosave, proposal):
    response = autosave(success=TYPED["success"])

    proposal.refresh_from_db()
    assert (response.status_code, response.json()["version"]) == (200, 1)
    assert answers(proposal) == {"success": TYPED["success"], "transfer": ""}
    assert proposal.status == Status.NEEDS_INFO


def test_answer_autosave_twice_counts_one_version(autosave):
    versions = [autosave(**TYPED).json()["version"] for _ in range(2)]

    assert versions == [1, 1]


def test_answer_autosave_empties_nothing_that_was_not_sent(autosave, proposal):
    autosave(**TYPED)

    autosave(version=1, success="Anders.")

    assert answers(proposal) == {"success": "Anders.", "transfer": TYPED["transfer"]}


def test_answer_autosave_of_an_old_tab_is_refused(autosave, proposal):
    autosave(success="Neu.")
    autosave(version=1, success="Neuer.")

    response = autosave(version=1, success="Alt.")

    assert (response.status_code, response.json()) == (409, {"version": 2})
    assert answers(proposal)["success"] == "Neuer."


def test_answer_autosave_of_too_much_names_the_limit_and_keeps_the_rest(autosave, proposal):
    response = autosave(success="x" * 5001, transfer="Ein Raum.")

    assert response.status_code == 422
    assert [error["anchor"] for error in response.json()["errors"]] == ["id_success"]
    assert answers(proposal) == {"success": "", "transfer": "Ein Raum."}


def test_answer_autosave_after_handing_in_is_refused(autosave, proposal):
    workflow.answer(proposal, by=proposal.submitted_by, answers=TYPED)

    response = autosave(success="Zu spät.")

    assert (response.status_code, response.json()["reason"]) == (409, "not_writable")
    assert answers(proposal) == TYPED


def test_answer_autosave_of_somebody_signed_out_says_so(autosave, client):
    client.logout()

    response = autosave(**TYPED)

    assert (response.status_code, response.json()["reason"]) == (403, "signed_out")
