"""Lists of actors that somebody hands in: read and checked first, then read in whole or not at all.

Rows are staged and checked in batches by a job, so that nobody's writing waits for the file. What is
read in goes from there into the register in one short transaction (docs/decisions/0014). The same
list handed in again changes nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from coordination.access.refused import Refused
from coordination.audit import log
from coordination.jobs import files, queue
from coordination.jobs.models import Job
from coordination.ui import dates, scanner, tables, uploads

from . import columns, publishing
from .columns import Faulty, Said
from .models import (
    ActorImport,
    ContactFunction,
    ImportedRow,
    Organisation,
    OrganisationName,
    Succession,
)
from .register import MOST_CONTACTS, Contact

State, Outcome = ActorImport.State, ImportedRow.Outcome
KIND = "actors.import"
FAMILY = "actorlist-"
BATCH = 500
REASON = ImportedRow._meta.get_field("reason").max_length
MOST_NAMED = 3
"""So many names of what a row takes away are said."""
MOST_ROWS = 50_000
UNDO = timedelta(days=30)
KEPT = timedelta(days=7)
"""So long a list that was checked waits to be read in. Then its rows and its file are erased."""


class CannotImport(Refused):
    """The list is not where this can be done."""


class RegisterChanged(Exception):
    """Somebody changed an actor of the list since it was checked: it must be checked again."""


class SomebodyElseReads(Exception):
    """Another worker has taken the list over."""


# Handing in ------------------------------------------------------------------------------------


@contextmanager
def checked_file(content: bytes, name: str) -> Iterator[tuple[str, str]]:
    """Looks into the file, has it scanned and puts it into the store, under a name that is given
    with its kind; takes it away again when no list was made of it inside. Raises Refused."""
    try:
        kind = tables.kind_of(content, name)
        unpacked = (
            uploads.unpacked_size(content, uploads.KINDS["xlsx"])
            if kind == "xlsx"
            else len(content)
        )
        scanner.scan(content, unpacked=unpacked)
    except uploads.Unfit as unfit:
        raise Refused(unfit.text, field="file") from None
    stored = files.new_name(f".{kind}", family=FAMILY)
    files.publish(content, stored)
    try:
        yield kind, stored
    finally:
        if not ActorImport.objects.filter(file=stored).exists():
            files.remove(stored)


def hand_in(
    *, by: Any, kind: str, file: str, language: str, now: datetime | None = None
) -> ActorImport:
    """The list waits to be checked by a job. Nothing of the register changes."""
    now = now or timezone.now()
    with transaction.atomic():
        made = ActorImport.objects.create(
            kind=kind, file=file, language=language, handed_in_by=by, handed_in_at=now
        )
        _enqueue(made)
        log.record(by=by, event="actors.import.handed_in", on=made, facts={"format": kind}, at=now)
    return made


def drop(*, by: Any, of: ActorImport) -> None:
    """Throws the list away. Raises CannotImport for one that is read in, or being so."""
    with transaction.atomic():
        _move(of, (State.WAITING, State.CHECKING, State.READY, State.UNREADABLE), State.DROPPED)
        log.record(by=by, event="actors.import.dropped", on=of)
    _erase(of)


def apply(*, by: Any, of: ActorImport) -> None:
    """Has the list read in by a job, all its rows that can be. Raises CannotImport."""
    with transaction.atomic():
        of.refresh_from_db()
        if of.state == State.READY and not (of.added or of.changed):
            raise CannotImport(_("The list holds nothing new."))
        _move(of, (State.READY,), State.APPLYING)
        _enqueue(of)
        log.record(by=by, event="actors.import.approved", on=of)


def undo(*, by: Any, of: ActorImport, now: datetime | None = None) -> None:
    """Has the register made as it was before the list, by a job.

    Possible for thirty days, and while none of its actors has been changed or used since. Raises
    CannotImport, which names what stands in the way.
    """
    now = now or timezone.now()
    with transaction.atomic():
        of.refresh_from_db()
        if of.erased or of.settled_at is None or of.settled_at < now - UNDO:
            raise CannotImport(_("It is too long ago. Change the actors one by one instead."))
        _refuse_used(of)
        _move(of, (State.APPLIED,), State.UNDOING)
        _enqueue(of)
        log.record(by=by, event="actors.import.undo_asked", on=of, at=now)


def may_be_undone(of: ActorImport, now: datetime) -> bool:
    """Whether it was read in within the last thirty days."""
    return (
        of.state == State.APPLIED
        and not of.erased
        and of.settled_at is not None
        and of.settled_at >= now - UNDO
    )


def rows_of(of: ActorImport) -> QuerySet[ImportedRow]:
    """The rows of the list, with the actors that they change."""
    return ImportedRow.objects.filter(of=of).select_related("organisation")


def lists() -> QuerySet[ActorImport]:
    """Every list that was handed in."""
    return ActorImport.objects.select_related("handed_in_by")


def _enqueue(of: ActorImport) -> None:
    queue.enqueue(kind=KIND, ids={"list": of.pk}, key=f"{KIND}:{of.pk}:{of.turn}")


def _move(of: ActorImport, before: tuple[str, ...], after: str, **more: Any) -> None:
    rows = ActorImport.objects.filter(pk=of.pk, state__in=before)
    if not rows.update(state=after, turn=F("turn") + 1, settled_at=timezone.now(), **more):
        raise CannotImport(_("Somebody has gone on with the list meanwhile. Load the page again."))
    of.refresh_from_db()


# What the job does -----------------------------------------------------------------------------


@queue.handler(KIND, lease=timedelta(minutes=10), attempts=6)
def carry_on(job: Job) -> None:
    """Does what the list waits for; again after a crash it begins anew, and nothing is done twice."""
    of = ActorImport.objects.get(pk=job.ids["list"])
    with translation.override(of.language):
        match of.state:
            case State.WAITING | State.CHECKING:
                _check(of, job)
            case State.APPLYING:
                _read_in(of, job)
            case State.UNDOING:
                _take_back(of, job)


def _check(of: ActorImport, job: Job) -> None:
    """Stages every row with what becomes of it. The register is read and not written."""
    mine = ActorImport.objects.filter(
        pk=of.pk, state__in=(State.WAITING, State.CHECKING), turn=of.turn
    )
    of.turn += 1
    if not mine.update(state=State.CHECKING, turn=of.turn, share=0, fault=""):
        return
    while left := list(of.rows.values_list("pk", flat=True)[: 4 * BATCH]):
        ImportedRow.objects.filter(pk__in=left).delete()
    try:
        with tables.opened(files.path(of.file), of.kind) as table:
            reader = columns.Reader(table.header)
            counts = _stage(of, table, reader)
    except uploads.Unfit as unfit:
        _settle_check(of, job, State.UNREADABLE, fault=str(unfit)[:300])
        return
    except SomebodyElseReads:
        return
    _settle_check(
        of,
        job,
        State.READY,
        read_as=table.read_as[:60],
        ignored=", ".join(reader.ignored)[:300],
        share=100,
        **counts,
    )


def _settle_check(of: ActorImport, job: Job, state: str, **more: Any) -> None:
    with transaction.atomic():
        mine = ActorImport.objects.filter(pk=of.pk, state=State.CHECKING, turn=of.turn)
        if mine.update(state=state, settled_at=timezone.now(), **more):
            queue.finish(job)


def _stage(of: ActorImport, table: tables.Table, reader: columns.Reader) -> dict[str, int]:
    counts = {"added": 0, "changed": 0, "same": 0, "refused": 0}
    names = {
        Outcome.ADD: "added",
        Outcome.CHANGE: "changed",
        Outcome.SAME: "same",
        Outcome.REFUSED: "refused",
    }
    judge = Judge(timezone.localdate())
    total = 0
    for batch, share in _batches(table, reader):
        total += len(batch)
        if total > MOST_ROWS:
            raise uploads.Unfit(
                _("A list holds at most %(count)s rows. Share it in parts.") % {"count": MOST_ROWS}
            )
        rows = judge.rows(of, batch)
        for row in rows:
            counts[names[Outcome(row.outcome)]] += 1
        with transaction.atomic():
            mine = ActorImport.objects.filter(pk=of.pk, state=State.CHECKING, turn=of.turn)
            if not mine.update(share=share):
                raise SomebodyElseReads
            ImportedRow.objects.bulk_create(rows)
    if not total:
        raise uploads.Unfit(_("The file has no rows below its header."))
    return counts


Read = tuple[int, Said | Faulty]


def _batches(table: tables.Table, reader: columns.Reader) -> Iterator[tuple[list[Read], int]]:
    batch: list[Read] = []
    share = 0
    for number, cells, share in table.rows:
        if not any(one != "" for one in cells):
            continue
        try:
            batch.append((number, reader.read(cells)))
        except Faulty as faulty:
            batch.append((number, faulty))
        if len(batch) == BATCH:
            yield batch, share
            batch = []
    if batch:
        yield batch, share


@dataclass
class Held:
    """A contact of an actor, as it stands in the register or as an earlier row of the list made it."""

    position: int
    function: str
    name: str
    phone: str
    email: str
    row: int = 0
    """The row of the list that spoke of it; 0 while none has."""

    def values(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if key != "row"}


@dataclass
class First:
    """The first row of a name in the list."""

    number: int
    name: str
    """As the actor is, or will be, called."""
    about: tuple[Any, ...] | None = None
    """What it says of the actor; None while it cannot be read in."""
    contacts: list[Held] = field(default_factory=list)
    """Those the actor has so far."""


class Judge:
    """What becomes of each row: it remembers the names of the register and those of the list."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.first: dict[str, First] = {}
        self.known: dict[str, int] = {}
        self.former: dict[str, str] = {}
        for pk, name in Organisation.objects.values_list("pk", "name"):
            self.known[columns.folded_name(name)] = pk
        past = OrganisationName.objects.filter(valid_to__lt=today).select_related("subject")
        for row in past.exclude(name=F("subject__name")):
            self.former[columns.folded_name(row.name)] = row.subject.name
        for made in Succession.objects.select_related("gone", "into"):
            self.former[columns.folded_name(made.gone.name)] = made.into.name

    def rows(self, of: ActorImport, batch: list[Read]) -> list[ImportedRow]:
        """The batch as rows to be staged."""
        keys = {
            self.known[folded]
            for _number, said in batch
            if isinstance(said, Said) and (folded := columns.folded_name(said.name)) in self.known
        }
        found = Organisation.objects.filter(pk__in=keys).prefetch_related(
            "districts", "levels", "areas", "contacts"
        )
        stored = {one.pk: one for one in found}
        made = []
        for number, said in batch:
            try:
                if isinstance(said, Faulty):
                    raise said
                made.append(self._judged(of, number, said, stored))
            except Faulty as faulty:
                made.append(
                    ImportedRow(
                        of=of,
                        number=number,
                        outcome=Outcome.REFUSED,
                        name=faulty.name,
                        reason=str(faulty)[:500],
                    )
                )
        return made

    def _judged(
        self, of: ActorImport, number: int, said: Said, stored: dict[int, Organisation]
    ) -> ImportedRow:
        folded = columns.folded_name(said.name)
        actor = stored.get(self.known.get(folded, 0))
        first = self.first.get(folded)
        is_first = first is None
        if first is None:
            first = self.first[folded] = First(number, actor.name if actor else said.name)
            self._refuse(said, folded, actor)
            first.about = said.about
            first.contacts = _held(actor) if actor else []
        else:
            _refuse_other(said, first)
        row = ImportedRow(of=of, number=number, name=first.name)
        if actor is None:
            _add(row, said, first, is_first)
        else:
            row.organisation, row.version = actor, actor.version
            _change(row, said, first, is_first, actor)
        return row

    def _refuse(self, said: Said, folded: str, actor: Organisation | None) -> None:
        has_ended = actor is not None and actor.valid_to is not None and actor.valid_to < self.today
        if folded in self.former and (actor is None or has_ended):
            text = _("It is called %(name)s now.") % {"name": self.former[folded]}
            raise Faulty([text], said.name)
        if actor is None and said.kind is None:
            raise Faulty([_("Kind is missing, and the actor is new.")], said.name)
        if actor is None and said.kind == Organisation.Kind.MUNICIPALITY:
            raise Faulty([_("A list adds no municipality.")], said.name)
        if actor is not None and has_ended:
            text = _("The actor ended on %(day)s.") % {"day": dates.day(actor.valid_to)}
            raise Faulty([text], said.name)
        if actor is not None and said.kind not in (None, actor.kind):
            text = _("It is another kind in the register: %(kind)s. Change the kind on its page.")
            raise Faulty([text % {"kind": actor.get_kind_display()}], said.name)
        if actor is not None and said.valid_from not in (None, actor.valid_from):
            raise Faulty(
                [_("It has another first day in the register. A list changes none.")], said.name
            )


