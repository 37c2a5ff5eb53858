"""The files of an assignment: handed in, downloaded, taken away, put back."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from coordination.access.refused import Refused
from coordination.assignments import papers
from coordination.assignments.forms import FileForAssignment
from coordination.assignments.models import Assignment, AssignmentFile
from coordination.ui.upload_handler import takes_files
from coordination.writing import handed_in
from coordination.writing.once import once, once_or_say


@takes_files
def assignment_file_new(request: HttpRequest, assignment: int) -> HttpResponse:
    """Hand in one more file."""
    governed: Assignment = request.governed  # type: ignore[attr-defined]
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = FileForAssignment(*sent)
    if form.is_valid():
        try:
            url = _hand_in(request, governed, form)
        except Refused as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("The file is saved."))
            return redirect(url)
    context = {"assignment": governed, "form": form, "there": _address(governed)}
    return render(request, "assignments/assignment_file_new.html", context)


def _hand_in(request: HttpRequest, assignment: Assignment, form: FileForAssignment) -> str:
    """Checks the file, and has it once however often the form arrives; the page to go on to."""
    upload, title = form.cleaned_data["file"], form.cleaned_data["title"]
    with papers.checked(content=upload.read(), name=upload.name) as file:

        def act() -> str:
            papers.add(assignment=assignment, title=title, file=file, by=request.user)
            return _address(assignment)

        return once(request, act)


def assignment_file(request: HttpRequest, file: int) -> FileResponse:
    """The file, to keep, under a name that tells nothing."""
    governed: AssignmentFile = request.governed  # type: ignore[attr-defined]
    return handed_in.as_download(
        governed, _("assignment-file-%(number)s.%(ending)s"), governed.number
    )


def assignment_file_remove(request: HttpRequest, file: int) -> HttpResponse:
    """Takes the file away; Undo puts it back."""
    governed: AssignmentFile = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        papers.remove(file=governed, by=request.user)
        undo = reverse("assignment_file_restore", args=[governed.pk])
        messages.success(request, _("The file is removed."), extra_tags=f"undo {undo}")
        return _address(governed.assignment)

    return redirect(once(request, act))


def assignment_file_restore(request: HttpRequest, file: int) -> HttpResponse:
    """Puts a file back that was just taken away."""
    governed: AssignmentFile = request.governed  # type: ignore[attr-defined]
    there = _address(governed.assignment)

    def act() -> str:
        papers.restore(file=governed, by=request.user)
        messages.success(request, _("The file is back."))
        return there

    return once_or_say(request, act, back=there)


def _address(assignment: Assignment) -> str:
    return reverse("assignment", args=[assignment.pk]) + "#files"
