"""Every kind of public page, with an address of the small catalogue, in each state that looks different."""

from django.urls import reverse
from django.utils.translation import override

from tests.browser.catalogue import (
    BARE,
    BARE_NETWORK,
    COMPLETE,
    COMPLETE_NETWORK,
    GERMAN_ONLY,
    RELAYED_CONTACT,
    WITHDRAWN,
)

OWN_TEXT = [
    "criteria",
    "about",
    "imprint",
    "privacy",
    "accessibility",
    "plain_language",
    "sign_language",
    "search_help",
    "data",
]
"""Pages whose body is a template of its own for each language."""
_PAGES = {
    "home": ("home", [], ""),
    "list": ("example_list", [], ""),
    "list_narrowed": ("example_list", [], "?q=pflege&kind=measure&topic=recognition"),
    "list_empty": ("example_list", [], "?state=bayern&target_group=refugees"),
    "list_misread": ("example_list", [], "?topic=unheard-of&kind=concept"),
    "example": ("example_detail", [COMPLETE], ""),
    "example_german_only": ("example_detail", [GERMAN_ONLY], ""),
    "example_bare": ("example_detail", [BARE], ""),
    "shortlist_empty": ("shortlist", [], ""),
    "shortlist": ("shortlist", [], f"?example={COMPLETE}&example={GERMAN_ONLY}&q=pflege"),
    "compare": ("compare", [], f"?example={COMPLETE}&example={GERMAN_ONLY}&example={BARE}"),
    "networks": ("network_list", [], ""),
    "networks_narrowed": ("network_list", [], "?state=sachsen-anhalt"),
    "network": ("network_detail", [COMPLETE_NETWORK], ""),
    "network_bare": ("network_detail", [BARE_NETWORK], ""),
    **{name: (name, [], "") for name in OWN_TEXT},
    "feedback": ("feedback_create", [], "?page=/de/"),
    "feedback_thanks": ("feedback_thanks", [], "?page=/de/"),
    "contact_message": ("contact_message", [RELAYED_CONTACT], ""),
    "gone": ("example_detail", [WITHDRAWN], ""),
    "not_found": ("example_detail", ["recognition-guide"], ""),
    "bad_request": ("home", [], "?" + 2001 * "&"),
}
STATUS = {"gone": 410, "not_found": 404, "bad_request": 400}
"""Of the pages that are not answered with 200."""
WITH_FORM = {"feedback", "contact_message"}
"""The only pages that set a cookie: the one against forged messages."""
NAMES = list(_PAGES)


def address(language, page):
    name, args, query = _PAGES[page]
    with override(language):
        return reverse(f"catalogue:{name}", args=args) + query
