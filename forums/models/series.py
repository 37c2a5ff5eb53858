"""A series of meetings that were planned together."""

from django.db import models
from django.db.models import F, Q

from coordination.access.declaration import Access
from coordination.access.models import one_of
from coordination.access.policy import GovernedQuerySet
from coordination.access.vocabulary import Permission
from forums.series_dates import Rhythm

from .declared import by_whom
from .forums import Forum


class MeetingSeries(models.Model):
    """What meetings of a forum were planned together by: each of them is a meeting of its own."""

    access = Access(anchor="forum", view=Permission.VIEW_FORUM)

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="series")
    rhythm = models.CharField(max_length=12, choices=Rhythm)
    first = models.DateField()
    until = models.DateField()
    planned_by = by_whom()
    planned_at = models.DateTimeField()

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("rhythm", ["weekly", "biweekly", "monthly", "monthly_last"], "series_rhythm"),
            models.CheckConstraint(
                condition=Q(until__gte=F("first")), name="series_until_after_first"
            ),
        )

    def __str__(self) -> str:
        return f"{self.forum} {self.first.isoformat()}"
