"""Who holds which role where, and the second administrator that a sensitive one needs (V15)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access import people as accounts
from coordination.access.models import Membership, User
from coordination.access.refused import Refused
from coordination.access.vocabulary import ROLES, HeldAt
from coordination.actors.models import (
    District,
    DistrictMembership,
    Organisation,
    OrganisationMembership,
)
from coordination.audit import log
from coordination.jobs import mail

from .models import RoleRequest

Place = Organisation | District
Held = OrganisationMembership | DistrictMembership
ADMINISTRATOR = "system_administrator"
REVIEWER = "reviewer"
LEAST = 2
"""So many administrators must be there: one asks for a sensitive role, another approves."""


class AlreadyDecided(Refused):
    """Somebody else decided about the request first."""


class NotYours(Refused):
    """The request must be decided by somebody else."""


@dataclass(frozen=True)
class Wanted:
    """A role to give: which, where and for how long."""

    role: str
    place: Place
    valid_from: date
    valid_to: date | None = None

    @property
    def table(self) -> type[Held]:
        if isinstance(self.place, Organisation):
            return OrganisationMembership
        return DistrictMembership

    @property
    def anchor(self) -> dict[str, Place]:
        if isinstance(self.place, Organisation):
            return {"organisation": self.place}
        return {"district": self.place}


def needs_second(*, by: Any, user: User, role: str) -> bool:
    """Whether another administrator must approve: any role to oneself, and the roles that say so."""
    return by.pk == user.pk or ROLES[role].needs_second


def give(
    *, by: Any, user: User, wanted: Wanted, now: datetime | None = None
) -> Membership | RoleRequest:
    """Gives the role, or asks another administrator to when it is sensitive.

    Refuses (Refused) a role for a closed account, a place of the wrong kind or one that has ended,
    a role held there already, and one without a last day at an external organisation. A request is
    told to the other administrators and to the reviewers by mail.
    """
    now = now or timezone.now()
    with transaction.atomic():
        one_at_a_time(user)
        check(user=user, wanted=wanted, on=timezone.localdate(now))
        if needs_second(by=by, user=user, role=wanted.role):
            return _ask(by=by, user=user, wanted=wanted, now=now)
        return _give(by=by, user=user, wanted=wanted)


def _give(*, by: Any, user: User, wanted: Wanted) -> Membership:
    return accounts.give_role(
        by=by,
        user=user,
        membership=wanted.table,
        role=wanted.role,
        valid_from=wanted.valid_from,
        valid_to=wanted.valid_to,
        **wanted.anchor,
    )


def check(*, user: User | None, wanted: Wanted, on: date) -> None:
    """Raises Refused when the role may not be given so. Without a user: to somebody new."""
    role = ROLES.get(wanted.role)
    if role is None or role.held_at is HeldAt.FORUM:
        raise Refused(_("Choose a role from the list."), field="role")
    at_organisation = isinstance(wanted.place, Organisation)
    if (role.held_at is HeldAt.ORGANISATION) != at_organisation:
        raise Refused(
            _("The role is held at an organisation. Choose one.")
            if role.held_at is HeldAt.ORGANISATION
            else _("The role is held in a housing district. Choose one."),
            field="place",
        )
    if wanted.valid_to is not None:
        if wanted.valid_to < wanted.valid_from:
            raise Refused(_("The last day cannot be before the first."), field="valid_to")
        if wanted.valid_to < on:
            raise Refused(_("The date must be today or later"), field="valid_to")
    _check_place(wanted)
    if user is None:
        return
    if not user.is_active:
        raise Refused(_("The account is closed. Open it first."))
    held = wanted.table._default_manager.filter(
        Q(valid_to=None) | Q(valid_to__gte=wanted.valid_from),
        user=user,
        role=wanted.role,
        **wanted.anchor,
    )
    if wanted.valid_to is not None:
        held = held.filter(valid_from__lte=wanted.valid_to)
    if held.exists():
        raise Refused(_("The person has that role there already, in those days."), field="role")


def _check_place(wanted: Wanted) -> None:
    place = wanted.place
    if isinstance(place, Organisation) and place.kind == Organisation.Kind.SECURITY_SERVICE:
        raise Refused(
            _("The Security Service is a contact only. Nobody has a role there."), field="place"
        )
    if isinstance(place, Organisation) and place.is_external and wanted.valid_to is None:
        raise Refused(
            _("Enter a last day. Roles at external organisations always have one."),
            field="valid_to",
        )
    if place.valid_to is not None and place.valid_to < wanted.valid_from:
        raise Refused(_("The place has ended by then. Choose another."), field="place")


def move(
    *, by: Any, held: Held, valid_from: date, valid_to: date | None, now: datetime | None = None
) -> None:
    """Gives a role other days.

    Refused: days in the wrong order, a first day changed once it has come, an external role without
    a last day, and longer days for a role that needs a second administrator.
    """
    today = timezone.localdate(now)
    with transaction.atomic():
        if valid_to is not None and valid_to < valid_from:
            raise Refused(_("The last day cannot be before the first."), field="valid_to")
        if valid_from != held.valid_from and min(valid_from, held.valid_from) <= today:
            raise Refused(
                _("The first day can be changed only before it has come."), field="valid_from"
            )
        if needs_second(by=by, user=held.user, role=held.role) and _is_longer(
            held, valid_from, valid_to
        ):
            raise Refused(
                _(
                    "Longer days for this role need another administrator. Let it end, and give it"
                    " anew from the day after."
                ),
                field="valid_to",
            )
        _check_place(Wanted(held.role, held.place, valid_from, valid_to))
        if valid_to is not None and valid_to < today:
            _refuse_to_end_the_last(held, on=valid_to)
        accounts.move_role(by=by, held=held, valid_from=valid_from, valid_to=valid_to)


def _is_longer(held: Held, valid_from: date, valid_to: date | None) -> bool:
    if valid_from < held.valid_from:
        return True
    return held.valid_to is not None and (valid_to is None or valid_to > held.valid_to)


def end(*, by: Any, held: Held, now: datetime | None = None) -> None:
    """Ends a role at once. Refuses to take the portal's last administrator."""
    yesterday = timezone.localdate(now) - timedelta(days=1)
    with transaction.atomic():
        _refuse_to_end_the_last(held, on=yesterday)
        accounts.end_role(by=by, held=held, on=yesterday)


