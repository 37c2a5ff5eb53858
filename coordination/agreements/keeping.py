"""Agreements are registered as drafts, put in force, corrected, renewed, ended early, or thrown away."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access.refused import ChangedMeanwhile, Missing, Refused, TextTooLong, clean
from coordination.audit import log
from coordination.ui import dates

from .models import Agreement, AgreementChange, Pledge

State, Kind = Agreement.State, AgreementChange.Kind

LABELS = {
    "name": gettext_lazy("Name"),
    "purposes": gettext_lazy("Purposes"),
    "areas": gettext_lazy("Areas of cooperation"),
    "problems": gettext_lazy("Problems in focus"),
    "causes": gettext_lazy("Causes"),
    "goals": gettext_lazy("Measurable goals"),
    "documented": gettext_lazy("How it is documented"),
    "followed_up": gettext_lazy("How it is followed up"),
    "paragraph": gettext_lazy("What it says about violent extremism"),
    "signed_for_municipality": gettext_lazy("Signed for the municipality by"),
    "signed_for_others": gettext_lazy("Signed for the other parties by"),
}
ONE_LINE = ("name", "signed_for_municipality", "signed_for_others")
OTHERS = {
    "parties": gettext_lazy("Parties"),
    "districts": gettext_lazy("Housing districts"),
    "levels": gettext_lazy("Prevention level"),
    "valid_from": gettext_lazy("First day"),
    "valid_to": gettext_lazy("Last day"),
    "signed_on": gettext_lazy("Signed on"),
    "extremism": gettext_lazy("Is violent extremism included?"),
    "pledges": gettext_lazy("Citizen pledges"),
    "follow_up_on": gettext_lazy("Next follow-up"),
}
NAMES = {**LABELS, **OTHERS}
"""What every field is called on pages."""
LINKS = ("parties", "districts", "levels")
DAYS = ("valid_from", "valid_to", "signed_on", "follow_up_on")
TEXTS_NEEDED = ("purposes", "areas", "signed_for_municipality", "signed_for_others")
NEEDED = ("parties", "valid_from", "valid_to", "signed_on", *TEXTS_NEEDED)
"""What an agreement must have to be in force (9 §: in writing, with purposes and areas)."""
MOST_PLEDGES, PLEDGE, REASON = 20, 250, 300


class WrongState(Refused):
    """The agreement is no longer, or not yet, where this may be done."""


class NotWhole(Refused):
    """The agreement lacks something that it must have to be in force."""


def register(*, values: Mapping[str, Any], by: Any, now: datetime | None = None) -> Agreement:
    """A new agreement, as a draft. Raises Missing without a name, and what `clean` raises."""
    now = now or timezone.now()
    kept = _cleaned(values, timezone.localdate(now))
    with transaction.atomic():
        made = _make(kept, by=by, now=now)
        _note(made, Kind.REGISTERED, by=by, now=now)
        log.record(by=by, event="agreements.agreement.registered", on=made, at=now)
    return made


def change(
    *,
    agreement: Agreement,
    values: Mapping[str, Any],
    revision: int,
    by: Any,
    now: datetime | None = None,
) -> None:
    """Other words, parties or days for a draft; a correction of one that is or has been in force.

    Raises ChangedMeanwhile when `revision` is not the agreement's any longer, WrongState for one that
    was ended early, NotWhole when one in force would lack what it needs, and what `clean` raises.
    """
    now = now or timezone.now()
    kept = _cleaned(values, timezone.localdate(now))
    with transaction.atomic():
        before = Agreement.objects.select_related("changed_by").get(pk=agreement.pk)
        if before.state == State.ENDED:
            raise WrongState(_("The agreement was ended early. It can no longer be changed."))
        if not before.is_draft:
            _refuse_gaps([name for name in NEEDED if not kept[name]], kept["parties"])
        columns = {name: kept[name] for name in kept if name not in (*LINKS, "pledges")}
        held = _held(before)
        rows = Agreement.objects.filter(pk=before.pk, revision=revision, state=before.state)
        if not rows.update(**columns, revision=F("revision") + 1, changed_by=by, changed_at=now):
            raise ChangedMeanwhile(before.changed_by)
        _link(before, kept)
        fields = [name for name in NAMES if held[name] != _comparable(name, kept[name])]
        if fields:
            _note(before, Kind.CHANGED, by=by, now=now, fields=" ".join(fields))
        log.record(by=by, event="agreements.agreement.changed", on=before, fields=fields, at=now)


def lacks(agreement: Agreement) -> list[str]:
    """What must be filled in before the agreement can be in force, as fields are called on pages."""
    return [str(NAMES[name]) for name in _gaps(agreement)]


def put_in_force(*, agreement: Agreement, by: Any, now: datetime | None = None) -> None:
    """The draft is an agreement from now on, in force between its days.

    Raises NotWhole when it lacks something, and WrongState when it is no draft any longer.
    """
    now = now or timezone.now()
    with transaction.atomic():
        stored = Agreement.objects.get(pk=agreement.pk)
        _refuse_gaps(_gaps(stored), stored.parties.all())
        draft = Agreement.objects.filter(pk=stored.pk, state=State.DRAFT, revision=stored.revision)
        if not draft.update(
            state=State.IN_FORCE, revision=F("revision") + 1, changed_by=by, changed_at=now
        ):
            raise WrongState(_("The agreement is no longer a draft. Load the page again."))
        _note(stored, Kind.IN_FORCE, by=by, now=now)
        log.record(by=by, event="agreements.agreement.put_in_force", on=stored, at=now)


def end(
    *, agreement: Agreement, on: date, reason: str, by: Any, now: datetime | None = None
) -> None:
    """The agreement ended before its last day, and why.

    Raises WrongState for a draft and for one that has ended or expired, Refused for a day outside its
    period or to come, Missing without a reason.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    because = clean(
        reason,
        label=_("The reason"),
        limit=REASON,
        field="reason",
        needed=_("Enter why the agreement ended"),
    )
    with transaction.atomic():
        stored = Agreement.objects.get(pk=agreement.pk)
        if not may_end(stored, today):
            raise WrongState(_("Only an agreement that is in force can be ended early."))
        if on > today:
            raise Refused(_("The day has not come. End the agreement when it ends."), field="on")
        if stored.valid_from is not None and on < stored.valid_from:
            first = dates.day(stored.valid_from)
            said = _("The agreement began %(day)s. Enter that day or a later one.")
            raise Refused(said % {"day": first}, field="on")
        rows = Agreement.objects.filter(pk=stored.pk, state=State.IN_FORCE)
        if not rows.update(
            state=State.ENDED,
            ended_on=on,
            ended_because=because,
            revision=F("revision") + 1,
            changed_by=by,
            changed_at=now,
        ):
            raise WrongState(_("Only an agreement that is in force can be ended early."))
        _note(stored, Kind.ENDED, by=by, now=now)
        log.record(by=by, event="agreements.agreement.ended", on=stored, at=now)


