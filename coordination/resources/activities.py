"""Part 1: the activities, each a row of its own that two people can write at the same time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.actors.columns import folded_name
from coordination.actors.models import District
from coordination.audit import log
from coordination.ui import amounts

from . import filling, outliers, snapshots
from .models import Activity, Part, Report
from .refusals import Ask, ChangedMeanwhile, Missing, WrongState, clean

NAME, COMMENT, ENDED = 80, 200, 200
LABELS = {
    "name": gettext_lazy("Activity"),
    "level": gettext_lazy("Prevention level"),
    "districts": gettext_lazy("Area"),
    "fte": gettext_lazy("Full-time equivalents"),
    "cost": gettext_lazy("Cost (kr)"),
    "calculated": gettext_lazy("How is it calculated?"),
    "comment": gettext_lazy("Comment"),
    "ended": gettext_lazy("Why has it ended?"),
}
WHOLE = 10_000
"""A split is in hundredths of a percent."""
FIELDS = ("name", "level", "fte", "cost", "calculated", "comment")


def add(
    *,
    report: Report,
    values: Mapping[str, Any],
    districts: Sequence[District],
    by: Any,
    split: Mapping[int, int] | None = None,
    confirmed: bool = False,
    now: datetime | None = None,
) -> Activity:
    """A new activity, which its districts share equally unless `split` says how (see `share_out`).
    Raises Ask for a figure that looks like a slip, unless it is `confirmed` with a comment; WrongState
    when the report is sent."""
    now = now or timezone.now()
    kept = _cleaned(values)
    kept["split"] = _split(split or {}, districts)
    _ask(kept, before_named(report, kept["name"]), confirmed=confirmed)
    with transaction.atomic():
        filling.touch(report, by=by, now=now)
        made = Activity.objects.create(
            report=report, line=filling.new_line(), changed_by=by, changed_at=now, **kept
        )
        made.districts.set(districts)
        _under_way(report, by, now)
        log.record(by=by, event="resources.activity.added", on=made, at=now)
    return made


def change(
    *,
    activity: Activity,
    values: Mapping[str, Any],
    districts: Sequence[District],
    split: Mapping[int, int] | None = None,
    revision: int,
    by: Any,
    confirmed: bool = False,
    now: datetime | None = None,
) -> None:
    """Other words or figures; an ended activity goes on again. How the districts share stays as long
    as they are the same and no other `split` is given. Raises what `add` does, and ChangedMeanwhile
    when `revision` is not the row's any longer."""
    now = now or timezone.now()
    kept = _cleaned(values)
    if split is None and {str(one.pk) for one in districts} == set(activity.split):
        kept["split"] = activity.split
    else:
        kept["split"] = _split(split or {}, districts)
    _ask(kept, before_of(activity), confirmed=confirmed)
    changed = [name for name in (*FIELDS, "split") if getattr(activity, name) != kept[name]]
    with transaction.atomic():
        _save(activity, {**kept, "ended": ""}, revision=revision, by=by, now=now)
        activity.districts.set(districts)
        log.record(by=by, event="resources.activity.changed", on=activity, fields=changed, at=now)


def end(
    *, activity: Activity, reason: str, revision: int, by: Any, now: datetime | None = None
) -> None:
    """The activity has ended: its row stays with nothing in it and the reason. Raises Missing without
    one, ChangedMeanwhile and WrongState."""
    now = now or timezone.now()
    why = clean(
        reason,
        label=LABELS["ended"],
        limit=ENDED,
        field="ended",
        needed=_("Write why it has ended"),
    )
    gone = {"fte": Decimal(0), "cost": Decimal(0), "ended": why}
    with transaction.atomic():
        _save(activity, gone, revision=revision, by=by, now=now)
        log.record(by=by, event="resources.activity.ended", on=activity, at=now)


def share_out(
    *,
    activity: Activity,
    split: Mapping[int, int],
    revision: int,
    by: Any,
    now: datetime | None = None,
) -> None:
    """How the districts of an activity share its posts and its cost: hundredths of a percent by the
    key of the district, together exactly 10 000; nothing for equal shares.

    Raises Missing for shares that are not together the whole, ChangedMeanwhile and WrongState.
    """
    now = now or timezone.now()
    kept = _split(split, list(activity.districts.all()))
    with transaction.atomic():
        _save(activity, {"split": kept}, revision=revision, by=by, now=now)
        log.record(by=by, event="resources.activity.changed", on=activity, fields=["split"], at=now)


