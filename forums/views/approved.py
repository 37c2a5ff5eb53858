"""Approved minutes as reviewers read them: the list, the latest text with its corrections, and its PDF.

Nothing else of a forum is shown here: no draft, no meeting that lies ahead, no earlier version.
"""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from coordination.access.vocabulary import Permission
from coordination.ui.lists import Column, ListPage, swedish
from forums import minutes as documents
from forums.models import Meeting, MinutesVersion

from .minutes import file_of, is_late, until_made

COLUMNS = (
    Column("forum", gettext_lazy("Forum"), order=(swedish("forum__name"), "-starts_at")),
    Column(
        "date",
        gettext_lazy("Date"),
        order=("starts_at",),
        css="cell--date",
        up=gettext_lazy("earliest first"),
        down=gettext_lazy("latest first"),
    ),
    Column("number", gettext_lazy("Registration number")),
)


def approved_list(request: HttpRequest) -> HttpResponse:
    """The meetings whose minutes are approved, the latest first."""
    visible = Meeting.objects.visible_to(request.user, Permission.READ_APPROVED)
    page = ListPage(request, visible.select_related("forum"), columns=COLUMNS, default="-date")
    return render(request, "forums/approved_list.html", {"list": page})


def approved(request: HttpRequest, meeting: int) -> HttpResponse:
    """The minutes as they were approved, with the corrections made since."""
    governed: Meeting = request.governed  # type: ignore[attr-defined]
    version = _latest(governed)
    context = {
        "meeting": governed,
        "version": version,
        "minutes": documents.document(version),
        "pdf_is_late": is_late(version),
    }
    return until_made(request, version, render(request, "forums/approved.html", context))


def approved_pdf(request: HttpRequest, meeting: int) -> HttpResponse | FileResponse:
    """The same as a PDF to keep. While it is being made: back to the page."""
    version = _latest(request.governed)  # type: ignore[attr-defined]
    return file_of(version) if version.has_file else redirect("approved", meeting)


def _latest(meeting: Meeting) -> MinutesVersion:
    version = meeting.minutes.newest_first().first()
    if version is None:
        raise Http404
    return version
