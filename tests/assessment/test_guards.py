"""What the database itself refuses about proposals, attacked with raw SQL, ``update()`` and the bulk methods."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from assessment import workflow
from assessment.models import (
    LOCKING,
    TRANSITIONS,
    FormalRejection,
    InformationRequest,
    Proposal,
    ProposalVersion,
    Status,
    Transition,
)
from catalogue.models import Attachment, Example, Link, Topic
from tests.assessment.factories import (
    UserFactory,
    check_deferred,
    draft,
    moved,
    proposal_in,
    rejection_of,
)
from tests.factories import (
    AudienceFactory,
    ExampleFactory,
    FederalStateFactory,
    NetworkFactory,
    TargetGroupFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db

NO_TRANSITION = "its last transition leads to"
NOT_THE_NEXT = "does not continue one to"
NOT_IN_TABLE = "transition_in_the_table"
LOCK = "the lock of (proposal|example) .* does not fit"
LOCKED = "the text of this example is locked"
APPEND_ONLY = "Cannot update or delete rows"
NEVER = "Cannot delete rows"
READ_ONLY = "Cannot update rows"
TWO = "a formal rejection takes two persons"


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def update(proposal, **values):
    Proposal.objects.filter(pk=proposal.pk).update(**values)


def insert(proposal, source, target):
    """Add a transition around the model and the workflow."""
    Transition.objects.bulk_create([Transition(proposal=proposal, source=source, target=target)])


def bulk_update(proposal):
    proposal.status = Status.APPROVED
    Proposal.objects.bulk_update([proposal], ["status"])


def bulk_create(proposal):
    """A second proposal with a state of its choice, and no transition."""
    now = timezone.now()
    Proposal.objects.bulk_create(
        [
            Proposal(
                reference="GP-2026-9999",
                call=proposal.call,
                example=ExampleFactory(),
                submitted_by=proposal.submitted_by,
                status=Status.APPROVED,
                first_attempt_at=now,
                submitted_at=now,
                tried_since=2020,
                has_rights=True,
            )
        ]
    )


def confirm_by_proposer(proposal):
    rejection = rejection_of(proposal)
    FormalRejection.objects.filter(pk=rejection.pk).update(
        confirmed_by=rejection.proposed_by, confirmed_at=timezone.now()
    )


def dismissed_and_confirmed(proposal):
    now = timezone.now()
    rejection_of(
        proposal, confirmed_by=UserFactory(), confirmed_at=now, dismissed_by=UserFactory(), dismissed_at=now
    )


def rejected_by_one(proposal):
    rejection_of(proposal)
    moved(proposal, Status.REJECTED)


def rejected_after_dismissal(proposal):
    rejection_of(proposal, dismissed_by=UserFactory(), dismissed_at=timezone.now())
    moved(proposal, Status.REJECTED)


def rejected_with_that_of_another(proposal):
    proposal_in(Status.REJECTED)
    moved(proposal, Status.REJECTED)


def unlock_change_lock(proposal):
    """Leave no trace at the end of the transaction."""
    rows = Example.objects.filter(pk=proposal.example_id)
    rows.update(is_locked=False)
    rows.update(need_de="Anders.")
    rows.update(is_locked=True)


def unlock_under_a_false_status(proposal):
    """Pretend to be a draft for a moment."""
    update(proposal, status=Status.DRAFT)
    unlock_change_lock(proposal)
    update(proposal, status=proposal.status)


def open_request(proposal):
    InformationRequest.objects.create(
        proposal=proposal, reason="?", due_on=timezone.localdate(), asked_by=UserFactory()
    )


def repeat_version(proposal):
    ProposalVersion.objects.create(proposal=proposal, number=1, content={}, created_by=UserFactory())


ATTACKS = {
    # A status with its transition, both ways
    "status without transition": (
        Status.SUBMITTED,
        lambda proposal: update(proposal, status="screening"),
        NO_TRANSITION,
    ),
    "status without transition, raw": (
        Status.SUBMITTED,
        lambda proposal: sql("UPDATE assessment_proposal SET status = 'rejected'"),
        NO_TRANSITION,
    ),
    "status without transition, back to draft": (
        Status.SUBMITTED,
        lambda proposal: update(proposal, status="draft"),
        NO_TRANSITION,
    ),
    "status by bulk_update": (Status.DECISION_PENDING, bulk_update, NO_TRANSITION),
    "proposal by bulk_create": (Status.DRAFT, bulk_create, NO_TRANSITION),
    "status by save": (
        Status.DECISION_PENDING,
        lambda proposal: Proposal(
            **{f.attname: getattr(proposal, f.attname) for f in Proposal._meta.concrete_fields}
            | {"status": "approved"}
        ).save(),
        NO_TRANSITION,
    ),
    "status unknown": (
        Status.SUBMITTED,
        lambda proposal: update(proposal, status="blessed"),
        "proposal_status_known",
    ),
    "transition without status": (
        Status.SUBMITTED,
        lambda proposal: insert(proposal, "submitted", "screening"),
        NO_TRANSITION,
    ),
    "transition without status, raw": (
        Status.SUBMITTED,
        lambda proposal: sql(
            "INSERT INTO assessment_transition (proposal_id, source, target, at, reason)"
            " VALUES (%s, 'submitted', 'screening', now(), '')",
            proposal.pk,
        ),
        NO_TRANSITION,
    ),
    # The chain
    "transition out of the table": (
        Status.SUBMITTED,
        lambda proposal: insert(proposal, "submitted", "published"),
        NOT_IN_TABLE,
    ),
    "transition to nothing known": (
        Status.SUBMITTED,
        lambda proposal: insert(proposal, "submitted", "blessed"),
        NOT_IN_TABLE,
    ),
    "transition out of withdrawn": (
        Status.WITHDRAWN,
        lambda proposal: insert(proposal, "withdrawn", "draft"),
        NOT_IN_TABLE,
    ),
    "transition that jumps": (
        Status.DRAFT,
        lambda proposal: insert(proposal, "screening", "in_review"),
        NOT_THE_NEXT,
    ),
    "transition that begins anew": (
        Status.IN_REVIEW,
        lambda proposal: insert(proposal, "", "draft"),
        NOT_THE_NEXT,
    ),
    "transition twice": (
        Status.SCREENING,
        lambda proposal: insert(proposal, "submitted", "screening"),
        NOT_THE_NEXT,
    ),
    "two transitions at once": (
        Status.SUBMITTED,
        lambda proposal: Transition.objects.bulk_create(
            [
                Transition(proposal=proposal, source="submitted", target="screening"),
                Transition(proposal=proposal, source="submitted", target="withdrawn"),
            ]
        ),
        NOT_THE_NEXT,
    ),
    # The record
    "transition changed": (
        Status.SUBMITTED,
        lambda proposal: proposal.transitions.update(reason="Anders."),
        APPEND_ONLY,
    ),
    "transition changed, raw": (
        Status.SUBMITTED,
        lambda proposal: sql("UPDATE assessment_transition SET at = now()"),
        APPEND_ONLY,
    ),
    "transition deleted": (
        Status.SUBMITTED,
        lambda proposal: proposal.transitions.last().delete(),
        APPEND_ONLY,
    ),
    "transition deleted, raw": (
        Status.SUBMITTED,
        lambda proposal: sql("DELETE FROM assessment_transition"),
        APPEND_ONLY,
    ),
    "version changed": (
        Status.SUBMITTED,
        lambda proposal: proposal.versions.update(content={}),
        APPEND_ONLY,
    ),
    "version changed, raw": (
        Status.SUBMITTED,
        lambda proposal: sql(
            "UPDATE assessment_proposalversion SET content = jsonb_set(content, '{need_de}', '1')"
        ),
        APPEND_ONLY,
    ),
    "version deleted, raw": (
        Status.SUBMITTED,
        lambda proposal: sql("DELETE FROM assessment_proposalversion"),
        APPEND_ONLY,
    ),
    "version number taken": (Status.SUBMITTED, repeat_version, "version_numbered_once"),
    "version zero": (
        Status.DRAFT,
        lambda proposal: ProposalVersion.objects.bulk_create(
            [ProposalVersion(proposal=proposal, number=0, content={}, created_by=proposal.submitted_by)]
        ),
        "version_numbered_from_one",
    ),
    # The lock
    "unlocked": (
        Status.SUBMITTED,
        lambda proposal: Example.objects.update(is_locked=False),
        LOCK,
    ),
    "unlocked, raw": (
        Status.WITHDRAWN,
        lambda proposal: sql("UPDATE catalogue_example SET is_locked = false"),
        LOCK,
    ),
    "unlocked with a change": (
        Status.IN_REVIEW,
        lambda proposal: Example.objects.update(is_locked=False, need_de="Anders."),
        LOCK,
    ),
    "unlocked, changed, locked": (Status.IN_REVIEW, unlock_change_lock, LOCK),
    "unlocked while it says draft": (Status.IN_REVIEW, unlock_under_a_false_status, LOCK),
    "locked as a draft": (Status.DRAFT, lambda proposal: Example.objects.update(is_locked=True), LOCK),
    "locked without a proposal": (Status.DRAFT, lambda proposal: ExampleFactory(is_locked=True), LOCK),
    "left unlocked": (
        Status.DRAFT,
        lambda proposal: (insert(proposal, "draft", "withdrawn"), update(proposal, status="withdrawn")),
        LOCK,
    ),
    "left locked": (
        Status.SCREENING,
        lambda proposal: (insert(proposal, "screening", "needs_info"), update(proposal, status="needs_info")),
        LOCK,
    ),
    # Public only by the process
    "published while proposed": (
        Status.DRAFT,
        lambda proposal: Example.objects.update(status="published", published_at=timezone.now()),
        "example_proposed_is_not_public",
    ),
    "published while locked": (
        Status.IN_REVIEW,
        lambda proposal: Example.objects.update(
            status="published", published_at=timezone.now(), is_proposed=False
        ),
        "example_locked_is_not_public",
    ),
    # Two persons
    "confirmed by the proposer": (
        Status.SCREENING,
        confirm_by_proposer,
        "formalrejection_by_two_persons",
    ),
    "confirmed at no time": (
        Status.SCREENING,
        lambda proposal: rejection_of(proposal, confirmed_by=UserFactory()),
        "formalrejection_confirmed_at_a_time",
    ),
    "confirmed by nobody": (
        Status.SCREENING,
        lambda proposal: rejection_of(proposal, confirmed_at=timezone.now()),
        "formalrejection_confirmed_at_a_time",
    ),
    "dismissed and confirmed": (
        Status.SCREENING,
        dismissed_and_confirmed,
        "formalrejection_confirmed_or_dismissed",
    ),
    "two open rejections": (
        Status.SCREENING,
        lambda proposal: (rejection_of(proposal), rejection_of(proposal)),
        "formalrejection_one_open",
    ),
    "rejected by nobody": (Status.SCREENING, lambda proposal: moved(proposal, Status.REJECTED), TWO),
    "rejected by one": (Status.SCREENING, rejected_by_one, TWO),
    "rejected after a dismissal": (Status.SCREENING, rejected_after_dismissal, TWO),
    "rejected with that of another": (Status.SCREENING, rejected_with_that_of_another, TWO),
    # What stays
    "deleted": (
        Status.DRAFT,
        lambda proposal: Proposal.objects.filter(pk=proposal.pk)._raw_delete("default"),
        NEVER,
    ),
    "deleted, raw": (Status.WITHDRAWN, lambda proposal: sql("DELETE FROM assessment_proposal"), NEVER),
    "another reference": (
        Status.DRAFT,
        lambda proposal: update(proposal, reference="GP-2026-9999"),
        READ_ONLY,
    ),
    "another example": (
        Status.DRAFT,
        lambda proposal: update(proposal, example=ExampleFactory()),
        READ_ONLY,
    ),
    "another submitter": (
        Status.DRAFT,
        lambda proposal: update(proposal, submitted_by=UserFactory()),
        READ_ONLY,
    ),
    "another beginning": (
        Status.DRAFT,
        lambda proposal: update(proposal, created_at=timezone.now()),
        READ_ONLY,
    ),
    # What was declared
    "submitted without a year": (
        Status.SUBMITTED,
        lambda proposal: update(proposal, tried_since=None),
        "proposal_submitted_with_declaration",
    ),
    "submitted without rights": (
        Status.SUBMITTED,
        lambda proposal: update(proposal, has_rights=False),
        "proposal_submitted_with_declaration",
    ),
    "submitted at no time": (
        Status.SUBMITTED,
        lambda proposal: update(proposal, submitted_at=None),
        "proposal_submitted_at_a_time",
    ),
    "submitted without an attempt": (
        Status.SUBMITTED,
        lambda proposal: update(proposal, first_attempt_at=None),
        "proposal_submitted_at_a_time",
    ),
    "two open questions": (Status.NEEDS_INFO, open_request, "informationrequest_one_open"),
}


@pytest.mark.parametrize(("status", "attack", "refusal"), ATTACKS.values(), ids=ATTACKS)
def test_attack_is_refused_by_the_database(status, attack, refusal):
    proposal = proposal_in(status)
    check_deferred()

    with pytest.raises(DatabaseError, match=refusal):
        attacked(attack, proposal)

    found = Proposal.objects.get(pk=proposal.pk)
    assert (found.status, found.example.is_locked) == (status, status in LOCKING)
    assert found.transitions.last().target == status


def attacked(attack, proposal):
    """Attack, and reach the end of the transaction."""
    with transaction.atomic():
        attack(proposal)
        check_deferred()


@pytest.mark.parametrize("reference", ["", "1", "GP-26-0001", "GP-2026-1", "gp-2026-0001", "GP-2026-0001 "])
def test_reference_of_another_form_is_refused(reference):
    proposal = draft()
    other = Proposal(
        reference=reference, call=proposal.call, example=ExampleFactory(), submitted_by=proposal.submitted_by
    )

    with pytest.raises(DatabaseError, match="proposal_reference_form"):
        Proposal.objects.bulk_create([other])


@pytest.mark.parametrize("source", Status, ids=str)
def test_transition_by_hand_goes_where_the_table_says_and_nowhere_else(source):
    """The table of the database is the one of the code; what the board or two persons decide takes more than that."""
    proposal, now = proposal_in(source), timezone.now()
    update(proposal, first_attempt_at=now, submitted_at=now, tried_since=2020, has_rights=True)
    reached = set()
    for target in Status:
        try:
            with transaction.atomic():
                moved(proposal, target)
                check_deferred()
                reached.add(target)
                transaction.set_rollback(True)
        except DatabaseError:
            continue

    assert reached == TRANSITIONS[source] - {Status.APPROVED, Status.REJECTED, Status.DEFERRED}


# The text that is judged stays --------------------------------------------------------------------------------------

FREE = {
    "id",
    "slug",
    "status",
    "published_at",
    "withdrawn_at",
    "withdrawal_reason_de",
    "withdrawal_reason_en",
    "is_proposed",
    "is_locked",
    "changed_at",
}
"""Columns that say where an example stands, or that it was touched; and its key."""
COLUMNS = sorted({field.column for field in Example._meta.concrete_fields} - FREE)


def other_value(example, column):
    """Return a value that the column takes and does not have."""
    field = next(field for field in Example._meta.concrete_fields if field.column == column)
    if field.is_relation:
        return NetworkFactory().pk
    if field.choices:
        return next(value for value, _label in field.choices if value != getattr(example, column))
    kind = field.get_internal_type()
    return {
        "BooleanField": not getattr(example, column),
        "PositiveSmallIntegerField": 2022,
        "DecimalField": 7,
        "DateField": "2025-03-01",
        "DateTimeField": timezone.now(),
    }.get(kind, "pictures/anders.webp")


@pytest.fixture
def locked():
    proposal = proposal_in(Status.DRAFT)
    example = proposal.example
    Example.objects.filter(pk=example.pk).update(
        picture="pictures/bild.webp", picture_alt_de="Bild", picture_alt_en="Picture"
    )
    Attachment.objects.create(example=example, title_de="Anlage", file="attachments/a.pdf")
    workflow.withdraw(proposal, by=proposal.submitted_by)
    check_deferred()
    return Example.objects.get(pk=example.pk)


@pytest.mark.parametrize("column", COLUMNS)
def test_locked_column_stays(locked, column):
    value, rows = other_value(locked, column), Example.objects.filter(pk=locked.pk).values()
    before = rows.get()

    with pytest.raises(DatabaseError, match=LOCKED), transaction.atomic():
        sql(f"UPDATE catalogue_example SET {column} = %s WHERE id = %s", value, locked.pk)

    assert rows.all().get() == before


def test_locked_example_may_be_touched_but_not_changed(locked):
    """Saving it unchanged, or noting when, is no change of the text."""
    locked.save()

    Example.objects.filter(pk=locked.pk).update(changed_at=timezone.now())


LISTS = {
    "topics": TopicFactory,
    "target_groups": TargetGroupFactory,
    "audiences": AudienceFactory,
    "states": FederalStateFactory,
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("how", ["add", "clear", "remove", "set", "raw"])
def test_locked_list_stays(locked, name, how):
    terms, other = getattr(locked, name), LISTS[name]()
    before = sorted(terms.values_list("pk", flat=True))
    table = terms.through._meta.db_table
    column = f"{terms.model._meta.model_name}_id"
    changes = {
        "add": lambda: terms.add(other),
        "clear": terms.clear,
        "remove": lambda: terms.remove(terms.first()),
        "set": lambda: terms.set([other]),
        "raw": lambda: sql(f"UPDATE {table} SET {column} = %s", other.pk),
    }

    with pytest.raises(DatabaseError, match=LOCKED), transaction.atomic():
        changes[how]()

    assert sorted(terms.values_list("pk", flat=True)) == before


def move_to(other):
    """Another example's row is moved in: both ends are asked."""

    def move(locked):
        Link.objects.create(example=other(), title_de="x", url="https://www.example.org/x")
        Link.objects.exclude(example=locked).update(example=locked, position=9)

    return move


