"""What each button of the log's pages does. Every button first saves what is typed on the page.

A button says what it does in `do`: a word, and for some the key of what it concerns ("done:12",
"move:12:2026-06-09"). What it concerns is always looked up under the item of the page.
"""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.ui.fields import row_key
from coordination.ui.forms import PortalForm
from coordination.writing import drafts
from coordination.writing.once import key_of
from forums import actions, entries, proceedings
from forums.forms.proceedings import GuestForm, ItemForm, PresenceForm
from forums.models import Action, AgendaItem, Meeting
from forums.refusals import Refused, WrongState

from .log_page import (
    CarriedRow,
    attendance_place,
    came_from_finish,
    draft_place,
    following,
    item_url,
    keep_typed,
)

STAYS = ("decision", "action", "edit-decision", "edit-action", "remove-decision", "remove-action")
"""Buttons that leave the other half-written things on the page as they are."""
AT_A_ROW = ("done", "move", "strike-action", "undo")
"""Buttons at an action from an earlier meeting; what is typed at the others stays as it is."""
LONGEST_TAIL = 10
"""So much of the space after half-written notes is kept while they are written."""


def row_of(text: str) -> int:
    """The key that a button names; raises Http404 for what no button says."""
    key = row_key(text)
    if key is None:
        raise Http404
    return key


@contextmanager
def fields_named(**names: str) -> Any:
    """Leads a refusal to the field of the page that the domain calls something else."""
    try:
        yield
    except Refused as refusal:
        refusal.field = names.get(refusal.field or "", refusal.field)
        raise


@dataclass
class ItemPage:
    """One sending of an item's page."""

    request: HttpRequest
    item: AgendaItem
    form: ItemForm
    carried: list[CarriedRow]
    refused_row: CarriedRow | None = field(default=None)

    @property
    def forms(self) -> list[PortalForm]:
        return [self.form, *(row.form for row in self.carried)]

    def autosave(self) -> int | None:
        """Saves the notes and keeps the rest as it is typed. Returns the version that the page then
        has, unless it said none."""
        version: int | None = self.form.cleaned_data.get("version")
        if version is None or "notes" in self.form.errors:
            self.keep_typed()
            return version
        notes = self.form.cleaned_data["notes"]
        proceedings.save_item(item=self.item, notes=notes, version=version, by=self.request.user)
        typed = self.request.POST["notes"].replace("\r\n", "\n")
        tail = typed[len(typed.rstrip()) :][:LONGEST_TAIL] if notes else ""
        page = str(key_of(self.request) or "")
        self.keep_typed(saved=[page, self.item.version], tail=tail)
        return self.item.version

    def keep_typed(self, **more: Any) -> None:
        """Keeps all that is typed on the page as a draft, and what is added."""
        keep_typed(self.item, user=self.request.user, form=self.form, rows=self.carried, **more)

    def carry_out(self) -> str:
        """Does what the button says, saves the rest, and returns where to go."""
        verb, _colon, what = self.request.POST.get("do", "").partition(":")
        act = ACTS.get(verb)
        if act is None:
            raise Http404
        stays = verb in STAYS
        # The meeting is held first: who comes at the same moment waits here, with nothing in hand.
        entries.hold(self.item.meeting)
        url = act(self, what)
        if verb == "decision" or not stays:
            self._add_decision()
        if verb == "action" or not stays:
            self._add_action()
        if not stays and verb not in AT_A_ROW:
            self._answer_rows()
        self._save_notes(self.form.cleaned_data["version"], leaves=verb == "next")
        self._keep_draft(verb, what)
        return url

    def _answer_rows(self) -> None:
        """Carries out the new dates that are typed at actions from earlier meetings."""
        for row in self.carried:
            typed = row.form.cleaned_data
            if typed["due"]:
                _move(self, str(row.action.pk))
            elif typed["reason"]:
                self.refused_row = row
                raise Refused(
                    _("Choose a new date or strike the action. Otherwise remove the reason."),
                    field="reason",
                )

    def _add_decision(self) -> None:
        typed = self.form.cleaned_data
        if not typed["decision"]:
            return
        with fields_named(text="decision"):
            proceedings.add_decision(
                item=self.item,
                text=typed["decision"],
                report_to_management=typed["report"],
                by=self.request.user,
            )

    def _add_action(self) -> None:
        typed = self.form.cleaned_data
        if not (typed["what"] or typed["who"]):
            return
        with fields_named(text="what", owners="who", due="due_other"):
            proceedings.add_action(
                item=self.item,
                text=typed["what"],
                owners=typed["who"],
                due=self.form.chosen_due,
                by=self.request.user,
            )

    def _save_notes(self, version: int, *, leaves: bool) -> None:
        """Saves the notes; the page's own autosave that overtook it is no conflict."""
        notes = self.form.cleaned_data["notes"]
        self.item.refresh_from_db()
        if self.item.version != version and self._is_own(self.item.version):
            version = self.item.version
        handled = leaves and (bool(notes) or entries.has_content(self.item))
        proceedings.save_item(
            item=self.item, notes=notes, version=version, by=self.request.user, handled=handled
        )

    def _is_own(self, version: int) -> bool:
        draft = drafts.of(user=self.request.user, place=draft_place(self.item))
        page = key_of(self.request)
        return bool(draft and page and draft.data.get("saved") == [str(page), version])

    def _keep_draft(self, verb: str, what: str) -> None:
        """Keeps what the button left as it was typed."""
        kept = self.form.pending if verb in STAYS else {}
        if verb == "decision":
            kept = {name: kept[name] for name in kept if name not in ("decision", "report")}
        if verb == "action":
            kept = {name: kept[name] for name in kept if name in ("decision", "report", "new_item")}
        answered = what.partition(":")[0] if verb in AT_A_ROW else ""
        waits = verb in STAYS or verb in AT_A_ROW
        rows = [row for row in self.carried if waits and str(row.action.pk) != answered]
        keep_typed(self.item, user=self.request.user, rows=rows, **kept)

    # What stands on the page -----------------------------------------------------------------

    def row(self, key: str) -> CarriedRow:
        """The carried action of that key on this page."""
        found = [one for one in self.carried if str(one.action.pk) == key]
        if not found:
            raise Http404
        return found[0]

    def own_action(self, key: str) -> Action:
        return get_object_or_404(self.item.actions, pk=row_of(key))

    def undoable(self, text: str, name: str) -> None:
        url = reverse(name, args=[self.item.meeting_id, self.item.pk])
        messages.success(self.request, text, extra_tags=f"undo {url}")


