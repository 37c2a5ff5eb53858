"""What the pages that do something with a case have in common: whose page they are, and where they lead."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from cases.models import Case
from coordination.ui.forms import PortalForm
from coordination.writing.editing import answer


def page_of(case: Case) -> str:
    """The address of the case's own page."""
    return reverse("case", args=[case.pk])


def carry_out(
    request: HttpRequest,
    case: Case,
    *,
    form: PortalForm,
    do: Callable[[], Any],
    done: str,
    template: str,
    context: Mapping[str, Any] | None = None,
    then: Callable[[], str] | None = None,
) -> HttpResponse:
    """Does it once when the form is right, says that it is `done` and leads to the case, or where `then`
    says; else the page again with what is wrong."""

    def act() -> str:
        do()
        messages.success(request, done)
        return then() if then else page_of(case)

    shown = {"case": case, **(context or {})}
    return answer(request, form=form, act=act, template=template, context=shown)
