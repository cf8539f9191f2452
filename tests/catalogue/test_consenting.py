"""A contact person agrees, declines and withdraws through mailed links, and nobody else can."""

import datetime
import re
from hashlib import sha256
from unittest import mock

import pytest
from django.conf import settings as project
from django.core import signing
from django.test import Client
from django.utils import timezone, translation

from catalogue import consenting
from catalogue.models import Consent, ConsentState, ContactPerson
from tests.catalogue.office import office_person
from tests.factories import ContactPersonFactory, ExampleFactory, NetworkFactory
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db
TEXTS = {
    "2026-11": {
        "de": "ade3158feb3d493bcaeb489787ee335013b4a998529b1d9c24d4f46eafbcfcc0",
        "en": "360c93d2cdf7e2ba32af826fd8855e07161fde5f56b139448d9a5fba246a2c23",
    }
}
"""Check sums of each text that people agreed to: never changed, only added to."""


@pytest.fixture
def contact(db):
    example = ExampleFactory(published=True, slug="guides", title_en="Guides", title_de="Lotsen")
    return ContactPersonFactory(
        example=example,
        name="Ada Beispiel",
        role_de="Leitung",
        role_en="Head",
        organisation="Amt",
        email="ada@example.org",
        phone="030 1234",
    )


def answer_path(contact):
    return f"/en/consent/{consenting.answer_token(contact)}/"


def withdrawal_path(consent):
    return f"/en/consent/withdraw/{consenting.withdrawal_token(consent)}/"


def text(response):
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode().split("<main")[1]).split())


def agreeing(contact, **changes):
    return {"answer": "agree", "shown": consenting.details_mark(contact), **changes}


def agreed(contact, **options):
    return consenting.agree(
        contact, shown=consenting.details_mark(contact), **{"shows_email": True, **options}
    )


def later(**delta):
    """Let the signatures of now look old."""
    return mock.patch(
        "django.core.signing.time.time", return_value=timezone.now().timestamp() + span(**delta)
    )


def span(**delta):
    return datetime.timedelta(**delta).total_seconds()


def state(contact):
    return ContactPerson.objects.with_consents().get(pk=contact.pk).consent_status.state


def links(mail):
    return re.findall(r"https?://\S+", mail.body)


# Asking -------------------------------------------------------------------------------------------------


def test_ask_sends_one_mail_in_two_languages_to_the_person(contact, mailoutbox):
    consenting.ask(contact)

    (mail,) = mailoutbox
    german, english = mail.body.split("-" * 70)
    assert (mail.to, mail.subject) == (
        ["ada@example.org"],
        "Dürfen wir Ihre Kontaktdaten zeigen? / May we show your contact details?",
    )
    assert [
        part for part in ("„Lotsen“", "Leitung", "Amt", "030 1234", "30 Tage") if part not in german
    ] == []
    assert [part for part in ("“Guides”", "Head", "Amt", "030 1234", "30 days") if part not in english] == []
    assert [link.split("/")[3:5] for link in links(mail)] == [["de", "einwilligung"], ["en", "consent"]]
    assert state(contact) == ConsentState.ASKED


def test_ask_for_a_network_names_it(mailoutbox):
    contact = ContactPersonFactory(example=None, network=NetworkFactory(name="IQ & Co"))

    consenting.ask(contact)

    assert "für das Netzwerk „IQ & Co“" in mailoutbox[0].body


def test_mailed_link_opens_the_question(contact, mailoutbox, client):
    consenting.ask(contact)

    responses = [client.get(link.removeprefix(project.SITE_URL)) for link in links(mailoutbox[0])]

    assert [response.status_code for response in responses] == [200, 200]
    assert ["Fassung 2026-11" in text(responses[0]), "Version 2026-11" in text(responses[1])] == [True, True]


@pytest.mark.parametrize("reason", ["no address", "agreed", "asked just now"])
def test_ask_is_refused(contact, mailoutbox, reason):
    if reason == "no address":
        ContactPerson.objects.update(email="")
    elif reason == "agreed":
        Consent.objects.create(contact=contact, text_version="1", how="written")
    else:
        ContactPerson.objects.update(asked_at=timezone.now() - datetime.timedelta(minutes=59))

    with pytest.raises(consenting.AskingRefused):
        consenting.ask(contact)

    assert mailoutbox == []


def test_ask_again_after_an_hour_and_after_a_withdrawal(contact, mailoutbox):
    consenting.withdraw(agreed(contact))
    ContactPerson.objects.update(asked_at=timezone.now() - datetime.timedelta(minutes=61))

    consenting.ask(contact)

    assert state(contact) == ConsentState.ASKED
    assert mailoutbox[-1].subject.startswith("Dürfen wir")


