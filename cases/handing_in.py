"""A worry on its way in: the draft that only its writer has, and the case that it becomes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access import policy
from coordination.access.vocabulary import ROLES, Permission
from coordination.actors.models import District, Organisation
from coordination.audit import log
from coordination.grounds.models import BasisVersion

from . import crossing, units
from .models import (
    Case,
    CaseArea,
    CaseRole,
    CaseUnit,
    Consent,
    HandInDraft,
    Subject,
    SubjectToken,
    Submission,
    UnitAuthority,
)
from .refusals import ChangedMeanwhile, Missing
from .vault import name_index, name_tokens

KEPT = timedelta(days=14)
"""A draft that nobody hands in is destroyed after this."""
TRIES = 5
"""Two who hand in at the same moment want the same number; the second takes the next."""


# The draft -----------------------------------------------------------------------------------------


def begin(
    *,
    by: Any,
    category: str = Submission.Category.BEHAVIOUR,
    now: datetime | None = None,
) -> HandInDraft:
    """A draft that says of which category the worry is, and nothing more. Nobody but `by` can find it, and
    the log says that it was begun, and no more."""
    now = now or timezone.now()
    with transaction.atomic():
        draft = HandInDraft.objects.create(
            made_by=by,
            begun_at=now,
            changed_at=now,
            expires_at=now + KEPT,
            content=json.dumps({"category": category}),
        )
        log.record(by=by, event="cases.draft.begun", on=draft, zone=log.Zone.CASES, at=now)
    return draft


def typed(draft: HandInDraft) -> dict[str, Any]:
    """What is typed in the draft so far, by name of field."""
    found: dict[str, Any] = json.loads(draft.content)
    return found


def keep(
    *,
    draft: HandInDraft,
    values: Mapping[str, Any],
    revision: int,
    by: Any,
    now: datetime | None = None,
) -> None:
    """Keeps what a page of the draft says, beside what the other pages do. Raises ChangedMeanwhile when
    the draft was changed in another tab since it was read."""
    now = now or timezone.now()
    with transaction.atomic():
        held = HandInDraft.objects.filter(pk=draft.pk, made_by=by, revision=revision)
        if not held.update(revision=F("revision") + 1, changed_at=now):
            raise ChangedMeanwhile
        fresh = HandInDraft.objects.get(pk=draft.pk)
        fresh.content = json.dumps(typed(fresh) | dict(values))
        fresh.save(update_fields=["content"])
        log.record(by=by, event="cases.draft.kept", on=draft, zone=log.Zone.CASES, at=now)


def throw_away(*, draft: HandInDraft, by: Any, now: datetime | None = None) -> None:
    """Destroys the draft. Nothing is left of what was typed."""
    with transaction.atomic():
        gone, _by_model = HandInDraft.objects.filter(pk=draft.pk, made_by=by).delete()
        if gone:
            log.record(by=by, event="cases.draft.destroyed", on=draft, zone=log.Zone.CASES, at=now)


def sweep(*, now: datetime | None = None) -> int:
    """Destroys the drafts whose days are over. Returns how many."""
    now = now or timezone.now()
    count = 0
    for draft in HandInDraft.objects.filter(expires_at__lte=now).only("pk"):
        with transaction.atomic():
            gone, _by_model = HandInDraft.objects.filter(pk=draft.pk).delete()
            if gone:
                log.record(
                    by=None, event="cases.draft.destroyed", on=draft, zone=log.Zone.CASES, at=now
                )
                count += 1
    return count


def workplaces(by: Any, on: date) -> models.QuerySet[Organisation]:
    """Where the person may hand in from: the organisations where they hold a role that lets them; for who
    coordinates districts, those whose units carry the cases there."""
    held = {
        code for code in policy.roles_of(by) if Permission.HAND_IN_CASE in ROLES[code].permissions
    }
    kept = CaseArea.objects.active(on).filter(district__in=District.objects.kept_by(by, on))
    return Organisation.objects.filter(
        Q(pk__in=Organisation.objects.held_by(by, held, on).values("pk"))
        | Q(pk__in=kept.values("unit__organisation"))
    )


# The case ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """Whom the worry is about. Birth year only (resolution 21)."""

    given: str
    family: str
    birth_year: int
    protected: str
    district: District | None = None
    place: str = ""


@dataclass(frozen=True)
class Agreed:
    """A consent to work together: how it was given, when, to whom, and until when."""

    given: str
    on: date
    covers: tuple[str, ...]
    until: date
    by_guardian: bool = False


@dataclass(frozen=True)
class Told:
    """What is told of the worry itself, each in the words of who hands it in."""

    happened: str
    when: str
    known_how: str
    told: str
    before: str = ""
    guardian: str = ""


@dataclass(frozen=True)
class From:
    """Where who hands in works, which kind of activity it is, and the legal basis that they rest on where
    one is needed, with what they confirmed for it."""

    organisation: Organisation
    sender: str
    basis: BasisVersion | None = None
    confirmed: frozenset[str] = frozenset()


def hand_in(
    *,
    person: Person,
    told: Told,
    sent_from: From,
    by: Any,
    about_behaviour: bool,
    consent: Agreed | None = None,
    category: str = Submission.Category.BEHAVIOUR,
    draft: HandInDraft | None = None,
    now: datetime | None = None,
) -> Submission:
    """Makes the case, in the unit of the person's district, and destroys the draft.

    A protected identity leaves no district and no place behind, and the case comes to the people who
    are named for such (V21). What lets the worry cross to the unit's board is settled here and kept.
    Raises Missing where the worry is about views alone (RF 2 kap. 3 §: M080) or something needed is
    empty, NoUnit where no unit receives it, Contradicted where the facts rule the basis out, and
    ChangedMeanwhile where the draft was changed or handed in since it was read.
    """
    now = now or timezone.now()
    _check(person, told, about_behaviour)
    ground = crossing.settle(
        way(person=person, sent_from=sent_from, consent=consent, on=timezone.localdate(now)),
        basis=sent_from.basis,
        confirmed=sent_from.confirmed,
    )
    said = _Said(person, told, sent_from, consent, category, ground)
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                _use(draft, by)
                return _hand_in(said, by, now)
        except IntegrityError:
            if attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def receiving_unit(person: Person, on: date) -> CaseUnit:
    """The unit that receives a case of this person that day (resolution 20). Raises NoUnit."""
    if person.protected == Subject.Protected.NO and person.district is not None:
        return units.area_of(person.district, on).unit
    return units.protected_receivers(on)[0]


def receiving_board(person: Person, on: date) -> UnitAuthority:
    """The board that receives a case of this person that day. Raises NoUnit."""
    return units.board_of(receiving_unit(person, on), on)


def way(*, person: Person, sent_from: From, consent: Agreed | None, on: date) -> crossing.Crossing:
    """The way from where who hands in works to the board that receives it. Raises NoUnit."""
    return crossing.crossing(
        unit=receiving_unit(person, on),
        organisation=sent_from.organisation,
        sender=sent_from.sender,
        birth_year=person.birth_year,
        on=on,
        covers=consent.covers if consent else (),
        consent_from=consent.on if consent else None,
        consent_until=consent.until if consent else None,
    )


@dataclass(frozen=True)
class _Said:
    person: Person
    told: Told
    sent_from: From
    consent: Agreed | None
    category: str
    ground: crossing.Ground


def _use(draft: HandInDraft | None, by: Any) -> None:
    """The draft becomes the case, once, and as it was read."""
    if draft is None:
        return
    held = HandInDraft.objects.filter(pk=draft.pk, made_by=by, revision=draft.revision)
    if not held.delete()[0]:
        raise ChangedMeanwhile


def _check(person: Person, told: Told, about_behaviour: bool) -> None:
    if not about_behaviour:
        raise Missing(
            _(
                "Confirm that the worry is about behaviour or events. If it is about views or faith "
                "alone you cannot hand in the case."
            ),
            field="about_behaviour",
        )
    needed = {
        "happened": told.happened,
        "when": told.when,
        "given": person.given,
        "family": person.family,
    }
    for field, text in needed.items():
        if not text.strip():
            raise Missing(_("Something is missing. Go back and fill it in."), field=field)
    if person.protected == Subject.Protected.NO and person.district is None:
        raise Missing(_("Choose the housing district"), field="district")


def _hand_in(said: _Said, by: Any, now: datetime) -> Submission:
    case = _received(said.person, now)
    _name(case, said.person)
    if said.consent is not None:
        Consent.objects.create(
            case=case,
            given=said.consent.given,
            given_on=said.consent.on,
            by_guardian=said.consent.by_guardian,
            covers=" ".join(said.consent.covers),
            until=said.consent.until,
            noted_by=by,
        )
    submission = Submission.objects.create(
        case=case,
        category=said.category,
        handed_in_by=by,
        handed_in_at=now,
        organisation=said.sent_from.organisation,
        sender=said.sent_from.sender,
        rests_on=said.ground.rests_on,
        basis=said.ground.basis,
        confirmed=list(said.ground.confirmed),
        happened=said.told.happened,
        when=said.told.when,
        known_how=said.told.known_how,
        before=said.told.before,
        guardian=said.told.guardian,
        told=said.told.told,
    )
    log.record(by=by, event="cases.case.received", on=case, zone=log.Zone.CASES, at=now)
    return submission


def _received(person: Person, now: datetime) -> Case:
    today = timezone.localdate(now)
    if person.protected == Subject.Protected.NO and person.district is not None:
        area = units.area_of(person.district, today)
        return _number(area.unit, area, now)
    unit, receivers = units.protected_receivers(today)
    case = _number(unit, None, now)
    for place, user in enumerate(receivers):
        role = CaseRole.Role.DEPUTY if place else CaseRole.Role.OWNER
        CaseRole.objects.create(case=case, user=user, role=role, valid_from=today)
    return case


def _number(unit: CaseUnit, area: CaseArea | None, now: datetime) -> Case:
    year = timezone.localdate(now).year
    last = Case.objects.filter(unit=unit, year=year).aggregate(last=Max("serial"))["last"] or 0
    return Case.objects.create(
        unit=unit,
        area=area,
        is_protected=area is None,
        year=year,
        serial=last + 1,
        received_at=now,
        stage_since=now,
    )


def _name(case: Case, person: Person) -> None:
    is_open = person.protected == Subject.Protected.NO
    subject = Subject.objects.create(
        case=case,
        given=person.given,
        family=person.family,
        birth_year=str(person.birth_year),
        place=person.place if is_open else "",
        protected=person.protected,
        index=name_index(person.given, person.family),
    )
    SubjectToken.objects.bulk_create(
        SubjectToken(subject=subject, token=token)
        for token in sorted(name_tokens(person.given, person.family, person.birth_year))
    )
