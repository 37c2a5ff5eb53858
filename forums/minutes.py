"""The minutes of a meeting: frozen as they stood, and turned into what a page or PDF prints."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from coordination.jobs import files, queue
from coordination.ui import dates, pdf

from . import documents
from .models import (
    Action,
    AgendaItem,
    CarriedAction,
    Document,
    Forum,
    Meeting,
    MinutesVersion,
    Participation,
    Sending,
)

SHAPE = 1
"""The shape of `content`. A later shape must still be able to print this one."""
CAME = ("present", "digital", "substitute")


def snapshot(meeting: Meeting) -> dict[str, Any]:
    """Everything the minutes print, as plain JSON: codes and data, no words of the interface."""
    forum = meeting.forum
    people = list(
        meeting.participations.select_related(
            "user", "organisation", "substitute_organisation", "seat"
        ).in_order()
    )
    items = list(
        meeting.items.prefetch_related(
            "decisions",
            "actions__owners__user",
            "actions__owners__organisation",
            "actions__changes",
        ).in_order()
    )
    papers = list(documents.of(meeting))
    carried = [_carried(row, meeting) for row in _carried_rows(meeting)]
    follow_up = next((item.pk for item in items if item.is_follow_up), None)
    return {
        "shape": SHAPE,
        "forum": forum.name,
        "form": forum.minutes_form,
        "starts_at": timezone.localtime(meeting.starts_at).isoformat(),
        "ends_at": timezone.localtime(meeting.ends_at).isoformat(),
        "place": meeting.place,
        "written_by": str(meeting.finished_by or meeting.started_by),
        "attendance": _attendance(people),
        "items": [_item(item, carried if item.pk == follow_up else [], papers) for item in items],
        **_documents(one for one in papers if one.item_id is None),
    }


def _documents(papers: Iterable[Document]) -> dict[str, list[str]]:
    """Their titles; nothing where there are none, as minutes frozen before there were documents."""
    titles = [one.title for one in papers]
    return {"documents": titles} if titles else {}


def _attendance(people: Iterable[Participation]) -> list[dict[str, Any]]:
    """Who was called and came, by organisation, in the order the organisations first appear. A
    substitute counts for the organisation they came from."""
    by_organisation: dict[str, list[dict[str, Any]]] = {}
    for row in people:
        came_from = row.attending_organisation
        by_organisation.setdefault(came_from.name, []).append(
            {
                "name": row.label,
                "function": row.function if row.function != row.label else "",
                "role": row.seat.role if row.seat else "",
                "guest": row.is_guest,
                "attendance": row.attendance,
                "substitute": row.substitute_name,
                "instead_of": row.organisation.name if came_from != row.organisation else "",
            }
        )
    return [{"organisation": name, "people": rows} for name, rows in by_organisation.items()]


def _item(
    item: AgendaItem, carried: list[dict[str, Any]], papers: list[Document]
) -> dict[str, Any]:
    return {
        "position": item.position,
        "title": item.title,
        "kind": item.kind,
        "presenter": item.presenter,
        "notes": item.notes,
        "outcome": item.outcome,
        "follow_up": item.is_follow_up,
        "decisions": [
            {
                "mark": f"{item.position}:{one.number}",
                "text": one.text,
                "report": one.report_to_management,
            }
            for one in sorted(item.decisions.all(), key=lambda one: one.number)
        ],
        "actions": [_new_action(one) for one in sorted(item.actions.all(), key=lambda one: one.pk)],
        "carried": carried,
        **_documents(one for one in papers if one.item_id == item.pk),
    }


def _new_action(action: Action) -> dict[str, Any]:
    """The action as the meeting decided it, whatever its owner did with it since."""
    due, struck = action.due, ""
    for change in action.changes.all():
        if change.kind == "created":
            due = change.new_due
        if change.kind == "struck" and change.meeting_id == action.meeting_id:
            struck = change.reason
    return {
        "text": action.text,
        "owners": [one.label for one in sorted(action.owners.all(), key=lambda one: one.pk)],
        "due": due and due.isoformat(),
        "struck": struck,
    }


def _carried_rows(meeting: Meeting) -> list[CarriedAction]:
    return list(
        meeting.carried.select_related("action")
        .prefetch_related("action__owners__user", "action__owners__organisation", "action__changes")
        .order_by("pk")
    )


def _carried(row: CarriedAction, meeting: Meeting) -> dict[str, Any]:
    """What the meeting said about an older action: done, struck, moved, or still open."""
    outcome, new_due, reason = "open", None, ""
    changes = [one for one in row.action.changes.all() if one.meeting_id == meeting.pk]
    for change in sorted(changes, key=lambda one: (one.at, one.pk)):
        if change.kind in ("done", "struck"):
            outcome, reason = change.kind, change.reason
        elif change.kind == "moved":
            outcome, new_due, reason = "moved", change.new_due, change.reason
        elif change.kind == "reopened":
            outcome, reason = ("moved" if new_due else "open"), ""
    return {
        "text": row.action.text,
        "owners": [one.label for one in sorted(row.action.owners.all(), key=lambda one: one.pk)],
        "due": row.due_then and row.due_then.isoformat(),
        "outcome": outcome,
        "new_due": new_due and new_due.isoformat(),
        "reason": reason,
    }


def canonical(content: dict[str, Any]) -> bytes:
    """The one way to write the content down, so that its hash can be made again."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fingerprint(content: dict[str, Any]) -> str:
    """SHA-256 of the canonical content, in hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()


def freeze(meeting: Meeting, *, by: Any, now: datetime) -> MinutesVersion:
    """The next version of the minutes, and the job that makes its PDF.

    A step of finishing: the caller holds the meeting and records the event.
    """
    return _freeze(meeting, snapshot(meeting), by=by, now=now)


def freeze_corrected(meeting: Meeting, *, text: str, by: Any, now: datetime) -> MinutesVersion:
    """The last version once more with a dated correction at its end, and the job that makes its PDF.

    A step of correcting: the caller holds the meeting, which is locked, and records the event.
    """
    content = meeting.minutes.newest_first().values_list("content", flat=True)[0]
    added = {"text": text, "by": str(by), "at": timezone.localtime(now).isoformat()}
    corrected = {**content, "corrections": [*content.get("corrections", []), added]}
    return _freeze(meeting, corrected, by=by, now=now)


def _freeze(meeting: Meeting, content: dict[str, Any], *, by: Any, now: datetime) -> MinutesVersion:
    last = meeting.minutes.aggregate(last=Max("number"))["last"] or 0
    version = MinutesVersion.objects.create(
        meeting=meeting,
        number=last + 1,
        content=content,
        sha256=fingerprint(content),
        made_by=by,
        made_at=now,
        file=files.new_name(".pdf"),
    )
    queue.enqueue(
        kind="forums.minutes_pdf",
        ids={"version": version.pk},
        key=f"forums.minutes_pdf:{version.pk}",
    )
    return version


def print_again(version: MinutesVersion) -> None:
    """Has the PDF of a version made anew, since what is printed beside its text has changed: how far
    its adjusting has come, or its registration number. The former file goes away.

    Under a new name, so that a job that still prints the former state cannot be taken for this one.
    """
    former, name = version.file, files.new_name(".pdf")
    MinutesVersion.objects.filter(pk=version.pk).update(
        file=name, file_sha256="", size=None, pages=None, rendered_at=None
    )
    version.refresh_from_db()
    queue.enqueue(
        kind="forums.minutes_pdf",
        ids={"version": version.pk},
        key=f"forums.minutes_pdf:{version.pk}:{hashlib.sha256(name.encode()).hexdigest()[:16]}",
    )
    transaction.on_commit(partial(files.remove, former), robust=True)


class Stage(StrEnum):
    """How far a version has come, as is printed on it."""

    DRAFT = "draft"
    AWAITING = "awaiting"
    ADJUSTED = "adjusted"
    CORRECTED = "corrected"


@dataclass(frozen=True)
class Signature:
    """Somebody who is to adjust the version, and when they did."""

    name: str
    is_chair: bool
    at: datetime | None


@dataclass(frozen=True)
class Standing:
    """How far a version has come: who adjusts it by when, and the hash that they adjusted."""

    stage: Stage
    signatures: tuple[Signature, ...] = ()
    due: date | None = None
    sha256: str = ""
    number: int = 0
    """The number of the version that was adjusted, which a correction leaves as it is."""

    @property
    def is_locked(self) -> bool:
        return self.stage in (Stage.ADJUSTED, Stage.CORRECTED)

    @property
    def day(self) -> datetime | None:
        """When the last of them adjusted."""
        return max((one.at for one in self.signatures if one.at), default=None)

    @property
    def names(self) -> str:
        """Those who are to adjust, or did: "Anna Ek och Jonas Berg"."""
        *others, last = [one.name for one in self.signatures] or [""]
        if not others:
            return last
        return _("%(names)s and %(last)s") % {"names": ", ".join(others), "last": last}


def standing(version: MinutesVersion) -> Standing:
    """How far the version has come. Of versions that were sent more than once, the last time counts."""
    corrected = bool(version.content.get("corrections"))
    sendings = Sending.objects.filter(state__in=("waiting", "adjusted"))
    sending = (
        (
            sendings.filter(meeting=version.meeting_id, state="adjusted")
            if corrected
            else sendings.filter(version=version)
        )
        .select_related("version")
        .first()
    )
    if sending is None:
        return Standing(Stage.DRAFT)
    rows = sending.adjusters.select_related("user").order_by("-is_chair", "pk")
    stage = Stage.AWAITING if sending.state == Sending.State.WAITING else Stage.ADJUSTED
    return Standing(
        stage=Stage.CORRECTED if corrected else stage,
        signatures=tuple(Signature(str(one.user), one.is_chair, one.adjusted_at) for one in rows),
        due=sending.due,
        sha256=sending.sha256,
        number=sending.version.number,
    )


def say_stages(meeting: Meeting, versions: Iterable[MinutesVersion]) -> None:
    """Says of each version how far it has come, in a word or two (`stage_name`)."""
    adjusted = meeting.forum.minutes_form == Forum.MinutesForm.ADJUSTED
    found = Sending.objects.filter(meeting=meeting, state__in=("waiting", "adjusted"))
    states = dict(found.values_list("version_id", "state"))
    for version in versions:
        state = states.get(version.pk)
        if version.content.get("corrections"):
            version.stage_name = _("With a correction")
        elif state == Sending.State.ADJUSTED:
            version.stage_name = (
                pgettext("minutes", "Approved") if adjusted else pgettext("notes", "Approved")
            )
        elif state == Sending.State.WAITING:
            version.stage_name = (
                pgettext("minutes", "Awaiting approval")
                if adjusted
                else pgettext("notes", "Awaiting approval")
            )
        else:
            version.stage_name = pgettext("kind of version", "Draft")


def _mark(stands: Standing, *, adjusted: bool) -> str:
    """What is printed at the head of every page. Minutes are adjusted, notes approved; until then
    they are a draft or wait (TF 2:12)."""
    if stands.stage == Stage.DRAFT:
        return _("Draft – not yet adjusted") if adjusted else _("Draft – not yet approved")
    if stands.stage == Stage.AWAITING:
        return (
            pgettext("minutes", "Awaiting approval")
            if adjusted
            else pgettext("notes", "Awaiting approval")
        )
    named = {"day": dates.day(stands.day), "names": stands.names}
    text = (
        pgettext("minutes", "Approved %(day)s by %(names)s")
        if adjusted
        else pgettext("notes", "Approved %(day)s by %(names)s")
    ) % named
    return (
        _("%(approved)s, with a correction") % {"approved": text}
        if (stands.stage == Stage.CORRECTED)
        else text
    )


def document(version: MinutesVersion) -> dict[str, Any]:
    """The frozen content as templates print it: dates as dates, and the lists made from it.

    Beside it, from today: how far its adjusting has come, and its registration number.

    Its keys: title, heading, form_name, mark, adjusted_form, standing, registration_number,
    corrections, number, made_at, made_by, sha256, forum, starts_at, ends_at,
    place, written_by, attendance (by organisation, with `came` and `called`), came, called,
    absent, items, documents, postponed, struck, decisions, actions.
    """
    content = version.content
    items = [_printed_item(item) for item in content["items"]]
    attendance = [
        {**group, "came": _came(group["people"]), "called": len(group["people"])}
        for group in content["attendance"]
    ]
    people = [
        {**person, "organisation": group["organisation"]}
        for group in content["attendance"]
        for person in group["people"]
    ]
    starts_at = datetime.fromisoformat(content["starts_at"])
    adjusted = content["form"] == Forum.MinutesForm.ADJUSTED
    form_name = (
        pgettext("kind of record", "Minutes") if adjusted else pgettext("kind of record", "Notes")
    )
    stands = standing(version)
    title, day = _("%(kind)s: %(forum)s, %(day)s"), dates.day(starts_at)
    named = {"kind": form_name, "forum": content["forum"]}
    return {
        "title": title % {**named, "day": day},
        "form_name": form_name,
        # On paper a line must not end inside the date.
        "heading": title % {**named, "day": day.replace(" ", "\N{NO-BREAK SPACE}")},
        "mark": _mark(stands, adjusted=adjusted),
        "adjusted_form": adjusted,
        "standing": stands,
        "registration_number": version.meeting.registration_number,
        "corrections": [
            {**one, "at": datetime.fromisoformat(one["at"])}
            for one in content.get("corrections", [])
        ],
        "number": version.number,
        "made_at": version.made_at,
        "made_by": str(version.made_by),
        "sha256": version.sha256,
        "forum": content["forum"],
        "starts_at": starts_at,
        "ends_at": datetime.fromisoformat(content["ends_at"]),
        "place": content["place"],
        "written_by": content["written_by"],
        "attendance": attendance,
        "came": _came(people),
        "called": len(people),
        "absent": [one for one in people if one["attendance"] == "absent"],
        "items": items,
        "documents": content.get("documents", []),
        "postponed": [item for item in items if item["outcome"] == "postponed"],
        "struck": [item for item in items if item["outcome"] == "struck"],
        "decisions": [decision for item in items for decision in item["decisions"]],
        "actions": [
            {**action, "position": item["position"]} for item in items for action in item["actions"]
        ],
    }


def render_pdf(*, version_id: int, now: datetime | None = None) -> None:
    """Makes the PDF of a version in the portal's own language, unless it is made.

    Safe to do again: the file's name was decided with the version, so a second try replaces what a
    crash left. Raises what `pdf.render` and `files.publish` raise.
    """
    version = MinutesVersion.objects.select_related("meeting__forum", "made_by").get(pk=version_id)
    if version.has_file:
        return
    # The file that the row names now: when it is to be printed anew meanwhile, that is another file.
    name = version.file
    language = settings.LANGUAGE_CODE
    with translation.override(language):
        printed = document(version)
        made = pdf.render(
            "forums/minutes_pdf.html",
            {"minutes": printed, "version": version.number, "content_hash": version.sha256},
            title=printed["title"],
            language=language,
        )
    files.publish(made.content, name)
    still = MinutesVersion.objects.filter(pk=version.pk, file=name)
    still.filter(rendered_at=None).update(
        file_sha256=hashlib.sha256(made.content).hexdigest(),
        size=len(made.content),
        pages=made.pages,
        rendered_at=now or timezone.now(),
    )
    if not still.exists():
        files.remove(name)


def _came(people: Iterable[dict[str, Any]]) -> int:
    return sum(one["attendance"] in CAME for one in people)


def _printed_item(item: dict[str, Any]) -> dict[str, Any]:
    return {
        **item,
        "actions": [{**one, "due": _day(one["due"])} for one in item["actions"]],
        "carried": [
            {**one, "due": _day(one["due"]), "new_due": _day(one["new_due"])}
            for one in item["carried"]
        ],
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
