"""What the models of this app share: whose they are, and who did something."""

from typing import Any, ClassVar, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q

from coordination.access import policy
from coordination.access.declaration import Open
from coordination.access.vocabulary import Permission
from coordination.actors.models import Organisation

OWN = Open(
    "an organisation's own figures: only its reporters and managers get rows that are not sent"
)
SENT = Open("what an organisation has sent in: its own people, and those who follow the work up")

HELD_BY = {
    Permission.REPORT_RESOURCES: ("reporter",),
    Permission.ATTEST_RESOURCES: ("manager",),
    Permission.VIEW_OWN_REPORT: ("reporter", "manager"),
    Permission.INVITE_TO_REPORT: ("reporter", "manager"),
}
"""With which roles, at the organisation itself, a permission reaches its report."""
BY_INVITATION = (Permission.VIEW_OWN_REPORT, Permission.REPORT_RESOURCES)
"""What a colleague who is invited to a report may do with that report, and with no other."""


def by_whom(null: bool = False) -> Any:
    """Who did something; a person who did is not removed."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=null, blank=null, related_name="+"
    )


def invited_to(user: Any) -> models.QuerySet:
    """The keys of the reports that the person was invited to write in, and still may."""
    found: models.QuerySet = apps.get_model("resources.Invitation").objects.reports_of(user)
    return found


class OwnQuerySet(models.QuerySet):
    """Rows of the reports of organisations, of which a person gets their own organisations' alone.

    Nobody else has a way in: a report that is not sent does not exist for those who follow it up.
    """

    path: ClassVar[str] = "organisation"
    report: ClassVar[str] = "pk"

    def visible_to(self, user: Any, permission: Permission = Permission.VIEW_OWN_REPORT) -> Self:
        """The rows of the organisations where the person holds a role that the permission is for, and
        of the reports that the person was invited to write in."""
        theirs = Q(pk__in=())
        roles = HELD_BY.get(permission)
        if roles is not None and permission in policy.permissions_of(user):
            own = Organisation.objects.held_by(user, roles)
            theirs |= Q(**{f"{self.path}__in": own.values("pk")})
        if permission in BY_INVITATION:
            theirs |= Q(**{f"{self.report}__in": invited_to(user)})
        return self.filter(theirs)


class OfReport(OwnQuerySet):
    """Rows that belong to a report."""

    path = "report__organisation"
    report = "report"


class SentQuerySet(models.QuerySet):
    """Versions as they were sent."""

    def visible_to(self, user: Any, permission: Permission = Permission.READ_RESOURCES) -> Self:
        """All for those who review; their own organisations' for reporters and managers; what is
        approved for reviewers of the log; those of a report for colleagues who were invited to it. For
        what is added up of them: all, or what is approved."""
        held = policy.permissions_of(user)
        if permission not in held:
            invited = permission is Permission.READ_RESOURCES
            return self.filter(report__in=invited_to(user)) if invited else self.none()
        if Permission.REVIEW_RESOURCES in held:
            return self
        if permission is Permission.READ_RESOURCE_FIGURES:
            return self.filter(state="approved")
        roles = HELD_BY[Permission.VIEW_OWN_REPORT]
        own = Organisation.objects.held_by(user, roles)
        theirs = Q(report__organisation__in=own.values("pk")) | Q(report__in=invited_to(user))
        if "reviewer" in policy.roles_of(user):
            theirs |= Q(state="approved")
        return self.filter(theirs)
