"""What the parts of a report hold while it is written. Money and posts are exact decimals."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy

from coordination.access.models import one_of
from coordination.actors.models import District, PreventionLevel
from coordination.assignments.models import STATUSES, AssignmentOwner, Status
from coordination.ui import amounts

from .declared import OWN, OfReport, by_whom
from .reports import Report

NOTHING = Decimal(0)


def posts() -> models.DecimalField:
    """Full-time equivalents: 0 to 999.99."""
    return models.DecimalField(max_digits=5, decimal_places=2, validators=[MinValueValidator(0)])


def kronor() -> models.DecimalField:
    """Whole kronor, kept with öre because shares of them are."""
    return models.DecimalField(max_digits=14, decimal_places=2, validators=[MinValueValidator(0)])


class Activity(models.Model):
    """Something that the organisation does to prevent, where, and what it costs."""

    access = OWN

    class Calculated(models.TextChoices):
        BOOKED = "booked", pgettext_lazy("cost", "Booked")
        ESTIMATED = "estimated", pgettext_lazy("cost", "Estimated")

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="activities")
    line = models.CharField(max_length=32)
    """The same through the years, so that a row meets last year's under another name too."""
    name = models.CharField(max_length=80)
    level = models.CharField(max_length=12, choices=PreventionLevel.Code)
    districts = models.ManyToManyField(District, related_name="+", blank=True)
    """Where; none means the whole municipality."""
    split = models.JSONField(default=dict, blank=True)
    """How several districts share it when it is not equally: hundredths of a percent by the key of the
    district, together exactly 10 000."""
    fte = posts()
    cost = kronor()
    calculated = models.CharField(max_length=10, choices=Calculated)
    comment = models.CharField(max_length=200, blank=True, default="")
    ended = models.CharField(max_length=200, blank=True, default="")
    """Why it has ended, when it has."""
    is_checked = models.BooleanField(default=True)
    """False while the row is as it was copied from last year and nobody has looked at it."""
    revision = models.PositiveIntegerField(default=1)
    changed_by = by_whom()
    changed_at = models.DateTimeField()

    objects = OfReport.as_manager()

    class Meta:
        constraints = (
            one_of("level", ["general", "specific", "individual"], "activity_level"),
            one_of("calculated", ["booked", "estimated"], "activity_calculated"),
            models.UniqueConstraint(fields=["report", "line"], name="activity_line_once"),
            models.CheckConstraint(
                condition=~Q(name="") & Q(fte__gte=0) & Q(cost__gte=0), name="activity_says"
            ),
            models.CheckConstraint(
                condition=Q(ended="") | Q(fte=0, cost=0), name="activity_ended_costs_nothing"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def named_split(self) -> dict[str, int]:
        """The split by the name of the district; empty when they share equally."""
        names = {str(place.pk): place.name for place in self.districts.all()}
        return {names[key]: part for key, part in sorted(self.split.items()) if key in names}

    @property
    def area(self) -> str:
        """Where, in words."""
        return area_in_words(sorted(place.name for place in self.districts.all()), self.named_split)


def area_in_words(names: Sequence[str], split: Mapping[str, int]) -> str:
    """The districts, with what each has of it unless they share equally."""
    if not names:
        return gettext("The whole municipality")
    if not split:
        return ", ".join(names)
    return ", ".join(
        f"{name} {amounts.percent(Decimal(split.get(name, 0)) / 100)}" for name in names
    )


class Need(models.Model):
    """A group of employees and what training it needs."""

    access = OWN

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="needs")
    group = models.CharField(max_length=80)
    staff = models.PositiveIntegerField()
    basic = models.PositiveIntegerField()
    advanced = models.PositiveIntegerField()
    priority = models.PositiveSmallIntegerField(choices=[(1, "1"), (2, "2"), (3, "3")])

    objects = OfReport.as_manager()

    class Meta:
        constraints = (
            one_of("priority", [1, 2, 3], "need_priority"),
            models.CheckConstraint(
                condition=Q(basic__lte=models.F("staff"), advanced__lte=models.F("staff")),
                name="need_within_staff",
            ),
        )

    def __str__(self) -> str:
        return self.group


class AssignmentAnswer(models.Model):
    """How an assignment of the organisation stood, as the report says."""

    access = OWN

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="assignment_answers")
    owner = models.ForeignKey(AssignmentOwner, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=12, choices=Status)
    sentence = models.CharField(max_length=400)

    objects = OfReport.as_manager()

    class Meta:
        constraints = (
            one_of("status", STATUSES, "assignment_answer_status"),
            models.UniqueConstraint(fields=["report", "owner"], name="assignment_answer_once"),
        )

    def __str__(self) -> str:
        return f"{self.report_id} {self.owner_id}"


class ForumAnswer(models.Model):
    """To how many of a forum's meetings the organisation came, by the minutes, and whether it agrees."""

    access = OWN

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="forum_answers")
    forum = models.CharField(max_length=200)
    """Its name then: forums stand above this app."""
    held = models.PositiveSmallIntegerField()
    attended = models.PositiveSmallIntegerField()
    agrees = models.BooleanField()
    comment = models.CharField(max_length=200, blank=True, default="")

    objects = OfReport.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(attended__lte=models.F("held")), name="forum_answer_within_held"
            ),
            models.CheckConstraint(
                condition=Q(agrees=True) | ~Q(comment=""), name="forum_answer_says_why"
            ),
        )

    def __str__(self) -> str:
        return f"{self.report_id} {self.pk}"


class ExtraRequest(models.Model):
    """Resources that the organisation asks for through the strategic function (guideline: U9)."""

    access = OWN

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="requests")
    what = models.CharField(max_length=200)
    why = models.TextField(max_length=500)
    fte = posts()
    cost = kronor()
    from_day = models.DateField()

    objects = OfReport.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(what="") & Q(fte__gte=0) & Q(cost__gte=0), name="extra_request_says"
            ),
        )

    def __str__(self) -> str:
        return self.what
