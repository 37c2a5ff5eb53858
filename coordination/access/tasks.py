"""What access does by the clock, and the letters it sends."""

from coordination.jobs import queue

from . import denials, grants, letters, limits, sessions

__all__ = ["letters"]


@queue.periodic("access.rebuild")
def rebuild_grants() -> None:
    """Memberships whose first day has come begin to give; those that ended are cleared away."""
    grants.rebuild()


@queue.periodic("access.tidy")
def tidy() -> None:
    """Forgets sessions, counted guesses and known places that have run out, and says of denied
    requests what only their count is kept of."""
    sessions.sweep()
    limits.sweep()
    denials.sweep()
