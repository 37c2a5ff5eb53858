"""Whether a worry crosses a secrecy boundary on its way to the unit's board, and what lets it (OSL 8 kap.
1–2 §§, 10 kap.)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from coordination.actors.models import AreaOfWork, Organisation
from coordination.grounds import offering
from coordination.grounds.models import BasisVersion, Receiver, Sender
from coordination.grounds.offering import Facts, Offer

from . import units
from .models import CaseUnit, Submission, UnitAuthority
from .refusals import Missing

SOCIAL = "social"
"""What a consent calls the social services."""


@dataclass(frozen=True)
class Crossing:
    """The way from who hands in to the board that receives it."""

    board: UnitAuthority
    is_crossed: bool
    """They work for another authority than the board: something must let it."""
    facts: Facts

    @property
    def by_consent(self) -> bool:
        """The person's consent lets it, and nothing more is asked."""
        return self.is_crossed and self.facts.consent

    @property
    def needs_basis(self) -> bool:
        return self.is_crossed and not self.facts.consent


@dataclass(frozen=True)
class Ground:
    """What let it: that no boundary was crossed, the consent, or a legal basis as it was worded then,
    with what was confirmed."""

    rests_on: str
    basis: BasisVersion | None = None
    confirmed: tuple[str, ...] = ()


def sender_of(organisation: Organisation) -> Sender:
    """Which kind of activity the organisation is, as far as the register of actors tells."""
    if organisation.kind == Organisation.Kind.SCHOOL:
        return Sender.SCHOOL
    if organisation.kind == Organisation.Kind.REGION:
        return Sender.HEALTH
    known = {area.code for area in organisation.areas.all()}
    if AreaOfWork.Code.SOCIAL in known:
        return Sender.SOCIAL
    return Sender.SCHOOL if AreaOfWork.Code.SCHOOL in known else Sender.OTHER


def crossing(
    *,
    unit: CaseUnit,
    organisation: Organisation,
    sender: str,
    birth_year: int | None,
    on: date,
    covers: Iterable[str] = (),
    consent_until: date | None = None,
    consent_from: date | None = None,
) -> Crossing:
    """The way from the organisation to the unit's board that day. Raises NoUnit when no board answers.

    A consent covers the board when it names the social services, the board is theirs, and it holds that
    day. "Others" covers nobody: it does not say whom.
    """
    board = units.board_of(unit, on)
    holds = consent_from is not None and consent_until is not None
    holds = holds and consent_from <= on <= consent_until  # type: ignore[operator]
    return Crossing(
        board=board,
        is_crossed=not _is_of(organisation, board),
        facts=Facts(
            sender=Sender(sender),
            receiver=Receiver.SOCIAL if board.is_social else Receiver.AUTHORITY,
            on=on,
            consent=holds and board.is_social and SOCIAL in covers,
            birth_year=birth_year,
        ),
    )


def _is_of(organisation: Organisation, board: UnitAuthority) -> bool:
    return board.administration_id is not None and board.administration_id in (
        organisation.pk,
        organisation.parent_id,
    )


def offers(way: Crossing) -> list[Offer]:
    """The legal bases that the way leaves to choose among; none where none is needed. One that rests on
    consent is not among them: there is none that covers the board."""
    return offering.offered(way.facts) if way.needs_basis else []


def version(key: int) -> BasisVersion | None:
    """The version of a legal basis with that key, whatever may be rested on it."""
    return BasisVersion.objects.filter(pk=key).select_related("basis").first()


def settle(
    way: Crossing, *, basis: BasisVersion | None = None, confirmed: Iterable[str] = ()
) -> Ground:
    """What lets it. Raises Missing when a basis is needed and none is chosen, and Contradicted when the
    facts rule the chosen one out or something of it is not confirmed."""
    if not way.is_crossed:
        return Ground(Submission.RestsOn.SAME_BOARD)
    if way.by_consent:
        return Ground(Submission.RestsOn.CONSENT)
    if basis is None:
        raise Missing(
            _("Choose a legal basis. If unsure, ask for advice before continuing."), field="basis"
        )
    said = frozenset(confirmed)
    offering.check(basis, replace(way.facts, confirmed=said))
    asked = offering.asks(basis, way.facts)
    return Ground(Submission.RestsOn.BASIS, basis, tuple(one for one in asked if one in said))
