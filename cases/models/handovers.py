"""That a case is handed over to the police or the Security Service, and what remains for the municipality."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.vault import SealedTextField
from coordination.access.models import one_of
from coordination.access.policy import GovernedQuerySet
from coordination.grounds.models import BasisVersion, Receiver

from .cases import OF_A_CASE, Case
from .glimpses import somebody
from .submissions import random_key, who


class Handover(models.Model):
    """Whom the case is handed over to, how, when and on which ground. There is no field for what they say
    back, and there is not to be one: the portal holds the least that it can (guideline, assignment 3)."""

    access = OF_A_CASE

    class Way(models.TextChoices):
        PHONE = "phone", pgettext_lazy("way of handing over", "By phone")
        SECURE = "secure", pgettext_lazy("way of handing over", "Through a secure channel")
        MEETING = "meeting", pgettext_lazy("way of handing over", "At a meeting")

    RECEIVERS = (Receiver.POLICE, Receiver.SECURITY_SERVICE)

    id = random_key()
    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="handover")
    receiver = models.CharField(
        max_length=16, choices=[(one.value, one.label) for one in RECEIVERS]
    )
    way = models.CharField(max_length=7, choices=Way)
    held_at = models.DateTimeField()
    basis = models.ForeignKey(BasisVersion, on_delete=models.PROTECT, related_name="+")
    """The version that it rests on, as it was worded then."""
    confirmed = models.JSONField(default=list)
    """What was confirmed of its conditions, as codes of `grounds.offering.asks`."""
    test = SealedTextField(under="case_id")
    """What was weighed in the test of secrecy."""
    childs_best = SealedTextField(under="case_id", blank=True)
    receipt = SealedTextField(under="case_id")
    """The function that received it, and its reference."""
    may_be_named = models.BooleanField(default=False)
    """Whether forums may be told that there is such a case."""
    made_by: Any = who()
    made_at = models.DateTimeField()

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("receiver", ["police", "security_service"], "handover_receiver"),
            one_of("way", ["phone", "secure", "meeting"], "handover_way"),
        )

    def __str__(self) -> str:
        return str(self.pk)


class Duty(models.Model):
    """What remains for the municipality after a handover: neutral, with who answers for it."""

    access = OF_A_CASE

    class Kind(models.TextChoices):
        CHILDREN = "children", _("Support to children in the family")
        RELATIVES = "relatives", _("Support to relatives")
        SCHOOL = "school", pgettext_lazy("duty", "School")
        HOUSING = "housing", pgettext_lazy("duty", "Housing")

    id = random_key()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="duties")
    kind = models.CharField(max_length=9, choices=Kind)
    responsible = SealedTextField(under="case_id")
    """The function that answers for it."""
    done_by = somebody()
    done_at = models.DateTimeField(null=True, blank=True)

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("kind", ["children", "relatives", "school", "housing"], "duty_kind"),
            models.UniqueConstraint(fields=["case", "kind"], name="one_duty_of_a_kind"),
            models.CheckConstraint(
                condition=Q(done_by=None, done_at=None)
                | Q(done_by__isnull=False, done_at__isnull=False),
                name="duty_done_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)
