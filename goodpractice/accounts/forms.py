"""Forms of people who sign in and of those who manage them."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    AdminUserCreationForm,
    UserChangeForm,
    UsernameField,
)
from django.utils.translation import gettext_lazy as _

from goodpractice.accounts.models import User

if TYPE_CHECKING:
    _CreationForm = AdminUserCreationForm[User]
    _ChangeForm = UserChangeForm[User]
    _PasswordForm = AdminPasswordChangeForm[User]
else:
    _CreationForm, _ChangeForm = AdminUserCreationForm, UserChangeForm
    _PasswordForm = AdminPasswordChangeForm


class SignInForm(AdminAuthenticationForm):
    """E-mail address and password; the answer to wrong ones tells nobody which addresses have an account."""

    username = UsernameField(
        label=_("E-mail address"),
        # No autofocus: who comes by keyboard or ear would land behind the skip link and the heading.
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": _(
            "E-mail address and password do not fit together, or the account may not enter here."
        ),
    }


class AccountCreateForm(_CreationForm):
    class Meta:
        model = User
        fields = ["email", "name"]
        field_classes: dict[str, Any] = {}


class AccountChangeForm(_ChangeForm):
    class Meta:
        model = User
        fields = ["email", "name", "password", "is_active", "is_staff", "is_superuser", "groups"]
        field_classes: dict[str, Any] = {}


class AccountPasswordForm(_PasswordForm):
    """Django's own help text here is English in every language, and tells of ways to sign in that we lack."""

    usable_password_help_text = _(  # type: ignore[assignment]
        "Without one the current password is lost, and the person cannot sign in."
    )
