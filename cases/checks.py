"""What must be decided before an installation may hold individual cases, and of each of their pages."""

from typing import Any

from django.conf import settings
from django.core import checks

from coordination.access.urls import Policy, every_url
from coordination.access.vocabulary import Permission


def the_impact_assessment_is_decided(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """cases.E001: cases are on, and nobody has said which decided assessment that rests on (article 35
    of the GDPR: a high risk is assessed before, not after)."""
    if not settings.CASES_ENABLED or settings.CASES_ASSESSMENT.strip():
        return []
    return [
        checks.Error(
            "Individual cases are on without a decided impact assessment.",
            hint="Set PORTAL_CASES_ASSESSMENT to its reference, or PORTAL_CASES to 0.",
            id="cases.E001",
        )
    ]


ZONE = frozenset(
    {
        Permission.CARRY_CASES,
        Permission.LIST_CASES,
        Permission.TRIAGE_CASE,
        Permission.VIEW_CASE,
        Permission.KEEP_CASE,
    }
)


def every_page_of_the_zone_is_read_on_record(
    app_configs: Any, **kwargs: Any
) -> list[checks.CheckMessage]:
    """cases.E002: a page shows something of a case, and nobody would know who opened it."""
    errors: list[checks.CheckMessage] = []
    for route, pattern in every_url():
        policy = getattr(pattern.callback, "policy", None)
        if isinstance(policy, Policy) and shows_cases(policy) and not policy.reads:
            errors.append(checks.Error(f"/{route} does not say what it reads.", id="cases.E002"))
    return errors


def shows_cases(policy: Policy) -> bool:
    """Whether the page is about something of this app, or for those who see cases. Pages that only
    change something are asked too: refused, their form comes back with what stands on it."""
    return policy.model.startswith("cases.") or policy.see in ZONE


def register() -> None:
    checks.register(every_page_of_the_zone_is_read_on_record, checks.Tags.security)
    checks.register(the_impact_assessment_is_decided, checks.Tags.security, deploy=True)
