"""The problems of a draft picture: what is to be prevented, where, why, and how one knows it here."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.actors.models import District
from coordination.audit import log

from . import pictures
from .models import Problem, SituationalPicture
from .texts import (
    ChangedMeanwhile,
    Missing,
    NotYourDistrict,
    WrongState,
    clean,
    keeps_all,
    refuse_districts_of_others,
)

LABELS = {
    "name": gettext_lazy("Problem"),
    "description": gettext_lazy("Description"),
    "causes": gettext_lazy("Causes"),
    "source": gettext_lazy("Local evidence"),
}
NEEDED = {
    "name": gettext_lazy("Enter what the problem is"),
    "description": gettext_lazy("Describe the problem"),
    "causes": gettext_lazy("Write what causes the problem"),
    "source": gettext_lazy("Write how you know this here"),
}
LINES = ("description", "causes", "source")


def add(
    *,
    picture: SituationalPicture,
    values: Mapping[str, Any],
    districts: Iterable[District],
    by: Any,
    now: datetime | None = None,
) -> Problem:
    """One more problem of a draft, of the whole municipality (`values["whole_municipality"]`) or of
    these districts.

    Raises WrongState for a published picture, Missing, NotYourDistrict, and what `clean` raises.
    """
    now = now or timezone.now()
    kept, there = _cleaned(values, districts)
    _refuse_whole(by, kept["whole_municipality"])
    refuse_districts_of_others(by, (), there)
    with transaction.atomic():
        pictures.touch(picture, by=by, now=now)
        made = Problem.objects.create(picture=picture, **kept, changed_by=by, changed_at=now)
        made.districts.set(there)
        log.record(by=by, event="situation.problem.added", on=made, at=now)
    return made


def change(
    *,
    problem: Problem,
    values: Mapping[str, Any],
    districts: Iterable[District],
    revision: int,
    by: Any,
    now: datetime | None = None,
) -> None:
    """Other words for a problem of a draft. Raises ChangedMeanwhile when `revision` is not the
    problem's any longer, and as `add` does."""
    now = now or timezone.now()
    kept, there = _cleaned(values, districts)
    before = list(problem.districts.all())
    _refuse_whole(by, kept["whole_municipality"] or problem.whole_municipality)
    refuse_districts_of_others(by, before, there)
    changed = [name for name, value in kept.items() if getattr(problem, name) != value]
    changed += ["districts"] if set(before) != set(there) else []
    with transaction.atomic():
        pictures.touch(problem.picture, by=by, now=now)
        saved = Problem.objects.filter(pk=problem.pk, revision=revision, removed=False).update(
            **kept, revision=F("revision") + 1, changed_by=by, changed_at=now
        )
        if not saved:
            stored = Problem.objects.select_related("changed_by").get(pk=problem.pk)
            if stored.removed:
                raise WrongState(_("The problem has been taken away from the draft."))
            raise ChangedMeanwhile(stored.changed_by)
        problem.districts.set(there)
        log.record(by=by, event="situation.problem.changed", on=problem, fields=changed, at=now)


def remove(*, problem: Problem, by: Any, now: datetime | None = None) -> None:
    """Takes a problem out of the draft; it can be put back until the draft is published. Raises
    WrongState for a published picture, and NotYourDistrict when it is about districts of others too."""
    _set_removed(problem, True, by=by, now=now)


def restore(*, problem: Problem, by: Any, now: datetime | None = None) -> None:
    """Puts a problem back. Raises as `remove` does."""
    _set_removed(problem, False, by=by, now=now)


def _set_removed(problem: Problem, removed: bool, *, by: Any, now: datetime | None) -> None:
    now = now or timezone.now()
    _refuse_whole(by, problem.whole_municipality)
    refuse_districts_of_others(by, problem.districts.all(), (), taken_away=True)
    with transaction.atomic():
        pictures.touch(problem.picture, by=by, now=now)
        rows = Problem.objects.filter(pk=problem.pk, removed=not removed)
        if rows.update(removed=removed, changed_by=by, changed_at=now):
            log.record(
                by=by,
                event="situation.problem.removed" if removed else "situation.problem.restored",
                on=problem,
                at=now,
            )


def _refuse_whole(by: Any, whole: bool) -> None:
    if whole and not keeps_all(by):
        raise NotYourDistrict(
            _("A strategic coordinator writes about the whole municipality."), field="scope"
        )


def _cleaned(
    values: Mapping[str, Any], districts: Iterable[District]
) -> tuple[dict[str, Any], list[District]]:
    kept: dict[str, Any] = {
        name: clean(
            values.get(name, ""),
            label=label,
            limit=Problem._meta.get_field(name).max_length or 0,
            field=name,
            needed=NEEDED[name],
            lines=name in LINES,
        )
        for name, label in LABELS.items()
    }
    kept["risk"] = values.get("risk", "")
    if kept["risk"] not in Problem.Risk.values:
        raise Missing(_("Choose one of the alternatives"), field="risk")
    kept["whole_municipality"] = bool(values.get("whole_municipality"))
    there = [] if kept["whole_municipality"] else list(districts)
    if not there and not kept["whole_municipality"]:
        raise Missing(_("Choose the housing districts that it is about"), field="districts")
    return kept, there
