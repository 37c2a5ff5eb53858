"""A meeting that is not to be held: why, who is told, and where what stood on its agenda goes."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.audit import log
from coordination.jobs import mail

from . import agenda, entries, meetings, placing
from .models import PLAN_STATES, Forum, Meeting, OutsideAddress
from .refusals import clean


def cancel(*, meeting: Meeting, reason: str, by: Any, now: datetime | None = None) -> Meeting:
    """The meeting is cancelled, and those called to it are mailed; once the time has passed, nobody is.

    What was postponed to it or proposed for it goes to the forum's next planned meeting, or waits for
    one to be planned; open actions follow by themselves. It is final: another meeting is planned
    instead. Raises WrongState once the meeting has begun or is cancelled, and what texts raise.
    """
    now = now or timezone.now()
    reason = clean_reason(reason)
    with transaction.atomic():
        agenda.hold(meeting.forum)
        call_off(meeting, reason=reason, by=by, now=now)
        pass_on(meeting.forum, now=now)
        log.record(by=by, event="forums.meeting.cancelled", on=meeting, at=now)
    return meeting


def clean_reason(reason: str) -> str:
    """Why a meeting is cancelled, as it may be stored."""
    return clean(
        reason,
        label=_("The reason"),
        limit=entries.REASON,
        field="reason",
        needed=_("Enter why the meeting is cancelled"),
    )


def call_off(meeting: Meeting, *, reason: str, by: Any, now: datetime) -> None:
    """The step itself, for a caller with a transaction that holds the forum, passes on what stood on the
    agenda and records what was done.

    Raises WrongState once the meeting has begun or is cancelled.
    """
    cancelled = Meeting.objects.filter(pk=meeting.pk, state__in=PLAN_STATES).update(
        state=Meeting.State.CANCELLED, cancelled_by=by, cancelled_at=now, cancel_reason=reason
    )
    meeting.refresh_from_db()
    if not cancelled:
        entries.hold(meeting, PLAN_STATES)
    if meeting.called_at is not None and not meeting.is_past(now):
        _tell(meeting)


def _tell(meeting: Meeting) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(call_sequence=F("call_sequence") + 1)
    meeting.refresh_from_db()
    for user in meetings.reached(meeting):
        mail.post(
            to=user.pk,
            letter="forums.call_cancelled",
            ids={"meeting": meeting.pk},
            key=f"forums.call_cancelled:{meeting.pk}:{user.pk}",
        )
    for address in OutsideAddress.objects.filter(participation__meeting=meeting):
        mail.post(
            to=mail.OUTSIDE,
            letter="forums.outside_cancelled",
            ids={"address": address.pk},
            key=f"forums.outside_cancelled:{meeting.pk}:{address.pk}",
        )


def pass_on(forum: Forum, *, now: datetime) -> None:
    """What waits for a meeting is put on the forum's next planned one, if there is one; whoever has that
    plan open is told of it."""
    following = agenda.ahead(forum, now=now).first()
    if following is None:
        return
    # Before its items are read: whoever changes that plan right now comes first or waits.
    entries.hold(following, PLAN_STATES)
    before = following.items.count()
    meetings.bring_postponed(following, now)
    placing.bring_proposals(following)
    if following.items.count() != before:
        Meeting.objects.filter(pk=following.pk).update(version=F("version") + 1)
