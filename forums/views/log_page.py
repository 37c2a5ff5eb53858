"""What the pages of the live log show: the meeting's head, its items, and who writes where."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.models import User
from coordination.audit import log
from coordination.ui import dates
from coordination.ui.fields import read_date
from coordination.ui.forms import PortalForm, error_summary
from coordination.writing import drafts
from coordination.writing.once import FIELD, carried_out
from forums import agenda, answers, entries, owners
from forums.entries import EXPLAINED_FROM
from forums.forms.proceedings import CarriedForm, GuestForm, ItemForm, PresenceForm
from forums.minutes import CAME
from forums.models import Action, ActionChange, ActionOwner, AgendaItem, Decision, Meeting

WRITES_NOW = timedelta(minutes=1)
"""An item saved by somebody so lately is said to be written in."""
OFTEN_MOVED = 3


def item_url(item: AgendaItem, focus: str = "") -> str:
    """The item's page in the log; `focus` names the field to begin in."""
    url = reverse("log_item", args=[item.meeting_id, item.pk])
    return f"{url}?fokus={focus}" if focus else url


def came_from_finish(request: HttpRequest) -> bool:
    """Whether the page mends what stood in the way of finishing, which is then where to go on."""
    return request.GET.get("sedan") == "avsluta"


def came_from_edit(request: HttpRequest) -> bool:
    """Whether the page settles something that the whole document waits for, which is where to go on."""
    return request.GET.get("sedan") == "renskriv"


def unsaved(*forms: PortalForm, **more: Any) -> JsonResponse:
    """Answers an autosave with what cannot be saved as it stands, and at which field."""
    error = error_summary(*forms)[0]
    return JsonResponse({"message": error.message, "field": error.field_id, **more}, status=422)


def saved(**more: Any) -> JsonResponse:
    """Answers an autosave with when it was."""
    time = dates.hour(timezone.now())
    return JsonResponse({"saved": time, "message": _("Saved at %(time)s") % {"time": time}, **more})


def over(message: str, url: str = "") -> JsonResponse:
    """Answers an autosave after which this page cannot save any more, and where to go instead."""
    where = {"url": url} if url else {}
    return JsonResponse({"message": message, **where}, status=409)


def say_too_late(request: HttpRequest, meeting: Meeting) -> None:
    """Tells whoever sent something to a meeting that takes it no more why, and what to do instead."""
    if request.method == "POST":
        messages.error(request, entries.wrong_state(meeting))


def is_late(request: HttpRequest) -> bool:
    """Whether an autosave arrives after its form was carried out. It is out of date: it must be no
    conflict with the form, and bring nothing back."""
    return carried_out(request.user, request.POST.get(FIELD, ""))


def last_writer(changed: Decision | Action) -> tuple[User | None, datetime | None]:
    """Who last did something with the decision or the action, and when, as far as is known."""
    event = log.events(zone=log.Zone.COORDINATION, on=changed).first()
    if event is None:
        return None, None
    known = log.people([event.actor]).get(event.actor)
    return User.objects.filter(pk=known).first() if known else None, event.at


def draft_place(item: AgendaItem) -> str:
    return f"log-item:{item.pk}"


TO_CHOOSE = ("notes", "merged")
"""What a draft holds of a text that waits to be chosen: nothing but the choice takes it away."""


def keep_typed(
    item: AgendaItem,
    *,
    user: Any,
    form: ItemForm | None = None,
    rows: "Sequence[CarriedRow]" = (),
    **more: Any,
) -> None:
    """Keeps what is typed on the item's page and not yet used. What cannot be kept as it stands now
    stays kept as it was."""
    draft = drafts.of(user=user, place=draft_place(item))
    before = draft.data if draft else {}
    kept = _kept_before(before, TO_CHOOSE)
    if form is not None:
        kept |= _kept_before(before, ("saved", *form.errors)) | form.pending
    carried = before.get("carried", {})
    answers = {
        str(row.action.pk): _kept_before(carried.get(str(row.action.pk), {}), row.form.errors)
        | row.form.pending
        for row in rows
    }
    kept["carried"] = {key: typed for key, typed in answers.items() if typed}
    drafts.keep(user=user, place=draft_place(item), data=kept | more)


def _kept_before(before: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: before[name] for name in names if name in before}


def has_conflict(item: AgendaItem, user: Any) -> bool:
    """Whether a text of the person's own waits to be chosen or given up for this item."""
    draft = drafts.of(user=user, place=draft_place(item))
    return draft is not None and "notes" in draft.data


