"""Agreements on cooperation (samverkansöverenskommelser, lag 2023:196 9 §) and what belongs to them."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from coordination.access import policy
from coordination.access.declaration import Open
from coordination.access.models import one_of
from coordination.access.vocabulary import ROLES, Permission
from coordination.actors import merging
from coordination.actors.models import (
    District,
    Organisation,
    OrganisationMembership,
    PreventionLevel,
)
from coordination.writing.models import StoredFile

SOON = 6
"""Months before its last day from which an agreement is said to expire soon."""

KEPT = Open(
    "of an agreement; shown only on the page of that agreement, which has a rule of its own"
)


def by_whom(null: bool = False) -> Any:
    """Who did something; a person who did is not removed."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=null, blank=null, related_name="+"
    )


def ahead(day: date, months: int) -> date:
    """The same day so many months later (earlier where negative), or the last of that month where it
    has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = date.fromordinal(following.toordinal() - 1)
    return last.replace(day=min(day.day, last.day))


class Standing(models.TextChoices):
    """How an agreement stands on a day, in the order in which a list shows them. Only that it is a
    draft or was ended is stored: the rest follows from its days."""

    SOON = "soon", pgettext_lazy("agreement", "Expires soon")
    IN_FORCE = "in_force", pgettext_lazy("agreement", "In force")
    COMING = "coming", pgettext_lazy("agreement", "Not in force yet")
    DRAFT = "draft", pgettext_lazy("agreement", "Draft")
    EXPIRED = "expired", pgettext_lazy("agreement", "Expired")
    ENDED = "ended", pgettext_lazy("agreement", "Ended early")


class AgreementQuerySet(models.QuerySet):
    def visible_to(self, user: Any, permission: Permission = Permission.VIEW_AGREEMENTS) -> Self:
        """Everyone who follows agreements sees all, drafts too; other readers what is or has been in
        force; and the police of that only what their own organisation is party to."""
        held = policy.permissions_of(user)
        if permission not in held:
            return self.none()
        if Permission.FOLLOW_AGREEMENTS in held:
            return self
        known = self.exclude(state=Agreement.State.DRAFT)
        if Permission.READ_AGREEMENTS in held:
            return known
        return known.filter(pk__in=_party_to(user))

    def with_standing(self, on: date) -> Self:
        """Each with its `standing` that day, and `rank`, by which a list is sorted."""
        whens = [
            (Q(state=Agreement.State.DRAFT), Standing.DRAFT),
            (Q(state=Agreement.State.ENDED), Standing.ENDED),
            (Q(valid_to__lt=on), Standing.EXPIRED),
            (Q(valid_from__gt=on), Standing.COMING),
            (Q(valid_to__lte=ahead(on, SOON)), Standing.SOON),
        ]
        ranks = list(Standing)
        return self.annotate(
            standing=Case(
                *(When(when, then=Value(standing.value)) for when, standing in whens),
                default=Value(Standing.IN_FORCE.value),
            ),
            rank=Case(
                *(When(when, then=Value(ranks.index(standing))) for when, standing in whens),
                default=Value(ranks.index(Standing.IN_FORCE)),
            ),
        )

    def in_force(self, on: date) -> Self:
        """Those that bind their parties that day."""
        return self.filter(state=Agreement.State.IN_FORCE, valid_from__lte=on, valid_to__gte=on)

    def to_renew(self, on: date, months: int = SOON) -> Self:
        """Those in force that expire within so many months, and that no other one follows yet."""
        followed = Agreement.objects.exclude(state=Agreement.State.DRAFT).exclude(follows=None)
        return (
            self.in_force(on)
            .filter(valid_to__lte=ahead(on, months))
            .exclude(pk__in=followed.values("follows"))
        )


def _party_to(user: Any) -> models.QuerySet:
    """The keys of agreements that an organisation is party to for which the person reads agreements,
    or one that it went into or that went into it."""
    roles = [code for code, role in ROLES.items() if Permission.VIEW_AGREEMENTS in role.permissions]
    held = OrganisationMembership.objects.active(timezone.localdate()).filter(
        user=user.pk, role__in=roles
    )
    own = held.values("organisation")
    parties = Agreement.parties.through.objects.filter(
        merging.stands_for("organisation", own) | merging.went_into("organisation", own)
    )
    return parties.values("agreement")


class Agreement(models.Model):
    """What parties have agreed to do together, why, and how it is followed up (lag 2023:196 9 §; Brå).

    Nothing in it is about an individual. Who signed is named by function and name.
    """

    access = Open(
        "a rule of its own: drafts for those who follow agreements, the police only their own"
    )

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("agreement", "Draft")
        IN_FORCE = "in_force", pgettext_lazy("agreement", "In force")
        ENDED = "ended", pgettext_lazy("agreement", "Ended early")

    class Extremism(models.TextChoices):
        YES = "yes", pgettext_lazy("agreement", "Yes")
        PARTLY = "partly", pgettext_lazy("agreement", "Partly")
        NO = "no", pgettext_lazy("agreement", "No")

    name = models.CharField(max_length=150)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    parties = models.ManyToManyField(Organisation, related_name="agreements")
    districts = models.ManyToManyField(District, related_name="+")
    """None: the whole municipality."""
    levels = models.ManyToManyField(PreventionLevel, related_name="+")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    signed_for_municipality = models.CharField(max_length=150, blank=True)
    signed_for_others = models.CharField(max_length=300, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    purposes = models.TextField(max_length=1500, blank=True)
    areas = models.TextField(max_length=1500, blank=True)
    problems = models.TextField(max_length=1500, blank=True)
    causes = models.TextField(max_length=1500, blank=True)
    goals = models.TextField(max_length=1500, blank=True)
    documented = models.TextField(max_length=700, blank=True)
    followed_up = models.TextField(max_length=700, blank=True)
    extremism = models.CharField(max_length=6, choices=Extremism)
    paragraph = models.TextField(max_length=1000, blank=True)
    """The words of the agreement about violent extremism (the guideline's assignment 1)."""
    follow_up_on = models.DateField(null=True, blank=True)
    follows = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by"
    )
    ended_on = models.DateField(null=True, blank=True)
    ended_because = models.CharField(max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=1)
    registered_by = by_whom()
    registered_at = models.DateTimeField()
    changed_by = by_whom()
    changed_at = models.DateTimeField()

    objects = AgreementQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["state", "valid_to"], name="agreement_expiring"),)
        constraints = (
            one_of("state", ["draft", "in_force", "ended"], "agreement_state"),
            one_of("extremism", ["yes", "partly", "no"], "agreement_extremism"),
            models.CheckConstraint(condition=~Q(name=""), name="agreement_name"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="agreement_period",
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | (
                    Q(valid_from__isnull=False, valid_to__isnull=False, signed_on__isnull=False)
                    & ~Q(signed_for_municipality="")
                    & ~Q(signed_for_others="")
                    & ~Q(purposes="")
                    & ~Q(areas="")
                ),
                name="agreement_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_on__isnull=False) & ~Q(ended_because="")
                | ~Q(state="ended") & Q(ended_on=None, ended_because=""),
                name="agreement_ended",
            ),
            models.CheckConstraint(
                condition=Q(follows=None) | ~Q(follows=F("id")), name="agreement_not_itself"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    def expires_within(self, months: int, on: date) -> bool:
        """Whether it is in force that day, and not so many months later."""
        return (
            self.state == self.State.IN_FORCE
            and self.valid_to is not None
            and on <= self.valid_to <= ahead(on, months)
        )


class Pledge(models.Model):
    """A promise to those who live or work there (medborgarlöfte), beside what the parties agreed."""

    access = KEPT

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="pledges")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=250)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["agreement", "position"], name="pledge_position"),
            models.CheckConstraint(condition=~Q(text=""), name="pledge_says_something"),
        )

    def __str__(self) -> str:
        return self.text


