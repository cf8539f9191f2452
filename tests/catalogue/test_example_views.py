import datetime
import json
import re

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import translation
from pytest_django.asserts import assertNumQueries

from catalogue import index
from catalogue.models import Attachment, Consent, Example
from tests.factories import (
    BoardStatementFactory,
    ContactPersonFactory,
    ExampleFactory,
    FederalStateFactory,
    LinkFactory,
    NetworkFactory,
    TopicFactory,
    TransferFactory,
)

pytestmark = pytest.mark.django_db
LIST = "/en/examples/"


def page(client, example, language="en"):
    with translation.override(language):
        return client.get(example.get_absolute_url())


def text(response):
    return response.content.decode()


def full_example(**kwargs):
    """Return a published example with a row in every part of its page."""
    example = ExampleFactory(
        published=True,
        levels={"transferable": 5},
        states=[FederalStateFactory()],
        topics=[TopicFactory()],
        **kwargs,
    )
    contact = ContactPersonFactory(example=example, is_published=True)
    Consent.objects.create(contact=contact, text_version="1", how="written")
    LinkFactory(example=example)
    TransferFactory(example=example)
    return example


@pytest.mark.parametrize("rows", [1, 30])
def test_example_list_asks_the_same_number_of_statements(client, rows):
    for _ in range(rows):
        full_example()
    client.get(LIST)

    with assertNumQueries(1):
        response = client.get(LIST)

    assert len(response.context["rows"]) == min(rows, 20)


@pytest.mark.parametrize("rows", [1, 30])
def test_example_list_of_rows_never_seen_asks_three_statements_more(client, rows):
    for _ in range(rows):
        full_example()
    client.get(LIST)

    with assertNumQueries(4):
        response = client.get("/de/beispiele/")

    assert len(response.context["rows"]) == min(rows, 20)


@pytest.mark.parametrize("rows", [1, 30])
def test_example_search_asks_the_same_number_of_statements(client, rows):
    for _ in range(rows):
        full_example()
    client.get(LIST, {"q": "titel"})

    with assertNumQueries(1):
        response = client.get(LIST, {"q": "titel"})

    assert response.context["result"].total == rows


@pytest.mark.parametrize("rows", [1, 30])
def test_example_detail_asks_the_same_number_of_statements(client, rows):
    topics = [TopicFactory()]
    examples = [full_example() for _ in range(rows + 1)]
    for example in examples:
        example.topics.set(topics)
        LinkFactory(example=examples[0])
    index.refresh(example.pk for example in examples)
    page(client, examples[1])

    # The revision, the example, those related to it.
    with assertNumQueries(3):
        response = page(client, examples[0])

    assert len(response.context["related"]) == min(rows, 3)


ADDRESSES = ["/en/", LIST, "/en/examples/tandem/", "/en/examples.csv", "/en/examples/feed/"]


@pytest.mark.parametrize(("is_published", "named"), [(True, ADDRESSES), (False, [])])
def test_network_is_named_only_if_it_is_public(client, is_published, named):
    network = NetworkFactory(name="Netz Musterland", is_published=is_published)
    ExampleFactory(published=True, slug="tandem", network=network)

    found = [address for address in ADDRESSES if b"Netz Musterland" in b"".join(client.get(address))]

    assert found == named


@pytest.mark.parametrize(("is_published", "slug"), [(True, "net"), (False, None)])
def test_example_json_names_a_public_network_only(client, is_published, slug):
    network = NetworkFactory(slug="net", is_published=is_published)
    ExampleFactory(published=True, slug="tandem", network=network)

    assert client.get("/en/examples/tandem.json").json()["network"] == slug


def test_example_list_hands_on_the_chosen_order_and_names_the_choice_in_its_title(client):
    ExampleFactory(published=True, kind="tool")

    html = text(client.get(LIST, {"kind": "tool", "sort": "title"}))

    assert '<input type="hidden" name="sort" value="title">' in html
    assert "<title>Tool – examples – IQ Good Practice</title>" in html


def test_example_list_page_beyond_the_last_is_not_found(client):
    ExampleFactory(published=True)

    assert client.get(LIST, {"page": 2}).status_code == 404


def test_example_list_empty_result_offers_relaxations(client):
    topic, state = TopicFactory(), FederalStateFactory()
    ExampleFactory(published=True, topics=[topic])
    FederalStateFactory()

    response = client.get(LIST, {"topic": topic.slug, "state": state.slug})

    assert response.context["rows"] == []
    assert f"without {state.name_en}" in text(response)


