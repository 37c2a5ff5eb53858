"""The log as reviewers read it: who, as what, when, what was done, to which kind of thing.

Field names, never values; numbers, never titles (rule V14).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access import policy
from coordination.access.models import User
from coordination.access.vocabulary import FORUM_ROLES, ROLES
from coordination.audit import checkpoints, log
from coordination.frame import addresses
from coordination.jobs.models import PeriodicRun

from . import log_words

OFFICE_OPENS, OFFICE_CLOSES = 7, 18


@dataclass(frozen=True)
class Entry:
    """One row of the log in words."""

    key: int
    at: datetime
    person: str
    roles: str
    sentence: str
    event: str
    object: str
    number: str
    fields: str
    device: str
    zone: str
    sequence: int
    denied: bool

    @property
    def thing(self) -> str:
        """Meeting 12."""
        return f"{self.object} {self.number}".strip()


def outside_office_hours() -> Q:
    """On a Saturday or Sunday, or before seven or from six on, by the municipality's clock."""
    return (
        Q(at__iso_week_day__gte=6) | Q(at__hour__lt=OFFICE_OPENS) | Q(at__hour__gte=OFFICE_CLOSES)
    )


def names() -> dict[int, str]:
    """Everyone who has or had an account, by key, in the order of their names."""
    people = User.objects.order_by("first_name", "last_name", "pk")
    return {user.pk: str(user) for user in people}


def entries(events: Iterable[Any], known: dict[int, str] | None = None) -> list[Entry]:
    """The events in words. Asks three questions however many they are."""
    rows = list(events)
    known = names() if known is None else known
    commitments = {row.actor for row in rows}
    commitments |= {row.object_key for row in rows if row.object_label == User._meta.label_lower}
    subjects = {code: int(pk) for code, pk in log.people(commitments).items()}
    held = _memberships(set(subjects.values()))
    return [_entry(row, subjects, known, held) for row in rows]


def _entry(
    row: Any,
    subjects: dict[str, int],
    known: dict[int, str],
    held: dict[int, list[tuple[str, date, date | None]]],
) -> Entry:
    user = subjects.get(row.actor)
    day = timezone.localdate(row.at)
    thing, number = "", ""
    if row.object_label == User._meta.label_lower:
        thing = log_words.object_kind(row.object_label)
        number = _name(subjects.get(row.object_key), known)
    elif row.object_label:
        thing, number = log_words.object_kind(row.object_label), row.object_key
        if len(number) > 20:
            # A destroyed tie is known by its commitment alone, which says nothing to a reader.
            number = number[:8]
    elif page := row.facts.get("page"):
        thing, number = _("Page"), addresses.shape(str(page))
    meaning = log_words.EVENTS.get(row.event)
    return Entry(
        key=row.pk,
        at=row.at,
        person=_actor(row.actor, user, known),
        roles=_roles(held.get(user or 0, ()), day),
        sentence=log_words.sentence(row.event),
        event=row.event,
        object=thing,
        number=number,
        fields=", ".join(log_words.field(name) for name in row.fields),
        device=_device(row.facts),
        zone=row.zone,
        sequence=row.sequence,
        denied=meaning is not None and meaning.sort == log_words.Sort.DENIED,
    )


def _device(facts: dict[str, Any]) -> str:
    """Of somebody who signed in: whether they had done so from there before. Else nothing."""
    match facts.get("device"), facts.get("network"):
        case "known", _network:
            return _("Known device")
        case "new", "known":
            return _("New device, known network")
        case "new", _network:
            return _("New device and network")
    return ""


def _actor(actor: str, user: int | None, known: dict[int, str]) -> str:
    if actor == log.SYSTEM:
        return _("The portal itself")
    if actor == log.ANONYMOUS:
        return _("Not signed in")
    return _name(user, known)


def _name(user: int | None, known: dict[int, str]) -> str:
    return known.get(user or 0, "") or _("Removed person")


def _memberships(users: set[int]) -> dict[int, list[tuple[str, date, date | None]]]:
    """What each person has held and when, so that a row shows what they were that day."""
    if not users:
        return {}
    queries = [
        model._default_manager.filter(user_id__in=users)
        .order_by()
        .values_list("user_id", "role", "valid_from", "valid_to")
        for model in policy.membership_models()
    ]
    held: dict[int, list[tuple[str, date, date | None]]] = {}
    for user_id, *membership in queries[0].union(*queries[1:], all=True):
        held.setdefault(user_id, []).append(tuple(membership))
    return held


def _roles(held: Iterable[tuple[str, date, date | None]], day: date) -> str:
    then = {role for role, first, last in held if first <= day and (last is None or last >= day)}
    # As in the page head: a seat counts only for those with nothing else.
    shown = then.difference(FORUM_ROLES) or then
    return ", ".join(str(role.name) for code, role in ROLES.items() if code in shown)


LATE = timedelta(minutes=30)
"""A checkpoint is signed every ten minutes, and only after the log has passed verification."""
MANY = 10_000


@dataclass(frozen=True)
class Trust:
    """Whether the log is what was written, as far as the portal itself can tell."""

    passed_at: datetime | None
    """When the log last passed verification and its end was signed."""
    age_minutes: int
    is_late: bool
    failed: bool
    """Whether the verification itself stopped, rather than not having been run."""
    open_rows: int
    """Rows since then, at most `MANY`: only the chain itself speaks for them."""


def trust(now: datetime) -> Trust:
    """The last verification that passed, the age of its checkpoint, and what came after it."""
    newest = checkpoints.newest()
    row = max((end.row for end in newest.zones.values()), default=0) if newest else 0
    open_rows = log.events().filter(pk__gt=row).order_by()[:MANY].count()
    late = newest is None or now - newest.at > LATE
    failed = late and bool(
        PeriodicRun.objects.filter(name="audit.checkpoint").exclude(last_error="").exists()
    )
    return Trust(
        passed_at=newest.at if newest else None,
        age_minutes=int((now - newest.at).total_seconds() // 60) if newest else 0,
        is_late=late,
        failed=failed,
        open_rows=open_rows,
    )


def denials() -> QuerySet:
    """Every denied attempt of somebody signed in."""
    return (
        log.events()
        .filter(event__in=log_words.events_of(log_words.Sort.DENIED))
        .exclude(actor__in=(log.ANONYMOUS, log.SYSTEM))
    )
