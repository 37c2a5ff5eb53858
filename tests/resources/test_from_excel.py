"""Part 1 from a spreadsheet: what is read of it, what is asked, and that all of it is saved or nothing."""

import io
import re
import uuid
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from coordination.resources import activities, columns, pasted, taking_in
from coordination.resources.models import Report
from coordination.resources.refusals import Ask, ChangedMeanwhile
from coordination.ui.uploads import Unfit
from coordination.writing.once import FIELD

from .conftest import NEEDED
from .test_pages import text

HEAD = (
    "Verksamhet\tNivå\tOmråde\tÅrsarbetskrafter\tKostnad (kr)\tBeräknat\tKommentar\tUpphört, varför"
)
SUPPORT = "Elevstödjare\tGenerell\tHela kommunen\t6,5\t3 412 500\tBokfört\tTvå nya tjänster"
HEALTH = "Elevhälsa, samtalsstöd\tSpecifik\thela kommunen\t2.25\t1462500\tbokfört"
MENTORS = (
    "Mentorer introduktionsprogram\tIndividinriktad\tVivalla, Oxhagen (lika delar)\t1,5\t787 500 kr"
    "\tBokfört"
)
CIRCLE = "Studiecirkel demokrati\tGenerell\tCentrum\t\t0\t–\t\tprojektet avslutat i juni"


def sheet(*rows: str, head: str = HEAD) -> str:
    return "\n".join((head, *rows))


def read(*rows: str, head: str = HEAD) -> columns.Sheet:
    return columns.read(pasted.lines_of(sheet(*rows, head=head)))


def faults(*rows: str, head: str = HEAD) -> list[dict[str, str]]:
    return [one.faults for one in read(*rows, head=head).rows]


@pytest.fixture(autouse=True)
def unscanned(settings) -> None:
    settings.UPLOADS_UNSCANNED = True


@pytest.fixture
def report(scene) -> Report:
    return scene.begin(copy=True)


@pytest.fixture
def page(report, as_person):
    """Sends the form of Leila's page, and gives the answer."""
    leila, address = as_person("leila.amiri"), reverse("activities_paste", args=[report.pk])

    def send(rows: str | None = None, **more):
        return leila.post(address, ({} if rows is None else {"rows": rows}) | more)

    return send


def confirmed(page, rows: str, **said):
    """What is seen first, and then confirmed as it was seen."""
    shown = page(rows, **said)
    return page(rows, save="1", seen=shown.context["seen"], **said)


def rows_of(report: Report) -> dict[str, tuple[Decimal, Decimal]]:
    return {one.name: (one.fte, one.cost) for one in report.activities.order_by("pk")}


def test_rows_are_read_as_swedes_write_them(scene):
    first, second, third, fourth = read(SUPPORT, HEALTH, MENTORS, CIRCLE).rows
    assert not first.faults | second.faults | third.faults | fourth.faults
    assert (first.values["fte"], first.values["cost"]) == (Decimal("6.5"), Decimal(3_412_500))
    assert (second.values["fte"], second.values["cost"]) == (Decimal("2.25"), Decimal(1_462_500))
    places, split = third.values["districts"]
    assert (sorted(one.name for one in places), split) == (["Oxhagen", "Vivalla"], None)
    assert fourth.values["ended"] == "projektet avslutat i juni"
    dotted = read("Kurs\tgenerell\tCentrum\t0,05\t1.200.000:-\tBokfört").rows[0]
    assert (dotted.values["cost"], dotted.faults) == (Decimal(1_200_000), {})
    shared = read("Kurs\tGenerell\tVivalla 33,3 %, Oxhagen 66,7 %\t1\t600000\tBokfört").rows[0]
    assert sorted(shared.values["districts"][1].values()) == [3330, 6670]


