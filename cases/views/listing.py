"""The list of cases, and the search of one: numbers and stages; names when somebody asks for them."""

import re
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Case as When
from django.db.models import Min, Q, QuerySet
from django.db.models import When as If
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases import carrying, documenting
from cases.forms.listing import CaseFilter, FindForm
from cases.models import Case, CaseRole, Goal, Stage, Subject
from cases.vault import name_lookups
from coordination.access.vocabulary import Permission
from coordination.ui.lists import Column, ListPage, swedish, swedish_key

MOST = 25
"""So many cases a search shows; whoever has more hits writes the whole name."""
NAMES_SHOWN = "cases.names.opened"
SESSION_KEY = "case_names"

_ORDER = When(*(If(stage=code, then=place) for place, code in enumerate(Stage.values)))
COLUMNS = (
    Column(
        "number",
        _("Case"),
        order=("year", "serial"),
        up=_("oldest first"),
        down=_("newest first"),
        called=_("number"),
    ),
    Column("stage", pgettext_lazy("case", "Stage"), order=(_ORDER, "-year", "-serial")),
    Column("district", pgettext_lazy("case", "Area"), order=(swedish("area__district__name"),)),
    Column("responsible", _("Responsible")),
    Column(
        "follow_up",
        _("Next follow-up"),
        order=("next_on",),
        css="cell--date",
        up=_("earliest first"),
        down=_("latest first"),
    ),
)
TONES = {
    Stage.RECEIVED: "info",
    Stage.INQUIRY: "neutral",
    Stage.INTERVENTION: "neutral",
    Stage.FOLLOW_UP: "neutral",
    Stage.SPECIAL: "neutral",
}
"""A stage has a tone; a person never does."""


def tag_of(case: Case) -> dict[str, str]:
    """The stage in words, and its tone."""
    return {"text": case.get_stage_display(), "tone": TONES.get(Stage(case.stage), "ended")}


def cases(request: HttpRequest) -> HttpResponse:
    """One's own cases first, and how many wait for something; all of one's districts when asked for."""
    visible = Case.objects.visible_to(request.user)
    page = ListPage(
        request,
        listed(visible, request.user),
        columns=COLUMNS,
        default="-number",
        filters=partial(CaseFilter, user=request.user, districts=_districts(visible)),
    )
    names = bool(request.session.get(SESSION_KEY))
    context = {
        "list": page,
        "rows": rows_of(request, page.rows, names=names),
        "names_shown": names,
        "waiting": _to_triage(request.user).count(),
        "due": documenting.due(carrying.of(request.user, visible), timezone.localdate()).count(),
    }
    return render(request, "cases/cases.html", context)


def cases_names(request: HttpRequest) -> HttpResponse:
    """Shows names in the list for as long as one is signed in, or hides them again."""
    request.session[SESSION_KEY] = request.POST.get("show") == "on"
    return redirect("cases")


def cases_search(request: HttpRequest) -> HttpResponse:
    """A case by its number or by the exact name of its person, of those that one sees are there."""
    form = FindForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form}
    if not form.is_valid():
        # Nothing was looked for yet.
        request.reads = "cases.list.opened"  # type: ignore[attr-defined]
    else:
        visible = Case.objects.visible_to(request.user)
        found = listed(visible.filter(_wanted(form.cleaned_data["words"])), request.user)
        hits = list(found.order_by("-year", "-serial")[: MOST + 1])
        context |= {"rows": rows_of(request, hits[:MOST]), "more": len(hits) > MOST, "done": True}
    return render(request, "cases/cases_search.html", context)


def listed(found: QuerySet, user: Any) -> QuerySet:
    """With what a row says: district, and the day of the next follow-up of what the person opens. The
    order of the list would tell that of the others."""
    opens = Case.objects.visible_to(user, Permission.VIEW_CASE).values("pk")
    under_way = Q(goals__state=Goal.State.UNDER_WAY, pk__in=opens)
    return found.select_related("area__district", "unit").annotate(
        next_on=Min("goals__follow_up_on", filter=under_way)
    )


def rows_of(request: HttpRequest, found: list[Any], *, names: bool = False) -> list[dict[str, Any]]:
    """What each row says to this person: the way in, if they have one, and the name where it is asked
    for. A row without a way in is a number and a stage (V04)."""
    user = request.user
    keys = [case.pk for case in found]
    opens, triages = (
        set(
            Case.objects.visible_to(user, permission)
            .filter(pk__in=keys)
            .values_list("pk", flat=True)
        )
        for permission in (Permission.VIEW_CASE, Permission.TRIAGE_CASE)
    )
    persons = {}
    if names:
        request.reads = NAMES_SHOWN  # type: ignore[attr-defined]
        of_mine = Subject.objects.visible_to(user, Permission.VIEW_CASE).filter(case__in=opens)
        persons = {one.case_id: f"{one.given} {one.family}" for one in of_mine}
    carried_by = {
        one.case_id: one.user for one in carrying.named_in(keys) if one.role == CaseRole.Role.OWNER
    }
    today = timezone.localdate()
    # A number is the unit's: who sees cases of two units must be told whose it is.
    several = len({case.unit_id for case in found}) > 1
    return [
        {
            "case": case,
            "unit": case.unit.name if several else "",
            "tag": tag_of(case),
            "url": _way_in(case, opens, triages),
            "take_url": _way_to_take(case, opens, carried_by),
            "name": persons.get(case.pk, ""),
            "responsible": carried_by.get(case.pk, ""),
            "follow_up": _shown_day(case, opens),
            "late": case.pk in opens and bool(case.next_on and case.next_on < today),
        }
        for case in found
    ]


def _shown_day(case: Any, opens: set[Any]) -> date | None:
    return case.next_on if case.pk in opens else None


def _way_in(case: Case, opens: set[Any], triages: set[Any]) -> str:
    if case.pk in triages:
        return reverse("case_triage", args=[case.pk])
    return reverse("case", args=[case.pk]) if case.pk in opens else ""


def _way_to_take(case: Case, opens: set[Any], carried_by: Any) -> str:
    """To where somebody can say who carries a case that nobody does."""
    if case.pk in opens or case.pk in carried_by or case.stage not in documenting.OPEN:
        return ""
    return reverse("case_role", args=[case.pk])


def _to_triage(user: Any) -> QuerySet:
    return Case.objects.visible_to(user, Permission.TRIAGE_CASE)


def _districts(visible: QuerySet) -> list[tuple[int, str]]:
    found = visible.order_by().filter(area__isnull=False)
    pairs = found.values_list("area__district", "area__district__name").distinct()
    return sorted(pairs, key=lambda one: swedish_key(one[1]))


def _wanted(words: str) -> Q:
    number = re.fullmatch(r"\s*(\d{4})-(\d{1,6})\s*", words)
    if number:
        return Q(year=int(number[1]), serial=int(number[2]))
    return Q(subject__index__in=name_lookups(words))