def _refuse_other(said: Said, first: First) -> None:
    """One more row of an actor says the same of it, or nothing."""
    if first.about is None:
        text = _("Row %(number)s is about the same actor, and cannot be read in.")
        raise Faulty([text % {"number": first.number}], said.name)
    for earlier, mine in zip(first.about, said.about, strict=True):
        if mine is not None and mine != earlier:
            text = _("Row %(number)s says something else of the same actor.")
            raise Faulty([text % {"number": first.number}], said.name)


def _held(actor: Organisation) -> list[Held]:
    return [
        Held(one.position, one.function, one.name, one.phone, one.email)
        for one in sorted(actor.contacts.all(), key=lambda one: one.position)
    ]


def _add(row: ImportedRow, said: Said, first: First, is_first: bool) -> None:
    """A row of an actor that the register does not have."""
    if is_first:
        row.after["actor"] = {
            "kind": said.kind,
            "notes": said.notes or "",
            "valid_from": said.valid_from.isoformat() if said.valid_from else None,
            **{name: getattr(said, name) or [] for name in columns.LISTS},
        }
    if said.contact:
        _contact(row, said.contact, first)
    row.outcome = Outcome.ADD if row.after else Outcome.SAME


def _change(
    row: ImportedRow, said: Said, first: First, is_first: bool, actor: Organisation
) -> None:
    """A row of an actor that is there: what it says otherwise, and what it adds."""
    told: list[str] = []
    if is_first:
        after: dict[str, Any] = {}
        before: dict[str, Any] = {}
        if said.notes is not None and said.notes != actor.notes:
            after["notes"], before["notes"] = said.notes, actor.notes
            told.append(str(columns.COLUMNS["notes"][0]))
        for name in columns.LISTS:
            wanted, there = getattr(said, name), {one.pk: one for one in getattr(actor, name).all()}
            if wanted is not None and wanted != sorted(there):
                after[name], before[name] = wanted, sorted(there)
                told.append(_list_in_words(name, [str(there[pk]) for pk in there.keys() - wanted]))
        if after:
            row.after, row.before = {"actor": after}, {"actor": before}
    if said.contact:
        told += _contact(row, said.contact, first)
    row.outcome = Outcome.CHANGE if row.after else Outcome.SAME
    row.reason = Truncator(", ".join(told)).chars(REASON)


