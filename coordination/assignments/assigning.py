"""What the guideline orders: ordered, carried over to the next version or ended, and of whom."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.refused import Missing, Refused, clean
from coordination.actors.models import Organisation
from coordination.audit import log

from . import guidelines, updates
from .models import Assignment, AssignmentOwner, Guideline, Mandate

TITLE, MEASURE, QUOTE = 200, 200, 1000


class ChangedMeanwhile(Refused):
    """Somebody else saved the same thing first."""


@dataclass(frozen=True)
class Owner:
    """An organisation that is to answer for an assignment, and the role that acts for it."""

    organisation: Organisation
    acting_role: str = ""


def order(
    *,
    guideline: Guideline,
    title: str,
    quote: str,
    owners: Collection[Owner],
    by: Any,
    number: int | None = None,
    contributors: Iterable[Organisation] = (),
    due: date | None = None,
    measure: str = "",
    now: datetime | None = None,
) -> Assignment:
    """A new assignment of that version of the guideline, with the words that order it.

    Without a number it gets the next. Raises Missing without title, words or owner, and Refused for a
    number that is taken and for words that do not stand in the guideline.
    """
    now = now or timezone.now()
    title = _title(title)
    measure = _measure(measure)
    if not owners:
        raise _no_owner()
    with transaction.atomic():
        number = number or next_number()
        assignment = _create(number, title=title, due=due, measure=measure, ordered_at=now)
        assignment.contributors.set(contributors)
        _add_owners(assignment, owners, now)
        _mandate(guideline, assignment, quote)
        log.record(by=by, event="assignments.assignment.ordered", on=assignment, at=now)
    return assignment


def _create(number: int, **values: Any) -> Assignment:
    try:
        with transaction.atomic():
            return Assignment.objects.create(number=number, **values)
    except IntegrityError:
        raise Refused(
            _("There is already an assignment with that number."), field="number"
        ) from None


def next_number() -> int:
    """The number after the highest one in use."""
    highest = Assignment.objects.aggregate(highest=Max("number"))["highest"]
    return int(highest or 0) + 1


def _mandate(guideline: Guideline, assignment: Assignment, quote: str) -> Mandate:
    quote = clean(
        quote,
        label=_("The guideline's words"),
        limit=QUOTE,
        field="quote",
        needed=_("Enter the words of the guideline that order the assignment"),
    )
    passage = guidelines.passage_with(guideline, quote)
    if passage is None:
        raise Refused(
            _("Those words do not stand in the guideline. Copy them from its text."), field="quote"
        )
    return Mandate.objects.create(
        guideline=guideline,
        assignment=assignment,
        passage=passage,
        number=assignment.number,
        quote=quote,
    )


def _title(title: str) -> str:
    return clean(
        title,
        label=_("Assignment"),
        limit=TITLE,
        field="title",
        needed=_("Enter what the assignment is"),
    )


def _measure(measure: str) -> str:
    return clean(measure, label=_("Measure of success"), limit=MEASURE, field="measure")


def _no_owner() -> Missing:
    return Missing(_("Choose who is responsible for the assignment"), field="owners")


def change(
    *,
    assignment: Assignment,
    title: str,
    due: date | None,
    measure: str,
    owners: Collection[Organisation],
    contributors: Collection[Organisation],
    version: int,
    by: Any,
    now: datetime | None = None,
) -> None:
    """Says anew what the assignment is called, by when, how success shows, and whose it is.

    An owner that is left out is ended and keeps what it has said; one that is new begins without a
    status. Raises Missing, and ChangedMeanwhile when another saved since `version`.
    """
    now = now or timezone.now()
    title, measure = _title(title), _measure(measure)
    if not owners:
        raise _no_owner()
    with transaction.atomic():
        saved = Assignment.objects.filter(pk=assignment.pk, version=version, ended_on=None).update(
            title=title, due=due, measure=measure, version=F("version") + 1
        )
        if not saved:
            raise ChangedMeanwhile(
                _("Somebody else has changed the assignment. Read it, and save again.")
            )
        partners = set(assignment.contributors.values_list("pk", flat=True))
        assignment.contributors.set(contributors)
        other_owners = _set_owners(assignment, owners, now)
        if other_owners:
            updates.settle(assignment)
        differs = {
            "title": assignment.title != title,
            "due": assignment.due != due,
            "measure": assignment.measure != measure,
            "owners": other_owners,
            "contributors": partners != {one.pk for one in contributors},
        }
        log.record(
            by=by,
            event="assignments.assignment.changed",
            on=assignment,
            fields=[
                name
                for name in ("title", "due", "measure", "owners", "contributors")
                if differs[name]
            ],
            at=now,
        )


def _set_owners(assignment: Assignment, owners: Collection[Organisation], now: datetime) -> bool:
    """Whether there was anything to change."""
    wanted = {one.pk for one in owners}
    standing = {one.organisation_id: one.pk for one in assignment.owners.standing()}
    gone = [pk for organisation, pk in standing.items() if organisation not in wanted]
    AssignmentOwner.objects.filter(pk__in=gone).update(ended_on=timezone.localdate(now))
    new = [one for one in owners if one.pk not in standing]
    _add_owners(assignment, acting_for(new), now)
    return bool(gone or new)


def _add_owners(assignment: Assignment, owners: Iterable[Owner], now: datetime) -> None:
    AssignmentOwner.objects.bulk_create(
        AssignmentOwner(
            assignment=assignment,
            organisation=one.organisation,
            acting_role=one.acting_role,
            since=now,
        )
        for one in owners
    )


def acting_for(organisations: Iterable[Organisation]) -> list[Owner]:
    """The organisations as owners: whoever acts for one in another assignment acts for it here too."""
    acting = dict(
        AssignmentOwner.objects.exclude(acting_role="").values_list(
            "organisation_id", "acting_role"
        )
    )
    return [Owner(one, acting.get(one.pk, "")) for one in organisations]


# From one version to the next ------------------------------------------------------------------


def left_to_decide(guideline: Guideline) -> list[Assignment]:
    """The standing assignments of earlier versions that this one neither orders nor has ended."""
    found = Assignment.objects.standing().exclude(mandates__guideline=guideline)
    return list(found.order_by("number"))


@dataclass(frozen=True)
class Undecided:
    """How many standing assignments wait for somebody to decide about them, and where."""

    guideline: int
    """The key of the latest version."""
    by_guideline: int
    """Those that the latest version neither orders nor has ended."""
    without_owner: int
    """Those that an organisation answers for which is no longer there."""


def with_gone_owner(assignments: Any, on: date) -> Any:
    """Adds `has_gone_owner`: whether one of its owners has ended, as when it went into another."""
    gone = AssignmentOwner.objects.standing().filter(
        assignment=OuterRef("pk"), organisation__valid_to__lt=on
    )
    return assignments.annotate(has_gone_owner=Exists(gone))


def undecided(on: date) -> Undecided:
    """What is left to decide, in one question."""
    latest = Guideline.objects.order_by("-in_force_from").values("pk")[:1]
    ordered = Mandate.objects.filter(assignment=OuterRef("pk"), guideline=OuterRef("latest"))
    standing = Assignment.objects.standing().annotate(
        latest=Subquery(latest), is_ordered=Exists(ordered)
    )
    found = with_gone_owner(standing, on).aggregate(
        guideline=Max("latest"),
        left=Count("pk", filter=Q(is_ordered=False)),
        gone=Count("pk", filter=Q(has_gone_owner=True)),
    )
    return Undecided(found["guideline"] or 0, found["left"], found["gone"])


def carry_over(
    *,
    assignment: Assignment,
    guideline: Guideline,
    quote: str,
    by: Any,
    now: datetime | None = None,
) -> Mandate:
    """The newer version orders the assignment too, with these words of its own. What its owners have
    said stays. Raises Missing, Refused, and ChangedMeanwhile when it is decided already."""
    now = now or timezone.now()
    with transaction.atomic():
        _hold_undecided(assignment, guideline)
        made = _mandate(guideline, assignment, quote)
        log.record(by=by, event="assignments.assignment.carried_over", on=assignment, at=now)
    return made


def end(
    *, assignment: Assignment, guideline: Guideline, by: Any, now: datetime | None = None
) -> None:
    """The newer version no longer orders the assignment: it ends the day before that one begins, and
    can be read as it stood. Raises ChangedMeanwhile when it is decided already."""
    now = now or timezone.now()
    last = guideline.in_force_from - timedelta(days=1)
    with transaction.atomic():
        _hold_undecided(assignment, guideline)
        Assignment.objects.filter(pk=assignment.pk).update(ended_on=last)
        log.record(by=by, event="assignments.assignment.ended", on=assignment, at=now)


def _hold_undecided(assignment: Assignment, guideline: Guideline) -> None:
    """The assignment stays as it is until the transaction ends; of two who decide at once one succeeds."""
    standing = Assignment.objects.filter(pk=assignment.pk, ended_on=None)
    if not standing.update(version=F("version") + 1):
        raise decided()
    if Mandate.objects.filter(assignment=assignment, guideline=guideline).exists():
        raise decided()


def decided() -> ChangedMeanwhile:
    """What is said when it is no longer, or not, to be decided whether an assignment goes on."""
    return ChangedMeanwhile(
        _("Somebody has decided about the assignment already. Load the page again.")
    )
