"""A year after somebody has agreed to be shown they are asked whether that still holds; silence hides them."""

import datetime
import re

import pytest
from django.utils import timezone
from django.utils.translation import override
from procrastinate.contrib.django import app

from catalogue import consenting
from catalogue.models import Consent, ConsentState, ContactPerson, Example
from goodpractice.accounts import consents, tasks
from tests.factories import ContactPersonFactory, ExampleFactory

DAY = datetime.timedelta(days=1)


def agreed(days_ago, *, email="ada@example.org", how="link", **example):
    """Return a contact who agreed so many days ago."""
    contact = ContactPersonFactory(
        example=ExampleFactory(**{"published": True, **example}), name="Ada", email=email, phone="030 1"
    )
    Consent.objects.create(
        contact=contact, text_version="1", how=how, given_at=timezone.now() - days_ago * DAY
    )
    contact.is_published = True
    contact.save()
    return contact


def a_month_later(contact):
    ContactPerson.objects.filter(pk=contact.pk).update(asked_at=timezone.now() - 31 * DAY)


def answer_path(contact):
    return f"/en/consent/{consenting.answer_token(contact)}/"


@pytest.fixture
def office(make_person):
    return make_person("office@example.org", is_staff=True, is_superuser=True, language="en")


def test_person_is_asked_once_a_year_after_agreeing(mailoutbox):
    agreed(366)

    tasks.renew_consents(timestamp=0)
    tasks.renew_consents(timestamp=0)

    (mail,) = mailoutbox
    assert (mail.to, mail.kind, mail.is_secret) == (["ada@example.org"], "consent_again", True)
    assert "Once a year we ask" in mail.body
    assert "Einmal im Jahr fragen wir nach" in mail.body


@pytest.mark.parametrize(
    "case",
    [
        {"days_ago": 364},
        {"days_ago": 400, "how": "placeholder"},
        {"days_ago": 400, "published": False, "status": Example.Status.DRAFT},
        {"days_ago": 370, "email": ""},
    ],
    ids=["not_yet", "placeholder", "no_public_page", "no_address"],
)
def test_others_are_not_asked_and_stay_shown(case, mailoutbox):
    contact = agreed(**case)

    consents.renew()

    contact.refresh_from_db()
    assert (mailoutbox, contact.is_published) == ([], True)


def test_yes_confirms_the_consent_and_its_link_to_withdraw_goes_on_to_work(client, mailoutbox):
    contact = agreed(380)
    consent = contact.consents.get()
    withdrawal = f"/en/consent/withdraw/{consenting.withdrawal_token(consent)}/"
    consents.renew()
    page = client.get(answer_path(contact))

    client.post(
        answer_path(contact),
        {"answer": "agree", "shown": consenting.details_mark(contact), "shows_email": "on"},
    )
    a_month_later(contact)
    consents.renew()

    consent.refresh_from_db()
    assert re.search(r"You agreed on [^.]+\. We ask once a year", page.content.decode())
    assert (consent.confirmed_at.date(), consent.text_version) == (
        timezone.now().date(),
        consenting.TEXT_VERSION,
    )
    assert [mail.kind for mail in mailoutbox] == ["consent_again", "consent_given"]
    client.post(withdrawal)
    contact.refresh_from_db()
    assert contact.is_published is False


def test_silence_hides_the_person_and_the_office_is_told_once(client, office, mailoutbox):
    contact = agreed(400)
    consents.renew()
    mailoutbox.clear()
    a_month_later(contact)

    consents.renew()
    consents.renew()

    contact.refresh_from_db()
    (mail,) = mailoutbox
    assert (contact.is_published, contact.consent_status.state) == (False, ConsentState.LAPSED)
    assert (mail.to, mail.subject) == (["office@example.org"], "Contact persons who are no longer shown")
    with override("en"):
        assert f"- Ada: {contact.example}" in mail.body
    assert "heard nothing" in client.get(answer_path(contact)).content.decode()


def test_person_without_an_address_is_hidden_a_month_after_the_year(office, mailoutbox):
    contact = agreed(396, email="")

    consents.renew()

    contact.refresh_from_db()
    assert (contact.is_published, [mail.to for mail in mailoutbox]) == (False, [["office@example.org"]])


def test_question_that_was_asked_before_the_year_was_over_is_no_question(client):
    """The mail of the first time must not open the page anew."""
    contact = agreed(10)
    ContactPerson.objects.filter(pk=contact.pk).update(asked_at=timezone.now() - 11 * DAY)

    assert "Thank you: you have agreed" in client.get(answer_path(contact)).content.decode()


def test_jobs_about_people_are_planned():
    planned = {name for name, _periodic_id in app.periodic_registry.periodic_tasks}

    assert {"accounts.renew_consents", "accounts.forget_ended_sessions"} - planned == set()
