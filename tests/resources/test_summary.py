"""The summary of a year: each figure counted again in SQL, nothing of a draft, and who gets what."""

import csv
import io
import re
import tracemalloc
from decimal import Decimal
from typing import Any

import openpyxl
import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from coordination.actors import demo as cast
from coordination.actors.models import DistrictMembership
from coordination.audit import log
from coordination.jobs import files, queue
from coordination.jobs.models import Job
from coordination.resources import (
    activities,
    compiled,
    compiling,
    filling,
    parts,
    reviewing,
    snapshots,
    summary,
    summary_charts,
)
from coordination.resources.models import Compilation, Report, Version, Window
from coordination.ui import charts
from coordination.ui.amounts import shared_cents
from coordination.ui.spreadsheet import Sheet, write_xlsx
from coordination.writing.once import FIELD
from tests import snapshots as kept
from tests.bench import resources as bench
from tests.forums.test_pages_queries import cost

from . import recount
from .conftest import Scene, _build, _scene

CANARY = "kanarieutkastq"
DRAFTED = (Decimal("77.77"), 7_654_321)
"""The figures of what is not sent in: they stand nowhere else."""
WHY = "kanarievarförq flerspråkiga saknas"
FORMULA = "=HYPERLINK(0)"
PAGES = ("resources_summary", "resources_summary_export", "resources_behind", "compilations")


def _told() -> None:
    """A year with a report in every state: Leila's waits; Per's was returned and is written again;
    the office's is approved; the housing company has nothing to report; culture has begun."""
    _build()
    scene = _scene()
    leila = scene.begin()
    scene.add(leila, "Elevstödjare", "5", 2_250_001)
    scene.add(
        leila, "Mentorer", "1.01", 787_501, "Vivalla", "Oxhagen", "Centrum", level="individual"
    )
    scene.add(leila, FORMULA, "0.33", 100_000, "Vivalla", level="specific")
    ask(leila, "Fler elevstödjare", "2", 1_050_000)
    scene.fill(leila, "no", WHY)
    scene.file(leila)
    social = scene.begin(cast.SOCIAL)
    scene.add(social, "Uppsökande arbete", "1.5", 975_000, "Vivalla", "Oxhagen")
    scene.fill(social, "partly", "Få sökande")
    version = scene.file(social, "gunnar.ask")
    anna = scene.people["anna.ek"]
    reviewing.return_(version=version, remarks={2: "Vilka?"}, by=anna)
    draft(Report.objects.get(pk=social.pk))
    office = scene.begin(cast.OFFICE)
    scene.add(office, "Strategisk samordning", "0.67", 540_000, "Oxhagen")
    scene.fill(office)
    reviewing.approve(version=scene.file(office), by=anna)
    housing = scene.begin(cast.HOUSING)
    filling.report_nothing(report=housing, reason="Inget i år", by=housing.begun_by)
    scene.file(housing)
    draft(scene.begin(cast.CULTURE))


def draft(report: Report) -> None:
    fte, cost = DRAFTED
    activities.add(
        report=report,
        values={
            "name": CANARY,
            "level": "general",
            "fte": fte,
            "cost": Decimal(cost),
            "calculated": "booked",
            "comment": CANARY,
        },
        districts=[],
        by=report.begun_by,
    )


def ask(report: Report, what: str, fte: str, cost: int) -> None:
    part = report.parts.select_related("report__organisation", "report__window").get(number=6)
    asked = {
        "what": what,
        "why": "Det behövs.",
        "fte": Decimal(fte),
        "cost": Decimal(cost),
        "from_day": timezone.localdate(),
    }
    parts.save_requests(part=part, requests=[asked], revision=part.revision, by=report.begun_by)


@pytest.fixture
def scene(db) -> Scene:
    kept.given(_told)
    return _scene()


def of(scene: Scene, username: str = "anna.ek", window: Window | None = None) -> summary.Summary:
    return summary.of(scene.people[username], window or scene.this)


def cents(one: snapshots.Sum) -> tuple[int, int]:
    return int(one.fte * 100), int(one.cost * 100)


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def text(response: Any) -> str:
    return body(response).decode(errors="replace").replace("\N{NO-BREAK SPACE}", " ")


