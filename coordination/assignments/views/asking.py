"""The page that asks how assignments stand: first whom it reaches, then the act."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.assignments import updates
from coordination.assignments.models import Assignment
from coordination.ui.fields import row_key
from coordination.writing import saved_views
from coordination.writing.once import once

from .assignments import VIEW

CHOSEN = "uppdrag"


def assignments_ask(request: HttpRequest) -> HttpResponse:
    """Who would be mailed about the chosen assignments, and then the mails."""
    given = request.POST if request.method == "POST" else request.GET
    keys = _keys(given)
    back = _list_address(given)
    if not keys:
        messages.error(request, _("Select at least one row"))
        return redirect(back)
    chosen = _chosen(request, keys)
    if request.method == "POST":
        return redirect(once(request, lambda: _ask(request, chosen, back)))
    entries = updates.to_ask(assignments=chosen, by=request.user)
    ready = [one for one in entries if not one.why_not]
    about = {one.owner.assignment_id for one in ready}
    context = {
        "ready": ready,
        "left": [one for one in entries if one.why_not],
        "closed": [one for one in chosen if one.is_closed],
        "people": len({person.pk for one in ready for person in one.people}),
        "keys": ",".join(map(str, sorted(about))),
        "view": given.get(VIEW, ""),
        "back": back,
    }
    return render(request, "assignments/assignments_ask.html", context)


def _ask(request: HttpRequest, chosen: QuerySet[Assignment], back: str) -> str:
    asked = updates.ask(assignments=chosen, by=request.user)
    people = len({person.pk for one in asked for person in one.people})
    if people:
        said = ngettext(
            "%(count)s person is asked for an update.",
            "%(count)s people are asked for an update.",
            people,
        )
        messages.success(request, said % {"count": people})
    else:
        messages.info(request, _("Nobody was asked. They have been asked already."))
    return back


def _keys(given: QueryDict) -> list[int]:
    """The keys of the rows that were ticked, each once; what is no key is left out."""
    written = ",".join(given.getlist(CHOSEN)).split(",")[: 2 * updates.MOST]
    found = dict.fromkeys(row_key(one) for one in written)
    return [key for key in found if key is not None][: updates.MOST]


def _chosen(request: HttpRequest, keys: list[int]) -> QuerySet[Assignment]:
    visible = Assignment.objects.visible_to(request.user)
    return visible.filter(pk__in=keys, ended_on=None).order_by("number")


def _list_address(given: QueryDict) -> str:
    """The list as it was filtered when the rows were ticked."""
    try:
        return f"{reverse('assignments')}?{saved_views.clean('assignments', given.get(VIEW, ''))}"
    except saved_views.BadView:
        return reverse("assignments")
