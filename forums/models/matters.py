"""What is said about decisions after their meeting: which belong together, and which are carried out.

It stands in tables of its own: the minutes that a decision was made in may be adjusted and locked, and
nothing of what they say changes by it.
"""

from django.db import models
from django.db.models import Q

from coordination.access.declaration import Access, Open
from coordination.access.policy import GovernedQuerySet
from coordination.access.vocabulary import Permission
from coordination.agreements.models import Agreement
from coordination.assignments.models import Assignment

from .declared import by_whom, called
from .meetings import Decision

CALLED_TO_DECIDE = {Permission.VIEW_FORUM: (called("decision__item__meeting"),)}


class Matter(models.Model):
    """What several decisions are about, in one forum or many."""

    access = Open(
        "says nothing by itself: its decisions are read one by one, each where it was made"
    )

    formed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.pk}"


class MatterDecision(models.Model):
    """That a decision belongs to a matter. A decision belongs to one at most."""

    access = Access(
        anchor="decision__item__meeting__forum",
        view=Permission.VIEW_FORUM,
        people=CALLED_TO_DECIDE,
    )

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="parts")
    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, related_name="part")
    linked_by = by_whom()
    linked_at = models.DateTimeField()

    objects = GovernedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.decision_id} {self.matter_id}"


class CarriedOut(models.Model):
    """That a decision is carried out: since which day, and what came of it."""

    access = Access(
        anchor="decision__item__meeting__forum",
        view=Permission.VIEW_FORUM,
        people=CALLED_TO_DECIDE,
    )

    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, related_name="carried_out")
    on = models.DateField()
    result = models.CharField(max_length=300)
    said_by = by_whom()
    said_at = models.DateTimeField()

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(result=""), name="carried_out_result"),)

    def __str__(self) -> str:
        return f"{self.decision_id} {self.on.isoformat()}"


class DecisionAssignment(models.Model):
    """That a decision is about an assignment of the guideline. A decision is about one at most."""

    access = Access(
        anchor="decision__item__meeting__forum",
        view=Permission.VIEW_FORUM,
        people=CALLED_TO_DECIDE,
    )

    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, related_name="assigned")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    said_by = by_whom()
    said_at = models.DateTimeField()

    objects = GovernedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.decision_id} {self.assignment_id}"


class DecisionAgreement(models.Model):
    """That a decision is about an agreement. A decision is about one at most."""

    access = Access(
        anchor="decision__item__meeting__forum",
        view=Permission.VIEW_FORUM,
        people=CALLED_TO_DECIDE,
    )

    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, related_name="agreed")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    said_by = by_whom()
    said_at = models.DateTimeField()

    objects = GovernedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.decision_id} {self.agreement_id}"
