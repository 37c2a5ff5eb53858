"""Which organisations come to the meetings, and how old the open actions are.

Both are read from the forums and actions that the person may see, and count organisations and actions,
never people.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from coordination.actors.models import Organisation

from .agenda import local
from .models import MINUTES_STATES, Action, Forum, Meeting, Participation

YEAR = dt.timedelta(days=365)
NEW, AGEING, OLD = "new", "ageing", "old"
_BORDERS = {NEW: (None, 30), AGEING: (30, 90), OLD: (90, None)}
"""Days since an action was decided: more than the first, at most the second."""
_CAME = (
    Participation.Attendance.PRESENT,
    Participation.Attendance.DIGITAL,
    Participation.Attendance.SUBSTITUTE,
)
FEW = 3
"""With fewer meetings than this a share says too little to point at anybody."""


@dataclass(frozen=True)
class Share:
    """At how many of the meetings an organisation was."""

    came: int
    of: int

    @property
    def percent(self) -> int:
        return (200 * self.came + self.of) // (2 * self.of)

    @property
    def step(self) -> int:
        """From 0 (less than a quarter) to 4 (always): the shade of the cell."""
        return 4 * self.came // self.of


@dataclass
class Attendance:
    """The meetings held during a year, and which organisations were expected and came."""

    meetings: list[Meeting]
    organisations: list[Organisation] = field(default_factory=list)
    _expected: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    _came: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    @property
    def forums(self) -> list[Forum]:
        """Those that met, each once."""
        return list({one.forum_id: one.forum for one in self.meetings}.values())

    def came(self, organisation: Organisation, meeting: Meeting) -> bool | None:
        """Whether somebody from the organisation was there; None when nobody was expected."""
        if meeting.pk not in self._expected[organisation.pk]:
            return None
        return meeting.pk in self._came[organisation.pk]

    def share(self, organisation: Organisation, forum: Forum | None = None) -> Share | None:
        """The organisation's share of the meetings of the forum, or of all; None without any."""
        held = {one.pk for one in self.meetings if forum is None or one.forum_id == forum.pk}
        expected = self._expected[organisation.pk] & held
        if not expected:
            return None
        return Share(len(expected & self._came[organisation.pk]), len(expected))

    def lowest(self) -> tuple[Organisation, Share] | None:
        """The organisation that came least, of those expected at enough meetings and missing some."""
        shares = [(one, self.share(one)) for one in self.organisations]
        missing = [
            (one, share)
            for one, share in shares
            if share is not None and share.of >= FEW and share.came < share.of
        ]
        return min(missing, key=lambda row: row[1].came / row[1].of, default=None)


def attendance(*, forums: Iterable[Forum], now: dt.datetime) -> Attendance:
    """The attendance of a year back at meetings of these forums, for which it is recorded.

    An organisation is expected where somebody from it was called, and where somebody came. Who sends a
    substitute from another organisation was not there; the other one was.
    """
    held = Meeting.objects.filter(
        forum__in=[forum.pk for forum in forums],
        state__in=MINUTES_STATES,
        starts_at__range=(now - YEAR, now),
    )
    result = Attendance(list(held.select_related("forum").newest_first()))
    for meeting, called, stood_in, how, is_guest in Participation.objects.filter(
        meeting__in=held.values("pk")
    ).values_list(
        "meeting_id", "organisation_id", "substitute_organisation_id", "attendance", "is_guest"
    ):
        if not is_guest:
            result._expected[called].add(meeting)
        if how in _CAME:
            present = stood_in or called
            result._expected[present].add(meeting)
            result._came[present].add(meeting)
    found = Organisation.objects.in_bulk([key for key, some in result._expected.items() if some])
    result.organisations = list(found.values())
    return result


def of_age(age: str, today: dt.date) -> Q:
    """Actions that were decided so long ago: `NEW`, `AGEING` or `OLD`."""
    above, most = _BORDERS[age]
    found = Q()
    if most is not None:
        found &= Q(created_at__gte=local(today - dt.timedelta(days=most), dt.time()))
    if above is not None:
        found &= Q(created_at__lt=local(today - dt.timedelta(days=above), dt.time()))
    return found


@dataclass(frozen=True)
class Ages:
    """The open actions of a forum by age."""

    forum: int
    name: str
    new: int
    ageing: int
    old: int

    @property
    def all(self) -> int:
        return self.new + self.ageing + self.old


def open_actions(user: Any, *, today: dt.date | None = None) -> list[Ages]:
    """The open actions that the person may see, by forum; most that are old first."""
    today = today or timezone.localdate()
    counts = {
        age: Count("pk", filter=of_age(age, today), distinct=True) for age in (NEW, AGEING, OLD)
    }
    rows = (
        Action.objects.visible_to(user)
        .open()
        .order_by()
        .values(key=F("forum_id"), name=F("forum__name"))
        .annotate(**counts)
    )
    found = [Ages(row["key"], row["name"], *(row[age] for age in counts)) for row in rows]
    return sorted(found, key=lambda one: (-one.old, -one.all, one.name))
