"""Schedules and failed work: told in plain words, run and tried again, and nothing of content."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from coordination.administration import jobs, schedules, words
from coordination.audit import log
from coordination.jobs import mail, queue
from coordination.jobs.models import Job, PeriodicRun

pytestmark = pytest.mark.django_db


def test_every_kind_of_work_and_letter_is_told_in_plain_words():
    assert queue.kinds() - words.KINDS.keys() == set()
    assert mail.letters() - words.LETTERS.keys() == set()
    assert queue.periodic_names() - words.PERIODIC.keys() == set()
    assert all(str(work.what).endswith(".") for work in words.PERIODIC.values())


def failed(error: str = "OSError") -> Job:
    number = Job.objects.count()
    return Job.objects.create(
        kind="jobs.mail",
        ids={"user": 1, "letter": "forums.call"},
        key=f"failed-{number}",
        state="failed",
        attempts=8,
        due_at=timezone.now(),
        done_at=timezone.now(),
        last_error=error,
    )


def test_a_failed_job_is_told_and_tried_again(world, signed_in_as):
    client, job = signed_in_as("stina.alm"), failed()
    assert reverse("operation") in client.get("/").content.decode()
    page = client.get(reverse("operation")).content.decode()
    assert str(words.FAULTS["OSError"]) in page or "disk" in page
    client.post(reverse("job_again"), {"job": job.pk})
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("due", 0)
    event = log.events(zone=log.Zone.COORDINATION).first()
    assert event.event == "administration.job.tried_again"
    assert client.post(reverse("job_again"), {"job": "x"}).status_code == 302


def test_all_failed_jobs_are_tried_again_at_once(world, signed_in_as):
    for _number in range(3):
        failed()
    signed_in_as("stina.alm").post(reverse("job_again"), {"all": "1"})
    assert not jobs.failures().exists()


def test_an_unknown_fault_is_said_by_its_class(world):
    assert "KeyError" in words.of_fault("KeyError")


def test_work_is_made_due_now_and_run_by_the_next_sweep(world, signed_in_as):
    name = "writing.sweep"
    queue.plan_periodic()
    later = timezone.now() + timedelta(hours=1)
    PeriodicRun.objects.filter(name=name).update(due_next=later)
    client = signed_in_as("stina.alm")
    page = client.post(reverse("schedule_run"), {"work": name}, follow=True)
    assert page["Refresh"] == "4"
    work = {one.name: one for one in schedules.all_work()}
    assert work[name].soon
    assert queue.ring(name)
    work = {one.name: one for one in schedules.all_work()}
    assert work[name].last_run
    assert not work[name].moves


def test_work_that_runs_is_not_started_twice_and_unknown_work_not_at_all(world, signed_in_as):
    name = "writing.sweep"
    queue.plan_periodic()
    soon = timezone.now() + timedelta(minutes=5)
    PeriodicRun.objects.filter(name=name).update(claimed_by="x", held_until=soon, due_next=soon)
    client = signed_in_as("stina.alm")
    for wanted in (name, "no.such", ""):
        client.post(reverse("schedule_run"), {"work": wanted})
    assert PeriodicRun.objects.get(name=name).due_next == soon
    assert not PeriodicRun.objects.filter(name="no.such").exists()


def test_the_interval_of_each_work_is_told(world):
    told = {work.name: work.interval for work in schedules.all_work()}
    assert set(told) == set(queue.periodic_names())
    assert all(told.values())
