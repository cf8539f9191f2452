import pytest
from django.db import connection

from goodpractice.outbox.backend import OutboxBackend
from goodpractice.outbox.models import Mail


@pytest.fixture(autouse=True)
def _no_jobs(request):
    """Empty the tables of jobs where a test before committed some: Django's own tidying up leaves them alone."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("transactional_db" if is_committed(request) else "db")
        with connection.cursor() as cursor:
            cursor.execute(
                "TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers"
                ", procrastinate_workers"
            )


def is_committed(request):
    return bool(request.node.get_closest_marker("django_db").kwargs.get("transaction"))


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """Where mails of a test end up: its settings send them through the outbox, as outside the tests."""
    settings.EMAIL_BACKEND = f"{OutboxBackend.__module__}.{OutboxBackend.__name__}"
    settings.MAIL_TRANSPORT = "goodpractice.outbox.folder.FolderBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mails")
    return tmp_path / "mails"


@pytest.fixture
def make_mail():
    def make_mail(**fields):
        given = {"receiver": "kim@example.org", "language": "en", "subject": "Hello", "text": "Good news."}
        return Mail.objects.create(**{**given, **fields})

    return make_mail
