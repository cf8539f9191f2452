"""What people write without an account: messages to the office, and their answer when asked for consent."""

from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from catalogue.models import Feedback

LONGEST_MESSAGE = 4000
LONGEST_PAGE = 500


def local_path(address: str) -> str:
    """Return ``address`` if it is a path on this site, else nothing: it becomes a link."""
    is_path = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_path and len(address) <= LONGEST_PAGE else ""


class TrapInput(forms.TextInput):
    """A field that people do not see; never given back filled, so that a second try succeeds."""

    def format_value(self, value: Any) -> None:
        return None


class MessageForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A message; refuses what fills in the field that nobody sees."""

    page = forms.CharField(required=False, widget=forms.HiddenInput)
    message = forms.CharField(
        label=_("Your message"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("At most 4,000 characters."),
        error_messages={"required": _("Write your message.")},
    )
    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("If you would like an answer."),
        error_messages={"invalid": _("Write the e-mail address like this: name@example.org")},
    )
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=TrapInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    class Meta:
        model = Feedback
        fields: ClassVar[list[str]] = ["page", "message", "name", "email"]

    def clean_page(self) -> str:
        """Drop a foreign address in silence: nobody who uses the page can see or mend it."""
        return local_path(self.cleaned_data["page"])

    def clean_message(self) -> str:
        message: str = self.cleaned_data["message"].replace("\r\n", "\n")
        surplus = len(message) - LONGEST_MESSAGE
        if surplus > 0:
            raise forms.ValidationError(
                ngettext_lazy(
                    "Your message is %(surplus)d character too long.",
                    "Your message is %(surplus)d characters too long.",
                    "surplus",
                ),
                code="too_long",
                params={"surplus": surplus},
            )
        return message

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("website"):
            message = _(
                "This looked like a message from a program. If you are a person, please send it again."
            )
            raise forms.ValidationError(message, code="trap")
        return cleaned


class FeedbackForm(MessageForm):
    """A message to the office about a page or about the site."""

    about = forms.ChoiceField(
        label=_("I am writing about"),
        widget=forms.RadioSelect,
        choices=[choice for choice in Feedback.About.choices if choice[0] != Feedback.About.CONTACT],
        error_messages={"required": _("Choose what you are writing about.")},
    )
    field_order = ["about", "message", "name", "email"]

    class Meta(MessageForm.Meta):
        fields = ["about", *MessageForm.Meta.fields]


class ContactForm(MessageForm):
    """A message that the office passes on to a contact person, who then answers by e-mail."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("The contact person answers to this address."),
        error_messages={
            "required": _("Write your e-mail address: without it nobody can answer."),
            "invalid": _("Write the e-mail address like this: name@example.org"),
        },
    )


class ConsentForm(forms.Form):
    """The answer of a contact person; nothing is chosen beforehand."""

    class Answer(models.TextChoices):
        AGREE = "agree", _("I agree that my details are shown")
        DECLINE = "decline", _("I do not agree")

    answer = forms.ChoiceField(
        label=_("Your decision"),
        widget=forms.RadioSelect,
        choices=Answer.choices,
        error_messages={"required": _("Choose whether you agree.")},
    )
    shows_email = forms.BooleanField(
        label=_("Show my e-mail address as well"),
        required=False,
        help_text=_("Without this, readers can write to you through a form; the office passes it on."),
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)
