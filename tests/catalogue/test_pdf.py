"""Records as PDF: what is handed to the typesetter, that it stays text, and who gets which document."""

import datetime
import io
import json
import re
import threading

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import translation
from PIL import Image

from catalogue import facets, index
from catalogue.example_page import ExamplePage
from catalogue.models import Criterion, Example, LocalText, Network
from catalogue.network_page import NetworkPage
from catalogue.pdf.blocks import from_items, from_markdown, from_paragraphs, run
from catalogue.pdf.document import Document
from catalogue.pdf.example import example_document
from catalogue.pdf.network import network_document
from catalogue.pdf.rendering import TEMPLATE, Kept, kept, render
from catalogue.views.pdf import DOWNLOADS
from tests.factories import (
    BoardStatementFactory,
    ContactPersonFactory,
    ExampleFactory,
    LinkFactory,
    NetworkFactory,
    TargetGroupFactory,
    TransferFactory,
)

MARKUP = """#import "x.typ" $x^2$ ] [ @ref <label> \\ // #panic("read") = Heading `raw"""
CHANGED = datetime.datetime(2024, 5, 14, 8, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def _english_and_nothing_kept():
    kept.clear()
    with translation.override("en"):
        yield


def absolute(path):
    return f"https://example.org{path}"


def of_example(example):
    Example.objects.filter(pk=example.pk).update(changed_at=CHANGED)
    parts = Example.objects.with_page_parts().get(pk=example.pk)
    return example_document(ExamplePage(parts, facets.current()), absolute)


def of_network(network):
    return network_document(NetworkPage(Network.objects.with_profile_parts().get(pk=network.pk)), absolute)


def simple(**fields):
    return Document(
        **{"title": "A", "kind": "", "address": "", "body": [], "edition": "", "dated": None, **fields}
    )


def texts(part):
    """Return all texts of a document's part in their order."""
    if isinstance(part, dict):
        own = [part["text"]] if "text" in part else []
        return own + [text for key, value in part.items() if key != "text" for text in texts(value)]
    return [text for item in part for text in texts(item)] if isinstance(part, list) else []


def rows(table):
    return {row["label"]: "".join(texts(row["blocks"])) for row in table["rows"]}


def picture():
    file = io.BytesIO()
    Image.new("RGBA", (32, 18), (10, 79, 96, 128)).save(file, "WEBP")
    return ContentFile(file.getvalue())


# Texts ------------------------------------------------------------------------------------------------


def test_markdown_becomes_blocks():
    text = (
        "One **bold *both*** line\nnext  \nbroken `code`\n\n3. first\n   - inner\n4. second\n\n> said\n\n***"
    )

    assert from_markdown(text) == [
        {
            "type": "paragraph",
            "runs": [
                {"text": "One "},
                {"text": "bold ", "style": ["strong"]},
                {"text": "both", "style": ["strong", "em"]},
                {"text": " line"},
                {"text": " "},
                {"text": "next"},
                {"break": True},
                {"text": "broken "},
                {"text": "code", "style": ["code"]},
            ],
        },
        {
            "type": "list",
            "ordered": True,
            "start": 3,
            "items": [
                [
                    {"type": "paragraph", "runs": [{"text": "first"}]},
                    {
                        "type": "list",
                        "ordered": False,
                        "start": 1,
                        "items": [[{"type": "paragraph", "runs": [{"text": "inner"}]}]],
                    },
                ],
                [{"type": "paragraph", "runs": [{"text": "second"}]}],
            ],
        },
        {"type": "quote", "blocks": [{"type": "paragraph", "runs": [{"text": "said"}]}]},
        {"type": "rule"},
    ]


@pytest.mark.parametrize(
    "text",
    ["[a](https://example.org)", "![a](b.png)", "<script>a</script>", "<https://example.org>", "# a"],
)
def test_markdown_that_is_not_offered_stays_text(text):
    assert "".join(texts(from_markdown(text))) == text


def test_markdown_code_keeps_its_lines():
    assert from_markdown("    a\n    b") == [
        {
            "type": "paragraph",
            "runs": [{"text": "a", "style": ["code"]}, {"break": True}, {"text": "b", "style": ["code"]}],
        }
    ]


def test_items_nest_under_the_line_above():
    (block,) = from_items("One:\n- inner\nTwo")

    assert [texts(item) for item in block["items"]] == [["One:", "inner"], ["Two"]]


@pytest.mark.parametrize("read", [from_items, from_markdown, from_paragraphs])
def test_text_of_the_other_language_is_marked(read):
    own, other = LocalText("Text", "en"), LocalText("Text", "de", is_fallback=True)

    assert [block.get("lang") for block in read(own)] == [None]
    assert [block.get("lang") for block in read(other)] == ["de"]


@pytest.mark.parametrize("read", [from_items, from_markdown, from_paragraphs])
def test_empty_text_has_no_block(read):
    assert read(LocalText("", "en")) == []


@pytest.mark.parametrize("url", ["javascript:alert(1)", "/de/", "data:text/html,x", ""])
def test_run_links_to_nothing_else(url):
    assert run("a", url=url) == {"text": "a"}


def test_run_loses_signs_that_cannot_be_seen():
    assert run("a\x07b\r\nc\u200dd") == {"text": "ab  cd"}


# Networks ---------------------------------------------------------------------------------------------


@pytest.fixture
def network(db):
    before = NetworkFactory(name="Before")
    network = NetworkFactory(
        name="IQ Netzwerk Muster",
        founding_year=2012,
        location_en="Saxony-Anhalt / Germany",
        description_en="First.\n\nSecond.",
        resources_en="Funding\nStaff",
        success_factors_de="Schnelle Kommunikation",
        website="https://www.example.org/",
        email="office@example.org",
        valid_from=2015,
        valid_until=2022,
        status_of_information=datetime.date(2021, 1, 1),
        licence="cc-by-4.0",
        funding_acknowledgement_en="Co-funded by the European Union.",
        target_groups=[TargetGroupFactory(slug="refugees"), TargetGroupFactory(slug="ngos")],
    )
    before.successors.add(network)
    return network


def test_network_has_the_four_parts_of_the_printed_profile(network):
    tables = [part for part in of_network(network).body if part["type"] == "table"]

    assert {table["heading"]: rows(table) for table in tables} == {
        "1. Facts": {
            "Name of the network": "IQ Netzwerk Muster",
            "Founding year": "2012",
            "Location": "Saxony-Anhalt / Germany",
            "Target group(s)": "refugees english; ngos english",
        },
        "2. Network profile": {"Brief description": "First.Second.", "Resources": "FundingStaff"},
        "3. Success factors and main challenges": {"Success factors": "Schnelle Kommunikation"},
        "4. Further information": {
            "Website, social media": "Website: https://www.example.org/",
            "E-mail address": "office@example.org",
        },
    }


def test_network_states_age_licence_funding_and_succession(network):
    document = of_network(network)

    assert ["".join(texts(line)) for line in document.lines] == [
        "Status of information: January 2021",
        "Period: 2015–2022",
        "Continues the work of: Before",
    ]
    assert document.edition == "Status of information: January 2021"
    assert document.dated == datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC)
    assert texts(document.body[-1]) == [
        "This profile is licensed under ",
        "CC BY 4.0",
        ".",
        "Co-funded by the European Union.",
    ]


