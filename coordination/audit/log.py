"""The one door to the log: append an event, read events, forget a person."""

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS, connection, models, transaction
from django.utils import timezone

from coordination.audit import append_only, chain
from coordination.audit.append_only import LogBusy
from coordination.audit.models import ANONYMOUS, SYSTEM, Event, Person, Zone

__all__ = [
    "ANONYMOUS",
    "SYSTEM",
    "Event",
    "LogBusy",
    "NotInTransaction",
    "Unfit",
    "Zone",
    "events",
    "forget",
    "in_request",
    "people",
    "record",
    "record_access",
]

PERSON_FORGOTTEN = "audit.person.forgotten"

_EVENT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")
_CODE_LENGTH = 64

_request_id: ContextVar[str] = ContextVar("audit_request_id", default="")


class NotInTransaction(Exception):
    """`record` was called outside `transaction.atomic`, where event and change could part ways."""


class Unfit(ValueError):
    """What was to be logged is not a name, a number, a short code or a date."""


class HasKey(Protocol):
    pk: Any


@contextmanager
def in_request(request_id: str) -> Iterator[None]:
    """Every event recorded inside the block carries `request_id` (at most 36 characters)."""
    if not 0 < len(request_id) <= 36:
        raise Unfit("A request id has 1 to 36 characters.")
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)


def record(
    *,
    by: HasKey | None,
    event: str,
    on: models.Model | None = None,
    fields: Iterable[str] = (),
    facts: Mapping[str, Any] | None = None,
    zone: Zone = Zone.COORDINATION,
    at: datetime | None = None,
) -> None:
    """Append an event to the zone's chain, in the caller's transaction and as its last act.

    The event waits until the outermost transaction is about to commit, whatever is written after
    this call; a savepoint that is rolled back takes its events with it.

    `by` None is the portal itself; a `by` without a key (nobody signed in) is anonymous. `fields`
    are names of changed fields, never values. `facts` hold whole numbers, booleans, codes without
    spaces of at most 64 characters, ISO dates, and lists of these. A user as `on` is stored as a
    commitment, as the actor is.

    Raises `NotInTransaction` outside `atomic` and `Unfit` for anything that could be narrative; the
    outermost `atomic` raises `LogBusy` when the lock is not free in time. After any failure the
    transaction can only be rolled back, even if the caller swallows the exception: no change
    without its event.
    """
    if not _in_transaction():
        raise NotInTransaction(f"{event} must be recorded in the transaction of its change.")
    try:
        _defer(by=by, event=event, on=on, fields=fields, facts=facts, zone=zone, at=at)
    except BaseException:
        transaction.set_rollback(True)
        raise


def record_access(
    *,
    by: HasKey | None,
    event: str,
    on: models.Model | None = None,
    facts: Mapping[str, Any] | None = None,
    zone: Zone,
) -> None:
    """Append a read, search, print, export or denial in a short transaction of its own.

    To be called after the body is rendered and before the response leaves; if it raises (as
    `record` does, or RuntimeError inside another transaction), the page must not be sent.
    """
    with transaction.atomic(durable=True):
        record(by=by, event=event, on=on, facts=facts, zone=zone)


def events(
    *, zone: Zone | None = None, by: HasKey | None = None, on: models.Model | None = None
) -> models.QuerySet[Event]:
    """The zone's events, newest first; with `by`, that person's; with `on`, those of the object.

    Without a zone those of all, in the order they were written. For reading only: the database
    refuses everything else.
    """
    found = Event.objects.order_by("-pk")
    if zone is not None:
        found = Event.objects.filter(zone=zone).order_by("-sequence")
    if by is not None:
        found = found.filter(actor=_known(by.pk))
    if on is not None:
        key = _known(on.pk) if isinstance(on, get_user_model()) else str(on.pk)
        found = found.filter(object_label=on._meta.label_lower, object_key=key)
    return found


def people(commitments: Iterable[str]) -> dict[str, str]:
    """The user keys behind these commitments; those forgotten, `SYSTEM` and `ANONYMOUS` are left
    out."""
    return dict(
        Person.objects.filter(commitment__in=set(commitments)).values_list("commitment", "subject")
    )


def forget(*, by: HasKey | None, person: HasKey) -> None:
    """Destroy the tie between this person and the log for ever, and record that it was done.

    The events stay and the chain stays valid; whose they were can no longer be found out. Does
    nothing when the log does not know the person. The decision is the caller's to prove.
    """
    with transaction.atomic():
        tie = Person.objects.filter(subject=str(person.pk)).first()
        if tie is None:
            return
        known_as = tie.commitment
        tie.delete()
        _defer(by=by, event=PERSON_FORGOTTEN, on=None, forgotten=known_as)


@dataclass(eq=False)
class _Waiting:
    """An event that waits for the end of its transaction.

    It stands among the transaction's commit hooks, because Django drops those of a savepoint that
    is rolled back, and so drops the event.
    """

    zone: Zone
    row: dict[str, Any]
    new: dict[str, str] = field(default_factory=dict)
    """Columns that get the commitment of a user whom the log has not met, and the user's key."""
    appended: bool = False

    def __call__(self) -> None:
        """Nothing is left to do once the transaction is committed."""


