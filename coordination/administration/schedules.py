"""Periodic work as an administrator meets it: what it does, how often, how it went, and run it now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.access.refused import Refused
from coordination.audit import log
from coordination.jobs import queue
from coordination.jobs.models import PeriodicRun

from . import words


@dataclass(frozen=True)
class Scheduled:
    """One kind of periodic work."""

    name: str
    title: str
    what: str
    interval: str
    next_run: datetime | None
    last_run: datetime | None
    fault: str
    running: bool
    soon: bool
    """Due now: the next sweep takes it."""

    @property
    def moves(self) -> bool:
        """Whether the page will look different in a moment."""
        return self.running or self.soon


def all_work(now: datetime | None = None) -> list[Scheduled]:
    """Every kind of periodic work that this portal knows, by what it is called."""
    now = now or timezone.now()
    runs = {run.name: run for run in PeriodicRun.objects.all()}
    found = [_scheduled(name, runs.get(name), now) for name in queue.periodic_names()]
    return sorted(found, key=lambda work: work.title)


def _scheduled(name: str, run: PeriodicRun | None, now: datetime) -> Scheduled:
    told = words.PERIODIC.get(name)
    running = run is not None and bool(run.claimed_by) and run.held_until > now  # type: ignore[operator]
    paused = run is not None and run.held_until is not None and run.held_until > now
    return Scheduled(
        name=name,
        title=str(told.name) if told else name,
        what=str(told.what) if told else "",
        interval=_interval(queue.interval(name)),
        next_run=run.due_next if run else None,
        last_run=run.last_finished if run else None,
        fault=words.of_fault(run.last_error) if run and run.last_error else "",
        running=running,
        soon=run is not None and not paused and run.due_next <= now,
    )


def _interval(every: timedelta) -> str:
    minutes = round(every.total_seconds() / 60)
    if minutes % 1440 == 0:
        days = minutes // 1440
        return ngettext("Every day", "Every %(count)s days", days) % {"count": days}
    if minutes % 60 == 0:
        hours = minutes // 60
        return ngettext("Every hour", "Every %(count)s hours", hours) % {"count": hours}
    return ngettext("Every minute", "Every %(count)s minutes", minutes) % {"count": minutes}


def run_now(*, by: Any, name: str) -> None:
    """Makes the work due at once; a worker takes it within seconds.

    Refused for work that nobody knows, or that is running.
    """
    if name not in queue.periodic_names():
        raise Refused(_("There is no such work. Load the page again."))
    with transaction.atomic():
        if not queue.run_soon(name):
            raise Refused(_("It is running right now."))
        log.record(by=by, event="administration.schedule.run", facts={"work": name})
