"""Show what was found."""

from django import template
from django.utils.safestring import SafeString

from catalogue.models.text import LocalText
from catalogue.search import highlight
from catalogue.templatetags.catalogue import in_its_language

register = template.Library()


@register.filter
def found(text: object, query: str) -> SafeString:
    """Show a text with the words of ``query`` marked, in its own language."""
    html = highlight(text if isinstance(text, LocalText) else str(text), query)
    return in_its_language(text, html, "span")