def test_each_fault_is_told_at_its_own_cell(scene):
    wrong, empty, cells, areas = faults(
        "Kurs\tAllmän\tVivala\t6,555\t3 412,5\tGissat",
        "\t\t\tmånga\t-5",
        "Kurs 2\t=A1\tVivalla\t2026-05-06\t#SAKNAS!\tBokfört\t19121212-1212",
        "Kurs 3\tGenerell\tVivalla 50 %, Oxhagen 40 %\t1\t787,5 tkr\tBokfört",
    )
    assert (
        "Menade du 1\N{NO-BREAK SPACE}200\N{NO-BREAK SPACE}000 kr?"
        in (faults("Kurs\tGenerell\tVivalla\t1\t1,2 mnkr\tBokfört")[0]["cost"])
    )
    assert wrong == {
        "level": "”Allmän” är inte känt.",
        "districts": "”Vivala” är inte känt.",
        "fte": "Årsarbetskrafter får ha högst två decimaler",
        "cost": "Ange kostnaden i hela kronor. Menade du 3\N{NO-BREAK SPACE}412\N{NO-BREAK SPACE}500 kr?",
        "calculated": "”Gissat” är inte känt.",
    }
    assert set(empty) == {"name", "level", "districts", "fte", "cost", "calculated"}
    assert set(cells) == {"level", "fte", "cost", "comment"}
    assert "formel" in cells["level"]
    assert "datum" in cells["fte"]
    assert "personnummer" in cells["comment"]
    assert set(areas) == {"districts", "cost"}
    assert "Menade du 787\N{NO-BREAK SPACE}500 kr?" in areas["cost"]


def test_a_column_in_thousands_is_read_as_it_says(scene):
    head = HEAD.replace("Kostnad (kr)", "Kostnad (tkr)")
    row = "Kurs\tGenerell\tCentrum\t1\t{}\tBokfört"
    assert read(row.format("787,5"), head=head).rows[0].values["cost"] == Decimal(787_500)
    assert read(row.format("1 200 tkr"), head=head).rows[0].values["cost"] == Decimal(1_200_000)
    for doubtful in ("1.200", "787 500 kr", "0,1234"):
        assert set(faults(row.format(doubtful), head=head)[0]) == {"cost"}, doubtful


def test_columns_are_known_by_name_or_by_their_order(scene):
    turned = read(
        "1\tKurs\tBokfört\t600000\tCentrum\tGenerell\tGul",
        head=("ÅA\tVERKSAMHET\tBeräknat hur?\tkronor\tOmråde\tFörebyggande nivå\tFärg"),
    )
    assert (turned.rows[0].values["name"], turned.rows[0].faults) == ("Kurs", {})
    assert turned.ignored == ["Färg"]
    assert read(HEALTH, head="Resursrapport\n\n" + HEAD).rows[0].number == 4
    assert columns.read(pasted.lines_of(HEALTH)).rows[0].values["cost"] == Decimal(1_462_500)
    for head, words in (
        (HEAD.replace("\tOmråde", ""), "Område"),
        (HEAD.replace("Kommentar", "Kostnad"), "två gånger"),
    ):
        with pytest.raises(Unfit, match=words):
            read(HEALTH, head=head)
    with pytest.raises(Unfit, match="rubrikraden"):
        columns.read(pasted.lines_of("Kurs\t1\t2"))
    with pytest.raises(Unfit, match="60"):
        read(*[HEALTH] * 61)


def test_cells_of_several_lines_and_quotation_marks_are_kept_apart():
    (line,) = pasted.lines_of('"Kurs\nför ""alla"""\t"Trygg" skola\t"öppet')
    assert line.cells == ['Kurs för "alla"', '"Trygg" skola', '"öppet']
    assert [one.number for one in pasted.lines_of("a\r\n\r\nb\tc\n\n")] == [1, 3]