def test_network_says_that_parts_are_in_the_other_language(network):
    document = of_network(network)

    assert document.note == "Parts of this profile exist in German only; they are shown in German."
    (row,) = document.body[2]["rows"]
    assert [block["lang"] for block in row["blocks"]] == ["de"]


def test_network_lists_its_published_examples_only(network):
    shown = ExampleFactory(published=True, network=network)
    ExampleFactory(network=network)

    section = next(part for part in of_network(network).body if "examples" in part["heading"])

    assert texts(section) == [shown.title_en]


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (None, None, []),
        (2015, None, ["This network has existed since 2015."]),
        (None, 2022, ["Period: until 2022"]),
        (2015, 2022, ["Period: 2015–2022"]),
    ],
)
def test_network_period(db, first, last, sentence):
    lines = of_network(NetworkFactory(valid_from=first, valid_until=last)).lines

    assert ["".join(texts(line)) for line in lines] == sentence


def test_network_without_a_status_carries_no_date(db):
    document = of_network(NetworkFactory())

    assert (document.dated, document.edition) == (None, "")
    assert b"CreationDate" not in render(document)


# Examples ---------------------------------------------------------------------------------------------


@pytest.fixture
def example(db):
    example = ExampleFactory(
        published=True,
        title_en="Recognition guides",
        summary_en="In short.",
        organisation="Bildungswerk",
        need_en="It was **needed**.",
        solution_de="So geht es.",
        transfer_en="Half a post.",
        transfer_fixed_en="The handover",
        staff_fte="0.5",
        setup_weeks=8,
        cost_band="up_to_5k",
        running_since=2019,
        is_regular_service=True,
        is_nationwide=True,
        status_of_information=datetime.date(2024, 3, 1),
        levels={"transferable": 5, "efficient": 2},
    )
    LinkFactory(example=example, title_en="Report", url="https://www.example.org/report")
    TransferFactory(
        example=example, institution="Jobcenter", place="Seestadt", year=2023, adaptation_en="Shorter."
    )
    return example


