"""A case: its number, its stage, whose it is, and who may not come near it."""

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from cases.vault import SealedTextField
from coordination.access.declaration import Access, Open, Seated, Timed
from coordination.access.models import one_of
from coordination.access.policy import GovernedQuerySet
from coordination.access.vocabulary import Permission

from .units import CaseArea, CaseUnit, Dated, DatedQuerySet

HOLDER = "partnership_coordinator"
"""Who is named in a case and coordinates no district any longer opens it no more."""
CARRYING = (Permission.TRIAGE_CASE, Permission.VIEW_CASE, Permission.KEEP_CASE)
"""What those hold who are named in the case, beside seeing that it is there."""


GLIMPSED = timedelta(minutes=60)
"""So long, at most, somebody reads a case that they are not named in (`Glimpse`)."""


def _named(case: str = "") -> dict[Permission, tuple[str | Seated | Timed, ...]]:
    """Who holds what on a case by name, seen from `case`: those who carry it; and to read it alone, for
    minutes, who has opened it in an emergency."""
    carries = Seated(f"{case}roles__user", f"{case}roles")
    looks = Timed(f"{case}glimpses__user", f"{case}glimpses", GLIMPSED)
    return dict.fromkeys(CARRYING, (carries,)) | {Permission.VIEW_CASE: (carries, looks)}


class Stage(models.TextChoices):
    """Where a case is, in the five steps of CVE's method support, and how it ends."""

    RECEIVED = "received", pgettext_lazy("case", "Handed in")
    INQUIRY = "inquiry", pgettext_lazy("case", "Needs are assessed")
    INTERVENTION = "intervention", pgettext_lazy("case", "Intervention under way")
    FOLLOW_UP = "follow_up", pgettext_lazy("case", "Followed up")
    SPECIAL = "special", pgettext_lazy("case", "Special handling")
    CLOSED = "closed", pgettext_lazy("case", "Closed")
    DESTROYED = "destroyed", pgettext_lazy("case", "Destroyed")


FOLLOWS: dict[str, frozenset[str]] = {
    before: frozenset(after)
    for before, after in {
        Stage.RECEIVED: {Stage.INQUIRY, Stage.SPECIAL, Stage.CLOSED},
        Stage.INQUIRY: {Stage.INTERVENTION, Stage.SPECIAL, Stage.CLOSED},
        Stage.INTERVENTION: {Stage.FOLLOW_UP, Stage.SPECIAL, Stage.CLOSED},
        Stage.FOLLOW_UP: {Stage.INTERVENTION, Stage.INQUIRY, Stage.SPECIAL, Stage.CLOSED},
        Stage.SPECIAL: {Stage.CLOSED},
        Stage.CLOSED: {Stage.INQUIRY, Stage.DESTROYED},
        Stage.DESTROYED: set(),
    }.items()
}
"""What may come after each stage."""


WHEN = {Permission.TRIAGE_CASE: Q(stage=Stage.RECEIVED)}
"""Whoever may triage reads a case until it is decided what becomes of it, and not after."""


class Case(models.Model):
    """A worry about somebody that a unit has received, under a number that only the unit uses.

    It holds the least that its coordination needs; the journal is kept in the ordinary system. The key
    is random, and stands in addresses. Nothing of the person is here: see `Subject`.
    """

    access = Access(
        anchor="area",
        view=Permission.LIST_CASES,
        people=_named() | {Permission.LIST_CASES: (Seated("roles__user", "roles"),)},
        when=WHEN,
        barred="conflicts__user",
        holder=HOLDER,
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(CaseUnit, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    """The how manieth of the unit's that year."""
    area = models.ForeignKey(
        CaseArea, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """The district, and the unit's carrying of it. None where the identity is protected: it would say
    where somebody lives, and show the case to more than those who are named. None too from when the
    case is handled specially: it leaves every list but theirs who are named (resolution 18)."""
    is_protected = models.BooleanField(default=False)
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.RECEIVED)
    journal = SealedTextField(null=True, blank=True)
    """What the case is called in the ordinary system, where its journal is kept."""
    received_at = models.DateTimeField()
    stage_since = models.DateTimeField()

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("stage", Stage.values, "case_stage"),
            models.UniqueConstraint(fields=["unit", "year", "serial"], name="case_number"),
            models.CheckConstraint(condition=Q(serial__gte=1), name="case_serial"),
            models.CheckConstraint(
                condition=Q(is_protected=True, area=None)
                | Q(is_protected=False, area=None, stage__in=["special", "closed", "destroyed"])
                | (Q(is_protected=False, area__isnull=False) & ~Q(stage="special")),
                name="case_protected_nowhere",
            ),
            models.CheckConstraint(
                condition=Q(stage_since__gte=F("received_at")), name="case_stage_since"
            ),
        )
        indexes = (models.Index(fields=["unit", "stage", "-received_at"], name="case_list"),)

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What the unit calls it. Nobody outside the unit meets it (resolution 14)."""
        return f"{self.year}-{self.serial:03}"


OF_A_CASE = Access(
    anchor="case__area",
    view=Permission.VIEW_CASE,
    people=_named("case__"),
    when={Permission.TRIAGE_CASE: Q(case__stage=Stage.RECEIVED)},
    barred="case__conflicts__user",
    holder=HOLDER,
)
"""What belongs to a case, and is read by those who carry it; at triage by those who decide on it."""


class CaseRoleQuerySet(DatedQuerySet, GovernedQuerySet):
    """Those in force, those that somebody may see."""


class CaseRole(Dated):
    """That somebody carries a case, or is the deputy of who does, between two days."""

    access = OF_A_CASE

    class Role(models.TextChoices):
        OWNER = "owner", pgettext_lazy("case", "Responsible")
        DEPUTY = "deputy", pgettext_lazy("case", "Deputy")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="roles")
    user: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(max_length=6, choices=Role)

    objects = CaseRoleQuerySet.as_manager()

    class Meta(Dated.Meta):
        constraints = (
            *Dated.Meta.constraints,
            one_of("role", ["owner", "deputy"], "case_role"),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(role="owner", valid_to=None),
                name="one_owner_of_a_case",
            ),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.user_id}"


class Conflict(models.Model):
    """That somebody is biased in a case (jäv, FL 16–17 §§), and is shut out of it from then on."""

    access = Open("who stepped aside from a case; shown to who carries it, on the case's own page")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="conflicts")
    user: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    declared_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "user"], name="one_conflict_of_a_person"),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.user_id}"
