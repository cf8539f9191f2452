"""The office's questions, answered field by field and all at once. What is typed is kept on the way there."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from assessment import drafting, permissions, workflow
from assessment.changes import changes
from assessment.content import as_content
from assessment.forms.mine import AnswerForm
from assessment.models import Proposal, SectionSave, Status
from assessment.sections import BY_KEY, SECTION_OF, label_of
from assessment.views.keeping import (
    NOT_WRITABLE,
    keeps_text,
    keeps_text_for_scripts,
    kept_answer,
    kept_page,
)
from assessment.views.mine import CONFLICT, SHOW_AND_SEND, breadcrumbs, sent, visible_proposal

if TYPE_CHECKING:
    from assessment.completeness import Problem
    from goodpractice.accounts.views import AuthenticatedHttpRequest

ANSWERS = "answers"
"""The answers have versions like a section of the form: who saves has seen what is stored."""
UNREADABLE = -1
UNANSWERED = gettext_lazy("“%(field)s”: please answer this question.")


@require_http_methods(SHOW_AND_SEND)
@keeps_text
def proposal_answer(request: "AuthenticatedHttpRequest", reference: str) -> HttpResponse:
    proposal, asked = _asked(request, reference)
    if asked is None or (proposal.status != Status.NEEDS_INFO and request.method != "POST"):
        messages.info(request, _("There is no open question of the office."))
        return redirect(proposal)
    seen = drafting.version_of(proposal, ANSWERS)
    form = AnswerForm(sent(request), questions=asked.fields.all(), seen=seen)
    page = _Page(proposal, asked, form)
    if not form.is_bound:
        return page.render(request)
    return _take(request, proposal, form, page)


def _take(
    request: "AuthenticatedHttpRequest", proposal: Proposal, form: AnswerForm, page: "_Page"
) -> HttpResponse:
    """Keep what was typed, then do what the button says; every refusal shows the page with all that was typed."""
    is_valid = form.is_valid()
    seen = form.cleaned_data.get("version", UNREADABLE)
    try:
        saved = drafting.save(proposal, ANSWERS, by=request.user, seen=seen, write=form.save)
    except drafting.NotWritable:
        return kept_page(request, NOT_WRITABLE, CONFLICT)
    except drafting.StaleVersion as stale:
        return page.stale(request, stale.current.version)
    page.go_on_from(saved.version)
    return _go_on(request, proposal, form, page) if is_valid else page.render(request)


def _go_on(
    request: "AuthenticatedHttpRequest", proposal: Proposal, form: AnswerForm, page: "_Page"
) -> HttpResponse:
    if (section := request.POST.get("section")) in BY_KEY:
        return redirect("assessment:proposal_section", proposal.reference, section)
    if "save" in request.POST:
        messages.success(request, _("Your answers are kept. Nothing has been handed in yet."))
        return redirect("assessment:proposal_answer", proposal.reference)
    return _hand_in(request, proposal, form, page)


def _hand_in(
    request: "AuthenticatedHttpRequest", proposal: Proposal, form: AnswerForm, page: "_Page"
) -> HttpResponse:
    try:
        workflow.answer(proposal, by=request.user, answers=form.answers)
    except workflow.AnswerMissing as missing:
        for field in missing.fields:
            form.add_error(field, UNANSWERED % {"field": label_of(field)})
        return page.render(request)
    except workflow.Incomplete as incomplete:
        page.problems = incomplete.problems
        return page.render(request)
    except workflow.TransitionNotAllowed:
        return kept_page(request, NOT_WRITABLE, CONFLICT)
    messages.success(request, _("Your answers were handed in. The office goes on with its check."))
    return redirect(proposal)


@require_POST
@keeps_text_for_scripts
def answer_autosave(request: "AuthenticatedHttpRequest", reference: str) -> HttpResponse:
    """Keep what is valid and answer as JSON, as the sections of the form do."""
    proposal, asked = _asked(request, reference)
    if asked is None:
        return kept_answer(request, NOT_WRITABLE, CONFLICT)
    form = AnswerForm(request.POST, questions=asked.fields.all(), seen=drafting.version_of(proposal, ANSWERS))
    form.is_valid()
    try:
        version = _store(request, proposal, form)
    except drafting.NotWritable:
        return kept_answer(request, NOT_WRITABLE, CONFLICT)
    except drafting.StaleVersion as stale:
        return JsonResponse({"version": stale.current.version}, status=CONFLICT)
    errors = [
        {"anchor": form[name].auto_id, "message": message}
        for name, messages_of_it in form.errors.items()
        for message in messages_of_it
    ]
    answer = {
        "version": version,
        "saved_at": date_format(timezone.localtime(), "TIME_FORMAT"),
        "rows": {},
        "waits": False,
        "errors": errors,
    }
    return JsonResponse(answer, status=422 if errors else 200)


def _store(request: "AuthenticatedHttpRequest", proposal: Proposal, form: AnswerForm) -> int:
    """Store what was sent, if it differs at all: an attempt whose answer was lost is no conflict with itself."""
    if proposal.is_writable and not form.differing:
        return drafting.version_of(proposal, ANSWERS)
    seen = form.cleaned_data.get("version", UNREADABLE)
    return drafting.save(proposal, ANSWERS, by=request.user, seen=seen, write=form.save).version


def _asked(request: "AuthenticatedHttpRequest", reference: str) -> tuple[Any, Any]:
    """Return the proposal, which the person may write, and the office's last request."""
    proposal = visible_proposal(request, reference)
    if not permissions.may_write(request.user, proposal):
        raise PermissionDenied
    return proposal, proposal.information_requests.order_by("-asked_at", "-id").first()


