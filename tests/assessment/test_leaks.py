"""Nobody reads others' scores, names or counts from any page before the policy says so (invariants I3 and I4).

The strong way: two worlds that differ in nothing but what the others have said. Whoever may not know sees the same
bytes in both, on every page that can be asked for, with every filter, order and search, and in every export. At the
end the same walk is made by somebody who may know, and must see a difference: else the walk would prove nothing.
"""

import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from assessment import judging, workflow
from assessment.models import Assessment, BoardSeat, Score, Status
from catalogue.models import Criterion
from goodpractice.accounts.models import User
from tests.assessment.boarded import office_with
from tests.assessment.factories import (
    CallFactory,
    UserFactory,
    co_editor,
    decided_by_a_board,
    handed_in,
    member_of,
    office_member,
    proposal_in,
    with_board,
)
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db

CHANGING = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|nonce-[^\'"]*|nonce="[^"]*"')
"""What differs from one answer to the next."""
QUERIES = [
    "",
    "?mean__gte=4",
    "?o=-5.2",
    "?assessments__isnull=0",
    "?assessments__scores__points__gte=4",
    "?decisions__outcome=approved",
    "?q=Outsider",
    "?show=done",
    "?waiting=board&_facets=True",
]
AUTOCOMPLETE = [
    f"?app_label=assessment&model_name={model}&field_name={field}&term=SECRET"
    for model, field in [("score", "assessment"), ("assessment", "proposal"), ("decision", "proposal")]
]
ASKED_MORE = ("assessment_decision", "assessment_assessment", "assessment_proposal", "assessment_call_")
"""Lists that are asked every question."""
CURIOUS = ("member with a draft", "office with a seat", "superuser with a conflict")
"""Who tries everything; to the others nearly everything is closed, as the permission matrix shows."""


class World:
    """A call with one proposal that the others may have judged, and one that is to be discussed in both worlds."""

    def __init__(self):
        self.call = CallFactory(slug="leak", title_de="Aufruf", title_en="Call")
        with_board(self.call, size=6)
        self.proposal = proposal_in(Status.IN_REVIEW, call=self.call, title_de="Geheim")
        self.later = proposal_in(Status.DISCUSSION, call=self.call, title_de="Offen")
        seats = list(self.call.seats.order_by("pk"))
        self.judges, (member, conflicted, officer) = seats[:3], seats[3:]
        judging.declare(member, self.proposal, has_conflict=False)
        judging.begin(member, self.proposal)
        member_of(self.proposal.example.network, conflicted.user)
        root = User.objects.create_superuser("root@example.org", name="Root")
        member_of(self.proposal.example.network, root)
        self.people = {
            "member with a draft": member.user,
            "conflicted member": conflicted.user,
            "office with a seat": office_with(officer.user),
            "superuser with a conflict": root,
            "submitter": self.proposal.submitted_by,
            "stranger": UserFactory(),
        }
        self.doors = {
            reverse("admin:index"),
            *(
                reverse(f"admin:assessment_{name}_changelist")
                for name in ("assessment", "decision", "proposal")
            ),
            reverse("admin:assessment_decision_meeting", args=["leak"]),
            reverse("admin:assessment_assessment_score", args=[self.proposal.reference]),
            reverse("admin:assessment_assessment_declare", args=[self.proposal.reference]),
            reverse("assessment:proposal_list"),
            reverse("assessment:proposal_detail", args=[self.proposal.reference]),
            reverse("assessment:call_detail", args=["leak"]),
        }
        self.office = office_member()
        self.unseated_root = User.objects.create_superuser("free@example.org", name="Free")

    def others_speak(self):
        """Three hand in, far apart."""
        for number, seat in enumerate(self.judges):
            one = handed_in(
                seat, self.proposal, points=(1, 5, 4)[number], advice=("reject", "approve", "approve")[number]
            )
            assert one.handed_in_at


def addresses(world):
    """Yield every address of the administration and of the assessment that takes what this world has."""
    known = {
        "slug": [world.call.slug],
        "reference": [world.proposal.reference],
        "pk": [str(world.call.pk)],
        "object_id": [str(world.call.pk), str(world.proposal.pk), "1"],
        "version": [world.call.rubric.version],
        "section": ["basics"],
    }
    for name, names in sorted(_named(get_resolver().url_patterns)):
        if name in {"admin:index", "admin:catalogue_example_changelist"} or "assessment" in name:
            for values in _choices(names, known):
                yield name, reverse(name, kwargs=values) if values else reverse(name)


