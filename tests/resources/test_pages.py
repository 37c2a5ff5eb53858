"""The pages of the report as people use them, and what does not exist for whom."""

import uuid

import pytest
from django.db import transaction
from django.urls import reverse

from coordination.actors import demo as cast
from coordination.jobs import queue
from coordination.jobs.models import Job
from coordination.resources import receipts, reviewing, sending
from coordination.resources.models import Report, Version
from coordination.writing.once import FIELD
from tests.forums.test_pages_queries import cost

CANARY = "kanarieutkastq"
ROW = {
    "name": "Mentorer introduktionsprogram",
    "level": "individual",
    "fte": "1,5",
    "cost": "787 500 kr",
    "calculated": "booked",
    "comment": "",
}


def text(response) -> str:
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def draft(scene) -> Report:
    """Leila's report, begun with last year's, and a row that says a canary."""
    report = scene.begin(copy=True)
    scene.add(report, CANARY, "1", 600_000)
    return report


def test_leila_begins_with_last_years_figures_or_empty(scene, as_person):
    leila = as_person("leila.amiri")
    organisation = scene.organisation().pk
    key = str(uuid.uuid4())
    sent = {"organisation": organisation, "copy": "1", FIELD: key}
    first = leila.post(reverse("report_begin"), sent)
    again = leila.post(reverse("report_begin"), sent)
    assert first.url == again.url
    page = text(leila.get(first.url))
    assert "Från 2024 – inte kontrollerad" in page.replace(str(scene.before.year), "2024")
    other = scene.organisation(cast.SOCIAL).pk
    assert leila.post(reverse("report_begin"), {"organisation": other}).status_code == 404


def test_a_row_is_read_as_people_write_it(scene, as_person):
    leila, report = as_person("leila.amiri"), scene.begin()
    address = reverse("activity_new", args=[report.pk])
    tkr = leila.post(address, ROW | {"cost": "3 412,5"})
    assert "Menade du 3 412 500 kr?" in text(tkr)
    for fte in ("6.5", "6,5"):
        assert leila.post(address, ROW | {"fte": fte, "cost": "3412500"}).status_code == 302
    assert [str(row.fte) for row in report.activities.order_by("pk")] == ["6.50", "6.50"]
    fine = leila.post(address, ROW | {"fte": "6,555"})
    assert "högst två decimaler" in text(fine)


def test_thousands_become_kronor_after_a_question(scene, as_person):
    leila, report = as_person("leila.amiri"), scene.begin()
    address = reverse("activity_new", args=[report.pk])
    asked = text(leila.post(address, ROW | {"cost": "788"}))
    assert "Är det skrivet i tusental kronor?" in asked
    assert "error-summary" not in asked
    assert not report.activities.exists()
    leila.post(address, ROW | {"cost": "788", "thousands": "1"})
    assert report.activities.get().cost == 788_000
    insisting = ROW | {"cost": "788", "confirmed": "1"}
    assert "Skriv kort varför det stämmer" in text(leila.post(address, insisting))
    leila.post(address, insisting | {"why": "Bara material."})
    assert report.activities.get(cost=788).comment == "Bara material."


def test_whoever_saves_a_part_second_sees_both_texts(draft, as_person):
    one, two = as_person("leila.amiri"), as_person("leila.amiri")
    part = draft.parts.get(number=2)
    address = reverse("report_part", args=[part.pk])
    said = {"version": "1", "enough": "partly", "enough_why": "Två skolor saknar"}
    assert one.post(address, said).status_code == 302
    late = two.post(address, said | {"enough_why": "Tre skolor saknar"})
    page = text(late)
    assert "Två skolor saknar" in page
    assert "Tre skolor saknar" in page
    draft.refresh_from_db()
    assert draft.enough_why == "Två skolor saknar"


def test_rows_of_needs_and_requests(draft, as_person):
    leila = as_person("leila.amiri")
    needs = reverse("report_part", args=[draft.parts.get(number=3).pk])
    row = {"group_0": "Första linjen", "staff_0": "210", "basic_0": "140", "advanced_0": "22"}
    sent = row | {"count": "2", "version": "1", "key_functions": ""}
    assert "Välj prioritet" in text(leila.post(needs, sent))
    more = text(leila.post(needs, sent | {"more": "1"}))
    assert 'name="group_2"' in more
    assert 'value="Första linjen"' in more
    assert leila.post(needs, sent | {"priority_0": "1"}).status_code == 302
    assert draft.needs.get().basic == 140
    asks = reverse("report_part", args=[draft.parts.get(number=6).pk])
    wanted = {
        "what_0": "Elevstödjare",
        "why_0": "Flerspråkiga saknas",
        "fte_0": "2,0",
        "cost_0": "1 050 000",
        "from_day_0": "2027-01-01",
        "count": "1",
        "version": "1",
    }
    assert leila.post(asks, wanted).status_code == 302
    assert draft.requests.get().cost == 1_050_000


