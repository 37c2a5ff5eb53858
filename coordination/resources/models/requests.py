"""Requests for extra resources as they were sent in, what the strategic function says of them, and what
management decides."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from coordination.access import policy
from coordination.access.declaration import Open
from coordination.access.models import one_of
from coordination.access.vocabulary import Permission
from coordination.actors.models import Organisation

from .contents import kronor, posts
from .declared import by_whom
from .reports import Report, Version

ASKED = Open(
    "a request that was sent in: those who asked, the strategic function, and the managers who decide"
)


class RequestQuerySet(models.QuerySet):
    """Requests that were sent in; what still is a draft is not among them."""

    def visible_to(self, user: Any, permission: Permission = Permission.READ_REQUESTS) -> Self:
        """All for the strategic function. To decide on: those of the years whose requests a manager's
        own organisation decides on. To read: these, and those of one's own organisation."""
        held = policy.permissions_of(user)
        if permission not in held:
            return self.none()
        if Permission.REVIEW_RESOURCES in held and permission is not Permission.DECIDE_REQUESTS:
            return self
        deciding = Organisation.objects.held_by(user, ("manager",)).values("pk")
        theirs = Q(report__window__decides__in=deciding)
        if permission is Permission.READ_REQUESTS:
            own = Organisation.objects.held_by(user, ("reporter", "manager")).values("pk")
            theirs |= Q(report__organisation__in=own)
        return self.filter(theirs)


class SentRequest(models.Model):
    """What an organisation asked for in a report that was sent in. It keeps what was said of it while
    the next version of the report asks for the same; what is no longer asked for is withdrawn."""

    access = ASKED

    class Opinion(models.TextChoices):
        NONE = "", pgettext_lazy("request", "No opinion yet")
        SUPPORTED = "supported", pgettext_lazy("request", "Supported")
        NOT_SUPPORTED = "not_supported", pgettext_lazy("request", "Not supported")
        PASSED_ON = "passed_on", pgettext_lazy("request", "To management")

    class Decision(models.TextChoices):
        NONE = "", pgettext_lazy("request", "No decision yet")
        APPROVED = "approved", pgettext_lazy("request", "Approved")
        REFUSED = "refused", pgettext_lazy("request", "Refused")
        IN_PART = "in_part", pgettext_lazy("request", "Approved in part")

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="sent_requests")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="requests")
    """The latest version that asks for it."""
    place = models.PositiveSmallIntegerField()
    """Which of that version's requests it is, from 0."""
    what = models.CharField(max_length=200)
    why = models.TextField(max_length=500)
    fte = posts()
    cost = kronor()
    from_day = models.DateField()
    opinion = models.CharField(max_length=14, choices=Opinion, blank=True, default="")
    opinion_why = models.TextField(max_length=500, blank=True, default="")
    opinion_by = by_whom(null=True)
    opinion_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=10, choices=Decision, blank=True, default="")
    decision_why = models.TextField(max_length=500, blank=True, default="")
    decided_on = models.DateField(null=True, blank=True)
    """The day of the decision, which may have been written down later."""
    decided_by = by_whom(null=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    objects = RequestQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["report", "withdrawn_at"], name="sent_request_standing"),)
        constraints = (
            one_of("opinion", ["", "supported", "not_supported", "passed_on"], "request_opinion"),
            one_of("decision", ["", "approved", "refused", "in_part"], "request_decision"),
            models.CheckConstraint(
                condition=Q(opinion="", opinion_why="", opinion_by=None, opinion_at=None)
                | (
                    ~Q(opinion="")
                    & ~Q(opinion_why="")
                    & Q(opinion_by__isnull=False, opinion_at__isnull=False)
                ),
                name="request_opinion_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(
                    decision="", decision_why="", decided_on=None, decided_by=None, decided_at=None
                )
                | (
                    ~Q(decision="")
                    & ~Q(decision_why="")
                    & ~Q(opinion="")
                    & Q(
                        decided_on__isnull=False,
                        decided_by__isnull=False,
                        decided_at__isnull=False,
                    )
                ),
                name="request_decided_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return self.what

    @property
    def waits_for_opinion(self) -> bool:
        return self.withdrawn_at is None and not self.opinion

    @property
    def waits_for_decision(self) -> bool:
        return self.withdrawn_at is None and bool(self.opinion) and not self.decision
