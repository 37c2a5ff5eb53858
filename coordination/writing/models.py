"""Drafts, carried-out forms and saved views: rows that belong to the person who typed."""

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from coordination.access import policy
from coordination.access.declaration import Open
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
    """The SHA-256 of what was sent, to tell another text under the same key."""
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