def items_of(meeting: Meeting) -> list[AgendaItem]:
    """The agenda with what is needed to mark each item: whether anything stands under it."""
    return list(
        meeting.items.select_related("edited_by")
        .annotate(
            decided=Exists(Decision.objects.filter(item=OuterRef("pk"))),
            acted=Exists(Action.objects.filter(item=OuterRef("pk"))),
            lacking=Exists(
                Action.objects.filter(item=OuterRef("pk"), state=Action.State.OPEN).filter(
                    Q(due=None) | ~Exists(ActionOwner.objects.filter(action=OuterRef("pk")))
                )
            ),
        )
        .in_order()
    )


def following(item: AgendaItem) -> AgendaItem | None:
    """The item after this one."""
    return item.meeting.items.filter(position__gt=item.position).in_order().first()


def frame(meeting: Meeting, *, user: Any, now: datetime, here: Any = None) -> dict[str, Any]:
    """The head and the list of items, the same on every page of the log."""
    items = items_of(meeting)
    counts = _attendance(meeting)
    return {
        "meeting": meeting,
        "forum": meeting.forum,
        "in_progress": meeting.state == Meeting.State.IN_PROGRESS,
        "items": [_listed(item, here) for item in items],
        "attendance": counts,
        "attendance_recorded": counts["called"] > 0 and not counts["unknown"],
        "on_attendance": here == "attendance",
        "writers": [
            {"name": str(item.edited_by), "position": item.position}
            for item in items
            if item.edited_by_id
            and item.edited_by_id != user.pk
            and item.edited_at
            and now - item.edited_at < WRITES_NOW
        ],
    }


def _attendance(meeting: Meeting) -> dict[str, int]:
    return meeting.participations.aggregate(
        called=Count("pk"),
        came=Count("pk", filter=Q(attendance__in=CAME)),
        unknown=Count("pk", filter=Q(attendance="unknown")),
    )


def attendance_place(meeting: Meeting) -> str:
    return f"log-attendance:{meeting.pk}"


def attendance_forms(
    meeting: Meeting, *, user: Any, data: Mapping[str, Any] | None = None
) -> tuple[list[PresenceForm], GuestForm]:
    """A form for each who was called or is a guest, and one for a further guest, with what the
    person typed earlier and has not yet recorded."""
    draft = drafts.of(user=user, place=attendance_place(meeting)) if data is None else None
    typed = draft.data if draft else {}
    guest = GuestForm(data, initial=typed.get("guest"))
    organisations = {one.pk: one for one in guest.fields["organisation"].queryset}
    people = meeting.participations.select_related(
        "user", "organisation", "substitute_organisation"
    )
    earlier = typed.get("rows", {})
    said = answers.by_place(meeting)
    rows = [
        PresenceForm(
            row,
            data,
            organisations=organisations,
            typed=earlier.get(str(row.pk)),
            answer=said.get(row.pk),
        )
        for row in people.in_order()
    ]
    return rows, guest


def attendance_words(meeting: Meeting) -> dict[str, str]:
    """How many came, as the page says it in its head and in its list of items."""
    counts = _attendance(meeting)
    nobody_yet = counts["unknown"] == counts["called"]
    return {
        "present": _("%(came)s of %(called)s present") % counts,
        "attendance": _("Not recorded") if nobody_yet else _("%(came)s of %(called)s") % counts,
    }


def _listed(item: AgendaItem, here: Any) -> dict[str, Any]:
    filled = bool(item.notes or item.decided or item.acted)  # type: ignore[attr-defined]
    handled = item.outcome == AgendaItem.Outcome.DONE
    is_open = item.outcome == AgendaItem.Outcome.OPEN
    lacking = item.lacking  # type: ignore[attr-defined]
    return {
        "pk": item.pk,
        "position": item.position,
        "title": item.title,
        "url": item_url(item),
        "current": item == here,
        "outcome": item.outcome,
        "complete": (handled or (is_open and filled)) and not lacking,
        "begun": (handled or is_open) and lacking,
    }


def item_context(
    item: AgendaItem, *, form: ItemForm, carried: "list[CarriedRow]", focus: str
) -> dict[str, Any]:
    """What stands under the item, and the names and days that are proposed."""
    meeting = item.meeting
    decisions = list(item.decisions.in_order())
    actions = list(
        item.actions.prefetch_related("owners__user", "owners__organisation").order_by("pk")
    )
    after = following(item)
    return {
        "item": item,
        "form": form,
        "decisions": decisions,
        "actions": actions,
        "is_empty": not (item.notes or item.is_follow_up or decisions or actions),
        "next": after,
        "previous": meeting.items.filter(position__lt=item.position).in_order().last(),
        "carried": carried,
        "answers_wait": any(row.is_open and not row.moved_here for row in carried),
        "suggestions": owners.suggestions(meeting.forum, meeting),
        "focus": focus,
    }


