"""What is filled in about a situational picture and its problems."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from coordination.actors.models import District
from coordination.situation import pictures, problems
from coordination.situation.models import PARTS, Problem, SituationalPicture
from coordination.situation.texts import keeps_all
from coordination.ui.fields import GuardedText
from coordination.ui.forms import PortalForm
from coordination.ui.lists import swedish

NOBODY = _("Do not write about individual persons.")
PART_HINTS = {
    "mapping": _("How common the crime is, where, and what it leads to."),
    "other": _("What else is known: from surveys, staff, inhabitants and associations."),
    "analysis": _("What it means together: why it looks like this, and what matters most."),
}
WHOLE, SOME = "whole", "some"


class PictureForm(PortalForm):
    """The texts of a draft, which may still lack a part; what is published may not."""

    mark_optional = False

    title = GuardedText(
        label=pictures.LABELS["title"],
        limit=120,
        error_messages={"required": pictures.NEEDED["title"]},
    )
    period = GuardedText(
        label=pictures.LABELS["period"],
        limit=60,
        help_text=_("Which time it describes, for example 2025–2026."),
        error_messages={"required": pictures.NEEDED["period"]},
        widget=forms.TextInput(attrs={"size": 30}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part, heading in PARTS.items():
            self.fields[part] = GuardedText(
                label=heading,
                limit=SituationalPicture._meta.get_field(part).max_length or 0,
                multiline=True,
                rows=12,
                required=False,
                help_text=format_lazy("{} {}", PART_HINTS[part], NOBODY),
            )


def _text(name: str, **more: Any) -> GuardedText:
    return GuardedText(
        label=problems.LABELS[name],
        limit=Problem._meta.get_field(name).max_length or 0,
        error_messages={"required": problems.NEEDED[name]},
        **more,
    )


class ProblemForm(PortalForm):
    """A problem, new or changed. A partnership coordinator chooses among their own districts, and the
    others' stay as they are."""

    mark_optional = False

    name = _text("name", help_text=_("In a few words, for example Recruiting outside schools."))
    scope = forms.ChoiceField(
        label=_("Where is it?"),
        choices=[
            (WHOLE, _("In the whole municipality")),
            (SOME, _("In certain housing districts")),
        ],
        widget=forms.RadioSelect,
    )
    districts = forms.ModelMultipleChoiceField(
        label=_("Housing districts"),
        queryset=District.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    description = _text("description", multiline=True, rows=5, help_text=NOBODY)
    causes = _text("causes", multiline=True, rows=5)
    source = _text(
        "source",
        multiline=True,
        rows=4,
        help_text=_(
            "What it stands on in this municipality: figures, reports, what staff have seen. A national"
            " picture alone is not enough."
        ),
    )
    risk = forms.ChoiceField(
        label=_("Risk"),
        choices=Problem.Risk.choices,
        required=False,
        help_text=_("The risk in the area, never of a person."),
    )

    def __init__(self, *args: Any, by: Any, problem: Problem | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._of_others: set[District] = set()
        self.fields["districts"].queryset = self._districts(by, problem)  # type: ignore[attr-defined]
        if not keeps_all(by):
            del self.fields["scope"]
            self.fields["districts"].help_text = _(
                "Your own. A strategic coordinator writes about others."
            )

    def _districts(self, by: Any, problem: Problem | None) -> QuerySet[District]:
        chosen = problem.districts.all() if problem else District.objects.none()
        if keeps_all(by):
            active = District.objects.active(timezone.localdate())
            offered = Q(pk__in=active.values("pk")) | Q(pk__in=chosen.values("pk"))
        else:
            own = District.objects.kept_by(by)
            offered = Q(pk__in=own.values("pk"))
            self._of_others = set(chosen.exclude(pk__in=own.values("pk")))
        return District.objects.filter(offered).order_by(swedish("name"))

    @property
    def of_others(self) -> list[str]:
        """Districts that somebody else answers for: they stay whatever is chosen here."""
        return sorted(one.name for one in self._of_others)

    @property
    def values(self) -> dict[str, Any]:
        """What the picture keeps of a problem, without the districts."""
        said = {name: self.cleaned_data[name] for name in (*problems.LABELS, "risk")}
        return said | {"whole_municipality": self.cleaned_data.get("scope") == WHOLE}

    @property
    def there(self) -> list[District]:
        """The districts that it is about."""
        return [*self.cleaned_data["districts"], *self._of_others]
