"""Another wording of a decision or an action of the log.

What is typed is kept as a draft, and never saved over what somebody else wrote meanwhile: the page
says what it showed, and when that no longer stands there both texts are offered (M116).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.ui import dates
from coordination.ui.forms import PortalForm
from coordination.writing import drafts
from coordination.writing.once import SENT_BEFORE, once
from forums import owners, proceedings
from forums.forms.proceedings import ActionForm, DecisionForm
from forums.models import Action, AgendaItem, Decision
from forums.refusals import Refused

from . import log_acts, log_page
from .log_page import is_late, item_url, over, saved, unsaved


@dataclass(frozen=True)
class Entry:
    """A decision or an action, and how it is changed."""

    changed: Any
    place: str
    """Where what is typed is kept."""
    form: type[PortalForm]
    shown: dict[str, Any]
    """What stands there, by the form's fields."""
    words: Callable[[dict[str, Any]], str]
    """Such values as they are read."""
    joined: Callable[[dict[str, Any]], dict[str, Any]]
    """What stands there and what was typed, as a third text to begin from."""
    change: Callable[..., None]
    back: str
    template: str
    heading: str
    fields: dict[str, str] = field(default_factory=dict)
    """The form's names of what the domain refuses."""

    @property
    def mark(self) -> str:
        return proceedings.mark_of(self.changed)


def decision_place(decision: Decision) -> str:
    """Where another wording that somebody types is kept."""
    return f"log-decision:{decision.pk}"


def action_place(action: Action) -> str:
    return f"log-action:{action.pk}"


def log_decision(request: HttpRequest, meeting: int, item: int, decision: int) -> HttpResponse:
    """Another wording of a decision."""
    changed = request.governed  # type: ignore[attr-defined]
    shown = {"text": changed.text, "report_to_management": changed.report_to_management}

    def change(typed: dict[str, Any], was: str) -> None:
        proceedings.change_decision(decision=changed, was=was, by=request.user, **typed)

    def words(values: dict[str, Any]) -> str:
        more = [_("To be reported to management")] if values.get("report_to_management") else []
        return "\n".join([values.get("text", ""), *more])

    entry = Entry(
        changed,
        place=decision_place(changed),
        form=DecisionForm,
        shown=shown,
        words=words,
        joined=lambda mine: mine | {"text": f"{mine.get('text', '')}\n\n{changed.text}".strip()},
        change=change,
        back=_back(request, changed.item),
        template="forums/log_decision.html",
        heading=_("Decision § %(mark)s: two versions") % {"mark": changed.mark},
    )
    context = {"decision": changed, "item": changed.item, "meeting": changed.item.meeting}
    return _change(request, entry, context)


def log_action(request: HttpRequest, meeting: int, item: int, action: int) -> HttpResponse:
    """Another wording, owner or date of an action of this meeting."""
    changed = request.governed  # type: ignore[attr-defined]
    to_finish = log_page.came_from_finish(request)

    def change(typed: dict[str, Any], was: str) -> None:
        proceedings.change_action(
            action=changed,
            text=typed["what"],
            owners=typed["who"],
            due=typed["due_other"],
            was=was,
            by=request.user,
        )

    entry = Entry(
        changed,
        place=action_place(changed),
        form=ActionForm,
        shown={
            "what": changed.text,
            "who": log_acts.written_owners(changed),
            "due_other": _plain(changed.due),
        },
        words=_action_words,
        joined=dict,
        change=change,
        back=reverse("finish", args=[meeting]) if to_finish else _back(request, changed.item),
        template="forums/log_action.html",
        heading=_("The action: two versions"),
        fields={"text": "what", "owners": "who", "due": "due_other"},
    )
    context = {
        "action": changed,
        "item": changed.item,
        "meeting": changed.meeting,
        "proposals": log_page.proposals(changed.meeting, now=timezone.now()),
        "suggestions": owners.suggestions(changed.forum, changed.meeting),
    }
    return _change(request, entry, context)


def _back(request: HttpRequest, item: AgendaItem) -> str:
    """Where somebody goes on who has changed what stands under the item."""
    if log_page.came_from_edit(request):
        return reverse("minutes_edit", args=[item.meeting_id])
    return item_url(item)


def _action_words(values: dict[str, Any]) -> str:
    day = values.get("due_other")
    return "\n".join(
        (
            values.get("what", ""),
            _("Responsible: %(names)s") % {"names": values.get("who") or "–"},
            _("Due: %(date)s") % {"date": dates.day(date.fromisoformat(day)) if day else "–"},
        )
    )


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else value


def _change(request: HttpRequest, entry: Entry, context: dict[str, Any]) -> HttpResponse:
    draft = drafts.of(user=request.user, place=entry.place)
    typed = draft.data if draft else {}
    if "X-Autosave" in request.headers:
        return over(str(SENT_BEFORE)) if is_late(request) else _keep(request, entry, typed)
    if request.POST.get("keep") == "theirs":
        drafts.drop(user=request.user, place=entry.place)
        return redirect(entry.back)
    is_torn = bool(typed) and typed.get("was") != entry.mark
    form = _form(request, entry, typed, is_torn)
    if form.is_bound and form.is_valid():
        try:
            with log_acts.fields_named(**entry.fields):
                return redirect(once(request, lambda: _save(request, entry, form)))
        except proceedings.Outdated:
            _keep(request, entry, {}, form)
            return redirect(request.get_full_path())
        except Refused as refusal:
            form.add_refusal(refusal)
    context |= {"form": form, "entry": entry}
    if not is_torn:
        return render(request, entry.template, context)
    who, at = log_page.last_writer(entry.changed)
    context |= {
        "heading": entry.heading,
        "mine": entry.words(typed),
        "theirs": entry.words(entry.shown),
        "who": who,
        "at": at,
        "fields": form.visible_fields(),
    }
    return render(request, "forums/conflict.html", context)


def _form(request: HttpRequest, entry: Entry, typed: dict[str, Any], is_torn: bool) -> PortalForm:
    """The form as it was sent; as it was typed, when that was chosen; or else to begin from."""
    if request.method == "POST":
        return entry.form(typed if request.POST.get("keep") == "mine" else request.POST)
    if is_torn:
        return entry.form(initial=typed.get("merged") or entry.joined(typed))
    return entry.form(initial=entry.shown | typed)


def _save(request: HttpRequest, entry: Entry, form: PortalForm) -> str:
    entry.change(form.cleaned_data, request.POST.get("was", ""))
    drafts.drop(user=request.user, place=entry.place)
    return entry.back


def _mark_sent(request: HttpRequest) -> str:
    """The mark that the page was given; nothing for what no page of ours sends, which is not kept."""
    sent = request.POST.get("was", "")
    return sent if proceedings.MARK.fullmatch(sent) else ""


def _keep(
    request: HttpRequest, entry: Entry, before: dict[str, Any], form: PortalForm | None = None
) -> HttpResponse:
    """Keeps what is typed as a draft. What cannot be kept as it stands now stays kept as it was."""
    form = form or entry.form(request.POST)
    fits = form.is_valid()
    is_third = bool(before) and "third" in request.POST
    earlier = before.get("merged", {}) if is_third else before
    typed = {name: earlier[name] for name in form.errors if name in earlier}
    typed |= {name: _plain(value) for name, value in form.cleaned_data.items()}
    data = before | {"merged": typed} if is_third else typed | {"was": _mark_sent(request)}
    if typed == entry.shown and not is_third:
        data = {}
    drafts.keep(user=request.user, place=entry.place, data=data)
    return saved() if fits else unsaved(form)
