"""A document to read before a meeting, of one of its items or of the whole."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.access.declaration import Access
from coordination.access.models import one_of
from coordination.access.policy import GovernedQuerySet
from coordination.access.vocabulary import Permission

from .declared import CALLED_PEOPLE, by_whom, together
from .meetings import AgendaItem, Meeting


class DocumentQuerySet(GovernedQuerySet):
    def kept(self) -> "DocumentQuerySet":
        """Without those that were removed."""
        return self.filter(removed_at=None)

    def in_order(self) -> "DocumentQuerySet":
        return self.order_by("number", "pk")


class Document(models.Model):
    """What somebody handed in: its title, the file in the file store, and that it was removed.

    A removed document keeps its row, so that it shows who removed it and when; its file goes.
    """

    access = Access(anchor="meeting__forum", view=Permission.VIEW_FORUM, people=CALLED_PEOPLE)

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

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="documents")
    item = models.ForeignKey(
        AgendaItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="documents"
    )
    """None: of the whole meeting, as when its item has been removed from the agenda."""
    number = models.PositiveSmallIntegerField()
    """In the meeting, from 1: the name it is downloaded under."""
    title = models.CharField(max_length=120)
    original_name = models.CharField(max_length=120)
    """The name of the file where it came from. Shown to nobody but those who keep the meeting."""
    kind = models.CharField(max_length=4, choices=Kind)
    file = models.CharField(max_length=80, unique=True)
    """Its name in the file store."""
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=10, choices=Scan)
    added_by = by_whom()
    added_at = models.DateTimeField()
    removed_by = by_whom(null=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["meeting", "number"], name="document_number"),
            one_of("kind", ["pdf", "odt", "ods", "odp", "docx", "xlsx", "pptx"], "document_kind"),
            one_of("scan", ["clean", "unscanned"], "document_scan"),
            models.CheckConstraint(
                condition=together("removed_by", "removed_at"), name="document_removed"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="document_size"),
        )

    def __str__(self) -> str:
        return self.title
