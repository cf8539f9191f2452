"""The pages of text: complete in both languages, true to the software, honest about what is missing."""

import datetime
import re

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from catalogue.models import Criterion
from catalogue.models.record import Level
from catalogue.statement import ACCESSIBILITY_STATEMENT_DATE

PAGES = [
    "criteria",
    "about",
    "imprint",
    "privacy",
    "accessibility",
    "plain_language",
    "sign_language",
    "search_help",
    "data",
]
OPERATOR = {
    "name": "Musterstelle",
    "address": "Musterweg 1\n12345 Musterstadt",
    "email": "office@example.org",
    "phone": "+49 30 0000",
}
pytestmark = pytest.mark.django_db


def address(name, language):
    with override(language):
        return reverse(f"catalogue:{name}")


def read(client, name, language):
    return client.get(address(name, language)).content.decode()


def headings(html):
    return re.findall(r"<(h[1-6])", html.partition("<main")[2].partition("</main>")[0])


@pytest.mark.parametrize("name", PAGES)
def test_page_has_the_same_parts_in_both_languages(client, name):
    german, english = read(client, name, "de"), read(client, name, "en")

    assert headings(german) == headings(english)
    assert headings(german).count("h1") == 1
    assert ' lang="de"' in german.partition("<head>")[0]
    assert ' lang="en"' in english.partition("<head>")[0]


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_page_sets_no_cookie_and_loads_nothing_from_elsewhere(client, name, language):
    response = client.get(address(name, language))

    assert response.cookies == {}
    assert re.findall(r'(?:src|stylesheet" href)="(?:https?:)?//', response.content.decode()) == []


@pytest.mark.parametrize("name", PAGES)
def test_page_refuses_other_methods(client, name):
    assert client.post(address(name, "de")).status_code == 405


@pytest.mark.parametrize("name", PAGES)
def test_page_links_inside_itself_lead_somewhere(client, name):
    html = read(client, name, "en")

    targets = set(re.findall(r'href="#([^"]+)"', html))

    assert targets <= set(re.findall(r'id="([^"]+)"', html))


@pytest.mark.parametrize("language", ["de", "en"])
def test_criteria_names_every_criterion_and_every_level(client, language):
    html = read(client, "criteria", language)

    with override(language):
        criteria = re.search(r'<ul class="criteria">.*?</ul>', html, re.DOTALL)[0]
        assert re.findall(r"<h3>(.*?)</h3>", criteria) == [criterion.label for criterion in Criterion]
        levels = re.search(r'<dl class="levels">.*?</dl>', html, re.DOTALL)[0]
        assert re.findall(r"<dt>(.*?)</dt>", levels) == [level.label for level in reversed(Level)]


def test_criteria_says_what_the_figure_shows(client):
    html = read(client, "criteria", "en")

    words = "transferable: exemplary, innovative: adequate, sustainable: convincing, efficient: weak"
    assert f'role="img" aria-label="{words}"' in html


@pytest.mark.parametrize(("section", "name"), [("criteria", "criteria"), ("about", "about")])
def test_page_is_marked_in_the_navigation(client, section, name):
    html = read(client, name, "en")

    assert re.findall(r'href="([^"]+)" aria-current="true"', html) == [f"/en/{section}/"]


@pytest.mark.parametrize("name", ["imprint", "privacy", "accessibility"])
def test_operator_is_named(client, settings, name):
    settings.OPERATOR = OPERATOR

    html = read(client, name, "en")

    assert "Musterweg 1\n12345 Musterstadt" in html
    assert 'href="mailto:office@example.org"' in html
    assert "has not entered" not in html


@pytest.mark.parametrize("name", ["imprint", "privacy", "accessibility"])
@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "hat Name und Anschrift noch nicht eingetragen"), ("en", "has not entered")],
)
def test_missing_operator_is_said(client, settings, name, language, words):
    settings.OPERATOR = dict.fromkeys(OPERATOR, "")

    assert words in read(client, name, language)


def test_accessibility_names_date_feedback_and_arbitration(client):
    html = read(client, "accessibility", "de")

    assert f'<time datetime="{ACCESSIBILITY_STATEMENT_DATE:%Y-%m-%d}">' in html
    assert "/de/rueckmeldung/?page=/de/barrierefreiheit/&amp;about=barrier" in html
    assert "https://www.schlichtungsstelle-bgg.de" in html


def test_accessibility_statement_is_not_older_than_twelve_months():
    """If this fails: check the pages again, mend the statement, then set its date."""
    assert timezone.localdate() - ACCESSIBILITY_STATEMENT_DATE <= datetime.timedelta(days=365)


def test_privacy_is_true_to_the_settings():
    """The statement says: the form's cookie lasts a year at most, the session two hours."""
    assert datetime.timedelta(days=365) >= datetime.timedelta(seconds=settings.CSRF_COOKIE_AGE)
    assert settings.SESSION_COOKIE_AGE == 2 * 60 * 60
    assert settings.SESSION_SAVE_EVERY_REQUEST
