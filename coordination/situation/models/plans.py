"""The action plan that is decided with a situational picture as its basis, and its measures."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from coordination.access.models import one_of
from coordination.actors.models import District, Organisation, PreventionLevel

from .declared import FOR_ROLES, ForReaders, by_whom
from .pictures import Problem, SituationalPicture

DECIDED = ("decided", "followed_up")
"""The states of a plan that has been decided."""


class PlanQuerySet(ForReaders):
    published = Q(state__in=DECIDED)


class ActionPlan(models.Model):
    """What is to be done about the problems of one published picture."""

    access = FOR_ROLES

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("action plan", "Draft")
        DECIDED = "decided", pgettext_lazy("action plan", "Decided")
        FOLLOWED_UP = "followed_up", pgettext_lazy("action plan", "Followed up")

    picture = models.OneToOneField(
        SituationalPicture, on_delete=models.PROTECT, related_name="plan"
    )
    state = models.CharField(max_length=11, choices=State, default=State.DRAFT)
    decided_by = models.CharField(max_length=80, blank=True)
    """Which body decided it."""
    decided_on = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    edition = models.PositiveIntegerField(default=1)
    """Counts everything that was saved in it: nobody decides what they have not read."""
    begun_by = by_whom()
    begun_at = models.DateTimeField()

    objects = PlanQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("state", ["draft", "decided", "followed_up"], "plan_state"),
            models.CheckConstraint(
                condition=Q(state="draft", decided_by="", decided_on=None, valid_to=None)
                | (
                    Q(state__in=DECIDED, decided_on__isnull=False, valid_to__isnull=False)
                    & ~Q(decided_by="")
                ),
                name="plan_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("decided_on")), name="plan_period"
            ),
        )

    def __str__(self) -> str:
        return f"{self.picture_id} {self.state}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT


class MeasureQuerySet(ForReaders):
    published = Q(plan__state__in=DECIDED)
    there = Q(removed=False)

    def in_districts(self, districts: models.QuerySet[District]) -> Self:
        return self.filter(problem__in=Problem.objects.in_districts(districts).values("pk"))

    def standing(self) -> Self:
        """Those that nobody has taken away."""
        return self.filter(self.there)

    def late(self, on: date) -> Self:
        """Those whose day has passed and that are neither done nor dropped."""
        return self.filter(due__lt=on).exclude(state__in=CLOSED)


class Measure(models.Model):
    """One thing that is to be done: about which problem, by whom, on which level, by when, and how one
    sees that it has worked. It does not exist without any of them (lag 2023:196, 5 §)."""

    access = FOR_ROLES

    class State(models.TextChoices):
        NOT_BEGUN = "not_begun", pgettext_lazy("measure", "Not begun")
        UNDER_WAY = "under_way", pgettext_lazy("measure", "Under way")
        DONE = "done", pgettext_lazy("measure", "Done")
        DROPPED = "dropped", pgettext_lazy("measure", "Dropped")

    plan = models.ForeignKey(ActionPlan, on_delete=models.CASCADE, related_name="measures")
    title = models.CharField(max_length=200)
    details = models.TextField(max_length=1500, blank=True)
    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="measures")
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    level = models.ForeignKey(PreventionLevel, on_delete=models.PROTECT, related_name="+")
    due = models.DateField()
    indicator = models.CharField(max_length=300)
    state = models.CharField(max_length=9, choices=State, default=State.NOT_BEGUN)
    """What the latest update says."""
    added_on = models.DateField(null=True, blank=True)
    added_why = models.CharField(max_length=300, blank=True)
    """When and why it was added to a plan that was already decided."""
    removed = models.BooleanField(default=False)
    """Taken away from the draft; it goes when the plan is decided."""
    revision = models.PositiveIntegerField(default=1)
    changed_by = by_whom()
    changed_at = models.DateTimeField()

    objects = MeasureQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("state", ["not_begun", "under_way", "done", "dropped"], "measure_state"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(indicator=""), name="measure_can_be_followed_up"
            ),
            models.CheckConstraint(
                condition=Q(added_on=None, added_why="")
                | (Q(added_on__isnull=False) & ~Q(added_why="")),
                name="measure_added_for_a_reason",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED

    def is_late(self, on: date) -> bool:
        return not self.is_closed and self.due < on


CLOSED = (Measure.State.DONE, Measure.State.DROPPED)


class UpdateQuerySet(ForReaders):
    published = Q(measure__plan__state__in=DECIDED)
    there = Q(measure__removed=False)


class MeasureUpdate(models.Model):
    """How a measure stood at one time. Never changed afterwards."""

    access = FOR_ROLES

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="updates")
    state = models.CharField(max_length=9, choices=Measure.State)
    note = models.CharField(max_length=600, blank=True)
    by = by_whom()
    at = models.DateTimeField()

    objects = UpdateQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("state", ["not_begun", "under_way", "done", "dropped"], "measureupdate_state"),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(note=""), name="measure_dropped_for_a_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.measure_id} {self.state}"


class PlanFollowUp(models.Model):
    """That the whole plan was followed up on a day, and what came of it (lag 2023:196, 6 §)."""

    access = FOR_ROLES

    plan = models.ForeignKey(ActionPlan, on_delete=models.CASCADE, related_name="follow_ups")
    on = models.DateField()
    text = models.TextField(max_length=3000)
    by = by_whom()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(text=""), name="followup_says_something"),
        )

    def __str__(self) -> str:
        return f"{self.plan_id} {self.on.isoformat()}"
