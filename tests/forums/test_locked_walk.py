"""Every way to write that there is, tried against locked minutes: the lists are made by looking at the
code, so that a new function, address, table or column fails here until somebody says what it does."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

import forums
from forums import (
    actions,
    adjusting,
    afterwards,
    agenda,
    answers,
    bulk,
    calls,
    cancelling,
    decisions,
    documents,
    entries,
    finishing,
    locked,
    matters,
    meetings,
    minutes,
    outside,
    placing,
    proceedings,
    proposals,
    register,
    rescheduling,
    series,
    states,
    urls,
)
from forums.models import (
    Action,
    ChangeRequest,
    Decision,
    Meeting,
    Proposal,
)
from forums.owners import Owner
from forums.refusals import WrongState
from tests.structure.module_world import undone

from .adjusting_hands import finished, sent

pytestmark = pytest.mark.django_db

SENTENCE = "Protokollet är låst och kan inte ändras. Du kan lägga till en rättelse."
PATHS = {
    "agendaitem": "meeting",
    "decision": "item__meeting",
    "action": "meeting",
    "actionchange": "meeting",
    "carriedaction": "meeting",
    "participation": "meeting",
    "document": "meeting",
    "sending": "meeting",
    "adjuster": "sending__meeting",
    "changerequest": "sending__meeting",
    "minutesversion": "meeting",
    "correction": "meeting",
    "meeting": "pk",
}
"""By model, the way to its meeting."""
NAMES_OF_WRITING = {
    *("create", "save", "update", "delete", "bulk_create", "bulk_update"),
    *("get_or_create", "update_or_create", "_raw_delete", "execute"),
}


@dataclass
class Scene:
    """Locked minutes with one of everything: what was asked for, corrected, handed in and proposed."""

    sample: Any
    meeting: Meeting

    def __getattr__(self, name: str) -> Any:
        first = {
            "item": lambda: self.sample.item(self.meeting, "Lägesbild"),
            "decision": lambda: self.item.decisions.get(),
            "action": lambda: self.meeting.actions.get(),
            "person": lambda: self.meeting.participations.order_by("pk").first(),
            "document": lambda: self.meeting.documents.get(),
            "proposal": lambda: self.meeting.proposals.get(),
            "request": lambda: ChangeRequest.objects.get(sending__meeting=self.meeting),
            "version": lambda: self.meeting.minutes.get(number=self.adjusted.version.number),
            "adjusted": lambda: self.meeting.sendings.get(state="adjusted"),
        }
        return first[name]()

    def rows(self) -> dict[str, list]:
        """Every row that is fixed, as it stands in the database: only the columns that are."""
        return {
            name: list(self.of(name).order_by("pk").values_list("pk", *fixed_columns()[name]))
            for name in PATHS
        }

    def of(self, name: str) -> models.QuerySet:
        """The rows of that model in this meeting."""
        model = apps.get_model("forums", name)
        return model._base_manager.filter(**{PATHS[name]: self.meeting.pk})


def fixed_columns() -> dict[str, tuple[str, ...]]:
    """By model, the columns that the guards fix."""
    tables = {guard.table: guard.columns for guard in locked.GUARDS} | locked.FIXED
    tables["forums_meeting"] = locked.MEETING
    return {table.removeprefix("forums_"): columns for table, columns in tables.items()}


@pytest.fixture
def scene(sample) -> Scene:
    meeting = finished(sample)
    by = sample.oskar
    file = documents.Checked("pdf", "Underlag.pdf", "document-1.pdf", 1, "0" * 64, "clean")
    documents.add(meeting=meeting, file=file, title="Underlag", by=by)
    older = actions.create(
        forum=meeting.forum,
        text="Ring",
        owners=[Owner(user=sample.maria)],
        due=meeting.day + timedelta(days=30),
        by=by,
    )
    entries.carry(meeting, Action.objects.filter(pk=older.pk))
    actions.move(action=older, due=older.due + timedelta(days=1), meeting=meeting, by=by)
    Proposal.objects.create(
        meeting=meeting, title="Belysning", proposed_by=sample.gun, proposed_at=sample.now
    )
    first = sent(sample, meeting)
    adjusting.ask_change(
        meeting=meeting, sha256=first.sha256, texts={None: "Ändra"}, by=sample.jonas
    )
    second = sent(sample, Meeting.objects.get(pk=meeting.pk))
    for one in (sample.anna, sample.jonas):
        adjusting.adjust(meeting=meeting, sha256=second.sha256, by=one)
    adjusting.correct(meeting=meeting, text="Rätt datum.", by=by)
    return Scene(sample, Meeting.objects.get(pk=meeting.pk))


# The functions -----------------------------------------------------------------------------------


def writing_functions() -> set[str]:
    """By name, each public function of the domain that writes, itself or through another."""
    modules = {
        one.name: importlib.import_module(f"forums.{one.name}")
        for one in pkgutil.iter_modules(forums.__path__)
        if not one.ispkg and one.name not in ("urls", "apps")
    }
    writes: set[tuple[str, str]] = set()
    calls_of: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for name, module in modules.items():
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if not isinstance(node, ast.FunctionDef):
                continue
            called = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
            here = (name, node.name)
            calls_of[here] = {(name, one.id) for one in called if isinstance(one, ast.Name)}
            for one in called:
                if isinstance(one, ast.Attribute):
                    if one.attr in NAMES_OF_WRITING:
                        writes.add(here)
                    if isinstance(one.value, ast.Name):
                        calls_of[here].add((one.value.id, one.attr))
    while more := {one for one, called in calls_of.items() if called & writes} - writes:
        writes |= more
    return {
        f"{module}.{name}"
        for module, name in writes
        if not name.startswith("_") and hasattr(modules[module], name)
    }


def raised(done: bulk.Done) -> None:
    """Acts on several rows say what was refused, and raise nothing."""
    for _row, refusal in done.refused:
        raise refusal


def acts(scene: Scene) -> dict[str, Callable[[], object]]:
    """Everything that is done in a meeting: none of it is possible any more."""
    sample, meeting, item = scene.sample, scene.meeting, scene.item
    decision, action, by = scene.decision, scene.action, scene.sample.oskar
    said = {"by": by, "meeting": meeting}
    later = meeting.day + timedelta(days=60)
    plan = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at, "place": "Annan"}
    sha256 = scene.adjusted.sha256
    file = documents.Checked("pdf", "x.pdf", "document-x.pdf", 1, "0" * 64, "clean")
    return {
        "proceedings.save_item": lambda: proceedings.save_item(
            item=item, notes="Nytt", version=item.version, by=by
        ),
        "proceedings.add_item": lambda: proceedings.add_item(title="Ny", **said),
        "proceedings.postpone_item": lambda: proceedings.postpone_item(item=item, by=by),
        "proceedings.strike_item": lambda: proceedings.strike_item(item=item, by=by),
        "proceedings.mark_handled": lambda: proceedings.mark_handled(item=item, by=by),
        "proceedings.reopen_item": lambda: proceedings.reopen_item(item=item, by=by),
        "proceedings.add_decision": lambda: proceedings.add_decision(item=item, text="Nytt", by=by),
        "proceedings.change_decision": lambda: proceedings.change_decision(
            decision=decision,
            text="Nytt",
            report_to_management=True,
            was=proceedings.mark_of(decision),
            by=by,
        ),
        "proceedings.remove_decision": lambda: proceedings.remove_decision(
            decision=decision, by=by
        ),
        "proceedings.add_action": lambda: proceedings.add_action(
            item=item, text="Nytt", owners="Maria", due=later, by=by
        ),
        "proceedings.change_action": lambda: proceedings.change_action(
            action=action,
            text="Nytt",
            owners="Maria",
            due=later,
            was=proceedings.mark_of(action),
            by=by,
        ),
        "proceedings.remove_action": lambda: proceedings.remove_action(action=action, by=by),
        "proceedings.mark_all_present": lambda: proceedings.mark_all_present(**said),
        "proceedings.mark_as_answered": lambda: proceedings.mark_as_answered(**said),
        "answers.give": lambda: answers.give(comes=True, **said),
        "outside.keep": lambda: outside.keep(addresses={}, **said),
        "proceedings.set_attendance": lambda: proceedings.set_attendance(
            participation=scene.person, attendance="absent", by=by
        ),
        "proceedings.add_guest": lambda: proceedings.add_guest(
            organisation=scene.person.organisation, name="Gäst", **said
        ),
        "proceedings.remove_guest": lambda: proceedings.remove_guest(
            participation=scene.person, by=by
        ),
        "decisions.set_report": lambda: decisions.set_report(
            decision=decision, report=not decision.report_to_management, by=by
        ),
        "actions.mark_done": lambda: actions.mark_done(action=action, **said),
        "actions.move": lambda: actions.move(action=action, due=later, **said),
        "actions.strike": lambda: actions.strike(action=action, reason="Nej", **said),
        "actions.reopen": lambda: actions.reopen(action=action, **said),
        "actions.undo_move": lambda: actions.undo_move(action=action, move=None, **said),
        "finishing.finish": lambda: finishing.finish(**said),
        "finishing.make_new_version": lambda: finishing.make_new_version(**said),
        "finishing.complete": lambda: finishing.complete(
            meeting, choices={}, by=by, now=sample.now
        ),
        "afterwards.register_afterwards": lambda: afterwards.register_afterwards(
            forum=meeting.forum,
            starts_at=sample.now - timedelta(hours=2),
            ends_at=sample.now - timedelta(hours=1),
            attendance=[],
            items=[afterwards.ItemRecord("Läget", notes="Lugnt")],
            **said,
        ),
        "meetings.change": lambda: meetings.change(
            version=meeting.version, items=[], invited=[], **plan, **said
        ),
        "meetings.call": lambda: meetings.call(**said),
        "bulk.call": lambda: raised(
            bulk.call(meetings_to_call=Meeting.objects.filter(pk=meeting.pk), by=by)
        ),
        "meetings.call_again": lambda: meetings.call_again(**said),
        "meetings.start_log": lambda: meetings.start_log(**said),
        "cancelling.cancel": lambda: cancelling.cancel(reason="Sjuk", **said),
        "cancelling.call_off": lambda: cancelling.call_off(
            meeting, reason="Sjuk", by=by, now=sample.now
        ),
        "rescheduling.change": lambda: rescheduling.change(
            meeting=meeting,
            wish=rescheduling.Wish(later, time(13), time(14), ""),
            chosen=[],
            seen={},
            tell=False,
            by=by,
        ),
        "rescheduling.end": lambda: rescheduling.end(
            meeting=meeting, reason="Sjuk", seen={}, by=by
        ),
        "documents.add": lambda: documents.add(file=file, title="Nytt", **said),
        "documents.remove": lambda: documents.remove(document=scene.document, by=by),
        "proposals.propose": lambda: proposals.propose(title="Ny", **said),
        "proposals.accept": lambda: proposals.accept(proposal=scene.proposal, by=by),
        "proposals.decline": lambda: proposals.decline(proposal=scene.proposal, by=by),
        "adjusting.send": lambda: adjusting.send(chair=sample.anna, second=sample.jonas, **said),
        "adjusting.take_back": lambda: adjusting.take_back(**said),
        "adjusting.ask_change": lambda: adjusting.ask_change(
            meeting=meeting, sha256=sha256, texts={None: "Ändra"}, by=sample.anna
        ),
        "adjusting.settle_request": lambda: adjusting.settle_request(
            request=scene.request, settled=True, by=by
        ),
        "entries.hold": lambda: entries.hold(meeting),
        "entries.at_meeting": lambda: entries.at_meeting(action, meeting),
    }


def steps(scene: Scene) -> dict[str, Callable[[], object]]:
    """Steps for a caller that holds the meeting, taken here by one who does not: the database refuses."""
    sample, meeting, item = scene.sample, scene.meeting, scene.item
    later, by, now = meeting.day + timedelta(days=60), scene.sample.oskar, scene.sample.now
    return {
        "entries.add_item": lambda: entries.add_item(meeting, title="Ny"),
        "entries.put_again": lambda: entries.put_again(meeting, item),
        "entries.add_decision": lambda: entries.add_decision(
            item, text="Nytt", report_to_management=False, by=by, now=now
        ),
        "entries.set_attendance": lambda: entries.set_attendance(scene.person, attendance="absent"),
        "entries.add_action": lambda: entries.add_action(
            forum=meeting.forum,
            meeting=meeting,
            item=item,
            text="Nytt",
            owners=[],
            due=later,
            by=by,
            now=now,
        ),
        "entries.carry": lambda: entries.carry(meeting, Action.objects.filter(meeting=meeting)),
        "placing.put": lambda: placing.put(meeting, agenda.again(item)),
        "meetings.write_items": lambda: meetings.write_items(
            meeting,
            [agenda.PlannedItem("Nytt", pk=one.pk) for one in meeting.items.in_order()],
        ),
        "meetings.write_people": lambda: meetings.write_people(meeting, []),
        "meetings.add_person": lambda: meetings.add_person(
            meeting, agenda.Invited(organisation=scene.person.organisation, name="Någon")
        ),
        "agenda.take_off": lambda: agenda.take_off(sample.item(meeting, "Övrigt")),
        "meetings.place_open_actions": lambda: (
            actions.create(
                forum=meeting.forum,
                text="Nytt",
                owners=[Owner(user=sample.maria)],
                due=later,
                by=by,
            ),
            meetings.place_open_actions(meeting),
        ),
    }


def goes_on(scene: Scene) -> dict[str, Callable[[], object]]:
    """What goes on beside the minutes once they are locked, and changes nothing that they say."""
    sample, meeting, action = scene.sample, scene.meeting, scene.action
    forum, by, now = scene.meeting.forum, scene.sample.oskar, scene.sample.now
    later = meeting.day + timedelta(days=60)
    at = {
        "starts_at": agenda.local(later, time(13)),
        "ends_at": agenda.local(later, time(14)),
    }
    place = scene.person.organisation
    seat = register.NewSeat(place, "member", name="Någon")

    def undone_move() -> None:
        actions.move(action=action, due=later, by=by)
        move = action.changes.in_order().last().pk
        actions.undo_move(action=action, move=move, by=by)

    def struck() -> None:
        actions.strike(action=action, reason="Nej", by=by)

    def once_more() -> None:
        actions.mark_done(action=action, by=by)
        actions.reopen(action=action, by=by)

    def linked() -> None:
        other = Decision.objects.get(item__meeting=finished(sample))
        matters.link(decision=scene.decision, to=other, by=by)
        matters.unlink(decision=scene.decision, by=by)

    def carried_out() -> None:
        after = {"on": meeting.day, "now": agenda.local(later, time(13))}
        decisions.carry_out(decision=scene.decision, result="Klart", by=by, **after)
        decisions.not_carried_out(decision=scene.decision, by=by)

    return {
        # What became of a decision, and what it belongs with, is said beside the minutes.
        "matters.link": linked,
        "matters.unlink": linked,
        "decisions.carry_out": carried_out,
        "decisions.not_carried_out": carried_out,
        # An action lives on; what the minutes say of it is what was decided.
        "actions.create": lambda: actions.create(
            forum=forum, text="Ny", owners=[Owner(user=by)], due=later, by=by
        ),
        "actions.mark_done": once_more,
        "actions.move": lambda: actions.move(action=action, due=later, by=by, reason="Väntar"),
        "actions.reopen": once_more,
        "actions.undo_move": undone_move,
        "bulk.mark_done": lambda: bulk.mark_done(actions_done=[action], comment="", by=by),
        "bulk.move": lambda: bulk.move(actions_moved=[action], due=later, reason="Väntar", by=by),
        "actions.give_to": lambda: actions.give_to(
            action=action, owners=[Owner(user=sample.jonas)], by=by
        ),
        "entries.set_owners": lambda: entries.set_owners(action, [Owner(user=sample.maria)]),
        "entries.move": lambda: entries.move(
            action, due=later, reason="Väntar", meeting=None, by=by, now=now
        ),
        "entries.close": lambda: entries.close(
            action, state="done", reason="", meeting=None, by=by, now=now
        ),
        "actions.strike": struck,
        # What the lock leaves open: a correction, and where the minutes are kept and printed.
        "adjusting.correct": lambda: adjusting.correct(meeting=meeting, text="Igen.", by=by),
        "adjusting.give_number": lambda: adjusting.give_number(
            meeting=meeting, number="KS 2026/1", by=by
        ),
        "minutes.freeze_corrected": lambda: minutes.freeze_corrected(
            meeting, text="Igen.", by=by, now=now
        ),
        "minutes.freeze": lambda: minutes.freeze(meeting, by=by, now=now),
        "finishing.latest_version": lambda: finishing.latest_version(meeting, by=by, now=now),
        "minutes.print_again": lambda: minutes.print_again(scene.version),
        "minutes.render_pdf": lambda: minutes.render_pdf(version_id=scene.version.pk),
        # A proposal for a meeting that is over may be withdrawn by who made it.
        "proposals.withdraw": lambda: proposals.withdraw(
            meeting=meeting, proposal=scene.proposal.pk, by=sample.gun
        ),
        # Other meetings of the forum, and the forum itself.
        "meetings.plan_next": lambda: meetings.plan_next(forum=forum, by=by),
        "meetings.plan": lambda: meetings.plan(forum=forum, by=by, **at),
        "meetings.place_on_plan": lambda: meetings.place_on_plan(
            forum=forum, place="", by=by, now=now, **at
        ),
        "meetings.bring_postponed": lambda: meetings.bring_postponed(meeting, now),
        "series.plan_series": lambda: series.plan_series(
            forum=forum,
            rhythm="weekly",
            first=later,
            until=later + timedelta(days=30),
            chosen=[later],
            starts=time(13),
            ends=time(14),
            place="",
            by=by,
        ),
        # Where those without an account were mailed is erased once the minutes are locked.
        "outside.forget": lambda: outside.forget(now=now + timedelta(days=60)),
        "cancelling.pass_on": lambda: cancelling.pass_on(forum, now=now),
        "placing.bring_proposals": lambda: placing.bring_proposals(meeting),
        "agenda.hold": lambda: agenda.hold(forum),
        "agenda.take_off_later": lambda: agenda.take_off_later(meeting),
        "calls.told": lambda: calls.told(meeting, kind="change", by=by, now=now),
        "states.move": lambda: states.move(meeting, "writing_up"),
        "register.give_seat": lambda: register.give_seat(forum=forum, seat=seat, by=by),
        "register.end_seat": lambda: register.end_seat(
            seat=forum.seats.get(user=sample.gun), by=by
        ),
        "register.pass_on_seat": lambda: register.pass_on_seat(
            seat=forum.seats.get(user=sample.nils), to=sample.sara, by=by
        ),
        "register.set_standing_items": lambda: register.set_standing_items(
            forum=forum, items=[register.NewStandingItem("Nytt")], by=by
        ),
    }


NOT_AIMED = {
    "adjusting.adjust": "says that the person has adjusted: below",
    "register.establish": "makes a forum that has no meetings",
    "register.give_seat_on_server": "as give_seat: tried as a command below",
    **dict.fromkeys(
        (
            "register.change",
            "register.change_seat",
            "register.resume_seat",
            "register.take_back_seat",
        ),
        "of the forum and who sits in it: as give_seat and end_seat",
    ),
    **dict.fromkeys(
        ("subscriptions.new_link", "subscriptions.remove_link", "subscriptions.remove_all"),
        "a person's own calendar address",
    ),
    **dict.fromkeys(
        (
            *("calendar.invitation", "letters.call", "letters.call_cancelled"),
            *("letters.call_changed", "letters.outside_call", "letters.outside_cancelled"),
            "letters.call_withdrawn",
        ),
        "make a text to be mailed",
    ),
    "locked.make_way": "before migrations on SQLite: test_locked.py",
    "tasks.forget_addresses": "calls outside.forget",
    "demo.make": "makes what it writes to",
    "demo_adjusting.make": "makes what it writes to",
    "demo_matters.make": "decisions of the year that it is given: decisions.carry_out, matters.link",
    "tied.say": "writes what stands in no minutes: as matters.link",
    "agreed.agree": "ties a decision to an agreement, which stands in no minutes: as matters.link",
    "examples.forums": "makes what it writes to",
    "locked.install": "puts the guards back",
    "locked.missing": "reads",
    "locked.remove": "test databases only: test_guard.py",
    "locked.lifted": "test databases only: test_guard.py",
    "tasks.minutes_pdf": "calls minutes.render_pdf",
    "assigned.assign": "ties a decision to an assignment, which stands in no minutes: as matters.link",
    "contributions.forums_of_actor": "reads",
}
"""Functions that write and cannot be aimed at minutes that are locked, each with the reason."""


def test_every_function_that_writes_is_tried_here(scene):
    tried = {*acts(scene), *steps(scene), *goes_on(scene)}
    assert writing_functions() - tried - NOT_AIMED.keys() == set()


def test_what_is_done_in_a_meeting_is_refused_with_what_to_do_instead(scene):
    before = scene.rows()
    with translation.override("sv"):
        for name, act in acts(scene).items():
            with pytest.raises(WrongState) as refused, transaction.atomic():
                act()
            assert str(refused.value) == SENTENCE, name
            assert scene.rows() == before, name


def test_a_step_taken_without_asking_is_refused_by_the_database(scene):
    before = scene.rows()
    for name, act in steps(scene).items():
        with pytest.raises(locked.REFUSAL, match=locked.MESSAGE), transaction.atomic():
            act()
        assert scene.rows() == before, name


def test_what_goes_on_beside_the_minutes_changes_nothing_in_them(scene):
    before = scene.rows()
    for name, act in goes_on(scene).items():
        with undone():
            act()
            for model, rows in scene.rows().items():
                # A correction is a version of its own; what was there before is there as it was.
                assert rows[: len(before[model])] == before[model], (name, model)
                if model not in ("minutesversion", "correction"):
                    assert rows == before[model], (name, model)
    scene.meeting.refresh_from_db()
    assert scene.meeting.is_locked


def test_who_has_adjusted_is_told_so_and_others_were_never_asked(scene):
    before = scene.rows()
    for by, refusal in (
        (scene.sample.anna, adjusting.AlreadyAdjusted),
        (scene.sample.nils, WrongState),
    ):
        with pytest.raises(refusal):
            adjusting.adjust(meeting=scene.meeting, sha256=scene.adjusted.sha256, by=by)
    assert scene.rows() == before


# The addresses -----------------------------------------------------------------------------------


def writing_addresses() -> Iterator[tuple[str, Any]]:
    for pattern in urls.urlpatterns:
        policy = pattern.callback.policy
        if "POST" in policy.methods:
            yield pattern.name, pattern


GOES_ON = {
    *("action_done", "action_move", "action_move_undo", "action_give", "action_strike"),
    *("action_reopen", "actions_bulk", "minutes_correct", "minutes_number", "proposal_withdraw"),
    *("meeting_plan_next", "meeting_new", "meeting_series"),
    *("meeting_afterwards", "meeting_afterwards_draft", "calendar_link"),
    *("forum_new", "forum_change", "standing_items"),
    *("seat_new", "seat_change", "seat_end", "seat_resume"),
    *("decision_link", "decision_unlink", "decision_carried_out", "decision_carried_out_undo"),
    *("action_new", "decision_action_new", "decision_assignment"),
    "decision_agreement",
}
"""Addresses for what goes on beside locked minutes: they may do what they are for."""


def typed(scene: Scene) -> dict[str, Any]:
    """What the forms of an old tab would send, all of it at once."""
    item, decision, action = scene.item, scene.decision, scene.action
    return {
        "notes": "Nytt",
        "version": item.version,
        "decision": "Nytt",
        "what": "Nytt",
        "who": "Maria",
        "due": str(scene.meeting.day + timedelta(days=60)),
        "text": "Nytt",
        "title": "Nytt",
        "reason": "Nytt",
        "report": "1",
        "sha256": scene.adjusted.sha256,
        "chair": scene.sample.anna.pk,
        "second": scene.sample.jonas.pk,
        "was": proceedings.mark_of(decision),
        "kind": "discussion",
        "meeting": scene.meeting.pk,
        "action": action.pk,
        **{f"item-{one.pk}-version": one.version for one in scene.meeting.items.all()},
        f"item-{item.pk}-notes": "Nytt",
        f"item-{item.pk}-shown": "",
        f"decision-{decision.pk}-text": "Nytt",
        f"decision-{decision.pk}-was": proceedings.mark_of(decision),
        f"action-{action.pk}-text": "Nytt",
        f"action-{action.pk}-was": proceedings.mark_of(action),
        f"person-{scene.person.pk}": "absent",
        f"attendance-{scene.person.pk}": "absent",
    }


BEGUN = "Mötet har börjat, så planeringen går inte längre att spara."
SAID_OTHERWISE = {
    **dict.fromkeys(("meeting_plan", "meeting_call", "meeting_call_again"), BEGUN),
    "outside_addresses": "Mötet har börjat. Planeringen kan inte längre ändras.",
    "answer": "Mötet har ingen kallelse som du kan svara på.",
    # There is no such proposal.
    "suggestion_action_new": "Sidan finns inte",
    # Asks for a day first; with one its function refuses, as above.
    "meeting_series_change": "Något behöver rättas",
    # A page of an adjuster who has adjusted this very text.
    "adjust_confirm": "Du har redan justerat den här texten.",
    # Nothing is kept that could be chosen or put back.
    "log_item_conflict": "",
    "log_restore": "Skriv det igen.",
    # Takes what changes; nothing of this form does.
    "attendance_autosave": "",
}
"""Addresses that say something else than that the minutes are locked."""


def expected(name: str) -> str:
    return SAID_OTHERWISE.get(name, SENTENCE)


def said(response: Any) -> str:
    if response["Content-Type"] == "application/json":
        return str(response.json())
    return response.content.decode()


def test_no_address_that_takes_something_changes_what_is_locked(scene):
    before = scene.rows()
    keys = {
        "forum": scene.meeting.forum_id,
        "meeting": scene.meeting.pk,
        "item": scene.item.pk,
        "decision": scene.decision.pk,
        "action": scene.action.pk,
        "document": scene.document.pk,
        "seat": scene.meeting.forum.seats.get(user=scene.sample.gun).pk,
        # There is none: an action that is made of one has no meeting.
        "suggestion": 987_654,
    }
    people = {who: Client(headers={"accept-language": "sv"}) for who in ("oskar", "anna")}
    for who, client in people.items():
        client.force_login(getattr(scene.sample, who))
    tried, silent = set(), []
    for name, pattern in writing_addresses():
        wanted = pattern.pattern.converters
        assert wanted.keys() <= keys.keys(), f"{name}: say what {wanted.keys() - keys.keys()} is"
        address = reverse(name, kwargs={one: keys[one] for one in wanted})
        client = people["anna" if name.startswith("adjust") else "oskar"]
        with undone():
            response = client.post(address, typed(scene), follow=True)
            assert response.status_code < 500, name
            for model, rows in scene.rows().items():
                kept = rows[: len(before[model])] if name in GOES_ON else rows
                assert kept == before[model], (name, model)
        tried.add(name)
        if name not in GOES_ON and expected(name) not in said(response):
            silent.append(name)
    assert tried >= GOES_ON
    assert silent == []
    assert Meeting.objects.get(pk=scene.meeting.pk).is_locked


# The database ------------------------------------------------------------------------------------

FREE = {
    "agendaitem": {
        "planned_minutes": "printed nowhere",
        "carried_from_id": "where the matter stood before",
        "version": "counts changes of the notes",
        **dict.fromkeys(("edited_by_id", "edited_at"), "who wrote last: printed nowhere"),
    },
    "action": {
        "decision_id": "set for an action that is added after the meeting alone",
        **dict.fromkeys(
            ("origin_kind", "origin_key"), "empty by another constraint for one of a meeting"
        ),
        **dict.fromkeys(
            ("due", "state", "closed_by_id", "closed_at"), "an action lives on after the meeting"
        ),
    },
    "document": {"scan": "a file may be scanned again"},
    "minutesversion": dict.fromkeys(
        ("file", "file_sha256", "pages", "size", "rendered_at"), "a PDF may be printed anew"
    ),
    "meeting": {
        "version": "counts changes of the plan",
        "calendar_uid": "what calendars know it by",
        "registration_number": "says where the minutes are kept",
        **dict.fromkeys(
            ("planned_by_id", "planned_at", "series_id"), "how it was planned: not in the minutes"
        ),
        **dict.fromkeys(
            ("called_by_id", "called_at", "call_sequence"), "how it was called: not in the minutes"
        ),
        **dict.fromkeys(
            ("cancelled_by_id", "cancelled_at", "cancel_reason"), "empty by another constraint"
        ),
    },
}
"""Columns beside the fixed ones that may change after the lock, each with the reason."""
BESIDE = {
    "call": "what those called were told before the meeting",
    "proposal": "what somebody asked for before the meeting; what came of it is an item",
    "answer": "what somebody said before the meeting; what came of it is attendance",
    "outsideaddress": "erased once the minutes are locked",
    "actionowner": "an action may get other owners after the meeting",
    "carriedout": "what came of a decision after the meeting",
    "matterdecision": "which decisions belong together, found out years later",
    "decisionassignment": "which assignment a decision is for, said after the meeting too",
    "decisionagreement": "which agreement a decision is about, said after the meeting too",
}
"""Tables of a meeting that are no part of its minutes, each with the reason."""


def columns_of(name: str) -> set[str]:
    fields = apps.get_model("forums", name)._meta.concrete_fields
    return {one.column for one in fields if not one.primary_key}


def test_every_table_and_column_of_a_meeting_is_fixed_or_said_to_be_free():
    ours = apps.get_app_config("forums").get_models()
    of_meeting = {
        model._meta.model_name
        for model in ours
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and field.related_model._meta.model_name in PATHS
        and field.related_model._meta.app_label == "forums"
    }
    assert of_meeting - BESIDE.keys() <= PATHS.keys()
    for name, columns in fixed_columns().items():
        assert columns_of(name) - set(columns) == FREE.get(name, {}).keys(), name


def another(row: models.Model, column: str) -> Any:
    """Something else than what stands there."""
    field = next(one for one in row._meta.concrete_fields if one.column == column)
    now = getattr(row, field.attname)
    match field:
        case models.BooleanField():
            return not now
        case models.DateTimeField():
            return datetime(2001, 1, 1, tzinfo=UTC)
        case models.DateField():
            return date(2001, 1, 1)
        case models.JSONField():
            return {}
        case models.CharField():
            return "x"
    return 9_876


def test_the_database_refuses_every_change_of_every_fixed_column(scene):
    before = scene.rows()
    for name, columns in fixed_columns().items():
        rows = scene.of(name)
        assert rows, f"no {name} in the scene"
        for column in columns:
            one = rows.model._base_manager.filter(pk=rows.order_by("pk").last().pk)
            attname = next(
                field.attname
                for field in rows.model._meta.concrete_fields
                if field.column == column
            )
            with pytest.raises(locked.REFUSAL, match=locked.MESSAGE), transaction.atomic():
                one.update(**{attname.removesuffix("_id"): another(one.get(), column)})
    assert scene.rows() == before


def test_the_database_refuses_to_remove_any_of_the_rows(scene):
    for name in PATHS:
        rows = scene.of(name)
        with pytest.raises(locked.REFUSAL, match=locked.MESSAGE), transaction.atomic():
            rows._raw_delete(rows.db)


def test_a_statement_typed_in_the_shell_is_refused_too(scene):
    """As in `manage.py shell` or dbshell: whole tables at a time, and a row brought in from elsewhere."""
    before = scene.rows()
    scene.sample.plan(days=30)
    for statement in (
        "UPDATE forums_agendaitem SET notes = 'Nytt'",
        "UPDATE forums_meeting SET state = 'writing_up', sent_at = NULL, locked_at = NULL",
        "DELETE FROM forums_correction",
        "DELETE FROM forums_actionchange",
        f"UPDATE forums_participation SET meeting_id = {scene.meeting.pk}",
    ):
        with (
            pytest.raises(locked.REFUSAL, match=locked.MESSAGE),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert scene.rows() == before


# The commands ------------------------------------------------------------------------------------


def test_no_command_changes_them(scene):
    """Those of this app, and those that clean up and print anew."""
    before = scene.rows()
    names = {
        one.name for one in pkgutil.iter_modules([f"{forums.__path__[0]}/management/commands"])
    }
    assert names == {"give_seat"}, "a new command: try it here"
    with pytest.raises(CommandError):
        call_command("give_seat", scene.meeting.forum_id, scene.sample.sara.username, "member")
    documents.sweep(now=scene.sample.now + timedelta(days=400))
    assert scene.rows() == before
