"""Passkeys in a browser that has a device for them, and every page of the account looked at by axe."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import expect

from goodpractice.accounts.models import Membership, User
from tests.browser.test_accessibility import too_wide, violations_at_both_ends
from tests.factories import NetworkFactory

PASSWORD = "a long enough passphrase"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mails(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mails")
    return tmp_path / "mails"


@pytest.fixture
def office():
    call_command("loaddata", "roles", verbosity=0)
    person = User.objects.create_user("office@example.org", PASSWORD, name="Sascha Amt", is_staff=True)
    person.groups.add(Group.objects.get(name="office"))
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def code_in(folder):
    texts = [path.read_text() for path in sorted(folder.iterdir())]
    return re.findall(r"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})$", "".join(texts), re.MULTILINE)[-1]


def send(page, name):
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def sound(page, *paths):
    """Return what axe and a narrow screen object to on this page, or on those given."""
    found = {}
    for path in paths or [None]:
        if path:
            page.goto(path)
        faults = violations_at_both_ends(page) + too_wide(page, 320)
        page.set_viewport_size({"width": 1280, "height": 900})
        if faults:
            found[page.url] = faults
    return found


AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
"""A fingerprint reader that says yes at once."""


def test_passkey_is_added_and_opens_the_administration(open_page, home, office, mails):
    client = Client()
    client.post("/de/konto/anmelden/", {"login": office.email, "password": PASSWORD})
    client.post("/de/konto/bestaetigen/", {"password": PASSWORD})
    page = open_page()
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": home}])
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    page.goto("/de/konto/zweiter-faktor/passkeys/hinzufuegen/")
    page.locator("#id_passwordless").check()
    send(page, "Diesen Passkey hinzufügen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Notfallcodes")
    page.context.clear_cookies()
    page.goto("/de/konto/anmelden/?next=/de/admin/")
    send(page, "Mit einem Passkey anmelden")

    expect(page.get_by_role("heading", level=1)).to_have_text("Aufgaben")
    assert list(Authenticator.objects.order_by("pk").values_list("type", flat=True)) == [
        "webauthn",
        "recovery_codes",
    ]
    assert "ein Passkey" in "".join(path.read_text() for path in mails.iterdir())


@pytest.mark.usefixtures("office")
def test_every_page_is_accessible_and_fits(open_page, mails, settings):
    page = open_page(reduced_motion="reduce")
    found = sound(
        page,
        "/de/konto/anmelden/",
        "/de/konto/anmelden/code/",
        "/de/konto/registrieren/",
        "/de/konto/passwort/vergessen/",
        "/de/konto/geschlossen/",
    )
    page.goto("/en/account/sign-up/")
    send(page, "Sign up")
    found |= sound(page)
    page.get_by_label("First and last name").fill("Kim Muster")
    page.get_by_label("E-mail address").fill("kim@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    send(page, "Sign up")
    found |= sound(page)
    page.get_by_label("Code").fill(code_in(mails))
    send(page, "Confirm code")
    Membership.objects.create(
        user=User.objects.get(name="Kim Muster"), network=NetworkFactory(), since="2024-01-01"
    )
    found |= sound(
        page,
        "/de/konto/",
        "/de/konto/angaben/",
        "/de/konto/netzwerke/angeben/",
        "/de/konto/e-mail/",
        "/de/konto/passwort/aendern/",
        "/de/konto/sitzungen/",
        "/de/konto/zweiter-faktor/",
        "/de/konto/abmelden/",
        "/de/konto/bestaetigen/",
    )
    page.get_by_label("Passwort").fill(PASSWORD)
    send(page, "Bestätigen")
    found |= sound(page, "/de/konto/zweiter-faktor/passkeys/hinzufuegen/", "/de/konto/zweiter-faktor/app/")
    secret = page.locator(".secret").inner_text()
    page.get_by_label("Code", exact=True).fill(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    send(page, "App einrichten")
    found |= sound(
        page,
        "/de/konto/zweiter-faktor/",
        "/de/konto/zweiter-faktor/notfallcodes/",
        "/de/konto/zweiter-faktor/notfallcodes/neu/",
        "/de/konto/zweiter-faktor/app/entfernen/",
        "/de/konto/zweiter-faktor/passkeys/",
        "/de/konto/bestaetigen/code/",
    )
    send(page, "Abmelden")
    page.goto("/de/konto/anmelden/")
    page.get_by_label("E-Mail-Adresse").fill("kim@example.org")
    page.get_by_label("Passwort").fill(PASSWORD)
    send(page, "Anmelden")
    expect(page.get_by_role("heading", level=1)).to_have_text("Zweiter Faktor")
    found |= sound(page)
    settings.DEMO = True
    found |= sound(page, "/de/rolle/")

    assert found == {}
