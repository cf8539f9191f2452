"""Who belongs to a network: claimed by the person, confirmed by the office or by a member, never by oneself."""

import datetime

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.utils import timezone

from goodpractice.accounts import memberships
from goodpractice.accounts.memberships import MembershipNotAllowed
from goodpractice.accounts.models import Membership
from tests.factories import NetworkFactory
from tests.goodpractice.signing_in import signed_in

DAY = datetime.date(2024, 1, 1)
LIST = "/en/admin/accounts/membership/"
ACCOUNT = "/en/account/"


@pytest.fixture
def network():
    return NetworkFactory(name="Netz Süd")


@pytest.fixture
def office(make_person):
    person = make_person("office@example.org", "office", is_staff=True)
    person.groups.get().permissions.set(
        Permission.objects.filter(codename__in=["view_membership", "change_membership"])
    )
    return person


@pytest.fixture
def kim(make_person):
    return make_person("kim@example.org", "submitter", language="en")


@pytest.fixture
def claim(kim, network):
    return Membership.objects.create(user=kim, network=network, since=DAY)


@pytest.fixture
def member(make_person, network, office):
    person = make_person("member@example.org", "submitter")
    Membership.objects.create(
        user=person, network=network, since=DAY, confirmed_at=timezone.now(), confirmed_by=office
    )
    return person


def post(person, claim, step):
    return signed_in(person).post(f"{ACCOUNT}memberships/{claim.pk}/{step}/")


def is_confirmed(claim):
    claim.refresh_from_db()
    return claim.is_confirmed


# What the database holds ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"until": DAY - datetime.timedelta(days=1)}, "membership_until_not_before_since"),
        ({"confirmed_at": timezone.now()}, "membership_confirmed_by_somebody"),
        ({"confirmed_by": "office"}, "membership_confirmed_by_somebody"),
        ({"confirmed_at": timezone.now(), "confirmed_by": "kim"}, "membership_not_confirmed_by_oneself"),
    ],
    ids=["ends before", "nobody", "no time", "oneself"],
)
def test_database_refuses(claim, office, kim, changes, name):
    people = {"office": office, "kim": kim}
    changes = {
        key: people.get(value, value) if isinstance(value, str) else value for key, value in changes.items()
    }

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Membership.objects.filter(pk=claim.pk).update(**changes)


def test_database_refuses_the_same_network_twice(claim):
    with pytest.raises(IntegrityError, match="membership_open_once"), transaction.atomic():
        Membership.objects.create(user=claim.user, network=claim.network, since=DAY)


def test_person_with_a_membership_is_not_deleted(claim):
    with pytest.raises(IntegrityError), transaction.atomic():
        claim.user.delete()


def test_every_change_is_kept(claim, office):
    memberships.confirm(claim, by=office)

    labels = claim.events.order_by("pgh_id").values_list("pgh_label", "confirmed_by")
    assert list(labels) == [("insert", None), ("update", office.pk)]


# Claiming ------------------------------------------------------------------------------------------------


def test_person_claims_a_membership(kim, network):
    signed_in(kim).post(f"{ACCOUNT}memberships/claim/", {"network": network.pk, "since": "2024-01-01"})

    found = Membership.objects.get()
    assert (found.user, found.network, found.since, found.until, found.is_confirmed) == (
        kim,
        network,
        DAY,
        None,
        False,
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"network": ""}, "network"),
        ({"network": "999999"}, "network"),
        ({"since": ""}, "since"),
        ({"since": "2999-01-01"}, "since"),
        ({"since": "yesterday"}, "since"),
    ],
)
def test_claim_with_a_mistake_is_refused(kim, network, changes, field):
    response = signed_in(kim).post(
        f"{ACCOUNT}memberships/claim/", {"network": network.pk, "since": "2024-01-01", **changes}
    )

    assert list(response.context["form"].errors) == [field]
    assert not Membership.objects.exists()


