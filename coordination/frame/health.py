"""Whether the portal does its work: the database, the oldest job that waits, the log's checkpoint."""

from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError

from coordination.audit import checkpoints, log
from coordination.jobs import health as jobs

CHECKPOINT_AGE = timedelta(minutes=30)
"""One is written every ten minutes; two missed in a row is a fault, not a delay."""


def report(now: datetime) -> dict[str, Any]:
    """The three states, and under "wrong" the names of those that are not as they should be."""
    try:
        work = jobs.state(now)
        oldest_event = (
            log.events(zone=log.Zone.COORDINATION)
            .order_by("sequence")
            .values_list("at", flat=True)
            .first()
        )
    except DatabaseError:
        return {"status": "wrong", "wrong": ["database"]}
    last = checkpoints.last()
    # A new portal has no checkpoint yet; its first event tells for how long that is all right.
    since = last or oldest_event
    wrong = []
    if not work["ok"]:
        wrong.append("jobs")
    if since is not None and now - since > CHECKPOINT_AGE:
        wrong.append("audit")
    found: dict[str, Any] = {
        "status": "wrong" if wrong else "ok",
        "database": "ok",
        "oldest_due_job_seconds": work["oldest_due_seconds"],
        "last_audit_checkpoint": last.isoformat() if last else None,
    }
    if wrong:
        found["wrong"] = wrong
    return found
