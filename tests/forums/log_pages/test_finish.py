"""The end of the log: what is missing, and the minutes."""

import pytest

from forums import finishing, proceedings
from forums.models import Meeting

from .sending import send, url

pytestmark = pytest.mark.django_db


def test_a_meeting_that_lacks_nothing_is_finished_with_one_click(sample, anna, meeting):
    proceedings.mark_all_present(meeting=meeting, by=sample.anna)
    *others, last = meeting.items.in_order()
    for one in others:
        proceedings.mark_handled(item=one, by=sample.anna)
    response = send(
        anna, last, "finish", notes="Slut", what="Samla intresse", who="Oskar", due=str(meeting.day)
    )
    assert response.url == url("minutes", meeting)
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.WRITING_UP
    content = meeting.minutes.get().content
    assert content["items"][-1]["notes"] == "Slut"
    assert content["items"][-1]["actions"][0]["owners"] == ["Oskar Lind"]


def test_two_who_finish_at_once_make_one_version(sample, anna, meeting):
    proceedings.mark_all_present(meeting=meeting, by=sample.anna)
    for one in meeting.items.all():
        proceedings.mark_handled(item=one, by=sample.anna)
    last = meeting.items.in_order().last()
    send(anna, last, "finish")
    response = send(anna, last, "finish")
    assert response.url == url("minutes", meeting)
    assert meeting.minutes.count() == 1


def test_what_is_missing_is_shown_with_links_and_the_typed_is_saved(sample, anna, meeting, item):
    response = send(anna, item, "finish", notes="Kvar", what="Utan någon")
    assert response.url == url("finish", meeting)
    item.refresh_from_db()
    assert item.notes == "Kvar"
    page = anna.get(response.url)
    action = item.actions.get()
    assert [one.code for one in page.context["blocking"]] == ["attendance", "owner", "due"]
    html = page.content.decode()
    assert f'href="{url("attendance", meeting)}?sedan=avsluta"' in html
    assert f'href="{url("log_action", meeting, item, action)}?sedan=avsluta"' in html


def test_unhandled_items_are_settled_in_one_form(sample, anna, meeting):
    proceedings.mark_all_present(meeting=meeting, by=sample.anna)
    proceedings.add_item(meeting=meeting, title="Stödtelefonen", by=sample.anna)
    page = anna.get(url("finish", meeting))
    forms = page.context["choices"]
    proposed = {form.item.title: form.initial["outcome"] for form in forms}
    assert proposed["Stödtelefonen"] == "postponed"
    assert proposed["Lägesbild"] == "done"
    data = {f"item-{form.item.pk}-outcome": form.initial["outcome"] for form in forms}
    response = anna.post(url("finish", meeting), data)
    assert response.url == url("minutes", meeting)
    assert meeting.items.get(title="Stödtelefonen").outcome == "postponed"


def test_the_finish_page_says_who_is_mailed(sample, anna, meeting, item):
    sample.action(item, "Boka", "Per och Jonas")
    assert anna.get(url("finish", meeting)).context["told"] == ["Jonas Berg", "Per Holm"]


def test_finishing_with_something_missing_changes_nothing(sample, anna, meeting):
    response = anna.post(url("finish", meeting), {})
    assert response.status_code == 200
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.IN_PROGRESS


def test_texts_stay_editable_while_they_are_written_up(sample, anna, meeting, item):
    proceedings.mark_all_present(meeting=meeting, by=sample.anna)
    finishing.finish(
        meeting=meeting, by=sample.anna, choices={one.pk: "done" for one in meeting.items.all()}
    )
    response = send(anna, item, "minutes", notes="Renskrivet")
    assert response.url == url("minutes", meeting)
    item.refresh_from_db()
    assert item.notes == "Renskrivet"
