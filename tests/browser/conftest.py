"""One server and one small catalogue for all tests of this folder: making them anew for each would take longer than the tests."""

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django.live_server_helper import LiveServer

from catalogue.models import CatalogueRevision
from tests.browser.catalogue import fill_catalogue


@pytest.fixture(scope="package")
def home(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        with transaction.atomic():
            fill_catalogue()
        server = LiveServer("localhost")
        yield server.url
        server.stop()
        call_command("flush", verbosity=0, interactive=False)
        CatalogueRevision.objects.get_or_create(pk=1)
