"""What was handed in, in words."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from assessment.admin.texts import Reading
from assessment.models import Status
from assessment.summary import as_text
from tests.assessment.factories import STEPS, complete, draft

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("language", "expected"), [("de", "0,5"), ("en", "0.5")])
def test_numbers_are_written_as_in_the_language(language, expected):
    proposal = complete(draft())
    proposal.example.staff_fte = Decimal("0.5")
    proposal.example.save()
    STEPS[Status.SUBMITTED](proposal)
    version = proposal.versions.get()

    with override(language):
        shown, mailed = Reading([version]).text_of(version, "staff_fte"), as_text(proposal)

    assert shown == expected
    assert f": {expected}\n" in mailed