def _defer(
    *,
    by: HasKey | None,
    event: str,
    on: models.Model | None,
    fields: Iterable[str] = (),
    facts: Mapping[str, Any] | None = None,
    zone: Zone = Zone.COORDINATION,
    at: datetime | None = None,
    forgotten: str = "",
) -> None:
    if len(event) > 80 or not _EVENT.fullmatch(event):
        raise Unfit(f"An event is named in dotted lower case, not {event!r}.")
    names = _fit_fields(fields)
    known = _fit_facts(facts or {})
    at = at or timezone.now()
    if timezone.is_naive(at):
        raise Unfit("The time of an event has a time zone.")
    label = "" if on is None else on._meta.label_lower
    waiting = _Waiting(
        zone=Zone(zone),
        row={
            "zone": Zone(zone).value,
            "at": at,
            "event": event,
            "object_label": Person._meta.label_lower if forgotten else label,
            "object_key": forgotten,
            "fields": names,
            "facts": known,
            "request_id": _request_id.get(),
        },
    )
    if by is None or by.pk is None:
        waiting.row["actor"] = SYSTEM if by is None else ANONYMOUS
    else:
        _commit_to(waiting, "actor", by.pk)
    if on is not None:
        if on.pk is None:
            raise Unfit("An event is recorded on an object that is saved.")
        # A plain key would give away whose commitment the actor of the same event is.
        if isinstance(on, get_user_model()):
            _commit_to(waiting, "object_key", on.pk)
        else:
            waiting.row["object_key"] = str(on.pk)
    transaction.on_commit(waiting)


def _commit_to(waiting: _Waiting, column: str, pk: Any) -> None:
    known = _known(pk)
    if known:
        waiting.row[column] = known
    else:
        waiting.new[column] = str(pk)


def _append_waiting() -> None:
    """Appends the events of this transaction, in the order they were recorded."""
    hooks = [entry[1] for entry in connection.run_on_commit]
    waiting = [hook for hook in hooks if isinstance(hook, _Waiting) and not hook.appended]
    ends: dict[Zone, tuple[int, str]] = {}
    # Every lock before any row, and always in the same order: nobody waits for who waits for them.
    for zone in Zone:
        if any(event.zone is zone for event in waiting):
            append_only.lock(connection, zone)
            last = Event.objects.filter(zone=zone).order_by("-sequence")
            ends[zone] = last.values_list("sequence", "hash").first() or (0, chain.GENESIS)
    for event in waiting:
        sequence, previous = ends[event.zone]
        row = event.row | {column: _commitment(key) for column, key in event.new.items()}
        row |= {"sequence": sequence + 1, "previous_hash": previous}
        digest = chain.digest(**row)
        Event.objects.create(**row, hash=digest)
        ends[event.zone] = sequence + 1, digest
        event.appended = True


_leave = transaction.Atomic.__exit__


def _append_and_leave(block: Any, kind: Any, error: Any, trace: Any) -> None:
    """What every `atomic` does when it ends: the outermost appends the waiting events first.

    Django has no hook before a commit. Here, nobody who opens a transaction can forget it.
    """
    if kind is None and _is_outermost(block) and not connection.needs_rollback:
        try:
            _append_waiting()
        except BaseException as failure:
            _leave(block, type(failure), failure, failure.__traceback__)
            raise
    _leave(block, kind, error, trace)


transaction.Atomic.__exit__ = _append_and_leave  # type: ignore[method-assign]


def _is_outermost(block: Any) -> bool:
    if (block.using or DEFAULT_DB_ALIAS) != connection.alias or _is_of_testcase(block):
        return False
    *around, innermost = connection.atomic_blocks
    return innermost is block and all(map(_is_of_testcase, around))


def _is_of_testcase(block: Any) -> bool:
    """Whether a test case wraps the block around a test. It never commits, and does not count: what
    is forgotten or done in the wrong order fails in tests as it would in service."""
    return getattr(block, "_from_testcase", False)


def _in_transaction() -> bool:
    """Whether the code under run opened a transaction."""
    blocks = connection.atomic_blocks
    return bool(blocks) and not _is_of_testcase(blocks[-1])


def _commitment(subject: str) -> str:
    salt = secrets.token_hex(32)
    person, _ = Person.objects.get_or_create(
        subject=subject,
        defaults={"salt": salt, "commitment": chain.commitment(salt, subject)},
    )
    return person.commitment


def _known(pk: Any) -> str:
    """The person's commitment, or what no event has."""
    known = Person.objects.filter(subject=str(pk)).values_list("commitment", flat=True).first()
    return known or ""


def _fit_fields(fields: Iterable[str]) -> list[str]:
    if isinstance(fields, str):
        raise Unfit("Fields are a list of names.")
    names = list(fields)
    for name in names:
        if not isinstance(name, str) or not _FIELD.fullmatch(name):
            raise Unfit("Fields are names of changed fields, never values.")
    return names


def _fit_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in facts.items():
        if not isinstance(name, str) or not _FIELD.fullmatch(name):
            raise Unfit("A fact is named like a field.")
        for part in value if isinstance(value, list | tuple) else [value]:
            if not _is_fact(part):
                raise Unfit(f"The fact {name} is not a whole number, a short code or an ISO date.")
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in facts.items()
    }


def _is_fact(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= _CODE_LENGTH and value.isprintable() and " " not in value
    # No floats: the engines write them differently, and the hash would not survive the round trip.
    return value is None or isinstance(value, bool | int)
