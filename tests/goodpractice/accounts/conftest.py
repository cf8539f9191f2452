import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from goodpractice.accounts.models import User


@pytest.fixture(autouse=True)
def _database(db):
    pass


@pytest.fixture
def make_person():
    def make_person(email="kim@example.org", *roles, password=None, verified=True, **fields):
        person = User.objects.create_user(email, password, name=email.split("@")[0].title(), **fields)
        if verified:
            EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        for role in roles:
            person.groups.add(Group.objects.get_or_create(name=role)[0])
        return person

    return make_person