def test_nothing_is_saved_until_it_is_confirmed_and_then_all_of_it(report, page):
    before = rows_of(report)
    rows = sheet(SUPPORT, HEALTH, MENTORS, CIRCLE)
    shown = page(rows)
    outcomes = [row.outcome.value for row, _tone in shown.context["rows"]]
    assert outcomes == ["double", "same", "add", "end"]
    assert rows_of(report) == before
    unsaid = page(rows, save="1", seen=shown.context["seen"], why_2="")
    for words in ("Välj vad som ska göras med raden", "Skriv kort varför det stämmer"):
        assert words in text(unsaid)
    assert rows_of(report) == before
    saved = confirmed(page, rows, choice_2="replace", why_2="Två nya tjänster")
    assert saved.url == reverse("report_part", args=[report.parts.get(number=1).pk])
    assert rows_of(report) == {
        "Elevstödjare": (Decimal("6.5"), Decimal(3_412_500)),
        "Elevhälsa, samtalsstöd": (Decimal("2.25"), Decimal(1_462_500)),
        "Studiecirkel demokrati": (Decimal(0), Decimal(0)),
        "Mentorer introduktionsprogram": (Decimal("1.5"), Decimal(787_500)),
    }
    assert report.activities.get(name="Studiecirkel demokrati").ended == "projektet avslutat i juni"
    again = [row.outcome.value for row, _tone in page(rows).context["rows"]]
    assert again == ["same"] * 4


def test_a_faulty_row_keeps_all_rows_out_and_the_text_in(report, page):
    before = rows_of(report)
    rows = sheet(MENTORS, "Kurs\tGenerell\tVivala\t1\t600000\tBokfört")
    answer = page(rows, save="1", seen="x")
    said = text(answer)
    assert "Rad 3, Område: ”Vivala” är inte känt." in said
    assert "error-summary" in said
    assert "Mentorer introduktionsprogram\tIndividinriktad" in said
    assert rows_of(report) == before


def test_a_double_is_replaced_added_or_left_out(report, page):
    other = "Elevhälsa, samtalsstöd\tSpecifik\tVivalla\t2\t1 400 000\tUppskattat"
    row = report.activities.get(name="Elevhälsa, samtalsstöd")
    assert "Är det samma verksamhet?" in text(page(sheet(other)))
    confirmed(page, sheet(other), choice_2="leave")
    assert report.activities.count() == 3
    confirmed(page, sheet(other), choice_2="add")
    assert report.activities.filter(name=row.name).count() == 2
    mine = sheet("Elevhälsa, samtalsstöd\tSpecifik\tHela kommunen\t2\t1 400 000\tUppskattat")
    confirmed(page, mine, choice_2="replace")
    row.refresh_from_db()
    assert (row.fte, row.cost, row.is_checked) == (2, 1_400_000, True)
    assert "Rad 2 gäller samma verksamhet." in text(page(sheet(MENTORS, MENTORS)))


def test_a_name_that_is_nearly_one_of_the_reports_is_asked_about(report, page):
    nearly = "{}\tSpecifik\tHela kommunen\t2\t1 400 000\tUppskattat"
    for written in ("Elevhälsa samtalsstöd", "ELEVHÄLSA - samtalstöd"):
        shown = page(sheet(nearly.format(written)))
        assert [row.outcome.value for row, _tone in shown.context["rows"]] == ["double"]
        assert "Rapporten har redan ”Elevhälsa, samtalsstöd”" in text(shown)
    for written in ("Elevhälsa, samtalsstöd 2", "Elevhälsa, föräldrastöd"):
        shown = page(sheet(nearly.format(written)))
        assert [row.outcome.value for row, _tone in shown.context["rows"]] == ["add"]
    # Beside the very name, what is nearly it is something else.
    both = page(sheet(nearly.format("Elevhälsa samtalsstöd"), HEALTH))
    assert [row.outcome.value for row, _tone in both.context["rows"]] == ["add", "same"]


def test_thousands_in_a_row_become_kronor_after_a_question(report, page):
    tkr = "Lovkurs\tGenerell\tCentrum\t1,5\t788\tBokfört"
    million = "Läger\tGenerell\tCentrum\t0,5\t315000000\tBokfört"
    shown = text(page(sheet(tkr, million)))
    assert "Är det skrivet i tusental kronor?" in shown
    assert "Är det tre nollor för mycket?" in shown
    assert "error-summary" not in shown
    one = page(sheet(tkr, million), unit="2")
    assert "788 000" in one.context["form"]["rows"].value()
    both = page(sheet(tkr, million), unit="all")
    mended = both.context["form"]["rows"].value()
    assert not any(row.questions for row, _tone in both.context["rows"])
    assert not report.activities.filter(name="Läger").exists()
    page(mended, save="1", seen=both.context["seen"])
    assert rows_of(report)["Läger"][1] == 315_000
    asked = page(sheet("Material\tGenerell\tCentrum\t1,5\t900\tBokfört"))
    assert asked.context["rows"][0][0].questions[0].kind == "thousands"
    confirmed(page, sheet("Material\tGenerell\tCentrum\t1,5\t900\tBokfört"), why_2="Bara material.")
    assert report.activities.get(name="Material").comment == "Bara material."


