"""The queue of record: puts jobs in, claims them with a lease, runs and settles them.

A job row is written in the transaction that makes the work necessary, so it exists exactly when the
work does. Everything after that may crash: a claim is a lease with a token, and the sweep takes up
whatever is due or whose lease ran out.
"""

import logging
import secrets
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from celery.schedules import BaseSchedule, maybe_schedule
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from coordination.jobs.models import Job, PeriodicRun, refuse_anything_but_ids

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""Longer than any job of that kind takes: who overruns it may find the job done twice."""
ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
PERIODIC_LEASE = timedelta(minutes=10)
PERIODIC_PAUSE = timedelta(minutes=1)
"""Between two tries of periodic work that failed; it stays due, so its age shows in health."""
SWEEP_BUDGET = timedelta(seconds=5)
"""One sweep stops taking new jobs after this, so that what a person just did, and rang for, need not
stand behind a hundred old jobs."""
SWEEP_BATCH = 50

BROKER_PATIENCE = 1
"""Seconds a person's request may wait for the broker."""
BROKER_REST = 10.0
"""Seconds without doorbells after one failed; the sweep finds the jobs as soon."""

Act = Callable[[Job], None]
PeriodicAct = Callable[[], None]


class NotInTransaction(RuntimeError):
    """A job enqueued outside a transaction could exist without its cause, or its cause without it."""


class KeyTaken(ValueError):
    """The key already names another job."""


class LeaseLost(RuntimeError):
    """The claim ran out and someone else may hold the job; what was done must not be marked."""


@dataclass(frozen=True)
class Handler:
    kind: str
    act: Act
    lease: timedelta
    attempts: int


@dataclass(frozen=True)
class Periodic:
    name: str
    act: PeriodicAct
    lease: timedelta


_handlers: dict[str, Handler] = {}
_periodic: dict[str, Periodic] = {}


# What can be done ------------------------------------------------------------------------------


def handler(
    kind: str, *, lease: timedelta = LEASE, attempts: int = ATTEMPTS
) -> Callable[[Act], Act]:
    """Register the function that carries out jobs of this kind; it stands in an app's `tasks.py`.

    It does one domain call and must be idempotent: after a crash it is called again. It may call
    `finish(job)` as the last act of its own transaction, so that effect and mark are one. `lease`
    is how long one attempt may take; after `attempts` attempts the job is failed. Raises
    `ValueError` when the kind is taken.
    """

    def register(act: Act) -> Act:
        if kind in _handlers:
            raise ValueError(f"Two handlers for jobs of kind {kind}.")
        _handlers[kind] = Handler(kind, act, lease, attempts)
        return act

    return register


def periodic(
    name: str, *, lease: timedelta = PERIODIC_LEASE
) -> Callable[[PeriodicAct], PeriodicAct]:
    """Register periodic work; its interval is the entry of CELERY_BEAT_SCHEDULE that rings `name`.

    It must be idempotent. A run that raised is tried again, and stays due until one succeeds.
    Raises `ValueError` when the name is taken.
    """

    def register(act: PeriodicAct) -> PeriodicAct:
        if name in _periodic:
            raise ValueError(f"Two kinds of periodic work named {name}.")
        _periodic[name] = Periodic(name, act, lease)
        return act

    return register


def kinds() -> frozenset[str]:
    """The kinds of job that have a handler in this process."""
    return frozenset(_handlers)


def periodic_names() -> frozenset[str]:
    """The names of periodic work registered in this process."""
    return frozenset(_periodic)


# Putting in ------------------------------------------------------------------------------------


def enqueue(
    *, kind: str, ids: Mapping[str, int | str], key: str, due: datetime | None = None
) -> Job:
    """Write the job in the caller's transaction, and ring for a worker once that has committed.

    Idempotent on `key`: a second call returns the first call's job and changes nothing. Raises
    `NotInTransaction` outside a transaction, `ValidationError` when `ids` holds more than whole
    numbers and short codes, `KeyTaken` when the key names a job of another kind or with other ids.
    An absent broker never shows: the sweep finds the job.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction(f"Enqueue {kind} inside the transaction that makes it necessary.")
    refuse_anything_but_ids(ids)
    now = timezone.now()
    job, created = Job.objects.get_or_create(
        key=key, defaults={"kind": kind, "ids": dict(ids), "due_at": due or now}
    )
    if job.kind != kind or job.ids != dict(ids):
        raise KeyTaken(f"The key of this {kind} job names another job.")
    if created and job.due_at <= now:
        transaction.on_commit(partial(_ring_doorbell, job.pk), robust=True)
    return job


_quiet_until = 0.0


def _ring_doorbell(job_id: int) -> None:
    """Tell a worker that a job is due. Waits at most about a second, and never raises."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    from coordination.celery import app

    options = {
        **app.conf.broker_transport_options,
        # Without these kombu tries for ever, in the middle of a person's request.
        "max_retries": 0,
        "connect_retries_timeout": BROKER_PATIENCE,
        "socket_connect_timeout": BROKER_PATIENCE,
        "socket_timeout": BROKER_PATIENCE,
    }
    try:
        with app.connection_for_write(
            connect_timeout=BROKER_PATIENCE, transport_options=options
        ) as connection:
            app.send_task(
                "coordination.jobs.tasks.run",
                args=[job_id],
                connection=connection,
                retry=False,
                ignore_result=True,
            )
    except Exception as error:
        _quiet_until = time.monotonic() + BROKER_REST
        logger.warning("No doorbell for job %s: %s", job_id, type(error).__name__)


