"""Items that members propose: made in time, answered once, and told to the one who made them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from coordination.audit.models import Event
from coordination.jobs.models import OutgoingMail
from forums import agenda, cancelling, letters, meetings, proposals, register
from forums.contributions.tasks import proposals_to_answer
from forums.models import AgendaItem, Meeting, Proposal
from forums.refusals import IdentityNumberInText, Missing, NotOfThisForum, TextTooLong, WrongState
from tests import LONG
from tests.forums.conftest import organisation
from tests.forums.test_pages_meetings import plan_data
from tests.structure.module_world import undone

NUMBER = "19" + "121212" + "-1212"
LETTER = "forums.proposal_decided"
WAYS = ("propose", "propose", "accept", "cancel", "plan")


@pytest.fixture(autouse=True)
def in_english(sample) -> None:
    for person in sample.people.values():
        person.language = "en"
        person.save(update_fields=["language"])


@pytest.fixture
def meeting(sample) -> Meeting:
    return sample.plan(days=14)


@pytest.fixture
def signed_in(sample):
    def sign_in(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


def proposed(sample, meeting, title="Fritidsgården", **more) -> Proposal:
    return proposals.propose(
        meeting=meeting, title=title, by=more.pop("by", sample.per), now=sample.now, **more
    )


def titles(meeting) -> list[str]:
    return list(meeting.items.in_order().values_list("title", flat=True))


# The rules ---------------------------------------------------------------------------------------


def test_a_proposal_waits_and_is_in_the_log(sample, meeting):
    made = proposed(sample, meeting, reason="  Ungdomar\r\nfrågar ", minutes=15, kind="decision")
    assert (made.state, made.reason, made.minutes) == ("waiting", "Ungdomar\nfrågar", 15)
    assert Event.objects.latest("pk").event == "forums.proposal.made"
    assert titles(meeting) == titles(sample.plan(days=15))


@pytest.mark.parametrize(("title", "reason", "refusal"), [
    ("", "", Missing),
    ("x" * 121, "", TextTooLong),
    ("Ärende", "x" * 501, TextTooLong),
    (f"Om {NUMBER}", "", IdentityNumberInText),
    ("Ärende", f"Gäller {NUMBER}", IdentityNumberInText),
])  # fmt: skip
def test_a_text_that_cannot_stand_is_refused(sample, meeting, title, reason, refusal):
    with pytest.raises(refusal):
        proposed(sample, meeting, title, reason=reason)
    assert not Proposal.objects.exists()


def test_items_are_proposed_until_the_third_day_before(sample):
    assert proposed(sample, sample.plan(days=3)).state == "waiting"
    late = sample.plan(days=2)
    with pytest.raises(proposals.TooLate), translation.override("en"):
        proposed(sample, late)


def test_nothing_is_proposed_for_a_meeting_that_has_begun(sample):
    with pytest.raises(WrongState):
        proposed(sample, sample.running())


def test_nobody_fills_the_list_of_those_who_answer(sample, meeting):
    for number in range(proposals.MOST_WAITING):
        proposed(sample, meeting, f"Nummer {number}")
    with pytest.raises(proposals.TooManyProposals):
        proposed(sample, meeting, "En till")
    assert proposed(sample, meeting, "Min", by=sample.sofia).state == "waiting"


def test_an_accepted_item_stands_before_other_matters_and_the_plan_has_changed(sample, meeting):
    before, version = titles(meeting), meeting.version
    item = proposals.accept(proposal=proposed(sample, meeting, minutes=20), by=sample.anna)
    meeting.refresh_from_db()
    assert titles(meeting) == [*before[:-1], "Fritidsgården", before[-1]]
    assert [one.position for one in meeting.items.in_order()] == [1, 2, 3, 4, 5]
    assert meeting.version == version + 1
    assert (item.presenter, item.planned_minutes, item.kind) == ("Per Holm", 20, "discussion")
    assert Event.objects.latest("pk").event == "forums.proposal.accepted"


def test_an_accepted_item_stands_last_where_nothing_closes_the_meeting(sample):
    meeting = sample.plan(days=14, items=[agenda.PlannedItem("Ett"), agenda.PlannedItem("Två")])
    proposals.accept(proposal=proposed(sample, meeting), by=sample.anna)
    assert titles(meeting) == ["Ett", "Två", "Fritidsgården"]


def test_of_two_accepted_the_first_stands_first(sample, meeting):
    for title in ("Ett", "Två"):
        proposals.accept(proposal=proposed(sample, meeting, title), by=sample.anna)
    assert titles(meeting)[-3:] == ["Ett", "Två", "Övrigt"]


def test_a_full_agenda_takes_no_more_and_the_proposal_waits_on(sample):
    items = [agenda.PlannedItem(f"Punkt {number}") for number in range(agenda.MOST_ITEMS)]
    meeting = sample.plan(days=14, items=items)
    made = proposed(sample, meeting)
    with pytest.raises(meetings.TooManyItems):
        proposals.accept(proposal=made, by=sample.anna)
    assert Proposal.objects.get(pk=made.pk).state == "waiting"
    assert not OutgoingMail.objects.filter(letter=LETTER).exists()


@pytest.mark.parametrize("first", ["accept", "decline", "withdraw"])
@pytest.mark.parametrize("second", ["accept", "decline", "withdraw"])
def test_what_is_decided_is_not_decided_again(sample, meeting, first, second):
    acts = {
        "accept": lambda: proposals.accept(proposal=made, by=sample.anna),
        "decline": lambda: proposals.decline(proposal=made, by=sample.anna),
        "withdraw": lambda: proposals.withdraw(meeting=meeting, proposal=made.pk, by=sample.per),
    }
    made = proposed(sample, meeting)
    acts[first]()
    state, agenda_then = Proposal.objects.get(pk=made.pk).state, titles(meeting)
    with pytest.raises(proposals.AlreadyDecided):
        acts[second]()
    assert Proposal.objects.get(pk=made.pk).state == state
    assert titles(meeting) == agenda_then


def test_somebody_elses_proposal_is_not_withdrawn(sample, meeting):
    made = proposed(sample, meeting)
    with pytest.raises(NotOfThisForum):
        proposals.withdraw(meeting=meeting, proposal=made.pk, by=sample.sofia)
    with pytest.raises(NotOfThisForum):
        proposals.withdraw(meeting=sample.plan(days=20), proposal=made.pk, by=sample.per)
    assert Proposal.objects.get(pk=made.pk).state == "waiting"


def test_what_waits_for_an_answer_is_said_before_the_log_is_started(
    sample, meeting, signed_in, time_machine
):
    proposed(sample, meeting, "Ljuset vid torget")
    time_machine.move_to(meeting.starts_at)
    keeper = signed_in(sample.anna)
    address = reverse("log", args=[meeting.pk])
    page = keeper.post(address).content.decode()
    assert "Ljuset vid torget" in page
    assert f"{reverse('meeting_plan', args=[meeting.pk])}#proposals" in page
    assert Meeting.objects.get(pk=meeting.pk).is_plan
    keeper.post(address, {"sure": "1"})
    assert not Meeting.objects.get(pk=meeting.pk).is_plan


def test_no_proposal_is_decided_once_the_meeting_has_begun(sample, meeting):
    made = proposed(sample, meeting)
    meetings.start_log(meeting=meeting, by=sample.anna)
    for act in (proposals.accept, proposals.decline):
        with pytest.raises(WrongState):
            act(proposal=Proposal.objects.get(pk=made.pk), by=sample.anna)
    assert not proposals.waiting_for(sample.anna, sample.now).exists()


def test_an_item_that_is_removed_again_leaves_the_proposal_accepted(sample, meeting):
    item = proposals.accept(proposal=proposed(sample, meeting), by=sample.anna)
    item.delete()
    assert Proposal.objects.get().state == "accepted"


# Who is told -------------------------------------------------------------------------------------


def letter(proposal, user):
    return letters.proposal_decided(user=user, ids={"proposal": proposal.pk})


def test_the_one_who_proposed_is_told_once_and_reads_why_in_the_portal(sample, meeting):
    made = proposed(sample, meeting)
    proposals.decline(proposal=made, by=sample.anna, answer="Tas upp i höst.")
    assert OutgoingMail.objects.get(letter=LETTER).user_id == sample.per.pk
    text = letter(made, sample.per)
    assert sample.council.name in text.subject
    assert text.url == reverse("propose", args=[meeting.pk])
    # What people write stays behind the sign-in.
    assert not [word for word in ("Fritidsgården", "höst") if word in text.subject + text.body]


def test_the_subject_fits_however_long_the_forums_name_is(sample, meeting):
    made = proposed(sample, meeting)
    type(sample.council).objects.filter(pk=sample.council.pk).update(name="N" * 80)
    assert letter(made, sample.per).subject


def test_of_a_forum_about_individuals_the_letter_tells_nothing(sample):
    meeting = sample.plan(sample.closed, days=14)
    made = proposed(sample, meeting, "Hemligt ämne", by=sample.nils)
    proposals.decline(proposal=made, by=sample.maria, answer="Hemligt skäl")
    text = letter(made, sample.nils)
    written = f"{text.subject} {text.body}"
    assert not [word for word in ("Hemligt", sample.closed.name) if word in written]


def test_who_no_longer_takes_part_is_told_nothing(sample, meeting):
    made = proposed(sample, meeting)
    seat = sample.council.seats.get(user=sample.per)
    register.end_seat(seat=seat, by=sample.anna, on=sample.today - timedelta(days=1))
    proposals.accept(proposal=made, by=sample.anna)
    assert letter(made, sample.per) is None


def test_those_who_keep_the_forum_have_a_task_until_it_is_answered(sample, meeting):
    made = proposed(sample, meeting)
    proposed(sample, meeting, "En till")
    (task,) = proposals_to_answer(sample.oskar, sample.now)
    assert task.url == reverse("meeting_plan", args=[meeting.pk]) + "#proposals"
    assert list(proposals_to_answer(sample.per, sample.now)) == []
    assert list(proposals_to_answer(sample.sara, sample.now)) == []
    proposals.accept(proposal=made, by=sample.anna)
    proposals.decline(proposal=Proposal.objects.get(title="En till"), by=sample.anna)
    assert list(proposals_to_answer(sample.oskar, sample.now)) == []


# The pages ---------------------------------------------------------------------------------------


def test_a_member_proposes_sees_it_and_takes_it_back(sample, meeting, signed_in):
    per, url = signed_in(sample.per), reverse("propose", args=[meeting.pk])
    assert url.encode() in per.get(reverse("meeting", args=[meeting.pk])).content
    data = {"title": "Fritidsgården", "kind": "decision", "reason": "", "minutes": "10"}
    page = per.post(url, data, follow=True)
    assert b"Waiting for an answer" in page.content
    made = Proposal.objects.get()
    assert (made.proposed_by, made.minutes, made.kind) == (sample.per, 10, "decision")
    per.post(reverse("proposal_withdraw", args=[meeting.pk]), {"proposal": made.pk})
    assert b"Withdrawn" in per.get(url).content
    again = per.post(
        reverse("proposal_withdraw", args=[meeting.pk]), {"proposal": made.pk}, follow=True
    )
    assert b"The proposal has been withdrawn." in again.content


def test_somebody_called_without_a_seat_proposes_for_that_meeting_alone(sample, meeting, signed_in):
    guest = agenda.Invited(organisation("Gymnasie"), user=sample.tove, is_guest=True)
    meetings.write_people(meeting, [guest])
    tove = signed_in(sample.tove)
    data = {"title": "Ett", "kind": "discussion"}
    assert tove.post(reverse("propose", args=[meeting.pk]), data).status_code == 302
    other = sample.plan(days=20)
    assert tove.post(reverse("propose", args=[other.pk]), data).status_code == 404
    assert Proposal.objects.get().proposed_by == sample.tove


def test_the_same_form_twice_is_one_proposal(sample, meeting, signed_in):
    per, url = signed_in(sample.per), reverse("propose", args=[meeting.pk])
    data = {"title": "Ett", "kind": "discussion", "_once": "6f2a53b2-64c5-4b63-9be4-2f0b1d3a7a11"}
    assert [per.post(url, data).status_code for _turn in range(2)] == [302, 302]
    assert Proposal.objects.count() == 1


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(sample, meeting, signed_in):
    per, url = signed_in(sample.per), reverse("propose", args=[meeting.pk])
    data = {"title": "", "kind": "decision", "reason": "Därför att", "minutes": "tio"}
    page = per.post(url, data).content.decode()
    assert page.count("Enter what the item is about") == 2
    assert page.count("Enter the minutes as a whole number, e.g. 15") == 2
    assert "Därför att" in page
    assert 'value="tio"' in page


def test_after_the_last_day_the_page_says_what_to_do_and_keeps_what_was_typed(sample, signed_in):
    meeting = sample.plan(days=2)
    per, url = signed_in(sample.per), reverse("propose", args=[meeting.pk])
    assert b"Contact the chair" in per.get(url).content
    sent = per.post(url, {"title": "Sent förslag", "kind": "discussion"}).content
    assert b"Contact the chair" in sent
    assert "Sent förslag".encode() in sent
    assert b"Propose an item" not in per.get(reverse("meeting", args=[meeting.pk])).content


def test_another_member_does_not_see_a_proposal(sample, meeting, signed_in):
    proposed(sample, meeting)
    sofia = signed_in(sample.sofia)
    for name in ("meeting", "propose", "meeting_agenda"):
        assert "Fritidsgården" not in sofia.get(reverse(name, args=[meeting.pk])).content.decode()


def test_an_ended_seat_closes_the_page_at_the_next_click(sample, meeting, signed_in):
    proposed(sample, meeting)
    per, url = signed_in(sample.per), reverse("propose", args=[meeting.pk])
    assert per.get(url).status_code == 200
    seat = sample.council.seats.get(user=sample.per)
    register.end_seat(seat=seat, by=sample.anna, on=sample.today - timedelta(days=1))
    assert per.get(url).status_code == 404
    assert per.post(reverse("proposal_withdraw", args=[meeting.pk])).status_code == 404


def test_one_press_accepts_and_keeps_what_was_typed_on_the_plan(sample, meeting, signed_in):
    made, anna = proposed(sample, meeting), signed_in(sample.anna)
    url = reverse("meeting_plan", args=[meeting.pk])
    assert "Fritidsgården".encode() in anna.get(url).content
    data = plan_data(meeting, place="Sal 7", do=f"accept-{made.pk}")
    data["_once"] = "6f2a53b2-64c5-4b63-9be4-2f0b1d3a7a11"
    assert [anna.post(url, data).url for _turn in range(2)] == [f"{url}#agenda"] * 2
    meeting.refresh_from_db()
    assert meeting.place == "Sal 7"
    assert titles(meeting).count("Fritidsgården") == 1
    assert titles(meeting)[-1] == "Övrigt"


def test_one_press_declines_with_a_reason(sample, meeting, signed_in):
    made, anna = proposed(sample, meeting), signed_in(sample.anna)
    url = reverse("meeting_plan", args=[meeting.pk])
    data = plan_data(meeting, do=f"decline-{made.pk}")
    data[f"proposal-{made.pk}-answer"] = "Nästa gång."
    assert anna.post(url, data).url == f"{url}#agenda"
    page = signed_in(sample.per).get(reverse("propose", args=[meeting.pk])).content.decode()
    assert "Nästa gång." in page
    assert "Declined" in page


def test_an_identity_number_in_the_answer_is_refused_and_nothing_is_lost(
    sample, meeting, signed_in
):
    made, anna = proposed(sample, meeting), signed_in(sample.anna)
    data = plan_data(meeting, place="Sal 7", do=f"decline-{made.pk}")
    data[f"proposal-{made.pk}-answer"] = f"Gäller {NUMBER}"
    page = anna.post(reverse("meeting_plan", args=[meeting.pk]), data).content.decode()
    assert f"Gäller {NUMBER}" in page
    assert 'value="Sal 7"' in page
    assert Proposal.objects.get().state == "waiting"


def test_who_comes_second_is_told_and_their_typing_is_kept(sample, meeting, signed_in):
    made, anna = proposed(sample, meeting), signed_in(sample.anna)
    data = plan_data(meeting, place="Sal 7", do=f"accept-{made.pk}")
    proposals.withdraw(meeting=meeting, proposal=made.pk, by=sample.per)
    page = anna.post(reverse("meeting_plan", args=[meeting.pk]), data).content.decode()
    assert "The proposal has been withdrawn." in page
    assert 'value="Sal 7"' in page
    assert Meeting.objects.get(pk=meeting.pk).place != "Sal 7"


def test_a_plan_page_that_was_open_is_told_of_an_accepted_item(sample, meeting, signed_in):
    made = proposed(sample, meeting)
    data = plan_data(meeting, place="Sal 7")
    proposals.accept(proposal=made, by=sample.oskar)
    page = signed_in(sample.anna).post(reverse("meeting_plan", args=[meeting.pk]), data)
    assert b"Somebody else has changed the meeting" in page.content
    assert "Fritidsgården".encode() in page.content


@pytest.mark.parametrize("wish", ["accept-", "accept-999999", "decline-x", "accept-²"])
def test_a_forged_button_changes_nothing(sample, meeting, signed_in, wish):
    proposed(sample, meeting)
    anna = signed_in(sample.anna)
    anna.post(reverse("meeting_plan", args=[meeting.pk]), plan_data(meeting, do=wish))
    assert Proposal.objects.get().state == "waiting"


def test_planned_time_is_summed_and_too_much_is_only_warned_of(sample, meeting, signed_in):
    anna, url = signed_in(sample.anna), reverse("meeting_plan", args=[meeting.pk])
    anna.post(url, plan_data(meeting) | {"items-0-minutes": "85"})
    page = anna.get(url).content.decode()
    assert "Planned time 85 of 90 minutes" in page
    assert "more than the meeting has. You can save anyway.</p>" not in page
    meeting.refresh_from_db()
    anna.post(url, plan_data(meeting) | {"items-1-minutes": "15"})
    page = anna.get(url).content.decode()
    assert "Planned time 100 of 90 minutes" in page
    assert "The items take 10 minutes more than the meeting has." in page


# At once -----------------------------------------------------------------------------------------


def counted(race, queryset) -> int:
    return race.alone(queryset.all().count)


def test_of_those_who_accept_decline_and_withdraw_at_once_one_wins(race, sample):
    meeting = sample.plan(days=14)
    made = proposed(sample, meeting)

    def fresh() -> Proposal:
        return Proposal.objects.get(pk=made.pk)

    outcomes = race(
        lambda: proposals.accept(proposal=fresh(), by=sample.anna),
        lambda: proposals.accept(proposal=fresh(), by=sample.oskar),
        lambda: proposals.decline(proposal=fresh(), by=sample.oskar),
        lambda: proposals.withdraw(
            meeting=Meeting.objects.get(pk=meeting.pk), proposal=made.pk, by=sample.per
        ),
    )
    refused = [one for one in outcomes if isinstance(one, Exception)]
    assert [type(one) for one in refused] == [proposals.AlreadyDecided] * 3, outcomes
    state = race.alone(lambda: fresh().state)
    items = counted(race, meeting.items.filter(title="Fritidsgården"))
    assert items == (1 if state == "accepted" else 0)
    told = counted(race, OutgoingMail.objects.filter(letter=LETTER))
    assert told == (0 if state == "withdrawn" else 1)


def test_accepting_while_the_meeting_begins_leaves_a_whole_agenda_or_is_refused(race, sample):
    meeting = sample.plan(days=14)
    made = proposed(sample, meeting)
    accepted, _begun = race(
        lambda: proposals.accept(proposal=Proposal.objects.get(pk=made.pk), by=sample.anna),
        lambda: meetings.start_log(meeting=Meeting.objects.get(pk=meeting.pk), by=sample.oskar),
    )
    state = race.alone(lambda: Proposal.objects.get(pk=made.pk).state)
    if isinstance(accepted, Exception):
        assert isinstance(accepted, WrongState)
        assert state == "waiting"
    else:
        assert state == "accepted"


# A meeting that is cancelled ------------------------------------------------------------------------


def test_what_was_proposed_for_a_cancelled_meeting_goes_to_the_next_planned_one(sample):
    first, second = sample.plan(days=14), sample.plan(days=28)
    waits, on_it = (
        proposals.propose(meeting=first, title=title, by=sample.maria, now=sample.now)
        for title in ("Ungdomsgården", "Nattvandring")
    )
    item = proposals.accept(proposal=on_it, by=sample.anna, now=sample.now)
    AgendaItem.objects.filter(pk=item.pk).update(title="Nattvandring i maj", planned_minutes=10)
    version = second.version
    cancelling.cancel(meeting=first, reason="Sjukdom", by=sample.anna, now=sample.now)
    waits.refresh_from_db()
    on_it.refresh_from_db()
    assert (waits.meeting, waits.state) == (second, "waiting")
    assert (on_it.meeting, on_it.state, on_it.item.meeting) == (second, "accepted", second)
    assert (on_it.item.title, on_it.item.planned_minutes) == ("Nattvandring i maj", 10)
    assert second.items.in_order().last().title == "Övrigt"
    second.refresh_from_db()
    assert second.version == version + 1
    assert list(proposals.waiting_for(sample.anna, sample.now)) == [waits]
    proposals.accept(proposal=waits, by=sample.anna, now=sample.now)


def test_it_waits_for_a_meeting_to_be_planned_and_is_brought_there_once(sample):
    first = sample.plan(days=14)
    waits = proposals.propose(meeting=first, title="Nytt", by=sample.maria, now=sample.now)
    cancelling.cancel(meeting=first, reason="Sjukdom", by=sample.anna, now=sample.now)
    planned = [sample.plan(days=28), sample.plan(days=42)]
    waits.refresh_from_db()
    assert waits.meeting == planned[0]
    assert [one.proposals.count() for one in planned] == [1, 0]


def test_what_was_declined_or_withdrawn_or_taken_off_the_agenda_stays_where_it_was(sample):
    first = sample.plan(days=14)
    sample.plan(days=28)
    rows = [
        proposals.propose(meeting=first, title=title, by=sample.maria, now=sample.now)
        for title in ("Nej", "Ångrat", "Struket")
    ]
    proposals.decline(proposal=rows[0], by=sample.anna, now=sample.now)
    proposals.withdraw(meeting=first, proposal=rows[1].pk, by=sample.maria, now=sample.now)
    proposals.accept(proposal=rows[2], by=sample.anna, now=sample.now).delete()
    cancelling.cancel(meeting=first, reason="Sjukdom", by=sample.anna, now=sample.now)
    assert first.proposals.count() == 3


def test_a_proposal_of_a_neighbouring_forum_is_not_brought(sample):
    first = sample.plan(days=14)
    theirs = sample.plan(sample.other, days=20)
    waits = proposals.propose(meeting=first, title="Nytt", by=sample.maria, now=sample.now)
    cancelling.cancel(meeting=first, reason="Sjukdom", by=sample.anna, now=sample.now)
    waits.refresh_from_db()
    assert waits.meeting == first
    assert not theirs.proposals.exists()


@pytest.mark.django_db
def test_however_meetings_are_cancelled_no_proposal_is_lost_or_stands_twice(sample, capsys):
    tried = 0

    @settings(
        max_examples=200 if LONG else 6,
        derandomize=not LONG,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(st.lists(st.sampled_from(WAYS), min_size=12, max_size=20))
    def try_ways(ways: list[str]) -> None:
        nonlocal tried
        with undone():
            made, accepted = 0, set()
            for number, way in enumerate(["plan", "propose", *ways], start=5):
                ahead = list(agenda.ahead(sample.council, now=sample.now))
                if way == "plan":
                    sample.plan(days=7 + (number * 37) % 90)
                elif not ahead:
                    continue
                elif way == "cancel":
                    cancelling.cancel(
                        meeting=ahead[0], reason="Sjukdom", by=sample.anna, now=sample.now
                    )
                elif way == "propose" and ahead[-1].proposals.waiting().count() < 5:
                    made += 1
                    proposals.propose(
                        meeting=ahead[-1], title=f"F{made}", by=sample.maria, now=sample.now
                    )
                elif way == "accept":
                    for one in ahead[0].proposals.waiting()[:1]:
                        proposals.accept(proposal=one, by=sample.anna, now=sample.now)
                        accepted.add(one.title)
            ahead = agenda.ahead(sample.council, now=sample.now)
            rows = Proposal.objects.filter(meeting__forum=sample.council)
            assert sorted(rows.values_list("title", flat=True)) == sorted(
                f"F{number}" for number in range(1, made + 1)
            )
            assert {one.title for one in rows.filter(state="accepted")} == accepted
            if ahead:
                assert not rows.exclude(meeting__in=ahead).exists(), ways
                standing = AgendaItem.objects.filter(meeting__in=ahead, title__in=accepted)
                assert sorted(one.title for one in standing) == sorted(accepted), ways
            tried += made

    try_ways()
    with capsys.disabled():
        print(f"\nFIGURE proposals: {tried} proposals, each in one place")


def test_the_page_of_the_meeting_leads_whoever_keeps_it_to_what_waits(sample, meeting, signed_in):
    page = reverse("meeting", args=[meeting.pk])
    there = reverse("meeting_plan", args=[meeting.pk]) + "#proposals"
    assert there not in signed_in(sample.anna).get(page).content.decode()
    proposed(sample, meeting)
    shown = signed_in(sample.anna).get(page).content.decode()
    assert there in shown
    assert "Answer 1 proposed item" in shown
    assert there not in signed_in(sample.per).get(page).content.decode()
