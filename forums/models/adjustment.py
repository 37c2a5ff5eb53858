"""What happens with minutes after the meeting: sent, adjusted, asked to be changed, corrected."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.access.declaration import Access
from coordination.access.models import one_of
from coordination.access.policy import GovernedQuerySet
from coordination.access.vocabulary import Permission

from .declared import CALLED_PEOPLE, by_whom, called, together
from .forums import Seat
from .meetings import AgendaItem, Meeting
from .minutes import MinutesVersion

_OF_SENDING = {Permission.VIEW_FORUM: (called("sending__meeting"),)}


class Sending(models.Model):
    """One time that minutes were sent to be adjusted: which version, to whom, and how it ended."""

    access = Access(anchor="meeting__forum", view=Permission.VIEW_FORUM, people=CALLED_PEOPLE)

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ADJUSTED = "adjusted", _("Approved by all")
        CHANGE_ASKED = "change_asked", _("Change requested")
        TAKEN_BACK = "taken_back", _("Taken back")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="sendings")
    version = models.ForeignKey(MinutesVersion, on_delete=models.PROTECT, related_name="sendings")
    sha256 = models.CharField(max_length=64)
    """The hash of exactly what is to be adjusted, as it was when it was sent."""
    due = models.DateField()
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    sent_by = by_whom()
    sent_at = models.DateTimeField()
    ended_by = by_whom(null=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("state", ["waiting", "adjusted", "change_asked", "taken_back"], "sending_state"),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_by=None, ended_at=None)
                | (~Q(state="waiting") & Q(ended_by__isnull=False, ended_at__isnull=False)),
                name="sending_ended",
            ),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(state__in=("waiting", "adjusted")),
                name="sending_one_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.state}"


class Adjuster(models.Model):
    """One of those who are to adjust what was sent; when they did, and the hash of what they adjusted."""

    access = Access(
        anchor="sending__meeting__forum", view=Permission.VIEW_FORUM, people=_OF_SENDING
    )

    sending = models.ForeignKey(Sending, on_delete=models.CASCADE, related_name="adjusters")
    user = by_whom()
    seat = models.ForeignKey(
        Seat, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """What they were asked by; a guest has none."""
    is_chair = models.BooleanField(default=False)
    """Whether they adjust as the chair of the meeting."""
    adjusted_at = models.DateTimeField(null=True, blank=True)
    adjusted_sha256 = models.CharField(max_length=64, blank=True)

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["sending", "user"], name="adjuster_once"),
            models.UniqueConstraint(
                fields=["sending"], condition=Q(is_chair=True), name="adjuster_one_chair"
            ),
            models.CheckConstraint(
                condition=Q(adjusted_at=None, adjusted_sha256="")
                | (Q(adjusted_at__isnull=False) & ~Q(adjusted_sha256="")),
                name="adjuster_adjusted",
            ),
        )

    def __str__(self) -> str:
        return str(self.user)


class ChangeRequest(models.Model):
    """What somebody who was to adjust wants changed, at one item or in the whole; ticked off when done."""

    access = Access(
        anchor="sending__meeting__forum", view=Permission.VIEW_FORUM, people=_OF_SENDING
    )

    sending = models.ForeignKey(Sending, on_delete=models.CASCADE, related_name="requests")
    item = models.ForeignKey(
        AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="change_requests"
    )
    text = models.CharField(max_length=600)
    asked_by = by_whom()
    asked_at = models.DateTimeField()
    settled_by = by_whom(null=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=together("settled_by", "settled_at"), name="change_request_settled"
            ),
        )

    def __str__(self) -> str:
        return f"{self.sending_id} {self.pk}"


class Correction(models.Model):
    """A dated text added to minutes that are locked, and the version that prints it."""

    access = Access(anchor="meeting__forum", view=Permission.VIEW_FORUM, people=CALLED_PEOPLE)

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="corrections")
    version = models.OneToOneField(
        MinutesVersion, on_delete=models.PROTECT, related_name="correction"
    )
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=1000)
    made_by = by_whom()
    made_at = models.DateTimeField()

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["meeting", "number"], name="correction_number"),
        )

    def __str__(self) -> str:
        return f"{self.meeting_id}:{self.number}"
