"""Messages from readers to the office, and through it to contacts whose address is not shown."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.forms import ContactForm, FeedbackForm, MessageForm, local_path
from catalogue.models import ContactPerson, Feedback
from goodpractice.limits import Limit

MESSAGES = Limit("message", times=5, seconds=3600)


@require_http_methods(["GET", "HEAD", "POST"])
def feedback_create(request: HttpRequest) -> HttpResponse:
    initial = {"page": local_path(request.GET.get("page", "")), "about": request.GET.get("about", "")}
    form = FeedbackForm(request.POST or None, initial=initial)
    return _take(
        request, form, "catalogue/feedback_create.html", {"page": local_path(form["page"].value() or "")}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def contact_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a question for a contact person; the office passes it on."""
    contact = get_object_or_404(ContactPerson.objects.reached_through_office(), pk=pk)
    record = contact.example or contact.network
    message = Feedback(about=Feedback.About.CONTACT, contact=contact)
    form = ContactForm(request.POST or None, instance=message, initial={"page": record.get_absolute_url()})
    return _take(request, form, "catalogue/contact_message.html", {"contact": contact, "record": record})


@require_safe
def feedback_thanks(request: HttpRequest) -> HttpResponse:
    return render(
        request, "catalogue/feedback_thanks.html", {"page": local_path(request.GET.get("page", ""))}
    )


def _take(request: HttpRequest, form: MessageForm, template: str, context: dict[str, Any]) -> HttpResponse:
    """Store a valid message and go on to the thanks; else show the form with everything that was typed."""
    status = 200
    if form.is_valid():
        if MESSAGES.spend(request):
            message = form.save()
            query = f"?{urlencode({'page': message.page})}" if message.page else ""
            return redirect(reverse("catalogue:feedback_thanks") + query)
        form.add_error(
            None, _("Too many messages came from your connection. Please send this one again in an hour.")
        )
        status = 429
    response = render(request, template, {"form": form, **context}, status=status)
    if status == 429:  # noqa: PLR2004 - the status of two lines above
        response.headers["Retry-After"] = str(MESSAGES.seconds)
    return response
