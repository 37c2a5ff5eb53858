"""A case: what is known, what comes next, and who can see it."""

from typing import Any

from django.db.models import Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from cases import carrying, seeing, words
from cases.models import Case, CaseRole, Goal, Stage
from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.ui import dates

from . import menu
from .listing import tag_of

SECTIONS = (
    ("case", pgettext_lazy("case", "Overview")),
    ("case_plan", pgettext_lazy("case", "Assessment and plan")),
    ("case_follow_up", pgettext_lazy("case", "Follow-up")),
    ("case_events", pgettext_lazy("case", "Events")),
    ("case_access", pgettext_lazy("case", "Access")),
)
"""The pages of a case, in the order of their links."""
UNDER = {
    "case_triage": pgettext_lazy("case", "Triage"),
    **dict.fromkeys(
        ("case_assess", "case_goal_new", "case_journal", "case_begin"),
        pgettext_lazy("case", "Assessment and plan"),
    ),
    **dict.fromkeys(
        ("case_consents", "case_consent_new", "case_consent_withdraw"), gettext_lazy("Consents")
    ),
    **dict.fromkeys(("case_hand_over", "case_handover"), gettext_lazy("Handover")),
    **dict.fromkeys(("case_close", "case_closing", "case_closing_refuse"), gettext_lazy("Closing")),
}
"""What other pages of a case lie under, in the words of whoever reads who has opened them."""
NEXT = {
    Stage.INQUIRY: gettext_lazy("Assess the needs, and plan"),
    Stage.INTERVENTION: gettext_lazy("Follow up the goals of the plan"),
    Stage.FOLLOW_UP: gettext_lazy("Follow up, or close the case when the goals are reached"),
    Stage.SPECIAL: gettext_lazy("See to what remains for the municipality"),
}
NEXT_AT = {
    Stage.INQUIRY: "case_plan",
    Stage.INTERVENTION: "case_follow_up",
    Stage.FOLLOW_UP: "case_follow_up",
}


def head(request: HttpRequest, case: Case) -> dict[str, Any]:
    """What stands at the top of every page of a case: number, stage, who carries it, the next day."""
    match = request.resolver_match
    here = match.view_name if match else ""
    roles = carrying.named_in([case.pk])
    under_way = case.goals.filter(state=Goal.State.UNDER_WAY)
    keeps = policy.may(request.user, Permission.KEEP_CASE, case)
    return {
        "case": case,
        "tag": tag_of(case),
        "responsible": [one.user for one in roles if one.role == CaseRole.Role.OWNER],
        "deputies": [one.user for one in roles if one.role == CaseRole.Role.DEPUTY],
        "next_on": under_way.aggregate(next=Min("follow_up_on"))["next"],
        "sections": [
            (reverse(name, args=[case.pk]), label, name == here) for name, label in SECTIONS
        ],
        "may_keep": keeps,
        "choices": menu.choices(case, request.user, keeps=keeps),
    }


def case(request: HttpRequest, case: Any) -> HttpResponse:
    """The overview: whom it is about, what was handed in, what was decided, and the next step."""
    governed: Case = request.governed  # type: ignore[attr-defined]
    subject = governed.subject
    consents = governed.consents.order_by("-until", "pk")
    there = NEXT_AT.get(Stage(governed.stage))
    context = {
        "subject": subject,
        "is_protected": subject.protected != subject.Protected.NO,
        "consents": [(one, words.covered(one.covers), _standing(one)) for one in consents],
        "handed_in": handed_in(governed),
        "triage": governed.triages.select_related("decided_by").order_by("-decided_at").first(),
        "next_step": NEXT.get(Stage(governed.stage), ""),
        "next_at": reverse(there, args=[governed.pk]) if there else "",
        **head(request, governed),
    }
    return render(request, "cases/case.html", context)


def case_access(request: HttpRequest, case: Any) -> HttpResponse:
    """Who can see the case, by which rule; who has stepped aside; and who has opened it."""
    governed: Case = request.governed  # type: ignore[attr-defined]
    labels = dict(SECTIONS) | UNDER
    context = {
        "who": seeing.who_sees(governed),
        "aside": governed.conflicts.select_related("user").order_by("declared_at"),
        "openings": [
            (one, labels.get(one.page, pgettext("case", "Another page")))
            for one in seeing.openings(governed)
        ],
        "most": seeing.MOST,
        **head(request, governed),
    }
    return render(request, "cases/case_access.html", context)


def handed_in(case: Case) -> list[tuple[Any, str]]:
    """What was handed in, as its writer wrote it."""
    one = case.submission
    rows = (
        (_("What happened?"), one.happened),
        (_("When was it?"), one.when),
        (_("How do you know?"), words.said(words.KNOWN_HOW, one.known_how)),
        (_("Has it happened more than once?"), words.said(words.BEFORE, one.before)),
        (_("Is a guardian told?"), words.said(words.YES_NO, one.guardian)),
        (_("Does the person know that it is handed in?"), words.said(words.YES_NO, one.told)),
        (_("Category"), one.get_category_display()),
        (_("What let it be handed in?"), words.let_by(one)),
    )
    return [(label, text or "–") for label, text in rows]


def _standing(consent: Any) -> str:
    """How a consent stands today, in words."""
    today = timezone.localdate()
    if consent.withdrawn_at:
        return _("Withdrawn %(day)s") % {"day": dates.day(consent.withdrawn_at)}
    if consent.until < today:
        return _("Ended %(day)s") % {"day": dates.day(consent.until)}
    return _("Holds until %(day)s") % {"day": dates.day(consent.until)}
