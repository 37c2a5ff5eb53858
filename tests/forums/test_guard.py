"""Rule V20 in the domain: no free text of a forum takes a personal identity number, whatever the form."""

from datetime import timedelta

import pytest

from forums import actions, afterwards, agenda, meetings, owners, proceedings, register
from forums.models import Action, AgendaItem, Decision
from forums.refusals import IdentityNumberInText, TextTooLong

pytestmark = pytest.mark.any_engine

NUMBER = "811228-9874"
TEXT = f"Vi talade om {NUMBER} igen"


@pytest.fixture
def meeting(sample):
    return sample.running()


def refused(act, **arguments):
    with pytest.raises(IdentityNumberInText) as caught:
        act(**arguments)
    assert NUMBER not in str(caught.value)
    assert caught.value.field
    return caught.value


def test_the_log_refuses_it_in_every_text(sample, meeting):
    item = sample.item(meeting, "Lägesbild")
    by = sample.anna
    refused(proceedings.save_item, item=item, notes=TEXT, version=item.version, by=by)
    refused(proceedings.add_item, meeting=meeting, title=TEXT, by=by)
    refused(proceedings.add_decision, item=item, text=TEXT, by=by)
    refused(proceedings.add_action, item=item, text=TEXT, owners="", due=None, by=by)
    refused(proceedings.add_action, item=item, text="Ring", owners=TEXT, due=None, by=by)
    decision = proceedings.add_decision(item=item, text="Vi börjar", by=by)
    refused(
        proceedings.change_decision,
        decision=decision,
        text=TEXT,
        report_to_management=False,
        was=proceedings.mark_of(decision),
        by=by,
    )
    action = sample.action(item, "Ring", "Maria")
    refused(
        proceedings.change_action,
        action=action,
        text=TEXT,
        owners="Maria",
        due=None,
        was=proceedings.mark_of(action),
        by=by,
    )
    row = meeting.participations.first()
    refused(
        proceedings.set_attendance,
        participation=row,
        attendance="substitute",
        substitute_name=NUMBER,
        by=by,
    )
    refused(
        proceedings.add_guest, meeting=meeting, organisation=row.organisation, name=NUMBER, by=by
    )
    refused(
        proceedings.add_guest,
        meeting=meeting,
        organisation=row.organisation,
        name="Karin Öst",
        function=NUMBER,
        by=by,
    )
    assert not AgendaItem.objects.filter(notes__contains=NUMBER).exists()
    assert not Decision.objects.filter(text__contains=NUMBER).exists()
    assert not Action.objects.filter(text__contains=NUMBER).exists()


def test_actions_refuse_it_in_text_comment_and_reason(sample, meeting):
    action = sample.action(sample.item(meeting, "Lägesbild"), "Ring", "Maria")
    by, due = sample.anna, sample.today + timedelta(days=20)
    refused(actions.mark_done, action=action, comment=TEXT, by=by)
    refused(actions.move, action=action, due=due, reason=TEXT, by=by)
    refused(actions.strike, action=action, reason=TEXT, by=by)
    one = owners.Owner(user=sample.maria)
    refused(actions.create, forum=sample.council, text=TEXT, owners=[one], due=due, by=by)
    action.refresh_from_db()
    assert action.is_open


def test_plans_refuse_it_in_place_title_presenter_and_names(sample):
    by, place = sample.anna, sample.council.seats.first().organisation
    refused(sample.plan, place=TEXT)
    refused(sample.plan, items=[agenda.PlannedItem(title=TEXT)])
    refused(sample.plan, items=[agenda.PlannedItem(title="Läget", presenter=NUMBER)])
    refused(sample.plan, invited=[agenda.Invited(organisation=place, name=NUMBER)])
    refused(sample.plan, invited=[agenda.Invited(organisation=place, name="Ö", function=NUMBER)])
    meeting = sample.plan()
    item = meeting.items.in_order().first()
    refused(
        meetings.change,
        meeting=meeting,
        version=meeting.version,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        place="",
        items=[agenda.PlannedItem(title=TEXT, pk=item.pk)],
        invited=[],
        by=by,
    )


def test_registering_afterwards_refuses_it_and_names_the_row(sample):
    ends_at = sample.now - timedelta(days=1)
    people = agenda.people_for(sample.council, on=sample.today)

    def register_with(item: afterwards.ItemRecord) -> IdentityNumberInText:
        return refused(
            afterwards.register_afterwards,
            forum=sample.council,
            starts_at=ends_at - timedelta(hours=1),
            ends_at=ends_at,
            attendance=[afterwards.AttendanceRecord(one, "present") for one in people],
            items=[afterwards.ItemRecord("Läget", notes="Lugnt"), item],
            by=sample.anna,
        )

    record = afterwards.ItemRecord
    decision, action = afterwards.DecisionRecord(TEXT), afterwards.ActionRecord(TEXT, "Anna", None)
    assert register_with(record(TEXT, notes="Kort")).field == "items-1-title"
    assert register_with(record("Nytt", notes=TEXT)).field == "items-1-notes"
    assert register_with(record("Nytt", decisions=[decision])).field == "items-1-decisions-0-text"
    assert register_with(record("Nytt", actions=[action])).field == "items-1-actions-0-text"
    assert not sample.council.meetings.exists()


def test_forums_refuse_it_in_name_purpose_seats_and_standing_items(sample):
    place = sample.council.seats.first().organisation
    chair = register.NewSeat(place, "chair", sample.anna)
    by = sample.anna
    refused(register.establish, name=NUMBER, seats=[chair], by=by)
    refused(register.establish, name="Nytt", purpose=TEXT, seats=[chair], by=by)
    refused(register.establish, name="Nytt", age_group=NUMBER, seats=[chair], by=by)
    refused(register.establish, name="Nytt", usual_place=TEXT, seats=[chair], by=by)
    refused(
        register.give_seat, forum=sample.council, seat=register.NewSeat(place, name=NUMBER), by=by
    )
    refused(
        register.give_seat,
        forum=sample.council,
        seat=register.NewSeat(place, name="Karin Öst", function=NUMBER),
        by=by,
    )
    refused(
        register.set_standing_items,
        forum=sample.council,
        items=[register.NewStandingItem(TEXT)],
        by=by,
    )
    assert sample.council.standing_items.count() == 4


def test_a_text_that_is_too_long_says_how_much_to_remove(sample, meeting):
    item = sample.item(meeting, "Lägesbild")
    with pytest.raises(TextTooLong, match=r"4000.*7"):
        proceedings.save_item(item=item, notes="x" * 4007, version=item.version, by=sample.anna)
    saved = proceedings.save_item(item=item, notes="x" * 4000, version=1, by=sample.anna)
    assert len(saved.notes) == 4000
