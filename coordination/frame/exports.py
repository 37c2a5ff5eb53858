"""Lists that leave the portal as files: every row that the page shows, logged before it leaves."""

import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from coordination.audit import log
from coordination.ui.lists import ListPage
from coordination.ui.spreadsheet import CONTENT_TYPES, Format, file_of

MOST = 5_000
"""Rows of one file: beyond them the person chooses a filter first."""
FORMAT = "format"


def handed_out(*, what: str, format: str, rows: int, by: Any) -> None:
    """Logs that a list leaves as a file; to be called when it is made and before it leaves.

    `what` names the list. What it was filtered by is not kept: a filter can be words of somebody's.
    """
    log.record_access(
        zone=log.Zone.COORDINATION,
        by=by,
        event="frame.list.exported",
        facts={"list": what, "format": format, "rows": rows},
    )


def as_file(
    request: HttpRequest,
    page: ListPage,
    *,
    what: str,
    back: str,
    title: str,
    file_name: str,
    header: Sequence[str],
    cells: Callable[[Any], Iterable[Any]],
) -> FileResponse | HttpResponse:
    """Every row of the list as the file that the address asks for, CSV unless it says else.

    `file_name` has places for the day and the format. Too many rows, and filters that cannot be, lead
    `back` to the list, which says so: a file of other rows than were asked for would not be seen.
    """
    if page.filters is not None and page.filters.errors:
        messages.error(request, _("The filters of the address cannot be used. Choose them anew."))
        return redirect(back)
    asked = request.GET.get(FORMAT, "")
    kind = Format(asked) if asked in set(Format) else Format.CSV
    rows = page.every_row(MOST)
    if rows is None:
        most = number_format(MOST, use_l10n=True, force_grouping=True)
        said = _("A file holds at most %(count)s rows. Choose filters first.")
        messages.error(request, said % {"count": most})
        return redirect(f"{back}?{page.view_query}")
    content = file_of(kind, header, (list(cells(row)) for row in rows), title=title)
    handed_out(what=what, format=kind.value, rows=len(rows), by=request.user)
    return FileResponse(
        io.BytesIO(content),
        as_attachment=True,
        filename=file_name % {"day": timezone.localdate().isoformat(), "format": kind},
        content_type=CONTENT_TYPES[kind],
    )
