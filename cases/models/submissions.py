"""What was handed in: the draft that only its writer has, the submission, the person, the consent."""

import secrets
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from cases.vault import SealedTextField
from coordination.access import policy
from coordination.access.declaration import Open
from coordination.access.models import one_of
from coordination.access.policy import GovernedQuerySet
from coordination.access.vocabulary import Permission
from coordination.actors.models import Organisation
from coordination.grounds.models import BasisVersion, Sender

from .cases import OF_A_CASE, Case

REFERENCE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Signs that are not mistaken for one another when they are read aloud."""


def new_reference() -> str:
    """A random reference, such as 7K3-QF2N: it says nothing of which case it is, or how many there are."""
    signs = [secrets.choice(REFERENCE) for _ in range(7)]
    return f"{''.join(signs[:3])}-{''.join(signs[3:])}"


def random_key() -> Any:
    return models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)


def who() -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")


class DraftQuerySet(models.QuerySet):
    def visible_to(
        self, user: Any, permission: Permission = Permission.HAND_IN_CASE
    ) -> "DraftQuerySet":
        """One's own, and nobody else's, for as long as one may hand in."""
        held = permission in policy.permissions_of(user)
        return self.filter(made_by_id=user.pk) if held else self.none()


class HandInDraft(models.Model):
    """A case that somebody is writing, before it is handed in. Nobody else may know that it exists."""

    access = Open("who is writing it, and nobody else: visible_to asks for nothing more")

    id = random_key()
    made_by = who()
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    content = SealedTextField()
    """What is typed so far, as JSON by name of field."""
    revision = models.PositiveIntegerField(default=1)

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(changed_at__gte=F("begun_at"), expires_at__gt=F("begun_at")),
                name="draft_times",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class Subject(models.Model):
    """The person that a case is about. No identity number, no view, faith or origin (resolution 21, RF
    2 kap. 3 §)."""

    access = OF_A_CASE

    class Protected(models.TextChoices):
        NO = "no", pgettext_lazy("protected identity", "No")
        YES = "yes", pgettext_lazy("protected identity", "Yes")
        UNKNOWN = "unknown", pgettext_lazy("protected identity", "I do not know")

    id = random_key()
    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="subject")
    given = SealedTextField(under="case_id")
    family = SealedTextField(under="case_id")
    birth_year = SealedTextField(under="case_id")
    place = SealedTextField(under="case_id", blank=True)
    """School or other place of the day; empty where the identity is protected."""
    protected = models.CharField(max_length=7, choices=Protected)
    index = models.CharField(max_length=43, db_index=True)
    """The token of the exact name (`vault.name_index`)."""

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (one_of("protected", ["no", "yes", "unknown"], "subject_protected"),)

    def __str__(self) -> str:
        return str(self.pk)


class SubjectToken(models.Model):
    """One of the loose tokens of a person's name (`vault.name_tokens`)."""

    access = Open("keyed tokens, read by the match at triage and by nothing else")

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="tokens")
    token = models.CharField(max_length=43, db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["subject", "token"], name="one_token_of_a_subject"),
        )

    def __str__(self) -> str:
        return str(self.pk)


class Submission(models.Model):
    """What somebody handed in, as they wrote it. It is not changed afterwards."""

    access = OF_A_CASE

    class Category(models.TextChoices):
        BEHAVIOUR = "behaviour", pgettext_lazy("category of worry", "How somebody behaves")
        SCHOOL_ATTACK = "school_attack", pgettext_lazy("category of worry", "An attack on a school")

    class RestsOn(models.TextChoices):
        SAME_BOARD = "same_board", pgettext_lazy("handing in", "No secrecy boundary is crossed")
        CONSENT = "consent", pgettext_lazy("handing in", "Consent")
        BASIS = "basis", pgettext_lazy("handing in", "A legal basis")

    id = random_key()
    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="submission")
    category = models.CharField(max_length=13, choices=Category, default=Category.BEHAVIOUR)
    handed_in_by = who()
    handed_in_at = models.DateTimeField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    """Where who handed it in works."""
    reference = models.CharField(max_length=8, unique=True, default=new_reference)
    """What who handed it in calls it."""
    happened = SealedTextField(under="case_id")
    """What the person did or said."""
    when = SealedTextField(under="case_id")
    known_how = SealedTextField(under="case_id")
    before = SealedTextField(under="case_id", blank=True)
    """Whether it has happened more than once."""
    guardian = SealedTextField(under="case_id", blank=True)
    """Whether a guardian was told, and why not."""
    told = SealedTextField(under="case_id")
    """Whether the person knows that it is handed in, and why not."""
    sender = models.CharField(max_length=6, choices=Sender)
    """Whose secrecy was broken by handing it in."""
    rests_on = models.CharField(max_length=10, choices=RestsOn)
    """What let it. A consent is a row of its own with the case, and no version of a text of law."""
    basis = models.ForeignKey(
        BasisVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """The legal basis as it was worded then."""
    confirmed = models.JSONField(default=list, blank=True)
    """What was confirmed for it, as codes of `offering.asks`."""

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("category", ["behaviour", "school_attack"], "submission_category"),
            one_of("sender", Sender.values, "submission_sender"),
            one_of("rests_on", ["same_board", "consent", "basis"], "submission_rests_on"),
            models.CheckConstraint(
                condition=Q(rests_on="basis", basis__isnull=False)
                | (~Q(rests_on="basis") & Q(basis=None)),
                name="submission_basis",
            ),
        )

    def __str__(self) -> str:
        return self.reference


