"""Reviewing: what has changed, comments where they belong, approving and taking it back, versions beside
each other, and what is the same year after year."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from coordination.actors import demo as cast
from coordination.jobs.models import OutgoingMail
from coordination.resources import (
    activities,
    board,
    filling,
    reviewing,
    sending,
    snapshots,
    tasks,
    windows,
)
from coordination.resources.models import Activity, Report, Version, Window
from coordination.resources.refusals import Missing, WrongState
from coordination.writing.once import FIELD
from tests.forums.test_pages_queries import cost


def text(response) -> str:
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def version(scene) -> Version:
    """Leila's of this year: one row 40 % dearer, one 2 %, one ended, one new."""
    report = scene.begin(copy=True)
    rows = {one.name: one for one in report.activities.all()}
    change(rows["Elevstödjare"], cost=3_150_000, scene=scene)
    change(rows["Elevhälsa, samtalsstöd"], cost=1_491_750, scene=scene)
    activities.end(
        activity=rows["Studiecirkel demokrati"],
        reason="Ingen ledare.",
        revision=rows["Studiecirkel demokrati"].revision,
        by=report.begun_by,
    )
    scene.add(report, "Mentorer", "1", 600_000)
    scene.fill(report)
    return scene.file(report)


def change(row: Activity, *, cost: int, scene) -> None:
    Activity.objects.filter(pk=row.pk).update(cost=cost, is_checked=True)


def shown(client, version, how="") -> str:
    page = text(client.get(reverse("report_version", args=[version.pk]) + how))
    # The table of the rows alone: other parts may name activities.
    return page.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in page else ""


@pytest.mark.parametrize(
    ("how", "rows"),
    [
        ("", ["Elevstödjare", "Elevhälsa, samtalsstöd", "Studiecirkel demokrati", "Mentorer"]),
        ("?show=large", ["Elevstödjare"]),
        ("?show=new", ["Mentorer"]),
        ("?show=ended", ["Studiecirkel demokrati"]),
        ("?show=nonsense", ["Elevstödjare", "Elevhälsa, samtalsstöd"]),
    ],
)
def test_the_rows_that_changed_come_first_and_can_be_narrowed(scene, version, as_person, how, rows):
    every = ("Elevstödjare", "Elevhälsa, samtalsstöd", "Studiecirkel demokrati", "Mentorer")
    found = shown(as_person("anna.ek"), version, how)
    assert [name for name in every if name in found][: len(rows)] == rows
    if how in ("?show=large", "?show=new", "?show=ended"):
        assert [name for name in every if name in found] == rows


def test_a_comment_stands_at_its_part_while_it_is_written_and_after(scene, version, as_person):
    anna, leila = as_person("anna.ek"), as_person("leila.amiri")
    page = reverse("report_version", args=[version.pk])

    def part(client, number: int) -> str:
        return text(client.get(page)).split(f'aria-labelledby="p{number}"')[1].split("<section")[0]

    assert 'name="remark_2"' in part(anna, 2)
    assert 'form="remarks"' in part(anna, 2)
    assert "remark_2" not in text(leila.get(page))
    anna.post(page, {"do": "return", "remark_2": "På vilka skolor?"})
    for client in (anna, leila):
        assert "På vilka skolor?" in part(client, 2)
        assert "På vilka skolor?" not in part(client, 3)


def test_an_approval_is_taken_back_for_ten_minutes_and_then_opened_again(scene, version, as_person):
    anna, now = scene.people["anna.ek"], timezone.now()
    reviewing.approve(version=version, by=anna, now=now)
    posted = OutgoingMail.objects.filter(letter="resources.approved").latest("pk")
    with pytest.raises(WrongState, match="10 minuter"):
        reviewing.undo_approval(version=version, by=anna, now=now + timedelta(minutes=11))
    reviewing.undo_approval(version=version, by=anna, now=now + timedelta(minutes=10))
    version.refresh_from_db()
    assert (version.state, version.settled_by) == ("waiting", None)
    assert Report.objects.get(pk=version.report_id).state == "submitted"
    assert tasks.approved(user=scene.people["leila.amiri"], ids=posted.ids) is None
    with pytest.raises(WrongState):
        reviewing.undo_approval(version=version, by=anna, now=now + timedelta(minutes=10))
    page = reverse("report_version", args=[version.pk])
    done = as_person("anna.ek").post(page, {"do": "approve"}, follow=True)
    undo = reverse("report_approval_undo", args=[version.pk])
    assert undo in text(done)
    key = {FIELD: str(uuid.uuid4())}
    client = as_person("oskar.lind")
    assert client.post(undo, key).url == client.post(undo, key).url == page
    assert as_person("leila.amiri").post(undo).status_code == 404
    assert Version.objects.get(pk=version.pk).state == "waiting"


