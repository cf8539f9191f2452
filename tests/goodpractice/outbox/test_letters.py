"""One template makes subject, text and HTML; they say the same, in the language of the receiver."""

import html5lib
import pytest
from django.template import TemplateDoesNotExist
from django.utils.translation import get_language, override

from goodpractice.accounts.models import User
from goodpractice.outbox import letters, markup
from goodpractice.outbox.models import Mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def kim():
    return User(email="kim@example.org", name="Kim <b>Muster</b>", language="en")


def words(html):
    """Return the visible words of a page's body."""
    body = html5lib.parse(html, namespaceHTMLElements=False).find("body")
    return " ".join("".join(body.itertext()).split())


def test_letter_is_in_the_language_of_the_receiver(kim):
    with override("de"):
        letters.send("membership_confirmed", kim, {"network": "Netz & Werk"})
        language_after = get_language()

    mail = Mail.objects.get()
    assert (mail.kind, mail.receiver, mail.language, mail.is_secret, mail.reply_to) == (
        "membership_confirmed",
        "kim@example.org",
        "en",
        False,
        "",
    )
    assert mail.subject == "Your membership was confirmed"
    assert mail.text.split("\n\n") == [
        "Hello Kim <b>Muster</b>,",
        "your membership in the network “Netz & Werk” was confirmed.",
        "This mail was sent by the catalogue of Good Practice examples of the Network IQ.\n",
    ]
    assert language_after == "de"


def test_html_says_what_the_text_says_and_in_which_language(kim):
    letters.send("membership_refused", kim, {"network": "<script>alert(1)</script>"})

    mail = Mail.objects.get()
    page = html5lib.parse(mail.html, namespaceHTMLElements=False)
    assert words(mail.html) == " ".join(["IQ Good Practice", mail.subject, *mail.text.split()])
    assert (page.get("lang"), page.findtext("head/title")) == ("en", mail.subject)
    assert page.findall(".//script") == []


def test_heading_does_not_repeat_the_sender():
    page = html5lib.parse(
        markup.page("IQ Good Practice: Your code", "Text", language="en"), namespaceHTMLElements=False
    )

    assert (page.findtext(".//h1"), page.findtext("head/title")) == (
        "Your code",
        "IQ Good Practice: Your code",
    )


@pytest.mark.parametrize(
    ("active", "given", "found"), [("de", "", "de"), ("en", "", "en"), ("de", "en", "en"), (None, "", "de")]
)
def test_letter_to_an_address_takes_the_language_given_or_active(active, given, found):
    with override(active):
        letters.send("membership_confirmed", "kim@example.org", {"network": "Netz"}, language=given)

    mail = Mail.objects.get()
    assert mail.language == found
    assert mail.text.startswith({"de": "Guten Tag,", "en": "Hello,"}[found])


def test_letter_may_hold_a_secret_and_an_address_to_answer_to(kim):
    letters.send("membership_confirmed", kim, {}, reply_to="office@example.org", is_secret=True)

    mail = Mail.objects.get()
    assert (mail.is_secret, mail.reply_to) == (True, "office@example.org")


def test_letter_without_a_template_is_an_error(kim):
    with pytest.raises(TemplateDoesNotExist, match=r"mail/nothing\.txt"):
        letters.send("nothing", kim)

    assert Mail.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One.\nTwo.", "<p>One.<br>\nTwo.</p>"),
        ("One.\n \n\n\nTwo.", "<p>One.</p>\n<p>Two.</p>"),
        ("- one\n- two", "<ul><li>one</li><li>two</li></ul>"),
        ("- one\ntwo", "<p>- one<br>\ntwo</p>"),
        ("ABC-123", '<p class="code">ABC-123</p>'),
        ("ABCDEFGHIJKLMNOPQ", "<p>ABCDEFGHIJKLMNOPQ</p>"),
        ("<a> & b", "<p>&lt;a&gt; &amp; b</p>"),
        ('"&amp;', "<p>&quot;&amp;amp;</p>"),
        ("", ""),
    ],
    ids=["lines", "paragraphs", "list", "no list", "code", "no code", "signs", "escaped", "nothing"],
)
def test_paragraphs_make(text, html):
    assert markup.paragraphs(text) == html


@pytest.mark.parametrize(
    ("line", "address", "rest"),
    [
        ("See https://example.org/de/?a=1&b=2.", "https://example.org/de/?a=1&amp;b=2", "."),
        ("(http://example.org/x)", "http://example.org/x", ")"),
        ('http://example.org/"><script>', "http://example.org/", "&quot;&gt;&lt;script&gt;"),
        ("https://example.org/ä-ö, and", "https://example.org/ä-ö", ", and"),
    ],
    ids=["query and dot", "brackets", "hostile", "umlauts"],
)
def test_web_addresses_become_links(line, address, rest):
    assert markup.paragraphs(line).endswith(f'<a href="{address}">{address}</a>{rest}</p>')


@pytest.mark.parametrize("line", ["javascript:alert(1)", "www.example.org", "kim@example.org", "https://"])
def test_other_words_do_not_become_links(line):
    assert markup.paragraphs(line) == f"<p>{line}</p>"