LIST_ATTACKS = {
    "link added": lambda locked: Link.objects.create(
        example=locked, title_de="x", url="https://www.example.org/x", position=5
    ),
    "link changed": lambda locked: locked.links.update(url="https://www.example.org/anders"),
    "link changed, raw": lambda locked: sql("UPDATE catalogue_link SET title_de = 'Anders'"),
    "link deleted": lambda locked: locked.links.all().delete(),
    "link moved away": lambda locked: locked.links.update(example=ExampleFactory()),
    "link moved in": move_to(ExampleFactory),
    "attachment added": lambda locked: Attachment.objects.create(
        example=locked, title_de="x", file="attachments/x.pdf", position=5
    ),
    "attachment changed": lambda locked: locked.attachments.update(file="attachments/b.pdf"),
    "attachment deleted": lambda locked: locked.attachments.all().delete(),
    "attachment moved away": lambda locked: locked.attachments.update(example=ExampleFactory()),
}


@pytest.mark.parametrize("attack", LIST_ATTACKS.values(), ids=LIST_ATTACKS)
def test_locked_links_and_attachments_stay(locked, attack):
    before = [list(locked.links.values()), list(locked.attachments.values())]

    with pytest.raises(DatabaseError, match=LOCKED), transaction.atomic():
        attack(locked)

    assert [list(locked.links.values()), list(locked.attachments.values())] == before


