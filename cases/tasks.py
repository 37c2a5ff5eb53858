"""What the zone of cases does by the clock."""

from coordination.jobs import queue

from . import advice, handing_in


@queue.periodic("cases.drafts")
def sweep_drafts() -> None:
    """Destroys cases that were begun and not handed in within 14 days."""
    handing_in.sweep()


@queue.periodic("cases.advice")
def sweep_advice() -> None:
    """Destroys requests for advice that have been kept for 90 days."""
    advice.sweep()
