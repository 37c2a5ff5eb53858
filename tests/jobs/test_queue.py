"""Jobs are rows: put in with their cause, claimed by one, settled by who holds the claim."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import checks
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from coordination.jobs import health, queue
from coordination.jobs.models import Job, PeriodicRun

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LEASE = timedelta(minutes=2)


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A kind of job of this test's own, and the jobs it carried out."""
    monkeypatch.setattr(queue, "_handlers", {})
    done: list[int] = []

    @queue.handler("tests.kind", lease=LEASE, attempts=3)
    def act(job: Job) -> None:
        if job.ids.get("fail"):
            raise LookupError("Anna Ek told this in confidence")
        done.append(job.pk)

    return done


def put(key: str = "one", **more: Any) -> Job:
    return queue.enqueue(
        kind="tests.kind", ids=more.pop("ids", {"meeting": 7}), key=key, due=NOW, **more
    )


def test_the_same_key_gives_the_same_job(ran: list[int]) -> None:
    assert put().pk == put().pk
    assert Job.objects.count() == 1


def test_a_key_that_names_another_job_is_refused(ran: list[int]) -> None:
    put()
    with pytest.raises(queue.KeyTaken):
        put(ids={"meeting": 8})


@pytest.mark.django_db(transaction=True)
def test_a_job_outside_a_transaction_is_refused(ran: list[int]) -> None:
    with pytest.raises(queue.NotInTransaction):
        put()
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_job_goes_with_its_cause_when_that_is_rolled_back(ran: list[int]) -> None:
    with transaction.atomic():
        put()
        transaction.set_rollback(True)
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "ids",
    [
        {"note": "Anna Ek"},
        {"address": "anna@example.org"},
        {"code": "x" * 65},
        {"list": [1]},
        {"nothing": None},
        {"a name": 1},
        ["meeting"],
    ],
)
def test_only_numbers_and_short_codes_come_into_a_job(ran: list[int], ids: Any) -> None:
    with pytest.raises(ValidationError):
        put(ids=ids)


def test_codes_dates_and_uuids_are_ids(ran: list[int]) -> None:
    ids = {"day": "2026-11-23", "id": "0b9c0c8e-7a3f-4a53-9d0f-1f1d3d2a7a11", "zone": "a.b:c_d"}
    assert put(ids=ids).ids == ids


def test_a_claimed_job_is_not_claimed_again_until_its_lease_ran_out(ran: list[int]) -> None:
    job = put()
    assert queue.claim(job.pk, now=NOW) is not None
    assert queue.claim(job.pk, now=NOW + LEASE - timedelta(seconds=1)) is None
    assert queue.claim(job.pk, now=NOW + LEASE) is not None


def test_who_lost_the_lease_cannot_mark_the_job_done(ran: list[int]) -> None:
    job = put()
    slow = queue.claim(job.pk, now=NOW)
    quick = queue.claim(job.pk, now=NOW + LEASE)
    assert slow is not None
    assert quick is not None
    with pytest.raises(queue.LeaseLost):
        queue.finish(slow)
    queue.finish(quick)
    assert Job.objects.get().state == Job.State.DONE


def test_an_effect_whose_lease_was_lost_rolls_back(
    ran: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    @queue.handler("tests.effect")
    def act(job: Job) -> None:
        Job.objects.filter(pk=job.pk).update(claimed_by="someone else")
        with transaction.atomic():
            queue.enqueue(kind="tests.kind", ids={}, key="effect")
            queue.finish(job)

    job = queue.enqueue(kind="tests.effect", ids={}, key="cause", due=NOW)
    assert queue.run(job.pk, now=NOW) is False
    assert not Job.objects.filter(key="effect").exists()


def test_a_job_that_fails_keeps_the_class_of_its_error_and_never_the_text(
    ran: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    job = put(ids={"fail": 1})
    assert queue.run(job.pk, now=NOW) is False
    job.refresh_from_db()
    assert (job.state, job.last_error) == (Job.State.DUE, "LookupError")
    assert "LookupError at test_queue.py" in caplog.text
    assert "confidence" not in caplog.text


def test_pauses_grow_and_after_the_last_attempt_the_job_has_failed(ran: list[int]) -> None:
    job = put(ids={"fail": 1})
    now, pauses = NOW, []
    while job.state == Job.State.DUE:
        queue.sweep(now=now)
        job.refresh_from_db()
        pauses.append(job.due_at - now)
        now = job.due_at
    assert pauses[:2] == [timedelta(seconds=10), timedelta(seconds=40)]
    assert (job.state, job.attempts) == (Job.State.FAILED, 3)
    assert queue.sweep(now=now + timedelta(days=1)) == 0


def test_a_failed_job_can_be_tried_again(ran: list[int]) -> None:
    job = put()
    assert queue.try_again(job.pk) is False
    Job.objects.update(state="failed", done_at=NOW, last_error="LookupError", attempts=3)
    assert queue.try_again(job.pk, now=NOW) is True
    assert queue.sweep(now=NOW) == 1


def test_a_job_that_kills_every_worker_fails_at_last(ran: list[int]) -> None:
    job = put()
    for attempt in range(3):
        assert queue.claim(job.pk, now=NOW + attempt * LEASE) is not None
    assert queue.claim(job.pk, now=NOW + 3 * LEASE) is None
    job.refresh_from_db()
    assert (job.state, job.last_error) == (Job.State.FAILED, "LeaseLost")


def test_a_sweep_takes_what_is_due_oldest_first_and_nothing_before_its_time(
    ran: list[int],
) -> None:
    later = queue.enqueue(kind="tests.kind", ids={}, key="later", due=NOW + timedelta(seconds=1))
    new, old = put("new"), put("old")
    Job.objects.filter(pk=old.pk).update(due_at=NOW - timedelta(hours=1))
    assert queue.sweep(now=NOW) == 2
    assert ran == [old.pk, new.pk]
    assert queue.sweep(now=NOW + timedelta(seconds=1)) == 1
    assert ran[-1] == later.pk


def test_a_job_nobody_here_can_do_waits_for_who_can(ran: list[int]) -> None:
    queue.enqueue(kind="tests.unknown", ids={}, key="unknown", due=NOW)
    assert queue.sweep(now=NOW) == 0
    assert Job.objects.get().state == Job.State.DUE


def test_two_handlers_of_one_kind_are_refused(ran: list[int]) -> None:
    with pytest.raises(ValueError):
        queue.handler("tests.kind")(lambda job: None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "claimed"},
        {"state": "claimed", "claimed_by": "x"},
        {"claimed_by": "x"},
        {"state": "done"},
        {"state": "failed", "done_at": NOW},
        {"done_at": NOW},
        {"state": "lost"},
        {"key": ""},
    ],
)
def test_the_database_ties_who_and_when_to_the_state(ran: list[int], wrong: dict[str, Any]) -> None:
    put()
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.update(**wrong)


