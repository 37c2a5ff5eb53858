"""The one long form for a meeting that has been held: when, who, what was said."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms import all_valid, formset_factory
from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from coordination.ui.fields import DateField, GuardedText, TimeField, row_key
from coordination.ui.forms import FormError, PortalForm, PortalFormSet, error_summary
from coordination.ui.guard import REFUSAL, find_identity_number
from forums import agenda, entries, finishing
from forums.afterwards import (
    ActionRecord,
    AttendanceRecord,
    CarriedRecord,
    DecisionRecord,
    HeldAlready,
    ItemRecord,
    Prefill,
)
from forums.agenda import Invited
from forums.models import Action, AgendaItem, Forum, ItemKind, Meeting
from forums.owners import LONGEST
from forums.refusals import Refused

from .meetings import FromTo
from .proceedings import ATTENDANCE

MOST_ACTIONS, MOST_ACTIONS_OF_ALL = 5, 60
READ_ACTIONS = 10
"""So many rows of a page are shown again, so that nobody loses what stands over the limits."""
LONGEST_KEPT = 20_000
"""Characters in one field of a draft: well over what any of them may hold when it is saved."""
_COUNTS = "(?:TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS"
_NAME = re.compile(
    "_once|date|starts|ends|place|another"
    "|participants-(?:seat[0-9]{1,9}|user[0-9]{1,9}|[0-9a-f]{12})-(?:attendance|substitute_name)"
    "|carried-[0-9]{1,9}-(?:outcome|due|reason)"
    f"|items-{_COUNTS}"
    "|items-[0-9]{1,2}-(?:title|notes|decisions|report|postponed|kind|follow_up|carried_from)"
    f"|items-[0-9]{{1,2}}-actions-(?:{_COUNTS}|[0-9]{{1,2}}-(?:text|owners|due))"
)
TOO_MANY = _(
    "One meeting can have at most %(items)s items, %(each)s actions under one item and %(all)s "
    "actions in all. Remove rows, or put two items together."
)
TOO_LONG_TO_KEEP = _("One of the texts is too long to be kept. Shorten it.")


class Times(FromTo):
    """When and where the meeting was held."""

    mark_optional = frozenset({"place"})

    date = DateField(label=_("Date"), past=True, widget=forms.TextInput(attrs={"size": 14}))
    starts = TimeField(label=_("Start"))
    ends = TimeField(label=_("End"))
    place = GuardedText(label=_("Place"), limit=entries.PLACE, required=False)
    another = forms.BooleanField(label=_("It is another meeting"), required=False)


class Person(PortalForm):
    """Whether one of those who were called came."""

    mark_optional = False

    attendance = forms.ChoiceField(
        choices=ATTENDANCE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Record attendance before closing the meeting")},
    )
    substitute_name = GuardedText(
        label=_("Name of the substitute"), limit=entries.PERSON_NAME, required=False
    )

    def __init__(self, person: Invited, data: Any = None) -> None:
        super().__init__(data, prefix=f"participants-{_key(person)}")
        self.person = person
        self.fields["attendance"].label = person.label
        self.fields["substitute_name"].widget.attrs.pop("data-char-limit", None)

    def record(self) -> AttendanceRecord:
        return AttendanceRecord(person=self.person, **self.cleaned_data)


def _key(person: Invited) -> str:
    """Tells the row of a person, so that a seat given or ended meanwhile shifts no answers."""
    if person.seat is not None:
        return f"seat{person.seat.pk}"
    if person.user is not None:
        return f"user{person.user.pk}"
    words = f"{person.label}|{person.organisation}".encode()
    return hashlib.sha256(words).hexdigest()[:12]


class Carried(PortalForm):
    """What was said about one action from an earlier meeting."""

    mark_optional = False
    OUTCOMES = (
        ("", _("Not taken up")),
        ("done", _("Done")),
        ("moved", _("New date")),
        ("struck", _("Strike")),
    )

    outcome = forms.ChoiceField(
        choices=OUTCOMES, widget=forms.RadioSelect, required=False, initial=""
    )
    due = DateField(
        label=_("New date"),
        required=False,
        help_text="",
        widget=forms.TextInput(attrs={"size": 14}),
    )
    reason = GuardedText(label=_("Reason"), limit=entries.REASON, required=False)

    def __init__(self, action: Action, data: Any = None) -> None:
        super().__init__(data, prefix=f"carried-{action.pk}")
        self.action = action
        self.fields["outcome"].label = action.text
        self.fields["reason"].widget.attrs.pop("data-char-limit", None)

    def record(self) -> CarriedRecord:
        return CarriedRecord(action=self.action, **self.cleaned_data)


class NewAction(PortalForm):
    """An action that was decided; an empty row is none."""

    mark_optional = False

    text = GuardedText(label=_("What"), limit=entries.ACTION_TEXT, required=False)
    owners = GuardedText(
        label=_("Responsible"),
        limit=LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"list": "people"}),
    )
    due = DateField(
        label=_("Due"),
        required=False,
        help_text="",
        widget=forms.TextInput(attrs={"size": 14}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("text", "owners"):
            self.fields[name].widget.attrs.pop("data-char-limit", None)

    @property
    def is_used(self) -> bool:
        """The date is prefilled, and says nothing alone."""
        return bool(self.cleaned_data.get("text") or self.cleaned_data.get("owners"))


class Item(PortalForm):
    """One item: what was said, decided and given to somebody."""

    mark_optional = frozenset({"notes", "decisions"})

    title = GuardedText(label=_("Item"), limit=entries.ITEM_TITLE, required=False)
    notes = GuardedText(
        label=_("Notes"), limit=entries.ITEM_NOTES, multiline=True, rows=3, required=False
    )
    decisions = GuardedText(
        label=_("Decisions"),
        limit=6 * entries.DECISION_TEXT,
        multiline=True,
        rows=2,
        required=False,
        help_text=_("One decision on each line"),
    )
    report = forms.BooleanField(label=_("To be reported to management"), required=False)
    postponed = forms.BooleanField(label=_("Postponed to the next meeting"), required=False)
    kind = forms.ChoiceField(choices=ItemKind, widget=forms.HiddenInput, required=False)
    follow_up = forms.BooleanField(widget=forms.HiddenInput, required=False)
    carried_from = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, due: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title", "decisions"):
            self.fields[name].widget.attrs.pop("data-char-limit", None)
        self.actions = ActionRows(
            self.data if self.is_bound else None,
            prefix=f"{self.prefix}-actions",
            form_kwargs={"initial": {"due": due}},
        )

    @property
    def is_told(self) -> bool:
        """Whether anything stands in the row at all."""
        used = any(row.is_used for row in self.actions.forms)
        return bool(
            used or any(self.cleaned_data[name] for name in ("title", "notes", "decisions"))
        )

    def record(self, carried_from: Mapping[int, AgendaItem]) -> ItemRecord:
        typed = self.cleaned_data
        return ItemRecord(
            title=typed["title"],
            notes=typed["notes"],
            kind=typed["kind"] or ItemKind.INFORMATION,
            outcome=AgendaItem.Outcome.POSTPONED if typed["postponed"] else "",
            is_follow_up=typed["follow_up"],
            carried_from=carried_from.get(typed["carried_from"] or 0),
            decisions=[
                DecisionRecord(text=line.strip(), report_to_management=typed["report"])
                for line in typed["decisions"].split("\n")
                if line.strip()
            ],
            actions=[ActionRecord(**row.cleaned_data) for row in self.actions.forms if row.is_used],
        )


ActionRows = formset_factory(
    NewAction, formset=PortalFormSet, extra=1, max_num=MOST_ACTIONS, absolute_max=READ_ACTIONS
)
ItemRows = formset_factory(
    Item, formset=PortalFormSet, extra=0, max_num=agenda.MOST_ITEMS, absolute_max=agenda.READ_ITEMS
)


class AfterwardsForm:
    """The whole page. Bound to what was sent or drafted, else filled in from the forum."""

    def __init__(self, forum: Forum, prefill: Prefill, data: QueryDict | None = None) -> None:
        self.forum, self.prefill, self.data = forum, prefill, data
        starts = timezone.localtime(prefill.starts_at)
        initial = {
            "starts": starts.time(),
            "ends": timezone.localtime(prefill.ends_at).time(),
            "place": prefill.place,
        }
        if prefill.meeting is not None:
            initial["date"] = starts.date()
        self.times = Times(data, initial=initial)
        self.people = [Person(person, data) for person in prefill.people]
        self.carried = [Carried(action, data) for action in prefill.carried]
        self.items = ItemRows(
            data,
            prefix="items",
            initial=[
                {
                    "title": item.title,
                    "kind": item.kind,
                    "follow_up": item.is_follow_up,
                    "carried_from": item.carried_from.pk if item.carried_from else None,
                }
                for item in prefill.items
            ],
            form_kwargs={"due": self.usual_due},
        )
        self.whole: list[FormError] = []
        self.told: list[Item] = []
        self.same_time: Meeting | None = None

    @cached_property
    def usual_due(self) -> str:
        """An action is due at the next meeting unless somebody says otherwise."""
        now = timezone.now()
        following = agenda.ahead(self.forum, now=now).first()
        starts_at = following.starts_at if following else agenda.next_times(self.forum, now=now)[0]
        return timezone.localdate(starts_at).isoformat()

    @property
    def asks_another(self) -> bool:
        """Whether the forum has a meeting at that time, so that one has to say which this is."""
        return self.same_time is not None or bool(self.times["another"].value())

    @property
    def parts(self) -> list[Any]:
        """All forms of the page in the order they stand there."""
        rows = [part for item in self.items.forms for part in (item, item.actions)]
        return [self.times, *self.people, *self.carried, *rows]

    def is_valid(self) -> bool:
        fits = self.data is None or not has_too_many_rows(self.data)
        if not fits:
            self.whole.append(FormError("", too_many_rows()))
        return all_valid(self.parts) and fits

    @property
    def errors(self) -> list[FormError]:
        """For the error summary; the same sentence once, at its first place."""
        first: dict[str, FormError] = {}
        for error in (*self.whole, *error_summary(*self.parts)):
            first.setdefault(error.message, error)
        return list(first.values())

    def unjudged(self) -> "AfterwardsForm":
        """Shows what was typed as it stands, before anybody asked whether it is right."""
        for part in self.parts:
            if isinstance(part, PortalFormSet):
                part._errors, part._non_form_errors = [], ErrorList()
                for row in part.forms:
                    row._errors = ErrorDict()
            else:
                part._errors = ErrorDict()
        return self

    def said(self) -> dict[str, Any]:
        """What `afterwards.register_afterwards` is told."""
        times = self.times.cleaned_data
        known = {
            item.carried_from.pk: item.carried_from
            for item in self.prefill.items
            if item.carried_from
        }
        self.told = [form for form in self.items.forms if form.is_told]
        return {
            "forum": self.forum,
            "starts_at": agenda.local(times["date"], times["starts"]),
            "ends_at": agenda.local(times["date"], times["ends"]),
            "place": times["place"],
            "attendance": [one.record() for one in self.people],
            "carried": [one.record() for one in self.carried],
            "items": [form.record(known) for form in self.told],
            "meeting": self.prefill.meeting,
            "another": times["another"],
        }

    def add_refusal(self, refusal: Refused) -> None:
        """Puts the sentence at the row and field that the domain names."""
        if isinstance(refusal, HeldAlready):
            self.same_time = refusal.meeting
        if isinstance(refusal, finishing.CannotFinish):
            self.whole += [FormError("", problem.text) for problem in refusal.problems]
            return
        match (refusal.field or "").split("-"):
            case ["participants", index, *_rest]:
                self.people[int(index)].add_refusal(refusal, "substitute_name")
            case ["carried", index, name]:
                self.carried[int(index)].add_refusal(refusal, name)
            case ["items", index, "decisions", *_rest]:
                self.told[int(index)].add_refusal(refusal, "decisions")
            case ["items", index, "actions", row, name]:
                item = self.told[int(index)]
                used = [one for one in item.actions.forms if one.is_used]
                used[int(row)].add_refusal(refusal, name)
            case ["whole"]:
                self.whole.append(FormError("", str(refusal)))
            case ["items", index, name]:
                self.told[int(index)].add_refusal(refusal, name)
            case _:
                self.times.add_refusal(refusal)


def all_present(data: QueryDict, people: Sequence[Person]) -> QueryDict:
    """What was sent, and everyone of whom nothing was said is present."""
    changed = data.copy()
    for person in people:
        name = person.add_prefix("attendance")
        if not changed.get(name):
            changed[name] = "present"
    return changed


def one_more(data: QueryDict, rows: str, *, due: str) -> QueryDict:
    """What was sent, with one more row in the formset of that prefix; `due` stands in a new action."""
    changed = data.copy()
    name = f"{rows}-TOTAL_FORMS"
    total = row_key(changed.get(name, ""))
    if total is not None:
        if rows == "items":
            # A new item brings its own, yet empty, list of actions.
            changed[f"items-{total}-actions-TOTAL_FORMS"] = "1"
            changed[f"items-{total}-actions-INITIAL_FORMS"] = "0"
            changed[f"items-{total}-actions-0-due"] = due
        else:
            changed[f"{rows}-{total}-due"] = due
        changed[name] = str(total + 1)
    return changed


def has_too_many_rows(data: QueryDict) -> bool:
    """Whether the page has more items or actions than one meeting can have."""
    items = row_key(data.get("items-TOTAL_FORMS", "")) or 0
    # The page's own prefilled items are never too many.
    most = max(agenda.MOST_ITEMS, row_key(data.get("items-INITIAL_FORMS", "")) or 0)
    if items > min(most, agenda.READ_ITEMS):
        return True
    each = [
        row_key(data.get(f"items-{index}-actions-TOTAL_FORMS", "")) or 0 for index in range(items)
    ]
    return max(each, default=0) > MOST_ACTIONS or sum(each) > MOST_ACTIONS_OF_ALL


def too_many_rows() -> str:
    """The sentence that says how many rows a meeting can have."""
    most = {"items": agenda.MOST_ITEMS, "each": MOST_ACTIONS, "all": MOST_ACTIONS_OF_ALL}
    return str(TOO_MANY) % most


def kept(data: QueryDict) -> dict[str, str]:
    """What of a sent form is kept as a draft: the page's own fields and nothing else."""
    return {
        name: value
        for name, value in data.items()
        if _NAME.fullmatch(name) and find_identity_number(name) is None
    }


def why_not_kept(data: QueryDict) -> str:
    """What stands in the way of keeping the form as a draft, as a sentence; nothing when it can be."""
    if has_too_many_rows(data):
        return too_many_rows()
    values = kept(data).values()
    if any(len(value) > LONGEST_KEPT for value in values):
        return str(TOO_LONG_TO_KEEP)
    return str(REFUSAL) if any(find_identity_number(value) for value in values) else ""


def restored(draft: Mapping[str, str]) -> QueryDict:
    """A draft as if it were sent again."""
    data = QueryDict(mutable=True)
    data.update(draft)
    return data