def made(scene: Scene, kind: str, username: str = "anna.ek") -> Compilation:
    """The file, made by its job."""
    window = scene.this if kind == "summary" else None
    one = compiling.ask(kind=kind, window=window, language="sv", by=scene.people[username])
    assert queue.run(Job.objects.get(kind=compiling.KIND, ids={"compilation": one.pk}).pk)
    one.refresh_from_db()
    return one


def content(one: Compilation) -> bytes:
    return files.path(one.file).read_bytes()


def rows_of(content: bytes) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    found = [list(row) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]
    book.close()
    return found


def pdf_text(content: bytes) -> str:
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return words.replace("\N{NO-BREAK SPACE}", " ")


# Figures -------------------------------------------------------------------------------------------


def test_every_figure_of_the_summary_is_as_sql_counts_it(scene):
    found, again = of(scene), recount.cells(scene.this.year)
    assert len({whose for whose, _area, _level in again}) == 3
    assert {cell: (one.fte, one.cost) for cell, one in found.read.cells.items()} == again
    by_level = recount.added(again, compiled.LEVEL)
    assert dict(zip(snapshots.LEVELS, map(cents, found.whole.levels), strict=True)) == {
        level: by_level.get((level,), (0, 0)) for level in snapshots.LEVELS
    }
    assert cents(found.whole.whole) == recount.added(again)[()]
    for lines, place in ((found.organisations, compiled.WHOSE), (found.areas, compiled.AREA)):
        sums = recount.added(again, place)
        assert {(one.key,): cents(one.whole) for one in lines if one.whole.cost} == sums
        assert sum(one.whole.fte for one in lines) == found.whole.whole.fte
    for year in found.years:
        sums = recount.added(recount.cells(year.year), compiled.LEVEL)
        levels = {(code,): cents(part) for code, part in year.line.by_level if part.cost}
        assert levels == sums
    before, this = (
        recount.added(recount.cells(one))[()] for one in (scene.before.year, scene.this.year)
    )
    change = found.years[0].change
    assert change is not None
    assert cents(change) == (this[0] - before[0], this[1] - before[1])


def test_the_file_holds_the_same_figures(scene, as_person):
    anna = as_person("anna.ek")
    address = reverse("resources_summary_export")
    again = recount.cells(scene.this.year)
    names = {one.organisation: one.name for one in of(scene).answers}
    with translation.override("sv"):
        levels = dict(summary.level_heads())
        expected = {
            (names[whose], summary.area_name(area), levels[level]): sums
            for (whose, area, level), sums in again.items()
        }
    table = list(csv.reader(io.StringIO(text(anna.get(address)).lstrip("\ufeff")), delimiter=";"))
    hundredths = lambda said: round(Decimal(said.replace(",", ".")) * 100)  # noqa: E731
    assert {
        (row[1], row[3], row[4]): (hundredths(row[5]), hundredths(row[6])) for row in table[1:]
    } == expected
    sheet = rows_of(body(anna.get(f"{address}?format=xlsx")))
    assert {
        (row[1], row[3], row[4]): (round(row[5] * 100), round(row[6] * 100))
        for row in sheet[1 : len(again) + 1]
    } == expected
    assert ["Fler elevstödjare", "Det behövs.", 2, 1_050_000] in [row[2:6] for row in sheet]
    assert log.events().filter(event="frame.list.exported").count() == 2


def test_each_figure_opens_the_activities_that_it_is_the_sum_of(scene, as_person):
    anna = as_person("anna.ek")
    page = text(anna.get(reverse("resources_summary"), {"year": scene.this.year}))
    links = set(re.findall(rf'href="({reverse("resources_behind")}\?[^"]*)"', page))
    assert len(links) > 15
    user = scene.people["anna.ek"]
    for link in links:
        shown = anna.get(link.replace("&amp;", "&"))
        found = shown.context["summary"]
        assert shown.context["rows"], link
        parts = [one.part for one, _level, _areas in shown.context["rows"]]
        assert sum(one.fte for one in parts) == found.whole.whole.fte
        assert sum(one.cost for one in parts) == found.whole.whole.cost
    vivalla = compiled.Narrow(area="Vivalla", level="individual")
    [one] = compiled.behind(user, vivalla, scene.this.year)
    assert (one.activity, one.part.fte, one.whole.fte) == (
        "Mentorer",
        Decimal("0.33"),
        Decimal("1.01"),
    )


