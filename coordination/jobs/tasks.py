"""The Celery tasks that carry out jobs, and the periodic work of the queue itself.

A task takes an id or a short name, and returns nothing. Whatever it raises is logged by class
name: Celery would log the text, which may quote what a person wrote.
"""

import functools
import logging
from collections.abc import Callable
from typing import ParamSpec

from celery import shared_task

from coordination.jobs import files, queue

P = ParamSpec("P")
logger = logging.getLogger(__name__)


def _quietly(act: Callable[P, object]) -> Callable[P, None]:
    """The rows still hold the work when the database fails here, so the next sweep takes it up."""

    @functools.wraps(act)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            act(*args, **kwargs)
        except Exception as error:
            logger.error("%s stopped: %s", act.__name__, type(error).__name__)

    return guarded


@shared_task(name="coordination.jobs.tasks.run")
@_quietly
def run(job_id: int) -> None:
    """Carry out one job that a doorbell named."""
    queue.run(job_id)


@shared_task(name="coordination.jobs.tasks.sweep")
@_quietly
def sweep() -> None:
    """Carry out all jobs and periodic work that are due."""
    queue.sweep()
    queue.sweep_periodic()


@shared_task(name="coordination.jobs.tasks.ring")
@_quietly
def ring(name: str) -> None:
    """Run one kind of periodic work when it is due."""
    queue.ring(name)


@queue.periodic("jobs.leftovers")
def remove_leftovers() -> None:
    """Remove the temporary files of killed writers."""
    files.sweep_orphans()