def test_hidden_network_cannot_be_claimed(kim):
    hidden = NetworkFactory(is_published=False)

    response = signed_in(kim).post(
        f"{ACCOUNT}memberships/claim/", {"network": hidden.pk, "since": "2024-01-01"}
    )

    assert list(response.context["form"].errors) == ["network"]


def test_second_claim_of_the_same_network_is_refused(claim):
    signed_in(claim.user).post(
        f"{ACCOUNT}memberships/claim/", {"network": claim.network.pk, "since": "2024-02-01"}
    )

    assert Membership.objects.count() == 1


def test_claim_ignores_confirmation_and_person_from_outside(kim, network, office):
    signed_in(kim).post(
        f"{ACCOUNT}memberships/claim/",
        {
            "network": network.pk,
            "since": "2024-01-01",
            "user": office.pk,
            "confirmed_by": office.pk,
            "confirmed_at": "2024-01-01",
        },
    )

    assert (Membership.objects.get().user, Membership.objects.get().is_confirmed) == (kim, False)


# Confirming ----------------------------------------------------------------------------------------------


def test_office_confirms_in_the_administration(claim, office, mailoutbox, django_capture_on_commit_callbacks):
    client = signed_in(office)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(LIST, {"action": "confirm", "_selected_action": [claim.pk]})

    claim.refresh_from_db()
    assert (claim.is_confirmed, claim.confirmed_by) == (True, office)
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        (["kim@example.org"], "Your membership was confirmed")
    ]


def test_office_refuses_and_the_person_is_told(claim, office, mailoutbox, django_capture_on_commit_callbacks):
    client = signed_in(office)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(LIST, {"action": "refuse", "_selected_action": [claim.pk]})

    assert not Membership.objects.exists()
    assert [mail.subject for mail in mailoutbox] == ["Your membership was not confirmed"]


def test_office_does_not_confirm_its_own(office, network):
    own = Membership.objects.create(user=office, network=network, since=DAY)

    signed_in(office).post(LIST, {"action": "confirm", "_selected_action": [own.pk]})

    assert not is_confirmed(own)


def test_office_without_the_right_confirms_nothing(claim, office):
    office.groups.get().permissions.set(Permission.objects.filter(codename="view_membership"))

    signed_in(office).post(LIST, {"action": "confirm", "_selected_action": [claim.pk]})

    assert not is_confirmed(claim)


def test_inbox_shows_what_waits(claim, office, member):
    client = signed_in(office)

    index = client.get("/en/admin/").content.decode()
    rows = client.get(f"{LIST}?confirmed=no").context["cl"].result_list

    assert f'href="{LIST}?confirmed=no"' in index
    assert list(rows) == [claim]


@pytest.mark.parametrize("path", ["add/", "{}/delete/"])
def test_office_neither_adds_nor_deletes(claim, office, path):
    assert signed_in(office).get(LIST + path.format(claim.pk)).status_code == 403


def test_office_ends_a_membership_and_changes_nothing_else(member, office, network, kim):
    membership = Membership.objects.get()

    signed_in(office).post(f"{LIST}{membership.pk}/change/", {"until": "2024-12-31", "user": kim.pk})

    membership.refresh_from_db()
    assert (membership.until, membership.user) == (datetime.date(2024, 12, 31), member)


def test_member_confirms_a_colleague(claim, member):
    post(member, claim, "confirm")

    claim.refresh_from_db()
    assert claim.confirmed_by == member


def test_member_sees_claims_of_the_own_network_only(claim, member, make_person):
    other = make_person("other@example.org")
    Membership.objects.create(user=other, network=NetworkFactory(), since=DAY)

    claims = signed_in(member).get(ACCOUNT).context["claims"]

    assert list(claims) == [claim]


def test_person_does_not_confirm_the_own_claim(claim):
    assert post(claim.user, claim, "confirm").status_code == 404
    assert not is_confirmed(claim)


