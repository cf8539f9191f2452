"""Which databases are fit to be read, as the watch judges by what they say."""

import threading

import pytest
from django.db import DEFAULT_DB_ALIAS as PRIMARY

from goodpractice.replicas.watch import Mark, State
from tests.goodpractice.databases import said


def after(servers, watch, seconds=1.0):
    servers.now += seconds
    return watch.state()


# Who is fit ---------------------------------------------------------------------------------------------


def test_all_are_in_use_that_have_what_the_primary_has(watch):
    assert watch.state() == State(Mark(1, "7"), ("one", "two"), has_primary=True)


def test_each_database_is_asked_once_a_second(servers, watch):
    for seconds in (0, 0.5, 0.49, 0.02, 0.9):
        after(servers, watch, seconds)

    assert sorted(servers.asked) == [PRIMARY, PRIMARY, "one", "one", "two", "two"]


def test_threads_that_come_at_once_share_one_question(servers, watch):
    barrier = threading.Barrier(8)

    def come():
        barrier.wait()
        watch.state()

    threads = [threading.Thread(target=come) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(servers.asked) == [PRIMARY, "one", "two"]


@pytest.mark.parametrize(
    "answer",
    [
        None,
        said(4),
        said(5, writer="8"),
        said(5, is_copying=False),
        said(6, is_copying=False),
    ],
    ids=["silent", "older", "of another history", "a primary itself", "a primary that went on"],
)
def test_replica_is_left_out(servers, watch, answer):
    servers.all_say(5, 1000)
    servers.says["one"] = answer

    assert watch.state() == State(Mark(5, "7"), ("two",), has_primary=True)


def test_replica_that_is_ahead_of_the_primarys_answer_is_in_use(servers, watch):
    servers.says["one"] = said(2, writer="8")

    assert watch.state() == State(Mark(1, "7"), ("one", "two"), has_primary=True)


def test_replica_that_stands_still_is_left_out_after_the_permitted_lag(servers, watch):
    watch.state()
    found = []
    for position in (2000, 3000, 4000, 5000):
        servers.all_say(1, position)
        servers.says["one"] = said(1, 1000)
        found.append(after(servers, watch).replicas)

    assert found == [("one", "two"), ("one", "two"), ("two",), ("two",)]


def test_replica_that_follows_at_a_distance_stays_in_use(servers, watch):
    watch.state()
    found = []
    for second in range(1, 6):
        servers.all_say(1, 1000 + 1000 * second)
        servers.says["one"] = said(1, 1000 * second)
        found.append(after(servers, watch).replicas)

    assert found == [("one", "two")] * 5


def test_replica_is_left_out_after_a_quiet_hour_if_it_has_not_moved_since(servers, watch):
    watch.state()
    servers.all_say(1, 2000)
    after(servers, watch, 3600)
    servers.says["one"] = said(1, 1999)

    assert after(servers, watch, 3600).replicas == ("two",)


def test_replica_that_has_caught_up_is_in_use_again(servers, watch):
    servers.says["one"] = said(0)
    watch.state()
    servers.all_say(1, 1000)

    assert after(servers, watch).replicas == ("one", "two")


def test_reported_replica_is_left_out_until_it_is_asked_again(servers, watch):
    watch.state()

    watch.report("one")

    assert watch.state() == State(Mark(1, "7"), ("two",), has_primary=True)
    assert len(servers.asked) == 3
    assert after(servers, watch).replicas == ("one", "two")


def test_reported_primary_is_asked_at_once(servers, watch):
    watch.state()
    servers.says[PRIMARY] = None

    watch.report(PRIMARY)

    assert watch.state() == State(Mark(1, "7"), ("one", "two"), has_primary=False)


def test_last_replica_is_asked_at_once_when_reported(servers, watch):
    servers.says[PRIMARY] = servers.says["two"] = None
    watch.state()

    watch.report("one")

    assert watch.state() == State(Mark(1, "7"), ("one",), has_primary=False)


# Without the primary ------------------------------------------------------------------------------------


def test_the_most_advanced_replica_speaks_for_a_silent_primary(servers, watch):
    watch.state()
    servers.says = {PRIMARY: None, "one": said(2, writer="8"), "two": said(1)}

    assert after(servers, watch) == State(Mark(2, "8"), ("one",), has_primary=False)


def test_what_the_primary_has_said_does_not_come_back_older(servers, watch):
    servers.says[PRIMARY] = said(2, is_copying=False)
    watch.state()
    servers.says[PRIMARY] = None

    assert after(servers, watch) == State(None, (), has_primary=False)
    servers.says["two"] = said(2)
    assert after(servers, watch) == State(Mark(2, "7"), ("two",), has_primary=False)


def test_primary_that_was_restored_counts_although_it_is_older(servers, watch):
    servers.all_say(9, 9000)
    watch.state()
    servers.all_say(3, 3000)

    assert after(servers, watch, 10) == State(Mark(3, "7"), (), has_primary=True)
    assert after(servers, watch, 10) == State(Mark(3, "7"), ("one", "two"), has_primary=True)


def test_nothing_is_in_use_while_all_are_silent(servers, watch):
    servers.says = dict.fromkeys(servers.says)

    assert watch.state() == State(None, (), has_primary=False)


def test_primary_alone_is_in_use_while_all_replicas_are_silent(servers, watch):
    servers.says["one"] = servers.says["two"] = None

    assert watch.state() == State(Mark(1, "7"), (), has_primary=True)


def test_replica_made_a_primary_is_read_while_the_old_one_is_silent(servers, watch):
    watch.state()
    servers.says |= {PRIMARY: None, "one": said(1, is_copying=False), "two": None}

    assert after(servers, watch).replicas == ("one",)


def test_database_that_never_answers_is_waited_for_once(servers, watch, monkeypatch):
    monkeypatch.setattr("goodpractice.replicas.watch.PATIENCE", 0.2)
    go_on = threading.Event()
    servers.says["one"] = lambda: go_on.wait(30) and said(1)

    found = [watch.state().replicas, after(servers, watch).replicas]
    asked = servers.asked.count("one")
    go_on.set()
    watch._questions["one"].join(5)

    assert (found, asked) == ([("two",), ("two",)], 1)
    assert after(servers, watch).replicas == ("one", "two")
