"""Two organisations that are one line of history: the one ends, and the other stands in its place.

Nothing is moved. Minutes, decisions, seats and roles keep the organisation they were given to, under
the name of its day; whoever answers for a seat or a role changes it there. That is why this can
always be undone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.refused import Refused
from coordination.audit import log

from .models import Organisation, OrganisationName, Succession

LONGEST_LINE = 4
"""Steps of a line of history that lists follow; further back nobody sits or owns anything."""


class CannotMerge(Refused):
    """The two cannot become one line of history."""


@dataclass(frozen=True)
class Former:
    """A name in an actor's line of history: its own, or that of one that went into it."""

    name: str
    valid_from: date | None
    valid_to: date | None
    actor: Organisation | None
    """The predecessor that was called so; None when it is a name of the actor's own."""


def merge(*, by: Any, gone: Organisation, into: Organisation, on: date) -> Succession:
    """From that day `into` stands in the place of `gone`, which ends the day before.

    Raises CannotMerge for the municipality itself, for one that has gone into another already, and
    when the line would become a circle; Refused for a day before either began.
    """
    with transaction.atomic():
        gone.refresh_from_db()
        _refuse(gone, into, on)
        before, last = gone.valid_to, on - timedelta(days=1)
        ends = last if before is None else min(before, last)
        try:
            with transaction.atomic():
                made = Succession.objects.create(gone=gone, into=into, on=on, ended_before=before)
        except IntegrityError:
            raise CannotMerge(_("It has gone into another actor already.")) from None
        _end(gone, ends)
        log.record(
            by=by,
            event="actors.organisation.merged",
            on=gone,
            fields=("valid_to",),
            facts={"into": into.pk, "from": on.isoformat()},
        )
    return made


def undo(*, by: Any, gone: Organisation) -> None:
    """Takes back that the organisation went into another; it has the last day it had before.

    Possible for as long as nobody has changed its last day since: otherwise Refused. Does nothing
    when it went into none.
    """
    with transaction.atomic():
        gone.refresh_from_db()
        made = Succession.objects.filter(gone=gone).first()
        if made is None:
            return
        last = made.on - timedelta(days=1)
        ends = last if made.ended_before is None else min(made.ended_before, last)
        if gone.valid_to != ends:
            raise Refused(
                _("Its last day has been changed since, so this cannot be undone. Change its days.")
            )
        made.delete()
        _end(gone, made.ended_before)
        log.record(by=by, event="actors.organisation.unmerged", on=gone, fields=("valid_to",))


def history(actor: Organisation) -> list[Former]:
    """Every name in the actor's line of history, the latest first: its own, then those of its
    predecessors."""
    own = [_former(row, None) for row in actor.names.order_by("-pk")]
    return [*own, *_of_predecessors(actor.pk, LONGEST_LINE)]


def predecessors(actor: Organisation) -> list[int]:
    """The keys of all that went into the actor, and of what had gone into them."""
    found: list[int] = []
    level = [actor.pk]
    for _step in range(LONGEST_LINE):
        level = list(Succession.objects.filter(into__in=level).values_list("gone", flat=True))
        if not level:
            break
        found += level
    return found


def stands_for(path: str, organisations: Any) -> Q:
    """Whether the organisation at `path` is one of these (a query of keys), or what one of them went
    into."""
    found, keys = Q(**{f"{path}__in": organisations}), organisations
    for _step in range(LONGEST_LINE):
        keys = Succession.objects.filter(gone__in=keys).values("into")
        found |= Q(**{f"{path}__in": keys})
    return found


def went_into(path: str, organisations: Any) -> Q:
    """Whether the organisation at `path` went into one of these (a query of keys), step by step."""
    found, keys = Q(pk__in=()), organisations
    for _step in range(LONGEST_LINE):
        keys = Succession.objects.filter(into__in=keys).values("gone")
        found |= Q(**{f"{path}__in": keys})
    return found


def _end(gone: Organisation, last: date | None) -> None:
    Organisation.objects.filter(pk=gone.pk).update(valid_to=last, version=F("version") + 1)
    gone.refresh_from_db()


def _refuse(gone: Organisation, into: Organisation, on: date) -> None:
    if gone.kind == Organisation.Kind.MUNICIPALITY:
        raise CannotMerge(_("The municipality itself does not go into another actor."))
    if gone.pk == into.pk or gone.pk in _ways_on(into):
        raise CannotMerge(_("That one has gone into this one. Choose another actor."), field="into")
    if Succession.objects.filter(gone=gone).exists():
        raise CannotMerge(_("It has gone into another actor already."))
    if gone.valid_from is not None and on <= gone.valid_from:
        raise Refused(_("The day must be after its own first day."), field="on")
    if into.valid_from is not None and on < into.valid_from:
        raise Refused(
            _("The actor that it goes into begins later. Choose a later day."), field="on"
        )
    if on > timezone.localdate() + timedelta(days=366):
        raise Refused(_("Choose a day within a year from today."), field="on")


def _ways_on(actor: Organisation) -> set[int]:
    """What the actor has gone into, step by step."""
    found: set[int] = set()
    here: int | None = actor.pk
    while here is not None and here not in found:
        found.add(here)
        here = Succession.objects.filter(gone=here).values_list("into", flat=True).first()
    return found


def _of_predecessors(key: int, steps: int) -> Iterator[Former]:
    if not steps:
        return
    for made in Succession.objects.filter(into=key).select_related("gone").order_by("-on", "-pk"):
        names = list(made.gone.names.order_by("-pk"))
        if names:
            yield from (_former(row, made.gone) for row in names)
        else:
            yield Former(made.gone.name, made.gone.valid_from, made.gone.valid_to, made.gone)
        yield from _of_predecessors(made.gone_id, steps - 1)


def _former(row: OrganisationName, actor: Organisation | None) -> Former:
    ends = row.valid_to or (actor.valid_to if actor else None)
    return Former(row.name, row.valid_from, ends, actor)