def test_example_glance(example):
    assert rows(of_example(example).body[0]) == {
        "Kind": "Measure",
        "Network": example.network.name,
        "Organisation": "Bildungswerk",
        "Where": "nationwide",
        "Running": "since 2019",
        "Regular service": "yes, it has become part of one",
        "Staff": "0.5 full-time equivalents",
        "Set-up time": "8 weeks",
        "Cost of the first year": "up to 5,000 €; without own staff",
    }


def test_example_sections_in_the_order_of_the_page(example):
    sections = [(part["heading"], texts(part.get("blocks"))) for part in of_example(example).body[1:]]

    assert sections == [
        ("Need for action", ["It was ", "needed", "."]),
        ("Practical solution: implementation of the measure", ["So geht es."]),
        ("Transfer: what you need", ["Half a post.", "Keep as it is", "The handover"]),
        ("What the advisory board says", []),
        ("Taken over by", ["Jobcenter", ", Seestadt (2023)", "Shorter."]),
        ("Sources and downloads", ["Report", "https://www.example.org/report"]),
        (
            "Cite",
            [
                f"Bildungswerk: Recognition guides. In: IQ Good Practice. https://example.org/en/examples/{example.slug}/"
                " (as of 14 May 2024)."
            ],
        ),
    ]


def test_example_says_that_one_reason_is_in_the_other_language(db):
    example = ExampleFactory(published=True)
    statement = BoardStatementFactory(example=example)
    complete = of_example(example).note

    statement.sentence_en = ""
    statement.save()

    assert complete == ""
    assert of_example(example).note == "Parts of this example exist in German only; they are shown in German."


def test_example_board_is_in_words_and_as_a_beacon(example):
    board = next(part for part in of_example(example).body if part["type"] == "board")

    assert [(s["name"], s["level"], texts(s["blocks"])) for s in board["statements"]] == [
        ("transferable", "exemplary", ["It can be transferred."]),
        ("efficient", "weak", ["It can be transferred."]),
    ]
    assert board["beacon"]["text"] == "transferable: exemplary, efficient: weak"
    assert sum(arc["filled"] for arc in board["beacon"]["arcs"]) == 7


def test_example_board_names_the_day_of_the_decision_and_the_rubric(db):
    decided = ExampleFactory(published=True, decided_on=datetime.date(2026, 3, 5), rubric_version="2026-1")
    BoardStatementFactory(example=decided)
    boards = [
        next(part for part in of_example(one).body if part["type"] == "board")
        for one in (decided, ExampleFactory(published=True))
    ]

    assert [texts(board["blocks"]) for board in boards] == [
        ["Decided on 5 March 2026, by version 2026-1 of the rubric."],
        [
            "This example was not assessed in this catalogue. "
            "There are therefore no levels and no reasons for the four criteria."
        ],
    ]


def test_example_with_few_facts_says_so(db):
    document = of_example(ExampleFactory(published=True, network=None, organisation="Träger"))

    assert [part.get("heading", texts(part)) for part in document.body] == [
        "At a glance",
        [
            "More about this example is not documented here yet. "
            "The sources below lead to what its makers have published."
        ],
        "What the advisory board says",
        "Cite",
    ]


def test_example_contacts_are_not_in_the_document(example):
    contact = ContactPersonFactory(
        example=example, name="Erika Muster", email="erika@example.org", phone="030 1234567"
    )
    contact.consents.create(text_version="1", how="link")
    contact.is_published = True
    contact.save()

    document = of_example(example)

    data = json.dumps(document.data())
    assert [word for word in ("Erika", "erika@", "1234567") if word in data] == []
    section = next(part for part in document.body if part["heading"] == "Whom to ask")
    assert texts(section)[-1] == document.address


def test_example_network_that_is_not_public_is_not_named(db):
    document = of_example(
        ExampleFactory(published=True, network=NetworkFactory(is_published=False, name="Hidden"))
    )

    assert "Hidden" not in json.dumps(document.data())


