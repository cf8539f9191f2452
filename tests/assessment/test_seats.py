"""Seats on the board: given, invited, ended; who has come; what the board could judge. And passing on to it."""

import pytest
from django.utils import timezone

from assessment import eligibility, judging, seating, workflow
from assessment.models import BoardSeat, ConflictDeclaration, Status
from goodpractice.accounts.models import User
from goodpractice.outbox.models import Mail
from tests.assessment.factories import (
    CallFactory,
    UserFactory,
    member_of,
    office_member,
    proposal_in,
    rubric_of,
    with_board,
)
from tests.assessment.office import colleague, office_person, told
from tests.goodpractice.signing_in import signed_in, with_factor

pytestmark = pytest.mark.django_db

SEATS = "/en/admin/assessment/boardseat/"
CONFLICTS = "/en/admin/assessment/conflictdeclaration/"


@pytest.fixture(autouse=True)
def _outbox(settings):
    settings.EMAIL_BACKEND = "goodpractice.outbox.backend.OutboxBackend"


@pytest.fixture
def person(db):
    return office_person()


@pytest.fixture
def office(person):
    return signed_in(person)


@pytest.fixture
def call():
    return CallFactory()


def page_of(call, step=""):
    return f"{SEATS}{call.slug}/{step}"


def given(**values):
    return {
        "email": "new@example.org",
        "name": "Nele Neu",
        "language": "en",
        "constituency": "ministry",
        "substitutes": "",
        **values,
    }


def errors(response):
    return {
        name: [error.code for error in found.as_data()]
        for name, found in response.context["form"].errors.items()
    }


def mails():
    return sorted(Mail.objects.values_list("kind", "receiver", "language"))


# Giving ---------------------------------------------------------------------------------------------------------------


def test_new_person_gets_account_role_seat_and_invitation(office, call):
    response = office.post(page_of(call, "give/"), given())

    seat = BoardSeat.objects.get()
    assert (response.status_code, response.url) == (302, page_of(call))
    assert (seat.user.email, seat.user.name, seat.user.language) == ("new@example.org", "Nele Neu", "en")
    assert (seat.call, seat.constituency, seat.ended_at) == (call, "ministry", None)
    assert [group.name for group in seat.user.groups.all()] == ["board"]
    assert not seat.user.has_usable_password()
    mail = Mail.objects.get()
    assert (mail.kind, mail.receiver, mail.language) == ("board_invitation", "new@example.org", "en")
    assert "/en/admin/assessment/assessment/" in mail.text
    assert str(call.title_en) in mail.text


def test_known_person_keeps_name_and_language_and_is_found_without_regard_to_case(office, call):
    known = UserFactory(email="Known@example.org", name="Kim", language="de")

    office.post(page_of(call, "give/"), given(email="known@EXAMPLE.org", name="Other"))

    known.refresh_from_db()
    assert (BoardSeat.objects.get().user, known.name, known.language) == (known, "Kim", "de")
    assert mails() == [("board_invitation", "Known@example.org", "de")]
    assert "/de/" in Mail.objects.get().text


def test_seat_is_refused_in_words_at_the_field(office, person, call):
    holder, former = (
        seating.give(call, seating.Person("a@example.org", "A"), constituency="ministry", by=person),
        None,
    )
    former = office_member()
    BoardSeat.objects.create(call=call, user=former, constituency="ministry", ended_at=timezone.now())
    UserFactory(email="closed@example.org", is_active=False)
    elsewhere = BoardSeat.objects.create(call=CallFactory(), user=UserFactory(), constituency="ministry")
    before = mails()

    found = {
        name: errors(office.post(page_of(call, "give/"), given(**values)))
        for name, values in {
            "own": {"email": person.email},
            "twice": {"email": holder.user.email.upper()},
            "lost": {"email": former.email},
            "closed": {"email": "closed@example.org"},
            "nameless": {"name": " "},
            "other side": {"substitutes": holder.pk, "constituency": "regional_network"},
            "other call": {"substitutes": elsewhere.pk},
            "nothing": dict.fromkeys(given(), ""),
        }.items()
    }

    assert found == {
        "own": {"email": ["OwnSeat"]},
        "twice": {"email": ["HeldAlready"]},
        "lost": {"email": ["SeatLost"]},
        "closed": {"email": ["AccountClosed"]},
        "nameless": {"name": ["NameMissing"]},
        "other side": {"substitutes": ["AnotherBench"]},
        "other call": {"substitutes": ["invalid_choice"]},
        "nothing": {"email": ["required"], "language": ["required"], "constituency": ["required"]},
    }
    assert (call.seats.filter(ended_at=None).count(), mails()) == (1, before)
    assert not User.objects.filter(email="new@example.org").exists()


