"""The steps of the office: each, each refusal, two persons where two are needed, and nothing typed is lost."""

import datetime
import threading

import pytest
from django.db import connection
from django.utils import timezone

from assessment import workflow
from assessment.admin.steps import STEPS
from assessment.models import FormalRejection, InformationRequest, Status
from tests.assessment.factories import UserFactory, co_editor, draft, member_of, submitted, with_board
from tests.assessment.office import (
    DAY,
    DUPLICATE,
    INBOX,
    asked,
    colleague,
    in_review,
    office_person,
    page_of,
    rejection_proposed,
    screening,
    status_of,
    told,
)
from tests.factories import NetworkFactory
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db

NAMES = [step.name for step in STEPS]
PATHS = ["", *(f"{name.replace('_', '-')}/" for name in NAMES)]
FINDING = {
    "is_tried": "on",
    "is_evident": "on",
    "is_new": "on",
    "finding": "Runs since 2021, see the report.",
}


@pytest.fixture
def person(db):
    return office_person()


@pytest.fixture
def office(person):
    return signed_in(person)


def questions(**values):
    return {
        "reason": "Two gaps.",
        "due_on": str(timezone.localdate() + 7 * DAY),
        "question_success": "How many people?",
        "question_links": "Where is the report?",
        **values,
    }


def steps_offered(client, proposal):
    return [step.name for step in client.get(page_of(proposal)).context["steps"]]


def errors(response):
    form = response.context["form"]
    return {name: list(found) for name, found in form.errors.items()}


# What is offered ------------------------------------------------------------------------------------------------


def test_steps_offered_in_each_state(office, person):
    by_colleague = rejection_proposed(colleague()).proposal

    assert steps_offered(office, submitted()) == ["begin_screening"]
    assert steps_offered(office, screening(person)) == ["begin_review", "ask", "propose_rejection"]
    assert steps_offered(office, asked(person)) == []
    assert steps_offered(office, in_review(person)) == ["return_to_screening"]
    assert steps_offered(office, by_colleague) == ["confirm_rejection", "dismiss_rejection", "ask"]


def test_who_proposed_a_rejection_may_only_take_it_back(office, person):
    proposal = rejection_proposed(person).proposal

    page = office.get(page_of(proposal))

    assert [step.name for step in page.context["steps"]] == ["dismiss_rejection", "ask"]
    assert "It waits for a colleague." in page.content.decode()


@pytest.mark.parametrize("name", NAMES)
def test_page_of_a_step_that_is_not_possible_leads_back(office, person, name):
    proposal = workflow.withdraw(submitted(), by=UserFactory())

    response = office.get(page_of(proposal, name))

    assert response.url == page_of(proposal)
    assert told(response) == ["This is not possible: the proposal is in another state."]


@pytest.mark.parametrize("name", NAMES)
def test_opening_the_page_of_a_step_changes_nothing(office, person, name):
    make = {"begin_screening": submitted, "return_to_screening": lambda: in_review(person)}
    if name.endswith("_rejection") and name != "propose_rejection":
        make[name] = lambda: rejection_proposed(colleague()).proposal
    proposal = make.get(name, lambda: screening(person))()
    before = status_of(proposal)

    response = office.get(page_of(proposal, name))

    assert (response.status_code, response.context["step"].name) == (200, name)
    assert status_of(proposal) == before


# Taking up ------------------------------------------------------------------------------------------------------


def test_begin_screening(office, person):
    proposal = submitted()

    response = office.post(page_of(proposal, "begin_screening"))

    assert (response.url, status_of(proposal)) == (page_of(proposal), Status.SCREENING)
    assert proposal.transitions.last().by == person
    assert told(response) == [f"You have taken up {proposal.reference}."]


# Asking ---------------------------------------------------------------------------------------------------------


def test_ask_sends_the_questions_that_were_written(office, person):
    proposal = screening(person)

    response = office.post(page_of(proposal, "ask"), questions(question_title="  "))

    request = InformationRequest.objects.get()
    assert response.url == page_of(proposal)
    assert (request.asked_by, request.reason) == (person, "Two gaps.")
    assert dict(request.fields.values_list("field", "question")) == {
        "success": "How many people?",
        "links": "Where is the report?",
    }
    assert status_of(proposal) == Status.NEEDS_INFO


