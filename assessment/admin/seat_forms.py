"""What the office types to give a seat on the board."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessment.models import BoardSeat, Call
from assessment.seating import Person
from goodpractice.languages import NAMES


class SeatForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("The person is invited there. Who has no account yet gets one."),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        required=False,
        help_text=_("Needed for a new account; an account that exists keeps its name."),
    )
    language = forms.ChoiceField(
        label=_("Language of mails"),
        choices=list(NAMES.items()),
        widget=forms.RadioSelect,
        initial="de",
        help_text=_("For a new account; who has one has chosen."),
    )
    constituency = forms.ChoiceField(
        label=_("Constituency"), choices=BoardSeat.Constituency.choices, widget=forms.RadioSelect
    )
    substitutes = forms.ModelChoiceField(
        label=_("Substitute for"),
        queryset=BoardSeat.objects.none(),
        required=False,
        empty_label=_("nobody: a seat of the own"),
        help_text=_(
            "For somebody who cannot judge, or not enough: the substitute judges as well, and the other seat goes on "
            "until you end it."
        ),
    )

    def __init__(self, call: Call, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        choices: Any = self.fields["substitutes"]
        seats: Any = call.seats
        choices.queryset = seats.filter(ended_at=None, substitutes=None).select_related("user")

    @property
    def person(self) -> Person:
        given = self.cleaned_data
        return Person(given["email"], given["name"], given["language"])

    @property
    def place(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("constituency", "substitutes")}