def test_locked_example_is_not_deleted(locked):
    with pytest.raises(DatabaseError, match=r"locked|violates foreign key"):
        attacked(lambda _: sql("DELETE FROM catalogue_example WHERE id = %s", locked.pk), None)

    assert Example.objects.filter(pk=locked.pk).exists()


def test_checking_of_links_goes_on_while_locked(locked):
    locked.links.update(health=Link.Health.DEAD, checked_at=timezone.now())

    assert locked.links.get().health == Link.Health.DEAD


def test_lists_of_others_stay_free(locked):
    other = ExampleFactory()

    other.topics.set([TopicFactory()])
    Link.objects.create(example=other, title_de="x", url="https://www.example.org/x")
    other.links.all().delete()

    assert list(Topic.objects.filter(example=other)) == list(other.topics.all())


# At the end of a real transaction -----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "name", ["status without transition", "transition without status", "locked as a draft"]
)
def test_attack_is_refused_at_commit(name):
    status, attack, refusal = ATTACKS[name]
    proposal = proposal_in(status)

    with pytest.raises(DatabaseError, match=refusal), transaction.atomic():
        attack(proposal)

    found = Proposal.objects.get(pk=proposal.pk)
    assert (found.status, found.transitions.count()) == (status, proposal.transitions.count())
    assert found.example.is_locked == (status in LOCKING)


@pytest.mark.django_db(transaction=True)
def test_status_and_transition_may_come_in_either_order():
    """Only the end of the transaction counts."""
    proposal = proposal_in(Status.SUBMITTED)

    with transaction.atomic():
        update(proposal, status="screening")
        insert(proposal, "submitted", "screening")

    assert Proposal.objects.get(pk=proposal.pk).status == Status.SCREENING