def may_end(agreement: Agreement, on: date) -> bool:
    """Whether the agreement can be ended early that day: it has begun, and not run out."""
    begins, last = agreement.valid_from, agreement.valid_to
    in_force = agreement.state == State.IN_FORCE and begins is not None and last is not None
    return in_force and begins <= on < last


def renew(*, agreement: Agreement, by: Any, now: datetime | None = None) -> Agreement:
    """A draft that is to follow the agreement, with what it says and no signatures, from the day after.

    Raises WrongState for a draft, and for one that another one follows already.
    """
    now = now or timezone.now()
    if agreement.is_draft:
        raise WrongState(_("The agreement is a draft. Change the draft instead."))
    with transaction.atomic():
        held = {name: getattr(agreement, name) for name in LABELS}
        held |= {name: list(getattr(agreement, name).all()) for name in LINKS}
        last = agreement.valid_to
        first = (agreement.ended_on or last) if agreement.state == State.ENDED else last
        kept = held | {
            "signed_for_municipality": "",
            "signed_for_others": "",
            "signed_on": None,
            "valid_from": date.fromordinal(first.toordinal() + 1) if first else None,
            "valid_to": None,
            "extremism": agreement.extremism,
            "follow_up_on": None,
            "pledges": pledges_of(agreement),
        }
        try:
            with transaction.atomic():
                made = _make(kept, by=by, now=now, follows=agreement)
        except IntegrityError:
            raise WrongState(_("A renewal of the agreement is registered already.")) from None
        _note(made, Kind.RENEWAL, by=by, now=now)
        log.record(
            by=by,
            event="agreements.agreement.renewed",
            on=made,
            facts={"follows": agreement.pk},
            at=now,
        )
    return made


def discard(*, agreement: Agreement, by: Any, now: datetime | None = None) -> None:
    """Throws a draft away, with its file. That it was thrown away stays in the log.

    Raises WrongState for what is no draft, and Refused when a decision is tied to it.
    """
    now = now or timezone.now()
    with transaction.atomic():
        draft = Agreement.objects.select_for_update().filter(pk=agreement.pk, state=State.DRAFT)
        stored = draft.first()
        if stored is None:
            raise WrongState(_("The agreement is no longer a draft. Load the page again."))
        log.record(by=by, event="agreements.agreement.discarded", on=stored, at=now)
        try:
            with transaction.atomic():
                stored.delete()
        except models.ProtectedError:
            raise Refused(
                _("A decision is tied to the draft. Untie it first, or keep the draft.")
            ) from None


