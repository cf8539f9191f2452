import threading

import pytest
from django.db import connection, transaction

from catalogue import facets
from catalogue.models import ContactPerson
from tests.factories import ContactPersonFactory, NetworkFactory

pytestmark = pytest.mark.django_db

VISIBLE = [
    "attachment",
    "audience",
    "boardstatement",
    "consent",
    "contactperson",
    "exampleindex",
    "federalstate",
    "fieldofaction",
    "formalisation",
    "link",
    "memberkind",
    "network",
    "network_fields_of_action",
    "network_member_kinds",
    "network_states",
    "network_successors",
    "network_target_groups",
    "networktype",
    "socialmedia",
    "targetgroup",
    "topic",
    "transfer",
]
NOT_VISIBLE = [
    "cataloguerevision",
    "example",  # through the index
    "example_audiences",
    "example_states",
    "example_target_groups",
    "example_topics",
    "exampleformerslug",  # they only redirect
    "feedback",
    "networkformerslug",
]


@pytest.mark.parametrize("table", VISIBLE)
@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO {0} SELECT * FROM {0} WHERE false", "UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"],
)
def test_any_statement_that_may_change_a_page_raises_the_revision(table, statement):
    column = "example_id" if table == "exampleindex" else "id"
    before = facets.revision()

    with connection.cursor() as cursor:
        cursor.execute(statement.format(f"catalogue_{table}", column))

    assert facets.revision().number == before.number + 1


def test_every_table_is_known_as_visible_or_not():
    tables = [name for name in connection.introspection.table_names() if name.startswith("catalogue_")]
    own = [name.removeprefix("catalogue_") for name in tables if not name.endswith("event")]

    assert own == sorted(VISIBLE + NOT_VISIBLE)


def test_update_of_a_queryset_raises_the_revision():
    network = NetworkFactory()
    before = facets.revision()

    type(network).objects.filter(pk=network.pk).update(name="Neu")

    assert facets.revision().number == before.number + 1


@pytest.mark.django_db(transaction=True)
def test_changes_from_both_ends_wait_instead_of_blocking_each_other():
    contact = ContactPersonFactory()
    consent = contact.consents.create(text_version="1", how="written")
    holds_the_revision, ended = threading.Event(), []

    def withdraw_by_sql():
        holds_the_revision.wait(5)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE catalogue_consent SET withdrawn_at = now() WHERE id = %s", [consent.pk])
        ended.append("withdrawn")
        connection.close()

    other = threading.Thread(target=withdraw_by_sql)
    other.start()
    with transaction.atomic():
        ContactPerson.objects.update(name="Neu")
        holds_the_revision.set()
        other.join(0.5)
        # The other one has touched nothing yet, so its row is free.
        contact.consents.update(text_version="2")
        ended.append("changed")
    other.join(5)

    assert ended == ["changed", "withdrawn"]
