"""The monthly review: what was drawn from the log, what the reviewer said, what the person answered.

Each month twenty openings of cases, drawn at random, and every denied attempt of somebody signed in.
"""

import secrets
from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.models import User
from coordination.access.refused import Refused
from coordination.audit import log
from coordination.jobs import queue

from . import log_reading, log_words
from .log_models import LogSample, SampledEvent
from .log_words import Sort

OPENINGS = 20


class CannotAsk(Refused):
    """The person behind the event cannot be asked."""


class AlreadyAnswered(Refused):
    """Somebody answered first."""


def samples() -> QuerySet[LogSample]:
    """Every sample, the newest first, with how many events it has (`total`), how many of them are
    openings, and how many are settled."""
    settled = Q(events__answer__in=("justified", "investigate"))
    return LogSample.objects.order_by("-month").annotate(
        total=Count("events"),
        openings=Count("events", filter=Q(events__kind=SampledEvent.Kind.OPENING)),
        settled=Count("events", filter=settled),
    )


def draw(*, on: date | None = None, now: datetime | None = None) -> LogSample | None:
    """Draws the sample of the month before the day `on` (today), once; None when it was drawn."""
    now = now or timezone.now()
    first = (on or timezone.localdate(now)).replace(day=1)
    month = _month_before(first)
    if LogSample.objects.filter(month=month).exists():
        return None
    within = {"at__gte": _midnight(month), "at__lt": _midnight(first)}
    openings = list(
        log.events(zone=log.Zone.CASES)
        .filter(event__in=log_words.events_of(Sort.OPENED), **within)
        .values_list("pk", flat=True)
    )
    drawn = secrets.SystemRandom().sample(openings, min(OPENINGS, len(openings)))
    denied = list(log_reading.denials().filter(**within).values_list("pk", flat=True))
    try:
        with transaction.atomic():
            sample = LogSample.objects.create(month=month, drawn_at=now)
            SampledEvent.objects.bulk_create(
                SampledEvent(sample=sample, event=key, kind=kind)
                for kind, keys in (("opening", sorted(drawn)), ("denied", sorted(denied)))
                for key in keys
            )
            log.record(
                by=None,
                event="administration.sample.drawn",
                on=sample,
                facts={"openings": len(drawn), "denied": len(denied)},
                at=now,
            )
    except IntegrityError:
        # Another worker drew it in the same moment.
        return None
    return sample


@queue.periodic("administration.log_sample")
def draw_monthly() -> None:
    """Draws last month's sample, the first time it is asked in a month."""
    draw()


def judge(*, row: SampledEvent, answer: str, by: Any, now: datetime | None = None) -> None:
    """The reviewer's answer. ASKED puts the question to the person behind the event.

    A later answer replaces an earlier one. Raises CannotAsk for an event of nobody with an account,
    and for one of the reviewer's own making; AlreadyAnswered when the person was asked and replied.
    """
    now = now or timezone.now()
    answer = SampledEvent.Answer(answer)
    asked_of = None
    if answer == SampledEvent.Answer.ASKED:
        if row.replied_at:
            raise AlreadyAnswered(_("The person has answered. Choose Justified or Investigate."))
        asked_of = _behind(row)
        if asked_of is None:
            raise CannotAsk(_("Nobody can be asked about this event. Choose another answer."))
        if asked_of.pk == by.pk:
            raise CannotAsk(_("The event is your own. Let another reviewer look at it."))
    elif (own := _behind(row)) is not None and own.pk == by.pk:
        raise CannotAsk(_("The event is your own. Let another reviewer look at it."))
    with transaction.atomic():
        SampledEvent.objects.filter(pk=row.pk).update(
            answer=answer, answered_by=by, answered_at=now, asked_of=asked_of
        )
        asked = answer == SampledEvent.Answer.ASKED
        log.record(
            by=by,
            event="administration.sample.asked" if asked else "administration.sample.judged",
            on=row,
            fields=("answer",),
            at=now,
        )


def reply(*, row: SampledEvent, text: str, by: Any, now: datetime | None = None) -> None:
    """What the person says who was asked. Raises AlreadyAnswered when the question is gone."""
    now = now or timezone.now()
    with transaction.atomic():
        replied = SampledEvent.objects.filter(pk=row.pk, asked_of=by.pk).update(
            reply=text, replied_at=now, asked_of=None
        )
        if not replied:
            raise AlreadyAnswered(_("The question is already answered."))
        log.record(by=by, event="administration.sample.answered", on=row, fields=("reply",), at=now)


def entry(row: SampledEvent) -> log_reading.Entry | None:
    """The event of the row in words; None when the log does not hold it."""
    return entries([row]).get(row.event)


def entries(rows: list[SampledEvent]) -> dict[int, log_reading.Entry]:
    """The events of these rows in words, by key."""
    found = log.events().filter(pk__in=[row.event for row in rows])
    return {one.key: one for one in log_reading.entries(found)}


def _behind(row: SampledEvent) -> User | None:
    actor = log.events().filter(pk=row.event).values_list("actor", flat=True).first()
    key = log.people([actor]).get(actor) if actor else None
    return User.objects.filter(pk=int(key), is_active=True).first() if key else None


def _month_before(first: date) -> date:
    return (
        first.replace(year=first.year - 1, month=12)
        if first.month == 1
        else first.replace(month=first.month - 1)
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