def test_ask_of_a_person_who_was_deleted_is_refused(contact):
    ContactPerson.objects.all().delete()

    with pytest.raises(consenting.LinkVoid):
        consenting.ask(contact)


# The page -----------------------------------------------------------------------------------------------


def test_consent_answer_shows_what_will_be_shown_and_changes_nothing(contact, client):
    before = list(ContactPerson.objects.values())

    response = client.get(answer_path(contact))

    shown = text(response)
    wanted = ["Guides", "Ada Beispiel", "Head", "Amt", "030 1234", "ada@example.org", "Version 2026-11"]
    assert response.status_code == 200
    assert [part for part in wanted if part not in shown] == []
    assert "checked" not in response.content.decode()
    assert (list(ContactPerson.objects.values()), Consent.objects.count()) == (before, 0)


@pytest.mark.parametrize("page", ["question", "agreed", "withdraw", "unknown", "void"])
def test_pages_by_link_are_kept_by_nobody_and_found_by_nobody(contact, client, page):
    paths = {"question": answer_path(contact), "void": answer_path(contact), "unknown": "/en/consent/x/"}
    if page == "void":
        ContactPerson.objects.all().delete()
    if page in {"agreed", "withdraw"}:
        consent = agreed(contact)
        paths |= {"agreed": answer_path(contact), "withdraw": withdrawal_path(consent)}

    response = client.get(paths[page])

    html = response.content.decode()
    assert {"no-store", "private"} <= set(response["Cache-Control"].split(", "))
    assert (response["Referrer-Policy"], response["X-Robots-Tag"]) == ("strict-origin", "noindex, nofollow")
    assert '<meta name="robots" content="noindex, nofollow">' in html
    assert re.findall(r'rel="canonical"|og:url', html) == []


def test_consent_answer_agree_records_consent_and_shows_the_contact(contact, client, mailoutbox):
    path = answer_path(contact)

    response = client.post(path, agreeing(contact, shows_email="on"))

    contact.refresh_from_db()
    assert (response.status_code, response.url) == (302, path)
    consents = Consent.objects.values_list("contact", "how", "text_version", "withdrawn_at")
    assert list(consents) == [(contact.pk, "link", "2026-11", None)]
    assert (contact.is_published, contact.is_email_shown) == (True, True)
    assert "ada@example.org" in client.get("/en/examples/guides/").content.decode()
    (mail,) = mailoutbox
    assert [link.split("/")[4:6] for link in links(mail)] == [["consent", "withdraw"]]


def test_consent_answer_agree_without_the_address_hides_it(contact, client):
    client.post(answer_path(contact), agreeing(contact))

    page = client.get("/en/examples/guides/").content.decode()
    assert ("Ada Beispiel" in page, "ada@example.org" in page) == (True, False)
    assert "not shown" in text(client.get(answer_path(contact)))


def test_consent_answer_agree_twice_leaves_one_consent(contact, client, mailoutbox):
    for _time in range(2):
        client.post(answer_path(contact), agreeing(contact))

    assert (Consent.objects.count(), len(mailoutbox)) == (1, 1)


def test_consent_answer_agree_of_a_draft_shows_nothing_yet(contact, client):
    type(contact.example).objects.update(status="draft", published_at=None)

    client.post(answer_path(contact), agreeing(contact))

    assert state(contact) == ConsentState.AGREED
    assert client.get("/en/examples/guides/").status_code == 404


def test_consent_answer_decline_is_recorded(contact, client, mailoutbox):
    response = client.post(answer_path(contact), {"answer": "decline"})

    contact.refresh_from_db()
    assert (response.status_code, state(contact), contact.is_published) == (302, ConsentState.DECLINED, False)
    assert "You declined on" in text(client.get(answer_path(contact)))
    assert (Consent.objects.count(), mailoutbox) == (0, [])


def test_consent_answer_may_be_changed_from_no_to_yes(contact, client):
    client.post(answer_path(contact), {"answer": "decline"})

    client.post(answer_path(contact), agreeing(contact))

    contact.refresh_from_db()
    assert (state(contact), contact.declined_at) == (ConsentState.AGREED, None)


def test_consent_answer_decline_after_a_yes_in_another_window_counts(contact, client):
    agreed(contact)

    client.post(answer_path(contact), {"answer": "decline"})

    contact.refresh_from_db()
    assert (contact.is_published, Consent.objects.filter(withdrawn_at=None).count()) == (False, 0)


