"""Handing a case over to the police or the Security Service, who are the first for whoever has taken part in
violent extremism (guideline, assignment 3). What was written before is locked, and the case is in nobody's
list but of the two who are named in it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.policy import may
from coordination.access.refused import clean
from coordination.access.vocabulary import Permission
from coordination.audit import log
from coordination.grounds import offering
from coordination.grounds.models import BasisVersion, Purpose, Receiver, Sender

from . import documenting, stages, units
from .models import Case, CaseRole, Consent, Duty, Goal, Handover, Stage
from .refusals import Missing, WrongStage

FROM = (Stage.INQUIRY, Stage.INTERVENTION, Stage.FOLLOW_UP, Stage.SPECIAL)
"""Special handling can be decided at triage; then the handover itself is noted after it."""
TEST_LEAST, TEST, RECEIPT, RESPONSIBLE = 40, 1500, 60, 120
COVERED_BY = {Receiver.POLICE: "police"}
"""Which word of a consent lets a receiver have something; none lets the Security Service."""


@dataclass(frozen=True)
class Told:
    """What is said of the handover."""

    receiver: str
    way: str
    held_at: datetime
    basis: BasisVersion
    test: str
    receipt: str
    confirmed: Collection[str] = ()
    childs_best: str = ""
    may_be_named: bool = False
    duties: Mapping[str, str] | None = None
    """Who answers for what remains, by code of `Duty.Kind`; empty for nothing, None for not said."""


def may_be_made(case: Case) -> bool:
    """Whether the case is where it can be handed over, and has not been."""
    return case.stage in FROM and not is_made(case)


def is_made(case: Case) -> bool:
    """Whether the case is handed over."""
    return Handover.objects.filter(case=case).exists()


def offered(case: Case, on: date) -> tuple[QuerySet, list[offering.Offer]]:
    """The versions of legal bases that let the one or the other receiver have the case, and what each
    asks."""
    found: dict[int, offering.Offer] = {}
    for receiver in Handover.RECEIVERS:
        offers = offering.offered(facts_of(case, receiver, on))
        found |= {one.version.pk: one for one in offers}
    versions = BasisVersion.objects.filter(pk__in=found).order_by("basis__place", "pk")
    return versions, list(found.values())


def facts_of(
    case: Case, receiver: str, on: date, confirmed: Collection[str] = ()
) -> offering.Facts:
    """What decides which legal bases may be rested on: it is handed over so that terrorist crime is
    prevented (the guideline, of who took part in extremist violence). The cases belong to the social
    welfare board, so it is its secrecy that is broken."""
    word = COVERED_BY.get(Receiver(receiver), "")
    given = Consent.objects.in_force(on).filter(case=case)
    board = units.board_of(case.unit, on)
    return offering.Facts(
        sender=Sender.SOCIAL if board.is_social else Sender.OTHER,
        receiver=Receiver(receiver),
        on=on,
        consent=any(word and word in one.covers.split() for one in given),
        birth_year=int(case.subject.birth_year),
        authority=board.name,
        purpose=Purpose.PREVENT_TERRORISM,
        confirmed=frozenset(confirmed),
    )


def check(case: Case, told: Told, now: datetime | None = None) -> dict[str, Any]:
    """What is kept of it, when nothing lacks. Raises Missing, and `offering.Contradicted` for a legal basis
    that does not hold: it is stopped, and not warned of."""
    now = now or timezone.now()
    on = timezone.localdate(told.held_at)
    if told.held_at > now:
        raise Missing(_("The handover cannot lie ahead"), field="on")
    if told.receiver not in Handover.RECEIVERS:
        raise Missing(_("Choose who has received it"), field="receiver")
    offering.check(told.basis, facts_of(case, told.receiver, on, told.confirmed))
    test = _text(told.test, _("What can be handed over, and why?"), TEST, "test")
    if len(test) < TEST_LEAST:
        raise Missing(
            _("Write what you considered in the secrecy test, at least 40 characters"),
            field="test",
        )
    childs_best = _text(told.childs_best, _("The child's best"), 500, "childs_best")
    if documenting.may_be_a_child(case.subject, on) and not childs_best:
        raise Missing(_("Write what is best for the child"), field="childs_best")
    receipt = _text(told.receipt, _("Receipt"), RECEIPT, "receipt")
    if not receipt:
        raise Missing(_("Write which function received it, and its reference"), field="receipt")
    return {
        "receiver": told.receiver,
        "way": Handover.Way(told.way),
        "held_at": told.held_at,
        "basis": told.basis,
        "confirmed": sorted(told.confirmed),
        "test": test,
        "childs_best": childs_best,
        "receipt": receipt,
        "may_be_named": told.may_be_named,
    }


def hand_over(*, case: Case, told: Told, by: Any, now: datetime | None = None) -> Handover:
    """Notes that the case is handed over, once. Goals under way end, every other opening of the case ends,
    and the owner and one deputy are left. Raises what `check` does, and WrongStage."""
    now = now or timezone.now()
    kept, duties = check(case, told, now), _duties(told.duties)
    with transaction.atomic():
        fresh = Case.objects.filter(pk=case.pk, stage__in=FROM).first()
        if fresh is None or not may(by, Permission.KEEP_CASE, case):
            raise stages.elsewhere()
        case.stage = fresh.stage
        try:
            with transaction.atomic():
                made = Handover.objects.create(case=case, made_by=by, made_at=now, **kept)
        except IntegrityError:
            raise WrongStage(_("The case is handed over already.")) from None
        if case.stage != Stage.SPECIAL:
            stages.move(case, to=Stage.SPECIAL, now=now)
        case.goals.filter(state=Goal.State.UNDER_WAY).update(state=Goal.State.ENDED)
        _leave_two(case, timezone.localdate(now))
        for kind, responsible in duties.items():
            Duty.objects.create(case=case, kind=kind, responsible=responsible)
        log.record(
            by=by,
            event="cases.case.handed_over",
            on=case,
            facts={"receiver": made.receiver},
            zone=log.Zone.CASES,
            at=now,
        )
    return made


def duty_done(*, duty: Duty, by: Any, now: datetime | None = None) -> None:
    """What remained for the municipality is done. Raises WrongStage."""
    now = now or timezone.now()
    with transaction.atomic():
        mine = may(by, Permission.KEEP_CASE, duty.case)
        waits = Duty.objects.filter(pk=duty.pk, done_at=None, case__stage=Stage.SPECIAL)
        if not mine or not waits.update(done_by=by, done_at=now):
            raise WrongStage(_("Somebody has done it already."))
        log.record(by=by, event="cases.duty.done", on=duty.case, zone=log.Zone.CASES, at=now)


def _duties(said: Mapping[str, str] | None) -> dict[str, str]:
    if said is None:
        raise Missing(
            _("Say what remains for the municipality, or that nothing does"), field="none"
        )
    return {
        Duty.Kind(kind): _text(text, Duty.Kind(kind).label, RESPONSIBLE, f"duty_{kind}")
        for kind, text in said.items()
        if text.strip()
    }


def _leave_two(case: Case, today: date) -> None:
    """The owner and the deputy who has been so longest (resolution 18)."""
    deputies = CaseRole.objects.filter(case=case, valid_to=None, role=CaseRole.Role.DEPUTY)
    first = deputies.order_by("valid_from", "pk").first()
    for one in deputies.exclude(pk=first.pk if first else None):
        if one.valid_from == today:
            one.delete()
        else:
            CaseRole.objects.filter(pk=one.pk).update(valid_to=today - timedelta(days=1))


def _text(text: str, label: Any, limit: int, field: str) -> str:
    return clean(text, label=label, limit=limit, field=field, lines=limit > RESPONSIBLE)
