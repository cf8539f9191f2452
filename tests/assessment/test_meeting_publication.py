"""An announced, approved example becomes public when its checklist is done; and goes from the public with a reason."""

import datetime

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from assessment import publication, workflow
from assessment.models import Proposal, Status
from catalogue.models import Consent
from goodpractice.accounts.models import User
from tests.assessment.factories import UserFactory, member_of
from tests.assessment.meeting import a_board, a_call, announced, assessed, decided, english_author, page_of
from tests.assessment.office import office_person, told
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db

READ = {"is_readable": "on"}
TODAY = timezone.localdate()
TOMORROW = TODAY + datetime.timedelta(days=1)


@pytest.fixture
def office():
    return signed_in(office_person())


@pytest.fixture
def call():
    return a_call()


@pytest.fixture
def approved(call):
    return announced(assessed(call, a_board(call), **english_author())).proposal


@pytest.fixture
def public(approved):
    workflow.publish(approved, by=UserFactory())
    return Proposal.objects.get(pk=approved.pk)


def status_of(proposal):
    return Proposal.objects.get(pk=proposal.pk).status


def missing(response):
    return [str(part) for check in response.context["checks"] for part in check.missing]


def last_mail(kind):
    (found,) = [one for one in mail.outbox if one.kind == kind]
    return found


# Publishing -----------------------------------------------------------------------------------------------------------


def test_public_page_shows_level_and_reason_and_no_score(office, approved):
    response = office.post(page_of(approved, "publish/"), READ)

    assert told(response) == [f"{approved.reference} is public now."]
    body = Client().get(f"/en/examples/{Proposal.objects.get(pk=approved.pk).example.slug}/").content.decode()
    assert "Sentence on innovative." in body
    assert "For the board alone" not in body
    assert "Member 1" not in body


def test_preview_has_to_be_read(office, approved):
    response = office.post(page_of(approved, "publish/"), {})

    assert [str(one) for one in response.context["form"].errors["is_readable"]] == [
        "Read the preview first, and confirm it."
    ]
    assert status_of(approved) == Status.APPROVED


def test_withdrawn_consent_is_named_and_holds_it_back(office, approved):
    Consent.objects.update(withdrawn_at=timezone.now())

    page = office.get(page_of(approved, "publish/"))
    response = office.post(page_of(approved, "publish/"), READ)

    words = "a contact person with a consent in force"
    assert missing(page) == [words]
    assert "Publish now" not in page.content.decode()
    errors = [str(one) for one in response.context["form"].non_field_errors()]
    assert errors == [f"It cannot be public yet. It lacks: {words}."]
    assert status_of(approved) == Status.APPROVED


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ({"title_de": "", "title_en": ""}, "a title"),
        ({"network": None, "organisation": ""}, "a network or an organisation"),
        (
            {"picture": "x.webp", "picture_alt_de": "", "picture_alt_en": ""},
            "an alternative text of the picture",
        ),
    ],
    ids=["title", "origin", "picture"],
)
def test_checklist_names_what_the_example_lacks(approved, spoil, words):
    for name, value in spoil.items():
        setattr(approved.example, name, value)

    with override("en"):
        assert [str(part) for part in publication.missing(approved)] == [words]


def test_checklist_names_undeclared_rights(approved):
    approved.has_rights = False

    with override("en"):
        assert [str(part) for part in publication.missing(approved)] == [
            "the declaration of the rights to texts and pictures"
        ]


@pytest.mark.parametrize("days", [0, -1], ids=["today", "past"])
def test_embargo_that_is_over_holds_nothing_back(office, approved, days):
    day = TODAY + datetime.timedelta(days=days)

    office.post(page_of(approved, "embargo/"), {"until": day.isoformat()})
    office.post(page_of(approved, "publish/"), READ)

    assert Proposal.objects.get(pk=approved.pk).embargo_until == day
    assert status_of(approved) == Status.PUBLISHED


def test_embargo_is_lifted_by_leaving_it_empty(office, approved):
    Proposal.objects.filter(pk=approved.pk).update(embargo_until=timezone.localdate())

    office.post(page_of(approved, "embargo/"), {"until": ""})

    assert Proposal.objects.get(pk=approved.pk).embargo_until is None


def test_day_that_is_none_is_refused_in_words(office, approved):
    response = office.post(page_of(approved, "embargo/"), {"until": "soon"})

    assert [str(one) for one in response.context["embargo"].errors["until"]] == ["Enter a valid date."]


# Released: public by itself -------------------------------------------------------------------------------------------


@pytest.fixture
def released(office, approved):
    office.post(page_of(approved, "embargo/"), {"until": TOMORROW.isoformat()})
    response = office.post(page_of(approved, "publish/"), READ)
    assert told(response)[-1].startswith(f"Released: {approved.reference} becomes public by itself on ")
    return Proposal.objects.get(pk=approved.pk)


def tomorrow_comes():
    Proposal.objects.update(embargo_until=TODAY)