def test_a_sweep_of_nothing_asks_one_question(
    ran: list[int], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        assert queue.sweep() == 0


# The doorbell ------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_doorbell_rings_after_the_commit_and_carries_the_id_alone(
    ran: list[int], bells: Any
) -> None:
    with transaction.atomic():
        job = put()
        assert bells() == []
    assert bells() == [[[job.pk], {}]]
    with transaction.atomic():
        put()
    assert bells() == []


@pytest.mark.django_db(transaction=True)
def test_no_bell_rings_for_work_of_another_day(ran: list[int], bells: Any) -> None:
    with transaction.atomic():
        queue.enqueue(kind="tests.kind", ids={}, key="late", due=timezone.now() + timedelta(days=1))
    assert bells() == []


# Health ------------------------------------------------------------------------------------------


@pytest.fixture
def nothing_periodic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_periodic", {})


def test_health_is_the_age_of_the_oldest_due_job(ran: list[int], nothing_periodic: None) -> None:
    assert health.state(NOW) == {"ok": True, "oldest_due_seconds": 0, "failed": 0}
    put()
    assert health.state(NOW + timedelta(minutes=5))["ok"] is True
    assert health.state(NOW + timedelta(seconds=301)) == {
        "ok": False,
        "oldest_due_seconds": 301,
        "failed": 0,
    }


def test_health_counts_a_claim_from_the_end_of_its_lease(
    ran: list[int], nothing_periodic: None
) -> None:
    queue.claim(put().pk, now=NOW)
    assert health.state(NOW + LEASE + timedelta(seconds=9))["oldest_due_seconds"] == 9


def test_a_failed_job_is_counted_but_does_not_make_the_portal_ill(
    ran: list[int], nothing_periodic: None
) -> None:
    put()
    Job.objects.update(state="failed", done_at=NOW, last_error="LookupError")
    assert health.state(NOW + timedelta(days=1)) == {
        "ok": True,
        "oldest_due_seconds": 0,
        "failed": 1,
    }


# Periodic work -----------------------------------------------------------------------------------


@pytest.fixture
def every_minute(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[str]:
    monkeypatch.setattr(queue, "_periodic", {})
    PeriodicRun.objects.all().delete()
    settings.CELERY_BEAT_SCHEDULE = {"x": {"schedule": 60.0, "args": ["tests.minute"]}}
    runs: list[str] = []

    @queue.periodic("tests.minute")
    def act() -> None:
        runs.append("run")
        if runs == ["run"]:
            raise LookupError("Anna Ek")

    return runs


def test_periodic_work_that_failed_stays_due_is_tried_again_and_then_planned_anew(
    every_minute: list[str],
) -> None:
    now = timezone.now()
    assert queue.ring("tests.minute", now=now) is False
    row = PeriodicRun.objects.get()
    assert (row.due_next, row.last_error, row.last_finished) == (now, "LookupError", None)
    assert health.state(now + timedelta(seconds=50))["oldest_due_seconds"] == 50
    assert queue.sweep_periodic(now=now + timedelta(seconds=59)) == 0
    assert queue.sweep_periodic(now=now + timedelta(seconds=60)) == 1
    row.refresh_from_db()
    assert row.last_error == ""
    assert abs(row.due_next - now - timedelta(seconds=120)) < timedelta(seconds=70)
    assert every_minute == ["run", "run"]


def test_periodic_work_is_not_run_twice_at_once(every_minute: list[str]) -> None:
    now = timezone.now()
    every_minute.append("earlier")
    queue.plan_periodic(now=now)
    PeriodicRun.objects.update(claimed_by="x", held_until=now + timedelta(minutes=1))
    assert queue.ring("tests.minute", now=now) is False
    assert queue.ring("tests.minute", now=now + timedelta(minutes=1)) is True


def test_every_kind_of_periodic_work_has_its_interval_and_its_bell() -> None:
    assert queue.rung() >= queue.periodic_names()
    assert "jobs.E001" not in {error.id for error in checks.run_checks()}


def test_periodic_work_without_an_interval_stops_the_start(settings: Any) -> None:
    settings.CELERY_BEAT_SCHEDULE = {}
    assert "jobs.E001" in {error.id for error in checks.run_checks()}


def test_the_sweep_uses_its_indexes(ran: list[int]) -> None:
    if connection.vendor != "sqlite":
        return
    plan = Job.objects.filter(queue._takeable(NOW)).order_by("due_at", "pk").explain()
    assert "job_due" in plan
    assert "job_lease" in plan