class SignedFile(StoredFile):
    """The agreement as it was signed. A removed file keeps its row, so that it shows who removed it."""

    access = KEPT

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="files")

    class Meta(StoredFile.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(removed_at=None), name="signed_file_one"
            ),
            *StoredFile.Meta.constraints,
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.agreement_id}"


class AgreementChange(models.Model):
    """What happened with an agreement, when and by whom."""

    access = KEPT

    class Kind(models.TextChoices):
        REGISTERED = "registered", pgettext_lazy("agreement", "Registered as a draft")
        RENEWAL = "renewal", pgettext_lazy("agreement", "Registered as a renewal")
        CHANGED = "changed", pgettext_lazy("agreement", "Changed")
        IN_FORCE = "in_force", pgettext_lazy("agreement", "Put in force")
        ENDED = "ended", pgettext_lazy("agreement", "Ended early")
        FILE_ADDED = "file_added", pgettext_lazy("agreement", "Signed file added")
        FILE_REMOVED = "file_removed", pgettext_lazy("agreement", "Signed file removed")

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=12, choices=Kind)
    fields = models.CharField(max_length=300, blank=True)
    """The names of the fields that were changed, with spaces between."""
    by = by_whom()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            one_of(
                "kind",
                [
                    "registered",
                    "renewal",
                    "changed",
                    "in_force",
                    "ended",
                    "file_added",
                    "file_removed",
                ],
                "agreement_change_kind",
            ),
        )

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.kind}"


class ExpiryWarning(models.Model):
    """That those who keep agreements have been told that this one expires within so many months."""

    access = Open("says that a mail was posted; read by what posts the next one alone")

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="warnings")
    months = models.PositiveSmallIntegerField()
    valid_to = models.DateField()
    """Its last day when they were told: with another last day they are told anew."""
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["agreement", "months", "valid_to"], name="expiry_warned_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.months}"
