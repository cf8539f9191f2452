"""The words that made-up examples are written with: German compounds built from parts, English noun phrases.

Words come with the frequencies of real text (Zipf and Mandelbrot: the r-th word is used in proportion to
1 / (r + 20), so the first is in seven of ten full records, the thousandth in one of forty); places that hardly
anybody else mentions make the long tail.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, product
from typing import Generic, TypeVar

T = TypeVar("T")
SHIFT = 20

_FIRST = """
    Anerkennungs Anpassungs Ausbildungs Arbeits Aufenthalts Begleit Beratungs Berufs Betriebs Bewerbungs Bezirks
    Bildungs Brücken Bürger Chancen Dialog Digital Einarbeitungs Einstiegs Einwanderungs Eltern Fach Fachkräfte
    Familien Förder Fortbildungs Frauen Führungs Gesundheits Gleichstellungs Gründungs Handwerks Hochschul
    Informations Integrations Jugend Karriere Kommunal Kompetenz Kooperations Landes Lehr Leitungs Lern Lotsen
    Medien Mentoring Migrations Mitarbeiter Nachbarschafts Netzwerk Orientierungs Patenschafts Personal Pflege
    Praxis Prüfungs Qualifizierungs Qualitäts Rechts Regional Sach Schul Selbsthilfe Sozial Sprach Stadtteil
    Steuerungs Studien Tandem Team Technik Teilhabe Transfer Übergangs Unternehmens Verbund Vereins Vermittlungs
    Verwaltungs Vielfalts Vorbereitungs Weiterbildungs Werkstatt Willkommens Wirtschafts Wissens Zeugnis Zukunfts
    Zuwanderungs
"""
_LAST = """
    die:beratung die:begleitung die:werkstatt die:stelle die:gruppe die:börse die:agentur die:akademie
    die:konferenz die:mappe die:sprechstunde die:reihe die:schulung die:prüfung die:brücke die:plattform
    die:förderung die:strategie die:vereinbarung die:karte die:hilfe die:partnerschaft die:woche die:messe
    das:netzwerk das:projekt das:programm das:handbuch das:zentrum das:büro das:forum das:modul das:seminar
    das:verfahren das:angebot das:gespräch das:portal das:team das:konzept das:treffen das:training das:tandem
    der:kurs der:leitfaden der:lotse der:kreis der:tag der:dienst der:rat der:fonds der:plan der:baukasten
    der:lehrgang der:austausch der:verbund der:standard der:wegweiser der:prozess der:bericht der:arbeitskreis
"""
_SIMPLE = """
    die:Beratung das:Netzwerk die:Sprache die:Pflege der:Betrieb die:Anerkennung die:Qualifizierung das:Jobcenter
    der:Antrag die:Verwaltung das:Unternehmen die:Kammer der:Verein die:Schule die:Hochschule der:Landkreis
    die:Fachkraft das:Zeugnis der:Beruf die:Prüfung das:Handwerk die:Gründung die:Familie das:Gespräch
"""
_MODIFIERS = """
    recognition adaptation training labour residence guidance counselling vocational company application district
    education bridging citizen opportunity dialogue digital induction entry immigration parents expert workforce
    family funding women leadership health equality start-up trades university information integration youth career
    municipal competence cooperation state teaching learning media mentoring migration staff neighbourhood network
    orientation sponsorship personnel nursing practice examination qualification quality legal regional school
    self-help social language community steering study tandem team technical participation transfer transition
    business alliance association placement administration diversity preparation continuing workshop welcome
    economic knowledge certificate future
"""
_HEADS = """
    advice guidance workshop office group exchange agency academy conference folder clinic series course exam
    bridge platform funding strategy agreement card support partnership week fair network project programme
    handbook centre forum module seminar procedure service interview portal concept meeting tandem guide circle
    council fund plan toolkit alliance standard process report
"""
_ADJECTIVES_DE = """
    gemeinsame regionale offene kurze feste freiwillige mehrsprachige persönliche digitale wöchentliche kostenlose
    verlässliche einfache praktische betriebliche kommunale
"""
_ADJECTIVES_EN = """
    joint regional open short fixed voluntary multilingual personal digital weekly free reliable simple practical
    in-house municipal
"""
_PLACE_STARTS = """
    Neu Alt Ober Unter Nieder Groß Klein Wald Berg Linden Buchen Eichen Rosen Stein Sonnen Mühl Kirch Markt Burg
    Linden Hirsch Adler Erlen Birken Weiden Tannen Königs Grafen Fürsten Mönchs Brunn Quell See Ufer Hafen Heide
    Moor Feld Garten Reben
"""
_PLACE_ENDS = """
    stadt berg hausen dorf heim feld furt brück bach au rode walde born stein burg kirchen hagen leben itz ow
    münde weiler ingen tal horst beck lar kamp siel sund
"""


@dataclass(frozen=True)
class Noun:
    """A German noun with its article, or an English noun phrase."""

    article: str
    text: str


class Zipf(Generic[T]):
    """Things of which the r-th is drawn in proportion to 1 / (r + ``shift``)."""

    def __init__(self, things: Sequence[T], shift: int = 0) -> None:
        self.things = things
        self._weights = list(accumulate(1 / (rank + shift) for rank in range(1, len(things) + 1)))

    def draw(self, chance: random.Random, number: int) -> list[T]:
        return chance.choices(self.things, cum_weights=self._weights, k=number)


def _german_nouns() -> list[Noun]:
    compounds = [
        Noun(article, first + last)
        for first, (article, last) in product(_FIRST.split(), (part.split(":") for part in _LAST.split()))
    ]
    random.Random("order of the German compounds").shuffle(compounds)
    return [*(Noun(*part.split(":")) for part in _SIMPLE.split()), *compounds]


def _english_nouns() -> list[Noun]:
    phrases = [Noun("the", f"{first} {last}") for first, last in product(_MODIFIERS.split(), _HEADS.split())]
    random.Random("order of the English phrases").shuffle(phrases)
    return phrases


@lru_cache(maxsize=1)
def nouns() -> dict[str, Zipf[Noun]]:
    """Return the nouns of each language, the most frequent first."""
    return {"de": Zipf(_german_nouns(), SHIFT), "en": Zipf(_english_nouns(), SHIFT)}


@lru_cache(maxsize=1)
def adjectives() -> dict[str, list[str]]:
    return {"de": _ADJECTIVES_DE.split(), "en": _ADJECTIVES_EN.split()}


@lru_cache(maxsize=1)
def places() -> list[str]:
    """Return the names of places, which are the same in both languages."""
    return [start + end for start, end in product(dict.fromkeys(_PLACE_STARTS.split()), _PLACE_ENDS.split())]
