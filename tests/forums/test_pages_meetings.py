"""The pages of forums and meetings until they begin: what they show, save and refuse."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coordination.jobs.models import OutgoingMail
from forums import meetings
from forums.models import Meeting, Participation

pytestmark = pytest.mark.any_engine

PAST = "The meeting date has passed. Choose a later date or record the meeting afterwards."
IDENTITY_NUMBER = "19" + "121212" + "-1212"


@pytest.fixture(autouse=True)
def in_english(sample) -> None:
    for person in sample.people.values():
        person.language = "en"
        person.save(update_fields=["language"])


@pytest.fixture
def anna(sample) -> Client:
    client = Client()
    client.force_login(sample.anna)
    return client


def plan_data(meeting: Meeting, **changes: str) -> dict:
    """What the plan page sends when nothing is changed, with these changes."""
    local = timezone.localtime
    items = list(meeting.items.in_order())
    data = {
        "version": str(meeting.version),
        "date": local(meeting.starts_at).date().isoformat(),
        "starts": f"{local(meeting.starts_at):%H.%M}",
        "ends": f"{local(meeting.ends_at):%H.%M}",
        "place": meeting.place,
        "called": [f"p{row.pk}" for row in meeting.participations.all()],
        "items-count": str(len(items) + 1),
        "do": "save",
    }
    for index, item in enumerate(items):
        data |= {
            f"items-{index}-id": str(item.pk),
            f"items-{index}-title": item.title,
            f"items-{index}-kind": item.kind,
            f"items-{index}-presenter": item.presenter,
            f"items-{index}-minutes": str(item.planned_minutes or ""),
        }
    return data | changes


def test_two_steps_from_forum_to_called_meeting(anna, sample):
    """T01: everything is filled in, so a press on each of two pages is enough."""
    page = anna.get(reverse("forum", args=[sample.council.pk]))
    assert b"Create next meeting" in page.content
    plan = anna.post(reverse("meeting_plan_next", args=[sample.council.pk]), follow=True)
    meeting = sample.council.meetings.get()
    assert plan.redirect_chain == [(reverse("meeting_plan", args=[meeting.pk]), 302)]
    called = anna.post(reverse("meeting_call", args=[meeting.pk]), plan_data(meeting), follow=True)
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.CALLED
    assert OutgoingMail.objects.filter(letter="forums.call").count() == 9
    assert b"2 participants have no account. Tell them yourself." in called.content


def test_create_next_twice_leads_to_the_one_meeting(anna, sample):
    anna.post(reverse("meeting_plan_next", args=[sample.council.pk]))
    again = anna.post(reverse("meeting_plan_next", args=[sample.council.pk]))
    meeting = sample.council.meetings.get()
    assert again.url == reverse("meeting_plan", args=[meeting.pk])


def test_same_form_twice_changes_the_plan_once(anna, sample):
    meeting = sample.plan()
    data = plan_data(meeting, place="Sal 7", _once="6f2a53b2-64c5-4b63-9be4-2f0b1d3a7a11")
    url = reverse("meeting_plan", args=[meeting.pk])
    assert [anna.post(url, data).status_code for _turn in range(2)] == [302, 302]
    meeting.refresh_from_db()
    assert (meeting.place, meeting.version) == ("Sal 7", 2)


def test_rows_move_go_and_come(anna, sample):
    meeting = sample.plan()
    url = reverse("meeting_plan", args=[meeting.pk])
    before = [item.title for item in meeting.items.in_order()]
    moved = anna.post(url, plan_data(meeting, do="up-2"))
    assert moved.url == f"{url}#item-1"
    after = [before[0], before[2], before[1], before[3]]
    assert [item.title for item in meeting.items.in_order()] == after
    meeting.refresh_from_db()
    anna.post(url, plan_data(meeting, do="remove-0"))
    meeting.refresh_from_db()
    added = plan_data(meeting, do="add") | {
        "items-3-title": "Stödtelefonen",
        "items-3-minutes": "10",
    }
    anna.post(url, added)
    assert [item.title for item in meeting.items.in_order()] == [*after[1:], "Stödtelefonen"]
    assert b"Planned time 10 of 90 minutes" in anna.get(url).content


def test_somebody_is_left_out_and_a_guest_is_called(anna, sample):
    meeting = sample.plan()
    url = reverse("meeting_plan", args=[meeting.pk])
    sofia = meeting.participations.get(user=sample.sofia)
    called = [key for key in plan_data(meeting)["called"] if key != f"p{sofia.pk}"]
    guest = {
        "guest_name": "Ulla Vik",
        "guest_organisation": str(sample.council.seats.get(user=sample.leila).organisation_id),
    }
    anna.post(url, plan_data(meeting) | {"called": called, "do": "invite"} | guest)
    assert not meeting.participations.filter(user=sample.sofia).exists()
    ulla = meeting.participations.get(user=sample.ulla)
    assert ulla.is_guest
    page = anna.get(url).content.decode()
    assert f'value="s{sofia.seat_id}">' in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"ends": "12.00"}, "The end time must be after the start time"),
        ({"date": "2020-01-07"}, PAST),
        ({"date": "31 februari"}, "That date does not exist. Check day and month."),
        ({"starts": "när som helst"}, "Enter a time, e.g. 13.00"),
        ({"place": "x" * 121}, "Place can be at most 120 characters. Remove 1."),
        ({"items-1-title": "x" * 123}, "Heading can be at most 120 characters. Remove 3."),
        ({"items-1-title": ""}, "Enter what the item is about"),
        ({"items-0-presenter": IDENTITY_NUMBER}, "The text seems to contain a personal identity"),
        ({"items-0-minutes": "en kvart"}, "Enter the minutes as a whole number, e.g. 15"),
        ({"items-0-minutes": "²"}, "Enter the minutes as a whole number, e.g. 15"),
        ({"items-0-minutes": "9" * 5000}, "Enter the minutes as a whole number, e.g. 15"),
        ({"guest_name": "Karin Öst"}, "Enter the organisation Karin Öst comes from"),
        ({"version": "0"}, "Somebody else has changed the meeting."),
    ],
)
def test_bad_input_has_its_sentence_and_loses_nothing(anna, sample, change, sentence):
    meeting = sample.plan()
    sent = plan_data(meeting, **{"items-4-title": "Nyskriven punkt", "do": "save"} | change)
    page = anna.post(reverse("meeting_plan", args=[meeting.pk]), sent)
    text = page.content.decode()
    assert page.status_code == 200
    summary = text.split('class="error-summary"')[1].split("</div>")[0]
    assert sentence in summary
    field = next(iter(change))
    if field != "version":
        assert f'href="#id_{field}"' in summary or "guest_organisation" in summary
        assert text.count(sentence) >= 2
    assert "<title>Error:" in text
    assert "Nyskriven punkt" in text
    assert str(next(iter(change.values()))) in text
    meeting.refresh_from_db()
    assert meeting.version == 1


def test_past_date_offers_to_record_afterwards(anna, sample):
    meeting = sample.plan()
    page = anna.post(
        reverse("meeting_plan", args=[meeting.pk]), plan_data(meeting, date="2020-01-07")
    )
    assert reverse("meeting_afterwards", args=[sample.council.pk]) in page.content.decode()


def test_no_items_and_no_participants(anna, sample):
    meeting = sample.plan()
    url = reverse("meeting_call", args=[meeting.pk])
    bare = plan_data(meeting) | {"items-count": "0"}
    assert b"Add at least one agenda item" in anna.post(url, bare).content
    alone = plan_data(meeting) | {"called": []}
    assert b"Add at least one participant before sending" in anna.post(url, alone).content
    meeting.refresh_from_db()
    assert (meeting.state, meeting.version) == (Meeting.State.PLANNED, 1)
    assert meeting.items.count() == 4


def test_calling_a_meeting_whose_day_has_come_and_gone(anna, sample, time_machine):
    meeting = sample.plan()
    time_machine.move_to(meeting.ends_at + dt.timedelta(hours=1))
    anna.force_login(sample.anna)
    assert PAST.encode() in anna.post(reverse("meeting_call", args=[meeting.pk])).content


def test_item_of_another_forum_is_refused(anna, sample):
    meeting, other = sample.plan(), sample.plan(sample.other)
    stolen = str(other.items.first().pk)
    page = anna.post(
        reverse("meeting_plan", args=[meeting.pk]), plan_data(meeting) | {"items-0-id": stolen}
    )
    assert b"That is not part of this forum. Load the page again." in page.content
    assert other.items.filter(pk=stolen).exists()


def test_a_member_reads_and_cannot_plan(sample):
    meeting = sample.plan()
    gun = Client()
    gun.force_login(sample.gun)
    page = gun.get(reverse("meeting", args=[meeting.pk]))
    assert page.status_code == 200
    assert b"Send invitation" not in page.content
    assert gun.get(reverse("meeting_plan", args=[meeting.pk])).status_code == 404
    assert gun.post(reverse("meeting_call", args=[meeting.pk])).status_code == 403
    forum = gun.get(reverse("forum", args=[sample.council.pk]))
    assert b"Create next meeting" not in forum.content


def test_called_guest_sees_the_meeting_and_not_the_forum(sample):
    meeting = sample.plan(sample.other)
    Participation.objects.create(
        meeting=meeting,
        user=sample.tove,
        organisation=sample.council.seats.first().organisation,
        is_guest=True,
    )
    tove = Client()
    tove.force_login(sample.tove)
    forum = reverse("forum", args=[sample.other.pk])
    page = tove.get(reverse("meeting", args=[meeting.pk])).content.decode()
    assert "Partnerskap Vivalla" in page
    assert f'href="{forum}"' not in page
    assert tove.get(forum).status_code == 404
    assert "Partnerskap Vivalla" in tove.get(reverse("meetings")).content.decode()
    assert f'href="{reverse("meetings")}"' in tove.get("/").content.decode()


def test_who_is_added_to_a_called_meeting_is_told_and_the_page_says_so(anna, sample):
    meeting = sample.plan()
    meetings.call(meeting=meeting, by=sample.anna)
    where = str(sample.council.seats.get(user=sample.leila).organisation_id)
    guest = {"do": "invite", "guest_name": "Ulla Vik", "guest_organisation": where}
    url = reverse("meeting_plan", args=[meeting.pk])
    page = anna.post(url, plan_data(meeting) | guest, follow=True)
    assert "The invitation is being sent to 1 person." in page.content.decode()
    assert OutgoingMail.objects.filter(letter="forums.call", user_id=sample.ulla.pk).count() == 1
    meeting.refresh_from_db()
    page = anna.post(url, plan_data(meeting) | guest | {"guest_name": "Karin Öst"}, follow=True)
    assert "1 participant has no account. Tell them yourself." in page.content.decode()


def test_new_meeting_is_planned_at_the_time_given(anna, sample):
    url = reverse("meeting_new", args=[sample.council.pk])
    day = sample.today + dt.timedelta(days=10)
    sent = {"date": day.isoformat(), "starts": "9", "ends": "10.30", "place": "Sal 1"}
    made = anna.post(url, sent)
    meeting = sample.council.meetings.get()
    assert made.url == reverse("meeting_plan", args=[meeting.pk])
    assert (meeting.day, meeting.minutes_planned) == (day, 90)
    assert b"must be after" in anna.post(url, sent | {"ends": "8"}).content


def test_the_printed_agenda_has_lines_and_what_is_followed_up(anna, sample):
    held = sample.running()
    sample.action(sample.item(held, "Lägesbild"), "Ta fram schema", "Maria Sten")
    meeting = sample.plan(days=20)
    page = anna.get(reverse("meeting_agenda", args=[meeting.pk])).content.decode()
    assert "Ta fram schema · Maria Sten" in page
    assert page.count("<hr>") == 6 * meeting.items.count()


def test_filters_saved_views_and_default_order(anna, sample):
    late, soon = sample.plan(days=20), sample.plan(days=3)
    sample.plan(sample.other, days=5)
    url = reverse("meetings")
    page = anna.get(url)
    assert page.context["list"].rows[0] == late
    assert "Sorted by date, latest first" in page.content.decode()
    coming = anna.get(url, {"period": "ahead", "sort": "date", "forum": sample.council.pk})
    assert coming.context["list"].rows == [soon, late]
    meetings.start_log(meeting=soon, by=sample.anna, now=sample.now)
    to_write = anna.get(url, {"status": "to_write_up"})
    assert to_write.context["list"].rows == []
    Meeting.objects.filter(pk=soon.pk).update(
        starts_at=sample.now - dt.timedelta(hours=3), ends_at=sample.now - dt.timedelta(hours=2)
    )
    assert anna.get(url, {"status": "to_write_up"}).context["list"].rows == [soon]
    vivalla = sample.other.districts.get()
    assert len(anna.get(url, {"district": vivalla.pk}).context["list"].rows) == 1
    assert b"No results." in anna.get(url, {"level": "individual"}).content


def test_a_plan_whose_time_has_passed_says_so_and_leads_on(anna, sample):
    meeting = sample.plan(days=1)
    page = reverse("meeting", args=[meeting.pk])
    passed = "time has passed and it has no minutes."
    assert passed not in anna.get(page).content.decode()
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=sample.now - dt.timedelta(hours=3), ends_at=sample.now - dt.timedelta(hours=2)
    )
    told = anna.get(page).content.decode()
    assert passed in told
    afterwards = reverse("meeting_afterwards", args=[sample.council.pk])
    assert f'<a href="{afterwards}?mote={meeting.pk}">Record' in told


def test_what_was_just_finished_is_among_the_latest_although_its_day_has_not_come(anna, sample):
    meeting = sample.running()
    page = anna.get(reverse("forum", args=[sample.council.pk])).content.decode()
    assert reverse("meeting", args=[meeting.pk]) in page


def test_an_empty_list_says_so_and_offers_nothing_to_a_reader(sample):
    gun = Client()
    gun.force_login(sample.gun)
    page = gun.get(reverse("meetings")).content.decode()
    assert "No meetings planned." in page
    assert "New meeting" not in page
    assert "You keep no forum." in gun.get(reverse("meeting_new_choose")).content.decode()
