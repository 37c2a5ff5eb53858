"""The library: methods, training, reports, law and films that the work leans on."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.access.declaration import Open
from coordination.access.models import one_of
from coordination.access.vocabulary import Permission

from .declared import ForHolders, by_whom


class Entry(models.Model):
    """Something worth knowing of, and where it is found."""

    access = Open("knowledge for everyone with a role; nothing in it is about anybody")
    seen_with = Permission.USE_PORTAL

    class Kind(models.TextChoices):
        METHOD = "method", pgettext_lazy("library", "Method")
        TRAINING = "training", pgettext_lazy("library", "Training")
        REPORT = "report", pgettext_lazy("library", "Report")
        LAW = "law", pgettext_lazy("library", "Law and support")
        FILM = "film", pgettext_lazy("library", "Film")

    class Level(models.TextChoices):
        ALL = "all", pgettext_lazy("library", "All levels")
        GENERAL = "general", pgettext_lazy("library", "General")
        SPECIFIC = "specific", pgettext_lazy("library", "Specific")
        INDIVIDUAL = "individual", pgettext_lazy("library", "Individual")

    class Language(models.TextChoices):
        SWEDISH = "sv", _("Swedish")
        ENGLISH = "en", _("English")
        DANISH = "da", _("Danish")
        NORWEGIAN = "no", _("Norwegian")
        OTHER = "other", _("Another language")

    title = models.CharField(max_length=150, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    audience = models.CharField(max_length=120)
    level = models.CharField(max_length=10, choices=Level, default=Level.ALL)
    language = models.CharField(max_length=5, choices=Language, default=Language.SWEDISH)
    source = models.CharField(max_length=120)
    url = models.CharField(max_length=300, blank=True)
    summary = models.CharField(max_length=500, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    """When somebody last saw that it still holds; empty for what nobody has reviewed."""
    archived_by = by_whom(null=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    added_by = by_whom()
    added_at = models.DateTimeField()
    changed_by = by_whom()
    changed_at = models.DateTimeField()

    objects = ForHolders.as_manager()

    class Meta:
        constraints = (
            one_of("kind", ["method", "training", "report", "law", "film"], "entry_kind"),
            one_of("level", ["all", "general", "specific", "individual"], "entry_level"),
            one_of("language", ["sv", "en", "da", "no", "other"], "entry_language"),
            models.CheckConstraint(
                condition=Q(archived_by=None, archived_at=None)
                | Q(archived_by__isnull=False, archived_at__isnull=False),
                name="entry_archived",
            ),
            models.CheckConstraint(
                condition=Q(url="") | Q(url__startswith="https://") | Q(url__startswith="http://"),
                name="entry_url",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def title_language(self) -> str:
        """What the title is written in, for whoever reads it aloud; empty where that is not known."""
        return "" if self.language == self.Language.OTHER else self.language


class Helpful(models.Model):
    """One person's answer to whether an entry was of help."""

    access = Open("a person's own answer; others are only ever shown how many there are")

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="answers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    helped = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["entry", "user"], name="one_answer_per_person"),
        )

    def __str__(self) -> str:
        return f"{self.entry_id} {self.helped}"
