"""A legal basis is offered when it is reviewed, in force and not contradicted; and stops what it must."""

from datetime import date, timedelta
from typing import Any

import pytest

from coordination.grounds import candidates, keeping, offering
from coordination.grounds.models import BasisVersion, LegalBasis, Purpose, Receiver, Sender
from coordination.grounds.offering import Contradicted, Facts

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 27)


def facts(**changed: Any) -> Facts:
    usual = {
        "sender": Sender.SOCIAL,
        "receiver": Receiver.POLICE,
        "on": TODAY,
        "birth_year": 2010,
        "purpose": Purpose.PREVENT_YOUNG,
    }
    return Facts(**(usual | changed))


def everything(version: BasisVersion, of: Facts) -> frozenset[str]:
    return frozenset(offering.asks(version, of))


def test_what_comes_with_the_portal_is_offered_to_nobody_before_it_is_reviewed(db):
    assert LegalBasis.objects.count() == len(candidates.BASES)
    assert set(BasisVersion.objects.values_list("status", flat=True)) == {"unreviewed"}
    for sender in Sender:
        for receiver in Receiver:
            found = offering.offered(facts(sender=sender, receiver=receiver, consent=True))
            assert found == []


def test_every_candidate_fits_its_table_and_names_known_codes(db):
    for one in BasisVersion.objects.all():
        one.full_clean(exclude=["conditions", "senders", "receivers", "purposes", "authorities"])
        assert set(one.senders) <= set(Sender.values)
        assert set(one.receivers) <= set(Receiver.values)
        assert set(one.purposes) <= set(Purpose.values)
        kept = {name: getattr(one, name) for name in keeping.SAYS}
        assert keeping._cleaned(kept) == kept


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
        ("G4", {"receiver": Receiver.AUTHORITY}, "når inte"),
        ("G4", {"purpose": Purpose.REPORT_CRIME}, "andra syften"),
        ("G4", {"purpose": None}, "andra syften"),
        ("G10", {}, "andra verksamheter"),
        ("G12", {}, "andra verksamheter"),
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
        with pytest.raises(Contradicted, match="Personen är under 21"):
            offering.check(made, facts(birth_year=born, confirmed=rest))
    offering.check(made, facts(birth_year=born, confirmed=rest | {"age"}))


@pytest.mark.parametrize(("born", "said"), [(2012, "inte 15"), (2011, "minst 15"), (2010, "")])
def test_a_lowest_age_is_asked_for_in_the_year_that_decides(version, born, said):
    made = version("G2", from_age=15)
    of = facts(birth_year=born, confirmed=frozenset({"condition-0"}))
    if said:
        with pytest.raises(Contradicted, match=said):
            offering.check(made, of)
    else:
        offering.check(made, of)


def test_a_basis_of_one_board_is_not_offered_to_another(version):
    made = version("G2", authorities=["Socialnämnden"])
    assert offering.offered(facts(authority="Grundskolenämnden")) == []
    assert offering.offered(facts()) == []
    assert [one.version for one in offering.offered(facts(authority="socialnämnden"))] == [made]


@pytest.mark.parametrize("code", ["G3", "G4", "G8", "G9", "G12"])
def test_every_condition_must_be_confirmed_and_is_said_in_a_sentence(version, code):
    made = version(code)
    known = {
        "sender": Sender(made.senders[0]) if made.senders else Sender.OTHER,
        "purpose": Purpose(made.purposes[0]) if made.purposes else None,
    }
    asked = everything(made, facts(**known))
    assert asked
    (offer,) = offering.offered(facts(**known))
    assert {said for _code, said in offer.questions} >= set(made.conditions)
    for left_out in asked:
        with pytest.raises(Contradicted):
            offering.check(made, facts(**known, confirmed=asked - {left_out}))
    offering.check(made, facts(**known, confirmed=asked))


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
