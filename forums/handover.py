"""What somebody who leaves leaves behind in forums: seats, open actions, and meetings they planned.

Nothing here names a forum to who may not see it.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.access import policy
from coordination.access.models import User
from coordination.access.refused import Refused
from coordination.access.vocabulary import Permission
from coordination.administration.people_leaving import Left, left_behind
from coordination.audit import log
from coordination.ui import dates

from . import actions, refusals, register
from .models import Action, ActionOwner, Forum, Meeting, Participation, Seat
from .owners import Owner


def _standing_seats() -> Any:
    """Seats in force or to come."""
    return Seat.objects.filter(Q(valid_to=None) | Q(valid_to__gte=timezone.localdate()))


def _seated() -> Any:
    return _standing_seats().filter(user__isnull=False).values("user_id")


@left_behind(held_by=_seated)
def seats(user: Any, *, seen_by: Any) -> Iterator[Left]:
    """The person's seats, also those to come, and with each its place at the coming meetings."""
    held = _standing_seats().filter(user=user)
    for seat in held.select_related("forum", "organisation").in_order():
        chairs = seat.forum.seats.active(timezone.localdate()).filter(role="chair", valid_to=None)
        only = _able(seat.forum, user, seen_by)
        may_end = seat.role != "chair" or chairs.exclude(pk=seat.pk).exists()
        yield Left(
            key=f"forums.seat.{seat.pk}",
            kind=_("Seats"),
            title=f"{seat.get_role_display()}, {_named(seat.forum, seen_by)}",
            may_end=may_end,
            only=only,
            stays="" if may_end else _stays(only),
            hand_over=partial(_hand_over_seat, seat),
        )


def _hand_over_seat(seat: Seat, to: User | None, by: Any) -> None:
    try:
        if to is not None:
            register.pass_on_seat(seat=seat, to=to, by=by)
            return
        with transaction.atomic():
            register.end_seat(seat=seat, by=by)
            Participation.objects.filter(
                meeting__in=seat.forum.meetings.not_held(), user=seat.user
            ).delete()
    except refusals.Refused as refusal:
        raise Refused(refusal.text, field=f"forums.seat.{seat.pk}") from None


def _with_open_actions() -> Any:
    owners = ActionOwner.objects.filter(user__isnull=False, action__in=Action.objects.open())
    return owners.values("user_id")


@left_behind(held_by=_with_open_actions)
def open_actions(user: Any, *, seen_by: Any) -> Iterator[Left]:
    """The person's open actions, together for each forum. Somebody has to take them over."""
    owned = Action.objects.open().filter(owners__user=user).select_related("forum").order_by("pk")
    by_forum: dict[Forum, list[Action]] = {}
    for action in owned:
        by_forum.setdefault(action.forum, []).append(action)
    for forum, theirs in by_forum.items():
        only = _able(forum, user, seen_by)
        count = ngettext("%(count)s open action", "%(count)s open actions", len(theirs))
        yield Left(
            key=f"forums.actions.{forum.pk}",
            kind=_("Actions"),
            title=f"{count % {'count': len(theirs)}}, {_named(forum, seen_by)}",
            may_end=False,
            only=only,
            stays=_stays(only),
            hand_over=partial(_hand_over_actions, theirs, user),
        )


def _hand_over_actions(theirs: list[Action], leaver: Any, to: User | None, by: Any) -> None:
    for action in theirs:
        owners = [
            Owner(user=one.user, name=one.name, organisation=one.organisation)
            for one in action.owners.select_related("user", "organisation").order_by("pk")
            if one.user_id not in (leaver.pk, to and to.pk)
        ]
        actions.give_to(action=action, owners=[Owner(user=to), *owners], by=by)


def _planned() -> Any:
    return Meeting.objects.not_held().filter(ends_at__gte=timezone.now())


# Those who keep the forum keep its meetings too: nothing waits for whoever planned one.
@left_behind(held_by=None)
def planned_meetings(user: Any, *, seen_by: Any) -> Iterator[Left]:
    """Meetings that the person planned and that are not held."""
    for meeting in _planned().filter(planned_by=user).select_related("forum").soonest_first():
        yield Left(
            key=f"forums.meeting.{meeting.pk}",
            kind=_("Planned meetings"),
            title=f"{dates.day(meeting.starts_at)}, {_named(meeting.forum, seen_by)}",
            end_label=_("Leave it to those who keep the forum"),
            only=_able(meeting.forum, user, seen_by),
            hand_over=partial(_hand_over_meeting, meeting),
        )


def _hand_over_meeting(meeting: Meeting, to: User | None, by: Any) -> None:
    if to is None:
        return
    # Asked now, when the seats have been passed on.
    if not policy.may(to, Permission.LOG_MEETINGS, meeting):
        raise Refused(
            _("The meeting needs somebody who keeps the forum. Choose whoever takes the seat."),
            field=f"forums.meeting.{meeting.pk}",
        )
    Meeting.objects.filter(pk=meeting.pk).update(planned_by=to)
    log.record(by=by, event="forums.meeting.handed_over", on=meeting, fields=("planned_by",))


def _named(forum: Forum, seen_by: Any) -> str:
    if policy.may(seen_by, Permission.VIEW_FORUM, forum):
        return forum.name
    return _("forum number %(number)s") % {"number": forum.pk}


def _able(forum: Forum, leaver: Any, seen_by: Any) -> frozenset[int] | None:
    """Into a forum that may handle individuals nobody comes this way who has no seat there.

    Nor when nobody is left in it: one administrator could close the members' accounts and seat an
    invented one. Somebody new is given a seat on the server (`register.give_seat_on_server`).
    """
    if not forum.handles_individuals:
        return None
    seated = forum.seats.active(timezone.localdate()).filter(user__is_active=True)
    others = seated.exclude(user__in=(leaver.pk, seen_by.pk))
    return frozenset(others.values_list("user_id", flat=True))


def _stays(only: frozenset[int] | None) -> str:
    """What somebody has to take over, and nobody can, is left where it is: a closed account opens
    nothing, and a chair's seat that ended would leave the forum without one."""
    if only is None or only:
        return ""
    return _(
        "Nobody who can take it over has a seat in that forum, so it stays with the closed account."
        " Ask whoever runs the server to give somebody a seat there. Then come back here."
    )
