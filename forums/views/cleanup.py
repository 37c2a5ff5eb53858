"""The whole document as one page while the minutes are written up (P09), and what has changed in it
since the meeting."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.forms import all_valid
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from coordination.ui.forms import error_summary
from coordination.writing import drafts
from coordination.writing.once import SENT_BEFORE, once
from forums import adjusting, differences, proceedings
from forums import minutes as documents
from forums.forms.cleanup import ActionRow, DecisionRow, NotesRow, RequestRow, Row, shown
from forums.models import Action, AgendaItem, Decision, Meeting
from forums.refusals import Refused, WrongState

from . import log_acts
from .log_entries import action_place, decision_place
from .log_page import draft_place, is_late, keep_typed, over, saved, unsaved

SINCE = "sedan=renskriv"


@dataclass
class ItemRows:
    """An item with a row for each of its texts, and what was asked to be changed there."""

    item: AgendaItem
    notes: NotesRow
    decisions: list[DecisionRow]
    actions: list[ActionRow]
    requests: list[RequestRow] = field(default_factory=list)
    closed: list[Action] = field(default_factory=list)
    """Actions that are done or struck: their wording stays as it is."""


class Document:
    """The page as it was sent, or as it is shown at first."""

    def __init__(self, meeting: Meeting, data: Any = None) -> None:
        self.meeting = meeting
        asked = list(adjusting.open_requests(meeting))
        self.whole = [RequestRow(one, data) for one in asked if one.item is None]
        items = meeting.items.prefetch_related(
            "decisions", "actions__owners__user", "actions__owners__organisation"
        ).in_order()
        self.items = [self._rows(item, asked, data) for item in items]

    def _rows(self, item: AgendaItem, asked: Iterable[Any], data: Any) -> ItemRows:
        decisions = sorted(item.decisions.all(), key=lambda one: one.number)
        actions = sorted(item.actions.all(), key=lambda one: one.pk)
        # What the rows lead to asks the meeting again, which is here already.
        for action in actions:
            action.meeting, action.forum = self.meeting, self.meeting.forum
        return ItemRows(
            item=item,
            notes=NotesRow(item, data),
            decisions=[DecisionRow(one, data) for one in decisions],
            actions=[ActionRow(one, data) for one in actions if one.is_open],
            requests=[RequestRow(one, data) for one in asked if one.item_id == item.pk],
            closed=[one for one in actions if not one.is_open],
        )

    @property
    def texts(self) -> list[Row]:
        return [row for one in self.items for row in (one.notes, *one.decisions, *one.actions)]

    @property
    def requests(self) -> list[RequestRow]:
        return [*self.whole, *(row for one in self.items for row in one.requests)]

    @property
    def forms(self) -> Sequence[Any]:
        return [*self.texts, *self.requests]

    def save(self, *, by: Any) -> "Saved":
        """Saves each text that was typed in, and each tick. A text that somebody else has changed
        meanwhile is kept for its writer to choose, and keeps no other from being saved."""
        done = Saved()
        for row in self.texts:
            if not row.is_touched:
                continue
            if getattr(row.changed, row.name) == row.typed:
                # It stands there already: the page did not hear that it was saved.
                done.rows.append(row)
                continue
            try:
                self._save(row, by)
                done.rows.append(row)
            except (proceedings.Conflict, proceedings.Outdated):
                _keep(row, by)
                done.torn += 1
        for ticked in self.requests:
            if ticked.is_touched:
                settled = ticked.cleaned_data["settled"]
                adjusting.settle_request(request=ticked.request, settled=settled, by=by)
                done.ticked.append(ticked)
        return done

    def _save(self, row: Row, by: Any) -> None:
        changed = row.changed
        try:
            if isinstance(row, NotesRow):
                version = row.cleaned_data["version"]
                proceedings.save_item(item=changed, notes=row.typed, version=version, by=by)
            elif isinstance(row, DecisionRow):
                proceedings.change_decision(
                    decision=changed,
                    text=row.typed,
                    report_to_management=changed.report_to_management,
                    was=row.cleaned_data["was"],
                    by=by,
                )
            else:
                proceedings.change_action(
                    action=changed,
                    text=row.typed,
                    owners=log_acts.written_owners(changed),
                    due=changed.due,
                    was=row.cleaned_data["was"],
                    by=by,
                )
        except (proceedings.Conflict, proceedings.Outdated):
            raise
        except Refused as refusal:
            row.add_refusal(refusal, row.name)
            raise


@dataclass
class Saved:
    """What became of a sending: the rows that were saved, and how many texts wait to be chosen."""

    rows: list[Row] = field(default_factory=list)
    ticked: list[RequestRow] = field(default_factory=list)
    torn: int = 0

    @property
    def hidden(self) -> dict[str, Any]:
        """What the page is to say from now on of what it showed."""
        told: dict[str, Any] = {}
        for row in self.rows:
            told[row.add_prefix("shown")] = shown(row.typed)
            if isinstance(row, NotesRow):
                told[row.add_prefix("version")] = row.changed.version
            else:
                row.changed.refresh_from_db()
                told[row.add_prefix("was")] = proceedings.mark_of(row.changed)
        for ticked in self.ticked:
            told[ticked.add_prefix("was")] = ticked.cleaned_data["settled"]
        return told


def _keep(row: Row, by: Any) -> None:
    """Keeps a text that is not to be lost where its own page of two versions finds it."""
    changed = row.changed
    if isinstance(row, NotesRow):
        keep_typed(changed, user=by, notes=row.typed)
    elif isinstance(row, DecisionRow):
        typed = {"text": row.typed, "report_to_management": changed.report_to_management}
        data = typed | {"was": row.cleaned_data["was"]}
        drafts.keep(user=by, place=decision_place(changed), data=data)
    else:
        data = {
            "what": row.typed,
            "who": log_acts.written_owners(changed),
            "due_other": changed.due.isoformat() if changed.due else "",
            "was": row.cleaned_data["was"],
        }
        drafts.keep(user=by, place=action_place(changed), data=data)


@dataclass(frozen=True)
class Torn:
    """A text of the person's own that waits to be chosen."""

    label: str
    url: str


