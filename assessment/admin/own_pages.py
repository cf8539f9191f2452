"""What entries of the administration share whose pages are all our own: Django's pages for the records do not exist."""

from functools import update_wrapper
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from assessment.permissions import has_seat, is_office
from goodpractice.accounts.models import User
from goodpractice.admin import OfficeAdmin, Task


class OwnPagesAdmin(OfficeAdmin):
    """An entry for the office; ``get_urls`` names the pages, and nothing is added, changed or deleted beside them."""

    task = Task.PROPOSALS

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_office(request.user)  # type: ignore[arg-type]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_office(request.user)  # type: ignore[arg-type]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def office_only(self, view: Any) -> Any:
        """Let visitors sign in, as everywhere; for others who are not of the office there is nothing here."""
        guarded = self.admin_site.admin_view(view)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not is_office(request.user):
                raise Http404
            return guarded(request, *args, **kwargs)  # type: ignore[no-any-return]

        return update_wrapper(inner, guarded)


def holds_seat(request: HttpRequest) -> bool:
    """Ask once a request: every page of the administration names its entries several times."""
    if not hasattr(request, "_has_seat"):
        note_seat(request, has_seat(request.user))  # type: ignore[arg-type]
    return bool(request._has_seat)  # type: ignore[attr-defined]  # noqa: SLF001


def note_seat(request: HttpRequest, holds_one: bool) -> None:
    """Keep for the rest of the request whether the person has a seat: a page that found it need not ask again."""
    request._has_seat = holds_one  # type: ignore[attr-defined]  # noqa: SLF001


def user_of(request: HttpRequest) -> User:
    """Return who asks; the guards of these pages let in nobody who has not signed in."""
    if not isinstance(request.user, User):
        raise TypeError("the page was reached without signing in")
    return request.user
