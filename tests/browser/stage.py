"""Arranges what a test begins with, through the domain's own functions, and reads what came of it.

Runs as a process of its own beside the portal it belongs to: one JSON call a line, one answer a line.
"""

import json
import sys
import traceback
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from django.contrib.sessions.models import Session
from django.db import connections
from django.db.models import F
from django.test import override_settings
from django.utils import timezone

from coordination.access import factors
from coordination.access.models import User
from coordination.access.vocabulary import Permission
from coordination.actors import importing
from coordination.actors.models import (
    ActorImport,
    District,
    DistrictMembership,
    Organisation,
    OrganisationMembership,
)
from coordination.agreements.models import Agreement
from coordination.assignments import guidelines
from coordination.assignments.models import Assignment, AssignmentOwner
from coordination.grounds.models import (
    BasisVersion,
    LegalBasis,
    RetentionRule,
    RetentionVersion,
)
from coordination.jobs import queue
from coordination.jobs.models import Job, OutgoingMail
from coordination.knowledge.models import Contact, Entry, InformationVersion, Suggestion, Visit
from coordination.resources.models import Report, SentRequest, Version
from coordination.situation import measures, pictures, plans
from coordination.situation.models import Measure, Problem, SituationalPicture
from coordination.writing import drafts
from forums import actions as acts
from forums import (
    adjusting,
    afterwards,
    agenda,
    decisions,
    documents,
    finishing,
    matters,
    meetings,
    owners,
    proceedings,
    proposals,
    register,
    series,
)
from forums.models import (
    Action,
    ActionOwner,
    AgendaItem,
    Decision,
    Forum,
    Meeting,
    MinutesVersion,
    Seat,
)
from forums.series_dates import Rhythm
from forums.views.log_page import draft_place
from tests import papers
from tests.browser import bra_meeting as bra
from tests.browser import staged_cases, staged_reports

calls: dict[str, Callable[..., Any]] = {}


def call(function: Callable[..., Any]) -> Callable[..., Any]:
    calls[function.__name__] = function
    return function


def _user(username: str) -> User:
    return User.objects.get(username=username)


def _organisation(name: str) -> Organisation:
    return Organisation.objects.get(name=name)


# What a test begins with ---------------------------------------------------------------------


@call
def give_password(username: str, password: str) -> None:
    """Lets somebody of the cast sign in as people do outside the demo, without a second factor yet."""
    user = _user(username)
    if factors.of(user):
        factors.reset(by=None, user=user)
    user.set_password(password)
    user.notice_read_at = timezone.now()
    user.save(update_fields=["password", "notice_read_at"])


@call
def council(name: str = bra.FORUM, carried: bool = False) -> dict[str, Any]:
    """A council of the test's own, seated as in the notes; with `carried`, three old actions."""
    seats = [
        register.NewSeat(_organisation(place), role, _user(username))
        for username, role, place in bra.MEMBERS
    ]
    seats += [
        register.NewSeat(_organisation(place), function=function)
        for function, place in bra.FUNCTIONS
    ]
    number = Forum.objects.count()
    forum = register.establish(
        by=_user("anna.ek"),
        name=f"{name} {number}",
        purpose="Samlar kommunens brottsförebyggande arbete.",
        seats=seats,
        minutes_form=Forum.MinutesForm.ADJUSTED,
        usual_start=time(13),
        usual_end=time(14, 30),
        usual_place=bra.PLACE,
        standing_items=[
            register.NewStandingItem(bra.ITEMS[0].title),
            register.NewStandingItem(bra.ITEMS[1].title, is_follow_up=True),
            register.NewStandingItem(bra.ITEMS[2].title),
            register.NewStandingItem(bra.ITEMS[-1].title),
        ],
        on=timezone.localdate() - timedelta(days=365),
    )
    if carried:
        _earlier_meeting(forum)
    # A second letter of a kind waits for the next morning: each council begins on a new day.
    OutgoingMail.objects.update(posted_at=F("posted_at") - timedelta(days=1))
    return {"pk": forum.pk, "name": forum.name}


