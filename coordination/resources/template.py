"""The workbook in which part 1 can be filled in: the report's rows, and what may stand in each column."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from coordination.actors.models import District, PreventionLevel
from coordination.ui.amounts import KRONOR_EXPECTED, MOST_KRONOR, MOST_POSTS, POSTS_EXPECTED
from coordination.ui.lists import swedish
from coordination.ui.workbook import Column, filled_in

from .columns import COLUMNS
from .models import Activity, Report
from .pasted import MOST_ROWS


def workbook(report: Report) -> tuple[bytes, int]:
    """The workbook, and how many rows it has. Each carries the key of its row, so that it finds back
    under another name too."""
    rows = report.activities.filter(ended="").prefetch_related("districts").order_by("pk")
    cells = [_cells(one) for one in rows]
    content = filled_in(
        title=pgettext("name of a sheet", "Activities"),
        columns=_columns(),
        rows=cells,
        room=MOST_ROWS,
        told=(pgettext("name of a sheet", "How to fill it in"), _told(report)),
        allowed=pgettext("name of a sheet", "Allowed values"),
    )
    return content, len(cells)


def _levels() -> dict[str, str]:
    """By code, as they are written in a cell: what stands before the dash."""
    return {code: str(label).split("–")[0].strip() for code, label in PreventionLevel.Code.choices}


def _columns() -> list[Column]:
    districts = District.objects.active(timezone.localdate()).order_by(swedish("name"))
    areas = [_("The whole municipality"), *districts.values_list("name", flat=True)]
    heading = {key: str(COLUMNS[key][0]) for key in COLUMNS}
    choose = _("Choose one of the alternatives")
    return [
        Column(heading["name"], 40),
        Column(heading["level"], 18, choices=list(_levels().values()), wrong=choose),
        Column(heading["districts"], 34, choices=areas, is_open=True),
        Column(heading["fte"], 16, number="0.00", most=MOST_POSTS, wrong=str(POSTS_EXPECTED)),
        Column(heading["cost"], 18, number="#,##0", most=MOST_KRONOR, wrong=str(KRONOR_EXPECTED)),
        Column(
            heading["calculated"],
            18,
            choices=[str(one) for one in Activity.Calculated.labels],
            wrong=choose,
        ),
        Column(heading["comment"], 40),
        Column(heading["ended"], 30),
        Column(heading["line"], 12, is_hidden=True),
    ]


def _cells(one: Activity) -> list[Any]:
    return [
        one.name,
        _levels()[one.level],
        one.area,
        one.fte,
        one.cost,
        one.get_calculated_display(),
        one.comment,
        "",
        one.line,
    ]


def _told(report: Report) -> list[str]:
    return [
        _("Resource report %(year)s, part 1: activities and resources") % {"year": report.year},
        _("One row is one activity. Do not change the headings, and do not merge cells."),
        _("Full-time equivalents are written as 1,5 with at most two decimals."),
        _("The cost is in whole kronor, not in thousands: 787500, not 787,5."),
        _(
            "Several areas in one cell have a semicolon between them, and share equally. Write"
            " Vivalla 60 %; Oxhagen 40 % when they do not."
        ),
        _("An activity that has ended keeps its row: write why in that column."),
        _("Do not write names or identity numbers of persons."),
        _("Write values, not formulas."),
        _(
            "Save the workbook, and hand it in on the same page. You see what would be changed before"
            " anything is saved."
        ),
        _("Rows that you remove here stay in the report. Mark them as ended instead."),
    ]
