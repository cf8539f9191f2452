"""Forms of people who sign in and of those who manage them."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    AdminUserCreationForm,
    UserChangeForm,
)
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.models import Network
from goodpractice.accounts.models import Membership, User

if TYPE_CHECKING:
    _CreationForm = AdminUserCreationForm[User]
    _ChangeForm = UserChangeForm[User]
    _PasswordForm = AdminPasswordChangeForm[User]
    _ProfileForm = forms.ModelForm[User]
    _MembershipForm = forms.ModelForm[Membership]
else:
    _CreationForm, _ChangeForm = AdminUserCreationForm, UserChangeForm
    _PasswordForm = AdminPasswordChangeForm
    _ProfileForm = _MembershipForm = forms.ModelForm


class AccountCreateForm(_CreationForm):
    class Meta:
        model = User
        fields = ["email", "name"]
        field_classes: dict[str, Any] = {}


class AccountChangeForm(_ChangeForm):
    class Meta:
        model = User
        fields = [
            "email",
            "name",
            "organisation",
            "subproject",
            "language",
            "password",
            "is_active",
            "is_staff",
            "is_superuser",
            "groups",
        ]
        field_classes: dict[str, Any] = {}


class AccountPasswordForm(_PasswordForm):
    """Django's own help text here is English in every language, and tells of ways to sign in that we lack."""

    usable_password_help_text = _(  # type: ignore[assignment]
        "Without one the current password is lost, and the person cannot sign in."
    )


class FactorResetForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "The person reads it in a mail, for example: “Phone lost, you called us on 3 May from your desk”."
        ),
        error_messages={"required": _("Say why, and how you know that it is this person.")},
    )


class ErasureForm(forms.Form):
    is_asked = forms.BooleanField(
        label=_("I have made sure that the person asks for it and knows that it cannot be undone."),
        error_messages={"required": _("Make sure first that it is the person who asks, and confirm it.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Without names and addresses, for example: “Letter of 3 May, file number 17”. It is kept."
        ),
        error_messages={"required": _("Say on what ground, without a name.")},
    )


class ProfileForm(_ProfileForm):
    """What a person says about themselves."""

    class Meta:
        model = User
        fields = ["name", "organisation", "subproject", "language"]
        labels = {"name": _("First and last name"), "language": _("Language of mails to you")}
        help_texts = {
            "organisation": _("Who employs you."),
            "subproject": _("The subproject of the Network IQ that you work in."),
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "organisation": forms.TextInput(attrs={"autocomplete": "organization"}),
        }


class MembershipForm(_MembershipForm):
    """A claim: in which network a person works, and since when."""

    network = forms.ModelChoiceField(
        label=_("Network"),
        queryset=Network.objects.filter(is_published=True),
        empty_label=_("Please choose"),
        error_messages={"required": _("Choose your network.")},
    )
    since = forms.DateField(
        label=_("Member since"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": _("Give the day since when."), "invalid": _("Give the day since when.")},
    )

    class Meta:
        model = Membership
        fields = ["network", "since"]

    def clean_since(self) -> Any:
        since = self.cleaned_data["since"]
        if since > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."), code="future")
        return since
