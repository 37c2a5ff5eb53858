"""What must hold when things go wrong: midnight, moved days, another manager, two at once, odd shares."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from coordination.access import people
from coordination.actors.models import OrganisationMembership
from coordination.resources import activities, filling, outliers, sending, snapshots, windows
from coordination.resources.models import Report, Version
from coordination.resources.refusals import Missing

from .conftest import NEEDED, at
from .test_pages import text

PLACES = [f"Område {number}" for number in range(12)]


@st.composite
def splits(draw):
    """Shares of some districts in hundredths of a percent, together the whole."""
    names = PLACES[: draw(st.integers(2, 12))]
    marks = sorted(draw(st.integers(0, activities.WHOLE)) for _name in names[1:])
    edges = [0, *marks, activities.WHOLE]
    parts = [after - before for before, after in pairwise(edges)]
    return dict(zip(names, parts, strict=True))


@given(
    st.lists(
        st.tuples(
            splits(),
            st.decimals(0, Decimal("999.99"), places=2),
            st.decimals(0, 99_999_999_999, places=2),
            st.sampled_from(snapshots.LEVELS),
            st.booleans(),
        ),
        max_size=6,
    )
)
def test_no_ore_and_no_hundredth_is_lost_however_a_report_is_shared_out(rows):
    content = [
        {
            "level": level,
            "districts": sorted(split),
            "split": split if own else {},
            "fte": str(fte),
            "cost": str(cost),
        }
        for split, fte, cost, level, own in rows
    ]
    found = snapshots.totals({"activities": content})
    for name, border in (("fte", "0.01"), ("cost", "0.01")):
        whole = sum((Decimal(row[name]) for row in content), Decimal(0))
        by_area = [getattr(one, name) for one in found.areas.values()]
        assert sum(by_area, Decimal(0)) == whole == getattr(found.whole, name)
        assert all(part >= 0 and part == part.quantize(Decimal(border)) for part in by_area)
        assert sum(getattr(one, name) for one in found.levels.values()) == whole
    if len(content) == 1 and content[0]["split"]:
        (row,) = content
        for place, part in row["split"].items():
            exact = Decimal(row["cost"]) * part / activities.WHOLE
            assert abs(found.areas[place].cost - exact) < Decimal("0.01")


def test_a_split_is_together_the_whole_and_of_the_rows_own_areas(scene):
    report = scene.begin()
    row = scene.add(report, "Mentorer", "1.5", 787_501, "Vivalla", "Oxhagen")
    one, two = (place.pk for place in row.districts.order_by("pk"))

    def share(split):
        activities.share_out(activity=row, split=split, revision=1, by=report.begun_by)

    for wrong in ({one: 5_000, two: 4_999}, {one: 10_000}, {one: 10_001, two: -1}):
        with pytest.raises(Missing):
            share(wrong)
    share({one: 3_333, two: 6_667})
    scene.fill(report)
    content = scene.file(report).content
    assert sum(content["activities"][0]["split"].values()) == 10_000
    # Next year's begins with the same shares.
    following = windows.decide(
        year=scene.this.year + 1,
        opens_on=scene.this.opens_on,
        last_day=scene.this.last_day,
        by=scene.people["anna.ek"],
    )
    copied = scene.begin(window=following, copy=True).activities.get()
    assert copied.split == {str(one): 3_333, str(two): 6_667}


@pytest.mark.parametrize(
    ("fte", "cost", "before", "kinds"),
    [
        ("1.5", 788, None, ["thousands"]),
        ("0", 788, 787_500, ["thousands"]),
        ("40", 2_250_000, 2_250_000_000, ["thousands"]),
        ("1.5", 787_500_000, None, ["thousandfold"]),
        ("0", 788_000_000, 787_500, ["thousandfold"]),
        ("1.5", 787_500, 787_500, []),
        ("1.5", 787_500, None, []),
        ("1.5", 0, 787_500, ["cost"]),
        ("0", 4_000_000, None, []),
    ],
)
def test_thousands_and_three_zeros_too_many_are_told_from_a_change(fte, cost, before, kinds):
    then = before and {"ended": "", "fte": fte, "cost": str(before)}
    found = outliers.questions(fte=Decimal(fte), cost=Decimal(cost), before=then)
    assert [one.kind for one in found] == kinds
    for one in found:
        assert one.before == (Decimal(before) if before else None)


def test_three_zeros_too_many_are_taken_away_after_a_question(scene, as_person):
    leila, report = as_person("leila.amiri"), scene.begin(copy=True)
    row = report.activities.get(name="Elevstödjare")
    address = reverse("activity", args=[row.pk]) + "?from=check"
    sent = NEEDED | {"name": row.name, "fte": "5", "cost": "2300000000", "version": "1"}
    asked = text(leila.post(address, sent))
    for words in ("Är det tre nollor för mycket?", "2 250 000 kr", "Ja, ändra till 2 300 000 kr"):
        assert words in asked
    assert "error-summary" not in asked
    saved = leila.post(address, sent | {"thousandfold": "1"})
    assert saved.url == reverse("report_check", args=[report.pk])
    row.refresh_from_db()
    assert row.cost == 2_300_000


def nothing(scene) -> Report:
    """A report that is ready to be sent."""
    report = scene.begin()
    filling.report_nothing(report=report, reason="Ingen verksamhet.", by=report.begun_by)
    report.refresh_from_db()
    return report


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        (date(2026, 6, 30), 21),
        (date(2026, 12, 31), 22),
        # The last days before and on which the clock is moved, in spring and in autumn.
        (date(2026, 3, 28), 22),
        (date(2026, 3, 29), 21),
        (date(2026, 10, 24), 21),
        (date(2026, 10, 25), 22),
    ],
)
@pytest.mark.parametrize(("moment", "late"), [("23:59:59", False), ("00:00:00", True)])
def test_a_second_before_midnight_of_the_last_day_is_in_time_and_midnight_is_late(
    scene, as_person, day, utc, moment, late
):
    windows.decide(
        year=scene.this.year,
        opens_on=scene.this.opens_on - timedelta(days=900),
        last_day=day,
        revision=scene.this.revision,
        by=scene.people["anna.ek"],
    )
    report = nothing(scene)
    now = at(f"{day + timedelta(days=late)} {moment}")
    assert now.astimezone(timezone.get_fixed_timezone(0)).hour == (utc + late) % 24
    version = scene.file(report, now=now)
    assert version.is_late is late
    page = text(as_person("ulla.vik").get(reverse("report_version", args=[version.pk])))
    assert ("efter sista dag" in page) is late


def test_days_that_move_while_somebody_writes_take_nothing_away(scene, as_person):
    leila, report = as_person("leila.amiri"), scene.begin()
    address = reverse("report_part", args=[report.parts.get(number=2).pk])
    assert leila.get(address).status_code == 200
    today, this = timezone.localdate(), scene.this
    moved = windows.decide(
        year=this.year,
        opens_on=today - timedelta(days=5),
        last_day=today - timedelta(days=2),
        revision=this.revision,
        by=scene.people["anna.ek"],
    )
    said = {"version": "1", "enough": "partly", "enough_why": "Två skolor saknar"}
    assert leila.post(address, said).status_code == 302
    assert "2 dagar försenad" in text(leila.get(reverse("report", args=[report.pk])))
    # Even to days that have not come: what is begun is written on.
    moved = windows.decide(
        year=this.year,
        opens_on=today + timedelta(days=1),
        last_day=today + timedelta(days=9),
        revision=moved.revision,
        by=scene.people["anna.ek"],
    )
    again = leila.post(address, said | {"version": "2", "enough_why": "Tre skolor saknar"})
    assert again.status_code == 302
    report.refresh_from_db()
    assert report.enough_why == "Tre skolor saknar"
    assert "9 dagar kvar" in text(leila.get(reverse("report", args=[report.pk])))
    filling.report_nothing(report=report, reason="Ingen verksamhet.", by=report.begun_by)
    assert not scene.file(Report.objects.get(pk=report.pk)).is_late


def test_a_manager_who_is_replaced_while_attesting_leaves_it_to_the_next(scene, as_person):
    report = nothing(scene)
    sending.send(report=report, by=report.begun_by)
    address = reverse("report_attest", args=[report.pk])
    ulla, leila = as_person("ulla.vik"), as_person("leila.amiri")
    opened = ulla.get(address)
    assert "Om någon tar över efter dig väntar rapporten på den personen" in text(opened)
    held = OrganisationMembership.objects.get(
        user__username="ulla.vik", organisation=report.organisation, role="manager"
    )
    today = timezone.localdate()
    people.end_role(by=None, held=held, on=today - timedelta(days=1))
    gone = ulla.post(address, {"sha256": opened.context["sha256"]})
    assert gone.status_code == 404
    assert not Version.objects.filter(report=report).exists()
    unmanned = text(leila.get(reverse("report", args=[report.pk])))
    assert "ingen. Be en systemförvaltare" in unmanned
    people.give_role(
        by=None,
        user=scene.people["lars.nord"],
        membership=OrganisationMembership,
        role="manager",
        valid_from=today,
        valid_to=None,
        organisation=report.organisation,
    )
    page = text(leila.get(reverse("report", args=[report.pk])))
    for words in (
        "Rapporten är inte inskickad än.",
        "Lars Nord",
        "Du behöver inte skicka den igen.",
    ):
        assert words in page
    assert "Ulla Vik" not in page
    lars = as_person("lars.nord")
    assert address in text(lars.get(reverse("start")))
    sent = lars.post(address, {"sha256": lars.get(address).context["sha256"]})
    version = Version.objects.get(report=report)
    assert sent.url == reverse("report_version", args=[version.pk])
    assert version.attested_by.username == "lars.nord"


def test_a_manager_of_another_organisation_does_not_attest(scene, as_person):
    report = nothing(scene)
    sending.send(report=report, by=report.begun_by)
    address = reverse("report_attest", args=[report.pk])
    sha256 = snapshots.fingerprint(snapshots.snapshot(Report.objects.get(pk=report.pk)))
    for name in ("gunnar.ask", "lars.nord", "leila.amiri", "anna.ek"):
        assert as_person(name).post(address, {"sha256": sha256}).status_code == 404, name
    report.refresh_from_db()
    assert report.state == "attesting"
