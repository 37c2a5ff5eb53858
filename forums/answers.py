"""Whether those called to a meeting come: their answers, what is still open, and what it suggests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.actors.models import Organisation
from coordination.audit import log

from . import entries
from .models import Answer, Meeting, MeetingQuerySet, Participation
from .refusals import Missing, Refused, clean


class NotCalled(Refused):
    """The person is not among those called."""

    def __init__(self) -> None:
        super().__init__(_("You are not called to this meeting."))


class TooLate(Refused):
    """The meeting has begun, or is over."""

    def __init__(self) -> None:
        super().__init__(_("The meeting has begun. Your answer can no longer be changed."))


@dataclass(frozen=True)
class Summary:
    """How many have answered what, of those who can answer: who have an account."""

    yes: int
    no: int
    waiting: int


def is_open(meeting: Meeting, *, now: datetime) -> bool:
    """Whether those called may answer: from the call until the meeting begins."""
    return meeting.state == Meeting.State.CALLED and now < meeting.starts_at


def give(
    *,
    meeting: Meeting,
    by: Any,
    comes: bool,
    substitute: str = "",
    organisation: Organisation | None = None,
    now: datetime | None = None,
) -> Answer:
    """The answer of somebody who is called, in place of what they answered before.

    Who does not come may name somebody who comes instead, from their own organisation unless
    another is given. Raises NotCalled, TooLate once the meeting has begun, WrongState for one that
    is not called or is cancelled, Missing for an organisation without a name, and what texts raise.
    """
    now = now or timezone.now()
    with transaction.atomic():
        entries.hold(meeting, (Meeting.State.CALLED, Meeting.State.IN_PROGRESS))
        if not is_open(meeting, now=now):
            raise TooLate
        place = meeting.participations.filter(user=by.pk).first()
        if place is None:
            raise NotCalled
        name = ""
        if not comes:
            name = clean(
                substitute,
                label=_("The name"),
                limit=entries.PERSON_NAME,
                field="substitute",
            )
            if organisation is not None and not name:
                raise Missing(_("Enter the name of the substitute"), field="substitute")
        said = {
            "kind": Answer.Kind.YES if comes else Answer.Kind.NO,
            "starts_at": meeting.starts_at,
            "ends_at": meeting.ends_at,
            "substitute_name": name,
            "substitute_organisation": (organisation or place.organisation) if name else None,
            "answered_by": by,
        }
        before = Answer.objects.filter(participation=place, **said).first()
        if before is not None:
            return before
        answer, _new = Answer.objects.update_or_create(
            participation=place, defaults={**said, "answered_at": now}
        )
        log.record(
            by=by, event="forums.answer.given", on=meeting, facts={"answer": answer.kind}, at=now
        )
    return answer


def own(meeting: Meeting, user: Any) -> Answer | None:
    """The person's answer about the time that the meeting has now, if there is one."""
    found = Answer.objects.counting().filter(participation__meeting=meeting, answered_by=user.pk)
    return found.select_related("substitute_organisation").first()


def by_place(meeting: Meeting) -> dict[int, Answer]:
    """The answers that count, by the number of the participation."""
    found = Answer.objects.counting().filter(participation__meeting=meeting)
    return {one.participation_id: one for one in found.select_related("substitute_organisation")}


def summary(people: list[Participation], answers: dict[int, Answer]) -> Summary:
    """7 come, 2 do not, 2 have not answered."""
    asked = [one for one in people if one.user_id is not None]
    given = [answers[one.pk].is_yes for one in asked if one.pk in answers]
    yes = sum(given)
    return Summary(yes=yes, no=len(given) - yes, waiting=len(asked) - len(given))


def waiting_for(user: Any, now: datetime) -> MeetingQuerySet:
    """Meetings ahead that the person is called to and has not answered, the soonest first."""
    answered = Answer.objects.counting().filter(answered_by=user.pk)
    return (
        Meeting.objects.visible_to(user)
        .filter(state=Meeting.State.CALLED, starts_at__gt=now, participations__user=user.pk)
        .exclude(pk__in=answered.values("participation__meeting"))
        .select_related("forum")
        .soonest_first()
    )
