"""What is tidied by the clock."""

from coordination.jobs import queue

from . import drafts, once


@queue.periodic("writing.sweep")
def sweep() -> None:
    """Forgets old drafts and old form keys."""
    drafts.sweep()
    once.sweep()
