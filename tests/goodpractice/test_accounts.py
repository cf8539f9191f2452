import re

import pytest
from django.contrib.auth.models import Group, Permission

from goodpractice.accounts.models import User
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db

ACCOUNTS = "/en/admin/accounts/user/"
PASSWORD = "a long enough passphrase"


def role(name, *codenames):
    group = Group.objects.create(name=name)
    group.permissions.set(Permission.objects.filter(codename__in=codenames))
    return group


@pytest.fixture
def office():
    """A role that may manage accounts and topics, nothing else."""
    return role("office", "view_user", "add_user", "change_user", "delete_user", "change_topic")


@pytest.fixture
def manager(office):
    person = User.objects.create_user("manager@example.org", name="Manager", is_staff=True)
    person.groups.add(office)
    return person


@pytest.fixture
def root():
    return User.objects.create_superuser("root@example.org", name="Root")


def change(client, person, **data):
    given = {"email": person.email, "name": person.name, "language": "de", "is_active": "on", **data}
    return client.post(f"{ACCOUNTS}{person.pk}/change/", given)


def fields(page):
    return set(page.context["adminform"].form.fields)


# Managing accounts ---------------------------------------------------------------------------------------


def test_account_is_created_with_a_password(root):
    data = {
        "email": "new@example.org",
        "name": "New",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }

    signed_in(root).post(f"{ACCOUNTS}add/", data)

    new = User.objects.get(email="new@example.org")
    assert (new.name, new.check_password(PASSWORD), new.is_staff) == ("New", True, False)


def test_account_is_created_without_a_password(root):
    signed_in(root).post(
        f"{ACCOUNTS}add/", {"email": "new@example.org", "name": "New", "usable_password": "false"}
    )

    assert not User.objects.get(email="new@example.org").has_usable_password()


def test_same_address_in_other_case_is_an_error(root):
    data = {"email": "ROOT@example.org", "name": "New", "usable_password": "false"}

    response = signed_in(root).post(f"{ACCOUNTS}add/", data)

    assert response.status_code == 200
    assert User.objects.count() == 1


def test_only_superusers_see_the_superuser_field(root, manager):
    other = User.objects.create_user("other@example.org", name="Other")

    pages = [fields(signed_in(person).get(f"{ACCOUNTS}{other.pk}/change/")) for person in (root, manager)]

    assert ["is_superuser" in page for page in pages] == [True, False]


def test_manager_cannot_make_superusers(manager):
    other = User.objects.create_user("other@example.org", name="Other")

    change(signed_in(manager), other, is_superuser="on", user_permissions="1")

    other.refresh_from_db()
    assert (other.is_superuser, other.user_permissions.count()) == (False, 0)


def test_manager_gives_roles_within_the_own_rights_only(manager, office):
    stronger = role("board", "change_topic", "change_example")
    other = User.objects.create_user("other@example.org", name="Other")
    client = signed_in(manager)

    refused = change(client, other, groups=[stronger.pk])
    change(client, other, groups=[office.pk])

    assert list(refused.context["adminform"].form.errors) == ["groups"]
    assert list(other.groups.all()) == [office]


@pytest.mark.parametrize("who", ["manager", "root"])
def test_nobody_changes_the_own_rights(request, who, office):
    person = request.getfixturevalue(who)
    extra = role("extra")
    before = set(person.groups.all())

    change(
        signed_in(person),
        person,
        name="Renamed",
        groups=[extra.pk],
        is_staff="",
        is_active="",
        is_superuser="on",
    )

    person.refresh_from_db()
    assert (person.name, person.is_staff, person.is_active, set(person.groups.all())) == (
        "Renamed",
        True,
        True,
        before,
    )


@pytest.mark.parametrize("page", ["change", "delete", "password"])
def test_manager_does_not_touch_stronger_accounts(manager, root, page):
    strong = User.objects.create_user("strong@example.org", name="Strong")
    strong.groups.add(role("board", "change_example"))
    client = signed_in(manager)

    answers = [
        client.post(f"{ACCOUNTS}{person.pk}/{page}/", {"post": "yes"}).status_code
        for person in (root, strong)
    ]

    assert answers == [403, 403]


def test_nobody_deletes_the_own_account(root):
    assert signed_in(root).post(f"{ACCOUNTS}{root.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("path", ["", "add/", "1/change/", "1/password/"])
def test_others_have_no_accounts_page(path):
    person = User.objects.create_user("staff@example.org", name="Staff", is_staff=True)

    assert signed_in(person).get(ACCOUNTS + path).status_code in {302, 403}


def test_roles_are_not_made_here(root):
    assert signed_in(root).get("/en/admin/auth/group/").status_code == 404


def test_accounts_are_filtered_by_role(root, manager):
    page = signed_in(root).get(f"{ACCOUNTS}?role=office")

    assert list(page.context["cl"].result_list) == [manager]


@pytest.mark.parametrize("number", [1, 3])
def test_list_runs_a_constant_number_of_statements(root, django_assert_num_queries, number):
    for index in range(number):
        User.objects.create_user(f"{index}@example.org", name="Person")
    client = signed_in(root)

    with django_assert_num_queries(10):
        client.get(ACCOUNTS)


# Roles in words ------------------------------------------------------------------------------------------


def shown(page):
    """Return the words of a page, less its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("en", ["Board member", "Office", "visitors"]),
        ("de", ["Mitglied des Beirats", "Geschäftsstelle", "visitors"]),
    ],
)
def test_roles_are_offered_in_words(root, path, words):
    for name in ("board", "office", "visitors"):
        role(name)
    other = User.objects.create_user("other@example.org", name="Other")
    client = signed_in(root)

    form = client.get(f"/{path}/admin/accounts/user/{other.pk}/change/").context["adminform"].form
    roles = client.get(f"/{path}/admin/accounts/user/").context["cl"].filter_specs[0]

    assert [label for _key, label in form.fields["groups"].choices] == words
    assert roles.lookup_choices == list(zip(["board", "office", "visitors"], words, strict=True))


def test_own_role_is_named_in_words(manager, office):
    person = signed_in(manager)

    assert "Role Office" in shown(person.get(f"{ACCOUNTS}{manager.pk}/change/"))
    assert "Role Office Organisation" in shown(person.get("/en/account/"))


def test_role_is_named_in_words_to_who_may_only_look(manager, office):
    office.permissions.remove(Permission.objects.get(codename="change_user"))
    other = User.objects.create_user("other@example.org", name="Other")
    other.groups.add(role("board"))

    page = signed_in(manager).get(f"{ACCOUNTS}{other.pk}/change/")

    assert page.status_code == 200
    assert "Role Board member" in shown(page)


def test_account_without_a_role_has_no_word_for_it(root):
    assert "Role" not in shown(signed_in(root).get("/en/account/"))


def test_refused_change_of_an_account_names_the_stored_person(root):
    other = User.objects.create_user("other@example.org", name="Stored")

    page = change(signed_in(root), other, name="Typed", email="root@example.org")

    assert page.context["errors"]
    assert "<h1>Stored</h1>" in page.content.decode()
