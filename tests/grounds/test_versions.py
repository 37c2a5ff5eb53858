"""What was reviewed stays as it was: versions are settled once, take each other's place, and are ended."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from coordination.access.refused import ChangedMeanwhile, Missing, Refused, WrongState
from coordination.audit.models import Event
from coordination.grounds import candidates, keeping, offering, retention, versions
from coordination.grounds.models import BasisVersion, LegalBasis, RetentionVersion
from tests.grounds.test_offering import everything, facts

pytestmark = pytest.mark.django_db

WHY = "Prövad av domstol"


def says(made: BasisVersion) -> dict:
    return {name: getattr(made, name) for name in keeping.SAYS}


def test_a_version_is_settled_once_and_needs_somebodys_name(version, stina):
    made, today = version(reviewed=False), timezone.localdate()
    with pytest.raises(Missing):
        keeping.review(version=made, who=" ", on=today, by=stina)
    with pytest.raises(Refused, match="framåt"):
        keeping.review(version=made, who="Kim", on=today + timedelta(days=1), by=stina)
    with pytest.raises(Missing):
        keeping.strike(version=made, why=" ", by=stina)
    keeping.strike(version=made, why=WHY, by=stina)
    for again in (
        lambda: keeping.strike(version=made, why=WHY, by=stina),
        lambda: keeping.review(version=made, who="Kim", on=today, by=stina),
        lambda: keeping.end(version=made, on=today, by=stina),
    ):
        with pytest.raises(WrongState):
            again()
    with pytest.raises(offering.Contradicted, match="granskad"):
        offering.check(made, facts(confirmed=everything(made, facts())))


def test_a_reviewed_version_keeps_every_word_through_all_that_happens_to_it(version, stina):
    made = version()
    before = says(made) | {"reviewed_by": made.reviewed_by, "reviewed_on": made.reviewed_on}
    version(plain="Något annat.", under_age=18, valid_from=date(2027, 1, 1))
    made.refresh_from_db()
    keeping.end(version=made, on=timezone.localdate() + timedelta(days=3), by=stina)
    keeping.strike(version=made, why=WHY, by=stina)
    made.refresh_from_db()
    after = says(made) | {"reviewed_by": made.reviewed_by, "reviewed_on": made.reviewed_on}
    assert {name for name in before if before[name] != after[name]} == {"valid_to"}


def test_a_reviewed_version_that_turns_out_wrong_is_stopped_at_once(version, stina):
    made = version()
    keeping.strike(version=made, why=WHY, by=stina)
    assert made not in [one.version for one in offering.offered(facts())]
    made.refresh_from_db()
    assert (made.struck_because, made.settled_by) == (WHY, stina)


def test_the_last_day_is_today_at_the_earliest_and_holds_that_day(version, stina):
    made, today = version(), timezone.localdate()
    with pytest.raises(Refused, match="Stryk"):
        keeping.end(version=made, on=today - timedelta(days=1), by=stina)
    keeping.end(version=made, on=today, by=stina)
    assert made in BasisVersion.objects.in_force(today)
    assert made not in BasisVersion.objects.in_force(today + timedelta(days=1))


def test_one_version_waits_at_a_time_and_a_later_one_comes_before_it(version):
    first, second = version(reviewed=False), version(reviewed=False)
    first.refresh_from_db()
    assert (first.status, first.struck_because) == ("struck", "")
    assert list(first.basis.versions.unreviewed()) == [second]
    with pytest.raises(IntegrityError), transaction.atomic():
        BasisVersion.objects.filter(pk=first.pk).update(status="unreviewed")


def test_a_version_written_from_one_that_is_no_longer_the_latest_is_not_saved(version, stina):
    made = version()
    version(plain="Någon annan hann före.", reviewed=False)
    with pytest.raises(ChangedMeanwhile):
        keeping.add_version(basis=made.basis, values=says(made), seen=made.number, by=stina)
    assert made.basis.versions.count() == 3


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"paragraph": ""}, "paragraph"),
        ({"plain": " "}, "plain"),
        ({"plain": "o" * 301}, "plain"),
        ({"senders": ["nobody"]}, "senders"),
        ({"receivers": ["anyone"]}, "receivers"),
        ({"from_age": 21, "under_age": 21}, "under_age"),
        ({"conditions": "\n".join("abcdefghijk")}, "conditions"),
        ({"valid_from": None}, "valid_from"),
        ({"valid_to": date(2001, 1, 1)}, "valid_to"),
    ],
)
def test_a_version_that_lacks_something_is_refused_with_the_field_named(version, wrong, field):
    with pytest.raises(Refused) as refusal:
        version(reviewed=False, **wrong)
    assert refusal.value.field == field


def test_another_basis_gets_a_code_of_its_own_and_no_name_twice(version, stina):
    values = says(LegalBasis.objects.get(code="G4").versions.get())
    made = keeping.register(name="Ny grund", values=values, by=stina)
    assert (made.code, made.versions.get().status) == ("G21", "unreviewed")
    assert Event.objects.latest("pk").event == "grounds.basis.added"
    with pytest.raises(keeping.NameTaken):
        keeping.register(name="ny grund", values=values, by=stina)


def test_what_nobody_has_looked_at_for_a_year_is_found(version, rule):
    made, kept, today = version(), rule(), timezone.localdate()
    for module, ours, all_of_them in (
        (keeping, made, candidates.BASES),
        (retention, kept, candidates.RULES),
    ):
        assert not module.to_look_at(today)
        found = list(module.to_look_at(today + timedelta(days=367)))
        assert ours in found
        # The candidate that our version came before is settled.
        assert len(found) == len(all_of_them)


def test_what_is_shipped_is_there_once_and_what_is_settled_is_not_shipped_again(version):
    made = version()
    candidates.ship()
    assert LegalBasis.objects.count() == len(candidates.BASES)
    assert made.basis.versions.count() == 2
    assert set(RetentionVersion.objects.values_list("status", flat=True)) == {"unreviewed"}
    assert versions.STALE_MONTHS == 12
