"""How assignments stand: said by their owners, asked for, and what it comes to for the whole."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access import policy
from coordination.access.models import Absence, User
from coordination.access.refused import Missing, Refused, clean
from coordination.access.vocabulary import Permission
from coordination.actors.models import OrganisationMembership
from coordination.audit import log
from coordination.jobs import mail

from .models import (
    CLOSED,
    REPORTING_ROLES,
    STATUSES,
    Assignment,
    AssignmentOwner,
    OwnerQuerySet,
    Status,
    StatusUpdate,
    UpdateRequest,
)

HAPPENED, OBSTACLE, NEXT_STEP, DECISION = 400, 400, 200, 200
STALE = timedelta(days=90)
"""So long without a word is shown as a mark."""
ASKED_AGAIN = timedelta(days=14)
"""So long an owner that was asked is not asked again."""
LETTER = "assignments.update_asked"
MOST = 50
"""Assignments asked about at once."""


class UpdatedMeanwhile(Refused):
    """Somebody else has said how it stands since the page was opened."""


def update(
    *,
    owner: AssignmentOwner,
    status: str,
    happened: str,
    version: int,
    by: Any,
    obstacle: str = "",
    next_step: str = "",
    next_on: date | None = None,
    decision_wanted: str = "",
    now: datetime | None = None,
) -> StatusUpdate:
    """Says how the owner's part stands, and answers whoever asked. What was said before stays.

    Raises Missing without what has happened, or for a date without a next step; Refused for an
    assignment that is ended; UpdatedMeanwhile when another said something since `version`.
    """
    happened = clean(
        happened,
        label=_("What has happened?"),
        limit=HAPPENED,
        field="happened",
        needed=_("Enter what has happened, in a sentence or two"),
        lines=True,
    )
    obstacle = clean(obstacle, label=_("Obstacles"), limit=OBSTACLE, field="obstacle", lines=True)
    next_step = clean(next_step, label=_("Next step"), limit=NEXT_STEP, field="next_step")
    if next_on and not next_step:
        raise Missing(_("Enter what the next step is, or leave the date empty"), field="next_step")
    decision_wanted = clean(
        decision_wanted,
        label=_("What does management need to decide?"),
        limit=DECISION,
        field="decision_wanted",
    )
    return _say(
        owner,
        version,
        by,
        now or timezone.now(),
        status=status,
        happened=happened,
        obstacle=obstacle,
        next_step=next_step,
        next_on=next_on,
        decision_wanted=decision_wanted,
    )


def move(
    *,
    owner: AssignmentOwner,
    status: str,
    version: int,
    by: Any,
    now: datetime | None = None,
) -> StatusUpdate | None:
    """Gives the owner's part another status and leaves the rest as it was last said; None, and nothing
    is done, when it has that status. Raises what `update` raises."""
    if owner.status == status:
        return None
    return _say(
        owner,
        version,
        by,
        now or timezone.now(),
        status=status,
        happened="",
        obstacle="",
        next_step=owner.next_step,
        next_on=owner.next_on,
        decision_wanted=owner.decision_wanted,
    )


def _say(
    owner: AssignmentOwner, version: int, by: Any, now: datetime, *, status: str, **said: Any
) -> StatusUpdate:
    if status not in STATUSES:
        raise Missing(_("Choose status"), field="status")
    if owner.ended_on or owner.assignment.ended_on:
        raise Refused(_("The assignment is ended. It can be read, but not updated."))
    stands = {name: said[name] for name in ("next_step", "next_on", "decision_wanted")}
    with transaction.atomic():
        # Not by a join: PostgreSQL would then ask for the version before it waits for the other.
        saved = AssignmentOwner.objects.filter(
            pk=owner.pk,
            version=version,
            ended_on=None,
            assignment_id__in=Assignment.objects.standing().values("pk"),
        ).update(status=status, updated_at=now, version=F("version") + 1, **stands)
        if not saved:
            raise UpdatedMeanwhile(
                _(
                    "Somebody else has updated the assignment since you opened the page. Read what"
                    " they wrote below. Save again if yours is still right."
                )
            )
        made = StatusUpdate.objects.create(owner=owner, status=status, by=by, at=now, **said)
        UpdateRequest.objects.filter(owner=owner, answered_at=None).update(answered_at=now)
        settle(owner.assignment, at=now)
        log.record(
            by=by,
            event="assignments.status.updated",
            on=owner.assignment,
            facts={"owner": owner.pk, "status": status},
            at=now,
        )
    return made


def overall(statuses: Collection[str]) -> str:
    """What the statuses of an assignment's owners come to.

    One owner's is the whole's. Of several, the whole is carried out when every part is closed and one
    of them carried out; closed without action when all are; not started, or paused, when every part
    that is left is; under way otherwise.
    """
    left = {one for one in statuses if one not in CLOSED}
    if not left:
        return Status.DONE if Status.DONE in statuses else Status.DROPPED
    if set(statuses) - {Status.DROPPED} == {Status.NOT_STARTED}:
        return Status.NOT_STARTED
    if left == {Status.PAUSED}:
        return Status.PAUSED
    return Status.UNDER_WAY


def settle(assignment: Assignment, at: datetime | None = None) -> None:
    """Makes the whole's status what its owners' come to; `at` is when one of them said something."""
    said = assignment.owners.standing().values_list("status", flat=True)
    changes: dict[str, Any] = {"status": overall(set(said))}
    if at is not None:
        changes["updated_at"] = at
    Assignment.objects.filter(pk=assignment.pk).update(**changes)
    assignment.refresh_from_db(fields=("status", "updated_at"))


# Without a word ----------------------------------------------------------------------------------


def stale(owners: QuerySet[AssignmentOwner], now: datetime) -> QuerySet[AssignmentOwner]:
    """Those of the owners whose part is not closed, and of which nothing was said for ninety days."""
    limit = now - STALE
    return owners.filter(
        Q(updated_at__lt=limit) | Q(updated_at=None, since__lt=limit),
        ended_on=None,
        assignment__ended_on=None,
    ).exclude(status__in=CLOSED)


def with_stale(assignments: QuerySet[Assignment], now: datetime) -> QuerySet[Assignment]:
    """Adds `is_stale`: whether one of its owners has said nothing for ninety days."""
    silent = stale(AssignmentOwner.objects.filter(assignment=OuterRef("pk")), now)
    return assignments.annotate(is_stale=Exists(silent))


def silent_days(owner: AssignmentOwner, now: datetime) -> int:
    """For how many days the owner has said nothing, by the calendar."""
    last = owner.updated_at or owner.since
    return (timezone.localdate(now) - timezone.localdate(last)).days


# Asked for ---------------------------------------------------------------------------------------


def who_says(owners: Collection[AssignmentOwner], on: date | None = None) -> dict[int, list[User]]:
    """By owner, whom to ask how its part stands: the organisation's reporters, its managers where it
    has none, and the holders of the role that acts for it; with each who is away, the deputy. The same
    few questions are asked however many owners there are."""
    on = on or timezone.localdate()
    places = {one.organisation_id for one in owners}
    here: dict[tuple[int, str], set[int]] = {}
    held = OrganisationMembership.objects.active(on).filter(
        organisation__in=places, role__in=REPORTING_ROLES, user__is_active=True
    )
    for place, role, user in held.values_list("organisation_id", "role", "user_id"):
        here.setdefault((place, role), set()).add(user)
    acting: dict[str, set[int]] = {}
    roles = {one.acting_role for one in owners if one.acting_role}
    for table in policy.membership_models():
        rows = table._default_manager.active(on).filter(role__in=roles, user__is_active=True)
        for role, user in rows.values_list("role", "user_id"):
            acting.setdefault(role, set()).add(user)
    deputies: dict[int, set[int]] = {}
    away = Absence.objects.active(on).filter(deputy__is_active=True)
    for user, deputy in away.values_list("user_id", "deputy_id"):
        deputies.setdefault(user, set()).add(deputy)
    people = {user.pk: user for user in User.objects.filter(is_active=True)}
    found = {}
    for owner in owners:
        asked = next(
            filter(None, (here.get((owner.organisation_id, role)) for role in REPORTING_ROLES)),
            set[int](),
        ) | acting.get(owner.acting_role, set())
        asked = asked.union(*(deputies.get(one, set()) for one in asked))
        found[owner.pk] = sorted((people[one] for one in asked), key=lambda one: (str(one), one.pk))
    return found


@dataclass
class Asked:
    """One owner that somebody means to ask, whom it reaches, and why not, when it is not asked."""

    owner: AssignmentOwner
    people: list[User] = field(default_factory=list)
    why_not: str = ""


def to_ask(
    *, assignments: Iterable[Assignment], by: Any, now: datetime | None = None
) -> list[Asked]:
    """What asking about these assignments would do: an entry an owner, in the order of their numbers."""
    now = now or timezone.now()
    owners = list(
        AssignmentOwner.objects.standing()
        .filter(assignment__in=list(assignments), assignment__ended_on=None)
        .exclude(status__in=CLOSED)
        .select_related("assignment", "organisation")
        .order_by("assignment__number", "organisation__name", "pk")
    )
    lately = set(
        UpdateRequest.objects.filter(
            owner__in=owners, answered_at=None, asked_at__gt=now - ASKED_AGAIN
        ).values_list("owner_id", flat=True)
    )
    says = who_says(owners)
    entries = []
    for owner in owners:
        entry = Asked(owner, [one for one in says[owner.pk] if one.pk != by.pk])
        if owner.pk in lately:
            entry.why_not = _("They have been asked during the last two weeks.")
        elif not entry.people:
            entry.why_not = _("Nobody else can say how it stands.")
        entries.append(entry)
    return entries


def ask(*, assignments: Iterable[Assignment], by: Any, now: datetime | None = None) -> list[Asked]:
    """Asks the owners of these assignments how they stand, and mails whoever can say, each person once
    for each assignment. Returns what was asked; those not asked are left out."""
    now = now or timezone.now()
    asked = []
    with transaction.atomic():
        mailed: set[tuple[int, int]] = set()
        for entry in to_ask(assignments=assignments, by=by, now=now):
            if entry.why_not:
                continue
            request = _request(entry.owner, by, now)
            if request is None:
                continue
            asked.append(entry)
            for person in entry.people:
                if (entry.owner.assignment_id, person.pk) in mailed:
                    continue
                mailed.add((entry.owner.assignment_id, person.pk))
                key = f"{LETTER}:{request.pk}:{now.timestamp()}:{person.pk}"
                mail.post(
                    to=person.pk, letter=LETTER, ids={"owner": entry.owner.pk}, key=key, now=now
                )
            log.record(
                by=by,
                event="assignments.update.asked",
                on=entry.owner.assignment,
                facts={"owner": entry.owner.pk, "people": len(entry.people)},
                at=now,
            )
    return asked


def _request(owner: AssignmentOwner, by: Any, now: datetime) -> UpdateRequest | None:
    """The open question, asked now; None when somebody else has just asked it."""
    still_open = UpdateRequest.objects.filter(owner=owner, answered_at=None)
    if still_open.filter(asked_at__lte=now - ASKED_AGAIN).update(asked_at=now, asked_by=by):
        return still_open.get()
    try:
        with transaction.atomic():
            return UpdateRequest.objects.create(owner=owner, asked_by=by, asked_at=now)
    except IntegrityError:
        return None


def asked_of(user: Any) -> OwnerQuerySet:
    """The owners that somebody waits for, and whose status is this person's to say."""
    waiting = UpdateRequest.objects.filter(owner=OuterRef("pk"), answered_at=None)
    return own(user).filter(Exists(waiting), assignment__ended_on=None)


