"""The agreement that a decision is about.

Both ways everyone is given what they may see and nothing else: the agreement to those who may read it,
a decision to those who read it where it was made.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.agreements.models import Agreement
from coordination.audit import log

from . import decisions, tied
from .models import Decision, DecisionAgreement, DecisionQuerySet


def agree(
    *, decision: Decision, agreement: Agreement | None, by: Any, now: datetime | None = None
) -> None:
    """The decision is about this agreement from now on, and about no other; with None, about none.

    Saying it again changes nothing. Raises WrongState while the meeting has no minutes.
    """
    now = now or timezone.now()
    with transaction.atomic():
        if not tied.say(DecisionAgreement, decision=decision, by=by, now=now, agreement=agreement):
            return
        if agreement is None:
            log.record(by=by, event="forums.decision.agreement_untied", on=decision, at=now)
        else:
            log.record(
                by=by,
                event="forums.decision.agreement_tied",
                on=decision,
                facts={"agreement": agreement.pk},
                at=now,
            )


def agreement_of(decision: Decision, user: Any) -> Agreement | None:
    """The agreement that a decision is about which the person may read, if they may read that too."""
    said = getattr(decision, "agreed", None)
    if said is None:
        return None
    return Agreement.objects.visible_to(user).filter(pk=said.agreement_id).first()


def may_say(user: Any) -> bool:
    """Whether the person, where they keep the forum of a decision, says which agreement it is about:
    who reads agreements does, among those that they may read."""
    return policy.may(user, Permission.VIEW_AGREEMENTS)


def about(agreement: Agreement, user: Any) -> DecisionQuerySet:
    """The decisions about the agreement that the person may read."""
    said = DecisionAgreement.objects.visible_to(user).filter(agreement=agreement)
    return decisions.seen_by(user).filter(agreed__in=said)
