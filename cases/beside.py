"""Two assessments beside each other, question by question: what protects before what puts at risk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from coordination.ui import dates

from . import documenting
from .models import Assessment, Factor


@dataclass(frozen=True)
class Cell:
    """What one assessment says to a question, and what that builds on. Of what was not asked, nothing."""

    of: str
    said: str = ""
    basis: str = ""


@dataclass(frozen=True)
class Row:
    question: str
    cells: list[Cell]


@dataclass(frozen=True)
class Part:
    heading: str
    rows: list[Row]


def names(assessments: Sequence[Assessment]) -> list[str]:
    """What each is called: the first is the present one."""
    return [
        (_("Assessment %(number)s, earlier") if place else _("Assessment %(number)s, present"))
        % {"number": one.number}
        for place, one in enumerate(assessments)
    ]


def parts(assessments: Sequence[Assessment]) -> list[Part]:
    """What the assessments say, in words alone: no sum is made of it, and no factor weighs more."""
    named = list(zip(assessments, names(assessments), strict=True))

    def row(question: str, said: Callable[[Assessment], str]) -> Row:
        return Row(question, [Cell(name, said(one)) for one, name in named])

    def text(question: str, field: str) -> Row:
        return row(question, lambda one: str(getattr(one, field)))

    views = [
        text(_("The person's own view"), "own_view"),
        text(_("The guardian's view"), "guardian_view"),
        text(_("The child's best"), "childs_best"),
    ]
    factors = _factors(assessments)
    found = [
        Part("", [text(_("Needs"), "needs")]),
        Part(_("Protective factors"), factors[Factor.Kind.PROTECTIVE]),
        Part(_("Risk factors"), factors[Factor.Kind.RISK]),
        Part(_("Views and conditions"), [one for one in views if any(c.said for c in one.cells)]),
        Part(
            _("Overall assessment"),
            [
                row(_("Leads to"), lambda one: one.get_outcome_display()),
                text(_("Made together with"), "together_with"),
                row(_("Assessed by"), lambda one: f"{one.made_by}, {dates.day(one.made_at)}"),
            ],
        ),
    ]
    return [part for part in found if part.rows]


def _factors(assessments: Sequence[Assessment]) -> dict[str, list[Row]]:
    """Every factor that one of them was asked about, also one that is asked about no longer."""
    words = {
        "yes": pgettext("factor", "Yes"),
        "no": pgettext("factor", "No"),
        "unknown": pgettext("factor", "Not known"),
    }
    said = [
        (name, documenting.answers_of(one))
        for one, name in zip(assessments, names(assessments), strict=True)
    ]
    asked = Factor.objects.filter(code__in={code for _name, answers in said for code in answers})
    found: dict[str, list[Row]] = {kind.value: [] for kind in Factor.Kind}
    for one in asked.order_by("place", "pk"):
        answers = [(name, told.get(one.code)) for name, told in said]
        cells = [
            Cell(name, words[to.answer], to.basis) if to else Cell(name) for name, to in answers
        ]
        found[one.kind].append(Row(one.name, cells))
    return found
