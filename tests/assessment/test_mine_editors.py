"""The pages of co-editors: who works on it, changing and ending that, and what the link in the mail opens."""

import re
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from assessment import inviting
from assessment.models import ProposalEditor, Status
from assessment.views import editors
from tests.assessment.factories import UserFactory, co_editor, draft, office_member, proposal_in, submitted
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db

ANNA = "anna@example.org"


def address(name, *args):
    with override("en"):
        return reverse(f"assessment:{name}", args=args)


@pytest.fixture
def proposal(db):
    return draft()


@pytest.fixture
def submitter(client, proposal):
    client.force_login(proposal.submitted_by)
    return client


def invite(client, proposal, email=ANNA, right="edit"):
    return client.post(address("editor_list", proposal.reference), {"email": email, "right": right})


def invited(proposal, email=ANNA):
    return inviting.invite(proposal, email=email, right="edit", by=proposal.submitted_by)


def opened(client, editor, method="get"):
    return getattr(client, method)(address("invitation_accept", inviting.token(editor)))


# The list -----------------------------------------------------------------------------------------------------------


def test_editor_list_invites(submitter, proposal, mailoutbox):
    response = invite(submitter, proposal, right="view")

    editor = ProposalEditor.objects.get()
    assert (response.status_code, editor.email, editor.right) == (302, ANNA, "view")
    assert [mail.to for mail in mailoutbox] == [[ANNA]]
    html = submitter.get(address("editor_list", proposal.reference)).content.decode()
    assert ANNA in html
    assert "the link holds until" in html


@pytest.mark.parametrize(
    ("email", "right", "field"),
    [
        ("", "edit", "email"),
        ("no-address", "edit", "email"),
        ("a" * 300 + "@example.org", "edit", "email"),
        ("x@example.org\nBcc: y@example.org", "edit", "email"),
        (ANNA, "", "right"),
        (ANNA, "own", "right"),
    ],
)
def test_editor_list_refuses_what_is_no_address_or_right(submitter, proposal, email, right, field):
    response = invite(submitter, proposal, email, right)

    assert (response.status_code, ProposalEditor.objects.count()) == (200, 0)
    assert list(response.context["form"].errors) == [field]


def test_editor_list_says_that_the_submitter_is_not_invited(submitter, proposal):
    response = invite(submitter, proposal, proposal.submitted_by.email)

    assert response.context["form"].errors == {"email": ["This is the submitter's own address."]}


def test_editor_list_says_that_somebody_is_invited_already(submitter, proposal):
    invited(proposal)

    assert invite(submitter, proposal).context["form"].errors == {
        "email": ["This person is invited already."]
    }


def test_editor_list_sends_so_many_invitations_an_hour(submitter, proposal):
    for _time in range(editors.INVITATIONS.times):
        invite(submitter, proposal, proposal.submitted_by.email)

    response = invite(submitter, proposal)

    assert response.context["form"].errors == {
        "__all__": ["Too many invitations were sent. Please try again later."]
    }
    assert ProposalEditor.objects.count() == 0


@pytest.mark.parametrize("right", ["edit", "view"])
def test_co_editors_read_the_list_without_addresses_and_invite_nobody(client, proposal, right):
    anna, bert = UserFactory(email=ANNA), UserFactory()
    co_editor(proposal, anna)
    client.force_login(co_editor(proposal, bert, right=right))

    html = client.get(address("editor_list", proposal.reference)).content.decode()

    assert anna.name in html
    assert ANNA not in html
    assert invite(client, proposal, "new@example.org").status_code == 403
    assert ProposalEditor.objects.count() == 2


def test_office_reads_who_works_on_it(proposal):
    received = submitted(proposal)
    anna = co_editor(received)
    client = signed_in(office_member())

    html = client.get(address("editor_list", received.reference)).content.decode()

    assert anna.name in html
    assert invite(client, received).status_code == 403


def test_nobody_is_invited_after_the_decision(client):
    proposal = proposal_in(Status.PUBLISHED)
    client.force_login(proposal.submitted_by)

    assert invite(client, proposal).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_editor_list_runs_a_constant_number_of_statements(
    submitter, proposal, number, django_assert_num_queries
):
    for _time in range(number):
        co_editor(proposal)

    with django_assert_num_queries(10):
        submitter.get(address("editor_list", proposal.reference))


# Changing and ending ------------------------------------------------------------------------------------------------


def test_editor_update_changes_the_right(submitter, proposal):
    co_editor(proposal)
    editor = ProposalEditor.objects.get()

    submitter.post(address("editor_update", proposal.reference, editor.pk), {"right": "view"})
    submitter.post(address("editor_update", proposal.reference, editor.pk), {"right": "own"})

    editor.refresh_from_db()
    assert editor.right == "view"


def test_editor_update_is_the_submitters_alone(client, proposal):
    bert = co_editor(proposal, right="view")
    client.force_login(bert)
    editor = ProposalEditor.objects.get()

    response = client.post(address("editor_update", proposal.reference, editor.pk), {"right": "edit"})

    editor.refresh_from_db()
    assert (response.status_code, editor.right) == (403, "view")


def test_editor_of_another_proposal_is_not_found(submitter, proposal):
    co_editor(draft())
    pk = ProposalEditor.objects.get().pk

    for name in ("editor_update", "editor_remove"):
        response = submitter.post(address(name, proposal.reference, pk), {"right": "view"})
        assert response.status_code == 404


