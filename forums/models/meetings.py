"""A meeting, who takes part in it, its agenda, and what was decided under each item."""

import uuid
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.access.declaration import Access, Seated
from coordination.access.models import one_of
from coordination.access.policy import GovernedQuerySet
from coordination.access.vocabulary import Permission
from coordination.actors.models import Organisation

from .declared import CALLED_PEOPLE, by_whom, called, together
from .forums import Forum, ItemKind, Seat
from .series import MeetingSeries


class MeetingQuerySet(GovernedQuerySet):
    def newest_first(self) -> "MeetingQuerySet":
        return self.order_by("-starts_at", "-pk")

    def soonest_first(self) -> "MeetingQuerySet":
        return self.order_by("starts_at", "pk")

    def not_held(self) -> "MeetingQuerySet":
        """Planned or called, and not begun."""
        return self.filter(state__in=("planned", "called"))

    def held(self) -> "MeetingQuerySet":
        return self.filter(state__in=HELD_STATES)


ADJUSTERS = Seated(user="sendings__adjusters__user", membership="sendings__adjusters__seat")
"""Those who were asked to adjust the minutes, for as long as they have the seat they were asked by."""


class Meeting(models.Model):
    """One meeting of a forum, from plan to locked minutes."""

    access = Access(
        anchor="forum",
        view=Permission.VIEW_FORUM,
        people={
            Permission.VIEW_FORUM: (called(),),
            Permission.PROPOSE_ITEM: (called(),),
            Permission.ADJUST_MINUTES: (ADJUSTERS,),
        },
        when={Permission.READ_APPROVED: Q(state="locked")},
    )

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        CALLED = "called", _("Invitation sent")
        IN_PROGRESS = "in_progress", _("In progress")
        WRITING_UP = "writing_up", _("Being written up")
        AWAITING = "awaiting", pgettext_lazy("minutes", "Awaiting approval")
        LOCKED = "locked", pgettext_lazy("minutes", "Approved")
        CANCELLED = "cancelled", _("Cancelled")

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="meetings")
    series = models.ForeignKey(
        MeetingSeries, on_delete=models.PROTECT, null=True, blank=True, related_name="meetings"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    version = models.PositiveIntegerField(default=1)
    """Counts changes of the plan (time, place, agenda, participants)."""
    call_sequence = models.PositiveIntegerField(default=0)
    """Counts the changed and cancelled calls that were sent: the SEQUENCE of the calendar event."""
    calendar_uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """What calendars know the meeting by, for good: it tells nothing."""
    planned_by = by_whom()
    planned_at = models.DateTimeField()
    called_by = by_whom(null=True)
    called_at = models.DateTimeField(null=True, blank=True)
    started_by = by_whom(null=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_by = by_whom(null=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = by_whom(null=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    sent_by = by_whom(null=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    """Set while the minutes wait to be adjusted, and after it."""
    locked_by = by_whom(null=True)
    """Who adjusted last, which locked the minutes."""
    locked_at = models.DateTimeField(null=True, blank=True)
    registration_number = models.CharField(max_length=40, blank=True)
    """The number in the municipality's own register (diarienummer): no part of the text."""

    objects = MeetingQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["forum", "starts_at"], name="meeting_forum_starts"),
            # The order of the list: who sees many forums is shown its first page without a sort.
            models.Index(fields=["-starts_at", "-id"], name="meeting_newest"),
            models.Index(fields=["state", "starts_at"], name="meeting_state_starts"),
        )
        constraints = (
            one_of(
                "state",
                [
                    "planned",
                    "called",
                    "in_progress",
                    "writing_up",
                    "awaiting",
                    "locked",
                    "cancelled",
                ],
                "meeting_state",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_start"
            ),
            models.CheckConstraint(
                condition=together("called_by", "called_at"), name="meeting_called"
            ),
            models.CheckConstraint(
                condition=together("started_by", "started_at"), name="meeting_started"
            ),
            models.CheckConstraint(
                condition=together("finished_by", "finished_at"), name="meeting_finished"
            ),
            models.CheckConstraint(condition=together("sent_by", "sent_at"), name="meeting_sent"),
            models.CheckConstraint(
                condition=together("locked_by", "locked_at"), name="meeting_locked"
            ),
            models.CheckConstraint(
                condition=together("cancelled_by", "cancelled_at"), name="meeting_cancelled"
            ),
            models.CheckConstraint(
                condition=(Q(state="cancelled", cancelled_at__isnull=False) & ~Q(cancel_reason=""))
                | (~Q(state="cancelled") & Q(cancelled_at=None, cancel_reason="")),
                name="meeting_cancelled_why",
            ),
            models.CheckConstraint(
                condition=Q(state="planned", called_at=None, started_at=None, finished_at=None)
                | Q(state="called", called_at__isnull=False, started_at=None, finished_at=None)
                | Q(state="in_progress", started_at__isnull=False, finished_at=None)
                | Q(
                    state__in=("writing_up", "awaiting", "locked"),
                    started_at__isnull=False,
                    finished_at__isnull=False,
                )
                | Q(state="cancelled", started_at=None, finished_at=None),
                name="meeting_state_dates",
            ),
            models.CheckConstraint(
                condition=Q(state="awaiting", sent_at__isnull=False, locked_at=None)
                | Q(state="locked", sent_at__isnull=False, locked_at__isnull=False)
                | (~Q(state__in=("awaiting", "locked")) & Q(sent_at=None, locked_at=None)),
                name="meeting_adjusting_dates",
            ),
        )

    def __str__(self) -> str:
        return f"{self.forum} {self.day.isoformat()}"

    @property
    def day(self) -> date:
        return timezone.localtime(self.starts_at).date()

    @property
    def minutes_planned(self) -> int:
        """How long the meeting is, in minutes."""
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))

    @property
    def is_open_for_log(self) -> bool:
        """Whether notes, decisions and actions may be written."""
        return self.state in LOG_STATES

    @property
    def is_plan(self) -> bool:
        """Whether time, agenda and participants may be changed."""
        return self.state in PLAN_STATES

    @property
    def is_locked(self) -> bool:
        """Whether the minutes are adjusted (or approved): nothing of their text changes any more."""
        return self.state == self.State.LOCKED

    @property
    def is_awaiting(self) -> bool:
        """Whether the minutes have been sent and wait for those who are to adjust them."""
        return self.state == self.State.AWAITING

    @property
    def has_minutes(self) -> bool:
        """Whether there are minutes to read, in whatever state."""
        return self.state in MINUTES_STATES

    def is_past(self, now: datetime) -> bool:
        return self.ends_at < now


PLAN_STATES = (Meeting.State.PLANNED, Meeting.State.CALLED)
LOG_STATES = (Meeting.State.IN_PROGRESS, Meeting.State.WRITING_UP)
MINUTES_STATES = (Meeting.State.WRITING_UP, Meeting.State.AWAITING, Meeting.State.LOCKED)
HELD_STATES = (Meeting.State.IN_PROGRESS, *MINUTES_STATES)


class Call(models.Model):
    """What those called to a meeting were told at one time: the call, or a change of it."""

    access = Access(anchor="meeting__forum", view=Permission.VIEW_FORUM, people=CALLED_PEOPLE)

    class Kind(models.TextChoices):
        CALL = "call", _("Invitation")
        CHANGE = "change", _("Changed invitation")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="calls")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=120, blank=True)
    titles = models.JSONField(default=list)
    """The headings of the agenda, in order."""
    by = by_whom()
    at = models.DateTimeField()

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["meeting", "number"], name="call_number"),
            one_of("kind", ["call", "change"], "call_kind"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.meeting_id}:{self.number}"


