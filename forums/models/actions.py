"""Action points, who owns them, and what happened with them."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.access.declaration import Access
from coordination.access.models import one_of
from coordination.access.policy import GovernedQuerySet
from coordination.access.vocabulary import Permission
from coordination.actors.models import Organisation

from .declared import CALLED_PEOPLE, by_whom, called
from .forums import Forum
from .meetings import AgendaItem, Decision, Meeting


class ActionQuerySet(GovernedQuerySet):
    def open(self) -> "ActionQuerySet":
        return self.filter(state="open")

    def overdue(self, on: date) -> "ActionQuerySet":
        return self.open().filter(due__lt=on)

    def by_due(self) -> "ActionQuerySet":
        """The most urgent first; without a date last."""
        return self.order_by(F("due").asc(nulls_last=True), "pk")

    def with_times_moved(self) -> "ActionQuerySet":
        """Adds `times_moved`: how many times the action got a new date."""
        return self.annotate(
            times_moved=models.Count("changes", filter=Q(changes__kind="moved"), distinct=True)
        )


class Action(models.Model):
    """Something somebody is to do before a day, decided at a meeting or without one."""

    access = Access(
        anchor="forum",
        view=Permission.VIEW_FORUM,
        people={
            Permission.VIEW_FORUM: ("owners__user", called("meeting")),
            Permission.KEEP_ACTION: ("owners__user",),
        },
    )

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("state of an action", "Open")
        DONE = "done", _("Done")
        STRUCK = "struck", _("Struck")

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="actions")
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="actions"
    )
    item = models.ForeignKey(
        AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="actions"
    )
    decision = models.ForeignKey(
        Decision, on_delete=models.SET_NULL, null=True, blank=True, related_name="later_actions"
    )
    """What the action carries out, when it was added after the meeting: the minutes do not hold it."""
    origin_kind = models.CharField(max_length=20, blank=True)
    """What kind of thing the action was made of, outside this app; its key stands beside."""
    origin_key = models.PositiveBigIntegerField(null=True, blank=True)
    text = models.CharField(max_length=200)
    due = models.DateField(null=True, blank=True)
    """Empty only while the meeting is being logged: finishing asks for it."""
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    created_by = by_whom()
    created_at = models.DateTimeField()
    closed_by = by_whom(null=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ActionQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["forum", "state", "due"], name="action_forum_state_due"),
            models.Index(fields=["meeting"], name="action_meeting"),
            models.Index(fields=["origin_kind", "origin_key"], name="action_origin"),
            # Few actions are of a decision. Counted with all the others, an index over them looks so
            # poor that SQLite reads every action for each decision instead.
            models.Index(
                fields=["decision"], name="action_of_decision", condition=Q(decision__isnull=False)
            ),
        )
        constraints = (
            one_of("state", ["open", "done", "struck"], "action_state"),
            models.CheckConstraint(
                condition=Q(state="open", closed_by=None, closed_at=None)
                | (~Q(state="open") & Q(closed_by__isnull=False, closed_at__isnull=False)),
                name="action_closed",
            ),
            models.CheckConstraint(
                condition=Q(item=None) | Q(meeting__isnull=False), name="action_item_in_meeting"
            ),
            models.CheckConstraint(
                condition=Q(decision=None) | Q(meeting=None), name="action_decision_later"
            ),
            models.CheckConstraint(
                condition=Q(origin_kind="", origin_key=None)
                | (~Q(origin_kind="") & Q(origin_key__isnull=False, meeting=None)),
                name="action_of_something",
            ),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def is_overdue(self, on: date) -> bool:
        return self.is_open and self.due is not None and self.due < on

    def days_late(self, on: date) -> int:
        """Whole days past the due date; 0 when it is not overdue."""
        return (on - self.due).days if self.due is not None and self.is_overdue(on) else 0

    @property
    def owners_label(self) -> str:
        """The owners as printed, in the order they were written."""
        return ", ".join(
            owner.label for owner in sorted(self.owners.all(), key=lambda owner: owner.pk)
        )


class ActionOwner(models.Model):
    """One of those who own an action: a person with an account, a named one, or an organisation."""

    access = Access(
        anchor="action__forum",
        view=Permission.VIEW_FORUM,
        people={
            Permission.VIEW_FORUM: (
                "action__owners__user",
                called("action__meeting"),
            )
        },
    )

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="owners")
    user = by_whom("owned_actions", null=True)
    name = models.CharField(max_length=120, blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    told_in = models.ForeignKey(
        "MinutesVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="told"
    )
    """The minutes whose finishing mailed this owner about the action."""

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(user__isnull=False) | ~Q(name="") | Q(organisation__isnull=False),
                name="action_owner_someone",
            ),
            models.UniqueConstraint(
                fields=["action", "user"],
                condition=Q(user__isnull=False),
                name="action_owner_once",
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        if self.user_id:
            return str(self.user)
        if self.name and self.organisation_id:
            return f"{self.name} ({self.organisation})"
        return self.name or str(self.organisation)


class CarriedAction(models.Model):
    """That an action stood open on the agenda when a meeting began, and with which date."""

    access = Access(anchor="meeting__forum", view=Permission.VIEW_FORUM, people=CALLED_PEOPLE)

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="carried")
    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="carried_to")
    due_then = models.DateField(null=True, blank=True)

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["meeting", "action"], name="carried_action_once"),
        )

    def __str__(self) -> str:
        return f"{self.action_id} {self.meeting_id}"


class ActionChangeQuerySet(GovernedQuerySet):
    def in_order(self) -> "ActionChangeQuerySet":
        return self.order_by("at", "pk")


class ActionChange(models.Model):
    """What happened with an action, when, by whom, and at which meeting if at one."""

    access = Access(
        anchor="action__forum",
        view=Permission.VIEW_FORUM,
        people={
            Permission.VIEW_FORUM: (
                "action__owners__user",
                called("action__meeting"),
            )
        },
    )

    class Kind(models.TextChoices):
        CREATED = "created", _("Created")
        DONE = "done", _("Done")
        MOVED = "moved", _("New date")
        STRUCK = "struck", _("Struck")
        REOPENED = "reopened", _("Opened again")

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="changes")
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="action_changes"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    old_due = models.DateField(null=True, blank=True)
    new_due = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    by = by_whom()
    at = models.DateTimeField()

    objects = ActionChangeQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["action", "at"], name="action_change_at"),)
        constraints = (
            one_of(
                "kind", ["created", "done", "moved", "struck", "reopened"], "action_change_kind"
            ),
            models.CheckConstraint(
                condition=~Q(kind="moved") | Q(new_due__isnull=False), name="action_change_moved"
            ),
            models.CheckConstraint(
                condition=~Q(kind="struck") | ~Q(reason=""), name="action_change_struck"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.action_id}"
