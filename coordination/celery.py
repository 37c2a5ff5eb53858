"""The engine of background work: what must happen stands in job rows, Celery carries it out."""

import os
from typing import Any

from celery import Celery, beat
from celery.signals import worker_ready, worker_shutdown

from coordination.jobs import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coordination.settings")

app = Celery("coordination")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


broker.make_folders(app.conf.broker_transport_options)

_scheduler: Any = None


@worker_ready.connect
def start_embedded_scheduler(**_: Any) -> None:
    """On one machine the scheduler is a thread of the only worker, so it cannot outlive it."""
    global _scheduler
    if os.environ.get("PORTAL_EMBED_BEAT") == "1" and _scheduler is None:
        _scheduler = beat.EmbeddedService(app, thread=True, scheduler_cls=beat.Scheduler)
        _scheduler.start()


@worker_shutdown.connect
def stop_embedded_scheduler(**_: Any) -> None:
    global _scheduler
    if _scheduler is not None:
        _scheduler.stop()
        _scheduler = None
