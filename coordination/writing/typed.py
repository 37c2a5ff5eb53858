"""What is typed into a form is kept while it is typed, and stands there again when the page is opened anew.

For pages with one form that is sent once. `static/js/autosave.js` sends the form to its own address
while somebody types; the page's own policy decides who may. Each draft belongs to one person and one
address, and holds what the form itself would take, and nothing else: never a text it refuses.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.formsets import BaseFormSet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.ui import dates
from coordination.ui.fields import GuardedText, row_key

from . import drafts
from .models import Draft
from .once import FIELD, carried_out

HEADER = "X-Autosave"
VERSION = "version"
"""The hidden field that says what the form was opened on top of."""


class Typed:
    """What somebody has typed into the form of this page and not sent.

    Opened anew, the page shows it in the unbound `parts` that it is made with; `draft` is then what
    was kept, for components/draft.html, and `version` what it was written on top of.
    """

    def __init__(self, request: HttpRequest, *parts: Any) -> None:
        self.request, self.parts = request, parts
        self.place = f"form:{request.path}"
        self.draft: Draft | None = None
        if request.method == "GET":
            self._restore()

    def opened_with(self, now: int) -> int:
        """The version that the form was opened with, where `now` is the one that is saved."""
        sent = self.request.method == "POST"
        return (
            row_key(self.request.POST.get(VERSION, "") if sent else self.version or str(now)) or 0
        )

    @property
    def version(self) -> str:
        """The version that the draft was written on top of; nothing without a draft."""
        return self.draft.data.get(VERSION, "") if self.draft else ""

    def answer(self) -> HttpResponse | None:
        """The answer to an autosave, or to throwing the draft away; None to everything else."""
        if self.request.method != "POST":
            return None
        if HEADER in self.request.headers:
            return self._keep()
        if self.request.POST.get("do") == "discard":
            drafts.drop(user=self.request.user, place=self.place)
            return redirect(self.request.get_full_path())
        return None

    def used(self, act: Callable[[], str]) -> Callable[[], str]:
        """The act, and the draft is thrown away with it."""

        def act_and_drop() -> str:
            outcome = act()
            drafts.drop(user=self.request.user, place=self.place)
            return outcome

        return act_and_drop

    def _restore(self) -> None:
        draft = drafts.of(user=self.request.user, place=self.place)
        if draft is None:
            return
        if carried_out(self.request.user, draft.data.get(FIELD, "")):
            # It arrived after the form that it belongs to.
            drafts.drop(user=self.request.user, place=self.place)
            return
        self.draft = draft
        for form in self._forms():
            for name, field in form.fields.items():
                values = draft.data.get(form.add_prefix(name))
                if values is not None:
                    several = isinstance(field.widget, forms.SelectMultiple)
                    form.initial[name] = values if several else "".join(values[-1:])

    def _keep(self) -> JsonResponse:
        user, sent = self.request.user, self.request.POST
        if carried_out(user, sent.get(FIELD, "")):
            return _kept()
        earlier = drafts.of(user=user, place=self.place)
        before = earlier.data if earlier else {}
        data: dict[str, Any] = {name: sent.get(name, "") for name in (FIELD, VERSION)}
        refused: tuple[str, BoundField] | None = None
        for form in self._forms():
            for field in form:
                faults = form.errors.as_data().get(field.name, ())
                wrong = [one for one in faults if one.code != "required"]
                key = field.html_name
                data[key] = before.get(key, []) if wrong else sent.getlist(key)
                if wrong and isinstance(field.field, GuardedText) and refused is None:
                    refused = str(wrong[0].messages[0]), field
        if any(form.has_changed() for form in self._forms()):
            drafts.keep(user=user, place=self.place, data=data)
        else:
            drafts.drop(user=user, place=self.place)
        if refused is not None:
            message, field = refused
            return JsonResponse({"message": message, "field": field.auto_id}, status=422)
        return _kept()

    def _forms(self) -> Iterator[forms.BaseForm]:
        for part in self.parts:
            yield from part.forms if isinstance(part, BaseFormSet) else (part,)


def _kept() -> JsonResponse:
    time = dates.hour(timezone.now())
    return JsonResponse({"saved": time, "message": _("Saved at %(time)s") % {"time": time}})