def test_ask_proposes_fourteen_days(office, person):
    form = office.get(page_of(screening(person), "ask")).context["form"]

    assert form["due_on"].value() == timezone.localdate() + 14 * DAY


def test_ask_shows_what_was_handed_in_beside_the_field(office, person):
    page = office.get(page_of(screening(person), "ask")).content.decode()

    assert "Handed in: Text zu success." in page


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"reason": ""}, {"reason": ["This field is required."]}),
        ({"due_on": ""}, {"due_on": ["This field is required."]}),
        (
            {"due_on": str(datetime.date.today())},
            {"due_on": ["Give a day after today, within the next twelve months."]},
        ),
        ({"due_on": "9999-12-31"}, {"due_on": ["Give a day after today, within the next twelve months."]}),
        (
            {"question_success": "", "question_links": " "},
            {"__all__": ["Ask at least one question, at the field it is about."]},
        ),
        (
            {"question_success": "", "question_links": "", "question_unheard_of": "What?"},
            {"__all__": ["Ask at least one question, at the field it is about."]},
        ),
    ],
    ids=["no_reason", "no_day", "today", "far_day", "no_question", "unknown_field"],
)
def test_ask_is_refused(office, person, changes, expected):
    proposal = screening(person)

    response = office.post(page_of(proposal, "ask"), questions(**changes))

    assert (response.status_code, errors(response)) == (200, expected)
    assert (status_of(proposal), InformationRequest.objects.count()) == (Status.SCREENING, 0)


def test_ask_opens_the_section_with_a_question_again(office, person):
    response = office.post(page_of(screening(person), "ask"), questions(reason=""))

    assert [section.key for section, _fields, is_open in response.context["questions"] if is_open] == [
        "success"
    ]


def test_ask_ends_a_proposed_rejection_and_says_so_before(office, person):
    rejection = rejection_proposed(person)

    page = office.get(page_of(rejection.proposal, "ask")).content.decode()
    office.post(page_of(rejection.proposal, "ask"), questions())

    rejection.refresh_from_db()
    assert "A rejection is proposed. If you ask now, it is off." in page
    assert rejection.dismissed_by == person


# Rejecting ------------------------------------------------------------------------------------------------------


def test_rejection_takes_two_persons(office, person):
    proposal = screening(person)
    data = {"ground": "not_tried", "explanation": "A plan, not practice."}

    first = office.post(page_of(proposal, "propose_rejection"), data)
    waiting = status_of(proposal)
    rejection = FormalRejection.objects.get()
    second = colleague()
    done = signed_in(second).post(page_of(proposal, "confirm_rejection"), {"rejection": rejection.pk})

    rejection.refresh_from_db()
    assert (first.url, waiting) == (page_of(proposal), Status.SCREENING)
    assert told(first) == [f"The rejection of {proposal.reference} waits for a colleague now."]
    assert (rejection.proposed_by, rejection.confirmed_by) == (person, second)
    assert (done.url, status_of(proposal)) == (page_of(proposal), Status.REJECTED)


def test_confirming_the_own_rejection_is_refused(office, person):
    rejection = rejection_proposed(person)

    response = office.post(page_of(rejection.proposal, "confirm_rejection"), {"rejection": rejection.pk})

    assert errors(response) == {"__all__": ["Somebody else has to confirm the rejection."]}
    assert status_of(rejection.proposal) == Status.SCREENING


@pytest.mark.parametrize(
    "data", [{}, {"rejection": ""}, {"rejection": "junk"}, {"rejection": "9" * 30}], ids=str
)
def test_confirming_without_saying_which_is_refused(office, data):
    rejection = rejection_proposed(colleague())

    response = office.post(page_of(rejection.proposal, "confirm_rejection"), data)

    assert (response.status_code, list(errors(response))) == (200, ["rejection"])
    assert status_of(rejection.proposal) == Status.SCREENING


