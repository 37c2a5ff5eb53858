"""Drafts, carried-out forms and saved views: rows that belong to the person who typed. And what the
rows of files that were handed in have in common."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coordination.access import policy
from coordination.access.declaration import Open
from coordination.access.models import one_of
from coordination.access.vocabulary import ROLES, Permission

OWN = Open("belongs to the person who typed it; only ever asked for by that person")


class Draft(models.Model):
    """What a person has typed into one place and not yet used."""

    access = OWN

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    place = models.CharField(max_length=80)
    data = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "place"), name="one_draft_per_place"),
        )

    def __str__(self) -> str:
        return self.place


class Submission(models.Model):
    """A form that has been carried out, and where its sender was led afterwards."""

    access = OWN

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    key = models.UUIDField()
    outcome = models.CharField(max_length=500)
    body = models.CharField(max_length=64, default="", blank=True)
    """A keyed hash of what was sent, to tell another text under the same key."""
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "key"), name="one_submission_per_key"),
        )

    def __str__(self) -> str:
        return str(self.key)


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, user: Any, permission: Permission) -> "SavedViewQuerySet":
        """The person's own views: those that they may rename, share or remove."""
        if permission not in policy.permissions_of(user):
            return self.none()
        return self.filter(user_id=user.pk)


class SavedView(models.Model):
    """A list as a person wants to find it again: a name and filters."""

    access = OWN

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    page = models.CharField(max_length=40)
    """The name of the list's address."""
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=2000)
    role = models.CharField(max_length=40, blank=True)
    """The role it is shared with, if any."""
    saved_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "page", "name"), name="one_view_per_name"),
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(query=""), name="view_is_something"
            ),
        )
        indexes = (models.Index(fields=["page", "role"], name="view_by_role"),)

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """Where the list is, as the view narrows it."""
        return f"{reverse(self.page)}?{self.query}"

    @property
    def role_name(self) -> str:
        """What people call the role that it is shared with; nothing when it is not."""
        return str(ROLES[self.role].name) if self.role in ROLES else ""


def _by_whom(*, null: bool = False) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=null,
        blank=null,
        related_name="+",
    )


class StoredFile(models.Model):
    """A file that somebody handed in: what it is, its place in the file store, and that it was removed.

    A removed one keeps its row, so that it shows who removed it and when; its file goes. What it was
    handed in for is said by the model that is made of this.
    """

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        ODT = "odt", _("text document")
        ODS = "ods", _("spreadsheet")
        ODP = "odp", _("presentation")
        DOCX = "docx", _("Word document")
        XLSX = "xlsx", _("Excel workbook")
        PPTX = "pptx", _("PowerPoint presentation")

    class Scan(models.TextChoices):
        CLEAN = "clean", _("Checked for viruses")
        UNSCANNED = "unscanned", _("Not checked for viruses")

    original_name = models.CharField(max_length=120)
    """The name of the file where it came from. Shown to nobody but those who may remove it."""
    kind = models.CharField(max_length=4, choices=Kind)
    file = models.CharField(max_length=80, unique=True)
    """Its name in the file store."""
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=10, choices=Scan)
    added_by = _by_whom()
    added_at = models.DateTimeField()
    removed_by = _by_whom(null=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = (
            one_of("kind", ["pdf", "odt", "ods", "odp", "docx", "xlsx", "pptx"], "%(class)s_kind"),
            one_of("scan", ["clean", "unscanned"], "%(class)s_scan"),
            models.CheckConstraint(
                condition=Q(removed_by__isnull=True, removed_at__isnull=True)
                | Q(removed_by__isnull=False, removed_at__isnull=False),
                name="%(class)s_removed",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="%(class)s_size"),
        )


class HandedInFile(StoredFile):
    """One of several files of the same thing. That its number is unique there is said by the model."""

    number = models.PositiveSmallIntegerField()
    """Where it was handed in, from 1: the name it is downloaded under."""
    title = models.CharField(max_length=120)

    class Meta(StoredFile.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.title
