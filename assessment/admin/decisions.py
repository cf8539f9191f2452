"""Deciding on one proposal and telling the outcomes: small pages around what ``workflow`` does.

For the office alone, and only where it sees the figures: whoever has a conflict of interest, or holds a seat and has
not judged the proposal, finds nothing here.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from assessment import notifications, workflow
from assessment.admin.decision_forms import (
    CHANGED,
    AnnouncementForm,
    AnswerForm,
    DecisionForm,
    DiscussedForm,
    SeenForm,
)
from assessment.admin.meeting import address_of, described, office_meeting, page, sent
from assessment.admin.own_pages import user_of
from assessment.figures import lacking
from assessment.meeting import Row, row_or_404
from assessment.models import Decision, Status
from assessment.permissions import Sight, is_office

NO_QUORUM = _("The board has no quorum for this proposal, so it cannot decide:")
OWN_CONFLICT = _(
    "You, or who proposed the decision, have a conflict of interest. Somebody else has to decide."
)
DEPARTS_BY_NOW = _(
    "A member has scored again since, and the decision departs from what the rule recommends by now. "
    "Disagree, and propose it again with the reason for departing."
)
SPLIT_SINCE = _(
    "A member has scored again since, and now the board is split. It has to talk about the proposal first."
)
WAITING = _("A decision is proposed already. It has to be confirmed or taken back first.")


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_discussed(request: HttpRequest, reference: str) -> HttpResponse:
    row = find_row(request, reference)
    form = DiscussedForm(row, sent(request))
    if form.is_valid() and _apply(
        form,
        lambda: workflow.note_discussed(
            row.proposal, by=user_of(request), reason=form.cleaned_data["reason"]
        ),
    ):
        messages.success(request, _("Noted: the board has talked about it. It can be decided now."))
        return to_row(row)
    if row.proposal.status != Status.DISCUSSION and not form.is_bound:
        return refuse(request, row)
    return row_page(request, row, "discussed", _("The board has talked about it"), form)


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_decide(request: HttpRequest, reference: str) -> HttpResponse:
    """Propose a decision; what is refused keeps all that was typed."""
    row = find_row(request, reference)
    form = DecisionForm(row, sent(request))
    if form.is_valid() and _propose(request, row, form):
        messages.success(request, _("Proposed. A second person has to confirm it; nothing has changed yet."))
        return to_row(row)
    if not form.is_bound and not may_be_decided(row):
        return refuse(request, row)
    return row_page(request, row, "decide", _("Propose a decision"), form)


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_confirm(request: HttpRequest, reference: str) -> HttpResponse:
    """Show all of a proposed decision to the second person, who confirms or disagrees."""
    row = find_row(request, reference)
    form = AnswerForm(row, sent(request))
    if form.is_valid() and _answer(request, row, form):
        return to_row(row)
    if row.proposed is None:
        return refuse(request, row)
    return row_page(request, row, "confirm", _("Proposed decision"), form)


@require_http_methods(["GET", "HEAD", "POST"])
def call_announcement(request: HttpRequest, slug: str) -> HttpResponse:
    """Announce outcomes in bulk: ticked, and their number typed."""
    meeting = office_meeting(request, slug)
    decisions = meeting.to_announce
    form = AnnouncementForm(decisions, sent(request))
    if form.is_valid():
        count = workflow.announce(form.cleaned_data["decisions"], by=meeting.user)
        text = ngettext("%(count)d outcome was announced.", "%(count)d outcomes were announced.", count)
        messages.success(request, text % {"count": count})
        return redirect(address_of(meeting.call))
    context = {
        "title": str(meeting.call),
        "subtitle": _("Announce outcomes"),
        "form": form,
        "decisions": decisions,
        "withheld": meeting.withheld,
    }
    return page(request, meeting.call, "announce", context)


@require_safe
def proposal_mails(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the mails that an announcement would send."""
    row = find_row(request, reference)
    if row.decision is None:
        raise Http404
    mails = notifications.preview_announced(row.decision)
    context = {"title": str(row.proposal), "subtitle": _("Mails about the outcome"), "mails": mails}
    return page(request, row.proposal.call, "mails", {**context, "proposal": row.proposal, "row": row})


