"""Recording a meeting that was held: one page, nothing lost, all of it or nothing."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coordination.writing import drafts
from forums import actions, meetings, owners
from forums.forms import afterwards as forms
from forums.models import Meeting

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]
NUMBER = "811218-9876"


@pytest.fixture
def anna(sample):
    client = Client()
    client.force_login(sample.anna)
    return client


@pytest.fixture
def address(sample):
    return reverse("meeting_afterwards", args=[sample.council.pk])


def as_shown(page):
    """What the browser would send of the page, untouched: every field with the value it shows."""
    html = re.sub(r"<template>.*?</template>", "", page.content.decode(), flags=re.S)
    data = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, kind = re.search(r'name="([^"]+)"', tag), re.search(r'type="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if not name or name[1] == "csrfmiddlewaretoken":
            continue
        if kind and kind[1] in ("radio", "checkbox") and " checked" not in tag:
            continue
        data[name[1]] = value[1] if value else ""
    for name, text in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', html, re.S
    ):
        data[name] = text
    return data


def row_of(page, title):
    forms = page.context["page"].items.forms
    return next(one.prefix for one in forms if title in str(one["title"].value()))


@pytest.fixture
def filled(sample, anna, address):
    """Yesterday's meeting with one decision and two actions, as one would send it."""
    page = anna.get(address)
    data = as_shown(page)
    row = row_of(page, "Lägesbild")
    for name in [one.add_prefix("attendance") for one in page.context["page"].people]:
        data[name] = "present"
    return data | {
        "date": (sample.today - timedelta(days=1)).isoformat(),
        f"{row}-notes": "Polisen redovisade läget.",
        f"{row}-decisions": "Vi bjuder in skolorna.\n\nVi bjuder in föreningarna.",
        f"{row}-actions-TOTAL_FORMS": "2",
        f"{row}-actions-0-text": "Skriva inbjudan",
        f"{row}-actions-0-owners": "Maria",
        f"{row}-actions-1-text": "Boka lokal",
        f"{row}-actions-1-owners": "Oskar",
        f"{row}-actions-1-due": sample.today.isoformat(),
        "row": row,
    }


def test_the_page_is_filled_in_from_the_forum(sample, anna, address):
    page = anna.get(address)
    data = as_shown(page)
    assert (data["starts"], data["ends"], data["place"]) == ("13.00", "14.30", "Rådhuset, sal 3")
    assert data["date"] == ""
    assert len(page.context["page"].people) == 11
    titles = [one["title"].value() for one in page.context["page"].items.forms]
    assert titles == [
        "Öppnande, val av justerare",
        "Uppföljning av åtgärder",
        "Lägesbild",
        "Övrigt",
    ]


def test_saving_makes_a_finished_meeting_with_minutes(sample, anna, address, filled):
    response = anna.post(address, filled)
    meeting = Meeting.objects.get(forum=sample.council)
    assert response.url == reverse("minutes", args=[meeting.pk])
    assert meeting.state == Meeting.State.WRITING_UP
    content = meeting.minutes.get().content
    [item] = [one for one in content["items"] if one["title"] == "Lägesbild"]
    assert [one["text"] for one in item["decisions"]] == [
        "Vi bjuder in skolorna.",
        "Vi bjuder in föreningarna.",
    ]
    assert [(one["text"], one["owners"]) for one in item["actions"]] == [
        ("Skriva inbjudan", ["Maria Sten"]),
        ("Boka lokal", ["Oskar Lind"]),
    ]


def test_saving_twice_registers_once(sample, anna, address, filled):
    anna.post(address, filled)
    anna.post(address, filled)
    assert Meeting.objects.filter(forum=sample.council).count() == 1


