"""Who carries a case, who is the deputy, and who steps aside."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import carrying
from cases.forms.roles import ConflictForm, RoleForm
from cases.models import Case, CaseRole
from coordination.access.policy import may
from coordination.access.vocabulary import Permission

from .pages import carry_out, page_of


def case_role(request: HttpRequest, case: Any) -> HttpResponse:
    """Say who carries the case from now on, or who is the deputy."""
    governed: Case = request.governed  # type: ignore[attr-defined]
    if not carrying.may_name(governed, request.user):
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = RoleForm(
        data,
        initial={"role": CaseRole.Role.OWNER},
        candidates=carrying.candidates(governed),
    )
    return carry_out(
        request,
        governed,
        form=form,
        do=lambda: carrying.name(case=governed, by=request.user, **form.cleaned_data),
        done=_("Done. It is changed who carries the case."),
        template="cases/role.html",
        context={"standing": carrying.named_in([governed.pk])},
        then=lambda: _after(governed, request.user),
    )


def _after(case: Case, user: Any) -> str:
    """Who has given the case away does not open it any more."""
    return page_of(case) if may(user, Permission.VIEW_CASE, case) else reverse("cases")


def case_conflict(request: HttpRequest, case: Any) -> HttpResponse:
    """Step aside because of a conflict of interest: from now on the case is not there for them."""
    governed: Case = request.governed  # type: ignore[attr-defined]
    form = ConflictForm(request.POST if request.method == "POST" else None)
    mine = carrying.named_in([governed.pk]).filter(user=request.user).first()
    return carry_out(
        request,
        governed,
        form=form,
        do=lambda: carrying.step_aside(case=governed, by=request.user),
        done=_("Done. You have stepped aside from the case."),
        template="cases/conflict.html",
        context={
            "is_owner": mine is not None and mine.role == CaseRole.Role.OWNER,
            "deputy": carrying.others(governed, request.user).filter(role="deputy").first(),
        },
        then=lambda: reverse("cases"),
    )
