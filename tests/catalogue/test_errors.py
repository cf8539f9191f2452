"""Error pages: right status, language and headers, valid HTML, and a way on."""

import io
import logging
import re

import html5lib
import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.urls import path
from django.utils.translation import override

from catalogue import nearest as nearest_module
from catalogue.nearest import nearest
from catalogue.views import errors
from goodpractice.http import HEADERS
from goodpractice.urls import urlpatterns as project_patterns
from tests.factories import ExampleFactory, NetworkFactory

pytestmark = pytest.mark.django_db


def fail(error):
    def view(request):
        raise error

    return view


urlpatterns = [
    path("de/fail/400/", fail(SuspiciousOperation("secret"))),
    path("de/fail/403/", fail(PermissionDenied("secret"))),
    path("de/fail/500/", fail(RuntimeError("secret"))),
    path("en/fail/500/", fail(RuntimeError("secret"))),
    path("de/fail/503/", fail(OperationalError("secret"))),
    path("en/fail/503/", fail(OperationalError("secret"))),
    path("de/fail/429/", lambda request: errors.too_many_requests(request, retry_after=90)),
    *project_patterns,
]
handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error


@pytest.fixture
def capture_log(monkeypatch):
    """A function that returns the lines which the console would show."""
    (console,) = [h for h in logging.getLogger("django").handlers if h.name == "console"]
    stream = io.StringIO()
    monkeypatch.setattr(console, "stream", stream)
    return lambda: stream.getvalue().splitlines()


@pytest.fixture
def german():
    with override("de"):
        yield


def assert_is_a_good_page(response, status, language="de"):
    html = response.content.decode()
    html5lib.HTMLParser(strict=True).parse(html)
    assert response.status_code == status
    assert re.search(r'<html lang="(\w+)">', html)[1] == language
    assert html.count("<h1>") == 1
    assert '<meta name="robots" content="noindex">' in html
    assert 'rel="canonical"' not in html
    assert "secret" not in html
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("status", [400, 403, 429, 500, 503])
def test_error_page_is_complete(status):
    response = Client(raise_request_exception=False).get(f"/de/fail/{status}/")

    assert_is_a_good_page(response, status)


@pytest.mark.urls(__name__)
def test_server_error_speaks_the_language_of_the_address():
    response = Client(raise_request_exception=False).get("/en/fail/500/", headers={"Accept-Language": "de"})

    assert_is_a_good_page(response, 500, "en")


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("method", ["get", "post"])
def test_database_out_of_reach_is_no_mistake_but_a_pause(method):
    client = Client(raise_request_exception=False)

    response = getattr(client, method)("/en/fail/503/", headers={"Accept-Language": "de"})

    assert_is_a_good_page(response, 503, "en")
    assert response["Retry-After"] == "30"
    assert ("What you typed is not lost" in response.content.decode()) is (method == "post")


def test_server_error_needs_no_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        response = errors.server_error(RequestFactory().get("/de/"))

    assert response.status_code == 500


def test_server_error_still_answers_when_its_template_fails(monkeypatch):
    def broken(*args, **kwargs):
        raise ValueError("Missing staticfiles manifest entry")

    monkeypatch.setattr(errors, "render_to_string", broken)

    response = errors.server_error(RequestFactory().get("/en/"))

    assert response.status_code == 500
    assert "Something went wrong on our side." in response.content.decode()


@pytest.mark.urls(__name__)
def test_too_many_requests_says_when_to_come_back(client):
    response = client.get("/de/fail/429/")

    assert response["Retry-After"] == "90"


def test_too_many_requests_rounds_up_to_minutes():
    with override("en"):
        page = errors.too_many_requests(page_request("/en/"), retry_after=90).content.decode()

    assert "again in 2 minutes" in page


def page_request(address):
    request = RequestFactory().get(address)
    request.session = {}
    return request


@pytest.mark.parametrize("leads_to_https", [False, True], ids=["http", "https"])
def test_bad_request_answers_a_foreign_host(client, settings, leads_to_https):
    settings.SECURE_SSL_REDIRECT = leads_to_https

    response = client.get("/de/", headers={"host": "evil.example"})

    assert_is_a_good_page(response, 400)
    assert "evil.example" not in response.content.decode()
    assert {name: response.get(name) for name in HEADERS} == HEADERS


def test_foreign_host_is_one_line_in_the_log(client, capture_log):
    client.get("/de/", headers={"host": "evil.example"})

    (line,) = capture_log()
    assert "WARNING django.security.DisallowedHost: Invalid HTTP_HOST header: 'evil.example'." in line


@pytest.mark.urls(__name__)
def test_failure_of_ours_keeps_its_trace_in_the_log(capture_log):
    Client(raise_request_exception=False).get("/de/fail/500/")

    assert "Traceback (most recent call last):" in capture_log()


def test_csrf_failure_is_complete_and_offers_the_form_again():
    response = Client(enforce_csrf_checks=True).post("/de/rueckmeldung/", {"message": "Text"})

    assert_is_a_good_page(response, 403)
    assert '<a class="button" href="/de/rueckmeldung/">' in response.content.decode()


@pytest.mark.parametrize("address", ["/de/nichts/", "/de/beispiele/nichts/", "/de/kontakt/1/"])
def test_not_found_is_complete(client, address):
    assert_is_a_good_page(client.get(address), 404)