@pytest.mark.parametrize("make", [ExampleFactory, NetworkFactory])
def test_demo_record_carries_its_mark(db, make):
    of = of_example if make is ExampleFactory else of_network

    assert of(make(is_demo=True)).data()["mark"] == "Demo – made up"
    assert of(make()).data()["mark"] == ""


def test_example_picture_is_converted_and_described(example):
    example.picture.save("a.webp", picture(), save=False)
    example.picture_alt_de = "Zwei Menschen"
    example.save()

    document = of_example(example)

    assert document.picture.startswith(b"\xff\xd8")
    assert document.data()["picture"] == {"alt": {"text": "Zwei Menschen", "lang": "de"}, "credit": ""}
    assert render(document).startswith(b"%PDF")


@pytest.mark.parametrize("content", [b"no picture", None])
def test_example_picture_that_cannot_be_read_is_left_out(example, content, caplog):
    example.picture, example.picture_alt_en = "pictures/broken.webp", "Two people"
    if content:
        example.picture.save("broken.webp", ContentFile(content), save=False)
    example.save()

    document = of_example(example)

    assert document.picture == b""
    assert document.data()["picture"] is None
    assert [record.message for record in caplog.records] == [
        f"The picture of example {example.pk} cannot be read"
    ]


# Setting ----------------------------------------------------------------------------------------------


def test_render_gives_the_same_bytes_for_the_same_record(example):
    first, second = render(of_example(example)), render(of_example(example))

    assert first.startswith(b"%PDF-1.7")
    assert first == second


def test_render_declares_accessibility_title_and_language(example):
    pdf = render(of_example(example))

    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert re.search(rb"<dc:title>.*?Recognition guides.*?</dc:title>", pdf, re.DOTALL)
    assert re.search(rb"/Lang ?\(en", pdf)
    assert b"/DisplayDocTitle true" in pdf


def test_render_reads_no_markup_in_any_text(network, example):
    for name in ("need_en", "transfer_fixed_en", "title_en", "benefit_en", "summary_en", "organisation"):
        setattr(example, name, MARKUP[:100])
    example.save()
    Network.objects.filter(pk=network.pk).update(name=MARKUP, description_en=MARKUP, resources_en=MARKUP)

    for document in (of_example(example), of_network(network)):
        data = document.data()

        assert data["title"] == {"text": MARKUP[:100]}
        assert render(document).startswith(b"%PDF")


def test_template_takes_texts_as_data_only():
    """Nothing in the template evaluates a string, reads a file or loads a package."""
    assert re.findall(rb"\b(?:eval|read|include|import|plugin)\b *[(\"]", TEMPLATE) == []


@pytest.mark.parametrize("text", ["日本語", "🙂 👨‍👩‍👧", "\x00\x07", "ไทย", "العربية", "Привет", "ş ệ → ✓"])
def test_render_takes_every_script(text):
    assert render(simple(title=text, lead=text, address="https://example.org/")).startswith(b"%PDF")


@pytest.mark.parametrize("levels", [{}, {"innovative": 1}, dict.fromkeys(["transferable", "sustainable"], 5)])
def test_render_takes_every_beacon(db, levels):
    example = ExampleFactory(published=True, levels=levels)

    assert render(of_example(example)).startswith(b"%PDF")


def test_render_takes_texts_longer_than_a_page(db):
    example = ExampleFactory(published=True, need_en="word " * 5000, transfer_en="- item\n" * 300)
    BoardStatementFactory(example=example, sentence_en="Sentence. " * 800)

    assert render(of_example(example)).startswith(b"%PDF")


def test_template_has_the_colours_of_the_site():
    tokens = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    palette = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", tokens))
    roles = dict(re.findall(r"--color-(\w+): light-dark\(var\(--([\w-]+)\)", tokens))
    named = dict(re.findall(r'([\w-]+)(?: =|:) rgb\("(#\w+)"\)', TEMPLATE.decode()))

    assert named == {name: palette[roles.get(name, name)] for name in named}
    assert named.keys() >= {"ink", "petrol", "amber", *Criterion.values}


def test_kept_documents_are_bounded_and_the_oldest_goes():
    documents, made = Kept(2), []

    for key in ("a", "b", "a", "c", "a", "b"):
        documents.get(key, lambda key=key: made.append(key) or key.encode())

    assert made == ["a", "b", "c", "b"]
    assert len(documents) == 2


