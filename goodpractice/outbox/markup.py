"""From the text of a mail to HTML that says the same: paragraphs, lists, links and codes, nothing else."""

import re

from django.template.loader import render_to_string
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}’”“]")
CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
LONGEST_CODE = 16
BULLET = "- "
SENDER = "IQ Good Practice"


def page(subject: str, text: str, *, language: str) -> str:
    """Return the text as a whole HTML mail in the look of the site."""
    context = {
        "subject": subject,
        "sender": SENDER,
        "heading": subject.removeprefix(f"{SENDER}: "),
        "body": paragraphs(text),
        "language": language,
    }
    return render_to_string("mail/frame.html", context)


def paragraphs(text: str) -> SafeString:
    """Return the text as HTML. A paragraph whose lines all begin with ``- `` is a list, a lone code stands out."""
    blocks = re.split(r"\n\s*\n", text.strip())
    return format_html_join("\n", "{}", ([_block(block.strip())] for block in blocks if block.strip()))


def _block(block: str) -> SafeString:
    lines = [line.rstrip() for line in block.splitlines()]
    if all(line.startswith(BULLET) for line in lines):
        items = ([_linked(line.removeprefix(BULLET))] for line in lines)
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", items))
    if len(block) <= LONGEST_CODE and CODE.fullmatch(block):
        return format_html('<p class="code">{}</p>', block)
    inner = format_html_join(mark_safe("<br>\n"), "{}", ([_linked(line)] for line in lines))
    return format_html("<p>{}</p>", inner)


def _linked(line: str) -> SafeString:
    """Escape the line; web addresses in it become links."""
    parts, end = [], 0
    for found in ADDRESS.finditer(line):
        address = found.group()
        parts += [escape(line[end : found.start()]), format_html('<a href="{}">{}</a>', address, address)]
        end = found.end()
    return format_html_join("", "{}", ([part] for part in [*parts, escape(line[end:])]))
