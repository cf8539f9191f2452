"""A person who asks for it is erased; what the person did stays, whole and provable."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import override

from assessment import workflow
from assessment.models import Assessment, BoardSeat, ProposalEditor, Status
from catalogue.models import Consent, ContactPerson
from goodpractice.accounts import erasing
from goodpractice.accounts.models import Erasure, User
from goodpractice.outbox import letters
from goodpractice.outbox.models import Mail
from tests.assessment.factories import UserFactory, decision_of, handed_in, member_of, proposal_in, with_board
from tests.factories import ExampleFactory, NetworkFactory
from tests.goodpractice.signing_in import signed_in, with_factor

REASON = "Letter of 3 May, file number 17."
NAME, ADDRESS = "Zora Zwiebel", "zora.zwiebel@example.org"


@pytest.fixture(autouse=True)
def _roles(db):
    call_command("loaddata", "roles", verbosity=0)


@pytest.fixture
def office(make_person):
    return make_person("office@example.org", "office", is_staff=True, language="en")


@pytest.fixture
def person(make_person):
    zora = make_person(ADDRESS, "board", "submitter", password="a long pass phrase 1")
    User.objects.filter(pk=zora.pk).update(name=NAME, organisation="Zwiebel e.V.", subproject="Z 7")
    return with_factor(User.objects.get(pk=zora.pk))


def erase(person, by):
    return erasing.erase(person, by=by, reason=REASON)


def mail_to(receiver, **values):
    return Mail.objects.create(
        receiver=receiver, language="de", subject=f"An {NAME}", text=NAME, html=NAME, **values
    )


def path(person):
    return f"/en/admin/accounts/user/{person.pk}/erase/"


def traces():
    """Return each column of each table that holds the name or the address, in whatever case."""
    found = set()
    with connection.cursor() as cursor:
        stored = [
            model
            for model in apps.get_models(include_auto_created=True)
            if model._meta.managed and model._meta.db_table in connection.introspection.table_names(cursor)
        ]
        for model in stored:
            for field in model._meta.local_concrete_fields:
                if isinstance(field, models.CharField | models.TextField | models.JSONField):
                    cursor.execute(
                        f'SELECT count(*) FROM "{model._meta.db_table}" WHERE "{field.column}"::text ~* %s',
                        ["zwiebel"],
                    )
                    if cursor.fetchone()[0]:
                        found.add(f"{model._meta.db_table}.{field.column}")
    return found


# What goes ------------------------------------------------------------------------------------------------------------


def test_nothing_says_who_it_was(person, office):
    theirs = signed_in(person)
    UserSession.objects.create(
        user=person, session_key=theirs.session.session_key, ip="192.0.2.1", user_agent="Firefox"
    )
    example = ExampleFactory()
    contact = ContactPerson.objects.create(
        example=example, name=NAME, email=ADDRESS.title(), phone="030 1", organisation="Zwiebel e.V."
    )
    Consent.objects.create(contact=contact, text_version="1", how=Consent.How.LINK)
    ContactPerson.objects.filter(pk=contact.pk).update(is_published=True)
    proposal = proposal_in(Status.SUBMITTED)
    ProposalEditor.objects.create(proposal=proposal, email=ADDRESS, invited_by=proposal.submitted_by)
    mail_to(ADDRESS, state=Mail.State.SENT, sent_at=timezone.now())
    mail_to(ADDRESS.upper())
    LogEntry.objects.create(user=office, object_id=str(person.pk), object_repr=NAME, action_flag=2)
    assert {"accounts_user.name", "accounts_user.email", "outbox_mail.receiver"} <= traces()

    erase(person, office)

    assert traces() == set()
    person.refresh_from_db()
    assert (person.is_active, person.has_usable_password(), person.groups.count()) == (False, False, 0)
    assert not Authenticator.objects.filter(user=person).exists()
    assert not EmailAddress.objects.filter(user=person).exists()
    assert not get_user(theirs).is_authenticated
    contact.refresh_from_db()
    assert (contact.is_published, contact.phone) == (False, "")
    assert [one.state for one in Mail.objects.all()] == [Mail.State.SENT]


def test_person_is_called_former_member_in_the_language_of_the_reader(person, office):
    erase(person, office)
    person.refresh_from_db()

    with override("en"):
        assert (str(person), person.get_short_name()) == (f"former member {person.pk}",) * 2
    assert person.is_erased


def test_no_mail_goes_to_whom_was_erased(person, office, mailoutbox):
    done = erase(person, office)
    person.refresh_from_db()

    for whom in (person, office):
        letters.send("factor_reset", whom, {"reset": done, "operator": {}})

    assert [one.to for one in mailoutbox] == [[office.email]]


def test_address_is_free_for_a_new_account(person, office, make_person):
    erase(person, office)

    assert make_person(ADDRESS).pk != person.pk


# What stays -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("called", "expected"),
    [
        ("Uma (Demo)", "–"),
        ("Netz Nord, uma (demo)", "–"),
        ("Uma (Demo) <uma@example.org>", "–"),
        ("Numa (Demo)", "Numa (Demo)"),
        ("puma@example.org", "puma@example.org"),
    ],
)
def test_log_forgets_the_person_and_nobody_else(office, called, expected):
    person = UserFactory(name="Uma (Demo)", email="uma@example.org")
    entry = LogEntry.objects.create(user=office, object_id="1", object_repr=called, action_flag=2)

    erase(person, office)

    entry.refresh_from_db()
    assert entry.object_repr == expected


def test_scores_decision_and_history_of_a_member_stay(person, office):
    proposal = proposal_in(Status.IN_REVIEW)
    with_board(proposal.call, size=3)
    BoardSeat.objects.create(call=proposal.call, user=person, constituency="ministry")
    for seat in proposal.call.seats.select_related("user"):
        handed_in(seat, proposal)
    workflow.conclude_review(proposal)
    workflow.confirm_decision(decision_of(proposal, "approved"), by=person)
    before = everything(proposal)

    erase(person, office)

    assert everything(proposal) == before
    assert proposal.decisions.get().confirmed_by == person
    assert Assessment.objects.filter(seat__user=person, voided_at=None).count() == 1
    call_command("check_invariants", verbosity=0)


def test_proposal_of_a_submitter_stays(person, office):
    network = NetworkFactory()
    proposal = proposal_in(Status.SUBMITTED, by=member_of(network, person), network=network)
    before = everything(proposal)

    erase(person, office)

    proposal.refresh_from_db()
    assert (proposal.submitted_by, everything(proposal)) == (person, before)
    call_command("check_invariants", verbosity=0)


def everything(proposal):
    return [
        list(records.order_by("pk").values())
        for records in (
            proposal.transitions,
            proposal.versions,
            proposal.decisions,
            Assessment.objects.filter(proposal=proposal),
            proposal.call.seats,
        )
    ]


# Who may --------------------------------------------------------------------------------------------------------------


def test_office_erases_by_a_page_and_it_is_recorded(person, office):
    client = signed_in(office)
    assert path(person) in client.get(f"/en/admin/accounts/user/{person.pk}/change/").content.decode()

    page = client.post(path(person), {"is_asked": "on", "reason": REASON}, follow=True).content.decode()

    done = Erasure.objects.get()
    assert (done.person, done.by, done.reason) == (person, office, REASON)
    assert f"by Office: {REASON}" in page
    assert f"“former member {person.pk}”" in page
    assert NAME not in page
    assert path(person) not in page


@pytest.mark.parametrize("missing", ["is_asked", "reason"])
def test_page_asks_for_reason_and_care(person, office, missing):
    data = {"is_asked": "on", "reason": REASON}
    del data[missing]

    response = signed_in(office).post(path(person), data)

    assert response.context["form"].errors.keys() == {missing}
    person.refresh_from_db()
    assert person.email == ADDRESS


def test_who_may_erase_whom(person, office, make_person):
    second = make_person("second@example.org", "office", is_staff=True)
    administrator = make_person("admin@example.org", "administrator", is_staff=True)
    people = {"office": office, "second": second, "administrator": administrator, "member": person}

    found = {(by, whom) for by in people for whom in people if erasing.may_erase(people[by], people[whom])}

    assert found == {
        ("office", "member"),
        ("second", "member"),
        *(("administrator", whom) for whom in ("office", "second", "member")),
    }


def test_page_is_closed_to_who_may_not(person, office, make_person):
    second = make_person("second@example.org", "office", is_staff=True)

    assert signed_in(office).post(path(second), {"is_asked": "on", "reason": REASON}).status_code == 403
    assert signed_in(office).post(path(office), {"is_asked": "on", "reason": REASON}).status_code == 403
    assert not Erasure.objects.exists()


def test_second_time_is_told(person, office):
    erase(person, office)

    with pytest.raises(erasing.ErasedAlready):
        erase(person, office)
    signed_in(office).post(path(person), {"is_asked": "on", "reason": REASON})

    assert Erasure.objects.count() == 1


def test_erased_account_is_not_changed_any_more(person, make_person):
    root = make_person("root@example.org", is_staff=True, is_superuser=True)
    erase(person, UserFactory())

    response = signed_in(root).post(
        f"/en/admin/accounts/user/{person.pk}/change/", {"email": ADDRESS, "name": NAME, "language": "de"}
    )

    assert response.status_code == 403
    person.refresh_from_db()
    assert person.is_erased


def test_record_of_an_erasure_stays(person, office):
    done = erase(person, office)

    for attack in (done.delete, lambda: Erasure.objects.update(reason="")):
        with pytest.raises(DatabaseError), transaction.atomic():
            attack()
