"""What is filled in about a case by those who carry it: assessment, goal, follow-up, note."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cases import consents, documenting
from cases.documenting import Again, Answer, Stood
from cases.models import Assessment, Consent, Factor, FollowUp, Goal, Note
from coordination.ui import dates
from coordination.ui.fields import DateField, GuardedText
from coordination.ui.forms import PortalForm

ANSWERS = (
    ("yes", pgettext_lazy("factor", "Yes")),
    ("no", pgettext_lazy("factor", "No")),
    ("unknown", pgettext_lazy("factor", "Not known")),
)
BASIS = "{}_basis"


def _radio(label: Any, choices: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **more)


class AssessmentForm(PortalForm):
    """One assessment. Each factor has an answer and, where it is yes, what that builds on."""

    mark_optional = frozenset({"own_view", "guardian_view", "together_with"})

    needs = GuardedText(
        label=gettext_lazy("Needs"),
        limit=800,
        multiline=True,
        help_text=gettext_lazy("What the person needs now. Write nothing of views or faith."),
        error_messages={"required": gettext_lazy("Write what the person needs")},
    )
    own_view = GuardedText(
        label=gettext_lazy("The person's own view"), limit=500, multiline=True, required=False
    )
    guardian_view = GuardedText(
        label=gettext_lazy("The guardian's view"), limit=500, multiline=True, required=False
    )
    childs_best = GuardedText(
        label=gettext_lazy("The child's best"),
        limit=500,
        multiline=True,
        help_text=gettext_lazy("What is best for the child, and how you have found out."),
        error_messages={"required": gettext_lazy("Write what is best for the child")},
    )
    outcome = _radio(gettext_lazy("Overall assessment"), Assessment.Outcome.choices)
    together_with = GuardedText(
        label=gettext_lazy("Made together with"),
        limit=200,
        required=False,
        help_text=gettext_lazy("Functions, for example student supporter. No names are needed."),
    )

    def __init__(
        self,
        *args: Any,
        factors: Iterable[Factor],
        last: Assessment | None,
        of_a_child: bool,
        **kwargs: Any,
    ) -> None:
        self.factors = list(factors)
        super().__init__(*args, initial=_said_last(last, self.factors), **kwargs)
        if not of_a_child:
            del self.fields["childs_best"]
        for one in self.factors:
            asked = {"required": _("Answer about “%(factor)s”") % {"factor": one.name}}
            self.fields[one.code] = _radio(one.name, ANSWERS, error_messages=asked)
            self.fields[BASIS.format(one.code)] = GuardedText(
                label=_("What is it based on?"),
                limit=200,
                required=False,
                help_text=_("Needed if the answer is yes."),
            )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for one in self.factors:
            basis = BASIS.format(one.code)
            if said.get(one.code) == "yes" and basis in said and not said[basis]:
                asked = _("Describe what %(factor)s is based on") % {"factor": one.name.lower()}
                self.add_error(basis, asked)
        return said

    def values(self) -> dict[str, Any]:
        """What `documenting.assess` asks for."""
        said = self.cleaned_data
        answers = {one.code: said[one.code] for one in self.factors}
        bases = {code: said[BASIS.format(code)] for code, to in answers.items() if to == "yes"}
        texts = ("needs", "own_view", "guardian_view", "childs_best", "together_with", "outcome")
        return {name: said.get(name, "") for name in texts} | {
            "answers": {code: Answer(to, bases.get(code, "")) for code, to in answers.items()}
        }

    def groups(self) -> Iterator[tuple[str, list[tuple[BoundField, BoundField]]]]:
        """The factors under their headings: what protects comes first."""
        for kind, heading in HEADINGS:
            of_kind = [one.code for one in self.factors if one.kind == kind]
            yield str(heading), [(self[code], self[BASIS.format(code)]) for code in of_kind]


HEADINGS = (
    (Factor.Kind.PROTECTIVE, gettext_lazy("Protective factors")),
    (Factor.Kind.RISK, gettext_lazy("Risk factors")),
)


def _said_last(last: Assessment | None, factors: Iterable[Factor]) -> dict[str, Any]:
    """What the assessment before said. What nobody has answered is not known."""
    said: dict[str, Any] = {one.code: "unknown" for one in factors}
    if last is None:
        return said
    names = ("needs", "own_view", "guardian_view", "childs_best", "together_with", "outcome")
    said |= {name: getattr(last, name) for name in names}
    for code, one in documenting.answers_of(last).items():
        said |= {code: one.answer, BASIS.format(code): one.basis}
    return said


class JournalForm(PortalForm):
    """What the case is called in the ordinary system."""

    number = GuardedText(
        label=gettext_lazy("Number in the ordinary system"),
        limit=documenting.JOURNAL,
        help_text=gettext_lazy("The number of the case where its journal is kept. No name."),
        error_messages={
            "required": gettext_lazy("Enter the number of the case in the ordinary system")
        },
    )


class GoalForm(PortalForm):
    """A goal, the intervention that is to lead there, and when it is followed up."""

    text = GuardedText(
        label=gettext_lazy("Goal"),
        limit=150,
        help_text=gettext_lazy("In the person's words, for example I want somebody to talk to."),
        error_messages={"required": gettext_lazy("Write the goal in the person's words")},
    )
    intervention = forms.ChoiceField(
        label=gettext_lazy("Intervention"),
        choices=[("", gettext_lazy("Choose")), *Goal.Intervention.choices],
    )
    responsible = GuardedText(
        label=gettext_lazy("Who carries it out"),
        limit=120,
        help_text=gettext_lazy("An activity or a function. No name is needed."),
        error_messages={"required": gettext_lazy("Write who carries it out")},
    )
    starts_on = DateField(label=gettext_lazy("Start"), past=True)
    follow_up_on = DateField(
        label=gettext_lazy("Follow-up"),
        error_messages={
            "required": gettext_lazy("Enter when the plan is to be followed up"),
        },
    )
    is_voluntary = _radio(
        gettext_lazy("Is it voluntary?"),
        (
            ("yes", gettext_lazy("Yes, the person has said yes")),
            ("no", gettext_lazy("No, it is decided")),
        ),
    )
    decided_under = GuardedText(
        label=gettext_lazy("Decided under"),
        limit=120,
        required=False,
        help_text=gettext_lazy("If it is decided: under which provision."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        today = timezone.localdate()
        proposed = {
            "starts_on": today,
            "follow_up_on": documenting.proposed_follow_up(today),
            "is_voluntary": "yes",
        }
        super().__init__(*args, initial=proposed, **kwargs)

    def values(self) -> dict[str, Any]:
        """What `documenting.add_goal` asks for."""
        return self.cleaned_data | {"is_voluntary": self.cleaned_data["is_voluntary"] == "yes"}


OF_A_GOAL = ("standing", "text", "then", "next_on", "intervention", "responsible")
NOT_TODAY = ("", gettext_lazy("Not talked about this time"))


class FollowUpForm(PortalForm):
    """How the goals of a plan stand. A goal that was not talked about is left unanswered."""

    mark_optional = False

    held_on = DateField(label=gettext_lazy("When did you follow up?"), past=True)

    def __init__(
        self, *args: Any, goals: Iterable[Goal], consent: Consent | None, **kwargs: Any
    ) -> None:
        self.goals, self.consent = list(goals), consent
        today = timezone.localdate()
        self.proposed = documenting.proposed_follow_up(today)
        initial: dict[str, Any] = {"held_on": today}
        for goal in self.goals:
            initial |= {f"{goal.pk}-then": "go_on", f"{goal.pk}-next_on": self.proposed}
        if consent is not None:
            initial["consent_until"] = dates.months_after(today, consents.USUALLY)
        super().__init__(*args, initial=initial, **kwargs)
        for goal in self.goals:
            for name, field in _of_a_goal().items():
                self.fields[f"{goal.pk}-{name}"] = field
        if consent is not None:
            self.fields |= _of_a_consent()

    def of_goal(self, goal: Goal) -> dict[str, BoundField]:
        """The fields of one goal, by what they are."""
        return {name: self[f"{goal.pk}-{name}"] for name in OF_A_GOAL}

    def by_goal(self) -> Iterator[tuple[Goal, dict[str, BoundField]]]:
        for goal in self.goals:
            yield goal, self.of_goal(goal)

    @property
    def asks_for_consent(self) -> bool:
        """Whether the consent ends before a next day that is written or proposed."""
        if self.consent is None:
            return False
        if not self.is_bound:
            return self.consent.until < self.proposed
        said = getattr(self, "cleaned_data", {})
        answered = bool(said.get("consent") or self.has_error("consent"))
        return answered or self.consent.until < max(self._next_days(), default=self.proposed)

    def _next_days(self) -> list[date]:
        return [one.next_on for one in self._stood().values() if one.next_on]

    def _stood(self) -> Mapping[Goal, Stood]:
        said = getattr(self, "cleaned_data", {})
        found = {}
        for goal in self.goals:
            told = {name: said.get(f"{goal.pk}-{name}") or "" for name in OF_A_GOAL}
            if not told["standing"]:
                continue
            if told["standing"] == FollowUp.Standing.REACHED:
                told["then"] = FollowUp.Then.END
            ends = told["then"] == FollowUp.Then.END
            told["next_on"] = None if ends else told["next_on"] or None
            found[goal] = Stood(**told)
        return found

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for goal in self.goals:
            if not said.get(f"{goal.pk}-standing") and self._is_touched(said, goal):
                self.add_error(f"{goal.pk}-standing", _("Choose how the goal stands"))
        if self.goals and not self._stood() and not self.errors:
            self.add_error(f"{self.goals[0].pk}-standing", _("Answer for one goal at least"))
        if self.consent is None:
            return said
        ends_before = any(day > self.consent.until for day in self._next_days())
        if ends_before and not said.get("consent"):
            ends = {"date": dates.day(self.consent.until)}
            self.add_error(
                "consent",
                _("The consent ends %(date)s, before the next follow-up. Is it given again?")
                % ends,
            )
        lasts = said.get("consent_until") or self.has_error("consent_until")
        if said.get("consent") in Consent.Given and not lasts:
            self.add_error("consent_until", _("Enter until when the consent lasts"))
        return said

    def _is_touched(self, said: Mapping[str, Any], goal: Goal) -> bool:
        """Whether something is said of the goal that would be lost without an answer."""
        told = {name: said.get(f"{goal.pk}-{name}") for name in OF_A_GOAL}
        typed = told["text"] or told["intervention"] or told["responsible"]
        moved = told["next_on"] not in (None, self.proposed)
        return bool(typed or moved or told["then"] not in (None, "", FollowUp.Then.GO_ON))

    def values(self) -> dict[str, Any]:
        """What `documenting.follow_up_plan` asks for."""
        said = self.cleaned_data
        again = None
        if said.get("consent") in Consent.Given:
            again = Again(said["consent"], said["consent_until"])
        return {"held_on": said["held_on"], "goals": self._stood(), "consent": again}


def _of_a_goal() -> dict[str, forms.Field]:
    return {
        "standing": _radio(
            _("How does it stand?"), (*FollowUp.Standing.choices, NOT_TODAY), required=False
        ),
        "text": GuardedText(
            label=_("What has happened?"),
            limit=300,
            multiline=True,
            rows=3,
            required=False,
            help_text=_("Needed where the goal is not on track."),
        ),
        "then": _radio(_("Do we go on?"), FollowUp.Then.choices, required=False),
        "next_on": DateField(label=_("Next follow-up"), required=False),
        "intervention": forms.ChoiceField(
            label=_("New intervention"),
            choices=[("", _("Choose")), *Goal.Intervention.choices],
            required=False,
        ),
        "responsible": GuardedText(
            label=_("Who carries it out"),
            limit=120,
            required=False,
            help_text=_("An activity or a function. No name is needed."),
        ),
    }


def _of_a_consent() -> dict[str, forms.Field]:
    return {
        "consent": _radio(
            _("Is the consent given again?"),
            (*Consent.Given.choices, ("no", pgettext_lazy("consent", "No"))),
            required=False,
        ),
        "consent_until": DateField(label=_("The consent lasts until"), required=False),
    }


class NoteForm(PortalForm):
    """A short note, or an objection of the person's."""

    kind = _radio(gettext_lazy("What is it about?"), Note.Kind.choices)
    text = GuardedText(
        label=gettext_lazy("Note"),
        limit=500,
        multiline=True,
        help_text=gettext_lazy(
            "These are coordination notes. The case journal is kept in the ordinary system."
        ),
        error_messages={"required": gettext_lazy("Write what is to be noted")},
    )
