"""Records that are valid by default. ``ExampleFactory(published=True)`` is public and in the index."""

import datetime

import factory
from factory.django import DjangoModelFactory

from catalogue import index
from catalogue.models import (
    Audience,
    BoardStatement,
    ContactPerson,
    Example,
    FederalState,
    FieldOfAction,
    Formalisation,
    Link,
    MemberKind,
    Network,
    NetworkType,
    TargetGroup,
    Topic,
    Transfer,
)

FIRST_DAY = datetime.datetime(2024, 1, 1, 8, tzinfo=datetime.UTC)


class TermFactory(DjangoModelFactory):
    class Meta:
        abstract = True
        django_get_or_create = ["slug"]

    slug = factory.Sequence(lambda n: f"term-{n}")
    name_de = factory.LazyAttribute(lambda term: f"{term.slug} deutsch")
    name_en = factory.LazyAttribute(lambda term: f"{term.slug} english")
    position = factory.Sequence(lambda n: n + 1)


class TopicFactory(TermFactory):
    class Meta:
        model = Topic


class TargetGroupFactory(TermFactory):
    class Meta:
        model = TargetGroup


class AudienceFactory(TermFactory):
    class Meta:
        model = Audience


class FederalStateFactory(TermFactory):
    class Meta:
        model = FederalState

    iso_code = factory.Sequence(lambda n: f"X{n:04}")


class MemberKindFactory(TermFactory):
    class Meta:
        model = MemberKind


class FieldOfActionFactory(TermFactory):
    class Meta:
        model = FieldOfAction


class FormalisationFactory(TermFactory):
    class Meta:
        model = Formalisation


class NetworkTypeFactory(TermFactory):
    class Meta:
        model = NetworkType


def many_to_many(name):
    """Return a declaration that files the record under the given terms once it is saved."""

    def file(record, create, terms, **kwargs):
        if create and terms:
            getattr(record, name).set(terms)

    return factory.post_generation(file)


class NetworkFactory(DjangoModelFactory):
    class Meta:
        model = Network
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"network-{n}")
    name = factory.Sequence(lambda n: f"Netz {n}")
    category = Network.Category.REGIONAL_NETWORK
    is_published = True

    states = many_to_many("states")
    member_kinds = many_to_many("member_kinds")
    fields_of_action = many_to_many("fields_of_action")
    target_groups = many_to_many("target_groups")
    successors = many_to_many("successors")


class ExampleFactory(DjangoModelFactory):
    """A draft; with ``published=True`` public, each one a day newer than the one before."""

    class Meta:
        model = Example
        skip_postgeneration_save = True

    class Params:
        published = factory.Trait(
            status=Example.Status.PUBLISHED,
            published_at=factory.Sequence(lambda n: FIRST_DAY + datetime.timedelta(days=n)),
        )
        withdrawn = factory.Trait(
            status=Example.Status.WITHDRAWN,
            published_at=factory.Sequence(lambda n: FIRST_DAY + datetime.timedelta(days=n)),
            withdrawn_at=factory.LazyAttribute(
                lambda example: example.published_at + datetime.timedelta(days=30)
            ),
            withdrawal_reason_de="Abgelaufen",
            withdrawal_reason_en="Expired",
        )

    slug = factory.Sequence(lambda n: f"example-{n}")
    title_de = factory.Sequence(lambda n: f"Titel {n}")
    title_en = factory.Sequence(lambda n: f"Title {n}")
    benefit_de = "Ein Satz."
    benefit_en = "One sentence."
    kind = Example.Kind.MEASURE
    network = factory.SubFactory(NetworkFactory)

    topics = many_to_many("topics")
    target_groups = many_to_many("target_groups")
    audiences = many_to_many("audiences")
    states = many_to_many("states")

    @factory.post_generation
    def levels(self, create, levels, **kwargs):
        """Take ``{"transferable": 5, ...}``: what the board said."""
        for criterion, level in (levels or {}).items():
            BoardStatementFactory(example=self, criterion=criterion, level=level)

    @factory.post_generation
    def indexed(self, create, wanted, **kwargs):
        """Run last: the row is written from what the declarations above have saved."""
        if create and self.status == Example.Status.PUBLISHED and wanted is not False:
            index.refresh([self.pk])


class BoardStatementFactory(DjangoModelFactory):
    class Meta:
        model = BoardStatement

    example = factory.SubFactory(ExampleFactory)
    criterion = "transferable"
    level = 4
    sentence_de = "Übertragbar."
    sentence_en = "It can be transferred."


class ContactPersonFactory(DjangoModelFactory):
    class Meta:
        model = ContactPerson

    example = factory.SubFactory(ExampleFactory)
    name = "Koordinierungsstelle"
    email = "koordination@example.org"


class LinkFactory(DjangoModelFactory):
    class Meta:
        model = Link

    example = factory.SubFactory(ExampleFactory)
    title_de = "Quelle"
    title_en = "Source"
    url = "https://www.example.org/source"
    position = factory.Sequence(lambda n: n % 30_000 + 1)


class TransferFactory(DjangoModelFactory):
    class Meta:
        model = Transfer

    example = factory.SubFactory(ExampleFactory)
    institution = factory.Sequence(lambda n: f"Institution {n}")
    year = 2023
    confirmed_on = datetime.date(2024, 2, 1)
