"""Decisions after the meeting: who reads them, what came of them, and the matter they belong to."""

import pytest
from django.test import Client
from django.urls import reverse

from coordination.audit import log
from forums import actions, decisions, entries, finishing, matters, meetings, proceedings
from forums.models import Decision, Meeting
from forums.refusals import WrongState


@pytest.fixture(autouse=True)
def in_english(sample) -> None:
    for person in sample.people.values():
        person.language = "en"
        person.save(update_fields=["language"])


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def decide(sample, text: str = "Utbildningen prioriterar förskollärare.", forum=None) -> Decision:
    """A decision in a meeting that is being logged."""
    running = sample.running(forum)
    return proceedings.add_decision(
        item=sample.item(running, "Lägesbild"), text=text, by=sample.anna
    )


def finish(sample, meeting: Meeting) -> None:
    meeting.refresh_from_db()
    proceedings.mark_all_present(meeting=meeting, by=sample.anna, now=sample.now)
    rest = {item.pk: "struck" for item in meeting.items.all()}
    finishing.finish(meeting=meeting, by=sample.anna, choices=rest, now=sample.now)


def progress(decision: Decision) -> str:
    return decisions.with_progress(Decision.objects.filter(pk=decision.pk)).get().progress


def test_what_is_noted_in_a_running_meeting_is_decided_for_others_when_it_is_finished(sample):
    decision = decide(sample)
    address = reverse("decision", args=[decision.pk])
    keeper, member = signed_in(sample.anna), signed_in(sample.gun)
    for found in (member.get(reverse("decisions")), member.get("/sok/?q=prioriterar")):
        assert "förskollärare" not in found.content.decode()
    assert member.get(address).status_code == 404
    assert keeper.get(address).status_code == 200
    finish(sample, decision.item.meeting)
    assert "förskollärare" in member.get(reverse("decisions")).content.decode()
    assert "förskollärare" in member.get(address).content.decode()
    assert f'href="{address}"' in member.get("/sok/?q=prioriterar").content.decode()


def test_a_decision_in_a_running_meeting_answers_like_one_that_never_existed(sample):
    member = signed_in(sample.gun)
    noted = member.get(reverse("decision", args=[decide(sample).pk]))
    never = member.get(reverse("decision", args=[987_654]))
    assert (noted.status_code, noted.content) == (never.status_code, never.content)


def test_what_came_of_a_decision_is_told_by_the_actions_of_its_item(sample):
    decision = decide(sample)
    assert progress(decision) == decisions.UNTRACKED
    first = sample.action(decision.item, "Ta fram schema", "Maria")
    second = sample.action(decision.item, "Boka lokal", "Jonas")
    finish(sample, decision.item.meeting)
    assert progress(decision) == decisions.UNDER_WAY
    actions.strike(action=second, reason="Behövs inte", by=sample.anna)
    assert progress(decision) == decisions.UNDER_WAY
    actions.strike(action=first, reason="Behövs inte", by=sample.anna)
    assert progress(decision) == decisions.DROPPED
    actions.reopen(action=first, by=sample.anna)
    actions.mark_done(action=first, by=sample.maria)
    assert progress(decision) == decisions.ACTIONS_DONE
    # Whether it is carried out is said by those who keep the forum, not by who did the last action.
    keeper = signed_in(sample.anna).get(reverse("decision", args=[decision.pk])).content.decode()
    assert reverse("decision_carried_out", args=[decision.pk]) in keeper
    decisions.carry_out(
        decision=decision, on=sample.today, result="Skolorna har ett schema.", by=sample.anna
    )
    assert progress(decision) == decisions.DONE


def test_the_list_is_narrowed_by_words_forum_progress_and_report(sample):
    mine, other = decide(sample), decide(sample, "Stödtelefonen flyttas.", sample.other)
    for one in (mine, other):
        finish(sample, one.item.meeting)
    decisions.set_report(decision=mine, report=True, by=sample.anna)
    anna = signed_in(sample.anna)

    def shown(query: str) -> list[int]:
        page = anna.get(f"{reverse('decisions')}?{query}").context["list"]
        return sorted(row.pk for row in page.rows)

    assert shown("") == [mine.pk, other.pk]
    assert shown("words=PRIORITERAR") == [mine.pk]
    assert shown("words=x") == []
    assert shown(f"forum={sample.other.pk}") == [other.pk]
    assert shown("report=on") == [mine.pk]
    assert shown("progress=untracked") == [mine.pk, other.pk]
    assert shown("progress=done") == []


def test_whether_a_decision_is_reported_is_said_by_those_who_keep_the_forum_and_logged_once(sample):
    decision = decide(sample)
    finish(sample, decision.item.meeting)
    address = reverse("decision_report", args=[decision.pk])
    assert signed_in(sample.gun).post(address, {"report": "yes"}).status_code == 403
    keeper = signed_in(sample.anna)
    for _time in range(2):
        keeper.post(address, {"report": "yes"})
    decision.refresh_from_db()
    assert decision.report_to_management
    said = [one for one in log.events(on=decision) if one.event == "forums.decision.changed"]
    assert len(said) == 1
    keeper.post(address, {"report": "no"})
    decision.refresh_from_db()
    assert not decision.report_to_management


def test_the_flag_stays_as_it_is_where_no_log_can_be_changed(sample):
    decision = entries.add_decision(
        sample.item(sample.plan(), "Lägesbild"),
        text="Vi gör så.",
        report_to_management=False,
        by=sample.anna,
        now=sample.now,
    )
    with pytest.raises(WrongState):
        decisions.set_report(decision=decision, report=True, by=sample.anna)
    decision.refresh_from_db()
    assert not decision.report_to_management


def test_a_matter_is_followed_over_the_meetings_to_which_it_was_postponed(sample):
    first = sample.running()
    item = sample.item(first, "Lägesbild")
    proceedings.postpone_item(item=item, by=sample.anna)
    finish(sample, first)
    later = meetings.plan_next(forum=sample.council, by=sample.anna, now=sample.now)
    later = meetings.start_log(meeting=later, by=sample.anna, now=later.starts_at)
    copy = later.items.get(carried_from=item)
    decision = proceedings.add_decision(item=copy, text="Vi gör så.", by=sample.anna)
    action = sample.action(copy, "Ta fram schema", "Maria")
    finish(sample, later)
    actions.mark_done(action=action, comment="Schemat är klart.", by=sample.maria)
    story = matters.story(decision, sample.gun)
    stops = [step for step in story if step.item]
    assert [stop.item.pk for stop in stops] == [item.pk, copy.pk]
    assert [len(stop.decisions) for stop in stops] == [0, 1]
    assert [stop.actions for stop in stops] == [[], [action]]
    page = signed_in(sample.gun).get(reverse("decision", args=[decision.pk])).content.decode()
    assert "Schemat är klart." in page
