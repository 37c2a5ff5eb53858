"""What the search of the portal finds in forums, in the order the groups stand."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, Q, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access.vocabulary import Permission
from coordination.frame import contributions
from coordination.frame.contributions import Hit
from coordination.ui import dates
from coordination.ui.matching import Words
from forums import decisions
from forums.models import (
    MINUTES_STATES,
    Action,
    AgendaItem,
    Decision,
    Forum,
    Meeting,
    MinutesVersion,
)

from .naming import named


@contributions.search("meetings", gettext_lazy("Meetings"))
def find_meetings(user: Any, wanted: Words, most: int) -> Iterator[Hit]:
    """Items of agendas by their heading, and by their notes once the meeting has minutes."""
    noted = Q(meeting__state__in=MINUTES_STATES) & wanted.within("title", "notes", "meeting__place")
    items = AgendaItem.objects.visible_to(user).filter(
        noted | wanted.within("title", "meeting__place")
    )
    for item in items.select_related("meeting__forum").order_by("-meeting__starts_at", "-pk")[
        :most
    ]:
        meeting = item.meeting
        notes = item.notes if meeting.has_minutes else ""
        yield Hit(
            title=f"{named(meeting)}: {item.title}",
            url=reverse("meeting", args=[meeting.pk]),
            marked=wanted.marked(notes, item.title, meeting.place),
            context=dates.day(meeting.starts_at),
        )


@contributions.search("decisions", gettext_lazy("Decisions"))
def find_decisions(user: Any, wanted: Words, most: int) -> Iterator[Hit]:
    """Decisions, by what was decided, the heading they stand under, and what came of them."""
    found = decisions.seen_by(user).filter(
        wanted.within("text", "item__title", "carried_out__result")
    )
    for decision in found.select_related("item__meeting__forum", "carried_out").order_by(
        "-item__meeting__starts_at", "-pk"
    )[:most]:
        meeting = decision.item.meeting
        yield Hit(
            title=_("Decision %(mark)s, %(meeting)s")
            % {"mark": decision.mark, "meeting": named(meeting)},
            url=reverse("decision", args=[decision.pk]),
            marked=wanted.marked(decision.text, decision.item.title, _result(decision)),
            context=(
                f"{dates.day(meeting.starts_at)} · {_('To be reported to management')}"
                if decision.report_to_management
                else dates.day(meeting.starts_at)
            ),
        )


def _result(decision: Decision) -> str:
    said = getattr(decision, "carried_out", None)
    return said.result if said else ""


@contributions.search("actions", gettext_lazy("Actions"))
def find_actions(user: Any, wanted: Words, most: int) -> Iterator[Hit]:
    """Actions, open ones first."""
    found = Action.objects.visible_to(user).filter(wanted.within("text", "forum__name"))
    open_first = Case(When(state="open", then=0), default=1)
    for action in found.select_related("forum").order_by(open_first, "due", "-pk")[:most]:
        yield Hit(
            title=action.text,
            url=reverse("action", args=[action.pk]),
            marked=wanted.marked(action.text, str(action.forum)),
            context=f"{action.forum} · {action.get_state_display()}",
        )


@contributions.search("forums", gettext_lazy("Forums"))
def find_forums(user: Any, wanted: Words, most: int) -> Iterator[Hit]:
    """Forums, by name and purpose."""
    found = Forum.objects.visible_to(user).filter(wanted.within("name", "purpose"))
    for forum in found.by_name()[:most]:
        yield Hit(
            title=forum.name,
            url=reverse("forum", args=[forum.pk]),
            marked=wanted.marked(forum.purpose, forum.name),
        )


@contributions.search("approved", gettext_lazy("Minutes that are approved"))
def find_approved(user: Any, wanted: Words, most: int) -> Iterator[Hit]:
    """Approved minutes, for reviewers: by forum, number in the register, and the words of the minutes as
    they were approved. Nothing that stands elsewhere finds them."""
    read = Meeting.objects.visible_to(user, Permission.READ_APPROVED)
    noted = wanted.within("items__title", "items__notes", "items__decisions__text")
    found = read.filter(noted | wanted.within("forum__name", "registration_number")).distinct()
    meetings = list(found.select_related("forum").order_by("-starts_at", "-pk")[:most])
    versions = MinutesVersion.objects.filter(meeting__in=meetings).order_by("number")
    latest = {one.meeting_id: one for one in versions}
    for meeting in meetings:
        text = _words_of(latest.get(meeting.pk))
        named_so = f"{meeting.forum} {meeting.registration_number}"
        if wanted.inside(f"{named_so} {text}"):
            yield Hit(
                title=named(meeting),
                url=reverse("approved", args=[meeting.pk]),
                marked=wanted.marked(text, named_so),
                context=meeting.registration_number,
            )


def _words_of(version: MinutesVersion | None) -> str:
    """What was discussed and decided, as the version prints it."""
    items = version.content["items"] if version else []
    return " ".join(
        " ".join([one["title"], one["notes"], *(said["text"] for said in one["decisions"])])
        for one in items
    )
