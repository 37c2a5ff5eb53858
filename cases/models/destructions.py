"""Destruction of cases: what is proposed and approved by two people, what is held back, what remains."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.access.declaration import Open
from coordination.access.models import one_of
from coordination.grounds.models import RetentionVersion

from .cases import Case
from .submissions import who

NUMBERS = Open("numbers, days and rules of cases: pages with a policy of their own show them")


class Hold(models.Model):
    """That a case is not to be destroyed for now, whatever the rule says."""

    access = NUMBERS

    class Reason(models.TextChoices):
        REQUEST = "request", _("Somebody has asked to read it")
        SUPERVISION = "supervision", _("Supervision")
        TRIAL = "trial", _("A trial or another legal process")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="holds")
    reason = models.CharField(max_length=11, choices=Reason)
    placed_by = who()
    placed_at = models.DateTimeField()
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            one_of("reason", ["request", "supervision", "trial"], "hold_reason"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(lifted_at=None), name="one_hold_of_a_case"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__gte=F("placed_at"), lifted_by__isnull=False),
                name="hold_lifted",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class Destruction(models.Model):
    """Some cases that one person proposes to destroy, another approves, and a job destroys.

    It stays, as the record of what was done: numbers and days, nothing of any person.
    """

    access = NUMBERS

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("destruction", "Waits for a second person")
        REFUSED = "refused", pgettext_lazy("destruction", "Not approved")
        APPROVED = "approved", pgettext_lazy("destruction", "Being carried out")
        DONE = "done", pgettext_lazy("destruction", "Carried out")

    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    proposed_by = who()
    proposed_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    file = models.CharField(max_length=64)
    """The record as a document, made when it is carried out."""

    class Meta:
        constraints = (
            one_of("state", ["proposed", "refused", "approved", "done"], "destruction_state"),
            # Two people, whatever a program says.
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("proposed_by")),
                name="destruction_by_two",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", answered_by=None, answered_at=None)
                | Q(
                    state__in=["refused", "approved", "done"],
                    answered_by__isnull=False,
                    answered_at__gte=F("proposed_at"),
                ),
                name="destruction_answered",
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_at__gte=F("answered_at"))
                | (~Q(state="done") & Q(done_at=None)),
                name="destruction_done",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class DestroyedCase(models.Model):
    """A case in a destruction: the rule that lets it go, and when it went."""

    access = NUMBERS

    class Spared(models.TextChoices):
        NO = "", pgettext_lazy("destruction", "Not spared")
        HELD = "held", pgettext_lazy("destruction", "Held back")
        OPENED = "opened", pgettext_lazy("destruction", "Opened again")
        RULE = "rule", pgettext_lazy("destruction", "The rule has changed")

    destruction = models.ForeignKey(Destruction, on_delete=models.CASCADE, related_name="rows")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="destructions")
    rule = models.ForeignKey(RetentionVersion, on_delete=models.PROTECT, related_name="+")
    closed_on = models.DateField()
    earliest_on = models.DateField()
    destroyed_at = models.DateTimeField(null=True, blank=True)
    spared = models.CharField(max_length=6, choices=Spared, blank=True)
    """Why it was not destroyed after all."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["destruction", "case"], name="case_destroyed_once"),
            one_of("spared", ["", "held", "opened", "rule"], "destroyed_case_spared"),
            models.CheckConstraint(
                condition=Q(spared="") | Q(destroyed_at=None), name="destroyed_or_spared"
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)
