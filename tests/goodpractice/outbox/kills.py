"""Starts workers and kills each in the midst of its work; the last one may finish and is asked to stop.

The settings are those of the environment; ``KILLS`` says how often. Prints how many mails were out at each kill.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

import django
import psycopg

from goodpractice.outbox.worker import Worker

LONGEST_LIFE, PATIENCE = 0.5, 30


def main():
    django.setup()
    chance = random.Random(int(os.environ.get("SEED", "0")))
    for _kill in range(int(os.environ["KILLS"])):
        worker = start()
        time.sleep(chance.uniform(0.05, LONGEST_LIFE))
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)
        sys.stdout.write(f"{len(list(Path(os.environ['FOLDER']).glob('*.eml')))}\n")
    worker = start()
    try:
        while waiting := jobs():
            wait_until(lambda before=waiting: jobs() < before)
        os.kill(worker, signal.SIGTERM)
        wait_until(lambda: has_ended(worker))
    except TimeoutError:
        os.kill(worker, signal.SIGKILL)
        raise


def start():
    """Fork a worker: the project is loaded once, so that workers live of work and not of starting."""
    if pid := os.fork():
        return pid
    try:
        Worker(heartbeat=0.2, dead_after=0.6, polling=0.2, insist_after=1).run()
    finally:
        os._exit(int(sys.exc_info()[0] is not None))


def jobs():
    """Return how many jobs are not done."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        query = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'outbox.deliver'"
        return connection.execute(query).fetchone()[0]


def has_ended(worker):
    pid, status = os.waitpid(worker, os.WNOHANG)
    if pid and os.waitstatus_to_exitcode(status):
        sys.exit("The last worker failed.")
    return bool(pid)


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.1)


if __name__ == "__main__":
    main()
