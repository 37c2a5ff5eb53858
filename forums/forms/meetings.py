"""The plan of a meeting as a form: time and place, agenda rows, who is called."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coordination.access.models import User
from coordination.actors.models import Organisation
from coordination.ui.fields import DateField, GuardedText, TimeField, row_key
from coordination.ui.forms import FormError, PortalForm, error_summary
from forums import agenda, entries, meetings, rescheduling
from forums.agenda import Invited, PlannedItem
from forums.models import Document, ItemKind, Meeting
from forums.refusals import Refused

from . import merging

LONGEST_ITEM = 600
COMING = "coming"
"""What the plan page sends when a new time or place is meant for the coming meetings too."""
"""Minutes. Nobody plans an item longer than a working day."""


class ShortForm(PortalForm):
    """A form of short fields: a counter beside each would be noise, too long is said on saving."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("data-char-limit", None)


class FromTo(PortalForm):
    """A day with a beginning and an end, in that order: told together with every other fault of the
    page, and not when those are mended."""

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        starts, ends = values.get("starts"), values.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("The end time must be after the start time"))
        return values


class TimesForm(ShortForm, FromTo):
    """When and where a meeting is."""

    date = DateField(label=_("Date"))
    starts = TimeField(label=_("Starts"))
    ends = TimeField(label=_("Ends"))
    place = GuardedText(label=_("Place"), limit=entries.PLACE, required=False)

    @property
    def starts_at(self) -> datetime:
        return agenda.local(self.cleaned_data["date"], self.cleaned_data["starts"])

    @property
    def ends_at(self) -> datetime:
        return agenda.local(self.cleaned_data["date"], self.cleaned_data["ends"])

    @staticmethod
    def initial_of(starts_at: datetime, ends_at: datetime, place: str) -> dict[str, Any]:
        return {"date": starts_at, "starts": starts_at, "ends": ends_at, "place": place}