def _refuse_to_end_the_last(held: Held, on: date) -> None:
    if held.role == ADMINISTRATOR:
        refuse_without_administrator(besides=held.user, on=on + timedelta(days=1))


def refuse_without_administrator(*, besides: User, on: date) -> None:
    """Raises Refused when nobody but this person would administer the portal that day.

    Holds every administrator until the transaction is over, so that two who close or end each other
    come one after the other. To be asked before anything is written.
    """
    administrators = holders(ADMINISTRATOR, on)
    list(administrators.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    # Asked anew: the first answer may be older than the lock.
    if not administrators.exclude(pk=besides.pk).exists():
        raise Refused(
            _("The portal needs a system administrator. Give somebody else the role first.")
        )


def are_administrators_few(on: date | None = None) -> bool:
    """Whether there are fewer than must agree on some roles."""
    return holders(ADMINISTRATOR, on).count() < LEAST


def one_at_a_time(user: User) -> None:
    """Who looks at what the person has and then writes more of it comes after who does the same."""
    list(User.objects.select_for_update(no_key=True).filter(pk=user.pk).values_list("pk"))


def holders(role: str, on: date | None = None) -> QuerySet[User]:
    """The open accounts with that role at an organisation that day."""
    held = OrganisationMembership.objects.active(on or timezone.localdate()).filter(role=role)
    return User.objects.filter(pk__in=held.values("user_id"), is_active=True)


# The second administrator ----------------------------------------------------------------------


def waiting() -> QuerySet[RoleRequest]:
    """The requests that nobody has decided about, the oldest first."""
    return latest_requests().filter(state=RoleRequest.State.WAITING).order_by("requested_at", "pk")


def latest_requests() -> QuerySet[RoleRequest]:
    """Every request, the newest first."""
    return RoleRequest.objects.select_related(
        "user", "requested_by", "decided_by", "organisation", "district"
    ).order_by("-requested_at", "-pk")


def _ask(*, by: Any, user: User, wanted: Wanted, now: datetime) -> RoleRequest:
    same = RoleRequest.objects.filter(
        user=user, role=wanted.role, state=RoleRequest.State.WAITING, **wanted.anchor
    )
    if same.exists():
        raise Refused(_("The role is asked for already, and waits for approval."), field="role")
    asked = RoleRequest.objects.create(
        user=user,
        role=wanted.role,
        valid_from=wanted.valid_from,
        valid_to=wanted.valid_to,
        requested_by=by,
        requested_at=now,
        **wanted.anchor,
    )
    facts = {"role": wanted.role}
    log.record(by=by, event="administration.role_request.made", on=asked, facts=facts, at=now)
    deciders = holders(ADMINISTRATOR).exclude(pk__in=(by.pk, user.pk))
    _tell(deciders, "administration.role_request", asked)
    _tell(holders(REVIEWER), "administration.role_request_review", asked)
    return asked


def approve(*, by: Any, asked: RoleRequest, now: datetime | None = None) -> Membership:
    """Gives the role that was asked for. Whoever asked, and whoever gets it, cannot.

    Raises NotYours, AlreadyDecided when somebody was first, and what `give` refuses. Reviewers are
    told by mail.
    """
    now = now or timezone.now()
    if by.pk in (asked.requested_by_id, asked.user_id):
        raise NotYours(_("You cannot approve a role that you have asked for or are to get."))
    with transaction.atomic():
        one_at_a_time(asked.user)
        _decide(by=by, asked=asked, state=RoleRequest.State.APPROVED, now=now)
        wanted = Wanted(asked.role, _place(asked), asked.valid_from, asked.valid_to)
        check(user=asked.user, wanted=wanted, on=timezone.localdate(now))
        held = _give(by=by, user=asked.user, wanted=wanted)
        _tell(holders(REVIEWER), "administration.role_given_review", asked)
        log.record(by=by, event="administration.role_request.approved", on=asked, at=now)
    return held


def refuse(*, by: Any, asked: RoleRequest, now: datetime | None = None) -> None:
    """Says no to the role, or takes the request back when it is one's own. Raises AlreadyDecided."""
    now = now or timezone.now()
    own = by.pk == asked.requested_by_id
    state = RoleRequest.State.WITHDRAWN if own else RoleRequest.State.REFUSED
    with transaction.atomic():
        _decide(by=by, asked=asked, state=state, now=now)
        log.record(by=by, event=f"administration.role_request.{state}", on=asked, at=now)


def _decide(*, by: Any, asked: RoleRequest, state: str, now: datetime) -> None:
    decided = RoleRequest.objects.filter(pk=asked.pk, state=RoleRequest.State.WAITING).update(
        state=state, decided_by=by, decided_at=now
    )
    if not decided:
        raise AlreadyDecided(_("Somebody has already decided about this request."))
    asked.refresh_from_db()


def _place(asked: RoleRequest) -> Place:
    place = asked.place
    if place is None:
        raise Refused(_("The request names no place."))
    return place


def _tell(people: QuerySet[User], letter: str, asked: RoleRequest) -> None:
    for pk in people.values_list("pk", flat=True):
        mail.post(to=pk, letter=letter, ids={"request": asked.pk}, key=f"{letter}:{asked.pk}:{pk}")
