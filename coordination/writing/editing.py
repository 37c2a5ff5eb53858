"""How a form that changes something is answered: once, and never over what somebody else has saved."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from coordination.access.refused import ChangedMeanwhile, Refused
from coordination.ui.fields import row_key
from coordination.ui.forms import PortalForm

from .once import once
from .typed import Typed


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
    drafts: bool = False,
) -> HttpResponse:
    """Carries out a valid form and leads on; else the page, with what is wrong.

    When somebody else has saved meanwhile, both texts are shown and nothing is saved: what is sent
    after that takes the place of what was seen. `version` says what is saved now, and `saved` its
    texts by field. With `drafts` what is typed is kept while it is typed.
    """
    typed = Typed(request, form) if drafts else None
    if typed is not None and (kept := typed.answer()):
        return kept
    token = request.POST.get("version", "") if form.is_bound else version()
    if typed is not None:
        token, act = typed.version or token, typed.used(act)
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
    more = {"form": form, "version": token, "theirs": theirs, "draft": typed and typed.draft}
    return render(request, template, {**context, **more})
