"""What those called to a meeting answer."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.access.declaration import Access
from coordination.access.models import one_of
from coordination.access.policy import GovernedQuerySet
from coordination.access.vocabulary import Permission
from coordination.actors.models import Organisation

from .declared import by_whom
from .meetings import Participation


class AnswerQuerySet(GovernedQuerySet):
    def counting(self) -> "AnswerQuerySet":
        """Those about the time that the meeting has now, by whoever has the place now."""
        return self.filter(
            starts_at=F("participation__meeting__starts_at"),
            ends_at=F("participation__meeting__ends_at"),
            answered_by=F("participation__user"),
        )


class Answer(models.Model):
    """Whether somebody comes at the time they were told, and who comes instead.

    Those who keep the forum see it; the one who answered finds it under the meeting's address.
    """

    access = Access(anchor="participation__meeting__forum", view=Permission.LOG_MEETINGS)

    class Kind(models.TextChoices):
        YES = "yes", pgettext_lazy("answer", "Comes")
        NO = "no", _("Does not come")

    participation = models.OneToOneField(
        Participation, on_delete=models.CASCADE, related_name="answer"
    )
    kind = models.CharField(max_length=3, choices=Kind)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    """The time that was answered: an answer about another time is none."""
    substitute_name = models.CharField(max_length=80, blank=True)
    substitute_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_by = by_whom()
    answered_at = models.DateTimeField()

    objects = AnswerQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("kind", ["yes", "no"], "answer_kind"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="answer_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(kind="no", substitute_organisation__isnull=False)
                & ~Q(substitute_name="")
                | Q(substitute_name="", substitute_organisation=None),
                name="answer_substitute",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.participation_id}"

    @property
    def is_yes(self) -> bool:
        return self.kind == self.Kind.YES
