"""What the permission matrix is asked about: one record of everything, a person of each role, and every address."""

from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone
from django.utils.translation import override

from assessment import inviting
from assessment.models import BoardSeat, ConflictDeclaration, ProposalEditor, Status
from catalogue import consenting
from catalogue.models import Attachment, Consent, Feedback
from goodpractice.outbox.models import Mail
from tests.assessment.factories import UserFactory, co_editor, member_of, proposal_in, with_board
from tests.factories import (
    AudienceFactory,
    ContactPersonFactory,
    ExampleFactory,
    FederalStateFactory,
    FieldOfActionFactory,
    FormalisationFactory,
    MemberKindFactory,
    NetworkTypeFactory,
    TargetGroupFactory,
    TopicFactory,
)
from tests.goodpractice.signing_in import signed_in

ROLES = ["visitor", "stranger", "owner", "reader", "writer", "board", "office", "admin"]
BOARD = ("admin:assessment_decision", "admin:assessment_boardseat", "admin:assessment_conflictdeclaration")
OWN_TABLES = {"django_session", "usersessions_usersession"}
"""A visit is noted in the own session."""


LEADING_ON = {"(?P<url>.*)$", "<path:object_id>/"}
"""Nameless addresses of Django's administration: the first adds a slash, the second leads to the page of a record."""


@dataclass
class World:
    people: dict[str, Any]
    clients: dict[str, Client]
    values: dict[str, Any]
    """What the addresses are filled with: by name of the page and argument, by model of the admin, or by argument."""


def build():
    """Make the records; ``needs_info`` is the state in which the most is open: text, questions, office."""
    call_command("loaddata", "roles", verbosity=0)
    proposal = proposal_in(Status.NEEDS_INFO)
    network = proposal.example.network
    people = {
        "stranger": member_of(network),
        "owner": proposal.submitted_by,
        "reader": co_editor(proposal, right="view"),
        "writer": co_editor(proposal),
        "board": UserFactory(),
        "office": UserFactory(is_staff=True),
        "admin": UserFactory(is_staff=True),
    }
    groups = {"board": "board", "office": "office", "admin": "administrator"}
    for role, person in people.items():
        person.groups.add(Group.objects.get(name=groups.get(role, "submitter")))
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    clients = {
        role: signed_in(person, Client(raise_request_exception=False)) for role, person in people.items()
    }
    clients["visitor"] = Client(raise_request_exception=False)
    values = _values(proposal, people["stranger"]) | _of_the_board(proposal, people["board"])
    return World(people, clients, values)


def _values(proposal, stranger):
    example = ExampleFactory(published=True)
    contact = ContactPersonFactory(example=example, name="Anna", email="anna@example.org")
    consent = Consent.objects.create(contact=contact, text_version="1", how="link")
    contact.is_published, contact.is_email_shown = True, False
    contact.save()
    public, own = [
        Attachment.objects.create(
            example=one, title_de="Datei", title_en="File", file=ContentFile(b"%PDF-1.4 %%EOF", name="a.pdf")
        )
        for one in (example, proposal.example)
    ]
    invited = ProposalEditor.objects.create(
        proposal=proposal, email="new@example.org", invited_by=proposal.submitted_by
    )
    claim = UserFactory().memberships.create(network=proposal.example.network, since=timezone.localdate())
    mail = Mail.objects.create(receiver="kim@example.org", language="en", subject="Hello", text="Good news.")
    feedback = Feedback.objects.create(about="other", message="Schön.", page="/de/")
    terms = [
        make()
        for make in (
            TopicFactory,
            TargetGroupFactory,
            AudienceFactory,
            FederalStateFactory,
            MemberKindFactory,
            FieldOfActionFactory,
            FormalisationFactory,
            NetworkTypeFactory,
        )
    ]
    records = [
        example,
        example.network,
        contact,
        consent,
        claim,
        mail,
        feedback,
        stranger,
        proposal.call,
        *terms,
    ]
    return {
        **{record._meta.label_lower.replace(".", "_"): record.pk for record in records},
        "reference": proposal.reference,
        "key": "solution",
        "app_label": "catalogue",
        "section": "pages",
        "assessment:call_detail slug": proposal.call.slug,
        "assessment:proposal_create slug": proposal.call.slug,
        "catalogue:network_detail slug": example.network.slug,
        "catalogue:network_pdf slug": example.network.slug,
        "slug": example.slug,
        "catalogue:attachment_download pk": public.pk,
        "catalogue:contact_message pk": contact.pk,
        "assessment:editor_update pk": proposal.editors.get(right="view").pk,
        "assessment:editor_remove pk": proposal.editors.get(right="view").pk,
        "assessment:attachment_download pk": own.pk,
        "assessment:invitation_accept token": inviting.token(invited),
        "catalogue:consent_answer token": consenting.answer_token(contact),
        "catalogue:consent_withdraw token": consenting.withdrawal_token(consent),
        "pk": claim.pk,
        "picture path": "none.webp",
        "admin:auth_user_password_change id": stranger.pk,
        "admin:view_on_site content_type_id": 1,
        "admin:view_on_site object_id": 1,
    }


