"""What forums offer to the shared pages: tasks, meetings to keep, changes, links, search results."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, OuterRef, Q, Subquery, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.actors import merging
from coordination.administration import restored, words
from coordination.assignments import linked
from coordination.assignments.models import Assignment
from coordination.frame import contributions
from coordination.frame.contributions import Change, Guide, Hit, Link, Linked, Task, Upcoming
from coordination.ui import dates
from coordination.ui.lists import codes_of, swedish
from coordination.ui.matching import Words
from coordination.writing import saved_views

from . import (
    actions,
    adjusting,
    agenda,
    answers,
    assigned,
    decisions,
    matters,
    meetings,
    proposals,
    register,
    subscriptions,
)
from .forms.decisions import PROGRESS, DecisionFilter
from .forms.filters import ActionFilter, MeetingFilter
from .models import (
    MINUTES_STATES,
    Action,
    ActionChange,
    AgendaItem,
    Decision,
    Forum,
    Meeting,
    MinutesVersion,
    Proposal,
    Seat,
    Sending,
)

CALL_AHEAD = timedelta(weeks=3)
"""So long before a planned meeting its invitation becomes something to do."""
CALL_BEFORE = timedelta(weeks=1)
"""An invitation should be out so long before the meeting."""
FRESH = timedelta(days=7)
"""So long the minutes of a meeting are offered to who finished it, to be sent."""
WAITED_LONG = timedelta(days=5)
UPCOMING = timedelta(days=14)
FORUM_ROLES = {"strategic_coordinator", "partnership_coordinator", "chair", "secretary", "member"}


@contributions.start_tasks
def own_actions(user: Any, now: datetime) -> Iterator[Task]:
    """The person's open actions, each to be marked as done where it stands."""
    for action in actions.due_for(user, timezone.localdate(now)):
        yield Task(
            kind="action",
            kind_name=_("Actions"),
            title=action.text,
            url=reverse("action", args=[action.pk]),
            context=str(action.forum),
            due=action.due,
            action=contributions.Action(
                label=_("Mark as done"), url=reverse("action_done", args=[action.pk])
            ),
        )


@contributions.start_tasks
def calls_to_answer(user: Any, now: datetime) -> Iterator[Task]:
    """Meetings that the person is called to and has not answered; to come is one press."""
    for meeting in answers.waiting_for(user, now):
        yield Task(
            kind="answer",
            kind_name=_("Invitations to answer"),
            title=_("Answer the invitation"),
            url=reverse("answer", args=[meeting.pk]),
            context=_named(meeting),
            due=meeting.day,
            action=contributions.Action(
                label=_("I am coming"),
                url=reverse("answer", args=[meeting.pk]),
                name="answer",
                value="yes",
            ),
        )


@contributions.start_tasks
def meetings_to_call(user: Any, now: datetime) -> Iterator[Task]:
    """Meetings planned for the coming weeks whose invitation has not been sent."""
    planned = Meeting.objects.visible_to(user, Permission.LOG_MEETINGS).filter(
        state=Meeting.State.PLANNED, starts_at__range=(now, now + CALL_AHEAD)
    )
    for meeting in planned.select_related("forum").soonest_first():
        yield Task(
            kind="call",
            kind_name=_("Invitations"),
            title=_("Send the invitation"),
            url=reverse("meeting_plan", args=[meeting.pk]),
            context=_named(meeting),
            due=meeting.day - CALL_BEFORE,
        )


@contributions.start_tasks
def proposals_to_answer(user: Any, now: datetime) -> Iterator[Task]:
    """Items that members propose for meetings ahead: one row a meeting."""
    waiting: dict[int, list[Proposal]] = {}
    for proposal in proposals.waiting_for(user, now):
        waiting.setdefault(proposal.meeting_id, []).append(proposal)
    for rows in waiting.values():
        meeting = rows[0].meeting
        title = ngettext(
            "Answer %(count)s proposed item", "Answer %(count)s proposed items", len(rows)
        )
        yield Task(
            kind="proposal",
            kind_name=_("Proposed items"),
            title=title % {"count": len(rows)},
            url=reverse("meeting_plan", args=[meeting.pk]) + "#proposals",
            context=_named(meeting),
            due=proposals.last_day(meeting),
        )


