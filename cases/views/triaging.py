"""The preliminary assessment: what was handed in, earlier worries, and what becomes of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import carrying, earlier, triage
from cases.forms.triaging import TriageForm
from cases.models import Case
from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.writing.editing import answer

from .case import handed_in
from .listing import tag_of


def triage_page(request: HttpRequest, case: Any) -> HttpResponse:
    """What was handed in, beside the form that decides. It is decided once."""
    governed: Case = request.governed  # type: ignore[attr-defined]
    before = earlier.of(governed.subject, by=request.user)
    form = TriageForm(
        request.POST if request.method == "POST" else None,
        people=carrying.candidates(governed),
        has_earlier=bool(before),
        initial={"owner": request.user.pk},
    )

    def act() -> str:
        triage.decide(case=governed, by=request.user, **form.cleaned_data)
        messages.success(request, _("Done. It is decided what becomes of the case."))
        if policy.may(request.user, Permission.VIEW_CASE, governed):
            return reverse("case", args=[governed.pk])
        return reverse("cases")

    context = {
        "case": governed,
        "tag": tag_of(governed),
        "target": triage.target(governed),
        "limit": triage.limit(governed),
        "handed_in": handed_in(governed),
        "earlier": _shown(request, before),
    }
    return answer(request, form=form, act=act, template="cases/triage.html", context=context)


def _shown(request: HttpRequest, found: list[earlier.Earlier]) -> list[dict[str, Any]]:
    """Each earlier worry as number and stage; a link for who may open it, and nothing of what it says."""
    keys = [one.case.pk for one in found]
    visible = Case.objects.visible_to(request.user, Permission.VIEW_CASE).filter(pk__in=keys)
    opens = set(visible.values_list("pk", flat=True))
    return [
        {
            "case": one.case,
            "tag": tag_of(one.case),
            "url": reverse("case", args=[one.case.pk]) if one.case.pk in opens else "",
        }
        for one in found
    ]
