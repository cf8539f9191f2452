"""Versions of the rubric: read in both languages, worded until somebody has assessed, pinned by a call."""

import pytest

from assessment.models import Anchor, Rubric
from tests.assessment.board import call_with_rubric
from tests.assessment.factories import (
    CallFactory,
    UserFactory,
    handed_in,
    proposal_in,
    rubric_of,
    with_board,
)
from tests.assessment.office import CALLS, office_person, told
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db

RUBRICS = "/en/admin/assessment/rubric/"
USED = "A board assesses by this rubric, so it stays as it is. Make a new version for the next call."


@pytest.fixture
def office(db):
    return signed_in(office_person())


def used_rubric():
    """Return the rubric of a call in which somebody has assessed."""
    call = CallFactory()
    seat, *_others = with_board(call)
    handed_in(seat, proposal_in("in_review", call=call))
    return call.rubric


def data_of(page, **changes):
    return {field.html_name: field.value() for field in page.context["form"]} | changes


def codes(response):
    return {
        name: [error.code for error in found.as_data()]
        for name, found in response.context["form"].errors.items()
    }


def test_list_and_detail_show_both_languages_and_what_is_used(office):
    rubric = call_with_rubric().rubric
    used = used_rubric()
    anchor = Anchor.objects.filter(criterion__rubric=rubric).first()

    listed = {one: is_used for one, is_used, _calls in office.get(RUBRICS).context["rubrics"]}
    page = office.get(f"{RUBRICS}{rubric.version}/").content.decode()

    assert listed == {rubric: False, used: True}
    assert anchor.sentence_de in page
    assert anchor.sentence_en in page
    assert page.count('<dd lang="de">') == page.count('<dd lang="en">') == 24


def test_new_version_begins_with_all_words_and_can_be_worded(office):
    used = used_rubric()

    begun = office.post(f"{RUBRICS}{used.version}/copy/", {"version": "2027-1"})
    page = office.get(begun.url)
    changes = {"efficient_3_en": "Just enough.", "transferable_de": "Geht das?", "overall_threshold": "3.75"}
    saved = office.post(begun.url, data_of(page, **changes))

    new = Rubric.objects.get(version="2027-1")
    assert (begun.url, saved.url) == (f"{RUBRICS}2027-1/edit/", f"{RUBRICS}2027-1/")
    assert str(new.overall_threshold) == "3.75"
    assert new.criteria.get(criterion="transferable").prompts_de == "Geht das?"
    assert new.criteria.get(criterion="efficient").anchors.get(level=3).sentence_en == "Just enough."
    assert Anchor.objects.filter(criterion__rubric=new).count() == 20
    assert used.criteria.get(criterion="transferable").prompts_de == "Was?"


def test_used_rubric_is_not_worded(office):
    rubric = rubric_of()
    page = office.get(f"{RUBRICS}{rubric.version}/edit/")
    used_rubric()

    shown = office.get(f"{RUBRICS}{rubric.version}/edit/")
    response = office.post(f"{RUBRICS}{rubric.version}/edit/", data_of(page, transferable_de="Anders?"))

    assert (shown.status_code, told(shown)) == (302, [USED])
    assert codes(response) == {"__all__": ["used"]}
    assert "Anders?" in response.content.decode()
    assert rubric.criteria.get(criterion="transferable").prompts_de == "Was?"


def test_two_at_once_the_second_is_told_and_keeps_the_words(office):
    path = f"{RUBRICS}{rubric_of().version}/edit/"
    first = second = data_of(office.get(path))

    office.post(path, {**first, "name_en": "First"})
    refused = office.post(path, {**second, "name_en": "Second"})
    again = office.post(path, data_of(refused))

    assert codes(refused) == {"__all__": ["changed_meanwhile"]}
    assert (again.status_code, Rubric.objects.get().name_en) == (302, "Second")


