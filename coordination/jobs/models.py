"""The rows that hold work which must happen: jobs, outgoing mail, and periodic work.

These rows are the queue of record. A broker only rings a doorbell, so it may forget everything.
Rows change through `queue` and `mail` alone.
"""

import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

LONGEST_ID = 64
_SHORT_CODE = re.compile(r"[A-Za-z0-9._:-]{0,64}")


def refuse_anything_but_ids(ids: object) -> None:
    """Refuse, with `ValidationError`, whatever is not a flat mapping of names to ids.

    An id is a whole number or a code of at most 64 letters, digits and `. _ : -`, so that no name,
    address or sentence about a person can come to lie in a job row.
    """
    if not isinstance(ids, Mapping):
        raise ValidationError("The ids of a job are a mapping of names to ids.")
    for name, value in ids.items():
        if not isinstance(name, str) or not name.isidentifier() or len(name) > LONGEST_ID:
            raise ValidationError("An id of a job is named by a short identifier.")
        if isinstance(value, int):
            continue
        if not isinstance(value, str) or not _SHORT_CODE.fullmatch(value):
            raise ValidationError(
                f"{name} must be a whole number or a code of at most {LONGEST_ID} characters."
            )


class Job(models.Model):
    """One piece of work, done once. `queue` moves its state by conditional update."""

    class State(models.TextChoices):
        DUE = "due", "due"
        CLAIMED = "claimed", "claimed"
        DONE = "done", "done"
        FAILED = "failed", "failed"

    kind = models.CharField(max_length=64)
    key = models.CharField(max_length=150, unique=True)
    ids = models.JSONField(default=dict, validators=[refuse_anything_but_ids])
    state = models.CharField(max_length=7, choices=State, default=State.DUE)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=32, blank=True, default="")
    """The claim's own token: only who holds it may settle the job."""
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=100, blank=True, default="")
    """The exception's class, never its text, which may quote what a person wrote."""
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)
    """When it was settled, as done or as failed."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="job_state_known",
                condition=Q(state__in=("due", "claimed", "done", "failed")),
            ),
            models.CheckConstraint(
                name="job_claim_has_token_and_lease",
                condition=(Q(state="claimed", lease_until__isnull=False) & ~Q(claimed_by=""))
                | (~Q(state="claimed") & Q(claimed_by="", lease_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="job_settled_has_time",
                condition=Q(state__in=("done", "failed"), done_at__isnull=False)
                | (~Q(state__in=("done", "failed")) & Q(done_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="job_failed_has_error", condition=~Q(state="failed") | ~Q(last_error="")
            ),
            models.CheckConstraint(name="job_has_key", condition=~Q(key="") & ~Q(kind="")),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="job_due", condition=Q(state="due")),
            models.Index(fields=["lease_until"], name="job_lease", condition=Q(state="claimed")),
            models.Index(fields=["id"], name="job_failed", condition=Q(state="failed")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class OutgoingMail(models.Model):
    """One mail to one person, known by ids. Its text is made when it is sent, and never stored."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        SENDING = "sending", "sending"
        SENT = "sent", "sent"
        HELD = "held", "held for a digest"
        DIGESTED = "digested", "sent in a digest"
        NOT_NEEDED = "not_needed", "not needed"
        UNDELIVERABLE = "undeliverable", "undeliverable"

    user_id = models.PositiveBigIntegerField(db_index=True)
    """A number, not a relation: this app knows nothing of users, and a mail outlives an account.
    0 is the support function, which has an address and no account."""
    letter = models.CharField(max_length=64)
    ids = models.JSONField(default=dict, validators=[refuse_anything_but_ids])
    key = models.CharField(max_length=140, unique=True)
    state = models.CharField(max_length=13, choices=State, default=State.WAITING)
    message_id = models.CharField(max_length=120, unique=True)
    """Without angle brackets. The same at every attempt."""
    posted_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="mail", null=True)
    """None for a mail that is told in a digest, or that its receiver chose not to have."""
    digest = models.ForeignKey("self", on_delete=models.PROTECT, related_name="holds", null=True)
    """The mail that tells what this one would have said."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mail_state_known",
                condition=Q(
                    state__in=(
                        "waiting",
                        "sending",
                        "sent",
                        "held",
                        "digested",
                        "not_needed",
                        "undeliverable",
                    )
                ),
            ),
            models.CheckConstraint(
                name="mail_held_has_digest",
                condition=~Q(state__in=("held", "digested")) | Q(digest__isnull=False),
            ),
            models.CheckConstraint(
                name="mail_to_be_sent_has_job",
                condition=~Q(state__in=("waiting", "sending", "sent")) | Q(job__isnull=False),
            ),
            models.CheckConstraint(
                name="mail_sent_has_time",
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
            ),
        ]

        indexes = [
            models.Index(fields=["user_id", "letter", "posted_at"], name="mail_by_receiver"),
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.pk}"


class PeriodicRun(models.Model):
    """When one kind of periodic work is due next, so that its age shows when nobody does it."""

    name = models.CharField(max_length=64, primary_key=True)
    due_next = models.DateTimeField()
    claimed_by = models.CharField(max_length=32, blank=True, default="")
    held_until = models.DateTimeField(null=True)
    """The end of the lease while someone runs it; of the pause after a failure."""
    last_started = models.DateTimeField(null=True)
    last_finished = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="periodic_claim_has_lease",
                condition=Q(claimed_by="") | Q(held_until__isnull=False),
            ),
            models.CheckConstraint(
                name="periodic_finished_was_started",
                condition=Q(last_finished__isnull=True) | Q(last_started__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name
