"""Whether those called come: their answers, who is still to answer, and what is suggested of them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from coordination.actors.models import Organisation
from coordination.audit.models import Event
from forums import answers, cancelling, meetings, proceedings, register
from forums.models import Answer, Meeting
from forums.refusals import IdentityNumberInText, Missing, WrongState
from tests.forums.conftest import organisation
from tests.forums.test_pages_queries import cost
from tests.forums.test_planning import change

IDENTITY_NUMBER = "19" + "121212" + "-1212"


@pytest.fixture
def called(sample) -> Meeting:
    meeting = sample.plan(place="Rådhuset, sal 3")
    meetings.call(meeting=meeting, by=sample.anna)
    return meeting


def give(meeting, by, comes=True, **more) -> Answer:
    return answers.give(meeting=meeting, by=by, comes=comes, **more)


def counted(meeting) -> tuple[int, int, int]:
    found = answers.summary(list(meeting.participations.all()), answers.by_place(meeting))
    return (found.yes, found.no, found.waiting)


def waits_for(user, sample) -> list[Meeting]:
    return list(answers.waiting_for(user, sample.now))


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_yes_no_and_not_yet_are_counted_of_those_with_an_account(sample, called):
    assert counted(called) == (0, 0, 9)
    give(called, sample.gun)
    give(called, sample.per, comes=False)
    assert counted(called) == (1, 1, 7)


def test_an_answer_can_be_changed_until_the_meeting_begins(sample, called):
    give(called, sample.gun)
    give(called, sample.gun, comes=False)
    assert counted(called) == (0, 1, 8)
    assert Answer.objects.count() == 1
    with pytest.raises(answers.TooLate):
        give(called, sample.gun, now=called.starts_at)
    meetings.start_log(meeting=called, by=sample.anna)
    with pytest.raises(answers.TooLate):
        give(called, sample.gun)


def test_the_same_answer_twice_is_one_answer_and_one_event(sample, called):
    first = give(called, sample.gun)
    assert give(called, sample.gun).answered_at == first.answered_at
    assert Event.objects.filter(event="forums.answer.given").count() == 1


def test_a_new_time_asks_again_and_a_new_place_does_not(sample, called):
    give(called, sample.gun)
    change(called, place="Biblioteket")
    assert answers.own(called, sample.gun).is_yes
    assert waits_for(sample.gun, sample) == []
    later = timedelta(hours=1)
    change(called, starts_at=called.starts_at + later, ends_at=called.ends_at + later)
    assert answers.own(called, sample.gun) is None
    assert counted(called) == (0, 0, 9)
    assert waits_for(sample.gun, sample) == [called]
    # Back at the time that was answered, the answer counts.
    change(called, starts_at=called.starts_at - later, ends_at=called.ends_at - later)
    assert answers.own(called, sample.gun).is_yes


def test_only_those_called_answer_and_only_a_call(sample, called):
    with pytest.raises(answers.NotCalled):
        give(called, sample.sara)
    with pytest.raises(WrongState):
        give(sample.plan(), sample.gun)
    cancelling.cancel(meeting=called, reason="Sjukdom", by=sample.anna)
    with pytest.raises(WrongState):
        give(called, sample.gun)
    assert waits_for(sample.gun, sample) == []


def test_who_does_not_come_names_somebody_else(sample, called):
    police = organisation("Polis")
    answer = give(called, sample.gun, comes=False, substitute="Lisa Ek", organisation=police)
    assert (answer.substitute_name, answer.substitute_organisation) == ("Lisa Ek", police)
    own = give(called, sample.per, comes=False, substitute="Bo Ek")
    assert own.substitute_organisation == own.participation.organisation
    with pytest.raises(Missing):
        give(called, sample.per, comes=False, organisation=police)
    with pytest.raises(IdentityNumberInText):
        give(called, sample.per, comes=False, substitute=IDENTITY_NUMBER)
    # Who comes after all has no substitute.
    assert give(called, sample.gun).substitute_name == ""


def test_who_takes_over_a_seat_is_asked_anew(sample, called):
    give(called, sample.gun)
    seat = sample.council.seats.get(user=sample.gun)
    register.pass_on_seat(seat=seat, to=sample.sara, by=sample.anna)
    called.participations.filter(user=sample.gun).update(user=sample.sara)
    assert counted(called) == (0, 0, 9)


def test_who_loses_the_seat_is_not_asked(sample, called):
    seat = sample.council.seats.get(user=sample.gun)
    register.end_seat(seat=seat, by=sample.anna, on=sample.today - timedelta(days=1))
    assert waits_for(sample.gun, sample) == []


def test_attendance_is_filled_in_from_the_answers_where_nothing_is_recorded(sample, called):
    police = organisation("Polis")
    give(called, sample.gun)
    give(called, sample.per, comes=False)
    give(called, sample.nils, comes=False, substitute="Lisa Ek", organisation=police)
    give(called, sample.maria)
    meetings.start_log(meeting=called, by=sample.anna)
    row = {one.user: one for one in called.participations.select_related("user")}
    proceedings.set_attendance(
        participation=row[sample.maria], attendance="digital", by=sample.anna
    )
    assert proceedings.mark_as_answered(meeting=called, by=sample.anna) == 3
    found = {
        one.user: (one.attendance, one.substitute_name, one.substitute_organisation)
        for one in called.participations.select_related("user", "substitute_organisation")
    }
    assert found[sample.gun][0] == "present"
    assert found[sample.per][0] == "absent"
    assert found[sample.nils] == ("substitute", "Lisa Ek", police)
    assert found[sample.maria][0] == "digital"
    assert found[sample.oskar][0] == "unknown"


# The pages ---------------------------------------------------------------------------------------


def test_one_press_on_the_meetings_page_is_an_answer(sample, called):
    client, there = signed_in(sample.gun), reverse("meeting", args=[called.pk])
    page = client.get(there).content.decode()
    assert "Kommer du?" in page
    answered = client.post(reverse("answer", args=[called.pk]), {"answer": "yes"}, follow=True)
    assert answered.redirect_chain == [(there, 302)]
    assert "Du har svarat att du kommer." in answered.content.decode()
    assert answers.own(called, sample.gun).is_yes


def test_a_no_asks_who_comes_instead(sample, called):
    client, here = signed_in(sample.gun), reverse("answer", args=[called.pk])
    asked = client.post(here, {"answer": "no"}, follow=True)
    assert asked.redirect_chain == [(here, 302)]
    assert "Kommer någon i ditt ställe?" in asked.content.decode()
    refused = client.post(here, {"answer": "no", "substitute": IDENTITY_NUMBER})
    assert IDENTITY_NUMBER in refused.content.decode()
    assert answers.own(called, sample.gun).substitute_name == ""
    police = Organisation.objects.get(name__startswith="Polis")
    client.post(here, {"answer": "no", "substitute": "Lisa Ek", "organisation": police.pk})
    page = client.get(reverse("meeting", args=[called.pk])).content.decode()
    assert "Du har svarat att du inte kommer. Lisa Ek, Polis" in page


def test_those_who_plan_see_the_answers_and_other_members_do_not(sample, called):
    give(called, sample.gun, comes=False, substitute="Lisa Kanariesson")
    there = reverse("meeting", args=[called.pk])
    keeper = signed_in(sample.anna).get(there).content.decode()
    assert "0 ja, 1 nej, 8 har inte svarat" in " ".join(keeper.split())
    assert "Lisa Kanariesson" in keeper
    member = signed_in(sample.per).get(there).content.decode()
    assert "Kanariesson" not in member
    assert "har inte svarat" not in member


def test_the_list_of_what_to_do_asks_and_takes_a_yes(sample, called):
    client = signed_in(sample.gun)
    page = client.get("/att-gora/?kind=answer").content.decode()
    assert "Svara på kallelsen" in page
    assert '<input type="hidden" name="answer" value="yes">' in page
    client.post(reverse("answer", args=[called.pk]), {"answer": "yes"})
    assert "Svara på kallelsen" not in client.get("/att-gora/").content.decode()


def test_who_is_not_called_is_led_back(sample, called):
    there = reverse("meeting", args=[called.pk])
    here = reverse("answer", args=[sample.plan().pk])
    assert signed_in(sample.gun).get(here).status_code == 302
    seat = register.NewSeat(organisation("Polis"), user=sample.sara)
    register.give_seat(forum=sample.council, seat=seat, by=sample.anna)
    client = signed_in(sample.sara)
    assert "Kommer du?" not in client.get(there).content.decode()
    response = client.post(reverse("answer", args=[called.pk]), {"answer": "yes"})
    assert (response.status_code, response["Location"]) == (302, there)
    assert not Answer.objects.exists()


def test_an_answer_of_another_kind_is_none(sample, called):
    client = signed_in(sample.gun)
    assert client.post(reverse("answer", args=[called.pk]), {"answer": "ja"}).status_code == 200
    assert not Answer.objects.exists()


def test_the_attendance_page_says_what_was_answered_and_takes_it(sample, called):
    give(called, sample.gun, comes=False, substitute="Lisa Ek")
    meetings.start_log(meeting=called, by=sample.anna)
    client, here = signed_in(sample.anna), reverse("attendance", args=[called.pk])
    page = client.get(here).content.decode()
    assert "har svarat nej; Lisa Ek" in page
    assert "Fyll i efter 1 svar" in page
    client.post(here, {"do": "answers"})
    row = called.participations.get(user=sample.gun)
    assert (row.attendance, row.substitute_name) == ("substitute", "Lisa Ek")
    assert "Fyll i efter" not in client.get(here).content.decode()


def test_many_answers_cost_as_many_queries_as_one(sample, called):
    client, there = signed_in(sample.anna), reverse("meeting", args=[called.pk])
    give(called, sample.gun)
    one = cost(client, there)
    for user in (sample.per, sample.nils, sample.maria, sample.leila, sample.sofia):
        give(called, user, comes=False, substitute="Lisa Ek")
    assert cost(client, there) == one
