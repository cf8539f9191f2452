"""Makes up Good Practice examples: record *i* depends on the seed and on *i* only.

So ten records are the first ten of a hundred thousand, and any one can be made again alone. Lengths,
languages and gaps follow the records in ``fixtures/``: three in four are full (about 5,000 characters a
language), the others older ones with a summary only; most are in both languages, some in one.
"""

import datetime
import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import yaml
from django.conf import settings

from benchmarks import lexicon

SEED = 2026
SENTENCES = 20_000
"""Different sentences of one language; each record draws from them."""
FIRST_DAY = datetime.datetime(2012, 1, 1, 8, tzinfo=datetime.UTC)
LAST_MONTH = 2026 * 12 + 9
KINDS = ("measure", "concept", "product", "tool", "event_format")
COST_BANDS = ("up_to_25k", "up_to_5k", "up_to_100k", "", "over_100k")
CRITERIA = ("transferable", "innovative", "sustainable", "efficient")
LISTS = {
    "topics": ("topic", 1, 2),
    "target_groups": ("targetgroup", 1, 3),
    "audiences": ("audience", 1, 3),
    "states": ("federalstate", 1, 2),
}
"""List -> the vocabulary it draws from, and how many entries at least and at most."""
SECTIONS = {
    "plain_summary": 280,
    "need": 780,
    "solution": 840,
    "success": 750,
    "transfer": 750,
    "transfer_adaptable": 160,
    "transfer_fixed": 150,
    "transfer_statutory": 260,
    "lessons": 680,
}
"""Long texts of a full record and their usual number of characters."""
MAX_TITLE, MAX_BENEFIT, MAX_SUMMARY = 100, 200, 600

_PATTERNS = {
    "de": (
        "{Article} {noun} verbindet {adjective} Angebote mit dem Alltag im {other}.",
        "Seit {year} arbeiten {noun} und {other} in {place} zusammen.",
        "{number} Menschen haben {article} {noun} genutzt, die meisten über {other}.",
        "Wer {noun} sucht, findet in {place} {adjective} Wege.",
        "Ohne {noun} wäre {article2} {other} nicht möglich gewesen.",
        "Nach {number} Wochen übernimmt {article} {noun} die Aufgaben vor Ort.",
        "{Article} {noun} wird von Fachleuten geleitet und durch {other} ergänzt.",
        "{Adjective} Absprachen mit den Beteiligten halten {article} {noun} schlank.",
    ),
    "en": (
        "{Article} {noun} combines {adjective} offers with everyday work in the {other}.",
        "The {noun} and the {other} in {place} have worked together since {year}.",
        "{number} people have used {article} {noun}, most of them through the {other}.",
        "Anyone looking for {noun} will find {adjective} ways in {place}.",
        "Without {noun} there would have been no {other}.",
        "After {number} weeks {article} {noun} takes over on site.",
        "{Article} {noun} is led by experts and complemented by the {other}.",
        "{Adjective} agreements with everybody involved keep {article} {noun} lean.",
    ),
}
_TITLES = {
    "de": ("{noun} {place}", "{Adjective} {noun}", "{noun} im {other}", "{noun} und {other}"),
    "en": ("{Noun} {place}", "{Adjective} {noun}", "{Noun} for the {other}", "{Noun} and {other}"),
}


@dataclass(frozen=True)
class GeneratedExample:
    """One record: the columns of an ``Example``, and what belongs to it by name."""

    fields: dict[str, Any]
    network: str
    lists: dict[str, tuple[str, ...]]
    levels: dict[str, int]
    links: tuple[dict[str, Any], ...]


def record(number: int, seed: int = SEED) -> GeneratedExample:
    """Return the record ``number``, from 0."""
    chance = random.Random(f"{seed}:{number}")
    languages = chance.choices((("de", "en"), ("de",), ("en",)), (70, 20, 10))[0]
    is_full = chance.random() < 0.75  # noqa: PLR2004 - said above
    fields = {**_facts(chance, number, is_full=is_full), **_texts(chance, languages, seed, is_full=is_full)}
    vocabularies = names()
    return GeneratedExample(
        fields=fields,
        network=_drawn(chance, vocabularies["network"], 1)[0],
        lists={
            field: _drawn(chance, vocabularies[vocabulary], chance.randint(least, most))
            for field, (vocabulary, least, most) in LISTS.items()
        },
        levels={name: chance.choice((2, 3, 4, 4, 5)) for name in CRITERIA} if is_full else {},
        links=tuple(_link(chance, position) for position in range(1, chance.randint(1, 4))),
    )


def records(start: int, stop: int, seed: int = SEED) -> Iterator[GeneratedExample]:
    return (record(number, seed) for number in range(start, stop))


