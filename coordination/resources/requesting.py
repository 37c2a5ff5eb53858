"""Requests for extra resources on their way: asked for in a report, the strategic function gives its
opinion, management decides."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.models import User
from coordination.access.vocabulary import Permission
from coordination.audit import log
from coordination.jobs import mail

from . import telling
from .models import SentRequest, Version
from .refusals import ChangedMeanwhile, Missing, WrongState, clean

REASON = 500
UNDONE_WITHIN = timedelta(minutes=10)
"""So long whoever gave an opinion or decided may take it back."""
TO_DECIDE, OPINION, DECIDED = (
    "resources.request_to_decide",
    "resources.request_opinion",
    "resources.request_decided",
)
SAYS = ("what", "why", "fte", "cost", "from_day")


def bring(*, version: Version, now: datetime) -> None:
    """Makes the requests of a version that is sent in ones to give an opinion on; to be called in the
    transaction that sends it in.

    What is asked for in the same words and figures as in the version before keeps what was said of it.
    Anything else is a new request, and what is no longer asked for is withdrawn: an opinion is never
    moved to something that it was not given on.
    """
    before = list(SentRequest.objects.filter(report=version.report_id, withdrawn_at=None))
    for place, row in enumerate(version.content["requests"]):
        said = _said(row)
        same = next((one for one in before if _says(one) == said), None)
        if same is None:
            SentRequest.objects.create(
                report_id=version.report_id, version=version, place=place, **said
            )
        else:
            before.remove(same)
            SentRequest.objects.filter(pk=same.pk).update(version=version, place=place)
    gone = SentRequest.objects.filter(pk__in=[one.pk for one in before])
    gone.update(withdrawn_at=now, revision=F("revision") + 1)


def _said(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "what": row["what"],
        "why": row["why"],
        "fte": Decimal(row["fte"]),
        "cost": Decimal(row["cost"]),
        "from_day": date.fromisoformat(row["from_day"]),
    }


def _says(one: SentRequest) -> dict[str, Any]:
    return {name: getattr(one, name) for name in SAYS}


def give_opinion(
    *,
    request: SentRequest,
    opinion: str,
    why: str,
    revision: int,
    by: Any,
    now: datetime | None = None,
) -> None:
    """What the strategic function says of a request, to management and to those who asked. May be
    changed until it is decided. Raises Missing without a choice or a reason, WrongState when it is
    withdrawn or decided, and ChangedMeanwhile when somebody else has written since `revision`."""
    now = now or timezone.now()
    if opinion not in SentRequest.Opinion.values or not opinion:
        raise Missing(_("Choose one of the alternatives"), field="opinion")
    kept = _reason(why, "opinion_why")
    with transaction.atomic():
        _check(request, Permission.REVIEW_RESOURCES, by)
        standing = SentRequest.objects.filter(pk=request.pk, withdrawn_at=None, decision="")
        given = standing.filter(revision=revision).update(
            opinion=opinion,
            opinion_why=kept,
            opinion_by=by,
            opinion_at=now,
            revision=F("revision") + 1,
        )
        if not given:
            raise _not_now(request, revision)
        _tell(request, deciders(request), TO_DECIDE, now)
        _tell(request, _askers(request), OPINION, now)
        log.record(by=by, event="resources.request.opinion", on=request, at=now)


def decide(
    *,
    request: SentRequest,
    decision: str,
    why: str,
    on: date,
    revision: int,
    by: Any,
    now: datetime | None = None,
) -> None:
    """What management decides, when the strategic function has given its opinion. It stands: only
    whoever wrote it may take it back, and only at once.

    Raises Missing without a choice or a reason, or for a day to come; WrongState when there is no
    opinion yet, when it is decided already, or withdrawn; and ChangedMeanwhile.
    """
    now = now or timezone.now()
    if decision not in SentRequest.Decision.values or not decision:
        raise Missing(_("Choose one of the alternatives"), field="decision")
    if on > timezone.localdate(now):
        raise Missing(_("The day of the decision cannot be after today"), field="on")
    kept = _reason(why, "decision_why")
    with transaction.atomic():
        _check(request, Permission.DECIDE_REQUESTS, by)
        waiting = SentRequest.objects.filter(pk=request.pk, withdrawn_at=None, decision="")
        decided = (
            waiting.exclude(opinion="")
            .filter(revision=revision)
            .update(
                decision=decision,
                decision_why=kept,
                decided_on=on,
                decided_by=by,
                decided_at=now,
                revision=F("revision") + 1,
            )
        )
        if not decided:
            raise _not_now(request, revision)
        _tell(request, _askers(request), DECIDED, now)
        log.record(by=by, event="resources.request.decided", on=request, at=now)


def may_undo(request: SentRequest, by: Any, now: datetime | None = None) -> str:
    """What this person may take back now: "decision", "opinion", or nothing."""
    since = (now or timezone.now()) - UNDONE_WITHIN
    if request.decision:
        own = request.decided_by_id == by.pk and request.decided_at
        return "decision" if own and request.decided_at >= since else ""
    own = request.opinion_by_id == by.pk and request.opinion_at
    return "opinion" if own and request.opinion_at >= since else ""


def undo(*, request: SentRequest, by: Any, now: datetime | None = None) -> None:
    """Takes back the decision or the opinion that this person gave within the last ten minutes. Raises
    WrongState for anything else."""
    now = now or timezone.now()
    with transaction.atomic():
        fresh = SentRequest.objects.get(pk=request.pk)
        what = may_undo(fresh, by, now)
        same = SentRequest.objects.filter(pk=fresh.pk, revision=fresh.revision)
        if what == "decision":
            moved = same.update(
                decision="",
                decision_why="",
                decided_on=None,
                decided_by=None,
                decided_at=None,
                revision=F("revision") + 1,
            )
        elif what == "opinion":
            moved = same.update(
                opinion="",
                opinion_why="",
                opinion_by=None,
                opinion_at=None,
                revision=F("revision") + 1,
            )
        else:
            moved = 0
        if not moved:
            raise WrongState(
                _("There is nothing left to take back. It can be done for %(minutes)s minutes.")
                % {"minutes": UNDONE_WITHIN // timedelta(minutes=1)}
            )
        log.record(
            by=by, event="resources.request.undone", on=request, facts={"what": what}, at=now
        )


def _reason(text: str, field: str) -> str:
    return clean(
        text, label=_("Why?"), limit=REASON, field=field, needed=_("Write why"), lines=True
    )


def _check(request: SentRequest, permission: Permission, by: Any) -> None:
    if not SentRequest.objects.visible_to(by, permission).filter(pk=request.pk).exists():
        raise WrongState(_("You no longer have the role that this needs."))


def _not_now(request: SentRequest, revision: int) -> WrongState | ChangedMeanwhile:
    fresh = SentRequest.objects.select_related("opinion_by").get(pk=request.pk)
    if fresh.withdrawn_at:
        return WrongState(_("The organisation no longer asks for this."))
    if fresh.decision:
        return WrongState(_("The request is decided already. Somebody else was first."))
    if fresh.revision != revision:
        return ChangedMeanwhile(fresh.opinion_by)
    return WrongState(_("The strategic function has not given its opinion yet."))


# Whom it reaches ---------------------------------------------------------------------------------


def deciders(request: SentRequest) -> list[User]:
    """The managers who decide on the requests of the year; none while nobody has said whose do."""
    office = request.report.window.decides_id
    return telling.holders("manager", office) if office else []


def _askers(request: SentRequest) -> list[User]:
    organisation = request.report.organisation_id
    asked = {one.pk: one for one in telling.holders("reporter", organisation)}
    asked |= {one.pk: one for one in telling.holders("manager", organisation)}
    return list(asked.values())


def _tell(request: SentRequest, people: list[User], letter: str, now: datetime) -> None:
    turn = f"{request.pk}:{now.timestamp()}"
    for person in people:
        key = f"{letter}:{turn}:{person.pk}"
        mail.post(to=person.pk, letter=letter, ids={"request": request.pk}, key=key, now=now)