def test_confirming_the_rejection_of_another_proposal_is_refused(office, person):
    proposal, other = screening(person), rejection_proposed(colleague())

    response = office.post(page_of(proposal, "confirm_rejection"), {"rejection": other.pk})

    assert list(errors(response)) == ["rejection"]
    assert {status_of(proposal), status_of(other.proposal)} == {Status.SCREENING}


def test_confirming_a_rejection_that_was_dismissed_meanwhile_is_refused(office, person):
    """Another one stands in its place: what the page showed is not what would be confirmed."""
    other = colleague()
    seen = rejection_proposed(other)
    workflow.dismiss_rejection(seen, by=other)
    workflow.propose_rejection(seen.proposal, by=other, ground=DUPLICATE, explanation="Something else.")

    response = office.post(page_of(seen.proposal, "confirm_rejection"), {"rejection": seen.pk})

    assert response.status_code == 409
    assert status_of(seen.proposal) == Status.SCREENING


def test_dismiss_rejection_by_a_colleague(office, person):
    rejection = rejection_proposed(colleague())

    response = office.post(page_of(rejection.proposal, "dismiss_rejection"), {"rejection": rejection.pk})

    rejection.refresh_from_db()
    assert (response.url, rejection.dismissed_by) == (page_of(rejection.proposal), person)
    assert status_of(rejection.proposal) == Status.SCREENING


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"ground": "", "explanation": "Why"}, ["ground"]),
        ({"ground": "junk", "explanation": "Why"}, ["ground"]),
        ({"ground": "duplicate", "explanation": " "}, ["explanation"]),
        ({"ground": "duplicate", "explanation": "x" * 5001}, ["explanation"]),
    ],
    ids=["no_ground", "unknown_ground", "no_explanation", "long_explanation"],
)
def test_propose_rejection_is_refused(office, person, data, expected):
    response = office.post(page_of(screening(person), "propose_rejection"), data)

    assert (list(errors(response)), FormalRejection.objects.count()) == (expected, 0)


# The board ------------------------------------------------------------------------------------------------------


def test_begin_review_keeps_the_finding(office, person):
    proposal = screening(person)
    with_board(proposal.call)

    response = office.post(page_of(proposal, "begin_review"), FINDING)

    last = proposal.transitions.last()
    assert (response.url, status_of(proposal)) == (page_of(proposal), Status.IN_REVIEW)
    assert (last.reason, last.by, last.version.number) == (FINDING["finding"], person, 1)


def test_begin_review_shows_declaration_and_evidence(office, person):
    page = office.get(page_of(screening(person), "begin_review"))
    text = page.content.decode()

    assert "Tried and tested since 2021, the submitter declares." in text
    assert [link.url for link in page.context["page"].evidence] == ["https://www.example.org/quelle"]
    assert 'href="https://www.example.org/quelle"' in text


@pytest.mark.parametrize("missing", FINDING)
def test_begin_review_without_a_part_of_the_checklist_is_refused(office, person, missing):
    proposal = screening(person)

    response = office.post(page_of(proposal, "begin_review"), {**FINDING, missing: ""})

    assert (list(errors(response)), status_of(proposal)) == ([missing], Status.SCREENING)


def test_begin_review_past_a_proposed_rejection_is_refused(office, person):
    rejection = rejection_proposed(colleague())

    response = office.post(page_of(rejection.proposal, "begin_review"), FINDING)

    assert (response.status_code, status_of(rejection.proposal)) == (409, Status.SCREENING)


def test_return_to_screening_needs_a_reason(office, person):
    proposal = in_review(person)

    refused = office.post(page_of(proposal, "return_to_screening"), {"reason": ""})
    done = office.post(page_of(proposal, "return_to_screening"), {"reason": "New facts."})

    assert list(errors(refused)) == ["reason"]
    assert (done.url, proposal.transitions.last().reason) == (page_of(proposal), "New facts.")
    assert status_of(proposal) == Status.SCREENING