def test_substitute_stands_in_for_a_member_and_both_sit(office, person, call):
    member = seating.give(call, seating.Person("a@example.org", "Anna"), constituency="ministry", by=person)

    office.post(page_of(call, "give/"), given(substitutes=member.pk))
    page = office.get(page_of(call)).content.decode()

    assert call.seats.get(user__email="new@example.org").substitutes == member
    assert call.seats.filter(ended_at=None).count() == 2
    assert "substitute for Anna" in page
    assert "substitute for Anna" in Mail.objects.get(receiver="new@example.org").text.replace("\n", " ")


# Ending ---------------------------------------------------------------------------------------------------------------


def test_end_takes_seat_and_role_and_asks_first(office, person, call):
    seat = seating.give(call, seating.Person("a@example.org", "Anna"), constituency="ministry", by=person)
    path = page_of(call, f"{seat.pk}/end/")

    asked = office.get(path)
    still = BoardSeat.objects.get().ended_at
    response = office.post(path)

    assert (asked.status_code, still, response.url) == (200, None, page_of(call))
    seat.refresh_from_db()
    assert seat.ended_at is not None
    assert list(seat.user.groups.all()) == []
    assert office.post(path).status_code == 404


def test_role_stays_while_another_seat_is_held(person, call):
    other = CallFactory()
    one, _two = (
        seating.give(each, seating.Person("a@example.org", "Anna"), constituency="ministry", by=person)
        for each in (call, other)
    )

    seating.end(one, by=person)

    assert one.user.groups.filter(name="board").exists()


def test_nobody_ends_the_own_seat(office, person, call):
    seat = BoardSeat.objects.create(call=call, user=person, constituency="ministry")

    response = office.post(page_of(call, f"{seat.pk}/end/"))

    seat.refresh_from_db()
    assert (told(response), seat.ended_at) == (["Nobody ends the own seat: ask a colleague."], None)


def test_member_gets_an_ended_seat_back_the_office_does_not(person, call):
    member = UserFactory()
    for user in (member, office_member()):
        BoardSeat.objects.create(call=call, user=user, constituency="ministry", ended_at=timezone.now())

    back = seating.give(call, seating.Person(member.email), constituency="dissemination", by=person)

    assert (back.ended_at, back.constituency, call.seats.count()) == (None, "dissemination", 2)


# The page -------------------------------------------------------------------------------------------------------------


def test_list_shows_who_has_come_and_invites_again(office, person, call):
    seating.give(call, seating.Person("a@example.org", "Anna"), constituency="ministry", by=person)
    come = BoardSeat.objects.create(
        call=call,
        user=with_factor(UserFactory(name="Berta", last_login=timezone.now())),
        constituency="dissemination",
    )

    response = office.get(page_of(call))
    again = office.post(page_of(call, f"{come.pk}/invite/"))

    shown = {
        seat.user.name: (seat.user.last_login is not None, seat.has_factor)
        for seat in response.context["seats"]
    }
    assert shown == {"Anna": (False, False), "Berta": (True, True)}
    assert again.url == page_of(call)
    assert mails()[-1] == ("board_invitation", come.user.email, "de")


def test_panels_tell_what_the_board_can_judge(office, call):
    seats = with_board(call)
    easy, hard = proposal_in(Status.SCREENING, call=call), proposal_in(Status.IN_REVIEW, call=call)
    proposal_in(Status.DRAFT, call=call)
    for seat in seats[:2]:
        member_of(hard.example.network, seat.user)

    panels = office.get(page_of(call)).context["panels"]

    assert [(one.proposal, len(one.eligible)) for one in panels] == [(easy, 4), (hard, 2)]
    assert panels[0].obstacles == []
    assert eligibility.TOO_FEW in panels[1].obstacles


def test_number_of_statements_does_not_grow(office, call, django_assert_max_num_queries):
    with_board(call)
    proposal_in(Status.IN_REVIEW, call=call)
    with django_assert_max_num_queries(30) as few:
        office.get(page_of(call))
    for _number in range(2):
        proposal_in(Status.IN_REVIEW, call=call)
    with_board(call, size=6)

    with django_assert_max_num_queries(30) as many:
        office.get(page_of(call))

    assert len(many) == len(few)


@pytest.mark.parametrize("step", ["", "give/"])
def test_nobody_but_the_office_finds_the_seats(call, step):
    (seat, *_others) = with_board(call)

    assert signed_in(seat.user).get(page_of(call, step)).status_code == 404
    assert signed_in(UserFactory()).post(page_of(call, step)).status_code == 404


# Passing on -----------------------------------------------------------------------------------------------------------


def without_rubric(call, seats):
    call.rubric = None
    call.save()


def with_half_a_rubric(call, seats):
    rubric_of().criteria.last().anchors.filter(level=3).delete()


def with_two(call, seats):
    BoardSeat.objects.filter(pk__in=[seats[0].pk, seats[1].pk]).update(ended_at=timezone.now())


