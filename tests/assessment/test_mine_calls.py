"""Public pages about calls, and what the home page says of the one that is open."""

import datetime

import pytest
from django.core.wsgi import get_wsgi_application
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from assessment.models import Call
from assessment.outline import outline
from assessment.sections import SECTIONS
from catalogue import facets
from goodpractice.pagecache import Edition, PageCache
from tests.assessment.factories import DAY, CallFactory
from tests.goodpractice.test_pagecache import _transaction_of_the_test, ask, known  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

CLOSES = datetime.datetime(2030, 1, 15, 22, 59, tzinfo=datetime.UTC)


def address(name, *args, language="en"):
    with override(language):
        return reverse(f"assessment:{name}", args=args)


def calls():
    now = timezone.now()
    past = CallFactory(
        title_en="Past call",
        opens_at=now - 9 * DAY,
        closes_at=now - DAY,
        scoring_closes_at=now + DAY,
    )
    ahead = CallFactory(
        title_en="Next call", opens_at=now + DAY, closes_at=now + 2 * DAY, scoring_closes_at=now + 3 * DAY
    )
    current = CallFactory(
        title_en="Open call", closes_at=CLOSES, scoring_closes_at=CLOSES + 30 * DAY, outcome_on=None
    )
    return past, ahead, current


def test_call_list_shows_open_next_and_past_calls(client):
    past, ahead, current = calls()

    html = client.get(address("call_list")).content.decode()

    order = [html.index(text) for text in ("Open call", "Next call", "Past call")]
    assert order == sorted(order)
    assert "Open until <strong>15 January 2030, 23:59 (Berlin time)</strong>." in html
    begin = [address("proposal_create", call.slug) in html for call in (past, ahead, current)]
    assert begin == [False, False, True]


def test_call_list_without_calls(client):
    html = client.get(address("call_list")).content.decode()

    assert "No call is open at the moment. The date of the next one will be announced here." in " ".join(
        html.split()
    )


def test_call_detail_says_dates_grace_and_what_to_prepare(client):
    _past, _ahead, call = calls()

    html = client.get(address("call_detail", call.slug)).content.decode()

    assert "15 January 2030, 23:59 (Berlin time)" in html
    assert "For 15 minutes more a proposal is accepted and marked as late." in html
    assert [str(section.title) in html for section in SECTIONS] == [True] * len(SECTIONS)
    assert "at most 100 characters" in html
    assert address("proposal_create", call.slug) in html


@pytest.mark.parametrize(("index", "words"), [(0, "This call has closed."), (1, "This call opens on")])
def test_call_detail_begins_nothing_when_it_is_not_open(client, index, words):
    call = calls()[index]

    html = client.get(address("call_detail", call.slug)).content.decode()

    assert words in html
    assert address("proposal_create", call.slug) not in html


@pytest.mark.parametrize("slug", ["nothing", "x" * 300])
def test_unknown_call_is_not_found(client, slug):
    assert client.get(f"/en/calls/{slug}/").status_code == 404


def test_outline_names_every_section_with_its_required_fields():
    with override("en"):
        found = {
            str(section.title): [(field.label, field.limit) for field in section.fields if field.is_required]
            for section in outline()
        }
        titles = [str(section.title) for section in SECTIONS]

    assert list(found) == titles
    assert found["What it is"] == [("Title", 100), ("Kind", None), ("Benefit", 200), ("Summary", 600)]
    assert found["Contact persons"] == [("Contact persons", None)]
    assert found["Attachments"] == []


@pytest.mark.parametrize("name", ["call_list", "call_detail"])
def test_call_pages_are_for_everybody_and_know_their_other_language(client, name):
    args = [CallFactory().slug] if name == "call_detail" else []

    response = client.get(address(name, *args))

    html = response.content.decode()
    assert "Cookie" not in response.get("Vary", "")
    assert "Set-Cookie" not in response
    for language in ("de", "en"):
        assert (
            f'hreflang="{language}" href="http://testserver{address(name, *args, language=language)}"' in html
        )
    assert "noindex" not in html


def test_navigation_leads_to_the_calls(client):
    html = client.get("/en/").content.decode()

    assert f'<a href="{address("call_list")}">Take part</a>' in html


def test_sitemap_names_the_calls(client):
    call = CallFactory()

    text = client.get("/sitemap-calls.xml").content.decode()

    for language in ("de", "en"):
        assert f"<loc>http://testserver{address('call_list', language=language)}</loc>" in text
        assert f"<loc>http://testserver{address('call_detail', call.slug, language=language)}</loc>" in text


@pytest.mark.parametrize("number", [1, 3])
def test_call_list_runs_a_constant_number_of_statements(client, number, django_assert_num_queries):
    for _time in range(number):
        calls()

    with django_assert_num_queries(3):
        client.get(address("call_list"))


# The home page and the page cache -------------------------------------------------------------------------------------


def test_home_shows_the_open_call_with_its_deadline(client):
    past, ahead, current = calls()

    html = client.get("/en/").content.decode()

    assert "Open until 15 January 2030, 23:59 (Berlin time)." in html
    shown = [f'"{address("call_detail", call.slug)}"' in html for call in (past, ahead, current)]
    assert shown == [False, False, True]


@pytest.fixture
def site():
    return PageCache(get_wsgi_application(), 1024 * 1024)


@pytest.mark.parametrize("path", ["/en/", "/en/calls/"])
def test_kept_page_follows_an_edit_of_a_call(site, path):
    call = CallFactory(title_en="Old title")
    assert "Old title" in known(site, path).text

    Call.objects.filter(pk=call.pk).update(title_en="New title")

    assert "New title" in known(site, path).text


@pytest.mark.parametrize("path", ["/en/", "/en/calls/"])
@pytest.mark.parametrize("event", ["opens_at", "closes_at"])
def test_kept_page_does_not_outlive_the_opening_or_the_end_of_a_call(site, path, event, monkeypatch):
    now = timezone.now()
    moment = now + 60 * DAY / 1440
    dates = {"opens_at": now - DAY, "closes_at": now + DAY, event: moment}
    call = CallFactory(**dates, scoring_closes_at=now + 30 * DAY)
    begin = address("proposal_create", call.slug) if path == "/en/calls/" else "Call for proposals:"
    before = known(site, path)

    # The day must not change with it: that alone would renew the page.
    monkeypatch.setattr(timezone, "now", lambda: moment)
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: now.date())
    after = known(site, path)

    assert before.is_known
    assert (begin in before.text, begin in after.text) == (event == "closes_at", event == "opens_at")


def test_number_of_openings_and_endings():
    now = timezone.now()
    CallFactory(opens_at=now, closes_at=now + DAY, scoring_closes_at=now + 9 * DAY)
    CallFactory(opens_at=now + DAY / 2, closes_at=now + DAY, scoring_closes_at=now + 9 * DAY)
    moments = [now - DAY, now, now + DAY / 2, now + DAY]

    found = [Call.objects.openings_and_closings_until(moment) for moment in moments]

    assert found == [0, 1, 2, 4]


def test_edition_differs_by_the_calls_alone():
    revision, day = facets.Revision(1, "1"), datetime.date(2030, 1, 1)

    assert Edition(revision, day, 1) != Edition(revision, day, 2)
