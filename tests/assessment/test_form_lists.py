"""Sources, contact persons, attachments, picture: rows are stored one by one, a bad file takes no text along."""

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessment.models import ProposalEditor
from catalogue.models import Attachment, Consent, ContactPerson, Example, Link
from tests.assessment.factories import draft
from tests.assessment.form import co_editor, fields_of, signed_in, typed, url_of, version_of
from tests.catalogue.pictures import jpeg
from tests.factories import ContactPersonFactory

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def proposal():
    return draft()


@pytest.fixture
def example(proposal):
    return proposal.example


@pytest.fixture
def client(proposal):
    return signed_in(proposal.submitted_by)


def links_of(example):
    return list(Link.objects.filter(example=example).values_list("url", "title_de", "position"))


def send(client, proposal, key, **values):
    return client.post(url_of(proposal, key), typed(client, proposal, key, **values))


# Sources --------------------------------------------------------------------------------------------------


def test_source_is_added_changed_and_removed(proposal, client, example):
    send(client, proposal, "success", **{"links-0-url": "example.org/a", "links-0-title_de": "A"})
    response = send(client, proposal, "success", then="add:links")
    assert (response.status_code, response.url) == (302, f"{url_of(proposal, 'success')}?add=links#last-row")
    form = fields_of(client.get(response.url))
    client.post(url_of(proposal, "success"), {**form, "links-1-url": "https://example.org/b"})
    assert links_of(example) == [("https://example.org/a", "A", 1), ("https://example.org/b", "", 2)]

    send(client, proposal, "success", **{"links-0-DELETE": "on", "links-1-title_de": "B"})

    assert links_of(example) == [("https://example.org/b", "B", 2)]
    assert version_of(proposal, "success") == 3


def test_source_with_a_bad_address_is_shown_again_and_the_text_stored(proposal, client, example):
    response = send(
        client,
        proposal,
        "success",
        success_de="Es wirkt.",
        **{"links-0-url": "kein link", "links-0-title_de": "A"},
    )

    assert [error.anchor for error in response.context["problems"]] == ["id_links-0-url"]
    assert (fields_of(response)["links-0-url"], fields_of(response)["links-0-title_de"]) == ("kein link", "A")
    assert (Example.objects.get(pk=example.pk).success_de, links_of(example)) == ("Es wirkt.", [])


def test_stored_source_keeps_its_address_while_a_bad_one_stands_in_the_form(proposal, client, example):
    Link.objects.create(example=example, url="https://example.org/a", title_de="A")

    send(client, proposal, "success", **{"links-0-url": "javascript:alert(1)", "links-0-title_de": "Neu"})

    assert links_of(example) == [("https://example.org/a", "Neu", 1)]


def test_good_row_is_stored_once_beside_a_bad_one(proposal, client, example):
    form = typed(
        client, proposal, "success", **{"links-TOTAL_FORMS": "2", "links-0-url": "https://example.org/a"}
    )
    response = client.post(
        url_of(proposal, "success"), {**form, "links-1-url": "nichts", "links-1-title_de": "B"}
    )

    client.post(url_of(proposal, "success"), {**fields_of(response), "links-1-url": "https://example.org/b"})

    assert links_of(example) == [("https://example.org/a", "", 1), ("https://example.org/b", "B", 2)]


def test_row_that_is_not_mentioned_stays(proposal, client, example):
    Link.objects.create(example=example, url="https://example.org/a")

    send(client, proposal, "success", success_de="Es wirkt.", **{"links-TOTAL_FORMS": "0"})

    assert links_of(example) == [("https://example.org/a", "", 1)]


def test_row_of_another_proposal_is_a_new_one_here(proposal, client, example):
    foreign = Link.objects.create(example=draft().example, url="https://example.org/fremd")

    send(
        client,
        proposal,
        "success",
        **{"links-0-row": str(foreign.pk), "links-0-url": "https://example.org/meins"},
    )

    foreign.refresh_from_db()
    assert foreign.url == "https://example.org/fremd"
    assert links_of(example) == [("https://example.org/meins", "", 1)]


def test_kind_of_a_source_changes_also_where_the_number_is_taken(proposal, client, example):
    Link.objects.create(example=example, url="https://example.org/a", position=1)
    Link.objects.create(
        example=example, url="https://example.org/b", position=1, purpose=Link.Purpose.FURTHER
    )

    send(client, proposal, "success", **{"links-1-purpose": "evidence"})

    assert set(Link.objects.filter(example=example).values_list("url", "purpose", "position")) == {
        ("https://example.org/a", "evidence", 1),
        ("https://example.org/b", "evidence", 2),
    }