@lru_cache(maxsize=1)
def names() -> dict[str, lexicon.Zipf[str]]:
    """Return the short names of the vocabularies and networks that come with the project."""
    found: dict[str, list[str]] = {}
    for file in ("vocabularies.yaml", "networks.yaml"):
        content = (settings.BASE_DIR / "fixtures" / file).read_bytes()
        for entry in yaml.load(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if "slug" in entry["fields"]:
                found.setdefault(entry["model"].removeprefix("catalogue."), []).append(
                    entry["fields"]["slug"]
                )
    return {model: lexicon.Zipf(slugs) for model, slugs in found.items()}


def queries(number: int, seed: int = SEED) -> list[str]:
    """Return different searches as readers type them: words, compounds, beginnings, two words, phrases."""
    chance = random.Random(f"{seed}:queries")
    found: dict[str, None] = {}
    while len(found) < number:
        language = chance.choice(("de", "de", "en"))
        first, second = (noun.text for noun in lexicon.nouns()[language].draw(chance, 2))
        kind = chance.choice((first, first[:7].strip(), f"{first} {second}", chance.choice(lexicon.places())))
        found[f'"{kind}"' if " " in kind and chance.random() < 0.2 else kind] = None  # noqa: PLR2004
    return list(found)


# The facts --------------------------------------------------------------------------------------------------


def _facts(chance: random.Random, number: int, *, is_full: bool) -> dict[str, Any]:
    since = chance.randint(2011, 2024)
    month = LAST_MONTH - int(chance.expovariate(1 / 24)) if is_full else None
    return {
        "slug": f"example-{number:06}",
        "status": "published",
        "published_at": FIRST_DAY + datetime.timedelta(hours=number, minutes=chance.randint(0, 59)),
        "kind": chance.choices(KINDS, (8, 5, 3, 2, 2))[0],
        "is_nationwide": chance.random() < 0.1,  # noqa: PLR2004 - one in ten
        "organisation": f"{chance.choice(('Bildungswerk', 'Kammer', 'Verein', 'Landkreis'))} {_place(chance)}",
        "running_since": since,
        "running_until": since + chance.randint(1, 6) if chance.random() < 0.4 else None,  # noqa: PLR2004
        "staff_fte": Decimal(chance.randint(1, 40)) / 10 if is_full else None,
        "setup_weeks": chance.randint(1, 60) if is_full else None,
        "cost_band": chance.choices(COST_BANDS, (8, 6, 4, 2, 1))[0] if is_full else "",
        "status_of_information": month and datetime.date(month // 12, month % 12 + 1, 1),
    }


def _link(chance: random.Random, position: int) -> dict[str, Any]:
    name = _place(chance)
    return {
        "position": position,
        "purpose": "evidence" if position == 1 else "further",
        "url": f"https://example.org/{name.lower()}/{chance.randint(1, 9999)}",
        "title_de": f"Bericht aus {name}",
        "title_en": f"Report from {name}",
    }


def _drawn(chance: random.Random, names: lexicon.Zipf[str], number: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names.draw(chance, number)))


def _place(chance: random.Random) -> str:
    return chance.choice(lexicon.places())


# The texts --------------------------------------------------------------------------------------------------


def _texts(chance: random.Random, languages: tuple[str, ...], seed: int, *, is_full: bool) -> dict[str, str]:
    texts = {}
    for language in languages:
        sentences = _sentences(language, seed)
        texts[f"title_{language}"] = _filled(chance, _TITLES[language], language)[:MAX_TITLE]
        texts[f"benefit_{language}"] = _prose(chance, sentences, 110)[:MAX_BENEFIT]
        texts[f"summary_{language}"] = _prose(chance, sentences, 420 if is_full else 170)[:MAX_SUMMARY]
        for field, length in SECTIONS.items() if is_full else ():
            texts[f"{field}_{language}"] = _section(chance, sentences, length)
    return texts


def _section(chance: random.Random, sentences: list[str], length: int) -> str:
    """Return paragraphs with a list, as the long texts have them, and one place that is rare."""
    text = _prose(chance, sentences, round(length * chance.uniform(0.6, 1.3)))
    return f"{text}\n\n- {chance.choice(sentences)}\n- {_place(chance)} {chance.randint(2, 999)}"


def _prose(chance: random.Random, sentences: list[str], length: int) -> str:
    wanted = max(1, length // 75)
    return " ".join(chance.choices(sentences, k=wanted))


@lru_cache(maxsize=4)
def _sentences(language: str, seed: int) -> list[str]:
    """Make the sentences of a language once: drawing words for each record anew would take longer than storing it."""
    chance = random.Random(f"{seed}:{language}")
    return [_filled(chance, _PATTERNS[language], language) for _number in range(SENTENCES)]


def _filled(chance: random.Random, patterns: tuple[str, ...], language: str) -> str:
    noun, other = lexicon.nouns()[language].draw(chance, 2)
    adjective = chance.choice(lexicon.adjectives()[language])
    return chance.choice(patterns).format(
        noun=noun.text,
        Noun=_capital(noun.text),
        article=noun.article,
        Article=_capital(noun.article),
        other=other.text,
        article2=other.article,
        adjective=adjective,
        Adjective=_capital(adjective),
        place=_place(chance),
        year=chance.randint(2011, 2024),
        number=chance.randint(2, 900),
    )


def _capital(text: str) -> str:
    """Return ``text`` with a capital first letter and the others as they are."""
    return text[:1].upper() + text[1:]