def test_wording_needs_every_word_and_thresholds_on_the_scale(office):
    path = f"{RUBRICS}{rubric_of().version}/edit/"

    response = office.post(
        path, data_of(office.get(path), efficient_5_de=" ", median_threshold="6", overall_threshold="x")
    )

    assert codes(response) == {
        "median_threshold": ["max_value"],
        "overall_threshold": ["invalid"],
        "efficient_5_de": ["required"],
    }


def test_version_is_given_once(office):
    path = f"{RUBRICS}{rubric_of().version}/copy/"

    assert codes(office.post(path, {"version": "TEST"})) == {"version": ["taken"]}
    assert codes(office.post(path, {"version": "not a slug"})) == {"version": ["invalid"]}
    assert Rubric.objects.count() == 1


@pytest.mark.parametrize("step", ["", "test/", "test/copy/", "test/edit/"])
def test_nobody_but_the_office_finds_rubrics(step):
    rubric_of()

    assert signed_in(UserFactory()).get(f"{RUBRICS}{step}").status_code == 404


# The call -------------------------------------------------------------------------------------------------------------


def call_data(page, **changes):
    form = page.context["adminform"].form
    data = {}
    for field in form:
        value = field.value()
        if field.name.endswith("_at") and value is not None:
            value = field.field.widget.format_value(field.field.prepare_value(value))
        if value not in (None, False):
            data[field.html_name] = value
    return data | changes


def test_call_takes_a_rubric_until_somebody_has_assessed(office):
    call, new = CallFactory(), rubric_of("2027-1")
    path = f"{CALLS}{call.pk}/change/"

    office.post(path, call_data(office.get(path), rubric=new.pk))
    call.refresh_from_db()
    chosen = call.rubric
    seat, *_others = with_board(call)
    handed_in(seat, proposal_in("in_review", call=call))
    refused = office.post(path, call_data(office.get(path), rubric=rubric_of("other").pk))

    call.refresh_from_db()
    assert (chosen, call.rubric) == (new, new)
    errors = refused.context["adminform"].form.errors.as_data()
    assert [(name, [one.code for one in found]) for name, found in errors.items()] == [("rubric", ["used"])]


def test_call_takes_no_rubric_that_lacks_words(office):
    call, rubric = CallFactory(), rubric_of()
    Anchor.objects.filter(level=3).update(sentence_en="")
    path = f"{CALLS}{call.pk}/change/"

    refused = office.post(path, call_data(office.get(path), rubric=rubric.pk))

    errors = refused.context["adminform"].form.errors.as_data()
    assert [(name, [one.code for one in found]) for name, found in errors.items()] == [
        ("rubric", ["incomplete"])
    ]


# Deleting -------------------------------------------------------------------------------------------------------------


def test_rubric_that_no_call_names_is_deleted_with_its_words():
    rubric, office = rubric_of("2031-1"), signed_in(office_person())
    path = f"{RUBRICS}2031-1/remove/"
    assert path in office.get(f"{RUBRICS}2031-1/").content.decode()
    assert "cannot be undone" in office.get(path).content.decode()
    assert Rubric.objects.filter(pk=rubric.pk).exists()

    response = office.post(path)

    assert (response.status_code, response.url) == (302, RUBRICS)
    assert not Rubric.objects.filter(pk=rubric.pk).exists()
    assert not Anchor.objects.filter(criterion__rubric=rubric.pk).exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_rubric_that_a_call_names_is_not_deleted(method):
    rubric, office = rubric_of("2031-1"), signed_in(office_person())
    CallFactory(rubric=rubric)
    path = f"{RUBRICS}2031-1/remove/"
    assert path not in office.get(f"{RUBRICS}2031-1/").content.decode()

    response = getattr(office, method)(path)

    assert (response.status_code, response.url) == (302, f"{RUBRICS}2031-1/")
    assert Rubric.objects.filter(pk=rubric.pk).exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_rubric_is_deleted_by_the_office_alone(method):
    rubric_of("2031-1")

    response = getattr(signed_in(UserFactory()), method)(f"{RUBRICS}2031-1/remove/")

    assert response.status_code == 404
    assert Rubric.objects.filter(version="2031-1").exists()