@pytest.fixture
def corrected(scene, version) -> list[Version]:
    """Approved, opened again with a reason, and sent in another time."""
    anna = scene.people["anna.ek"]
    reviewing.approve(version=version, by=anna)
    with pytest.raises(Missing):
        reviewing.reopen(version=version, reason="", by=anna)
    reviewing.reopen(version=version, reason="En nolla för mycket.", by=anna)
    report = Report.objects.get(pk=version.report_id)
    change(report.activities.get(name="Elevstödjare"), cost=2_300_000, scene=scene)
    Report.objects.filter(pk=report.pk).update(enough="no", enough_why="Rättat.")
    answers = {one.pk: "Rättat." for one in sending.open_remarks(report)}
    sending.send(report=report, by=report.begun_by, checked=True, answers=answers)
    scene.attest(report)
    return list(Version.objects.filter(report=report).order_by("number"))


def test_a_correction_after_approval_is_a_version_with_its_reason_and_the_first_stays_as_it_was(
    scene, version, corrected, as_person
):
    before, after = corrected
    assert (before.number, before.state, before.sha256) == (1, "reopened", version.sha256)
    assert (after.number, after.state) == (2, "waiting")
    first, second = (
        text(as_person("leila.amiri").get(reverse("report_version", args=[one.pk])))
        for one in corrected
    )
    assert "3 150 000" in first
    assert "2 300 000" not in first
    assert "2 300 000" in second
    assert "En nolla för mycket." in second


def test_any_two_versions_are_read_beside_each_other(scene, corrected, as_person):
    first, second = corrected
    last_year = Version.objects.get(report__window=scene.before)
    page = reverse("report_compare", args=[second.pk])
    for name in ("leila.amiri", "ulla.vik", "anna.ek"):
        near = text(as_person(name).get(page))
        assert "3 150 000" in near
        assert "2 300 000" in near
        assert "Rättat." in near
        assert "3 rader är lika och visas inte." in near
    far = text(as_person("anna.ek").get(page, {"with": last_year.pk}))
    assert "2 250 000" in far
    back = text(as_person("anna.ek").get(reverse("report_compare", args=[first.pk])))
    assert "2 250 000" in back


def test_another_administrations_report_does_not_exist_for_leila(scene, corrected, as_person):
    theirs = scene.begin(cast.SOCIAL)
    scene.add(theirs, "kanarieandraq", "1", 650_000)
    scene.fill(theirs)
    other = scene.file(theirs, "gunnar.ask")
    own, leila = corrected[1], as_person("leila.amiri")
    for page in ("report_version", "report_compare", "report_pdf"):
        assert leila.get(reverse(page, args=[other.pk])).status_code == 404, page
    address = reverse("report_compare", args=[own.pk])
    assert leila.get(address, {"with": other.pk}).status_code == 404
    assert as_person("anna.ek").get(address, {"with": other.pk}).status_code == 404
    for page in (address, reverse("resources"), reverse("start"), reverse("requests")):
        assert "kanarieandraq" not in text(leila.get(page)), page
    assert "Inga träffar" in text(leila.get("/sok/", {"q": "kanarieandraq"}))
    assert leila.get(reverse("resources_export")).status_code == 404
    assert (
        snapshots.last_year(scene.begin(copy=True)).report.organisation == own.report.organisation
    )


# Unchanged ---------------------------------------------------------------------------------------


@pytest.fixture
def unchanged(scene) -> Report:
    """This year's, as last year's; and this year's is followed by a next with the same again."""
    report = scene.begin(copy=True)
    scene.fill(report)
    return report


