"""Meetings as files for calendars, and the link by which a calendar reads one's own (P07)."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from coordination.access import sealing
from coordination.writing.once import once
from forums import calendar, subscriptions
from forums.models import CalendarLink, Meeting

KEPT = "_calendar"
"""In the session: the secret of a link that was just made, sealed."""
SHOWN = timedelta(minutes=10)
"""So long a new link is shown to who made it."""
SECRET = "nyckel"  # noqa: S105 - the name of a place, not a secret
"""In the query, not the path: that much is kept out of what programs log of an address."""


def meeting_calendar(request: HttpRequest, meeting: int) -> HttpResponse:
    """The meeting as a calendar file, under a name that tells nothing."""
    governed: Meeting = request.governed  # type: ignore[attr-defined]
    return _file(calendar.file_of(governed), _("meeting.ics"))


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=f"{calendar.MEDIA_TYPE}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def calendar_link(request: HttpRequest) -> HttpResponse:
    """Subscribe with one's own calendar: make a link, replace it, remove it."""
    user: Any = request.user
    here = reverse("calendar_link")
    if request.method == "POST":

        def act() -> str:
            if request.POST.get("do") == "remove":
                if subscriptions.remove_link(by=user):
                    messages.success(request, _("The link no longer works."))
                request.session.pop(KEPT, None)
            else:
                secret = subscriptions.new_link(by=user)
                request.session[KEPT] = sealing.seal(secret, about=_about(user))
            return here

        return redirect(once(request, act))
    link = subscriptions.link_of(user)
    context = {"link": link, "address": _address_once(request, link)}
    return render(request, "forums/calendar_link.html", context)


def _address_once(request: HttpRequest, link: CalendarLink | None) -> str:
    """The address of a link that was just made, for as long as it is shown; else nothing."""
    sealed = request.session.get(KEPT, "")
    if not sealed:
        return ""
    if link is None or timezone.now() - link.made_at > SHOWN:
        del request.session[KEPT]
        return ""
    try:
        secret = sealing.unseal(sealed, about=_about(request.user))
    except sealing.Unreadable:
        return ""
    # Another session may have made a newer one since.
    if subscriptions.reader(secret) != request.user:
        return ""
    return f"{settings.BASE_URL}{reverse('calendar_feed')}?{SECRET}={secret}"


def _about(user: Any) -> str:
    return f"forums.calendar:{user.pk}"


def calendar_feed(request: HttpRequest) -> HttpResponse:
    """What a calendar program reads: asked of the policy anew each time, whoever is signed in here.

    A replaced, a removed and an invented link, and that of a closed account, get the same 404.
    """
    user = subscriptions.reader(request.GET.get(SECRET, ""))
    if user is None:
        raise Http404
    with translation.override(user.language or settings.LANGUAGE_CODE):
        return _file(calendar.feed(subscriptions.meetings_of(user)), _("meetings.ics"))
