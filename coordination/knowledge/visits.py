"""Study visits and network meetings, and the proposals that come of them (guideline: Århus, Köpenhamn,
RAN and Kunskapshus)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.actors.models import Organisation
from coordination.audit import log

from .models import Suggestion, SuggestionChange, Visit
from .texts import ChangedMeanwhile, Missing, WrongState, clean

LABELS = {
    "title": gettext_lazy("What it was"),
    "place": gettext_lazy("Place"),
    "participants": gettext_lazy("Participants"),
    "prevent": gettext_lazy("What we learnt: preventing people from taking part"),
    "handle": gettext_lazy("What we learnt: handling people who have taken part"),
}
NEEDED = {
    "title": gettext_lazy("Enter what it was"),
    "place": gettext_lazy("Enter a place"),
    "participants": gettext_lazy("Enter who took part, as functions"),
}
LINES = ("prevent", "handle")
SUGGESTION_TEXT = 200
NOTE = 200


def note(
    *,
    values: Mapping[str, Any],
    organisations: Sequence[Organisation],
    by: Any,
    now: datetime | None = None,
) -> Visit:
    """A visit that has been made. Raises WrongState for a day to come, and what `clean` raises."""
    now = now or timezone.now()
    kept = _cleaned(values, timezone.localdate(now))
    with transaction.atomic():
        visit = Visit.objects.create(
            **kept, noted_by=by, noted_at=now, changed_by=by, changed_at=now
        )
        visit.organisations.set(organisations)
        log.record(by=by, event="knowledge.visit.noted", on=visit, at=now)
    return visit


def change(
    *,
    visit: Visit,
    values: Mapping[str, Any],
    organisations: Sequence[Organisation],
    revision: int,
    by: Any,
    now: datetime | None = None,
) -> None:
    """Other words for a visit. Raises ChangedMeanwhile when `revision` is not the visit's any longer,
    and as `note` does."""
    now = now or timezone.now()
    kept = _cleaned(values, timezone.localdate(now))
    changed = [name for name, value in kept.items() if getattr(visit, name) != value]
    with transaction.atomic():
        saved = Visit.objects.filter(pk=visit.pk, revision=revision).update(
            **kept, revision=F("revision") + 1, changed_by=by, changed_at=now
        )
        if not saved:
            raise ChangedMeanwhile(
                Visit.objects.select_related("changed_by").get(pk=visit.pk).changed_by
            )
        visit.organisations.set(organisations)
        log.record(by=by, event="knowledge.visit.changed", on=visit, fields=changed, at=now)


def suggest(
    *, visit: Visit, text: str, responsible: Organisation, by: Any, now: datetime | None = None
) -> Suggestion:
    """A proposal because of the visit, to be tried by that organisation."""
    now = now or timezone.now()
    kept = _said(text)
    with transaction.atomic():
        made = Suggestion.objects.create(
            visit=visit,
            text=kept,
            responsible=responsible,
            made_by=by,
            made_at=now,
            changed_by=by,
            changed_at=now,
        )
        SuggestionChange.objects.create(suggestion=made, state=made.state, by=by, at=now)
        log.record(by=by, event="knowledge.suggestion.made", on=made, at=now)
    return made


def keep(
    *,
    suggestion: Suggestion,
    text: str,
    responsible: Organisation,
    state: str,
    revision: int,
    by: Any,
    comment: str = "",
    now: datetime | None = None,
) -> None:
    """What the proposal says, who is responsible, and how far it has come.

    Raises WrongState for a state that cannot follow, and ChangedMeanwhile when `revision` is not the
    proposal's any longer.
    """
    now = now or timezone.now()
    kept = _said(text)
    reason = clean(comment, label=_("Comment"), limit=NOTE, field="comment")
    with transaction.atomic():
        before = Suggestion.objects.select_related("changed_by").get(pk=suggestion.pk)
        if before.revision != revision:
            raise ChangedMeanwhile(before.changed_by)
        follows = Suggestion.FOLLOWS[Suggestion.State(before.state)]
        if state != before.state and state not in follows:
            raise WrongState(_("The proposal cannot get that status now."), field="state")
        saved = Suggestion.objects.filter(pk=before.pk, revision=revision).update(
            text=kept,
            responsible=responsible,
            state=state,
            revision=F("revision") + 1,
            changed_by=by,
            changed_at=now,
        )
        if not saved:
            raise ChangedMeanwhile
        if state != before.state or reason:
            SuggestionChange.objects.create(
                suggestion=before, state=state, note=reason, by=by, at=now
            )
        log.record(by=by, event="knowledge.suggestion.changed", on=before, at=now)


def history(suggestion: Suggestion) -> QuerySet[SuggestionChange]:
    """The states that the proposal has been in, the latest first."""
    return suggestion.changes.select_related("by").order_by("-pk")


def _said(text: str) -> str:
    return clean(
        text,
        label=_("Proposal"),
        limit=SUGGESTION_TEXT,
        field="text",
        needed=_("Enter what is proposed"),
    )


def _cleaned(values: Mapping[str, Any], today: date) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, label in LABELS.items():
        limit = Visit._meta.get_field(name).max_length or 0
        kept[name] = clean(
            values.get(name, ""),
            label=label,
            limit=limit,
            field=name,
            needed=NEEDED.get(name, ""),
            lines=name in LINES,
        )
    if not kept["prevent"] and not kept["handle"]:
        raise Missing(_("Write what you learnt, in one of the two fields"), field="prevent")
    if values["on"] > today:
        raise WrongState(_("The day has not come. Write the report afterwards."), field="on")
    if values["kind"] not in Visit.Kind.values:
        raise Missing(_("Choose one of the alternatives"), field="kind")
    return {**kept, "on": values["on"], "kind": values["kind"]}
