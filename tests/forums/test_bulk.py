"""Several rows at once: each that can be is done, each that cannot says why, and none that is another's."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coordination.audit import log
from coordination.jobs.models import Job
from forums import actions, bulk, cancelling, meetings
from forums.models import Action, ActionChange, Call, Meeting
from forums.owners import Owner

pytestmark = pytest.mark.django_db


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def said(response) -> str:
    return " ".join(response.content.decode().split())


def ticked(*rows) -> str:
    return ",".join(str(row.pk) for row in rows)


# Invitations ---------------------------------------------------------------------------------------


def several(sample) -> dict[str, Meeting]:
    """One that can be called, and one for each reason why not."""
    found = {name: sample.plan(days=n) for n, name in enumerate(("ready", "bare", "alone"), 7)}
    found["bare"].items.all().delete()
    found["alone"].participations.all().delete()
    found["called"] = sample.plan(days=20)
    meetings.call(meeting=found["called"], by=sample.anna)
    found["off"] = sample.plan(days=21)
    cancelling.cancel(meeting=found["off"], reason="Sjukdom", by=sample.anna)
    found["past"] = sample.plan(days=22)
    back = dt.timedelta(days=60)
    Meeting.objects.filter(pk=found["past"].pk).update(
        starts_at=found["past"].starts_at - back, ends_at=found["past"].ends_at - back
    )
    return found


def test_the_page_says_who_is_called_and_why_others_are_not(sample):
    found = several(sample)
    page = client_of(sample.anna).get(f"/moten/kalla/?meeting={ticked(*found.values())}")
    assert [one.pk for one in page.context["ready"]] == [found["ready"].pk]
    assert [one.pk for one in page.context["called"]] == [found["called"].pk]
    assert {one.pk: type(why).__name__ for one, why in page.context["refused"]} == {
        found["bare"].pk: "Missing",
        found["alone"].pk: "Missing",
        found["off"].pk: "WrongState",
        found["past"].pk: "TimeRefused",
    }
    for why in ("minst en punkt", "minst en deltagare", "Mötet är inställt", "har passerat"):
        assert why in said(page)
    assert "Skicka kallelse till 1 möte" in said(page)
    assert Call.objects.count() == 1


def test_nothing_is_sent_by_looking(sample):
    meeting = sample.plan()
    client_of(sample.anna).get(f"/moten/kalla/?meeting={meeting.pk}")
    assert not Call.objects.exists()


def test_each_that_can_be_is_called_and_the_page_shows_what_was_sent(sample):
    found = several(sample)
    second = sample.plan(days=9)
    every = [*found.values(), second]
    jobs = Job.objects.filter(kind__contains="mail").count()
    answer = client_of(sample.anna).post(
        "/moten/kalla/", {"meeting": ticked(*every), "all": ticked(*every)}, follow=True
    )
    assert {one.pk for one in answer.context["called"]} == {
        found["ready"].pk,
        found["called"].pk,
        second.pk,
    }
    assert len(answer.context["refused"]) == 4
    text = said(answer)
    assert "Kallelserna till 2 möten skickas." in text
    assert "Kallelserna till 5 möten skickades inte." in text
    assert Call.objects.filter(meeting__in=[found["ready"], second]).count() == 2
    # Nine have an account.
    assert Job.objects.filter(kind__contains="mail").count() == jobs + 18
    assert log.events().filter(event="forums.meeting.called").count() == 3


def test_a_refusal_leaves_no_trace_of_its_own_and_none_in_the_others(sample):
    found = several(sample)
    result = bulk.call(meetings_to_call=[found["bare"], found["ready"]], by=sample.anna)
    assert [one.pk for one in result.rows] == [found["ready"].pk]
    assert [one.pk for one, _why in result.refused] == [found["bare"].pk]
    found["bare"].refresh_from_db()
    assert found["bare"].state == "planned"
    assert not found["bare"].calls.exists()
    assert not log.events(on=found["bare"]).filter(event="forums.meeting.called").exists()


def test_nobody_calls_another_forums_meeting_nor_hears_of_it(sample):
    """Maria keeps the closed forum; Anna does not even learn that its meeting is there."""
    closed = meetings.plan(
        forum=sample.closed,
        starts_at=timezone.now() + dt.timedelta(days=3),
        ends_at=timezone.now() + dt.timedelta(days=3, hours=1),
        by=sample.maria,
    )
    mine = sample.plan()
    client = client_of(sample.anna)
    page = client.get(f"/moten/kalla/?meeting={ticked(closed, mine)}")
    assert "Särskild samverkan" not in said(page)
    assert len(page.context["ready"]) == 1
    client.post("/moten/kalla/", {"meeting": ticked(closed)})
    closed.refresh_from_db()
    assert closed.state == "planned"


def test_who_may_only_read_is_told_so_and_calls_nothing(sample):
    meeting = sample.plan()
    client = client_of(sample.per)
    page = client.get(f"/moten/kalla/?meeting={meeting.pk}")
    assert page.context["ready"] == []
    assert "Bara de som sköter forumet" in said(page)
    client.post("/moten/kalla/", {"meeting": meeting.pk})
    assert not Call.objects.exists()
    assert 'form="bulk"' not in client.get("/moten/").content.decode()


def test_the_list_lets_one_tick_planned_meetings_ahead_and_no_others(sample):
    found = several(sample)
    html = client_of(sample.anna).get("/moten/").content.decode()
    offered = {key for key, one in found.items() if f'name="meeting" value="{one.pk}"' in html}
    assert offered == {"ready", "bare", "alone"}


@pytest.mark.parametrize(
    "asked", ["", "?meeting=", "?meeting=x", "?meeting=0,-1,99999999999999999999"]
)
def test_without_a_row_one_is_led_back_to_the_list_as_it_was(sample, asked):
    client = client_of(sample.anna)
    joined = f"{asked}{'&' if asked else '?'}view=period%3Dahead%26evil%3D1"
    answer = client.get(f"/moten/kalla/{joined}", follow=True)
    if "0,-1" not in asked:
        assert answer.redirect_chain == [("/moten/?period=ahead", 302)]
        assert "Markera minst en rad i listan" in said(answer)
    assert answer.status_code == 200


def test_the_page_costs_the_same_for_one_meeting_and_for_twenty(sample):
    made = [sample.plan(days=n) for n in range(1, 21)]
    client = client_of(sample.anna)

    def cost(*rows) -> int:
        client.get(f"/moten/kalla/?meeting={ticked(*rows)}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/moten/kalla/?meeting={ticked(*rows)}")
        return len(queries)

    assert cost(made[0]) == cost(*made)


# Actions -------------------------------------------------------------------------------------------


def made(sample, text: str, owner=None, **more) -> Action:
    return actions.create(
        forum=more.pop("forum", sample.council),
        text=text,
        owners=[Owner(user=owner or sample.anna)],
        due=sample.today + dt.timedelta(days=3),
        by=sample.anna,
        **more,
    )


def test_several_are_done_at_once_with_one_comment(sample):
    chosen = [made(sample, f"Uppgift {n}") for n in range(3)]
    other = made(sample, "Kvar")
    client = client_of(sample.anna)
    page = client.get(f"/atgarder/flera/?action={ticked(*chosen)}&do=done&view=owner%3Dme")
    assert "Markera 3 åtgärder som klara" in said(page)
    assert all(one.is_open for one in Action.objects.all())
    answer = client.post(
        "/atgarder/flera/",
        {"action": ticked(*chosen), "do": "done", "comment": "Klart", "view": "owner=me"},
        follow=True,
    )
    assert answer.redirect_chain == [("/atgarder/?owner=me", 302)]
    assert "3 åtgärder är markerade som klara." in said(answer)
    assert list(Action.objects.open()) == [other]
    assert ActionChange.objects.filter(kind="done", reason="Klart").count() == 3
    assert log.events().filter(event="forums.action.done").count() == 3


def test_several_get_a_new_date(sample):
    chosen = [made(sample, f"Uppgift {n}") for n in range(2)]
    due = sample.today + dt.timedelta(days=30)
    answer = client_of(sample.anna).post(
        "/atgarder/flera/", {"action": ticked(*chosen), "do": "move", "due": due}, follow=True
    )
    assert "2 åtgärder har fått ett nytt datum." in said(answer)
    assert {one.due for one in Action.objects.all()} == {due}


def test_a_reason_is_asked_for_all_when_one_was_moved_before_and_nothing_is_moved(sample):
    first, again = made(sample, "Första"), made(sample, "Igen")
    due = sample.today + dt.timedelta(days=30)
    actions.move(action=again, due=due, by=sample.anna)
    client = client_of(sample.anna)
    later = due + dt.timedelta(days=9)
    data = {"action": ticked(first, again), "do": "move", "due": later}
    answer = client.post("/atgarder/flera/", data)
    assert answer.context["form"].errors["reason"]
    assert str(later) in answer.content.decode()
    first.refresh_from_db()
    assert first.due != later
    client.post("/atgarder/flera/", {**data, "reason": "Semester"})
    assert {one.due for one in Action.objects.all()} == {later}


@pytest.mark.parametrize("due", ["", "igår", "2001-01-01"])
def test_a_date_that_cannot_be_is_said_at_the_field_and_nothing_is_moved(sample, due):
    one = made(sample, "Uppgift")
    answer = client_of(sample.anna).post(
        "/atgarder/flera/", {"action": one.pk, "do": "move", "due": due}
    )
    assert answer.context["form"].errors["due"]
    assert not one.changes.filter(kind="moved").exists()


def test_what_somebody_else_closed_meanwhile_is_counted_and_stops_no_other(sample):
    closed, still = made(sample, "Stängd"), made(sample, "Öppen")
    actions.move(action=closed, due=sample.today + dt.timedelta(days=9), by=sample.anna)
    actions.mark_done(action=closed, by=sample.oskar)
    for data in ({"do": "move", "due": sample.today + dt.timedelta(days=30)}, {"do": "done"}):
        answer = client_of(sample.anna).post(
            "/atgarder/flera/", {"action": ticked(closed, still), **data}, follow=True
        )
        assert "1 åtgärd ändrades inte" in said(answer)
    still.refresh_from_db()
    assert not still.is_open


def test_only_what_one_keeps_is_changed_and_what_one_may_not_see_is_never_named(sample):
    own = made(sample, "Min", owner=sample.per)
    theirs = made(sample, "Deras")
    hidden = actions.create(
        forum=sample.closed,
        text="Hemlig",
        owners=[Owner(user=sample.maria)],
        due=sample.today,
        by=sample.maria,
    )
    client = client_of(sample.per)
    page = client.get(f"/atgarder/flera/?action={ticked(own, theirs, hidden)}&do=done")
    assert [row.pk for row, _status in page.context["rows"]] == [own.pk]
    assert page.context["left_out"] == 1
    assert "Hemlig" not in said(page)
    client.post("/atgarder/flera/", {"action": ticked(own, theirs, hidden), "do": "done"})
    assert set(Action.objects.open()) == {theirs, hidden}


def test_an_identity_number_in_the_comment_is_refused_and_nothing_is_done(sample):
    one = made(sample, "Uppgift")
    answer = client_of(sample.anna).post(
        "/atgarder/flera/", {"action": one.pk, "do": "done", "comment": "Om 19811228-9874"}
    )
    assert answer.context["form"].errors["comment"]
    one.refresh_from_db()
    assert one.is_open


def test_the_shipped_view_shows_the_minutes_that_wait(world, signed_in_as):
    client = signed_in_as("anna.ek")
    html = client.get("/moten/").content.decode()
    assert '<a class="pill" href="?status=awaiting&amp;sort=date">Väntar på justering</a>' in html
    rows = client.get("/moten/?status=awaiting&sort=date").context["rows"]
    assert {row.pk for row, _status in rows} == {
        world.sent[key].pk for key in ("bra", "vivalla", "oxhagen")
    }
