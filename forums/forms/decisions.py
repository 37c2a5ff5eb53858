"""What the list of decisions can be narrowed to."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coordination.ui import matching
from coordination.ui.lists import FilterForm
from forums import decisions

PROGRESS = {
    decisions.UNTRACKED: _("No actions"),
    decisions.UNDER_WAY: _("Under way"),
    decisions.ACTIONS_DONE: _("All actions done"),
    decisions.DONE: _("Carried out"),
    decisions.DROPPED: _("All actions struck"),
}


class DecisionFilter(FilterForm):
    """Words, forum, period, what came of it, whether it is to be reported, and whether it was left."""

    words = forms.CharField(label=_("Words in the decision"), max_length=matching.MOST)
    forum = forms.ChoiceField(label=_("Forum"))
    period = forms.ChoiceField(
        label=_("Period"),
        choices=[
            ("", _("All")),
            ("quarter", _("The last three months")),
            ("year", _("The last twelve months")),
        ],
    )
    progress = forms.ChoiceField(
        label=_("What came of it"), choices=[("", _("All")), *PROGRESS.items()]
    )
    report = forms.BooleanField(label=_("Only those to be reported to management"))
    undone = forms.BooleanField(label=_("Only those that nobody has carried out"))

    def __init__(
        self, *args: Any, now: datetime, forums: Iterable[tuple[int, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._now = now
        if "forum" in self.fields:
            self.fields["forum"].choices = [
                ("", _("All")),
                *((str(key), name) for key, name in forums),
            ]

    def narrow(self, queryset: QuerySet) -> QuerySet:
        chosen, now = self.cleaned_data, self._now
        if typed := chosen.get("words"):
            # Words too short to search for find nothing, so that the list never seems complete.
            wanted = matching.words(typed)
            queryset = queryset.filter(wanted.within("text")) if wanted else queryset.none()
        if forum := chosen.get("forum"):
            queryset = queryset.filter(item__meeting__forum_id=forum)
        since = {"quarter": timedelta(days=91), "year": timedelta(days=365)}
        if length := since.get(chosen.get("period", "")):
            queryset = queryset.filter(item__meeting__starts_at__range=(now - length, now))
        if progress := chosen.get("progress"):
            queryset = queryset.filter(progress=progress)
        if chosen.get("report"):
            queryset = queryset.filter(report_to_management=True)
        if chosen.get("undone"):
            queryset = decisions.nobody_carried_out(queryset, timezone.localdate(now))
        return queryset


class DecisionsOfForum(DecisionFilter):
    """The same, without the forum."""

    forum = None  # type: ignore[assignment]
