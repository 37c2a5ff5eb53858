"""Lists as files: the rows and the order of the page, nobody else's, and opened right by a spreadsheet."""

import csv
import datetime as dt
import io
import re

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coordination.audit import log
from coordination.frame import exports
from coordination.ui.spreadsheet import xlsx_file
from forums import actions, decisions, meetings, proceedings
from forums.models import Meeting
from forums.owners import Owner
from tests.forums.test_decisions import decide, finish
from tests.forums.test_pages_queries import fill

pytestmark = pytest.mark.django_db

LISTS = {"meetings": "/moten/", "decisions": "/beslut/", "actions": "/atgarder/"}


def body(response) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def excel_reads(content: bytes) -> list[list[str]]:
    """The rows as Excel with Swedish settings splits them: the mark says UTF-8, semicolons divide."""
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    assert "\n" not in text.replace("\r\n", "")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))


def sheet_of(content: bytes) -> list[list]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    [sheet] = book.worksheets
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def as_text(value) -> str:
    if isinstance(value, dt.datetime):
        # A workbook knows no days, only moments.
        return value.strftime("%Y-%m-%d" if value.time() == dt.time() else "%Y-%m-%d %H:%M")
    return "" if value is None else str(value)


def anna(sample) -> Client:
    client = Client()
    client.force_login(sample.anna)
    return client


# Whose rows ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("name", LISTS)
def test_a_file_holds_what_the_person_may_see_and_no_word_of_others(
    world, signed_in_as, name, format
):
    """The client of the tests cries at any canary that is another's, in any part of a workbook."""
    for username in ("anna.ek", "maria.sten", "per.holm", "eva.strand", "leila.amiri", "ulla.vik"):
        client = signed_in_as(username)
        shown = re.search(r"<h1>.*?(\d+) styck", client.get(LISTS[name]).content.decode()).group(1)
        read = excel_reads if format == "csv" else sheet_of
        content = body(client.get(f"{LISTS[name]}hamta/?format={format}"))
        assert len(read(content)) == int(shown) + 1
    assert client.answers == 2


def test_the_watch_sees_a_foreign_word_in_a_workbook(world, signed_in_as, monkeypatch):
    monkeypatch.setattr(
        "coordination.frame.exports.file_of",
        lambda kind, header, rows, title: xlsx_file(
            ["a"], [[world.forums["sig"].purpose]], title=title
        ),
    )
    with pytest.raises(AssertionError, match=r"ulla\.vik was shown"):
        signed_in_as("ulla.vik").get("/moten/hamta/?format=xlsx")


def test_a_filter_that_names_anothers_forum_opens_nothing(world, signed_in_as):
    foreign = world.forums["special"]
    anna = signed_in_as("anna.ek")
    for key in (foreign.pk, 987_654):
        answer = anna.get(f"/moten/hamta/?forum={key}&format=csv")
        assert (answer.status_code, answer.url) == (302, "/moten/")


# What stands in it -----------------------------------------------------------------------------------


def test_the_rows_are_those_of_the_filter_in_the_order_of_the_list(sample):
    fill(sample, 30)
    client = anna(sample)
    page = client.get("/moten/?period=ahead&sort=date")
    content = body(client.get("/moten/hamta/?period=ahead&sort=date&format=csv"))
    [head, *rows] = excel_reads(content)
    assert head == ["Datum", "Slutar", "Forum", "Plats", "Status", "Öppna åtgärder"]
    assert len(rows) == page.context["list"].total == 30
    first = [row for row, _status in page.context["rows"]]
    assert [row[0] for row in rows[: len(first)]] == [
        timezone.localtime(one.starts_at).strftime("%Y-%m-%d %H:%M") for one in first
    ]
    assert {row[4] for row in rows} == {"Planerat"}


@pytest.mark.parametrize("name", LISTS)
def test_both_formats_say_the_same(sample, name):
    fill(sample, 3)
    client = anna(sample)
    [csv_head, *csv_rows] = excel_reads(body(client.get(f"{LISTS[name]}hamta/?format=csv")))
    [xlsx_head, *xlsx_rows] = sheet_of(body(client.get(f"{LISTS[name]}hamta/?format=xlsx")))
    assert csv_head == xlsx_head
    assert len(csv_rows) >= 3
    assert [[as_text(value) for value in row] for row in xlsx_rows] == csv_rows


def test_a_workbook_has_days_that_can_be_sorted_and_numbers_that_can_be_added(sample):
    meeting = sample.plan()
    [_head, row] = sheet_of(body(anna(sample).get("/moten/hamta/?format=xlsx")))
    assert row[0] == timezone.localtime(meeting.starts_at).replace(tzinfo=None)
    assert row[5] == 0