# Claiming and settling -------------------------------------------------------------------------


def _takeable(now: datetime) -> Q:
    return Q(state=Job.State.DUE, due_at__lte=now) | Q(
        state=Job.State.CLAIMED, lease_until__lte=now
    )


def claim(job_id: int, *, now: datetime | None = None) -> Job | None:
    """Take the job for the length of its kind's lease, or None when it is not to be taken.

    Of any number who try at once, one gets it. A job whose every attempt ended with its worker is
    marked failed here, so that work which kills workers does not do so for ever.
    """
    now = now or timezone.now()
    kind = Job.objects.filter(pk=job_id).values_list("kind", flat=True).first()
    if kind is None or kind not in _handlers:
        return None
    known = _handlers[kind]
    takeable = Job.objects.filter(_takeable(now), pk=job_id)
    token = secrets.token_hex(16)
    taken = takeable.filter(attempts__lt=known.attempts).update(
        state=Job.State.CLAIMED,
        claimed_by=token,
        lease_until=now + known.lease,
        attempts=F("attempts") + 1,
    )
    if taken:
        return Job.objects.filter(pk=job_id, claimed_by=token).first()
    given_up = takeable.filter(attempts__gte=known.attempts).update(
        state=Job.State.FAILED,
        claimed_by="",
        lease_until=None,
        done_at=now,
        last_error=LeaseLost.__name__,
    )
    if given_up:
        logger.error("Job %s of kind %s failed: its workers died", job_id, kind)
    return None


def finish(job: Job, *, now: datetime | None = None) -> None:
    """Mark a claimed job done. Raises `LeaseLost` when the claim is no longer this one.

    A handler may call it last in its own transaction; raising then rolls its effect back.
    """
    now = now or timezone.now()
    held = Job.objects.filter(pk=job.pk, state=Job.State.CLAIMED, claimed_by=job.claimed_by)
    if not held.update(state=Job.State.DONE, claimed_by="", lease_until=None, done_at=now):
        raise LeaseLost(f"Job {job.pk} is no longer held.")
    job.state = Job.State.DONE
    job.done_at = now


def _put_back(job: Job, error: Exception, now: datetime) -> None:
    """Make the job due again after a pause that grows, or failed after its last attempt."""
    known = _handlers[job.kind]
    held = Job.objects.filter(pk=job.pk, state=Job.State.CLAIMED, claimed_by=job.claimed_by)
    name = type(error).__name__[:100]
    if job.attempts >= known.attempts:
        held.update(
            state=Job.State.FAILED, claimed_by="", lease_until=None, done_at=now, last_error=name
        )
    else:
        pause = min(FIRST_PAUSE * 4 ** (job.attempts - 1), LONGEST_PAUSE)
        held.update(
            state=Job.State.DUE,
            claimed_by="",
            lease_until=None,
            due_at=now + pause,
            last_error=name,
        )


def run(job_id: int, *, now: datetime | None = None) -> bool:
    """Claim the job and carry it out; True when this call did it.

    A handler's exception is kept as its class name and the job made due again, or failed after the
    last attempt. Nothing is raised for it, and its text is not logged.
    """
    job = claim(job_id, now=now)
    if job is None:
        return False
    try:
        _handlers[job.kind].act(job)
        if job.state != Job.State.DONE:
            finish(job)
    except LeaseLost:
        logger.warning("Job %s of kind %s outlived its lease", job.pk, job.kind)
        return False
    except Exception as error:
        logger.error(
            "Job %s of kind %s, attempt %s: %s", job.pk, job.kind, job.attempts, _where(error)
        )
        _put_back(job, error, now or timezone.now())
        return False
    return True


def try_again(job_id: int, *, now: datetime | None = None) -> bool:
    """Make a failed job due, with all its attempts before it; False when it is not failed.

    Call it in the transaction that records who asked for it.
    """
    again = Job.objects.filter(pk=job_id, state=Job.State.FAILED).update(
        state=Job.State.DUE, attempts=0, due_at=now or timezone.now(), done_at=None
    )
    if again:
        transaction.on_commit(partial(_ring_doorbell, job_id), robust=True)
    return bool(again)