@contributions.start_tasks
def meetings_to_finish(user: Any, now: datetime) -> Iterator[Task]:
    """Meetings that have begun or are over, and have no minutes."""
    for meeting in meetings.to_finish_for(user, now):
        begun = meeting.state == Meeting.State.IN_PROGRESS
        yield Task(
            kind="minutes",
            kind_name=_("Minutes"),
            title=_("Finish writing up") if begun else _("Record the meeting"),
            url=reverse("meeting", args=[meeting.pk]),
            context=_named(meeting),
            due=None if meeting.ends_at >= now else meeting.day,
            note=_("In progress"),
        )


@contributions.start_tasks
def minutes_to_send(user: Any, now: datetime) -> Iterator[Task]:
    """Minutes to be sent for approval, for who finished them; those in which a change was asked for,
    and those that others have not answered for long, for who sent them."""
    last = Sending.objects.filter(meeting=OuterRef("pk")).order_by("-pk")
    mine = (
        Meeting.objects.visible_to(user, Permission.LOG_MEETINGS)
        .filter(state__in=(Meeting.State.WRITING_UP, Meeting.State.AWAITING))
        .annotate(
            last_state=Subquery(last.values("state")[:1]),
            last_by=Subquery(last.values("sent_by")[:1]),
        )
        .filter(
            Q(last_state=None, finished_by=user.pk, finished_at__gte=now - FRESH)
            | Q(last_by=user.pk, state=Meeting.State.WRITING_UP)
            | Q(last_by=user.pk, state=Meeting.State.AWAITING, sent_at__lt=now - WAITED_LONG)
        )
    )
    for meeting in mine.select_related("forum").newest_first():
        yield Task(
            kind="minutes", kind_name=_("Minutes"), context=_named(meeting), **_what_waits(meeting)
        )


def _what_waits(meeting: Any) -> dict[str, Any]:
    """What whoever wrote the minutes has to do with them now, where, and since when."""
    url = reverse("minutes", args=[meeting.pk])
    if meeting.is_awaiting:
        sent = _("Sent %(date)s") % {"date": dates.day_short(meeting.sent_at)}
        return {"title": _("Ask those who have not answered"), "url": url, "note": sent}
    if meeting.last_state == Sending.State.CHANGE_ASKED:
        url = reverse("minutes_edit", args=[meeting.pk])
        note = _("Change requested")
        return {"title": _("Change what was requested"), "url": url, "note": note}
    title = (
        pgettext("minutes", "Send the minutes for approval")
        if adjusting.needs_second(meeting.forum)
        else pgettext("notes", "Send the notes for approval")
    )
    finished = _("Finished %(date)s") % {"date": dates.day_short(meeting.finished_at)}
    return {"title": title, "url": url, "note": finished}


@contributions.start_tasks
def minutes_to_adjust(user: Any, now: datetime) -> Iterator[Task]:
    """Minutes that wait for this person to adjust or approve them."""
    for sending in adjusting.to_adjust(user, timezone.localdate(now)):
        meeting = sending.meeting
        yield Task(
            kind="adjust",
            kind_name=_("Approvals"),
            title=(
                _("Approve the minutes")
                if adjusting.needs_second(meeting.forum)
                else _("Approve the notes")
            ),
            url=reverse("adjust", args=[meeting.pk]),
            context=_named(meeting),
            due=sending.due,
        )


