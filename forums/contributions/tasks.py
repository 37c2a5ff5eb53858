"""The start page's rows about meetings, their minutes and actions: to do, and coming."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.frame import contributions
from coordination.frame.contributions import Task, Upcoming
from coordination.ui import dates
from forums import actions, adjusting, agenda, answers, decisions, meetings, proposals
from forums.models import Meeting, Proposal, Sending

from .naming import named

CALL_AHEAD = timedelta(weeks=3)
"""So long before a planned meeting its invitation becomes something to do."""
CALL_BEFORE = timedelta(weeks=1)
"""An invitation should be out so long before the meeting."""
FRESH = timedelta(days=7)
"""So long the minutes of a meeting are offered to who finished it, to be sent."""
WAITED_LONG = timedelta(days=5)
UPCOMING = timedelta(days=14)


@contributions.start_tasks
def own_actions(user: Any, now: datetime) -> Iterator[Task]:
    """The person's open actions, each to be marked as done where it stands."""
    for action in actions.due_for(user, timezone.localdate(now)):
        yield Task(
            kind="action",
            kind_name=_("Actions"),
            title=action.text,
            url=reverse("action", args=[action.pk]),
            context=str(action.forum),
            due=action.due,
            action=contributions.Action(
                label=_("Mark as done"), url=reverse("action_done", args=[action.pk])
            ),
        )


@contributions.start_tasks
def calls_to_answer(user: Any, now: datetime) -> Iterator[Task]:
    """Meetings that the person is called to and has not answered; to come is one press."""
    for meeting in answers.waiting_for(user, now):
        yield Task(
            kind="answer",
            kind_name=_("Invitations to answer"),
            title=_("Answer the invitation"),
            url=reverse("answer", args=[meeting.pk]),
            context=named(meeting),
            due=meeting.day,
            action=contributions.Action(
                label=_("I am coming"),
                url=reverse("answer", args=[meeting.pk]),
                name="answer",
                value="yes",
            ),
        )


@contributions.start_tasks
def proposals_to_answer(user: Any, now: datetime) -> Iterator[Task]:
    """Items that members propose for meetings ahead: one row a meeting."""
    waiting: dict[int, list[Proposal]] = {}
    for proposal in proposals.waiting_for(user, now):
        waiting.setdefault(proposal.meeting_id, []).append(proposal)
    for rows in waiting.values():
        meeting = rows[0].meeting
        title = ngettext(
            "Answer %(count)s proposed item", "Answer %(count)s proposed items", len(rows)
        )
        yield Task(
            kind="proposal",
            kind_name=_("Proposed items"),
            title=title % {"count": len(rows)},
            url=reverse("meeting_plan", args=[meeting.pk]) + "#proposals",
            context=named(meeting),
            due=proposals.last_day(meeting),
        )


@contributions.start_tasks
def meetings_kept(user: Any, now: datetime) -> Iterator[Task]:
    """What waits of the meetings that the person keeps: to be called, to be written up, and their
    minutes to be sent. One question for all of it, since the start page asks a good many."""
    last = Sending.objects.filter(meeting=OuterRef("pk")).order_by("-pk")
    kept = (
        Meeting.objects.visible_to(user, Permission.LOG_MEETINGS)
        .exclude(state__in=(Meeting.State.LOCKED, Meeting.State.CANCELLED))
        .annotate(
            last_state=Subquery(last.values("state")[:1]),
            last_by=Subquery(last.values("sent_by")[:1]),
        )
        .filter(_to_call(now) | meetings.to_finish(now) | _to_send(user, now))
    )
    for meeting in kept.select_related("forum").soonest_first():
        if meeting.state in (Meeting.State.WRITING_UP, Meeting.State.AWAITING):
            yield _sending(meeting)
        elif meeting.state == Meeting.State.IN_PROGRESS or meeting.ends_at < now:
            yield _writing_up(meeting, now)
        else:
            yield _calling(meeting)


def _to_call(now: datetime) -> Q:
    """Planned for the coming weeks, and the invitation has not been sent."""
    return Q(state=Meeting.State.PLANNED, starts_at__range=(now, now + CALL_AHEAD))


