"""Minutes after the meeting: sent to be adjusted, adjusted and so locked, asked to be changed, corrected.

Minutes are adjusted by the chair and one more, notes approved by the chair (`docs/decisions/0010`).
Whoever adjusts does so for one hash: that of the text that was sent. Once all have, the text is
locked, and nothing but a dated correction can be added.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access import policy
from coordination.access.models import User
from coordination.access.vocabulary import Permission
from coordination.audit import log
from coordination.jobs import mail

from . import agenda, entries, finishing, holidays, minutes, states
from .models import (
    Adjuster,
    ChangeRequest,
    Correction,
    Forum,
    Meeting,
    MinutesVersion,
    Seat,
    Sending,
)
from .refusals import Missing, NotOfThisForum, Refused, WrongState, clean

State = Meeting.State

DAYS_BY_DEFAULT, MOST_DAYS = 5, 14
"""Working days to adjust in unless another day is chosen, and days at most (resolution 32)."""
REQUEST_TEXT, CORRECTION_TEXT, REGISTRATION_NUMBER = 600, 1000, 40


class NotAsked(Refused):
    """Somebody wants to adjust minutes that they were not asked to adjust."""

    def __init__(self) -> None:
        super().__init__(_("You have not been asked to approve these minutes."))


class AnotherText(Refused):
    """The minutes were changed and sent again since the page was shown."""

    def __init__(self) -> None:
        super().__init__(
            _("The text was changed and sent again after you opened the page. Read the new text.")
        )


class AlreadyAdjusted(Refused):
    """The person has adjusted this text already."""

    def __init__(self) -> None:
        super().__init__(_("You have already approved this text."))


# Who and when ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be asked to adjust, and the seat they are asked by; a guest has none."""

    user: User
    seat: Seat | None
    was_there: bool

    @property
    def is_chair(self) -> bool:
        return self.seat is not None and self.seat.role == "chair"


def needs_second(forum: Forum) -> bool:
    """Whether one more than the chair adjusts."""
    return forum.minutes_form == Forum.MinutesForm.ADJUSTED


def candidates(meeting: Meeting, *, on: date) -> list[Candidate]:
    """Those who may adjust: who came to the meeting, and who sits in the forum and was called to it,
    each with an account; and its chair in any case.

    Who came stands first; a seat that has ended gives nothing.
    """
    answers = dict(
        meeting.participations.filter(user__isnull=False).values_list("user_id", "attendance")
    )
    came = {user for user, how in answers.items() if how in ("present", "digital")}
    found: dict[int, Candidate] = {}
    for seat in meeting.forum.seats.active(on).select_related("user").in_order():
        if seat.user is None or not seat.user.is_active:
            continue
        if seat.user.pk in answers or seat.role == "chair":
            found.setdefault(seat.user.pk, Candidate(seat.user, seat, seat.user.pk in came))
    for row in meeting.participations.select_related("user").filter(user__isnull=False, seat=None):
        if row.user.is_active and row.user.pk in came:
            found.setdefault(row.user.pk, Candidate(row.user, None, True))
    return sorted(found.values(), key=lambda one: not one.was_there)


def proposed(meeting: Meeting, offered: list[Candidate]) -> tuple[User | None, User | None]:
    """Who is to adjust unless somebody else is chosen: the chair, and who was chosen at the meeting.

    Whom the meeting chose is read from the notes of the item that chooses ("val av justerare"): a
    name there, or a given name that only one of those offered has. The last sending goes before.
    """
    last = meeting.sendings.order_by("pk").last()
    if last is not None:
        before = {row.is_chair: row.user for row in last.adjusters.select_related("user")}
        still = {one.user for one in offered}
        if all(user in still for user in before.values()):
            return before.get(True), before.get(False)
    chair = next((one.user for one in offered if one.is_chair and one.was_there), None)
    chair = chair or next((one.user for one in offered if one.is_chair), None)
    return chair, _chosen_at(meeting, [one.user for one in offered if one.user != chair])


def _chosen_at(meeting: Meeting, people: list[User]) -> User | None:
    given = [one.first_name for one in people]
    for item in meeting.items.in_order():
        if "justera" not in f"{item.title} {item.notes}".lower():
            continue
        for one in people:
            if str(one) in item.notes:
                return one
        words = item.notes.replace(".", " ").replace(",", " ").split()
        named = [one for one in people if one.first_name in words]
        if len(named) == 1 and given.count(named[0].first_name) == 1:
            return named[0]
    return None


def usual_due(on: date) -> date:
    """The day by which to adjust unless another is chosen."""
    return min(holidays.working_days_after(on, DAYS_BY_DEFAULT), on + timedelta(days=MOST_DAYS))


# Sending -----------------------------------------------------------------------------------------