def test_all_are_present_with_one_click_and_what_is_typed_stays(sample, anna, address, filled):
    page = anna.get(address)
    sofia = next(one for one in page.context["page"].people if one.person.user == sample.sofia)
    name = sofia.add_prefix("attendance")
    typed = {key: value for key, value in filled.items() if not key.endswith("-attendance")}
    response = anna.post(address, {**typed, name: "absent", "do": "all"})
    data = as_shown(anna.get(response.url))
    assert data[name] == "absent"
    assert {
        value for key, value in data.items() if key.endswith("-attendance") and key != name
    } == {"present"}
    assert data[f"{filled['row']}-notes"] == "Polisen redovisade läget."
    assert not Meeting.objects.filter(forum=sample.council).exists()


def test_one_more_action_and_one_more_item_without_a_script(anna, address, filled):
    response = anna.post(address, {**filled, "do": f"add:{filled['row']}-actions"})
    data = as_shown(anna.get(response.url))
    assert data[f"{filled['row']}-actions-TOTAL_FORMS"] == "3"
    assert data[f"{filled['row']}-actions-2-text"] == ""
    assert data[f"{filled['row']}-actions-2-due"]
    response = anna.post(address, {**data, "do": "add:items"})
    data = as_shown(anna.get(response.url))
    assert data["items-TOTAL_FORMS"] == "5"
    assert data["items-4-title"] == data["items-4-notes"] == ""


def test_enter_in_a_field_keeps_the_draft_and_finishes_nothing(sample, anna, address, filled):
    response = anna.post(address, {**filled, "do": "keep"})
    assert as_shown(anna.get(response.url))[f"{filled['row']}-actions-1-text"] == "Boka lokal"
    assert not Meeting.objects.filter(forum=sample.council).exists()


def test_a_draft_is_kept_as_it_is_typed_and_restored_with_a_way_to_throw_it_away(
    sample, anna, address, filled
):
    reply = anna.post(reverse("meeting_afterwards_draft", args=[sample.council.pk]), filled)
    assert reply.status_code == 200
    page = anna.get(address)
    assert page.context["restored_at"]
    assert not page.context["errors"]
    assert as_shown(page)[f"{filled['row']}-decisions"].startswith("Vi bjuder in skolorna.")
    anna.post(address, {**filled, "do": "discard"})
    assert as_shown(anna.get(address))["date"] == ""


def test_the_draft_is_its_writers_alone_and_gone_when_it_is_used(sample, anna, address, filled):
    anna.post(reverse("meeting_afterwards_draft", args=[sample.council.pk]), filled)
    oskar = Client()
    oskar.force_login(sample.oskar)
    assert "Polisen redovisade" not in oskar.get(address).content.decode()
    anna.post(address, filled)
    assert drafts.of(user=sample.anna, place=f"afterwards:{sample.council.pk}") is None


def test_v20_an_identity_number_is_refused_also_as_a_draft(sample, anna, address, filled):
    filled[f"{filled['row']}-notes"] = f"Om {NUMBER}"
    reply = anna.post(reverse("meeting_afterwards_draft", args=[sample.council.pk]), filled)
    assert reply.status_code == 422
    response = anna.post(address, filled)
    assert response.context["errors"][0].field_id == f"id_{filled['row']}-notes"
    assert NUMBER in response.content.decode()
    assert drafts.of(user=sample.anna, place=f"afterwards:{sample.council.pk}") is None
    assert not Meeting.objects.filter(forum=sample.council).exists()


