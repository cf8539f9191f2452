"""What a word is, for index, search and highlighting alike: its letters, its spellings, its stems.

PostgreSQL's parser is fed with words that are cut and folded here, so that "Migrant:innen", "und/oder" or
"IQ-Netzwerk" come out the same on both sides and the server's locale does not matter.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import snowballstemmer

WORD = re.compile(r"[^\W_]+")
_SOFT_HYPHEN = "\N{SOFT HYPHEN}"
_BARE = str.maketrans({"ä": "a", "ö": "o", "ü": "u"})
_LONG = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})

# The stop words of PostgreSQL's configurations "german" and "english" (Snowball project, BSD licence),
# which give no lexeme.
_GERMAN_STOP_WORDS = """
    aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes anderm
    andern anderr anders auch auf aus bei bin bis bist da damit dann das dass dasselbe dazu dein deine deinem
    deinen deiner deines dem demselben den denn denselben der derer derselbe derselben des desselben dessen
    dich die dies diese dieselbe dieselben diesem diesen dieser dieses dir doch dort du durch ein eine einem
    einen einer eines einig einige einigem einigen einiger einiges einmal er es etwas euch euer eure eurem
    euren eurer eures für gegen gewesen hab habe haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr
    ihre ihrem ihren ihrer ihres im in indem ins ist jede jedem jeden jeder jedes jene jenem jenen jener jenes
    jetzt kann kein keine keinem keinen keiner keines können könnte machen man manche manchem manchen mancher
    manches mein meine meinem meinen meiner meines mich mir mit muss musste nach nicht nichts noch nun nur ob
    oder ohne sehr sein seine seinem seinen seiner seines selbst sich sie sind so solche solchem solchen
    solcher solches soll sollte sondern sonst um und uns unse unsem unsen unser unses unter viel vom von vor
    war waren warst was weg weil weiter welche welchem welchen welcher welches wenn werde werden wie wieder
    will wir wird wirst wo wollen wollte während würde würden zu zum zur zwar zwischen über
"""
_ENGLISH_STOP_WORDS = """
    a about above after again against all am an and any are as at be because been before being below between
    both but by can did do does doing don down during each few for from further had has have having he her
    here hers herself him himself his how i if in into is it its itself just me more most my myself no nor not
    now of off on once only or other our ours ourselves out over own s same she should so some such t than
    that the their theirs them themselves then there these they this those through to too under until up very
    was we were what when where which while who whom why will with you your yours yourself yourselves
"""
STOP_WORDS = frozenset(_GERMAN_STOP_WORDS.split()) | frozenset(_ENGLISH_STOP_WORDS.split())

_stemmers = (snowballstemmer.stemmer("german"), snowballstemmer.stemmer("english"))
_stemmers_in_use = threading.Lock()


def fold(text: str) -> str:
    """Return ``text`` in small letters, composed, with ß as ss: what is compared and indexed."""
    return unicodedata.normalize("NFC", text).replace(_SOFT_HYPHEN, "").casefold()


def words(text: str) -> list[str]:
    """Return the folded words of ``text`` in their order."""
    return WORD.findall(fold(text))


def bare(word: str) -> str:
    """Write a folded word without its umlauts' dots: Forderung."""
    return word.translate(_BARE)


def long(word: str) -> str:
    """Write a folded word's umlauts with two letters: Foerderung."""
    return word.translate(_LONG)


@lru_cache(maxsize=20_000)
def respelled(word: str) -> tuple[str, ...]:
    """Return the other spellings of a folded word."""
    return () if word.isascii() else tuple(sorted({bare(word), long(word)} - {word}))


def spellings(words: Iterable[str]) -> set[str]:
    """Return the folded words with their other spellings."""
    return {spelling for word in words for spelling in (word, *respelled(word))}


@lru_cache(maxsize=20_000)
def stems(word: str) -> frozenset[str]:
    """Return the German and English stems of a folded word; words that share one count as the same."""
    with _stemmers_in_use:
        return frozenset(
            stemmer.stemWord(spelling) for stemmer in _stemmers for spelling in (word, bare(word))
        )
