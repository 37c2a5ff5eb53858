"""The pages of assignments: the list and the board, one assignment, and how it stands."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Case, Count, IntegerField, Prefetch, Value, When
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from coordination.access import policy
from coordination.access.refused import Refused
from coordination.access.vocabulary import Permission
from coordination.assignments import assigning, guidelines, updates
from coordination.assignments.forms import (
    AssignmentFilter,
    AssignmentForm,
    NewAssignmentForm,
    UpdateForm,
)
from coordination.assignments.models import (
    Assignment,
    AssignmentOwner,
    Status,
    StatusUpdate,
)
from coordination.frame import exports
from coordination.ui.fields import row_key
from coordination.ui.lists import Column, ListPage, swedish, swedish_key
from coordination.writing import saved_views
from coordination.writing.once import once
from coordination.writing.typed import Typed

from . import status

VIEW = "view"
GROUPED = "number"
_ORDER = Case(
    *(When(status=one, then=Value(place)) for place, one in enumerate(Status.values)),
    output_field=IntegerField(),
)
COLUMNS = (
    Column(
        "number",
        gettext_lazy("No."),
        order=(_ORDER, "number"),
        css="cell--number",
        called=gettext_lazy("Status and number"),
    ),
    Column("title", gettext_lazy("Assignment"), order=(swedish("title"),)),
    Column("owner", gettext_lazy("Responsible")),
    Column(
        "due",
        gettext_lazy("To be done by"),
        order=("due", "number"),
        css="cell--date",
        up=gettext_lazy("earliest first"),
        down=gettext_lazy("latest first"),
    ),
    Column(
        "updated",
        gettext_lazy("Last updated"),
        order=("updated_at", "number"),
        css="cell--date",
        up=gettext_lazy("earliest first"),
        down=gettext_lazy("latest first"),
    ),
    Column("next", gettext_lazy("Next step")),
)


def assignments(request: HttpRequest) -> HttpResponse:
    """Every assignment of the guideline, by how it stands (P26)."""
    now = timezone.now()
    page = listed(request, now)
    context = _around(request, page)
    lines = [status.line(one, now) for one in page.rows]
    grouped = request.GET.get("sort", GROUPED).removeprefix("-") == GROUPED
    if grouped and lines:
        found = page.filters.narrow(_visible(request, now)).order_by()
        counts = dict(found.values_list("status").annotate(rows=Count("pk")))
        context["groups"] = status.groups(lines, counts)
    context |= {"lines": lines, "grouped": grouped}
    return render(request, "assignments/assignment_list.html", context)


def assignments_board(request: HttpRequest) -> HttpResponse:
    """The same assignments in columns; a card moves by its own choice of status."""
    now = timezone.now()
    page = listed(request, now, per_page=updates.MOST)
    own = set(
        AssignmentOwner.objects.visible_to(request.user, Permission.UPDATE_ASSIGNMENTS)
        .filter(assignment__in=page.rows)
        .values_list("pk", flat=True)
    )
    lines = [status.line(one, now) for one in page.rows]
    cards = [(one, [owner for owner in one.owners if owner.pk in own]) for one in lines]
    columns = [
        (status.of(key), [card for card in cards if card[0].assignment.status == key])
        for key in Status
    ]
    context = _around(request, page) | {"columns": columns, "statuses": Status.choices}
    return render(request, "assignments/assignment_board.html", context)


def _around(request: HttpRequest, page: ListPage) -> dict[str, Any]:
    return {
        "list": page,
        "views": saved_views.of(request.user, "assignments"),
        "may_keep": policy.may(request.user, Permission.KEEP_ASSIGNMENTS),
    }


def _visible(request: HttpRequest, now: datetime) -> Any:
    return updates.with_stale(Assignment.objects.visible_to(request.user), now)


def listed(request: HttpRequest, now: datetime, per_page: int = 25) -> ListPage:
    """The assignments that the address asks for, with their owners."""
    owners = AssignmentOwner.objects.visible_to(request.user).standing()
    names = owners.order_by().values_list("organisation_id", "organisation__name").distinct()
    return ListPage(
        request,
        _visible(request, now).prefetch_related(
            Prefetch(
                "owners",
                owners.select_related("organisation").order_by(swedish("organisation__name")),
            )
        ),
        columns=COLUMNS,
        default=GROUPED,
        filters=partial(
            AssignmentFilter,
            user=request.user,
            now=now,
            owners=sorted(names, key=lambda one: swedish_key(one[1])),
        ),
        per_page=per_page,
    )


def assignments_export(request: HttpRequest) -> HttpResponse | FileResponse:
    """The list of assignments as a file."""
    now = timezone.now()
    header = (
        _("No."),
        _("Assignment"),
        _("Responsible"),
        pgettext("assignment", "Status"),
        _("To be done by"),
        _("Measure of success"),
        _("Last updated"),
        _("Next step"),
        _("When"),
    )
    return exports.as_file(
        request,
        listed(request, now),
        what="assignments",
        back=reverse("assignments"),
        title=_("Assignments"),
        file_name=pgettext("file name", "assignments-%(day)s.%(format)s"),
        header=header,
        cells=lambda one: _cells(status.line(one, now)),
    )


def _cells(line: status.Line) -> Sequence[Any]:
    one = line.assignment
    return (
        one.number,
        one.title,
        line.owners_label,
        line.tag.text,
        one.due,
        one.measure,
        one.updated_at,
        line.next_step,
        line.next_on,
    )


# One assignment --------------------------------------------------------------------------------


def assignment_update(request: HttpRequest, owner: int) -> HttpResponse:
    """How one owner's part stands (T12)."""
    governed: AssignmentOwner = request.governed  # type: ignore[attr-defined]
    there = reverse("assignment", args=[governed.assignment_id])
    data = request.POST if request.method == "POST" else None
    form = UpdateForm(data, initial=_as_last_said(governed))
    typed = Typed(request, form)
    if kept := typed.answer():
        return kept
    context = {"owner": governed, "assignment": governed.assignment, "form": form, "there": there}
    context |= {"draft": typed.draft, "version": typed.opened_with(governed.version)}

    def act() -> str:
        version = context["version"]
        updates.update(owner=governed, version=version, by=request.user, **form.cleaned_data)
        messages.success(request, _("The update is saved."))
        return there

    if form.is_valid():
        try:
            return redirect(once(request, typed.used(act)))
        except updates.UpdatedMeanwhile as refusal:
            form.add_refusal(refusal)
            context |= _newest(request, governed)
        except Refused as refusal:
            form.add_refusal(refusal)
    return render(request, "assignments/assignment_update.html", context)


