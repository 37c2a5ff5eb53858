"""Decisions that belong together, across forums, and decisions that are carried out."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from coordination.audit import log
from forums import actions, decisions, finishing, matters, meetings, minutes, proceedings
from forums.models import (
    AgendaItem,
    CarriedOut,
    Decision,
    Matter,
    MatterDecision,
    Meeting,
    Participation,
)
from forums.owners import Owner
from forums.refusals import Missing, NotOfThisForum, WrongState
from tests.forums.adjusting_hands import locked as locked_meeting
from tests.forums.conftest import established, organisation

TOKENS = r'name="(csrfmiddlewaretoken|_once)" value="[^"]*"|-left="[0-9]+"'


@pytest.fixture(autouse=True)
def in_english(request) -> None:
    if "sample" in request.fixturenames:
        for person in request.getfixturevalue("sample").people.values():
            person.language = "en"
            person.save(update_fields=["language"])


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def decided(sample, text: str, forum=None, by=None) -> Decision:
    """A decision with an action, of a finished meeting."""
    by = by or sample.anna
    meeting = sample.running(forum) if by == sample.anna else _running(sample, forum, by)
    item = sample.item(meeting, "Lägesbild")
    decision = proceedings.add_decision(item=item, text=text, by=by)
    proceedings.mark_all_present(meeting=meeting, by=by, now=sample.now)
    rest = {one.pk: "struck" for one in meeting.items.all()}
    finishing.finish(meeting=meeting, by=by, choices=rest, now=sample.now)
    return Decision.objects.get(pk=decision.pk)


def _running(sample, forum, by) -> Meeting:
    meeting = sample.plan(forum, days=1)
    return meetings.start_log(meeting=meeting, by=by, now=sample.now)


def at(decision: Decision, sample, days: int) -> Decision:
    """The decision as if its meeting was held so many days ago."""
    starts_at = sample.now - timedelta(days=days)
    Meeting.objects.filter(pk=decision.item.meeting_id).update(
        starts_at=starts_at, ends_at=starts_at + timedelta(hours=1)
    )
    return Decision.objects.get(pk=decision.pk)


def page(user, decision: Decision) -> str:
    """The decision's page, without what differs from one time to the next."""
    found = signed_in(user).get(reverse("decision", args=[decision.pk]))
    return re.sub(TOKENS, "", found.content.decode())


def together(decision: Decision, user) -> set[int]:
    return set(matters.related(decision, user).values_list("pk", flat=True))


# Linking -------------------------------------------------------------------------------------------


def test_linked_decisions_of_two_forums_are_one_matter_in_time_order_for_who_sees_both(sample):
    first = at(decided(sample, "Stödtelefonen öppnas.", sample.other), sample, 400)
    second = at(decided(sample, "Stödtelefonen flyttas."), sample, 30)
    matters.link(decision=second, to=first, by=sample.anna)
    for one in (first, second):
        steps = matters.story(one, sample.anna)
        assert [step.decisions for step in steps if step.item] == [[first], [second]]
    shown = page(sample.anna, second).partition('id="thread"')[2]
    assert shown.index("Partnerskap Vivalla") < shown.index("Stödtelefonen öppnas.")
    assert together(first, sample.anna) == {second.pk}


def test_a_reader_of_one_forum_is_given_the_same_page_to_the_byte_whatever_is_linked(sample):
    mine = at(decided(sample, "Stödtelefonen flyttas."), sample, 30)
    theirs = at(decided(sample, "Kanariehemligt.", sample.other), sample, 400)
    before = page(sample.gun, mine)
    matters.link(decision=mine, to=theirs, by=sample.anna)
    decisions.carry_out(decision=theirs, on=sample.today, result="Kanarieresultat", by=sample.anna)
    assert "Kanariehemligt" in page(sample.anna, mine)
    assert "Kanarieresultat" in page(sample.anna, mine)
    assert page(sample.gun, mine) == before
    assert together(mine, sample.gun) == set()


def test_nobody_is_shown_a_part_of_the_matter_in_a_forum_that_is_not_theirs(world):
    """In the world one matter goes through all five forums."""
    for name in world.people:
        person = world.person(name)
        foreign = world.foreign_to(name)
        for decision in decisions.seen_by(person):
            answer = signed_in(person).get(reverse("decision", args=[decision.pk]))
            text = answer.content.decode()
            assert answer.status_code == 200
            assert not [word for word in foreign if word in text], name
            for step in matters.story(decision, person):
                if step.item:
                    assert step.item.meeting in Meeting.objects.visible_to(person)