def test_a_draft_does_not_exist_outside_its_organisation(draft, scene, as_person):
    part, row = draft.parts.get(number=1), draft.activities.get(name=CANARY)
    addresses = [
        reverse(name, args=[key])
        for name, key in (
            ("report", draft.pk),
            ("report_check", draft.pk),
            ("report_nothing", draft.pk),
            ("report_attest", draft.pk),
            ("report_part", part.pk),
            ("activity", row.pk),
            ("activity_end", row.pk),
        )
    ]
    for name in ("anna.ek", "per.holm", "gunnar.ask", "lars.nord", "bo.kvist", "maria.sten"):
        client = as_person(name)
        assert [client.get(address).status_code for address in addresses] == [404] * 7, name
        for shown in (reverse("resources"), reverse("start"), reverse("resources_export")):
            assert CANARY not in text_of(client.get(shown)), (name, shown)
    anna = text(as_person("anna.ek").get(reverse("resources")))
    assert "Påbörjad" in anna
    assert "Gymnasieförvaltningen" in anna


def text_of(response) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode(errors="replace")


def test_what_is_sent_in_is_the_organisations_and_the_reviewers_and_approved_the_archives(
    draft, scene, as_person
):
    scene.fill(draft)
    version = scene.file(draft)
    with transaction.atomic():
        receipts.render_pdf(version_id=version.pk)
    page, pdf = (reverse(name, args=[version.pk]) for name in ("report_version", "report_pdf"))

    def seen(name):
        client = as_person(name)
        return [client.get(page).status_code, client.get(pdf).status_code]

    for name in ("leila.amiri", "ulla.vik", "anna.ek", "oskar.lind"):
        assert seen(name) == [200, 200], name
    for name in ("per.holm", "gunnar.ask", "lars.nord", "maria.sten", "bo.kvist", "nils.frisk"):
        assert seen(name) == [404, 404], name
    assert as_person("leila.amiri").post(page, {"do": "approve"}).status_code == 403
    assert as_person("per.holm").post(page, {"do": "approve"}).status_code == 404
    reviewing.approve(version=version, by=scene.people["anna.ek"])
    assert seen("bo.kvist") == [200, 200]
    assert CANARY not in text(as_person("per.holm").get(reverse("resources")))


def test_a_report_that_is_as_last_years_says_so_to_the_reviewer(scene, as_person):
    report = scene.begin(copy=True)
    scene.fill(report)
    page = reverse("report_version", args=[scene.file(report).pk])
    shown = text(as_person("anna.ek").get(page))
    assert f"Oförändrad från {scene.before.year}" in shown
    assert "3 rader är som förra året och visas inte." in shown
    assert "Elevstödjare" in text(as_person("anna.ek").get(page + "?all=on"))


def test_the_receipt_is_made_by_the_job_once(draft, scene):
    scene.fill(draft)
    version = scene.file(draft)
    job = Job.objects.get(kind=sending.PDF, ids={"version": version.pk})
    assert queue.run(job.pk)
    version.refresh_from_db()
    before = version.file_sha256
    assert version.has_file
    receipts.render_pdf(version_id=version.pk)
    assert Version.objects.get(pk=version.pk).file_sha256 == before


def test_attested_returned_answered_and_approved_on_the_pages(draft, scene, as_person):
    leila, ulla, anna = map(as_person, ("leila.amiri", "ulla.vik", "anna.ek"))
    scene.fill(draft, "partly", "Flerspråkiga saknas.")
    check, attest = (reverse(name, args=[draft.pk]) for name in ("report_check", "report_attest"))
    unticked = leila.post(check, {})
    assert "kryssa i rutan" in text(unticked)
    key = {"checked": "on", FIELD: str(uuid.uuid4())}
    assert leila.post(check, key).url == leila.post(check, key).url
    taken, back = reverse("report_take_back", args=[draft.pk]), {FIELD: str(uuid.uuid4())}
    assert leila.post(taken, back).url == leila.post(taken, back).url
    leila.post(check, {})
    attested = {"sha256": ulla.get(attest).context["sha256"], FIELD: str(uuid.uuid4())}
    sent = ulla.post(attest, attested)
    assert ulla.post(attest, attested).url == sent.url
    version = Version.objects.get(report=draft)
    assert sent.url == reverse("report_version", args=[version.pk])
    empty = anna.post(sent.url, {"do": "return"})
    assert "Skriv minst en kommentar" in text(empty)
    assert anna.post(sent.url, {"do": "return", "remark_2": "På vilka skolor?"}).status_code == 302
    for address in (check, reverse("report_part", args=[draft.parts.get(number=2).pk])):
        assert "På vilka skolor?" in text(leila.get(address))
    remark = version.remarks.get()
    leila.post(check, {f"answer_{remark.pk}": "På två."})
    again = ulla.get(attest)
    second = ulla.post(attest, {"sha256": again.context["sha256"]})
    assert anna.post(second.url, {"do": "approve"}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "approved"
    assert "redan avgjord" in text(anna.post(second.url, {"do": "approve"}))
    # The reviewer is not told that there is another version than the approved one.
    page = as_person("bo.kvist").get(second.url)
    assert page.status_code == 200
    assert sent.url in text(anna.get(second.url))
    assert sent.url not in text(page)


@pytest.mark.parametrize("count", [0, 30])
def test_the_pages_cost_the_same_however_long(draft, scene, as_person, count):
    for number in range(count):
        scene.add(draft, f"Verksamhet {number}", "1", 600_000, "Vivalla", "Oxhagen")
    leila = as_person("leila.amiri")
    found = {
        "resources": cost(as_person("anna.ek"), reverse("resources")),
        "part": cost(leila, reverse("report_part", args=[draft.parts.get(number=1).pk])),
        "check": cost(leila, reverse("report_check", args=[draft.pk])),
    }
    assert found == QUERIES


QUERIES = {"resources": 10, "part": 20, "check": 24}
