"""The page for the public: drafted, published, reviewed once a year (lag 2023:196, 12 §)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.audit import log

from .models import PARTS, InformationChange, InformationVersion
from .texts import ChangedMeanwhile, Missing, WrongState, clean

State, Kind = InformationVersion.State, InformationChange.Kind

REVIEWED_FOR = timedelta(days=365)
"""So long a review holds."""
REMINDED = timedelta(days=30)
"""So long before that the coordinators are reminded."""


def published() -> InformationVersion | None:
    """What the public reads now."""
    return InformationVersion.objects.filter(state=State.PUBLISHED).first()


def draft() -> InformationVersion | None:
    """What is being written, if anything is."""
    return InformationVersion.objects.filter(state=State.DRAFT).first()


def history(version: InformationVersion | None = None) -> QuerySet[InformationChange]:
    """What has happened, the latest first: with all versions, or with one."""
    changes = InformationChange.objects.select_related("by", "version").order_by("-pk")
    return changes.filter(version=version) if version else changes


def review_due() -> date | None:
    """The day by which the published version is to be looked through; None when nothing is."""
    version = published()
    return version.reviewed_on + REVIEWED_FOR if version and version.reviewed_on else None


def save(
    *,
    texts: Mapping[str, str],
    draft: int | None,
    revision: int,
    by: Any,
    now: datetime | None = None,
) -> InformationVersion:
    """Keeps the texts as a draft, which nobody outside reads.

    `draft` and `revision` say what the writer had before them: the draft's key, or None for none.
    Raises ChangedMeanwhile when it is another by now, and what `clean` raises.
    """
    now = now or timezone.now()
    kept = {part: _clean(part, texts.get(part, "")) for part in PARTS}
    try:
        with transaction.atomic():
            if draft is None:
                return _begin(kept, kind=Kind.DRAFTED, by=by, now=now)
            before = InformationVersion.objects.filter(pk=draft, state=State.DRAFT).first()
            changed = [part for part in PARTS if before and getattr(before, part) != kept[part]]
            if before is not None and before.revision == revision and not changed:
                return before
            saved = InformationVersion.objects.filter(
                pk=draft, state=State.DRAFT, revision=revision
            ).update(**kept, revision=F("revision") + 1)
            if not saved or before is None:
                raise ChangedMeanwhile(_last_writer())
            before.refresh_from_db()
            _note(before, Kind.CHANGED, parts=changed, by=by, now=now)
            log.record(
                by=by, event="knowledge.information.changed", on=before, fields=changed, at=now
            )
            return before
    except IntegrityError:
        # Somebody else began a draft at the same moment.
        raise ChangedMeanwhile(_last_writer()) from None


def restore(
    *, version: InformationVersion, by: Any, now: datetime | None = None
) -> InformationVersion:
    """A new draft with the texts of an earlier version; what the public reads stays as it is.

    Raises WrongState for the version that is published, and while there is another draft.
    """
    now = now or timezone.now()
    if not version.may_be_restored:
        raise WrongState(_("This version is the one in use. Change it instead."))
    texts = {part: getattr(version, part) for part in PARTS}
    try:
        with transaction.atomic():
            return _begin(texts, kind=Kind.RESTORED, by=by, now=now)
    except IntegrityError:
        raise WrongState(_("There is a draft already. Publish it or discard it first.")) from None


def discard(
    *, draft: InformationVersion, revision: int, by: Any, now: datetime | None = None
) -> None:
    """Lays the draft aside; it can be restored. Raises WrongState when somebody has changed it since."""
    now = now or timezone.now()
    with transaction.atomic():
        laid = InformationVersion.objects.filter(
            pk=draft.pk, state=State.DRAFT, revision=revision
        ).update(state=State.DISCARDED)
        if not laid:
            raise _changed_since()
        _note(draft, Kind.DISCARDED, by=by, now=now)
        log.record(by=by, event="knowledge.information.discarded", on=draft, at=now)


def publish(
    *, draft: InformationVersion, revision: int, by: Any, now: datetime | None = None
) -> None:
    """Lets the public read the draft from now on, and counts as its review.

    Raises Missing while a part is empty, and WrongState when the draft is no longer what was read.
    """
    now = now or timezone.now()
    empty = [str(name) for part, name in PARTS.items() if not getattr(draft, part)]
    if empty:
        said = _("Write something under %(part)s before you publish.")
        raise Missing(said % {"part": f"”{empty[0]}”"})
    with transaction.atomic():
        InformationVersion.objects.filter(state=State.PUBLISHED).update(state=State.REPLACED)
        out = InformationVersion.objects.filter(
            pk=draft.pk, state=State.DRAFT, revision=revision
        ).update(
            state=State.PUBLISHED,
            published_by=by,
            published_at=now,
            reviewed_on=timezone.localdate(now),
        )
        if not out:
            raise _changed_since()
        _note(draft, Kind.PUBLISHED, by=by, now=now)
        log.record(by=by, event="knowledge.information.published", on=draft, at=now)


def review(*, version: InformationVersion, by: Any, now: datetime | None = None) -> None:
    """Says that the published version was looked through and still holds. Raises WrongState for
    one that is no longer published."""
    now = now or timezone.now()
    with transaction.atomic():
        seen = InformationVersion.objects.filter(pk=version.pk, state=State.PUBLISHED).update(
            reviewed_on=timezone.localdate(now)
        )
        if not seen:
            raise WrongState(_("Another version is published by now. Look that one through."))
        _note(version, Kind.REVIEWED, by=by, now=now)
        log.record(by=by, event="knowledge.information.reviewed", on=version, at=now)


def _begin(texts: Mapping[str, str], *, kind: str, by: Any, now: datetime) -> InformationVersion:
    last = InformationVersion.objects.aggregate(last=Max("number"))["last"] or 0
    version = InformationVersion.objects.create(
        number=last + 1, **texts, drafted_by=by, drafted_at=now
    )
    _note(version, kind, by=by, now=now)
    log.record(by=by, event="knowledge.information.drafted", on=version, at=now)
    return version


def _note(
    version: InformationVersion, kind: str, *, by: Any, now: datetime, parts: Sequence[str] = ()
) -> None:
    InformationChange.objects.create(
        version=version, kind=kind, parts=" ".join(parts), by=by, at=now
    )


def _changed_since() -> WrongState:
    return WrongState(_("Somebody has changed the draft since you read it. Read it again."))


def _last_writer() -> Any:
    last = InformationChange.objects.select_related("by").order_by("-pk").first()
    return last.by if last else None


def _clean(part: str, text: str) -> str:
    limit: int = InformationVersion._meta.get_field(part).max_length or 0
    return clean(text, label=PARTS[part], limit=limit, field=part, lines=True)
