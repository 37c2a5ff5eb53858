"""The situational picture: begun as a copy of the last, written as a draft, published, and then locked
(lag 2023:196, 4 and 6 §§)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.audit import log

from .models import PARTS, Problem, SituationalPicture
from .texts import ChangedMeanwhile, Missing, WrongState, clean

State = SituationalPicture.State

LABELS = {"title": gettext_lazy("Title"), "period": gettext_lazy("Period"), **PARTS}
NEEDED = {
    "title": gettext_lazy("Enter a title"),
    "period": gettext_lazy("Enter which period it describes"),
}
COPIED = ("name", "description", "causes", "source", "risk", "whole_municipality")


def current() -> SituationalPicture | None:
    """The version that was published last."""
    return SituationalPicture.objects.filter(state=State.PUBLISHED).order_by("-number").first()


def draft() -> SituationalPicture | None:
    """The version that is being written, if one is."""
    return SituationalPicture.objects.filter(state=State.DRAFT).first()


def begin(*, by: Any, now: datetime | None = None) -> SituationalPicture:
    """A draft of the next version: a copy of the one that was published last, with its problems.

    Raises WrongState while another draft is being written.
    """
    now = now or timezone.now()
    year = timezone.localdate(now).year
    last = current()
    texts = {part: getattr(last, part, "") for part in PARTS}
    number = SituationalPicture.objects.aggregate(last=Max("number"))["last"] or 0
    try:
        with transaction.atomic():
            made = SituationalPicture.objects.create(
                number=number + 1,
                title=_("Situational picture %(year)s") % {"year": year},
                period=str(year),
                **texts,
                begun_by=by,
                begun_at=now,
                changed_by=by,
                changed_at=now,
            )
            if last is not None:
                _copy_problems(last, made, by=by, now=now)
            log.record(by=by, event="situation.picture.begun", on=made, at=now)
    except IntegrityError:
        # Somebody else began one, now or long ago.
        raise WrongState(_("There is a draft already. Go on with that one.")) from None
    return made


def _copy_problems(
    last: SituationalPicture, made: SituationalPicture, *, by: Any, now: datetime
) -> None:
    for one in last.problems.order_by("pk"):
        values = {name: getattr(one, name) for name in COPIED}
        copy = Problem.objects.create(picture=made, **values, changed_by=by, changed_at=now)
        copy.districts.set(one.districts.all())


def save(
    *,
    picture: SituationalPicture,
    texts: Mapping[str, Any],
    revision: int,
    by: Any,
    now: datetime | None = None,
) -> None:
    """Keeps the texts of a draft; its parts may still be empty.

    Raises WrongState for a published version, ChangedMeanwhile when `revision` is not the draft's any
    longer, and what `clean` raises.
    """
    now = now or timezone.now()
    kept = {name: _cleaned(name, texts.get(name, "")) for name in LABELS}
    with transaction.atomic():
        before = SituationalPicture.objects.select_related("changed_by").get(pk=picture.pk)
        changed = [name for name, value in kept.items() if getattr(before, name) != value]
        touch(picture, by=by, now=now)
        saved = SituationalPicture.objects.filter(pk=picture.pk, revision=revision).update(
            **kept, revision=F("revision") + 1
        )
        if not saved:
            raise ChangedMeanwhile(before.changed_by)
        log.record(by=by, event="situation.picture.changed", on=picture, fields=changed, at=now)


def touch(picture: SituationalPicture, *, by: Any, now: datetime) -> None:
    """Says that something in the draft is being changed, and holds it as a draft until the transaction
    ends. Raises WrongState for a published version."""
    held = SituationalPicture.objects.filter(pk=picture.pk, state=State.DRAFT).update(
        edition=F("edition") + 1, changed_by=by, changed_at=now
    )
    if not held:
        raise locked()


def locked() -> WrongState:
    """What is said of a published version."""
    return WrongState(
        _("The situational picture is published and cannot be changed. Begin the next version.")
    )


def missing(picture: SituationalPicture) -> list[str]:
    """What stands in the way of publishing, by its name on the page."""
    empty = [str(name) for part, name in PARTS.items() if not getattr(picture, part)]
    if not picture.problems.standing().exists():
        empty.append(_("at least one problem"))
    return empty


def publish(
    *, picture: SituationalPicture, edition: int, by: Any, now: datetime | None = None
) -> None:
    """Lets everyone who reads situational pictures read this one, and locks it.

    Raises Missing while a part is empty or no problem is described, and WrongState when the draft has
    been changed since `edition`, or is published already.
    """
    now = now or timezone.now()
    with transaction.atomic():
        out = SituationalPicture.objects.filter(pk=picture.pk, state=State.DRAFT, edition=edition)
        if not out.update(changed_by=by):
            raise WrongState(_("Somebody has changed the draft since you read it. Read it again."))
        picture.refresh_from_db()
        if empty := missing(picture):
            said = _("This is missing before you can publish: %(missing)s.")
            raise Missing(said % {"missing": ", ".join(empty)})
        picture.problems.filter(removed=True).delete()
        SituationalPicture.objects.filter(pk=picture.pk).update(
            state=State.PUBLISHED, published_by=by, published_at=now
        )
        log.record(by=by, event="situation.picture.published", on=picture, at=now)
    picture.refresh_from_db()


def _cleaned(name: str, text: Any) -> str:
    limit: int = SituationalPicture._meta.get_field(name).max_length or 0
    return clean(
        text,
        label=LABELS[name],
        limit=limit,
        field=name,
        needed=NEEDED.get(name, ""),
        lines=name in PARTS,
    )