# What these pages share ---------------------------------------------------------------------------------------------


def find_row(request: HttpRequest, reference: str) -> Row:
    user = user_of(request)
    if not is_office(user):
        raise Http404
    row = row_or_404(user, reference)
    if row.sight != Sight.FIGURES:
        raise Http404
    return row


def may_be_decided(row: Row) -> bool:
    """Tell whether a decision can be proposed: the first one, or one that supersedes it before publication."""
    decidable = {Status.DECISION_PENDING, *Decision.Outcome.values}
    return row.proposed is None and row.proposal.status in decidable


def row_page(request: HttpRequest, row: Row, name: str, subtitle: Any, form: SeenForm) -> HttpResponse:
    standing = described(row)
    context = {
        "title": str(row.proposal),
        "subtitle": subtitle,
        "form": form,
        **standing,
        "row_description": standing,
        "is_own": row.proposed is not None and row.proposed.proposed_by_id == user_of(request).pk,
    }
    status = 409 if form.has_error(NON_FIELD_ERRORS, CHANGED) else 200
    return page(request, row.proposal.call, name, context, status)


def refuse(request: HttpRequest, row: Row) -> HttpResponse:
    messages.warning(request, _("This is not possible: the proposal is in another state."))
    return to_row(row)


def to_row(row: Row) -> HttpResponse:
    return redirect(f"{address_of(row.proposal.call)}#{row.proposal.reference}")


def _propose(request: HttpRequest, row: Row, form: DecisionForm) -> bool:
    try:
        return _apply(
            form, lambda: workflow.propose_decision(row.proposal, by=user_of(request), draft=form.draft)
        )
    except workflow.ReasonsMissing as error:
        form.refuse_as_incomplete(error.fields)
    return False


def _answer(request: HttpRequest, row: Row, form: AnswerForm) -> bool:
    user, decision = user_of(request), row.proposed
    if decision is None:
        return False
    if "confirm" not in request.POST:
        if done := _apply(form, lambda: workflow.dismiss_decision(decision, by=user)):
            messages.success(request, _("The proposed decision is off. Another one can be proposed."))
        return done
    try:
        if done := _apply(form, lambda: workflow.confirm_decision(decision, by=user)):
            messages.success(request, _("Decided. Nobody is told before the outcome is announced."))
    except workflow.ReasonsMissing:
        form.add_error(None, ValidationError(DEPARTS_BY_NOW, code="departs"))
        return False
    return done


def _apply(form: SeenForm, step: Callable[[], Any]) -> bool:
    """Do the step; what ``workflow`` refuses becomes an error of the form."""
    try:
        step()
    except workflow.TransitionNotAllowed:
        form.refuse_as_changed()
    except workflow.NoQuorum as error:
        reasons = " ".join([str(NO_QUORUM), *lacking(error.standing)])
        form.add_error(None, ValidationError(reasons, code="no_quorum"))
    except workflow.SplitNotDiscussed as error:
        with suppress(workflow.TransitionNotAllowed):  # somebody else was quicker
            workflow.reopen_discussion(error.proposal)
        form.add_error(None, ValidationError(SPLIT_SINCE, code="split"))
    except workflow.DecisionConflict:
        form.add_error(None, ValidationError(OWN_CONFLICT, code="conflict"))
    except workflow.SamePerson:
        words = _("You have proposed this decision yourself. Somebody else of the office has to confirm it.")
        form.add_error(None, ValidationError(words, code="same_person"))
    except workflow.AlreadyProposed:
        form.add_error(None, ValidationError(WAITING, code="already_proposed"))
    else:
        return True
    return False
