"""The pages that a contact person reaches by a mailed link: agree, decline, withdraw.

Whoever has the link is the person, so it must not get around: no cache keeps the page, no search engine lists it, no
``Referer`` carries it, the history does not note it. To open the page changes nothing: programs that look for
viruses open every link in a mail.
"""

from collections.abc import Callable
from functools import wraps

import pghistory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods

from catalogue import consenting
from catalogue.forms import ConsentForm
from catalogue.models import Consent, ContactPerson
from catalogue.models.text import reader_language
from catalogue.views.errors import too_many_requests
from goodpractice.limits import Limit

ANSWERS = Limit("consent", times=20, seconds=3600)
HEADERS = {
    # Not "no-referrer": with that, browsers send a form without its origin, and the form is refused.
    "Referrer-Policy": "strict-origin",
    "X-Robots-Tag": "noindex, nofollow",
}

View = Callable[[HttpRequest, str], HttpResponse]


def _by_link(view: View) -> View:
    """Keep the link secret, limit the answers, and explain links that do not work."""

    @wraps(view)
    def wrapper(request: HttpRequest, token: str) -> HttpResponse:
        if request.method == "POST" and not ANSWERS.spend(request):
            response = too_many_requests(request, retry_after=ANSWERS.seconds)
        else:
            response = _answer(view, request, token)
        add_never_cache_headers(response)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return wrapper


def _answer(view: View, request: HttpRequest, token: str) -> HttpResponse:
    path = request.path.replace(token, "…")
    try:
        with pghistory.context(url=path):
            return view(request, token)
    except consenting.LinkUnknown:
        return _useless(request, "unknown", 404)
    except consenting.LinkVoid:
        return _useless(request, "void", 410)


def _useless(request: HttpRequest, reason: str, status: int) -> HttpResponse:
    return render(request, "catalogue/consent_useless.html", {"reason": reason}, status=status)


@_by_link
@require_http_methods(["GET", "HEAD", "POST"])
def consent_answer(request: HttpRequest, token: str) -> HttpResponse:
    contact, is_expired = asked = consenting.read_answer_token(token)
    if asked.consent and request.method != "POST":
        return _agreed(request, contact, asked.consent)
    if is_expired:
        return _useless(request, "expired", 410)
    form = ConsentForm(request.POST or None, initial={"shown": consenting.details_mark(contact)})
    if form.is_valid():
        try:
            _record(contact, form)
        except consenting.DetailsChanged:
            return _question(request, contact, ConsentForm(initial=form.initial), has_changed=True)
        return redirect("catalogue:consent_answer", token)
    return _question(request, contact, form)


@_by_link
@require_http_methods(["GET", "HEAD", "POST"])
def consent_withdraw(request: HttpRequest, token: str) -> HttpResponse:
    consent = consenting.read_withdrawal_token(token)
    if request.method == "POST":
        consenting.withdraw(consent)
        return redirect("catalogue:consent_withdraw", token)
    return render(request, "catalogue/consent_withdraw.html", _context(consent.contact, consent=consent))


def _record(contact: ContactPerson, form: ConsentForm) -> None:
    data = form.cleaned_data
    if data["answer"] == ConsentForm.Answer.AGREE:
        consenting.agree(contact, shown=data["shown"], shows_email=data["shows_email"])
    else:
        consenting.decline(contact)


def _question(
    request: HttpRequest, contact: ContactPerson, form: ConsentForm, *, has_changed: bool = False
) -> HttpResponse:
    text = f"catalogue/consent/_{consenting.TEXT_VERSION}.{reader_language()}.html"
    context = _context(contact, form=form, text=text, has_changed=has_changed)
    return render(request, "catalogue/consent_answer.html", context, status=409 if has_changed else 200)


def _agreed(request: HttpRequest, contact: ContactPerson, consent: Consent) -> HttpResponse:
    context = _context(contact, consent=consent, withdrawal_token=consenting.withdrawal_token(consent))
    return render(request, "catalogue/consent_agreed.html", context)


def _context(contact: ContactPerson, **more: object) -> dict[str, object]:
    return {"contact": contact, "record": contact.example or contact.network, **more}