def test_filters_narrow_every_table_and_chart(scene, as_person):
    anna, again = as_person("anna.ek"), recount.cells(scene.this.year)
    organisation = scene.organisation(cast.SOCIAL)
    asked = {"organisation": organisation.pk, "area": "Vivalla", "level": "general"}
    shown = anna.get(reverse("resources_summary"), asked).context["summary"]
    expected = sum(
        fte
        for (whose, area, level), (fte, _cost) in again.items()
        if (whose, area, level) == (organisation.pk, "Vivalla", "general")
    )
    assert cents(shown.whole.whole)[0] == expected == 75
    assert [one.name for one in shown.organisations] == [cast.SOCIAL]
    assert [one.name for one in shown.areas] == ["Vivalla"]
    whole = anna.get(reverse("resources_summary"), {"area": "-"}).context["summary"]
    assert cents(whole.whole.whole)[0] == 500
    odd = anna.get(reverse("resources_summary"), {"area": "Finns inte", "year": "x", "level": "7"})
    assert cents(odd.context["summary"].whole.whole) == recount.added(again)[()]


def shared_out(row: dict[str, Any]) -> dict[str, Any]:
    """With percentages for its districts; equally shared where they came to nothing."""
    weights = row.pop("weights")[: len(row["districts"])]
    if len(weights) < 2 or not any(weights):
        return row
    percentages = shared_cents(10_000, weights)
    return row | {"split": dict(zip(row["districts"], percentages, strict=True))}


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "level": st.sampled_from(snapshots.LEVELS),
            "districts": st.lists(st.sampled_from("ABCDEFG"), unique=True, max_size=7).map(sorted),
            "fte": st.integers(0, 99_999).map(lambda one: f"{one // 100}.{one % 100:02}"),
            "cost": st.integers(0, 10**13).map(lambda one: f"{one // 100}.{one % 100:02}"),
            "weights": st.just([0] * 7) | st.lists(st.integers(0, 9), min_size=7, max_size=7),
        }
    ).map(shared_out),
    max_size=30,
)


@given(st.lists(ROWS, max_size=5))
def test_the_parts_of_a_summary_are_together_exactly_the_whole(reports):
    year, coarse, reach = compiled.Year(), compiled.Year(), compiled.Reach("all")
    for number, rows in enumerate(reports):
        one = compiled.Sent(number, number, "", 2025, "approved", False, {"activities": rows})
        year.add(one, compiled.Narrow(), reach)
        coarse.add(one, compiled.Narrow(), reach, by_area=False)
    every = [row for rows in reports for row in rows]
    fte, kronor = (
        sum((Decimal(row[name]) for row in every), Decimal(0)) for name in ("fte", "cost")
    )
    for found in (year, coarse):
        for places in ((), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)):
            sums = found.by(*places).values()
            assert sum((one.fte for one in sums), Decimal(0)) == fte
            assert sum((one.cost for one in sums), Decimal(0)) == kronor
    for number, rows in enumerate(reports):
        expected = snapshots.totals({"activities": rows}).areas
        own = year.narrowed(compiled.Narrow(organisation=number)).by(compiled.AREA)
        assert {key: one for (key,), one in own.items()} == expected


# Drafts, and who gets what -------------------------------------------------------------------------


def test_no_draft_is_in_any_page_file_or_document(scene, as_person):
    assert Report.objects.filter(activities__name=CANARY).count() == 2
    anna = as_person("anna.ek")
    shown = [text(anna.get(reverse(page))) for page in PAGES]
    shown.append(str(rows_of(body(anna.get(f"{reverse('resources_summary_export')}?format=xlsx")))))
    shown.append(str(rows_of(content(made(scene, "rows")))))
    shown.append(pdf_text(content(made(scene, "summary"))))
    fte, cost = DRAFTED
    for one in shown:
        for draft in (
            CANARY,
            f"{fte}",
            f"{fte}".replace(".", ","),
            str(cost),
            f"{cost:,}".replace(",", " "),
        ):
            assert draft not in one
    page = of(scene)
    assert [(one.name, one.standing) for one in page.missing if one.standing] == [
        (cast.CULTURE, "draft")
    ]
    assert {one.name: one.state for one in page.answers} == {
        cast.UPPER_SECONDARY: "waiting",
        cast.SOCIAL: "returned",
        cast.OFFICE: "approved",
        cast.HOUSING: "waiting",
    }


