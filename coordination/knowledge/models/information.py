"""The page for the public, as versions: one at most is published, one at most is being written."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.access.declaration import Open
from coordination.access.models import one_of

from .declared import by_whom

PARTS = {
    "when_worried": _("When you are worried"),
    "what_we_do": _("What the municipality does"),
    "contacts": _("Whom to contact"),
}
"""The texts of the page in their order, with their headings (lag 2023:196, 12 §)."""

KEPT = Open("the published version is for everyone; the rest opens to a permission of its own")


class InformationVersion(models.Model):
    """One version of what the public is told."""

    access = KEPT

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("version", "Draft")
        PUBLISHED = "published", pgettext_lazy("version", "Published")
        REPLACED = "replaced", pgettext_lazy("version", "Replaced by a newer version")
        DISCARDED = "discarded", pgettext_lazy("version", "Discarded draft")

    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    when_worried = models.TextField(max_length=2000, blank=True)
    what_we_do = models.TextField(max_length=2000, blank=True)
    contacts = models.TextField(max_length=1000, blank=True)
    revision = models.PositiveIntegerField(default=1)
    """Counts what was saved of a draft, so that nobody saves over what they have not seen."""
    drafted_by = by_whom()
    drafted_at = models.DateTimeField()
    published_by = by_whom(null=True)
    published_at = models.DateTimeField(null=True, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            one_of("state", ["draft", "published", "replaced", "discarded"], "information_state"),
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state__in=["draft", "published"]),
                name="information_one_of_each",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["draft", "discarded"],
                    published_by=None,
                    published_at=None,
                    reviewed_on=None,
                )
                | Q(
                    state__in=["published", "replaced"],
                    published_by__isnull=False,
                    published_at__isnull=False,
                    reviewed_on__isnull=False,
                ),
                name="information_published",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "replaced"])
                | (~Q(when_worried="") & ~Q(what_we_do="") & ~Q(contacts="")),
                name="information_is_whole",
            ),
        )

    def __str__(self) -> str:
        return str(_("Version %(number)s") % {"number": self.number})

    @property
    def may_be_restored(self) -> bool:
        return self.state in {self.State.REPLACED, self.State.DISCARDED}


class InformationChange(models.Model):
    """What happened with a version, when and by whom."""

    access = KEPT

    class Kind(models.TextChoices):
        DRAFTED = "drafted", pgettext_lazy("change", "Draft begun")
        CHANGED = "changed", pgettext_lazy("change", "Draft changed")
        RESTORED = "restored", pgettext_lazy("change", "Draft made of an earlier version")
        DISCARDED = "discarded", pgettext_lazy("change", "Draft discarded")
        PUBLISHED = "published", pgettext_lazy("change", "Published")
        REVIEWED = "reviewed", pgettext_lazy("change", "Reviewed, nothing to change")

    version = models.ForeignKey(
        InformationVersion, on_delete=models.CASCADE, related_name="changes"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    parts = models.CharField(max_length=60, blank=True)
    """The names of the parts that were changed, with spaces between."""
    by = by_whom()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            one_of(
                "kind",
                ["drafted", "changed", "restored", "discarded", "published", "reviewed"],
                "information_change_kind",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.version_id}"

    @property
    def part_names(self) -> str:
        """What the changed parts are called on the page."""
        return ", ".join(str(PARTS[part]) for part in self.parts.split() if part in PARTS)