def test_only_decisions_one_may_read_are_offered_and_a_forged_key_does_nothing(sample):
    mine = decided(sample, "Vi gör så.")
    closed = decided(sample, "Kanariehemligt.", sample.closed, by=sample.maria)
    same_day = at(decided(sample, "Vi gör tvärtom.", sample.other), sample, 3)
    assert list(matters.offered(mine, sample.anna)) == [same_day]
    keeper = signed_in(sample.anna)
    address = reverse("decision_link", args=[mine.pk])
    assert "Kanariehemligt" not in keeper.get(address).content.decode()
    answers = [
        keeper.post(address, {"to": key}, follow=True) for key in (closed.pk, 987_654, "x", "")
    ]
    said = {re.sub(TOKENS, "", one.content.decode()) for one in answers}
    assert len(said) == 1
    assert "Choose one of the decisions in the list" in said.pop()
    assert not MatterDecision.objects.exists()


def test_words_narrow_what_is_offered_and_too_few_are_said_to_be(sample):
    mine = decided(sample, "Vi gör så.")
    one = at(decided(sample, "Stödtelefonen öppnas.", sample.other), sample, 3)
    at(decided(sample, "Lokalerna byts.", sample.other), sample, 4)
    keeper, address = signed_in(sample.anna), reverse("decision_link", args=[mine.pk])
    found = keeper.get(address, {"words": "STÖDTELEFON"})
    assert found.context["rows"] == [one]
    found = keeper.get(address, {"words": "st"})
    assert "Type at least 3 characters" in found.content.decode()
    assert "No results" in keeper.get(address, {"words": "zebra"}).content.decode()


def test_a_link_is_made_with_one_press_undone_with_another_and_logged(sample):
    mine = decided(sample, "Vi gör så.")
    other = at(decided(sample, "Vi gör tvärtom.", sample.other), sample, 3)
    keeper = signed_in(sample.anna)
    keeper.post(reverse("decision_link", args=[mine.pk]), {"to": other.pk})
    assert together(mine, sample.anna) == {other.pk}
    keeper.post(reverse("decision_unlink", args=[mine.pk]))
    assert not MatterDecision.objects.exists()
    assert not Matter.objects.exists()
    keeper.post(f"{reverse('decision_link', args=[mine.pk])}?med={other.pk}")
    assert together(other, sample.anna) == {mine.pk}
    said = [one.event.rpartition(".")[2] for one in log.events(on=mine)]
    assert [one for one in said if "link" in one] == ["linked", "unlinked", "linked"]
    assert len([one for one in log.events(on=other) if one.event.endswith(".linked")]) == 2


def test_what_is_noted_in_a_running_meeting_is_linked_to_nothing_yet(sample):
    running = sample.running()
    noted = proceedings.add_decision(
        item=sample.item(running, "Lägesbild"), text="Vi gör så.", by=sample.anna
    )
    other = decided(sample, "Vi gör tvärtom.", sample.other)
    for pair in ((noted, other), (other, noted)):
        with pytest.raises(WrongState):
            matters.link(decision=pair[0], to=pair[1], by=sample.anna)
    assert signed_in(sample.anna).get(reverse("decision_link", args=[noted.pk])).status_code == 404
    assert list(matters.offered(other, sample.anna)) == []
    with pytest.raises(WrongState):
        matters.unlink(decision=other, by=sample.anna)
    with pytest.raises(Missing):
        matters.link(decision=other, to=other, by=sample.anna)


def test_moves_and_results_stand_in_the_story_where_they_happened(sample):
    decision = decided(sample, "Vi gör så.")
    action = added(sample, decision)
    actions.move(action=action, due=sample.today + timedelta(days=9), by=sample.anna)
    actions.mark_done(action=action, comment="Schemat är klart.", by=sample.anna)
    at(decision, sample, 10)
    steps = matters.story(decision, sample.gun)
    kinds = [step.change.kind for step in steps if step.change]
    assert steps[0].decisions == [decision]
    assert steps[1].added == action
    assert kinds == ["moved", "done"]
    shown = page(sample.gun, decision)
    assert shown.index("New date:") < shown.index("Schemat är klart.")


