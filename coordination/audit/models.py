"""The rows of the log, and the salted names behind them."""

from enum import StrEnum

from django.db import models
from django.db.models import Q


class Zone(StrEnum):
    """Where an event belongs. Each zone is a chain of its own."""

    COORDINATION = "coordination"
    CASES = "cases"


SYSTEM = "system"
ANONYMOUS = "anonymous"
"""Actors without an account; every other actor is the commitment of a `Person`."""


class Event(models.Model):
    """One thing that was done or seen. Rows are added by `log` and never changed or removed.

    There are no foreign keys: the log must neither hinder nor follow the life of what it tells of.
    Times in `at` may be earlier than those of the row before (a meeting registered afterwards);
    the order of the log is `sequence`.
    """

    zone = models.CharField(max_length=20, choices=[(zone.value, zone.value) for zone in Zone])
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    event = models.CharField(max_length=80)
    actor = models.CharField(max_length=64)
    object_label = models.CharField(max_length=80, blank=True)
    object_key = models.CharField(max_length=64, blank=True)
    fields = models.JSONField(default=list, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    request_id = models.CharField(max_length=36, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["zone", "sequence"], name="audit_event_place"),
            models.CheckConstraint(
                condition=Q(zone__in=[zone.value for zone in Zone]), name="audit_event_zone"
            ),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="audit_event_sequence"),
            models.CheckConstraint(
                condition=~Q(event="") & ~Q(actor="") & ~Q(previous_hash="") & ~Q(hash=""),
                name="audit_event_whole",
            ),
            models.CheckConstraint(
                condition=Q(object_label="", object_key="")
                | (~Q(object_label="") & ~Q(object_key="")),
                name="audit_event_object",
            ),
        ]
        indexes = [
            models.Index(fields=["object_label", "object_key"], name="audit_event_by_object"),
            models.Index(fields=["actor"], name="audit_event_by_actor"),
            models.Index(fields=["event"], name="audit_event_by_event"),
            models.Index(fields=["at"], name="audit_event_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.zone} {self.sequence} {self.event}"


class Person(models.Model):
    """Who stands behind a commitment: SHA-256 of the salt's bytes followed by the user's key.

    The events hold the commitment only. When this row is destroyed, nobody can tell whose it was,
    and the chain is as valid as before. `log.forget` does that; a row removed in any other way is
    found by `verify_audit`.
    """

    subject = models.CharField(max_length=64, unique=True)
    salt = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64, unique=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.commitment[:8]
