"""A report from its beginning to approval, and back: what is kept, refused, and judged late."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.actors import demo as cast
from coordination.audit import log
from coordination.jobs.models import Job, OutgoingMail
from coordination.resources import (
    activities,
    comparing,
    filling,
    parts,
    reviewing,
    sending,
    snapshots,
    windows,
)
from coordination.resources.models import Part, Report, Version, Window
from coordination.resources.refusals import Ask, ChangedMeanwhile, Missing, WrongState
from coordination.ui.amounts import equal_shares, shares

from .conftest import NEEDED, at


@given(
    st.decimals(0, 99_999_999_999, places=2),
    st.lists(st.integers(0, 1000), min_size=1, max_size=40).filter(any),
)
def test_shares_are_hundredths_and_together_exactly_the_whole(total, weights):
    parts_of = shares(total, weights)
    assert sum(parts_of) == total
    assert all(part == part.quantize(Decimal("0.01")) and part >= 0 for part in parts_of)
    exact = [total * weight / sum(weights) for weight in weights]
    assert all(abs(part - one) < Decimal("0.01") for part, one in zip(parts_of, exact, strict=True))


def test_equal_shares_differ_by_a_hundredth_at_most():
    assert equal_shares(Decimal("1"), 3) == [Decimal("0.34"), Decimal("0.33"), Decimal("0.33")]
    assert equal_shares(Decimal("787501"), 2) == [Decimal("393750.50")] * 2


def test_the_areas_of_a_report_are_together_its_whole(scene):
    report = scene.begin()
    scene.add(report, "Mentorer", "1", 100_001, "Vivalla", "Oxhagen", "Centrum")
    scene.add(report, "Överallt", "0.01", 7_777)
    found = snapshots.totals(snapshots.snapshot(report))
    assert found.whole == snapshots.Sum(Decimal("1.01"), Decimal(107_778))
    for name in ("fte", "cost"):
        assert sum(getattr(one, name) for one in found.areas.values()) == getattr(found.whole, name)
        assert sum(getattr(one, name) for one in found.levels.values()) == getattr(
            found.whole, name
        )
    assert set(found.areas) == {"", "Vivalla", "Oxhagen", "Centrum"}


def test_one_report_a_year_however_many_begin_it(scene):
    first, again = scene.begin(), scene.begin(copy=True)
    assert first == again
    assert first.parts.count() == 6
    assert not again.activities.exists(), "the second beginning copied into the first one's report"


def test_it_is_begun_on_its_first_day_and_not_before(scene):
    opens = scene.this.opens_on
    with pytest.raises(WrongState, match=str(scene.this.year)):
        scene.begin(now=at(f"{opens - timedelta(days=1)} 23:59:59"))
    assert scene.begin(now=at(f"{opens} 00:00:00")).state == "draft"


def test_last_years_figures_come_on_request_and_must_be_checked(scene):
    report = scene.begin(copy=True)
    rows = report.activities.order_by("pk")
    assert [(row.name, row.fte, row.is_checked) for row in rows] == [
        ("Elevstödjare", Decimal(5), False),
        ("Elevhälsa, samtalsstöd", Decimal("2.25"), False),
        ("Studiecirkel demokrati", Decimal("0.5"), False),
    ]
    assert report.parts.get(number=2).state == Part.State.NOT_BEGUN
    scene_part = report.parts.select_related("report").get(number=2)
    parts.save_enough(part=scene_part, enough="yes", why="", revision=1, by=report.begun_by)
    said = {one.pk: ("under_way", "Pågår.") for one, _s, _t in filling.standing(report)}
    fourth = report.parts.select_related("report").get(number=4)
    parts.save_assignments(part=fourth, said=said, revision=1, by=report.begun_by)
    with pytest.raises(Missing, match="5"):
        sending.send(report=report, by=report.begun_by)
    sending.send(report=report, by=report.begun_by, checked=True)
    assert sending.unchecked(report) == 0


def test_a_large_change_and_thousands_are_asked_about_and_kept_with_a_reason(scene):
    report = scene.begin(copy=True)
    row = report.activities.get(name="Elevstödjare")
    more = NEEDED | {"name": row.name, "fte": Decimal("6.5"), "cost": Decimal(3_412_500)}

    def change(**how):
        activities.change(
            activity=row, values=more, districts=[], revision=1, by=report.begun_by, **how
        )

    with pytest.raises(Ask) as asked:
        change()
    assert [(one.kind, one.before) for one in asked.value.questions] == [("cost", 2_250_000)]
    with pytest.raises(Ask):
        change(confirmed=True)
    more["comment"] = "Två nya tjänster."
    change(confirmed=True)
    with pytest.raises(Ask) as asked:
        scene.add(report, "Mentorer", "1.5", 788)
    assert [one.kind for one in asked.value.questions] == ["thousands"]


def test_an_ended_activity_keeps_its_row_and_says_why(scene):
    report = scene.begin(copy=True)
    row = report.activities.get(name="Studiecirkel demokrati")
    with pytest.raises(Missing):
        activities.end(activity=row, reason=" ", revision=1, by=report.begun_by)
    activities.end(activity=row, reason="Projektet avslutat i juni", revision=1, by=report.begun_by)
    row.refresh_from_db()
    assert (row.fte, row.cost, row.ended) == (0, 0, "Projektet avslutat i juni")
    last = snapshots.last_year(report)
    kinds = {
        one.name: one.kind
        for one in comparing.differences(snapshots.snapshot(report), last.content)
    }
    assert kinds == {
        "Elevstödjare": "same",
        "Elevhälsa, samtalsstöd": "same",
        "Studiecirkel demokrati": "ended",
    }


def test_two_contributors_write_rows_at_once_and_a_part_only_over_what_they_saw(scene):
    report, ulla = scene.begin(copy=True), scene.people["ulla.vik"]
    part = report.parts.select_related("report").get(number=2)
    parts.save_enough(part=part, enough="no", why="För få.", revision=1, by=ulla)
    with pytest.raises(ChangedMeanwhile, match="Ulla Vik"):
        parts.save_enough(part=part, enough="yes", why="", revision=1, by=report.begun_by)
    report.refresh_from_db()
    assert report.enough == "no"
    one, two = report.activities.order_by("pk")[:2]
    for row in (two, one):
        values = {name: getattr(row, name) for name in activities.FIELDS}
        activities.change(activity=row, values=values, districts=[], revision=1, by=ulla)
    with pytest.raises(ChangedMeanwhile):
        activities.change(activity=one, values=values, districts=[], revision=1, by=ulla)


def test_nothing_to_report_is_an_answer_with_a_reason(scene):
    report = scene.begin()
    with pytest.raises(sending.NotReady):
        sending.send(report=report, by=report.begun_by)
    with pytest.raises(Missing):
        filling.report_nothing(report=report, reason="", by=report.begun_by)
    filling.report_nothing(report=report, reason="Ingen verksamhet i år.", by=report.begun_by)
    report.refresh_from_db()
    assert scene.file(report).content["nothing"] == "Ingen verksamhet i år."


def test_what_waits_is_not_changed_and_whoever_is_manager_then_attests_what_they_read(scene):
    report = scene.begin()
    scene.add(report, "Mentorer", "1", 600_000)
    scene.fill(report)
    sending.send(report=report, by=report.begun_by)
    with pytest.raises(WrongState):
        scene.add(report, "Till", "1", 600_000)
    seen = snapshots.fingerprint(snapshots.snapshot(report))
    sending.take_back(report=report, by=report.begun_by)
    scene.add(report, "Till", "1", 600_000)
    sending.send(report=report, by=report.begun_by)
    with pytest.raises(WrongState):
        sending.attest(report=report, sha256=seen, by=scene.people["ulla.vik"])
    sending.send_back(report=report, said="Fel område", by=scene.people["ulla.vik"])
    report.refresh_from_db()
    assert (report.state, report.said_back) == ("draft", "Fel område")
    sending.send(report=report, by=report.begun_by)
    # Another manager than the one it was sent to first: nothing was addressed to a person.
    version = scene.attest(report, "gunnar.ask")
    assert (version.number, version.attested_by.username) == (1, "gunnar.ask")
    with pytest.raises(WrongState):
        scene.attest(report)
    assert Job.objects.filter(kind=sending.PDF, ids={"version": version.pk}).count() == 1


def test_returned_answered_approved_and_opened_again_each_version_is_kept(scene):
    anna = scene.people["anna.ek"]
    report = scene.begin()
    scene.add(report, "Mentorer", "1", 600_000)
    scene.fill(report, "partly", "Flerspråkiga saknas.")
    first = scene.file(report)
    with pytest.raises(Missing):
        reviewing.return_(version=first, remarks={2: " "}, by=anna)
    reviewing.return_(version=first, remarks={2: "På vilka skolor?"}, by=anna)
    with pytest.raises(WrongState):
        reviewing.approve(version=first, by=anna)
    report.refresh_from_db()
    assert report.state == Report.State.RETURNED
    assert not report.parts.exclude(number=6).exclude(state="done").exists()
    (remark,) = sending.open_remarks(report)
    with pytest.raises(Missing):
        sending.send(report=report, by=report.begun_by)
    sending.send(report=report, by=report.begun_by, answers={remark.pk: "På två skolor."})
    second = scene.attest(report)
    assert second.content["answers"] == [
        {"part": 2, "text": "På vilka skolor?", "answer": "På två skolor."}
    ]
    reviewing.approve(version=second, by=anna)
    reviewing.reopen(version=second, reason="Fel belopp.", by=anna)
    (remark,) = sending.open_remarks(Report.objects.get(pk=report.pk))
    report.refresh_from_db()
    sending.send(report=report, by=report.begun_by, answers={remark.pk: "Rättat."})
    third = scene.attest(report)
    states = list(report.versions.order_by("number").values_list("number", "state"))
    assert states == [(1, "returned"), (2, "reopened"), (3, "waiting")]
    for version in Version.objects.filter(report=report):
        assert snapshots.fingerprint(version.content) == version.sha256
    assert snapshots.last_year(scene.begin(window=scene.this)).number == 1
    assert third.content["answers"][0]["answer"] == "Rättat."


@pytest.mark.parametrize(
    "day", [date(2026, 3, 28), date(2026, 5, 15), date(2026, 10, 24), date(2026, 12, 31)]
)
def test_midnight_by_the_clock_on_the_wall_decides_what_is_late(scene, day):
    """The nights before both changes of the clock, in summer and in winter."""
    window = Window(year=2030, opens_on=day, last_day=day)
    assert not windows.is_late(window, at(f"{day} 23:59:59"))
    assert windows.is_late(window, at(f"{day + timedelta(days=1)} 00:00:00"))


def test_late_is_judged_when_it_is_sent_in_by_the_day_that_stands_then(scene):
    report = scene.begin()
    filling.report_nothing(report=report, reason="Ingen verksamhet.", by=report.begun_by)
    report.refresh_from_db()
    after = at(f"{scene.this.last_day + timedelta(days=1)} 00:00:00")
    windows.decide(
        year=scene.this.year,
        opens_on=scene.this.opens_on,
        last_day=scene.this.last_day + timedelta(days=1),
        revision=scene.this.revision,
        by=scene.people["anna.ek"],
    )
    assert not scene.file(report, now=after).is_late
    with pytest.raises(ChangedMeanwhile):
        windows.decide(
            year=scene.this.year,
            opens_on=scene.this.opens_on,
            last_day=scene.this.last_day,
            revision=scene.this.revision,
            by=scene.people["anna.ek"],
        )


def test_each_step_mails_those_whose_turn_it_is_and_is_logged(scene):
    OutgoingMail.objects.all().delete()
    report = scene.begin()
    filling.report_nothing(report=report, reason="Ingen verksamhet.", by=report.begun_by)
    report.refresh_from_db()
    version = scene.file(report)
    reviewing.return_(version=version, remarks={1: "Varför?"}, by=scene.people["anna.ek"])
    names = {one.pk: name for name, one in scene.people.items()}
    sent = [(one.letter, names[one.user_id]) for one in OutgoingMail.objects.order_by("pk")]
    assert sent == [
        ("resources.to_attest", "ulla.vik"),
        ("resources.submitted", "anna.ek"),
        ("resources.submitted", "oskar.lind"),
        ("resources.returned", "leila.amiri"),
    ]
    events = [one.event for one in log.events(on=report)]
    assert events == [
        "resources.report.attested",
        "resources.report.sent",
        "resources.report.nothing",
        "resources.report.begun",
    ]


def test_two_managers_and_a_change_of_mind_at_once_come_to_one_version(scene, race):
    report = scene.begin()
    filling.report_nothing(report=report, reason="Ingen verksamhet.", by=report.begun_by)
    report.refresh_from_db()
    sending.send(report=report, by=report.begun_by)
    sha256 = snapshots.fingerprint(snapshots.snapshot(Report.objects.get(pk=report.pk)))

    def attest(name):
        return lambda: sending.attest(report=report, sha256=sha256, by=scene.people[name])

    answers = race(
        attest("ulla.vik"),
        attest("gunnar.ask"),
        lambda: sending.take_back(report=report, by=report.begun_by),
    )
    refused = [one for one in answers if isinstance(one, WrongState)]
    assert len(refused) == 2
    state = race.alone(lambda: Report.objects.get(pk=report.pk).state)
    versions = race.alone(lambda: Version.objects.filter(report=report.pk).count())
    assert (state, versions) in [("submitted", 1), ("draft", 0)]


def test_another_organisations_report_is_nobody_elses_last_year(scene):
    theirs = scene.begin(cast.SOCIAL, copy=True)
    assert theirs.copied_from is None
    assert not theirs.activities.exists()