@contributions.start_tasks
def decisions_left(user: Any, now: datetime) -> Iterator[Task]:
    """That there are decisions which nobody has carried out: one row, for those who follow all
    forums."""
    if "strategic_coordinator" not in policy.roles_of(user):
        return
    seen = decisions.with_progress(decisions.seen_by(user))
    if decisions.nobody_carried_out(seen, timezone.localdate(now)).exists():
        yield Task(
            kind="decisions",
            kind_name=_("Decisions"),
            title=_("Go through decisions that nobody has carried out"),
            url=reverse("decisions") + "?undone=on&sort=date",
        )


@contributions.upcoming
def coming_meetings(user: Any, now: datetime) -> Iterator[Upcoming]:
    """The meetings that the person is called to."""
    end = agenda.local(timezone.localdate(now) + UPCOMING + timedelta(days=1), time())
    for meeting in meetings.upcoming_for(user, now).filter(starts_at__lt=end):
        yield Upcoming(
            at=meeting.starts_at,
            title=str(meeting.forum),
            url=reverse("meeting", args=[meeting.pk]),
            context=meeting.get_state_display(),
        )


@contributions.changes
def latest_minutes(user: Any, count: int) -> Iterator[Change]:
    """Minutes that were made."""
    versions = MinutesVersion.objects.visible_to(user).select_related("meeting__forum")
    for version in versions.order_by("-made_at", "-pk")[:count]:
        yield Change(
            at=version.made_at,
            title=_("Minutes: %(meeting)s") % {"meeting": _named(version.meeting)},
            url=reverse("minutes", args=[version.meeting_id]),
            context="",
        )


@contributions.changes
def latest_action_changes(user: Any, count: int) -> Iterator[Change]:
    """What happened with actions, besides that they were decided: the minutes tell that."""
    changed = (
        ActionChange.objects.visible_to(user)
        .exclude(kind=ActionChange.Kind.CREATED)
        .select_related("action__forum")
    )
    for change in changed.order_by("-at", "-pk")[:count]:
        yield Change(
            at=change.at,
            title=change.action.text,
            url=reverse("action", args=[change.action_id]),
            context=f"{change.get_kind_display()} · {change.action.forum}",
        )


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
            title=f"{_named(meeting)}: {item.title}",
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
            % {"mark": decision.mark, "meeting": _named(meeting)},
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


@linked.offer
def linked_to_assignment(assignment: Assignment, user: Any) -> Iterator[linked.Section]:
    """The decisions about the assignment that the person may read, and the actions that carry them
    out. The same headings stand there, with the same words, when there are none and when there are
    some that the person may not see."""
    made = list(
        decisions.with_progress(assigned.about(assignment, user))
        .select_related("item__meeting__forum")
        .order_by("-item__meeting__starts_at", "-pk")
    )
    yield linked.Section(
        "decisions",
        _("Decisions"),
        _("No decision that you may see is tied to the assignment."),
        [_decision_row(one) for one in made],
    )
    items, keys = [one.item_id for one in made], [one.pk for one in made]
    today = timezone.localdate()
    yield linked.Section(
        "actions",
        _("Actions"),
        _("No action that you may see is tied to the assignment."),
        [
            _action_row(one, today)
            for one in matters.actions_of(items=items, decisions=keys, user=user)
        ],
    )


def _decision_row(decision: Any) -> linked.Row:
    meeting = decision.item.meeting
    return linked.Row(
        title=decision.text,
        url=reverse("decision", args=[decision.pk]),
        context=_("Decision § %(mark)s, %(forum)s %(date)s")
        % {
            "mark": decision.mark,
            "forum": meeting.forum.name,
            "date": dates.day(meeting.starts_at),
        },
        state=str(PROGRESS[decision.progress]),
    )


def _action_row(action: Action, today: date) -> linked.Row:
    late = dates.late(action.due, on=today) if action.is_open else ""
    return linked.Row(
        title=action.text,
        url=reverse("action", args=[action.pk]),
        context=action.owners_label,
        state=late or str(action.get_state_display()),
    )


