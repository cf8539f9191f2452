import pytest

from catalogue.models.text import LocalText
from catalogue.templatetags.catalogue import truncated, with_language


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("just enough", "just enough"),
        ("two\n\nparts", "two parts"),
        ("more than enough", "more than…"),
        ("Berufsanerkennung", "Berufsaner…"),
    ],
    ids=["fits", "paragraphs", "too long", "one long word"],
)
def test_truncated_ends_at_a_word(text, shown):
    assert truncated(text, 11) == shown


def test_truncated_keeps_the_language():
    short = truncated(LocalText("Beratung im Betrieb", "de", is_fallback=True), 12)

    assert (short, short.lang, short.is_fallback) == ("Beratung im…", "de", True)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (LocalText("Advice", "en"), "Advice"),
        (LocalText("Beratung", "de", is_fallback=True), "Beratung (in German)"),
        (LocalText("", "en"), ""),
    ],
    ids=["of the page", "other", "empty"],
)
def test_with_language_names_the_other_language(text, shown, settings):
    settings.LANGUAGE_CODE = "en"

    assert with_language(text) == shown
