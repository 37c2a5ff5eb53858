"""Study visits and meetings of networks: what was learnt there, and what is proposed because of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.access.declaration import Open
from coordination.access.models import one_of
from coordination.access.vocabulary import Permission
from coordination.actors.models import Organisation

from .declared import ForHolders, by_whom

INTERNAL = Open("internal travel reports: a permission that police and associations do not hold")


class Visit(models.Model):
    """A study visit or a meeting of a network, in the two halves that the guideline asks about."""

    access = INTERNAL
    seen_with = Permission.READ_VISITS

    class Kind(models.TextChoices):
        VISIT = "visit", _("Study visit")
        NETWORK = "network", _("Network meeting")

    kind = models.CharField(max_length=8, choices=Kind, default=Kind.VISIT)
    title = models.CharField(max_length=120)
    place = models.CharField(max_length=120)
    on = models.DateField()
    organisations = models.ManyToManyField(Organisation, related_name="+")
    """Which organisations were visited, or take part in the network."""
    participants = models.CharField(max_length=300)
    prevent = models.TextField(max_length=1500, blank=True)
    """What was learnt about keeping people from taking part in violent extremism."""
    handle = models.TextField(max_length=1500, blank=True)
    """What was learnt about those who have taken part."""
    revision = models.PositiveIntegerField(default=1)
    noted_by = by_whom()
    noted_at = models.DateTimeField()
    changed_by = by_whom()
    changed_at = models.DateTimeField()

    objects = ForHolders.as_manager()

    class Meta:
        constraints = (one_of("kind", ["visit", "network"], "visit_kind"),)

    def __str__(self) -> str:
        return self.title


class Suggestion(models.Model):
    """Something to try at home because of a visit."""

    access = INTERNAL
    seen_with = Permission.READ_VISITS

    class State(models.TextChoices):
        TO_TRY = "to_try", pgettext_lazy("proposal", "To try")
        TRYING = "trying", pgettext_lazy("proposal", "Being tried")
        INTRODUCED = "introduced", pgettext_lazy("proposal", "Introduced")
        DROPPED = "dropped", pgettext_lazy("proposal", "Dropped")

    FOLLOWS = {
        State.TO_TRY: (State.TRYING, State.INTRODUCED, State.DROPPED),
        State.TRYING: (State.TO_TRY, State.INTRODUCED, State.DROPPED),
        State.INTRODUCED: (State.TRYING, State.DROPPED),
        State.DROPPED: (State.TO_TRY, State.TRYING),
    }
    """What may follow each state."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="suggestions")
    text = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.TO_TRY)
    responsible = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    made_by = by_whom()
    made_at = models.DateTimeField()
    changed_by = by_whom()
    changed_at = models.DateTimeField()

    objects = ForHolders.as_manager()

    class Meta:
        constraints = (
            one_of("state", ["to_try", "trying", "introduced", "dropped"], "suggestion_state"),
            models.CheckConstraint(condition=~Q(text=""), name="suggestion_says_something"),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.TO_TRY, self.State.TRYING}


class SuggestionChange(models.Model):
    """That a proposal came into another state, when and by whom."""

    access = INTERNAL

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="changes")
    state = models.CharField(max_length=10, choices=Suggestion.State)
    note = models.CharField(max_length=200, blank=True)
    by = by_whom()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            one_of(
                "state", ["to_try", "trying", "introduced", "dropped"], "suggestion_change_state"
            ),
        )

    def __str__(self) -> str:
        return f"{self.suggestion_id} {self.state}"
