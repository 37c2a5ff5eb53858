"""The demo's minutes after their meetings: waiting, asked to be changed, adjusted, and corrected."""

from datetime import datetime, timedelta

from . import adjusting
from .models import Forum, Meeting, Sending

REQUEST = "Skriv ut vilken dag nästa möte är."
CORRECTION = "I protokollet står att mötet hölls i Rådhuset, sal 3. Det hölls i sal 2."
NUMBER = "KS 2026/0412"


def make(*, locked: Forum, waiting: Forum, notes: Forum, asked: Forum, now: datetime) -> None:
    """One of each: of `locked` the last but one is adjusted, corrected and has a number; of `waiting`
    the last waits for one more and the one before is adjusted; the last of `notes` waits for its
    chair; of `asked` the chair wants a change."""
    *_later, before = _latest(locked)
    _adjust_all(before, now)
    adjusting.correct(
        meeting=before, text=CORRECTION, by=before.finished_by, now=now - timedelta(days=3)
    )
    adjusting.give_number(
        meeting=before, number=NUMBER, by=before.finished_by, now=now - timedelta(days=3)
    )

    last, before = _latest(waiting)
    _adjust_all(before, now)
    sending = _send(last, now - timedelta(days=1))
    second = sending.adjusters.get(is_chair=False)
    adjusting.adjust(
        meeting=last, sha256=sending.sha256, by=second.user, now=now - timedelta(hours=3)
    )

    _send(_latest(notes)[0], now - timedelta(days=1))

    last = _latest(asked)[0]
    sending = _send(last, now - timedelta(days=1))
    item = last.items.exclude(notes="").in_order().last()
    adjusting.ask_change(
        meeting=last,
        sha256=sending.sha256,
        texts={item.pk: REQUEST},
        by=sending.adjusters.get(is_chair=True).user,
        now=now - timedelta(hours=4),
    )


def _latest(forum: Forum) -> list[Meeting]:
    """The two meetings that were written up last, the latest first."""
    written = forum.meetings.filter(state=Meeting.State.WRITING_UP).select_related("forum")
    return list(written.newest_first()[:2])


def _send(meeting: Meeting, at: datetime) -> Sending:
    """To the chair, and to whom the meeting chose, or else to whoever was there."""
    offered = adjusting.candidates(meeting, on=at.date())
    chair, second = adjusting.proposed(meeting, offered)
    second = second or next(one.user for one in offered if one.user != chair)
    return adjusting.send(
        meeting=meeting, chair=chair, second=second, by=meeting.finished_by, now=at
    )


def _adjust_all(meeting: Meeting, now: datetime) -> None:
    """Adjusted by all, soon after the meeting."""
    at = min(meeting.ends_at + timedelta(days=2), now - timedelta(days=6))
    sending = _send(meeting, at)
    for number, row in enumerate(sending.adjusters.order_by("pk"), start=1):
        adjusting.adjust(
            meeting=meeting,
            sha256=sending.sha256,
            by=row.user,
            now=at + timedelta(days=number),
        )