def test_a_column_that_is_not_there_takes_nothing_away(report, page):
    own = report.activities.get(name="Elevhälsa, samtalsstöd")
    report.activities.filter(pk=own.pk).update(comment="Två skolor")
    short = HEAD.partition("\tKommentar")[0]
    rows = sheet(HEALTH.replace("1462500", "1500000"), head=short)
    confirmed(page, rows, choice_2="replace")
    own.refresh_from_db()
    assert (own.cost, own.comment) == (1_500_000, "Två skolor")


def test_thirty_rows_are_shown_for_the_same_as_one(page, django_assert_max_num_queries):
    def shown(count: int) -> int:
        rows = [MENTORS.replace("Mentorer", f"Kurs {number}") for number in range(count)]
        with django_assert_max_num_queries(100) as counted:
            assert page(sheet(*rows)).status_code == 200
        return len(counted)

    shown(1)  # The first page of a session asks for more.
    assert [shown(1), shown(30)] == [QUERIES] * 2


QUERIES = 14


def test_what_is_saved_is_what_was_seen(report, page, scene):
    rows = sheet(MENTORS)
    seen = page(rows).context["seen"]
    changed = page(sheet(MENTORS.replace("1,5", "2")), save="1", seen=seen)
    assert "har ändrats sedan du såg dem" in text(changed)
    scene.add(report, "Mentorer introduktionsprogram", "1", 600_000)
    late = page(rows, save="1", seen=seen)
    assert "har ändrats sedan du såg dem" in text(late)
    assert [row.outcome.value for row, _tone in late.context["rows"]] == ["double"]
    assert rows_of(report)["Mentorer introduktionsprogram"] == (1, 600_000)


def test_two_who_bring_rows_at_once_come_to_one_whole(scene, race):
    report = scene.begin()
    part = report.parts.select_related("report").get(number=1)
    lines = pasted.lines_of(sheet(*[MENTORS.replace("Mentorer", f"Kurs {n}") for n in range(5)]))

    def bring():
        rows = taking_in.judged(report, columns.read(lines).rows)
        return lambda: taking_in.take_in(
            part=part, rows=rows, decisions={}, revision=part.revision, by=report.begun_by
        )

    answers = race(bring(), bring())
    assert sorted(map(str, map(type, answers))) == sorted(map(str, (int, ChangedMeanwhile)))
    assert race.alone(lambda: report.activities.count()) == 5


def test_all_rows_or_none_when_the_last_one_is_refused(report):
    part = report.parts.select_related("report").get(number=1)
    rows = taking_in.judged(report, read(MENTORS, "Kurs\tGenerell\tCentrum\t1\t600\tBokfört").rows)
    with pytest.raises(Ask):
        taking_in.take_in(
            part=part, rows=rows, decisions={}, revision=part.revision, by=report.begun_by
        )
    assert report.activities.count() == 3


def test_the_same_form_twice_saves_once(report, page):
    key = {FIELD: str(uuid.uuid4())}
    rows = sheet(MENTORS)
    seen = page(rows).context["seen"]
    first, second = (page(rows, save="1", seen=seen, **key) for _again in range(2))
    assert first.url == second.url
    assert report.activities.count() == 4


# The workbook --------------------------------------------------------------------------------------


@pytest.fixture
def template(report, as_person):
    """Leila's workbook, opened."""
    sent = as_person("leila.amiri").get(reverse("activities_template", args=[report.pk]))
    assert re.search(r'filename="verksamheter-[\d-]+\.xlsx"', sent["Content-Disposition"])
    return openpyxl.load_workbook(io.BytesIO(b"".join(sent.streaming_content)))


