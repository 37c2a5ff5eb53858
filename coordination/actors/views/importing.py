"""The pages that read lists of actors in: handed in, checked, seen beforehand, read in, undone."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from coordination.access.refused import Refused
from coordination.actors import importing
from coordination.actors.columns import COLUMNS
from coordination.actors.forms.importing import ListFilter, ListForm, RowFilter
from coordination.actors.models import ActorImport, ImportedRow
from coordination.frame import exports
from coordination.ui.lists import Column, ListPage, swedish
from coordination.ui.upload_handler import takes_files
from coordination.writing import saved_views
from coordination.writing.once import once, once_or_say

State, Outcome = ActorImport.State, ImportedRow.Outcome
LISTS = (
    Column(
        "handed_in",
        gettext_lazy("Handed in"),
        order=("handed_in_at",),
        css="cell--date",
        up=gettext_lazy("earliest first"),
        down=gettext_lazy("latest first"),
    ),
    Column("by", gettext_lazy("By")),
    Column("rows", gettext_lazy("Rows")),
    Column("state", gettext_lazy("Status"), order=("state", "-handed_in_at")),
)
ROWS = (
    Column("number", gettext_lazy("Row"), order=("number",), css="cell--number"),
    Column("name", gettext_lazy("Actor"), order=(swedish("name"), "number")),
    Column("outcome", gettext_lazy("What becomes of it")),
    Column("reason", gettext_lazy("Why, or what changes")),
)
TONES = {
    State.UNREADABLE: "danger",
    State.READY: "warning",
    State.APPLIED: "success",
    State.UNDONE: "ended",
    State.DROPPED: "ended",
}
OUTCOMES = {
    Outcome.ADD: "success",
    Outcome.CHANGE: "info",
    Outcome.SAME: "plain",
    Outcome.REFUSED: "danger",
}


@takes_files
def actor_imports(request: HttpRequest) -> HttpResponse:
    """Hand in a list; and which lists were handed in before."""
    is_sent = request.method == "POST"
    form = ListForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if form.is_valid():
        try:
            return redirect(_hand_in(request, form))
        except Refused as refusal:
            form.add_refusal(refusal)
    page = _lists(request)
    context = {
        "form": form,
        "views": saved_views.of(request.user, "actor_imports"),
        "list": page,
        "rows": [(one, TONES.get(State(one.state), "info")) for one in page.rows],
        "columns": [str(heading) for heading, _others in COLUMNS.values()],
    }
    return render(request, "actors/imports.html", context)


def _lists(request: HttpRequest) -> ListPage:
    """The lists that the address asks for, of whoever handed them in."""
    return ListPage(
        request,
        importing.lists(),
        columns=LISTS,
        default="-handed_in",
        filters=partial(ListFilter, user=request.user),
    )


def actor_imports_export(request: HttpRequest) -> FileResponse | HttpResponse:
    """Which lists were handed in, by whom and what became of them, as a file."""

    def cells(one: ActorImport) -> tuple[Any, ...]:
        figures = (one.added, one.changed, one.same, one.refused)
        return (one.handed_in_at, one.handed_in_by, one.get_state_display(), *figures)

    return exports.as_file(
        request,
        _lists(request),
        what="actor_imports",
        back=reverse("actor_imports"),
        title=_("Lists handed in"),
        file_name=pgettext("file name", "lists-%(day)s.%(format)s"),
        header=(
            _("Handed in"),
            _("By"),
            _("Status"),
            _("Are added"),
            _("Are changed"),
            _("Are there already"),
            _("Are not read in"),
        ),
        cells=cells,
    )


def _hand_in(request: HttpRequest, form: ListForm) -> str:
    upload = form.cleaned_data["file"]
    with importing.checked_file(upload.read(), upload.name) as (kind, file):

        def act() -> str:
            made = importing.hand_in(
                by=request.user, kind=kind, file=file, language=request.user.language
            )
            return reverse("actor_import", args=[made.pk])

        return once(request, act)


def actor_import(request: HttpRequest, list: int) -> HttpResponse:
    """One list: how far it has come, what would become of each row, and what can be done with it."""
    governed: ActorImport = request.governed  # type: ignore[attr-defined]
    page = _rows(request, governed)
    context = {
        "import": governed,
        "tone": TONES.get(State(governed.state), "info"),
        "list": page,
        "rows": [(one, OUTCOMES[Outcome(one.outcome)]) for one in page.rows],
        "will_change": governed.added + governed.changed,
        "may_apply": governed.state == State.READY and bool(governed.added or governed.changed),
        "may_undo": importing.may_be_undone(governed, timezone.now()),
        "may_drop": governed.state in (State.WAITING, State.CHECKING, State.READY),
        "shows_rows": governed.rows_in_all and not governed.erased and not governed.is_under_way,
    }
    return render(request, "actors/import.html", context)


def _rows(request: HttpRequest, of: ActorImport) -> ListPage:
    rows = importing.rows_of(of)
    return ListPage(request, rows, columns=ROWS, default="number", filters=RowFilter)


def actor_import_rows(request: HttpRequest, list: int) -> FileResponse | HttpResponse:
    """The rows as a file: those refused go back to whoever made the list."""
    governed: ActorImport = request.governed  # type: ignore[attr-defined]

    def cells(row: ImportedRow) -> tuple[Any, ...]:
        return (row.number, row.name, row.get_outcome_display(), row.reason)

    return exports.as_file(
        request,
        _rows(request, governed),
        what="actor_import",
        back=reverse("actor_import", args=[governed.pk]),
        title=_("Rows"),
        file_name=pgettext("file name", "rows-%(day)s.%(format)s"),
        header=(_("Row"), _("Actor"), _("What becomes of it"), _("Why, or what changes")),
        cells=cells,
    )


def actor_import_do(request: HttpRequest, list: int) -> HttpResponse:
    """Reads the list in, undoes that, or throws the list away."""
    governed: ActorImport = request.governed  # type: ignore[attr-defined]
    here = reverse("actor_import", args=[governed.pk])

    def act() -> str:
        match request.POST.get("do"):
            case "apply":
                importing.apply(by=request.user, of=governed)
            case "undo":
                importing.undo(by=request.user, of=governed)
            case "drop":
                importing.drop(by=request.user, of=governed)
                messages.success(request, _("Done. The list is thrown away."))
        return here

    return once_or_say(request, act, back=here)
