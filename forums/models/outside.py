"""Where those who are called and have no account get their mail, until it is no longer needed."""

from django.db import models
from django.db.models import Q

from coordination.access.declaration import Access
from coordination.access.policy import GovernedQuerySet
from coordination.access.vocabulary import Permission

from .declared import by_whom
from .meetings import Participation


class OutsideAddress(models.Model):
    """The e-mail address of somebody who is called to one meeting and has no account."""

    access = Access(anchor="participation__meeting__forum", view=Permission.LOG_MEETINGS)

    participation = models.OneToOneField(
        Participation, on_delete=models.CASCADE, related_name="outside_address"
    )
    email = models.EmailField(max_length=254)
    given_by = by_whom()
    given_at = models.DateTimeField()

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(email=""), name="outside_address_is_one"),
        )

    def __str__(self) -> str:
        return f"address {self.pk}"