@pytest.mark.parametrize("text", ["=1+1", "+46", "-1", "@SUM(A1)", "\uff1dHYPERLINK(1)", "|calc"])
def test_what_somebody_wrote_is_never_a_formula(sample, text):
    actions.create(
        forum=sample.council,
        text=text,
        owners=[Owner(name="=A1", organisation=sample.council.seats.first().organisation)],
        due=sample.today,
        by=sample.anna,
    )
    for format, read in (("csv", excel_reads), ("xlsx", sheet_of)):
        [_head, row] = read(body(anna(sample).get(f"/atgarder/hamta/?format={format}")))
        assert row[0] == f"'{text}"
        assert row[1].startswith("'=A1")


def test_an_empty_list_is_a_file_with_its_head_alone(sample):
    for format, read in (("csv", excel_reads), ("xlsx", sheet_of)):
        assert len(read(body(anna(sample).get(f"/beslut/hamta/?format={format}")))) == 1


def test_another_format_than_the_two_is_csv(sample):
    response = anna(sample).get("/moten/hamta/?format=exe")
    assert response["Content-Type"].startswith("text/csv")


# The file ------------------------------------------------------------------------------------------


def test_the_name_of_the_file_says_the_list_and_the_day_only(sample):
    client = anna(sample)
    day = timezone.localdate().isoformat()
    for name, swedish in (("meetings", "moten"), ("decisions", "beslut"), ("actions", "atgarder")):
        response = client.get(f"{LISTS[name]}hamta/?format=xlsx&words=hemligt&owner=me")
        assert response["Content-Disposition"] == f'attachment; filename="{swedish}-{day}.xlsx"'
        assert response["Cache-Control"] == "no-store"


def test_each_file_is_an_event_with_its_size_and_nothing_of_what_was_asked_for(sample):
    fill(sample, 2)
    body(anna(sample).get("/beslut/hamta/?format=csv&words=Beslut"))
    event = log.events(by=sample.anna).filter(event="frame.list.exported").get()
    assert event.facts == {"list": "decisions", "format": "csv", "rows": 2}
    assert event.fields == []


def test_too_long_a_list_is_no_file_but_a_word_on_what_to_do(sample, monkeypatch):
    fill(sample, 3)
    client = anna(sample)
    monkeypatch.setattr(exports, "MOST", 2)
    answer = client.get("/moten/hamta/?period=ahead&format=csv", follow=True)
    assert answer.redirect_chain == [("/moten/?period=ahead", 302)]
    assert "högst 2 rader" in answer.content.decode()
    assert not log.events().filter(event="frame.list.exported").exists()
    monkeypatch.setattr(exports, "MOST", 3)
    assert len(excel_reads(body(client.get("/moten/hamta/?period=ahead&format=csv")))) == 4


@pytest.mark.parametrize("name", LISTS)
def test_a_file_costs_the_same_at_any_length(sample, name):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            body(client.get(f"{LISTS[name]}hamta/?format=csv"))
        return len(queries)

    client = anna(sample)
    fill(sample, 1)
    cost()
    one = cost()
    for number in range(30):
        meetings.plan(
            forum=sample.council,
            starts_at=timezone.now() + dt.timedelta(days=number + 300),
            ends_at=timezone.now() + dt.timedelta(days=number + 300, hours=1),
            by=sample.anna,
        )
    assert Meeting.objects.count() > 30
    assert cost() == one


# The ways there ------------------------------------------------------------------------------------


def test_the_page_offers_its_own_rows_and_says_that_they_are_all(sample):
    sample.plan()
    html = anna(sample).get("/moten/?period=ahead&sort=date").content.decode()
    assert 'href="/moten/hamta/?period=ahead&amp;sort=date&amp;format=xlsx"' in html
    assert "Hämta alla rader i listan" in html


def test_a_file_of_decisions_says_what_each_led_to_and_costs_the_same_at_any_length(sample):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            body(client.get("/beslut/hamta/?format=csv"))
        return len(queries)

    client = anna(sample)
    made = decide(sample)
    finish(sample, made.item.meeting)
    decisions.carry_out(
        decision=made, on=sample.today, result="Skolorna har ett schema.", by=sample.anna
    )
    [head, row] = excel_reads(body(client.get("/beslut/hamta/?format=csv")))
    told = dict(zip(head, row, strict=True))
    assert told["Genomfört"] == sample.today.isoformat()
    assert "Skolorna har ett schema." in row
    cost()
    one = cost()
    item = sample.item(sample.running(), "Övrigt")
    for number in range(30):
        proceedings.add_decision(item=item, text=f"Beslut {number}", by=sample.anna)
    assert cost() == one


def test_a_filter_that_cannot_be_is_refused_and_no_other_rows_are_handed_out(sample):
    anna = Client()
    anna.force_login(sample.anna)
    for address in LISTS.values():
        answer = anna.get(f"{address}hamta/?forum=finnsinte", follow=True)
        assert answer.redirect_chain == [(address, 302)]
        assert "Filtren i adressen kan inte användas." in answer.content.decode()
