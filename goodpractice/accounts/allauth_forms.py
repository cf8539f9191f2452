"""The forms of django-allauth in our words: label above, help below it, nothing inside the field."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as factors
from allauth.mfa.totp import forms as app
from allauth.mfa.webauthn import forms as keys
from django import forms
from django.utils.translation import gettext_lazy as _

CODE_FROM_MAIL = _("The code from the e-mail, with or without its hyphen.")
CODE_FROM_APP = _("The six digits that your app shows now, or one of your recovery codes.")
NEW_PASSWORD = _("At least 12 characters; several words in a row are easy to remember.")
LABELS: dict[str, Any] = {
    "code": _("Code"),
    "email": _("E-mail address"),
    "login": _("E-mail address"),
    "oldpassword": _("Current password"),
    "password": _("Password"),
    "password1": _("New password"),
    "password2": _("New password, once more"),
}
REQUIRED: dict[str, Any] = {
    "code": _("Enter the code."),
    "email": _("Write your e-mail address."),
    "login": _("Write your e-mail address."),
    "name": _("Write a name."),
    "password": _("Write your password."),
}


class PlainFields:
    """Take away placeholders, which are no labels, and word labels and help as the rest of the site does."""

    labels: dict[str, Any] = {}
    help_texts: dict[str, Any] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = {**LABELS, **self.labels}.get(name, field.label)
            if name in REQUIRED:
                field.error_messages["required"] = REQUIRED[name]
            field.help_text = self.help_texts.get(name, "")


class SignUp(PlainFields, account.SignupForm):  # type: ignore[misc]
    labels = {"password1": _("Password")}
    help_texts = {
        "email": _("We send a code to this address. Please use your address at work."),
        "password1": _("At least 12 characters. Without a password you sign in by a code that we send you."),
    }
    name = forms.CharField(
        label=_("First and last name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].widget.attrs["autocomplete"] = "new-password"


class SignIn(PlainFields, account.LoginForm):  # type: ignore[misc]
    pass


class RequestCode(PlainFields, account.RequestLoginCodeForm):  # type: ignore[misc]
    pass


class ConfirmSignIn(PlainFields, account.ConfirmLoginCodeForm):  # type: ignore[misc]
    help_texts = {"code": CODE_FROM_MAIL}


class ConfirmAgain(PlainFields, account.ConfirmLoginCodeForm):  # type: ignore[misc]
    help_texts = {"code": CODE_FROM_MAIL}


class ConfirmEmail(PlainFields, account.ConfirmEmailVerificationCodeForm):  # type: ignore[misc]
    help_texts = {"code": CODE_FROM_MAIL}


class ConfirmPasswordReset(PlainFields, account.ConfirmPasswordResetCodeForm):  # type: ignore[misc]
    help_texts = {"code": CODE_FROM_MAIL}


class Reauthenticate(PlainFields, account.ReauthenticateForm):  # type: ignore[misc]
    pass


class AddEmail(PlainFields, account.AddEmailForm):  # type: ignore[misc]
    labels = {"email": _("New e-mail address")}
    help_texts = {"email": _("We send a code there; the address changes once you have entered it.")}


class ChangeEmail(PlainFields, account.ChangeEmailForm):  # type: ignore[misc]
    labels = {"email": _("Another e-mail address")}


class ResetPassword(PlainFields, account.ResetPasswordForm):  # type: ignore[misc]
    pass


class NewPassword(PlainFields, account.ResetPasswordKeyForm):  # type: ignore[misc]
    help_texts = {"password1": NEW_PASSWORD}


class ChangePassword(PlainFields, account.ChangePasswordForm):  # type: ignore[misc]
    help_texts = {"password1": NEW_PASSWORD}


class SetPassword(PlainFields, account.SetPasswordForm):  # type: ignore[misc]
    help_texts = {"password1": NEW_PASSWORD}


class SecondFactor(PlainFields, factors.AuthenticateForm):  # type: ignore[misc]
    help_texts = {"code": CODE_FROM_APP}


class SecondFactorAgain(PlainFields, factors.ReauthenticateForm):  # type: ignore[misc]
    help_texts = {"code": CODE_FROM_APP}


class ActivateApp(PlainFields, app.ActivateTOTPForm):  # type: ignore[misc]
    help_texts = {"code": _("The six digits that your app shows now.")}


class AddKey(PlainFields, keys.AddWebAuthnForm):  # type: ignore[misc]
    labels = {"name": _("Name of the passkey"), "passwordless": _("Sign in with this passkey alone")}
    help_texts = {
        "name": _("So that you recognise it in your list, such as “Laptop at work”."),
        "passwordless": _(
            "You then need neither code nor password, but a PIN or fingerprint on your device."
        ),
    }


class EditKey(PlainFields, keys.EditWebAuthnForm):  # type: ignore[misc]
    labels = {"name": _("Name of the passkey")}