class ReceiptQuerySet(models.QuerySet):
    def visible_to(
        self, user: Any, permission: Permission = Permission.HAND_IN_CASE
    ) -> "ReceiptQuerySet":
        """Those of what one has handed in oneself, for as long as one may hand in."""
        if permission not in policy.permissions_of(user):
            return self.none()
        return self.filter(handed_in_by=user.pk)


class Receipt(Submission):
    """What who handed it in keeps of it: a reference, a day, and whether it was received. Nothing of what
    was written, of the case or of what becomes of it (V13)."""

    access = Open("one's own receipts and nobody else's: visible_to asks for nothing more")

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        proxy = True


class Triage(models.Model):
    """What was decided of a case when it was read first, by whom and why."""

    access = OF_A_CASE

    class Outcome(models.TextChoices):
        OPEN = "open", pgettext_lazy("triage", "Open the case")
        ORDINARY = "ordinary", pgettext_lazy("triage", "Refer to an ordinary activity")
        REPORT = "report", pgettext_lazy("triage", "A report of concern is to be made")
        SPECIAL = "special", pgettext_lazy("triage", "Special handling: the police or Säpo")
        CLOSE = "close", pgettext_lazy("triage", "Close without a measure")

    class Level(models.TextChoices):
        GENERAL = "general", pgettext_lazy("prevention level", "General")
        SPECIFIC = "specific", pgettext_lazy("prevention level", "Specific")
        INDIVIDUAL = "individual", pgettext_lazy("prevention level", "Individual")

    id = random_key()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="triages")
    outcome = models.CharField(max_length=8, choices=Outcome)
    level = models.CharField(max_length=10, choices=Level)
    reason = SealedTextField(under="case_id")
    where_to = SealedTextField(under="case_id", blank=True)
    """Which activity it is referred to, or who makes the report and when."""
    earlier = SealedTextField(under="case_id", blank=True)
    """What is said of earlier worries for the same person, where the case is not opened."""
    decided_by = who()
    decided_at = models.DateTimeField()

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("outcome", ["open", "ordinary", "report", "special", "close"], "triage_outcome"),
            one_of("level", ["general", "specific", "individual"], "triage_level"),
        )

    def __str__(self) -> str:
        return str(self.pk)


class ConsentQuerySet(GovernedQuerySet):
    def in_force(self, on: Any) -> "ConsentQuerySet":
        """Those that hold that day, and have not been withdrawn."""
        return self.filter(given_on__lte=on, until__gte=on, withdrawn_at=None)


class Consent(models.Model):
    """That a person, or a guardian, lets those who are named work together, for a time.

    It breaks secrecy (OSL 10 kap. 1 §), and is no consent in the sense of the GDPR.
    """

    access = OF_A_CASE

    class Given(models.TextChoices):
        WRITTEN = "written", pgettext_lazy("consent", "Yes, in writing")
        ORAL = "oral", pgettext_lazy("consent", "Yes, orally")

    id = random_key()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="consents")
    given = models.CharField(max_length=7, choices=Given)
    given_on = models.DateField()
    by_guardian = models.BooleanField(default=False)
    covers = SealedTextField(under="case_id")
    """Whom it lets work together: codes with a space between."""
    until = models.DateField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    """When it was noted here: from that moment nothing rests on it."""
    withdrawn_on = models.DateField(null=True, blank=True)
    """When the person said so."""
    withdrawn_by: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Who noted it."""
    withdrawn_note = SealedTextField(under="case_id", blank=True, null=True)
    """How it was said, and to whom."""
    noted_by = who()

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = (
            one_of("given", ["written", "oral"], "consent_given"),
            models.CheckConstraint(condition=Q(until__gte=F("given_on")), name="consent_period"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_on=None, withdrawn_by=None)
                | Q(
                    withdrawn_at__isnull=False,
                    withdrawn_on__gte=F("given_on"),
                    withdrawn_by__isnull=False,
                ),
                name="consent_withdrawn_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)
