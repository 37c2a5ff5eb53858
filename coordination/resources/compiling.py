"""Makes the files of many reports: the summary of a year as a document, and every row as a workbook.

A file is asked for, made by a job that says how far it has come, fetched by who asked, and gone in a
week. It holds what its maker might read, and is handed out for as long as they still may read all of it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from coordination.actors.forms.coverage import LEVELS as LEVEL_NAMES
from coordination.audit import log
from coordination.jobs import files, queue
from coordination.jobs.models import Job
from coordination.ui import pdf, spreadsheet

from . import compiled, snapshots, summary, summary_charts
from .models import Activity, Compilation, Version, Window
from .refusals import WrongState

KIND = "resources.compilation"
KEPT = timedelta(days=7)
SUFFIX = {Compilation.Kind.SUMMARY: ".pdf", Compilation.Kind.ROWS: ".xlsx"}
MOST_CELLS = 300
"""Rows by organisation and area in a document: beyond them it says that the file has them."""


def ask(
    *,
    kind: str,
    window: Window | None,
    language: str,
    by: Any,
    now: datetime | None = None,
) -> Compilation:
    """Puts a file in hand: the summary of a year, or every row of every year, which is only for those
    who follow the reports up. Raises WrongState for anybody else."""
    now = now or timezone.now()
    of, reach = Compilation.Kind(kind), compiled.reach_of(by)
    if of is Compilation.Kind.ROWS and not reach.is_all:
        raise WrongState(_("Only those who follow the reports up compile every row."))
    with transaction.atomic():
        made = Compilation.objects.create(
            kind=of,
            window=window if of is Compilation.Kind.SUMMARY else None,
            reach=reach.code,
            asked_by=by,
            asked_at=now,
            language=language,
            file=files.new_name(SUFFIX[of]),
            expires_at=now + KEPT,
        )
        queue.enqueue(kind=KIND, ids={"compilation": made.pk}, key=_key(made))
        log.record(
            by=by,
            event="resources.compilation.asked",
            on=made,
            facts={"kind": of.value},
            at=now,
        )
    return made


def _key(made: Compilation) -> str:
    return f"{KIND}:{made.pk}"


def make(job: Job) -> None:
    """Makes the file of one that waits; again after a crash it is the same file."""
    one = Compilation.objects.select_related("asked_by", "window").get(pk=job.ids["compilation"])
    if not one.is_under_way:
        return
    state = Compilation.State.READY
    reach = compiled.reach_of(one.asked_by)
    inside = _to_be_lost(one, reach)
    with translation.override(one.language):
        try:
            rows = _document(one) if one.kind == Compilation.Kind.SUMMARY else _workbook(one)
        except pdf.PdfTooLarge:
            # Another try would be as large.
            rows, state = 0, Compilation.State.FAILED
    # What was approved while it was made may be in it too.
    inside |= _to_be_lost(one, reach)
    with transaction.atomic():
        Compilation.objects.filter(pk=one.pk, state=Compilation.State.WAITING).update(
            state=state, rows=rows, share=100, reach=reach.code, versions=sorted(inside)
        )
        queue.finish(job)


def given_up(own: list[Compilation]) -> set[int]:
    """Those of them whose job has failed for good."""
    keys = {_key(one): one.pk for one in own if one.is_under_way}
    failed = Job.objects.filter(key__in=keys, state=Job.State.FAILED)
    return {keys[key] for key in failed.values_list("key", flat=True)} if keys else set()


def _to_be_lost(one: Compilation, reach: compiled.Reach) -> set[int]:
    """The versions that its maker reads now and perhaps not tomorrow."""
    if reach.is_all:
        return set()
    return set(compiled.latest(one.asked_by).values_list("pk", flat=True))


def there(own: list[Compilation], user: Any, now: datetime) -> set[int]:
    """Those of them that can be fetched: made, their days not over, their maker's reach the same, and
    every version in them still read by the user."""
    code = compiled.reach_of(user).code
    fresh = [one for one in own if one.is_ready and one.expires_at > now and one.reach == code]
    inside = {version for one in fresh for version in one.versions}
    read = compiled.latest(user).filter(pk__in=inside) if inside else Version.objects.none()
    kept = set(read.values_list("pk", flat=True))
    return {one.pk for one in fresh if kept.issuperset(one.versions)}


def fetched(*, made: Compilation, by: Any) -> None:
    """Logs that the file is handed out; to be called before it leaves."""
    log.record_access(
        zone=log.Zone.COORDINATION, by=by, event="resources.compilation.opened", on=made
    )


def sweep(*, now: datetime | None = None) -> int:
    """Removes the files whose days are over; the row stays. Returns how many."""
    now = now or timezone.now()
    removed = 0
    over = Compilation.objects.exclude(state=Compilation.State.REMOVED).filter(expires_at__lte=now)
    for one in over:
        # The file first: after a crash between the two the row is found again.
        files.remove(one.file)
        with transaction.atomic():
            removed += Compilation.objects.filter(pk=one.pk).update(state=Compilation.State.REMOVED)
            log.record(by=None, event="resources.compilation.removed", on=one, at=now)
    return removed


# The document --------------------------------------------------------------------------------------


def _document(one: Compilation) -> int:
    if one.window is None:
        raise ValueError("A summary is of a year.")
    found = summary.of(one.asked_by, one.window)
    _say(one, 20)
    cells = found.cells if found.reach.names_organisations else []
    context = {
        "summary": found,
        "charts": summary_charts.of(found),
        "cells": cells[:MOST_CELLS],
        "more_cells": len(cells) > MOST_CELLS,
        "made_at": one.asked_at,
        "levels": summary.level_heads(),
        "changes": summary_charts.changes(found),
    }
    title = _("Resources %(year)s: summary") % {"year": one.window.year}
    made = pdf.render("resources/summary_pdf.html", context, title=title, language=one.language)
    files.publish(made.content, one.file)
    return found.reports


# The workbook --------------------------------------------------------------------------------------


def header() -> list[str]:
    """The columns of the workbook of every row."""
    return [
        _("Year"),
        _("Organisation"),
        _("Status"),
        _("Activity"),
        _("Level"),
        _("Area"),
        _("Full-time equivalents"),
        _("Cost, kr"),
        _("How it is calculated"),
        _("Comment"),
        _("Ended"),
    ]


def _workbook(one: Compilation) -> int:
    """Rows are read, written and forgotten a few reports at a time."""
    counted = [0]

    def rows() -> Iterator[list[Any]]:
        total = compiled.latest(one.asked_by).count()
        for done, sent in enumerate(compiled.sent(one.asked_by, compiled.Narrow()), start=1):
            for row in sent.content["activities"]:
                counted[0] += 1
                yield cells(sent, row)
            if done % compiled.CHUNK == 0:
                _say(one, done * 99 // max(total, done))

    with files.publishing(one.file) as out:
        spreadsheet.write_xlsx(out, [spreadsheet.Sheet(_("Activities"), header(), rows())])
    return counted[0]


def cells(sent: compiled.Sent, row: dict[str, Any]) -> list[Any]:
    """An activity as a row of the workbook."""
    return [
        sent.year,
        sent.name,
        str(Version.State(sent.state).label),
        row["name"],
        str(LEVEL_NAMES[row["level"]]),
        snapshots.area_of(row),
        Decimal(row["fte"]),
        Decimal(row["cost"]),
        str(Activity.Calculated(row["calculated"]).label),
        row["comment"],
        row["ended"],
    ]


def _say(one: Compilation, share: int) -> None:
    Compilation.objects.filter(pk=one.pk, state=Compilation.State.WAITING).update(share=share)
