"""A forum from its first page to its members' last day (P06)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from coordination.access import grants, policy
from coordination.access.vocabulary import Permission
from coordination.actors import demo as cast
from coordination.actors.models import District, Organisation
from coordination.audit.models import Event
from forums import register
from forums.models import Forum, Participation, Seat
from forums.refusals import Missing, Refused
from tests.forums.conftest import organisation

VIEW = Permission.VIEW_FORUM


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def anna(sample) -> Client:
    return client_of(sample.anna)


def sees(user, forum) -> bool:
    """Asked by the page itself, as at the next click."""
    return client_of(user).get(reverse("forum", args=[forum.pk])).status_code == 200


def written(sample, **other) -> dict:
    """What somebody fills in on the page of a new forum."""
    return {
        "name": "Trygg skolväg",
        "purpose": "Trygga vägar till skolan.",
        "basis": "existing",
        "minutes_form": "notes",
        "information_class": "none",
        "interval_weeks": "6",
        "chair-who": sample.anna.pk,
        "chair-organisation": organisation(cast.OFFICE).pk,
    } | other


def refused(response, sentence: str) -> None:
    assert response.status_code == 200
    assert sentence in response.content.decode()


# Setting up --------------------------------------------------------------------------------------


def test_a_strategic_coordinator_sets_up_a_forum_that_its_leaders_see_at_once(sample, anna):
    vivalla = District.objects.get(name="Vivalla")
    sent = written(
        sample,
        districts=[vivalla.pk],
        basis="new",
        basis_reason="Inget forum rör skolvägen.",
        **{"secretary-who": sample.per.pk, "secretary-organisation": organisation(cast.SOCIAL).pk},
    )
    response = anna.post(reverse("forum_new"), sent)
    forum = Forum.objects.get(name="Trygg skolväg")
    assert response["Location"] == reverse("forum_members", args=[forum.pk])
    assert forum.basis_reason == "Inget forum rör skolvägen."
    assert list(forum.districts.all()) == [vivalla]
    assert [(one.role, one.user) for one in forum.seats.in_order()] == [
        ("chair", sample.anna),
        ("secretary", sample.per),
    ]
    assert forum.standing_items.filter(is_follow_up=True).count() == 1
    assert sees(sample.per, forum)
    assert sees(sample.sara, forum)  # coordinates Vivalla
    assert not sees(sample.gun, forum)
    assert grants.differences() == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Ange vad forumet heter"),
        ({"name": "Särskild samverkan"}, "Det finns redan ett forum med det namnet"),
        ({"chair-who": ""}, "Välj minst en ordförande"),
        ({"chair-organisation": ""}, "Ange vilken organisation Anna Ek kommer från"),
        ({"basis": "new"}, "Ange varför inget befintligt forum räcker"),
        ({"basis": "new", "basis_reason": "x" * 301}, "högst 300 tecken"),
        ({"usual_start": "13", "usual_end": "12"}, "Sluttiden måste vara senare än"),
        ({"usual_start": "13"}, "Ange både när mötet börjar och när det slutar"),
        ({"interval_weeks": "0"}, "Ange veckorna som ett heltal från 1 till 52"),
        ({"information_class": "individuals"}, "Bekräfta att forumet ska hantera uppgifter"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(sample, anna, wrong, sentence):
    response = anna.post(reverse("forum_new"), written(sample, **wrong))
    refused(response, sentence)
    assert "Trygga vägar till skolan." in response.content.decode()
    assert Forum.objects.count() == 3


def test_nobody_is_chair_and_secretary_both(sample, anna):
    sent = written(sample)
    twice = {
        "secretary-who": sent["chair-who"],
        "secretary-organisation": sent["chair-organisation"],
    }
    response = anna.post(reverse("forum_new"), sent | twice)
    refused(response, "Anna Ek finns redan i listan")
    assert response.context["secretary"].errors.keys() == {"who"}


def test_only_strategic_coordinators_set_up_forums_and_see_who_is_in_none(sample):
    for user in sample.people.values():
        found = client_of(user).get(reverse("forum_new")).status_code
        assert found == (200 if user in (sample.anna, sample.oskar) else 404), user.username


def test_a_forum_about_individuals_is_confirmed_and_then_gone_for_who_does_not_sit_in_it(sample):
    oskar, forum = client_of(sample.oskar), sample.other
    address = reverse("forum_change", args=[forum.pk])
    sent = written(sample, name=forum.name, version=forum.version, information_class="individuals")
    response = oskar.post(address, sent)
    refused(response, "Bara forumets medlemmar kommer att se det")
    assert sees(sample.oskar, forum)
    response = oskar.post(address, sent | {"confirmed": "on"}, follow=True)
    assert response.redirect_chain[-1][0] == reverse("forums")
    assert "Du är inte medlem i forumet" in response.content.decode()
    assert not sees(sample.oskar, forum)
    assert sees(sample.sara, forum)  # its chair
    assert grants.differences() == []


def test_a_forum_about_individuals_that_has_met_is_never_opened_to_more_people(sample):
    closed = register.Description(name=sample.closed.name, information_class="aggregate")
    sample.plan(sample.closed)
    with pytest.raises(register.OpensOldTexts):
        register.change(
            forum=sample.closed, to=closed, version=sample.closed.version, by=sample.maria
        )
    assert not sees(sample.anna, sample.closed)
    sample.closed.meetings.all().delete()
    register.change(forum=sample.closed, to=closed, version=sample.closed.version, by=sample.maria)
    assert sees(sample.anna, sample.closed)


def test_districts_decide_which_coordinators_see_the_forum_from_the_change_on(sample):
    assert sees(sample.maria, sample.other)  # coordinates Vivalla
    to = register.Description(
        name=sample.other.name, districts=District.objects.filter(name="Oxhagen")
    )
    register.change(forum=sample.other, to=to, version=sample.other.version, by=sample.anna)
    assert sees(sample.jonas, sample.other)
    assert not sees(sample.maria, sample.other)
    event = Event.objects.filter(event="forums.forum.changed").latest("pk")
    assert event.fields == ["districts"]


def test_two_who_change_a_forum_at_once_do_not_overwrite_each_other(sample, anna):
    address = reverse("forum_change", args=[sample.council.pk])
    shown = anna.get(address).context["version"]
    sent = written(sample, name=sample.council.name, version=shown, minutes_form="adjusted")
    assert (
        client_of(sample.oskar).post(address, sent | {"age_group": "13–16 år"}).status_code == 302
    )
    refused(anna.post(address, sent | {"purpose": "Annat"}), "Någon annan har ändrat forumet")
    sample.council.refresh_from_db()
    assert sample.council.age_group == "13–16 år"


def test_the_form_of_minutes_stays_while_minutes_wait(sample):
    from tests.forums.adjusting_hands import sent

    sent(sample)
    to = register.Description(name=sample.council.name, minutes_form="notes")
    with pytest.raises(Refused) as caught:
        register.change(forum=sample.council, to=to, version=sample.council.version, by=sample.anna)
    assert caught.value.field == "minutes_form"


# Members -----------------------------------------------------------------------------------------


def joining(sample, user, **other) -> dict:
    return {
        "who": user.pk,
        "organisation": organisation(cast.UPPER_SECONDARY).pk,
        "function": "Rektor",
        "role": "member",
        "valid_from": sample.today.isoformat(),
        "valid_to": "",
    } | other


def test_a_member_sees_the_forum_from_the_first_day_through_the_last(sample, anna):
    first, last = sample.today + timedelta(days=10), sample.today + timedelta(days=20)
    sent = joining(sample, sample.ulla, valid_from=first.isoformat(), valid_to=last.isoformat())
    assert anna.post(reverse("seat_new", args=[sample.council.pk]), sent).status_code == 302
    page = anna.get(reverse("forum_members", args=[sample.council.pk])).content.decode()
    assert "Kommande medlemmar" in page
    found = {}
    noon = timezone.localtime().replace(hour=12)
    for days in (0, 9, 10, 20, 21):
        with time_machine.travel(noon + timedelta(days=days), tick=False):
            grants.rebuild()  # as every hour
            assert grants.differences() == []
            found[days] = sees(sample.ulla, sample.council)
    assert found == {0: False, 9: False, 10: True, 20: True, 21: False}


def test_a_membership_that_ended_is_denied_at_the_next_click_without_any_nightly_work(sample, anna):
    since = sample.today - timedelta(days=30)
    seat = register.give_seat(
        forum=sample.council,
        seat=register.NewSeat(organisation(cast.SOCIAL), user=sample.ulla),
        valid_from=since,
        by=sample.anna,
    )
    assert sees(sample.ulla, sample.council)
    yesterday = sample.today - timedelta(days=1)
    anna.post(reverse("seat_end", args=[seat.pk]), {"valid_to": yesterday.isoformat()})
    assert not sees(sample.ulla, sample.council)
    assert grants.differences() == []
    page = anna.get(reverse("forum_members", args=[sample.council.pk]))
    assert seat in page.context["former"]
    assert seat not in page.context["seated"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"organisation": ""}, "Ange vilken organisation Ulla Vik kommer från"),
        ({"who": "", "function": ""}, "Ange ett namn eller en funktion"),
        ({"valid_to": "2020-01-01"}, "Sista dagen kan inte vara före den första"),
        ({"valid_from": ""}, "Ange ett datum"),
    ],
)
def test_a_member_needs_an_organisation_and_days_in_order(sample, anna, wrong, sentence):
    before = sample.council.seats.count()
    address = reverse("seat_new", args=[sample.council.pk])
    refused(anna.post(address, joining(sample, sample.ulla, **wrong)), sentence)
    assert sample.council.seats.count() == before


def test_nobody_sits_twice_in_the_same_days_but_may_come_back(sample):
    place, day = organisation(cast.SOCIAL), timedelta(days=1)

    def give(first: date, last: date | None = None) -> Seat:
        new = register.NewSeat(place, user=sample.ulla)
        return register.give_seat(
            forum=sample.council, seat=new, valid_from=first, valid_to=last, by=sample.anna
        )

    give(sample.today, sample.today + 10 * day)
    for first, last in ((5, 20), (-5, None), (10, None), (-5, 0)):
        with pytest.raises(Refused):
            give(sample.today + first * day, last if last is None else sample.today + last * day)
    later = give(sample.today + 11 * day)
    with pytest.raises(Refused):
        register.resume_seat(
            seat=sample.council.seats.get(user=sample.ulla, valid_to__isnull=False), by=sample.anna
        )
    register.end_seat(seat=later, by=sample.anna)  # had not begun: it goes as a whole
    assert sample.council.seats.filter(user=sample.ulla).count() == 1


def test_a_new_role_gives_and_takes_what_it_gives_at_once(sample, anna):
    seat = sample.council.seats.get(user=sample.gun)

    def change(role: str) -> None:
        sent = {"role": role, "organisation": seat.organisation_id, "function": "Ordförande"}
        assert anna.post(reverse("seat_change", args=[seat.pk]), sent).status_code == 302
        assert grants.differences() == []

    change("secretary")
    assert policy.may(sample.gun, Permission.KEEP_FORUM, sample.council)
    change("member")
    assert not policy.may(sample.gun, Permission.LOG_MEETINGS, sample.council)
    assert policy.may(sample.gun, VIEW, sample.council)


def test_the_only_chair_neither_leaves_nor_becomes_something_else(sample, anna):
    seat = sample.council.seats.get(role="chair")
    sent = {"role": "member", "organisation": seat.organisation_id, "function": ""}
    sentence = "Forumet behöver en ordförande varje dag"
    refused(anna.post(reverse("seat_change", args=[seat.pk]), sent), sentence)
    later = {"valid_to": (sample.today + timedelta(days=30)).isoformat()}
    refused(anna.post(reverse("seat_end", args=[seat.pk]), later), sentence)
    seat.refresh_from_db()
    assert (seat.role, seat.valid_to) == ("chair", None)
    # Somebody takes over on the day after.
    register.give_seat(
        forum=sample.council,
        seat=register.NewSeat(seat.organisation, "chair", sample.ulla),
        valid_from=sample.today + timedelta(days=31),
        by=sample.anna,
    )
    assert anna.post(reverse("seat_end", args=[seat.pk]), later).status_code == 302
    assert grants.differences() == []


DAY = date(2026, 5, 12)
PERIODS = st.lists(
    st.tuples(st.integers(-9, 30), st.one_of(st.none(), st.integers(0, 15))), max_size=5
)


@given(PERIODS)
def test_a_chair_is_missing_exactly_when_some_day_has_none(drawn):
    periods = [
        (
            DAY + timedelta(days=first),
            None if length is None else DAY + timedelta(days=first + length),
        )
        for first, length in drawn
    ]
    days = [DAY + timedelta(days=number) for number in range(60)]
    each = all(
        any(first <= day and (last is None or day <= last) for first, last in periods)
        for day in days
    )
    assert register.is_unbroken(periods, since=DAY) == each


def test_a_member_who_leaves_is_taken_off_later_meetings_and_stays_in_the_minutes(sample, anna):
    seat = sample.council.seats.get(user=sample.gun)
    held, later = sample.running(), sample.plan(days=40)
    anna.post(
        reverse("seat_end", args=[seat.pk]),
        {"valid_to": (sample.today + timedelta(days=2)).isoformat()},
    )
    called = Participation.objects.filter(seat=seat)
    assert called.filter(meeting=held).exists()
    assert not called.filter(meeting=later).exists()
    anna.post(reverse("seat_resume", args=[seat.pk]))
    seat.refresh_from_db()
    assert seat.valid_to is None


def test_a_partnership_coordinator_keeps_meetings_but_does_not_say_who_sits(sample):
    maria = client_of(sample.maria)  # has the district and no seat
    assert maria.get(reverse("meeting_new", args=[sample.other.pk])).status_code == 200
    assert maria.get(reverse("seat_new", args=[sample.other.pk])).status_code == 404
    page = maria.get(reverse("forum_members", args=[sample.other.pk])).content.decode()
    assert "Lägg till medlem" not in page


# Standing items ----------------------------------------------------------------------------------


def rows(page) -> dict:
    """The form as the browser has it."""
    form, data = page.context["form"], {"version": page.context["form"].version}
    shown = form.shown_rows
    data["standing-count"] = len(shown)
    for row in shown:
        data[row["title"].html_name] = row["title"].value() or ""
        data[row["kind"].html_name] = row["kind"].value() or "information"
        data[row["follow"].html_name] = "True" if row.follows_up else ""
    return data


def titles(forum) -> list[str]:
    return list(forum.standing_items.order_by("position").values_list("title", flat=True))


def test_standing_items_are_added_renamed_moved_and_removed_for_the_next_meeting(sample, anna):
    forum, address = sample.council, reverse("standing_items", args=[sample.council.pk])
    before, planned = titles(forum), sample.plan(days=3)

    def press(do: str, **typed) -> list[str]:
        anna.post(address, rows(anna.get(address)) | {"do": do} | typed)
        return titles(forum)

    assert press("up-3") == [before[0], before[1], before[3], before[2]]
    assert press("down-0") == [before[1], before[0], before[3], before[2]]
    assert press("remove-2") == [before[1], before[0], before[2]]
    new = {"standing-3-title": "Information från polisen", "standing-0-title": "Uppföljning"}
    assert press("add", **new) == ["Uppföljning", before[0], before[2], "Information från polisen"]
    assert list(planned.items.in_order().values_list("title", flat=True)) == before
    later = sample.plan(days=50)
    assert list(later.items.in_order().values_list("title", flat=True)) == titles(forum)
    assert later.items.get(title="Uppföljning").is_follow_up


def test_a_standing_item_without_words_is_refused_and_nothing_is_lost(sample, anna):
    address, before = reverse("standing_items", args=[sample.council.pk]), titles(sample.council)
    sent = rows(anna.get(address)) | {
        "standing-1-title": " ",
        "standing-4-title": "Ny",
        "do": "save",
    }
    response = anna.post(address, sent)
    refused(response, "Ange vad punkten handlar om")
    assert 'value="Ny"' in response.content.decode()
    assert titles(sample.council) == before


def test_two_who_change_standing_items_at_once_do_not_overwrite_each_other(sample, anna):
    address = reverse("standing_items", args=[sample.council.pk])
    shown = rows(anna.get(address))
    client_of(sample.oskar).post(address, rows(anna.get(address)) | {"do": "remove-0"})
    after = titles(sample.council)
    refused(anna.post(address, shown | {"do": "up-2"}), "Någon annan har ändrat forumet")
    assert titles(sample.council) == after


def test_there_is_an_end_to_standing_items(sample):
    many = [register.NewStandingItem(f"Punkt {n}") for n in range(register.MOST_STANDING + 1)]
    with pytest.raises(Refused):
        register.set_standing_items(forum=sample.council, items=many, by=sample.anna)
    with pytest.raises(Missing):
        register.set_standing_items(
            forum=sample.council, items=[register.NewStandingItem(" ")], by=sample.anna
        )
    assert len(titles(sample.council)) == 4


# Who is in no forum ------------------------------------------------------------------------------


def test_an_administration_without_a_seat_in_an_open_forum_is_told(sample, anna):
    def told() -> set[str]:
        page = anna.get(reverse("outside_forums"))
        return {one.name for one in page.context["organisations"]}

    schools = Organisation.objects.get(name="Förskoleförvaltningen")
    assert schools.name in told()
    assert cast.SOCIAL not in told()
    assert cast.HOUSING not in told()  # a company
    hidden = register.NewSeat(schools, user=sample.ulla)
    register.give_seat(forum=sample.closed, seat=hidden, by=sample.maria)
    assert schools.name in told()  # who sits there is not known outside it
    seat = register.give_seat(
        forum=sample.council, seat=register.NewSeat(schools, user=sample.ulla), by=sample.anna
    )
    assert schools.name not in told()
    Seat.objects.filter(pk=seat.pk).update(
        valid_from=sample.today - timedelta(days=9), valid_to=sample.today - timedelta(days=1)
    )
    assert schools.name in told()


# Tabs --------------------------------------------------------------------------------------------


def test_the_tabs_of_a_forum_hold_its_own_rows_and_nobody_elses(sample, anna):
    for forum in (sample.council, sample.other):
        meeting = sample.running(forum)
        sample.action(sample.item(meeting, "Lägesbild"), f"Åtgärd {forum.pk}", "Anna Ek")
    for tab in ("forum_meetings", "forum_actions", "forum_decisions", "forum_members"):
        response = anna.get(reverse(tab, args=[sample.council.pk]))
        assert response.status_code == 200
        assert response.content.decode().count('aria-current="page">') >= 1
    shown = anna.get(reverse("forum_actions", args=[sample.council.pk])).content.decode()
    assert f"Åtgärd {sample.council.pk}" in shown
    assert f"Åtgärd {sample.other.pk}" not in shown
    listed = anna.get(reverse("forum_meetings", args=[sample.council.pk])).context["rows"]
    assert {one.forum for one, _status in listed} == {sample.council}