def test_kept_document_is_made_once_for_all_who_wait():
    documents, made = Kept(2), []
    together = threading.Barrier(4)

    def ask():
        together.wait()
        documents.get("a", lambda: made.append(1) or b"a")

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert made == [1]


def test_kept_nothing_where_making_fails():
    documents = Kept(2)

    with pytest.raises(ZeroDivisionError):
        documents.get("a", lambda: 1 // 0)

    assert documents.get("a", lambda: b"a") == b"a"


# Addresses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["de", "en"])
def test_example_pdf_answers_the_document(client, example, language):
    with translation.override(language):
        address, page = reverse("catalogue:example_pdf", args=[example.slug]), example.get_absolute_url()

    response = client.get(address)

    assert response.status_code == 200
    assert response.content.startswith(b"%PDF")
    assert {name: response.headers[name] for name in ("Content-Type", "Content-Disposition", "Link")} == {
        "Content-Type": "application/pdf",
        "Content-Disposition": f'inline; filename="good-practice-{example.slug}-{language}.pdf"',
        "Link": f'<http://testserver{page}>; rel="canonical"',
    }
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert address == page.removesuffix("/") + ".pdf"


def test_network_pdf_answers_the_document(client, network):
    response = client.get(reverse("catalogue:network_pdf", args=[network.slug]))

    assert response.status_code == 200
    assert response.content.startswith(b"%PDF")
    assert (
        response.headers["Content-Disposition"] == f'inline; filename="good-practice-{network.slug}-en.pdf"'
    )


def test_example_pdf_is_kept_until_the_catalogue_changes(client, example, django_assert_num_queries):
    address = reverse("catalogue:example_pdf", args=[example.slug])
    first = client.get(address).content

    with django_assert_num_queries(2):  # the record, the revision
        again = client.get(address).content
    Example.objects.filter(pk=example.pk).update(title_en="Renamed")
    index.refresh([example.pk])
    changed = client.get(address).content

    assert first == again
    assert b"Renamed" in changed


def test_example_pdf_differs_by_host(client, example, settings):
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]
    address = reverse("catalogue:example_pdf", args=[example.slug])

    assert client.get(address).content != client.get(address, headers={"host": "localhost"}).content


@pytest.mark.parametrize("view", ["example_pdf", "network_pdf"])
def test_pdf_of_nothing_is_not_found(client, db, view):
    assert client.get(reverse(f"catalogue:{view}", args=["nothing"])).status_code == 404


def test_example_pdf_of_a_draft_is_not_found(client, db):
    assert client.get(reverse("catalogue:example_pdf", args=[ExampleFactory().slug])).status_code == 404


def test_network_pdf_of_a_hidden_network_is_not_found(client, db):
    network = NetworkFactory(is_published=False)

    assert client.get(reverse("catalogue:network_pdf", args=[network.slug])).status_code == 404


def test_example_pdf_of_a_withdrawn_example_is_gone_at_once(client, example):
    address = reverse("catalogue:example_pdf", args=[example.slug])
    client.get(address)

    Example.objects.filter(pk=example.pk).update(
        status="withdrawn", withdrawn_at=datetime.datetime.now(datetime.UTC), withdrawal_reason_en="Expired"
    )

    response = client.get(address)
    assert response.status_code == 410
    assert response.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(("make", "view"), [(ExampleFactory, "example_pdf"), (NetworkFactory, "network_pdf")])
def test_pdf_former_address_leads_to_the_present_one(client, db, make, view):
    record = make(slug="old", **({"published": True} if make is ExampleFactory else {}))
    record.slug = "new"
    record.save()

    response = client.get(reverse(f"catalogue:{view}", args=["old"]))

    assert response.status_code == 301
    assert response.headers["Location"] == reverse(f"catalogue:{view}", args=["new"])


@pytest.mark.parametrize("view", ["example_pdf", "network_pdf"])
def test_pdf_refuses_other_methods(client, db, view):
    assert client.post(reverse(f"catalogue:{view}", args=["x"])).status_code == 405


def test_pdf_is_limited_by_address_of_the_sender(client, example):
    address = reverse("catalogue:example_pdf", args=[example.slug])
    statuses = [client.get(address).status_code for _ in range(DOWNLOADS.times)]

    refused = client.get(address)

    assert statuses == [200] * 30
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert client.get(address, REMOTE_ADDR="192.0.2.7").status_code == 200
