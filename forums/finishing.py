"""The end of a meeting: what must be said first, the minutes, and a mail to each who got an action."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.audit import log
from coordination.jobs import mail

from . import agenda, entries, minutes
from .models import PLAN_STATES, Action, ActionOwner, AgendaItem, Meeting, MinutesVersion
from .refusals import Refused

CHOICES = (AgendaItem.Outcome.DONE, AgendaItem.Outcome.POSTPONED, AgendaItem.Outcome.STRUCK)
"""What may be said of an item that nothing stands under."""


@dataclass(frozen=True)
class Problem:
    """One thing that stands in the way of finishing. `code`: attendance, owner, due or item."""

    code: str
    text: str
    item: AgendaItem | None = None
    action: Action | None = None


class CannotFinish(Refused):
    """The minutes would lack something; `problems` says what, each with a sentence."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(_("Something needs correcting"))
        self.problems = problems

    @property
    def unhandled(self) -> list[AgendaItem]:
        """The items for which somebody has to choose: postpone or strike."""
        return [one.item for one in self.problems if one.code == "item" and one.item]


class NothingChanged(Refused):
    """A new version of the minutes would say the same as the last."""


def problems(meeting: Meeting) -> list[Problem]:
    """What stands in the way of finishing, in the order of the page; empty when nothing does."""
    found = []
    people = meeting.participations.all()
    if not people or any(row.attendance == "unknown" for row in people):
        found.append(Problem("attendance", _("Record attendance before closing the meeting")))
    items = meeting.items.prefetch_related("decisions", "actions__owners").in_order()
    for item in items:
        for action in sorted(item.actions.all(), key=lambda one: one.pk):
            words = {"action": action.text}
            if not action.owners.all():
                text = _('Choose who is responsible for "%(action)s"') % words
                found.append(Problem("owner", text, item, action))
            if action.due is None:
                text = _('Enter when "%(action)s" is due') % words
                found.append(Problem("due", text, item, action))
        if item.outcome == AgendaItem.Outcome.OPEN and not (
            item.notes or item.is_follow_up or item.decisions.all() or item.actions.all()
        ):
            text = _('Choose whether to postpone or strike the item "%(item)s"') % {
                "item": item.title
            }
            found.append(Problem("item", text, item))
    return found


def finish(
    *,
    meeting: Meeting,
    by: Any,
    choices: Mapping[int, str] | None = None,
    now: datetime | None = None,
) -> MinutesVersion:
    """Finishes the meeting and makes version 1 of its minutes, its PDF job and the owners' mails.

    Items with notes, decisions or actions are handled; for the others `choices` gives postponed,
    struck or done by item id. Postponed items go to the next agenda if there is one. Raises
    CannotFinish with everything that is missing, and WrongState when the meeting is not running,
    so that of two who finish one succeeds.
    """
    now = now or timezone.now()
    with transaction.atomic():
        version = complete(meeting, choices=choices or {}, by=by, now=now)
        log.record(
            by=by,
            event="forums.meeting.finished",
            on=meeting,
            facts={"version": version.number},
            at=now,
        )
    return version


def make_new_version(*, meeting: Meeting, by: Any, now: datetime | None = None) -> MinutesVersion:
    """The minutes once more, after changes while they are written up; earlier versions stay.

    Only owners who have not been mailed about an action are mailed. Raises NothingChanged,
    CannotFinish, and WrongState when the meeting is not being written up.
    """
    now = now or timezone.now()
    with transaction.atomic():
        agenda.hold(meeting.forum)
        entries.hold(meeting, (Meeting.State.WRITING_UP,))
        before = meeting.minutes.newest_first().first()
        version = latest_version(meeting, by=by, now=now)
        if version == before:
            raise NothingChanged(_("Nothing has changed since the last version of the minutes."))
        log.record(
            by=by,
            event="forums.minutes.made",
            on=version,
            facts={"version": version.number},
            at=now,
        )
    return version


def latest_version(meeting: Meeting, *, by: Any, now: datetime) -> MinutesVersion:
    """The version that says what the text says now: the last one, or else a new one.

    A step of making or sending the minutes, for a caller that holds the forum and the meeting and
    records the event. Raises CannotFinish.
    """
    _settle_items(meeting)
    if found := problems(meeting):
        raise CannotFinish(found)
    last = meeting.minutes.newest_first().first()
    if last is not None and last.sha256 == minutes.fingerprint(minutes.snapshot(meeting)):
        return last
    _carry_postponed(meeting, now)
    version = minutes.freeze(meeting, by=by, now=now)
    _tell_owners(meeting, version)
    return version


def complete(
    meeting: Meeting, *, choices: Mapping[int, str], by: Any, now: datetime
) -> MinutesVersion:
    """The steps of finishing, for a caller that has the transaction and records the event."""
    agenda.hold(meeting.forum)
    entries.hold(meeting, (Meeting.State.IN_PROGRESS,))
    for item in meeting.items.filter(pk__in=list(choices), outcome=AgendaItem.Outcome.OPEN):
        if choices[item.pk] in CHOICES and not entries.has_content(item):
            AgendaItem.objects.filter(pk=item.pk).update(outcome=choices[item.pk])
    if found := problems(meeting):
        raise CannotFinish(found)
    _settle_items(meeting)
    meeting.state, meeting.finished_by, meeting.finished_at = Meeting.State.WRITING_UP, by, now
    meeting.save(update_fields=["state", "finished_by", "finished_at"])
    _carry_postponed(meeting, now)
    version = minutes.freeze(meeting, by=by, now=now)
    _tell_owners(meeting, version)
    return version


def _settle_items(meeting: Meeting) -> None:
    """What something stands under was handled."""
    for item in meeting.items.filter(outcome=AgendaItem.Outcome.OPEN):
        if entries.has_content(item):
            AgendaItem.objects.filter(pk=item.pk).update(outcome=AgendaItem.Outcome.DONE)


def _carry_postponed(meeting: Meeting, now: datetime) -> None:
    """Puts what the forum postponed on the next agenda, when that was planned before this meeting
    ended: what was postponed here, and what somebody had taken off this meeting's own agenda.

    Counts as a change of that plan, so that a page of it that is open somewhere is told. A meeting
    that begins at this very moment gets nothing: the items wait for the one after it.
    """
    waiting = list(agenda.waiting(meeting.forum, now=now))
    following = agenda.next_planned(meeting, now=now) if waiting else None
    # Before its items are read: whoever changes the plan right now comes first or waits.
    still = Meeting.objects.filter(pk=following and following.pk, state__in=PLAN_STATES)
    if following is None or not still.update(version=F("version") + 1):
        return
    for item in waiting:
        entries.put_again(following, item)


def _tell_owners(meeting: Meeting, version: MinutesVersion) -> None:
    """One mail to each owner with an account, about the actions they have not been told of."""
    untold = ActionOwner.objects.filter(
        action__meeting=meeting,
        action__state=Action.State.OPEN,
        user__isnull=False,
        told_in=None,
    )
    receivers = sorted(set(untold.values_list("user_id", flat=True)))
    untold.update(told_in=version)
    for user in receivers:
        mail.post(
            to=user,
            letter="forums.own_actions",
            ids={"version": version.pk},
            key=f"forums.own_actions:{meeting.pk}:{version.number}:{user}",
            now=version.made_at,
        )
