"""Mails for the office: what went out, what waits, what failed. Their words are shown in the demonstration only."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from procrastinate.contrib.django.models import ProcrastinateJob

from goodpractice.admin import OfficeAdmin, Task, Waiting
from goodpractice.outbox import delivery, markup
from goodpractice.outbox.kinds import in_words
from goodpractice.outbox.models import Mail

# Jobs hold nothing that the office could decide, and that page is not in the look of this site.
admin.site.unregister(ProcrastinateJob)

ERROR_LENGTH = 120


class StateFilter(admin.SimpleListFilter):
    title, parameter_name = _("state"), "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Mail.State.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(state=self.value()) if self.value() in Mail.State.values else queryset


class KindFilter(admin.SimpleListFilter):
    title, parameter_name = _("kind"), "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        kinds = Mail.objects.order_by("kind").values_list("kind", flat=True).distinct()
        return sorted(((kind, in_words(kind)) for kind in kinds), key=lambda choice: choice[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Mail)
class MailAdmin(OfficeAdmin):
    """Nothing is written here; a mail that failed can be sent again."""

    task = Task.MESSAGES
    rank = 60
    label = _("Mails")
    list_display = ["subject", "state_in_words", "kind_in_words", "receiver", "age", "attempts", "error"]
    list_filter = [StateFilter, KindFilter]
    search_fields = ["receiver", "subject"]
    search_help_text = _("Address of the receiver, or subject.")
    sortable_by = []
    ordering = ["-created_at", "-id"]
    actions = ["send_again"]

    def waiting(self, request: HttpRequest) -> list[Waiting]:
        count = Mail.objects.failed().count()
        return [Waiting(count, pgettext_lazy("mails", "failed"), self.list_url("?state=failed"))]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        words: list[Any] = [(_("Text"), {"fields": ["words"]})] if settings.DEMO else []
        return [
            (None, {"fields": ["subject", "receiver", "reply_to", "kind_in_words", "language"]}),
            (_("State"), {"fields": ["state_in_words", "attempts", "last_error"]}),
            (_("Dates"), {"fields": ["created_at", "due_at", "sent_at", "message_id"]}),
            *words,
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for _title, options in self.get_fieldsets(request, obj) for name in options["fields"]]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow the action to those who may change mails, and the page of a mail to be read only."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("state"))
    def state_in_words(self, mail: Mail) -> str:
        return str(Mail.State(mail.state).label)

    @admin.display(description=_("kind"))
    def kind_in_words(self, mail: Mail) -> str:
        return in_words(mail.kind)

    @admin.display(description=_("age"))
    def age(self, mail: Mail) -> str:
        return timesince(mail.created_at, timezone.now(), depth=1)

    @admin.display(description=_("error"), empty_value="–")
    def error(self, mail: Mail) -> str:
        text: str = mail.last_error
        return f"{text[:ERROR_LENGTH]} …" if len(text) > ERROR_LENGTH else text

    @admin.display(description=_("text"))
    def words(self, mail: Mail) -> str:
        return markup.paragraphs(mail.text)

    @admin.action(description=_("Send again"), permissions=["change"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Mail]) -> None:
        done = sum(self._try_again(request, mail) for mail in queryset)
        if done:
            text = ngettext(
                "%(count)d mail is on its way again.", "%(count)d mails are on their way again.", done
            )
            self.message_user(request, text % {"count": done}, messages.SUCCESS)

    def _try_again(self, request: HttpRequest, mail: Mail) -> bool:
        try:
            delivery.send_again(mail)
        except delivery.SendingNotAllowed:
            text = _("Not possible: “%(subject)s”. It did not fail, or its text has been forgotten.")
            self.message_user(request, text % {"subject": mail.subject}, messages.WARNING)
            return False
        return True
