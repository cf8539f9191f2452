import datetime

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from catalogue.models import Attachment, Consent, ContactPerson, Example, ExampleIndex, Link
from tests.catalogue.office import EXAMPLE, sent
from tests.catalogue.pictures import jpeg
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


def change_url(example):
    return f"{EXAMPLE}{example.pk}/change/"


def save(client, example, **changes):
    url = change_url(example)
    return client.post(url, sent(client.get(url), **changes))


def errors(response):
    """Return all errors of a form that was not saved."""
    form = response.context["adminform"].form
    found = {name: [str(error) for error in messages] for name, messages in form.errors.items()}
    for inline in response.context["inline_admin_formsets"]:
        for row in inline.formset.forms:
            found |= {
                f"{row.prefix}-{name}": [str(error) for error in messages]
                for name, messages in row.errors.items()
            }
        if inline.formset.non_form_errors():
            found[inline.formset.prefix] = [str(error) for error in inline.formset.non_form_errors()]
    return found


# The list ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_list_runs_a_constant_number_of_statements(office, django_assert_num_queries, number):
    ExampleFactory.create_batch(number)

    with django_assert_num_queries(14):
        page = office.get(EXAMPLE)

    assert len(page.context["cl"].result_list) == number


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=draft", {"a"}),
        ("status=published", {"b"}),
        ("kind=tool", {"b"}),
        ("freshness=unknown", {"a"}),
        ("freshness=stale", {"b"}),
        ("network=norden", {"b"}),
        ("topics=pflege", {"b"}),
        ("states=bremen", {"b"}),
        ("is_demo=yes", {"b"}),
        ("is_demo=no", {"a"}),
        ("kind=nonsense", {"a", "b"}),
    ],
)
def test_list_filters(office, query, expected):
    ExampleFactory(slug="a")
    ExampleFactory(
        slug="b",
        published=True,
        title_de="Schlüssel",
        organisation="Bildungswerk",
        kind="tool",
        is_demo=True,
        network=NetworkFactory(slug="norden"),
        topics=[TopicFactory(slug="pflege")],
        states=[FederalStateFactory(slug="bremen")],
        status_of_information=datetime.date(2001, 1, 1),
    )

    page = office.get(f"{EXAMPLE}?{query}")

    assert {example.slug for example in page.context["cl"].result_list} == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Schlüssel", {"public"}),
        ("schluss", {"public"}),
        ("SCHLÜSSEL werk", {"public"}),
        ("schlüssel anderes", set()),
        ("ntwur", {"new-draft"}),
        ("Entwurf Nord", {"new-draft"}),
        ("new-d", {"new-draft"}),
        ("publ", {"public"}),
        ("'\"!:*&|<->()", {"public", "new-draft"}),
        ("a b c d e f g h i j", set()),
    ],
)
def test_list_is_searched_by_words(office, query, expected):
    ExampleFactory(slug="new-draft", title_de="Ein Entwurf", network__name="Nord")
    ExampleFactory(slug="public", published=True, title_de="Schlüssel", organisation="Werkstatt")

    page = office.get(EXAMPLE, {"q": query})

    assert {example.slug for example in page.context["cl"].result_list} == expected


# The form ------------------------------------------------------------------------------------------------


def test_add_makes_the_short_name_from_the_title(office):
    ExampleFactory(slug="brueckenkurs-fuer-pflege")
    page = office.get(f"{EXAMPLE}add/")

    office.post(f"{EXAMPLE}add/", sent(page, title_de="Brückenkurs für Pflege", kind="measure"))

    assert Example.objects.latest("pk").slug == "brueckenkurs-fuer-pflege-2"


def test_add_without_title_asks_for_a_short_name(office):
    page = office.get(f"{EXAMPLE}add/")

    response = office.post(f"{EXAMPLE}add/", sent(page, kind="measure"))

    assert errors(response) == {"slug": ["Give a short name for the address."]}


def test_change_updates_the_index_in_the_same_transaction(office):
    example = ExampleFactory(published=True)

    response = save(office, example, kind="tool")

    assert response.status_code == 302
    assert ExampleIndex.objects.get(pk=example.pk).kind == "tool"


def test_change_of_a_list_updates_the_index(office):
    topic = TopicFactory()
    example = ExampleFactory(published=True)

    save(office, example, topics=[topic.pk])

    assert ExampleIndex.objects.get(pk=example.pk).topics == [topic.pk]


def test_change_that_would_break_publication_is_an_error(office):
    example = ExampleFactory(published=True)

    response = save(office, example, title_de="", title_en="")

    assert errors(response) == {"__all__": ["This example is public and would lack: a title."]}


