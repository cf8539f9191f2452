"""The demonstration as a person meets it: started, used, stopped, and what it says when it cannot."""

import email
import email.policy
import http.client
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from contextlib import closing, contextmanager
from urllib.parse import urlencode

import psutil
import pytest
import yaml
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import call_command

from goodpractice import demo, postgres
from tests.factories import NetworkFactory

pytestmark = pytest.mark.xdist_group("demo")  # the first start takes long: once is enough

MINE = ["SECRET_KEY", "ALLOWED_HOSTS", "HTTPS", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "data folder"


@pytest.fixture
def port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(data, port):
    environment = {name: value for name, value in os.environ.items() if name not in MINE}
    return subprocess.Popen(
        [sys.executable, "-m", "goodpractice.demo"],
        cwd=postgres.ROOT,
        env=environment | {"GOODPRACTICE_DATA": str(data), "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextmanager
def running(data, port):
    """Start the demonstration and read what it says, until it says how to stop it."""
    with start(data, port) as process:
        said = ""
        while "Stop with Ctrl-C" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        family = [process, *psutil.Process(process.pid).children(recursive=True)]
        yield process, said, family
        process.kill()


def get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        return answer.status, answer.read().decode()


def left_over(family, data):
    """Return the processes of the demonstration that still live, its database server's among them."""
    servers = [one for one in psutil.process_iter() if str(data / "postgres") in command(one)]
    return [command(one) for one in [*family[1:], *servers] if command(one)]


def command(process):
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def test_demo_serves_the_catalogue_and_stops_with_everything_on_ctrl_c(data, port):
    with running(data, port) as (process, said, family):
        status, home = get(port, "/de/")
        with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
            connection.request("GET", "/", headers={"Accept-Language": "en"})
            location = connection.getresponse().headers["Location"]
        styles = re.findall(r'href="(/static/[^"]+\.css)"', home)
        style_status, _ = get(port, styles[0])
        role_status, _ = get(port, "/de/rolle/")
        process.send_signal(signal.SIGINT)
        code = process.wait(30)

    assert (status, location, style_status, len(styles)) == (200, "/en/", 200, 1)
    assert f"http://127.0.0.1:{port}/de/rolle/" in said
    assert role_status == 200
    assert code == 128 + signal.SIGINT
    assert left_over(family, data) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=str)
def test_demo_stops_with_everything_on(data, port, number):
    with running(data, port) as (process, _, family):
        process.send_signal(number)
        code = process.wait(30)

    assert code == 128 + number
    assert left_over(family, data) == []


def test_demo_sends_a_code_to_its_folder(data, port):
    address = f"http://127.0.0.1:{port}/en/account/sign-in/code/"
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with running(data, port) as (process, _, _family):
        form = opener.open(address).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
        sent = urlencode({"email": "submitter@example.org", "csrfmiddlewaretoken": token}).encode()
        opener.open(urllib.request.Request(address, sent, {"Referer": address})).close()
        deadline = time.monotonic() + 30
        while not (codes := codes_in(data / "mails")) and time.monotonic() < deadline:
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        process.wait(30)

    assert [mail["To"] for mail in codes] == ["submitter@example.org"]


def codes_in(folder):
    """Return the mails with a code; those about the made-up proposals lie beside them."""
    mails = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in folder.glob("*.eml")
    ]
    return [mail for mail in mails if "code" in mail["Subject"]]


def test_demo_ends_with_an_error_when_the_web_server_dies(data, port):
    with running(data, port) as (process, _, family):
        web_server = next(one for one in family[1:] if "granian" in one.cmdline())
        web_server.kill()
        code = process.wait(30)
        rest = process.stdout.read()

    assert code == 1
    assert "The web server has ended (exit code -9); the demonstration stops." in rest
    assert left_over(family, data) == []


def test_demo_says_when_the_port_is_taken(data, port):
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", port))
        other.listen()

        with start(data, port) as process:
            said, _ = process.communicate()

    assert process.returncode == 1
    assert f"Port {port} ist belegt. Anderer Port: PORT={port + 1} bin/demo" in said
    assert f"Port {port} is in use. Take another: PORT={port + 1} bin/demo" in said


@pytest.mark.parametrize("value", ["0", "65536", "eight", "-1", "80.5", "²"])
def test_port_must_be_a_port(monkeypatch, value):
    monkeypatch.setenv("PORT", value)

    with pytest.raises(demo.DemoFailed, match="PORT must be a number from 1 to 65535"):
        demo._port()


def test_secret_key_is_made_once_and_for_its_owner_only(tmp_path):
    first = demo._secret_key(tmp_path / "secret-key")
    second = demo._secret_key(tmp_path / "secret-key")

    assert first == second
    assert len(first) == 64
    assert stat.filemode((tmp_path / "secret-key").stat().st_mode) == "-rw-------"


@pytest.mark.django_db
def test_accounts_have_their_role_and_no_password(django_user_model):
    NetworkFactory(is_demo=True)
    demo._create_accounts()
    colleague = django_user_model.objects.get(email="colleague@example.org")
    colleague.set_password("changed")
    colleague.save()

    demo._create_accounts()

    people = django_user_model.objects.order_by("email")
    found = {
        person.email.split("@")[0]: ([group.name for group in person.groups.all()], person.is_staff)
        for person in people
    }
    assert found == {
        "administrator": (["administrator"], True),
        "board": (["board"], False),
        "colleague": (["submitter"], False),
        "office": (["office"], True),
        "office2": (["office"], True),
        "submitter": (["submitter"], False),
    }
    assert not any(person.has_usable_password() or person.is_superuser for person in people)
    assert all(person.name.endswith("(Demo)") for person in people)
    memberships = colleague.memberships.model.objects.order_by("user__email")
    assert [(one.user.email, one.is_confirmed) for one in memberships] == [
        ("colleague@example.org", False),
        ("submitter@example.org", True),
    ]


@pytest.mark.django_db
def test_office_may_maintain_the_whole_catalogue():
    call_command("loaddata", "roles", verbosity=0)

    permissions = Group.objects.get(name="office").permissions.filter(content_type__app_label="catalogue")
    granted = permissions.values_list("content_type__model", flat=True)
    written_by_machine = {"CatalogueRevision", "ExampleIndex", "ExampleFormerSlug", "NetworkFormerSlug"}
    maintained = [
        model._meta.model_name
        for model in apps.get_app_config("catalogue").get_models()
        if model.__name__ not in written_by_machine and not model.__name__.endswith("Event")
    ]
    assert Counter(granted) == dict.fromkeys(maintained, 4)


def test_roles_are_sorted_by_what_they_open():
    entries = yaml.safe_load((postgres.ROOT / "fixtures" / "roles.yaml").read_text())

    for entry in entries:
        models_of_group = [permission[2] for permission in entry["fields"]["permissions"]]
        assert models_of_group == sorted(models_of_group)


@pytest.mark.django_db
def test_only_administrators_manage_accounts():
    call_command("loaddata", "roles", verbosity=0)

    holders = Group.objects.filter(permissions__codename="change_user").values_list("name", flat=True)
    confirmers = Group.objects.filter(permissions__codename="change_membership").values_list(
        "name", flat=True
    )
    assert list(holders) == ["administrator"]
    assert sorted(confirmers) == ["administrator", "office"]