@pytest.mark.parametrize(
    "change, field_id",
    [
        ({"date": ""}, "id_date"),
        ({"date": "2026-02-31"}, "id_date"),
        ({"starts": "15.00"}, "id_ends"),
        ({"date": "2999-01-01"}, "id_date"),
        ({"-actions-0-owners": "Zoltan"}, "id_{row}-actions-0-owners"),
        ({"-actions-1-owners": "Zoltan"}, "id_{row}-actions-1-owners"),
        ({"-actions-1-due": "2001-01-01"}, "id_{row}-actions-1-due"),
        ({"-decisions": "x" * 601}, "id_{row}-decisions"),
        ({"-title": ""}, "id_{row}-title"),
        ({"-notes": "x" * 4001}, "id_{row}-notes"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    sample, anna, address, filled, change, field_id
):
    row = filled["row"]
    for name, value in change.items():
        filled[f"{row}{name}" if name.startswith("-") else name] = value
    response = anna.post(address, filled)
    assert response.status_code == 200
    assert [one.field_id for one in response.context["errors"]] == [field_id.format(row=row)]
    shown = as_shown(response)
    assert shown[f"{row}-actions-0-text"] == "Skriva inbjudan"
    assert not Meeting.objects.filter(forum=sample.council).exists()


def test_without_attendance_it_is_asked_for_once(sample, anna, address, filled):
    typed = {key: value for key, value in filled.items() if not key.endswith("-attendance")}
    response = anna.post(address, typed)
    assert len(response.context["errors"]) == 1
    assert response.context["errors"][0].field_id.endswith("attendance_0")


def test_carried_actions_are_settled_on_the_same_page(sample, anna, address, filled):
    made = [
        actions.create(
            forum=sample.council,
            text=text,
            owners=owners.resolve("Jonas", forum=sample.council),
            due=sample.today,
            by=sample.anna,
        )
        for text in ("Klart nu", "Flyttas", "Stryks", "Står kvar")
    ]
    done, moved, struck, left = made
    day = sample.today + timedelta(weeks=3)
    response = anna.post(
        address,
        {
            **filled,
            f"carried-{done.pk}-outcome": "done",
            f"carried-{moved.pk}-outcome": "moved",
            f"carried-{moved.pk}-due": day.isoformat(),
            f"carried-{struck.pk}-outcome": "struck",
        },
    )
    assert [one.field_id for one in response.context["errors"]] == [
        f"id_carried-{struck.pk}-reason"
    ]
    anna.post(
        address,
        {
            **as_shown(response),
            f"carried-{struck.pk}-reason": "Löst på annat sätt",
        },
    )
    for action in made:
        action.refresh_from_db()
    assert [one.state for one in made] == ["done", "open", "struck", "open"]
    assert (moved.due, left.due) == (day, sample.today)


def test_a_planned_meeting_that_was_held_is_the_same_meeting(sample, anna, address, filled):
    planned = sample.plan(days=1)
    Meeting.objects.filter(pk=planned.pk).update(
        starts_at=planned.starts_at - timedelta(days=3), ends_at=planned.ends_at - timedelta(days=3)
    )
    page = anna.get(f"{address}?mote={planned.pk}")
    data = as_shown(page)
    assert data["date"] == (sample.today - timedelta(days=2)).isoformat()
    for one in page.context["page"].people:
        data[one.add_prefix("attendance")] = "present"
    data[f"{row_of(page, 'Lägesbild')}-notes"] = "Sagt"
    anna.post(f"{address}?mote={planned.pk}", data)
    planned.refresh_from_db()
    assert planned.state == Meeting.State.WRITING_UP


@pytest.fixture
def missed(sample):
    """The council's meeting of two days ago, planned and not written up."""
    return past(sample.plan(days=1))


def past(meeting, days=3):
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=meeting.starts_at - timedelta(days=days),
        ends_at=meeting.ends_at - timedelta(days=days),
    )
    meeting.refresh_from_db()
    return meeting


def links(page):
    return re.findall(r'href="([^"]*i-efterhand/[^"]*)"', page.content.decode())


def recorded(page):
    """What is sent of the page when everybody came and something was said."""
    data = as_shown(page)
    for one in page.context["page"].people:
        data[one.add_prefix("attendance")] = "present"
    return data | {f"{row_of(page, 'Lägesbild')}-notes": "Sagt"}


def test_from_the_start_page_the_links_lead_to_the_planned_meeting_itself(sample, anna, missed):
    start = anna.get("/").content.decode()
    meeting = reverse("meeting", args=[missed.pk])
    assert f'href="{meeting}"' in start
    [link] = links(anna.get(meeting))
    anna.post(link, recorded(anna.get(link)))
    missed.refresh_from_db()
    assert missed.state == Meeting.State.WRITING_UP
    assert sample.council.meetings.get() == missed
    assert "Registrera mötet" not in anna.get("/").content.decode()


def test_from_the_forum_it_is_asked_whether_it_is_the_meeting_that_was_planned(
    sample, anna, address, missed
):
    assert address in links(anna.get(reverse("forum", args=[sample.council.pk])))
    page = anna.get(address)
    assert "Gäller det mötet den" in page.content.decode()
    planned, other = links(page)
    assert anna.get(planned).context["page"].prefill.meeting == missed
    shown = anna.get(other)
    assert shown.context["page"].prefill.meeting is None
    assert as_shown(shown)["date"] == ""


def test_of_several_meetings_that_were_missed_one_is_chosen(sample, anna, address, missed):
    earlier = past(sample.plan(days=2), days=30)
    page = anna.get(address)
    assert "Vilket möte gäller det?" in page.content.decode()
    assert [link.partition("mote=")[2] for link in links(page)] == [
        str(missed.pk),
        str(earlier.pk),
        "nytt",
    ]


def test_a_plan_with_a_day_that_has_passed_leads_to_the_record_of_that_meeting(sample, anna):
    meeting = sample.plan()
    page = anna.post(
        reverse("meeting_plan", args=[meeting.pk]),
        {"version": "1", "date": "2020-01-07", "starts": "13.00", "ends": "14.00"},
    )
    [link] = links(page)
    assert anna.get(link).context["page"].prefill.meeting == meeting


def test_starting_over_stays_with_the_meeting(sample, anna, address, missed):
    named = f"{address}?mote={missed.pk}"
    data = recorded(anna.get(named)) | {"place": "Annan sal"}
    kept = anna.post(named, {**data, "do": "keep"})
    shown = anna.get(kept.url)
    assert as_shown(shown)["place"] == "Annan sal"
    again = anna.post(kept.url, {**as_shown(shown), "do": "discard"})
    assert again.url == named
    assert as_shown(anna.get(again.url))["date"] == missed.day.isoformat()


def test_what_is_typed_of_one_meeting_is_not_shown_for_another(sample, anna, address, missed):
    named = f"{address}?mote={missed.pk}"
    page = anna.get(named)
    autosave = re.search(r'data-autosave="([^"]*)"', page.content.decode())[1]
    assert anna.post(autosave, recorded(page) | {"place": "Annan sal"}).status_code == 200
    assert as_shown(anna.get(named))["place"] == "Annan sal"
    assert as_shown(anna.get(f"{address}?mote=nytt"))["place"] == sample.council.usual_place


def test_a_plan_whose_time_passes_meanwhile_does_not_come_between(
    sample, anna, address, filled, missed
):
    """The page was opened when nothing was missed yet, so its address names no meeting."""
    kept = anna.post(address, {**filled, "do": "keep"})
    assert as_shown(anna.get(kept.url))["date"] == filled["date"]


def test_a_meeting_that_has_begun_meanwhile_is_not_recorded_again_and_nothing_is_lost(
    sample, anna, address, missed
):
    named = f"{address}?mote={missed.pk}"
    data = recorded(anna.get(named))
    meetings.start_log(meeting=missed, by=sample.oskar)
    page = anna.post(named, data)
    assert [one.message for one in page.context["errors"]] == [
        "Mötet har börjat. För protokoll i stället."
    ]
    text = page.content.decode()
    assert "Sagt" in text
    assert "så den här sidan går inte längre att spara. Det du skrev står kvar" in text
    assert f'href="{reverse("meeting", args=[missed.pk])}"' in text
    assert 'id="save"' not in text
    assert "Sagt" in anna.get(named).content.decode()
    assert sample.council.meetings.get().state == Meeting.State.IN_PROGRESS
    # Once it is copied, it is thrown away, and the page leads to the meeting.
    gone = anna.post(named, {"do": "discard"})
    assert anna.get(gone.url).url == reverse("meeting", args=[missed.pk])


def test_a_meeting_of_another_forum_is_not_found(sample, anna, address, filled):
    other = past(sample.plan(sample.other, days=1))
    assert anna.get(f"{address}?mote={other.pk}").status_code == 404
    assert anna.post(f"{address}?mote={other.pk}", filled).status_code == 404
    assert not sample.council.meetings.exists()


def test_an_autosave_that_arrives_after_its_form_brings_no_draft_back(
    sample, anna, address, filled
):
    autosave = reverse("meeting_afterwards_draft", args=[sample.council.pk])
    anna.post(address, filled)
    late = anna.post(autosave, filled)
    assert late.status_code == 422
    assert late.json()["message"].startswith("Mötet är redan registrerat.")
    assert drafts.of(user=sample.anna, place=f"afterwards:{sample.council.pk}") is None


def test_a_draft_that_came_between_the_two_is_thrown_away_when_the_page_is_opened(
    sample, anna, address, filled
):
    place = f"afterwards:{sample.council.pk}"
    anna.post(address, filled)
    drafts.keep(user=sample.anna, place=place, data=forms.kept(forms.restored(filled)))
    assert "Polisen redovisade" not in anna.get(address).content.decode()
    assert drafts.of(user=sample.anna, place=place) is None


def test_a_second_meeting_at_the_same_time_is_asked_about(sample, anna, address, filled):
    anna.post(address, filled)
    oskar = Client()
    oskar.force_login(sample.oskar)
    said = {**filled, **recorded(oskar.get(address)), "date": filled["date"]}
    page = oskar.post(address, said)
    assert [one.field_id for one in page.context["errors"]] == ["id_another"]
    first = sample.council.meetings.get()
    assert f'href="{reverse("meeting", args=[first.pk])}"' in page.content.decode()
    assert "Det är ett annat möte" in page.content.decode()
    assert oskar.post(address, {**as_shown(page), "another": "on"}).status_code == 302
    assert sample.council.meetings.count() == 2


def test_meetings_after_each_other_on_one_day_are_not_asked_about(sample, anna, address, filled):
    anna.post(address, filled)
    said = recorded(anna.get(address)) | {"date": filled["date"], "starts": "14.30", "ends": "16"}
    assert anna.post(address, said).status_code == 302
    assert sample.council.meetings.count() == 2


def test_the_dates_proposed_are_the_next_meeting_that_lies_ahead(sample, anna, address, missed):
    following = sample.plan(days=20)
    page = anna.get(f"{address}?mote={missed.pk}")
    assert page.context["page"].usual_due == following.day.isoformat()


def test_a_member_who_may_not_log_finds_no_page(sample, address):
    gun = Client()
    gun.force_login(sample.gun)
    assert gun.get(address).status_code == 404
    assert (
        gun.post(reverse("meeting_afterwards_draft", args=[sample.council.pk])).status_code == 404
    )


@pytest.mark.parametrize("do", ["add:items-99-actions", "add:people", "add:", "nonsense"])
def test_a_forged_button_adds_nothing(sample, anna, address, filled, do):
    response = anna.post(address, {**filled, "do": do})
    assert as_shown(anna.get(response.url))["items-TOTAL_FORMS"] == "4"


def test_the_page_asks_as_much_for_thirty_actions_as_for_one(sample, anna, address):
    def cost():
        anna.get(address)
        with CaptureQueriesContext(connection) as captured:
            anna.get(address)
        return len(captured)

    def create(count):
        for number in range(count):
            actions.create(
                forum=sample.council,
                text=f"Åtgärd {number}",
                owners=owners.resolve("Jonas", forum=sample.council),
                due=sample.today,
                by=sample.anna,
            )

    create(1)
    few = cost()
    create(29)
    assert cost() == few
    assert few <= 25


def test_a_draft_holds_the_pages_own_fields_only(sample, anna, address, filled):
    strange = {"place\x00": "x", NUMBER: "x", "mer": "x", f"participants-{'8' * 12}x-due": "x"}
    sent = {**filled, **strange, "place": "Rådhuset\x00"}
    reply = anna.post(reverse("meeting_afterwards_draft", args=[sample.council.pk]), sent)
    assert reply.status_code == 200
    kept = drafts.of(user=sample.anna, place=f"afterwards:{sample.council.pk}").data
    assert not set(strange) & set(kept)
    assert {"row", "do"}.isdisjoint(kept)
    assert kept["place"] == "Rådhuset"
    page = anna.get(address).context["page"]
    names = {
        one.add_prefix(name) for one in page.parts if hasattr(one, "fields") for name in one.fields
    }
    assert {name for name in filled if name in names} <= set(kept) | {"_once"}


@pytest.mark.parametrize("change", ["-notes", "-title"])
def test_a_text_far_too_long_is_not_kept_and_the_page_says_so(sample, anna, filled, change):
    filled[f"{filled['row']}{change}"] = "x" * 30_000
    reply = anna.post(reverse("meeting_afterwards_draft", args=[sample.council.pk]), filled)
    assert reply.status_code == 422
    assert drafts.of(user=sample.anna, place=f"afterwards:{sample.council.pk}") is None


def test_v20_an_identity_number_on_two_lines_is_no_draft(sample, anna, filled):
    filled["place"] = "19121212\r\n1212"
    reply = anna.post(reverse("meeting_afterwards_draft", args=[sample.council.pk]), filled)
    assert reply.status_code == 422


@pytest.mark.parametrize("total", ["9" * 5000, "\u0663", "\u00b2", "x"])
@pytest.mark.parametrize("rows", ["items", "items-0-actions"])
def test_a_forged_count_of_rows_breaks_nothing(anna, address, filled, rows, total):
    sent = {**filled, f"{rows}-TOTAL_FORMS": total, "do": f"add:{rows}"}
    assert anna.post(address, sent).status_code in (200, 302)


@pytest.mark.parametrize("key", ["9" * 5000, "\u0663", "x"])
def test_a_forged_meeting_in_the_address_is_not_found(anna, address, key):
    assert anna.get(address, {"mote": key}).status_code == 404


@pytest.mark.parametrize(
    "counts",
    [
        {"items-TOTAL_FORMS": "41"},
        {"items-0-actions-TOTAL_FORMS": "6"},
        {
            "items-TOTAL_FORMS": "20",
            **{f"items-{index}-actions-TOTAL_FORMS": "4" for index in range(20)},
        },
    ],
)
def test_more_rows_than_a_meeting_can_have_are_refused_with_a_sentence(
    sample, anna, address, filled, counts
):
    page = anna.post(address, {**filled, **counts})
    assert page.status_code == 200
    assert str(forms.too_many_rows()) in [error.message for error in page.context["errors"]]
    assert not Meeting.objects.filter(forum=sample.council).exists()
    assert drafts.of(user=sample.anna, place=f"afterwards:{sample.council.pk}") is None
    reply = anna.post(
        reverse("meeting_afterwards_draft", args=[sample.council.pk]), {**filled, **counts}
    )
    assert reply.status_code == 422


def test_a_wrong_end_is_told_together_with_what_else_is_missing(anna, address):
    page = anna.get(address)
    sent = as_shown(page) | {"starts": "14.00", "ends": "13.00"}
    told = anna.post(address, sent).content.decode()
    assert "Sluttiden måste vara senare än starttiden" in told
    assert "Registrera närvaro innan du avslutar mötet" in told
