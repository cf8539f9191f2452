"""What a facet says is what the list then shows, asked of the normalised tables and not of the index."""

import datetime
import itertools
import random

import pytest
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from catalogue import facets, index
from catalogue.facets import NAMES
from catalogue.models import Criterion, Example
from catalogue.snapshot import Hits
from tests.factories import (
    AudienceFactory,
    ExampleFactory,
    FederalStateFactory,
    NetworkFactory,
    TargetGroupFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db

SEED = 20240514
COLUMNS = {"kind": "kind", "cost": "cost_band", "year": "running_since"}
WEEKS = {"up_to_4": (0, 4), "up_to_12": (5, 12), "up_to_26": (13, 26), "over_26": (27, 40_000)}


def months_ago(months):
    today = timezone.localdate()
    month = today.year * 12 + today.month - 1 - months
    return datetime.date(month // 12, month % 12 + 1, 1)


def condition(name, value):  # noqa: PLR0911
    """Say with the normalised tables what one value of one facet means."""
    if name in Criterion.values:
        return Q(board_statements__criterion=name, board_statements__level__gte=int(value))
    match name:
        case "topic" | "audience" | "target_group":
            return Q(**{f"{name}s__slug": value})
        case "state":
            return Q(is_nationwide=True) if value == "nationwide" else Q(states__slug=value)
        case "network":
            return Q(network__slug=value, network__is_published=True)
        case "kind" | "cost" | "year":
            return Q(**{COLUMNS[name]: value})
        case "setup":
            return Q(setup_weeks__range=WEEKS[value])
    month = "status_of_information"
    return {
        "fresh": Q(**{f"{month}__gte": months_ago(12)}),
        "due": Q(**{f"{month}__lt": months_ago(12), f"{month}__gte": months_ago(24)}),
        "stale": Q(**{f"{month}__lt": months_ago(24)}),
        "unknown": Q(**{month: None}),
    }[value]


def listed(selection):
    """Return the ids that a list without any index shows, newest first."""
    examples = Example.objects.filter(status="published")
    for name, values in selection.items():
        either = Q(pk__in=[])
        for value in values:
            either |= condition(name, value)
        if values:
            examples = examples.filter(pk__in=Example.objects.filter(either).values("pk"))
    return list(examples.order_by("-published_at", "-pk").values_list("pk", flat=True))


@pytest.fixture
def catalogue():
    """Make 60 published examples among drafts and withdrawn ones, filed at random but always the same."""
    chance, board = random.Random(SEED), random.Random(SEED)
    topics, groups = TopicFactory.create_batch(5), TargetGroupFactory.create_batch(6)
    audiences, states = AudienceFactory.create_batch(3), FederalStateFactory.create_batch(5)
    networks = [*NetworkFactory.create_batch(3), NetworkFactory(is_published=False), None]

    def some(terms):
        return chance.sample(terms, chance.randint(0, 3))

    for number in range(72):
        judged = board.sample(Criterion.values, board.choice([0, 0, 3, 4]))
        ExampleFactory(
            levels={criterion: board.randint(1, 5) for criterion in judged},
            published=number % 6 != 0,
            withdrawn=number % 12 == 0,
            kind=chance.choice(Example.Kind.values),
            topics=some(topics),
            target_groups=some(groups),
            audiences=some(audiences),
            states=some(states),
            is_nationwide=chance.random() < 0.2,
            network=chance.choice(networks),
            cost_band=chance.choice(["", *Example.CostBand.values]),
            setup_weeks=chance.choice([None, 0, 4, 5, 12, 13, 26, 27, 300]),
            running_since=chance.choice([None, 2015, 2019, 2023]),
            status_of_information=chance.choice([None, *map(months_ago, (0, 12, 13, 24, 25))]),
            indexed=False,
        )
    index.refresh_all()
    return facets.current()


def test_every_count_equals_the_list_for_each_value_alone(catalogue):
    counted = {
        facet.name: {value.value: value.count for value in facet.values} for facet in catalogue.counts()
    }

    assert list(counted) == list(NAMES)
    assert catalogue.count == 60
    for name, values in counted.items():
        shown = {value: listed({name: [value]}) for value in values}
        assert values == {value: len(ids) for value, ids in shown.items()}, name
        assert {value: catalogue.ids(catalogue.matching({name: [value]})) for value in values} == shown, name


def test_every_count_equals_the_list_for_200_random_combinations(catalogue):
    chance = random.Random(SEED)
    values = {facet.name: [value.slug for value in facet.values] for facet in catalogue.facets}
    alone = {(name, slug): set(listed({name: [slug]})) for name in NAMES for slug in values[name]}

    for _ in range(200):
        names = chance.sample(NAMES, chance.randint(1, 3))
        selection = {
            name: chance.sample(values[name], min(chance.randint(1, 3), len(values[name]))) for name in names
        }

        counted = {
            facet.name: {value.value: value.count for value in facet.values}
            for facet in catalogue.counts(selection)
        }

        shown = listed(selection)
        assert catalogue.ids(catalogue.matching(selection)) == shown, selection
        for name in NAMES:
            others = set(listed({**selection, name: []}) if name in selection else shown)
            expected = {slug: len(others & alone[name, slug]) for slug in values[name]}
            assert counted[name] == expected, (selection, name)
        name = chance.choice(NAMES)
        slug = chance.choice(values[name])
        assert counted[name][slug] == len(listed({**selection, name: [slug]})), (selection, name, slug)


def test_counts_mark_the_selected_values(catalogue):
    counted = catalogue.counts({"kind": ("tool", "concept")})

    assert [facet.name for facet in counted if facet.is_active] == ["kind"]
    assert [value.value for value in counted[1].values if value.is_selected] == ["tool", "concept"]


def test_facets_stand_in_the_order_of_the_page():
    TopicFactory(slug="second", name_de="Zweites", name_en="Second", position=2)
    TopicFactory(slug="first", name_de="Erstes", name_en="First", position=1)
    FederalStateFactory(slug="bremen", name_de="Bremen", name_en="Bremen")
    NetworkFactory(slug="o", name="Öffnung")
    NetworkFactory(slug="z", name="Zukunft")
    NetworkFactory(slug="hidden", name="Aal", is_published=False)
    for year in (2015, None, 2023):
        ExampleFactory(published=True, running_since=year, network=None)

    with translation.override("en"):
        shown = {
            facet.name: [(value.slug, value.label) for value in facet.values]
            for facet in facets.current().facets
        }

    assert shown == {
        "topic": [("first", "First"), ("second", "Second")],
        "kind": [
            ("product", "Product"),
            ("tool", "Tool"),
            ("concept", "Concept"),
            ("measure", "Measure"),
            ("event_format", "Event format"),
        ],
        "audience": [],
        "target_group": [],
        "state": [("nationwide", "nationwide"), ("bremen", "Bremen")],
        "network": [("o", "Öffnung"), ("z", "Zukunft")],
        **{
            criterion: [("3", "at least adequate"), ("4", "at least convincing"), ("5", "exemplary")]
            for criterion in ("transferable", "innovative", "sustainable", "efficient")
        },
        "cost": [
            ("up_to_5k", "up to 5,000 €"),
            ("up_to_25k", "5,000 to 25,000 €"),
            ("up_to_100k", "25,000 to 100,000 €"),
            ("over_100k", "over 100,000 €"),
        ],
        "setup": [
            ("up_to_4", "up to 4 weeks"),
            ("up_to_12", "5 to 12 weeks"),
            ("up_to_26", "13 to 26 weeks"),
            ("over_26", "over 26 weeks"),
        ],
        "freshness": [
            ("fresh", "up to date"),
            ("due", "review due"),
            ("stale", "not reviewed for long"),
            ("unknown", "not stated"),
        ],
        "year": [("2023", "2023"), ("2015", "2015")],
    }


def test_what_nobody_assessed_reaches_no_level():
    ExampleFactory(published=True)
    weak = ExampleFactory(published=True, levels={"transferable": 2, "efficient": 5})
    good = ExampleFactory(published=True, levels={"transferable": 4})
    snapshot = facets.current()

    counted = {facet.name: [value.count for value in facet.values] for facet in snapshot.counts()}

    assert {name: counted[name] for name in Criterion.values} == {
        "transferable": [1, 1, 0],
        "innovative": [0, 0, 0],
        "sustainable": [0, 0, 0],
        "efficient": [1, 1, 1],
    }
    assert snapshot.ids(snapshot.matching({"transferable": ["3"]})) == [good.pk]
    assert snapshot.ids(snapshot.matching({"efficient": ["5"]})) == [weak.pk]


def test_labels_follow_the_language_of_the_reader():
    TopicFactory(slug="language", name_de="Sprache", name_en="Language")
    snapshot = facets.current()

    with translation.override("de"):
        german = snapshot.counts()[0].values[0].label
    with translation.override("en"):
        english = snapshot.counts()[0].values[0].label

    assert (german, english) == ("Sprache", "Language")


# Pages


def all_pages(snapshot, bits, sort, size, hits=None):
    pages = -(-bits.bit_count() // size)
    return [snapshot.page(bits, sort, number, size, hits) for number in range(1, pages + 2)]


@pytest.mark.parametrize(("language", "expected"), [("de", [2, 0, 1]), ("en", [1, 0, 2])])
def test_page_by_title_follows_the_language(language, expected):
    examples = [
        ExampleFactory(published=True, title_de="Ärzte", title_en="doctors"),
        ExampleFactory(published=True, title_de="Zebra", title_en="Animal"),
        ExampleFactory(published=True, title_de="„Anfang“", title_en="Öffnung"),
    ]
    snapshot = facets.current()

    with translation.override(language):
        ids = snapshot.page(snapshot.everything, "title", 1, 20)

    assert ids == [examples[number].pk for number in expected]


def test_page_by_effort_puts_the_unknown_last():
    unknown = ExampleFactory(published=True)
    large = ExampleFactory(published=True, cost_band="over_100k", staff_fte=2)
    small = ExampleFactory(published=True, cost_band="up_to_5k", staff_fte=0)
    quick = ExampleFactory(published=True, cost_band="up_to_5k", staff_fte=0, setup_weeks=0)
    snapshot = facets.current()

    ids = snapshot.page(snapshot.everything, "effort", 1, 20)

    assert ids == [quick.pk, small.pk, large.pk, unknown.pk]


@pytest.mark.parametrize("sort", ["newest", "title", "effort", "relevance"])
@pytest.mark.parametrize("selection", [{}, {"kind": ["tool", "measure"]}], ids=["all", "some"])
def test_pages_hold_every_match_once(sort, selection):
    for kind in ["tool", "measure", "concept", "tool", "product"] * 6:
        ExampleFactory(published=True, kind=kind, indexed=False)
    index.refresh_all()
    catalogue = facets.current()
    bits = catalogue.matching(selection)
    hits = Hits("x", bits, bits & 0b1010101010, (8, 2))

    pages = all_pages(catalogue, bits, sort, 7, hits)

    assert [len(page) for page in pages[:-2]] == [7] * (len(pages) - 2)
    assert pages[-1] == []
    assert sorted(itertools.chain(*pages)) == sorted(listed(selection))


def test_page_by_relevance_puts_the_best_first_then_the_head_then_the_rest(catalogue):
    hits = Hits("x", 0b11111111, 0b00101101, (5, 0))

    ids = list(itertools.chain(*all_pages(catalogue, hits.bits & ~0b10, "relevance", 3, hits)))

    assert ids == [catalogue.example_ids[position] for position in (5, 0, 2, 3, 4, 6, 7)]


def test_deep_page_of_a_long_list_skips_whole_blocks():
    length = 30_000
    bits = sum(1 << position for position in range(0, length, 3))
    snapshot = facets.Snapshot(facets.Revision(1, "1"), timezone.localdate(), range(length), (), {})

    ids = snapshot.page(bits, "newest", 480, 20)

    assert ids == list(range(479 * 20 * 3, 480 * 20 * 3, 3))


# Relaxations and relatives


def test_relaxations_leave_out_one_facet_or_the_query_best_first():
    bremen, berlin = FederalStateFactory(slug="bremen"), FederalStateFactory(slug="berlin")
    ExampleFactory(published=True, kind="tool", states=[bremen])
    found = ExampleFactory.create_batch(2, published=True, kind="measure", states=[berlin])
    ExampleFactory(published=True, kind="concept", states=[berlin])
    snapshot = facets.current()
    bits = snapshot.bitmap(example.pk for example in found)
    selection = {"kind": ("measure", "product"), "state": ("bremen",)}

    relaxations = snapshot.relaxations(selection, Hits("x", bits, 0, ()))

    assert snapshot.matching(selection) == 0
    assert [(one.parameter, [value.slug for value in one.values], one.count) for one in relaxations] == [
        ("state", ["bremen"], 2)
    ]


def test_relaxations_are_at_most_four():
    met = {"kind": "tool", "cost_band": "up_to_5k", "setup_weeks": 2, "running_since": 2019}
    missed = {"kind": "measure", "cost_band": "over_100k", "setup_weeks": 30, "running_since": 2015}
    for name in met:
        ExampleFactory(published=True, **{**met, name: missed[name]})
    wanted = ExampleFactory(published=True, **met)
    ExampleFactory(published=True, **{**met, "running_since": 2015})
    selection = {"kind": ("tool",), "cost": ("up_to_5k",), "setup": ("up_to_4",), "year": ("2019",)}
    snapshot = facets.current()
    bits = snapshot.everything & ~snapshot.bitmap([wanted.pk])

    relaxations = snapshot.relaxations(selection, Hits("x", bits, 0, ()))

    assert snapshot.matching(selection, Hits("x", bits, 0, ())) == 0
    assert [(one.parameter, one.count) for one in relaxations] == [
        ("year", 2),
        ("kind", 1),
        ("cost", 1),
        ("setup", 1),
    ]


def test_relaxations_that_find_nothing_are_left_out():
    ExampleFactory(published=True, kind="tool")

    relaxations = facets.current().relaxations({"kind": ("tool",)}, Hits("x", 0, 0, ()))

    assert [(one.parameter, one.count) for one in relaxations] == [("q", 1)]


def test_related_examples_come_by_what_they_share_then_newest():
    group, topic, other = TargetGroupFactory(), TopicFactory(), TopicFactory()
    everything = ExampleFactory(published=True, kind="tool", target_groups=[group], topics=[topic])
    same_group = ExampleFactory(published=True, kind="measure", target_groups=[group], topics=[other])
    ExampleFactory(published=True, kind="tool", topics=[other])
    same_topic_and_kind = ExampleFactory(published=True, kind="tool", topics=[topic, other])
    newer_group = ExampleFactory(published=True, kind="concept", target_groups=[group, TargetGroupFactory()])
    own = ExampleFactory(published=True, kind="tool", target_groups=[group], topics=[topic])

    related = facets.current().related(own.pk, limit=5)

    assert [(one.example_id, one.shared) for one in related] == [
        (everything.pk, ("target_group", "topic", "kind")),
        (same_topic_and_kind.pk, ("topic", "kind")),
        (newer_group.pk, ("target_group",)),
        (same_group.pk, ("target_group",)),
    ]
    with translation.override("en"):
        assert related[1].reason == "Same topic and kind"


def test_related_examples_are_limited(catalogue):
    assert [len(catalogue.related(example_id)) for example_id in catalogue.newest(3)] == [3, 3, 3]


def test_example_that_is_not_published_has_no_relatives():
    draft = ExampleFactory()

    assert facets.current().related(draft.pk) == []


# The one in use


def test_current_shows_a_change_at_once_and_is_kept_meanwhile(django_assert_num_queries):
    ExampleFactory(published=True)
    before = facets.current()
    with django_assert_num_queries(1):
        again = facets.current()

    ExampleFactory(published=True)
    with django_assert_num_queries(3):
        after = facets.current()

    assert again is before
    assert (before.count, after.count) == (1, 2)


def test_current_asks_nothing_within_the_time_it_may_trust(settings, django_assert_num_queries):
    ExampleFactory(published=True)
    facets.current()
    settings.REVISION_SECONDS = 60

    with django_assert_num_queries(0):
        facets.current()


def freshness():
    return next(facet for facet in facets.current().counts() if facet.name == "freshness")


def test_current_is_loaded_anew_on_another_day(monkeypatch):
    ExampleFactory(published=True, status_of_information=months_ago(0))
    today = freshness()
    monkeypatch.setattr(
        timezone, "localdate", lambda: datetime.date.today() + datetime.timedelta(days=3 * 365)
    )

    later = freshness()

    assert [value.count for value in today.values] == [1, 0, 0, 0]
    assert [value.count for value in later.values] == [0, 0, 1, 0]


def test_current_is_not_fooled_by_a_number_that_was_rolled_back():
    with transaction.atomic():
        ExampleFactory(published=True, kind="tool")
        rolled_back = facets.current()
        transaction.set_rollback(True)
    before = facets.current()

    ExampleFactory(published=True, kind="measure")

    assert (rolled_back.count, before.count) == (1, 0)
    assert facets.current().counts()[1].by_value["measure"].count == 1


@pytest.mark.parametrize("rows", [1, 30])
def test_loading_runs_two_statements_for_any_number_of_rows(rows, django_assert_num_queries):
    ExampleFactory.create_batch(rows, published=True)

    with django_assert_num_queries(2):
        snapshot = facets.load(facets.Revision(0, ""), timezone.localdate())

    assert snapshot.count == rows
