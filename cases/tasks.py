"""The work of this app that the queue carries out: letters, destruction, and what is forgotten by the day."""

from datetime import timedelta

from coordination.jobs import queue
from coordination.jobs.models import Job

from . import advice, destroying, handing_in, lateness, letters
from .models import Destruction

__all__ = ["letters"]


@queue.handler(destroying.KIND, lease=timedelta(minutes=10), attempts=10)
def destroy(job: Job) -> None:
    """Carries out an approved destruction; done again after a crash it goes on where it was."""
    one = Destruction.objects.select_related("answered_by").get(pk=job.ids["destruction"])
    destroying.carry_out(destruction=one)


@queue.periodic("cases.drafts")
def sweep_drafts() -> None:
    """Destroys cases that were begun and not handed in within 14 days."""
    handing_in.sweep()


@queue.periodic("cases.late")
def tell_of_what_is_late() -> None:
    """Tells the managers of units that something is late, and not what."""
    lateness.tell()


@queue.periodic("cases.advice")
def sweep_advice() -> None:
    """Destroys requests for advice that have been kept for 90 days."""
    advice.sweep()