@linked.demand
def normal_systems(user: Any) -> Iterator[linked.Demand]:
    """That the ordinary forums and systems are used as far as possible, in counts over what the person
    may see; and for those who set up forums, which administrations sit in none."""
    seen = Forum.objects.visible_to(user)
    existing = seen.filter(basis=Forum.Basis.EXISTING).count()
    locked = Meeting.objects.visible_to(user).filter(state=Meeting.State.LOCKED)
    numbered = locked.exclude(registration_number="").count()
    yield linked.Demand(
        "normal-systems",
        _("The ordinary forums and systems first"),
        "de normala systemen",
        [
            linked.Row(
                _("Forums that were there before"),
                reverse("forums"),
                _("The others say why no existing forum was enough."),
                _of(existing, seen.count()),
            ),
            linked.Row(
                _("Approved minutes with a number in the municipality's own register"),
                reverse("meetings") + "?status=locked",
                _("The register is where the document is kept. The portal only refers to it."),
                _of(numbered, locked.count()),
            ),
        ],
    )
    if policy.may(user, Permission.ESTABLISH_FORUM):
        outside = register.outside_forums().count()
        yield linked.Demand(
            "outside-forums",
            _("Administrations outside the forums"),
            "ingår inte i de samverkansforum",
            [
                linked.Row(
                    _("Administrations that sit in no forum"),
                    reverse("outside_forums"),
                    state=str(outside),
                )
            ],
        )


def _of(some: int, every: int) -> str:
    return _("%(some)s of %(every)s") % {"some": some, "every": every}


@contributions.section("actor", "forums", gettext_lazy("Forums"))
def forums_of_actor(user: Any, actor: Any) -> Iterator[Linked]:
    """The forums in which somebody sits today for the actor, or for what went into it, of those that
    the person may see."""
    line = [actor.pk, *merging.predecessors(actor)]
    seats = Seat.objects.visible_to(user).filter(organisation__in=line)
    held = seats.active(timezone.localdate())  # type: ignore[attr-defined]
    names: dict[int, set[str]] = {}
    for forum, place, name in held.values_list("forum", "organisation", "organisation__name"):
        names.setdefault(forum, set()).update([name] if place != actor.pk else [])
    for forum in Forum.objects.visible_to(user).filter(pk__in=names).order_by(swedish("name")):
        former = ", ".join(sorted(names[forum.pk]))
        said = _("Sits there as %(name)s") % {"name": former} if former else ""
        yield Linked(forum.name, reverse("forum", args=[forum.pk]), said)


def _named(meeting: Meeting) -> str:
    """ÖreBRÅ 21 april."""
    return f"{meeting.forum} {dates.day_short(meeting.starts_at)}"


def _takes_part(user: Any) -> bool:
    """Whether the person sits in a forum, coordinates, or has been called to a meeting."""
    return bool(policy.roles_of(user) & FORUM_ROLES) or Meeting.objects.visible_to(user).exists()


def _has_actions(user: Any) -> bool:
    return bool(policy.roles_of(user) & FORUM_ROLES) or Action.objects.visible_to(user).exists()