def test_the_page_says_who_lacks_resources_who_has_not_answered_and_what_is_asked_for(
    scene, as_person
):
    page = text(as_person("anna.ek").get(reverse("resources_summary")))
    found = of(scene)
    assert [(one.name, one.enough) for one in found.short] == [
        (cast.UPPER_SECONDARY, "no"),
        (cast.SOCIAL, "partly"),
    ]
    assert [one.name for one in found.with_nothing] == [cast.HOUSING]
    for words in (WHY, "Få sökande", "Inget i år", "Fler elevstödjare", "1 050 000", cast.CULTURE):
        assert words in page
    assert not any(one.is_late for one in found.missing)
    assert all(one.is_late for one in of(scene, window=scene.before).missing)
    assert len(of(scene, window=scene.before).missing) > 5


@pytest.mark.parametrize(
    "username", ["leila.amiri", "per.holm", "bo.kvist", "nils.frisk", "tove.lind", "stina.alm"]
)
def test_a_reporter_of_another_administration_and_whoever_else_has_no_summary(
    scene, as_person, username
):
    one = compiling.ask(kind="rows", window=None, language="sv", by=scene.people["anna.ek"])
    client = as_person(username)
    assert [client.get(reverse(page)).status_code for page in PAGES] == [404] * len(PAGES)
    assert client.get(reverse("compilation_file", args=[one.pk])).status_code == 404
    assert client.post(reverse("compilations"), {"kind": "rows"}).status_code == 404
    assert reverse("resources_summary") not in text(client.get(reverse("start")))


def test_managers_get_the_figures_of_what_is_approved_and_no_texts(scene, as_person):
    gunnar = as_person("gunnar.ask")
    approved = recount.cells(scene.this.year, "v.state = 'approved'")
    page = gunnar.get(reverse("resources_summary"))
    assert cents(page.context["summary"].whole.whole) == recount.added(approved)[()]
    both = text(page) + text(gunnar.get(reverse("resources_summary_export")))
    for words in (
        WHY,
        "Fler elevstödjare",
        cast.CULTURE,
        reverse("resources_behind"),
        "Elevstödjare",
    ):
        assert words not in both
    assert gunnar.get(reverse("resources_behind")).status_code == 404
    assert gunnar.post(reverse("compilations"), {"kind": "rows"}).status_code == 200
    assert not Compilation.objects.exists()
    words = pdf_text(content(made(scene, "summary", "gunnar.ask")))
    assert cast.OFFICE in words
    assert WHY not in words
    assert cast.UPPER_SECONDARY not in words


def test_coordinators_of_districts_get_their_own_districts_and_no_organisation(scene, as_person):
    own = set(
        DistrictMembership.objects.filter(user=scene.people["jonas.berg"]).values_list(
            "district__name", flat=True
        )
    )
    assert own == {"Oxhagen", "Varberga"}
    jonas = as_person("jonas.berg")
    page = jonas.get(reverse("resources_summary"))
    found = page.context["summary"]
    assert [one.name for one in found.areas] == sorted(own)
    assert cents(found.whole.whole) == (67, 54_000_000)
    shown = text(page) + text(jonas.get(reverse("resources_summary_export")))
    for words in (cast.OFFICE, cast.UPPER_SECONDARY, "Centrum", WHY):
        assert words not in shown


# Charts --------------------------------------------------------------------------------------------


def test_the_charts_say_the_figures_of_the_summary(scene):
    with translation.override("sv"):
        found = of(scene)
        drawn = summary_charts.of(found)
    assert len(drawn) == 6
    standing, posts, money, moved, areas, enough = drawn
    assert standing.finding == "4 av 9 rapporter är inskickade; godkända: 1"
    assert sum(row.values[0] for row in standing.rows) == 9
    assert sum(sum(row.values) for row in posts.rows) == found.whole.whole.fte
    assert sum(sum(row.values) for row in money.rows) == found.whole.whole.cost
    assert [(row.name, row.values) for row in moved.rows] == [
        (cast.UPPER_SECONDARY, (Decimal("7.75"), Decimal("6.34")))
    ]
    assert sum(sum(row.values) for row in areas.rows) == found.whole.whole.fte
    assert [row.values for row in enough.rows] == [(1,), (1,), (1,)]
    for one in drawn:
        assert one.finding in one.drawings[0]
        for _name, said in one.table:
            assert all(
                value.replace("\N{NO-BREAK SPACE}", " ")
                in "".join(one.drawings).replace("\N{NO-BREAK SPACE}", " ")
                for value in said
            )


