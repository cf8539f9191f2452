"""The rubric: what each criterion asks, what each level means, and from where on the rule recommends. Versioned.

A board may reword it for the next call. Once an assessment of a call was handed in, the database holds its rubric fast.
"""

from typing import ClassVar

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.models import Criterion
from catalogue.models.record import Level
from catalogue.models.revision import raise_revision_at_commit
from catalogue.models.text import translated

POINTS = [MinValueValidator(1), MaxValueValidator(5)]


def frozen_once_used(rubric: str) -> pgtrigger.Trigger:
    """Refuse changes of a rubric by which somebody has assessed already; ``rubric`` is the key in a row."""
    return pgtrigger.Trigger(
        name="frozen_once_used",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("touched", "jsonb")],
        func=f"""
            FOREACH touched IN ARRAY ARRAY[to_jsonb(OLD), to_jsonb(NEW)] LOOP
                IF touched IS NOT NULL AND assessment_rubric_is_used({rubric}) THEN
                    RAISE EXCEPTION 'the rubric has been used to assess'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'rubric_frozen_once_used';
                END IF;
            END LOOP;
            RETURN COALESCE(NEW, OLD);
        """,
    )


class RubricManager(models.Manager["Rubric"]):
    def get_by_natural_key(self, version: str) -> "Rubric":
        return self.get(version=version)


class Rubric(models.Model):
    """One version of the rules by which proposals are assessed."""

    version = models.SlugField(_("version"), max_length=20, unique=True)
    name = translated(models.CharField(_("name"), max_length=120))
    median_threshold = models.DecimalField(
        _("lowest median of each criterion"), max_digits=2, decimal_places=1, default=3, validators=POINTS
    )
    overall_threshold = models.DecimalField(
        _("lowest mean of the four means"), max_digits=3, decimal_places=2, default=3.5, validators=POINTS
    )

    objects: ClassVar[RubricManager] = RubricManager()

    class Meta:
        verbose_name = _("rubric")
        verbose_name_plural = _("rubrics")
        ordering = ["-version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(median_threshold__range=(1, 5), overall_threshold__range=(1, 5)),
                name="rubric_thresholds_in_range",
            )
        ]
        triggers = [raise_revision_at_commit(), frozen_once_used("(touched ->> 'id')::bigint")]

    def __str__(self) -> str:
        return f"{self.name} ({self.version})"

    def natural_key(self) -> tuple[str]:
        return (self.version,)


class RubricCriterionManager(models.Manager["RubricCriterion"]):
    def get_by_natural_key(self, version: str, criterion: str) -> "RubricCriterion":
        return self.get(rubric__version=version, criterion=criterion)


class RubricCriterion(models.Model):
    """One criterion: what it asks (one prompt a line), in the words of this rubric."""

    rubric = models.ForeignKey(Rubric, models.CASCADE, verbose_name=_("rubric"), related_name="criteria")
    criterion = models.CharField(_("criterion"), max_length=12, choices=Criterion)
    position = models.PositiveSmallIntegerField(_("position"))
    prompts = translated(models.TextField(_("what is asked"), help_text=_("One question a line.")))

    objects: ClassVar[RubricCriterionManager] = RubricCriterionManager()

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["rubric", "criterion"], name="rubriccriterion_once"),
            models.UniqueConstraint(fields=["rubric", "position"], name="rubriccriterion_position_once"),
            models.CheckConstraint(
                condition=models.Q(criterion__in=Criterion.values), name="rubriccriterion_known"
            ),
        ]
        triggers = [raise_revision_at_commit(), frozen_once_used("(touched ->> 'rubric_id')::bigint")]

    def __str__(self) -> str:
        return str(self.get_criterion_display())

    def natural_key(self) -> tuple[str, str]:
        return (self.rubric.version, self.criterion)


class AnchorManager(models.Manager["Anchor"]):
    def get_by_natural_key(self, version: str, criterion: str, level: int) -> "Anchor":
        return self.get(criterion__rubric__version=version, criterion__criterion=criterion, level=level)


class Anchor(models.Model):
    """What one level of one criterion means."""

    criterion = models.ForeignKey(
        RubricCriterion, models.CASCADE, verbose_name=_("criterion"), related_name="anchors"
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    sentence = translated(models.TextField(_("meaning")))

    objects: ClassVar[AnchorManager] = AnchorManager()

    class Meta:
        verbose_name = _("meaning of a level")
        verbose_name_plural = _("meanings of the levels")
        ordering = ["level"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["criterion", "level"], name="anchor_once"),
            models.CheckConstraint(condition=models.Q(level__range=(1, 5)), name="anchor_level_in_range"),
        ]
        triggers = [
            raise_revision_at_commit(),
            frozen_once_used(
                "(SELECT rubric_id FROM assessment_rubriccriterion"
                " WHERE id = (touched ->> 'criterion_id')::bigint)"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_level_display())

    def natural_key(self) -> tuple[str, str, int]:
        return (*self.criterion.natural_key(), self.level)
