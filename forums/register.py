"""Forums and who has a seat in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from coordination.access import grants
from coordination.access.models import User
from coordination.access.vocabulary import FORUM_ROLES
from coordination.actors import merging
from coordination.actors.models import (
    District,
    Organisation,
    OrganisationMembership,
    PreventionLevel,
)
from coordination.administration import roles
from coordination.audit import log
from coordination.jobs import mail

from . import agenda
from .models import Forum, ItemKind, Meeting, Participation, Seat, StandingItem
from .refusals import Missing, Refused, clean

NAME, PURPOSE, AGE_GROUP, PLACE, BASIS_REASON, FUNCTION = 80, 500, 40, 120, 300, 120
MOST_STANDING = 20


class NameTaken(Refused):
    """Another forum has the name."""


class ForumChanged(Refused):
    """Somebody else has changed the forum since the page was shown."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody else has changed the forum meanwhile. Load the page again to see what.")
        )


class OpensOldTexts(Refused):
    """What was written for few would be read by many."""


@dataclass(frozen=True)
class NewSeat:
    """A seat to give: to an account, a named person, or a function."""

    organisation: Organisation | None
    role: str = "member"
    user: Any = None
    name: str = ""
    function: str = ""


@dataclass(frozen=True)
class NewStandingItem:
    title: str
    kind: str = ItemKind.INFORMATION
    is_follow_up: bool = False


@dataclass(frozen=True)
class Description:
    """What a forum is. No districts means the whole municipality."""

    name: str
    purpose: str = ""
    levels: Iterable[PreventionLevel] = ()
    districts: Iterable[District] = ()
    age_group: str = ""
    minutes_form: str = Forum.MinutesForm.NOTES
    information_class: str = Forum.InformationClass.NONE
    basis: str = Forum.Basis.EXISTING
    basis_reason: str = ""
    usual_start: time | None = None
    usual_end: time | None = None
    usual_place: str = ""
    interval_weeks: int = 6

    def columns(self) -> dict[str, Any]:
        """The plain columns, cleaned. Raises what texts raise, and Missing or Refused by field."""
        name = clean(
            self.name,
            label=_("The name"),
            limit=NAME,
            field="name",
            needed=_("Enter the name of the forum"),
        )
        if self.usual_start and self.usual_end and self.usual_end <= self.usual_start:
            raise Refused(_("The end time must be after the start time"), field="usual_end")
        if bool(self.usual_start) != bool(self.usual_end):
            raise Missing(
                _("Enter both when it starts and when it ends"),
                field="usual_end" if self.usual_start else "usual_start",
            )
        is_new = self.basis == Forum.Basis.NEW
        reason = clean(
            self.basis_reason if is_new else "",
            label=_("The reason"),
            limit=BASIS_REASON,
            field="basis_reason",
            needed=_("Enter why no existing forum is enough") if is_new else "",
            lines=True,
        )
        return {
            "name": name,
            "purpose": clean(self.purpose, label=_("The purpose"), limit=PURPOSE, field="purpose"),
            "age_group": clean(
                self.age_group, label=_("The age group"), limit=AGE_GROUP, field="age_group"
            ),
            "minutes_form": self.minutes_form,
            "information_class": self.information_class,
            "basis": self.basis,
            "basis_reason": reason,
            "usual_start": self.usual_start,
            "usual_end": self.usual_end,
            "usual_place": clean(
                self.usual_place, label=_("The place"), limit=PLACE, field="usual_place"
            ),
            "interval_weeks": self.interval_weeks,
        }