@pytest.mark.parametrize("many", [1, 12])
def test_the_page_asks_the_same_few_questions_however_long_the_matter_is(sample, many):
    first = at(decided(sample, "Beslut 0"), sample, 300)
    made = [first]
    for number in range(1, many + 1):
        forum = sample.other if number % 2 else sample.council
        one = at(decided(sample, f"Beslut {number}", forum), sample, 300 - number)
        matters.link(decision=one, to=made[-1], by=sample.anna)
        decisions.carry_out(decision=one, on=sample.today, result="Klart", by=sample.anna)
        made.append(one)
    # A postponed item, copied from meeting to meeting.
    held = [one.item for one in made]
    for before, after in zip(held, held[2:], strict=False):
        AgendaItem.objects.filter(pk=after.pk).update(carried_from=before)
    anna = signed_in(sample.anna)
    address = reverse("decision", args=[first.pk])
    anna.get(address)
    with CaptureQueriesContext(connection) as queries:
        text = anna.get(address).content.decode()
    assert f"Beslut {many}" in text
    assert len(queries) == DECISION_QUERIES


DECISION_QUERIES = 18


class Links(TestCase):
    """Whatever is linked and unlinked, in circles too, a decision belongs to one set, and all in it
    agree about who is there."""

    def setUp(self) -> None:
        self.sample = established()
        meeting = self.sample.running()
        item = self.sample.item(meeting, "Lägesbild")
        for number in range(6):
            proceedings.add_decision(item=item, text=f"Beslut {number}", by=self.sample.anna)
        Meeting.objects.filter(pk=meeting.pk).update(
            state="writing_up", finished_by=self.sample.anna, finished_at=self.sample.now
        )
        self.all = list(Decision.objects.order_by("pk"))

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 5)), max_size=14))
    def test_they_are_sets_apart(self, acts) -> None:
        anna, sets = self.sample.anna, [{number} for number in range(6)]
        MatterDecision.objects.all().delete()
        for linking, one, other in acts:
            mine = next(group for group in sets if one in group)
            if linking and one != other:
                matters.link(decision=self.all[one], to=self.all[other], by=anna)
                theirs = next(group for group in sets if other in group)
                if theirs is not mine:
                    sets.remove(theirs)
                    mine |= theirs
            elif not linking and len(mine) > 1:
                matters.unlink(decision=self.all[one], by=anna)
                mine.discard(one)
                sets.append({one})
        for group in sets:
            for one in group:
                found = together(self.all[one], anna)
                assert found == {self.all[other].pk for other in group - {one}}
        alone = [group for group in sets if len(group) == 1]
        assert MatterDecision.objects.count() == 6 - len(alone)


# Carried out ---------------------------------------------------------------------------------------


def test_a_decision_is_marked_as_carried_out_and_that_is_taken_back(sample):
    decision = at(decided(sample, "Vi gör så."), sample, 20)
    keeper, address = signed_in(sample.anna), reverse("decision_carried_out", args=[decision.pk])
    keeper.post(address, {"on": sample.today.isoformat(), "result": "Telefonen är öppen."})
    said = CarriedOut.objects.get()
    assert (said.on, said.result, said.said_by) == (
        sample.today,
        "Telefonen är öppen.",
        sample.anna,
    )
    assert "Telefonen är öppen." in page(sample.gun, decision)
    [found] = decisions.with_progress(Decision.objects.filter(pk=decision.pk))
    assert found.progress == decisions.DONE
    assert signed_in(sample.gun).post(address, {}).status_code == 404
    keeper.post(reverse("decision_carried_out_undo", args=[decision.pk]))
    assert not CarriedOut.objects.exists()
    said = [one.event for one in log.events(on=decision) if "carried_out" in one.event]
    assert sorted(said) == [
        "forums.decision.carried_out",
        "forums.decision.carried_out_undone",
    ]


