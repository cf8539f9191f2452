"""Dead links are found and marked: against a server of this test, and against addresses that must not be asked."""

import datetime
import http.server
import threading

import pytest
from django.utils import timezone

from catalogue import link_health
from catalogue.link_health import Answer, is_public, probe
from catalogue.models import Link
from tests.factories import ExampleFactory, LinkFactory


class Site(http.server.BaseHTTPRequestHandler):
    """Answers ``/404`` with 404, and leads on from ``/to/...`` to what follows."""

    def do_GET(self):
        self.server.asked.append(self.path)
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
        else:
            self.send_response(int(self.path.strip("/").partition("?")[0] or 200))
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def site():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.asked = []
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def url(site, path):
    return f"http://127.0.0.1:{site.server_port}{path}"


def anybody(address):
    return True


@pytest.fixture
def _asks(settings):
    settings.CHECK_LINKS = True


@pytest.mark.parametrize(
    ("path", "status", "is_alive"),
    [
        ("/", 200, True),
        ("/403", 403, True),
        ("/404", 404, False),
        ("/410", 410, False),
        ("/500", 500, False),
        ("/to//200", 200, True),
        ("/to//404", 404, False),
        ("/200?q=ä b", 200, True),
    ],
)
def test_link_is_what_its_last_page_answers(site, path, status, is_alive):
    answer = probe(url(site, path), allowed=anybody)

    assert (answer.status, answer.is_alive) == (status, is_alive)


def test_link_that_leads_on_for_ever_is_dead(site):
    assert probe(url(site, "/to/" * 9), allowed=anybody) == Answer()
    assert len(site.asked) == link_health.REDIRECTS + 1


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "::1", "fd00::1"]
)
def test_address_of_a_network_inside_is_not_public(address):
    assert not is_public(address)


def test_links_inside_are_never_asked(site):
    assert probe(url(site, "/")) == Answer()
    assert probe(f"http://localhost:{site.server_port}/") == Answer()
    assert site.asked == []


@pytest.mark.parametrize(
    "found", ["ftp://example.org/", "file:///etc/passwd", "http://", "http://[", "https://:99999/"]
)
def test_what_is_no_address_of_the_web_is_dead(found):
    assert probe(found, allowed=anybody) == Answer()


@pytest.mark.django_db
@pytest.mark.usefixtures("_asks")
def test_due_links_of_public_pages_are_asked_and_noted(site):
    now = timezone.now()
    public, draft = ExampleFactory(published=True), ExampleFactory()
    days = {"/404": None, "/200": 31, "/403": 29, "/410": 2}
    for path, ago in days.items():
        checked_at = ago and now - datetime.timedelta(days=ago)
        health = Link.Health.DEAD if path == "/410" else Link.Health.ALIVE if ago else ""
        LinkFactory(example=public, url=url(site, path), checked_at=checked_at, health=health)
    LinkFactory(example=draft, url=url(site, "/"))

    assert link_health.check_due(allowed=anybody) == 3

    assert site.asked == ["/404", "/200", "/410"]
    noted = Link.objects.filter(checked_at__gte=now).values_list("health", flat=True).order_by("pk")
    assert list(noted) == [Link.Health.DEAD, Link.Health.ALIVE, Link.Health.DEAD]
    assert link_health.check_due(allowed=anybody) == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("_asks")
def test_nothing_is_noted_while_nobody_answers(site):
    site.shutdown()
    site.server_close()
    example = ExampleFactory(published=True)
    LinkFactory.create_batch(2, example=example, url=url(site, "/"))

    assert link_health.check_due(allowed=anybody) == 0
    assert set(Link.objects.values_list("health", "checked_at")) == {("", None)}


@pytest.mark.django_db
def test_links_are_left_alone_where_the_setting_says_so(site, settings):
    settings.CHECK_LINKS = False
    LinkFactory(example=ExampleFactory(published=True), url=url(site, "/"))

    assert (link_health.check_due(allowed=anybody), site.asked) == (0, [])
