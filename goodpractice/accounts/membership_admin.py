"""Memberships for the office: an inbox of claims, confirmed or refused in bulk."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from goodpractice.accounts import memberships
from goodpractice.accounts.memberships import MembershipNotAllowed
from goodpractice.accounts.models import Membership
from goodpractice.admin import OfficeAdmin, Task, Waiting, yes_no


class ConfirmedFilter(admin.SimpleListFilter):
    title, parameter_name = _("confirmed"), "confirmed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("No")), ("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() in {"no", "yes"}:
            return queryset.filter(confirmed_at__isnull=self.value() == "no")
        return queryset


@admin.register(Membership)
class MembershipAdmin(OfficeAdmin):
    """What was claimed cannot be rewritten here; a claim is confirmed or refused, a membership ended."""

    task = Task.PEOPLE
    rank = 20
    label = _("Memberships")
    list_display = ["person", "address", "organisation", "network", "since", "until", "confirmed"]
    list_display_links = ["person"]
    list_filter = [ConfirmedFilter]
    list_select_related = ["user", "network", "confirmed_by"]
    search_fields = ["user__name", "user__email", "network__name"]
    search_help_text = _("Name, e-mail address or network.")
    sortable_by = []
    ordering = ["claimed_at"]
    actions = ["confirm", "refuse"]
    fields = ["user", "network", "since", "until", "claimed_at", "confirmed_at", "confirmed_by"]

    def waiting(self, request: HttpRequest) -> list[Waiting]:
        count = Membership.objects.unconfirmed().count()
        return [Waiting(count, _("to confirm"), self.list_url("?confirmed=no"))]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in self.fields if name != "until" or obj is None or not obj.is_confirmed]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("person"))
    def person(self, membership: Membership) -> str:
        return str(membership.user)

    @admin.display(description=_("e-mail address"))
    def address(self, membership: Membership) -> str:
        return membership.user.email

    @admin.display(description=_("organisation"))
    def organisation(self, membership: Membership) -> str:
        return membership.user.organisation

    @admin.display(description=_("confirmed"))
    def confirmed(self, membership: Membership) -> str:
        return yes_no(membership.is_confirmed)

    @admin.action(description=_("Confirm memberships"), permissions=["change"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        done = [one for one in queryset if self._try(request, memberships.confirm, one)]
        text = ngettext(
            "%(count)d membership was confirmed.", "%(count)d memberships were confirmed.", len(done)
        )
        self._report(request, text, len(done))

    @admin.action(description=_("Refuse memberships"), permissions=["change"])
    def refuse(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        done = [one for one in queryset if self._try(request, memberships.refuse, one)]
        text = ngettext("%(count)d membership was refused.", "%(count)d memberships were refused.", len(done))
        self._report(request, text, len(done))

    def _try(self, request: HttpRequest, step: Any, membership: Membership) -> bool:
        try:
            step(membership, by=request.user)
        except MembershipNotAllowed:
            text = _("Not possible: %(membership)s. It is confirmed already, or your own.")
            self.message_user(request, text % {"membership": membership}, messages.WARNING)
            return False
        return True

    def _report(self, request: HttpRequest, text: str, count: int) -> None:
        if count:
            self.message_user(request, text % {"count": count}, messages.SUCCESS)