def _to_send(user: Any, now: datetime) -> Q:
    """Minutes to be sent for approval, for who finished them; those in which a change was asked for,
    and those that others have not answered for long, for who sent them."""
    writing_up, awaiting = Q(state=Meeting.State.WRITING_UP), Q(state=Meeting.State.AWAITING)
    never_sent = Q(last_state=None, finished_by=user.pk, finished_at__gte=now - FRESH)
    mine = Q(last_by=user.pk)
    return (
        (writing_up | awaiting) & never_sent
        | mine & writing_up
        | mine & awaiting & Q(sent_at__lt=now - WAITED_LONG)
    )


def _calling(meeting: Meeting) -> Task:
    return Task(
        kind="call",
        kind_name=_("Invitations"),
        title=_("Send the invitation"),
        url=reverse("meeting_plan", args=[meeting.pk]),
        context=named(meeting),
        due=meeting.day - CALL_BEFORE,
    )


def _writing_up(meeting: Meeting, now: datetime) -> Task:
    begun = meeting.state == Meeting.State.IN_PROGRESS
    return Task(
        kind="minutes",
        kind_name=_("Minutes"),
        title=_("Finish writing up") if begun else _("Record the meeting"),
        url=reverse("meeting", args=[meeting.pk]),
        context=named(meeting),
        due=None if meeting.ends_at >= now else meeting.day,
        note=_("In progress"),
    )


def _sending(meeting: Meeting) -> Task:
    return Task(
        kind="minutes", kind_name=_("Minutes"), context=named(meeting), **_what_waits(meeting)
    )


def _what_waits(meeting: Any) -> dict[str, Any]:
    """What whoever wrote the minutes has to do with them now, where, and since when."""
    url = reverse("minutes", args=[meeting.pk])
    if meeting.is_awaiting:
        sent = _("Sent %(date)s") % {"date": dates.day_short(meeting.sent_at)}
        return {"title": _("Ask those who have not answered"), "url": url, "note": sent}
    if meeting.last_state == Sending.State.CHANGE_ASKED:
        url = reverse("minutes_edit", args=[meeting.pk])
        note = _("Change requested")
        return {"title": _("Change what was requested"), "url": url, "note": note}
    title = (
        pgettext("minutes", "Send the minutes for approval")
        if adjusting.needs_second(meeting.forum)
        else pgettext("notes", "Send the notes for approval")
    )
    finished = _("Finished %(date)s") % {"date": dates.day_short(meeting.finished_at)}
    return {"title": title, "url": url, "note": finished}


@contributions.start_tasks
def minutes_to_adjust(user: Any, now: datetime) -> Iterator[Task]:
    """Minutes that wait for this person to adjust or approve them."""
    for sending in adjusting.to_adjust(user, timezone.localdate(now)):
        meeting = sending.meeting
        yield Task(
            kind="adjust",
            kind_name=_("Approvals"),
            title=(
                _("Approve the minutes")
                if adjusting.needs_second(meeting.forum)
                else _("Approve the notes")
            ),
            url=reverse("adjust", args=[meeting.pk]),
            context=named(meeting),
            due=sending.due,
        )


@contributions.start_tasks
def decisions_left(user: Any, now: datetime) -> Iterator[Task]:
    """That there are decisions which nobody has carried out: one row, for those who follow all
    forums."""
    if "strategic_coordinator" not in policy.roles_of(user):
        return
    seen = decisions.with_progress(decisions.seen_by(user))
    if decisions.nobody_carried_out(seen, timezone.localdate(now)).exists():
        yield Task(
            kind="decisions",
            kind_name=_("Decisions"),
            title=_("Go through decisions that nobody has carried out"),
            url=reverse("decisions") + "?undone=on&sort=date",
        )


@contributions.upcoming
def coming_meetings(user: Any, now: datetime) -> Iterator[Upcoming]:
    """The meetings that the person is called to."""
    end = agenda.local(timezone.localdate(now) + UPCOMING + timedelta(days=1), time())
    for meeting in meetings.upcoming_for(user, now).filter(starts_at__lt=end):
        yield Upcoming(
            at=meeting.starts_at,
            title=str(meeting.forum),
            url=reverse("meeting", args=[meeting.pk]),
            context=meeting.get_state_display(),
        )
