"""What those called to a meeting have been told, and what has changed since."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from coordination.jobs import mail
from coordination.ui import dates

from .models import Call, Meeting, Participation

LETTERS = {Call.Kind.CALL: "forums.call", Call.Kind.CHANGE: "forums.call_changed"}


def told(meeting: Meeting, *, kind: str, by: Any, now: datetime) -> Call:
    """Keeps what those called are now told: the plan as it stands. For a caller with a transaction
    that holds the meeting."""
    before = last(meeting)
    if kind == Call.Kind.CHANGE:
        Meeting.objects.filter(pk=meeting.pk).update(call_sequence=F("call_sequence") + 1)
        meeting.refresh_from_db(fields=["call_sequence"])
    return Call.objects.create(
        meeting=meeting,
        number=before.number + 1 if before else 1,
        kind=kind,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        place=meeting.place,
        titles=_titles(meeting),
        by=by,
        at=now,
    )


def last(meeting: Meeting) -> Call | None:
    """What those called were told last, if anything."""
    return meeting.calls.order_by("-number").first()


def is_reached(user: Any) -> bool:
    """Whether there is an account, in use, with an address to mail to."""
    return user is not None and user.is_active and bool(user.email)


def send(
    call: Call,
    *,
    letter: str = "",
    only: Sequence[Participation] | None = None,
    besides: Sequence[Participation] = (),
) -> list[Participation]:
    """Mails everyone who has an account or an address, or of these `only`; returns those it does not
    reach."""
    rows = call.meeting.participations.exclude(pk__in=[row.pk for row in besides])
    if only is not None:
        rows = rows.filter(pk__in=[row.pk for row in only])
    unreached = []
    for row in rows.select_related("user", "organisation", "outside_address").in_order():
        if row.user is None and hasattr(row, "outside_address"):
            send_outside(row, call)
            continue
        if not is_reached(row.user):
            unreached.append(row)
            continue
        mail.post(
            to=row.user.pk,
            letter=letter or LETTERS[Call.Kind(call.kind)],
            ids={"meeting": call.meeting_id, "call": call.number},
            # Somebody who is taken off the plan and added again is called again.
            key=f"forums.call:{call.meeting_id}:{call.number}:{row.pk}:{row.user.pk}",
        )
    return unreached


def withdraw(meeting: Meeting, rows: Iterable[Participation]) -> None:
    """Mails those who were called and stand on the plan no more, so that their calendars forget the
    meeting. For a caller with a transaction that holds the meeting.

    The rows are those that were removed. They are told of the meeting as they knew it: where it is moved
    to is for those who are called. Who has no account has no address any more either.
    """
    said = last(meeting)
    if said is None:
        return
    for row in rows:
        if not is_reached(row.user):
            continue
        mail.post(
            to=row.user.pk,
            letter="forums.call_withdrawn",
            ids={"meeting": meeting.pk, "call": said.number},
            key=f"forums.call_withdrawn:{meeting.pk}:{row.pk}:{row.user.pk}",
        )


def send_outside(row: Participation, call: Call) -> None:
    """Mails what was told to somebody without an account, at the address that is kept for them."""
    address = row.outside_address
    mail.post(
        to=mail.OUTSIDE,
        letter="forums.outside_call",
        ids={"address": address.pk, "call": call.number},
        key=f"forums.outside_call:{call.meeting_id}:{call.number}:{address.pk}",
    )


def changes(meeting: Meeting) -> list[str]:
    """What the plan says now and those called have not been told, a line for each; empty when nothing,
    and for a meeting that nobody is called to."""
    before = last(meeting)
    if before is None:
        return []
    return _lines(before, meeting, _titles(meeting))


def new_in(call: Call) -> list[str]:
    """What the call says otherwise than the one before it, as a mail may say it: without headings,
    which somebody wrote."""
    before = call.meeting.calls.filter(number__lt=call.number).order_by("-number").first()
    if before is None:
        return []
    lines = when_and_where(before, call)
    if before.titles != call.titles:
        lines.append(_("The agenda has changed. It stands in the portal."))
    return lines


def _titles(meeting: Meeting) -> list[str]:
    return list(meeting.items.in_order().values_list("title", flat=True))


def _lines(before: Call, after: Meeting, titles: list[str]) -> list[str]:
    lines = when_and_where(before, after)
    added = _besides(titles, before.titles)
    removed = _besides(before.titles, titles)
    if added:
        lines.append(_("New on the agenda: %(titles)s") % {"titles": ", ".join(added)})
    if removed:
        lines.append(_("No longer on the agenda: %(titles)s") % {"titles": ", ".join(removed)})
    if not added and not removed and titles != before.titles:
        lines.append(_("The items of the agenda stand in another order."))
    return lines


def when_and_where(before: Call, after: Call | Meeting) -> list[str]:
    """The new time and place, each beside the old, if they are new."""
    lines = []
    if (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at):
        lines.append(
            _("New time: %(new)s. It was %(old)s.")
            % {
                "new": dates.period(after.starts_at, after.ends_at),
                "old": dates.period(before.starts_at, before.ends_at),
            }
        )
    if before.place != after.place:
        words = {"new": after.place or _("no place"), "old": before.place or _("no place")}
        lines.append(_("New place: %(new)s. It was %(old)s.") % words)
    return lines


def _besides(these: Iterable[str], those: Iterable[str]) -> list[str]:
    """The ones of `these` that are not among `those`; what stands twice counts twice."""
    rest = list(those)
    found = []
    for one in these:
        if one in rest:
            rest.remove(one)
        else:
            found.append(one)
    return found