def send(
    *,
    meeting: Meeting,
    chair: User | None,
    second: User | None = None,
    due: date | None = None,
    by: Any,
    now: datetime | None = None,
) -> Sending:
    """Sends the minutes to be adjusted: freezes the text as it stands, and mails those who are to.

    The last version is what is sent when it says the same as the text. Raises Missing and Refused
    for who adjusts and by when, CannotFinish when something is missing from the minutes, and
    WrongState when they are not being written up.
    """
    now = now or timezone.now()
    with transaction.atomic():
        agenda.hold(meeting.forum)
        entries.hold(meeting, (State.WRITING_UP,))
        on = timezone.localdate(now)
        chosen = _chosen(meeting, chair, second, on)
        due = _checked_due(due, on)
        version = finishing.latest_version(meeting, by=by, now=now)
        states.move(meeting, State.AWAITING, sent_by=by, sent_at=now)
        sending = Sending.objects.create(
            meeting=meeting,
            version=version,
            sha256=version.sha256,
            due=due,
            sent_by=by,
            sent_at=now,
        )
        for one in chosen:
            Adjuster.objects.create(
                sending=sending, user=one.user, seat=one.seat, is_chair=one.user == chair
            )
            _mail("forums.to_adjust", one.user.pk, sending, now)
        minutes.print_again(version)
        log.record(
            by=by,
            event="forums.minutes.sent",
            on=version,
            facts={"version": version.number, "sha256": version.sha256},
            at=now,
        )
    return sending


def _chosen(meeting: Meeting, chair: User | None, second: User | None, on: date) -> list[Candidate]:
    offered = {one.user: one for one in candidates(meeting, on=on)}
    if chair is None:
        raise Missing(_("Choose who chaired the meeting"), field="chair")
    if chair not in offered:
        raise Refused(_("Choose somebody who sits in the forum or was there"), field="chair")
    if not needs_second(meeting.forum):
        return [offered[chair]]
    if second is None:
        raise Missing(_("Choose one more who approves the minutes"), field="second")
    if second == chair:
        raise Refused(_("Choose somebody else than the chair"), field="second")
    if second not in offered:
        raise Refused(_("Choose somebody who sits in the forum or was there"), field="second")
    return [offered[chair], offered[second]]


def _checked_due(due: date | None, on: date) -> date:
    if due is None:
        return usual_due(on)
    if due < on:
        raise Refused(_("The date must be today or later"), field="due")
    if due > on + timedelta(days=MOST_DAYS):
        text = _("The date can be at most %(days)s days from today")
        raise Refused(text % {"days": MOST_DAYS}, field="due")
    return due


def take_back(*, meeting: Meeting, by: Any, now: datetime | None = None) -> None:
    """The minutes are written up again, as when an adjuster cannot answer. What anybody has adjusted
    of that text no longer counts, and those who were asked are told. Raises WrongState."""
    now = now or timezone.now()
    with transaction.atomic():
        sending = _waiting(meeting)
        _end(meeting, sending, Sending.State.TAKEN_BACK, by, now)
        for user in sending.adjusters.exclude(user=by).values_list("user_id", flat=True):
            _mail("forums.adjust_taken_back", user, sending, now)
        log.record(by=by, event="forums.minutes.taken_back", on=sending.version, at=now)


def waiting_of(meeting: Meeting) -> Sending | None:
    """The sending that waits now, if one does."""
    return (
        meeting.sendings.filter(state=Sending.State.WAITING)
        .select_related("version", "sent_by")
        .first()
    )


def _waiting(meeting: Meeting) -> Sending:
    """Keeps the meeting, and returns what waits; raises WrongState when nothing does."""
    try:
        entries.hold(meeting, (State.AWAITING,))
    except WrongState:
        if meeting.is_locked:
            raise
        raise WrongState(_("The minutes are being written up. You will be asked again.")) from None
    return meeting.sendings.select_related("version").get(state=Sending.State.WAITING)


def _end(meeting: Meeting, sending: Sending, state: str, by: Any, now: datetime) -> None:
    """The sending is over without the minutes being adjusted."""
    Sending.objects.filter(pk=sending.pk).update(state=state, ended_by=by, ended_at=now)
    states.move(meeting, State.WRITING_UP, sent_by=None, sent_at=None)
    minutes.print_again(sending.version)


# Adjusting ---------------------------------------------------------------------------------------


