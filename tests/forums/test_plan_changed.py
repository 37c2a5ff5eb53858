"""Two who plan the same meeting at once: what each wrote is kept, and shown, and can be saved."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from coordination.jobs.models import OutgoingMail
from forums import agenda, meetings
from forums.forms import merging
from forums.forms.meetings import PlanForm
from forums.models import Meeting
from tests.forums.test_afterwards_pages import as_shown
from tests.forums.test_planning import change


@pytest.fixture
def anna(sample) -> Client:
    client = Client()
    client.force_login(sample.anna)
    return client


@pytest.fixture
def meeting(sample) -> Meeting:
    return sample.plan()


@pytest.fixture
def url(meeting) -> str:
    return reverse("meeting_plan", args=[meeting.pk])


def form_of(page) -> dict:
    """What the browser sends of the plan page, untouched."""
    html = page.content.decode()
    data = as_shown(page)
    data["called"] = re.findall(r'name="called" value="([^"]+)" checked', html)
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        data[name] = chosen[1] if chosen else ""
    # Attributes are written with entities for the quotes of what the page carries along.
    data["seen"] = page.context["plan"].seen
    return data | {"do": "save"}


def planned(meeting) -> list[agenda.PlannedItem]:
    return [
        agenda.PlannedItem(
            one.title, kind=one.kind, is_follow_up=one.is_follow_up, presenter=one.presenter,
            planned_minutes=one.planned_minutes, pk=one.pk,
        )
        for one in meeting.items.in_order()
    ]  # fmt: skip


def invited(meeting) -> list[agenda.Invited]:
    return [
        agenda.Invited(organisation=row.organisation, user=row.user, pk=row.pk)
        for row in meeting.participations.in_order()
    ]


def titles(meeting) -> list[str]:
    return [one.title for one in meeting.items.in_order()]


def notices(page) -> list[str]:
    return page.context["plan"].notices


def test_the_second_save_keeps_what_each_of_the_two_wrote(sample, anna, meeting, url):
    mine = form_of(anna.get(url))
    first, *rest = planned(meeting)
    other = sample.council.seats.first().organisation
    change(
        meeting,
        place="Biblioteket",
        items=[first, agenda.PlannedItem("Oskars punkt"), *rest],
        invited=[*invited(meeting), agenda.Invited(organisation=other, name="Karin Öst")],
        by=sample.oskar,
    )
    mine |= {"items-4-title": "Annas punkt", "items-2-presenter": "Per Holm", "starts": "13.15"}
    page = anna.post(url, mine)
    assert page.status_code == 200
    assert notices(page) == [
        "Plats har ändrats till Biblioteket.",
        "Punkten ”Oskars punkt” är ny.",
        "Karin Öst kallas nu.",
    ]
    assert all(one in page.content.decode() for one in notices(page))
    assert not meeting.items.filter(title="Annas punkt").exists()
    assert anna.post(url, form_of(page)).status_code == 302
    meeting.refresh_from_db()
    assert titles(meeting) == [
        "Öppnande, val av justerare",
        "Oskars punkt",
        "Uppföljning av åtgärder",
        "Lägesbild",
        "Övrigt",
        "Annas punkt",
    ]
    assert meeting.place == "Biblioteket"
    assert sample.item(meeting, "Lägesbild").presenter == "Per Holm"
    assert "Karin Öst" in [row.label for row in meeting.participations.all()]
    assert meeting.participations.count() == 12


def test_what_both_changed_is_shown_and_the_last_one_decides(sample, anna, meeting, url):
    mine = form_of(anna.get(url))
    items = planned(meeting)
    items[2] = agenda.PlannedItem("Oskars lägesbild", pk=items[2].pk)
    change(meeting, place="Oskars sal", items=items, by=sample.oskar)
    page = anna.post(url, mine | {"place": "Annas sal", "items-2-title": "Annas lägesbild"})
    assert notices(page) == [
        "Plats: det du skrev står här. Någon annan har sparat Oskars sal.",
        "Ni har båda ändrat punkten ”Annas lägesbild”. Det du skrev står här. "
        "Någon annan har sparat: Oskars lägesbild.",
    ]
    shown = form_of(page)
    assert (shown["place"], shown["items-2-title"]) == ("Annas sal", "Annas lägesbild")
    assert anna.post(url, shown).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.place, titles(meeting)[2]) == ("Annas sal", "Annas lägesbild")


def test_an_item_that_the_other_removed_stops_nobody(sample, anna, meeting, url):
    mine = form_of(anna.get(url))
    items = planned(meeting)
    change(meeting, items=items[:2], by=sample.oskar)
    page = anna.post(url, mine | {"items-2-title": "Lägesbild med siffror"})
    assert notices(page) == [
        "Någon annan har tagit bort punkten ”Lägesbild med siffror”. Du hade ändrat den, så den "
        "står här som en ny punkt.",
        "Punkten ”Övrigt” har tagits bort.",
    ]
    assert anna.post(url, form_of(page)).status_code == 302
    assert titles(meeting) == [*[one.title for one in items[:2]], "Lägesbild med siffror"]


def test_what_i_removed_stays_removed_and_the_others_order_is_taken(sample, anna, meeting, url):
    mine = form_of(anna.get(url))
    first, second, third, fourth = planned(meeting)
    change(meeting, items=[second, first, third, fourth], by=sample.oskar)
    page = anna.post(url, mine | {"do": "remove-3"})
    assert notices(page) == ["Ordningen på punkterna har ändrats."]
    assert anna.post(url, form_of(page)).status_code == 302
    assert titles(meeting) == [second.title, first.title, third.title]


def test_somebody_i_left_out_stays_out_and_whom_the_other_left_out_too(sample, anna, meeting, url):
    mine = form_of(anna.get(url))
    sofia, gun = (meeting.participations.get(user=one) for one in (sample.sofia, sample.gun))
    change(meeting, invited=[one for one in invited(meeting) if one.pk != gun.pk], by=sample.oskar)
    mine["called"] = [key for key in mine["called"] if key != f"p{sofia.pk}"]
    page = anna.post(url, mine)
    assert notices(page) == ["Gun Malm kallas inte längre."]
    anna.post(url, form_of(page))
    left = set(meeting.participations.values_list("user", flat=True))
    assert left.isdisjoint({sample.sofia.pk, sample.gun.pk})
    assert len(left - {None}) == 7


def test_a_page_refused_for_another_reason_is_still_the_old_page(sample, anna, meeting, url):
    mine = form_of(anna.get(url))
    change(meeting, items=[*planned(meeting), agenda.PlannedItem("Oskars punkt")], by=sample.oskar)
    page = anna.post(url, mine | {"ends": "sen"})
    assert notices(page) == []
    page = anna.post(url, form_of(page) | {"ends": "15.00"})
    assert notices(page) == ["Punkten ”Oskars punkt” är ny."]
    anna.post(url, form_of(page))
    assert titles(meeting)[-1] == "Oskars punkt"


def test_a_call_of_an_old_page_is_put_together_too_and_mails_nobody(sample, anna, meeting, url):
    mine = form_of(anna.get(url))
    change(meeting, items=[*planned(meeting), agenda.PlannedItem("Oskars punkt")], by=sample.oskar)
    page = anna.post(reverse("meeting_call", args=[meeting.pk]), mine)
    assert notices(page) == ["Punkten ”Oskars punkt” är ny."]
    assert not OutgoingMail.objects.exists()
    assert anna.post(reverse("meeting_call", args=[meeting.pk]), form_of(page)).status_code == 302
    assert titles(meeting)[-1] == "Oskars punkt"


@pytest.mark.parametrize("name", ["meeting_plan", "meeting_call"])
def test_a_plan_typed_while_the_meeting_began_is_shown_to_be_copied(
    sample, anna, meeting, url, name
):
    mine = form_of(anna.get(url)) | {"items-4-title": "Annas punkt"}
    meetings.start_log(meeting=meeting, by=sample.oskar)
    page = anna.post(reverse(name, args=[meeting.pk]), mine)
    assert page.status_code == 200
    text = page.content.decode()
    assert 'value="Annas punkt"' in text
    assert "Mötet har börjat, så planeringen går inte längre att spara." in text
    assert f'href="{reverse("meeting", args=[meeting.pk])}"' in text
    assert 'value="save">Spara' not in text
    assert "Annas punkt" not in titles(meeting)


@pytest.mark.parametrize(
    "seen", ["", "[]", "{}", "x", '{"times": 1, "items": [], "called": {}}', "[" * 100_000,
             '{"times": {}, "items": [{}], "called": {}}'],
)  # fmt: skip
def test_a_forged_or_missing_start_loses_nothing_of_either(sample, anna, meeting, url, seen):
    mine = form_of(anna.get(url)) | {"seen": seen, "items-4-title": "Annas punkt"}
    change(meeting, items=[*planned(meeting), agenda.PlannedItem("Oskars punkt")], by=sample.oskar)
    assert merging.read(seen) is None
    page = anna.post(url, mine)
    assert anna.post(url, form_of(page)).status_code == 302
    assert sorted(titles(meeting)[4:]) == ["Annas punkt", "Oskars punkt"]


def test_more_rows_than_a_meeting_can_have_are_refused_and_none_goes_away(
    sample, anna, meeting, url
):
    page = anna.get(url)
    mine = form_of(page)
    for index in range(4, agenda.MOST_ITEMS + 1):
        mine[f"items-{index}-title"] = f"Punkt {index}"
    mine["items-count"] = str(agenda.MOST_ITEMS + 2)
    sentence = "Ett möte kan ha högst 40 punkter. Ta bort punkter innan du sparar."
    page = anna.post(url, mine)
    assert sentence in [one.message for one in page.context["errors"]]
    assert form_of(page)[f"items-{agenda.MOST_ITEMS}-title"] == f"Punkt {agenda.MOST_ITEMS}"
    assert meeting.items.count() == 4
    assert anna.post(url, form_of(page) | {"do": "remove-39"}).status_code == 302
    assert meeting.items.count() == agenda.MOST_ITEMS
    page = anna.post(url, form_of(anna.get(url)) | {"items-count": "100"})
    assert sentence in [one.message for one in page.context["errors"]]
    assert meeting.items.count() == agenda.MOST_ITEMS


def test_the_longest_plan_can_be_recorded_afterwards(sample, anna, time_machine):
    items = [agenda.PlannedItem(f"Punkt {number}") for number in range(agenda.MOST_ITEMS)]
    meeting = sample.plan(days=1, items=items)
    time_machine.move_to(meeting.ends_at)
    anna.force_login(sample.anna)
    address = f"{reverse('meeting_afterwards', args=[sample.council.pk])}?mote={meeting.pk}"
    page = anna.get(address)
    data = as_shown(page)
    for one in page.context["page"].people:
        data[one.add_prefix("attendance")] = "present"
    for index in range(agenda.MOST_ITEMS):
        data[f"items-{index}-notes"] = "Sagt"
    assert anna.post(address, data).status_code == 302
    assert len(meeting.minutes.get().content["items"]) == agenda.MOST_ITEMS


def test_who_saves_a_called_meeting_reads_who_is_told_and_who_is_not(sample, anna, meeting, url):
    meetings.call(meeting=meeting, by=sample.anna, now=sample.now)
    mine = form_of(anna.get(url))
    people = PlanForm(meeting).people
    gone = next(one.key for one in people if one.invited.user == sample.gun)
    outside = next(one.key for one in people if one.called and one.invited.user is None)
    mine["called"] = [one for one in mine["called"] if one not in (gone, outside)]
    page = anna.post(url, mine | {"place": "Sal 7"}, follow=True).content.decode()
    assert "En ändrad kallelse skickas till dem som är kallade." in page
    assert "1 person får veta att kallelsen inte gäller längre." in page
    assert "1 person som togs bort saknar konto" in page
    quiet = anna.post(url, form_of(anna.get(url)), follow=True).content.decode()
    assert "kallelse skickas" not in quiet
