"""How somebody comes to work on a proposal: the invitation, its link, and everything that is refused."""

import datetime
import re

import pytest
from django.core.signing import TimestampSigner
from django.utils import timezone

from assessment import inviting, permissions
from assessment.models import Proposal, ProposalEditor
from tests.assessment.factories import UserFactory, draft

pytestmark = pytest.mark.django_db

ANNA = "anna@example.org"


@pytest.fixture
def proposal(db):
    return draft()


def invited(proposal, email=ANNA, right="edit"):
    return inviting.invite(proposal, email=email, right=right, by=proposal.submitted_by)


def accepted(editor, by):
    inviting.accept(inviting.found(inviting.token(editor)), by=by)


def test_invitation_is_mailed_with_its_link(proposal, mailoutbox):
    editor = invited(proposal)

    (mail,) = mailoutbox
    assert (mail.kind, mail.to, mail.is_secret) == ("proposal_invitation", [ANNA], True)
    (token,) = re.findall(r"^http://\S+?/([^/\s]+)/$", mail.body, re.MULTILINE)
    assert inviting.found(token).editor == editor


def test_accepting_lets_the_person_in_with_the_right(proposal):
    anna, bert = UserFactory(email=ANNA), UserFactory(email="bert@example.org")

    accepted(invited(proposal), anna)
    accepted(invited(proposal, bert.email, "view"), bert)

    assert (permissions.can_edit(anna, proposal), permissions.can_edit(bert, proposal)) == (True, False)
    assert set(Proposal.objects.visible_to(anna)) == set(Proposal.objects.visible_to(bert)) == {proposal}


def test_an_invitation_alone_shows_nothing(proposal):
    anna = UserFactory(email=ANNA)
    invited(proposal)

    assert list(Proposal.objects.visible_to(anna)) == []


@pytest.mark.parametrize("case", [str.lower, str.upper], ids=["same", "capitals"])
def test_submitter_is_not_invited(proposal, case):
    with pytest.raises(inviting.IsSubmitter):
        invited(proposal, case(proposal.submitted_by.email))


@pytest.mark.parametrize("has_accepted", [False, True])
def test_nobody_is_invited_twice(proposal, has_accepted):
    editor = invited(proposal)
    if has_accepted:
        accepted(editor, UserFactory(email=ANNA))

    with pytest.raises(inviting.InvitedAlready):
        invited(proposal, ANNA.upper())


def test_person_whose_address_has_changed_is_not_invited_twice(proposal):
    anna = UserFactory(email=ANNA)
    accepted(invited(proposal), anna)
    anna.email = "anna.neu@example.org"
    anna.save()

    with pytest.raises(inviting.InvitedAlready):
        invited(proposal, anna.email)


def test_number_of_co_editors_has_an_end(proposal):
    for number in range(inviting.MOST_EDITORS):
        invited(proposal, f"p{number}@example.org")

    with pytest.raises(inviting.TooManyEditors):
        invited(proposal)


def test_one_address_is_written_to_a_few_times_a_day_whoever_asks(proposal):
    for _time in range(inviting.MOST_INVITATIONS):
        inviting.remove(invited(draft()))

    with pytest.raises(inviting.TooMany):
        invited(proposal, ANNA.title())

    ProposalEditor.objects.update(invited_at=timezone.now() - inviting.DAY)
    assert invited(proposal).email == ANNA


def test_refused_invitation_writes_no_mail(proposal, mailoutbox):
    with pytest.raises(inviting.IsSubmitter):
        invited(proposal, proposal.submitted_by.email)

    assert (mailoutbox, ProposalEditor.objects.count()) == ([], 0)


# The link -----------------------------------------------------------------------------------------------------------


def test_link_of_another_row_does_not_open_this_one(proposal):
    mine, other = invited(proposal), invited(proposal, "bert@example.org")
    forged = inviting.token(other).replace(f"{other.pk}:", f"{mine.pk}:", 1)

    with pytest.raises(inviting.LinkForged):
        inviting.found(forged)


@pytest.mark.parametrize(
    "token",
    ["", "1", "1:x:y", ":::", "x:y:z", "²:a:b", "٣:a:b", f"{10**40}:a:b", "-1:a:b", "1:\u2028:b", "9" * 5000],
    ids=range(11),
)
def test_made_up_link_opens_nothing(proposal, token):
    invited(proposal)

    with pytest.raises(inviting.LinkForged):
        inviting.found(token)


def test_link_signed_for_something_else_opens_nothing(proposal):
    editor = invited(proposal)

    with pytest.raises(inviting.LinkForged):
        inviting.found(TimestampSigner().sign(str(editor.pk)))


def test_link_is_void_once_the_address_of_the_row_is_another(proposal):
    editor = invited(proposal)
    token = inviting.token(editor)
    ProposalEditor.objects.filter(pk=editor.pk).update(email="bert@example.org")

    with pytest.raises(inviting.LinkForged):
        inviting.found(token)


def test_link_ends_after_two_weeks(proposal, monkeypatch):
    editor = invited(proposal)
    token = inviting.token(editor)

    monkeypatch.setattr(
        "time.time", lambda: timezone.now().timestamp() + inviting.LINK_LIFE.total_seconds() + 2
    )

    assert inviting.found(token).problem == "expired"
    with pytest.raises(inviting.LinkUsed):
        inviting.accept(inviting.found(token), by=UserFactory(email=ANNA))


def test_accepting_for_somebody_else_is_refused(proposal):
    editor = invited(proposal)

    with pytest.raises(inviting.OtherPerson):
        accepted(editor, UserFactory(email="eve@example.org"))

    editor.refresh_from_db()
    assert editor.user is None


@pytest.mark.parametrize(("end", "problem"), [("removed_at", "removed"), ("accepted_at", "used")])
def test_ended_invitation_cannot_be_accepted(proposal, end, problem):
    editor, anna = invited(proposal), UserFactory(email=ANNA)
    values = {end: timezone.now()} if end == "removed_at" else {end: timezone.now(), "user": UserFactory()}
    ProposalEditor.objects.filter(pk=editor.pk).update(**values)

    found = inviting.found(inviting.token(editor))

    assert found.problem == problem
    with pytest.raises(inviting.LinkUsed):
        inviting.accept(found, by=anna)


def test_person_who_is_in_already_is_not_let_in_twice(proposal):
    anna = UserFactory(email=ANNA)
    accepted(invited(proposal), anna)
    second = ProposalEditor.objects.create(
        proposal=proposal, email="a.nna@example.org", invited_by=proposal.submitted_by
    )
    anna.email = second.email
    anna.save()

    with pytest.raises(inviting.LinkUsed):
        accepted(second, anna)


def test_removed_person_sees_nothing_and_the_row_stays(proposal):
    anna, editor = UserFactory(email=ANNA), invited(proposal)
    accepted(editor, anna)

    inviting.remove(editor)

    assert list(Proposal.objects.visible_to(anna)) == []
    assert permissions.is_involved(anna, proposal)


def test_first_end_counts(proposal):
    editor = invited(proposal)
    inviting.remove(editor)
    first = ProposalEditor.objects.get().removed_at

    inviting.remove(editor)

    assert ProposalEditor.objects.get().removed_at == first
    assert isinstance(first, datetime.datetime)


def test_right_is_changed_and_not_of_those_who_left(proposal):
    anna, editor = UserFactory(email=ANNA), invited(proposal)
    accepted(editor, anna)

    inviting.change_right(editor, right="view")
    assert not permissions.can_edit(anna, proposal)

    inviting.remove(editor)
    inviting.change_right(editor, right="edit")
    assert ProposalEditor.objects.get().right == "view"