def _newest(request: HttpRequest, owner: AssignmentOwner) -> dict[str, Any]:
    """What somebody else said meanwhile, on top of which the form is sent again."""
    owner.refresh_from_db()
    said = StatusUpdate.objects.visible_to(request.user).filter(owner=owner)
    newest = said.select_related("by").latest("at", "pk")
    return {
        "version": owner.version,
        "newest": newest,
        "newest_status": status.of(newest.status),
    }


def _as_last_said(owner: AssignmentOwner) -> dict[str, Any]:
    """What is likely to be true still; a day that has passed is no proposal."""
    ahead = owner.next_on is not None and owner.next_on >= timezone.localdate()
    return {
        "status": owner.status,
        "next_step": owner.next_step,
        "next_on": owner.next_on if ahead else None,
        "decision_wanted": owner.decision_wanted,
    }


def assignment_status(request: HttpRequest, owner: int) -> HttpResponse:
    """Another status, chosen on the board."""
    governed: AssignmentOwner = request.governed  # type: ignore[attr-defined]
    version = row_key(request.POST.get("version", "")) or 0

    def act() -> str:
        moved = updates.move(
            owner=governed, status=request.POST.get("status", ""), version=version, by=request.user
        )
        if moved is not None:
            said = _("Assignment %(number)s is now: %(status)s.")
            messages.success(
                request,
                said % {"number": governed.assignment.number, "status": moved.get_status_display()},
            )
        return board_address(request)

    try:
        return redirect(once(request, act))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(board_address(request))


def board_address(request: HttpRequest) -> str:
    """The board as it was filtered."""
    try:
        kept = saved_views.clean("assignments", request.POST.get(VIEW, ""))
    except saved_views.BadView:
        return reverse("assignments_board")
    return f"{reverse('assignments_board')}?{kept}"


# What it is ------------------------------------------------------------------------------------


def assignment_new(request: HttpRequest) -> HttpResponse:
    """A further assignment of the latest guideline."""
    guideline = guidelines.latest()
    if guideline is None:
        messages.info(request, _("Add the guideline first. Assignments come from its words."))
        return redirect("guideline_new")
    form = NewAssignmentForm(
        request.POST if request.method == "POST" else None,
        initial={"number": assigning.next_number()},
    )

    def act() -> str:
        values = dict(form.cleaned_data)
        values["owners"] = assigning.acting_for(values["owners"])
        made = assigning.order(guideline=guideline, by=request.user, **values)
        messages.success(request, _("The assignment is added."))
        return reverse("assignment", args=[made.pk])

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    context = {"form": form, "guideline": guideline}
    return render(request, "assignments/assignment_new.html", context)


def assignment_change(request: HttpRequest, assignment: int) -> HttpResponse:
    """What the assignment is called, by when, how success shows, and whose it is."""
    governed: Assignment = request.governed  # type: ignore[attr-defined]
    standing = governed.owners.standing().select_related("organisation")
    initial = {
        "title": governed.title,
        "due": governed.due,
        "measure": governed.measure,
        "owners": [one.organisation for one in standing],
        "contributors": list(governed.contributors.all()),
    }
    form = AssignmentForm(request.POST if request.method == "POST" else None, initial=initial)
    version = row_key(request.POST.get("version", "")) or 0 if form.is_bound else governed.version

    def act() -> str:
        assigning.change(assignment=governed, version=version, by=request.user, **form.cleaned_data)
        messages.success(request, _("The assignment is changed."))
        return reverse("assignment", args=[governed.pk])

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            governed.refresh_from_db()
            version = governed.version
            form.add_refusal(refusal)
    context = {"assignment": governed, "form": form, "version": version}
    return render(request, "assignments/assignment_change.html", context)