def test_released_example_is_public_from_its_day_on_and_not_before(released):
    assert (workflow.publish_due(), status_of(released)) == ([], Status.APPROVED)

    tomorrow_comes()

    assert [one.pk for one in workflow.publish_due()] == [released.pk]
    assert workflow.publish_due() == []
    assert last_mail("proposal_published").to == [released.submitted_by.email]
    last = released.transitions.latest("id")
    assert (last.target, last.by) == (Status.PUBLISHED, released.released_by)


def test_nothing_becomes_public_that_nobody_released(office, approved):
    office.post(page_of(approved, "embargo/"), {"until": TODAY.isoformat()})

    assert (workflow.publish_due(), status_of(approved)) == ([], Status.APPROVED)


def test_release_is_taken_back(office, released):
    assert "Take the release back" in office.get(page_of(released, "publish/")).content.decode()

    office.post(page_of(released, "hold/"))

    tomorrow_comes()
    assert (workflow.publish_due(), status_of(released)) == ([], Status.APPROVED)


def test_release_without_a_consent_is_refused(office, approved):
    office.post(page_of(approved, "embargo/"), {"until": TOMORROW.isoformat()})
    Consent.objects.update(withdrawn_at=timezone.now())

    response = office.post(page_of(approved, "publish/"), READ)

    assert response.context["form"].errors.keys() == {"__all__"}
    assert Proposal.objects.get(pk=approved.pk).released_at is None


def test_what_lacks_something_by_now_stays_back_and_the_office_is_told_once(released):
    User.objects.update(language="en")
    Consent.objects.update(withdrawn_at=timezone.now())
    tomorrow_comes()

    assert [workflow.publish_due(), workflow.publish_due()] == [[], []]

    assert "- a contact person with a consent in force" in last_mail("proposal_not_published").body
    assert status_of(released) == Status.APPROVED


def test_new_decision_ends_the_release(released):
    decided(released, "deferred", deviation="A question.")

    announced(released, "approved", deviation="It is answered.")

    tomorrow_comes()
    assert (workflow.publish_due(), status_of(released)) == ([], Status.APPROVED)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Übergänge für Große", "uebergaenge-fuer-grosse"),
        ("Anerkennung " * 8, "anerkennung-anerkennung-anerkennung-anerkennung-anerkennung-anerkennung"),
    ],
    ids=["umlauts", "long"],
)
def test_address_is_made_of_whole_german_words(call, title, slug):
    proposal = announced(
        assessed(call, a_board(call), title_de=title.strip(), title_en="In English")
    ).proposal

    with override("en"):
        workflow.publish(proposal, by=UserFactory())

    assert Proposal.objects.get(pk=proposal.pk).example.slug == slug


# Who may --------------------------------------------------------------------------------------------------------------


def test_outcome_that_was_not_announced_is_not_found(office, call):
    proposal = decided(assessed(call, a_board(call))).proposal

    assert office.get(page_of(proposal, "publish/")).status_code == 404


@pytest.mark.parametrize("step", ["publish/", "unpublish/", "republish/"])
def test_conflicted_office_and_others_find_nothing(approved, step):
    conflicted = office_person("own@example.org")
    member_of(approved.example.network, conflicted)

    found = [signed_in(user).get(page_of(approved, step)).status_code for user in (conflicted, UserFactory())]

    assert found == [404, 404]


@pytest.mark.parametrize("step", ["unpublish/", "republish/"])
def test_step_from_another_state_leads_back(office, approved, step):
    response = office.post(page_of(approved, step), {"reason": "x", "reason_de": "x"})

    assert response.status_code == 302
    assert status_of(approved) == Status.APPROVED


# And back -------------------------------------------------------------------------------------------------------------


def test_unpublished_example_says_why_to_readers_and_submitters(office, public):
    address = f"/en/examples/{public.example.slug}/"
    assert Client().get(address).status_code == 200

    office.post(
        page_of(public, "unpublish/"), {"reason_de": "Falsche Zahlen.", "reason_en": "Wrong figures."}
    )

    gone = Client().get(address)
    assert gone.status_code == 410
    assert "Wrong figures." in gone.content.decode()
    assert "Wrong figures." in last_mail("proposal_unpublished").body
    assert status_of(public) == Status.UNPUBLISHED


def test_unpublishing_needs_a_reason(office, public):
    response = office.post(page_of(public, "unpublish/"), {"reason_de": " ", "reason_en": ""})

    assert [str(one) for one in response.context["form"].errors["reason_de"]] == [
        "Give the reason in one language at least."
    ]
    assert status_of(public) == Status.PUBLISHED


def test_example_comes_back_at_its_address(office, public):
    workflow.unpublish(public, by=UserFactory(), reason_de="Falsche Zahlen.", reason_en="")

    office.post(page_of(public, "republish/"), {"reason": "Corrected."})

    assert Client().get(f"/en/examples/{public.example.slug}/").status_code == 200
    assert status_of(public) == Status.PUBLISHED


def test_mail_leads_to_the_public_page(public):
    assert f"/examples/{public.example.slug}/" in last_mail("proposal_published").body