def test_stranger_does_not_confirm(claim, make_person):
    assert post(make_person("stranger@example.org"), claim, "confirm").status_code == 404
    assert not is_confirmed(claim)


def test_member_of_another_network_does_not_confirm(member, kim):
    elsewhere = Membership.objects.create(user=kim, network=NetworkFactory(), since=DAY)

    assert post(member, elsewhere, "confirm").status_code == 404


def test_unconfirmed_member_does_not_confirm(claim, make_person):
    other = make_person("other@example.org")
    Membership.objects.create(user=other, network=claim.network, since=DAY)

    assert post(other, claim, "confirm").status_code == 404


def test_former_member_does_not_confirm(claim, member):
    Membership.objects.filter(user=member).update(until=DAY)

    assert post(member, claim, "confirm").status_code == 404


def test_confirmed_claim_is_not_confirmed_again(claim, member, office):
    memberships.confirm(claim, by=office)

    with pytest.raises(MembershipNotAllowed):
        memberships.confirm(claim, by=member)

    claim.refresh_from_db()
    assert claim.confirmed_by == office


def test_claim_taken_back_meanwhile_is_not_confirmed(claim, office):
    Membership.objects.all().delete()

    with pytest.raises(MembershipNotAllowed):
        memberships.confirm(claim, by=office)


# Taking back, ending -------------------------------------------------------------------------------------


def test_person_takes_a_claim_back_without_a_mail(claim, mailoutbox):
    post(claim.user, claim, "take-back")

    assert (Membership.objects.count(), mailoutbox) == (0, [])


def test_confirmed_membership_is_not_taken_back_but_ended(claim, office):
    memberships.confirm(claim, by=office)

    post(claim.user, claim, "take-back")
    post(claim.user, claim, "end")

    claim.refresh_from_db()
    assert claim.until == timezone.localdate()


def test_claim_is_not_ended(claim):
    post(claim.user, claim, "end")

    claim.refresh_from_db()
    assert claim.until is None


@pytest.mark.parametrize("step", ["take-back", "end"])
def test_others_touch_no_claim(claim, member, step):
    assert post(member, claim, step).status_code == 404


@pytest.mark.parametrize("step", ["take-back", "end", "confirm"])
def test_reading_changes_nothing(claim, member, step):
    assert signed_in(member).get(f"{ACCOUNT}memberships/{claim.pk}/{step}/").status_code == 405


@pytest.mark.parametrize("step", ["take-back", "end", "confirm"])
def test_form_without_a_token_is_refused(claim, member, client, step):
    strict = signed_in(member, client.__class__(enforce_csrf_checks=True))

    assert strict.post(f"{ACCOUNT}memberships/{claim.pk}/{step}/").status_code == 403


# Details -------------------------------------------------------------------------------------------------


def test_person_changes_details_but_no_rights(kim):
    signed_in(kim).post(
        f"{ACCOUNT}details/",
        {
            "name": "Kim M",
            "organisation": "Büro",
            "subproject": "TP 1",
            "language": "en",
            "email": "x@example.org",
            "is_staff": "on",
        },
    )

    kim.refresh_from_db()
    assert (kim.name, kim.organisation, kim.subproject, kim.email, kim.is_staff) == (
        "Kim M",
        "Büro",
        "TP 1",
        "kim@example.org",
        False,
    )


@pytest.mark.parametrize("number", [1, 3])
def test_profile_runs_a_constant_number_of_statements(
    member, make_person, network, django_assert_num_queries, number
):
    for index in range(number):
        Membership.objects.create(user=make_person(f"{index}@example.org"), network=network, since=DAY)
        Membership.objects.create(user=member, network=NetworkFactory(), since=DAY)
    client = signed_in(member)
    client.get(ACCOUNT)

    with django_assert_num_queries(10):
        client.get(ACCOUNT)
