"""What django-allauth asks the project: who a new person is, and how mails begin."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as requests
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from goodpractice.accounts import confirming, trying
from goodpractice.outbox import letters

SECRETS = {"activate_url", "code", "key"}
"""What django-allauth calls the part of a mail that opens something."""
NEW_PEOPLE = "submitter"
"""The role of everybody who signs up; others are given by the office."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("E-mail address and password do not fit together."),
        "incorrect_code": _("This code is not right. Please check it, or request a new one."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your current password."),
        "same_as_current": _("This is your address already."),
        "too_many_login_attempts": _("Too many attempts. Please try again in a few minutes."),
        "rate_limited": _("Too many attempts. Please try again in a few minutes."),
        "duplicate_email": _("This is your address already."),
        "account_inactive": _("This account is closed."),
    }

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Give the new person a name, the language that they read just now, and the role that everybody has."""
        user.name = form.cleaned_data["name"]
        user.language = get_language()
        user = super().save_user(request, user, form, commit=commit)
        if commit:
            user.groups.add(Group.objects.get_or_create(name=NEW_PEOPLE)[0])
        return user

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead to their work those who come for it alone: who belongs to a network proposes, too."""
        person: Any = request.user
        if not person.is_staff and not person.memberships.exists():
            site: Any = admin.site
            if landing := site.landing(request):
                return str(landing)
        return str(super().get_login_redirect_url(request))

    def format_email_subject(self, subject: str) -> str:
        return f"IQ Good Practice: {subject}"

    def render_mail(
        self,
        template_prefix: str,
        email: str,
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """Return the mail in the look of the site. Its language is that of the page which asked for it.

        Mails with a code or a link to confirm something hold a secret: the outbox forgets them.
        """
        message = super().render_mail(template_prefix, email, context, headers)
        return letters.compose(
            template_prefix.rpartition("/")[2],
            email,
            message.subject,
            message.body,
            language=get_language() or "de",
            is_secret=not SECRETS.isdisjoint(context),
        )

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Word the ways as this site does, and offer a mailed code to those who have no other."""
        if confirming.is_only_way(user):
            words_of_it, url = (
                gettext("Use a code that we mail to you"),
                reverse("account_reauthenticate_code"),
            )
            return [{"id": "code", "description": words_of_it, "url": url}]
        words = {
            "reauthenticate": gettext("Use your password"),
            "mfa_reauthenticate": gettext("Use a code from your app"),
            "mfa_reauthenticate:webauthn": gettext("Use your passkey"),
        }
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [{**method, "description": words[method["id"]]} for method in methods]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask for a mailed code where django-allauth would not ask: it knows passwords and factors only."""
        is_required: bool = super().is_reauthentication_required(app=app, **kwargs)
        request = requests.request
        if (
            is_required
            and confirming.is_only_way(request.user)
            and not confirming.is_recent(request)
            and not trying.is_trying(request)
        ):
            raise ReauthenticationRequired
        return is_required


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy(
            "This code is not right. Please try the next one that your app shows."
        ),
        "unverified_email": gettext_lazy("Please confirm your e-mail address first."),
    }

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:  # noqa: A002
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "IQ Good Practice"}
