"""What the models of this app share."""

from typing import Any, Self

from django.conf import settings
from django.db import models

from coordination.access import policy
from coordination.access.vocabulary import Permission


def by_whom(null: bool = False) -> Any:
    """Who did something; a person who did is not removed."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=null,
        blank=null,
        related_name="+",
    )


class ForHolders(models.QuerySet):
    """Rows that a permission opens, all or none: the model's own `seen_with`, or the one asked for."""

    def visible_to(self, user: Any, permission: Permission | None = None) -> Self:
        """All of the rows for whoever holds the permission, none for others."""
        wanted = permission or self.model.seen_with  # type: ignore[attr-defined]
        return self if wanted in policy.permissions_of(user) else self.none()
