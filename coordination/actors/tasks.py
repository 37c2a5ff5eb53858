"""What actors do by the clock."""

from coordination.jobs import queue

from . import importing, organisations

__all__ = ["importing"]


@queue.periodic("actors.names")
def apply_names() -> None:
    """New names of organisations and districts take over on their day."""
    organisations.apply_names()


@queue.periodic("actors.imports")
def erase_imports() -> None:
    """Rows and files of lists that were not read in, or can no longer be undone, are erased."""
    importing.sweep()