contributions.guide(
    Guide(
        title=gettext_lazy("Log a meeting"),
        roles=("chair", "secretary", "strategic_coordinator"),
        steps=(
            gettext_lazy(
                "Open the forum under Meetings and choose Create next meeting. Time, place,"
                " participants, standing items and open actions are already there."
            ),
            gettext_lazy("Choose Send invitation."),
            gettext_lazy(
                "At the meeting, choose Take minutes. Mark who is present, write under each item,"
                " and add decisions and actions as they come. Everything is saved while you write."
            ),
            gettext_lazy(
                "Choose Finish the meeting. The minutes are made, and everyone who got an action is"
                " mailed their own."
            ),
        ),
        note=gettext_lazy(
            "Was there no network? Print the agenda, and choose Record a past meeting afterwards:"
            " it is one page."
        ),
    )
)
contributions.guide(
    Guide(
        title=gettext_lazy("Take part in a forum"),
        roles=tuple(sorted(FORUM_ROLES)),
        steps=(
            gettext_lazy(
                "Meetings shows the forums where you have a seat, their meetings and their minutes."
            ),
            gettext_lazy(
                "When you are called to a meeting, say on its page whether you are coming. If not, you"
                " may say who comes instead."
            ),
            gettext_lazy(
                "Subscribe with a calendar, under Meetings, puts your meetings into your own calendar."
            ),
            gettext_lazy(
                "Actions shows what you have taken on. Say there that an action is done, or give it"
                " a new date."
            ),
            gettext_lazy(
                "The search at the top finds meetings, decisions and actions that you may open."
            ),
        ),
    )
)
contributions.link(Link("meetings", gettext_lazy("Meetings"), "meetings", _takes_part))
contributions.link(
    Link(
        "approved",
        gettext_lazy("Minutes that are approved"),
        "approved_list",
        lambda user: policy.may(user, Permission.REVIEW_LOG),
    )
)
contributions.link(Link("decisions", gettext_lazy("Decisions"), "decisions", _takes_part))
contributions.link(Link("actions", gettext_lazy("Actions"), "actions", _has_actions))

saved_views.offer(
    "meetings",
    codes_of(MeetingFilter, sort=("date", "forum", "place")),
    numbers=("forum", "district"),
)
saved_views.offer(
    "decisions", codes_of(DecisionFilter, sort=("decision", "forum", "date")), numbers=("forum",)
)
saved_views.offer(
    "actions", codes_of(ActionFilter, sort=("action", "forum", "due")), numbers=("owner", "forum")
)


words.kinds({"forums.minutes_pdf": gettext_lazy("Make the PDF of minutes")})
restored.take_along(subscriptions.remove_all)
words.letters(
    {
        "forums.call": gettext_lazy("invitation to a meeting"),
        "forums.call_cancelled": gettext_lazy("a meeting is cancelled"),
        "forums.call_changed": gettext_lazy("an invitation to a meeting has changed"),
        "forums.call_withdrawn": gettext_lazy("somebody is no longer called to a meeting"),
        "forums.outside_call": gettext_lazy("invitation to somebody without an account"),
        "forums.outside_cancelled": gettext_lazy(
            "a meeting is cancelled, to somebody without an account"
        ),
        "forums.proposal_decided": gettext_lazy("what became of a proposed item"),
        "forums.seat_review": gettext_lazy("a seat about individuals was given on the server"),
        "forums.own_actions": gettext_lazy("somebody's own actions"),
        "forums.action_given": gettext_lazy("an action that somebody was given"),
        "forums.actions_due": gettext_lazy("reminder of actions"),
        "forums.to_adjust": gettext_lazy("minutes to approve"),
        "forums.adjust_taken_back": gettext_lazy("minutes that are written up again"),
        "forums.adjusted": gettext_lazy("minutes that were approved"),
        "forums.minutes_locked": gettext_lazy("minutes to read"),
        "forums.change_asked": gettext_lazy("a change of minutes was requested"),
        "forums.corrected": gettext_lazy("a correction of minutes"),
        "forums.adjust_waits": gettext_lazy("reminder of minutes to approve"),
        "forums.adjust_waits_writer": gettext_lazy("reminder of minutes that wait for others"),
        "forums.adjust_waits_chair": gettext_lazy("reminder of minutes that have waited ten days"),
    }
)
words.periodic(
    {
        "forums.documents": words.Work(
            gettext_lazy("Documents"),
            gettext_lazy("Erases the files of documents that were removed a day ago."),
        ),
        "forums.outside_addresses": words.Work(
            gettext_lazy("Addresses of people without an account"),
            gettext_lazy(
                "Erases the addresses that were given for a meeting, once they are not needed."
            ),
        ),
        "forums.reminders": words.Work(
            gettext_lazy("Reminders"),
            gettext_lazy("Reminds people of actions before, on and after their last day."),
        ),
    }
)
