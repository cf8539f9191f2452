"""Proposals that the server of the browser tests sees are committed; this takes them away again."""

from django.db import connection

from catalogue.models import Audience, Example, FederalState, Network, TargetGroup, Topic

SHOWN = [Network, Topic, TargetGroup, Audience, FederalState]
"""What other tests of the package would see on public pages."""


def shown():
    return {model: set(model.objects.values_list("pk", flat=True)) for model in SHOWN}


def take_away(before):
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE assessment_call, assessment_proposal, accounts_user CASCADE")
    proposed = Example.objects.filter(is_proposed=True)
    proposed.update(is_locked=False)
    proposed.delete()
    for model, known in before.items():
        model.objects.exclude(pk__in=known).delete()
