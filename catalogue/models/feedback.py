"""Messages from readers: barriers they met, mistakes they found, questions to a contact whose address is not shown."""

from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _


class Feedback(models.Model):
    """One message, kept until the office has dealt with it."""

    class About(models.TextChoices):
        BARRIER = "barrier", _("a barrier on this site")
        CORRECTION = "correction", _("a mistake or an outdated fact")
        CONTACT = "contact", _("a question to a contact")
        OTHER = "other", _("something else")

    about = models.CharField(_("about"), max_length=12, choices=About)
    page = models.CharField(_("page"), max_length=500, blank=True)
    message = models.TextField(_("message"))
    name = models.CharField(_("your name"), max_length=150, blank=True)
    email = models.EmailField(_("your e-mail address"), blank=True)
    contact = models.ForeignKey(
        "ContactPerson",
        models.SET_NULL,
        verbose_name=_("for contact"),
        null=True,
        blank=True,
        related_name="+",
    )
    received_at = models.DateTimeField(_("received on"), auto_now_add=True)
    handled_at = models.DateTimeField(_("dealt with on"), null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return f"{self.get_about_display()} ({date_format(localtime(self.received_at), 'DATE_FORMAT')})"
