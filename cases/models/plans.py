"""What is done in a case: assessments, goals with their interventions, follow-ups, notes and objections."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.vault import SealedTextField
from coordination.access.declaration import Open
from coordination.access.models import one_of
from coordination.access.policy import GovernedQuerySet

from .cases import OF_A_CASE, Case
from .submissions import random_key, who


class Factor(models.Model):
    """Something that protects or puts at risk, which an assessment asks about; from a list with days."""

    access = Open("the list that assessments ask by: no case is in it")

    class Kind(models.TextChoices):
        PROTECTIVE = "protective", pgettext_lazy("factor", "Protective")
        RISK = "risk", pgettext_lazy("factor", "Risk")

    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind)
    place = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            one_of("kind", ["protective", "risk"], "factor_kind"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="factor_period"
            ),
        )
        ordering = ("kind", "place", "pk")

    def __str__(self) -> str:
        return self.code


class Assessment(models.Model):
    """What a person needs, what protects and what puts at risk, in words. There is no score, and what is
    not known is not "no". Each stays; the next stands beside it."""

    access = OF_A_CASE

    class Outcome(models.TextChoices):
        NONE = "none", pgettext_lazy("assessment", "No intervention")
        GENERAL = "general", pgettext_lazy("prevention level", "General")
        SPECIFIC = "specific", pgettext_lazy("prevention level", "Specific")
        INDIVIDUAL = "individual", pgettext_lazy("prevention level", "Individual")

    id = random_key()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="assessments")
    number = models.PositiveSmallIntegerField()
    needs = SealedTextField(under="case_id")
    factors = SealedTextField(under="case_id")
    """As JSON: by code of the factor the answer (yes, no, unknown) and what it builds on."""
    own_view = SealedTextField(under="case_id", blank=True)
    guardian_view = SealedTextField(under="case_id", blank=True)
    childs_best = SealedTextField(under="case_id", blank=True)
    together_with = SealedTextField(under="case_id", blank=True)
    """The functions that took part."""
    outcome = models.CharField(max_length=10, choices=Outcome)
    made_by = who()
    made_at = models.DateTimeField()

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("outcome", ["none", "general", "specific", "individual"], "assessment_outcome"),
            models.UniqueConstraint(fields=["case", "number"], name="assessment_number"),
        )

    def __str__(self) -> str:
        return str(self.number)


INTERVENTIONS = (
    *("mentor", "support_person", "teaching", "student_support", "placement", "work"),
    *("parents", "leisure", "talks", "social_group", "other"),
)


class Goal(models.Model):
    """A goal in the person's own words, and the intervention that is to lead there."""

    access = OF_A_CASE

    class Intervention(models.TextChoices):
        """What the guideline names, and the municipality's other ordinary support."""

        MENTOR = "mentor", _("Mentor")
        SUPPORT_PERSON = "support_person", _("Support person")
        TEACHING = "teaching", _("Support in education")
        STUDENT_SUPPORT = "student_support", _("Student supporter")
        PLACEMENT = "placement", _("Work experience")
        WORK = "work", _("Work")
        PARENTS = "parents", _("Support for parents")
        LEISURE = "leisure", _("Leisure")
        TALKS = "talks", _("Talks")
        SOCIAL_GROUP = "social_group", _("Social intervention group")
        OTHER = "other", pgettext_lazy("intervention", "Other")

    class State(models.TextChoices):
        UNDER_WAY = "under_way", pgettext_lazy("goal", "Under way")
        REACHED = "reached", pgettext_lazy("goal", "Reached")
        ENDED = "ended", pgettext_lazy("goal", "Ended")

    id = random_key()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="goals")
    text = SealedTextField(under="case_id")
    intervention = models.CharField(max_length=15, choices=Intervention)
    responsible = SealedTextField(under="case_id")
    """The function that carries it out; no name is needed."""
    starts_on = models.DateField()
    follow_up_on = models.DateField()
    is_voluntary = models.BooleanField(default=True)
    decided_under = SealedTextField(under="case_id", blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.UNDER_WAY)
    made_by = who()
    made_at = models.DateTimeField()

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("intervention", INTERVENTIONS, "goal_intervention"),
            one_of("state", ["under_way", "reached", "ended"], "goal_state"),
            models.CheckConstraint(
                condition=Q(follow_up_on__gte=F("starts_on")), name="goal_followed_up_after"
            ),
        )
        indexes = (models.Index(fields=["state", "follow_up_on"], name="goal_due"),)

    def __str__(self) -> str:
        return str(self.pk)


class FollowUp(models.Model):
    """How a goal stood on a day, and what becomes of it."""

    access = OF_A_CASE

    class Standing(models.TextChoices):
        ON_TRACK = "on_track", pgettext_lazy("follow-up", "On track")
        REACHED = "reached", pgettext_lazy("follow-up", "Reached")
        OFF_TRACK = "off_track", pgettext_lazy("follow-up", "Not on track")

    class Then(models.TextChoices):
        GO_ON = "go_on", pgettext_lazy("follow-up", "Yes, as planned")
        CHANGE = "change", pgettext_lazy("follow-up", "Change the intervention")
        END = "end", pgettext_lazy("follow-up", "End it")

    id = random_key()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="follow_ups")
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="follow_ups")
    held_on = models.DateField()
    standing = models.CharField(max_length=9, choices=Standing)
    text = SealedTextField(under="case_id", blank=True)
    then = models.CharField(max_length=6, choices=Then)
    next_on = models.DateField(null=True, blank=True)
    intervention_before = models.CharField(
        max_length=15, choices=[("", "–"), *Goal.Intervention.choices], blank=True, default=""
    )
    """What was done until then, where the intervention is changed."""
    responsible_before = SealedTextField(under="case_id", null=True, blank=True)
    """Who carried it out until then."""
    made_by = who()
    made_at = models.DateTimeField()

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("standing", ["on_track", "reached", "off_track"], "follow_up_standing"),
            one_of("then", ["go_on", "change", "end"], "follow_up_then"),
            one_of("intervention_before", ["", *INTERVENTIONS], "follow_up_intervention_before"),
            models.CheckConstraint(
                condition=Q(then="change") | Q(intervention_before=""),
                name="follow_up_changed",
            ),
            models.CheckConstraint(
                condition=Q(then="end", next_on=None)
                | Q(then__in=["go_on", "change"], next_on__gt=F("held_on")),
                name="follow_up_next",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class Note(models.Model):
    """A short note of the coordination; the journal is kept in the ordinary system (M055). An objection
    of the person's is a note that nobody may leave out (SoL 14 kap. 6 §)."""

    access = OF_A_CASE

    class Kind(models.TextChoices):
        CONTACT = "contact", pgettext_lazy("note", "Contact")
        MEETING = "meeting", pgettext_lazy("note", "Meeting")
        DECISION = "decision", pgettext_lazy("note", "Decision")
        OBJECTION = "objection", pgettext_lazy("note", "The person's objection")
        OTHER = "other", pgettext_lazy("note", "Other")

    id = random_key()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=9, choices=Kind)
    text = SealedTextField(under="case_id")
    made_by: Any = who()
    made_at = models.DateTimeField()

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("kind", ["contact", "meeting", "decision", "objection", "other"], "note_kind"),
        )

    def __str__(self) -> str:
        return str(self.pk)
