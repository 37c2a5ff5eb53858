"""Signed-in sessions: how long they last, which there are, and how they end."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.audit import log

from .models import User

BEGAN = "signed_in_at"
WARNING = 5 * 60
"""Seconds before the end at which the person is asked whether they are still there."""


@dataclass(frozen=True)
class Device:
    """One session as its owner sees it."""

    name: str
    signed_in_at: datetime
    used_at: datetime
    current: bool


def begin(request: HttpRequest) -> None:
    """The session begins its longest possible life. Called at every sign-in."""
    request.session[BEGAN] = time.time()


def over(request: HttpRequest) -> bool:
    """Whether a signed-in session has lasted as long as any may."""
    return bool(time.time() - request.session.get(BEGAN, 0) >= settings.SESSION_LONGEST)


def seconds_left(request: HttpRequest) -> int:
    """Until the session ends if nothing more is asked of the portal."""
    longest = settings.SESSION_LONGEST - (time.time() - request.session.get(BEGAN, 0))
    # The middleware moves the end on once a minute at most.
    idle = settings.SESSION_COOKIE_AGE - (time.time() - request.session.get("seen", time.time()))
    return max(0, int(min(idle, longest)))


def last_stretch(request: HttpRequest) -> bool:
    """Whether the session ends at its longest, so that it cannot be extended."""
    longest = settings.SESSION_LONGEST - (time.time() - request.session.get(BEGAN, 0))
    return bool(longest < settings.SESSION_COOKIE_AGE)


def renew_id(request: HttpRequest) -> None:
    """Gives the session a new id: whoever knew the old one knows nothing."""
    old = request.session.session_key
    request.session.cycle_key()
    _moved(old, request)


def keep_this_one(request: HttpRequest) -> None:
    """Ends all of the user's sessions but the one that asks; that one gets a new id."""
    old = request.session.session_key
    user: Any = request.user
    user.refresh_from_db(fields=["password", "session_epoch"])
    update_session_auth_hash(request, user)
    _moved(old, request)
    _throw_away(user, keep=request.session.session_key)


def end_others(request: HttpRequest) -> None:
    """Ends every other session of the user; their next request leads to the sign-in page. Logged when
    there was one."""
    user: Any = request.user
    others = any(not device.current for device in devices(request))
    with transaction.atomic():
        # Counted even when none is known: it ends whatever there might be.
        _count_up(user)
        if others:
            log.record(by=user, event="access.sessions.ended", on=user)
    keep_this_one(request)


def end_all(*, by: User | None, user: User) -> None:
    """Ends every session of the user, wherever it is kept. Their next request finds nobody signed in."""
    with transaction.atomic():
        _count_up(user)
        log.record(by=by, event="access.sessions.ended", on=user)
    _throw_away(user, keep=None)


def devices(request: HttpRequest) -> list[Device]:
    """The user's living sessions, this one first."""
    user: Any = request.user
    rows = list(UserSession.objects.filter(user=user))
    ends = {
        session.session_key: session.expire_date
        for session in Session.objects.filter(
            session_key__in=[row.session_key for row in rows], expire_date__gt=timezone.now()
        )
    }
    current = request.session.session_key
    found = [
        Device(
            name=_device_name(row.user_agent),
            signed_in_at=row.created_at,
            # A session is written at every request, with its end half an hour later.
            used_at=ends[row.session_key] - timedelta(seconds=settings.SESSION_COOKIE_AGE),
            current=row.session_key == current,
        )
        for row in rows
        if row.session_key in ends
    ]
    return sorted(found, key=lambda device: (not device.current, device.signed_in_at))


def keep_little(sender: Any, instance: UserSession, **kwargs: Any) -> None:
    """Before a session is noted: no network address, and of the browser only what it is called.

    allauth fills both in, and has no setting for it. Its column takes nothing but an address, and this
    one is nobody's.
    """
    instance.ip = "0.0.0.0"  # noqa: S104
    agent = instance.user_agent
    marks = [
        next((mark for mark, _name in known if mark in agent), "")
        for known in (_BROWSERS, _SYSTEMS)
    ]
    instance.user_agent = " ".join(filter(None, marks))


def sweep() -> None:
    """Forgets sessions that have run out, and what was noted of them."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    store.clear_expired()
    living = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=living).delete()


def _count_up(user: User) -> None:
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)


def _throw_away(user: User, keep: str | None) -> None:
    rows = UserSession.objects.filter(user=user).exclude(session_key=keep or "")
    Session.objects.filter(
        session_key__in=list(rows.values_list("session_key", flat=True))
    ).delete()
    rows.delete()


def _moved(old: str | None, request: HttpRequest) -> None:
    UserSession.objects.filter(session_key=old or "").update(
        session_key=request.session.session_key
    )


_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def _device_name(agent: str) -> str:
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")
