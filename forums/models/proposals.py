"""An agenda item that somebody who takes part proposes for a coming meeting."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.access.declaration import Access
from coordination.access.models import one_of
from coordination.access.policy import GovernedQuerySet
from coordination.access.vocabulary import Permission

from .declared import by_whom, together
from .forums import ItemKind
from .meetings import AgendaItem, Meeting


class ProposalQuerySet(GovernedQuerySet):
    def in_order(self) -> "ProposalQuerySet":
        return self.order_by("proposed_at", "pk")

    def waiting(self) -> "ProposalQuerySet":
        """Those that somebody has yet to decide about, and still can."""
        return self.filter(state="waiting", meeting__state__in=("planned", "called"))


class Proposal(models.Model):
    """What somebody asks to have on the agenda, and what became of it.

    Those who keep the forum see it; the one who proposed it finds it under the meeting's address.
    """

    access = Access(anchor="meeting__forum", view=Permission.LOG_MEETINGS)

    Kind = ItemKind

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for an answer")
        ACCEPTED = "accepted", _("On the agenda")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="proposals")
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=ItemKind, default=ItemKind.DISCUSSION)
    reason = models.CharField(max_length=500, blank=True)
    """Why the item should be taken up."""
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    proposed_by = by_whom("proposals")
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    decided_by = by_whom(null=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=300, blank=True)
    """Why it was declined."""
    item = models.OneToOneField(
        AgendaItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="proposal"
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["meeting", "state"], name="proposal_meeting_state"),)
        constraints = (
            one_of("kind", ["information", "discussion", "decision"], "proposal_kind"),
            one_of("state", ["waiting", "accepted", "declined", "withdrawn"], "proposal_state"),
            models.CheckConstraint(
                condition=together("decided_by", "decided_at"), name="proposal_decided"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="proposal_state_dates",
            ),
            models.CheckConstraint(
                condition=Q(state="declined") | Q(answer=""), name="proposal_answer"
            ),
            models.CheckConstraint(
                condition=Q(state="accepted") | Q(item=None), name="proposal_item"
            ),
        )

    def __str__(self) -> str:
        return self.title
