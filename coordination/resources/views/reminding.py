"""The page that reminds: first whom it reaches and what it says, then the mails."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.resources import reminding, tasks, windows
from coordination.resources.models import Window
from coordination.ui.fields import row_key
from coordination.writing.once import once

CHOSEN = "organisation"
MOST = 300


def resources_remind(request: HttpRequest) -> HttpResponse:
    """Who would be reminded of the chosen reports, and then the mails."""
    given = request.POST if request.method == "POST" else request.GET
    keys, window = _keys(given), windows.current()
    if not keys or window is None:
        messages.error(request, _("Select at least one row"))
        return redirect("resources")
    if request.method == "POST":
        return redirect(once(request, lambda: _remind(request, window, keys)))
    entries = reminding.to_remind(window=window, organisations=keys)
    ready = [one for one in entries if not one.why_not]
    context = {
        "ready": [one for one in ready if not one.lately],
        "lately": [one for one in ready if one.lately],
        "left": [one for one in entries if one.why_not],
        "keys": ",".join(map(str, keys)),
        "letter": tasks.reminder_text(window),
        "year": window.year,
    }
    return render(request, "resources/remind.html", context)


def _remind(request: HttpRequest, window: Window, keys: list[int]) -> str:
    again = "again" in request.POST
    reached = reminding.remind(window=window, organisations=keys, by=request.user, again=again)
    people = len({person.pk for one in reached for person in one.people})
    if people:
        said = ngettext("%(count)s person is reminded.", "%(count)s people are reminded.", people)
        messages.success(request, said % {"count": people})
    else:
        messages.info(request, _("Nobody was reminded. They have been reminded already."))
    return reverse("resources")


def _keys(given: QueryDict) -> list[int]:
    """The keys of the rows that were ticked, each once; what is no key is left out."""
    written = ",".join(given.getlist(CHOSEN)).split(",")[:MOST]
    return [key for key in dict.fromkeys(map(row_key, written)) if key is not None]
