"""Cases for tests in the browser to begin with: one of each that a page shows, of the demo's own."""

from typing import Any

from django.utils import timezone

from cases import destroying, handing_in
from cases.models import (
    Case,
    CheckUp,
    Closing,
    Consent,
    Destruction,
    Glimpse,
    Handover,
    Receipt,
    Stage,
)
from coordination.access.models import User
from coordination.actors.models import District
from coordination.grounds import retention
from coordination.grounds.models import RetentionRule


def examples() -> dict[str, str | int]:
    """The keys of what stands in addresses of cases, by name."""
    maria = User.objects.get(username="maria.sten")
    mine = Case.objects.filter(roles__user=maria, roles__role="owner", is_protected=False)
    asked = Closing.objects.get(state=Closing.State.ASKED)
    closed = mine.filter(stage=Stage.CLOSED, triages__outcome="open").latest("stage_since")
    consent = Consent.objects.filter(case__in=mine.exclude(stage=Stage.CLOSED)).latest("until")
    seen = Glimpse.objects.get()
    found: dict[str, Any] = {
        "case": mine.filter(stage=Stage.FOLLOW_UP).earliest("received_at").pk,
        "to_triage": Case.objects.filter(stage=Stage.RECEIVED, area__district__name="Vivalla")
        .latest("received_at")
        .pk,
        "closing": asked.pk,
        "closing_case": asked.case_id,
        "closed_case": closed.pk,
        "check_up": CheckUp.objects.filter(case=closed).earliest("due_on").pk,
        "consent": consent.pk,
        "consent_case": consent.case_id,
        "glimpse": seen.pk,
        "glimpsed_case": seen.case_id,
        "handed_over": Handover.objects.get().case_id,
        "receipt": Receipt.objects.filter(handed_in_by__username="tove.lind").earliest("pk").pk,
        "draft": _draft(),
    }
    return {name: str(key) for name, key in found.items()} | {"destruction": _destruction().pk}


def _draft() -> Any:
    """What Tove has written of a case, every page of it."""
    tove, today = User.objects.get(username="tove.lind"), timezone.localdate()
    draft = handing_in.begin(by=tove)
    values = {
        "happened": "Hotade yngre elever på skolgården.",
        "when": "I går",
        "known_how": "seen",
        "before": "no",
        "about_behaviour": True,
        "given": "Robin",
        "family": "Testberg",
        "birth_year": today.year - 16,
        "protected": "no",
        "district": District.objects.get(name="Vivalla").pk,
        "place": "Vivallaskolan",
        "guardian_told": "yes",
        "told": "yes",
        "consent": "no",
        "sender": "school",
    }
    handing_in.keep(draft=draft, values=values, revision=draft.revision, by=tove)
    return draft.pk


def _destruction() -> Destruction:
    """One that waits for the second person, by a rule that lets cases go at once."""
    stina, today = User.objects.get(username="stina.alm"), timezone.localdate()
    rule = RetentionRule.objects.get(record="submission")
    old = rule.versions.in_force(today).get()
    values = {name: getattr(old, name) for name in retention.SAYS}
    short = {"length": 1, "unit": "days", "event": "received", "valid_from": today}
    made = retention.add_version(rule=rule, values=values | short, by=stina)
    retention.review(version=made, who="Lo Arkivsson, arkivarie", on=today, by=stina)
    first = destroying.due(today)[0]
    ida = User.objects.get(username="ida.rask")
    return destroying.propose(cases=[first.case.pk], by=ida)
