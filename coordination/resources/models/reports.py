"""A report and its parts, and the versions of it that were sent in."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.access.models import one_of
from coordination.actors.models import Organisation

from .declared import OWN, SENT, OfReport, OwnQuerySet, SentQuerySet, by_whom
from .windows import Window


class Report(models.Model):
    """What one organisation reports about one year. What it says stands in its parts."""

    access = OWN

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("report", "Begun")
        ATTESTING = "attesting", pgettext_lazy("report", "Awaiting attestation")
        SUBMITTED = "submitted", pgettext_lazy("report", "Submitted")
        RETURNED = "returned", pgettext_lazy("report", "To be completed")
        APPROVED = "approved", pgettext_lazy("report", "Approved")

    WRITABLE = (State.DRAFT, State.RETURNED)
    """In these the organisation may change what the report says."""

    class Enough(models.TextChoices):
        UNSAID = "", pgettext_lazy("resources", "Not answered")
        YES = "yes", pgettext_lazy("resources", "Yes")
        PARTLY = "partly", pgettext_lazy("resources", "Partly")
        NO = "no", pgettext_lazy("resources", "No")

    window = models.ForeignKey(Window, on_delete=models.PROTECT, related_name="reports")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="resource_reports"
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    came_from = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    """Where a report that waits for attestation goes when it is taken or sent back."""
    nothing = models.CharField(max_length=300, blank=True, default="")
    """Why there is nothing to report, when that is the answer."""
    enough = models.CharField(max_length=6, choices=Enough, blank=True, default="")
    enough_why = models.TextField(max_length=500, blank=True, default="")
    key_functions = models.TextField(max_length=500, blank=True, default="")
    forums_note = models.TextField(max_length=300, blank=True, default="")
    copied_from = models.PositiveSmallIntegerField(null=True, blank=True)
    """The year whose activities it began with."""
    unchanged_why = models.CharField(max_length=200, blank=True, default="")
    """Why it is right, when it says the same for the second year running."""
    said_back = models.CharField(max_length=300, blank=True, default="")
    """What the manager said who sent it back, until it is sent again."""
    begun_by = by_whom()
    begun_at = models.DateTimeField()
    touched_by = by_whom()
    touched_at = models.DateTimeField()
    sent_by = by_whom(null=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    """Who sent it to be attested, and when."""

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["window", "organisation"], name="one_report_a_year"),
            one_of(
                "state", ["draft", "attesting", "submitted", "returned", "approved"], "report_state"
            ),
            one_of(
                "came_from",
                ["draft", "attesting", "submitted", "returned", "approved"],
                "report_came_from",
            ),
            one_of("enough", ["", "yes", "partly", "no"], "report_enough"),
            models.CheckConstraint(
                condition=Q(sent_by=None, sent_at=None)
                | Q(sent_by__isnull=False, sent_at__isnull=False),
                name="report_sent_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="attesting") | Q(sent_at__isnull=False),
                name="report_attesting_was_sent",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.window_id}"

    @property
    def is_writable(self) -> bool:
        return self.state in self.WRITABLE

    @property
    def year(self) -> int:
        return self.window.year


PARTS: dict[int, Any] = {
    1: _("Activities and resources"),
    2: _("Are the resources enough?"),
    3: _("Training needs and key functions"),
    4: _("Assignments of the guideline"),
    5: _("Taking part in forums"),
    6: _("Ask for extra resources"),
}
OPTIONAL = (6,)


class Part(models.Model):
    """One of the six parts of a report: how far it has come, and who wrote in it last."""

    access = OWN

    class State(models.TextChoices):
        NOT_BEGUN = "not_begun", pgettext_lazy("part of a report", "Not begun")
        UNDER_WAY = "under_way", pgettext_lazy("part of a report", "Under way")
        DONE = "done", pgettext_lazy("part of a report", "Done")

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField(choices=PARTS)
    state = models.CharField(max_length=10, choices=State, default=State.NOT_BEGUN)
    is_checked = models.BooleanField(default=True)
    """False while it is as it was copied from last year and nobody has saved it."""
    revision = models.PositiveIntegerField(default=1)
    changed_by = by_whom(null=True)
    changed_at = models.DateTimeField(null=True, blank=True)

    objects = OfReport.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["report", "number"], name="report_part_once"),
            one_of("number", [1, 2, 3, 4, 5, 6], "report_part_number"),
            one_of("state", ["not_begun", "under_way", "done"], "report_part_state"),
        )

    def __str__(self) -> str:
        return f"{self.report_id}:{self.number}"

    @property
    def is_optional(self) -> bool:
        return self.number in OPTIONAL


class Version(models.Model):
    """A report as it was sent in: frozen, with its hash, and what came of it. Never changed.

    Whoever follows the reports up reads these and nothing else.
    """

    access = SENT

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("version of a report", "Waits for review")
        RETURNED = "returned", pgettext_lazy("version of a report", "Returned")
        APPROVED = "approved", pgettext_lazy("version of a report", "Approved")
        REOPENED = "reopened", pgettext_lazy("version of a report", "Opened again")

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    is_late = models.BooleanField()
    """Whether it came after the last day, as that stood then."""
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    filed_by = by_whom()
    attested_by = by_whom()
    attested_at = models.DateTimeField()
    settled_by = by_whom(null=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    file = models.CharField(max_length=60)
    size = models.PositiveIntegerField(null=True, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True, default="")
    rendered_at = models.DateTimeField(null=True, blank=True)

    objects = SentQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["report", "number"], name="report_version_number"),
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(state__in=("waiting", "approved")),
                name="one_version_in_force",
            ),
            one_of(
                "state", ["waiting", "returned", "approved", "reopened"], "report_version_state"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_by=None, settled_at=None)
                | (~Q(state="waiting") & Q(settled_by__isnull=False, settled_at__isnull=False)),
                name="report_version_settled",
            ),
        )

    def __str__(self) -> str:
        return f"{self.report_id} v{self.number}"

    @property
    def has_file(self) -> bool:
        return self.rendered_at is not None


class Remark(models.Model):
    """What the reviewer wants completed in a part of a version, and what the organisation answered."""

    access = OWN

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="remarks")
    part = models.PositiveSmallIntegerField(choices=PARTS)
    text = models.TextField(max_length=500)
    made_by = by_whom()
    made_at = models.DateTimeField()
    answer = models.TextField(max_length=500, blank=True, default="")
    answered_by = by_whom(null=True)

    objects = models.Manager()

    class Meta:
        constraints = (
            one_of("part", [1, 2, 3, 4, 5, 6], "report_remark_part"),
            models.UniqueConstraint(fields=["version", "part"], name="one_remark_a_part"),
            models.CheckConstraint(condition=~Q(text=""), name="report_remark_says"),
        )

    def __str__(self) -> str:
        return f"{self.version_id}:{self.part}"
