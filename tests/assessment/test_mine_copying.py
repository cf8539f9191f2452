"""A new proposal from an earlier one: what comes along, what does not, and what is refused."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from assessment import copying, workflow
from assessment.models import Proposal, Status
from catalogue.models import Attachment, Example
from tests.assessment.factories import (
    DAY,
    CallFactory,
    UserFactory,
    check_deferred,
    complete,
    draft,
    member_of,
    proposal_in,
)
from tests.catalogue.pictures import png
from tests.factories import NetworkFactory

pytestmark = pytest.mark.django_db


def copied(proposal, *, call=None, by=None):
    by = by or proposal.submitted_by
    return copying.copy(proposal, call=call or CallFactory(), by=by, now=timezone.now())


def closed_call():
    now = timezone.now()
    return CallFactory(opens_at=now - 30 * DAY, closes_at=now - DAY, scoring_closes_at=now + 30 * DAY)


def with_files(proposal):
    example = proposal.example
    Attachment.objects.create(
        example=example, title_de="Bericht", file=ContentFile(b"%PDF-1.7", name="a.pdf")
    )
    example.picture_alt_de = "Eine Brücke."
    example.picture.save("b.png", ContentFile(png()))
    return proposal


def content_of(file):
    with file.open() as stream:
        return stream.read()


def test_copy_has_the_text_the_lists_and_files_of_its_own():
    proposal = with_files(complete(draft(call=closed_call(), title_de="Brücke", benefit_en="A bridge.")))
    partner = NetworkFactory()
    proposal.networks.add(partner)
    call = CallFactory()

    new = copied(proposal, call=call)

    check_deferred()
    old, example = Example.objects.get(pk=proposal.example_id), Example.objects.get(pk=new.example_id)
    for name in copying.VALUES:
        assert getattr(example, name) == getattr(old, name), name
    for name in copying.LISTS:
        assert set(getattr(example, name).all()) == set(getattr(old, name).all()), name
    assert example.network == old.network
    assert [link.url for link in example.links.all()] == ["https://www.example.org/quelle"]
    assert [(one.title_de, content_of(one.file)) for one in example.attachments.all()] == [
        ("Bericht", b"%PDF-1.7")
    ]
    assert example.attachments.get().file.name != old.attachments.get().file.name
    assert content_of(example.picture) == content_of(old.picture)
    assert example.picture.name != old.picture.name
    assert (new.call, new.previous, new.status, new.submitted_by) == (
        call,
        proposal,
        Status.DRAFT,
        proposal.submitted_by,
    )
    assert list(new.networks.all()) == [partner]
    assert (example.is_proposed, example.is_locked, example.status) == (True, False, "draft")


def test_copy_has_no_consent_no_declaration_and_no_co_editors():
    proposal = proposal_in(Status.WITHDRAWN)

    new = copied(proposal)

    contact = new.example.contacts.get()
    assert (contact.email, contact.is_published, contact.consents.count()) == ("buero@example.org", False, 0)
    assert (new.tried_since, new.has_rights, new.submitted_at) == (None, False, None)
    assert new.editors.count() == 0
    assert proposal.example.contacts.get().consents.count() == 1


def test_copy_by_somebody_of_another_network_leaves_the_network_open():
    proposal = proposal_in(Status.WITHDRAWN)
    other = member_of(NetworkFactory())

    assert copied(proposal, by=other).example.network is None


def test_copy_leaves_out_a_file_that_is_lost():
    proposal = with_files(complete(draft(call=closed_call())))
    default_storage.delete(proposal.example.attachments.get().file.name)
    default_storage.delete(proposal.example.picture.name)

    new = copied(proposal)

    assert (new.example.attachments.count(), new.example.picture.name) == (0, "")


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.WITHDRAWN, Status.REJECTED}), ids=str)
def test_copy_is_refused_on_the_way_and_under_the_embargo(status):
    proposal = proposal_in(status)

    with pytest.raises(copying.NotCopyable):
        copied(proposal)

    assert Proposal.objects.count() == 1


def test_copy_after_a_rejection_on_formal_grounds():
    proposal = proposal_in(Status.REJECTED)

    assert copied(proposal).previous == proposal


def test_copy_into_a_call_that_is_closed_or_to_come_is_refused():
    proposal, now = proposal_in(Status.WITHDRAWN), timezone.now()
    ahead = CallFactory(opens_at=now + DAY, closes_at=now + 2 * DAY, scoring_closes_at=now + 3 * DAY)

    for call in (closed_call(), ahead):
        with pytest.raises(workflow.CallClosed):
            copied(proposal, call=call)

    assert Proposal.objects.count() == 1


def test_second_copy_into_the_same_call_leads_to_the_first():
    proposal, call = proposal_in(Status.WITHDRAWN), CallFactory()
    first = copied(proposal, call=call)

    with pytest.raises(copying.CopiedAlready) as refused:
        copied(proposal, call=call)

    assert refused.value.copy == first


def test_copy_again_after_the_first_was_withdrawn_into_another_call_or_by_another_person():
    proposal, call = proposal_in(Status.WITHDRAWN), CallFactory()
    workflow.withdraw(copied(proposal, call=call), by=proposal.submitted_by)

    copies = {copied(proposal, call=call), copied(proposal), copied(proposal, call=call, by=UserFactory())}

    assert len(copies) == 3


def test_copy_that_fails_leaves_no_file_behind(monkeypatch):
    proposal = with_files(complete(draft(call=closed_call())))
    before = set(default_storage.listdir("attachments")[1])

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(type(proposal.example), "save", fail)
    with pytest.raises(RuntimeError):
        copied(proposal)

    assert set(default_storage.listdir("attachments")[1]) == before
    assert Proposal.objects.count() == 1