def _earlier_meeting(forum: Forum) -> None:
    """Six weeks ago, with three actions left open."""
    today = timezone.localdate()
    starts_at = agenda.local(today - timedelta(weeks=6), agenda.USUAL_START)
    afterwards.register_afterwards(
        forum=forum,
        by=_user("anna.ek"),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=90),
        attendance=[
            afterwards.AttendanceRecord(one, "present")
            for one in agenda.people_for(forum, on=today)
        ],
        items=[
            afterwards.ItemRecord(
                bra.ITEMS[-1].title,
                actions=[
                    afterwards.ActionRecord(text, "Anna Ek", today + timedelta(days=3))
                    for text in bra.OLD
                ],
            )
        ],
    )


@call
def planned(
    forum: int, titles: list[str] | None = None, called: bool = False, days: int = 1
) -> dict[str, Any]:
    """A meeting at one, tomorrow unless said otherwise, with those items or the standing ones."""
    council = Forum.objects.get(pk=forum)
    starts_at = agenda.local(timezone.localdate() + timedelta(days=days), agenda.USUAL_START)
    items = None
    if titles is not None:
        items = [
            agenda.PlannedItem(title, is_follow_up=title == bra.ITEMS[1].title) for title in titles
        ]
    meeting = meetings.plan(
        forum=council,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=90),
        place=bra.PLACE,
        items=items,
        by=_user("anna.ek"),
    )
    if called:
        meetings.call(meeting=meeting, by=_user("anna.ek"))
    return _meeting(meeting)


@call
def missed(forum: int, days: int = 2) -> dict[str, Any]:
    """A called meeting so many days ago that nobody has written up."""
    meeting = Meeting.objects.get(pk=planned(forum, called=True)["pk"])
    back = timedelta(days=days + 1)
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=meeting.starts_at - back, ends_at=meeting.ends_at - back
    )
    meeting.refresh_from_db()
    return _meeting(meeting)


@call
def running(forum: int, titles: list[str] | None = None, present: bool = False) -> dict[str, Any]:
    """A meeting whose log has begun; with `present`, everybody came."""
    plan = planned(forum, titles)
    meeting = meetings.start_log(meeting=Meeting.objects.get(pk=plan["pk"]), by=_user("anna.ek"))
    if present:
        proceedings.mark_all_present(meeting=meeting, by=_user("anna.ek"))
    return _meeting(meeting)


@call
def decided(item: int) -> dict[str, int]:
    """A decision and an action under the item."""
    under, anna = AgendaItem.objects.get(pk=item), _user("anna.ek")
    decision = proceedings.add_decision(item=under, text="Rådet beslutar.", by=anna)
    todo = proceedings.add_action(
        item=under, text="Ta fram schema", owners="Maria", due=under.meeting.day, by=anna
    )
    return {"decision": decision.pk, "action": todo.pk}


@call
def agreed(forum: int, text: str, weeks: int) -> dict[str, int]:
    """A meeting so many weeks ago, written up, with that one decision."""
    council, anna = Forum.objects.get(pk=forum), _user("anna.ek")
    today = timezone.localdate()
    starts_at = agenda.local(today - timedelta(weeks=weeks), agenda.USUAL_START)
    version = afterwards.register_afterwards(
        forum=council,
        by=anna,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=90),
        attendance=[
            afterwards.AttendanceRecord(one, "present")
            for one in agenda.people_for(council, on=today)
        ],
        items=[
            afterwards.ItemRecord("Stödtelefonen", decisions=[afterwards.DecisionRecord(text=text)])
        ],
    )
    return {"decision": Decision.objects.get(item__meeting=version.meeting).pk}


