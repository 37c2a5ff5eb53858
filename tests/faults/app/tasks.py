"""A report as the product makes them, and a letter, which die once at a named step.

The step comes with the job (`ids["die"]`); the death is SIGKILL to the process that runs it. A note
beside the files says that the job died already, so the next attempt goes through.
"""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from coordination.actors import importing, publishing
from coordination.actors.models import ActorImport
from coordination.jobs import files, mail, queue
from coordination.jobs.models import Job, OutgoingMail
from tests import LONG

LEASE = timedelta(seconds=3)
PATIENCE = 60
"""Seconds for another worker to find a lease that has run out, on a busy machine."""

NOTES = Path(settings.DATA_DIR) / "notes"
LEDGER = Path(settings.DATA_DIR) / "ledger"


def note(line: str) -> None:
    """Append a line to the ledger in one write, which stays whole among many writers."""
    handle = os.open(LEDGER, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{line}\n".encode())
    os.close(handle)


def die_once(wanted: object, key: str, step: str) -> None:
    """Kill this process at the step the job names, the first time it gets there."""
    if wanted != step:
        return
    NOTES.mkdir(exist_ok=True)
    try:
        os.close(os.open(NOTES / key, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    note(f"killed {key} {step}")
    os.kill(os.getpid(), signal.SIGKILL)


def around_rename(before: Callable[[], None], after: Callable[[], None]) -> Callable[..., None]:
    rename = os.replace

    def replace_with_deaths(source: Any, target: Any) -> None:
        before()
        rename(source, target)
        after()

    return replace_with_deaths


@queue.handler("faults.report", lease=LEASE, attempts=1000)
def report(job: Job) -> None:
    """Make one file under the name in the row, tell its owner by mail, and mark the job."""

    def step(name: str) -> None:
        die_once(job.ids.get("die"), f"report-{job.pk}", name)

    note(f"began {job.pk}")
    step("claimed")
    number = Job.objects.values_list("pk", flat=True).get(pk=job.pk)
    step("queried")
    content = b"%d\n" % number * 20_000
    time.sleep(int(job.ids.get("ms", 0)) / 1000)
    step("rendered")
    rename = os.replace
    os.replace = around_rename(lambda: step("written"), lambda: step("renamed"))  # type: ignore[assignment]
    try:
        files.publish(content, str(job.ids["name"]))
    finally:
        os.replace = rename
    with transaction.atomic():
        if job.ids.get("to"):
            mail.post(to=int(job.ids["to"]), letter="faults.ready", ids={}, key=f"report-{job.pk}")
        step("notified")
        queue.finish(job)
        step("marked")
    step("done")


@queue.handler("faults.once", lease=timedelta(minutes=2), attempts=3)
def once(job: Job) -> None:
    note(f"ran {job.pk}")
    time.sleep(0.05)


@queue.handler("faults.slow", lease=timedelta(seconds=1), attempts=5)
def slow(job: Job) -> None:
    """Outlives its own lease at the first attempt: it ends when somebody else has begun another."""
    note(f"attempt {job.attempts}")
    if job.attempts == 1:
        over = time.monotonic() + PATIENCE
        while "attempt 2" not in LEDGER.read_text() and time.monotonic() < over:
            time.sleep(0.1)
        time.sleep(1)


@mail.letter("faults.ready")
def ready(*, user: Any, ids: dict[str, int | str]) -> mail.Letter:
    return mail.Letter("Report", f"Your report, {user.get_full_name()}", "/reports/")


@mail.letter("faults.dying")
def dying(*, user: Any, ids: dict[str, int | str]) -> mail.Letter:
    die_once(ids["die"], f"mail-{ids['number']}", "opened")
    return mail.Letter("Report", "Your report", "/reports/")


class DyingBackend(mail.FolderBackend):
    """The folder backend in a process that dies before, while or after it writes."""

    def _write(self, message: Any) -> None:
        ids = OutgoingMail.objects.get(message_id=str(message["Message-ID"]).strip("<>")).ids

        def step(name: str) -> None:
            die_once(ids.get("die"), f"mail-{ids.get('number')}", name)

        step("sending")
        rename = os.replace
        os.replace = around_rename(lambda: step("mail_written"), lambda: None)  # type: ignore[assignment]
        try:
            super()._write(message)
        finally:
            os.replace = rename
        step("sent")


def dying_finish(job: Job, *, finish: Callable[..., None] = queue.finish, **when: Any) -> None:
    """Die between the mark and its commit."""
    finish(job, **when)
    if job.kind == importing.KIND:
        of = ActorImport.objects.get(pk=job.ids["list"])
        import_step(of.pk, "read_in" if of.state == of.State.APPLIED else "checked")
    if job.kind == mail.KIND:
        ids = OutgoingMail.objects.get(job=job).ids
        die_once(ids.get("die"), f"mail-{ids.get('number')}", "settled")


def import_step(key: int, step: str) -> None:
    die_once(step if DYING_IMPORTS.exists() else None, f"import-{key}-{step}", step)


DYING_IMPORTS = Path(settings.DATA_DIR) / "imports-die"
"""Lists of actors die at each step, once, where this file lies."""
_judge, _carry_out = importing.Judge.rows, publishing._carry_out


def dying_judge(self: Any, of: ActorImport, batch: Any) -> Any:
    """Die when some batches are staged."""
    if of.rows.count() > 100:
        import_step(of.pk, "staged")
    return _judge(self, of, batch)


def dying_write(statements: Any) -> None:
    """Die between two statements, and after the last."""
    reading_in = ActorImport.objects.filter(state=ActorImport.State.APPLYING).first()
    _carry_out(statements[:2])
    if reading_in is not None:
        import_step(reading_in.pk, "writing")
    _carry_out(statements[2:])
    if reading_in is not None:
        import_step(reading_in.pk, "written")


importing.Judge.rows = dying_judge  # type: ignore[method-assign]
publishing._carry_out = dying_write
if not LONG:
    importing.BATCH = 50
queue._handlers[importing.KIND] = replace(
    queue._handlers[importing.KIND], lease=timedelta(seconds=90) if LONG else LEASE, attempts=1000
)
queue.finish = dying_finish
# The product's own handler, with a lease that a test can wait for.
queue._handlers[mail.KIND] = replace(queue._handlers[mail.KIND], lease=LEASE, attempts=1000)
