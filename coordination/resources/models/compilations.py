"""Files that are made of many reports: asked for, made by a job, fetched by who asked, gone in a week."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from coordination.access import policy
from coordination.access.declaration import Open
from coordination.access.models import one_of
from coordination.access.vocabulary import Permission

from .declared import by_whom
from .windows import Window


class CompilationQuerySet(models.QuerySet):
    def visible_to(
        self, user: Any, permission: Permission = Permission.READ_RESOURCE_FIGURES
    ) -> "CompilationQuerySet":
        """One's own, for as long as one may read figures of the reports."""
        if permission not in policy.permissions_of(user):
            return self.none()
        return self.filter(asked_by_id=user.pk)


class Compilation(models.Model):
    """A file of many reports that somebody asked for, and how far it has come."""

    access = Open("only who asked for it is shown it, and only while their reach is what it was")

    class Kind(models.TextChoices):
        SUMMARY = "summary", pgettext_lazy("compilation", "Summary of a year (PDF)")
        ROWS = "rows", pgettext_lazy("compilation", "Every row of every year (Excel)")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("compilation", "Being made")
        READY = "ready", pgettext_lazy("compilation", "Ready")
        FAILED = "failed", pgettext_lazy("compilation", "Could not be made")
        REMOVED = "removed", pgettext_lazy("compilation", "Removed")

    kind = models.CharField(max_length=7, choices=Kind)
    window = models.ForeignKey(
        Window, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """The year of a summary."""
    reach = models.TextField(max_length=2000)
    """What its maker might read then (`compiled.Reach.code`)."""
    versions = models.JSONField(default=list, blank=True)
    """The versions in it, by key, where its maker may lose one of them: those who read what is approved
    do, when a report is opened again."""
    asked_by = by_whom()
    asked_at = models.DateTimeField()
    language = models.CharField(max_length=2)
    file = models.CharField(max_length=60, unique=True)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    share = models.PositiveSmallIntegerField(default=0)
    """How much of it is made, in percent."""
    rows = models.PositiveIntegerField(null=True, blank=True)
    expires_at = models.DateTimeField()

    objects = CompilationQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("kind", ["summary", "rows"], "compilation_kind"),
            one_of("state", ["waiting", "ready", "failed", "removed"], "compilation_state"),
            models.CheckConstraint(condition=Q(share__lte=100), name="compilation_share"),
            models.CheckConstraint(
                condition=Q(kind="summary", window__isnull=False) | Q(kind="rows", window=None),
                name="compilation_of_a_year",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_under_way(self) -> bool:
        return self.state == self.State.WAITING

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY
