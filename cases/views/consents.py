"""The consents of a case: which there are, one more, and one that is withdrawn."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases import consents, words
from cases.forms.consents import ConsentForm, WithdrawForm
from cases.models import Case, Consent
from coordination.access.policy import may
from coordination.access.vocabulary import Permission

from .pages import carry_out


def case_consents(request: HttpRequest, case: Any) -> HttpResponse:
    """Which consents there are and have been."""
    governed: Case = request.governed  # type: ignore[attr-defined]
    found = governed.consents.select_related("noted_by", "withdrawn_by").order_by("-given_on", "pk")
    context = {
        "case": governed,
        "consents": [(one, words.covered(one.covers), _standing(one)) for one in found],
        "may_keep": may(request.user, Permission.KEEP_CASE, governed),
        "may_note": governed.stage in consents.OPEN,
    }
    return render(request, "cases/consents.html", context)


def _standing(consent: Consent) -> dict[str, str]:
    """How it stands in words, and the tone of that."""
    if consent.withdrawn_at:
        return {"text": pgettext("consent", "Withdrawn"), "tone": "ended"}
    if consent.until < timezone.localdate():
        return {"text": _("Has run out"), "tone": "ended"}
    return {"text": _("In force"), "tone": "success"}


def case_consent_new(request: HttpRequest, case: Any) -> HttpResponse:
    """Note a consent that was given."""
    governed: Case = request.governed  # type: ignore[attr-defined]
    form = ConsentForm(request.POST if request.method == "POST" else None)
    return carry_out(
        request,
        governed,
        form=form,
        do=lambda: consents.note(case=governed, by=request.user, **form.cleaned_data),
        done=_("Done. The consent is noted."),
        template="cases/consent_new.html",
        then=lambda: reverse("case_consents", args=[governed.pk]),
    )


def case_consent_withdraw(request: HttpRequest, case: Any, consent: Any) -> HttpResponse:
    """Note that a consent is withdrawn."""
    governed: Case = request.governed  # type: ignore[attr-defined]
    given = get_object_or_404(governed.consents, pk=consent)
    if request.method != "POST" and given.withdrawn_at:
        raise Http404
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    return carry_out(
        request,
        governed,
        form=form,
        do=lambda: consents.withdraw(consent=given, by=request.user, **form.cleaned_data),
        done=_("Done. The consent is withdrawn."),
        template="cases/consent_withdraw.html",
        context={
            "consent": given,
            "covers": words.covered(given.covers),
            "goals": consents.rests_on_consent(governed),
        },
        then=lambda: reverse("case_consents", args=[governed.pk]),
    )