def to_mind(user: Any, now: datetime) -> OwnerQuerySet:
    """The owners that somebody should see to: those asked of this person (`is_asked`), and for whoever
    keeps the assignments those that said nothing for long (`is_stale`). One question for both."""
    everyone = AssignmentOwner.objects.visible_to(user)
    asked = asked_of(user).filter(pk=OuterRef("pk"))
    silent = stale(everyone, now) if _keeps(user) else everyone.none()
    return everyone.annotate(
        is_asked=Exists(asked), is_stale=Exists(silent.filter(pk=OuterRef("pk")))
    ).filter(Q(is_asked=True) | Q(is_stale=True))


def _keeps(user: Any) -> bool:
    return Permission.KEEP_ASSIGNMENTS in policy.permissions_of(user)


def own(user: Any) -> OwnerQuerySet:
    """Those whom a question reaches: for who keeps all assignments, those their role acts for alone."""
    owners = AssignmentOwner.objects.visible_to(user, Permission.UPDATE_ASSIGNMENTS).standing()
    if _keeps(user):
        owners = owners.filter(acting_role__in=sorted(policy.roles_of(user)))
    return owners


def wanted_of_management() -> OwnerQuerySet:
    """The owners that want a decision of management, and have not closed their part."""
    return (
        AssignmentOwner.objects.standing()
        .filter(assignment__ended_on=None)
        .exclude(decision_wanted="")
        .exclude(status__in=CLOSED)
    )
