"""Makes up calls in review, and measures what a member of the board waits for: in a small call and in a large one.

Two members: one who has saved drafts, one who has handed in and is shown what all the others said.
"""

import datetime
import time
from collections.abc import Iterable, Iterator
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.utils import timezone

from assessment import judging, workflow
from assessment.marks import Draft, Mark
from assessment.models import Assessment, BoardSeat, Call, Proposal, Rubric, Score
from benchmarks import generator
from benchmarks.generator import GeneratedExample
from benchmarks.in_process import Measuring
from benchmarks.load import NAMED
from catalogue.loading import Loading
from catalogue.models import Consent, ContactPerson, Criterion, Example, Link, Network
from goodpractice.accounts import session_age
from goodpractice.accounts.models import Membership, User

SMALL, LARGE = 3, 200
MEMBERS = 9
DAY = datetime.timedelta(days=1)
PATH = "/de/admin/assessment/assessment/"
ROUND, WARM_UP, LONGEST = 40, 10, 60.0
COMMENT = "Belegt durch den Bericht; die Zahlen sind aus zwei Jahren und gut nachvollziehbar."
Figures = dict[str, dict[str, dict[str, float]]]


def measure(rounds: int) -> Figures:
    """Return page -> size of the call -> its figures; the contenders take turns."""
    for size in (SMALL, LARGE):
        if not Call.objects.filter(slug=_slug(size)).exists():
            _load(size)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    application = get_wsgi_application()
    contenders = {
        (page, str(size)): Measuring(application, addresses, {"HTTP_COOKIE": cookie})
        for size in (SMALL, LARGE)
        for page, addresses, cookie in _pages(size)
    }
    for measuring in contenders.values():
        measuring.run(WARM_UP, LONGEST)
        measuring.forget()
    for _round in range(rounds):
        for measuring in contenders.values():
            measuring.run(ROUND, LONGEST)
    found: Figures = {}
    for (page, size), measuring in contenders.items():
        found.setdefault(page, {})[size] = measuring.samples.summary()
    return found


def _pages(size: int) -> Iterator[tuple[str, list[str], str]]:
    """Yield each kind of page with its addresses and the cookie of whoever reads it."""
    seats = list(BoardSeat.objects.filter(call__slug=_slug(size)).select_related("user").order_by("pk"))
    references = (
        Proposal.objects.filter(call__slug=_slug(size)).order_by("pk").values_list("reference", flat=True)
    )
    scoring = [f"{PATH}{reference}/" for reference in references]
    writer, reader = (f"{settings.SESSION_COOKIE_NAME}={_signed_in(seat.user)}" for seat in seats[:2])
    yield "My assessments", [PATH], writer
    yield "scoring, draft saved", scoring, writer
    yield "after handing in", scoring, reader


def _signed_in(user: User) -> str:
    """Return the key of a session as after password and code."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[session_age.SESSION_KEY] = time.time()
    code = {"method": "mfa", "type": "totp", "at": time.time(), "reauthenticated": True}
    session["account_authentication_methods"] = [code]
    session["account_authentication_methods_user"] = str(user.pk)
    session.create()
    return str(session.session_key)


# The records ----------------------------------------------------------------------------------------------------------


def _slug(size: int) -> str:
    return f"board-{size}"


@transaction.atomic
def _load(size: int) -> None:
    folder = settings.BASE_DIR / "fixtures"
    Loading(folder, update=False).run([folder / "vocabularies.yaml", folder / "networks.yaml"])
    if not Rubric.objects.exists():
        call_command("loaddata", "rubric", verbosity=0)
    now = timezone.now()
    call = Call.objects.create(
        slug=_slug(size),
        title_de=f"Aufruf mit {size} Vorschlägen",
        title_en=f"Call with {size} proposals",
        opens_at=now - 10 * DAY,
        closes_at=now + 365 * DAY,
        scoring_closes_at=now + 400 * DAY,
        rubric=Rubric.objects.first(),
    )
    seats = [_seat(call, number) for number in range(MEMBERS)]
    office = User.objects.create(email=f"office@{call.slug}.example.org", name="Office")
    proposals = [_in_review(call, one, office) for one in _full(size)]
    for seat in seats:
        for proposal in proposals:
            judging.declare(seat, proposal, has_conflict=False)
    _assess(seats, proposals)


def _full(size: int) -> Iterator[GeneratedExample]:
    """Yield records with long texts in both languages."""
    found = 0
    for made in generator.records(0, 20 * size):
        if found < size and {"need_de", "need_en"} <= made.fields.keys():
            found += 1
            yield made


def _seat(call: Call, number: int) -> BoardSeat:
    user = User.objects.create(
        email=f"{number}@{call.slug}.example.org", name=f"Member {number}", language="de"
    )
    TOTP.activate(user, generate_totp_secret())
    sides = BoardSeat.Constituency.values
    return BoardSeat.objects.create(call=call, user=user, constituency=sides[number % len(sides)])


def _in_review(call: Call, made: GeneratedExample, office: User) -> Proposal:
    network = Network.objects.get(slug=made.network)
    submitter, is_new = User.objects.get_or_create(email=f"{network.slug}@networks.example.org")
    if is_new:
        since = datetime.date(2024, 1, 1)
        Membership.objects.create(
            user=submitter, network=network, since=since, confirmed_at=timezone.now(), confirmed_by=office
        )
    left_out = {"slug", "status", "published_at"}
    values = {name: value for name, value in made.fields.items() if name not in left_out}
    values["cost_band"] = values["cost_band"] or Example.CostBand.UP_TO_5K
    proposal = workflow.start(call, by=submitter, example=Example(**values, network=network))
    for field, model in NAMED.items():
        getattr(proposal.example, field).set(model._default_manager.filter(slug__in=made.lists[field]))
    source = {"title_de": "Bericht", "url": "https://example.org/bericht", "position": 1}
    for link in made.links or (source,):
        Link.objects.create(example=proposal.example, **link)
    contact = ContactPerson.objects.create(example=proposal.example, name="Büro", email="buero@example.org")
    Consent.objects.create(contact=contact, text_version="1", how=Consent.How.LINK)
    declaration = workflow.Declaration(tried_since=2021, has_rights=True)
    workflow.submit(proposal, by=submitter, declaration=declaration, arrived=timezone.now())
    workflow.begin_screening(proposal, by=office)
    workflow.begin_review(proposal, by=office, finding="Erprobt.")
    return proposal


def _assess(seats: list[BoardSeat], proposals: Iterable[Proposal]) -> None:
    """Let the first member save drafts; all others hand in but the last one, so that nothing is concluded."""
    marks = {criterion: Mark(points=4, comment=COMMENT) for criterion in Criterion}
    for proposal in proposals:
        begun = judging.begin(seats[0], proposal)
        judging.save(begun, Draft(marks, "approve"), seen=begun.saves)
        version = begun.version
        made = Assessment.objects.bulk_create(
            Assessment(seat=seat, proposal=proposal, version=version, advice="approve")
            for seat in seats[1:-1]
        )
        Score.objects.bulk_create(
            Score(assessment=one, criterion=criterion, points=2 + (one.pk + number) % 4, comment=COMMENT)
            for one in made
            for number, criterion in enumerate(Criterion)
        )
        handed_in: Any = Assessment.objects.filter(pk__in=[one.pk for one in made])
        handed_in.update(handed_in_at=timezone.now())
