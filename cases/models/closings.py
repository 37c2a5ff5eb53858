"""How a case ends: why, with what result, who agreed, and when somebody looks again."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from cases.vault import SealedTextField
from coordination.access.models import one_of
from coordination.access.policy import GovernedQuerySet

from .cases import OF_A_CASE, Case
from .submissions import random_key, who


class Closing(models.Model):
    """That somebody means to close a case, and that another who carries it agrees or does not."""

    access = OF_A_CASE

    class Reason(models.TextChoices):
        GOALS_REACHED = "goals_reached", pgettext_lazy("closing", "The goals are reached")
        DECLINED = "declined", pgettext_lazy("closing", "The person declined")
        HANDED_OVER = "handed_over", pgettext_lazy("closing", "Handed over")
        MOVED = "moved", pgettext_lazy("closing", "Moved")
        NO_NEED = "no_need", pgettext_lazy("closing", "No need")
        OTHER = "other", pgettext_lazy("closing", "Other")

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("closing", "Waits for a second person")
        AGREED = "agreed", pgettext_lazy("closing", "Agreed")
        REFUSED = "refused", pgettext_lazy("closing", "Not agreed")

    id = random_key()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="closings")
    reason = models.CharField(max_length=13, choices=Reason)
    result = SealedTextField(under="case_id")
    informed = SealedTextField(under="case_id")
    """Whether the person has been told, and why not."""
    reopen_if = SealedTextField(under="case_id")
    """What would make the unit open the case again."""
    earlier = SealedTextField(under="case_id", blank=True)
    """What is said of other worries for the same person."""
    state = models.CharField(max_length=7, choices=State, default=State.ASKED)
    asked_by = who()
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = SealedTextField(under="case_id", blank=True)
    """Why it was not agreed."""

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of(
                "reason",
                [
                    *("goals_reached", "declined", "handed_over", "moved", "no_need", "other"),
                ],
                "closing_reason",
            ),
            one_of("state", ["asked", "agreed", "refused"], "closing_state"),
            models.CheckConstraint(
                condition=Q(state="asked", answered_by=None, answered_at=None)
                | Q(
                    state__in=["agreed", "refused"],
                    answered_by__isnull=False,
                    answered_at__gte=F("asked_at"),
                ),
                name="closing_answered_by_somebody",
            ),
            # Two people close a case. The database says so, whatever the program does.
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("asked_by")),
                name="closing_by_two_people",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="asked"), name="one_closing_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class CheckUp(models.Model):
    """That somebody looks again how it goes, half a year and a year after a case was closed."""

    access = OF_A_CASE

    id = random_key()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="check_ups")
    due_on = models.DateField()
    text = SealedTextField(under="case_id", blank=True)
    done_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(done_by=None, done_at=None)
                | Q(done_by__isnull=False, done_at__isnull=False),
                name="check_up_done_by_somebody",
            ),
            models.UniqueConstraint(fields=["case", "due_on"], name="one_check_up_a_day"),
        )
        indexes = (
            models.Index(fields=["due_on"], condition=Q(done_at=None), name="check_up_waits"),
        )

    def __str__(self) -> str:
        return str(self.pk)
