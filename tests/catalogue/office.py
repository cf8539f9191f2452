"""What the tests of the administration share: people, and forms as a browser would send them."""

import pytest
from django.contrib.auth.models import Group, Permission

from goodpractice.accounts.models import User
from tests.goodpractice.signing_in import signed_in

EXAMPLE = "/en/admin/catalogue/example/"
FORMSETS = ["contacts", "links", "attachments", "transfers", "board_statements", "social_media", "consents"]


def office_person(email="office@example.org", **fields):
    """Return a member of the office: all rights on the catalogue, none on accounts."""
    group, created = Group.objects.get_or_create(name="office")
    if created:
        group.permissions.set(Permission.objects.filter(content_type__app_label="catalogue"))
    person = User.objects.create_user(email, name="Office", is_staff=True, **fields)
    person.groups.add(group)
    return person


@pytest.fixture
def person(db):
    return office_person()


@pytest.fixture
def office(person):
    return signed_in(person)


def sent(page, **changes):
    """Return the form of a change page as a browser would send it back, with ``changes``."""
    form = page.context["adminform"].form
    data = _values(form)
    for inline in page.context["inline_admin_formsets"]:
        formset = inline.formset
        data |= _values(formset.management_form)
        for row in formset.forms:
            data |= _values(row)
    return {name: value for name, value in {**data, **changes}.items() if value is not None}


def _values(form):
    values = {}
    for bound in form:
        value = bound.value()
        if bound.field.widget.needs_multipart_form or value is None or value is False:
            continue
        if isinstance(value, list | tuple) or hasattr(value, "all"):
            values[bound.html_name] = [getattr(part, "pk", part) for part in value]
        else:
            values[bound.html_name] = "on" if value is True else bound.field.widget.format_value(value)
    return values
