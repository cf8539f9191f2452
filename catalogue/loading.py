"""Loads the records that come with the project (``fixtures/``), as often as wanted.

What is absent is created together with its links, contacts and so on. A record that exists belongs to the
office: it is left alone with all that hangs on it, unless an update is asked for. Then the texts and facts of
the file win, but never over publication: what the office withdrew stays withdrawn. Nothing is ever deleted.
All is one transaction: the first error, which names file and record, leaves the catalogue as it was.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import pghistory
import yaml
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.serializers.base import DeserializationError
from django.core.serializers.python import Deserializer
from django.db import Error as DatabaseError
from django.db import connection, models, transaction

from catalogue import index
from catalogue.models import (
    Attachment,
    BoardStatement,
    Consent,
    ContactPerson,
    Example,
    Link,
    Network,
    SocialMedia,
    Transfer,
)
from catalogue.models.picture import store_smaller, with_size

REAL = ("vocabularies.yaml", "networks.yaml", "examples.yaml")
DEMO = ("demo_networks.yaml", "demo_examples_*.yaml")
PARTS = (Attachment, BoardStatement, ContactPerson, Link, SocialMedia, Transfer)
"""What belongs to one example or network and comes and goes with it."""
PUBLICATION = {"status", "published_at", "is_published"}
"""Fields that an update leaves to the office."""
REFUSALS = (
    DatabaseError,
    DeserializationError,
    FieldDoesNotExist,
    KeyError,
    LookupError,
    ObjectDoesNotExist,
    OSError,
    TypeError,
    ValidationError,
)


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class LoadingFailed(Exception):
    """A file or record cannot be loaded; the message names it and the reason."""


@dataclass(frozen=True)
class Record:
    """One entry of a file."""

    file: Path
    number: int
    entry: dict[str, Any]

    def __str__(self) -> str:
        fields = self.entry.get("fields") or {}
        names = [
            fields.get(name)
            for name in ("slug", "example", "network", "position", "criterion", "institution")
        ]
        key = " ".join(str(name[0] if isinstance(name, list) and name else name) for name in names if name)
        return f"{self.file.name}, record {self.number} ({self.entry.get('model')} {key})"

    @property
    def fields(self) -> dict[str, Any]:
        return self.entry["fields"]  # type: ignore[no-any-return]

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.entry["model"])

    @property
    def owner(self) -> tuple[type[models.Model], str] | None:
        """Return the example or network that the record is a part of."""
        if self.model not in PARTS:
            return None
        owner: type[models.Model] = Example if self.fields.get("example") else Network
        return owner, self.fields[str(owner._meta.model_name)][0]


class Forward(NamedTuple):
    """A list that names a record which comes later in the file."""

    record: Record
    instance: models.Model
    list_name: str
    keys: list[list[str]]


@dataclass
class Loading:
    """One run over the files."""

    folder: Path
    update: bool
    counts: dict[str, Counter[Outcome]] = field(default_factory=lambda: defaultdict(Counter))
    created: set[tuple[type[models.Model], str]] = field(default_factory=set)
    pictures: dict[str, Path] = field(default_factory=dict)
    known: dict[type[models.Model], set[str]] = field(default_factory=dict)
    forward: list["Forward"] = field(default_factory=list)

    def run(self, files: Iterable[Path]) -> None:
        self.alternatives = self._read(self.folder / "pictures" / "alt.yaml", {})
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for path in files:
            for number, entry in enumerate(self._read(path, []), start=1):
                record = Record(path, number, entry)
                with _refusing(record):
                    self.counts[record.entry["model"]][self._load(record)] += 1
            self._point_forward()
            with _refusing(path.name):
                connection.check_constraints()

    def store_pictures(self) -> None:
        """Copy the pictures of the loaded examples into the storage, in all sizes, where it does not hold the same."""
        for name, source in self.pictures.items():
            with source.open("rb") as content:
                if default_storage.exists(name):
                    with default_storage.open(name) as stored:
                        if stored.read() == content.read():
                            continue
                    default_storage.delete(name)
                    content.seek(0)
                default_storage.save(name, File(content))
                store_smaller(default_storage, name, content)

    def _read(self, path: Path, empty: Any) -> Any:
        if not path.exists():
            return empty
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            return yaml.load(path.read_bytes(), Loader=loader) or empty  # noqa: S506 - both are safe
        except yaml.YAMLError as error:
            raise LoadingFailed(f"{path.name}: {error}") from error

    def _load(self, record: Record) -> Outcome:
        if self._belongs_to_the_office(record):
            return Outcome.UNCHANGED
        entry = {**record.entry, "fields": self._with_picture(record)}
        (found,) = Deserializer([entry], handle_forward_references=True)
        outcome = self._save(found.object, found.m2m_data, entry["fields"])
        for relation, keys in found.deferred_fields.items():
            if not relation.many_to_many:
                raise ObjectDoesNotExist(f"{relation.name} {keys} does not exist.")
            self.forward.append(Forward(record, found.object, relation.name, keys))
        if outcome == Outcome.CREATED and "slug" in record.fields:
            self.created.add((record.model, record.fields["slug"]))
        return outcome

    def _belongs_to_the_office(self, record: Record) -> bool:
        if self.update:
            return False
        if record.owner:
            return record.owner not in self.created
        if record.model not in self.known:
            self.known[record.model] = set(record.model._default_manager.values_list("slug", flat=True))
        return record.fields["slug"] in self.known[record.model]

    def _with_picture(self, record: Record) -> dict[str, Any]:
        """Return the fields with the picture under its name in the storage, and its alternative text."""
        name = record.fields.get("picture")
        if record.model is not Example or not name:
            return record.fields
        source = self.folder / "pictures" / name
        if not source.exists():
            raise FileNotFoundError(f"there is no picture {name}")
        with source.open("rb") as content:
            stored = with_size(f"pictures/{name}", content)
        self.pictures[stored] = source
        texts = self.alternatives.get(record.fields["slug"], {})
        alternative = {f"picture_alt_{language}": text for language, text in texts.items()}
        return {**record.fields, **alternative, "picture": stored}

    def _save(self, new: models.Model, lists: dict[str, list[Any]], fields: dict[str, Any]) -> Outcome:
        if new.pk is None:
            _validate(new)
            new.save()
            for name, keys in lists.items():
                getattr(new, name).set(keys)
            if isinstance(new, ContactPerson):
                _consent_to_demo(new)
            return Outcome.CREATED
        old = type(new)._default_manager.get(pk=new.pk)
        wanted = {name for name in fields if name not in lists and name not in PUBLICATION}
        is_changed = self._take_over(old, new, wanted)
        for name, keys in lists.items():
            if set(getattr(old, name).values_list("pk", flat=True)) != set(keys):
                getattr(old, name).set(keys)
                is_changed = True
        return Outcome.UPDATED if is_changed else Outcome.UNCHANGED

    def _take_over(self, old: models.Model, new: models.Model, names: set[str]) -> bool:
        """Save the fields of ``old`` that differ in ``new``; tell whether there are any."""
        columns = [old._meta.get_field(name) for name in names]
        attributes = [
            column.attname for column in columns if isinstance(column, models.Field) and column.concrete
        ]
        different = [name for name in attributes if getattr(old, name, None) != getattr(new, name, None)]
        for name in different:
            setattr(old, name, getattr(new, name))
        if different:
            _validate(old)
            old.save()
        return bool(different)

    def _point_forward(self) -> None:
        """Fill the lists that named a record which came later in the file."""
        for record, instance, list_name, keys in self.forward:
            with _refusing(record):
                related = getattr(instance, list_name)
                related.set([related.model.objects.get_by_natural_key(*key) for key in keys])
        self.forward.clear()


def load(*, demo: bool = False, update: bool = False, dry_run: bool = False) -> dict[str, Counter[Outcome]]:
    """Load all files, the made-up records too with ``demo``; return what happened, counted by model."""
    folder = Path(settings.FIXTURE_DIRS[0])
    patterns = [*REAL, *DEMO] if demo else REAL
    loading = Loading(folder, update)
    with transaction.atomic(), pghistory.context(reason="load_catalogue"):
        loading.run([path for pattern in patterns for path in sorted(folder.glob(pattern))])
        transaction.set_rollback(dry_run)
        if not dry_run:
            loading.store_pictures()
            index.refresh_all()
    return dict(loading.counts)


class _refusing:  # noqa: N801 - reads as a word of the sentence it stands in
    """Name the record (or file) in whatever stops it from being loaded."""

    def __init__(self, place: Record | str) -> None:
        self.place = place

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> None:
        if isinstance(error, REFUSALS):
            raise LoadingFailed(f"{self.place}: {error}") from error


def _validate(instance: models.Model) -> None:
    """Check what the database does not: choices, addresses. What the model fills in is not there yet."""
    instance.clean_fields(exclude={column.name for column in instance._meta.fields if not column.editable})


def _consent_to_demo(contact: ContactPerson) -> None:
    """Put a placeholder where a real contact has a consent: nobody is shown without (see ``Consent``)."""
    owner = contact.example or contact.network
    if owner and owner.is_demo and contact.is_published:
        Consent.objects.create(contact=contact, text_version="demo", how=Consent.How.PLACEHOLDER)
