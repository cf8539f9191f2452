"""What people have been told on a date, so that nobody is told twice."""

from typing import ClassVar

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class NoticeManager(models.Manager["Notice"]):
    def first_time(self, *parts: object) -> bool:
        """Note that somebody is told what ``parts`` name; tell whether it is the first time.

        Of two at once one notes it; the other waits for the end of that transaction and then knows.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO assessment_notice (about, told_at) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                [":".join(map(str, parts)), timezone.now()],
            )
            return bool(cursor.rowcount)


class Notice(models.Model):
    """One thing that somebody was told."""

    about = models.CharField(_("about"), max_length=120, unique=True)
    told_at = models.DateTimeField(_("told on"), default=timezone.now)

    objects: ClassVar[NoticeManager] = NoticeManager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")

    def __str__(self) -> str:
        return self.about
