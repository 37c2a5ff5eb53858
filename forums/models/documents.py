"""A document to read before a meeting, of one of its items or of the whole."""

from django.db import models

from coordination.access.declaration import Access
from coordination.access.policy import GovernedQuerySet
from coordination.access.vocabulary import Permission
from coordination.writing.models import HandedInFile

from .declared import CALLED_PEOPLE
from .meetings import AgendaItem, Meeting


class DocumentQuerySet(GovernedQuerySet):
    def kept(self) -> "DocumentQuerySet":
        """Without those that were removed."""
        return self.filter(removed_at=None)

    def in_order(self) -> "DocumentQuerySet":
        return self.order_by("number", "pk")


class Document(HandedInFile):
    """What somebody handed in for a meeting. Its number is unique in the meeting."""

    access = Access(anchor="meeting__forum", view=Permission.VIEW_FORUM, people=CALLED_PEOPLE)

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="documents")
    item = models.ForeignKey(
        AgendaItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="documents"
    )
    """None: of the whole meeting, as when its item has been removed from the agenda."""
    objects = DocumentQuerySet.as_manager()

    class Meta(HandedInFile.Meta):
        constraints = (
            models.UniqueConstraint(fields=["meeting", "number"], name="document_number"),
            *HandedInFile.Meta.constraints,
        )