def test_more_than_twenty_sources_are_refused(proposal, client, example):
    Link.objects.bulk_create(
        Link(example=example, url=f"https://example.org/{number}", position=number) for number in range(1, 21)
    )
    form = typed(client, proposal, "success", success_de="Es wirkt.", **{"links-TOTAL_FORMS": "21"})

    response = client.post(
        url_of(proposal, "success"), {**form, "links-20-url": "https://example.org/zuviel"}
    )

    assert [error.anchor for error in response.context["problems"]] == ["links"]
    assert (len(links_of(example)), Example.objects.get(pk=example.pk).success_de) == (20, "Es wirkt.")


def test_old_tab_chooses_between_two_lists(proposal, client, example):
    Link.objects.create(example=example, url="https://example.org/a", title_de="A")
    old_tab = typed(client, proposal, "success", **{"links-0-title_de": "Meins"})
    send(client, proposal, "success", **{"links-0-title_de": "Neu"})

    response = client.post(url_of(proposal, "success"), old_tab)

    assert (response.status_code, response.context["page"].conflicts["links"].stored) == (
        409,
        "https://example.org/a – Neu",
    )
    again = fields_of(response)
    client.post(url_of(proposal, "success"), {**again, "choice-links": "stored"})
    assert links_of(example) == [("https://example.org/a", "Neu", 1)]
    client.post(url_of(proposal, "success"), again)
    assert links_of(example) == [("https://example.org/a", "Meins", 1)]


def test_row_that_was_removed_meanwhile_comes_back_if_somebody_keeps_it(proposal, client, example):
    Link.objects.create(example=example, url="https://example.org/a", title_de="A")
    old_tab = typed(client, proposal, "success", **{"links-0-title_de": "Meins"})
    send(client, proposal, "success", **{"links-0-DELETE": "on"})

    again = fields_of(client.post(url_of(proposal, "success"), old_tab))
    client.post(url_of(proposal, "success"), again)

    assert links_of(example) == [("https://example.org/a", "Meins", 1)]


# Contact persons ------------------------------------------------------------------------------------------


def contact_of(example, **values):
    contact = ContactPerson.objects.create(
        **{"example": example, "name": "Büro", "email": "buero@example.org", **values}
    )
    Consent.objects.create(contact=contact, text_version="1", how=Consent.How.LINK)
    ContactPerson.objects.filter(pk=contact.pk).update(asked_at=timezone.now(), is_published=True)
    return contact


def test_contact_is_added_and_asked_by_mail(proposal, client, example):
    send(client, proposal, "contacts", **{"contacts-0-name": "Büro", "contacts-0-email": "buero@example.org"})
    contact = ContactPerson.objects.get(example=example)
    assert contact.consent_status.state == "not_asked"
    mail.outbox.clear()

    response = send(client, proposal, "contacts", then=f"ask:{contact.pk}")

    assert (response.status_code, response.url) == (302, f"{url_of(proposal, 'contacts')}#contacts")
    contact.refresh_from_db()
    assert contact.consent_status.state == "asked"


def test_question_is_sent_to_the_address_that_was_typed_with_the_button(proposal, client, example):
    contact = ContactPerson.objects.create(example=example, name="Büro", email="alt@example.org")

    response = client.post(
        url_of(proposal, "contacts"),
        typed(
            client,
            proposal,
            "contacts",
            **{"contacts-0-email": "neu@example.org", "then": f"ask:{contact.pk}"},
        ),
        follow=True,
    )

    assert "neu@example.org" in str(next(iter(response.context["messages"])))


def test_foreign_contact_cannot_be_asked(proposal, client):
    foreign = ContactPerson.objects.create(example=draft().example, name="Fremd", email="fremd@example.org")

    send(client, proposal, "contacts", then=f"ask:{foreign.pk}")

    foreign.refresh_from_db()
    assert foreign.asked_at is None


@pytest.mark.parametrize("number", ["", "x", "9" * 30, "-1"])
def test_contact_that_is_not_there_cannot_be_asked(proposal, client, number):
    response = send(client, proposal, "contacts", then=f"ask:{number}")

    assert (response.status_code, response.url) == (302, f"{url_of(proposal, 'contacts')}#contacts")


def test_bad_address_is_shown_again_and_the_contact_stored_without(proposal, client, example):
    response = send(client, proposal, "contacts", **{"contacts-0-name": "Büro", "contacts-0-email": "buero@"})

    assert [error.anchor for error in response.context["problems"]] == ["id_contacts-0-email"]
    assert fields_of(response)["contacts-0-email"] == "buero@"
    client.post(
        url_of(proposal, "contacts"), {**fields_of(response), "contacts-0-email": "buero@example.org"}
    )
    assert list(ContactPerson.objects.filter(example=example).values_list("name", "email")) == [
        ("Büro", "buero@example.org")
    ]