class _Page:
    """The page of the questions in each of its states."""

    def __init__(self, proposal: Any, asked: Any, form: AnswerForm) -> None:
        self.proposal, self.asked, self.form = proposal, asked, form
        self.problems: list[Problem] = []
        self.stored: dict[str, str] = {}

    def go_on_from(self, version: int) -> None:
        """Let the next attempt count as made in the knowledge of what is stored now."""
        self.form.data = {**self.form.data.dict(), "version": str(version)}  # type: ignore[attr-defined]

    def stale(self, request: "AuthenticatedHttpRequest", version: int) -> HttpResponse:
        """Show both: what was typed in the boxes, and what is stored beside it."""
        self.go_on_from(version)
        typed = self.form.as_typed()
        stored = dict(self.asked.fields.values_list("field", "answer"))
        self.stored = {field: text for field, text in stored.items() if text != typed[field].strip()}
        return self.render(request, status=CONFLICT)

    def render(self, request: "AuthenticatedHttpRequest", status: int = 200) -> HttpResponse:
        latest = self.proposal.versions.order_by("-number").first()
        changed = changes(latest.content, as_content(self.proposal)) if latest else []
        questions = [
            {
                "question": question,
                "label": label_of(question.field),
                "section": SECTION_OF.get(question.field),
                "box": self.form[question.field],
                "stored": self.stored.get(question.field, ""),
                "changes": [change for change in changed if change.field == question.field],
            }
            for question in self.form.questions
        ]
        asked_fields = {question.field for question in self.form.questions}
        context = {
            "breadcrumbs": breadcrumbs(self.proposal),
            "proposal": self.proposal,
            "asked": self.asked,
            "form": self.form,
            "questions": questions,
            "problems": self.problems,
            "is_stale": status == CONFLICT,
            "saved": SectionSave.objects.select_related("saved_by")
            .filter(proposal=self.proposal, section=ANSWERS)
            .first(),
            "other_changes": [change for change in changed if change.field not in asked_fields],
        }
        return render(request, "assessment/proposal_answer.html", context, status=status)
