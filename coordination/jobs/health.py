"""Whether work that must happen does happen: the age of the oldest due row, never a ping."""

from datetime import datetime, timedelta
from typing import TypedDict

from django.db.models import Min
from django.utils import timezone

from coordination.jobs import queue
from coordination.jobs.models import Job, PeriodicRun

OLDEST_DUE = timedelta(minutes=5)
"""Thirty sweeps: a long report may keep the only worker that long, nothing healthy longer."""


class State(TypedDict):
    ok: bool
    oldest_due_seconds: int
    failed: int


def state(now: datetime | None = None) -> State:
    """How long the oldest job, lapsed claim or periodic work has been due, and how many failed.

    `ok` is false when that age exceeds OLDEST_DUE. Failed jobs are counted but do not make it
    false: they wait for a person, and restarting a machine does not help them.
    """
    now = now or timezone.now()
    jobs = Job.objects.filter
    oldest = (
        jobs(state=Job.State.DUE, due_at__lte=now).aggregate(at=Min("due_at"))["at"],
        jobs(state=Job.State.CLAIMED, lease_until__lte=now).aggregate(at=Min("lease_until"))["at"],
        PeriodicRun.objects.filter(name__in=queue.periodic_names(), due_next__lte=now).aggregate(
            at=Min("due_next")
        )["at"],
    )
    age = max((now - at for at in oldest if at is not None), default=timedelta())
    return {
        "ok": age <= OLDEST_DUE,
        "oldest_due_seconds": int(age.total_seconds()),
        "failed": jobs(state=Job.State.FAILED).count(),
    }