def test_not_found_outside_the_languages_goes_by_the_browser(client):
    assert_is_a_good_page(client.get("/nothing", headers={"Accept-Language": "en"}), 404, "en")


def test_not_found_offers_a_search_for_the_words_of_the_address(client):
    html = client.get("/en/examples/mentoring-for-nurses.html").content.decode()

    assert re.search(r'<form[^>]*role="search" action="/en/examples/" method="get">', html)
    assert 'name="q" value="mentoring for nurses"' in html


def test_not_found_reflects_no_markup(client):
    html = client.get("/en/examples/%22%3E%3Cscript%3Ealert(1)%3C/script%3E/").content.decode()

    assert "<script>alert" not in html


def test_not_found_offers_the_nearest_records(client):
    ExampleFactory(published=True, slug="sprachtandems-pflege", title_en="Tandems in nursing")
    ExampleFactory(published=True, slug="beratungsbus", title_en="Advice bus")
    ExampleFactory(slug="sprachtandems-pflege-entwurf", title_en="Draft")

    html = client.get("/en/examples/sprachtandem-pflege/").content.decode()

    offered = html.partition('id="nearest"')[2].partition("</section>")[0]
    assert re.findall(r'<a href="([^"]+)">([^<]+)</a>', offered) == [
        ("/en/examples/sprachtandems-pflege/", "Tandems in nursing")
    ]


def test_nearest_finds_by_title_and_networks_too():
    network = NetworkFactory(slug="iq-sued", name="IQ Netzwerk Süd")
    NetworkFactory(slug="iq-netzwerk-sued-alt", name="Alt", is_published=False)

    assert nearest("/de/netzwerke/iq-netzwerk-sud/") == [network]


@pytest.mark.usefixtures("german")
def test_nearest_names_three_at_most():
    ExampleFactory.create_batch(5, published=True, title_de="Sprachtandem", title_en="Tandem")

    assert len(nearest("/de/beispiele/sprachtandem/")) == 3


@pytest.mark.parametrize("address", ["/de/", "/de/x/", "/de/" + "lang-" * 40, "/de/---/"])
def test_nearest_asks_nothing_for_an_address_without_words(django_assert_num_queries, address):
    with django_assert_num_queries(0):
        assert nearest(address) == []


@pytest.mark.usefixtures("german")
def test_nearest_compares_a_bounded_number_of_records(monkeypatch):
    ExampleFactory.create_batch(3, published=True, title_de="Sprachtandem")
    monkeypatch.setattr(nearest_module, "MOST_EXAMPLES", 1)

    assert len(nearest("/de/beispiele/sprachtandem/")) == 1


def test_not_found_survives_a_dead_database(client, monkeypatch):
    def dead(address):
        raise OperationalError("connection refused")

    monkeypatch.setattr(errors, "nearest", dead)

    assert_is_a_good_page(client.get("/de/beispiel/sprachtandem/"), 404)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("/de/examples/", "/de/beispiele/"),
        ("/de/examples", "/de/beispiele/"),
        ("/de/examples/?q=a%20b&topic=x", "/de/beispiele/?q=a%20b&topic=x"),
        ("/de/examples/a-slug/", "/de/beispiele/a-slug/"),
        ("/de/examples/a-slug.json", "/de/beispiele/a-slug.json"),
        ("/en/netzwerke/iq-sued/", "/en/networks/iq-sued/"),
        ("/en/kriterien/", "/en/criteria/"),
        ("/en/leichte-sprache/", "/en/plain-language/"),
    ],
)
def test_not_found_leads_from_the_wrong_language_to_the_right(client, wrong, right):
    response = client.get(wrong)

    assert (response.status_code, response.url) == (301, right)


@pytest.mark.parametrize("address", ["/de/admin/nothing/", "/de/admin/nothing", "/de//examples/"])
def test_not_found_never_leads_in_a_circle_or_outside(client, address):
    response = client.get(address)

    assert response.headers.get("Location", "/de/admin/login/").startswith("/de/admin/")
    assert response.headers.get("Location") != address


def test_not_found_does_not_redirect_a_form(client):
    assert client.post("/de/feedback/", {"message": "x"}).status_code == 404


@pytest.mark.parametrize(("language", "reason"), [("de", "Abgelaufen"), ("en", "Expired")])
def test_gone_names_date_and_reason(client, language, reason):
    example = ExampleFactory(withdrawn=True, title_de="Titel", title_en="Title")
    with override(language):
        address = example.get_absolute_url()

    response = client.get(address)

    html = response.content.decode()
    assert_is_a_good_page(response, 410, language)
    assert f"<dd>{reason}</dd>" in html
    assert f'<time datetime="{example.withdrawn_at:%Y-%m-%d}">' in html
    assert example.benefit_de not in html


def test_gone_says_when_no_reason_was_published(client):
    example = ExampleFactory(withdrawn=True, withdrawal_reason_de="", withdrawal_reason_en="")

    assert "No reason has been published." in client.get(f"/en/examples/{example.slug}/").content.decode()


@pytest.mark.parametrize("path", ["/en/admin/catalogue/topic/1%27--/history/", "/en/a%27b/", "/de/%C3%BC/"])
def test_not_found_never_redirects_to_itself(client, path):
    response = client.get(path)

    assert response.get("Location", "").split("?")[0] != path