def adjust(*, meeting: Meeting, sha256: str, by: Any, now: datetime | None = None) -> Adjuster:
    """Adjusts the text of that hash, which is what the person was shown. The last of those who are to
    adjust locks the minutes, and those who sit in the forum or were called are told where they are.

    Raises NotAsked, AlreadyAdjusted, AnotherText when the text was sent anew meanwhile, and
    WrongState when a change was asked for or the minutes were taken back.
    """
    now = now or timezone.now()
    with transaction.atomic():
        try:
            sending = _waiting_for(meeting, sha256, by)
        except WrongState:
            if meeting.is_locked and _has_adjusted(meeting, by):
                raise AlreadyAdjusted from None
            raise
        adjusted = sending.adjusters.filter(user=by, adjusted_at=None).update(
            adjusted_at=now, adjusted_sha256=sending.sha256
        )
        if not adjusted:
            raise AlreadyAdjusted
        is_last = not sending.adjusters.filter(adjusted_at=None).exists()
        if is_last:
            Sending.objects.filter(pk=sending.pk).update(
                state=Sending.State.ADJUSTED, ended_by=by, ended_at=now
            )
            states.move(meeting, State.LOCKED, locked_by=by, locked_at=now)
            minutes.print_again(sending.version)
            if sending.sent_by_id != by.pk:
                _mail("forums.adjusted", sending.sent_by_id, sending, now)
            for user in sorted(_had_the_minutes(meeting) - {by.pk, sending.sent_by_id}):
                _mail("forums.minutes_locked", user, sending, now)
        log.record(
            by=by,
            event="forums.minutes.adjusted",
            on=sending.version,
            facts={"sha256": sending.sha256, "locked": is_last},
            at=now,
        )
    return sending.adjusters.get(user=by)


def _waiting_for(meeting: Meeting, sha256: str, by: Any) -> Sending:
    """What waits for this person, and is what they were shown."""
    sending = _waiting(meeting)
    if not sending.adjusters.filter(user=by).exists() or not policy.may(
        by, Permission.ADJUST_MINUTES, meeting
    ):
        raise NotAsked
    if sha256 != sending.sha256:
        raise AnotherText
    if minutes.fingerprint(sending.version.content) != sending.sha256:
        raise AnotherText
    return sending


def _has_adjusted(meeting: Meeting, by: Any) -> bool:
    return Adjuster.objects.filter(
        sending__meeting=meeting, sending__state=Sending.State.ADJUSTED, user=by
    ).exists()