def _of_the_board(proposal, member):
    """Seat the member of the board, who has declared a conflict; the others of the board are nobody here."""
    call = proposal.call
    seat = BoardSeat.objects.create(call=call, user=member, constituency="ministry")
    with_board(call)
    declaration = ConflictDeclaration.objects.create(seat=seat, proposal=proposal, has_conflict=True)
    of_a_call = [name for name in pages() if name.startswith(BOARD) and "slug" in pages()[name]]
    return {
        **{f"{name} slug": call.slug for name in of_a_call},
        "admin:assessment_boardseat_end pk": seat.pk,
        "admin:assessment_boardseat_invite pk": seat.pk,
        "admin:assessment_conflictdeclaration_detail pk": declaration.pk,
        "admin:assessment_assessment_file pk": 1,
        "version": call.rubric.version,
    }


def pages(resolver=None, spaces=(), arguments=()):
    """Return ``{name: arguments}`` of all addresses that have a name; the others lead on within the admin."""
    found = {}
    for pattern in (resolver or get_resolver()).url_patterns:
        names = (*arguments, *pattern.pattern.regex.groupindex, *pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            found |= pages(pattern, inner, names)
        elif pattern.name:
            found[":".join([*spaces, pattern.name])] = dict.fromkeys(names)
    return found


def nameless(resolver=None):
    """Yield the patterns that lead to a view and have no name."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from nameless(pattern)
        elif not pattern.name:
            yield str(pattern.pattern)


def address(world, name, arguments):
    """Fill in the address: by page and argument, by the model of the admin page, or by argument."""
    model = "_".join(name.removeprefix("admin:").split("_")[:2])
    kwargs = {
        argument: world.values.get(f"{name} {argument}") or world.values.get(model) or world.values[argument]
        for argument in arguments
    }
    with override("en"):
        return reverse(name, kwargs=kwargs)


def strict(world, role):
    """Return a client that checks tokens, as browsers have to send them."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    return client if role == "visitor" else signed_in(world.people[role], client)


def ask(client, method, path):
    """Return what the answer is, and the tables that it changed; all is taken back."""
    cache.clear()
    cookies = client.cookies.output(header="")
    with transaction.atomic():
        before = written()
        response = getattr(client, method)(path)
        if response.streaming:
            response.getvalue()  # read to its end, a file is closed
        changed = {table for table, count in written().items() if count != before.get(table, 0)} - OWN_TABLES
        transaction.set_rollback(True)
    client.cookies = SimpleCookie(cookies)
    with override("en"):
        return kind_of(response), changed


def kind_of(response):
    target = response.headers.get("Location", "").partition("?")[0]
    if response.status_code == 302 and target in {reverse("account_login"), reverse("admin:login")}:
        return "login"
    if response.status_code in {301, 302}:
        return "on"
    return {200: "ok", 400: "bad", 409: "bad", 422: "bad"}.get(
        response.status_code, str(response.status_code)
    )


def written():
    """Return how many rows this transaction has written, by table.

    The functions behind ``pg_stat_xact_user_tables``: that view asks after indexes too, and takes five times as long.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, rows FROM (SELECT relname, pg_stat_get_xact_tuples_inserted(oid)"
            " + pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid) AS rows FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace) AS counted WHERE rows > 0"
        )
        return dict(cursor.fetchall())
