"""Exports of the log: with a reason, logged, whole, harmless, for who asked, and gone in a week."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from coordination.access import people
from coordination.actors.models import OrganisationMembership
from coordination.administration import log_exports
from coordination.administration.log_models import LogExport
from coordination.audit import log
from coordination.jobs import files, queue
from coordination.jobs.models import Job
from coordination.ui.spreadsheet import csv_file
from tests.conftest import readable

pytestmark = pytest.mark.django_db

REASON = "Månadens kontroll"


def asked(client, query="", **data):
    answer = client.post(
        "/logg/utdrag/", {"reason": REASON, "format": "csv", "query": query, **data}
    )
    return LogExport.objects.order_by("-pk").first() if answer.status_code == 302 else answer


def made(export):
    assert queue.run(Job.objects.get(key=f"log-export:{export.pk}").pk)
    export.refresh_from_db()
    return export


def table(response):
    body = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(body), delimiter=";"))


def test_an_export_needs_a_reason(world, signed_in_as):
    answer = asked(signed_in_as("bo.kvist"), reason=" ")
    assert answer.status_code == 200
    assert answer.context["form"].errors["reason"]
    assert not LogExport.objects.exists()


def test_a_reason_holds_no_identity_number(world, signed_in_as):
    answer = asked(signed_in_as("bo.kvist"), reason="Om 19811228-9874")
    assert answer.context["form"].errors["reason"]


def test_the_asking_and_each_fetching_are_events_of_their_own(world, signed_in_as):
    client = signed_in_as("bo.kvist")
    export = made(asked(client, "event=forums.action.struck&person=x"))
    client.get(f"/logg/utdrag/{export.pk}/")
    told = list(log.events(on=export).values_list("event", "facts", "fields"))
    assert [row[0] for row in told] == [
        "administration.log.export_opened",
        "administration.log.export_asked",
    ]
    assert told[1][1:] == ({"format": "csv", "rows": 5}, ["event"])


def test_the_spreadsheet_holds_what_the_page_shows_and_no_text(world, signed_in_as):
    client = signed_in_as("bo.kvist")
    export = made(asked(client, "event=forums.action.struck"))
    assert (export.state, export.rows) == ("ready", 5)
    response = client.get(f"/logg/utdrag/{export.pk}/")
    rows = table(response)
    assert len(rows) == 6
    assert {row[4] for row in rows[1:]} == {"forums.action.struck"}
    assert response["Content-Disposition"].startswith("attachment")
    assert "kvist" not in response["Content-Disposition"]


def test_the_whole_log_as_a_spreadsheet_holds_no_canary(world, signed_in_as):
    client = signed_in_as("bo.kvist")
    export = made(asked(client))
    response = client.get(f"/logg/utdrag/{export.pk}/")
    assert len(table(response)) == export.rows + 1 > 50


def test_the_document_says_who_asked_and_why(world, signed_in_as):
    client = signed_in_as("bo.kvist")
    export = made(asked(client, "event=forums.action.struck", format="pdf"))
    text = readable(client.get(f"/logg/utdrag/{export.pk}/"))
    assert "Bo Kvist" in text
    assert REASON in text


def test_only_who_asked_can_fetch_it_and_only_while_they_review(world, signed_in_as):
    client = signed_in_as("bo.kvist")
    export = made(asked(client))
    address = f"/logg/utdrag/{export.pk}/"
    assert signed_in_as("ida.rask").get(address).status_code == 404
    assert signed_in_as("stina.alm").get(address).status_code == 404
    assert client.get(address).status_code == 200
    held = OrganisationMembership.objects.get(user=world.person("bo.kvist"), role="reviewer")
    people.end_role(by=None, held=held, on=timezone.localdate() - timedelta(days=1))
    assert client.get(address).status_code == 404


def test_what_happens_after_the_asking_is_not_in_it(world, signed_in_as):
    client = signed_in_as("bo.kvist")
    export = asked(client, "event=access.signed_out")
    assert export.status_code == 200  # type: ignore[union-attr]
    with transaction.atomic():
        log.record(by=world.person("anna.ek"), event="access.signed_out")
    export = asked(client, "event=access.signed_out")
    with transaction.atomic():
        log.record(by=world.person("anna.ek"), event="access.signed_out")
    assert made(export).rows == 1


def test_after_seven_days_the_file_is_gone_and_the_reason_stays(world, signed_in_as):
    client = signed_in_as("bo.kvist")
    export = made(asked(client))
    assert log_exports.sweep() == 0
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        assert not log_exports.is_there(export, timezone.now())
        assert log_exports.sweep() == 1
        assert log_exports.sweep() == 0
    export.refresh_from_db()
    assert (export.state, export.reason) == ("removed", REASON)
    assert not files.path(export.file).exists()
    assert client.get(f"/logg/utdrag/{export.pk}/").status_code == 302


def test_a_job_that_runs_again_makes_the_same_one_file(world, signed_in_as):
    export = made(asked(signed_in_as("bo.kvist")))
    first = files.path(export.file).read_bytes()
    LogExport.objects.update(state="waiting")
    Job.objects.filter(kind=log_exports.KIND).update(state="due", done_at=None)
    made(export)
    assert files.path(export.file).read_bytes() == first
    assert len(list(files.path(export.file).parent.glob("*.csv"))) == 1


def test_the_same_form_twice_is_one_export(world, signed_in_as):
    client = signed_in_as("bo.kvist")
    key = "0f2b8f60-4b53-4a3c-9c3d-1c1a5a5a0001"
    asked(client, _once=key)
    asked(client, _once=key)
    assert LogExport.objects.count() == 1


def test_too_many_rows_for_a_document_are_refused_with_what_to_do(world, signed_in_as, monkeypatch):
    monkeypatch.setitem(log_exports.MOST, LogExport.Format.PDF, 3)
    answer = asked(signed_in_as("bo.kvist"), format="pdf")
    assert answer.context["form"].errors["format"]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "  =1",
        "＝1",
        "＋1",
        "\u200b=1",
        "\ufeff=1",
        "\xa0=1",
        "\0=1",
        "|x",
        "\n=1",
    ],
)
def test_no_cell_is_a_formula(text):
    body = csv_file(["a"], [[text]]).decode("utf-8-sig")
    [_head, [cell]] = list(csv.reader(io.StringIO(body), delimiter=";"))
    assert cell.startswith("'")


def test_ordinary_cells_are_as_they_were_and_the_file_opens_in_swedish_excel():
    body = csv_file(["Tid", "Å"], [["2026-05-12 13:00", 7], ["a;b", 'c"d'], [None, -3]])
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))
    assert rows == [["Tid", "Å"], ["2026-05-12 13:00", "7"], ["a;b", 'c"d'], ["", "-3"]]
