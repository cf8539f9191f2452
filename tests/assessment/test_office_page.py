"""The office's page of one proposal: everything about it, each version, and what differs between two."""

import datetime

import pytest
from django.utils import timezone
from django.utils.translation import override
from pytest_django.asserts import assertNumQueries

from assessment import workflow
from catalogue.models import Attachment, Consent, ContactPerson, Link
from tests.assessment.factories import CallFactory, UserFactory, co_editor, draft, submitted
from tests.assessment.office import (
    DAY,
    asked,
    colleague,
    office_person,
    page_of,
    rejection_proposed,
    screening,
)
from tests.factories import NetworkFactory, TopicFactory
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db

PAGE_QUERIES = 24


@pytest.fixture
def person(db):
    return office_person()


@pytest.fixture
def office(person):
    return signed_in(person)


def passages(page):
    """Return the text of the version shown, by its labels."""
    return {
        passage.label: passage.text for chapter in page.context["chapters"] for passage in chapter.passages
    }


def two_versions(person, **changes):
    """Return a proposal whose text was changed when its questions were answered."""
    proposal = asked(person)
    for name, value in changes.items():
        setattr(proposal.example, name, value)
    proposal.example.save()
    return workflow.answer(proposal, by=proposal.submitted_by, answers={"success": "These."})


def test_page_shows_all_that_was_handed_in(office):
    proposal = draft(title_en="Guide", plain_summary_de="Ein Satz.")
    proposal.networks.add(NetworkFactory(name="Netz Süd"))
    proposal.example.network.name = "Netz Nord"
    proposal.example.network.save()
    Attachment.objects.create(example=proposal.example, title_de="Leitfaden", file="attachments/a.pdf")
    proposal = submitted(proposal)

    shown = passages(office.get(page_of(proposal)))

    assert {label: shown[label] for label in ("Title – German", "Title – English", "Kind", "Network")} == {
        "Title – German": "Titel",
        "Title – English": "Guide",
        "Kind": "Measure",
        "Network": "Netz Nord",
    }
    assert shown["Co-submitting networks"] == "Netz Süd"
    assert shown["Topics"] == str(proposal.example.topics.get())
    assert shown["Sources"] == "source: Quelle – https://www.example.org/quelle"
    assert shown["Attachments"] == "Leitfaden (a.pdf)"
    assert shown["Cost of the first year"] == "up to 5,000 €"


def test_page_says_at_a_glance_who_and_when(office):
    proposal = submitted()

    text = office.get(page_of(proposal)).content.decode()

    wanted = [
        proposal.reference,
        str(proposal.call),
        proposal.submitted_by.email,
        "tried and tested since 2021",
    ]
    assert [word for word in wanted if word not in text] == []
    assert "minutes after the end of the call" not in text


def test_page_says_how_late_it_is(office):
    call = CallFactory(closes_at=timezone.now() - datetime.timedelta(minutes=4, seconds=10))

    text = office.get(page_of(submitted(call=call))).content.decode()

    assert "(5 minutes after the end of the call)" in text


def test_page_of_a_second_version_shows_what_changed(office, person):
    proposal = two_versions(person, solution_de="Text zu solution und mehr.")

    page = office.get(page_of(proposal))

    assert [(one.label, one.html, one.language) for one in page.context["differences"]] == [
        ("Practical solution – German", "Text zu solution<ins> und mehr</ins>.", "de")
    ]
    assert passages(page)["Practical solution – German"] == "Text zu solution und mehr."


@pytest.mark.parametrize(
    ("query", "version", "compared"),
    [
        ("", 3, 2),
        ("?version=2", 2, 1),
        ("?version=1", 1, None),
        ("?version=3&with=1", 3, 1),
        ("?version=1&with=3", 1, 3),
        ("?version=2&with=2", 2, 2),
        ("?version=junk&with=9", 3, 2),
        ("?version=" + "9" * 40, 3, 2),
    ],
)
def test_page_shows_the_version_asked_for(office, person, query, version, compared):
    proposal = two_versions(person, solution_de="Zweite.")
    due_on = timezone.localdate() + DAY
    workflow.ask(proposal, by=person, questions={"need": "Why?"}, reason="Again", due_on=due_on)
    proposal.example.refresh_from_db()
    proposal.example.solution_de = "Dritte."
    proposal.example.save()
    workflow.answer(proposal, by=proposal.submitted_by, answers={"need": "So."})

    page = office.get(page_of(proposal) + query).context["page"]

    assert (page.version.number, page.compared and page.compared.number) == (version, compared)


def test_page_shows_what_was_handed_in_while_the_submitter_writes(office, person):
    proposal = asked(person)
    proposal.example.solution_de = "Noch nicht fertig."
    proposal.example.save()

    page = office.get(page_of(proposal))

    assert passages(page)["Practical solution – German"] == "Text zu solution."
    assert "The submitter may be changing the text now" in page.content.decode()


