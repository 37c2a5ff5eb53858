"""A forum as a form: what it is, who leads it at first, its members and its standing items."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access.models import User
from coordination.access.vocabulary import HeldAt, roles_held_at
from coordination.actors.models import District, Organisation, PreventionLevel
from coordination.ui.fields import DateField, GuardedText, TimeField, row_key
from coordination.ui.forms import FormError, PortalForm, error_summary
from coordination.ui.lists import swedish
from forums import entries, register
from forums.models import Forum, ItemKind, Seat
from forums.refusals import Refused
from forums.register import Description, NewSeat, NewStandingItem

from .meetings import ShortForm

MEANS = gettext_lazy(
    "Only those who have a seat will see the forum. Coordinators without a seat lose it, with all its"
    " meetings and minutes. E-mail about it does not say its name. Once it has"
    " had meetings, this cannot be taken back."
)
"""What it means that a forum may handle information about individuals."""


class ForumForm(PortalForm):
    """What a forum is. `description` of a valid form is what the domain takes."""

    name = GuardedText(label=gettext_lazy("Name"), limit=register.NAME)
    purpose = GuardedText(
        label=gettext_lazy("Purpose"),
        limit=register.PURPOSE,
        multiline=True,
        rows=3,
        required=False,
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("Which forum is used?"),
        help_text=gettext_lazy("The guideline says that existing forums are used first."),
        choices=Forum.Basis.choices,
        widget=forms.RadioSelect,
    )
    basis_reason = GuardedText(
        label=gettext_lazy("Why is no existing forum enough?"),
        help_text=gettext_lazy("Needed for a new forum."),
        limit=register.BASIS_REASON,
        multiline=True,
        rows=3,
        required=False,
    )
    levels = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Prevention level"),
        queryset=PreventionLevel.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    districts = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Area"),
        help_text=gettext_lazy(
            "Choose none if the forum is for the whole municipality. The partnership coordinators of a"
            " district see its forums."
        ),
        queryset=District.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    age_group = GuardedText(
        label=gettext_lazy("Age group"),
        help_text=gettext_lazy("For example 13–16 years"),
        limit=register.AGE_GROUP,
        required=False,
    )
    minutes_form = forms.ChoiceField(
        label=gettext_lazy("Form of minutes"),
        choices=Forum.MinutesForm.choices,
        widget=forms.RadioSelect,
    )
    information_class = forms.ChoiceField(
        label=gettext_lazy("What the forum may handle"),
        choices=Forum.InformationClass.choices,
        widget=forms.RadioSelect,
    )
    confirmed = forms.BooleanField(
        label=gettext_lazy("Yes, the forum is to handle information about individuals"),
        required=False,
    )
    usual_start = TimeField(label=gettext_lazy("Meetings usually start"), required=False)
    usual_end = TimeField(label=gettext_lazy("Meetings usually end"), required=False)
    usual_place = GuardedText(
        label=gettext_lazy("Usual place"), limit=register.PLACE, required=False
    )
    interval_weeks = forms.IntegerField(
        label=gettext_lazy("Weeks between meetings"),
        min_value=1,
        max_value=52,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "input--4"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            gettext_lazy("Enter the weeks as a whole number from 1 to 52"),
        ),
    )

    mark_optional = frozenset(
        {"purpose", "levels", "districts", "age_group", "usual_start", "usual_end", "usual_place"}
    )
    asks = False
    """Whether the page asks to confirm what handling individuals means."""

    def __init__(self, *args: Any, forum: Forum | None = None, **kwargs: Any) -> None:
        self.forum = forum
        kwargs.setdefault("initial", _shown(forum) if forum else _usual())
        super().__init__(*args, **kwargs)
        self.fields["name"].error_messages["required"] = _("Enter the name of the forum")
        self.fields["levels"].queryset = PreventionLevel.objects.order_by("position")
        # A district that has ended is still chosen where it was.
        districts = District.objects.active(timezone.localdate())
        if forum:
            districts = District.objects.filter(pk__in=districts.values("pk")) | (
                District.objects.filter(pk__in=forum.districts.values("pk"))
            )
        self.fields["districts"].queryset = districts.order_by(swedish("name"))
        for name in ("name", "age_group", "usual_place"):
            self.fields[name].widget.attrs.pop("data-char-limit", None)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = values.get("usual_start"), values.get("usual_end")
        if start and end and end <= start:
            self.add_error("usual_end", _("The end time must be after the start time"))
        if values.get("basis") == Forum.Basis.NEW and not (
            values.get("basis_reason") or "basis_reason" in self.errors
        ):
            self.add_error("basis_reason", _("Enter why no existing forum is enough"))
        individuals = Forum.InformationClass.INDIVIDUALS
        raised = values.get("information_class") == individuals and not (
            self.forum and self.forum.handles_individuals
        )
        self.asks = raised
        if raised and not values.get("confirmed"):
            self.add_error(
                "confirmed", _("Confirm that the forum is to handle information about individuals")
            )
        return values

    @property
    def description(self) -> Description:
        return Description(
            **{name: value for name, value in self.cleaned_data.items() if name != "confirmed"}
        )


def _usual() -> dict[str, Any]:
    return {
        "minutes_form": Forum.MinutesForm.NOTES,
        "information_class": Forum.InformationClass.NONE,
        "interval_weeks": 6,
    }


def _shown(forum: Forum) -> dict[str, Any]:
    plain = [name for name in ForumForm.base_fields if name not in ("confirmed", "interval_weeks")]
    shown = {name: getattr(forum, name) for name in plain if name not in ("levels", "districts")}
    return shown | {
        "interval_weeks": forum.interval_weeks,
        "levels": forum.levels.values_list("pk", flat=True),
        "districts": forum.districts.values_list("pk", flat=True),
    }


# Members -----------------------------------------------------------------------------------------


class PersonField(forms.ModelChoiceField):
    """Somebody with an account; the user name tells apart those who share a name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=User.objects.none(), **kwargs)

    def offer(self, people: QuerySet[User]) -> None:
        self.queryset = people.order_by(swedish("first_name"), swedish("last_name"), "pk")
        names = [str(one) for one in self.queryset]
        self._shared = {name for name in names if names.count(name) > 1}

    def label_from_instance(self, person: User) -> str:
        name = str(person)
        return f"{name} ({person.username})" if name in self._shared else name


