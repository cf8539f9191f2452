"""The words that records are filed under. They are data: the office adds and renames them in both languages."""

from typing import Any, ClassVar

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.models.revision import raise_revision_trigger
from catalogue.models.text import translated


class TermManager(models.Manager[Any]):
    def get_by_natural_key(self, slug: str) -> Any:
        return self.get(slug=slug)


class Term(models.Model):
    """One entry of a vocabulary."""

    slug = models.SlugField(_("short name in addresses"), max_length=60, unique=True)
    name = translated(models.CharField(_("name"), max_length=120))
    position = models.PositiveSmallIntegerField(_("position"), help_text=_("Order in lists and filters."))

    objects: ClassVar[TermManager] = TermManager()

    class Meta:
        abstract = True
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["position"],
                name="%(class)s_position_unique",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_("Another entry has this position."),
            ),
            models.CheckConstraint(
                condition=~models.Q(name_de="") & ~models.Q(name_en=""),
                name="%(class)s_named_in_both_languages",
                violation_error_message=_("An entry needs a German and an English name."),
            ),
        ]
        triggers = [raise_revision_trigger()]

    def __str__(self) -> str:
        return str(self.name)

    def natural_key(self) -> tuple[str]:
        return (self.slug,)


@pghistory.track()
class Topic(Term):
    class Meta(Term.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")


@pghistory.track()
class TargetGroup(Term):
    class Meta(Term.Meta):
        verbose_name = _("target group")
        verbose_name_plural = _("target groups")


@pghistory.track()
class Audience(Term):
    """Whom an example is meant for (seed 000): the institution that would take it over."""

    class Meta(Term.Meta):
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")


@pghistory.track()
class FederalState(Term):
    iso_code = models.CharField(_("ISO 3166-2 code"), max_length=5, unique=True)

    class Meta(Term.Meta):
        verbose_name = _("federal state")
        verbose_name_plural = _("federal states")


@pghistory.track()
class MemberKind(Term):
    class Meta(Term.Meta):
        verbose_name = _("kind of member")
        verbose_name_plural = _("kinds of member")


@pghistory.track()
class FieldOfAction(Term):
    class Meta(Term.Meta):
        verbose_name = _("field of action")
        verbose_name_plural = _("fields of action")


@pghistory.track()
class Formalisation(Term):
    class Meta(Term.Meta):
        verbose_name = _("degree of formalisation")
        verbose_name_plural = _("degrees of formalisation")


@pghistory.track()
class NetworkType(Term):
    class Meta(Term.Meta):
        verbose_name = _("type of network")
        verbose_name_plural = _("types of network")
