"""The command that loads what comes with the project: small files of the test, and then the real ones."""

from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.conf import settings as project
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from catalogue.models import (
    Consent,
    ContactPerson,
    Example,
    ExampleIndex,
    Link,
    Network,
    Topic,
)

pytestmark = pytest.mark.django_db

FIXTURES = project.BASE_DIR / "fixtures"


def term(model, slug, position=1, **fields):
    names = {"name_de": f"{slug} (de)", "name_en": f"{slug} (en)"}
    return {"model": f"catalogue.{model}", "fields": {"slug": slug, "position": position, **names, **fields}}


def network(slug, **fields):
    basics = {"slug": slug, "name": f"Netz {slug}", "category": "regional_network", "is_published": True}
    return {"model": "catalogue.network", "fields": {**basics, **fields}}


def example(slug, **fields):
    basics = {
        "slug": slug,
        "status": "published",
        "published_at": "2024-05-14T08:00:00Z",
        "title_de": f"Titel {slug}",
        "kind": "tool",
        "topics": [["qualification"]],
        "network": ["north"],
        "is_demo": True,
    }
    return {"model": "catalogue.example", "fields": {**basics, **fields}}


def contact(owner, **fields):
    basics = {"example": [owner], "network": None, "position": 1, "name": "Koordinierungsstelle"}
    shown = {"email": "office@example.org", "is_published": True}
    return {"model": "catalogue.contactperson", "fields": {**basics, **shown, **fields}}


def link(owner, position=1):
    where = {"example": [owner], "network": None, "position": position}
    return {
        "model": "catalogue.link",
        "fields": {**where, "purpose": "evidence", "url": "https://example.org/"},
    }


@pytest.fixture
def files(tmp_path, settings):
    """A folder of fixtures with one term and one network, and a way to write more."""
    settings.FIXTURE_DIRS = [tmp_path]

    def write(name, *records):
        (tmp_path / name).write_text(yaml.safe_dump(list(records), allow_unicode=True))
        return tmp_path

    write("vocabularies.yaml", term("topic", "qualification"))
    write("networks.yaml", network("north"))
    return write


