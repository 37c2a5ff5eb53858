"""The work of this app that the queue carries out: the PDF of minutes, letters and reminders."""

from datetime import timedelta

from coordination.jobs import queue
from coordination.jobs.models import Job

from . import adjust_letters, adjust_reminders, documents, letters, minutes, outside, reminders

__all__ = ["adjust_letters", "letters", "minutes_pdf", "remind"]


@queue.handler("forums.minutes_pdf", lease=timedelta(minutes=5), attempts=5)
def minutes_pdf(job: Job) -> None:
    """Makes the PDF of a version of minutes; done again after a crash it replaces its own file."""
    minutes.render_pdf(version_id=int(job.ids["version"]))


@queue.periodic("forums.reminders")
def remind() -> None:
    """Posts the day's reminders of actions and of minutes to adjust, once it is six in the morning."""
    reminders.post()
    adjust_reminders.post()


@queue.periodic("forums.documents")
def sweep_documents() -> None:
    """Erases files of documents that were removed, or never came to be."""
    documents.sweep()


@queue.periodic("forums.outside_addresses")
def forget_addresses() -> None:
    """Erases the addresses of people without an account when they are no longer needed."""
    outside.forget()
