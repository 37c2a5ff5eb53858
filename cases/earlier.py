"""Earlier worries for the same person, however the name was spelt then: accumulated concern.

Three referrals that are each closed alone say less than three that are read together. The question is
asked at triage only, of the unit's own cases only, open and closed (V16, resolution 22), and finds
cases, never a person.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.db.models.functions import Substr

from .models import Case, Conflict, Subject, SubjectToken
from .vault import name_index, name_matches, name_tokens
from .vault.keys import token_ring

MOST = 20
"""So many are shown: whoever has more has a common name, and is looked for by the exact one."""


@dataclass(frozen=True)
class Earlier:
    """A case that may be about the same person, and how much speaks for it."""

    case: Case
    shared: int
    """How many of the loose tokens are the same."""


def of(subject: Subject, *, by: Any) -> list[Earlier]:
    """The unit's other cases whose person's name is nearly this one, the nearest first.

    Not those of a protected identity, nor those handed over to the police, that `by` is not named in
    (V21, resolution 18), nor those that `by` has stepped aside from (V22): for them such a case is not
    there, here as elsewhere.
    """
    wanted = name_matches(subject.given, subject.family, int(subject.birth_year))
    named = Q(area__isnull=False) | Q(pk__in=Case.objects.visible_to(by).values("pk"))
    aside = Conflict.objects.filter(user=by).values("case")
    shown = Case.objects.filter(named, unit=subject.case.unit_id).exclude(pk__in=aside)
    near: Any = (
        SubjectToken.objects.filter(token__in=wanted, subject__case__in=shown.values("pk"))
        .exclude(subject=subject)
        .values("subject__case")
        .annotate(shared=Count("pk"))
        .order_by("-shared", "subject__case")[:MOST]
    )
    found = {row["subject__case"]: row["shared"] for row in near}
    cases = {case.pk: case for case in shown.filter(pk__in=found).select_related("area__district")}
    return [Earlier(cases[pk], shared) for pk, shared in found.items() if pk in cases]


def retoken() -> int:
    """After a change of keys: the tokens of every person under an older key are made anew. Returns of
    how many persons. Can be stopped and run again."""
    current, count = token_ring().current, 0
    stale = Subject.objects.annotate(key=Substr("index", 1, len(current))).exclude(key=current)
    for subject in stale.order_by("pk").iterator(chunk_size=200):
        tokens = name_tokens(subject.given, subject.family, int(subject.birth_year))
        count += _replace(subject, name_index(subject.given, subject.family), tokens)
    return count


def _replace(subject: Subject, index: str, tokens: set[str]) -> int:
    with transaction.atomic():
        SubjectToken.objects.filter(subject=subject).delete()
        SubjectToken.objects.bulk_create(
            SubjectToken(subject=subject, token=token) for token in sorted(tokens)
        )
        return Subject.objects.filter(pk=subject.pk, index=subject.index).update(index=index)