@call
def neighbours(name: str = "Grannrådet") -> dict[str, Any]:
    """A forum that Anna chairs, where nobody else of the council has a seat."""
    forum = register.establish(
        by=_user("anna.ek"),
        name=f"{name} {Forum.objects.count()}",
        purpose="Samlar grannarna.",
        seats=[register.NewSeat(_organisation(bra.MEMBERS[0][2]), "chair", _user("anna.ek"))],
        standing_items=[register.NewStandingItem(bra.ITEMS[0].title)],
        on=timezone.localdate() - timedelta(days=900),
    )
    return {"pk": forum.pk, "name": forum.name}


@call
def torn(item: int, username: str) -> None:
    """The person's text of the item waits to be chosen or given up for another's."""
    drafts.keep(
        user=_user(username),
        place=draft_place(AgendaItem.objects.get(pk=item)),
        data={"notes": "Min text."},
    )


@call
def action(forum: int, text: str, owner: str, days: int) -> int:
    """An open action of that person."""
    council, user = Forum.objects.get(pk=forum), _user(owner)
    made = acts.create(
        forum=council,
        text=text,
        owners=owners.resolve(str(user), forum=council),
        due=timezone.localdate() + timedelta(days=days),
        by=_user("anna.ek"),
    )
    return made.pk


@call
def sign_out_everywhere(username: str) -> None:
    """What happens after half an hour: the person's sessions are gone."""
    pk = str(_user(username).pk)
    for session in Session.objects.all():
        if session.get_decoded().get("_auth_user_id") == pk:
            session.delete()


@call
def set_the_backlog_aside() -> None:
    """The demo's year of documents and letters would keep the worker from what the tests wait for."""
    Job.objects.filter(state="due").update(due_at=timezone.now() + timedelta(days=30))


@call
def have_the_newest_approved_minutes_made(reader: str) -> None:
    """Their file was set aside with the rest of the demo's."""
    approved = Meeting.objects.visible_to(
        User.objects.get(username=reader), Permission.READ_APPROVED
    )
    for version in approved.latest("starts_at").minutes.values_list("pk", flat=True):
        aside = Job.objects.filter(kind="forums.minutes_pdf", ids={"version": version}, state="due")
        aside.update(due_at=timezone.now())


@call
def let_the_leases_run_out() -> None:
    """What a few minutes bring about: whoever held a job no longer does."""
    Job.objects.filter(state="claimed").update(lease_until=timezone.now())


# What came of it -----------------------------------------------------------------------------


def _meeting(meeting: Meeting) -> dict[str, Any]:
    return {
        "pk": meeting.pk,
        "day": meeting.day,
        "items": {item.title: item.pk for item in meeting.items.in_order()},
    }


@call
def meetings_of(forum: int) -> list[dict[str, Any]]:
    """The forum's meetings, the last one first."""
    return [
        {
            **_meeting(one),
            "state": one.state,
            "starts_at": one.starts_at,
            "place": one.place,
            "called": one.participations.count(),
            "carried": sorted(row.action.text for row in one.carried.select_related("action")),
        }
        for one in Meeting.objects.filter(forum=forum).newest_first()
    ]


@call
def items_of(meeting: int) -> list[dict[str, Any]]:
    return [
        {
            "title": item.title,
            "notes": item.notes,
            "outcome": item.outcome,
            "decisions": [one.text for one in item.decisions.in_order()],
            "actions": [one.text for one in item.actions.order_by("pk")],
            "carried_from": item.carried_from_id,
        }
        for item in AgendaItem.objects.filter(meeting=meeting).in_order()
    ]


@call
def actions_of(forum: int) -> list[dict[str, Any]]:
    return [
        {
            "text": one.text,
            "state": one.state,
            "due": one.due,
            "owners": sorted(owner.label for owner in one.owners.all()),
            "changes": [change.kind for change in one.changes.in_order()],
        }
        for one in Action.objects.filter(forum=forum).order_by("pk")
    ]


@call
def action_texts(forum: int) -> dict[str, str]:
    """The forum's actions by key."""
    return {str(one.pk): one.text for one in Action.objects.filter(forum=forum).order_by("pk")}