class ItemForm(ShortForm):
    """One row of the agenda."""

    id = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    title = GuardedText(label=_("Heading"), limit=entries.ITEM_TITLE, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=ItemKind.choices, required=False)
    presenter = GuardedText(label=_("Presenter"), limit=entries.PERSON_NAME, required=False)
    minutes = forms.IntegerField(
        label=_("Planned minutes"),
        required=False,
        min_value=1,
        max_value=LONGEST_ITEM,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "input--4"}),
        error_messages={
            "invalid": _("Enter the minutes as a whole number, e.g. 15"),
            "min_value": _("Enter the minutes as a whole number, e.g. 15"),
            "max_value": _("An item can be at most %(limit_value)s minutes"),
        },
    )

    mark_optional = frozenset({"presenter", "minutes"})
    papers: Sequence[Document] = ()
    """The item's documents, to be shown with the row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["presenter"].widget.attrs["list"] = "people"

    @property
    def is_blank(self) -> bool:
        values = self.cleaned_data
        return not (values.get("id") or values.get("title") or values.get("presenter"))

    def planned(self) -> PlannedItem:
        values = self.cleaned_data
        return PlannedItem(
            title=values.get("title") or "",
            kind=values.get("kind") or ItemKind.INFORMATION,
            presenter=values.get("presenter") or "",
            planned_minutes=values.get("minutes"),
            pk=values.get("id"),
        )


class GuestForm(ShortForm):
    """One more participant, from the portal or from elsewhere."""

    guest_name = GuardedText(
        label=_("Name"),
        limit=entries.PERSON_NAME,
        required=False,
        help_text=_("Leave empty when only the function is known."),
    )
    guest_function = GuardedText(label=_("Function"), limit=120, required=False)
    guest_organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Choose organisation"),
    )

    mark_optional = False

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._colleagues = colleagues
        self.fields["guest_organisation"].queryset = Organisation.objects.active(
            timezone.localdate()
        ).order_by("name", "pk")
        self.fields["guest_name"].widget.attrs["list"] = "colleagues"

    def invited(self) -> Invited | None:
        """The guest, as the colleague of that name when there is exactly one; None: nobody."""
        values = self.cleaned_data
        name, function = values.get("guest_name") or "", values.get("guest_function") or ""
        if not name and not function:
            return None
        known = [one for one in self._colleagues if str(one).casefold() == name.casefold()]
        return Invited(
            organisation=values.get("guest_organisation"),
            user=known[0] if len(known) == 1 else None,
            name=name,
            function=function,
            is_guest=True,
        )


@dataclass(frozen=True)
class Person:
    """Somebody who is called, or could be: a row with a box to tick."""

    key: str
    invited: Invited
    called: bool
    is_reached: bool
    """Has an account with an address: the invitation reaches them by mail."""


class PlanForm:
    """The whole plan page: bound to what was sent, or showing the plan as it stands.

    `is_valid`, then `plan` gives what `meetings.change` takes. Where a new time or place is meant for
    the coming meetings of the series too (`moves_series`), that plan has the old ones: they are changed
    together, on a page of their own. `move` and `remove` rearrange the
    agenda rows first. A refusal of the domain is put at its row by `add_refusal`. When somebody else
    has saved the plan meanwhile, that puts both together, and `notices` says what the other changed.
    """

    def __init__(self, meeting: Meeting, data: Any = None) -> None:
        self.meeting = meeting
        self.data = data
        self.is_bound = data is not None
        # A page that is shown again still starts from the plan that it was first shown with.
        self.version = meeting.version if data is None else self._sent_version()
        self.times = TimesForm(
            data,
            initial=TimesForm.initial_of(meeting.starts_at, meeting.ends_at, meeting.place),
        )
        self.rows = self._bound_rows(data) if data is not None else self._rows_of_plan()
        self.people = list(self._people(set(data.getlist("called")) if self.is_bound else None))
        self.colleagues = list(
            User.objects.filter(is_active=True)
            .exclude(pk__in=[one.invited.user.pk for one in self.people if one.invited.user])
            .order_by("first_name", "last_name", "pk")
        )
        self.guest = GuestForm(data, colleagues=self.colleagues)  # type: ignore[arg-type]
        self.general: list[FormError] = []
        self.notices: list[str] = []
        self.following = rescheduling.following(meeting, now=timezone.now())
        self.goes_on = bool(self.following) and self.is_bound and data.get("scope") == COMING
        self.seen = self._as_shown().written() if data is None else data.get("seen", "")

    def _rows_of_plan(self) -> list[ItemForm]:
        initial = [
            {
                "id": item.pk,
                "title": item.title,
                "kind": item.kind,
                "presenter": item.presenter,
                "minutes": item.planned_minutes,
            }
            for item in self.meeting.items.in_order()
        ]
        return [
            ItemForm(initial=values, prefix=f"items-{index}")
            for index, values in enumerate([*initial, {}])
        ]

    def _bound_rows(self, data: Any) -> list[ItemForm]:
        rows = range(min(self._sent_rows(), agenda.READ_ITEMS))
        return [ItemForm(data, prefix=f"items-{index}") for index in rows]

    def _sent_rows(self) -> int:
        return row_key(self.data.get("items-count", "")) or 0

    def _people(self, ticked: set[str] | None) -> Iterator[Person]:
        seated = set()
        rows = self.meeting.participations.select_related("user", "organisation", "outside_address")
        for row in rows.in_order():
            seated.add(row.seat_id)
            invited = Invited(
                organisation=row.organisation,
                user=row.user,
                name=row.name,
                function=row.function,
                is_guest=row.is_guest,
                pk=row.pk,
            )
            has_address = hasattr(row, "outside_address")
            yield _person(f"p{row.pk}", invited, True, ticked, has_address)
        for invited in agenda.people_for(self.meeting.forum, on=self.meeting.day):
            if invited.seat is not None and invited.seat.pk not in seated:
                yield _person(f"s{invited.seat.pk}", invited, False, ticked)

    # What was sent

    def move(self, index: int, step: int) -> int:
        """The row changes place with the one before or after it. Returns where it is now."""
        other = index + step
        if not (0 <= index < len(self.rows) and 0 <= other < len(self.rows)):
            return index
        self.rows[index], self.rows[other] = self.rows[other], self.rows[index]
        self._renumber()
        return other

    def remove(self, index: int) -> None:
        """The row goes away."""
        if 0 <= index < len(self.rows):
            del self.rows[index]
            self._renumber()

    def _renumber(self) -> None:
        """Rows get the names of their new places, with what was typed in them."""
        names = list(ItemForm.base_fields)
        typed = [
            {name: row.data.get(row.add_prefix(name), "") for name in names} for row in self.rows
        ]
        self.rows = []
        for index, values in enumerate(typed):
            prefix = f"items-{index}"
            data = {f"{prefix}-{name}": value for name, value in values.items()}
            self.rows.append(ItemForm(data, prefix=prefix))

    def is_valid(self) -> bool:
        # Every part is asked, so that every error is shown at once.
        valid = [part.is_valid() for part in (self.times, *self.rows, self.guest)]
        # What was not read must not be taken for what was removed.
        if self._sent_rows() > agenda.READ_ITEMS:
            self.add_refusal(meetings.TooManyItems())
            return False
        return all(valid)

    def plan(self) -> dict[str, Any]:
        """The arguments of `meetings.change`, of a valid form."""
        # The rows keep their numbers in the domain's refusals, so blank ones go first.
        self.rows = [row for row in self.rows if not row.is_blank]
        self._renumber()
        for row in self.rows:
            row.full_clean()
        invited = [one.invited for one in self.people if one.called]
        guest = self.guest.invited()
        when_and_where = self._stands if self.moves_series else self._wished
        return {
            "version": self._sent_version(),
            **when_and_where,
            "items": [row.planned() for row in self.rows],
            "invited": [*invited, guest] if guest else invited,
        }

    @property
    def moves_series(self) -> bool:
        """Whether a valid form asks for another time or place of this meeting and the coming ones."""
        return self.goes_on and self._wished != self._stands

    @property
    def _wished(self) -> dict[str, Any]:
        return {
            "starts_at": self.times.starts_at,
            "ends_at": self.times.ends_at,
            "place": self.times.cleaned_data["place"],
        }

    @property
    def _stands(self) -> dict[str, Any]:
        meeting = self.meeting
        return {
            "starts_at": meeting.starts_at,
            "ends_at": meeting.ends_at,
            "place": meeting.place,
        }

    def _sent_version(self) -> int:
        try:
            return int(self.data.get("version", ""))
        except ValueError:
            return -1

    def add_refusal(self, refusal: Refused) -> None:
        """Puts the domain's sentence at the row and field it names, else on the page as a whole."""
        self.meeting.refresh_from_db()
        if isinstance(refusal, meetings.PlanChanged):
            self._merge()
        field = refusal.field or ""
        if field.startswith("items-"):
            _start, number, name = [*field.split("-", 2), "", ""][:3]
            if number.isdigit() and int(number) < len(self.rows):
                row = self.rows[int(number)]
                return row.add_refusal(refusal, name if name in row.fields else "title")
        if field.startswith("participants-"):
            last = field.rsplit("-", 1)[-1]
            return self.guest.add_refusal(refusal, f"guest_{last}")
        if self.is_bound and field in self.times.fields:
            return self.times.add_refusal(refusal)
        anchors = {
            "items": f"id_items-{len(self.rows)}-title",
            "participants": "id_guest_name",
            **{name: f"id_{name}" for name in self.times.fields},
        }
        self.general.append(FormError(anchors.get(field, ""), str(refusal)))

    def _as_shown(self) -> merging.Plan:
        """The plan of a page that shows it, or of a valid one that was sent."""
        items = [
            {name: str(row[name].value() or "") for name in ("id", *merging.ITEM_FIELDS)}
            for row in self.rows
        ]
        return merging.Plan(
            times={name: _text(self.times, name) for name in self.times.fields},
            items=[row for row in items if row["id"] or row["title"]],
            called={one.key: one.invited.label for one in self.people if one.called},
        )

    def _merge(self) -> None:
        """Shows what was typed together with what somebody else has saved, to be saved once more."""
        stored = PlanForm(self.meeting)
        merged = merging.merge(
            base=merging.read(self.data.get("seen", "")),
            mine=self._as_shown(),
            theirs=stored._as_shown(),
            labels={name: str(one.label) for name, one in self.times.fields.items()},
        )
        self.times = TimesForm(merged.times)
        self.rows = []
        for index, row in enumerate(merged.items):
            prefix = f"items-{index}"
            data = {f"{prefix}-{name}": text for name, text in row.items()}
            self.rows.append(ItemForm(data, prefix=prefix))
        self.people = list(self._people(merged.called))
        self.notices = merged.notices
        self.version, self.seen = stored.version, stored.seen

    # What is shown

    @property
    def errors(self) -> list[FormError]:
        """Every error of the page, in its order."""
        return [*self.general, *error_summary(self.times, *self.rows, self.guest)]

    @property
    def shown_rows(self) -> list[ItemForm]:
        """The rows, the last one empty to write a new item in."""
        rows = list(self.rows)
        if self.is_bound and (not rows or any(_typed(rows[-1]))):
            rows.append(ItemForm(prefix=f"items-{len(rows)}"))
        return rows

    @property
    def minutes_sum(self) -> int:
        """How many minutes the items take together, of those that say so."""
        total = 0
        for row in self.rows:
            value = row["minutes"].value()
            total += row_key(str(value or "").strip()) or 0
        return total

    @property
    def reached(self) -> list[Person]:
        return [one for one in self.people if one.called and one.is_reached]

    @property
    def unreached(self) -> list[Person]:
        return [one for one in self.people if one.called and not one.is_reached]


def _typed(row: ItemForm) -> list[str]:
    return [value for name in ("id", "title", "presenter") if (value := row[name].value())]


def _text(form: TimesForm, name: str) -> str:
    """The field as it is shown; of a sent form, as it is understood."""
    if not form.is_bound:
        return str(form[name].value() or "")
    return str(form.fields[name].prepare_value(form.cleaned_data.get(name)) or "")


def _person(
    key: str, invited: Invited, called: bool, ticked: set[str] | None, has_address: bool = False
) -> Person:
    user = invited.user
    return Person(
        key=key,
        invited=invited,
        called=called if ticked is None else key in ticked,
        is_reached=bool(user and user.is_active and user.email) or has_address,
    )