def _list_in_words(name: str, gone: list[str]) -> str:
    """That a list of an actor changes, and what is no longer in it: it cannot be seen in the file."""
    what = str(columns.COLUMNS[name][0])
    if not gone:
        return what
    named = ", ".join(sorted(gone)[:MOST_NAMED])
    if len(gone) > MOST_NAMED:
        named = _("%(names)s and %(count)s more") % {
            "names": named,
            "count": len(gone) - MOST_NAMED,
        }
    return _("%(what)s (taken away: %(names)s)") % {"what": what, "names": named}


def _contact(row: ImportedRow, wanted: Contact, first: First) -> list[str]:
    """What the row says of a contact; returns what changes by it, in words. Two rows of the list do not
    say different things of one contact."""
    has = _like(first.contacts, wanted)
    if has is None:
        if len(first.contacts) >= MOST_CONTACTS:
            text = _("An actor has at most %(count)s contact functions.")
            raise Faulty([text % {"count": MOST_CONTACTS}], first.name)
        last = max((one.position for one in first.contacts), default=0)
        made = Held(last + 1, **asdict(wanted), row=row.number)
        first.contacts.append(made)
        row.after["contact"] = made.values()
        return [_("New contact")]
    before = has.values()
    for key, value in asdict(wanted).items():
        # What the list leaves empty stays, and so does how a name is written.
        if value and columns.folded_name(value) != columns.folded_name(before[key]):
            if has.row:
                text = _("Row %(number)s says something else of the same contact.")
                raise Faulty([text % {"number": has.row}], first.name)
            row.after["contact"] = {**row.after.get("contact", before), key: value}
    if "contact" not in row.after:
        has.row = has.row or row.number
        return []
    row.before["contact"] = before
    for key, value in row.after["contact"].items():
        setattr(has, key, value)
    has.row = row.number
    return [_("Contact")]


