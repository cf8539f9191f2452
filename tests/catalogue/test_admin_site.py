import re

import pytest
from django.contrib.auth.models import Permission

from catalogue.models import Feedback
from goodpractice.accounts.models import User
from tests.catalogue.office import sent, signed_in
from tests.factories import ContactPersonFactory, ExampleFactory, NetworkFactory, TopicFactory

pytestmark = pytest.mark.django_db

INDEX = "/en/admin/"
PAGES = [
    "",
    "password_change/",
    "accounts/user/",
    "accounts/user/add/",
    "catalogue/example/",
    "catalogue/example/add/",
    "catalogue/network/add/",
    "catalogue/contactperson/",
    "catalogue/topic/add/",
    "catalogue/feedback/",
]


def names(page):
    return {
        task["app_label"]: [str(entry["name"]) for entry in task["models"]] for task in page.context["tasks"]
    }


def waiting(page):
    return {
        (str(item.label), item.count, item.url)
        for task in page.context["tasks"]
        for entry in task["models"]
        for item in entry["waiting"]
    }


def test_index_groups_by_task():
    page = signed_in(User.objects.create_superuser("root@example.org", name="Root")).get(INDEX)

    assert names(page) == {
        "proposals": [
            "Inbox",
            "Calls",
            "Seats on the board",
            "Declared conflicts",
            "Rubrics",
            "Board meetings",
        ],
        "content": ["Examples", "Network profiles"],
        "people": ["Contact persons", "Consents", "Memberships", "Accounts"],
        "messages": ["Messages", "Mails"],
        "vocabularies": [
            "Audiences",
            "Degrees of formalisation",
            "Federal states",
            "Fields of action",
            "Kinds of member",
            "Target groups",
            "Topics",
            "Types of network",
        ],
    }


def test_index_counts_what_waits(office):
    ExampleFactory()
    ContactPersonFactory(example=ExampleFactory(published=True))
    Feedback.objects.create(about="other", message="Hallo")

    assert waiting(office.get(INDEX)) == {
        ("in draft", 1, "/en/admin/catalogue/example/?status=draft"),
        ("without consent", 1, "/en/admin/catalogue/contactperson/?consent=no"),
        ("open", 1, "/en/admin/catalogue/feedback/?handled=no"),
    }


def test_index_shows_only_what_the_person_may_see():
    reader = User.objects.create_user("reader@example.org", name="Reader", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename="view_topic"))

    assert names(signed_in(reader).get(INDEX)) == {"vocabularies": ["Topics"]}


@pytest.mark.parametrize("path", PAGES)
def test_visitor_is_led_to_the_sign_in(client, path):
    response = client.get(INDEX + path)

    assert (response.status_code, response.url) == (302, f"/en/admin/login/?next=/en/admin/{path}")


@pytest.mark.parametrize("path", PAGES[2:])
def test_staff_without_rights_is_refused(path):
    nobody = User.objects.create_user("nobody@example.org", name="Nobody", is_staff=True)

    assert signed_in(nobody).get(INDEX + path).status_code == 403


@pytest.mark.parametrize("app", ["catalogue", "accounts"])
def test_list_of_an_app_leads_to_the_tasks(office, app):
    assert office.get(f"{INDEX}{app}/").url == INDEX


def test_language_switch_stays_on_the_page(office):
    example = ExampleFactory()

    page = office.get(f"/en/admin/catalogue/example/{example.pk}/change/").content.decode()

    assert f'href="http://testserver/de/admin/catalogue/example/{example.pk}/change/" hreflang="de"' in page


def test_pages_hold_no_inline_style_or_script(office):
    ContactPersonFactory(example=ExampleFactory())
    paths = [
        "",
        "catalogue/example/",
        "catalogue/example/add/",
        "catalogue/network/add/",
        "catalogue/topic/add/",
    ]

    pages = "".join(office.get(INDEX + path).content.decode() for path in paths)

    assert re.findall(r"<style|style=|<script>|\son\w+=", pages) == []


def test_every_field_of_example_and_network_can_be_edited(office):
    for name, left_out in (
        (
            "example",
            {
                "status",
                "published_at",
                "withdrawn_at",
                "withdrawal_reason_de",
                "withdrawal_reason_en",
                "created_at",
                "changed_at",
                "is_proposed",
                "is_locked",
                "decided_on",
                "rubric_version",
            },
        ),
        ("network", {"sort_key", "changed_at", "created_at"}),
    ):
        form = office.get(f"{INDEX}catalogue/{name}/add/").context["adminform"].form
        model = form.instance._meta
        fields = {field.name for field in [*model.concrete_fields, *model.many_to_many]} - {"id", *left_out}

        assert fields - set(form.fields) == set()


def test_records_of_all_kinds_open(office):
    contact = ContactPersonFactory(example=ExampleFactory(published=True))
    records = [contact, contact.example, NetworkFactory(), TopicFactory()]

    answers = [
        office.get(f"{INDEX}catalogue/{record._meta.model_name}/{record.pk}/{page}/").status_code
        for record in records
        for page in ("change", "history")
    ]

    assert answers == [200] * 8


@pytest.mark.parametrize(
    ("language", "columns"),
    [("en", ["Name – German", "Name – English"]), ("de", ["Name – Deutsch", "Name – Englisch"])],
)
def test_list_of_terms_names_the_language_of_each_name(office, language, columns):
    TopicFactory(name_de="Pflege", name_en="Care")

    page = office.get(f"/{language}/admin/catalogue/topic/").content.decode()

    heads = [
        " ".join(re.sub("<[^>]+>", "", head).split())
        for head in re.findall(r"<th scope=.*?</th>", page, re.S)
    ]
    assert heads[:2] == columns
    assert re.findall(r'<a href="[^"]+/change/">([^<]+)</a>', page) == ["Pflege", "Care"]


def test_refused_form_is_headed_by_what_is_stored(office):
    example = ExampleFactory(published=True, title_en="Stored", slug="stored")
    url = f"/en/admin/catalogue/example/{example.pk}/change/"

    page = office.post(url, sent(office.get(url), title_en="Typed", slug="typed", running_since="1"))

    html = page.content.decode()
    assert page.context["errors"]
    assert "<h1>Stored</h1>" in html
    assert "<title>Error: Stored – Change example" in html
    assert page.context["public_url"] == "/en/examples/stored/"
    assert page.context["adminform"].form["title_en"].value() == "Typed"
