"""The pages of roles: requests for a second administrator, the role matrix, and what a role sees."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from coordination.access.vocabulary import ROLES
from coordination.administration import roles, roles_matrix, simulation
from coordination.administration.models import RoleMatrix, RoleRequest
from coordination.jobs import files
from coordination.ui.forms import PortalForm
from coordination.writing.once import once, once_or_say

LATEST = 25


def role_requests(request: HttpRequest) -> HttpResponse:
    """The roles that wait for a second administrator, and those decided lately."""
    decided = roles.latest_requests().exclude(state=RoleRequest.State.WAITING)
    context = {
        "waiting": [_told(asked) for asked in roles.waiting()],
        "decided": [_told(asked) for asked in decided[:LATEST]],
    }
    return render(request, "administration/role_requests.html", context)


def _told(asked: RoleRequest) -> dict[str, Any]:
    tones = {"waiting": "warning", "approved": "success", "refused": "ended", "withdrawn": "ended"}
    return {
        "asked": asked,
        "state": {"text": RoleRequest.State(asked.state).label, "tone": tones[asked.state]},
    }


def role_request(request: HttpRequest, asked: int) -> HttpResponse:
    """One request: approved by another administrator, refused, or taken back."""
    row: RoleRequest = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        if "approve" in request.POST:
            roles.approve(by=request.user, asked=row)
            messages.success(request, _("Done. The person has the role."))
        else:
            roles.refuse(by=request.user, asked=row)
            messages.success(request, _("Done. The role is not given."))
        return reverse("role_requests")

    if request.method == "POST":
        return once_or_say(request, act, back=reverse("role_request", args=[asked]))
    context = _told(row) | {
        "is_requester": row.requested_by_id == request.user.pk,
        "is_subject": row.user_id == request.user.pk,
        "is_waiting": row.state == RoleRequest.State.WAITING,
    }
    return render(request, "administration/role_request.html", context)


def role_matrix(request: HttpRequest) -> HttpResponse:
    """Every role as it stands today, and the latest document."""
    latest = roles_matrix.latest()
    waiting = latest is not None and roles_matrix.is_waiting(latest)
    context = {
        "roles": roles_matrix.with_dates(roles_matrix.contents(timezone.localdate())),
        "latest": latest,
        "is_waiting": waiting,
        "today": timezone.localdate(),
    }
    response = render(request, "administration/role_matrix.html", context)
    if waiting and "vanta" in request.GET:
        response["Refresh"] = "4"
    return response


def role_matrix_make(request: HttpRequest) -> HttpResponse:
    """Has the document made, as the matrix stands now."""

    def act() -> str:
        roles_matrix.make(by=request.user, language=get_language() or "sv")
        messages.info(request, _("The document is being made. It is here in a moment."))
        return reverse("role_matrix") + "?vanta"

    return redirect(once(request, act))


def role_matrix_pdf(request: HttpRequest, matrix: int) -> HttpResponse | FileResponse:
    """The document of a matrix. While it is being made: back to the page that says so."""
    made: RoleMatrix = request.governed  # type: ignore[attr-defined]
    if made.pages is None:
        return redirect("role_matrix")
    try:
        content = files.path(made.file).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    day = timezone.localtime(made.made_at).date().isoformat()
    name = _("role-matrix-%(day)s.pdf") % {"day": day}
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/pdf")


class RoleChoice(PortalForm):
    """Which role to show."""

    mark_optional = False

    role = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].label = _("Role")
        self.fields["role"].choices = [
            ("", _("Choose")),
            *((role.code, role.name) for role in ROLES.values()),
        ]


def role_preview(request: HttpRequest) -> HttpResponse:
    """What somebody with the role would see, on made-up data only (V26)."""
    form = RoleChoice(request.GET or None)
    role = form.cleaned_data.get("role") if form.is_valid() else ""
    context: dict[str, Any] = {"form": form}
    if role:
        context |= {"role": ROLES[role], "preview": simulation.preview(role)}
    return render(request, "administration/role_preview.html", context)
