"""What the form calls the things that it sends: for pages that show them again outside the form."""

import re

from django import forms

from assessment.forms.lists import ROWS
from assessment.forms.sections import FORMS, title_of
from assessment.sections import SECTION_OF, columns_of, label_of

ROW = re.compile(r"(?P<list>[a-z]+)-(?P<index>\d{1,3})-(?P<name>\w+)\Z")
ANSWERS, CORRECTIONS = "proposal_answer", "proposal_correct"
CORRECTED_LISTS = ("links", "contacts")
TYPED = (forms.TextInput, forms.Textarea, forms.URLInput, forms.EmailInput)


def name_of_input(page: str, name: str) -> str:
    """Return the title of a text that people type on a page; nothing for what they do not type.

    A page is a section, or one that takes answers or corrections and goes by the name of its address.
    """
    if page == ANSWERS:
        return label_of(name) if name in SECTION_OF else ""
    form = FORMS.get("picture" if page == CORRECTIONS else page)
    if form is None:
        return ""
    field = form.base_fields.get(name)
    if field is not None:
        return title_of(name) if isinstance(field.widget, TYPED) else ""
    if found := ROW.match(name):
        return _name_in_row(CORRECTED_LISTS if page == CORRECTIONS else form.section.lists, found)
    return ""


def anchor_of_name(section: str, name: str) -> str:
    """Return the id of the first control of a field or list in ``section``."""
    fields = FORMS[section].base_fields
    found = next((column for column in columns_of(name) if column in fields), None)
    if found is None:
        return name if name in ROWS else f"id_{name}_0"
    return f"id_{found}_0" if fields[found].widget.use_fieldset else f"id_{found}"


def _name_in_row(lists: tuple[str, ...], found: "re.Match[str]") -> str:
    if found["list"] not in lists:
        return ""
    rows = ROWS[found["list"]]
    field = rows.form.base_fields.get(found["name"])
    if field is None or not isinstance(field.widget, TYPED) or isinstance(field.widget, forms.HiddenInput):
        return ""
    return f"{rows.words['row']} {int(found['index']) + 1}: {field.label}"