@call
def minutes_of(meeting: int) -> list[dict[str, Any]]:
    return [
        {"pk": one.pk, "number": one.number, "file": one.file, "has_file": one.has_file}
        for one in MinutesVersion.objects.filter(meeting=meeting).order_by("number")
    ]


@call
def unfinished_jobs(kind: str = "") -> list[str]:
    """Work that has not been done and could be; periodic work stands due for ever."""
    left = Job.objects.filter(state__in=("due", "claimed"), due_at__lte=timezone.now())
    return sorted(job.key for job in left if job.kind.startswith(kind))


@call
def claimed_jobs(kind: str) -> int:
    return Job.objects.filter(state="claimed", kind=kind).count()


@call
def failed_jobs() -> list[str]:
    return [f"{job.kind}: {job.last_error}" for job in Job.objects.filter(state="failed")]


@call
def told(meeting: int) -> dict[str, list[str]]:
    """Who owns which actions of the meeting, by the address that is mailed."""
    found: dict[str, list[str]] = {}
    for owner in ActionOwner.objects.filter(action__meeting=meeting, user__isnull=False):
        found.setdefault(owner.user.email, []).append(owner.action.text)
    return found


@call
def finished(forum: int) -> dict[str, Any]:
    """A meeting whose minutes are written up: Jonas was chosen to approve them beside Anna."""
    meeting = Meeting.objects.get(pk=running(forum, [one.title for one in bra.ITEMS], True)["pk"])
    by, first = _user("oskar.lind"), meeting.items.in_order().first()
    proceedings.save_item(
        item=first, notes="Jonas Berg väljs att justera.", version=first.version, by=by
    )
    item = meeting.items.get(title=bra.ITEMS[3].title)
    proceedings.save_item(item=item, notes=bra.ITEMS[3].notes, version=item.version, by=by)
    proceedings.add_decision(item=item, text=bra.ITEMS[3].decisions[0], by=by)
    proceedings.add_action(item=item, text="Ta fram schema", owners="Maria", due=meeting.day, by=by)
    choices = {one.pk: "done" for one in meeting.items.filter(outcome="open")}
    finishing.finish(meeting=meeting, by=by, choices=choices)
    return _meeting(meeting)


@call
def sent(forum: int) -> dict[str, Any]:
    """A meeting whose minutes wait for Anna and Jonas."""
    meeting = Meeting.objects.get(pk=finished(forum)["pk"])
    adjusting.send(
        meeting=meeting,
        chair=_user("anna.ek"),
        second=_user("jonas.berg"),
        by=_user("oskar.lind"),
    )
    return _meeting(meeting)


def _asked(forum: int) -> Meeting:
    """A meeting whose minutes Anna wants changed."""
    meeting = Meeting.objects.get(pk=sent(forum)["pk"])
    texts = {meeting.items.in_order().first().pk: "Skriv ut namnet.", None: "Sofia var inte där."}
    sha256 = meeting.sendings.get().sha256
    adjusting.ask_change(meeting=meeting, sha256=sha256, texts=texts, by=_user("anna.ek"))
    return meeting


def _locked(forum: int) -> Meeting:
    """A meeting whose minutes are adjusted, and corrected since."""
    meeting = Meeting.objects.get(pk=sent(forum)["pk"])
    sha256 = meeting.sendings.get().sha256
    for username in ("anna.ek", "jonas.berg"):
        adjusting.adjust(meeting=meeting, sha256=sha256, by=_user(username))
    adjusting.correct(meeting=meeting, text="Det var i Oxhagen.", by=_user("oskar.lind"))
    return meeting


@call
def in_series(forum: int) -> dict[str, Any]:
    """The first of four meetings, a week apart, to which nobody is called."""
    first = timezone.localdate() + timedelta(days=30)
    days = [first + timedelta(weeks=week) for week in range(4)]
    made = series.plan_series(
        forum=Forum.objects.get(pk=forum),
        rhythm=Rhythm.WEEKLY,
        first=first,
        until=days[-1],
        chosen=days,
        starts=time(9),
        ends=time(10),
        place=bra.PLACE,
        by=_user("anna.ek"),
    )
    return _meeting(made.meetings.soonest_first()[0])