Act = Callable[[ItemPage, str], str]


def _save(page: ItemPage, what: str) -> str:
    """Enter in a field."""
    return _added_item(page) or item_url(page.item, "anteckningar")


def _added_item(page: ItemPage) -> str:
    title = page.form.cleaned_data["new_item"]
    if not title:
        return ""
    with fields_named(title="new_item"):
        item = proceedings.add_item(meeting=page.item.meeting, title=title, by=page.request.user)
    return item_url(item, "anteckningar")


def _next(page: ItemPage, what: str) -> str:
    url = _added_item(page)
    after = following(page.item)
    return url or (item_url(after, "anteckningar") if after else item_url(page.item))


def _new_item(page: ItemPage, what: str) -> str:
    with fields_named(title="new_item"):
        item = proceedings.add_item(
            meeting=page.item.meeting,
            title=page.form.cleaned_data["new_item"],
            by=page.request.user,
        )
    return item_url(item, "anteckningar")


def _decision(page: ItemPage, what: str) -> str:
    if not page.form.cleaned_data["decision"]:
        raise Refused(_("Enter what was decided"), field="decision")
    return item_url(page.item, "beslut")


def _action(page: ItemPage, what: str) -> str:
    if not page.form.cleaned_data["what"]:
        raise Refused(_("Enter what is to be done"), field="what")
    return item_url(page.item, "atgard")


def _to(name: str) -> Act:
    def act(page: ItemPage, what: str) -> str:
        return reverse(name, args=[page.item.meeting_id])

    return act


def _edit_decision(page: ItemPage, what: str) -> str:
    return _entry_url(page, "log_decision", what)


def _edit_action(page: ItemPage, what: str) -> str:
    return _entry_url(page, "log_action", what)


def _entry_url(page: ItemPage, name: str, what: str) -> str:
    return reverse(name, args=[page.item.meeting_id, page.item.pk, row_of(what)])