# Days that are proposed --------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposal:
    """A day to choose with one click."""

    day: date
    words: str

    @property
    def value(self) -> str:
        return self.day.isoformat()

    @property
    def label(self) -> str:
        return f"{self.words}, {dates.day_short(self.day)}"


def proposals(meeting: Meeting, *, now: datetime) -> list[Proposal]:
    """The next meeting first, then some weeks from the meeting; each day once."""
    day = meeting.day
    offered = (
        Proposal(agenda.suggested_due(meeting, now=now), _("Next meeting")),
        Proposal(day + timedelta(weeks=2), _("In 2 weeks")),
        Proposal(day + timedelta(weeks=3), _("In 3 weeks")),
        Proposal(read_date("in 1 month", today=day), _("In a month")),
    )
    return list({one.day: one for one in reversed(offered)}.values())[::-1]


# The item form ----------------------------------------------------------------------------------


def item_form(
    item: AgendaItem, *, user: Any, now: datetime, data: Mapping[str, Any] | None = None
) -> ItemForm:
    """The form, with what the person typed earlier and has not yet added."""
    offered = proposals(item.meeting, now=now)
    initial: dict[str, Any] = {
        "version": item.version,
        "notes": item.notes,
        "due": offered[0].value,
    }
    if data is None and (draft := drafts.of(user=user, place=draft_place(item))):
        initial |= {name: draft.data[name] for name in ItemForm.PENDING if name in draft.data}
        # Who goes on after the page was loaded again goes on after the space, not in the last word.
        initial["notes"] += draft.data.get("tail", "")
        if initial["due"] not in [one.value for one in offered]:
            initial.setdefault("due_other", initial["due"])
    return ItemForm(data, initial=initial, due_choices=[(one.value, one.label) for one in offered])


# Actions from earlier meetings ------------------------------------------------------------------


@dataclass
class CarriedRow:
    """An action from an earlier meeting, what this meeting said about it, and its form."""

    action: Action
    due_then: date | None
    times_moved: int
    said_here: ActionChange | None
    form: CarriedForm

    @property
    def is_open(self) -> bool:
        return self.action.is_open

    @property
    def moved_here(self) -> ActionChange | None:
        """The new date this meeting gave it."""
        said = self.said_here
        return said if said and said.kind == "moved" and self.is_open else None

    @property
    def closed_here(self) -> bool:
        said = self.said_here
        return bool(said and said.kind in ("done", "struck") and not self.is_open)

    @property
    def reason(self) -> str:
        return self.said_here.reason if self.said_here else ""

    @property
    def often_moved(self) -> bool:
        return self.times_moved >= OFTEN_MOVED

    @property
    def needs_reason(self) -> bool:
        """Whether a further date has to be explained."""
        return self.times_moved >= EXPLAINED_FROM


def carried_rows(
    item: AgendaItem, *, user: Any, data: Mapping[str, Any] | None = None
) -> list[CarriedRow]:
    """The actions that this meeting follows up, on its first follow-up item, with what the person
    typed at them earlier and has not yet carried out."""
    meeting = item.meeting
    first = meeting.items.filter(is_follow_up=True).in_order().first()
    if first != item:
        return []
    rows = (
        meeting.carried.select_related("action__meeting")
        .prefetch_related("action__owners__user", "action__owners__organisation", "action__changes")
        .order_by("pk")
    )
    draft = drafts.of(user=user, place=draft_place(item)) if data is None else None
    typed = draft.data.get("carried", {}) if draft else {}
    return [_carried_row(row, meeting, data, typed.get(str(row.action_id))) for row in rows]


def _carried_row(
    row: Any, meeting: Meeting, data: Mapping[str, Any] | None, typed: Any
) -> CarriedRow:
    changes = sorted(row.action.changes.all(), key=lambda one: (one.at, one.pk))
    here = [one for one in changes if one.meeting_id == meeting.pk and one.kind != "created"]
    said = here[-1] if here else None
    if said is not None and said.kind == "reopened":
        said = next((one for one in here if one.kind == "moved"), None)
    return CarriedRow(
        action=row.action,
        due_then=row.due_then,
        times_moved=sum(one.kind == "moved" and one.meeting_id != meeting.pk for one in changes),
        said_here=said,
        form=CarriedForm(row.action, data, initial=typed),
    )