def test_bars_begin_at_zero_are_as_long_as_their_numbers_and_named_beside_them():
    rows = [charts.Row(f"<Rad {number}>", (number, 2 * number)) for number in range(1, 11)]
    one = charts.bars(
        finding="Flest i <tio>", about="", first="Rad", series=["A", "B"], rows=rows, say=str
    )
    svg = "".join(one.drawings)
    bars = re.findall(
        r'<rect class="chart__part chart__part--(\d)" x="([\d.]+)%" y="\d+" width="([\d.]+)%"', svg
    )
    assert [float(width) for _look, _x, width in bars] == [
        round(value / 20 * charts.LONGEST_BAR, 2) for row in rows for value in row.values
    ]
    assert {x for _look, x, _width in bars} == {"0.00"}
    assert "<Rad" not in svg
    assert "&lt;Rad 10&gt;" in svg
    assert len(one.drawings) == 2
    assert "style=" not in svg
    with pytest.raises(ValueError, match="series"):
        charts.bars(finding="", about="", first="", series="ABCDE", rows=[], say=str)
    empty = charts.heat(
        finding="", about="", first="", series=["A"], rows=[charts.Row("x", (0,))], say=str
    )
    assert 'stroke-dasharray="4 3"' in empty.drawings[0]


# Files ---------------------------------------------------------------------------------------------


def test_the_workbook_has_every_row_of_every_year_and_no_formula(scene, as_person):
    one = made(scene, "rows")
    table = rows_of(content(one))
    expected = sum(len(version.content["activities"]) for version in Version.objects.all())
    assert one.rows == expected == len(table) - 1 == 8
    assert {row[0] for row in table[1:]} == {scene.before.year, scene.this.year}
    book = openpyxl.load_workbook(io.BytesIO(content(one)))
    assert not any(cell.data_type == "f" for row in book.active.iter_rows() for cell in row)
    assert f"'{FORMULA}" in [row[3] for row in table]
    sums = {whose: Decimal(0) for whose in {row[1] for row in table[1:]}}
    for row in table[1:]:
        if row[0] == scene.this.year:
            sums[row[1]] += Decimal(str(row[6]))
    assert sums[cast.UPPER_SECONDARY] == Decimal("6.34")
    anna, oskar = as_person("anna.ek"), as_person("oskar.lind")
    address = reverse("compilation_file", args=[one.pk])
    assert body(anna.get(address)) == content(one)
    assert oskar.get(address).status_code == 404
    events = set(log.events().values_list("event", flat=True))
    assert {"resources.compilation.asked", "resources.compilation.opened"} <= events


def test_the_document_is_tagged_and_says_what_the_page_says(scene):
    one = made(scene, "summary")
    with pikepdf.open(io.BytesIO(content(one))) as opened:
        assert opened.Root.MarkInfo.Marked is True
        assert opened.Root.Lang == "sv"
        assert 'pdfuaid:part="1"' in opened.Root.Metadata.read_bytes().decode()
        figures = [
            thing
            for thing in opened.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/Figure"
        ]
        with translation.override("sv"):
            drawn = summary_charts.of(of(scene))
        pieces = sum(len(chart.drawings) for chart in drawn)
        alternatives = {str(figure.get("/Alt")) for figure in figures}
        assert len(figures) == pieces
        for chart in drawn:
            assert any(chart.finding in said for said in alternatives)
    words = pdf_text(content(one))
    for said in (cast.OFFICE, "6,34", WHY.split()[1], "Fler elevstödjare", str(scene.before.year)):
        assert said in words