@pytest.mark.parametrize(
    ("name", "value"), [("name", "Kim"), ("email", "kim@example.org"), ("phone", "030 1")]
)
def test_consent_does_not_pass_to_another_person(proposal, client, example, name, value):
    contact = contact_of(example)

    send(client, proposal, "contacts", **{f"contacts-0-{name}": value})

    contact.refresh_from_db()
    assert (contact.consents.filter(withdrawn_at=None).exists(), contact.is_published) == (False, False)
    assert (getattr(contact, name), contact.asked_at) == (value, None)


def test_consent_stays_when_the_role_is_reworded(proposal, client, example):
    contact = contact_of(example)

    send(client, proposal, "contacts", **{"contacts-0-role_de": "Leitung"})

    assert contact.consents.filter(withdrawn_at=None).exists()


def test_contact_of_the_network_is_taken_over_without_its_consent(proposal, client, example):
    own = ContactPersonFactory(
        example=None, network=example.network, name="Netzbüro", email="netz@example.org"
    )
    Consent.objects.get_or_create(
        contact=own, withdrawn_at=None, defaults={"text_version": "1", "how": "link"}
    )
    ContactPerson.objects.filter(pk=own.pk).update(is_published=True)
    assert [contact.pk for contact in client.get(url_of(proposal, "contacts")).context["offered"]] == [own.pk]

    send(client, proposal, "contacts", then=f"take:{own.pk}")

    contact = ContactPerson.objects.get(example=example)
    assert (contact.name, contact.email, contact.is_published) == ("Netzbüro", "netz@example.org", False)
    assert contact.consent_status.state == "not_asked"
    assert list(client.get(url_of(proposal, "contacts")).context["offered"]) == []


def test_contact_of_another_network_cannot_be_taken_over(proposal, client, example):
    foreign = ContactPersonFactory(example=None, network=draft().example.network)
    ContactPerson.objects.filter(pk=foreign.pk).update(is_published=False)

    send(client, proposal, "contacts", then=f"take:{foreign.pk}")

    assert not ContactPerson.objects.filter(example=example).exists()


def test_only_the_person_with_the_address_is_led_to_agree(proposal, client, example):
    me = proposal.submitted_by
    contact = ContactPerson.objects.create(example=example, name="Ich", email=me.email.upper())

    assert list(client.get(url_of(proposal, "contacts")).context["own_answers"]) == [contact.pk]
    assert signed_in(co_editor(proposal)).get(url_of(proposal, "contacts")).context["own_answers"] == {}


# Files ----------------------------------------------------------------------------------------------------


def picture():
    return SimpleUploadedFile("foto.jpg", jpeg((800, 450)), "image/jpeg")


def test_picture_is_stored_with_its_description_and_removed_again(proposal, client, example):
    send(client, proposal, "picture", picture=picture(), picture_alt_de="Zwei Menschen am Tisch.")
    example.refresh_from_db()
    assert (example.picture.name.startswith("pictures/"), example.picture_alt_de) == (
        True,
        "Zwei Menschen am Tisch.",
    )

    send(client, proposal, "picture", **{"picture-clear": "on"})

    example.refresh_from_db()
    assert (example.picture.name, example.picture_alt_de) == ("", "Zwei Menschen am Tisch.")


def test_picture_without_description_waits_and_says_what_to_do(proposal, client, example):
    response = send(client, proposal, "picture", picture=picture(), picture_credit="Foto: Kim")

    anchors = [error.anchor for error in response.context["problems"]]
    assert anchors == ["id_picture", "id_picture_alt_de"]
    example.refresh_from_db()
    assert (example.picture.name, example.picture_credit) == ("", "Foto: Kim")


def test_description_of_a_stored_picture_cannot_be_emptied(proposal, client, example):
    send(client, proposal, "picture", picture=picture(), picture_alt_en="Two people.")

    response = send(client, proposal, "picture", picture_alt_en="", picture_credit="Foto: Kim")

    assert [error.anchor for error in response.context["problems"]] == ["id_picture_alt_de"]
    example.refresh_from_db()
    assert (example.picture_alt_en, example.picture_credit) == ("Two people.", "Foto: Kim")