def ask_change(
    *,
    meeting: Meeting,
    sha256: str,
    texts: Mapping[int | None, str],
    by: Any,
    now: datetime | None = None,
) -> list[ChangeRequest]:
    """Asks for changes of the text of that hash: one text by item id, None for the whole.

    The minutes are written up again with the requests at their items, and whoever sent them is
    mailed. What another has adjusted of this text no longer counts, which they are told. Raises
    Missing without any text, what texts raise, and as `adjust`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        sending = _waiting_for(meeting, sha256, by)
        items = {item.pk: item for item in meeting.items.in_order()}
        made = []
        for key, text in texts.items():
            field = "whole" if key is None else f"item-{key}"
            if key is not None and key not in items:
                raise NotOfThisForum
            cleaned = clean(
                text, label=_("The request"), limit=REQUEST_TEXT, field=field, lines=True
            )
            if cleaned:
                made.append(
                    ChangeRequest.objects.create(
                        sending=sending,
                        item=items[key] if key is not None else None,
                        text=cleaned,
                        asked_by=by,
                        asked_at=now,
                    )
                )
        if not made:
            raise Missing(_("Write at least one change that you want"), field="whole")
        told = set(
            sending.adjusters.filter(adjusted_at__isnull=False).values_list("user", flat=True)
        )
        _end(meeting, sending, Sending.State.CHANGE_ASKED, by, now)
        _mail("forums.change_asked", sending.sent_by_id, sending, now)
        for user in told - {by.pk, sending.sent_by_id}:
            _mail("forums.adjust_taken_back", user, sending, now)
        log.record(
            by=by,
            event="forums.minutes.change_asked",
            on=sending.version,
            facts={"requests": len(made)},
            at=now,
        )
    return made


def settle_request(
    *, request: ChangeRequest, settled: bool, by: Any, now: datetime | None = None
) -> None:
    """Ticks a request off, or takes the tick back, while the minutes are written up. Ticking twice
    changes nothing. Raises WrongState."""
    now = now or timezone.now()
    with transaction.atomic():
        entries.hold(request.sending.meeting, (State.WRITING_UP,))
        changed = ChangeRequest.objects.filter(pk=request.pk, settled_at__isnull=settled).update(
            settled_by=by if settled else None, settled_at=now if settled else None
        )
        if changed:
            log.record(
                by=by,
                event="forums.minutes.change_settled",
                on=request.sending.version,
                facts={"settled": settled},
                at=now,
            )


def open_requests(meeting: Meeting) -> Any:
    """What was asked for the last time, to be ticked off while the minutes are written up."""
    last = meeting.sendings.order_by("pk").last()
    if last is None or last.state != Sending.State.CHANGE_ASKED:
        return ChangeRequest.objects.none()
    return last.requests.select_related("asked_by", "settled_by", "item").order_by(
        "item__position", "pk"
    )


def sent_before(sending: Sending) -> MinutesVersion | None:
    """The version that was sent the time before, to show an adjuster what has changed since."""
    earlier = (
        sending.meeting.sendings.filter(pk__lt=sending.pk).select_related("version").order_by("pk")
    ).last()
    return earlier.version if earlier is not None else None


def answered(sending: Sending) -> Any:
    """What was asked for the time before, to show an adjuster that it is done, or is not."""
    earlier = sending.meeting.sendings.filter(pk__lt=sending.pk).order_by("pk").last()
    if earlier is None:
        return ChangeRequest.objects.none()
    return earlier.requests.select_related("asked_by", "item").order_by("item__position", "pk")


# After the lock ----------------------------------------------------------------------------------


def correct(*, meeting: Meeting, text: str, by: Any, now: datetime | None = None) -> Correction:
    """Adds a dated text at the end of locked minutes, in a version of its own: what was adjusted stays
    as it is. Everyone who had the minutes and has an account is mailed.

    Raises WrongState unless they are locked, and what texts raise.
    """
    now = now or timezone.now()
    with transaction.atomic():
        cleaned = clean(
            text,
            label=_("The correction"),
            limit=CORRECTION_TEXT,
            field="text",
            needed=_("Write what is to be corrected"),
            lines=True,
        )
        if meeting.state != State.LOCKED:
            meeting.refresh_from_db()
        if meeting.state != State.LOCKED:
            raise WrongState(_("The minutes are not locked. Change the text itself instead."))
        entries.hold(meeting, (State.LOCKED,))
        last = meeting.corrections.aggregate(last=Max("number"))["last"] or 0
        version = minutes.freeze_corrected(meeting, text=cleaned, by=by, now=now)
        correction = Correction.objects.create(
            meeting=meeting,
            version=version,
            number=last + 1,
            text=cleaned,
            made_by=by,
            made_at=now,
        )
        for user in _had_the_minutes(meeting) - {by.pk}:
            mail.post(
                to=user,
                letter="forums.corrected",
                ids={"version": version.pk},
                key=f"forums.corrected:{version.pk}:{user}",
                now=now,
            )
        log.record(
            by=by,
            event="forums.minutes.corrected",
            on=version,
            facts={"version": version.number, "correction": correction.number},
            at=now,
        )
    return correction


def _had_the_minutes(meeting: Meeting) -> set[int]:
    """Those who were called or sit in the forum, have an account, and may read the minutes."""
    named = set(meeting.participations.filter(user__isnull=False).values_list("user", flat=True))
    seats = meeting.forum.seats.active(timezone.localdate()).filter(user__isnull=False)
    named |= set(seats.values_list("user", flat=True))
    readers = policy.who_may(Permission.VIEW_FORUM, meeting)
    return set(readers.filter(pk__in=named).values_list("pk", flat=True))


def give_number(*, meeting: Meeting, number: str, by: Any, now: datetime | None = None) -> None:
    """The number of the minutes in the municipality's register, also once they are locked: it says
    where they are kept and is no part of their text. Empty takes it away. Raises WrongState before
    there are minutes, and what texts raise."""
    now = now or timezone.now()
    with transaction.atomic():
        entries.hold(meeting, (State.WRITING_UP, State.AWAITING, State.LOCKED))
        cleaned = clean(
            number, label=_("The registration number"), limit=REGISTRATION_NUMBER, field="number"
        )
        if cleaned == meeting.registration_number:
            return
        Meeting.objects.filter(pk=meeting.pk).update(registration_number=cleaned)
        meeting.registration_number = cleaned
        last = meeting.minutes.newest_first().first()
        if last is not None:
            minutes.print_again(last)
        log.record(
            by=by,
            event="forums.minutes.numbered",
            on=meeting,
            fields=("registration_number",),
            at=now,
        )


# What waits for a person -------------------------------------------------------------------------


def to_adjust(user: Any, on: date) -> QuerySet[Sending]:
    """The sendings that wait for this person, the most urgent first; none that was asked by a seat
    which has ended, since that gives nothing any more (`ADJUSTERS`)."""
    seated = Q(adjusters__seat=None) | Q(adjusters__seat__in=Seat.objects.active(on).values("pk"))
    return (
        Sending.objects.filter(
            seated,
            state=Sending.State.WAITING,
            adjusters__user=user.pk,
            adjusters__adjusted_at=None,
        )
        .select_related("meeting__forum")
        .order_by("due", "pk")
    )


def _mail(letter: str, user: int, sending: Sending, now: datetime) -> None:
    mail.post(
        to=user,
        letter=letter,
        ids={"sending": sending.pk},
        key=f"{letter}:{sending.pk}:{user}",
        now=now,
    )
