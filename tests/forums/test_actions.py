"""Action points: done, moved, struck, opened again, and whose they are."""

from datetime import timedelta
from functools import partial

import pytest

from coordination.access import policy
from coordination.access.vocabulary import Permission
from forums import actions, entries, owners, proceedings
from forums.models import Action
from forums.refusals import Missing, Refused, WrongState


@pytest.fixture
def action(sample):
    made = actions.create(
        forum=sample.council,
        text="Ring Borlänge",
        owners=[owners.Owner(user=sample.maria)],
        due=sample.today + timedelta(days=10),
        by=sample.anna,
        now=sample.now,
    )
    return made


def later(sample, days):
    return sample.today + timedelta(days=days)


def test_an_action_without_a_meeting_is_legal_but_needs_owner_and_date(sample, action):
    assert action.meeting is None
    one = [owners.Owner(user=sample.maria)]
    due = later(sample, 1)
    for wrong in ({"owners": [], "due": due}, {"owners": one, "due": None}):
        with pytest.raises(Missing):
            actions.create(forum=sample.council, text="Ring", by=sample.anna, **wrong)
    with pytest.raises(entries.DueTooEarly):
        actions.create(
            forum=sample.council, text="Ring", owners=one, due=later(sample, -1), by=sample.anna
        )


def test_done_happens_once(sample, action):
    actions.mark_done(action=action, by=sample.maria)
    with pytest.raises(entries.AlreadyClosed):
        actions.mark_done(action=Action.objects.get(pk=action.pk), by=sample.anna)
    with pytest.raises(entries.AlreadyClosed):
        actions.move(action=action, due=later(sample, 20), by=sample.anna)
    assert [one.kind for one in action.changes.in_order()] == ["created", "done"]
    assert action.closed_by == sample.maria


def test_the_second_new_date_needs_a_reason(sample, action):
    actions.move(action=action, due=later(sample, 20), by=sample.maria)
    with pytest.raises(entries.ReasonNeeded) as caught:
        actions.move(action=action, due=later(sample, 30), by=sample.maria)
    assert caught.value.field == "reason"
    actions.move(action=action, due=later(sample, 30), reason="Väntar på svar", by=sample.maria)
    counted = Action.objects.with_times_moved().get(pk=action.pk)
    assert (counted.times_moved, counted.due) == (2, later(sample, 30))


def test_a_new_date_corrected_at_the_same_meeting_is_one_move(sample, action):
    meeting = sample.running()
    for days in (20, 30):
        actions.move(action=action, due=later(sample, days), meeting=meeting, by=sample.anna)
    (moved,) = action.changes.filter(kind="moved")
    assert (moved.old_due, moved.new_due) == (later(sample, 10), later(sample, 30))


def test_striking_needs_a_reason(sample, action):
    with pytest.raises(Missing):
        actions.strike(action=action, reason="  ", by=sample.anna)
    actions.strike(action=action, reason="Löst på annat sätt", by=sample.anna)
    assert action.state == "struck"


def test_what_was_done_or_moved_can_be_taken_back(sample, action):
    actions.mark_done(action=action, by=sample.maria)
    actions.reopen(action=action, by=sample.maria)
    assert action.is_open
    with pytest.raises(WrongState):
        actions.reopen(action=action, by=sample.maria)
    actions.move(action=action, due=later(sample, 20), by=sample.maria)
    move = action.changes.get(kind="moved").pk
    actions.undo_move(action=action, move=move, by=sample.maria)
    assert action.due == later(sample, 10)
    with pytest.raises(WrongState):
        actions.undo_move(action=action, move=move, by=sample.maria)


def test_taking_back_a_new_date_twice_leaves_an_older_one_alone(sample, action):
    actions.move(action=action, due=later(sample, 20), by=sample.maria)
    actions.move(action=action, due=later(sample, 30), reason="Väntar", by=sample.maria)
    older, newer = action.changes.filter(kind="moved").in_order()
    actions.undo_move(action=action, move=newer.pk, by=sample.maria)
    for move in (newer.pk, None):
        with pytest.raises(WrongState):
            actions.undo_move(action=action, move=move, by=sample.maria)
    action.refresh_from_db()
    assert action.due == later(sample, 20)
    assert list(action.changes.filter(kind="moved")) == [older]


