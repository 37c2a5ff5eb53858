"""The pages of the parts 2 to 6, each one form, and of part 1, a list of rows."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from coordination.resources import activities, filling, parts, prefill, receipts, snapshots
from coordination.resources.forms.parts import (
    COUNT,
    AssignmentsForm,
    EnoughForm,
    ForumsForm,
    NeedsForm,
    RequestsForm,
    RowsForm,
)
from coordination.resources.models import Activity, Part, Report
from coordination.ui.fields import row_key
from coordination.writing.editing import answer, revision_of
from coordination.writing.once import once_or_say


def report_part(request: HttpRequest, part: int) -> HttpResponse:
    """One part of a report: to be read, written and saved."""
    governed: Part = request.governed  # type: ignore[attr-defined]
    report = Report.objects.visible_to(request.user).select_related("window", "organisation")
    governed.report = report.get(pk=governed.report_id)
    if request.method == "GET" and not governed.report.is_writable:
        return redirect("report", governed.report_id)
    return PAGES[governed.number](request, governed)


def _context(part: Part) -> dict[str, Any]:
    last = snapshots.last_year(part.report)
    return {
        "part": part,
        "report": part.report,
        "remarks": _remarks(part),
        "before": receipts.document(last.content) if last else None,
    }


def _remarks(part: Part) -> list[str]:
    """What the reviewer wants completed in this part."""
    last = part.report.versions.order_by("-number").first()
    if last is None or part.report.state != Report.State.RETURNED:
        return []
    return list(last.remarks.filter(part=part.number).values_list("text", flat=True))


def _activities(request: HttpRequest, part: Part) -> HttpResponse:
    """The rows, their totals, and the way on. A row from last year is ticked off here."""
    back = reverse("report_part", args=[part.pk])
    if request.method == "POST":
        row = row_key(request.POST.get("checked", ""))
        if row is not None:
            own = Activity.objects.visible_to(request.user).filter(pk=row, report=part.report)
            return once_or_say(request, lambda: _check(own.first(), request, back), back=back)
        return once_or_say(request, lambda: _finish(part, request), back=back)
    content = snapshots.snapshot(part.report)
    rows = part.report.activities.prefetch_related("districts").order_by("pk")
    context = _context(part) | {"rows": rows, "sums": receipts.document(content)}
    return render(request, "resources/part_activities.html", context)


def _check(row: Activity | None, request: HttpRequest, back: str) -> str:
    if row is not None:
        activities.check(activity=row, by=request.user)
    return back


def _finish(part: Part, request: HttpRequest) -> str:
    activities.finish(part=part, by=request.user)
    messages.success(request, _("Done. Part %(number)s is saved.") % {"number": part.number})
    return reverse("report", args=[part.report_id])


def _save(
    request: HttpRequest,
    part: Part,
    *,
    form: Any,
    act: Callable[[], None],
    saved: Callable[[], dict[str, Any]],
    **more: Any,
) -> HttpResponse:
    """The page of a part that is one form."""

    def carry_out() -> str:
        act()
        messages.success(request, _("Done. Part %(number)s is saved.") % {"number": part.number})
        return reverse("report", args=[part.report_id])

    def fresh() -> dict[str, Any]:
        part.refresh_from_db(fields=["revision"])
        part.report = Report.objects.visible_to(request.user).get(pk=part.report_id)
        return saved()

    return answer(
        request,
        form=form,
        act=carry_out,
        template="resources/part.html",
        context=_context(part) | more,
        version=lambda: str(Part.objects.visible_to(request.user).get(pk=part.pk).revision),
        saved=fresh,
    )


def _enough(request: HttpRequest, part: Part) -> HttpResponse:
    report = part.report
    initial = {"enough": report.enough, "enough_why": report.enough_why}
    form = EnoughForm(request.POST if request.method == "POST" else None, initial=initial)

    def act() -> None:
        parts.save_enough(
            part=part,
            enough=form.cleaned_data["enough"],
            why=form.cleaned_data["enough_why"],
            revision=revision_of(request),
            by=request.user,
        )

    def saved() -> dict[str, Any]:
        return {"enough": part.report.get_enough_display(), "enough_why": part.report.enough_why}

    return _save(request, part, form=form, act=act, saved=saved)


def _rows_form(
    request: HttpRequest,
    form: type[RowsForm],
    rows: list[dict[str, Any]],
    **initial: Any,
) -> RowsForm:
    """The form as it was sent, with one row more when that is what was asked for."""
    if request.method != "POST":
        return form(rows=rows, initial=initial)
    if "more" in request.POST:
        written = {name: request.POST[name] for name in request.POST}
        count = (row_key(written.get(COUNT, "")) or 0) + 1
        return form(initial=written | {COUNT: str(count)})
    return form(request.POST)


def _needs(request: HttpRequest, part: Part) -> HttpResponse:
    report = part.report
    rows = list(
        report.needs.order_by("pk").values("group", "staff", "basic", "advanced", "priority")
    )
    form = _rows_form(request, NeedsForm, rows, key_functions=report.key_functions)

    def act() -> None:
        parts.save_needs(
            part=part,
            needs=form.rows,
            key_functions=form.cleaned_data["key_functions"],
            revision=revision_of(request),
            by=request.user,
        )

    def saved() -> dict[str, Any]:
        theirs = {"key_functions": part.report.key_functions}
        for index, row in enumerate(part.report.needs.order_by("pk")[: form.count]):
            theirs[f"group_{index}"] = row.group
            theirs[f"staff_{index}"] = str(row.staff)
            theirs[f"basic_{index}"] = str(row.basic)
            theirs[f"advanced_{index}"] = str(row.advanced)
        return theirs

    return _save(request, part, form=form, act=act, saved=saved, template_rows="needs")


def _assignments(request: HttpRequest, part: Part) -> HttpResponse:
    report = part.report
    kept = {one.owner_id: one for one in report.assignment_answers.order_by("pk")}
    owners = [
        (owner, kept[owner.pk].status, kept[owner.pk].sentence)
        if owner.pk in kept
        else (owner, status, sentence)
        for owner, status, sentence in filling.standing(report)
    ]
    form = AssignmentsForm(request.POST if request.method == "POST" else None, owners=owners)

    def act() -> None:
        parts.save_assignments(
            part=part, said=form.said, revision=revision_of(request), by=request.user
        )

    def saved() -> dict[str, Any]:
        return {
            f"sentence_{one.owner_id}": one.sentence
            for one in part.report.assignment_answers.order_by("pk")
        }

    fetched = not kept and any(sentence for _owner, _status, sentence in owners)
    return _save(request, part, form=form, act=act, saved=saved, assignments=True, fetched=fetched)


def _forums(request: HttpRequest, part: Part) -> HttpResponse:
    report = part.report
    said = {one.forum: (one.agrees, one.comment) for one in report.forum_answers.order_by("pk")}
    form = ForumsForm(
        request.POST if request.method == "POST" else None,
        attended=prefill.attended(report.organisation, report.year),
        said=said,
        initial={"forums_note": report.forums_note},
    )

    def act() -> None:
        parts.save_forums(
            part=part,
            answers=form.said,
            note=form.cleaned_data["forums_note"],
            revision=revision_of(request),
            by=request.user,
        )

    def saved() -> dict[str, Any]:
        return {"forums_note": part.report.forums_note}

    return _save(request, part, form=form, act=act, saved=saved, forums=True)


def _requests(request: HttpRequest, part: Part) -> HttpResponse:
    rows = list(
        part.report.requests.order_by("pk").values("what", "why", "fte", "cost", "from_day")
    )
    form = _rows_form(request, RequestsForm, rows)

    def act() -> None:
        parts.save_requests(
            part=part, requests=form.rows, revision=revision_of(request), by=request.user
        )

    def saved() -> dict[str, Any]:
        found = part.report.requests.order_by("pk")[: form.count]
        return {f"what_{index}": row.what for index, row in enumerate(found)}

    return _save(request, part, form=form, act=act, saved=saved, template_rows="requests")


PAGES: dict[int, Callable[[HttpRequest, Part], HttpResponse]] = {
    1: _activities,
    2: _enough,
    3: _needs,
    4: _assignments,
    5: _forums,
    6: _requests,
}
