"""The minutes of a meeting, version by version."""

from django.db import models
from django.db.models import Q

from coordination.access.declaration import Access
from coordination.access.policy import GovernedQuerySet
from coordination.access.vocabulary import Permission

from .declared import CALLED_PEOPLE, by_whom
from .meetings import Meeting


class MinutesVersionQuerySet(GovernedQuerySet):
    def newest_first(self) -> "MinutesVersionQuerySet":
        return self.order_by("-number", "-pk")


class MinutesVersion(models.Model):
    """The minutes as they stood at one moment: frozen content, and the PDF made from it."""

    access = Access(anchor="meeting__forum", view=Permission.VIEW_FORUM, people=CALLED_PEOPLE)

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="minutes")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    made_by = by_whom()
    made_at = models.DateTimeField()
    file = models.CharField(max_length=80, unique=True)
    """The PDF's name in the file store: random, decided before it is rendered, so that a second
    try after a crash writes the same file and not another."""
    file_sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    size = models.PositiveIntegerField(null=True, blank=True)
    rendered_at = models.DateTimeField(null=True, blank=True)

    stage_name: str = ""
    """How far it has come, in words: said by `minutes.say_stages`, and stored nowhere."""

    objects = MinutesVersionQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["meeting", "number"], name="minutes_number"),
            models.CheckConstraint(
                condition=Q(rendered_at=None, size=None, pages=None, file_sha256="")
                | (
                    Q(rendered_at__isnull=False, size__isnull=False, pages__isnull=False)
                    & ~Q(file_sha256="")
                ),
                name="minutes_rendered",
            ),
        )

    def __str__(self) -> str:
        return f"{self.meeting_id} v{self.number}"

    @property
    def has_file(self) -> bool:
        return self.rendered_at is not None
