import gzip

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpResponse
from django.test import RequestFactory

from goodpractice.accounts.models import User
from goodpractice.http import HEADERS, CompressText, refuse_methods, refuse_nul, security_headers

PAGE = "text of the page"


def page(request):
    return HttpResponse(PAGE)


def request_of(user, *, session_is_read):
    request = RequestFactory().get("/")
    request.user = user
    request.session = SessionStore()
    request.session.accessed = session_is_read
    return request


def test_security_headers_are_on_every_answer():
    response = security_headers(page)(RequestFactory().get("/"))

    assert {name: response[name] for name in HEADERS} == HEADERS


def test_security_headers_leave_what_a_view_chose():
    def view(request):
        return HttpResponse(headers={"Cross-Origin-Resource-Policy": "cross-origin"})

    response = security_headers(view)(RequestFactory().get("/"))

    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize(
    ("user", "session_is_read", "is_kept_out_of_caches"),
    [
        (AnonymousUser(), False, False),
        (AnonymousUser(), True, False),
        (User(email="office@example.org"), False, False),
        (User(email="office@example.org"), True, True),
    ],
    ids=["visitor", "visitor with a session", "session not read", "signed in"],
)
def test_security_headers_keep_pages_of_people_out_of_caches(user, session_is_read, is_kept_out_of_caches):
    response = security_headers(page)(request_of(user, session_is_read=session_is_read))

    assert ("no-store" in response.get("Cache-Control", "")) is is_kept_out_of_caches


def test_security_headers_where_an_error_came_before_the_user_was_known():
    request = request_of(None, session_is_read=True)
    del request.user

    response = security_headers(page)(request)

    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_wrong_host_with_a_session_is_refused(client):
    client.force_login(User.objects.create_user("office@example.org", "demo"))

    response = client.get("/de/admin/", headers={"host": "evil.example"})

    assert response.status_code == 400


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "FOO"])
def test_refuse_methods_answers_405(method):
    response = refuse_methods(page)(RequestFactory().generic(method, "/"))

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_refuse_methods_lets_the_rest_through(method):
    assert refuse_methods(page)(RequestFactory().generic(method, "/")).status_code == 200


@pytest.mark.parametrize(
    ("content_type", "is_compressed"),
    [
        ("text/html; charset=utf-8", True),
        ("text/csv; charset=utf-8", True),
        ("application/json", True),
        ("application/atom+xml; charset=utf-8", True),
        ("application/pdf", False),
        ("image/webp", False),
    ],
)
def test_compress_text_leaves_the_rest_alone(content_type, is_compressed):
    def view(request):
        return HttpResponse("word " * 100, content_type=content_type)

    response = CompressText(view)(RequestFactory().get("/", headers={"accept-encoding": "gzip"}))

    assert response.has_header("Content-Encoding") is is_compressed


def answer(content, headers=None, **accepted):
    """Return the answer of ``CompressText`` to a page with ``content`` and ``headers``."""
    request = RequestFactory().get("/", headers=accepted)
    return CompressText(lambda request: HttpResponse(content, headers=headers))(request)


def test_compress_text_packs_the_whole_and_says_so():
    content = "Übergang " * 1_000

    response = answer(content, accept_encoding="br, gzip")

    assert gzip.decompress(response.content).decode() == content
    assert (response["Content-Encoding"], response["Vary"]) == ("gzip", "Accept-Encoding")
    assert int(response["Content-Length"]) == len(response.content) < 1_000


def test_compress_text_hides_the_length_of_the_page():
    lengths = {len(answer("word " * 100, accept_encoding="gzip").content) for _time in range(40)}

    assert len(lengths) > 1


@pytest.mark.parametrize(
    ("content", "headers", "accepted"),
    [
        ("word " * 100, {}, {}),
        ("word " * 100, {}, {"accept_encoding": "br"}),
        ("x" * 199, {}, {"accept_encoding": "gzip"}),
        ("word " * 100, {"Content-Encoding": "br"}, {"accept_encoding": "gzip"}),
    ],
    ids=["no encoding taken", "another encoding", "short", "packed already"],
)
def test_compress_text_sends_as_it_is(content, headers, accepted):
    response = answer(content, headers, **accepted)

    assert response.content.decode() == content
    assert response.get("Content-Encoding") == headers.get("Content-Encoding")


@pytest.mark.parametrize(("debug", "has_policy"), [(False, True), (True, False)])
def test_page_for_developers_brings_its_own_style(settings, debug, has_policy):
    settings.DEBUG = debug

    response = security_headers(lambda request: HttpResponse(status=500))(RequestFactory().get("/"))

    assert response.has_header("Content-Security-Policy") is has_policy


def test_policy_of_a_page_of_its_own_stays():
    strict = {"Content-Security-Policy": "sandbox"}

    response = security_headers(lambda request: HttpResponse(headers=strict))(RequestFactory().get("/"))

    assert response["Content-Security-Policy"] == "sandbox"


@pytest.mark.parametrize(
    "request_",
    [
        RequestFactory().get("/a%00b/"),
        RequestFactory().get("/", {"q": "a\0b"}),
        RequestFactory().get("/", {"q\0": "a"}),
        RequestFactory().post("/", {"text": ["fine", "a\0"]}),
        RequestFactory().post("/", {"text\0": "a"}),
    ],
    ids=["path", "query", "name in the query", "form", "name in the form"],
)
def test_refuse_nul_answers_400(request_):
    response = refuse_nul(page)(request_)

    assert (response.status_code, response.content) == (400, b"Bad request: NUL byte")


def test_refuse_nul_lets_the_rest_through():
    response = refuse_nul(page)(RequestFactory().post("/ä/?q=%0A", {"text": "a\nb"}))

    assert response.content.decode() == PAGE


@pytest.mark.django_db
def test_every_page_has_the_headers_and_no_cookie(client):
    response = client.get("/de/")

    assert {name: response[name] for name in HEADERS} == HEADERS
    assert "default-src 'none'" in response["Content-Security-Policy"].split("; ")
    assert (response["X-Content-Type-Options"], response["X-Frame-Options"]) == ("nosniff", "DENY")
    assert (response["Referrer-Policy"], response["Cross-Origin-Opener-Policy"]) == (
        "same-origin",
        "same-origin",
    )
    assert not response.cookies
