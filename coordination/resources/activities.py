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

from coordination.actors.models import District
from coordination.audit import log

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
FIELDS = ("name", "level", "fte", "cost", "calculated", "comment")


def add(
    *,
    report: Report,
    values: Mapping[str, Any],
    districts: Sequence[District],
    by: Any,
    confirmed: bool = False,
    now: datetime | None = None,
) -> Activity:
    """A new activity. Raises Ask for a figure that looks like a slip, unless it is `confirmed` with a
    comment; WrongState when the report is sent."""
    now = now or timezone.now()
    kept = _cleaned(values)
    _ask(kept, None, confirmed=confirmed)
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
    revision: int,
    by: Any,
    confirmed: bool = False,
    now: datetime | None = None,
) -> None:
    """Other words or figures; an ended activity goes on again. Raises what `add` does, and
    ChangedMeanwhile when `revision` is not the row's any longer."""
    now = now or timezone.now()
    kept = _cleaned(values)
    _ask(kept, before_of(activity), confirmed=confirmed)
    changed = [name for name in FIELDS if getattr(activity, name) != kept[name]]
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
    last = snapshots.last_year(activity.report)
    rows = last.content["activities"] if last else []
    return next((row for row in rows if row["line"] == activity.line), None)


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
