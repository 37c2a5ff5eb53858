"""What the models of this app share: who may see them, and who did what."""

from typing import Any, Self

from django.conf import settings
from django.db import models

from coordination.access import policy
from coordination.access.declaration import Open
from coordination.access.vocabulary import Permission
from coordination.actors.models import District

FOR_ROLES = Open(
    "about areas and the work of organisations; opened by roles, drafts to writers only"
)


def by_whom(null: bool = False) -> Any:
    """Who did something; a person who did is not removed."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=null,
        blank=null,
        related_name="+",
    )


class ForReaders(models.QuerySet):
    """Rows of a picture or a plan. A subclass says which are published, and which lie in districts."""

    published: models.Q
    """What a row is like that is not a draft any longer."""
    there = models.Q()
    """What a row is like that nobody has taken away."""

    def visible_to(self, user: Any, permission: Permission = Permission.VIEW_SITUATION) -> Self:
        """The rows on which the person holds the permission.

        Whoever reads sees what is published; whoever writes sees drafts too. A partnership
        coordinator writes about what concerns a housing district of their own.
        """
        held = policy.permissions_of(user)
        if permission not in held:
            return self.none()
        if permission is Permission.VIEW_SITUATION:
            found = self.filter(self.there)
            return found if Permission.WRITE_SITUATION in held else found.filter(self.published)
        if permission is Permission.WRITE_SITUATION and Permission.KEEP_SITUATION not in held:
            return self.in_districts(District.objects.kept_by(user))
        return self

    def in_districts(self, districts: models.QuerySet[District]) -> Self:
        """Those about at least one of the districts; all of them where a row has no district."""
        return self