class ParticipationQuerySet(GovernedQuerySet):
    def in_order(self) -> "ParticipationQuerySet":
        """As the seats stand in the forum; guests last."""
        return self.order_by("is_guest", "pk")


class Participation(models.Model):
    """One person or function at one meeting, as called, and whether they came."""

    access = Access(anchor="meeting__forum", view=Permission.VIEW_FORUM, people=CALLED_PEOPLE)

    class Attendance(models.TextChoices):
        UNKNOWN = "unknown", _("Not recorded")
        PRESENT = "present", _("Present")
        DIGITAL = "digital", _("Takes part digitally")
        ABSENT = "absent", _("Absent")
        SUBSTITUTE = "substitute", _("Substitute")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="participations")
    seat = models.ForeignKey(
        Seat, on_delete=models.PROTECT, null=True, blank=True, related_name="participations"
    )
    user = by_whom("participations", null=True)
    name = models.CharField(max_length=80, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    function = models.CharField(max_length=120, blank=True)
    attendance = models.CharField(max_length=10, choices=Attendance, default=Attendance.UNKNOWN)
    substitute_name = models.CharField(max_length=80, blank=True)
    substitute_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_guest = models.BooleanField(default=False)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of(
                "attendance",
                ["unknown", "present", "digital", "absent", "substitute"],
                "participation_attendance",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | ~Q(name="") | ~Q(function=""),
                name="participation_someone",
            ),
            models.CheckConstraint(
                condition=(Q(attendance="substitute") & ~Q(substitute_name=""))
                | (~Q(attendance="substitute") & Q(substitute_name="")),
                name="participation_substitute",
            ),
            models.CheckConstraint(
                condition=Q(attendance="substitute") | Q(substitute_organisation=None),
                name="participation_substitute_organisation",
            ),
            models.UniqueConstraint(
                fields=["meeting", "user"],
                condition=Q(user__isnull=False),
                name="participation_once_per_person",
            ),
            models.UniqueConstraint(
                fields=["meeting", "seat"],
                condition=Q(seat__isnull=False),
                name="participation_once_per_seat",
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """How the participant is printed: the person, or else the function."""
        return (str(self.user) if self.user_id else self.name) or self.function

    @property
    def attending_organisation(self) -> Organisation:
        """The organisation of whoever came: the substitute's, when somebody came instead."""
        return self.substitute_organisation or self.organisation


class AgendaItemQuerySet(GovernedQuerySet):
    def in_order(self) -> "AgendaItemQuerySet":
        return self.order_by("position", "pk")


class AgendaItem(models.Model):
    """One item of a meeting: what was planned, what was said, and what became of it."""

    access = Access(anchor="meeting__forum", view=Permission.VIEW_FORUM, people=CALLED_PEOPLE)

    Kind = ItemKind

    class Outcome(models.TextChoices):
        OPEN = "open", _("Not handled")
        DONE = "done", _("Handled")
        POSTPONED = "postponed", _("Postponed")
        STRUCK = "struck", _("Struck")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.INFORMATION)
    presenter = models.CharField(max_length=80, blank=True)
    planned_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    notes = models.CharField(max_length=4000, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    is_follow_up = models.BooleanField(default=False)
    carried_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="carried_to"
    )
    version = models.PositiveIntegerField(default=1)
    """Counts changes of the notes: the save of a stale text is refused."""
    edited_by = by_whom(null=True)
    edited_at = models.DateTimeField(null=True, blank=True)

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["meeting", "position"], name="item_meeting_position"),)
        constraints = (
            one_of("kind", ["information", "discussion", "decision"], "item_kind"),
            one_of("outcome", ["open", "done", "postponed", "struck"], "item_outcome"),
            models.CheckConstraint(
                condition=together("edited_by", "edited_at"), name="item_edited"
            ),
        )

    def __str__(self) -> str:
        return f"{self.position} {self.title}"


class DecisionQuerySet(GovernedQuerySet):
    def in_order(self) -> "DecisionQuerySet":
        return self.order_by("item__position", "number", "pk")


class Decision(models.Model):
    """A decision under an item, printed as "§ 4:1"."""

    access = Access(
        anchor="item__meeting__forum",
        view=Permission.VIEW_FORUM,
        people={Permission.VIEW_FORUM: (called("item__meeting"),)},
    )

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="decisions")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=600)
    report_to_management = models.BooleanField(default=False)
    decided_by = by_whom()
    decided_at = models.DateTimeField()

    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["item", "number"], name="decision_number"),)

    def __str__(self) -> str:
        return f"§ {self.mark}"

    @property
    def mark(self) -> str:
        """ "4:1": the item's number and the decision's own."""
        return f"{self.item.position}:{self.number}"
