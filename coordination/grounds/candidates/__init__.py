"""What the portal comes with: candidates for a lawyer and an archivist to accept, word anew or strike.

None is reviewed, so nothing may rest on any of them before that. What is there already stays as it is.
"""

from django.db import transaction
from django.utils import timezone

from coordination.grounds.models import (
    BasisVersion,
    LegalBasis,
    RetentionRule,
    RetentionVersion,
)

from .bases import BASES, SECRECY_ACT
from .rules import RULES, SOCIAL_SERVICES_ACT

__all__ = ["BASES", "RULES", "ship"]


def ship(*, using: str = "default") -> None:
    """Puts every candidate there that is not there yet, as an unreviewed first version."""
    now = timezone.now()
    with transaction.atomic(using=using):
        known = set(LegalBasis.objects.using(using).values_list("code", flat=True))
        for place, row in enumerate(BASES):
            says = dict(row)
            code, name = says.pop("code"), says.pop("name")
            if code not in known:
                basis = LegalBasis.objects.using(using).create(code=code, name=name, place=place)
                BasisVersion.objects.using(using).create(
                    basis=basis, number=1, noted_at=now, **({"valid_from": SECRECY_ACT} | says)
                )
        known = set(RetentionRule.objects.using(using).values_list("record", flat=True))
        for place, row in enumerate(RULES):
            says = dict(row)
            record = says.pop("record")
            if record not in known:
                rule = RetentionRule.objects.using(using).create(record=record, place=place)
                RetentionVersion.objects.using(using).create(
                    rule=rule,
                    number=1,
                    noted_at=now,
                    **({"valid_from": SOCIAL_SERVICES_ACT} | says),
                )