def _remove_decision(page: ItemPage, what: str) -> str:
    decision = get_object_or_404(page.item.decisions, pk=row_of(what))
    removed = {
        "decision": decision.text,
        "report": decision.report_to_management,
    }
    proceedings.remove_decision(decision=decision, by=page.request.user)
    drafts.keep(user=page.request.user, place=removed_place(page.item), data=removed)
    page.undoable(_("The decision has been removed."), "log_restore")
    return item_url(page.item)


def _remove_action(page: ItemPage, what: str) -> str:
    action = page.own_action(what)
    removed = {
        "what": action.text,
        "who": written_owners(action),
        "due": action.due.isoformat() if action.due else "",
    }
    proceedings.remove_action(action=action, by=page.request.user)
    drafts.keep(user=page.request.user, place=removed_place(page.item), data=removed)
    page.undoable(_("The action has been removed."), "log_restore")
    return item_url(page.item)


def removed_place(item: AgendaItem) -> str:
    """Where what was last removed under the item is kept, for Undo."""
    return f"log-removed:{item.pk}"


def restore(item: AgendaItem, *, by: Any) -> None:
    """Adds again what this person last removed under the item; does nothing when that is done."""
    entries.hold(item.meeting)
    kept = drafts.take(user=by, place=removed_place(item))
    if kept is None:
        return
    if kept.get("decision"):
        proceedings.add_decision(
            item=item, text=kept["decision"], report_to_management=bool(kept["report"]), by=by
        )
    else:
        proceedings.add_action(
            item=item,
            text=kept["what"],
            owners=kept["who"],
            due=date.fromisoformat(kept["due"]) if kept["due"] else None,
            by=by,
        )


def written_owners(action: Action) -> str:
    """The owners as somebody would write them."""
    return "; ".join(
        f"{one.name}, {one.organisation}" if one.name and one.organisation_id else one.label
        for one in sorted(action.owners.all(), key=lambda one: one.pk)
    )


# What becomes of the item ------------------------------------------------------------------------


def _outcome(act: Callable[..., None], text: Any) -> Act:
    def carry_out(page: ItemPage, what: str) -> str:
        act(item=page.item, by=page.request.user)
        page.undoable(str(text), "log_item_reopen")
        return _next(page, what)

    return carry_out


def _reopen(page: ItemPage, what: str) -> str:
    proceedings.reopen_item(item=page.item, by=page.request.user)
    return item_url(page.item, "anteckningar")


# Actions from earlier meetings -------------------------------------------------------------------


def _at_row(page: ItemPage, row: CarriedRow, act: Callable[..., None], **said: Any) -> str:
    try:
        act(action=row.action, by=page.request.user, meeting=page.item.meeting, **said)
    except Refused:
        page.refused_row = row
        raise
    return f"{item_url(page.item)}#carried-{row.action.pk}"


def _done(page: ItemPage, what: str) -> str:
    row = page.row(what)
    return _at_row(page, row, actions.mark_done, comment="")


def _strike(page: ItemPage, what: str) -> str:
    row = page.row(what)
    return _at_row(page, row, actions.strike, reason=row.form.cleaned_data["reason"])


def _move(page: ItemPage, what: str) -> str:
    key, _colon, day = what.partition(":")
    row = page.row(key)
    typed = row.form.cleaned_data
    try:
        due = date.fromisoformat(day) if day else typed["due"]
    except ValueError:
        raise Http404 from None
    if due is not None:
        # Should a reason be asked for, the chosen day stands in the field.
        row.form.data[row.form.add_prefix("due")] = due.isoformat()
    return _at_row(page, row, actions.move, due=due, reason=typed["reason"])


def _undo(page: ItemPage, what: str) -> str:
    key, _colon, change = what.partition(":")
    row = page.row(key)
    if row.said_here is None or row.said_here.pk != row_key(change):
        page.refused_row = row
        raise WrongState(_("The action has been changed since then. Look at it again."))
    if row.closed_here:
        return _at_row(page, row, actions.reopen)
    return _at_row(page, row, actions.undo_move, move=row.said_here.pk)


