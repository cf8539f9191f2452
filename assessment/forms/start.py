"""Forms at the beginning and at the end: what a proposal starts with, and what is declared when it is handed in."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.forms.fields import PlainText, Year
from assessment.forms.guidance import GUIDANCE
from assessment.models import Proposal
from assessment.sections import limit_of
from catalogue.models import Example, Network
from goodpractice.accounts.models import Membership, User

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Example]
else:
    _ModelForm = forms.ModelForm


def own_networks(user: User, proposal: Proposal | None = None) -> "QuerySet[Network]":
    """Return the networks that ``user`` may propose for: the own, and for ``proposal`` those of its submitter."""
    people = {user.pk, proposal.submitted_by_id} if proposal else {user.pk}
    memberships = Membership.objects.on(timezone.localdate()).filter(user__in=people, network=OuterRef("pk"))
    chosen = Q(pk=proposal.example.network_id) if proposal else Q(pk=None)
    return Network.objects.filter(Exists(memberships) | chosen)


class StartForm(_ModelForm):
    """A working title, a kind and the network: everything else can wait."""

    title_de = PlainText(
        label=_("Working title (German)"),
        max_length=limit_of("title"),
        required=False,
        help_text=_("You can change it later."),
    )
    title_en = PlainText(
        label=_("Working title (English)"),
        max_length=limit_of("title"),
        required=False,
        help_text=_("One of the two languages is enough."),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        help_text=GUIDANCE["kind"],
        choices=Example.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of them.")},
    )
    network = forms.ModelChoiceField(
        label=_("Network"),
        help_text=_(
            "You may begin while your membership waits to be confirmed. To hand in, it has to be confirmed."
        ),
        queryset=Network.objects.none(),
        empty_label=_("Please choose"),
        error_messages={"required": _("Choose the network that proposes the example.")},
    )

    class Meta:
        model = Example
        fields: ClassVar[list[str]] = ["title_de", "title_en", "kind", "network"]

    def __init__(self, *args: Any, networks: "QuerySet[Network]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["network"]
        choice.queryset = networks
        only = list(networks[:2])
        if len(only) == 1:
            choice.initial, choice.empty_label = only[0], None

    def clean(self) -> dict[str, Any]:
        super().clean()
        titles = {"title_de", "title_en"}
        if not titles & self.errors.keys() and not any(self.cleaned_data[name] for name in titles):
            message = _("Give a working title in one of the two languages.")
            self.add_error("title_de", ValidationError(message, code="required"))
        return self.cleaned_data


class DeclarationForm(forms.Form):
    """What whoever hands in stands for."""

    tried_since = Year(
        label=_("Tried and tested since (year)"),
        help_text=_("Good Practice is what has proved itself: in which year was it done for the first time?"),
        error_messages={"required": _("Give the year since when it is tried and tested.")},
    )
    has_rights = forms.BooleanField(
        label=_(
            "We may publish the texts, the picture and the attachments; everybody shown has agreed to it."
        ),
        error_messages={"required": _("Without the rights to texts and pictures nothing can be published.")},
    )

    def clean_tried_since(self) -> int:
        year: int = self.cleaned_data["tried_since"]
        if year > timezone.localdate().year:
            raise ValidationError(_("This year has not come yet."), code="future")
        return year