def test_example_list_bad_value_is_named_and_filters_nothing(client):
    ExampleFactory(published=True)

    response = client.get(LIST, {"kind": "miracle"})

    assert response.status_code == 200
    assert response.context["result"].total == 1
    assert list(response.context["found"].form.errors) == ["kind"]


def test_example_list_escapes_what_was_searched(client):
    response = client.get(LIST, {"q": '"><script>alert(1)</script>'})

    assert "<script>alert(1)" not in text(response)


def test_example_detail_shows_a_draft_to_nobody(client):
    assert page(client, ExampleFactory()).status_code == 404


def test_example_detail_of_a_withdrawn_example_is_gone_and_says_why(client):
    response = page(client, ExampleFactory(withdrawn=True))

    assert response.status_code == 410
    assert "Expired" in text(response)


def test_example_detail_redirects_from_a_former_address(client):
    example = ExampleFactory(published=True, slug="old")
    Example.objects.filter(pk=example.pk).update(slug="new")

    response = client.get("/en/examples/old/")

    assert (response.status_code, response["Location"]) == (301, "/en/examples/new/")


def test_example_detail_unknown_is_not_found(client):
    assert client.get("/en/examples/nothing/").status_code == 404


def test_example_detail_marks_the_other_language(client):
    example = ExampleFactory(published=True, title_en="", benefit_en="", need_de="Bedarf")

    response = page(client, example)

    assert f'<h1><span lang="de">{example.title_de}</span></h1>' in text(response)
    assert '<div lang="de"><p>Bedarf</p>' in text(response)
    assert response.context["foreign"] is True


def test_example_detail_in_its_own_language_marks_nothing(client):
    response = page(client, ExampleFactory(published=True, need_de="Bedarf", need_en="Need"), "de")

    assert response.context["foreign"] is False
    assert 'lang="en"' not in text(response).split("<main")[1].split("</main>")[0]


def test_example_detail_shows_contacts_with_consent_only(client):
    example = full_example()
    ContactPersonFactory(example=example, position=2, name="Ohne Zustimmung", email="hidden@example.org")

    response = page(client, example)

    assert "koordination@example.org" in text(response)
    assert "Ohne Zustimmung" not in text(response)


def test_example_detail_hides_an_address_behind_the_message_form(client):
    example = full_example()
    contact = example.contacts.get()
    example.contacts.update(is_email_shown=False)

    response = page(client, example)

    assert "koordination@example.org" not in text(response)
    with translation.override("en"):
        assert reverse("catalogue:contact_message", args=[contact.pk]) in text(response)


def test_example_detail_without_facts_says_so(client):
    assert "not documented here yet" in text(page(client, ExampleFactory(published=True)))


def test_example_list_offers_a_minimum_of_each_criterion_with_counts(client):
    ExampleFactory(published=True, levels={"transferable": 4, "innovative": 2})
    ExampleFactory(published=True, levels={"transferable": 5})
    ExampleFactory(published=True)

    html = text(client.get(f"{LIST}?q=&transferable=5&innovative=&sustainable=&efficient="))

    choices = re.findall(r'<select id="(\w+)" name="\1">(.*?)</select>', html, re.DOTALL)
    assert [name for name, _options in choices] == ["transferable", "innovative", "sustainable", "efficient"]
    assert choices[0][1] == (
        '<option value="">any level</option><option value="3">at least adequate (2)</option>'
        '<option value="4">at least convincing (2)</option>'
        '<option value="5" selected>exemplary (1)</option>'
    )
    assert choices[1][1].count("(0)") == 3
    assert "selected" not in choices[1][1]
    assert "transferable: exemplary" in html.partition('class="chips')[2]
    assert "cannot be read" not in html


def test_example_detail_shows_the_board_in_words(client):
    example = ExampleFactory(published=True)
    BoardStatementFactory(example=example, criterion="efficient", level=3)
    BoardStatementFactory(example=example, criterion="transferable", level=5)

    response = page(client, example)

    assert 'aria-label="transferable: exemplary, efficient: adequate"' in text(response)


