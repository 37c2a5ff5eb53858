"""Part 1 from a spreadsheet: a template down, a file or copied cells up, seen and asked about, then all
rows at once."""

import hashlib
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from coordination.frame import exports
from coordination.resources import columns, pasted, taking_in, template
from coordination.resources.forms.pasting import PasteForm, SheetForm
from coordination.resources.models import Part, Report
from coordination.resources.refusals import Refused
from coordination.resources.taking_in import Outcome, Row
from coordination.ui.spreadsheet import CONTENT_TYPES, Format
from coordination.ui.upload_handler import takes_files
from coordination.ui.uploads import Unfit
from coordination.writing.once import FIELD, carried_out, once

TONES = {
    Outcome.ADD: "success",
    Outcome.CHANGE: "info",
    Outcome.END: "info",
    Outcome.SAME: "plain",
    Outcome.DOUBLE: "warning",
    Outcome.FAULTY: "danger",
}
SAVE, UNIT, READ = "save", "unit", "read"


def activities_template(request: HttpRequest, report: int) -> FileResponse:
    """The workbook to fill in, with the report's rows as they stand."""
    governed = _governed(request)
    content, rows = template.workbook(governed)
    exports.handed_out(
        what="resource_template", format=Format.XLSX.value, rows=rows, by=request.user
    )
    name = pgettext("file name", "activities-%(day)s.xlsx")
    return FileResponse(
        io.BytesIO(content),
        as_attachment=True,
        filename=name % {"day": timezone.localdate().isoformat()},
        content_type=CONTENT_TYPES[Format.XLSX],
    )


def _governed(request: HttpRequest) -> Report:
    seen = Report.objects.visible_to(request.user).select_related("window", "organisation")
    return seen.get(pk=request.governed.pk)  # type: ignore[attr-defined]


@takes_files
def activities_paste(request: HttpRequest, report: int) -> HttpResponse:
    """Brings rows: shows what would become of each, and saves nothing before that is confirmed."""
    governed = _governed(request)
    if request.method == "GET" and not governed.is_writable:
        return redirect("report", governed.pk)
    part = Part.objects.visible_to(request.user).get(report=governed, number=1)
    part.report = governed
    files = SheetForm(request.POST, request.FILES) if READ in request.POST else SheetForm()
    if READ in request.POST:
        return _page(request, part, _from_file(files), files)
    return _page(request, part, PasteForm(request.POST or None), files)


def _from_file(files: SheetForm) -> PasteForm:
    """What the file holds, as it would stand in the form had it been pasted."""
    if not files.is_valid():
        return PasteForm()
    file = files.cleaned_data["file"]
    try:
        text = pasted.text_of(Path(file.temporary_file_path()), file.read(), file.name)
    except Unfit as unfit:
        files.add_error("file", str(unfit))
        return PasteForm()
    return PasteForm({"rows": text})


def _page(request: HttpRequest, part: Part, form: PasteForm, files: SheetForm) -> HttpResponse:
    context: dict[str, Any] = {"report": part.report, "part": part, "files": files}
    if form.is_bound and form.is_valid():
        try:
            sheet = columns.read(pasted.lines_of(form.text))
        except Unfit as unfit:
            form.add_error("rows", unfit.text)
            form.refuse_numbers()
        else:
            form, sheet = _in_other_unit(request, part, form, sheet)
            rows = taking_in.judged(part.report, sheet.rows)
            if done := _saved(request, part, form, rows):
                return done
            context |= _shown(form, sheet, rows) | {"seen": _seen(form, part)}
    return render(request, "resources/activities_paste.html", context | {"form": form})


def _in_other_unit(
    request: HttpRequest, part: Part, form: PasteForm, sheet: columns.Sheet
) -> tuple[PasteForm, columns.Sheet]:
    """The rows with the cost in the unit that was meant, of the row or of all rows, when that is what
    was pressed: the text itself is changed, and shown again."""
    pressed = request.POST.get(UNIT, "")
    if not pressed:
        return form, sheet
    costs: dict[int, Decimal] = {
        row.number: one.meant
        for row in taking_in.judged(part.report, sheet.rows)
        for one in row.questions
        if one.meant is not None and pressed in ("all", str(row.number))
    }
    given = request.POST.copy()
    given["rows"] = columns.with_costs(form.text, sheet, costs)
    changed = PasteForm(given)
    changed.is_valid()
    return changed, columns.read(pasted.lines_of(given["rows"]))


def _seen(form: PasteForm, part: Part) -> str:
    """What is shown, in short: what is confirmed must be what was seen."""
    text = hashlib.sha256(form.text.encode()).hexdigest()
    return f"{text[:32]}-{part.revision}"


def _saved(
    request: HttpRequest, part: Part, form: PasteForm, rows: list[Row]
) -> HttpResponse | None:
    """Where it leads when the rows are saved; None when they are to be seen first, or again."""
    form.show(rows)
    if SAVE not in request.POST:
        form.refuse_faults()
        return None
    back = reverse("report_part", args=[part.pk])
    if carried_out(request.user, request.POST.get(FIELD, "")):
        # A double click: the first of the two has saved, and what was seen is no longer so.
        return redirect(once(request, lambda: back))
    if request.POST.get("seen") != _seen(form, part):
        form.add_error(
            None, _("The rows, or the report, have changed since you saw them. Look at them again.")
        )
        form.refuse_faults()
        return None
    form.full_clean()
    decisions = form.decided()
    form.refuse_faults()
    if form.errors:
        return None
    try:
        return redirect(once(request, lambda: _take_in(request, part, rows, decisions)))
    except Refused as refusal:
        form.add_refusal(refusal)
        part.refresh_from_db(fields=["revision"])
        # As they stand now, whoever has written meanwhile.
        rows[:] = taking_in.judged(part.report, [row.said for row in rows])
        form.show(rows)
        return None


def _take_in(
    request: HttpRequest, part: Part, rows: list[Row], decisions: dict[int, taking_in.Decision]
) -> str:
    count = taking_in.take_in(
        part=part, rows=rows, decisions=decisions, revision=part.revision, by=request.user
    )
    said = ngettext("Done. %(count)s row is saved.", "Done. %(count)s rows are saved.", count) % {
        "count": count
    }
    messages.success(request, said)
    return reverse("report_part", args=[part.pk])


def _shown(form: PasteForm, sheet: columns.Sheet, rows: list[Row]) -> dict[str, Any]:
    leads = [row for row in rows if row.outcome not in (Outcome.SAME, Outcome.FAULTY)]
    units = [row for row in rows if any(one.meant is not None for one in row.questions)]
    return {
        "rows": [(row, TONES[row.outcome]) for row in rows],
        "faulty": any(row.outcome is Outcome.FAULTY for row in rows),
        "count": len(leads),
        "units": len(units),
        "ignored": ", ".join(sheet.ignored),
        "in_thousands": sheet.in_thousands,
    }
