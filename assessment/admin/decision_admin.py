"""Where the board's pages hang in the administration: the entry among the tasks, what waits there, the addresses.

Django's own pages for decisions do not exist: decisions are made by ``workflow`` and never edited.
"""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from assessment import conflicts
from assessment.admin import decisions, meeting, publishing
from assessment.admin.members import View
from assessment.admin.own_pages import OwnPagesAdmin
from assessment.models import BoardSeat, Decision, Proposal, Status
from goodpractice.accounts.models import User
from goodpractice.admin import Waiting

NAME = "assessment_decision"
CALL_PAGES: list[tuple[str, View, str]] = [
    ("<slug:slug>/", meeting.meeting_detail, "meeting"),
    ("<slug:slug>/presence/", meeting.meeting_presence, "presence"),
    ("<slug:slug>/minutes.pdf", meeting.minutes_pdf, "minutes_pdf"),
    ("<slug:slug>/minutes.csv", meeting.minutes_csv, "minutes_csv"),
    ("<slug:slug>/agreement/", meeting.meeting_agreement, "agreement"),
    ("<slug:slug>/announcement/", decisions.call_announcement, "announcement"),
]
PROPOSAL_PAGES: list[tuple[str, View, str]] = [
    ("<str:reference>/discussed/", decisions.proposal_discussed, "discussed"),
    ("<str:reference>/decide/", decisions.proposal_decide, "decide"),
    ("<str:reference>/confirm/", decisions.proposal_confirm, "confirm"),
    ("<str:reference>/mails/", decisions.proposal_mails, "mails"),
    ("<str:reference>/publish/", publishing.proposal_publish, "publish"),
    ("<str:reference>/embargo/", publishing.proposal_embargo, "embargo"),
    ("<str:reference>/hold/", publishing.proposal_hold, "hold"),
    ("<str:reference>/carry-over/", publishing.proposal_carry_over, "carry_over"),
    ("<str:reference>/unpublish/", publishing.proposal_unpublish, "unpublish"),
    ("<str:reference>/republish/", publishing.proposal_republish, "republish"),
]


@admin.register(Decision)
class DecisionAdmin(OwnPagesAdmin):
    rank = 30
    label = _("Board meetings")

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, View, str]] = [
            ("", meeting.call_list, "changelist"),
            *CALL_PAGES,
            *PROPOSAL_PAGES,
        ]
        return [path(route, meeting.guarded(view), name=f"{NAME}_{name}") for route, view, name in pages]

    def waiting(self, request: HttpRequest) -> list[Waiting]:
        """Count what waits in calls where the person holds no seat, and is in no conflict: a count tells as well."""
        user: Any = request.user
        found = _countable(user)
        to_confirm = sum(one.confirms for one in found)
        to_announce = sum(one.is_unannounced for one in found)
        to_publish = sum(
            one.status == Status.APPROVED and not one.is_unannounced and one.released_at is None
            for one in found
        )
        confirm = ngettext("decision to confirm", "decisions to confirm", to_confirm)
        announce = ngettext("outcome to announce", "outcomes to announce", to_announce)
        publish = ngettext("example to publish", "examples to publish", to_publish)
        return [
            Waiting(to_confirm, confirm, self.list_url()),
            Waiting(to_announce, announce, self.list_url()),
            Waiting(to_publish, publish, self.list_url()),
        ]


def _countable(user: User) -> list[Any]:
    """Return the decided proposals and those to confirm, without what ``user`` may not know."""
    decisions_of = Decision.objects.filter(proposal=OuterRef("pk"))
    proposed = decisions_of.filter(decided_at=None, dismissed_at=None).exclude(proposed_by=user)
    unannounced = decisions_of.filter(decided_at__isnull=False, announced_at=None).exclude(
        superseded_by__decided_at__isnull=False
    )
    seats = BoardSeat.objects.filter(call=OuterRef("call"), user=user, ended_at=None)
    proposals: QuerySet[Any] = Proposal.objects.judged().exclude(Exists(seats))
    found = list(
        proposals.exclude(status__in=[Status.PUBLISHED, Status.UNPUBLISHED, Status.IN_REVIEW]).annotate(
            confirms=Exists(proposed), is_unannounced=Exists(unannounced)
        )
    )
    grounds = conflicts.grounds_by_proposal(user, found)
    return [one for one in found if not grounds[one.pk]]