def pledges_of(agreement: Agreement) -> list[str]:
    """The citizen pledges, in order."""
    return list(agreement.pledges.order_by("position").values_list("text", flat=True))


def history(agreement: Agreement) -> QuerySet[AgreementChange]:
    """What has happened with the agreement, the latest first."""
    return agreement.changes.select_related("by").order_by("-pk")


def fields_in(change: AgreementChange) -> str:
    """What the changed fields are called on the page."""
    return ", ".join(str(NAMES[name]) for name in change.fields.split() if name in NAMES)


def note(agreement: Agreement, kind: str, *, by: Any, now: datetime) -> None:
    """Puts a line in the history of the agreement, in the caller's transaction."""
    _note(agreement, kind, by=by, now=now)


def _note(agreement: Agreement, kind: str, *, by: Any, now: datetime, fields: str = "") -> None:
    AgreementChange.objects.create(agreement=agreement, kind=kind, fields=fields, by=by, at=now)


def _make(
    kept: Mapping[str, Any], *, by: Any, now: datetime, follows: Agreement | None = None
) -> Agreement:
    made = Agreement.objects.create(
        **{name: kept[name] for name in kept if name not in (*LINKS, "pledges")},
        follows=follows,
        registered_by=by,
        registered_at=now,
        changed_by=by,
        changed_at=now,
    )
    _link(made, kept)
    return made


def _link(agreement: Agreement, kept: Mapping[str, Any]) -> None:
    for name in LINKS:
        getattr(agreement, name).set(kept[name])
    if pledges_of(agreement) != kept["pledges"]:
        agreement.pledges.all().delete()
        Pledge.objects.bulk_create(
            Pledge(agreement=agreement, position=position, text=text)
            for position, text in enumerate(kept["pledges"], 1)
        )


def _gaps(agreement: Agreement) -> list[str]:
    filled = {name: getattr(agreement, name) for name in NEEDED if name != "parties"}
    gaps = [name for name in NEEDED if name != "parties" and not filled[name]]
    return gaps if agreement.parties.count() > 1 else ["parties", *gaps]


def _refuse_gaps(gaps: list[str], parties: Any) -> None:
    if len(parties) < 2 and "parties" not in gaps:
        gaps = ["parties", *gaps]
    if gaps:
        named = ", ".join(str(NAMES[name]).lower() for name in gaps)
        said = _("An agreement in force needs this too: %(fields)s. Parties are at least two.")
        raise NotWhole(said % {"fields": named}, field=gaps[0])


def _held(agreement: Agreement) -> dict[str, Any]:
    held = {name: getattr(agreement, name) for name in NAMES if name not in (*LINKS, "pledges")}
    held |= {name: _comparable(name, getattr(agreement, name).all()) for name in LINKS}
    return held | {"pledges": pledges_of(agreement)}


def _comparable(name: str, value: Any) -> Any:
    return {one.pk for one in value} if name in LINKS else value


def _cleaned(values: Mapping[str, Any], today: date) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, label in LABELS.items():
        kept[name] = clean(
            values.get(name, ""),
            label=label,
            limit=Agreement._meta.get_field(name).max_length or 0,
            field=name,
            needed=_("Enter what the agreement is called") if name == "name" else "",
            lines=name not in ONE_LINE,
        )
    kept |= {name: list(values.get(name) or ()) for name in LINKS}
    kept |= {name: values.get(name) for name in DAYS}
    kept["pledges"] = _pledges(values.get("pledges", ""))
    kept["extremism"] = values.get("extremism", "")
    if kept["extremism"] not in Agreement.Extremism.values:
        raise Missing(_("Choose one of the alternatives"), field="extremism")
    if kept["extremism"] != Agreement.Extremism.NO and not kept["paragraph"]:
        raise Missing(_("Enter what the agreement says about it"), field="paragraph")
    first, last = kept["valid_from"], kept["valid_to"]
    if first and last and last < first:
        raise Refused(_("The last day must come after the first."), field="valid_to")
    if kept["signed_on"] and kept["signed_on"] > today:
        raise Refused(_("The day has not come. Enter the day it was signed."), field="signed_on")
    return kept


def _pledges(said: Any) -> list[str]:
    """One pledge a line."""
    label = NAMES["pledges"]
    written = said if isinstance(said, list) else str(said or "").splitlines()
    lines = [clean(one, label=label, limit=PLEDGE, field="pledges") for one in written]
    kept = [line for line in lines if line]
    if len(kept) > MOST_PLEDGES:
        said = _("At most %(count)s pledges fit. Put some of them together.")
        raise TextTooLong(said % {"count": MOST_PLEDGES}, field="pledges")
    return kept
