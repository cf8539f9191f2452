"""What the profile of one network shows: the four parts of seed 002, field by field in its order.

What is empty is left out, so that a network of which little is known has a short page and not a poor one.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from catalogue.example_page import JSON_ESCAPES
from catalogue.maps import StateMap, state_map
from catalogue.models import Example, LocalText, Network

MOST_EXAMPLES = 20
TEXTS = [
    "location",
    "coordinating_organisation",
    "description",
    "resources",
    "internal_communication",
    "external_communication",
    "success_factors",
    "challenges",
    "evaluation",
    "impact",
    "remark",
    "funding_acknowledgement",
]
LICENCES = {"cc-by-4.0": "https://creativecommons.org/licenses/by/4.0/"}


@dataclass(frozen=True)
class Address:
    """A link: to a list of this site, to the network's own pages, or a mail address."""

    url: str
    text: str
    platform: str = ""


@dataclass(frozen=True)
class Field:
    """One row of the profile; ``form`` tells the template how to show ``value``.

    It is text, items (a list field), paragraphs, terms (of a vocabulary), links or addresses (with platform).
    """

    label: str
    form: str
    value: Any


@dataclass(frozen=True)
class Part:
    number: int
    id: str
    heading: str
    fields: list[Field]


class NetworkPage:
    """The page of one network; reads what ``with_profile_parts`` fetched, and its examples."""

    def __init__(self, network: Network) -> None:
        self.network: Any = network

    @cached_property
    def parts(self) -> list[Part]:
        """Return the parts that say something, with the numbers they have in the document."""
        parts = [
            Part(1, "facts", _("Facts"), self._facts()),
            Part(2, "profile", _("Network profile"), self._profile()),
            Part(3, "factors", _("Success factors and main challenges"), self._factors()),
            Part(4, "further", _("Further information"), self._further()),
        ]
        filled = [
            Part(p.number, p.id, p.heading, [field for field in p.fields if field.value]) for p in parts
        ]
        return [part for part in filled if part.fields]

    @cached_property
    def is_bare(self) -> bool:
        """Tell whether only facts and addresses are known."""
        return not {2, 3} & {part.number for part in self.parts}

    @cached_property
    def examples(self) -> list[Any]:
        published = Example.objects.published().filter(network=self.network)
        return Example.objects.as_cards(list(published.values_list("pk", flat=True)[:MOST_EXAMPLES]))

    @property
    def example_list_url(self) -> str:
        """Return the address of the whole list, or nothing where this page shows them all."""
        if len(self.examples) < MOST_EXAMPLES:
            return ""
        return f"{reverse('catalogue:example_list')}?{urlencode({'network': self.network.slug})}"

    @cached_property
    def map(self) -> StateMap | None:
        """Return where the network works, for the eye only: the facts name the states."""
        states = {state.slug for state in self.network.states.all()}
        return state_map({}, current=states, text=lambda name, count: name) if states else None

    @property
    def is_foreign(self) -> bool:
        texts: Iterable[LocalText] = (getattr(self.network, name) for name in TEXTS)
        return any(text.is_fallback for text in texts)

    def json_ld(self, url: str) -> SafeString:
        """Describe the network for search engines (schema.org); without contacts."""
        network = self.network
        data = {
            "@context": "https://schema.org",
            "@type": "Organization",
            "name": network.name,
            "url": url,
            "description": " ".join(str(network.description).split()),
            "foundingDate": network.founding_year and str(network.founding_year),
            "dissolutionDate": network.valid_until and not network.is_current and str(network.valid_until),
            "areaServed": [str(state.name) for state in network.states.all()],
            "sameAs": [address.url for address in self._addresses()],
        }
        text = json.dumps({key: value for key, value in data.items() if value}, ensure_ascii=False)
        return mark_safe(text.translate(JSON_ESCAPES))  # noqa: S308 - no character left that could end the element

    def context(self, absolute: Callable[[str], str]) -> dict[str, Any]:
        """Return the context of the template; ``absolute`` makes a full address of a path."""
        return {
            "network": self.network,
            "parts": self.parts,
            "is_bare": self.is_bare,
            "examples": self.examples,
            "example_list_url": self.example_list_url,
            "map": self.map,
            "foreign": self.is_foreign,
            "licence_url": LICENCES.get(self.network.licence, ""),
            "json_ld": self.json_ld(absolute(self.network.get_absolute_url())),
            "breadcrumbs": [
                (reverse("catalogue:home"), _("Home")),
                (reverse("catalogue:network_list"), _("Networks")),
            ],
        }

    def _facts(self) -> list[Field]:
        network = self.network
        return [
            Field(_("Name of the network"), "text", network.name),
            Field(_("Founding year"), "text", network.founding_year and str(network.founding_year)),
            Field(_("Location"), "text", network.location),
            Field(_("Federal state(s)"), "links", self._states()),
            Field(_("Coordinating organisation"), "text", network.coordinating_organisation),
            Field(_("Degree of formalisation"), "text", network.formalisation and network.formalisation.name),
            Field(_("Members"), "terms", network.member_kinds.all()),
            Field(_("Field(s) of action"), "terms", network.fields_of_action.all()),
            Field(_("Target group(s)"), "terms", network.target_groups.all()),
            Field(_("Type of network"), "text", network.network_type and network.network_type.name),
        ]

    def _profile(self) -> list[Field]:
        network = self.network
        return [
            Field(_("Brief description"), "paragraphs", network.description),
            Field(_("Resources"), "items", network.resources),
            Field(
                _("Internal communication and facilitation techniques"),
                "items",
                network.internal_communication,
            ),
            Field(_("External communication and event formats"), "items", network.external_communication),
        ]

    def _factors(self) -> list[Field]:
        network = self.network
        return [
            Field(_("Success factors"), "items", network.success_factors),
            Field(_("Challenges and lessons learnt"), "items", network.challenges),
            Field(_("Evaluation and sustainability"), "items", network.evaluation),
            Field(_("Impact, innovation and transferability"), "paragraphs", network.impact),
        ]

    def _further(self) -> list[Field]:
        email = self.network.email
        return [
            Field(_("Website, social media"), "addresses", self._addresses()),
            Field(_("E-mail address"), "links", [Address(f"mailto:{email}", email)] if email else []),
        ]

    def _states(self) -> list[Address]:
        address = reverse("catalogue:network_list")
        return [
            Address(f"{address}?{urlencode({'state': state.slug})}", str(state.name))
            for state in self.network.states.all()
        ]

    def _addresses(self) -> list[Address]:
        network = self.network
        website = [Address(network.website, network.website, _("Website"))] if network.website else []
        return website + [Address(s.url, s.url, s.get_platform_display()) for s in network.social_media.all()]