def _like(contacts: list[Held], wanted: Contact) -> Held | None:
    """The contact that is meant: of the same function and name; the function alone when one of them
    has no name; the name alone when the list says no function."""

    def same(one: str, other: str) -> bool:
        return columns.folded_name(one) == columns.folded_name(other)

    if not wanted.function:
        return next((one for one in contacts if same(one.name, wanted.name)), None)
    alike = [one for one in contacts if same(one.function, wanted.function)]
    if not wanted.name:
        return next(iter(alike), None)
    named = next((one for one in alike if same(one.name, wanted.name)), None)
    return named or next((one for one in alike if not one.name and not one.row), None)


# Reading in, and taking back -----------------------------------------------------------------------


def _read_in(of: ActorImport, job: Job) -> None:
    """Everything at once, or, when the register has changed meanwhile, nothing and a new check."""
    changes = publishing.changes_of(rows_of(of))
    try:
        with transaction.atomic():
            _refuse_changed(of)
            publishing.read_in(changes)
            _settle(of, State.APPLYING, State.APPLIED)
            log.record(
                by=of.handed_in_by,
                event="actors.import.applied",
                on=of,
                facts={"added": of.added, "changed": of.changed, "refused": of.refused},
            )
            queue.finish(job)
    except RegisterChanged:
        with transaction.atomic():
            _move(of, (State.APPLYING,), State.WAITING)
            _enqueue(of)
            queue.finish(job)
        return
    files.remove(of.file)


