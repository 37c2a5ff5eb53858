"""Colleagues who may write in one report, although no role of theirs lets them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from coordination.access.declaration import Open
from coordination.actors.models import OrganisationMembership

from .declared import by_whom


class InvitationQuerySet(models.QuerySet):
    def living(self) -> "InvitationQuerySet":
        """Those that let somebody in today: not ended, not past their last day, and of a person who
        still works at the organisation."""
        today = timezone.localdate()
        at_work = OrganisationMembership.objects.active(today).filter(
            user=models.OuterRef("user"), organisation=models.OuterRef("report__organisation")
        )
        return self.filter(models.Exists(at_work), ended_at=None, valid_to__gte=today)

    def reports_of(self, user: Any) -> models.QuerySet:
        """The keys of the reports that the person was let into."""
        if not user.is_authenticated or not user.is_active:
            return self.none().values("report")
        return self.living().filter(user_id=user.pk).values("report")


class Invitation(models.Model):
    """That a colleague may write in a report, from when until when, and who said so."""

    access = Open(
        "who was let into a report; read through the report, by its reporters and managers"
    )

    report = models.ForeignKey(
        "resources.Report", on_delete=models.CASCADE, related_name="invitations"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_by = by_whom()
    invited_at = models.DateTimeField()
    valid_to = models.DateField()
    """The last day, at the latest the last of the year in which the report is due."""
    ended_by = by_whom(null=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["report", "user"],
                condition=Q(ended_at=None),
                name="one_invitation_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_by=None, ended_at=None)
                | Q(ended_by__isnull=False, ended_at__gte=F("invited_at")),
                name="invitation_ended_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.report_id} {self.user_id}"
