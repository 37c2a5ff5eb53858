"""Exports of the log: asked for with a reason, made by a job, fetched by who asked, gone in a week."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.access.refused import Refused
from coordination.audit import log
from coordination.jobs import files, queue
from coordination.jobs.models import Job
from coordination.ui import pdf
from coordination.ui.lists import ListPage
from coordination.ui.spreadsheet import csv_file

from . import log_reading
from .forms.log import LogFilter
from .log_models import LogExport

KIND = "administration.log_export"
KEPT = timedelta(days=7)
MOST = {LogExport.Format.CSV: 100_000, LogExport.Format.PDF: 1_000}
"""Rows: beyond them a spreadsheet is slow, and a document is one that nobody reads."""
_BATCH = 2_000


class TooMany(Refused):
    """More rows than one file may have."""


class Nothing(Refused):
    """No event matches."""


def filters_of(query: str) -> dict[str, list[str]]:
    """The filters that the address of a log page names, without what is not one of them."""
    given = QueryDict(query.lstrip("?"))
    form = LogFilter(data=given, people=log_reading.names())
    form.is_valid()
    return {name: given.getlist(name) for name, value in form.cleaned_data.items() if value}


def chosen(filters: dict[str, list[str]]) -> Any:
    """The form that these filters fill in, valid."""
    data = QueryDict(mutable=True)
    for name, values in filters.items():
        data.setlist(name, values)
    form = LogFilter(data=data, people=log_reading.names())
    form.is_valid()
    return form


def ask(
    *,
    by: Any,
    reason: str,
    format: str,
    filters: dict[str, list[str]],
    language: str,
    now: datetime | None = None,
) -> LogExport:
    """Puts the export in hand and logs that it was asked for.

    What happens from now on, the asking too, is not in it. Raises Nothing and TooMany.
    """
    now = now or timezone.now()
    kind = LogExport.Format(format)
    found = chosen(filters).narrow(log.events())
    count = found.order_by()[: MOST[kind] + 1].count()
    if not count:
        raise Nothing(_("No events match your selection."))
    if count > MOST[kind]:
        raise TooMany(
            ngettext(
                "Such a file holds at most %(count)s event. Choose a shorter period.",
                "Such a file holds at most %(count)s events. Choose a shorter period.",
                MOST[kind],
            )
            % {"count": MOST[kind]},
            field="format",
        )
    with transaction.atomic():
        export = LogExport.objects.create(
            asked_by=by,
            asked_at=now,
            reason=reason,
            format=kind,
            language=language,
            filters=filters,
            last_event=log.events().values_list("pk", flat=True).first() or 0,
            file=files.new_name(f".{kind}"),
            expires_at=now + KEPT,
        )
        queue.enqueue(kind=KIND, ids={"export": export.pk}, key=f"log-export:{export.pk}")
        log.record(
            by=by,
            event="administration.log.export_asked",
            on=export,
            fields=sorted(filters),
            facts={"format": kind.value, "rows": count},
            at=now,
        )
    return export


@queue.handler(KIND, lease=timedelta(minutes=10), attempts=4)
def make(job: Job) -> None:
    """Makes the file of an export that waits for one; again after a crash it is the same file."""
    export = LogExport.objects.get(pk=job.ids["export"])
    if export.state != LogExport.State.WAITING:
        return
    with translation.override(export.language):
        form = chosen(export.filters)
        events = form.narrow(log.events()).filter(pk__lte=export.last_event)
        rows = _in_words(events)
        content = _csv(rows) if export.format == LogExport.Format.CSV else _pdf(export, rows, form)
    files.publish(content, export.file)
    with transaction.atomic():
        LogExport.objects.filter(pk=export.pk, state=LogExport.State.WAITING).update(
            state=LogExport.State.READY, rows=len(rows)
        )
        queue.finish(job)


def _in_words(events: Any) -> list[log_reading.Entry]:
    known = log_reading.names()
    rows: list[log_reading.Entry] = []
    last = None
    while True:
        page = (
            events.order_by("-pk") if last is None else events.filter(pk__lt=last).order_by("-pk")
        )
        batch = log_reading.entries(page[:_BATCH], known)
        rows += batch
        if len(batch) < _BATCH:
            return rows
        last = batch[-1].key


def _csv(rows: list[log_reading.Entry]) -> bytes:
    header = [
        _("Time"),
        _("User"),
        _("Role"),
        _("Event"),
        _("Event code"),
        _("Object"),
        _("Number"),
        _("Fields"),
        _("Device"),
        _("Chain"),
        _("Place in the chain"),
    ]
    return csv_file(
        header,
        (
            (
                timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M:%S"),
                row.person,
                row.roles,
                row.sentence,
                row.event,
                row.object,
                row.number,
                row.fields,
                row.device,
                row.zone,
                row.sequence,
            )
            for row in rows
        ),
    )


def _pdf(export: LogExport, rows: list[log_reading.Entry], form: Any) -> bytes:
    context = {"export": export, "rows": rows, "chosen": described(form)}
    title = _("Extract of the log")
    return pdf.render(
        "administration/log_pdf.html", context, title=title, language=export.language
    ).content


def described(form: Any) -> list[str]:
    """The filters in words, as the chips of the list say them."""
    return ListPage.filter_words(form)


def fetched(*, export: LogExport, by: Any) -> None:
    """Logs that the file is handed out; to be called before it leaves."""
    log.record_access(
        zone=log.Zone.COORDINATION, by=by, event="administration.log.export_opened", on=export
    )


def is_there(export: LogExport, now: datetime) -> bool:
    """Whether the file can be fetched: it is made and its days are not over."""
    return export.is_ready and export.expires_at > now


def sweep(*, now: datetime | None = None) -> int:
    """Removes the files whose days are over; the row with its reason stays. Returns how many."""
    now = now or timezone.now()
    removed = 0
    for export in LogExport.objects.exclude(state=LogExport.State.REMOVED).filter(
        expires_at__lte=now
    ):
        # The file first: after a crash between the two the row is found again.
        files.remove(export.file)
        with transaction.atomic():
            removed += LogExport.objects.filter(pk=export.pk).update(state=LogExport.State.REMOVED)
            log.record(by=None, event="administration.log.export_removed", on=export, at=now)
    return removed


@queue.periodic("administration.log_exports")
def remove_old() -> None:
    """Removes the exports whose days are over."""
    sweep()