@pytest.mark.parametrize(
    ("days", "result", "error"),
    [
        (-21, "Klart", "The date must be the day of the decision or later"),
        (1, "Klart", "The date must be today or earlier"),
        (0, "", "Enter what came of the decision"),
        (0, "Kalle 19121212-1212", "identity number"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_is_kept(
    sample, days, result, error
):
    decision = at(decided(sample, "Vi gör så."), sample, 20)
    on = (sample.today + timedelta(days=days)).isoformat()
    found = signed_in(sample.anna).post(
        reverse("decision_carried_out", args=[decision.pk]), {"on": on, "result": result}
    )
    text = found.content.decode()
    assert text.count(error) == 2
    assert on in text
    assert result in text
    assert not CarriedOut.objects.exists()


def test_who_comes_second_is_told_that_it_is_marked_already(sample):
    decision = at(decided(sample, "Vi gör så."), sample, 20)
    said = {"decision": decision, "on": sample.today, "by": sample.anna}
    decisions.carry_out(result="Klart", **said)
    with pytest.raises(decisions.AlreadyCarriedOut):
        decisions.carry_out(result="Klart igen", **said)
    assert CarriedOut.objects.get().result == "Klart"
    decisions.not_carried_out(decision=decision, by=sample.anna)
    with pytest.raises(WrongState):
        decisions.not_carried_out(decision=decision, by=sample.anna)


def test_linking_and_marking_change_nothing_of_minutes_that_are_locked(sample):
    meeting = locked_meeting(sample)
    decision = Decision.objects.get(item__meeting=meeting)
    other = at(decided(sample, "Vi gör tvärtom.", sample.other), sample, 3)

    def text():
        return (
            minutes.snapshot(Meeting.objects.get(pk=meeting.pk)),
            list(meeting.minutes.order_by("pk").values()),
            list(Meeting.objects.filter(pk=meeting.pk).values()),
            list(Decision.objects.filter(pk=decision.pk).values()),
            list(AgendaItem.objects.filter(meeting=meeting).order_by("pk").values()),
        )

    before = text()
    matters.link(decision=decision, to=other, by=sample.anna)
    decisions.carry_out(decision=decision, on=sample.today, result="Klart", by=sample.anna)
    assert text() == before
    decisions.not_carried_out(decision=decision, by=sample.anna)
    matters.unlink(decision=decision, by=sample.anna)
    assert text() == before


# What nobody has carried out -----------------------------------------------------------------------


def left(user) -> list[Decision]:
    found = signed_in(user).get(reverse("decisions"), {"undone": "on"})
    return list(found.context["list"].rows)


def on_start(user) -> bool:
    return "?undone=on" in signed_in(user).get(reverse("start")).content.decode()


def test_decisions_that_nobody_has_carried_out_are_listed_until_somebody_does(sample):
    decision = at(decided(sample, "Vi gör så."), sample, 2)
    today = at(decided(sample, "I dag.", sample.other), sample, 0)
    assert left(sample.anna) == [decision]
    assert on_start(sample.anna)
    assert not on_start(sample.gun)

    action = added(sample, decision)
    assert left(sample.anna) == []
    actions.strike(action=action, reason="Behövs inte", by=sample.anna)
    assert left(sample.anna) == [decision]
    actions.reopen(action=action, by=sample.anna)
    actions.mark_done(action=action, by=sample.maria)
    assert left(sample.anna) == []
    assert not on_start(sample.anna)
    assert left(sample.gun) == []
    assert today.item.meeting.day == sample.today


def test_one_that_is_marked_as_carried_out_is_left_no_more(sample):
    decision = at(decided(sample, "Vi gör så."), sample, 2)
    assert left(sample.gun) == [decision]
    decisions.carry_out(decision=decision, on=sample.today, result="Klart", by=sample.anna)
    assert left(sample.gun) == []


# Actions added later -------------------------------------------------------------------------------


def added(sample, decision: Decision | None = None):
    return actions.create(
        forum=sample.council,
        text="Ta fram schema",
        owners=[Owner(user=sample.maria)],
        due=sample.today,
        decision=decision,
        by=sample.anna,
        now=sample.now,
    )


def test_an_action_is_added_to_a_decision_of_locked_minutes_which_stay_as_they_were(sample):
    meeting = locked_meeting(sample)
    decision = Decision.objects.get(item__meeting=meeting)
    before = minutes.snapshot(meeting), list(meeting.minutes.values())
    keeper = signed_in(sample.anna)
    address = reverse("decision_action_new", args=[decision.pk])
    due = sample.today + timedelta(days=9)
    sent = keeper.post(
        address, {"text": "Ring skolorna", "owners": "Maria; Jonas", "due": due.isoformat()}
    )
    action = decision.later_actions.get()
    assert sent["Location"] == reverse("action", args=[action.pk])
    assert action.owners_label == "Maria Sten, Jonas Berg"
    assert (action.forum, action.meeting, action.due) == (sample.council, None, due)
    shown = keeper.get(sent["Location"]).content.decode()
    assert reverse("decision", args=[decision.pk]) in shown
    assert "Ring skolorna" in page(sample.gun, decision)
    assert (minutes.snapshot(meeting), list(meeting.minutes.values())) == before


def test_what_is_missing_of_a_new_action_is_said_with_its_own_words_and_all_at_once(sample):
    keeper, address = signed_in(sample.anna), reverse("action_new", args=[sample.council.pk])
    text = keeper.post(address, {"text": "Ring skolorna"}).content.decode()
    for error in (
        "Choose who is responsible for &quot;Ring skolorna&quot;",
        "Enter when &quot;Ring skolorna&quot; is due",
    ):
        assert text.count(error) == 2
    assert 'value="Ring skolorna"' in text
    text = keeper.post(address, {}).content.decode()
    assert text.count("Enter what is to be done") == 2
    assert text.count("Enter who is responsible") == 2
    text = keeper.post(
        address, {"text": "Ring", "owners": "Maria", "due": "2020-01-01"}
    ).content.decode()
    assert text.count("The date must be today or later") == 2
    assert not sample.council.actions.exists()


def test_a_decision_of_another_forum_or_a_running_meeting_takes_no_later_action(sample):
    with pytest.raises(NotOfThisForum):
        added(sample, decided(sample, "Vi gör så.", sample.other))
    noted = proceedings.add_decision(
        item=sample.item(sample.running(), "Lägesbild"), text="Vi gör så.", by=sample.anna
    )
    with pytest.raises(WrongState):
        added(sample, noted)
    address = reverse("decision_action_new", args=[noted.pk])
    assert signed_in(sample.anna).get(address).status_code == 404


def test_the_forum_of_a_new_action_is_chosen_among_those_one_keeps(sample):
    found = signed_in(sample.anna).get(reverse("action_new_choose")).content.decode()
    assert reverse("action_new", args=[sample.council.pk]) in found
    assert reverse("action_new", args=[sample.closed.pk]) not in found
    assert "New action" in signed_in(sample.anna).get(reverse("actions")).content.decode()
    assert "New action" not in signed_in(sample.gun).get(reverse("actions")).content.decode()


def test_from_the_last_meeting_means_the_last_one_of_each_forum_that_the_reader_sees(sample):
    old, new = (_with_action(sample, text) for text in ("Gammal", "Ny"))
    at(old, sample, 60)
    at(new, sample, 20)
    theirs = at(_with_action(sample, "Annan", sample.other), sample, 90)
    added(sample)

    def shown(user) -> list[str]:
        found = signed_in(user).get(reverse("actions"), {"latest": "on"})
        return sorted(one.text for one in found.context["list"].rows)

    assert shown(sample.anna) == ["Annan", "Ny"]
    assert shown(sample.gun) == ["Ny"]
    # Who was called to the earlier meeting only learns of no later one.
    guest = sample.people["ulla.vik"]
    Participation.objects.create(
        meeting=old.item.meeting, user=guest, organisation=organisation("Polis"), is_guest=True
    )
    assert shown(guest) == ["Gammal"]
    assert theirs.item.meeting.forum == sample.other


def _with_action(sample, text: str, forum=None) -> Decision:
    meeting = sample.running(forum)
    item = sample.item(meeting, "Lägesbild")
    decision = proceedings.add_decision(item=item, text=text, by=sample.anna)
    sample.action(item, text, "Anna Ek")
    proceedings.mark_all_present(meeting=meeting, by=sample.anna, now=sample.now)
    rest = {one.pk: "struck" for one in meeting.items.all()}
    finishing.finish(meeting=meeting, by=sample.anna, choices=rest, now=sample.now)
    return Decision.objects.get(pk=decision.pk)


# Search --------------------------------------------------------------------------------------------


def test_search_finds_a_decision_by_what_came_of_it_for_those_who_may_read_it(sample):
    decision = at(decided(sample, "Vi gör så.", sample.other), sample, 2)
    result = "Kanariestolarna står på plats"
    decisions.carry_out(decision=decision, on=sample.today, result=result, by=sample.anna)
    address = f'href="{reverse("decision", args=[decision.pk])}"'
    assert address in signed_in(sample.anna).get("/sok/?q=kanariestol").content.decode()
    assert address not in signed_in(sample.gun).get("/sok/?q=kanariestol").content.decode()


def test_search_finds_an_action_added_later_for_those_who_may_see_it(sample):
    decision = at(decided(sample, "Vi gör så."), sample, 2)
    address = f'href="{reverse("action", args=[added(sample, decision).pk])}"'
    assert address in signed_in(sample.gun).get("/sok/?q=schema").content.decode()
    assert address not in signed_in(sample.sara).get("/sok/?q=schema").content.decode()