def test_a_new_date_that_somebody_else_chose_is_not_taken_back(sample, action):
    actions.move(action=action, due=later(sample, 20), reason="Väntar", by=sample.anna)
    moved = action.changes.get(kind="moved")
    with pytest.raises(WrongState, match=r"[Nn]ågon annan"):
        actions.undo_move(action=action, move=moved.pk, by=sample.maria)
    action.refresh_from_db()
    assert action.due == later(sample, 20)
    assert action.changes.get(kind="moved").reason == "Väntar"
    # It counts: the next date is the second one, whoever chooses it.
    with pytest.raises(actions.ReasonNeeded):
        actions.move(action=action, due=later(sample, 30), by=sample.maria)


def test_a_new_date_is_taken_back_for_ten_minutes(sample, action):
    actions.move(action=action, due=later(sample, 20), by=sample.maria)
    moved = action.changes.get(kind="moved")
    undo = partial(actions.undo_move, action=action, move=moved.pk, by=sample.maria)
    with pytest.raises(WrongState, match="10 minuter"):
        undo(now=moved.at + actions.UNDONE_WITHIN + timedelta(seconds=1))
    action.refresh_from_db()
    assert action.due == later(sample, 20)
    undo(now=moved.at + actions.UNDONE_WITHIN)
    assert action.due == later(sample, 10)


def test_what_is_struck_is_opened_by_those_who_keep_the_forum_alone(sample, action):
    owner = sample.gun
    actions.give_to(action=action, owners=[owners.Owner(user=owner)], by=sample.anna)
    actions.mark_done(action=action, by=sample.anna)
    actions.reopen(action=action, by=owner)
    actions.strike(action=action, reason="Löst på annat sätt", by=sample.anna)
    with pytest.raises(WrongState, match="struken"):
        actions.reopen(action=action, by=owner)
    action.refresh_from_db()
    assert action.state == "struck"
    actions.reopen(action=action, by=sample.anna)
    assert action.is_open


def test_what_a_meeting_decided_is_taken_back_at_that_meeting_alone(sample, action):
    meeting, other = sample.running(), sample.running(sample.other)
    actions.move(action=action, due=later(sample, 20), meeting=meeting, by=sample.anna)
    move = action.changes.get(kind="moved").pk
    for wrong in (None, other):
        with pytest.raises(WrongState):
            actions.undo_move(action=action, move=move, meeting=wrong, by=sample.anna)
    actions.undo_move(action=action, move=move, meeting=meeting, by=sample.anna)
    assert action.due == later(sample, 10)


def test_a_date_before_today_is_refused(sample, action):
    with pytest.raises(Refused):
        actions.move(action=action, due=later(sample, -1), by=sample.maria)
    with pytest.raises(Missing):
        actions.move(action=action, due=None, by=sample.maria)


def test_overdue_is_computed_from_the_day(sample, action):
    assert not action.is_overdue(action.due)
    assert action.days_late(action.due + timedelta(days=3)) == 3
    assert list(Action.objects.overdue(action.due + timedelta(days=1))) == [action]
    assert not Action.objects.overdue(action.due).exists()


def test_owners_see_their_own_with_the_most_urgent_first(sample, action):
    sooner = actions.create(
        forum=sample.other,
        text="Boka sal",
        owners=[owners.Owner(user=sample.maria), owners.Owner(user=sample.per)],
        due=later(sample, 2),
        by=sample.anna,
    )
    found = list(actions.due_for(sample.maria, later(sample, 5)))
    assert [(one, one.late) for one in found] == [(sooner, True), (action, False)]
    assert list(actions.due_for(sample.per, sample.today)) == [sooner]
    running = sample.running()
    proceedings.add_action(
        item=sample.item(running, "Lägesbild"),
        text="Ännu ej beslutad",
        owners="Per",
        due=later(sample, 9),
        by=sample.anna,
    )
    assert list(actions.due_for(sample.per, sample.today)) == [sooner]


def test_an_owner_may_keep_their_own_action_and_no_other(sample, action):
    foreign = actions.create(
        forum=sample.other,
        text="Boka sal",
        owners=[owners.Owner(user=sample.per)],
        due=later(sample, 2),
        by=sample.anna,
    )
    assert policy.may(sample.per, Permission.KEEP_ACTION, foreign)
    assert policy.may(sample.per, Permission.VIEW_FORUM, foreign)
    assert not policy.may(sample.per, Permission.VIEW_FORUM, sample.other)
    assert not policy.may(sample.per, Permission.KEEP_ACTION, action)
    assert policy.may(sample.anna, Permission.KEEP_ACTION, action)


def test_other_owners_replace_those_who_had_it(sample, action):
    actions.give_to(action=action, owners=[owners.Owner(user=sample.per)], by=sample.anna)
    assert [row.user for row in action.owners.all()] == [sample.per]
    with pytest.raises(Missing):
        actions.give_to(action=action, owners=[], by=sample.anna)
