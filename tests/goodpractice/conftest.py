"""What tests of replicas share: a primary, two copies, and the watch that asks them."""

import pytest

from goodpractice.replicas import choosing, middleware
from goodpractice.replicas.watch import Watch
from tests.goodpractice.databases import Servers

LAG = 2


@pytest.fixture
def servers():
    return Servers("one", "two")


@pytest.fixture
def watch(servers):
    return Watch(servers.ask, ["one", "two"], lag=LAG, clock=lambda: servers.now)


@pytest.fixture
def in_use(settings, watch, monkeypatch):
    """Make the process believe in these databases."""
    settings.REPLICAS, settings.REVISION_SECONDS = ["one", "two"], 1
    monkeypatch.setattr(choosing, "watch", lambda: watch)
    monkeypatch.setattr(middleware, "watch", lambda: watch)
    return watch