def test_line_ends_of_a_browser_are_no_change(office):
    example = ExampleFactory(need_de="Eins\n\nZwei", benefit_de="Ein Satz.")

    save(office, example, need_de="Eins\r\n\r\nZwei", benefit_de=" Ein\r\nSatz. ")

    example.refresh_from_db()
    assert (example.need_de, example.benefit_de) == ("Eins\n\nZwei", "Ein Satz.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2024-05", datetime.date(2024, 5, 1)), ("5/2024", datetime.date(2024, 5, 1)), ("", None)],
)
def test_status_of_information_is_a_month(office, text, expected):
    example = ExampleFactory()

    save(office, example, status_of_information=text)

    example.refresh_from_db()
    assert example.status_of_information == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("May", "Write the month like 2026-05."),
        ("2024-13", "Give a month between 1990 and 2100, for example 2026-05."),
        ("9999-12", "Give a month between 1990 and 2100, for example 2026-05."),
        ("2024-05-17", "Write the month like 2026-05."),
    ],
)
def test_status_of_information_refuses_what_is_no_month(office, text, message):
    response = save(office, ExampleFactory(), status_of_information=text)

    assert errors(response) == {"status_of_information": [message]}


def test_network_that_does_not_exist_is_an_error(office):
    response = save(office, ExampleFactory(), network="x'; --")

    assert list(errors(response)) == ["network"]


def test_stale_form_is_refused_once_and_keeps_what_was_typed(office):
    example = ExampleFactory(title_de="Alt")
    stale = sent(office.get(change_url(example)), title_de="Meins")
    save(office, example, title_de="Anderes")

    refused = office.post(change_url(example), stale)
    again = office.post(change_url(example), sent(refused))

    example.refresh_from_db()
    assert "Somebody has changed this record" in errors(refused)["__all__"][0]
    assert (again.status_code, example.title_de) == (302, "Meins")


def test_only_drafts_can_be_deleted(office):
    draft, public = ExampleFactory(), ExampleFactory(published=True)

    answers = [
        office.post(f"{EXAMPLE}{example.pk}/delete/", {"post": "yes"}).status_code
        for example in (draft, public)
    ]

    assert answers == [302, 403]
    assert list(Example.objects.all()) == [public]


def test_draft_with_contact_and_consent_can_be_deleted(office):
    contact = ContactPersonFactory(is_published=False)
    Consent.objects.create(contact=contact, text_version="1", how="written")

    response = office.post(f"{EXAMPLE}{contact.example_id}/delete/", {"post": "yes"})

    assert (response.status_code, Example.objects.count(), Consent.objects.count()) == (302, 0, 0)


# What belongs to it --------------------------------------------------------------------------------------


def links(example):
    return list(example.links.order_by("purpose", "position").values_list("url", "purpose", "position"))


def test_links_change_places(office):
    example = ExampleFactory()
    for number in (1, 2, 3):
        LinkFactory(example=example, url=f"https://example.org/{number}", position=number)

    save(office, example, **{"links-0-position": "3", "links-1-position": "1", "links-2-position": "2"})

    assert links(example) == [
        ("https://example.org/2", "evidence", 1),
        ("https://example.org/3", "evidence", 2),
        ("https://example.org/1", "evidence", 3),
    ]


def test_new_link_comes_last_and_deleted_ones_make_room(office):
    example = ExampleFactory()
    for number in (1, 2):
        LinkFactory(example=example, url=f"https://example.org/{number}", position=number)

    save(
        office,
        example,
        **{"links-0-DELETE": "on", "links-2-url": "https://example.org/3", "links-2-purpose": "evidence"},
    )

    assert links(example) == [
        ("https://example.org/2", "evidence", 1),
        ("https://example.org/3", "evidence", 2),
    ]


def test_link_that_changes_its_purpose_is_numbered_there(office):
    example = ExampleFactory()
    LinkFactory(example=example, url="https://example.org/1", purpose="further", position=1)
    LinkFactory(example=example, url="https://example.org/2", purpose="evidence", position=1)

    save(office, example, **{"links-0-purpose": "further"})

    assert sorted(links(example)) == [
        ("https://example.org/1", "further", 2),
        ("https://example.org/2", "further", 1),
    ]


def test_contact_is_added_without_being_shown(office):
    example = ExampleFactory()

    save(office, example, **{"contacts-0-name": "Koordination", "contacts-0-email": "k@example.org"})

    assert list(ContactPerson.objects.values_list("name", "position", "is_published")) == [
        ("Koordination", 1, False)
    ]


def test_contact_without_consent_is_not_published(office):
    contact = ContactPersonFactory(is_published=False)

    response = save(office, contact.example, **{"contacts-0-is_published": "on"})

    assert list(errors(response)) == ["contacts-0-is_published"]


