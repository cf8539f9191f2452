"""Corrections after publication: what can be corrected, what is shown at once, what is recorded and refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from assessment import correcting, drafting
from assessment.models import Status
from catalogue import publishing
from catalogue.models import CatalogueRevision, ContactPerson, Example
from tests.assessment.factories import UserFactory, check_deferred, co_editor, proposal_in
from tests.catalogue.pictures import png

pytestmark = pytest.mark.django_db


def address(name, *args):
    with override("en"):
        return reverse(f"assessment:{name}", args=args)


@pytest.fixture
def proposal(db):
    proposal = proposal_in(Status.PUBLISHED)
    Example.objects.filter(pk=proposal.example_id).update(is_proposed=False)
    ContactPerson.objects.update(is_published=True)
    publishing.publish(proposal.example, by=UserFactory(), reason="Gewählt.")
    check_deferred()
    return proposal


@pytest.fixture
def path(proposal):
    return address("proposal_correct", proposal.reference)


@pytest.fixture
def writer(client, proposal):
    client.force_login(proposal.submitted_by)
    return client


def form(client, path, **changes):
    """Return what the browser would send of the page, with changes."""
    page = client.get(path).context["page"]
    data = {"version": client.get(path).context["version"], "whole": "1", "reason": ""}
    for field in page.form:
        data[field.html_name] = field.value() or ""
    data.pop("picture")
    for rows in page.lists:
        for field in rows.management_form:
            data[field.html_name] = field.value()
        for row in rows.forms:
            for field in row:
                value = field.value()
                if value is not False and value is not None:
                    data[field.html_name] = "on" if value is True else value
    return {**data, **changes}


def public(client, proposal):
    client.logout()
    proposal.example.refresh_from_db()
    with override("en"):
        return client.get(proposal.example.get_absolute_url()).content.decode()


def test_proposal_correct_shows_only_contacts_links_and_picture(writer, path):
    page = writer.get(path).context["page"]

    assert sorted(page.form.fields) == ["picture", "picture_alt_de", "picture_alt_en", "picture_credit"]
    assert [rows.name for rows in page.lists] == ["links", "contacts"]


def test_correction_of_a_link_is_public_at_once(writer, proposal, path):
    before = CatalogueRevision.objects.get().number

    response = writer.post(path, form(writer, path, **{"links-0-url": "https://www.example.org/neu"}))

    assert response.status_code == 302
    assert CatalogueRevision.objects.get().number > before
    assert "https://www.example.org/neu" in public(writer, proposal)


def test_correction_is_recorded_with_who_and_why(writer, proposal, path):
    writer.post(path, form(writer, path, picture_credit="Foto: Ada", reason="Name vergessen"))

    event = Example.pgh_event_model.objects.filter(pgh_obj_id=proposal.example_id).latest("pgh_id")
    context = event.pgh_context.metadata
    assert event.picture_credit == "Foto: Ada"
    assert (context["reason"], context["user"]) == ("Name vergessen", proposal.submitted_by.pk)


def test_correction_of_title_or_texts_is_not_taken(writer, proposal, path):
    before = Example.objects.values("title_de", "benefit_de", "success_de", "status").get()

    writer.post(path, form(writer, path, title_de="Neu", benefit_de="Neu", success_de="Neu", status="draft"))

    assert Example.objects.values("title_de", "benefit_de", "success_de", "status").get() == before


def test_new_picture_needs_its_description_and_is_public_at_once(writer, proposal, path):
    picture = SimpleUploadedFile("a.png", png(), "image/png")
    writer.post(path, {**form(writer, path), "picture": picture})
    assert Example.objects.get().picture.name == ""

    picture = SimpleUploadedFile("a.png", png(), "image/png")
    writer.post(path, {**form(writer, path, picture_alt_de="Eine Brücke."), "picture": picture})

    assert Example.objects.get().picture.url in public(writer, proposal)


def test_new_phone_number_or_person_waits_for_the_consent(writer, proposal, path, mailoutbox):
    assert "buero@example.org" in public(writer, proposal)
    mailoutbox.clear()
    writer.force_login(proposal.submitted_by)

    writer.post(path, form(writer, path, **{"contacts-0-email": "neu@example.org"}))

    check_deferred()
    contact = ContactPerson.objects.get()
    assert (contact.is_published, contact.consents.filter(withdrawn_at=None).count()) == (False, 0)
    assert [mail.to for mail in mailoutbox] == [["neu@example.org"]]
    html = public(writer, proposal)
    assert "neu@example.org" not in html
    assert "buero@example.org" not in html


def test_contact_who_was_asked_is_not_asked_again_by_the_next_correction(writer, path, mailoutbox):
    writer.post(path, form(writer, path, **{"contacts-0-email": "neu@example.org"}))
    mailoutbox.clear()

    writer.post(path, form(writer, path, picture_credit="Foto: Ada"))

    assert mailoutbox == []


def test_role_of_a_contact_is_corrected_without_a_new_consent(writer, proposal, path):
    writer.post(path, form(writer, path, **{"contacts-0-organisation": "Neues Amt"}))

    assert ContactPerson.objects.get().is_published
    assert "Neues Amt" in public(writer, proposal)


def test_withdrawn_consent_is_not_undone_by_a_correction(writer, proposal, path):
    ContactPerson.objects.get().consents.update(withdrawn_at=proposal.created_at.replace(year=2099))

    writer.post(path, form(writer, path, **{"contacts-0-organisation": "Neues Amt"}))

    assert not ContactPerson.objects.get().is_published
    assert "buero@example.org" not in public(writer, proposal)


def test_impossible_values_are_refused_beside_what_is_stored(writer, path):
    response = writer.post(
        path, form(writer, path, picture_credit="Foto: Ada", **{"links-0-url": "no address"})
    )

    assert response.status_code == 200
    assert Example.objects.get().picture_credit == "Foto: Ada"
    assert [error.message for error in response.context["problems"]] == [
        "Source 1: Address: Write the address like this: https://www.example.org/report"
    ]
    assert "no address" in response.content.decode()


def test_two_people_at_once_see_both_texts(client, proposal, path, writer):
    mine = form(writer, path, picture_credit="Foto: Ada")
    writer.post(path, form(writer, path, picture_credit="Foto: Bert"))

    response = writer.post(path, mine)

    html = response.content.decode()
    assert (response.status_code, Example.objects.get().picture_credit) == (409, "Foto: Bert")
    assert ("Foto: Ada" in html, "Foto: Bert" in html) == (True, True)
    writer.post(path, {**mine, "version": response.context["version"], "choice-picture_credit": "mine"})
    assert Example.objects.get().picture_credit == "Foto: Ada"


def test_another_row_is_offered_without_a_script(writer, path):
    response = writer.post(path, form(writer, path, then="add:links"))

    assert response["Location"] == f"{path}?add=links#last-row"
    links = writer.get(f"{path}?add=links").context["page"].lists[0]
    assert len(links.forms) == 2


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.PUBLISHED}), ids=str)
def test_nothing_is_corrected_before_or_after(client, status):
    proposal = proposal_in(status)
    client.force_login(proposal.submitted_by)
    path = address("proposal_correct", proposal.reference)

    shown, sent = client.get(path), client.post(path, {"picture_credit": "Foto: Ada", "whole": "1"})

    assert (shown["Location"], sent.status_code) == (address("proposal_detail", proposal.reference), 409)
    assert "Foto: Ada" in sent.content.decode()
    assert Example.objects.get().picture_credit == ""


def test_correction_survives_the_end_of_the_session(client, proposal, path):
    response = client.post(path, {"picture_credit": "Foto: Ada", "whole": "1"})

    assert response.status_code == 403
    assert "Foto: Ada" in response.content.decode()


def test_co_editor_corrects(client, proposal, path):
    client.force_login(co_editor(proposal))

    client.post(path, form(client, path, picture_credit="Foto: Ada"))

    assert Example.objects.get().picture_credit == "Foto: Ada"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40])
def test_correct_with_junk_fails_nowhere(writer, path, version):
    junk = {"version": version, "links-TOTAL_FORMS": "9" * 40, "contacts-TOTAL_FORMS": "x", "then": "ask:x"}

    assert writer.post(path, junk).status_code in {200, 302, 409}


def test_correct_holds_that_the_reader_has_seen_what_is_stored(proposal):
    user = proposal.submitted_by
    correcting.correct(proposal, by=user, seen=0, reason="eins", write=lambda: None)

    with pytest.raises(drafting.StaleVersion):
        correcting.correct(proposal, by=user, seen=0, reason="zwei", write=lambda: pytest.fail("written"))