def test_example_detail_tells_day_and_rubric_and_marks_a_reason_in_the_other_language(client):
    example = ExampleFactory(published=True, decided_on=datetime.date(2026, 3, 5), rubric_version="2026-1")
    BoardStatementFactory(example=example, sentence_en="")

    html = text(page(client, example))

    assert "Decided on 5 March 2026, by version 2026-1 of the rubric." in html
    assert '<span lang="de">Übertragbar.</span> <span class="tag">in German</span>' in html
    assert "Parts of this example exist in German only" in html
    assert "not assessed in this catalogue" not in html


def test_example_detail_says_that_nobody_assessed_it_here(client):
    html = text(page(client, ExampleFactory(published=True)))

    assert "This example was not assessed in this catalogue." in html
    assert "of the rubric" not in html


def test_example_detail_markdown_holds_no_html_link_or_heading(client):
    example = ExampleFactory(
        published=True, need_en="# Big\n\n<b onclick=x>bold</b> [a](javascript:x) **strong**"
    )

    response = page(client, example)

    assert "<p># Big</p>" in text(response)
    assert "&lt;b onclick=x&gt;" in text(response)
    assert "<strong>strong</strong>" in text(response)
    assert 'href="javascript' not in text(response)


def test_example_detail_json_ld_cannot_be_left(client):
    example = ExampleFactory(published=True, title_en="</script><script>alert(1)</script>")

    response = page(client, example)

    data = text(response).split('<script type="application/ld+json">')[1].split("</script>")[0]
    assert json.loads(data)["headline"] == "</script><script>alert(1)</script>"
    assert "<script>alert(1)" not in text(response)


def test_example_json_has_both_languages_and_no_contact(client):
    example = full_example(title_de="Titel", title_en="Title")

    response = client.get(f"/en/examples/{example.slug}.json")

    data = response.json()
    assert data["title"] == {"de": "Titel", "en": "Title"}
    assert data["board"]["transferable"]["level"] == 5
    assert (data["decided_on"], data["rubric_version"]) == (None, None)
    assert "koordination@example.org" not in text(response)


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_example_json_of_what_is_not_public_is_not_found(client, status):
    example = ExampleFactory(withdrawn=True) if status == "withdrawn" else ExampleFactory()

    assert client.get(f"/en/examples/{example.slug}.json").status_code == 404


def with_attachment(example):
    return Attachment.objects.create(
        example=example, title_de="Anlage", file=ContentFile(b"%PDF-1.7", "a.pdf")
    )


def test_attachment_download_hands_out_the_file_shut_in(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    example = ExampleFactory(published=True)
    attachment = with_attachment(example)

    response = client.get(f"/en/examples/{example.slug}/attachments/{attachment.pk}/")

    assert b"".join(response.streaming_content) == b"%PDF-1.7"
    assert response["Content-Disposition"] == f'attachment; filename="{example.slug}-1.pdf"'
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert f"/en/examples/{example.slug}/attachments/{attachment.pk}/" in text(page(client, example))


@pytest.mark.parametrize("kind", ["draft", "withdrawn", "another"])
def test_attachment_download_of_what_is_not_public_is_not_found(client, settings, tmp_path, kind):
    settings.MEDIA_ROOT = tmp_path
    example = (
        ExampleFactory(withdrawn=True) if kind == "withdrawn" else ExampleFactory(published=kind == "another")
    )
    attachment = with_attachment(example)
    slug = ExampleFactory(published=True).slug if kind == "another" else example.slug

    assert client.get(f"/en/examples/{slug}/attachments/{attachment.pk}/").status_code == 404


@pytest.mark.parametrize("address", [LIST, "/en/", "/en/networks/"])
def test_public_page_sets_no_cookie(client, address):
    response = client.get(address)

    assert response.status_code == 200
    assert response.cookies == {}


def test_example_list_language_switch_keeps_the_selection(client):
    ExampleFactory(published=True)

    response = client.get(LIST, {"kind": "measure", "sort": "title"})

    assert 'href="http://testserver/de/beispiele/?kind=measure&amp;sort=title"' in text(response)


def test_home_counts_what_the_list_shows(client):
    topic = TopicFactory()
    ExampleFactory(published=True, topics=[topic])
    ExampleFactory(published=True, topics=[topic])
    ExampleFactory(topics=[topic])

    response = client.get("/en/")

    assert [(entry.value, entry.count) for entry in response.context["topics"]] == [(topic.slug, 2)]
    assert response.context["total"] == 2
