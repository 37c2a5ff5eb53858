"""The broker is only a doorbell: absent, emptied or heard by two, each job is done once."""

import socket
import time

import pytest
from django.db import transaction

from coordination.celery import app
from coordination.jobs import files, queue
from coordination.jobs.models import Job
from tests import LONG
from tests.faults.conftest import Place
from tests.faults.workers import worker

JOBS = 400 if LONG else 40


def ring_for(job: Job, times: int = 2) -> None:
    with app.connection_for_write() as connection:
        for _ in range(times):
            app.send_task("coordination.jobs.tasks.run", args=[job.pk], connection=connection)


def test_a_broker_emptied_after_the_jobs_were_promised_loses_none(place: Place) -> None:
    jobs = [place.report(number) for number in range(JOBS)]
    place.empty_broker()
    with worker(place.env):
        place.all_done(60 + JOBS)
    files.sweep_orphans()
    assert place.files() == sorted(str(job.ids["name"]) for job in jobs)
    print(f"FIGURE broker emptied: {JOBS} of {JOBS} jobs done, {len(place.files())} files")


def test_two_workers_racing_for_the_same_jobs_run_each_once(place: Place) -> None:
    with transaction.atomic():
        jobs = [
            queue.enqueue(kind="faults.once", ids={}, key=f"once-{place.data.name}-{number}")
            for number in range(JOBS)
        ]
    with worker(place.env, wait=False), worker(place.env):
        for job in jobs:
            ring_for(job)
        place.all_done(60 + JOBS)
    assert sorted(place.ledger()) == sorted(f"ran {job.pk}" for job in jobs)
    print(
        f"FIGURE two workers, each bell rung three times: {JOBS} jobs, {len(place.ledger())} runs"
    )


def test_a_handler_that_outlived_its_lease_cannot_mark_the_job(place: Place) -> None:
    with transaction.atomic():
        job = queue.enqueue(kind="faults.slow", ids={}, key=f"slow-{place.data.name}")
    with worker(place.env), worker(place.env):
        place.all_done(90)
        done_at = Job.objects.get(pk=job.pk).done_at
        time.sleep(5)
    after = Job.objects.get(pk=job.pk)
    assert place.ledger() == ["attempt 1", "attempt 2"]
    assert (after.attempts, after.done_at) == (2, done_at)


@pytest.mark.parametrize("address", ["redis://127.0.0.1:1/0", "a server that never answers"])
def test_a_write_without_a_broker_shows_no_error_and_is_quick(
    place: Place, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = socket.create_server(("127.0.0.1", 0))
    if not address.startswith("redis"):
        address = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
    monkeypatch.setattr(queue, "_quiet_until", 0.0)
    standing = app.conf.broker_url, app.conf.broker_write_url
    app.conf.broker_url = app.conf.broker_write_url = address
    app.conf.broker_transport_options = {}
    try:
        began = time.monotonic()
        jobs = [place.report(number) for number in range(20)]
        took = time.monotonic() - began
    finally:
        app.conf.broker_url, app.conf.broker_write_url = standing
        silent.close()
    assert Job.objects.filter(pk__in=[job.pk for job in jobs], state="due").count() == 20
    assert took < 4
    print(f"FIGURE broker absent: 20 writes in {took:.1f} s, 0 errors, 20 jobs kept")
