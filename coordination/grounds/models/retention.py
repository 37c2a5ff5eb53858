"""Retention rules (gallringsregler): how long each kind of record is kept, and by what law.

Socialtjänstlagen (2025:400) 16 kap. says it of files of the social welfare board, arkivlagen (1990:782) of
the rest: what nobody has decided about is kept.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from coordination.access.models import one_of

from .versions import PUBLIC_LAW, Version, of_version


class Record(models.TextChoices):
    """The kinds of records that the portal holds. The code that destroys asks by these."""

    CASE = "case", pgettext_lazy("record", "Case")
    CHILD_INQUIRY = (
        "child_inquiry",
        pgettext_lazy("record", "Case with an inquiry of a child's need of protection"),
    )
    EXEMPT = "exempt", pgettext_lazy("record", "Case that is exempt from destruction")
    SUBMISSION = (
        "submission",
        pgettext_lazy("record", "Worry handed in that led to no inquiry"),
    )
    SHARE = "share", pgettext_lazy("record", "Decision to share")
    CONSENT = "consent", pgettext_lazy("record", "Consent")
    ANNEX = "annex", pgettext_lazy("record", "Secrecy annex to minutes")
    ADVICE = "advice", pgettext_lazy("record", "Advice without identity")
    AUDIT = "audit", pgettext_lazy("record", "Log of who did what")
    HELPLINE = "helpline", pgettext_lazy("record", "Contact with the helpline")
    DRAFT = "draft", pgettext_lazy("record", "Draft")
    FILE = "file", pgettext_lazy("record", "File in a case")
    EXPORT = "export", pgettext_lazy("record", "File made to be fetched")
    CALENDAR = "calendar", pgettext_lazy("record", "Calendar link")
    COORDINATION = (
        "coordination",
        pgettext_lazy("record", "Minutes, plans, reports and lists of participants"),
    )


class Outcome(models.TextChoices):
    """What a rule says is to come of the record."""

    AFTER = "after", pgettext_lazy("retention", "Destroyed when a time has passed")
    AT_AGE = "at_age", pgettext_lazy("retention", "Destroyed when the person has reached an age")
    KEPT = "kept", pgettext_lazy("retention", "Kept")


class Unit(models.TextChoices):
    DAYS = "days", pgettext_lazy("retention", "days")
    MONTHS = "months", pgettext_lazy("retention", "months")
    YEARS = "years", pgettext_lazy("retention", "years")


class Event(models.TextChoices):
    """What the time is counted from."""

    LAST_NOTE = "last_note", pgettext_lazy("retention", "the last note")
    RECEIVED = "received", pgettext_lazy("retention", "the day it was received")
    MADE = "made", pgettext_lazy("retention", "the day it was made")
    ENDED = "ended", pgettext_lazy("retention", "the day it ended")
    LAST_USED = "last_used", pgettext_lazy("retention", "the day it was last used or saved")


class RetentionRule(models.Model):
    """How long one kind of record is kept; its versions say it between two days."""

    access = PUBLIC_LAW

    record = models.CharField(max_length=13, choices=Record, unique=True)
    place = models.PositiveSmallIntegerField()
    """Where it stands among the others."""

    class Meta:
        ordering = ("place", "pk")
        constraints = (one_of("record", [str(one) for one in Record], "retention_record"),)

    def __str__(self) -> str:
        return str(self.get_record_display())


class RetentionVersion(Version):
    """How long a kind of record is kept, between two days."""

    access = PUBLIC_LAW

    rule = models.ForeignKey(RetentionRule, on_delete=models.PROTECT, related_name="versions")
    outcome = models.CharField(max_length=6, choices=Outcome)
    length = models.PositiveSmallIntegerField(null=True, blank=True)
    """How many days, months or years; the age in years where age decides."""
    unit = models.CharField(max_length=6, choices=Unit, null=True, blank=True)
    event = models.CharField(max_length=9, choices=Event, null=True, blank=True)
    by_next_year = models.BooleanField(default=False)
    """Destruction is finished at the latest in the calendar year after the time has passed."""
    source = models.CharField(max_length=160)
    """The law, or the municipality's decision."""
    plain = models.TextField(max_length=300)

    class Meta:
        constraints = (
            *of_version("rule", "retention"),
            one_of("outcome", [str(one) for one in Outcome], "retention_outcome"),
            one_of("unit", [str(one) for one in Unit], "retention_unit"),
            one_of("event", [str(one) for one in Event], "retention_event"),
            models.CheckConstraint(condition=~Q(source=""), name="retention_source"),
            models.CheckConstraint(condition=~Q(plain=""), name="retention_plain"),
            models.CheckConstraint(
                condition=Q(outcome="after", length__gte=1, unit__isnull=False, event__isnull=False)
                | Q(outcome="at_age", length__gte=1, unit=None, event=None)
                | Q(outcome="kept", length=None, unit=None, event=None, by_next_year=False),
                name="retention_is_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.rule_id} {self.number}"
