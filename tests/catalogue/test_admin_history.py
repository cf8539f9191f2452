import pytest
from django.utils import translation
from django.utils.text import capfirst

from catalogue import publishing
from catalogue.admin import history
from catalogue.admin.example import ExampleAdmin
from catalogue.admin.network import NetworkAdmin
from catalogue.models import Network
from tests.catalogue.office import EXAMPLE, sent, signed_in
from tests.factories import (
    ExampleFactory,
    FederalStateFactory,
    FieldOfActionFactory,
    LinkFactory,
    MemberKindFactory,
    NetworkFactory,
    TargetGroupFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def save(client, example, **changes):
    url = f"{EXAMPLE}{example.pk}/change/"
    return client.post(url, sent(client.get(url), **changes))


def entries(record):
    found = history.history_of(record, ExampleAdmin.belongings).entries
    return [
        (
            entry.who,
            entry.reason,
            [
                (part.title, part.action, {d.label: str(d.html) for d in part.differences})
                for part in entry.parts
            ],
        )
        for entry in found
    ]


def test_history_tells_who_why_and_what(office):
    example = ExampleFactory(title_de="Ein alter Titel", kind="measure")

    save(office, example, title_de="Ein neuer Titel", kind="tool", reason="Wunsch des Netzwerks")

    newest = next(entry for entry in entries(example) if entry[1])
    assert newest == (
        "Office",
        "Wunsch des Netzwerks",
        [
            (
                "Example",
                "update",
                {
                    "Title – German": "Ein <del>alter</del><ins>neuer</ins> Titel",
                    "Kind": "<del>Measure</del><ins>Tool</ins>",
                },
            )
        ],
    )


def test_history_tells_changed_lists(office):
    old, new = TopicFactory(name_en="Care"), TopicFactory(name_en="Crafts")
    example = ExampleFactory(topics=[old])

    save(office, example, topics=[new.pk], reason="-")

    (_who, _reason, [(_title, _action, differences)]) = next(entry for entry in entries(example) if entry[1])
    assert differences == {"Topics": "<del>Care</del>, <ins>Crafts</ins>"}


def test_history_tells_belongings_and_related_names(office):
    example = LinkFactory(title_de="Quelle", position=1, example__network=NetworkFactory(name="Nord")).example
    other = NetworkFactory(name="Süd")

    save(office, example, network=other.pk, reason="-", **{"links-0-title_de": "Quellen"})

    (_who, _reason, parts) = next(entry for entry in entries(example) if entry[1])
    assert parts == [
        ("Example", "update", {"Network": "<del>Nord</del><ins>Süd</ins>"}),
        ("Link “Quellen”", "update", {"Title – German": "<del>Quelle</del><ins>Quellen</ins>"}),
    ]


def test_history_tells_a_publication(person):
    example = ExampleFactory()

    publishing.publish(example, by=person, reason="Approved")

    (who, reason, [(_title, _action, differences)]) = next(entry for entry in entries(example) if entry[1])
    assert (who, reason, differences["State"]) == (
        "Office",
        "Approved",
        "<del>draft</del><ins>published</ins>",
    )


def test_history_escapes_what_people_typed(office):
    example = ExampleFactory(title_de="alt")

    save(office, example, title_de="<script>alert(1)</script>", reason="<b>x</b>")

    page = office.get(f"{EXAMPLE}{example.pk}/history/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page


@pytest.mark.parametrize("changes", [1, 3])
def test_history_runs_a_constant_number_of_statements(django_assert_num_queries, changes):
    example = LinkFactory().example
    for number in range(changes):
        example.title_de = f"Titel {number}"
        example.save()

    with django_assert_num_queries(7):
        assert history.history_of(example, ExampleAdmin.belongings).entries


def test_history_needs_the_right_to_change(person):
    person.groups.first().permissions.remove(
        *person.groups.first().permissions.filter(codename="change_example")
    )

    answer = signed_in(person).get(f"{EXAMPLE}{ExampleFactory().pk}/history/")

    assert answer.status_code == 403


def test_long_history_is_cut_and_says_so(monkeypatch, office):
    monkeypatch.setattr(history, "MOST_EVENTS", 3)
    example = ExampleFactory()
    for number in range(5):
        example.title_de = f"Titel {number}"
        example.save()

    found = history.history_of(example)

    assert found.is_cut
    assert [part.action for entry in found.entries for part in entry.parts] == ["update"] * 3


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "neu", "<ins>neu</ins>"),
        ("alt", "", "<del>alt</del>"),
        ("a < b", "a < c", "a &lt; <del>b</del><ins>c</ins>"),
        ("eins zwei", "eins zwei", "eins zwei"),
        ("x " * 2000, "y", f"<del>{'x ' * 2000}</del><ins>y</ins>"),
    ],
    ids=["new", "gone", "escaped", "same", "too long"],
)
def test_word_difference(old, new, expected):
    assert history.word_difference(old, new) == expected


