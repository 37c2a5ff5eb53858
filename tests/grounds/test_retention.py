"""From which day a record may be destroyed: by a reviewed rule in force, and never without one."""

from datetime import date

import pytest
from django.utils import timezone

from coordination.access.refused import Missing, Refused
from coordination.grounds import candidates, retention
from coordination.grounds.models import Event, Outcome, Record, RetentionRule, Unit

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 27)


def test_every_kind_of_record_has_a_candidate_that_is_reviewed_by_nobody(db):
    assert [row["record"] for row in candidates.RULES] == list(
        RetentionRule.objects.values_list("record", flat=True)
    )
    assert {row["record"] for row in candidates.RULES} == set(Record)
    for record in Record:
        assert retention.rule_for(record, on=TODAY) is None
        with pytest.raises(retention.NoRule, match="gallringsregel"):
            retention.earliest_destruction(record, on=TODAY, counted_from=TODAY)


def test_every_candidate_says_what_its_domain_function_would_let_it(db):
    for one in RetentionRule.objects.all():
        version = one.versions.get()
        kept = {name: getattr(version, name) for name in retention.SAYS}
        assert retention._cleaned(kept) == kept
        assert retention.in_words(version)


@pytest.mark.parametrize(
    ("changed", "counted_from", "earliest", "latest"),
    [
        # Five years after the last note, finished at the latest the calendar year after.
        ({}, date(2021, 11, 27), date(2026, 11, 28), date(2027, 12, 31)),
        ({}, date(2024, 2, 29), date(2029, 3, 1), date(2030, 12, 31)),
        ({}, date(2020, 12, 31), date(2026, 1, 1), date(2026, 12, 31)),
        (
            {"length": 90, "unit": Unit.DAYS, "by_next_year": False},
            date(2026, 1, 1),
            date(2026, 4, 2),
            None,
        ),
        (
            {"length": 1, "unit": Unit.MONTHS, "event": Event.MADE, "by_next_year": False},
            date(2026, 1, 31),
            date(2026, 3, 1),
            None,
        ),
    ],
)
def test_a_time_has_passed_the_day_after_its_last_day(
    rule, changed, counted_from, earliest, latest
):
    rule(**changed)
    kept = retention.earliest_destruction(Record.CASE, on=TODAY, counted_from=counted_from)
    assert (kept.earliest, kept.latest) == (earliest, latest)
    assert not kept.may_be_destroyed(date.fromordinal(earliest.toordinal() - 1))
    assert kept.may_be_destroyed(earliest)


def test_of_a_birth_year_alone_the_whole_year_of_the_birthday_is_kept(rule):
    rule(Record.CHILD_INQUIRY)
    asked = {"on": TODAY}
    kept = retention.earliest_destruction(Record.CHILD_INQUIRY, birth_year=1996, **asked)
    assert kept.earliest == date(2027, 1, 1)
    unknown = retention.earliest_destruction(Record.CHILD_INQUIRY, **asked)
    assert unknown.earliest is None
    assert not unknown.may_be_destroyed(date.max)


def test_of_two_rules_the_one_that_keeps_longest_holds_and_what_is_exempt_is_kept(rule):
    made = {record: rule(record) for record in (Record.CASE, Record.CHILD_INQUIRY, Record.EXEMPT)}
    file, inquiry, exempt = (
        retention.earliest_destruction(
            record, on=TODAY, counted_from=date(2026, 5, 1), birth_year=2010
        )
        for record in made
    )
    assert retention.longest(file, inquiry) == inquiry
    assert retention.longest(file, inquiry, exempt).version == made[Record.EXEMPT]
    assert not exempt.may_be_destroyed(date.max)


def test_a_rule_that_counts_from_a_day_is_not_guessed_at_without_it(rule):
    rule()
    with pytest.raises(Missing, match="sista anteckningen"):
        retention.earliest_destruction(Record.CASE, on=TODAY)


def test_the_rule_of_the_day_counts_and_a_struck_one_destroys_nothing(rule, stina):
    first = rule(valid_from=date(2025, 7, 1))
    second = rule(length=10, valid_from=date(2026, 1, 1))
    assert retention.rule_for(Record.CASE, on=date(2025, 12, 31)) == first
    assert retention.rule_for(Record.CASE, on=TODAY) == second
    retention.strike(version=second, why="Fel tid", by=stina)
    assert retention.rule_for(Record.CASE, on=TODAY) is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"outcome": "burned"}, "outcome"),
        ({"length": None}, "length"),
        ({"length": 0}, "length"),
        ({"unit": ""}, "unit"),
        ({"event": "sometime"}, "event"),
        ({"source": " "}, "source"),
    ],
)
def test_a_rule_that_lacks_something_is_refused_with_the_field_named(rule, wrong, field):
    with pytest.raises(Refused) as refusal:
        rule(reviewed=False, **wrong)
    assert refusal.value.field == field


def test_what_is_kept_has_no_time(rule):
    made = rule(outcome=Outcome.KEPT)
    assert (made.length, made.unit, made.event, made.by_next_year) == (None, None, None, False)
    assert retention.earliest_destruction(Record.CASE, on=timezone.localdate()).earliest is None
