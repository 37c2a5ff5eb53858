"""What the operator's monitor is told: three states, or which of them is wrong, and nothing more."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from coordination.access.models import User
from coordination.audit import checkpoints, log
from coordination.jobs import queue
from coordination.jobs.models import Job, PeriodicRun

pytestmark = pytest.mark.django_db

WHOLE = {"status", "database", "oldest_due_job_seconds", "last_audit_checkpoint"}


@pytest.fixture(autouse=True)
def nothing_due(settings, tmp_path) -> None:
    """No checkpoint of another test, and periodic work that was done just now."""
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"
    queue.plan_periodic()
    PeriodicRun.objects.update(due_next=timezone.now() + timedelta(hours=1), held_until=None)


def happened(ago: timedelta) -> None:
    with transaction.atomic():
        log.record(by=None, event="tests.happened", at=timezone.now() - ago)


def due(ago: timedelta) -> None:
    with transaction.atomic():
        queue.enqueue(
            kind="forums.minutes_pdf", ids={"version": 1}, key="k", due=timezone.now() - ago
        )


def test_a_new_portal_is_well(client):
    answer = client.get("/health/")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "database": "ok",
        "oldest_due_job_seconds": 0,
        "last_audit_checkpoint": None,
    }


def test_the_newest_checkpoint_is_told(client):
    happened(timedelta(hours=2))
    written = checkpoints.write()
    answer = client.get("/health/")
    assert answer.status_code == 200
    assert answer.json()["last_audit_checkpoint"] == written.at.isoformat()


def test_a_job_that_waits_too_long_is_named_with_its_age(client):
    due(timedelta(minutes=4))
    assert client.get("/health/").status_code == 200
    Job.objects.update(due_at=timezone.now() - timedelta(minutes=10))
    answer = client.get("/health/")
    assert answer.status_code == 503
    assert answer.json()["wrong"] == ["jobs"]
    assert answer.json()["oldest_due_job_seconds"] in range(599, 660)


def test_periodic_work_that_nobody_does_is_named(client):
    PeriodicRun.objects.filter(name="audit.checkpoint").update(
        due_next=timezone.now() - timedelta(minutes=10)
    )
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()["wrong"]) == (503, ["jobs"])


def test_a_failed_job_waits_for_a_person_and_does_not_make_the_portal_ill(client):
    due(timedelta(minutes=10))
    Job.objects.update(state="failed", last_error="OSError", done_at=timezone.now())
    assert client.get("/health/").status_code == 200


def test_a_log_without_a_fresh_checkpoint_is_named(client):
    happened(timedelta(minutes=29))
    assert client.get("/health/").status_code == 200
    happened(timedelta(minutes=40))
    checkpoints.write(now=timezone.now() - timedelta(minutes=31))
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()["wrong"]) == (503, ["audit"])


def test_an_old_log_that_never_had_a_checkpoint_is_named(client):
    happened(timedelta(minutes=31))
    assert client.get("/health/").json()["wrong"] == ["audit"]


def test_everything_that_is_wrong_is_named(client):
    happened(timedelta(hours=1))
    due(timedelta(hours=1))
    answer = client.get("/health/")
    assert answer.status_code == 503
    assert set(answer.json()["wrong"]) == {"jobs", "audit"}


def test_a_database_without_its_tables_is_named_without_a_reason(client):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE jobs_job RENAME TO jobs_job_away")
    answer = client.get("/health/")
    assert answer.status_code == 503
    assert answer.json() == {"status": "wrong", "wrong": ["database"]}


def test_nothing_more_is_told_to_anybody_signed_in_or_not(client):
    happened(timedelta(hours=1))
    assert set(client.get("/health/").json()) == WHOLE | {"wrong"}
    client.force_login(User.objects.create(username="stina.alm"))
    assert set(client.get("/health/").json()) == WHOLE | {"wrong"}
    assert str(Path(settings.DATA_DIR)) not in client.get("/health/").content.decode()


def test_asking_leaves_no_session_and_no_cookie(client):
    answer = client.get("/health/")
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"