def saved_as(book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(page, content: bytes, name: str = "mall.xlsx"):
    return page(read="1", file=SimpleUploadedFile(name, content))


def test_the_template_holds_the_rows_and_what_may_stand_there(report, template, scene):
    first = template.worksheets[0]
    assert template.sheetnames == ["Verksamheter", "Så fyller du i", "Tillåtna värden"]
    assert [cell.value for cell in first[1]][:5] == [
        "Verksamhet",
        "Förebyggande nivå",
        "Område",
        "Årsarbetskrafter",
        "Kostnad (kr)",
    ]
    assert [cell.value for cell in first[3]][:5] == [
        "Elevhälsa, samtalsstöd",
        "Specifik",
        "Hela kommunen",
        2.25,
        1462500,
    ]
    rules = {str(rule.sqref): rule for rule in first.data_validations.dataValidation}
    assert set(rules) == {f"{column}2:{column}61" for column in "BCDEF"}
    assert rules["B2:B61"].formula1 == "'Tillåtna värden'!$A$2:$A$4"
    allowed = template["Tillåtna värden"]
    assert [allowed.cell(row, 1).value for row in (2, 3, 4)] == [
        "Generell",
        "Specifik",
        "Individinriktad",
    ]
    assert "Vivalla" in [cell.value for cell in allowed["B"]]
    assert rules["E2:E61"].type == "whole"
    assert first.column_dimensions["I"].hidden
    assert any("hela kronor" in str(cell.value) for cell in template["Så fyller du i"]["A"])


def test_the_template_comes_back_and_changes_only_what_was_changed(report, template, page):
    untouched = upload(page, saved_as(template))
    assert [row.outcome.value for row, _tone in untouched.context["rows"]] == ["same"] * 3
    assert "Allt finns redan i rapporten." in text(untouched)
    sheet_one = template.worksheets[0]
    # Another name and other figures: the key says which row it is, and nothing is asked.
    sheet_one["A3"], sheet_one["D3"], sheet_one["E3"] = "Samtalsstöd", 2.5, 1_500_000
    sheet_one.append(["Läger", "Generell", "Vivalla; Oxhagen", 0.1 + 0.2, 195_000, "Bokfört"])
    shown = upload(page, saved_as(template))
    found = {row.said.texts["name"]: row.outcome.value for row, _tone in shown.context["rows"]}
    assert found["Samtalsstöd"] == "change"
    rows = shown.context["form"]["rows"].value()
    done = page(rows, save="1", seen=shown.context["seen"])
    assert done.status_code == 302, text(done)
    assert rows_of(report)["Samtalsstöd"] == (Decimal("2.5"), 1_500_000)
    assert rows_of(report)["Läger"] == (Decimal("0.3"), 195_000)
    assert "Elevhälsa, samtalsstöd" not in rows_of(report)


def test_pasted_and_handed_in_the_same_rows_are_the_same(report, page):
    book = openpyxl.Workbook()
    for line in sheet(SUPPORT, HEALTH, MENTORS).split("\n"):
        book.active.append(line.split("\t"))
    by_file, by_hand = upload(page, saved_as(book)), page(sheet(SUPPORT, HEALTH, MENTORS))
    assert by_file.context["form"]["rows"].value() == sheet(SUPPORT, HEALTH, MENTORS)
    assert by_file.context["seen"] == by_hand.context["seen"]


def _book(change) -> bytes:
    book = openpyxl.Workbook()
    for line in sheet(SUPPORT, HEALTH).split("\n"):
        book.active.append(line.split("\t"))
    change(book)
    return saved_as(book)


def _set(cell: str, value):
    return lambda book: book.active.__setitem__(cell, value)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (_book(lambda book: book.active.merge_cells("A2:A3")), "a.xlsx", "sammanfogade"),
        (_book(lambda book: book.active.delete_rows(1, 9)), "a.xlsx", "är tomt"),
        (_book(lambda book: book.active.delete_rows(2, 9)), "a.xlsx", "inga rader"),
        (
            _book(_set("D2", "=SUM(1,2)")),
            "a.xlsx",
            "Rad 2, Årsarbetskrafter: Cellen innehåller en formel",
        ),
        (_book(_set("E2", "#REF!")), "a.xlsx", "Rad 2, Kostnad (kr): Cellen"),
        (_book(_set("C1", "Plats")), "a.xlsx", "Område"),
        (b"PK\x03\x04 not a workbook", "a.xlsx", "något annat"),
        (b"%PDF-1.7", "a.pdf", "CSV-fil eller en Excelbok"),
        (b"\xd0\xcf\x11\xe0 old", "a.xls", "CSV-fil eller en Excelbok"),
        (b"", "a.xlsx", "tom"),
        ("Verksamhet;Nivå\nKurs;Generell".encode(), "a.csv", "Kostnad (kr)"),
        (b"\0\1\2\3" * 50, "a.csv", "ingen text"),
        (
            _book(lambda book: [book.active.append(HEALTH.split("\t")) for _n in range(200)]),
            "a.xlsx",
            "Högst 60 rader",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_file_is_answered_in_words(report, page, content, name, words):
    answer = upload(page, content, name)
    assert answer.status_code == 200
    assert words in text(answer)
    assert report.activities.count() == 3


def test_a_file_that_grows_without_bound_is_not_read(report, page, settings):
    book = openpyxl.Workbook(write_only=True)
    many = book.create_sheet()
    for _row in range(1_500):
        many.append(["Kurs " * 200] * 20)
    big = io.BytesIO()
    book.save(big)
    assert "Dela upp dem" in text(upload(page, big.getvalue()))
    with zipfile.ZipFile(io.BytesIO(big.getvalue())) as package:
        unpacked = sum(part.file_size for part in package.infolist())
    assert unpacked > pasted.LARGEST_UNPACKED
    endless = "a;b\n" * (pasted.MOST_LINES + 5)
    assert "Dela upp dem" in text(upload(page, endless.encode(), "a.csv"))


def test_a_file_that_the_scanner_has_not_cleared_is_not_taken(report, page, settings):
    settings.UPLOADS_UNSCANNED = False
    settings.CLAMD = ""
    assert "virus" in text(upload(page, _book(lambda book: None)))


# Shared out ----------------------------------------------------------------------------------------


def test_an_activity_is_shared_out_as_somebody_says(report, scene, as_person):
    row = scene.add(report, "Mentorer", "1.5", 787_501, "Vivalla", "Oxhagen")
    leila, address = as_person("leila.amiri"), reverse("activity_split", args=[row.pk])
    vivalla, oxhagen = (row.districts.get(name=name).pk for name in ("Vivalla", "Oxhagen"))
    said = {"version": "1", f"{vivalla}-share": "33,33", f"{oxhagen}-share": "66,66"}
    assert "Tillsammans är andelarna 99,99 %" in text(leila.post(address, said))
    said[f"{oxhagen}-share"] = "66,67 %"
    assert leila.post(address, said).status_code == 302
    row.refresh_from_db()
    assert row.area.replace("\N{NO-BREAK SPACE}", " ") == "Oxhagen 66,67 %, Vivalla 33,33 %"
    activities.change(
        activity=row,
        values=NEEDED | {"name": row.name, "fte": Decimal(2), "cost": Decimal(900_000)},
        districts=list(row.districts.all()),
        revision=2,
        by=report.begun_by,
    )
    row.refresh_from_db()
    assert sum(row.split.values()) == activities.WHOLE, "other figures keep the shares"
    sent = leila.get(reverse("activities_template", args=[report.pk]))
    book = SimpleUploadedFile("mall.xlsx", b"".join(sent.streaming_content))
    back = leila.post(reverse("activities_paste", args=[report.pk]), {"read": "1", "file": book})
    outcomes = {one.outcome.value for one, _tone in back.context["rows"]}
    assert outcomes == {"same"}, "the shares come back as they went"
    assert leila.post(address, {"version": "3", "equally": "1"}).status_code == 302
    row.refresh_from_db()
    assert row.split == {}