def torn(document: Document, user: Any) -> list[Torn]:
    """The texts that somebody else changed meanwhile, each with the page that shows both."""
    kept = {one.place: one.data for one in drafts.all_of(user=user, begins="log-")}
    found = []
    for one in document.items:
        item = one.item
        ids = [item.meeting_id, item.pk]
        if "notes" in kept.get(draft_place(item), {}):
            url = reverse("log_item_conflict", args=ids)
            found.append(Torn(f"{item.position}. {item.title}", f"{url}?{SINCE}"))
        rows: list[tuple[str, str, str, Decision | Action]] = [
            *(
                (decision_place(r.changed), "log_decision", str(r.changed), r.changed)
                for r in one.decisions
            ),
            *(
                (action_place(r.changed), "log_action", r.changed.text, r.changed)
                for r in one.actions
            ),
        ]
        for place, page, label, changed in rows:
            mine = kept.get(place)
            if mine and mine.get("was") != proceedings.mark_of(changed):
                found.append(Torn(label, f"{reverse(page, args=[*ids, changed.pk])}?{SINCE}"))
    return found


def minutes_edit(request: HttpRequest, meeting: int) -> HttpResponse:
    """All notes, decisions and actions to be put right, and what was asked to be changed."""
    held: Meeting = request.governed  # type: ignore[attr-defined]
    if request.method == "GET" and held.state != Meeting.State.WRITING_UP:
        return redirect("minutes" if held.has_minutes else "log", meeting)
    page = Document(held, request.POST if request.method == "POST" else None)
    refused: list[Any] = []

    def act() -> str:
        done = page.save(by=request.user)
        if done.torn:
            messages.warning(request, _("Somebody has changed the same text. Choose what to save."))
        else:
            messages.success(request, _("The text is saved."))
        to = "minutes_edit" if done.torn or request.POST.get("do") != "done" else "minutes"
        return reverse(to, args=[meeting])

    if request.method == "POST" and all_valid(page.forms):
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            at_field = any(row.errors for row in page.texts)
            refused = [] if at_field else [str(refusal)]
    context = {
        "meeting": held,
        "forum": held.forum,
        "page": page,
        "torn": torn(page, request.user),
        "errors": [*({"message": one} for one in refused), *error_summary(*page.forms)],
    }
    return render(request, "forums/minutes_edit.html", context)


def minutes_edit_autosave(request: HttpRequest, meeting: int) -> JsonResponse:
    """Keeps each text that is typed in. One that is refused keeps no other from being saved."""
    held: Meeting = request.governed  # type: ignore[attr-defined]
    if is_late(request):
        return over(str(SENT_BEFORE))
    page = Document(held, request.POST)
    fits = all_valid(page.forms)
    try:
        done = page.save(by=request.user)
    except WrongState as refusal:
        return over(str(refusal), reverse("minutes", args=[meeting]))
    except Refused:
        return unsaved(*page.forms)
    if done.torn:
        text = _("Somebody has changed the same text. Choose what to save.")
        return over(text, reverse("minutes_edit", args=[meeting]))
    return saved(hidden=done.hidden) if fits else unsaved(*page.forms, hidden=done.hidden)


def minutes_changes(request: HttpRequest, meeting: int) -> HttpResponse:
    """What has changed in the text since the meeting was finished."""
    held: Meeting = request.governed  # type: ignore[attr-defined]
    first = held.minutes.order_by("number").first()
    if first is None:
        return redirect("meeting", meeting)
    now = documents.snapshot(held)
    if held.state != Meeting.State.WRITING_UP:
        # What was sent or locked is what stands, whatever became of the actions since.
        now = held.minutes.newest_first().values_list("content", flat=True)[0]
    context = {
        "meeting": held,
        "forum": held.forum,
        "first": first,
        "sections": differences.between(first.content, now),
    }
    return render(request, "forums/minutes_changes.html", context)