def one_sided(call, seats):
    call.seats.update(constituency="ministry")


def other_sided(call, seats):
    call.seats.update(constituency="competence_centre")


@pytest.mark.parametrize(
    ("spoil", "obstacle"),
    [
        (without_rubric, eligibility.NO_RUBRIC),
        (with_half_a_rubric, eligibility.HALF_A_RUBRIC),
        (with_two, eligibility.TOO_FEW),
        (one_sided, eligibility.NO_REGIONAL),
        (other_sided, eligibility.NO_FEDERAL),
    ],
)
def test_pass_on_is_refused_in_words_and_can_be_mended(office, person, call, spoil, obstacle):
    proposal = proposal_in(Status.SCREENING, call=call)
    spoil(call, with_board(call))
    path = f"/en/admin/assessment/proposal/{proposal.reference}/begin-review/"
    data = {"is_tried": "on", "is_evident": "on", "is_new": "on", "finding": "Since 2021."}

    shown = office.get(path)
    response = office.post(path, data)

    proposal.refresh_from_db()
    assert proposal.status == Status.SCREENING
    assert str(obstacle) in shown.content.decode()
    assert list(response.context["form"].non_field_errors()) == [str(obstacle)]
    assert "Since 2021." in response.content.decode()


def test_pass_on_to_a_whole_board():
    call = CallFactory()
    with_board(call, size=3)
    proposal = proposal_in(Status.SCREENING, call=call)

    workflow.begin_review(proposal, by=UserFactory(), finding="So.")

    assert type(proposal).objects.get(pk=proposal.pk).status == Status.IN_REVIEW


# Declared conflicts ---------------------------------------------------------------------------------------------------


@pytest.fixture
def declaration(call):
    seats = with_board(call)
    proposal = proposal_in(Status.IN_REVIEW, call=call)
    return judging.declare(seats[0], proposal, has_conflict=True, explanation="We worked together.")


def test_withdrawal_takes_two_and_the_board_is_told(office, person, declaration):
    path, second = f"{CONFLICTS}{declaration.pk}/", signed_in(colleague())
    insider = declaration.seat.call.seats.exclude(pk=declaration.seat_id).last()
    member_of(declaration.proposal.example.network, insider.user)
    Mail.objects.all().delete()

    proposed = office.post(path, {"reason": "Another proposal was meant."})
    shown = second.get(path)
    own = office.post(path, {"shown": shown.context["form"]["shown"].value(), "confirm": "1"})
    told_before = Mail.objects.count()
    confirmed = second.post(path, {"shown": shown.context["form"]["shown"].value(), "confirm": "1"})

    assert (proposed.url, confirmed.url, told_before) == (path, path, 0)
    assert [error.code for error in own.context["form"].non_field_errors().as_data()] == ["same_person"]
    assert "Another proposal was meant." in shown.content.decode()
    declaration.refresh_from_db()
    assert (declaration.withdrawal_proposed_by, declaration.withdrawal_confirmed_by.email) == (
        person,
        "colleague@example.org",
    )
    receivers = {seat.user.email for seat in declaration.seat.call.seats.exclude(pk=insider.pk)}
    assert set(Mail.objects.values_list("kind", "receiver")) == {
        ("board_conflict_withdrawn", receiver) for receiver in receivers
    }


def test_withdrawal_can_be_dismissed_and_what_was_not_shown_is_not_answered(office, declaration):
    path, second = f"{CONFLICTS}{declaration.pk}/", signed_in(colleague())
    office.post(path, {"reason": "First."})
    stale = second.get(path).context["form"]["shown"].value()
    office.post(path, {"shown": stale})
    office.post(path, {"reason": "Second."})

    response = second.post(path, {"shown": stale, "confirm": "1"})

    declaration.refresh_from_db()
    assert errors(response) == {"shown": ["changed_meanwhile"]}
    assert (declaration.withdrawal_reason, declaration.withdrawn_at) == ("Second.", None)


def test_declared_conflict_is_not_withdrawn_by_the_member_and_hidden_from_those_in_conflict(
    office, person, declaration
):
    insider = office_person("insider@example.org", "Ina Insider")
    member_of(declaration.proposal.example.network, insider)
    path = f"{CONFLICTS}{declaration.pk}/"

    assert signed_in(insider).get(path).status_code == 404
    assert signed_in(insider).get(CONFLICTS).context["declarations"] == []
    assert signed_in(declaration.seat.user).get(path).status_code == 404
    assert errors(office.post(path, {"reason": " "})) == {"reason": ["required"]}
    assert [one.pk for one in office.get(CONFLICTS).context["declarations"]] == [declaration.pk]
    assert office.get(f"{CONFLICTS}call/{declaration.seat.call.slug}/").status_code == 200
    assert ConflictDeclaration.objects.get().withdrawal_proposed_by is None
