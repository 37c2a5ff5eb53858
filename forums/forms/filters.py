"""What the lists of meetings and action points can be narrowed to."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coordination.actors.models import PreventionLevel
from coordination.ui.lists import FilterForm
from forums import actions, statistics
from forums.models import PLAN_STATES, Action, Meeting
from forums.month import Month

MINE = "me"
AGES = {
    statistics.NEW: _("0–30 days"),
    statistics.AGEING: _("31–90 days"),
    statistics.OLD: _("more than 90 days"),
}
"""How long ago an action was decided."""


def _choices(rows: Iterable[tuple[Any, Any]], everything: Any) -> list[tuple[str, Any]]:
    return [("", everything), *((str(value), text) for value, text in rows)]


def to_write_up(now: datetime) -> Q:
    """Meetings that are over and have no minutes yet."""
    return Q(state__in=(*PLAN_STATES, Meeting.State.IN_PROGRESS), ends_at__lt=now)


class MeetingFilter(FilterForm):
    """Forum, status, period, prevention level and district."""

    forum = forms.ChoiceField(label=_("Forum"))
    status = forms.ChoiceField(
        label=_("Status"),
        choices=[
            ("", _("All")),
            ("planned", _("Planned")),
            ("called", _("Invitation sent")),
            ("in_progress", _("In progress")),
            ("to_write_up", _("To be written up")),
            ("writing_up", _("Being written up")),
            ("awaiting", _("Awaiting approval")),
            ("locked", _("Approved and locked")),
            ("cancelled", _("Cancelled")),
        ],
    )
    period = forms.ChoiceField(
        label=_("Period"),
        choices=[
            ("", _("All")),
            ("ahead", _("Coming")),
            ("quarter", _("The last three months")),
            ("year", _("The last twelve months")),
        ],
    )
    level = forms.ChoiceField(
        label=_("Prevention level"), choices=[("", _("All")), *PreventionLevel.Code.choices]
    )
    district = forms.ChoiceField(label=_("Housing district"))

    def __init__(
        self,
        *args: Any,
        now: datetime,
        forums: Iterable[tuple[int, str]] = (),
        districts: Iterable[tuple[int, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._now = now
        for name, rows in (("forum", forums), ("district", districts)):
            if name in self.fields:
                self.fields[name].choices = _choices(rows, _("All"))

    def narrow(self, queryset: QuerySet) -> QuerySet:
        chosen, now = self.cleaned_data, self._now
        if forum := chosen.get("forum"):
            queryset = queryset.filter(forum_id=forum)
        match chosen.get("status"):
            case "to_write_up":
                queryset = queryset.filter(to_write_up(now))
            case "planned" | "called" | "in_progress" as state:
                queryset = queryset.filter(state=state, ends_at__gte=now)
            case "writing_up" | "awaiting" | "locked" | "cancelled" as state:
                queryset = queryset.filter(state=state)
        match chosen.get("period"):
            case "ahead":
                queryset = queryset.filter(ends_at__gte=now)
            case "quarter":
                queryset = queryset.filter(starts_at__range=(now - timedelta(days=91), now))
            case "year":
                queryset = queryset.filter(starts_at__range=(now - timedelta(days=365), now))
        if level := chosen.get("level"):
            queryset = queryset.filter(forum__levels__code=level)
        if district := chosen.get("district"):
            queryset = queryset.filter(forum__districts=district)
        return queryset


class _MonthField(forms.CharField):
    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        found = Month.read(text)
        if found is None:
            raise forms.ValidationError(_("Choose one of the alternatives"))
        return found

    def validate(self, value: Any) -> None:
        """A month that could be read is one that can be shown."""

    def run_validators(self, value: Any) -> None:
        """As above: there is no text left to look at."""


class MonthFilter(MeetingFilter):
    """The filters of the list for one month: which one stands in place of the period."""

    month = _MonthField()
    period = None

    @property
    def chosen(self) -> Month:
        """The month to show: the one that the address names, or else this one."""
        return self.cleaned_data.get("month") or Month.of(timezone.localdate(self._now))

    def narrow(self, queryset: QuerySet) -> QuerySet:
        begins, ends = self.chosen.bounds
        return super().narrow(queryset).filter(starts_at__gte=begins, starts_at__lt=ends)


class MeetingsOfForum(MeetingFilter):
    """Status and period: everything else is the same for all meetings of a forum."""

    forum = level = district = None  # type: ignore[assignment]


class ActionFilter(FilterForm):
    """Who is responsible, which forum, its status and age, whether it is overdue or new."""

    owner = forms.ChoiceField(label=_("Responsible"), choices=[(MINE, _("Me"))])
    forum = forms.ChoiceField(label=_("Forum"))
    status = forms.ChoiceField(label=_("Status"), choices=[("", _("All")), *Action.State.choices])
    age = forms.ChoiceField(label=_("Age"), choices=[("", _("All")), *AGES.items()])
    overdue = forms.BooleanField(label=_("Only overdue"))
    latest = forms.BooleanField(label=_("Only from the forum's last meeting"))

    def __init__(
        self,
        *args: Any,
        user: Any,
        owners: Iterable[tuple[int, str]],
        forums: Iterable[tuple[int, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        others = [(pk, name) for pk, name in owners if pk != user.pk]
        self.fields["owner"].choices = _choices([(MINE, _("Me")), *others], _("All"))
        if "forum" in self.fields:
            self.fields["forum"].choices = _choices(forums, _("All"))

    def narrow(self, queryset: QuerySet) -> QuerySet:
        chosen = self.cleaned_data
        if owner := chosen.get("owner"):
            user = self._user.pk if owner == MINE else owner
            queryset = queryset.filter(
                pk__in=queryset.model.objects.filter(owners__user=user).values("pk")
            )
        if forum := chosen.get("forum"):
            queryset = queryset.filter(forum_id=forum)
        if status := chosen.get("status"):
            queryset = queryset.filter(state=status)
        if age := chosen.get("age"):
            queryset = queryset.filter(statistics.of_age(age, timezone.localdate()))
        if chosen.get("latest"):
            queryset = actions.from_last_meeting(queryset, self._user)
        if chosen.get("overdue"):
            queryset = queryset.overdue(timezone.localdate())  # type: ignore[attr-defined]
        return queryset


class ActionsOfForum(ActionFilter):
    """The same, without the forum."""

    forum = None  # type: ignore[assignment]