def establish(
    *,
    seats: Sequence[NewSeat],
    by: Any,
    standing_items: Sequence[NewStandingItem] = (),
    on: date | None = None,
    **description: Any,
) -> Forum:
    """A new forum, described as a `Description` is, with its seats and standing items.

    Refuses one without a name (Missing) or with a name that is taken (NameTaken), without a chair,
    or with a seat that has nobody in it or no organisation. Those seated see it at once.
    """
    on = on or timezone.localdate()
    described = Description(**description)
    with transaction.atomic():
        columns = described.columns()
        _refuse_name_of_another(columns["name"])
        if not any(seat.role == "chair" for seat in seats):
            raise Missing(_("Choose at least one chair"), field="chair")
        forum = Forum.objects.create(**columns)
        forum.levels.set(described.levels)
        forum.districts.set(described.districts)
        for index, seat in enumerate(seats):
            _seat(forum, seat, on, None, f"seats-{index}-name")
        _write_standing_items(forum, standing_items)
        grants.rebuild(Forum, on=timezone.localdate())
        log.record(by=by, event="forums.forum.established", on=forum)
    return forum


def change(*, forum: Forum, to: Description, version: int, by: Any) -> Forum:
    """Makes the forum what is described; who sees it follows at once.

    Raises ForumChanged when `version` is not the forum's any more, OpensOldTexts when a forum that
    has had meetings may no longer handle individuals (more people would read what was written), and
    Refused for another form of minutes while some wait for approval; else as `establish`.
    """
    with transaction.atomic():
        columns = to.columns()
        _next_version(forum, version)
        _refuse_name_of_another(columns["name"], besides=forum)
        stored = Forum.objects.get(pk=forum.pk)
        if stored.handles_individuals and to.information_class != stored.information_class:
            _refuse_to_open(forum)
        if to.minutes_form != stored.minutes_form:
            _refuse_form_while_waiting(forum)
        links = {"levels": set(to.levels), "districts": set(to.districts)}
        changed = [name for name, value in columns.items() if getattr(stored, name) != value]
        changed += [name for name in links if set(getattr(stored, name).all()) != links[name]]
        Forum.objects.filter(pk=forum.pk).update(**columns)
        for name, rows in links.items():
            getattr(forum, name).set(rows)
        forum.refresh_from_db()
        grants.rebuild(Forum, on=timezone.localdate())
        log.record(by=by, event="forums.forum.changed", on=forum, fields=sorted(changed))
    return forum


def first_standing_items() -> list[NewStandingItem]:
    """What the meetings of a new forum start with, until somebody changes it."""
    with translation.override(settings.LANGUAGE_CODE):
        return [
            NewStandingItem(_("Opening")),
            NewStandingItem(agenda.follow_up_item().title, is_follow_up=True),
            NewStandingItem(_("Any other business")),
        ]


def _next_version(forum: Forum, version: int | None) -> None:
    """Holds the forum's row until the transaction ends. Raises ForumChanged."""
    rows = Forum.objects.filter(pk=forum.pk)
    if version is not None:
        rows = rows.filter(version=version)
    if not rows.update(version=F("version") + 1):
        raise ForumChanged


def _refuse_name_of_another(name: str, besides: Forum | None = None) -> None:
    same = Forum.objects.filter(name=name)
    if (same.exclude(pk=besides.pk) if besides else same).exists():
        raise NameTaken(_("There is already a forum with that name."), field="name")


def _refuse_to_open(forum: Forum) -> None:
    if forum.meetings.exists():
        raise OpensOldTexts(
            _(
                "The forum has meetings, and more people would be able to read what was written"
                " there. Set up a new forum instead."
            ),
            field="information_class",
        )


def _refuse_form_while_waiting(forum: Forum) -> None:
    if forum.meetings.filter(state=Meeting.State.AWAITING).exists():
        raise Refused(
            _("Minutes wait for approval. Change the form of minutes when they are approved."),
            field="minutes_form",
        )


def outside_forums(*, on: date | None = None) -> QuerySet[Organisation]:
    """The administrations that nobody comes from, that day, in any forum: the gap of the guideline.

    Forums that may handle individuals do not count: not even who sits there is known outside them.
    """
    on = on or timezone.localdate()
    open_to_all = Forum.objects.exclude(information_class=Forum.InformationClass.INDIVIDUALS)
    seated = Seat.objects.active(on).filter(forum__in=open_to_all)
    administrations = Organisation.objects.active(on).filter(kind=Organisation.Kind.ADMINISTRATION)
    return administrations.exclude(merging.stands_for("pk", seated.values("organisation")))