def _named(patterns, space=""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _named(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{space}{pattern.name}", tuple(pattern.pattern.converters)


def _choices(names, known):
    if not names:
        return [{}]
    if not set(names) <= known.keys():
        return []
    most = max(len(known[name]) for name in names)
    return [{name: known[name][min(turn, len(known[name]) - 1)] for name in names} for turn in range(most)]


def asked(world):
    """Return the addresses to ask, with every question where there is a list."""
    found = []
    for name, path in addresses(world):
        is_list = name.endswith("_changelist") and any(part in name for part in ASKED_MORE)
        found += [path + query for query in (QUERIES if is_list else QUERIES[:1])]
    return found + [reverse("admin:autocomplete") + query for query in AUTOCOMPLETE]


def answers(client, paths):
    """Return for each address what is said; questions are put to lists that open at all."""
    found = {}
    for path in paths:
        bare, _question, query = path.partition("?")
        if not query or found.get(bare, (200,))[0] == 200:
            found[path] = _said(client.get(path))
    return found


def _said(response):
    body = b"".join(response.streaming_content) if response.streaming else response.content
    text = CHANGING.sub("", body.decode("utf-8", "replace"))
    return response.status_code, response.get("Location", ""), text


@pytest.fixture
def world():
    return World()


def walk(world, paths):
    """Return what everybody sees; each with a session of their own."""
    clients = {name: signed_in(person) for name, person in world.people.items()} | {"visitor": Client()}
    return {
        name: answers(client, paths if name in CURIOUS else [path for path in paths if path in world.doors])
        for name, client in clients.items()
    }


def test_pages_do_not_depend_on_what_others_have_said(world):
    """PDF files hold the moment they were made, and are asked for below."""
    paths = [path for path in asked(world) if not path.endswith(".pdf")]
    assert len(paths) > 70
    before = walk(world, paths)
    insider = signed_in(world.unseated_root)
    known = answers(insider, paths)

    world.others_speak()
    after = walk(world, paths)

    leaks = {
        (name, path) for name in before for path in before[name] if before[name][path] != after[name][path]
    }
    assert leaks == set()
    assert {status for found in after.values() for status, _to, _text in found.values()} <= {
        200,
        301,
        302,
        400,
        403,
        404,
        405,
    }
    # The office without a seat knows who is still to hand in: the walk does see differences.
    again = answers(insider, paths)
    assert [path for path in known if known[path] != again[path]] != []


@pytest.mark.parametrize("outcome", ["approved", "rejected", "deferred"])
def test_submitters_pages_do_not_depend_on_a_decision_that_nobody_was_told_of(world, outcome):
    proposal = proposal_in(
        Status.IN_REVIEW, call=CallFactory(slug="embargo", rubric=world.call.rubric), title_de="Geheim"
    )
    world.call, world.proposal = proposal.call, proposal
    people = {
        "submitter": proposal.submitted_by,
        "writer": co_editor(proposal),
        "reader": co_editor(proposal, right="view"),
        "stranger": UserFactory(),
    }
    paths = [path for path in asked(world) if not path.endswith(".pdf")]
    clients = {name: signed_in(person) for name, person in people.items()} | {"visitor": Client()}
    before = {name: answers(client, paths) for name, client in clients.items()}

    decided_by_a_board(proposal, outcome)
    after = {name: answers(client, paths) for name, client in clients.items()}

    leaks = {
        (name, path) for name in before for path in before[name] if before[name][path] != after[name][path]
    }
    assert leaks == set()
    workflow.announce([workflow.in_force(proposal)], by=UserFactory())
    told = answers(clients["submitter"], paths)
    assert [path for path in paths if told.get(path) != after["submitter"].get(path)] != []


def test_office_without_a_seat_sees_progress_but_no_score_before_the_reveal(world):
    """Two worlds with other scores, and the same people who have handed in."""
    paths = [path for path in asked(world) if not path.endswith(".pdf")]
    client = signed_in(world.office)
    found = []
    for points, advice in [(1, "reject"), (5, "approve")]:
        point = transaction.savepoint()
        for seat in world.judges:
            handed_in(seat, world.proposal, points=points, advice=advice)
        found.append(answers(client, paths))
        transaction.savepoint_rollback(point)

    assert [path for path in found[0] if found[0][path] != found[1][path]] == []
    assert world.call.slug in "".join(text for _status, _to, text in found[0].values())


def test_member_sees_the_others_only_after_handing_in(world):
    """The walk finds what may be seen: without it, the tests above would prove nothing."""
    member = BoardSeat.objects.get(user=world.people["member with a draft"], call=world.call)
    world.others_speak()
    path = reverse("admin:assessment_assessment_score", args=[world.proposal.reference])
    client = signed_in(member.user)
    before = client.get(path).content.decode()

    handed_in(member, world.proposal)
    after = client.get(path).content.decode()

    names = [seat.user.name for seat in world.judges]
    assert [name in before for name in names] == [False] * 3
    assert [name in after for name in names] == [True] * 3


def test_minutes_and_exports_of_who_may_not_look_are_not_there(world):
    world.others_speak()
    files = [
        reverse(f"admin:assessment_decision_{name}", args=["leak"]) for name in ("minutes_pdf", "minutes_csv")
    ]

    found = {
        name: [signed_in(person).get(path).status_code for path in files]
        for name, person in world.people.items()
        if name in {"member with a draft", "office with a seat", "submitter", "stranger"}
    }

    assert list(found.values()) == [[404, 404]] * 4


def test_names_of_records_tell_no_score(world):
    """They are printed in histories, lists of what would be deleted, and errors."""
    world.others_speak()
    names = {seat.user.name for seat in world.judges}

    words = {str(one) for one in Assessment.objects.filter(handed_in_at__isnull=False)}
    scores = {str(one) for one in Score.objects.all()}

    assert words == {f"{world.proposal.reference}: {name}" for name in names}
    assert scores == {str(label) for label in Criterion.labels}