@pytest.fixture
def storage(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"


def stored(name):
    with default_storage.open(name) as file:
        return file.read()


def load(**options):
    """Run the command; return the lines that it prints."""
    out = StringIO()
    call_command("load_catalogue", stdout=out, **options)
    return out.getvalue().splitlines()


def test_load_creates_what_is_absent_and_reports_it(files):
    files("examples.yaml", example("one"), link("one"), link("one", 2))

    report = load()

    assert report == [
        "catalogue.topic: 1 created, 0 updated, 0 unchanged",
        "catalogue.network: 1 created, 0 updated, 0 unchanged",
        "catalogue.example: 1 created, 0 updated, 0 unchanged",
        "catalogue.link: 2 created, 0 updated, 0 unchanged",
    ]
    one = Example.objects.get()
    assert (one.network.slug, [topic.slug for topic in one.topics.all()]) == ("north", ["qualification"])


def test_load_saves_fully(files):
    files("networks.yaml", network("north", name="Äußerstes Netz"))

    load()

    assert Network.objects.get().sort_key == "ausserstes netz"


def test_load_writes_the_index(files):
    files("examples.yaml", example("one"), example("draft", status="draft", published_at=None))

    load()

    assert [row.example.slug for row in ExampleIndex.objects.all()] == ["one"]


def test_load_again_changes_nothing(files):
    files("examples.yaml", example("one"), contact("one"), link("one"))
    load()

    report = load()

    assert {line.partition(": ")[2] for line in report} == {"0 created, 0 updated, 1 unchanged"}


def test_load_again_leaves_the_office_s_edits_alone(files):
    files("examples.yaml", example("one"), link("one"), link("one", 2))
    load()
    Example.objects.update(title_de="Von der Redaktion")
    Topic.objects.update(name_de="Umbenannt")
    Link.objects.get(position=2).delete()

    load()

    assert Example.objects.get().title_de == "Von der Redaktion"
    assert Topic.objects.get().name_de == "Umbenannt"
    assert [found.position for found in Link.objects.all()] == [1]


def test_load_again_adds_what_is_new_in_the_files(files):
    files("examples.yaml", example("one"))
    load()
    files("examples.yaml", example("one"), link("one"), example("two"), link("two"))

    load()

    assert sorted(Example.objects.values_list("slug", flat=True)) == ["one", "two"]
    assert [found.example.slug for found in Link.objects.all()] == ["two"]


def test_update_lets_the_files_win(files):
    files("vocabularies.yaml", term("topic", "qualification"), term("topic", "networking", 2))
    files("examples.yaml", example("one"))
    load()
    Example.objects.update(title_de="Von der Redaktion")
    files("examples.yaml", example("one", topics=[["networking"]], staff_fte="0.5"), link("one"))

    report = load(update=True)

    one = Example.objects.get()
    assert (one.title_de, str(one.staff_fte), one.topics.get().slug) == ("Titel one", "0.5", "networking")
    assert report == [
        "catalogue.topic: 0 created, 0 updated, 2 unchanged",
        "catalogue.network: 0 created, 0 updated, 1 unchanged",
        "catalogue.example: 0 created, 1 updated, 0 unchanged",
        "catalogue.link: 1 created, 0 updated, 0 unchanged",
    ]


def test_update_leaves_publication_to_the_office(files):
    files("examples.yaml", example("one"), contact("one"))
    load(demo=True)
    Example.objects.update(status="withdrawn", withdrawn_at=timezone.now())
    Network.objects.update(is_published=False)
    Consent.objects.update(withdrawn_at=timezone.now())

    load(demo=True, update=True)

    assert Example.objects.get().status == "withdrawn"
    assert Network.objects.get().is_published is False
    assert ContactPerson.objects.get().is_published is False
    assert ExampleIndex.objects.count() == 0


def test_dry_run_reports_and_changes_nothing(files):
    files("examples.yaml", example("one"))

    report = load(dry_run=True)

    assert report[-2:] == [
        "catalogue.example: 1 created, 0 updated, 0 unchanged",
        "Nothing was changed (dry run).",
    ]
    assert (Example.objects.count(), Topic.objects.count()) == (0, 0)


def test_demo_records_are_loaded_only_when_asked_for(files):
    files("demo_networks.yaml", network("demo"))
    files("demo_examples_2.yaml", example("two"))
    files("demo_examples_1.yaml", example("one"))

    load()
    without = Example.objects.count(), Network.objects.count()
    load(demo=True)

    assert without == (0, 1)
    assert (Example.objects.count(), Network.objects.count()) == (2, 2)


def test_contact_of_a_demo_record_gets_a_placeholder_for_its_consent(files):
    files("examples.yaml", example("one"), contact("one"), contact("one", position=2, is_published=False))

    load()

    assert [(c.contact.position, c.how, c.text_version) for c in Consent.objects.all()] == [
        (1, "placeholder", "demo")
    ]


def test_contact_of_a_real_record_is_refused_without_consent(files):
    files("examples.yaml", example("one", is_demo=False), contact("one"))

    with pytest.raises(
        CommandError, match=r"examples\.yaml: contact \d+ is published without a consent in force"
    ):
        load()

    assert Example.objects.count() == 0


def test_list_may_name_a_record_that_comes_later(files):
    files("networks.yaml", network("old", successors=[["new"]]), network("new"))

    load()

    assert [found.slug for found in Network.objects.get(slug="old").successors.all()] == ["new"]


def test_picture_is_stored_with_its_alternative_text(files, storage):
    folder = files(
        "examples.yaml", example("one", picture="one.webp", picture_alt_de="Alt", picture_alt_en="Old")
    )
    (folder / "pictures").mkdir()
    (folder / "pictures" / "one.webp").write_bytes(b"picture")
    (folder / "pictures" / "alt.yaml").write_text("one: {de: Ein Bild, en: A picture}")

    load()

    one = Example.objects.get()
    assert (one.picture.name, one.picture_alt_de, one.picture_alt_en) == (
        "pictures/one.webp",
        "Ein Bild",
        "A picture",
    )
    assert stored("pictures/one.webp") == b"picture"


def test_changed_picture_replaces_the_stored_one_on_update(files, storage):
    folder = files("examples.yaml", example("one", picture="one.webp", picture_alt_de="Bild"))
    (folder / "pictures").mkdir()
    picture = folder / "pictures" / "one.webp"
    picture.write_bytes(b"old")
    load()
    picture.write_bytes(b"new")

    load()
    kept = stored("pictures/one.webp")
    load(update=True)

    assert kept == b"old"
    assert stored("pictures/one.webp") == b"new"
    assert default_storage.listdir("pictures") == ([], ["one.webp"])


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (example("bad", kind="dance"), "kind.*'dance'"),
        (example("bad", title_de="x" * 101), "title_de.*100.*101"),
        (example("bad", network=["nowhere"]), r"network \['nowhere'\] does not exist"),
        (example("bad", topics=[["nothing"]]), "Topic matching query does not exist"),
        (example("bad", colour="red"), "Example has no field named 'colour'"),
        (example("bad", running_since=2020, running_until=2019), "example_until_not_before_since"),
        (example("bad", picture="no.webp"), "there is no picture no.webp"),
        (example("bad", staff_fte="half"), "half"),
    ],
    ids=[
        "choice",
        "length",
        "unknown network",
        "unknown term",
        "unknown field",
        "constraint",
        "picture",
        "number",
    ],
)
def test_error_names_file_and_record_and_loads_nothing(files, record, message):
    files("examples.yaml", example("good"), record)

    with pytest.raises(
        CommandError, match=rf"^examples\.yaml, record 2 \(catalogue\.example bad[^)]*\): .*{message}"
    ):
        load()

    assert (Example.objects.count(), Topic.objects.count()) == (0, 0)


def test_error_of_a_file_that_is_no_yaml_names_it(files):
    files("examples.yaml").joinpath("examples.yaml").write_text("a: [")

    with pytest.raises(CommandError, match=r"^examples\.yaml: "):
        load()


def test_shipped_files_load_completely(storage):
    load(demo=True)

    assert {name: apps.get_model(name).objects.count() for name in shipped()} == dict(shipped())
    published = ContactPerson.objects.filter(is_published=True)
    assert published.count() == Consent.objects.filter(withdrawn_at=None).count() > 0
    assert ExampleIndex.objects.count() == Example.objects.published().count()
    pictures = [one.picture.name for one in Example.objects.exclude(picture="")]
    assert all(default_storage.exists(name) for name in pictures)
    assert len(pictures) == 24


def test_shipped_files_are_as_they_were_after_an_update(storage):
    load(demo=True)

    report = load(demo=True, update=True)

    assert [line for line in report if ": 0 created, 0 updated, " not in line] == []


def shipped():
    """Return how many records of each model the files hold."""
    names = ["vocabularies", "networks", "examples", "demo_networks", "demo_examples_*"]
    paths = [path for name in names for path in Path(FIXTURES).glob(f"{name}.yaml")]
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return Counter(entry["model"] for path in paths for entry in yaml.load(path.read_text(), Loader=loader))