# Seats -------------------------------------------------------------------------------------------


def give_seat(
    *,
    forum: Forum,
    seat: NewSeat,
    by: Any,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Seat:
    """One more seat; whoever gets it sees the forum from its first day through its last.

    Refuses as `establish`, days in the wrong order, a closed account, and a person who has a seat
    in those days.
    """
    valid_from = valid_from or timezone.localdate()
    with transaction.atomic():
        agenda.hold(forum)
        if valid_to is not None and valid_to < valid_from:
            raise Refused(_("The last day cannot be before the first."), field="valid_to")
        if seat.user is not None:
            if not User.objects.filter(pk=seat.user.pk, is_active=True).exists():
                raise Refused(_("The account is closed. Open it first."), field="name")
            _refuse_second_seat(forum, seat.user, valid_from, valid_to)
        given = _seat(forum, seat, valid_from, valid_to, "name")
        grants.rebuild(Forum, on=timezone.localdate())
        log.record(by=by, event="forums.seat.given", on=given, facts={"role": given.role})
    return given


def change_seat(*, seat: Seat, role: str, organisation: Any, function: str, by: Any) -> Seat:
    """Another role, organisation or function from now on; what the role gives follows at once.

    Refuses (Missing) a seat without an organisation, one without a person that loses its function,
    and to leave the forum without a chair.
    """
    with transaction.atomic():
        agenda.hold(seat.forum)
        seat = Seat.objects.select_related("forum").get(pk=seat.pk)
        function = clean(function, label=_("The function"), limit=FUNCTION, field="function")
        if not (seat.user_id or seat.name or function):
            raise Missing(_("Enter a name or a function"), field="function")
        if organisation is None:
            raise _organisation_missing(seat.label or function, "organisation")
        new = {"role": role, "organisation": organisation, "function": function}
        changed = [name for name, value in new.items() if getattr(seat, name) != value]
        was_chair = seat.role == "chair"
        for name, value in new.items():
            setattr(seat, name, value)
        seat.save(update_fields=list(new))
        if was_chair:
            _refuse_without_chair(seat.forum)
        grants.rebuild(Forum, on=timezone.localdate())
        log.record(
            by=by, event="forums.seat.changed", on=seat, fields=changed, facts={"role": seat.role}
        )
    return seat


def _refuse_second_seat(
    forum: Forum, user: Any, valid_from: date, valid_to: date | None, besides: Seat | None = None
) -> None:
    theirs = forum.seats.filter(user=user).filter(Q(valid_to=None) | Q(valid_to__gte=valid_from))
    if valid_to is not None:
        theirs = theirs.filter(valid_from__lte=valid_to)
    if besides is not None:
        theirs = theirs.exclude(pk=besides.pk)
    if theirs.exists():
        raise Refused(_("%(name)s has a seat in those days already") % {"name": user}, field="name")


def _refuse_without_chair(forum: Forum) -> None:
    """Raises Missing unless the chairs, one after the other, have every day from today on."""
    chairs = forum.seats.filter(role="chair").values_list("valid_from", "valid_to")
    if not is_unbroken(chairs, since=timezone.localdate()):
        raise Missing(
            _("The forum needs a chair every day. Make somebody else chair first."), field="chair"
        )


def is_unbroken(periods: Iterable[tuple[date, date | None]], *, since: date) -> bool:
    """Whether every day from that one on lies in some period, both end days included; a period
    without a last day has no end."""
    day = since
    for first, last in sorted(periods, key=lambda period: period[0]):
        if first > day:
            return False
        if last is None:
            return True
        day = max(day, last + timedelta(days=1))
    return False


def give_seat_on_server(
    *, forum: Forum, user: User, role: str, organisation: Organisation | None = None
) -> Seat:
    """A seat from today in a forum that may handle individuals, given by whoever runs the server.

    No page gives one, so that it takes somebody besides an administrator (decision 0009). Without an
    organisation it is the one where the person has a role. Those who review the log are told by mail.
    Refuses another forum, an unknown role, a closed account, and as `give_seat`.
    """
    if not forum.handles_individuals:
        raise Refused(_("That forum does not handle individuals. Its seats are given otherwise."))
    if role not in FORUM_ROLES:
        raise Refused(_("Choose a role from the list."), field="role")
    with transaction.atomic():
        if not User.objects.select_for_update(no_key=True).filter(pk=user.pk, is_active=True):
            raise Refused(_("The account is closed. Open it first."), field="user")
        if organisation is None:
            today = OrganisationMembership.objects.active(timezone.localdate())
            places = {held.organisation for held in today.filter(user=user)}
            organisation = places.pop() if len(places) == 1 else None
        seat = NewSeat(organisation=organisation, role=role, user=user)
        given = give_seat(forum=forum, seat=seat, by=None)
        letter = "forums.seat_review"
        for pk in roles.holders(roles.REVIEWER).values_list("pk", flat=True):
            mail.post(to=pk, letter=letter, ids={}, key=f"{letter}:{given.pk}:{pk}")
    return given


def end_seat(*, seat: Seat, by: Any, on: date | None = None) -> None:
    """That day is the seat's last: its place at later meetings goes with it. A seat that has not
    begun by then goes as a whole. Refuses to leave the forum without a chair, to give days to a seat
    that has ended, and days in which the person has another."""
    on = on or timezone.localdate()
    with transaction.atomic():
        agenda.hold(seat.forum)
        if seat.valid_to is not None and on > seat.valid_to:
            _refuse_more_days(seat, on)
        log.record(by=by, event="forums.seat.ended", on=seat, facts={"role": seat.role})
        for row in Participation.objects.filter(
            meeting__in=seat.forum.meetings.not_held(), seat=seat
        ).select_related("meeting"):
            if row.meeting.day > on or on < seat.valid_from:
                row.delete()
        _close(seat, on)
        if seat.role == "chair":
            _refuse_without_chair(seat.forum)
        grants.rebuild(Forum, on=timezone.localdate())


def take_back_seat(*, seat: Seat, by: Any) -> None:
    """A seat that was given by mistake goes as a whole, on its first day: whoever had it sees nothing
    at the next request. Refuses one of an earlier day, one that a meeting that has begun has its
    place from, and to leave the forum without a chair."""
    with transaction.atomic():
        agenda.hold(seat.forum)
        if not seat.may_be_taken_back(timezone.localdate()):
            raise Refused(_("The membership has been used. Choose its last day."), field="mistake")
        log.record(by=by, event="forums.seat.ended", on=seat, facts={"role": seat.role})
        seat.participations.all().delete()
        Seat.objects.filter(pk=seat.pk).delete()
        if seat.role == "chair":
            _refuse_without_chair(seat.forum)
        grants.rebuild(Forum, on=timezone.localdate())
    # Only now, so that a refusal leaves the caller's object as the database has it.
    seat.pk = None


def resume_seat(*, seat: Seat, by: Any) -> None:
    """A seat with a last day that has not passed goes on until further notice.

    Refuses one that has ended, and when the person has another seat after it.
    """
    with transaction.atomic():
        agenda.hold(seat.forum)
        seat.refresh_from_db()
        if seat.valid_to is None:
            return
        _refuse_more_days(seat, None)
        seat.valid_to = None
        seat.save(update_fields=["valid_to"])
        grants.rebuild(Forum, on=timezone.localdate())
        log.record(by=by, event="forums.seat.changed", on=seat, fields=("valid_to",))


def _refuse_more_days(seat: Seat, until: date | None) -> None:
    if seat.valid_to is not None and seat.valid_to < timezone.localdate():
        raise Refused(_("The membership has ended. Add the person as a new member."))
    if seat.user_id:
        _refuse_second_seat(seat.forum, seat.user, seat.valid_from, until, besides=seat)


def pass_on_seat(*, seat: Seat, to: Any, by: Any, on: date | None = None) -> Seat:
    """The person gets the seat from that day, and its place at meetings that are not held.

    A seat to come is passed on from its first day, and one with a last day keeps it. Who already
    sits in the forum keeps one seat: the one with the greater role.
    """
    on = max(on or timezone.localdate(), seat.valid_from)
    before = on - timedelta(days=1)
    with transaction.atomic():
        theirs = seat.forum.seats.filter(user=to, valid_to=None).first()
        if theirs is not None and FORUM_ROLES.index(theirs.role) <= FORUM_ROLES.index(seat.role):
            given = theirs
        else:
            if theirs is not None:
                _close(theirs, before)
            new = NewSeat(organisation=seat.organisation, role=seat.role, user=to)
            given = _seat(seat.forum, new, on, seat.valid_to, "name")
        coming = Participation.objects.filter(
            meeting__in=seat.forum.meetings.not_held(), user=seat.user
        )
        for row in coming:
            if row.meeting.participations.filter(user=to).exists():
                row.delete()
            else:
                Participation.objects.filter(pk=row.pk).update(user=to, seat=given)
        _close(seat, before)
        grants.rebuild(Forum, on=timezone.localdate())
        log.record(by=by, event="forums.seat.passed_on", on=given, facts={"role": given.role})
    return given


def _close(seat: Seat, on: date) -> None:
    to_come = seat.valid_from > max(on, timezone.localdate())
    if to_come and not seat.participations.exists():
        seat.delete()
        return
    seat.valid_to = max(on, seat.valid_from)
    seat.save(update_fields=["valid_to"])


def set_standing_items(
    *, forum: Forum, items: Sequence[NewStandingItem], by: Any, version: int | None = None
) -> None:
    """Makes these the standing items, in this order. Meetings planned already keep their agenda.

    Raises ForumChanged when a `version` is given and is not the forum's any more, Refused for more
    than `MOST_STANDING`, and what texts raise.
    """
    with transaction.atomic():
        _next_version(forum, version)
        if len(items) > MOST_STANDING:
            raise Refused(
                _("A forum can have at most %(count)s standing items. Remove some.")
                % {"count": MOST_STANDING},
                field="standing",
            )
        forum.standing_items.all().delete()
        _write_standing_items(forum, items)
        log.record(by=by, event="forums.forum.changed", on=forum, fields=("standing_items",))


def _write_standing_items(forum: Forum, items: Sequence[NewStandingItem]) -> None:
    for position, item in enumerate(items, start=1):
        StandingItem.objects.create(
            forum=forum,
            position=position,
            title=clean(
                item.title,
                label=_("The item's title"),
                limit=120,
                field=f"standing-{position - 1}-title",
                needed=_("Enter what the item is about"),
            ),
            kind=item.kind,
            is_follow_up=item.is_follow_up,
        )


def _organisation_missing(name: str, field: str) -> Missing:
    return Missing(_("Enter the organisation %(name)s comes from") % {"name": name}, field=field)


def _seat(forum: Forum, seat: NewSeat, valid_from: date, valid_to: date | None, field: str) -> Seat:
    name = "" if seat.user else clean(seat.name, label=_("The name"), limit=80, field=field)
    function = clean(seat.function, label=_("The function"), limit=FUNCTION, field="function")
    if seat.user is None and not name and not function:
        raise Missing(_("Enter a name or a function"), field=field)
    if seat.organisation is None:
        who = str(seat.user) if seat.user else name or function
        raise _organisation_missing(who, field.replace("name", "organisation"))
    taken = forum.seats.filter(user=seat.user, valid_to=None)
    if seat.user is not None and taken.exists():
        raise Refused(_("%(name)s is already on the list") % {"name": seat.user}, field=field)
    return Seat.objects.create(
        forum=forum,
        user=seat.user,
        role=seat.role,
        name=name,
        organisation=seat.organisation,
        function=function,
        valid_from=valid_from,
        valid_to=valid_to,
    )