@pytest.mark.parametrize("answer", ["", "perhaps"])
def test_consent_answer_without_a_decision_is_an_error(contact, client, answer):
    response = client.post(answer_path(contact), {"answer": answer, "shows_email": "on"})

    assert response.status_code == 200
    assert "Please check your entries" in text(response)
    assert "checked" in response.content.decode()
    assert state(contact) == ConsentState.NOT_ASKED


@pytest.mark.parametrize("field", ["phone", "role_de", "organisation"])
def test_consent_answer_agree_to_other_details_than_seen_is_refused(contact, client, field):
    seen = agreeing(contact)
    ContactPerson.objects.update(**{field: "other"})

    response = client.post(answer_path(contact), seen)

    assert response.status_code == 409
    assert "Somebody changed your details" in text(response)
    assert consenting.details_mark(ContactPerson.objects.get()) in response.content.decode()
    assert Consent.objects.count() == 0


@pytest.mark.parametrize("shown", ["", "x", "ü"])
def test_consent_answer_agree_without_the_mark_of_what_was_seen_is_refused(contact, client, shown):
    response = client.post(answer_path(contact), agreeing(contact, shown=shown))

    assert (response.status_code, Consent.objects.count()) == (409, 0)


# Links that do not work ---------------------------------------------------------------------------------


def forged(contact):
    token = consenting.answer_token(contact)
    return {
        "cut": token[:-3],
        "changed": token.replace(token[3], "A" if token[3] != "A" else "B", 1),
        "nonsense": "nonsense",
        "foreign signs": "ü:ü:ü",
        "of the other kind": consenting.withdrawal_token(Consent(pk=contact.pk)),
        "signed for something else": signing.dumps([contact.pk, "x"], salt="other"),
    }


