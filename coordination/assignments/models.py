"""The guideline in its versions, what it orders, and how each owner says that it stands."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from coordination.access import policy
from coordination.access.declaration import Open
from coordination.access.models import one_of
from coordination.access.vocabulary import Permission
from coordination.actors.models import Organisation, PreventionLevel
from coordination.writing.models import HandedInFile

PUBLIC_DOCUMENT = Open("the municipality's own policy, a public document without persons")
FOR_ROLES = Open("about the work of organisations; for those whose role gives VIEW_ASSIGNMENTS")

REPORTING_ROLES = ("reporter", "manager")
"""Those who say, for their own organisation, how its assignments stand."""


class Status(models.TextChoices):
    """How an assignment stands. Any may follow any: what was done is sometimes not."""

    NOT_STARTED = "not_started", pgettext_lazy("assignment", "Not started")
    UNDER_WAY = "under_way", pgettext_lazy("assignment", "Under way")
    PAUSED = "paused", pgettext_lazy("assignment", "Paused")
    DONE = "done", pgettext_lazy("assignment", "Carried out")
    DROPPED = "dropped", pgettext_lazy("assignment", "Closed without action")


STATUSES = ("not_started", "under_way", "paused", "done", "dropped")
CLOSED = (Status.DONE, Status.DROPPED)


def by_whom() -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )


class ForRolesQuerySet(models.QuerySet):
    """Rows that a role opens as a whole."""

    def visible_to(
        self, user: Any, permission: Permission = Permission.VIEW_ASSIGNMENTS
    ) -> "ForRolesQuerySet":
        return self if permission in policy.permissions_of(user) else self.none()


class Guideline(models.Model):
    """A version of the guideline: what it is called, who decided it and when it applies."""

    access = PUBLIC_DOCUMENT

    title = models.CharField(max_length=120)
    decided_by = models.CharField(max_length=80)
    decided_on = models.DateField()
    in_force_from = models.DateField(unique=True)
    in_force_to = models.DateField(null=True, blank=True)
    established_at = models.DateTimeField()

    objects = ForRolesQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(in_force_to=None) | Q(in_force_to__gte=F("in_force_from")),
                name="guideline_period",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(decided_by=""), name="guideline_named"
            ),
        )

    def __str__(self) -> str:
        return self.title


class Passage(models.Model):
    """A heading or a paragraph of the guideline, with the anchor that links lead to."""

    access = PUBLIC_DOCUMENT

    class Kind(models.TextChoices):
        HEADING = "heading", pgettext_lazy("guideline", "Heading")
        PARAGRAPH = "paragraph", pgettext_lazy("guideline", "Paragraph")
        PROFESSIONS = "professions", pgettext_lazy("guideline", "Who works at this level")
        EXAMPLE = "example", pgettext_lazy("guideline", "Example")

    guideline = models.ForeignKey(Guideline, on_delete=models.CASCADE, related_name="passages")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    depth = models.PositiveSmallIntegerField(default=0)
    """1 to 3 for a heading; 0 for a paragraph."""
    anchor = models.CharField(max_length=80)
    text = models.TextField()
    level = models.ForeignKey(
        PreventionLevel, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """The prevention level that the heading, and what stands under it, is about."""

    objects = ForRolesQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("kind", ["heading", "paragraph", "professions", "example"], "passage_kind"),
            models.UniqueConstraint(fields=["guideline", "position"], name="passage_position"),
            models.UniqueConstraint(fields=["guideline", "anchor"], name="passage_anchor"),
            models.CheckConstraint(
                condition=Q(kind="heading", depth__range=(1, 3)) | ~Q(kind="heading") & Q(depth=0),
                name="passage_depth",
            ),
        )

    def __str__(self) -> str:
        return self.anchor


class AssignmentQuerySet(ForRolesQuerySet):
    def visible_to(
        self, user: Any, permission: Permission = Permission.VIEW_ASSIGNMENTS
    ) -> "AssignmentQuerySet":
        """All for those who read assignments; asked for UPDATE_ASSIGNMENTS, those of which the person
        says how a part stands."""
        if permission != Permission.UPDATE_ASSIGNMENTS:
            return super().visible_to(user, permission)
        theirs = AssignmentOwner.objects.visible_to(user, permission)
        return self.filter(pk__in=theirs.values("assignment"))

    def standing(self) -> "AssignmentQuerySet":
        """Those that the guideline in force still orders."""
        return self.filter(ended_on=None)


class Assignment(models.Model):
    """Something that the guideline orders of one or several owners."""

    access = FOR_ROLES

    number = models.PositiveSmallIntegerField()
    """In the latest guideline that orders it."""
    title = models.CharField(max_length=200)
    due = models.DateField(null=True, blank=True)
    measure = models.CharField(max_length=200, blank=True)
    """How one sees that it has succeeded."""
    status = models.CharField(max_length=12, choices=Status, default=Status.NOT_STARTED)
    """Follows from what its owners say (`updates.overall`)."""
    updated_at = models.DateTimeField(null=True, blank=True)
    contributors: Any = models.ManyToManyField(Organisation, related_name="+", blank=True)
    ordered_at = models.DateTimeField()
    ended_on = models.DateField(null=True, blank=True)
    """The last day of the guideline that ordered it, when the one after it did not."""
    version = models.PositiveIntegerField(default=1)
    """Counts changes of what the assignment is: the save of a stale form is refused."""

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("status", STATUSES, "assignment_status"),
            models.UniqueConstraint(
                fields=["number"], condition=Q(ended_on=None), name="assignment_number"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="assignment_title"),
        )

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def is_closed(self) -> bool:
        return self.status in CLOSED


class Mandate(models.Model):
    """That a version of the guideline orders an assignment: with which words, and in which passage."""

    access = FOR_ROLES

    guideline = models.ForeignKey(Guideline, on_delete=models.PROTECT, related_name="mandates")
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="mandates")
    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="mandates")
    number = models.PositiveSmallIntegerField()
    quote = models.CharField(max_length=1000)

    objects = ForRolesQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["guideline", "number"], name="mandate_number"),
            models.UniqueConstraint(fields=["guideline", "assignment"], name="mandate_once"),
            models.CheckConstraint(condition=~Q(quote=""), name="mandate_quote"),
        )

    def __str__(self) -> str:
        return f"{self.guideline_id}:{self.number}"


class OwnerQuerySet(models.QuerySet):
    def visible_to(
        self, user: Any, permission: Permission = Permission.VIEW_ASSIGNMENTS
    ) -> "OwnerQuerySet":
        """Those the person may read; asked for UPDATE_ASSIGNMENTS, those whose status is theirs to
        say: all for those who keep the assignments, else their own organisations' (as a deputy too)
        and those that one of their roles acts for."""
        held = policy.permissions_of(user)
        if permission not in held:
            return self.none()
        if permission != Permission.UPDATE_ASSIGNMENTS or Permission.KEEP_ASSIGNMENTS in held:
            return self
        own = Organisation.objects.held_by(user, REPORTING_ROLES)
        return self.filter(
            Q(organisation_id__in=own.values("pk"))
            | Q(acting_role__in=sorted(policy.roles_of(user))),
            ended_on=None,
        )

    def standing(self) -> "OwnerQuerySet":
        return self.filter(ended_on=None)


class AssignmentOwner(models.Model):
    """An organisation that answers for an assignment, and how it says that its part stands.

    What it said last stands here, and every time it said something is a `StatusUpdate`.
    """

    access = FOR_ROLES

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="owners")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="assignments"
    )
    acting_role = models.CharField(max_length=40, blank=True)
    """The role whose holders also say how it stands: of a function that is no organisation."""
    status = models.CharField(max_length=12, choices=Status, default=Status.NOT_STARTED)
    updated_at = models.DateTimeField(null=True, blank=True)
    next_step = models.CharField(max_length=200, blank=True)
    next_on = models.DateField(null=True, blank=True)
    decision_wanted = models.CharField(max_length=200, blank=True)
    """What management has to decide, as long as it is wanted."""
    since = models.DateTimeField()
    ended_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = OwnerQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("status", STATUSES, "owner_status"),
            one_of(
                "acting_role",
                ["", "strategic_coordinator", "partnership_coordinator"],
                "owner_acting_role",
            ),
            models.UniqueConstraint(
                fields=["assignment", "organisation"],
                condition=Q(ended_on=None),
                name="owner_once",
            ),
            models.CheckConstraint(
                condition=Q(next_on=None) | ~Q(next_step=""), name="owner_next_step"
            ),
        )

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.organisation}"

    @property
    def is_closed(self) -> bool:
        return self.status in CLOSED


class StatusUpdate(models.Model):
    """What an owner said at one time. Never changed afterwards."""

    access = FOR_ROLES

    owner = models.ForeignKey(AssignmentOwner, on_delete=models.CASCADE, related_name="updates")
    status = models.CharField(max_length=12, choices=Status)
    happened = models.CharField(max_length=400, blank=True)
    obstacle = models.CharField(max_length=400, blank=True)
    next_step = models.CharField(max_length=200, blank=True)
    next_on = models.DateField(null=True, blank=True)
    decision_wanted = models.CharField(max_length=200, blank=True)
    by = by_whom()
    at = models.DateTimeField()

    objects = ForRolesQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["owner", "-at"], name="update_newest"),)
        constraints = (one_of("status", STATUSES, "update_status"),)

    def __str__(self) -> str:
        return f"{self.owner_id} {self.at.isoformat()}"


class FileQuerySet(models.QuerySet):
    def visible_to(
        self, user: Any, permission: Permission = Permission.VIEW_ASSIGNMENTS
    ) -> "FileQuerySet":
        """Those of the assignments that the person reads, or says how stand."""
        if permission != Permission.UPDATE_ASSIGNMENTS:
            return self if permission in policy.permissions_of(user) else self.none()
        theirs = Assignment.objects.visible_to(user, permission)
        return self.filter(assignment__in=theirs.values("pk"))

    def kept(self) -> "FileQuerySet":
        """Without those that were removed."""
        return self.filter(removed_at=None)


class AssignmentFile(HandedInFile):
    """What somebody handed in about an assignment: a plan, a report, a decision."""

    access = FOR_ROLES

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="files")

    objects = FileQuerySet.as_manager()

    class Meta(HandedInFile.Meta):
        constraints = (
            models.UniqueConstraint(fields=["assignment", "number"], name="assignmentfile_number"),
            *HandedInFile.Meta.constraints,
        )


class UpdateRequest(models.Model):
    """That an owner was asked to say how the assignment stands, until it did."""

    access = FOR_ROLES

    owner = models.ForeignKey(AssignmentOwner, on_delete=models.CASCADE, related_name="requests")
    asked_by = by_whom()
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ForRolesQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["owner"], condition=Q(answered_at=None), name="one_open_request"
            ),
        )

    def __str__(self) -> str:
        return f"{self.owner_id} {self.asked_at.isoformat()}"
