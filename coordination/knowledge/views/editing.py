"""How the forms of this app are answered: once, and never over what somebody else has saved."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from coordination.access.refused import Refused
from coordination.knowledge.texts import ChangedMeanwhile
from coordination.ui.fields import row_key
from coordination.ui.forms import PortalForm
from coordination.writing.once import once


def revision_of(request: HttpRequest) -> int:
    """The revision that the sent form was opened with; 0 for none."""
    return row_key(request.POST.get("version", "").rpartition("-")[2]) or 0


def answer(
    request: HttpRequest,
    *,
    form: PortalForm,
    act: Callable[[], str],
    template: str,
    context: Mapping[str, Any],
    version: Callable[[], str] = str,
    saved: Callable[[], Mapping[str, Any]] = dict,
) -> HttpResponse:
    """Carries out a valid form and leads on; else the page, with what is wrong.

    When somebody else has saved meanwhile, both texts are shown and nothing is saved: what is sent
    after that takes the place of what was seen. `version` says what is saved now, and `saved` its
    texts by field.
    """
    token = request.POST.get("version", "") if form.is_bound else version()
    theirs: list[tuple[Any, Any]] = []
    if form.is_valid():
        try:
            return redirect(once(request, act))
        except ChangedMeanwhile as refusal:
            form.add_refusal(refusal)
            token = version()
            theirs = [
                (form[name].plain_label, text)  # type: ignore[attr-defined]
                for name, text in saved().items()
                if str(text or "") != str(form.cleaned_data.get(name) or "")
            ]
        except Refused as refusal:
            form.add_refusal(refusal)
    more = {"form": form, "version": token, "theirs": theirs}
    return render(request, template, {**context, **more})
