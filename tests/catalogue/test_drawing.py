"""Parts of pages that are kept as text: the right one each time, and always escaped."""

import pytest
from django.template import Context, Engine
from django.urls import set_script_prefix
from django.utils import translation
from django.utils.safestring import mark_safe

from catalogue.drawing import HOLE, kept_pieces, place
from catalogue.facet import FacetCounts, ValueCount
from catalogue.models import BoardStatement
from catalogue.templatetags.catalogue import beacon_tag, facet, footer, kept, takeaway

HOSTILE = '"><script>alert(1)</script>'
VALUE = "catalogue/_facet_value.html"


def facet_of(*counts, label="Topic", selected=()):
    values = [ValueCount(f"v{n}", f"Value {n}", count, n in selected) for n, count in enumerate(counts)]
    return FacetCounts("topic", label, values)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def test_facet_shows_each_value_with_its_count():
    html = facet(facet_of(3, 0, 12, selected={2}))

    labels = [line for line in html.splitlines() if line.startswith("<label")]
    assert labels == [
        '<label><input type="checkbox" id="topic-v0" name="topic" value="v0"><span>Value 0</span>'
        ' <span class="num">3</span></label>',
        '<label data-empty><input type="checkbox" id="topic-v1" name="topic" value="v1"><span>Value 1</span>'
        ' <span class="num">0</span></label>',
        '<label><input type="checkbox" id="topic-v2" name="topic" value="v2" checked><span>Value 2</span>'
        ' <span class="num">12</span></label>',
    ]


def test_facet_that_is_kept_shows_new_counts_and_choices():
    facet(facet_of(3, 4))

    html = facet(facet_of(5, 0, selected={1}))

    assert '<span>Value 0</span> <span class="num">5</span>' in html
    assert 'value="v1" checked><span>Value 1</span> <span class="num">0</span>' in html
    assert "data-empty" not in html


def test_long_facet_folds_the_values_beyond_those_that_matter():
    html = facet(facet_of(*[1] * 9, 0, selected={8}))

    shown, folded = html.split("<details")
    assert (shown.count("<label"), folded.count("<label")) == (6, 4)
    assert 'value="v8" checked' in shown


def test_facet_without_values_is_empty():
    html = facet(facet_of())

    assert ("<legend>Topic</legend>" in html, "<label" in html, "<details" in html) == (True, False, False)


def test_facet_escapes_labels_each_time():
    hostile = FacetCounts("topic", HOSTILE, [ValueCount("v", HOSTILE, 1, is_selected=False)])

    drawn = [facet(hostile), facet(hostile)]

    assert drawn[0] == drawn[1]
    assert drawn[0].count("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;") == 2
    assert "<script>" not in drawn[0]


def test_text_that_was_kept_as_safe_is_escaped_where_it_is_not():
    values = {"facet": "topic", "value": "v", "is_selected": False, "is_empty": False, "count": HOLE}

    safe = kept_pieces(VALUE, place(), label=mark_safe("<b>x</b>"), **values)
    unsafe = kept_pieces(VALUE, place(), label="<b>x</b>", **values)

    assert ("<b>x</b>" in safe[0] + safe[1], "<b>x</b>" in unsafe[0] + unsafe[1]) == (True, False)


def test_kept_part_follows_language_and_values():
    english, other = (kept("components/_navigation.html", section=name) for name in ("examples", "about"))
    with translation.override("de"):
        german = kept("components/_navigation.html", section="examples")

    assert '<a href="/en/examples/" aria-current="true">Examples</a>' in english
    assert '<a href="/en/examples/">Examples</a>' in other
    assert '<a href="/de/beispiele/" aria-current="true">Beispiele</a>' in german


def test_kept_part_takes_a_value_that_the_page_does_not_have():
    template = Engine.get_default().from_string(
        '{% kept "components/_navigation.html" section=nothing %}{% footer nobody.name nowhere.path %}'
    )

    html = template.render(Context({}))

    assert "aria-current" not in html
    assert '?page="' in html


def test_footer_leads_to_feedback_about_the_page():
    first, second = footer("", "/en/examples/"), footer("", '/en/a "b"&<c>/ä')

    assert 'href="/en/feedback/?page=/en/examples/"' in first
    assert 'href="/en/feedback/?page=/en/a%20%22b%22%26%3Cc%3E/%C3%A4"' in second


@pytest.mark.parametrize(("operator", "shown"), [("", False), ("A & B", True)])
def test_footer_names_who_runs_the_site(operator, shown):
    assert ("Run by A &amp; B." in footer(operator, "/")) is shown


def test_takeaway_hands_the_selection_on_escaped():
    plain, asked = takeaway(""), takeaway('kind=tool&q="<x>')

    assert 'href="/en/examples.csv"' in plain
    assert asked.count("?kind=tool&amp;q=&quot;&lt;x&gt;") == 3
    assert "<x>" not in asked


def test_beacon_shows_each_level_in_the_language_and_size_asked_for():
    statements = [BoardStatement(criterion="efficient", level=5)]

    english, other = (
        beacon_tag(statements, 40),
        beacon_tag([BoardStatement(criterion="efficient", level=4)], 40),
    )
    large = beacon_tag(statements, 160)
    with translation.override("de"):
        german = beacon_tag(statements, 40)

    labels = [drawn.split('aria-label="')[1].split('"')[0] for drawn in (english, other, german)]
    assert labels == ["efficient: exemplary", "efficient: convincing", "effizient: beispielhaft"]
    assert ('width="40"' in english, 'width="160"' in large) == (True, True)


def render(source, **context):
    return Engine.get_default().from_string(source).render(Context(context))


def test_fixed_part_is_drawn_once_for_each_language_without_the_context():
    template = Engine.get_default().from_string(
        '{% fixed %}{% translate "Networks" %}{{ name }} {% url "catalogue:home" %}{% endfixed %} {{ name }}'
    )

    english = [template.render(Context({"name": name})) for name in ("a", "b")]
    with translation.override("de"):
        german = template.render(Context({"name": "c"}))

    assert [*english, german] == ["Networks /en/ a", "Networks /en/ b", "Netzwerke /de/ c"]


def test_fixed_part_follows_the_place_where_the_site_is_mounted():
    template = Engine.get_default().from_string('{% fixed %}{% url "catalogue:home" %}{% endfixed %}')
    plain = template.render(Context())

    set_script_prefix("/iq/")
    try:
        mounted = template.render(Context())
    finally:
        set_script_prefix("/")

    assert (plain, mounted) == ("/en/", "/iq/en/")


def test_part_that_stands_once_is_taken_from_what_was_drawn():
    source = "{% once name %}<b>{{ name }}</b>{% endonce %}"
    drawn = {}

    assert render(source, drawn=drawn, name="<i>") == "<b>&lt;i&gt;</b>"
    assert render(source, drawn=drawn) == "<b>&lt;i&gt;</b>"
    assert drawn == {"name": "<b>&lt;i&gt;</b>"}