def _take_back(of: ActorImport, job: Job) -> None:
    changes = publishing.changes_of(rows_of(of))
    with transaction.atomic():
        try:
            _refuse_used(of)
        except CannotImport as refusal:
            ActorImport.objects.filter(pk=of.pk, state=State.UNDOING).update(
                state=State.APPLIED, fault=str(refusal)[:300]
            )
            queue.finish(job)
            return
        publishing.take_back(changes)
        _settle(of, State.UNDOING, State.UNDONE)
        log.record(by=of.handed_in_by, event="actors.import.undone", on=of)
        queue.finish(job)


def _settle(of: ActorImport, before: str, after: str) -> None:
    rows = ActorImport.objects.filter(pk=of.pk, state=before)
    if not rows.update(state=after, settled_at=timezone.now(), fault=""):
        raise SomebodyElseReads


def _refuse_changed(of: ActorImport) -> None:
    """Raises RegisterChanged when an actor of the list is another than when it was checked."""
    rows = of.rows.filter(outcome=Outcome.CHANGE)
    if rows.exclude(organisation__version=F("version")).exists():
        raise RegisterChanged
    new = of.rows.filter(outcome=Outcome.ADD)
    if not new.exists():
        return
    wanted = {columns.folded_name(name) for name in new.values_list("name", flat=True)}
    names = Organisation.objects.values_list("name", flat=True)
    if any(columns.folded_name(name) in wanted for name in names):
        raise RegisterChanged


def _refuse_used(of: ActorImport) -> None:
    """Raises CannotImport when an actor of the list was changed, or something points at a new one."""
    changed = of.rows.filter(outcome=Outcome.CHANGE).exclude(organisation__version=F("version") + 1)
    name = changed.values_list("name", flat=True).first()
    new = of.rows.filter(outcome=Outcome.ADD)
    there = Organisation.objects.filter(name=OuterRef("name"), version=1)
    name = name or new.filter(~Exists(there)).values_list("name", flat=True).first()
    if name is None:
        added = Organisation.objects.filter(name__in=new.values("name"))
        name = _used(added)
    if name is not None:
        raise CannotImport(
            _("%(name)s has been changed or used since. Change the actors one by one instead.")
            % {"name": name}
        )


def _used(added: QuerySet[Organisation]) -> str | None:
    """The name of one that something else points at than its own contacts and links."""
    own = {ContactFunction, *(getattr(Organisation, name).through for name in columns.LISTS)}
    for relation in Organisation._meta.get_fields(include_hidden=True):
        model: Any = relation.related_model
        if not (relation.one_to_many or relation.one_to_one) or model in own:
            continue
        path = relation.field.name  # type: ignore[union-attr]
        pointing = model._default_manager.filter(**{path: OuterRef("pk")})
        found = added.filter(Exists(pointing)).values_list("name", flat=True).first()
        if found is not None:
            return str(found)
    return None


# Erasing -----------------------------------------------------------------------------------------


def _erase(of: ActorImport) -> None:
    """The file and the rows; the figures of the list stay."""
    files.remove(of.file)
    while left := list(of.rows.values_list("pk", flat=True)[: 4 * BATCH]):
        ImportedRow.objects.filter(pk__in=left).delete()
    ActorImport.objects.filter(pk=of.pk).update(erased=True)


def sweep(*, now: datetime | None = None) -> int:
    """Erases rows and files of lists that nobody read in for a week, and of those read in a month ago,
    which can no longer be undone; and files that no list has. Returns how many lists."""
    now = now or timezone.now()
    old = Q(state__in=(State.READY, State.UNREADABLE, State.DROPPED, State.UNDONE)) & Q(
        settled_at__lt=now - KEPT
    )
    past = Q(state=State.APPLIED, settled_at__lt=now - UNDO)
    found = list(ActorImport.objects.filter(old | past, erased=False))
    for of in found:
        _erase(of)
        ActorImport.objects.filter(pk=of.pk, state=State.READY).update(state=State.DROPPED)

    def claimed(names: list[str]) -> set[str]:
        rows = ActorImport.objects.filter(file__in=names, erased=False)
        return set(rows.values_list("file", flat=True))

    files.sweep_unclaimed(family=FAMILY, claimed=claimed, now=now)
    return len(found)