def test_page_compares_lists_and_terms(office, person):
    proposal = asked(person)
    added = TopicFactory()
    with override("en"):
        old = str(proposal.example.topics.get())
    proposal.example.topics.add(added)
    Link.objects.create(
        example=proposal.example, url="https://www.example.org/zwei", title_de="Zwei", position=2
    )
    workflow.answer(proposal, by=proposal.submitted_by, answers={"success": "These."})

    differences = {one.label: one.html for one in office.get(page_of(proposal)).context["differences"]}

    assert sorted(differences) == ["Sources", "Topics"]
    assert old in differences["Topics"]
    assert "zwei" in differences["Sources"]


@pytest.mark.parametrize(
    ("consent", "words"),
    [
        (None, "has not agreed yet"),
        ({"given_at": datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)}, "has agreed on"),
        ({"withdrawn_at": timezone.now() + DAY}, "withdrew the consent on"),
    ],
    ids=["none", "given", "withdrawn"],
)
def test_page_says_whether_each_contact_has_agreed(office, consent, words):
    proposal = submitted()
    contact = ContactPerson.objects.create(example=proposal.example, name="Zweite", position=2)
    if consent is not None:
        Consent.objects.create(contact=contact, text_version="1", how=Consent.How.LINK, **consent)

    page = office.get(page_of(proposal))

    states = {one.contact.name: one.has_agreed for one in page.context["contacts"]}
    assert states == {"Büro": True, "Zweite": words == "has agreed on"}
    assert words in page.content.decode()


def test_page_lists_co_editors_also_those_who_left(office):
    proposal = submitted()
    stays = co_editor(proposal)
    left = co_editor(proposal, removed_at=timezone.now(), right="view")

    page = office.get(page_of(proposal))

    text = page.content.decode()
    assert [editor.user for editor in page.context["editors"]] == [stays, left]
    assert ("removed on" in text, left.email in text) == (True, True)


def test_page_shows_questions_with_answers_and_the_history(office, person):
    proposal = two_versions(person)

    page = office.get(page_of(proposal))

    ((request, questions),) = page.context["requests"]
    assert [(label, one.question, one.answer) for label, one in questions] == [
        ("Proven success", "Which?", "These.")
    ]
    assert request.asked_by == person
    assert [(one.target, one.version and one.version.number) for one in page.context["transitions"]] == [
        ("draft", None),
        ("submitted", 1),
        ("screening", 1),
        ("needs_info", 1),
        ("screening", 2),
    ]


def test_page_shows_rejections_that_were_dismissed(office, person):
    rejection = rejection_proposed(person)
    workflow.dismiss_rejection(rejection, by=colleague())

    text = office.get(page_of(rejection.proposal)).content.decode()

    assert "proposed by Olga Office" in text
    assert "dismissed by Conny Colleague" in text


def test_page_names_the_earlier_proposal(office):
    earlier = submitted()
    workflow.withdraw(earlier, by=earlier.submitted_by)
    later = draft(title_de="Anders")
    later.previous = earlier
    later.save(update_fields=["previous"])
    later = submitted(later)

    page = office.get(page_of(later))

    assert f'href="{page_of(earlier)}"' in page.content.decode()


def test_page_is_kept_in_no_cache(office):
    assert "no-store" in office.get(page_of(submitted())).headers["Cache-Control"]


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_page_takes_nothing(office, method):
    assert getattr(office, method)(page_of(submitted())).status_code == 405


def test_page_escapes_what_people_typed(office, person):
    proposal = screening(person, title_de="<script>alert(1)</script>", title_en="")

    assert "<script>alert" not in office.get(page_of(proposal)).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_the_same_number_of_queries_for_any_number_of_rows(office, person, rows):
    proposal = submitted()
    for number in range(rows):
        co_editor(proposal)
        contact = ContactPerson.objects.create(example=proposal.example, name="N", position=number + 2)
        Consent.objects.create(contact=contact, text_version="1", how=Consent.How.LINK)
        submitted(title_de=f"Titel {number}")
    workflow.begin_screening(proposal, by=person)
    for number in range(rows):
        due_on = timezone.localdate() + DAY
        questions = dict.fromkeys(["success", "need", "solution"][:rows], "Which?")
        workflow.ask(proposal, by=person, questions=questions, reason=f"{number}", due_on=due_on)
        workflow.answer(proposal, by=UserFactory(), answers=dict.fromkeys(questions, "These."))
        rejection = workflow.propose_rejection(proposal, by=person, ground="duplicate", explanation="x")
        workflow.dismiss_rejection(rejection, by=person)
    office.get(page_of(proposal))

    with assertNumQueries(PAGE_QUERIES):
        office.get(page_of(proposal))
