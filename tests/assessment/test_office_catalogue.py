"""What is in a selection process is neither edited nor published in the administration of the catalogue."""

import pytest
from django.contrib.auth.models import Permission

from catalogue import publishing
from catalogue.models import ContactPerson, Example
from goodpractice.accounts.models import User
from tests.assessment.factories import submitted
from tests.factories import ContactPersonFactory, ExampleFactory
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db

EXAMPLES = "/en/admin/catalogue/example/"


@pytest.fixture
def office(db):
    person = User.objects.create_user("office@example.org", name="Office", is_staff=True)
    person.user_permissions.set(
        Permission.objects.filter(content_type__app_label__in=["catalogue", "assessment"])
    )
    return signed_in(person)


@pytest.fixture
def proposed(db):
    return submitted(title_de="Vorgeschlagen").example


@pytest.mark.parametrize("query", ["", "?q=vorgeschlagen", "?status=draft", "?q=gp-"])
def test_list_leaves_out_what_is_proposed(office, proposed, query):
    ExampleFactory(title_de="Vorgeschlagen auch", slug="gp-other")

    listed = [example.slug for example in office.get(EXAMPLES + query).context["cl"].result_list]

    assert listed == ["gp-other"]


@pytest.mark.parametrize("page", ["change", "delete", "history", "preview"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_page_of_what_is_proposed_is_not_found(office, proposed, page, method):
    assert getattr(office, method)(f"{EXAMPLES}{proposed.pk}/{page}/").status_code == 404


@pytest.mark.parametrize("name", ["publish", "withdraw"])
def test_publishing_what_is_proposed_is_not_found(office, proposed, name):
    path = f"{EXAMPLES}{name}/?id={proposed.pk}"

    assert [office.get(path).status_code, office.post(path, {"reason": "x"}).status_code] == [404, 404]
    assert Example.objects.get(pk=proposed.pk).status == "draft"


def test_publishing_refuses_what_is_proposed(proposed):
    with pytest.raises(publishing.StillProposed):
        publishing.publish(proposed, by=User.objects.first(), reason="Past the process")

    assert Example.objects.get(pk=proposed.pk).status == "draft"


def test_index_does_not_count_what_is_proposed(office, proposed):
    ExampleFactory()

    tasks = {task["app_label"]: task for task in office.get("/en/admin/").context["tasks"]}

    (examples,) = [entry for entry in tasks["content"]["models"] if str(entry["name"]) == "Examples"]
    assert [item.count for item in examples["waiting"]] == [1]


def test_contacts_of_what_is_proposed_are_not_edited_here(office, proposed):
    own = ContactPerson.objects.get(example=proposed)
    other = ContactPersonFactory(example=ExampleFactory())

    listed = office.get("/en/admin/catalogue/contactperson/").context["cl"].result_list

    assert list(listed) == [other]
    assert office.get(f"/en/admin/catalogue/contactperson/{own.pk}/change/").status_code == 302