ACTS: dict[str, Act] = {
    "": _save,
    "next": _next,
    "item": _new_item,
    "decision": _decision,
    "action": _action,
    "edit-decision": _edit_decision,
    "edit-action": _edit_action,
    "remove-decision": _remove_decision,
    "remove-action": _remove_action,
    "postpone": _outcome(proceedings.postpone_item, gettext_lazy("The item is postponed.")),
    "strike": _outcome(proceedings.strike_item, gettext_lazy("The item is struck.")),
    "handled": _outcome(proceedings.mark_handled, gettext_lazy("The item is marked as handled.")),
    "reopen": _reopen,
    "done": _done,
    "move": _move,
    "strike-action": _strike,
    "undo": _undo,
    "attendance": _to("attendance"),
    "minutes": _to("minutes"),
    "finish": _to("finish"),
}


# Attendance --------------------------------------------------------------------------------------


@dataclass
class AttendancePage:
    """One sending of the attendance page."""

    request: HttpRequest
    meeting: Meeting
    rows: list[PresenceForm]
    guest: GuestForm | None
    refused: PresenceForm | None = field(default=None)

    def carry_out(self) -> str:
        """Saves what was changed, does what the button says, and returns where to go."""
        verb, _colon, key = self.request.POST.get("do", "").partition(":")
        entries.hold(self.meeting)
        self.save()
        url = self._act(verb, key)
        self.keep_typed(guest=self.guest if verb in ("all", "remove-guest") else None)
        return url

    def _act(self, verb: str, key: str) -> str:
        here = reverse("attendance", args=[self.meeting.pk])
        # Who came here to mend what stood in the way of finishing may press more than once.
        if came_from_finish(self.request):
            here += "?sedan=avsluta"
        match verb:
            case "all":
                proceedings.mark_all_present(meeting=self.meeting, by=self.request.user)
                return here
            case "answers":
                proceedings.mark_as_answered(meeting=self.meeting, by=self.request.user)
                return here
            case "guest":
                self._add_guest()
                return f"{here}#guests"
            case "remove-guest":
                person = get_object_or_404(self.meeting.participations, pk=row_of(key))
                proceedings.remove_guest(participation=person, by=self.request.user)
                return f"{here}#guests"
            case "next":
                self._add_guest(if_named=True)
                first = self.meeting.items.in_order().first()
                return item_url(first, "anteckningar") if first else here
            case "finish" | "minutes":
                self._add_guest(if_named=True)
                return reverse(verb, args=[self.meeting.pk])
            case "":
                self._add_guest(if_named=True)
                return here
        raise Http404

    def save(self, *, unfinished: bool = False) -> None:
        """Records what this page changed; with `unfinished` what is refused, and a substitute still
        without name, wait."""
        for row in self.rows:
            if row.errors or not row.is_changed or row.is_recorded:
                continue
            attendance, name, organisation = row.chosen
            if unfinished and row.pending:
                continue
            try:
                with fields_named(substitute_name="substitute"):
                    proceedings.set_attendance(
                        participation=row.row,
                        attendance=attendance,
                        substitute_name=name,
                        substitute_organisation=row.organisations[organisation],
                        by=self.request.user,
                    )
            except Refused:
                self.refused = row
                raise

    def keep_typed(self, *, guest: GuestForm | None) -> None:
        """Keeps what is typed and not recorded. What cannot be kept as it stands now stays kept as it
        was."""
        place = attendance_place(self.meeting)
        draft = drafts.of(user=self.request.user, place=place)
        before = draft.data if draft else {}
        kept = {}
        if guest is not None:
            earlier = before.get("guest", {})
            kept = {name: earlier[name] for name in guest.errors if name in earlier} | guest.pending
        earlier = before.get("rows", {})
        waiting = {
            str(row.row.pk): earlier.get(str(row.row.pk)) if row.errors else row.pending
            for row in self.rows
        }
        rows = {key: typed for key, typed in waiting.items() if typed}
        drafts.keep(user=self.request.user, place=place, data={"guest": kept, "rows": rows})

    def _add_guest(self, *, if_named: bool = False) -> None:
        typed = self.guest.cleaned_data if self.guest else {}
        if if_named and not typed.get("name"):
            return
        with fields_named(function="name"):
            proceedings.add_guest(
                meeting=self.meeting,
                name=typed["name"],
                organisation=typed["organisation"],
                by=self.request.user,
            )
