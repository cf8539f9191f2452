"""Who else works on a proposal. The rows stay when somebody leaves: they count for conflicts of interest."""

from typing import Any, ClassVar

import pghistory
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.models.proposal import Proposal
from assessment.querysets import ProposalEditorQuerySet
from goodpractice.accounts.models import User


# Without the address: whoever asks to be erased must not live on in the history.
@pghistory.track(exclude=["email"])
class ProposalEditor(models.Model):
    """A colleague, invited by e-mail; a person with an account once the invitation was accepted."""

    class Right(models.TextChoices):
        EDIT = "edit", _("may read and write")
        VIEW = "view", _("may read")

    proposal = models.ForeignKey(Proposal, models.PROTECT, verbose_name=_("proposal"), related_name="editors")
    email = models.EmailField(_("e-mail address"))
    user = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("person"), null=True, blank=True, related_name="edited_proposals"
    )
    right = models.CharField(_("right"), max_length=4, choices=Right, default=Right.EDIT)
    invited_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("invited by"), related_name="invitations"
    )
    invited_at = models.DateTimeField(_("invited on"), default=timezone.now)
    accepted_at = models.DateTimeField(_("accepted on"), null=True, blank=True)
    removed_at = models.DateTimeField(_("removed on"), null=True, blank=True)

    objects: ClassVar[Any] = ProposalEditorQuerySet.as_manager()

    class Meta:
        verbose_name = _("co-editor")
        verbose_name_plural = _("co-editors")
        ordering = ["invited_at", "id"]
        constraints = [
            models.UniqueConstraint(
                "proposal",
                Lower("email"),
                condition=models.Q(removed_at=None),
                name="editor_invited_once",
                violation_error_message=_("This address is invited already."),
            ),
            models.UniqueConstraint(
                fields=["proposal", "user"],
                condition=models.Q(removed_at=None, user__isnull=False),
                name="editor_once",
                violation_error_message=_("This person is a co-editor already."),
            ),
            models.CheckConstraint(
                condition=models.Q(user=None, accepted_at=None)
                | models.Q(user__isnull=False, accepted_at__isnull=False),
                name="editor_accepted_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user or self.email)
