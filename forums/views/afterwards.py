"""A meeting recorded after it was held, on one page (T03)."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.ui import dates
from coordination.ui.fields import row_key
from coordination.writing import drafts
from coordination.writing.models import Draft
from coordination.writing.once import FIELD, carried_out, once
from forums import afterwards, agenda, owners
from forums.forms import afterwards as forms
from forums.forms.afterwards import AfterwardsForm
from forums.models import Forum, Meeting
from forums.refusals import Refused

AT = {"all": "who", "keep": "items"}
"""Where on the page each button leads back to; one more row to its own list. "keep" is Enter in a
field, which must not finish a meeting."""
ANOTHER = "nytt"
"""In the address, instead of a planned meeting: none of those, but one that nobody planned."""


def meeting_afterwards(request: HttpRequest, forum: int) -> HttpResponse:
    """The whole meeting in one form. What was typed is kept until it is saved or thrown away."""
    group: Forum = request.governed  # type: ignore[attr-defined]
    is_asked = request.method == "GET" and "mote" not in request.GET
    if is_asked and (missed := list(agenda.missed(group, now=timezone.now()))):
        return _ask_which(request, group, missed)
    planned = _planned(request, group)
    prefill = afterwards.prefill(forum=group, now=timezone.now(), meeting=planned)
    if request.method == "POST":
        verb, _colon, rows = request.POST.get("do", "").partition(":")
        if verb == "discard":
            drafts.drop(user=request.user, place=_place(group, planned))
            return redirect(_with_meeting(request, request.path))
        if verb:
            return _go_on(request, group, prefill, verb, rows)
        return _save(request, group, prefill)
    return _open(request, group, prefill)


def _open(request: HttpRequest, forum: Forum, prefill: afterwards.Prefill) -> HttpResponse:
    """The page as it was left, or as it is filled in; the meeting itself once it has begun."""
    draft = _draft(request, _place(forum, prefill.meeting))
    if draft is not None:
        form = AfterwardsForm(forum, prefill, forms.restored(draft.data)).unjudged()
        return _show(request, form, restored_at="" if "fortsatt" in request.GET else draft.saved_at)
    if prefill.meeting is not None and not prefill.meeting.is_plan:
        messages.info(request, _("The meeting has begun or is recorded already. Here it is."))
        return redirect("meeting", meeting=prefill.meeting.pk)
    return _show(request, AfterwardsForm(forum, prefill))


def _ask_which(request: HttpRequest, forum: Forum, missed: list[Meeting]) -> HttpResponse:
    """Whether it was one of the meetings that were planned and never written up."""
    rows = [(one, f"{request.path}?{urlencode({'mote': one.pk})}") for one in missed]
    context = {"forum": forum, "rows": rows, "another": f"{request.path}?mote={ANOTHER}"}
    return render(request, "forums/afterwards_which.html", context)


def _planned(request: HttpRequest, forum: Forum) -> Meeting | None:
    """The meeting that the address names, whatever became of it; raises Http404 when it names none
    of this forum, since what is typed must never end up in another meeting than the page said."""
    key = request.GET.get("mote", "")
    if key in ("", ANOTHER):
        return None
    pk = row_key(key)
    if pk is None:
        raise Http404
    return get_object_or_404(forum.meetings, pk=pk)


def _place(forum: Forum, planned: Meeting | None) -> str:
    return f"afterwards:{forum.pk}:{planned.pk}" if planned else f"afterwards:{forum.pk}"


def _with_meeting(request: HttpRequest, path: str, **more: str) -> str:
    """The address with the meeting that this page's own names, and what is added.

    One that names none stays with none, also when a planned meeting's time passes meanwhile.
    """
    return f"{path}?{urlencode({'mote': request.GET.get('mote') or ANOTHER, **more})}"


def _draft(request: HttpRequest, place: str) -> Draft | None:
    """What the person typed here and has not used. An autosave may arrive after the form it belongs
    to: what that left is thrown away."""
    draft = drafts.of(user=request.user, place=place)
    if draft is not None and carried_out(request.user, draft.data.get(FIELD, "")):
        drafts.drop(user=request.user, place=place)
        return None
    return draft


def _save(request: HttpRequest, forum: Forum, prefill: afterwards.Prefill) -> HttpResponse:
    form = AfterwardsForm(forum, prefill, request.POST)

    def act() -> str:
        version = afterwards.register_afterwards(by=request.user, **form.said())
        drafts.drop(user=request.user, place=_place(forum, prefill.meeting))
        messages.success(request, _("The meeting is finished and the minutes are made."))
        return reverse("minutes", args=[version.meeting_id])

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    _keep(request, forum, prefill.meeting, request.POST)
    return _show(request, form)


def _go_on(
    request: HttpRequest, forum: Forum, prefill: afterwards.Prefill, verb: str, rows: str
) -> HttpResponse:
    """Everyone present, or one more row, and the page again as it was typed.

    By way of the draft, so that loading the page again never sends an older text.
    """
    data = request.POST
    blank = AfterwardsForm(forum, prefill)
    if verb == "all":
        data = forms.all_present(data, blank.people)
    elif verb == "add" and rows.startswith("items"):
        data = forms.one_more(data, rows, due=blank.usual_due)
    if refusal := _keep(request, forum, prefill.meeting, data):
        form = AfterwardsForm(forum, prefill, request.POST)
        form.is_valid()
        if refusal not in {error.message for error in form.errors}:
            form.add_refusal(Refused(refusal, field="whole"))
        return _show(request, form)
    address = _with_meeting(request, request.path, fortsatt="ja")
    return redirect(f"{address}#{AT.get(verb, rows)}")


def _keep(
    request: HttpRequest, forum: Forum, planned: Meeting | None, data: forms.QueryDict
) -> str:
    """Keeps what was typed. Returns why not, or nothing when it is kept."""
    if carried_out(request.user, request.POST.get(FIELD, "")):
        return _("The meeting is recorded already. What you write here is not saved.")
    refusal = forms.why_not_kept(data)
    if not refusal:
        drafts.keep(user=request.user, place=_place(forum, planned), data=forms.kept(data))
    return refusal


def _show(request: HttpRequest, form: AfterwardsForm, **more: object) -> HttpResponse:
    context = {
        "forum": form.forum,
        "page": form,
        "planned": form.prefill.meeting,
        "draft_url": _with_meeting(
            request, reverse("meeting_afterwards_draft", args=[form.forum.pk])
        ),
        "errors": form.errors if form.data is not None else [],
        "suggestions": owners.suggestions(form.forum, form.prefill.meeting),
        **more,
    }
    return render(request, "forums/afterwards.html", context)


def meeting_afterwards_draft(request: HttpRequest, forum: int) -> JsonResponse:
    """Keeps what is typed, as it is typed."""
    group: Forum = request.governed  # type: ignore[attr-defined]
    if refusal := _keep(request, group, _planned(request, group), request.POST):
        return JsonResponse({"message": refusal}, status=422)
    time = dates.hour(timezone.now())
    return JsonResponse({"saved": time, "message": _("Saved at %(time)s") % {"time": time}})
