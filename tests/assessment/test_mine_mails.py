"""What the mails about a proposal say: in the language of the receiver, whole, with reference, link and next step."""

import re

import pytest
from django.utils import timezone
from django.utils.translation import override

from assessment import inviting, workflow
from assessment.models import Status
from tests.assessment.factories import (
    DECLARATION,
    STEPS,
    CallFactory,
    co_editor,
    complete,
    draft,
    member_of,
    office_member,
    proposal_in,
)
from tests.factories import NetworkFactory

pytestmark = pytest.mark.django_db


def mail_of(mailoutbox, kind, language):
    mails = [mail for mail in mailoutbox if mail.kind == kind and mail.language == language]
    return mails[-1]


def proposal_by(language, **values):
    network = NetworkFactory()
    user = member_of(network)
    user.language, user.name = language, "Ada"
    user.save()
    return draft(by=user, network=network, title_de="Die Brücke", title_en="The bridge", **values)


def journey(language):
    """Go through every step that writes a mail; the office reads the same language."""
    office = office_member(language=language)
    call = CallFactory(outcome_on=timezone.localdate().replace(month=12, day=31))
    proposal = proposal_by(language, call=call)
    inviting.invite(proposal, email="anna@example.org", right="edit", by=proposal.submitted_by)
    complete(proposal)
    for status in (Status.SUBMITTED, Status.SCREENING, Status.NEEDS_INFO):
        STEPS[status](proposal)
        proposal.refresh_from_db()
    workflow.answer(proposal, by=proposal.submitted_by, answers={"success": "Gut.", "transfer": "Nichts."})
    proposal.refresh_from_db()
    workflow.withdraw(proposal, by=proposal.submitted_by)
    return proposal, office


KINDS = {
    "proposal_received": ("Your proposal {} has arrived", "Ihr Vorschlag {} ist angekommen"),
    "proposal_arrived": ("New proposal {}", "Neuer Vorschlag {}"),
    "proposal_question": ("A question about your proposal {}", "Eine Frage zu Ihrem Vorschlag {}"),
    "proposal_answered": ("Answer to your question about {}", "Antwort auf Ihre Frage zu {}"),
    "proposal_withdrawn": ("The proposal {} was withdrawn", "Der Vorschlag {} wurde zurückgezogen"),
    "proposal_taken_back": ("Withdrawn: proposal {}", "Zurückgezogen: Vorschlag {}"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_mail_names_the_proposal_and_leads_to_it(mailoutbox, kind):
    proposal, _office = journey("en")

    mail = mail_of(mailoutbox, kind, "en")

    assert mail.subject == KINDS[kind][0].format(proposal.reference)
    assert proposal.reference in mail.body or kind in {"proposal_question", "proposal_answered"}
    assert "The bridge" in mail.body
    is_for_office = kind in {"proposal_arrived", "proposal_answered", "proposal_taken_back"}
    place = (
        f"/en/admin/assessment/proposal/{proposal.reference}/"
        if is_for_office
        else f"/en/proposals/{proposal.reference}/"
    )
    assert place in mail.body
    assert "What happens next:" in mail.body or kind == "proposal_taken_back"


def test_mails_hold_no_trace_of_their_template(mailoutbox):
    journey("en")

    for mail in mailoutbox:
        text = f"{mail.subject}\n{mail.body}"
        assert not re.search(r"{[{%]|[%}]}|None|&\w+;| {2,}\S", text), mail.kind
        assert not re.search(r"\n{4,}", mail.body), mail.kind


def test_mail_that_confirms_holds_the_whole_text(mailoutbox):
    proposal, _office = journey("en")

    mail = mail_of(mailoutbox, "proposal_received", "en")

    for field in ("need", "solution", "success", "transfer", "benefit", "summary"):
        assert f"Text zu {field}." in mail.body
    assert "You hear the outcome by 31 December" in mail.body
    assert proposal.reference in mail.body.splitlines()


def test_mail_with_a_question_lists_each_with_its_day(mailoutbox):
    journey("en")

    body = mail_of(mailoutbox, "proposal_question", "en").body

    assert "Uns fehlen Zahlen." in body
    assert "- Proven success: Wie viele?\n- Transfer: Was braucht man?\n" in body
    assert "Please answer by" in body


def test_mail_with_a_rejection_gives_ground_and_reason(mailoutbox):
    proposal = proposal_in(Status.REJECTED)

    mail = mailoutbox[-1]

    assert (mail.kind, mail.to) == ("proposal_rejected", [proposal.submitted_by.email])
    assert "Gibt es schon." in mail.body


def test_every_author_gets_a_copy_in_their_language(mailoutbox):
    proposal = proposal_by("en")
    german = co_editor(proposal)
    workflow.submit(
        complete(proposal), by=proposal.submitted_by, declaration=DECLARATION, arrived=timezone.now()
    )

    received = {mail.to[0]: mail.language for mail in mailoutbox if mail.kind == "proposal_received"}
    assert received == {proposal.submitted_by.email: "en", german.email: "de"}
    links = {mail.language: re.search(r"http://\S+", mail.body).group() for mail in mailoutbox}
    assert links["en"].endswith(f"/en/proposals/{proposal.reference}/")
    assert links["de"].startswith("http://testserver/de/")


def test_draft_that_is_withdrawn_is_no_business_of_the_office(mailoutbox):
    office_member()
    proposal = draft()

    workflow.withdraw(proposal, by=proposal.submitted_by)

    assert [mail.kind for mail in mailoutbox] == ["proposal_withdrawn"]


def test_invitation_says_who_invites_and_what_to_do(mailoutbox):
    proposal = proposal_by("en")

    with override("en"):
        inviting.invite(proposal, email="anna@example.org", right="view", by=proposal.submitted_by)

    (mail,) = mailoutbox
    assert mail.subject == "Ada invites you to work on a proposal"
    assert "You would be able to read." in mail.body
    assert "holds for 14 days" in mail.body