def _organisations(on: date) -> QuerySet[Organisation]:
    return Organisation.objects.active(on).order_by(swedish("name"))


class LeaderForm(ShortForm):
    """Who leads a new forum: the chair, or the secretary, which it may do without."""

    who = PersonField(label=gettext_lazy("Person"), empty_label=gettext_lazy("Choose person"))
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("Choose organisation"),
    )

    mark_optional = False

    def __init__(self, *args: Any, role: str, **kwargs: Any) -> None:
        super().__init__(*args, prefix=role, **kwargs)
        self.role = role
        self.fields["who"].offer(User.objects.filter(is_active=True))
        self.fields["organisation"].queryset = _organisations(timezone.localdate())
        if role == "chair":
            self.fields["who"].error_messages["required"] = _("Choose at least one chair")
        else:
            self.fields["who"].required = False

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        who = values.get("who")
        if who and not values.get("organisation") and "organisation" not in self.errors:
            asked = _("Enter the organisation %(name)s comes from") % {"name": who}
            self.add_error("organisation", asked)
        return values

    @property
    def seat(self) -> NewSeat | None:
        who = self.cleaned_data["who"]
        if who is None:
            return None
        return NewSeat(self.cleaned_data["organisation"], role=self.role, user=who)


class SeatForm(ShortForm):
    """What a seat is: its role, where the person comes from and the function."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role in the forum"), choices=roles_held_at(HeldAt.FORUM)
    )
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("Choose organisation"),
    )
    function = GuardedText(
        label=gettext_lazy("Function"),
        help_text=gettext_lazy("For example unit manager"),
        limit=register.FUNCTION,
        required=False,
    )

    mark_optional = frozenset({"function", "valid_to", "who"})

    def __init__(self, *args: Any, seat: Seat | None = None, **kwargs: Any) -> None:
        if seat:
            names = ("role", "organisation", "function")
            kwargs["initial"] = {name: getattr(seat, name) for name in names}
        else:
            kwargs.setdefault("initial", {"role": "member", "valid_from": timezone.localdate()})
        super().__init__(*args, **kwargs)
        organisations = _organisations(timezone.localdate())
        if seat:
            # One that has ended still stands where it stood.
            organisations = organisations | Organisation.objects.filter(pk=seat.organisation_id)
        self.fields["organisation"].queryset = organisations


class NewSeatForm(SeatForm):
    """Somebody who becomes a member: who, where from, as what, and on which days."""

    who = PersonField(
        label=gettext_lazy("Person"),
        help_text=gettext_lazy(
            "Whoever has an account. Leave empty for a function that different people fill."
        ),
        empty_label=gettext_lazy("Nobody with an account"),
        required=False,
    )
    valid_from = DateField(label=gettext_lazy("First day"))
    valid_to = DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Leave empty for until further notice."),
        required=False,
    )
    field_order = ("who", "organisation", "function", "role", "valid_from", "valid_to")

    def __init__(self, *args: Any, forum: Forum, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seated = forum.seats.filter(user__isnull=False, valid_to=None).values("user_id")
        self.fields["who"].offer(User.objects.filter(is_active=True).exclude(pk__in=seated))

    def add_refusal(self, refusal: Exception, field: str | None = None) -> None:
        at = field or getattr(refusal, "field", None)
        super().add_refusal(refusal, "who" if at == "name" else at)

    @property
    def seat(self) -> NewSeat:
        values = self.cleaned_data
        return NewSeat(
            values["organisation"],
            role=values["role"],
            user=values["who"],
            function=values["function"],
        )


class EndSeatForm(PortalForm):
    """The last day of a seat, or none."""

    valid_to = DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("The person sees the forum to the end of that day."),
    )
    mistake = forms.BooleanField(
        label=gettext_lazy("Added by mistake: take the membership away now"),
        required=False,
    )

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        self.seat = seat
        kwargs["initial"] = {"valid_to": seat.valid_to or timezone.localdate()}
        super().__init__(*args, **kwargs)
        if not seat.may_be_taken_back(timezone.localdate()):
            del self.fields["mistake"]

    def clean_valid_to(self) -> date:
        last: date = self.cleaned_data["valid_to"]
        if self.seat.valid_from <= timezone.localdate() and last < self.seat.valid_from:
            raise forms.ValidationError(_("The last day cannot be before the first."))
        return last


# Standing items ----------------------------------------------------------------------------------


class StandingForm(ShortForm):
    """One standing item."""

    follow = forms.BooleanField(widget=forms.HiddenInput, required=False)
    title = GuardedText(label=gettext_lazy("Heading"), limit=entries.ITEM_TITLE, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ItemKind.choices, required=False)

    mark_optional = False

    @property
    def follows_up(self) -> bool:
        return str(self["follow"].value() or "") in ("True", "on", "1")

    def item(self) -> NewStandingItem:
        values = self.cleaned_data
        return NewStandingItem(
            title=values.get("title") or "",
            kind=values.get("kind") or ItemKind.INFORMATION,
            is_follow_up=bool(values.get("follow")),
        )


class StandingItemsForm:
    """The page of standing items: its rows, the last one empty; buttons move and remove them."""

    def __init__(self, forum: Forum, data: Any = None) -> None:
        self.forum = forum
        self.data = data
        self.version = forum.version if data is None else row_key(data.get("version", "")) or 0
        self.general: list[FormError] = []
        if data is None:
            stored = [
                {"follow": one.is_follow_up, "title": one.title, "kind": one.kind}
                for one in forum.standing_items.order_by("position")
            ]
            self.rows = [
                StandingForm(initial=values, prefix=f"standing-{index}")
                for index, values in enumerate([*stored, {}])
            ]
        else:
            count = min(row_key(data.get("standing-count", "")) or 0, 2 * register.MOST_STANDING)
            self._number([self._typed(f"standing-{index}") for index in range(count)])

    def _typed(self, prefix: str) -> dict[str, str]:
        return {name: self.data.get(f"{prefix}-{name}", "") for name in StandingForm.base_fields}

    def _number(self, typed: Sequence[dict[str, str]]) -> None:
        self.rows = []
        for index, values in enumerate(typed):
            prefix = f"standing-{index}"
            data = {f"{prefix}-{name}": value for name, value in values.items()}
            self.rows.append(StandingForm(data, prefix=prefix))

    def rearrange(self, wish: str) -> str:
        """Does what a row's button asks for; returns where on the page to come back to."""
        name, _dash, number = wish.partition("-")
        index = row_key(number)
        typed = [
            {key: row.data.get(row.add_prefix(key), "") for key in StandingForm.base_fields}
            for row in self.rows
        ]
        if name == "add":
            return "#new-item"
        if index is None or index >= len(typed):
            return ""
        if name == "remove":
            del typed[index]
            self._number(typed)
            return "#items"
        other = index + {"up": -1, "down": 1}.get(name, 0)
        if name in ("up", "down") and 0 <= other < len(typed):
            typed[index], typed[other] = typed[other], typed[index]
            self._number(typed)
            return f"#item-{other}"
        return ""

    def is_valid(self) -> bool:
        kept = [row for row in self.rows if row.data.get(row.add_prefix("title"), "").strip()]
        emptied = [row for row in self.rows if row not in kept and row is not self.rows[-1]]
        faults = [row for row in self.rows if not row.is_valid()]
        for row in emptied:
            row.add_error("title", _("Enter what the item is about"))
        self._kept = kept
        return not faults and not emptied

    def items(self) -> list[NewStandingItem]:
        """The items of a valid form."""
        return [row.item() for row in self._kept]

    def add_refusal(self, refusal: Refused) -> None:
        _start, number, name = [*(refusal.field or "").split("-", 2), "", ""][:3]
        index = row_key(number)
        if name and index is not None and index < len(self._kept):
            self._kept[index].add_refusal(refusal, name)
        else:
            self.general.append(FormError("", str(refusal)))

    @property
    def errors(self) -> list[FormError]:
        return [*self.general, *error_summary(*self.rows)]

    @property
    def shown_rows(self) -> list[StandingForm]:
        """The rows, the last one empty to write a new item in."""
        rows = list(self.rows)
        if not rows or rows[-1]["title"].value():
            rows.append(StandingForm(prefix=f"standing-{len(rows)}"))
        return rows