def test_word_difference_leaves_out_what_is_far_from_a_change():
    words = " ".join(f"w{number}" for number in range(200))

    found = history.word_difference(f"{words} alt {words}", f"{words} neu {words}")

    assert found.count("…") == 2
    assert "<del>alt</del><ins>neu</ins>" in found
    assert "w100" not in found


def test_rows_that_step_aside_are_told_once(office):
    example = ExampleFactory()
    for position in (1, 2):
        LinkFactory(example=example, title_de=f"Quelle {position}", position=position)

    save(office, example, reason="-", **{"links-0-position": "2", "links-1-position": "1"})

    (_who, _reason, parts) = next(entry for entry in entries(example) if entry[1])
    assert parts == [
        ("Link “Quelle 2”", "update", {"Position": "<del>2</del><ins>1</ins>"}),
        ("Link “Quelle 1”", "update", {"Position": "<del>1</del><ins>2</ins>"}),
    ]


def test_belongings_that_are_added_and_deleted_are_told(office):
    link = LinkFactory(title_de="Alt", position=1)
    row = {"links-0-DELETE": "on", "links-1-url": "https://example.org/new", "links-1-title_de": "Neu"}

    save(office, link.example, reason="-", **row)

    (_who, _reason, parts) = next(entry for entry in entries(link.example) if entry[1])
    assert {(title, action) for title, action, _differences in parts} == {
        ("Link “Alt”", "delete"),
        ("Link “Neu”", "insert"),
    }


@pytest.mark.parametrize(
    "name", ["states", "member_kinds", "fields_of_action", "target_groups", "successors"]
)
def test_edit_of_a_list_alone_is_one_event_of_the_network(office, name):
    source = Network._meta.get_field(name)
    entry = {
        "states": FederalStateFactory,
        "member_kinds": MemberKindFactory,
        "fields_of_action": FieldOfActionFactory,
        "target_groups": TargetGroupFactory,
        "successors": NetworkFactory,
    }[name]()
    network = NetworkFactory()
    before = network.changed_at
    url = f"/en/admin/catalogue/network/{network.pk}/change/"

    office.post(url, sent(office.get(url), reason="Corrected", **{name: [entry.pk]}))

    assert list(getattr(network, name).all()) == [entry]
    events = Network.pgh_event_model.objects.filter(pgh_obj_id=network.pk).order_by("pgh_id")
    assert [event.pgh_label for event in events] == ["insert", "update"]
    network.refresh_from_db()
    assert network.changed_at > before
    newest, _created = history.history_of(network, NetworkAdmin.belongings).entries
    assert (newest.who, newest.reason) == ("Office", "Corrected")
    (part,) = newest.parts
    assert {d.label: str(d.html) for d in part.differences} == {
        capfirst(source.verbose_name): f"<ins>{entry}</ins>"
    }