def next_year(scene, report) -> Report:
    window = windows.decide(
        year=scene.this.year + 1,
        opens_on=timezone.localdate(),
        last_day=timezone.localdate() + timedelta(days=30),
        by=scene.people["anna.ek"],
    )
    made = scene.begin(window=window, copy=True)
    scene.fill(made)
    return made


def test_the_same_for_the_second_year_running_is_asked_about_and_the_first_is_not(
    scene, unchanged, as_person
):
    leila, anna = as_person("leila.amiri"), as_person("anna.ek")
    check = reverse("report_check", args=[unchanged.pk])
    assert "Varför är det likadant" not in text(leila.get(check))
    assert leila.post(check, {"checked": "on"}).status_code == 302
    first = scene.attest(unchanged)
    reviewing.approve(version=first, by=scene.people["anna.ek"])
    again = next_year(scene, unchanged)
    check = reverse("report_check", args=[again.pk])
    assert "Varför är det likadant" in text(leila.get(check))
    silent = text(leila.post(check, {"checked": "on"}))
    assert "Skriv med en mening varför" in silent
    with pytest.raises(Missing):
        sending.send(report=again, by=again.begun_by, checked=True)
    said = {"checked": "on", "unchanged_why": "Kanariesamma skäl."}
    assert leila.post(check, said).status_code == 302
    page = text(anna.get(reverse("report_version", args=[scene.attest(again).pk])))
    assert f"Oförändrad från {scene.this.year}" in page
    assert "Kanariesamma skäl." in page


def test_a_change_in_the_year_between_or_nothing_to_report_is_not_asked_about(scene, version):
    again = next_year(scene, version.report)
    sending.send(report=again, by=again.begun_by, checked=True)
    assert Report.objects.get(pk=again.pk).unchanged_why == ""


# The board ---------------------------------------------------------------------------------------


def test_the_board_names_who_has_not_answered_and_counts_what_has_come(scene, version, as_person):
    found = board.count(scene.this)
    assert cast.UPPER_SECONDARY not in found.unanswered
    assert cast.SOCIAL in found.unanswered
    assert len(found.unanswered) == found.expected - found.sent
    page = text(as_person("anna.ek").get(reverse("resources")))
    line = page.split("Inte inskickade:")[1].split("</p>")[0]
    assert cast.SOCIAL in line
    assert cast.UPPER_SECONDARY not in line
    assert "10 dagar kvar" in page.split("<tbody>")[1]


def test_a_draft_shows_that_it_is_begun_and_no_figure_to_those_who_follow_up(scene, as_person):
    report = scene.begin(cast.SOCIAL)
    scene.add(report, "kanarieutkastq", "7.77", 7_654_321)
    filling.touch(report, by=report.begun_by, now=timezone.now())
    client = as_person("anna.ek")
    for page in ("resources", "requests", "start", "report_windows"):
        seen = text(client.get(reverse(page)))
        for secret in ("kanarieutkastq", "7,77", "7 654 321"):
            assert secret not in seen, (page, secret)
    file = client.get(reverse("resources_export"))
    assert b"kanarieutkastq" not in b"".join(file.streaming_content)
    assert client.get(reverse("report", args=[report.pk])).status_code == 404
    assert client.get(reverse("report_invite", args=[report.pk])).status_code == 404
    own = client.get(reverse("resources_remind"), {"organisation": report.organisation_id})
    assert "kanarieutkastq" not in text(own)


@pytest.mark.parametrize("count", [0, 30])
def test_the_pages_of_review_cost_the_same_however_long(scene, as_person, count):
    report = scene.begin(copy=True)
    for number in range(count):
        scene.add(report, f"Verksamhet {number}", "1", 600_000, "Vivalla")
    scene.fill(report)
    version = scene.file(report)
    assert Window.objects.count() == 2
    anna = as_person("anna.ek")
    found = {
        name: cost(anna, reverse(name, args=[version.pk]))
        for name in ("report_version", "report_compare")
    }
    assert found == QUERIES


QUERIES = {"report_version": 11, "report_compare": 7}
