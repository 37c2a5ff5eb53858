"""That somebody opens a case that they are not named in, in an emergency: to read it, for an hour at most."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from cases.vault import SealedTextField
from coordination.access.models import one_of
from coordination.access.policy import GovernedQuerySet

from .cases import OF_A_CASE, Case
from .submissions import random_key


def somebody() -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )


class Glimpse(models.Model):
    """Who opened the case, why, from when to when, and what those who review it find.

    `cases.models.cases` reads begins_at and ends_at: without them nothing is opened.
    """

    access = OF_A_CASE

    class Ground(models.TextChoices):
        DANGER = "danger", pgettext_lazy("glimpse", "Danger to somebody's life or health")
        ABSENT = (
            "absent",
            pgettext_lazy("glimpse", "Who carries it cannot be reached, and it cannot wait"),
        )
        CALLED = "called", pgettext_lazy("glimpse", "The person or a relative needs an answer now")
        OTHER = "other", pgettext_lazy("glimpse", "Other")

    class Verdict(models.TextChoices):
        IN_ORDER = "in_order", pgettext_lazy("glimpse", "In order")
        QUESTIONED = "questioned", pgettext_lazy("glimpse", "To be looked into")

    id = random_key()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="glimpses")
    user: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    ground = models.CharField(max_length=6, choices=Ground)
    reason = SealedTextField(under="case_id")
    asked_at = models.DateTimeField()
    needs_second = models.BooleanField(default=False)
    """The identity is protected: nobody opens it alone (resolution 28)."""
    approved_by = somebody()
    begins_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    remark = SealedTextField(under="case_id", blank=True)
    """What who reviewed it says."""
    reviewed_by = somebody()
    reviewed_at = models.DateTimeField(null=True, blank=True)

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("ground", ["danger", "absent", "called", "other"], "glimpse_ground"),
            one_of("verdict", ["", "in_order", "questioned"], "glimpse_verdict"),
            models.CheckConstraint(
                condition=Q(begins_at=None, ends_at=None)
                | Q(begins_at__gte=F("asked_at"), ends_at__gte=F("begins_at")),
                name="glimpse_times",
            ),
            # A protected identity is opened by two people. The database says so.
            models.CheckConstraint(
                condition=Q(needs_second=False) | Q(begins_at=None) | Q(approved_by__isnull=False),
                name="glimpse_protected_by_two",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("user")),
                name="glimpse_by_another",
            ),
            models.CheckConstraint(
                condition=Q(verdict="", reviewed_by=None, reviewed_at=None)
                | (
                    ~Q(verdict="")
                    & ~Q(reviewed_by=F("user"))
                    & Q(reviewed_by__isnull=False, reviewed_at__isnull=False)
                ),
                name="glimpse_reviewed_by_another",
            ),
        )
        indexes = (
            models.Index(fields=["user", "ends_at"], name="glimpse_of_a_person"),
            models.Index(fields=["-asked_at"], name="glimpse_list"),
        )

    def __str__(self) -> str:
        return str(self.pk)
