"""Who was present when the board met: the only code that writes ``Attendance``."""

from collections.abc import Collection

from django.db import transaction

from assessment.models import Attendance, BoardSeat, Call
from goodpractice.accounts.models import User


@transaction.atomic
def note(call: Call, present: Collection[BoardSeat], *, by: User) -> None:
    """Note that exactly these were present; who was noted before stays noted by the same person."""
    Call.objects.select_for_update().get(pk=call.pk)
    noted = Attendance.objects.filter(call=call)
    noted.exclude(seat__in=present).delete()
    known = set(noted.values_list("seat_id", flat=True))
    Attendance.objects.bulk_create(
        Attendance(call=call, seat=seat, noted_by=by) for seat in present if seat.pk not in known
    )
