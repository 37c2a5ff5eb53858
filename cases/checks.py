"""What must be decided before an installation may hold individual cases."""

from typing import Any

from django.conf import settings
from django.core import checks


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


def register() -> None:
    checks.register(the_impact_assessment_is_decided, checks.Tags.security, deploy=True)
