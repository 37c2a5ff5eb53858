"""The page that lets a colleague write in a report, and takes that back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from coordination.actors.models import Organisation
from coordination.resources import filling, inviting, windows
from coordination.resources.forms.inviting import InviteForm
from coordination.resources.models import Report
from coordination.ui.fields import row_key
from coordination.writing.editing import answer
from coordination.writing.once import once_or_say


def report_invite(request: HttpRequest, report: int) -> HttpResponse:
    """Who writes in the report besides its reporters; one more, or one less."""
    seen = Report.objects.visible_to(request.user).select_related("window", "organisation")
    one = seen.get(pk=request.governed.pk)  # type: ignore[attr-defined]
    back = reverse("report_invite", args=[one.pk])
    if request.method == "POST" and "end" in request.POST:
        return _end(request, one, back)
    if one.state == Report.State.APPROVED and request.method == "GET":
        return redirect("report", one.pk)
    form = InviteForm(
        request.POST if request.method == "POST" else None,
        # The same form sent twice names somebody who is invited by then.
        colleagues=inviting.colleagues(one, with_invited=request.method == "POST"),
        initial={"valid_to": inviting.proposed(one)},
    )

    def act() -> str:
        inviting.invite(report=one, by=request.user, **form.cleaned_data)
        said = _("Done. Your colleague can write in the report, and is told by e-mail.")
        messages.success(request, said)
        return back

    context = {
        "report": one,
        "invited": inviting.of(one),
        "there": inviting.colleagues(one).exists(),
        "last": inviting.last_possible(one),
    }
    return answer(
        request, form=form, act=act, template="resources/report_invite.html", context=context
    )


def _end(request: HttpRequest, report: Report, back: str) -> HttpResponse:
    def act() -> str:
        key = row_key(request.POST["end"])
        found = report.invitations.filter(pk=key).select_related("report").first()
        if found is not None:
            inviting.end(invitation=found, by=request.user)
            messages.success(request, _("Done. The invitation is taken back."))
        return back

    return once_or_say(request, act, back=back)


def report_replace(request: HttpRequest) -> HttpResponse:
    """For a report that nobody has begun: begins it, and leads to whom to let in."""
    window = windows.current()
    own = Organisation.objects.held_by(request.user, ("reporter", "manager"))
    key = row_key(request.POST.get("organisation", ""))
    if key is None:
        return redirect("resources")
    place = own.filter(pk=key, kind__in=windows.REPORTING).first()
    if place is None or window is None:
        raise Http404

    def act() -> str:
        begun = filling.begin(window=window, organisation=place, by=request.user, copy=True)
        return reverse("report_invite", args=[begun.pk])

    return once_or_say(request, act, back=reverse("resources"))
