"""The pages on which two people decide that closed cases are destroyed, and what they have decided."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import destroying
from cases.forms.destroying import ChosenForm, HoldForm
from cases.models import Destruction, Hold
from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.grounds import retention
from coordination.jobs import files
from coordination.writing.editing import answer
from coordination.writing.once import once_or_say


def destructions(request: HttpRequest) -> HttpResponse:
    """The closed cases whose time has passed, and the decisions so far."""
    due = destroying.due(timezone.localdate())
    context = {
        "due": [(one, retention.in_words(one.rule)) for one in due],
        "held": destroying.held(),
        "decisions": destroying.decisions(),
        "may_propose": policy.may(request.user, Permission.PROPOSE_DESTRUCTION),
        "may_hold": policy.may(request.user, Permission.HOLD_DESTRUCTION),
        "has_rules": destroying.has_rules(timezone.localdate()),
    }
    return render(request, "cases/destructions.html", context)


def destruction_new(request: HttpRequest) -> HttpResponse:
    """Shows what would be proposed; sent from there it is proposed."""
    form = ChosenForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose at least one case"))
        return redirect("destructions")
    chosen = form.cleaned_data["cases"]

    if "confirmed" not in request.POST:
        free = [one for one in destroying.due(timezone.localdate()) if one.hold is None]
        rows = [one for one in free if one.case.pk in chosen]
        return render(request, "cases/destruction_new.html", {"rows": rows})

    def act() -> str:
        made = destroying.propose(cases=chosen, by=request.user)
        messages.success(request, _("Done. The destruction waits for a second person."))
        return reverse("destruction", args=[made.pk])

    return once_or_say(request, act, back=reverse("destructions"))


def destruction(request: HttpRequest, destruction: int) -> HttpResponse:
    """One decision: which cases, by which rule, who decided, and when it was done."""
    governed: Destruction = request.governed  # type: ignore[attr-defined]
    may_answer = (
        governed.state == Destruction.State.PROPOSED
        and policy.may(request.user, Permission.APPROVE_DESTRUCTION)
        and governed.proposed_by_id != request.user.pk
    )
    context = {
        "destruction": governed,
        "rows": destroying.record_of(governed),
        "may_answer": may_answer,
        "is_mine": governed.proposed_by_id == request.user.pk,
    }
    return render(request, "cases/destruction.html", context)


def destruction_answer(request: HttpRequest, destruction: int) -> HttpResponse:
    """The second person approves, or does not."""
    governed: Destruction = request.governed  # type: ignore[attr-defined]
    back = reverse("destruction", args=[governed.pk])

    def act() -> str:
        if request.POST.get("answer") == "approve":
            destroying.approve(destruction=governed, by=request.user)
            messages.success(request, _("Done. The cases are being destroyed."))
        else:
            destroying.refuse(destruction=governed, by=request.user)
            messages.success(request, _("Done. The cases stand on the list again."))
        return back

    return once_or_say(request, act, back=back)


def destruction_pdf(request: HttpRequest, destruction: int) -> HttpResponse:
    """The record of a destruction that is carried out; before that, back to the page that says so."""
    governed: Destruction = request.governed  # type: ignore[attr-defined]
    if governed.state != Destruction.State.DONE:
        return redirect("destruction", governed.pk)
    try:
        content = files.path(governed.file).read_bytes()
    except FileNotFoundError:
        raise Http404 from None
    response = HttpResponse(content, content_type="application/pdf")
    name = _("record-of-destruction-%(number)s.pdf") % {"number": governed.pk}
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def hold(request: HttpRequest) -> HttpResponse:
    """Holds a case back from destruction, for a reason of a list, whether its time has passed or not."""
    asked = {"number": request.GET.get("number", ""), "unit": request.GET.get("unit", "")}
    form = HoldForm(request.POST if request.method == "POST" else None, initial=asked)

    def act() -> str:
        said = dict(form.cleaned_data)
        found = destroying.find(unit=said.pop("unit"), number=said.pop("number"))
        destroying.hold(case=found, by=request.user, **said)
        messages.success(request, _("Done. The case is held back from destruction."))
        return reverse("destructions")

    return answer(request, form=form, act=act, template="cases/hold.html", context={})


def hold_lift(request: HttpRequest, hold: int) -> HttpResponse:
    """The case may be destroyed again when its time has passed."""
    governed: Hold = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        destroying.lift(hold=governed, by=request.user)
        messages.success(request, _("Done. The case is not held back any longer."))
        return reverse("destructions")

    return once_or_say(request, act, back=reverse("destructions"))