def test_editor_remove_asks_once_and_removes(submitter, proposal):
    anna = co_editor(proposal)
    path = address("editor_remove", proposal.reference, ProposalEditor.objects.get().pk)

    assert f"Remove {anna.name}?" in submitter.get(path).content.decode()
    assert submitter.post(path)["Location"] == address("editor_list", proposal.reference)
    assert ProposalEditor.objects.get().removed_at is not None
    assert submitter.post(path).status_code == 404


def test_editor_remove_lets_people_leave_at_any_time(client):
    proposal = proposal_in(Status.PUBLISHED)
    client.force_login(co_editor(proposal, right="view"))

    response = client.post(address("editor_remove", proposal.reference, ProposalEditor.objects.get().pk))

    assert response["Location"] == address("proposal_list")
    assert client.get(address("proposal_detail", proposal.reference)).status_code == 404


def test_editor_remove_of_others_is_refused(client, proposal):
    anna = co_editor(proposal)
    client.force_login(co_editor(proposal))
    pk = ProposalEditor.objects.get(user=anna).pk

    response = client.post(address("editor_remove", proposal.reference, pk))

    assert (response.status_code, ProposalEditor.objects.invited().count()) == (403, 2)


# The link -----------------------------------------------------------------------------------------------------------


def test_invitation_says_what_it_is_and_leads_to_sign_in_and_back(client, proposal):
    editor = invited(proposal)

    response = opened(client, editor)

    html = response.content.decode()
    path = address("invitation_accept", inviting.token(editor))
    assert (response.status_code, "no-store" in response["Cache-Control"]) == (200, True)
    assert proposal.submitted_by.name in html
    assert proposal.reference in html
    assert re.findall(r"\?next=([^\"]+)", html) == [quote(path), quote(path)]
    assert '<meta name="robots" content="noindex">' in html


def test_invitation_is_not_accepted_by_looking_at_it(client, proposal):
    client.force_login(UserFactory(email=ANNA))
    editor = invited(proposal)

    assert opened(client, editor).status_code == 200

    editor.refresh_from_db()
    assert editor.accepted_at is None


def test_invitation_accept_leads_to_the_proposal_and_again_later(client, proposal):
    client.force_login(UserFactory(email=ANNA))
    editor = invited(proposal)

    first, second = opened(client, editor, "post"), opened(client, editor)

    assert first["Location"] == second["Location"] == address("proposal_detail", proposal.reference)
    assert client.get(first["Location"]).status_code == 200


def test_visitor_accepts_nothing(client, proposal):
    editor = invited(proposal)

    opened(client, editor, "post")

    editor.refresh_from_db()
    assert editor.accepted_at is None


@pytest.mark.parametrize("method", ["get", "post"])
def test_invitation_of_somebody_else_is_refused_in_words(client, proposal, method):
    eve = UserFactory(email="eve@example.org")
    client.force_login(eve)
    editor = invited(proposal)

    response = opened(client, editor, method)

    editor.refresh_from_db()
    html = response.content.decode()
    assert (response.status_code, editor.user) == (403, None)
    assert "You are signed in as eve@example.org." in html
    assert ANNA not in html
    assert client.get(address("proposal_detail", proposal.reference)).status_code == 404


def ended(editor, problem):
    if problem == "removed":
        inviting.remove(editor)
    elif problem == "used":
        ProposalEditor.objects.update(user=UserFactory(), accepted_at=timezone.now())


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("is_signed_in", [False, True])
@pytest.mark.parametrize("problem", ["removed", "used"])
def test_ended_invitation_says_so(client, proposal, problem, is_signed_in, method):
    editor = invited(proposal)
    if is_signed_in:
        client.force_login(UserFactory(email=ANNA))
    ended(editor, problem)

    response = opened(client, editor, method)

    assert (response.status_code, response.context["problem"]) == (410, problem)
    assert not ProposalEditor.objects.filter(user__email=ANNA).exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_expired_invitation_says_so(client, proposal, method, monkeypatch):
    editor = invited(proposal)
    client.force_login(UserFactory(email=ANNA))
    monkeypatch.setattr(inviting, "LINK_LIFE", -inviting.LINK_LIFE)

    response = opened(client, editor, method)

    assert (response.status_code, response.context["problem"]) == (410, "expired")
    assert ProposalEditor.objects.get().user is None


@pytest.mark.parametrize("token", ["x", "1:x:y", "9" * 3000, "%00", "%E2%80%A8"], ids=range(5))
def test_made_up_invitation_is_a_friendly_page_or_a_bad_request(client, token):
    response = client.get(f"/en/invitations/{token}/")

    assert response.status_code in {400, 404}


def test_submitter_who_opens_the_link_comes_to_the_proposal(submitter, proposal):
    assert opened(submitter, invited(proposal))["Location"] == address("proposal_detail", proposal.reference)


def test_invitation_survives_signing_up(client, proposal, mailoutbox):
    """Whoever has no account makes one and comes back to the invitation."""
    editor = invited(proposal)
    path = address("invitation_accept", inviting.token(editor))
    with override("en"):
        sign_up = reverse("account_signup")

    response = client.post(
        f"{sign_up}?next={path}",
        {"email": ANNA, "name": "Anna", "password1": "correct horse battery", "next": path},
        follow=True,
    )
    code = re.search(r"^[A-Z0-9]{3,}(-[A-Z0-9]+)*$", mailoutbox[-1].body, re.MULTILINE).group()
    response = client.post(response.request["PATH_INFO"], {"code": code})

    assert response["Location"] == path
    opened(client, editor, "post")
    assert ProposalEditor.objects.get().user.email == ANNA