@pytest.mark.parametrize(
    ("name", "content"),
    [("foto.jpg", b"<svg onload=alert(1)>"), ("leer.png", b""), ("x" * 300 + ".jpg", b"nichts")],
)
def test_failing_picture_takes_no_text_along(proposal, client, example, name, content):
    response = send(
        client,
        proposal,
        "picture",
        picture=SimpleUploadedFile(name, content),
        picture_alt_de="Zwei Menschen.",
        picture_credit="Foto: Kim",
    )

    assert [error.anchor for error in response.context["problems"]] == ["id_picture"]
    example.refresh_from_db()
    assert (example.picture.name, example.picture_alt_de, example.picture_credit) == (
        "",
        "Zwei Menschen.",
        "Foto: Kim",
    )


def attachment(name="leitfaden.pdf", content=PDF):
    return {"attachments-0-file": SimpleUploadedFile(name, content)}


def test_attachment_is_stored_and_removed(proposal, client, example):
    send(client, proposal, "attachments", **attachment(), **{"attachments-0-title_en": "Guide"})
    stored = Attachment.objects.get(example=example)
    assert (stored.title_en, stored.kind.label, stored.position) == ("Guide", "PDF", 1)

    send(client, proposal, "attachments", **{"attachments-0-DELETE": "on"})

    assert not Attachment.objects.filter(example=example).exists()


def test_attachment_is_handed_out_to_readers_of_the_proposal_only(proposal, client, example):
    send(client, proposal, "attachments", **attachment())
    stored = Attachment.objects.get(example=example)
    address = reverse("assessment:attachment_download", args=[proposal.reference, stored.pk])
    reader = signed_in(co_editor(proposal, ProposalEditor.Right.VIEW))

    response = reader.get(address)

    assert (response.status_code, b"".join(response.streaming_content)) == (200, PDF)
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    other = draft()
    assert signed_in(other.submitted_by).get(address).status_code == 404
    crossed = reverse("assessment:attachment_download", args=[other.reference, stored.pk])
    assert signed_in(other.submitted_by).get(crossed).status_code == 404
    assert Client().get(address).status_code == 302


def test_attachment_without_title_takes_the_name_of_its_file(proposal, client, example):
    send(client, proposal, "attachments", **attachment("Leitfaden 2026.pdf"))

    assert str(Attachment.objects.get(example=example).title) == "Leitfaden 2026.pdf"


def test_failing_attachment_takes_no_text_along(proposal, client, example):
    stored = Attachment.objects.create(example=example, title_de="Alt", file="attachments/a.pdf")
    form = typed(
        client, proposal, "attachments", **{"attachments-TOTAL_FORMS": "2", "attachments-0-title_de": "Neu"}
    )
    form |= {"attachments-1-title_de": "Kaputt", "attachments-1-file": SimpleUploadedFile("a.pdf", b"MZ")}

    response = client.post(url_of(proposal, "attachments"), form)

    assert [error.anchor for error in response.context["problems"]] == ["id_attachments-1-file"]
    assert fields_of(response)["attachments-1-title_de"] == "Kaputt"
    stored.refresh_from_db()
    assert (stored.title_de, Attachment.objects.count()) == ("Neu", 1)


@pytest.mark.parametrize("titles", [{"title_de": "x" * 201}, {"title_de": "x" * 201, "title_en": "x" * 201}])
def test_attachment_with_a_title_too_long_breaks_nothing(proposal, client, example, titles):
    values = {f"attachments-0-{name}": value for name, value in titles.items()}

    response = send(client, proposal, "attachments", **attachment(), **values)

    assert "id_attachments-0-title_de" in [error.anchor for error in response.context["problems"]]
    assert Attachment.objects.filter(example=example).count() == (1 if len(titles) == 1 else 0)


def test_stored_attachment_cannot_lose_its_title(proposal, client, example):
    stored = Attachment.objects.create(example=example, title_de="Alt", file="attachments/a.pdf")

    response = send(client, proposal, "attachments", **{"attachments-0-title_de": ""})

    assert [error.anchor for error in response.context["problems"]] == ["id_attachments-0-title_de"]
    stored.refresh_from_db()
    assert stored.title_de == "Alt"


# Hostile input --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("total", ["", "x", "-5", "99999999999", "1e3", "\x01"])
@pytest.mark.parametrize("key", ["success", "contacts", "attachments"])
def test_junk_in_the_numbers_of_rows_breaks_nothing(proposal, client, key, total):
    name = {"success": "links"}.get(key, key)
    form = typed(client, proposal, key)

    response = client.post(
        url_of(proposal, key), {**form, f"{name}-TOTAL_FORMS": total, f"{name}-INITIAL_FORMS": total}
    )

    assert response.status_code in (200, 302)
