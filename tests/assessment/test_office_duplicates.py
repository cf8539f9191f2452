"""Which examples and proposals are named as similar, with which reason, and at which cost."""

import pytest
from django.utils.translation import override
from pytest_django.asserts import assertNumQueries

from assessment import workflow
from assessment.duplicates import similar_to
from catalogue import index
from tests.assessment.factories import draft, submitted
from tests.factories import ExampleFactory

pytestmark = pytest.mark.django_db

TITLE = "Sprachtandems für Pflegekräfte im Krankenhaus"
SUMMARY = (
    "Erfahrene Pflegekräfte begleiten neue Kolleginnen und Kollegen zwölf Wochen lang beim Sprechen auf Station. "
    "Jedes Tandem trifft sich wöchentlich, plant Gespräche und wertet sie gemeinsam aus."
)


def published(**texts):
    example = ExampleFactory(published=True, **{"title_en": "", "summary_de": "", **texts})
    index.refresh([example.pk])
    return example


def similar(proposal):
    found = similar_to(type(proposal).objects.select_related("example").get(pk=proposal.pk))
    with override("en"):
        return [(one.proposal or one.example, str(one.reason)) for one in found]


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        (TITLE, "same words in the title"),
        ("Im Krankenhaus: Sprachtandem für die Pflegekraft", "same words in the title"),
        ("Sprachtandems für Pflegekräfte in Kliniken", "same words in the title"),
    ],
)
def test_published_example_with_a_title_alike(title, reason):
    example = published(title_de=title)

    assert similar(submitted(title_de=TITLE)) == [(example, reason)]


def test_published_example_with_the_same_summary_under_another_title():
    example = published(title_de="Gemeinsam reden lernen", summary_de=SUMMARY)
    proposal = draft(title_de="Duo am Krankenbett")
    proposal.example.summary_de = SUMMARY
    proposal.example.save()

    assert similar(proposal) == [(example, "much the same summary")]


@pytest.mark.parametrize("title", ["Beratungsbus für ländliche Räume", "Pflege", "Sprachtandems", ""])
def test_published_example_that_differs_is_not_named(title):
    published(title_de=title or "Anders", summary_de="Ein Bus fährt in die Dörfer und berät.")

    assert similar(submitted(title_de=TITLE)) == []


def test_received_proposals_are_compared_drafts_and_the_own_are_not():
    draft(title_de=TITLE)
    other = submitted(title_de=TITLE)

    assert similar(submitted(title_de=TITLE)) == [(other, "same words in the title")]


def test_earlier_proposal_is_named_as_such():
    earlier = submitted(title_de="Ganz anders")
    workflow.withdraw(earlier, by=earlier.submitted_by)
    later = draft(title_de=TITLE)
    later.previous = earlier
    later.save(update_fields=["previous"])

    assert similar(later) == [(earlier, "the earlier proposal of the same example")]


def test_at_most_five_the_most_similar_first():
    same = published(title_de=TITLE)
    for _number in range(6):
        published(title_de=f"{TITLE} und anderswo")

    found = similar(submitted(title_de=TITLE))

    assert (len(found), found[0][0]) == (5, same)


@pytest.mark.parametrize("title", ["", "a", "der die das", "'; drop & | ! <-> :*", "😀", "x" * 100])
def test_odd_titles_find_nothing_and_fail_nothing(title):
    published(title_de=TITLE)
    proposal = draft(title_de=title)

    assert similar(proposal) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_cost_does_not_grow_with_what_is_found(rows):
    for _number in range(rows):
        published(title_de=TITLE)
        submitted(title_de=TITLE)
    proposal = submitted(title_de=TITLE)

    with assertNumQueries(3):
        similar_to(proposal)
