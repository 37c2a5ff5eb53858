"""What reviewers leave behind: exports of the log, and the monthly sample with its answers.

No row points at the log by a relation: the log must neither hinder nor follow the life of these.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.access import policy
from coordination.access.declaration import Open
from coordination.access.models import one_of
from coordination.access.vocabulary import Permission


def _person(null: bool = False) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=null,
        blank=null,
        related_name="+",
    )


class LogExportQuerySet(models.QuerySet):
    def visible_to(self, user: Any, permission: Permission) -> "LogExportQuerySet":
        """One's own exports, for as long as one may review the log."""
        if permission not in policy.permissions_of(user):
            return self.none()
        return self.filter(asked_by_id=user.pk)


class LogExport(models.Model):
    """A part of the log that somebody asked for as a file, why, and until when they can fetch it."""

    access = Open("only who asked for it is shown it, and only while they may review the log")

    class Format(models.TextChoices):
        CSV = "csv", _("Spreadsheet (CSV)")
        PDF = "pdf", _("Document (PDF)")

    class State(models.TextChoices):
        WAITING = "waiting", _("Being made")
        READY = "ready", _("Ready")
        REMOVED = "removed", _("Removed")

    asked_by = _person()
    asked_at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    format = models.CharField(max_length=3, choices=Format)
    language = models.CharField(max_length=2)
    filters = models.JSONField(default=dict, blank=True)
    """The filters of the log page, as in its address."""
    last_event = models.PositiveBigIntegerField()
    """Nothing that happened later is in it."""
    file = models.CharField(max_length=60, unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    rows = models.PositiveIntegerField(null=True, blank=True)
    expires_at = models.DateTimeField()

    objects = LogExportQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("format", ["csv", "pdf"], "logexport_format"),
            one_of("state", ["waiting", "ready", "removed"], "logexport_state"),
            models.CheckConstraint(condition=~Q(reason=""), name="logexport_has_reason"),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(rows__isnull=False), name="logexport_ready"
            ),
        )

    def __str__(self) -> str:
        return f"{self.format} {self.pk}"

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY


class LogSample(models.Model):
    """The events of one month that reviewers look into."""

    access = Open("counts alone; shown to reviewers by a page with its own policy")

    month = models.DateField(unique=True)
    """Its first day."""
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(month__day=1), name="logsample_first_day"),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class SampledEventQuerySet(models.QuerySet):
    def visible_to(self, user: Any, permission: Permission) -> "SampledEventQuerySet":
        """Events that the person was asked about and has not answered for."""
        if permission not in policy.permissions_of(user):
            return self.none()
        return self.filter(asked_of_id=user.pk)


class SampledEvent(models.Model):
    """One event of a sample, what the reviewer made of it, and what the person said if asked."""

    access = Open("reviewers by a page with its own policy, and who is asked about it")

    class Kind(models.TextChoices):
        OPENING = "opening", _("Opening of a case")
        DENIED = "denied", _("Denied attempt")

    class Answer(models.TextChoices):
        NONE = "", _("Not looked at")
        JUSTIFIED = "justified", _("Justified")
        ASKED = "asked", _("Ask the user")
        INVESTIGATE = "investigate", _("Investigate")

    sample = models.ForeignKey(LogSample, on_delete=models.CASCADE, related_name="events")
    event = models.PositiveBigIntegerField()
    """The key of the row in the log."""
    kind = models.CharField(max_length=7, choices=Kind)
    answer = models.CharField(max_length=11, choices=Answer, default=Answer.NONE, blank=True)
    answered_by = _person(null=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    asked_of = _person(null=True)
    """Only until the person has answered: after that the log alone says who it was."""
    reply = models.CharField(max_length=300, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)

    objects = SampledEventQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("kind", ["opening", "denied"], "sampledevent_kind"),
            one_of("answer", ["", "justified", "asked", "investigate"], "sampledevent_answer"),
            models.UniqueConstraint(fields=["sample", "event"], name="sampledevent_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="sampledevent_answered",
            ),
            models.CheckConstraint(
                condition=Q(asked_of=None) | Q(answer="asked", replied_at=None),
                name="sampledevent_asked",
            ),
            models.CheckConstraint(
                condition=Q(reply="", replied_at=None)
                | (~Q(reply="") & Q(replied_at__isnull=False)),
                name="sampledevent_replied",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.event}"

    @property
    def is_settled(self) -> bool:
        return self.answer in (self.Answer.JUSTIFIED, self.Answer.INVESTIGATE)
