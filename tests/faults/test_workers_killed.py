"""Workers are killed at every step and at random; nothing is lost and nothing comes twice."""

import random
import time
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from coordination.jobs import files, mail
from coordination.jobs.models import Job, OutgoingMail
from tests import LONG
from tests.faults.app import MAIL_STEPS, STEPS
from tests.faults.conftest import Place
from tests.faults.workers import Worker, until, worker

SEED = 20261123
POOL = 2 if settings.REDIS_URL else 0
"""Over Redis a pool, as in the installation; over files the solo worker of one machine."""
PER_STEP = (100 if POOL else 20) if LONG else 1
RANDOM_KILLS = (300 if POOL else 100) if LONG else 8
RANDOM_WORKER_KILLS = 60 if LONG else 3


def settled(place: Place, jobs: list[Job]) -> None:
    """Compare database, files and mails with the client's own list of what it was promised."""
    promised = sorted(str(job.ids["name"]) for job in jobs)
    done = Job.objects.filter(pk__in=[job.pk for job in jobs], state=Job.State.DONE)
    assert done.count() == len(jobs)
    files.sweep_orphans(age=timedelta(0))
    assert place.files() == promised
    for job in jobs:
        assert files.path(str(job.ids["name"])).read_bytes() == b"%d\n" % job.pk * 20_000
    sent = OutgoingMail.objects.filter(state=OutgoingMail.State.SENT)
    assert sent.count() == len(jobs) == OutgoingMail.objects.count()
    assert [path.stem for path in place.mails()] == sorted(mail.message_id for mail in sent)


def test_a_report_killed_at_each_step_becomes_exactly_one_file_and_one_mail(place: Place) -> None:
    jobs = []
    with worker(place.env, processes=POOL) as running:
        for number in range(PER_STEP):
            jobs += [place.report(number, die=step) for step in STEPS]
        place.all_done(60 + 8 * len(jobs), running)
    settled(place, jobs)
    assert place.deaths() == len(jobs)
    print(
        f"FIGURE report killed at each of {len(STEPS)} steps: {place.deaths()} kills, "
        "0 lost, 0 doubled files, 0 doubled mails, 0 orphans"
    )


def test_a_mail_killed_at_each_step_is_sent_exactly_once(place: Place) -> None:
    count = 0
    with worker(place.env, processes=POOL) as running:
        for _ in range(PER_STEP):
            for step in MAIL_STEPS:
                with transaction.atomic():
                    mail.post(
                        to=place.user.pk,
                        letter="faults.dying",
                        ids={"die": step, "number": count},
                        key=f"dying-{place.data.name}-{count}",
                    )
                count += 1
        place.all_done(60 + 8 * count, running)
    assert place.deaths() == count
    files.sweep_orphans(age=timedelta(0))
    sent = OutgoingMail.objects.filter(state=OutgoingMail.State.SENT)
    assert [path.stem for path in place.mails()] == sorted(mail.message_id for mail in sent)
    assert sent.count() == count
    print(f"FIGURE mail killed at each of {len(MAIL_STEPS)} steps: {count} kills, {count} mails")


def test_random_kills_of_what_carries_out_jobs_lose_and_double_nothing(place: Place) -> None:
    chance = random.Random(SEED)
    jobs = []
    with worker(place.env, processes=POOL) as running:
        while running.kills < RANDOM_KILLS:
            jobs += [place.report(len(jobs), ms=chance.randrange(0, 200)) for _ in range(2)]
            time.sleep(chance.uniform(0.02, 0.6 if POOL else 3))
            running.kill_one()
            assert running.alive(), f"the worker itself died, see {running.log}"
        place.all_done(120 + len(jobs), running)
    settled(place, jobs)
    print(
        f"FIGURE processes killed at random: {running.kills} kills, {len(jobs)} jobs, "
        "0 lost, 0 doubled"
    )


def test_random_kills_of_whole_workers_lose_and_double_nothing(place: Place) -> None:
    chance = random.Random(SEED + 1)
    jobs, kills = [], 0
    running = Worker(place.env)
    try:
        for _ in range(RANDOM_WORKER_KILLS):
            jobs += [place.report(len(jobs), ms=chance.randrange(0, 300)) for _ in range(4)]
            running.start()
            time.sleep(chance.uniform(0, 1.5))
            running.kill()
            kills += 1
        running.start()
        place.all_done(120 + len(jobs))
    finally:
        running.kill()
    settled(place, jobs)
    print(
        f"FIGURE whole workers killed at random: {kills} kills, {len(jobs)} jobs, 0 lost, 0 doubled"
    )


def test_the_scheduler_dies_with_its_worker(place: Place) -> None:
    with worker(place.env) as running:
        job = place.report(1)
        until(lambda: Job.objects.get(pk=job.pk).state == Job.State.DONE, 30, "the job done")
        running.kill()
        late = place.report(2)
        place.empty_broker()
        time.sleep(3)
        assert Job.objects.get(pk=late.pk).state == Job.State.DUE
