"""Workers that are killed in the midst of their work lose no mail and double none.

``KILLS=200 bin/test tests/goodpractice/outbox/test_worker.py`` does it 200 times.
"""

import os
import signal
import subprocess
import sys
import time
from urllib.parse import quote, urlencode

import pytest
from django.core.mail import send_mail
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from goodpractice import postgres
from goodpractice.outbox.models import Mail

pytestmark = pytest.mark.django_db(transaction=True)

KILLS = int(os.environ.get("KILLS", "15"))
MAILS_FOR_EACH_KILL = 20


def environment(folder):
    """Return that of a worker on the database of this test."""
    given = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    parts = {part: given[key] for part, key in names.items() if given[key]}
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "goodpractice.settings",
        "DATABASE_URL": f"postgresql:///?{urlencode(parts, quote_via=quote, safe='')}",
        "EMAIL_URL": folder.as_uri(),
        "FOLDER": str(folder),
        "KILLS": str(KILLS),
    }


def test_killed_workers_lose_and_double_no_mail(folder):
    for number in range(KILLS * MAILS_FOR_EACH_KILL):
        send_mail("Hello", f"Good news {number}.", None, [f"kim{number}@example.org"])

    done = subprocess.run(
        [sys.executable, "-m", "tests.goodpractice.outbox.kills"],
        cwd=postgres.ROOT,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    out_at_kill = [int(line) for line in done.stdout.split()]
    assert len(out_at_kill) == KILLS
    assert out_at_kill[-1] < KILLS * MAILS_FOR_EACH_KILL, "the last kill met nobody at work"
    assert "is taken up again: its worker is gone" in done.stderr
    sent = Mail.objects.filter(state="sent").values_list("message_id", flat=True)
    assert len(sent) == KILLS * MAILS_FOR_EACH_KILL
    assert sorted(path.name for path in folder.glob("*.eml")) == sorted(f"{name}.eml" for name in sent)
    assert not ProcrastinateJob.objects.filter(task_name="outbox.deliver").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=str)
def test_worker_sends_what_comes_and_stops_when_asked(folder, number):
    command = [sys.executable, "manage.py", "run_worker"]
    with subprocess.Popen(
        command, cwd=postgres.ROOT, env=environment(folder), stderr=subprocess.PIPE
    ) as worker:
        try:
            wait_for(ProcrastinateWorker.objects.exists)
            send_mail("Hello", "Good news.", None, ["kim@example.org"])
            wait_for(Mail.objects.filter(state="sent").exists)
            worker.send_signal(number)
            code = worker.wait(30)
        finally:
            worker.kill()
        said = worker.stderr.read().decode()

    assert (code, said) == (0, "")
    assert [path.name for path in folder.iterdir()] == [f"{Mail.objects.get().message_id}.eml"]
    assert not ProcrastinateWorker.objects.exists()


def wait_for(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
