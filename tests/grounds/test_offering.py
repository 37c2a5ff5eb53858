"""A legal basis is offered when it is reviewed, in force and not contradicted; and stops what it must."""

from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from coordination.access.models import User
from coordination.access.refused import Missing, WrongState
from coordination.grounds import keeping, offering
from coordination.grounds.models import BasisVersion, LegalBasis, Receiver, Sender
from coordination.grounds.offering import Contradicted, Facts
from tests.knowledge.conftest import people

__all__ = ["people"]

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 27)
SHIPPED = import_module("coordination.grounds.migrations.0002_candidates")


@pytest.fixture
def stina(people: dict[str, User]) -> User:
    return people["stina.alm"]


@pytest.fixture
def shipped(db: None) -> None:
    """What the portal comes with; where tests skip migrations it is put there as they would."""
    if not LegalBasis.objects.exists():
        SHIPPED.ship(apps, None)


@pytest.fixture
def version(shipped: None, stina: User) -> Callable[..., BasisVersion]:
    """Another version of the basis with that code, reviewed unless it is said not to be."""

    def make(code: str = "G4", *, reviewed: bool = True, **changed: Any) -> BasisVersion:
        basis = LegalBasis.objects.get(code=code)
        old = basis.versions.get(number=1)
        values = {name: getattr(old, name) for name in keeping.SAYS} | changed
        made = keeping.add_version(basis=basis, values=values, by=stina)
        if reviewed:
            who = "Kim Juristsson, kommunjurist"
            keeping.review(version=made, who=who, on=timezone.localdate(), by=stina)
            made.refresh_from_db()
        return made

    return make


def facts(**changed: Any) -> Facts:
    usual = {"sender": Sender.SOCIAL, "receiver": Receiver.POLICE, "on": TODAY, "birth_year": 2010}
    return Facts(**(usual | changed))


def everything(version: BasisVersion, of: Facts) -> frozenset[str]:
    return frozenset(offering.asks(version, of))


def test_what_comes_with_the_portal_is_offered_to_nobody_before_it_is_reviewed(shipped):
    assert LegalBasis.objects.count() == len(SHIPPED.CANDIDATES) == 16
    assert set(BasisVersion.objects.values_list("status", flat=True)) == {"unreviewed"}
    for sender in Sender:
        for receiver in Receiver:
            found = offering.offered(facts(sender=sender, receiver=receiver, consent=True))
            assert found == []


def test_every_candidate_fits_its_table_and_names_known_codes(shipped):
    for one in BasisVersion.objects.all():
        one.full_clean(exclude=["conditions", "senders", "receivers"])
        assert set(one.senders) <= set(Sender.values)
        assert set(one.receivers) <= set(Receiver.values)
        assert len(one.plain) <= 300


def test_a_reviewed_basis_is_offered_while_it_is_in_force(version):
    made = version(valid_from=TODAY, valid_to=TODAY + timedelta(days=1))
    for day, there in ((-1, False), (0, True), (1, True), (2, False)):
        on = TODAY + timedelta(days=day)
        assert [one.version for one in offering.offered(facts(on=on))] == [made] * there


@pytest.mark.parametrize(
    ("code", "changed", "said"),
    [
        ("G4", {"sender": Sender.SCHOOL}, "andra verksamheter"),
        ("G4", {"receiver": Receiver.CIVIL_SOCIETY}, "når inte"),
        ("G2", {"receiver": Receiver.CIVIL_SOCIETY}, "bara med samtycke"),
        ("G1", {"consent": False}, "inget samtycke"),
        ("G4", {"birth_year": 2004}, "under 21"),
        ("G7", {"birth_year": 2007}, "under 18"),
    ],
)
def test_what_contradicts_the_facts_is_not_offered_and_is_stopped(version, code, changed, said):
    made, of = version(code), facts(**changed)
    assert made not in [one.version for one in offering.offered(of)]
    everything_said = frozenset({"age", *everything(made, of)})
    with pytest.raises(Contradicted, match=said):
        offering.check(made, facts(**changed, confirmed=everything_said))


@pytest.mark.parametrize(("born", "asked"), [(2006, False), (2005, True), (None, True)])
def test_in_the_year_that_decides_somebody_must_say_that_the_person_is_under_age(
    version, born, asked
):
    """Of a birth year alone the birthday is not known (resolution 21)."""
    made, of = version(), facts(birth_year=born)
    assert ("age" in offering.asks(made, of)) is asked
    rest = everything(made, of) - {"age"}
    if asked:
        with pytest.raises(Contradicted, match="villkor"):
            offering.check(made, facts(birth_year=born, confirmed=rest))
    offering.check(made, facts(birth_year=born, confirmed=rest | {"age"}))


@pytest.mark.parametrize("code", ["G3", "G4", "G8", "G9", "G12"])
def test_every_condition_must_be_confirmed(version, code):
    made = version(code)
    sender = Sender(made.senders[0]) if made.senders else Sender.OTHER
    asked = everything(made, facts(sender=sender))
    assert asked
    for left_out in asked:
        with pytest.raises(Contradicted):
            offering.check(made, facts(sender=sender, confirmed=asked - {left_out}))
    offering.check(made, facts(sender=sender, confirmed=asked))


def test_a_new_version_takes_the_place_of_the_old_and_the_old_stays_readable(version):
    first = version(plain="Så var det.", valid_from=date(2020, 1, 1))
    second = version(plain="Så är det.", valid_from=date(2026, 1, 1))
    first.refresh_from_db()
    assert (first.plain, first.status, first.valid_to) == (
        "Så var det.",
        "reviewed",
        date(2025, 12, 31),
    )
    assert [one.version for one in offering.offered(facts())] == [second]
    assert [one.version for one in offering.offered(facts(on=date(2025, 6, 1)))] == [first]


def test_a_version_is_settled_once_and_needs_somebodys_name(version, stina):
    made = version(reviewed=False)
    with pytest.raises(Missing):
        keeping.review(version=made, who=" ", on=TODAY, by=stina)
    ahead = timezone.localdate() + timedelta(days=1)
    with pytest.raises(Missing):
        keeping.review(version=made, who="Kim Juristsson", on=ahead, by=stina)
    keeping.strike(version=made, by=stina)
    for again in (
        lambda: keeping.strike(version=made, by=stina),
        lambda: keeping.review(version=made, who="Kim Juristsson", on=TODAY, by=stina),
    ):
        with pytest.raises(WrongState):
            again()
    with pytest.raises(Contradicted, match="granskad"):
        offering.check(made, facts(confirmed=everything(made, facts())))


def test_what_nobody_has_looked_at_for_a_year_is_found(version):
    made = version()
    assert keeping.to_look_at(timezone.localdate()) == []
    found = keeping.to_look_at(timezone.localdate() + keeping.STALE + timedelta(days=1))
    assert made in found
    assert len(found) == len(SHIPPED.CANDIDATES) + 1
