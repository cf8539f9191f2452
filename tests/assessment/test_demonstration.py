"""The demonstration's calls: finished, in review, open; each role finds its work, and dates are those of a process."""

import datetime
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.template.defaultfilters import date
from django.test import Client
from django.utils import timezone

from assessment import conflicts, demonstration, selection, standing
from assessment.demonstration import clock
from assessment.models import Assessment, BoardSeat, Call, FormalRejection, Proposal, Transition
from catalogue.models import Example
from goodpractice import demo
from goodpractice.accounts.models import User
from tests.assessment.factories import DAY
from tests.factories import NetworkFactory

NETWORKS = [
    "iq-netzwerk-musterland-nord",
    "iq-netzwerk-musterland-sued",
    "iq-netzwerk-musterland-ost",
    "iq-netzwerk-musterland-west",
    "iq-netzwerk-musterkueste",
]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Load it once for the module; each test undoes what it changes, and this what it has loaded."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loaddata", "vocabularies", verbosity=0)
        for slug in NETWORKS:
            NetworkFactory(slug=slug, is_demo=True)
        demo._create_accounts()
        call_command("load_demo_proposals", verbosity=0)
        yield
        transaction.set_rollback(True)


pytestmark = pytest.mark.usefixtures("world", "db")


def proposal(title):
    return Proposal.objects.get(example__title_de=title)


def statuses(slug):
    return Counter(Proposal.objects.filter(call__slug=slug).values_list("status", flat=True))


def test_each_call_holds_proposals_at_every_stage():
    assert statuses("demo-aufruf-eins") == {"published": 3, "rejected": 2, "deferred": 1}
    assert statuses("demo-aufruf-zwei") == {"in_review": 5, "discussion": 1, "decision_pending": 1}
    assert statuses("demo-aufruf") == {
        "draft": 1,
        "submitted": 1,
        "needs_info": 1,
        "screening": 1,
        "withdrawn": 1,
    }
    assert FormalRejection.objects.filter(confirmed_by=None, dismissed_at=None).count() == 1
    assert not Example.objects.filter(proposal__isnull=False, is_demo=False).exists()


def test_board_member_finds_work_of_each_kind():
    seat = BoardSeat.objects.get(call__slug="demo-aufruf-zwei", user__email="board@example.org")
    found = {one.example.title_de: standing.of(one) for one in Proposal.objects.filter(call=seat.call)}

    conflicted = [title for title, one in found.items() if seat in one.conflicted]
    to_do = [title for title, one in found.items() if seat in one.waiting_for]
    begun = Assessment.objects.get(seat=seat, handed_in_at=None)

    assert conflicted == ["Werkbank statt Lebenslauf"]
    assert conflicts.grounds(seat.user, proposal(conflicted[0])) == [conflicts.Ground.MEMBERSHIP]
    assert set(to_do) == {
        "Praxistage im Prüflabor",
        "Sprechstunde zur Teilzeitausbildung",
        "Zeugnisse nebeneinandergelegt",
        "Mathe für die Meisterprüfung",
    }
    assert begun.proposal.example.title_de == "Sprechstunde zur Teilzeitausbildung"
    assert found["Lohnspiegel auf einer Seite"].result.is_split
    assert [title for title, one in found.items() if len(one.eligible) < standing.FEWEST_ELIGIBLE] == [
        "Mathe für die Meisterprüfung"
    ]


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("board", "/en/admin/assessment/assessment/"),
        ("office2", "/en/admin/"),
        ("submitter", "/en/account/"),
    ],
)
def test_each_role_begins_at_its_work(settings, name, address):
    settings.DEMO = True
    client = Client(SERVER_NAME="localhost")

    response = client.post("/en/role/try/", {"email": f"{name}@example.org"}, follow=True)

    assert (response.status_code, response.request["PATH_INFO"]) == (200, address)
    links_to_assessments = (
        'href="/en/admin/assessment/assessment/"' in client.get("/en/account/").content.decode()
    )
    assert links_to_assessments == (name == "board")


def test_published_examples_tell_what_the_board_said():
    example = Example.objects.get(slug="tauschboerse-fuer-schichten")

    assert {one.criterion: one.level for one in example.board_statements.all()} == {
        "transferable": 4,
        "innovative": 5,
        "sustainable": 4,
        "efficient": 4,
    }
    assert example.decided_on == (example.proposal.call.closes_at + 30 * DAY).date()
    assert example.rubric_version == "2026-1"
    assert example.contacts.get().is_published


def test_figures_of_the_finished_call_are_those_of_months_and_not_of_a_moment():
    (found,) = selection.finished_calls(timezone.now())

    assert (found.counts.received, found.counts.not_accepted, found.members) == (6, 1, 6)
    assert (found.days_to_outcome, found.days_to_publication) == (42, 49)


def test_steps_happened_one_after_the_other_and_none_ahead():
    for one in Proposal.objects.all():
        moments = list(Transition.objects.filter(proposal=one).order_by("id").values_list("at", flat=True))
        assert moments == sorted(moments), one
        assert moments[-1] <= timezone.now(), one


def test_loading_again_adds_nothing_and_moves_on_what_is_to_come():
    counts = {model: model.objects.count() for model in (Call, Proposal, Assessment, User, BoardSeat)}
    past = timezone.now() - 10 * DAY
    Call.objects.filter(slug="demo-aufruf-zwei").update(scoring_closes_at=past)
    finished = Call.objects.values().get(slug="demo-aufruf-eins")

    created = demonstration.load()

    assert created == 0
    assert {model: model.objects.count() for model in counts} == counts
    assert Call.objects.get(slug="demo-aufruf-zwei").scoring_closes_at > timezone.now() + 13 * DAY
    assert Call.objects.get(slug="demo-aufruf").is_open(timezone.now())
    assert Call.objects.values().get(slug="demo-aufruf-eins") == finished


def test_board_beside_the_one_to_try_has_no_password_and_no_way_in():
    board = User.objects.filter(email__startswith="board").exclude(email="board@example.org")

    assert board.count() == 5
    assert not any(one.has_usable_password() or one.is_staff or one.is_superuser for one in board)
    assert all(one.name.endswith("(Demo)") for one in board)


def test_command_needs_the_people_whose_role_can_be_tried():
    User.objects.filter(email="office2@example.org").update(email="nobody@example.org")

    with pytest.raises(CommandError, match="bin/demo creates them first"):
        call_command("load_demo_proposals")


def test_everything_obeys_the_rules(capsys):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    call_command("check_invariants")

    assert "broken" not in capsys.readouterr().out


def test_clock_stands_still_and_goes_on_afterwards():
    then = datetime.datetime(2025, 7, 1, 10, 30, tzinfo=datetime.UTC)

    with clock.at(then):
        inside = (timezone.now(), timezone.localdate(), Transition().at)
        shown = date(timezone.template_localtime(then), "H:i")
    with pytest.raises(ZeroDivisionError), clock.at(then):
        1 / 0  # noqa: B018

    assert inside == (then, datetime.date(2025, 7, 1), then)
    assert shown == "12:30"
    assert timezone.now() > then + DAY