def test_contact_with_consent_is_published(office):
    contact = ContactPersonFactory(is_published=False)
    Consent.objects.create(contact=contact, text_version="1", how="written")

    save(office, contact.example, **{"contacts-0-is_published": "on"})

    contact.refresh_from_db()
    assert contact.is_published


def test_same_criterion_twice_is_an_error(office):
    example = BoardStatementFactory().example

    response = save(
        office, example, **{"board_statements-1-criterion": "transferable", "board_statements-1-level": "3"}
    )

    assert "board_statements" in errors(response)


def test_transfer_of_the_same_year_twice_is_an_error(office):
    transfer = TransferFactory(institution="Jobcenter", year=2020)
    row = {"transfers-1-institution": "Jobcenter", "transfers-1-year": "2020"}

    response = save(office, transfer.example, **row)

    assert "transfers" in errors(response)


@pytest.mark.parametrize(
    "given",
    [
        {"links-TOTAL_FORMS": "1000000"},
        {"links-TOTAL_FORMS": "junk"},
        {"links-INITIAL_FORMS": "1000000", "links-TOTAL_FORMS": "1000000"},
        {"links-TOTAL_FORMS": None},
        {"links-0-id": "junk"},
        {"links-0-id": "99999999999999999999"},
        {"links-0-example": "99999999999999999999"},
        {"version": "junk"},
        {"version": "9" * 60},
        {"topics": ["junk"]},
        {"topics": ["99999999999999999999"]},
        {"staff_fte": "NaN"},
        {"staff_fte": "1e999999"},
        {"setup_weeks": "9" * 50},
        {"running_since": "-1"},
        {
            "transfers-0-institution": "X",
            "transfers-0-year": "2020",
            "transfers-0-confirmed_on": "0001-01-01",
        },
        {"slug": "ä b"},
        {"links-0-url": "javascript:alert(1)"},
    ],
    ids=str,
)
def test_hostile_form_is_answered_with_errors(office, given):
    example = LinkFactory().example

    response = save(office, example, **given)

    assert response.status_code == 200
    assert errors(response)


@pytest.mark.parametrize("given", [{"links-TOTAL_FORMS": "-5"}, {"links-0-position": "9" * 30}], ids=str)
def test_senseless_numbers_change_nothing(office, given):
    example = LinkFactory(position=1).example
    before = links(example)

    response = save(office, example, **given)

    assert (response.status_code, links(example)) == (302, before)


# Pictures and files --------------------------------------------------------------------------------------


def test_picture_is_stored_as_small_webp_without_metadata(office):
    example = ExampleFactory()
    upload = SimpleUploadedFile("holiday.jpg", jpeg(size=(3200, 1000)), "image/jpeg")

    save(office, example, picture=upload, picture_alt_de="Ein Bild")

    example.refresh_from_db()
    with example.picture.open("rb") as file:
        content = file.read()
    assert example.picture.name.startswith("pictures/")
    assert "holiday" not in example.picture.name
    assert (content[:4], content[8:12], b"EXIF" in content) == (b"RIFF", b"WEBP", False)


def test_picture_without_alternative_text_is_an_error(office):
    upload = SimpleUploadedFile("a.jpg", jpeg(), "image/jpeg")

    response = save(office, ExampleFactory(), picture=upload)

    assert errors(response) == {"__all__": ["A picture needs an alternative text."]}


def test_attachment_gets_a_name_of_our_own(office):
    example = ExampleFactory()
    upload = SimpleUploadedFile("../../evil.pdf", b"%PDF-1.7\n%%EOF", "text/html")

    save(office, example, **{"attachments-0-file": upload, "attachments-0-title_de": "Leitfaden"})

    name = example.attachments.get().file.name
    assert name.startswith("attachments/")
    assert (name.endswith(".pdf"), "evil" in name) == (True, False)


@pytest.mark.parametrize(
    "content", [b"<html>", b"MZ%PDF-", b"%PDF-1.7 and no end"], ids=["html", "exe", "cut"]
)
def test_attachment_that_is_no_pdf_is_an_error(office, content):
    upload = SimpleUploadedFile("a.pdf", content, "application/pdf")

    response = save(office, ExampleFactory(), **{"attachments-0-file": upload, "attachments-0-title_de": "x"})

    assert errors(response) == {"attachments-0-file": ["This is not a PDF file, or it is damaged."]}


# Files that nothing names any more ------------------------------------------------------------------------


PDF = b"%PDF-1.7\n%%EOF"