def test_a_file_is_asked_for_once_waited_for_and_gone_in_a_week(scene, as_person):
    anna, address = as_person("anna.ek"), reverse("compilations")
    sent = {
        "kind": "summary",
        "year": scene.this.year,
        FIELD: "6f1c8a52-9d1c-4a6e-8d4e-3b8f2b1f0a11",
    }
    assert anna.post(address, sent).url == anna.post(address, sent).url == address
    one = Compilation.objects.get()
    waits = text(anna.get(address))
    assert f'<progress max="100" value="{one.share}"' in waits
    assert "data-progress" in waits
    assert anna.get(reverse("compilation_file", args=[one.pk])).url == address
    job = Job.objects.get(kind=compiling.KIND)
    Job.objects.filter(pk=job.pk).update(
        state="failed", done_at=timezone.now(), last_error="OSError"
    )
    assert "Beställ den igen" in text(anna.get(address))
    Job.objects.filter(pk=job.pk).update(state="due", done_at=None)
    assert queue.run(job.pk)
    ready = text(anna.get(address))
    assert "data-progress" not in ready
    assert reverse("compilation_file", args=[one.pk]) in ready
    assert compiling.sweep() == 0
    assert compiling.sweep(now=timezone.now() + compiling.KEPT) == 1
    assert not files.path(one.file).exists()
    assert anna.get(reverse("compilation_file", args=[one.pk])).url == address


def test_a_file_is_handed_out_only_while_its_maker_may_read_as_much(scene, as_person):
    one = made(scene, "summary", "gunnar.ask")
    gunnar, address = as_person("gunnar.ask"), reverse("compilation_file", args=[one.pk])
    assert body(gunnar.get(address)) == content(one)
    Compilation.objects.filter(pk=one.pk).update(reach="all")
    assert gunnar.get(address).status_code == 302


def test_a_file_with_a_report_that_was_opened_again_is_its_readers_no_longer(scene, as_person):
    """Gunnar reads what is approved; Anna every version, so hers stays."""
    lost, kept = made(scene, "summary", "gunnar.ask"), made(scene, "summary")
    gunnar, anna = as_person("gunnar.ask"), as_person("anna.ek")
    address = reverse("compilation_file", args=[lost.pk])
    assert body(gunnar.get(address)) == content(lost)
    approved = Version.objects.filter(state="approved", report__window=scene.this).first()
    reviewing.reopen(version=approved, reason="Fel år.", by=scene.people["anna.ek"])
    assert gunnar.get(address).status_code == 302
    page = text(gunnar.get(reverse("compilations")))
    assert address not in page
    assert "Kan inte hämtas längre" in page
    assert body(anna.get(reverse("compilation_file", args=[kept.pk]))) == content(kept)


# Size ----------------------------------------------------------------------------------------------

QUERIES = {"resources": 10, "resources_summary": 12, "resources_behind": 8, "compilations": 6}


@pytest.mark.parametrize("size", [(1, 1), (30, 3)])
def test_the_pages_cost_the_same_however_many_reports(scene, as_person, size):
    bench.fill(*size, 4, by=scene.people["anna.ek"])
    found = {page: cost(as_person("anna.ek"), reverse(page)) for page in QUERIES}
    assert found == QUERIES


def test_the_workbook_is_written_in_bounded_memory_and_one_reading(scene, monkeypatch):
    monkeypatch.setattr(compiled, "CHUNK", 4)
    peaks, anna = [], scene.people["anna.ek"]
    made(scene, "rows")
    for organisations in (4, 24):
        bench.fill(organisations, 2, 12, by=anna)
        tracemalloc.start()
        one = made(scene, "rows")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert one.rows == organisations * 2 * 12 + 8
        assert one.share == 100
    with CaptureQueriesContext(connection) as caught:
        assert len(list(compiled.sent(anna, compiled.Narrow()))) == 24 * 2 + 5
    assert sum('."content"' in query["sql"] for query in caught) == 1
    # Six times the rows: what is held is a few versions, never the table.
    assert peaks[1] < peaks[0] * 1.2


def test_rows_of_a_workbook_are_taken_one_at_a_time():
    taken: list[int] = []

    def rows():
        for number in range(1000):
            taken.append(number)
            yield [number, Decimal("0.5"), "+1"]

    out = io.BytesIO()
    write_xlsx(out, [Sheet("Rader", ["A", "B", "C"], rows())])
    assert len(taken) == 1000
    assert rows_of(out.getvalue())[1] == [0, 0.5, "'+1"]
