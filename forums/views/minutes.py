"""The minutes of a meeting: read, downloaded, and made again after changes (P09)."""

import io
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.jobs import files
from coordination.writing.once import once
from forums import adjusting, finishing
from forums import minutes as documents
from forums.forms.adjusting import SendForm
from forums.models import Meeting, MinutesVersion
from forums.refusals import Refused

from . import status
from .adjusting import words_of

RELOADED = timedelta(seconds=30)
"""So long the page fetches itself again while the PDF is made; then there is a link to do so."""
TAKES_LONG = timedelta(minutes=2)
"""A PDF that is not there by then has probably failed, and the page says what to do."""


def minutes(request: HttpRequest, meeting: int) -> HttpResponse:
    """The latest version of the meeting's minutes."""
    held: Meeting = request.governed  # type: ignore[attr-defined]
    version = held.minutes.newest_first().first()
    if version is None:
        return redirect("meeting", meeting)
    return _show(request, held, version)


def minutes_version(request: HttpRequest, meeting: int, number: int) -> HttpResponse:
    """One version, as it stood."""
    version: MinutesVersion = request.governed  # type: ignore[attr-defined]
    return _show(request, version.meeting, version)


def _show(request: HttpRequest, meeting: Meeting, version: MinutesVersion) -> HttpResponse:
    versions = list(meeting.minutes.select_related("made_by").newest_first())
    may_log = policy.may(request.user, Permission.LOG_MEETINGS, meeting)
    is_latest = version == versions[0]
    may_write = may_log and is_latest and meeting.state == Meeting.State.WRITING_UP
    changed = may_write and _has_changed(version)
    missing = finishing.problems(meeting) if changed else []
    documents.say_stages(meeting, versions)
    context: dict[str, Any] = {
        "meeting": meeting,
        "version": version,
        "versions": versions,
        "is_latest": is_latest,
        "minutes": documents.document(version),
        "may_log": may_log,
        "changed": changed,
        "missing": missing,
        "pdf_is_late": is_late(version),
        "status": status.of_meeting(meeting, timezone.now()),
        **_adjusting(request, meeting, is_latest=is_latest),
    }
    if may_write:
        context |= {
            "send_form": None if missing else SendForm(meeting, today=timezone.localdate()),
            "requests": adjusting.open_requests(meeting).filter(settled_at=None).count(),
            "has_changes": changed or version.number > 1,
            **words_of(meeting),
        }
    return until_made(request, version, render(request, "forums/minutes.html", context))


def is_late(version: MinutesVersion) -> bool:
    """Whether a version has waited so long for its file that the reader should be told."""
    return not version.has_file and timezone.now() - version.made_at > TAKES_LONG


def until_made(
    request: HttpRequest, version: MinutesVersion, response: HttpResponse
) -> HttpResponse:
    """The page, which fetches itself anew while the version's file is being made, unless its reader
    asked it not to."""
    waited = timezone.now() - version.made_at
    if not version.has_file and waited <= RELOADED and "vanta" not in request.GET:
        response["Refresh"] = "4"
    return response


def _adjusting(request: HttpRequest, meeting: Meeting, *, is_latest: bool) -> dict[str, Any]:
    """Who is to adjust what waits, and whether the reader is one of them."""
    sending = adjusting.waiting_of(meeting) if meeting.is_awaiting and is_latest else None
    if sending is None:
        return {}
    rows = list(sending.adjusters.select_related("user").order_by("-is_chair", "pk"))
    mine = [one for one in rows if one.user == request.user and one.adjusted_at is None]
    return {"sending": sending, "adjusters": rows, "is_mine": bool(mine)}


def _has_changed(version: MinutesVersion) -> bool:
    """Whether the log says something else than the version does."""
    return documents.fingerprint(documents.snapshot(version.meeting)) != version.sha256


def minutes_pdf(request: HttpRequest, meeting: int, number: int) -> HttpResponse | FileResponse:
    """The version's PDF to keep. While it is being made: back to the page that says so."""
    version: MinutesVersion = request.governed  # type: ignore[attr-defined]
    if not version.has_file:
        return redirect("minutes_version", meeting, number)
    return file_of(version)


def file_of(version: MinutesVersion) -> FileResponse:
    """The PDF of a version that has one, under a name that says its meeting's day."""
    try:
        content = io.BytesIO(files.path(version.file).read_bytes())
    except FileNotFoundError:
        raise Http404 from None
    day = version.meeting.day.isoformat()
    name = _("minutes-%(day)s-v%(number)s.pdf") % {"day": day, "number": version.number}
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/pdf")


def minutes_new(request: HttpRequest, meeting: int) -> HttpResponse:
    """The minutes once more, after changes."""
    held: Meeting = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        finishing.make_new_version(meeting=held, by=request.user)
        messages.success(request, _("A new version of the minutes is made."))
        return reverse("minutes", args=[meeting])

    try:
        return redirect(once(request, act))
    except finishing.CannotFinish:
        # What is missing stands on the page itself: a message must not repeat what was written.
        messages.error(request, _("Something is missing before a new version can be made."))
    except Refused as refusal:
        messages.info(request, str(refusal))
    return redirect("minutes", meeting)
