"""That somebody opens a case that they are not named in, in an emergency: to read it, for an hour at most."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from cases.vault import SealedTextField
from coordination.access.declaration import Open
from coordination.access.models import one_of
from coordination.access.policy import roles_of
from coordination.access.vocabulary import Permission
from coordination.actors.models import OrganisationMembership

from .cases import Case, Conflict
from .submissions import random_key
from .units import CaseUnit, UnitReceiver


def somebody() -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )


class GlimpseQuerySet(models.QuerySet):
    def visible_to(
        self, user: Any, permission: Permission = Permission.VIEW_CASE
    ) -> "GlimpseQuerySet":
        """Those of the cases that somebody reads; with KEEP_CASE those that they may let another open, and
        with REVIEW_GLIMPSES those of which they say whether they were in order. Never one's own."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if permission == Permission.VIEW_CASE:
            return self.filter(case__in=Case.objects.visible_to(user, permission).values("pk"))
        others = self.exclude(user=user.pk)
        if permission == Permission.REVIEW_GLIMPSES:
            aside = Conflict.objects.filter(user=user.pk).values("case")
            others = others.exclude(approved_by=user.pk).exclude(case__in=aside)
        if permission == Permission.KEEP_CASE:
            return others._answered_by(user)
        return (
            others._reviewed_by(user) if permission == Permission.REVIEW_GLIMPSES else self.none()
        )

    def _answered_by(self, user: Any) -> "GlimpseQuerySet":
        """By who carries the case; of a protected identity by who receives such cases too."""
        kept = Q(case__in=Case.objects.visible_to(user, Permission.KEEP_CASE).values("pk"))
        receives = UnitReceiver.objects.active(timezone.localdate()).filter(user=user.pk)
        protected = Q(needs_second=True, case__unit__in=receives.values("unit"))
        aside = Conflict.objects.filter(user=user.pk).values("case")
        return self.filter(kept | protected).exclude(case__in=aside)

    def _reviewed_by(self, user: Any) -> "GlimpseQuerySet":
        """By reviewers; and by who manages the unit's organisation."""
        roles = roles_of(user)
        if "reviewer" in roles:
            return self
        managed = OrganisationMembership.objects.active(timezone.localdate()).filter(
            user=user.pk, role="unit_manager"
        )
        units = CaseUnit.objects.filter(organisation__in=managed.values("organisation"))
        return self.filter(case__unit__in=units.values("pk"))


class Glimpse(models.Model):
    """Who opened the case, why, from when to when, and what those who review it find.

    `cases.models.cases` reads begins_at and ends_at: without them nothing is opened.
    """

    access = Open("visible_to asks who somebody is to it: reads the case, answers, or reviews")

    class Ground(models.TextChoices):
        DANGER = "danger", pgettext_lazy("glimpse", "Danger to somebody's life or health")
        ABSENT = (
            "absent",
            pgettext_lazy("glimpse", "Who carries it cannot be reached, and it cannot wait"),
        )
        CALLED = "called", pgettext_lazy("glimpse", "The person or a relative needs an answer now")
        OTHER = "other", pgettext_lazy("glimpse", "Other")

    class Verdict(models.TextChoices):
        NONE = "", pgettext_lazy("glimpse", "Not reviewed")
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

    objects = GlimpseQuerySet.as_manager()

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