@pytest.mark.parametrize(
    "kind", ["cut", "changed", "nonsense", "foreign signs", "of the other kind", "signed for something else"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_consent_answer_with_a_forged_link_is_not_found(contact, client, kind, method):
    response = getattr(client, method)(f"/en/consent/{forged(contact)[kind]}/", agreeing(contact))

    assert response.status_code == 404
    assert "Copy the whole link" in text(response)
    assert Consent.objects.count() == 0


def test_consent_withdraw_with_the_link_of_another_kind_is_not_found(contact, client):
    consent = agreed(contact)

    response = client.post(f"/en/consent/withdraw/{consenting.answer_token(contact)}/")

    consent.refresh_from_db()
    assert (response.status_code, consent.withdrawn_at) == (404, None)


@pytest.mark.parametrize("change", [{"email": "eve@example.org"}, {"name": "Eve"}, None], ids=str)
@pytest.mark.parametrize("method", ["get", "post"])
def test_consent_answer_of_another_person_or_address_is_gone(contact, client, change, method):
    path, data = answer_path(contact), agreeing(contact)
    rows = ContactPerson.objects.all()
    rows.update(**change) if change else rows.delete()

    response = getattr(client, method)(path, data)

    assert response.status_code == 410
    assert "no longer valid" in text(response)
    assert Consent.objects.count() == 0


@pytest.mark.parametrize("method", ["get", "post"])
def test_consent_answer_after_thirty_days_is_gone(contact, client, method):
    path, data = answer_path(contact), agreeing(contact)

    with later(days=30, minutes=1):
        response = getattr(client, method)(path, data)

    assert response.status_code == 410
    assert "valid for 30 days" in text(response)
    assert Consent.objects.count() == 0


def test_consent_answer_within_thirty_days_works(contact, client):
    path = answer_path(contact)

    with later(days=29):
        assert client.get(path).status_code == 200


def test_link_tells_neither_name_nor_address(contact):
    payload = signing.loads(consenting.answer_token(contact), salt=consenting.ANSWER_SALT)

    assert payload[0] == contact.pk
    assert re.fullmatch("[0-9a-f]{32}", payload[1])


# Withdrawal ---------------------------------------------------------------------------------------------


def test_consent_answer_offers_withdrawal_once_agreed_also_after_thirty_days(contact, client):
    path, consent = answer_path(contact), agreed(contact)

    with later(days=400):
        html = client.get(path).content.decode()

    (link,) = re.findall(r'href="(/en/consent/withdraw/[^"]*)"', html)
    assert consenting.read_withdrawal_token(link.split("/")[4]) == consent


def test_consent_withdraw_asks_first_and_changes_nothing(contact, client):
    consent = agreed(contact)

    response = client.get(withdrawal_path(consent))

    consent.refresh_from_db()
    assert (response.status_code, consent.withdrawn_at) == (200, None)
    assert "Withdraw your consent" in text(response)


def test_consent_withdraw_hides_the_contact_at_once(contact, client):
    consent = agreed(contact)
    path = withdrawal_path(consent)

    with later(days=4000):
        response = client.post(path)

    assert (response.status_code, response.url) == (302, path)
    assert "Ada Beispiel" not in client.get("/en/examples/guides/").content.decode()
    assert "Your consent is withdrawn" in text(client.get(path))
    assert state(contact) == ConsentState.WITHDRAWN


def test_consent_withdraw_twice_keeps_the_first_moment(contact, client):
    consent = agreed(contact)
    client.post(withdrawal_path(consent))
    first = Consent.objects.get().withdrawn_at

    client.post(withdrawal_path(consent))

    assert Consent.objects.get().withdrawn_at == first


def test_consent_withdraw_works_after_name_and_address_were_changed(contact, client):
    consent = agreed(contact)
    ContactPerson.objects.update(name="Ada Muster", email="muster@example.org")

    client.post(withdrawal_path(consent))

    assert state(contact) == ConsentState.WITHDRAWN


def test_consent_withdraw_leaves_a_later_consent_alone(contact, client):
    first = agreed(contact)
    consenting.withdraw(first)
    agreed(contact)

    client.post(withdrawal_path(first))

    contact.refresh_from_db()
    assert contact.is_published is True


def test_consent_withdraw_of_what_was_deleted_is_gone(contact, client):
    path = withdrawal_path(agreed(contact))
    ContactPerson.objects.all().delete()

    assert [client.get(path).status_code, client.post(path).status_code] == [410, 410]


# What binds all -----------------------------------------------------------------------------------------


def test_history_notes_the_step_but_not_the_link(contact, client):
    client.post(answer_path(contact), agreeing(contact))

    events = Consent.pgh_event_model.objects.select_related("pgh_context")
    assert [event.pgh_context.metadata["url"] for event in events] == ["/en/consent/…/"]


@pytest.mark.parametrize("page", ["answer", "withdraw"])
def test_answers_are_limited(contact, client, page):
    path = answer_path(contact) if page == "answer" else "/en/consent/withdraw/x/"
    for _time in range(20):
        client.post(path, {})

    response = client.post(path, agreeing(contact))

    assert (response.status_code, response["Retry-After"]) == (429, "3600")
    assert Consent.objects.count() == 0


@pytest.mark.parametrize("page", ["answer", "withdraw"])
def test_form_without_token_is_refused(contact, page):
    consent = agreed(contact)
    path = answer_path(contact) if page == "answer" else withdrawal_path(consent)

    response = Client(enforce_csrf_checks=True).post(path, {"answer": "decline"})

    assert (response.status_code, state(contact)) == (403, ConsentState.AGREED)


def test_consent_status_tells_when(contact):
    contact.asked_at = datetime.datetime(2026, 5, 3, 22, 30, tzinfo=datetime.UTC)

    with translation.override("en"):
        assert str(contact.consent_status) == "asked, no answer yet (4 May 2026)"
        contact.asked_at = None
        assert str(contact.consent_status) == "not asked yet"


@pytest.mark.parametrize("rows", [1, 3])
def test_consent_status_of_a_list_costs_two_statements(contact, rows, django_assert_num_queries):
    for position in range(2, rows + 1):
        ContactPersonFactory(example=contact.example, position=position)

    with django_assert_num_queries(2):
        found = [one.consent_status.state for one in ContactPerson.objects.with_consents()]

    assert found == [ConsentState.NOT_ASKED] * rows


@pytest.mark.parametrize("version", TEXTS)
def test_text_of_a_version_never_changes(version):
    folder = project.BASE_DIR / "templates/catalogue/consent"
    found = {
        code: sha256((folder / f"_{version}.{code}.html").read_bytes()).hexdigest() for code in ("de", "en")
    }

    assert found == TEXTS[version]


def test_text_in_force_is_a_known_version():
    assert consenting.TEXT_VERSION in TEXTS


def test_office_asks_from_the_list_and_hears_whom_it_cannot(contact, mailoutbox):
    silent = ContactPersonFactory(example=contact.example, position=2, name="Telefon", email="", phone="1")
    data = {"action": "ask_for_consent", "_selected_action": [contact.pk, silent.pk]}

    response = signed_in(office_person()).post("/en/admin/catalogue/contactperson/", data, follow=True)

    assert [str(message) for message in response.context["messages"]] == [
        "Telefon: This person has no e-mail address.",
        "1 person was asked.",
    ]
    assert [mail.to for mail in mailoutbox] == [["ada@example.org"]]