@pytest.fixture
def stored(settings, tmp_path):
    """A function that returns the names of all files on the disk."""
    settings.MEDIA_ROOT = tmp_path
    return lambda: {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}


@pytest.fixture
def with_files(stored):
    """An example with a picture and two attachments."""
    example = ExampleFactory(picture_alt_de="Ein Bild")
    example.picture.save("old.webp", ContentFile(b"picture"))
    for position in (1, 2):
        attachment = Attachment(example=example, title_de=f"Anlage {position}", position=position)
        attachment.file.save(f"old-{position}.pdf", ContentFile(PDF))
    return example


@pytest.fixture
def edit(office, with_files, django_capture_on_commit_callbacks):
    """A function that sends the form of that example; it returns the answer and what is to be done after the commit."""

    def edit(**changes):
        sending = {name: value() if callable(value) else value for name, value in changes.items()}
        with django_capture_on_commit_callbacks() as after_commit:
            answer = save(office, with_files, **sending)
        return answer, after_commit

    return edit


OLD = {"pictures/old.webp", "attachments/old-1.pdf", "attachments/old-2.pdf"}


def pdf():
    return SimpleUploadedFile("new.pdf", PDF, "application/pdf")


@pytest.mark.parametrize(
    ("changes", "gone", "number"),
    [
        ({"benefit_de": "Anders"}, set(), 3),
        ({"picture": lambda: SimpleUploadedFile("new.jpg", jpeg())}, {"pictures/old.webp"}, 3),
        ({"picture-clear": "on"}, {"pictures/old.webp"}, 2),
        ({"attachments-0-file": pdf}, {"attachments/old-1.pdf"}, 3),
        ({"attachments-1-DELETE": "on"}, {"attachments/old-2.pdf"}, 2),
        ({"attachments-2-file": pdf, "attachments-2-title_de": "Neu"}, set(), 4),
    ],
    ids=["text", "new picture", "no picture", "new attachment", "attachment removed", "attachment added"],
)
def test_edit_deletes_the_files_that_it_replaced_or_removed(edit, stored, changes, gone, number):
    answer, after_commit = edit(**changes)
    assert answer.status_code == 302
    assert stored() >= OLD
    for step in after_commit:
        step()

    assert OLD - stored() == gone
    assert len(stored()) == number


def test_refused_edit_deletes_no_file(edit, stored):
    answer, after_commit = edit(running_since="1", **{"picture-clear": "on"})

    assert errors(answer)
    assert after_commit == []
    assert stored() == OLD


def test_file_that_another_example_names_is_kept(edit, with_files, stored):
    ExampleFactory(picture="pictures/old.webp", picture_alt_de="Dasselbe Bild")

    _answer, (drop,) = edit(**{"picture-clear": "on"})
    drop()

    with_files.refresh_from_db()
    assert with_files.picture == ""
    assert stored() == OLD


@pytest.mark.parametrize("way", ["page", "list"])
def test_deleted_draft_takes_its_files_along(
    office, with_files, stored, django_capture_on_commit_callbacks, way
):
    address = f"{EXAMPLE}{with_files.pk}/delete/" if way == "page" else EXAMPLE
    chosen = {"action": "delete_selected", "_selected_action": with_files.pk} if way == "list" else {}

    with django_capture_on_commit_callbacks(execute=True):
        office.post(address, {"post": "yes", **chosen})

    assert not Example.objects.filter(pk=with_files.pk).exists()
    assert stored() == set()


def test_file_that_is_gone_already_stops_nothing(edit, with_files, stored):
    with_files.picture.storage.delete("pictures/old.webp")

    _answer, (drop,) = edit(**{"picture-clear": "on", "attachments-0-DELETE": "on"})
    drop()

    assert stored() == {"attachments/old-2.pdf"}


# Preview -------------------------------------------------------------------------------------------------


def test_preview_shows_a_draft_as_the_public_would_see_it(office):
    example = ExampleFactory(title_en="A very new thing")

    page = office.get(f"{EXAMPLE}{example.pk}/preview/")

    assert page.templates[0].name == "catalogue/example_detail.html"
    assert "A very new thing" in page.content.decode()


@pytest.mark.parametrize("key", ["0", "junk", "99999999999999999999"])
def test_preview_of_nothing_is_not_found(office, key):
    assert office.get(f"{EXAMPLE}{key}/preview/").status_code == 404


def test_link_of_another_example_is_not_taken_over(office):
    mine, other = ExampleFactory(), LinkFactory(url="https://example.org/other")

    save(office, mine, **{"links-TOTAL_FORMS": "1", "links-INITIAL_FORMS": "1", "links-0-id": str(other.pk)})

    assert Link.objects.get().example == other.example
