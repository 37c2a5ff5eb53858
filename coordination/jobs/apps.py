"""Finds every app's handlers, letters and periodic work when Django starts."""

from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "coordination.jobs"
    label = "jobs"

    def ready(self) -> None:
        autodiscover_modules("tasks")
        checks.register(_every_periodic_work_has_an_interval)
        post_migrate.connect(_plan_periodic, sender=self, dispatch_uid="jobs.plan_periodic")


def _every_periodic_work_has_an_interval(**_: Any) -> list[checks.CheckMessage]:
    from coordination.jobs import queue

    return [
        checks.Error(f"No entry of CELERY_BEAT_SCHEDULE rings {name}.", id="jobs.E001")
        for name in sorted(queue.periodic_names() - queue.rung())
    ]


def _plan_periodic(using: str, plan: Any = (), **_: Any) -> None:
    """A due row from the first hour: without it, a scheduler that never started would look well."""
    from coordination.jobs import queue

    if using == "default" and not any(backwards for _migration, backwards in plan):
        queue.plan_periodic()
