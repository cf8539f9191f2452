"""What search engines and tabs show of a page: no two pages have the same title or description."""

import html
import re

import pytest
from django.urls import translate_url
from django.utils import translation

from tests.factories import ExampleFactory, NetworkFactory

pytestmark = pytest.mark.django_db
PAGES = ["/de/", "/de/beispiele/", "/de/netzwerke/", "/de/kriterien/", "/de/ueber-uns/", "/de/suchhilfe/"]
LONGEST_TITLE = 110


def head(client, address):
    """Return title and description."""
    page = client.get(address).content.decode()
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL).group(1)
    description = re.search(r'<meta name="description" content="(.*?)">', page, re.DOTALL).group(1)
    return html.unescape(title), html.unescape(description)


def test_titles_and_descriptions_are_unique_in_both_languages(client):
    example = ExampleFactory(published=True, title_en="", benefit_de="Ein Satz.", benefit_en="")
    network = NetworkFactory(name="IQ Netzwerk Musterland")
    german = [*PAGES, f"/de/beispiele/{example.slug}/", f"/de/netzwerke/{network.slug}/"]
    with translation.override("de"):  # an address resolves in its own language only
        english = [translate_url(address, "en") for address in german]

    heads = [head(client, address) for address in german + english]

    titles, descriptions = zip(*heads, strict=True)
    assert sorted(set(titles)) == sorted(titles)
    assert sorted(set(descriptions)) == sorted(descriptions)


def test_description_in_the_other_language_says_so(client):
    example = ExampleFactory(published=True, benefit_de="Ein Satz.", benefit_en="")

    assert head(client, f"/en/examples/{example.slug}/")[1] == "Ein Satz. (in German)"


def test_title_of_a_long_example_is_cut_at_a_word(client):
    example = ExampleFactory(published=True, title_de="Beratung " * 11)

    title = head(client, f"/de/beispiele/{example.slug}/")[0]

    assert len(title) <= LONGEST_TITLE
    assert title.endswith("Beratung… – Beispiele – IQ Good Practice")
