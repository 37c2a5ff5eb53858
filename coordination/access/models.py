"""People, and the two shapes that say where they belong: a membership, and a grant derived from it."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from coordination.jobs import mail

from .declaration import Open
from .vocabulary import ROLES


def one_of(field: str, values: Iterable[str], name: str) -> models.CheckConstraint:
    """A check constraint: the field holds one of the values. Choices alone bind only forms."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": sorted(values)}), name=name)


class User(AbstractUser):
    """A person with an account. What they may do comes from memberships, never from flags here.

    `is_staff` and `is_superuser` give nothing: the policy never asks for them.
    """

    access = Open("names and addresses of colleagues; shown only where a page's own policy lets")

    language = models.CharField(
        max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    notices = models.CharField(
        max_length=8, choices=mail.Choice.choices, default=mail.Choice.AT_ONCE
    )
    """When the mail that can wait is sent (`jobs.mail`)."""
    session_epoch = models.PositiveIntegerField(default=0)
    """Counted up to end every session of the user, wherever sessions are kept."""
    notice_read_at = models.DateTimeField(null=True, blank=True)
    """When they had read how data about them is handled."""

    class Meta:
        verbose_name = _("user")
        constraints = (
            one_of("language", [code for code, name in settings.LANGUAGES], "user_language"),
            one_of("notices", mail.Choice.values, "user_notices"),
        )

    def __str__(self) -> str:
        return self.get_full_name() or self.get_username()

    def get_session_auth_hash(self) -> str:
        """Changes with the password and with `session_epoch`; a session with another one is over."""
        return f"{super().get_session_auth_hash()}.{self.session_epoch}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for fallback in super().get_session_auth_fallback_hash():
            yield f"{fallback}.{self.session_epoch}"


class MembershipQuerySet(models.QuerySet):
    def active(self, on: date) -> "MembershipQuerySet":
        """The memberships in force that day, both end days included."""
        return self.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gte=on))


class Membership(models.Model):
    """That a person holds a role somewhere between two days. The truth that grants come from.

    A concrete membership adds the anchor it is held at, and a `one_of` constraint on its roles.
    """

    place_name: ClassVar[str]
    """The lookup of the name of the place that the holder stands for."""

    user: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="%(class)s_set"
    )
    role = models.CharField(max_length=40)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    held_outside: ClassVar[Q] = Q(pk__in=[])
    """Which of the memberships are held outside the municipality: none, unless the table says so."""

    objects = MembershipQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="%(app_label)s_%(class)s_period",
            ),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.user_id}"

    @property
    def role_name(self) -> str:
        """What people call the role."""
        return str(ROLES[self.role].name)


class Absence(models.Model):
    """That a person is away between two days, and who stands in for them, if anybody does.

    The deputy holds what the person's own memberships give, for these days and no longer: nothing
    is copied, so a role that ends during the absence ends for the deputy too.
    """

    access = Open("who is away and who stands in; shown on pages with a policy of their own")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="absences"
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deputises",
    )
    valid_from = models.DateField()
    valid_to = models.DateField()

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to__gte=models.F("valid_from")), name="absence_period"
            ),
            models.CheckConstraint(
                condition=Q(deputy=None) | ~Q(deputy=models.F("user")), name="absence_not_oneself"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.valid_from} – {self.valid_to}"


class Grant(UserObjectPermissionBase):
    """What one person may do on one anchor: derived, never edited, and dead after its last day.

    `valid_until` is checked when the grant is read, so that a membership which ended last night
    gives nothing this morning even if the nightly derivation did not run.
    """

    valid_until = models.DateField(null=True, blank=True)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = True


class FactorState(models.Model):
    """How many wrong codes in a row a user has given, and since when none is taken any longer."""

    access = Open("bookkeeping of one person's codes; read when that person signs in")

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="factor_state")
    failures = models.PositiveSmallIntegerField(default=0)
    frozen_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.failures}"


STAFF, EXTERNAL = "anstalld", "extern"
"""The municipality's own provider, and the one for people outside it; as addresses and forms have them."""


class Identity(models.Model):
    """The one identity at a provider that an account belongs to since it was first used."""

    access = Open(
        "whom a provider calls what; read when that person signs in, and by administrators"
    )

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="identity")
    provider = models.CharField(max_length=10)
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    bound_at = models.DateTimeField()

    class Meta:
        constraints = (
            one_of("provider", (STAFF, EXTERNAL), "identity_provider"),
            models.UniqueConstraint(fields=("issuer", "subject"), name="identity_of_one_account"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} at {self.provider}"


class Denials(models.Model):
    """How often a person was denied a page within an hour, and how many of those the log lacks yet."""

    access = Open("counts beside a user's key; read by what writes denials to the log alone")

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="denials")
    since = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)
    unsaid = models.PositiveIntegerField(default=0)
    said_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.count}"


class Guesses(models.Model):
    """When passwords were guessed lately: at an account, from an address, or both; named by a hash."""

    access = Open("hashes and times that name nobody; read by the sign-in limits alone")

    key = models.CharField(max_length=64, unique=True)
    times = models.JSONField(default=list)
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


class KnownPlace(models.Model):
    """A browser or a network address that a user has signed in from, as a hash."""

    access = Open("hashes beside a user's key; read by the sign-in limits alone")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="known_places")
    place = models.CharField(max_length=64)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "place"), name="one_row_per_known_place"),
        )

    def __str__(self) -> str:
        return self.place
