"""The situational picture, as versions, and the problems that each of them describes."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.access.models import one_of
from coordination.actors.models import District

from .declared import FOR_ROLES, ForReaders, by_whom

PARTS = {
    "mapping": pgettext_lazy("situational picture", "Mapping"),
    "other": pgettext_lazy("situational picture", "Other information"),
    "analysis": pgettext_lazy("situational picture", "Analysis"),
}
"""What a situational picture consists of, in its order (lag 2023:196, 4 §)."""


class PictureQuerySet(ForReaders):
    published = Q(state="published")


class SituationalPicture(models.Model):
    """One version: written as a draft, then published and never changed again."""

    access = FOR_ROLES

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("version", "Draft")
        PUBLISHED = "published", pgettext_lazy("version", "Published")

    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    title = models.CharField(max_length=120)
    period = models.CharField(max_length=60)
    """Which time it describes, in words."""
    mapping = models.TextField(max_length=6000, blank=True)
    other = models.TextField(max_length=6000, blank=True)
    analysis = models.TextField(max_length=6000, blank=True)
    revision = models.PositiveIntegerField(default=1)
    """Counts what was saved of its own texts, so that nobody saves over what they have not seen."""
    edition = models.PositiveIntegerField(default=1)
    """Counts everything that was saved in it, its problems too: nobody publishes what they have not
    read."""
    begun_by = by_whom()
    begun_at = models.DateTimeField()
    changed_by = by_whom()
    changed_at = models.DateTimeField()
    published_by = by_whom(null=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = PictureQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("state", ["draft", "published"], "picture_state"),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="draft"), name="picture_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", published_by=None, published_at=None)
                | Q(state="published", published_by__isnull=False, published_at__isnull=False),
                name="picture_published",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | (~Q(mapping="") & ~Q(other="") & ~Q(analysis="")),
                name="picture_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(period=""), name="picture_is_called_something"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT


class ProblemQuerySet(ForReaders):
    published = Q(picture__state="published")
    there = Q(removed=False)

    def in_districts(self, districts: models.QuerySet[District]) -> Self:
        there = Problem.districts.through.objects.filter(district__in=districts.values("pk"))
        return self.filter(pk__in=there.values("problem"))

    def standing(self) -> Self:
        """Those that nobody has taken away."""
        return self.filter(self.there)


class Problem(models.Model):
    """Something that the picture says is to be prevented: where, why, and how one knows it here.

    It is about a phenomenon and areas. `risk` rates those, never a person.
    """

    access = FOR_ROLES

    class Risk(models.TextChoices):
        NOT_RATED = "", pgettext_lazy("risk", "Not rated")
        LOWER = "lower", pgettext_lazy("risk", "Lower")
        MIDDLE = "middle", pgettext_lazy("risk", "In between")
        HIGHER = "higher", pgettext_lazy("risk", "Higher")

    picture = models.ForeignKey(
        SituationalPicture, on_delete=models.CASCADE, related_name="problems"
    )
    name = models.CharField(max_length=120)
    description = models.TextField(max_length=1500)
    causes = models.TextField(max_length=1500)
    source = models.TextField(max_length=600)
    """What local evidence it stands on."""
    risk = models.CharField(max_length=6, choices=Risk, default=Risk.NOT_RATED, blank=True)
    whole_municipality = models.BooleanField(default=False)
    districts: Any = models.ManyToManyField(District, related_name="+", blank=True)
    removed = models.BooleanField(default=False)
    """Taken away from the draft; it goes when the draft is published."""
    revision = models.PositiveIntegerField(default=1)
    changed_by = by_whom()
    changed_at = models.DateTimeField()

    objects = ProblemQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("risk", ["", "lower", "middle", "higher"], "problem_risk"),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(description="") & ~Q(causes="") & ~Q(source=""),
                name="problem_is_whole",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def where(self) -> str:
        """The districts by name, or that it is everywhere. Reads what a list has fetched."""
        if self.whole_municipality:
            return str(_("The whole municipality"))
        return ", ".join(sorted(one.name for one in self.districts.all()))