@call
def examples() -> dict[str, Any]:
    """One of everything that a page shows: a forum, its held meeting, a plan and a running log."""
    forum = council("Sidornas råd", carried=True)["pk"]
    held = Meeting.objects.filter(forum=forum).get()
    log = running(forum, [item.title for item in bra.ITEMS], present=True)
    items = AgendaItem.objects.filter(meeting=log["pk"]).in_order()
    item = items.get(title=bra.ITEMS[3].title)
    anna = _user("anna.ek")
    decision = proceedings.add_decision(item=item, text=bra.ITEMS[3].decisions[0], by=anna)
    todo = proceedings.add_action(
        item=item, text="Ta fram schema", owners="Maria", due=log["day"], by=anna
    )
    proceedings.save_item(item=item, notes=bra.ITEMS[3].notes, version=item.version, by=anna)
    drafts.keep(user=anna, place=draft_place(items[2]), data={"notes": "Min text."})
    plan = planned(forum, called=True, days=9)["pk"]
    for title in ("Fritidsgården", "Stödtelefonen"):
        proposals.propose(
            meeting=Meeting.objects.get(pk=plan), title=title, reason="Många frågar.", by=anna
        )
    one = Meeting.objects.get(pk=plan)
    for place in (None, one.items.in_order().first()):
        with documents.checked(content=papers.pdf(), name="x.pdf") as file:
            documents.add(meeting=one, item=place, title="Lägesbild", file=file, by=anna)
    waits = sent(forum)["pk"]
    # In forums of their own: the same page of two meetings has two titles.
    adjusted = _locked(council("Sidornas råd")["pk"]).pk
    made = Decision.objects.get(item__meeting=adjusted)
    matters.link(decision=made, to=Decision.objects.get(item__meeting=waits), by=anna)
    decisions.carry_out(
        decision=Decision.objects.get(item__meeting=waits),
        on=timezone.localdate(),
        result="Alla skolor har fått utbildningen.",
        by=anna,
    )
    newer = guidelines.establish(
        title="Nyare riktlinjer",
        decided_by="Kommunstyrelsen",
        decided_on=timezone.localdate(),
        in_force_from=timezone.localdate() + timedelta(days=100),
        text="# Inriktning\n\n## Generella insatser [generell]\n\nFör alla barn och unga.",
        by=anna,
    )
    elevers = AssignmentOwner.objects.get(assignment__number=13)
    return {
        "guideline": newer.pk,
        "assignment": elevers.assignment_id,
        "assignment_owner": elevers.pk,
        "shared": Assignment.objects.get(number=9).pk,
        "forum": forum,
        "seat": Seat.objects.filter(forum=forum, role="member").earliest("pk").pk,
        "held": held.pk,
        "plan": plan,
        "in_series": in_series(council("Sidornas råd")["pk"])["pk"],
        "sent": waits,
        "asked": _asked(council("Sidornas råd")["pk"]).pk,
        "locked": adjusted,
        "made": made.pk,
        "log": log["pk"],
        "item": item.pk,
        "follow_up": items[1].pk,
        "torn": items[2].pk,
        "decision": decision.pk,
        "todo": todo.pk,
        "action": Action.objects.filter(forum=forum).order_by("pk").first().pk,
        "entry": Entry.objects.earliest("pk").pk,
        "agreement": Agreement.objects.get(name="Samverkan med polisen").pk,
        **_law(),
        **staged_cases.examples(),
        "visit": Visit.objects.earliest("pk").pk,
        "suggestion": Suggestion.objects.earliest("pk").pk,
        "contact": Contact.objects.earliest("pk").pk,
        **_reports(),
        "information": InformationVersion.objects.earliest("pk").pk,
        "person": _user("ulla.vik").pk,
        "organisation": _organisation("Oxhagens idrottsförening").pk,
        "into": _organisation("Föreningen Grannkraft").pk,
        **_lists(),
        **_situation(),
        "merged": Organisation.objects.filter(succession__isnull=False).earliest("pk").pk,
        "district": District.objects.get(name="Almby").pk,
        "held_organisation": OrganisationMembership.objects.get(user=_user("ulla.vik")).pk,
        "held_district": DistrictMembership.objects.filter(user=_user("mats.orn")).first().pk,
    }


