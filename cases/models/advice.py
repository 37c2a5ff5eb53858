"""Questions of those who want advice and name nobody."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cases.vault import SealedTextField
from coordination.access import policy
from coordination.access.declaration import Open
from coordination.access.vocabulary import Permission
from coordination.actors.models import Organisation

from .submissions import random_key, who
from .units import CaseArea, CaseAreaGrant, CaseUnit


class AdviceQuerySet(models.QuerySet):
    def visible_to(
        self, user: Any, permission: Permission = Permission.CARRY_CASES
    ) -> "AdviceQuerySet":
        """Those asked of a unit, for who coordinates one of the districts that it carries today: who may
        triage there may answer too."""
        if permission not in policy.permissions_of(user):
            return self.none()
        held = policy.living(CaseAreaGrant.objects.filter(user_id=user.pk)).filter(
            permission__codename=Permission.TRIAGE_CASE.value
        )
        areas = CaseArea.objects.active(timezone.localdate()).filter(
            pk__in=held.values("content_object")
        )
        return self.filter(unit__in=areas.values("unit"))


class AdviceRequest(models.Model):
    """What somebody wants to talk about, without saying whom it concerns. It is gone after 90 days."""

    access = Open(
        "names nobody; a unit's own coordinators see it: visible_to asks for their grants"
    )

    id = random_key()
    unit = models.ForeignKey(CaseUnit, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    """Where who asks works."""
    text = SealedTextField()
    reach = SealedTextField()
    """How who asks wants to be contacted."""
    made_by = who()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = AdviceQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="advice_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None, answered_at=None)
                | Q(answered_by__isnull=False, answered_at__isnull=False),
                name="advice_answered_by_somebody",
            ),
        )
        indexes = (models.Index(fields=["unit", "-made_at"], name="advice_list"),)

    def __str__(self) -> str:
        return str(self.pk)
