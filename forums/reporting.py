"""What the minutes of a year say of an organisation, for its resource report."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from coordination.actors.models import Organisation
from coordination.resources import prefill

from .agenda import local
from .models import MINUTES_STATES, Forum, Participation

_CAME = (
    Participation.Attendance.PRESENT,
    Participation.Attendance.DIGITAL,
    Participation.Attendance.SUBSTITUTE,
)


def attended(organisation: Organisation, year: int) -> Iterable[prefill.Attended]:
    """Each forum that called the organisation that year, with its meetings held and those it came to.

    Not the forums that may handle individuals: who reports for an organisation need not know of them.
    """
    rows = (
        Participation.objects.filter(
            meeting__state__in=MINUTES_STATES,
            meeting__starts_at__gte=local(dt.date(year, 1, 1), dt.time()),
            meeting__starts_at__lt=local(dt.date(year + 1, 1, 1), dt.time()),
            organisation=organisation,
            is_guest=False,
        )
        .exclude(meeting__forum__information_class=Forum.InformationClass.INDIVIDUALS)
        .values_list("meeting__forum", "meeting__forum__name", "meeting", "attendance")
    )
    names: dict[int, str] = {}
    held: dict[int, dict[int, bool]] = defaultdict(dict)
    for forum, name, meeting, attendance in rows:
        names[forum] = name
        held[forum][meeting] = held[forum].get(meeting, False) or attendance in _CAME
    for forum, meetings in held.items():
        yield prefill.Attended(names[forum], len(meetings), sum(meetings.values()))