def _situation() -> dict[str, int]:
    """The demo's picture and plan, a plan that is being written on the next, and a draft of a third."""
    anna = _user("anna.ek")
    shown = Measure.objects.earliest("pk")
    second = SituationalPicture.objects.get(state="draft")
    pictures.publish(picture=second, edition=second.edition, by=anna)
    plan = plans.begin(picture=second, by=anna)
    values = {name: getattr(shown, name) for name in measures.FIELDS}
    values["problem"] = second.problems.earliest("pk")
    third = pictures.begin(by=anna)
    return {
        "picture": shown.plan.picture_id,
        "picture_draft": third.pk,
        "problem": Problem.objects.filter(picture=third).earliest("pk").pk,
        "action_plan": shown.plan_id,
        "plan_draft": plan.pk,
        "measure": shown.pk,
        "measure_draft": measures.add(plan=plan, values=values, by=anna).pk,
    }


def _reports() -> dict[str, int]:
    """Per's report, which is written; one that waits to be attested; and one that is sent in."""
    draft = Report.objects.get(state="draft", organisation__name="Socialförvaltningen")
    return {
        "report": draft.pk,
        "reminded": draft.organisation_id,
        "part": draft.parts.get(number=1).pk,
        "row": draft.activities.earliest("pk").pk,
        "attesting": Report.objects.filter(state="attesting").earliest("pk").pk,
        "asked": SentRequest.objects.get(opinion="").pk,
        "to_decide": SentRequest.objects.exclude(opinion="").get(decision="").pk,
        "sent_in": Version.objects.filter(state="waiting").earliest("pk").pk,
    }


def _law() -> dict[str, int]:
    """A legal basis and retention rules: in force, and waiting for a review."""
    basis = LegalBasis.objects.get(code="G4")
    holds = BasisVersion.objects.in_force(timezone.localdate()).get(basis=basis)
    rule = RetentionRule.objects.get(record="case")
    return {
        "basis": basis.pk,
        "basis_holds": holds.pk,
        "basis_waits": basis.versions.unreviewed().get().pk,
        "rule": rule.pk,
        "rule_holds": rule.versions.in_force(timezone.localdate()).get().pk,
        "rule_waits": RetentionVersion.objects.unreviewed().earliest("pk").pk,
    }


def _lists() -> dict[str, int]:
    """Lists of actors: one that is checked, one that waits for ever, and one that cannot be read."""
    found = {}
    for name, content in (
        ("checked", "Namn;Typ\nNya;Förening\nFel;Klubb\n"),
        ("unreadable", "Vad;Typ\nNya;Förening\n"),
        ("waiting", "Namn;Typ\nNya;Förening\n"),
    ):
        with (
            override_settings(UPLOADS_UNSCANNED=True),
            importing.checked_file(content.encode(), "l.csv") as (kind, file),
        ):
            made = importing.hand_in(by=_user("anna.ek"), kind=kind, file=file, language="sv")
        job = Job.objects.get(kind=importing.KIND, ids={"list": made.pk})
        queue.run(job.pk)
        if name == "waiting":
            ActorImport.objects.filter(pk=made.pk).update(state=ActorImport.State.WAITING)
        found[name] = made.pk
    return found


for each in staged_reports.CALLS:
    call(each)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no plain form")


def main() -> None:
    for line in sys.stdin:
        wish = json.loads(line)
        try:
            answer = {"value": calls[wish.pop("call")](**wish)}
        except Exception:
            answer = {"error": traceback.format_exc()}
        finally:
            connections.close_all()
        print(json.dumps(answer, default=_plain), flush=True)


if __name__ == "__main__":
    main()