def check(*, activity: Activity, by: Any, now: datetime | None = None) -> None:
    """Somebody has looked at a row from last year, and it is right. Raises WrongState."""
    now = now or timezone.now()
    with transaction.atomic():
        filling.touch(activity.report, by=by, now=now)
        Activity.objects.filter(pk=activity.pk).update(is_checked=True)
        log.record(by=by, event="resources.activity.checked", on=activity, at=now)


def finish(*, part: Part, by: Any, now: datetime | None = None) -> None:
    """The activities are all there. Raises Missing without any, and WrongState."""
    now = now or timezone.now()
    if not part.report.activities.exists():
        raise Missing(
            _("Add an activity, or answer in the report that there is nothing to report.")
        )
    with transaction.atomic():
        filling.touch(part.report, by=by, now=now)
        filling.claim(part, revision=None, state=Part.State.DONE, by=by, now=now)
        log.record(by=by, event="resources.part.saved", on=part, facts={"part": 1}, at=now)


def before_of(activity: Activity) -> Mapping[str, Any] | None:
    """The row as it was sent in last year, if there was one."""
    return before_in(last_years(activity.report), activity.line, activity.name)


def before_named(report: Report, name: str) -> Mapping[str, Any] | None:
    """Last year's row of that name: a report that was begun empty is compared too."""
    return before_in(last_years(report), "", name)


def last_years(report: Report) -> Sequence[Mapping[str, Any]]:
    """The rows as they were sent in last year."""
    last = snapshots.last_year(report)
    return last.content["activities"] if last else []


def before_in(rows: Sequence[Mapping[str, Any]], line: str, name: str) -> Mapping[str, Any] | None:
    """The one of last year's rows that is the same activity: by its line, else by its name."""
    of_line = next((row for row in rows if row["line"] == line), None)
    alike = [row for row in rows if folded_name(row["name"]) == folded_name(name)]
    return of_line or (alike[0] if len(alike) == 1 else None)


def _ask(kept: Mapping[str, Any], before: Mapping[str, Any] | None, *, confirmed: bool) -> None:
    questions = outliers.questions(fte=kept["fte"], cost=kept["cost"], before=before)
    if questions and not (confirmed and kept["comment"]):
        raise Ask(questions)


def _save(
    activity: Activity, values: Mapping[str, Any], *, revision: int, by: Any, now: datetime
) -> None:
    filling.touch(activity.report, by=by, now=now)
    saved = Activity.objects.filter(pk=activity.pk, revision=revision).update(
        **values, is_checked=True, revision=F("revision") + 1, changed_by=by, changed_at=now
    )
    if not saved:
        there = Activity.objects.select_related("changed_by").filter(pk=activity.pk).first()
        if there is None:
            raise WrongState(_("The row is no longer there."))
        raise ChangedMeanwhile(there.changed_by)
    _under_way(activity.report, by, now)


def _under_way(report: Report, by: Any, now: datetime) -> None:
    """A change of a row: whoever said that the part was done says so again. What was done stays done
    when only figures change in it."""
    part = report.parts.get(number=1)
    done = part.state == Part.State.DONE
    state = Part.State.DONE if done else Part.State.UNDER_WAY
    Part.objects.filter(pk=part.pk).update(
        state=state, revision=F("revision") + 1, changed_by=by, changed_at=now
    )


def _split(split: Mapping[int, int], districts: Sequence[District]) -> dict[str, int]:
    """The split as it is kept."""
    if not split:
        return {}
    keys = [one.pk for one in districts]
    if set(split) != set(keys) or min(split.values()) < 0:
        raise Missing(_("Enter the share of each area."))
    together = sum(split.values())
    if together != WHOLE:
        raise Missing(
            _("The shares are together %(percent)s. They must be 100 %% exactly.")
            % {"percent": amounts.percent(Decimal(together) / 100)}
        )
    return {str(key): split[key] for key in keys}


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "name": clean(
            values["name"],
            label=LABELS["name"],
            limit=NAME,
            field="name",
            needed=_("Enter the activity"),
        ),
        "comment": clean(
            values.get("comment", ""), label=LABELS["comment"], limit=COMMENT, field="comment"
        ),
    }
    for name, codes in (("level", snapshots.LEVELS), ("calculated", ("booked", "estimated"))):
        if values[name] not in codes:
            raise Missing(_("Choose one of the alternatives"), field=name)
        kept[name] = values[name]
    for name in ("fte", "cost"):
        if values[name] < 0:
            raise Missing(_("The number must be 0 or more"), field=name)
        kept[name] = values[name]
    return kept
