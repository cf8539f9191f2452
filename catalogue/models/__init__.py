"""What the public reads: examples, networks, their people and sources, and the words they are filed under."""

from catalogue.models.contact import Consent, ConsentState, ContactPerson
from catalogue.models.example import Example, ExampleFormerSlug
from catalogue.models.feedback import Feedback
from catalogue.models.index import ExampleIndex
from catalogue.models.network import Network, NetworkFormerSlug, SocialMedia
from catalogue.models.record import Attachment, BoardStatement, Criterion, Link, Transfer
from catalogue.models.revision import CatalogueRevision
from catalogue.models.text import LocalText
from catalogue.models.vocabulary import (
    Audience,
    FederalState,
    FieldOfAction,
    Formalisation,
    MemberKind,
    NetworkType,
    TargetGroup,
    Topic,
)

__all__ = [
    "Attachment",
    "Audience",
    "BoardStatement",
    "CatalogueRevision",
    "Consent",
    "ConsentState",
    "ContactPerson",
    "Criterion",
    "Example",
    "ExampleFormerSlug",
    "ExampleIndex",
    "FederalState",
    "Feedback",
    "FieldOfAction",
    "Formalisation",
    "Link",
    "LocalText",
    "MemberKind",
    "Network",
    "NetworkFormerSlug",
    "NetworkType",
    "SocialMedia",
    "TargetGroup",
    "Topic",
    "Transfer",
]
