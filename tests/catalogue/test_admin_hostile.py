"""Nothing that a browser can send makes the administration fail: every answer is a page, a redirect or a refusal."""

import pytest

from catalogue.models import Feedback
from goodpractice.accounts.models import User
from tests.catalogue.office import signed_in
from tests.factories import ContactPersonFactory, ExampleFactory, TopicFactory

pytestmark = pytest.mark.django_db

LISTS = [
    "accounts/user",
    "catalogue/audience",
    "catalogue/consent",
    "catalogue/contactperson",
    "catalogue/example",
    "catalogue/federalstate",
    "catalogue/feedback",
    "catalogue/network",
    "catalogue/topic",
]
HUGE = "9" * 30
QUERIES = [
    "q=%00",
    "q=" + "a+" * 2000,
    "q=%22unclosed",
    "q=%F0%9F%98%80%25_%5C",
    "o=junk",
    "o=" + HUGE,
    "o=-1.2.-3.999",
    "o=1.1.1.1",
    "p=-1",
    "p=junk",
    "p=" + HUGE,
    "all=junk",
    "e=1",
    "_popup=junk",
    "_to_field=junk",
    "_to_field=id",
    "_facets=True",
    "_changelist_filters=%00",
    "_changelist_filters=status%3Djunk",
    "id=1",
    "pk__in=1,2",
    "id__exact=" + HUGE,
    "published_at__year=999999999",
    "published_at__gte=0000-00-00",
    "password__startswith=a",
    "network__name__startswith=a",
    "status=junk",
    "status=" + HUGE,
    "kind=%00",
    "freshness=junk",
    "network=" + HUGE,
    "topics=junk&topics=" + HUGE,
    "states[]=1",
    "consent=junk",
    "handled=junk",
    "role=junk",
    "is_published=maybe",
    "is_published__isnull=junk",
]
ACCEPTABLE = {200, 302, 400, 404}


@pytest.fixture
def root(db):
    ContactPersonFactory()
    ExampleFactory(published=True)
    TopicFactory()
    Feedback.objects.create(about="other", message="Hallo")
    return signed_in(User.objects.create_superuser("root@example.org", name="Root"))


@pytest.mark.parametrize("name", LISTS)
def test_list_survives_any_query(root, name):
    answers = {query: root.get(f"/en/admin/{name}/?{query}").status_code for query in QUERIES}

    assert {query: status for query, status in answers.items() if status not in ACCEPTABLE} == {}


@pytest.mark.parametrize(
    "query", ["id=1", "published_at__year=2024", "password__startswith=a", "network__name__startswith=a"]
)
def test_list_filters_by_nothing_but_its_filters(root, query):
    assert root.get(f"/en/admin/catalogue/example/?{query}").status_code == 400


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("key", ["junk", HUGE, "-1", "_3F", "%F0%9F%98%80", "1%22--"])
@pytest.mark.parametrize("page", ["change", "delete", "history", "password", "preview"])
def test_page_of_a_junk_key_is_not_found(root, name, key, page):
    assert root.get(f"/en/admin/{name}/{key}/{page}/").status_code in {302, 403, 404}


@pytest.mark.parametrize(
    "query", ["", "id=", "id=junk", f"id={HUGE}", "id=-1", "id=٣", "id=" + "1&id=" * 500]
)
@pytest.mark.parametrize("name", ["publish", "withdraw"])
def test_transition_of_junk_is_not_found_or_harmless(root, name, query):
    assert root.get(f"/en/admin/catalogue/example/{name}/?{query}").status_code in {200, 404}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"action": "junk", "_selected_action": ["1"]},
        {"action": "publish_chosen"},
        {"action": "publish_chosen", "_selected_action": ["junk"]},
        {"action": "publish_chosen", "_selected_action": [HUGE]},
        {"action": "publish_chosen", "_selected_action": ["1"], "select_across": "junk"},
        {"action": "publish_chosen", "_selected_action": ["1"], "index": "junk"},
        {"action": "publish_chosen", "_selected_action": ["1"], "index": HUGE},
        {"action": "publish_chosen", "_selected_action": ["1"], "select_across": "1", "index": "0"},
        {"action": "delete_selected", "_selected_action": ["1"]},
    ],
    ids=str,
)
def test_action_survives_junk(root, data):
    assert root.post("/en/admin/catalogue/example/", data).status_code in ACCEPTABLE


@pytest.mark.parametrize(
    "path",
    [
        "autocomplete/?term=a&app_label=catalogue&model_name=example&field_name=network",
        "autocomplete/?term=a&app_label=x&model_name=y&field_name=z&page=junk",
        "r/junk/junk/",
        f"r/{HUGE}/1/",
        f"r/1/{HUGE}/",
        "catalogue/",
        "nothing/",
        "jsi18n/?x=%00",
        "login/?next=https://evil.example/",
    ],
)
def test_other_pages_survive_junk(root, path):
    assert root.get(f"/en/admin/{path}").status_code in {*ACCEPTABLE, 403}
