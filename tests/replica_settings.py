"""The settings of the tests for a site of its own: with pools, and with the intervals of real life."""

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

REVISION_SECONDS = 1
for _database in DATABASES.values():
    _database["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 4, "reconnect_timeout": 5, "timeout": 3}
