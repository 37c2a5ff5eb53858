"""The mails of forums, in the receiver's language: the call, its change, one's own actions, reminders,
the answer to a proposal.

A forum that may handle individuals is never named in a mail, nor is anything of what it decided.
"""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.jobs import mail
from coordination.ui import dates

from . import calendar, calls, reminders
from .models import (
    PLAN_STATES,
    Action,
    Call,
    Meeting,
    MinutesVersion,
    OutsideAddress,
    Proposal,
)

MOST_ACTIONS = 4
"""A mail has six lines: one to begin with, these, and one for the rest."""


@mail.letter("forums.call")
def call(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """When and where the meeting is; None when it is no longer to be held."""
    meeting = _called(ids)
    if meeting is None:
        return None
    if meeting.forum.handles_individuals:
        return _neutral_call(meeting, user)
    when = {"forum": meeting.forum.name, "day": dates.day(meeting.starts_at)}
    return mail.Letter(
        subject=_("Invitation: %(forum)s, %(day)s") % when,
        body="\n".join(
            [
                _("You are invited to a meeting of %(forum)s.") % {"forum": meeting.forum.name},
                *_time_and_place(meeting),
                _("Agenda and earlier minutes are in the portal."),
            ]
        ),
        url=reverse("meeting", kwargs={"meeting": meeting.pk}),
        attachment=_calendar_file(meeting, user.email),
    )


@mail.letter("forums.call_changed")
def call_changed(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """What has changed, beside what it was; None when the meeting is no longer to be held."""
    meeting = _called(ids)
    if meeting is None:
        return None
    said = Call.objects.filter(meeting=meeting, number=ids.get("call", 0)).first()
    if meeting.forum.handles_individuals:
        return _neutral_call(meeting, user)
    when = {"forum": meeting.forum.name, "day": dates.day(meeting.starts_at)}
    changed = calls.new_in(said) if said else []
    return mail.Letter(
        subject=_("Changed invitation: %(forum)s, %(day)s") % when,
        body="\n".join(
            [
                _("This has changed in the meeting of %(forum)s.") % {"forum": meeting.forum.name},
                *(changed or _time_and_place(meeting)),
            ]
        ),
        url=reverse("meeting", kwargs={"meeting": meeting.pk}),
        attachment=_calendar_file(meeting, user.email),
    )


@mail.letter("forums.call_cancelled")
def call_cancelled(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """That the meeting is not held. Why, somebody wrote: it is read in the portal."""
    meeting = Meeting.objects.select_related("forum").get(pk=ids["meeting"])
    when = {"forum": meeting.forum.name, "day": dates.day(meeting.starts_at)}
    url = reverse("meeting", kwargs={"meeting": meeting.pk})
    if meeting.forum.handles_individuals:
        return mail.Letter(
            subject=_("Cancelled: cooperation meeting, %(day)s") % when,
            body="\n".join([_("The meeting is cancelled."), *_time_and_place(meeting)]),
            url=url,
            attachment=_calendar_file(meeting, user.email),
        )
    return mail.Letter(
        subject=_("Cancelled: %(forum)s, %(day)s") % when,
        body="\n".join(
            [
                _("The meeting of %(forum)s is cancelled.") % when,
                *_time_and_place(meeting),
                _("The reason is in the portal."),
            ]
        ),
        url=url,
        attachment=_calendar_file(meeting, user.email),
    )


@mail.letter("forums.call_withdrawn")
def call_withdrawn(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """That the receiver is called no more, without a link to what they may not see any longer; None
    when they are called again."""
    meeting = Meeting.objects.select_related("forum").get(pk=ids["meeting"])
    if meeting.participations.filter(user=user).exists():
        return None
    # As they were told it: a new time or place is not for them.
    told = meeting.calls.get(number=ids["call"])
    meeting.starts_at, meeting.ends_at, meeting.place = told.starts_at, told.ends_at, told.place
    when = {"forum": meeting.forum.name, "day": dates.day(meeting.starts_at)}
    if meeting.forum.handles_individuals:
        subject = _("No longer called: cooperation meeting, %(day)s") % when
        said = _("You are no longer called to this meeting.")
    else:
        subject = _("No longer called: %(forum)s, %(day)s") % when
        said = _("You are no longer called to this meeting of %(forum)s.") % when
    return mail.Letter(
        subject=subject,
        body="\n".join([said, *_time_and_place(meeting)]),
        url="",
        attachment=_calendar_file(meeting, user.email, withdrawn=True),
    )


@mail.letter("forums.outside_call")
def outside_call(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """Time and place for somebody without an account, and of no forum; None when the address is
    erased or the meeting no longer to be held."""
    found = _outside(ids)
    if found is None or found[0].state == Meeting.State.CANCELLED:
        return None
    meeting, address = found
    day = {"day": dates.day(meeting.starts_at)}
    changed = Call.objects.filter(
        meeting=meeting, number=ids.get("call", 0), kind=Call.Kind.CHANGE
    ).exists()
    return mail.Letter(
        subject=(
            _("Changed: cooperation meeting, %(day)s") % day
            if changed
            else _("Cooperation meeting, %(day)s") % day
        ),
        body="\n".join(_time_and_place(meeting)),
        url="",
        attachment=_calendar_file(meeting, address, outside=True),
        to=address,
    )


@mail.letter("forums.outside_cancelled")
def outside_cancelled(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """That the meeting is not held, for somebody without an account; None when the address is erased."""
    found = _outside(ids)
    if found is None:
        return None
    meeting, address = found
    return mail.Letter(
        subject=_("Cancelled: cooperation meeting, %(day)s")
        % {"day": dates.day(meeting.starts_at)},
        body="\n".join([_("The meeting is cancelled."), *_time_and_place(meeting)]),
        url="",
        attachment=_calendar_file(meeting, address, outside=True),
        to=address,
    )


def _outside(ids: dict[str, int | str]) -> tuple[Meeting, str] | None:
    """The meeting and the address, while it is kept and there is something to tell."""
    told = (*PLAN_STATES, Meeting.State.IN_PROGRESS, Meeting.State.CANCELLED)
    found = OutsideAddress.objects.filter(pk=ids["address"], participation__meeting__state__in=told)
    one = found.select_related("participation__meeting__forum").first()
    return (one.participation.meeting, one.email) if one else None


@mail.letter("forums.proposal_decided", mail.Urgency.CAN_WAIT)
def proposal_decided(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """What became of the receiver's proposal; None when they no longer take part in the meeting."""
    proposal = Proposal.objects.select_related("meeting__forum").get(pk=ids["proposal"])
    meeting = proposal.meeting
    if not policy.may(user, Permission.PROPOSE_ITEM, meeting):
        return None
    url = reverse("propose", kwargs={"meeting": meeting.pk})
    if meeting.forum.handles_individuals:
        return mail.Letter(
            subject=_("Your proposal in the portal has an answer"),
            body=_("Your proposal in the portal has an answer. Log in to read it."),
            url=url,
        )
    facts = {"forum": meeting.forum.name, "day": dates.day(meeting.starts_at)}
    # What was proposed, and why it was declined, is read in the portal.
    body = (
        _("The item you proposed is on the agenda. You are named as its presenter.")
        if proposal.state == Proposal.State.ACCEPTED
        else _("The item you proposed was not taken up on the agenda. Log in to read the answer.")
    )
    return mail.Letter(
        subject=_("Answer to a proposal: %(forum)s, %(day)s") % facts, body=body, url=url
    )


@mail.letter("forums.own_actions", mail.Urgency.CAN_WAIT)
def own_actions(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """The receiver's own actions from these minutes, and nobody else's; None when none is open."""
    version = MinutesVersion.objects.select_related("meeting__forum").get(pk=ids["version"])
    meeting = version.meeting
    actions = list(
        Action.objects.open().filter(owners__user=user.pk, owners__told_in=version).by_due()
    )
    if not actions:
        return None
    url = (
        reverse("action", kwargs={"action": actions[0].pk})
        if len(actions) == 1
        else reverse("actions")
    )
    if meeting.forum.handles_individuals:
        return _neutral_task(url)
    facts = {
        "forum": meeting.forum.name,
        "day": dates.day(meeting.starts_at),
        "count": len(actions),
    }
    lines = [
        _("– %(action)s, by %(due)s") % {"action": one.text, "due": dates.day(one.due)}
        for one in actions[:MOST_ACTIONS]
    ]
    rest = len(actions) - MOST_ACTIONS
    if rest > 0:
        lines.append(ngettext("and %(count)s more.", "and %(count)s more.", rest) % {"count": rest})
    return mail.Letter(
        subject=ngettext(
            "Your action from %(forum)s, %(day)s",
            "Your %(count)s actions from %(forum)s, %(day)s",
            len(actions),
        )
        % facts,
        body="\n".join(
            [_("This is what you took on at the meeting of %(forum)s:") % facts, *lines]
        ),
        url=url,
    )


@mail.letter("forums.action_given", mail.Urgency.CAN_WAIT)
def action_given(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """An action that the receiver was given outside a meeting; None when it is no longer theirs to do."""
    action = Action.objects.open().filter(pk=ids["action"], owners__user=user.pk).first()
    if action is None:
        return None
    url = reverse("action", kwargs={"action": action.pk})
    if action.forum.handles_individuals:
        return _neutral_task(url)
    facts = {"forum": action.forum.name, "action": action.text, "due": dates.day(action.due)}
    return mail.Letter(
        subject=_("You have been given an action in %(forum)s") % facts,
        body=_("– %(action)s, by %(due)s") % facts,
        url=url,
    )


def _neutral_task(url: str) -> mail.Letter:
    return mail.Letter(
        subject=_("You have a new task in the portal"),
        body=_("You have a new task in the portal. Log in to read it."),
        url=url,
    )


@mail.letter(reminders.LETTER, mail.Urgency.LATE)
def actions_due(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """The receiver's actions whose day is near, has come, or passed a week ago; None when all are
    done by now. Who chose to hear of overdue ones only reads of those alone."""
    day = date.fromisoformat(str(ids["day"]))
    only_late = user.notices == mail.Choice.OVERDUE
    actions = list(
        reminders.told_on(day, only_late=only_late)
        .filter(owners__user=user.pk)
        .select_related("forum")
        .by_due()
    )
    if not actions:
        return None
    named = [one for one in actions if not one.forum.handles_individuals]
    if not named:
        return mail.Letter(
            subject=_("Reminder: you have a task in the portal"),
            body=_(
                "You have a task in the portal whose day is near or has passed. Log in to read it."
            ),
            url=reverse("actions") + "?owner=me&status=open",
        )
    lines = [_reminder(one, day) for one in named[:MOST_ACTIONS]]
    rest = len(actions) - len(lines)
    if rest > 0:
        lines.append(ngettext("and %(count)s more.", "and %(count)s more.", rest) % {"count": rest})
    url = reverse("actions") + "?owner=me&status=open"
    if len(actions) == 1:
        url = reverse("action", kwargs={"action": actions[0].pk})
    # The day of an action that may not be named is not told either.
    if len(named) == len(actions):
        subject = ngettext(
            "Reminder: an action, by %(day)s",
            "Reminder: %(count)s actions, the first by %(day)s",
            len(actions),
        )
    else:
        subject = _("Reminder: %(count)s actions of yours")
    return mail.Letter(
        subject=subject % {"count": len(actions), "day": dates.day(actions[0].due)},
        body="\n".join([_("These are waiting for you:"), *lines]),
        url=url,
    )


def _reminder(action: Action, day: date) -> str:
    late = dates.late(action.due, on=day)
    if late:
        return _("– %(action)s, %(late)s") % {"action": action.text, "late": late}
    if action.due == day:
        return _("– %(action)s, due today") % {"action": action.text}
    return _("– %(action)s, by %(due)s") % {"action": action.text, "due": dates.day(action.due)}


def _called(ids: dict[str, int | str]) -> Meeting | None:
    return (
        Meeting.objects.select_related("forum")
        .filter(pk=ids["meeting"], state__in=(*PLAN_STATES, Meeting.State.IN_PROGRESS))
        .first()
    )


def _neutral_call(meeting: Meeting, user: Any) -> mail.Letter:
    return mail.Letter(
        subject=_("Cooperation meeting, %(day)s") % {"day": dates.day(meeting.starts_at)},
        body="\n".join(_time_and_place(meeting)),
        url=reverse("meeting", kwargs={"meeting": meeting.pk}),
        attachment=_calendar_file(meeting, user.email),
    )


def _calendar_file(
    meeting: Meeting, address: str, *, outside: bool = False, withdrawn: bool = False
) -> mail.Attachment:
    file = calendar.invitation(meeting, to=address, outside=outside, withdrawn=withdrawn)
    return mail.Attachment(
        name=_("meeting.ics"),
        text=file.decode(),
        media_type=calendar.MEDIA_TYPE,
        parameters={"method": calendar.method_of(meeting, withdrawn=withdrawn)},
    )


def _time_and_place(meeting: Meeting) -> list[str]:
    lines = [_("Time: %(time)s") % {"time": dates.period(meeting.starts_at, meeting.ends_at)}]
    if meeting.place:
        lines.append(_("Place: %(place)s") % {"place": meeting.place})
    return lines


@mail.letter("forums.seat_review")
def seat_review(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """Tells a reviewer that a seat in a forum about individuals was given without its chair."""
    return mail.Letter(
        subject=_("A seat in a forum about individuals was given on the server"),
        body=_(
            "You are told because you review the log. Who got it stands there. If you do not know of"
            " it: contact whoever runs the server at once."
        ),
        url=reverse("start"),
    )
