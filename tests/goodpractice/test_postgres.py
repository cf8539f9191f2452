"""The embedded server: started, joined, left, and found again after every kind of kill."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from goodpractice import embedded, postgres

HOLD = """
import sys
from pathlib import Path
from goodpractice import postgres
with postgres.running(Path(sys.argv[1])) as url:
    print(url, flush=True)
    sys.stdin.read()
"""
QUICK = {"fsync": "off"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder that every test finds with a stopped server."""
    return tmp_path_factory.mktemp("embedded") / "postgres"


@pytest.fixture
def other_process(folder):
    """Another process that uses the server; returns once it does."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        cwd=postgres.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        process.stdout.readline()
        yield process
        process.kill()


def server_pid(folder):
    return int((folder / "postmaster.pid").read_text().split()[0])


def servers(folder):
    """Return the processes that serve ``folder``."""
    found = psutil.process_iter(["cmdline", "name"])
    return [
        one.pid
        for one in found
        if one.info["name"] == "postgres" and str(folder) in (one.info["cmdline"] or [])
    ]


def answer(url):
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT current_database()").fetchone()[0]


def wait_until(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_running_serves_the_project_s_database_and_stops_with_its_only_user(folder):
    with postgres.running(folder, **QUICK) as url:
        served = answer(url), len(servers(folder))

    assert served == ("goodpractice", 1)
    assert servers(folder) == []


def test_running_keeps_the_data(folder):
    with postgres.running(folder, **QUICK) as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS number")

    with postgres.running(folder, **QUICK) as url, psycopg.connect(url) as connection:
        kept = connection.execute("SELECT number FROM kept").fetchall()

    assert kept == [(42,)]


def test_running_takes_settings_of_the_server(folder):
    with postgres.running(folder, fsync="off", work_mem="12MB") as url, psycopg.connect(url) as connection:
        shown = [connection.execute(f"SHOW {name}").fetchone()[0] for name in ("fsync", "work_mem")]

    assert shown == ["off", "12MB"]


def test_running_sorts_and_folds_alike_whatever_the_locale_of_the_machine(folder):
    with postgres.running(folder, **QUICK) as url, psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT lower('ÄÖÜ'), to_tsvector('german', 'Übergänge')::text, 'Z' < 'a', datlocale"
            " FROM pg_database WHERE datname = current_database()"
        ).fetchone()

    assert row == ("äöü", "'ubergang':1", True, "C.UTF-8")


def test_running_ignores_the_port_of_the_environment(folder, monkeypatch):
    monkeypatch.setenv("PGPORT", "6543")

    with postgres.running(folder, **QUICK) as url:
        assert answer(url) == "goodpractice"


def test_second_process_joins_and_the_last_one_to_leave_stops_the_server(folder, other_process):
    pid = server_pid(folder)
    with postgres.running(folder):
        joined = server_pid(folder)
        other_process.communicate()

        after_the_other_left = servers(folder)

    assert joined == pid
    assert after_the_other_left == [pid]
    assert servers(folder) == []


def test_nested_use_keeps_the_server_until_the_outer_end(folder):
    with postgres.running(folder, **QUICK) as url:
        with postgres.running(folder):
            pass
        assert answer(url) == "goodpractice"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=str)
def test_signal_that_ends_a_process_ends_its_server(folder, other_process, number):
    other_process.send_signal(number)

    assert other_process.wait(10) == 128 + number
    assert servers(folder) == []


def test_server_of_a_killed_process_is_joined_and_stopped_by_the_next(folder, other_process):
    pid = server_pid(folder)
    other_process.kill()
    other_process.wait()

    with postgres.running(folder) as url:
        found = server_pid(folder), answer(url)

    assert found == (pid, "goodpractice")
    assert servers(folder) == []


def test_killed_server_recovers_at_the_next_start(folder, other_process):
    pid = server_pid(folder)
    os.kill(pid, signal.SIGKILL)
    other_process.kill()

    with postgres.running(folder, **QUICK) as url:
        assert answer(url) == "goodpractice"
        assert server_pid(folder) != pid


def test_server_that_dies_while_it_is_joined_is_started_anew(folder, other_process, monkeypatch):
    pid = server_pid(folder)
    connect = psycopg.connect

    def killed_at_the_first_attempt(*args, **options):
        if pid in servers(folder):
            os.kill(pid, signal.SIGKILL)
            while pid in servers(folder):
                time.sleep(0.01)
        return connect(*args, **options)

    other_process.kill()
    monkeypatch.setattr(psycopg, "connect", killed_at_the_first_attempt)

    with postgres.running(folder, **QUICK) as url:
        assert answer(url) == "goodpractice"
        assert server_pid(folder) != pid


def test_lock_whose_number_another_process_has_by_now_is_removed(folder):
    with postgres.running(folder, **QUICK):
        state = (folder / "postmaster.pid").read_text()
        socket = (folder / ".s.PGSQL.5432.lock").read_text()
        owner = folder.stat()
    same_user = {} if os.geteuid() else {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
    with subprocess.Popen(["sleep", "60"], **same_user) as stranger:
        for name, text in {"postmaster.pid": state, ".s.PGSQL.5432.lock": socket}.items():
            (folder / name).write_text(text.replace(text.split()[0], str(stranger.pid), 1))
            os.chown(folder / name, owner.st_uid, owner.st_gid)

        with postgres.running(folder, **QUICK) as url:
            answered = answer(url)
        still_there = stranger.poll() is None
        stranger.kill()

    assert (answered, still_there) == ("goodpractice", True)


def test_half_made_folder_is_made_anew(tmp_path):
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("18")

    with postgres.running(tmp_path / "postgres", **QUICK) as url:
        assert answer(url) == "goodpractice"


@pytest.mark.parametrize(
    "name", ['a folder\'s "name" $HOME', "one, two", "deep/" * 20 + "end"], ids=["quotes", "comma", "long"]
)
def test_any_folder_will_do(tmp_path, name):
    with postgres.running(tmp_path / name / "postgres", **QUICK) as url:
        assert answer(url) == "goodpractice"


def test_socket_folder_of_somebody_else_is_refused(tmp_path, monkeypatch):
    server = embedded.Server.of(tmp_path / ("x" * 100))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    server._socket_folder().chmod(0o777)

    with pytest.raises(embedded.ServerError, match="belongs to somebody else or is open to others"):
        server._socket_folder()


def test_failure_to_start_shows_the_end_of_the_log(folder):
    with (
        pytest.raises(embedded.ServerError, match="unrecognized configuration parameter"),
        postgres.running(folder, no_such_setting="1"),
    ):
        pass

    assert servers(folder) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as another user")
def test_root_opens_parent_folders_for_passing_only(tmp_path):
    parent = tmp_path / "closed"
    parent.mkdir(0o700)

    with postgres.running(parent / "postgres", **QUICK):
        pass

    assert oct(parent.stat().st_mode)[-3:] == "701"
    assert (parent / "postgres").stat().st_uid != 0


def test_database_takes_the_given_address_and_starts_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    monkeypatch.setenv("GOODPRACTICE_DATA", str(tmp_path))

    with postgres.database() as url:
        assert url == "postgresql://somewhere/else"

    assert list(tmp_path.iterdir()) == []


def test_database_sets_the_address_while_the_server_runs(monkeypatch, folder):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("GOODPRACTICE_DATA", str(folder.parent))

    with postgres.database() as url:
        assert os.environ["DATABASE_URL"] == url
        assert answer(url) == "goodpractice"

    assert "DATABASE_URL" not in os.environ


def test_data_folder_is_absolute_wherever_the_command_runs(monkeypatch):
    monkeypatch.setenv("GOODPRACTICE_DATA", "some/where")

    assert postgres.data_folder() == Path.cwd() / "some" / "where"


def test_data_folder_is_in_the_project_unless_told_otherwise(monkeypatch):
    monkeypatch.delenv("GOODPRACTICE_DATA", raising=False)

    assert postgres.data_folder() == postgres.ROOT / "var"