def _where(error: Exception) -> str:
    """The exception's class and the lines it came through: what a developer needs, no values."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    lines = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))
    return f"{type(error).__name__} at {lines}"


# Sweeping --------------------------------------------------------------------------------------


def sweep(*, now: datetime | None = None) -> int:
    """Carry out what is due or whose lease ran out, oldest first; returns how many were done.

    Stops taking more after SWEEP_BUDGET; several workers may sweep at once. Jobs without a handler
    here are left for a worker that has one.
    """
    stop = time.monotonic() + SWEEP_BUDGET.total_seconds()
    done = 0
    for job_id in _due(now):
        if time.monotonic() > stop:
            break
        done += run(job_id, now=now)
    return done


def _due(now: datetime | None) -> Iterator[int]:
    seen: set[int] = set()
    while True:
        batch = list(
            Job.objects.filter(_takeable(now or timezone.now()), kind__in=_handlers)
            .exclude(pk__in=seen)
            .order_by("due_at", "pk")
            .values_list("pk", flat=True)[:SWEEP_BATCH]
        )
        if not batch:
            return
        seen.update(batch)
        yield from batch


# Periodic work ---------------------------------------------------------------------------------


def rung() -> frozenset[str]:
    """The names of periodic work that the scheduler rings; a system check asks for all of them."""
    entries = settings.CELERY_BEAT_SCHEDULE.values()
    return frozenset(str(entry["args"][0]) for entry in entries if entry.get("args"))


def _schedule(name: str) -> BaseSchedule:
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        if list(entry.get("args", ())) == [name]:
            return maybe_schedule(entry["schedule"])
    raise ImproperlyConfigured(f"No entry of CELERY_BEAT_SCHEDULE rings {name}.")


def plan_periodic(*, now: datetime | None = None) -> None:
    """Give periodic work that has none a due row; what never ran is due at once."""
    now = now or timezone.now()
    known = set(PeriodicRun.objects.values_list("name", flat=True))
    PeriodicRun.objects.bulk_create(
        [PeriodicRun(name=name, due_next=now) for name in sorted(_periodic.keys() - known)],
        ignore_conflicts=True,
    )


def ring(name: str, *, now: datetime | None = None) -> bool:
    """Run the periodic work when it is due and nobody else runs it; True when this call did it.

    What it raises is kept as a class name; the work stays due and is tried again after a pause.
    """
    moment = now or timezone.now()
    known = _periodic.get(name)
    if known is None:
        return False
    plan_periodic(now=moment)
    token = secrets.token_hex(16)
    free = Q(held_until__isnull=True) | Q(held_until__lte=moment)
    if not PeriodicRun.objects.filter(free, name=name, due_next__lte=moment).update(
        claimed_by=token, held_until=moment + known.lease, last_started=moment
    ):
        return False
    held = PeriodicRun.objects.filter(name=name, claimed_by=token)
    try:
        known.act()
    except Exception as error:
        logger.error("Periodic %s: %s", name, _where(error))
        held.update(
            claimed_by="",
            held_until=(now or timezone.now()) + PERIODIC_PAUSE,
            last_error=type(error).__name__[:100],
        )
        return False
    ended = now or timezone.now()
    return bool(
        held.update(
            claimed_by="",
            held_until=None,
            last_finished=ended,
            last_error="",
            due_next=ended + _schedule(name).remaining_estimate(ended),
        )
    )


def interval(name: str) -> timedelta:
    """How often the periodic work is done. Raises `ImproperlyConfigured` when nothing rings it."""
    now = timezone.now()
    schedule = _schedule(name)
    every: timedelta = getattr(schedule, "run_every", None) or schedule.remaining_estimate(now)
    return every


def run_soon(name: str, *, now: datetime | None = None) -> bool:
    """Make periodic work due at once, past the pause after a failure; the next sweep runs it.

    False when somebody runs it now, or nobody knows it. Call it in the transaction that records
    who asked for it.
    """
    now = now or timezone.now()
    plan_periodic(now=now)
    waiting = PeriodicRun.objects.filter(name=name, claimed_by="")
    return bool(waiting.update(due_next=now, held_until=None))


def sweep_periodic(*, now: datetime | None = None) -> int:
    """Run all periodic work that is due; returns how many ran. Makes up for a lost bell."""
    plan_periodic(now=now)
    due = PeriodicRun.objects.filter(name__in=_periodic, due_next__lte=now or timezone.now())
    return sum(ring(name, now=now) for name in due.values_list("name", flat=True))
