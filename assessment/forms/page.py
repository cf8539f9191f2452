"""All that one page of the form holds: the section's columns and its lists, as they were sent or as they are stored.

What differs from the stored text is what there is to save, and in a conflict what there is to choose from.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from assessment import summary
from assessment.forms.guidance import GUIDANCE
from assessment.forms.lists import ROWS
from assessment.forms.rows import RowForm, Rows
from assessment.forms.sections import FORMS, SectionForm, title_of
from assessment.models import Proposal, SectionSave
from assessment.sections import LIST_LABELS, TEXTS, Section, columns_of, label_of
from catalogue.models import Example

CHOICE = "choice-"
STORED = "stored"
LONGEST_VERSION = 9


@dataclass(frozen=True)
class Error:
    """One line of the summary of errors, and the field that it leads to."""

    anchor: str
    message: str


@dataclass(frozen=True)
class Conflict:
    """A text that somebody stored meanwhile, beside the one that was sent."""

    name: str
    anchor: str
    title: str
    stored: str
    saved: SectionSave


@dataclass(frozen=True)
class Group:
    """A field as people see it: one control, or one for each language."""

    name: str
    label: str
    help_text: Any
    is_needed: bool
    is_pair: bool
    fields: list[Any]


class SectionPage:
    """One section of a proposal, as it is stored or as it was sent."""

    def __init__(
        self,
        proposal: Proposal,
        section: Section,
        *,
        own_networks: Any,
        data: QueryDict | None = None,
        files: MultiValueDict[str, Any] | None = None,
        more: str = "",
        takes_files: bool = True,
    ) -> None:
        self.proposal, self.section, self.own_networks = proposal, section, own_networks
        self.example = Example.objects.get(pk=proposal.example_id)
        self.data = None if data is None else data.copy()
        self.files, self.more, self.takes_files = files, more, takes_files
        self.conflicts: dict[str, Conflict] = {}
        self.lost_files = False
        self._take_chosen()

    @cached_property
    def form(self) -> SectionForm:
        return self._form(self.data, self.files)

    def _form(self, data: Any, files: Any) -> SectionForm:
        # An instance of its own: a form writes what was sent into the record that it is given.
        example = Example.objects.get(pk=self.example.pk)
        form_class = FORMS[self.section.key]
        return form_class(
            data, files, instance=example, proposal=self.proposal, own_networks=self.own_networks
        )

    @cached_property
    def lists(self) -> list[Rows]:
        return [self._rows(name) for name in self.section.lists]

    def _rows(self, name: str) -> Rows:
        is_sent = self.data is not None and name not in self._chosen
        return ROWS[name](
            self.example,
            self.data if is_sent else None,
            self.files if is_sent else None,
            more=self.more == name,
            takes_files=self.takes_files,
        )

    # What was sent ----------------------------------------------------------------------------------------------

    @property
    def seen(self) -> int:
        """Return the version that the sender has seen."""
        text = self.data.get("version", "") if self.data is not None else ""
        is_number = text.isascii() and text.isdigit() and len(text) <= LONGEST_VERSION
        return int(text) if is_number else 0

    @property
    def is_whole(self) -> bool:
        """Tell whether the whole form has arrived: its last field stands at its end."""
        return self.data is not None and "whole" in self.data

    @cached_property
    def _chosen(self) -> set[str]:
        """Return the names of which the stored text was chosen, in place of the one that was sent."""
        if self.data is None:
            return set()
        names = [name.removeprefix(CHOICE) for name in self.data if name.startswith(CHOICE)]
        return {name for name in names if self.data.get(CHOICE + name) == STORED}

    def _take_chosen(self) -> None:
        """Put the stored value in place of the sent one, where it was chosen."""
        if self.data is None or not self._chosen:
            return
        stored = self._form(None, None)
        for name in self._chosen & set(stored.fields):
            field = stored[name]
            value = field.field.prepare_value(field.initial)
            if value is None or value is False or name == "picture":
                self.data.pop(name, None)
            elif isinstance(value, list):
                self.data.setlist(name, [str(one) for one in value])
            else:
                self.data[name] = "on" if value is True else str(value)

    # What there is to save --------------------------------------------------------------------------------------

    @property
    def differing(self) -> list[str]:
        """Return the names of the columns and lists that differ from what is stored."""
        return self.form.differing + [rows.name for rows in self._sent_lists if rows.changed]

    @property
    def _sent_lists(self) -> list[Rows]:
        return [rows for rows in self.lists if rows.is_bound]

    def store(self) -> None:
        """Write whatever is valid. To be called by ``drafting.save``."""
        example = Example.objects.get(pk=self.example.pk)
        self.form.is_valid()
        self.form.store(example)
        for rows in self._sent_lists:
            rows.store()

    @property
    def errors(self) -> list[Error]:
        """Return all errors, in the order of the page."""
        found = [*self._form_errors(self.form)]
        for rows in self._sent_lists:
            found += [Error(rows.name, str(message)) for message in rows.non_form_errors()]
            for number, row in enumerate(rows.forms, start=1):
                if row in rows.wrong:
                    found += self._form_errors(row, f"{rows.words['row']} {number}: ")
        return found

    def _form_errors(self, form: SectionForm | RowForm, prefix: str = "") -> Iterator[Error]:
        for message in form.non_field_errors():
            yield Error("main", f"{prefix}{message}")
        for field in form.visible_fields():
            title = str(field.label) if isinstance(form, RowForm) else title_of(field.name)
            for message in field.errors:
                yield Error(anchor_of(field), f"{prefix}{title}: {message}")

    @property
    def waits_for_button(self) -> bool:
        """Tell whether something waits for the button, because files do not save themselves."""
        return any(rows.waiting for rows in self._sent_lists)

    # Two texts --------------------------------------------------------------------------------------------------

    def note_conflicts(self, saved: SectionSave) -> None:
        """Note what is to be chosen from: for all that differs, what ``saved`` has stored."""
        self.lost_files = bool(self.files)  # browsers do not send a file a second time
        for name in self.differing:
            if name == "picture":
                continue
            title = label_of(name) if name in LIST_LABELS else title_of(name)
            anchor = name if name in LIST_LABELS else anchor_of(self.form[name])
            self.conflicts[name] = Conflict(name, anchor, title, self._stored_text(name), saved)
        for name, field in self.form.fields.items():
            field.conflict = self.conflicts.get(name)  # type: ignore[attr-defined]
        for rows in self.lists:
            rows.conflict = self.conflicts.get(rows.name)

    def _stored_text(self, name: str) -> str:
        for rows in self.lists:
            if rows.name == name:
                return rows.stored_text or _("(empty)")
        stored = Proposal.objects.select_related("example").get(pk=self.proposal.pk)
        return summary.display(stored, name, name) or _("(empty)")

    # What the page shows ----------------------------------------------------------------------------------------

    @property
    def groups(self) -> list[Group]:
        return [self._group(name) for name in self.section.fields]

    def _group(self, name: str) -> Group:
        fields = [self.form[column] for column in columns_of(name)]
        is_pair = name in TEXTS
        return Group(
            name=name,
            label=label_of(name),
            help_text=GUIDANCE.get(name, ""),
            is_needed=name in self.section.required,
            is_pair=is_pair,
            fields=fields,
        )

    @property
    def takes_uploads(self) -> bool:
        return self.form.is_multipart() or any(rows.name == "attachments" for rows in self.lists)


def anchor_of(field: Any) -> str:
    """Return the id of the control; of a group of buttons, that of the first one."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.auto_id
