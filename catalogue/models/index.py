"""The flat index that lists, facets and search read: a narrow row for each published example.

``catalogue.index`` writes the rows in the transaction of the change, and leaves nothing in the lists of pending
entries that the two indexes have.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from catalogue.models.example import Example
from catalogue.models.revision import raise_revision_trigger


class ExampleIndex(models.Model):
    """What the list page must know of one published example; facet values as ids, so that a row stays narrow."""

    example = models.OneToOneField(Example, models.CASCADE, primary_key=True, related_name="index")
    kind = models.CharField(max_length=12)
    topics = ArrayField(models.IntegerField())
    target_groups = ArrayField(models.IntegerField())
    audiences = ArrayField(models.IntegerField())
    states = ArrayField(models.IntegerField())
    is_nationwide = models.BooleanField()
    network = models.BigIntegerField(null=True)
    cost_band = models.CharField(max_length=12)
    setup_weeks = models.SmallIntegerField(null=True)
    effort = models.IntegerField()
    running_since = models.SmallIntegerField(null=True)
    status_of_information = models.DateField(null=True)
    levels = ArrayField(models.SmallIntegerField())
    published_at = models.DateTimeField()
    title_key_de = models.CharField(max_length=120)
    title_key_en = models.CharField(max_length=120)
    words = ArrayField(models.TextField())
    head = SearchVectorField()
    body = SearchVectorField()

    class Meta:
        indexes = [
            GinIndex(fields=["head"], name="exampleindex_head"),
            GinIndex(fields=["body"], name="exampleindex_body"),
        ]
        triggers = [raise_revision_trigger()]

    def __str__(self) -> str:
        return str(self.example_id)
