"""The work of this app that the queue carries out: the role matrix, letters, inactive accounts."""

from datetime import timedelta

from coordination.jobs import queue
from coordination.jobs.models import Job

from . import letters, log_exports, log_sample, people, roles_matrix

__all__ = ["letters", "log_exports", "log_sample"]


@queue.handler(roles_matrix.KIND, lease=timedelta(minutes=5), attempts=5)
def role_matrix(job: Job) -> None:
    """Makes the document of a role matrix; done again after a crash it replaces its own file."""
    roles_matrix.render(int(job.ids["matrix"]))


@queue.periodic("administration.inactive_accounts")
def inactive_accounts() -> None:
    """Warns those who have been silent for long, and closes the accounts of those who stayed so."""
    people.close_inactive()
