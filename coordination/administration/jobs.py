"""The state of work in the background: what failed and why, and trying it again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.access.refused import Refused
from coordination.audit import checkpoints, log
from coordination.frame import health
from coordination.jobs import queue
from coordination.jobs.models import Job, OutgoingMail

from . import words


@dataclass(frozen=True)
class Failure:
    """A job that failed, without anything of its content."""

    pk: int
    what: str
    why: str
    attempts: int
    failed_at: datetime | None


@dataclass(frozen=True)
class Figures:
    """How the portal's work goes."""

    ok: bool
    oldest_due: str
    waiting: int
    mail_waiting: int
    mail_undeliverable: int
    last_checkpoint: datetime | None
    database_ok: bool
    wrong: tuple[str, ...]


def failures() -> QuerySet[Job]:
    """The failed jobs, for a list."""
    return Job.objects.filter(state=Job.State.FAILED)


def told(job: Job) -> Failure:
    """A failed job in words."""
    return Failure(
        pk=job.pk,
        what=words.of_job(job.kind, job.ids),
        why=words.of_fault(job.last_error),
        attempts=job.attempts,
        failed_at=job.done_at,
    )


def figures(now: datetime | None = None) -> Figures:
    """The figures of health, and of mail."""
    now = now or timezone.now()
    report = health.report(now)
    state = OutgoingMail.State
    mails = OutgoingMail.objects.aggregate(
        waiting=Count("pk", filter=Q(state__in=(state.WAITING, state.SENDING))),
        undeliverable=Count("pk", filter=Q(state=state.UNDELIVERABLE)),
    )
    return Figures(
        ok="wrong" not in report,
        oldest_due=_late(int(report.get("oldest_due_job_seconds") or 0)),
        waiting=Job.objects.filter(state__in=(Job.State.DUE, Job.State.CLAIMED)).count(),
        mail_waiting=mails["waiting"],
        mail_undeliverable=mails["undeliverable"],
        last_checkpoint=checkpoints.last(),
        database_ok=report.get("database") == "ok",
        wrong=tuple(report.get("wrong", ())),
    )


def _late(seconds: int) -> str:
    """So late, in the largest unit that says it well."""
    if seconds < 120:
        words_for = ngettext("%(count)s second late", "%(count)s seconds late", seconds)
        return words_for % {"count": seconds}
    minutes = seconds // 60
    if minutes < 120:
        return ngettext("%(count)s minute late", "%(count)s minutes late", minutes) % {
            "count": minutes
        }
    hours = minutes // 60
    return ngettext("%(count)s hour late", "%(count)s hours late", hours) % {"count": hours}


def try_again(*, by: Any, job: int) -> None:
    """Makes a failed job due, with all its attempts before it. Refused when it is not failed."""
    with transaction.atomic():
        if not queue.try_again(job):
            raise Refused(_("The job is no longer among the failed ones."))
        log.record(by=by, event="administration.job.tried_again", facts={"job": job})


def try_all_again(*, by: Any) -> int:
    """Makes every failed job due. Returns how many."""
    with transaction.atomic():
        count = sum(queue.try_again(pk) for pk in failures().values_list("pk", flat=True))
        if count:
            log.record(by=by, event="administration.job.all_tried_again", facts={"count": count})
    return count
