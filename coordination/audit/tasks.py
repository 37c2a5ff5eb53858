"""The log's periodic work."""

from django.utils import timezone

from coordination.audit import checkpoints, verify
from coordination.audit.models import Zone
from coordination.jobs import queue


class LogIsWrong(Exception):
    """The log was tampered with or damaged; nothing is signed until someone has looked."""


@queue.periodic("audit.checkpoint")
def write_checkpoint() -> None:
    """Verify what is new and sign where the log ends; once a day, verify all of it first.

    Raises `LogIsWrong` and signs nothing when a fault is found, so that health shows it.
    """
    last = checkpoints.last()
    verified_today = last is not None and timezone.localdate(last) == timezone.localdate()
    for zone in Zone:
        verdict = verify.verify(zone, since_checkpoint=verified_today)
        if not verdict.ok:
            raise LogIsWrong(f"{zone}: {verdict.findings[0].text} Run verify_audit.")
    checkpoints.write()