# Two at once ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "typed"),
    [
        ("ask", questions(), "How many people?"),
        ("propose_rejection", {"ground": "duplicate", "explanation": "Known already."}, "Known already."),
        ("begin_review", FINDING, FINDING["finding"]),
        ("return_to_screening", {"reason": "New facts."}, "New facts."),
    ],
)
def test_step_after_somebody_was_quicker_keeps_what_was_typed(office, person, name, data, typed):
    proposal = submitted()
    workflow.withdraw(proposal, by=proposal.submitted_by)

    response = office.post(page_of(proposal, name), data)

    text = response.content.decode()
    assert (response.status_code, status_of(proposal)) == (409, Status.WITHDRAWN)
    assert "Somebody has gone on with this proposal since you opened the page." in text
    assert typed in text


def test_step_on_a_page_opened_before_the_last_change_is_refused_once(office, person):
    """The same state, but another text: it was asked and answered meanwhile."""
    proposal = screening(person)
    with_board(proposal.call)
    seen = proposal.transitions.last().pk
    due_on = timezone.localdate() + DAY
    workflow.ask(proposal, by=person, questions={"success": "Which?"}, reason="Success", due_on=due_on)
    workflow.answer(proposal, by=proposal.submitted_by, answers={"success": "These."})

    first = office.post(page_of(proposal, "begin_review"), {**FINDING, "seen": seen})
    after_first = status_of(proposal)
    again = first.context["form"]["seen"].value()
    second = office.post(page_of(proposal, "begin_review"), {**FINDING, "seen": again})

    assert (first.status_code, after_first) == (409, Status.SCREENING)
    assert (second.url, status_of(proposal)) == (page_of(proposal), Status.IN_REVIEW)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_one_wins_and_the_other_is_told(person):
    proposal = screening(person)
    with_board(proposal.call)
    answers = []

    def pass_on(client):
        try:
            answers.append(client.post(page_of(proposal, "begin_review"), FINDING).status_code)
        finally:
            connection.close()

    clients = [signed_in(person), signed_in(colleague())]
    threads = [threading.Thread(target=pass_on, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [302, 409]
    assert list(proposal.transitions.values_list("target", flat=True)) == [
        "draft",
        "submitted",
        "screening",
        "in_review",
    ]


# Who ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["submitter", "co_editor", "former_co_editor"])
def test_who_works_on_it_does_not_screen_it(office, person, how):
    network = NetworkFactory()
    proposal = submitted(network=network, by=member_of(network, person if how == "submitter" else None))
    if how != "submitter":
        co_editor(proposal, person, removed_at=timezone.now() if how == "former_co_editor" else None)

    shown = [office.get(page_of(proposal, name)) for name in ["", *NAMES]]
    sent = [office.post(page_of(proposal, name)) for name in NAMES]

    assert {answer.status_code for answer in shown + sent} == {403}
    assert {f"You work on {proposal.reference} yourself" in page.content.decode() for page in shown} == {True}
    assert status_of(proposal) == Status.SUBMITTED


def test_drafts_and_unheard_of_references_are_not_found(office):
    references = [draft().reference, "GP-1", "9" * 400, "..", "a'--"]

    answers = [
        office.get(f"{INBOX}{reference}/{name}").status_code for reference in references for name in PATHS
    ]

    assert answers == [404] * 5 * len(PATHS)


def test_draft_of_the_own_is_not_found_either(office, person):
    proposal = draft(by=person)

    assert [office.get(page_of(proposal, name)).status_code for name in ["", *NAMES]] == [404] * len(PATHS)


@pytest.mark.parametrize("who", ["board_with_desk", "board", "submitter"])
def test_for_others_there_is_nothing_here(who):
    proposal = submitted()
    others = {
        "board_with_desk": lambda: UserFactory(is_staff=True),
        "board": UserFactory,
        "submitter": lambda: proposal.submitted_by,
    }
    client = signed_in(others[who]())

    shown = [client.get(page_of(proposal, name)).status_code for name in ["", *NAMES]]
    sent = [client.post(page_of(proposal, name)).status_code for name in NAMES]

    assert set(shown + sent) == {404}
    assert client.get(INBOX).status_code == 404
    assert status_of(proposal) == Status.SUBMITTED


def test_visitor_is_led_to_the_sign_in(client):
    pages = [INBOX, *(page_of(submitted(), name) for name in ["", *NAMES])]

    answers = [client.get(page).url for page in pages]

    assert answers == [f"/en/admin/login/?next={page}" for page in pages]
