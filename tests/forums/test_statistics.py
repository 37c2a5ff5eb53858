"""Figures about meetings: counted right, from what the person may see alone, and open to look behind."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from coordination.actors import demo as cast
from forums import actions, agenda, statistics
from forums.models import Action, Forum, Meeting, Participation
from forums.owners import Owner
from forums.statistics import AGEING, NEW, OLD, Share
from tests.forums.conftest import organisation
from tests.forums.test_pages_queries import cost

HOW = Participation.Attendance


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def held(sample, days: int, forum: Forum | None = None, **came: str) -> Meeting:
    """A meeting so many days ago whose minutes are written up: everyone was absent but those named."""
    meeting = sample.plan(forum, days=7)
    starts_at = sample.now - dt.timedelta(days=days)
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=1),
        state="writing_up",
        started_by=sample.anna,
        started_at=starts_at,
        finished_by=sample.anna,
        finished_at=starts_at,
    )
    meeting.participations.update(attendance=HOW.ABSENT)
    for name, how in came.items():
        meeting.participations.filter(user__username__startswith=f"{name}.").update(attendance=how)
    meeting.refresh_from_db()
    return meeting


def share(sample, place: str, *forums: Forum) -> Share | None:
    seen = statistics.attendance(forums=forums or [sample.council], now=sample.now)
    return seen.share(organisation(place))


# Attendance ----------------------------------------------------------------------------------------


def test_an_organisation_was_there_when_one_of_its_people_was(sample):
    """Anna and Oskar are of one organisation: two of them are one presence, one of them too."""
    held(sample, 10, anna=HOW.PRESENT, oskar=HOW.PRESENT, per=HOW.DIGITAL)
    held(sample, 20, oskar=HOW.PRESENT)
    held(sample, 30)
    assert share(sample, cast.OFFICE) == Share(2, 3)
    assert share(sample, cast.SOCIAL) == Share(1, 3)
    assert share(sample, cast.HOUSING) == Share(0, 3)


def test_a_substitute_counts_for_the_organisation_that_came(sample):
    meeting = held(sample, 10)
    place = organisation(cast.UPPER_SECONDARY)
    for name, came_from in (("per", None), ("sofia", place)):
        meeting.participations.filter(user__username__startswith=name).update(
            attendance=HOW.SUBSTITUTE, substitute_name="Kim", substitute_organisation=came_from
        )
    assert share(sample, cast.SOCIAL) == Share(1, 1)
    assert share(sample, cast.HOUSING) == Share(0, 1)
    assert share(sample, cast.UPPER_SECONDARY) == Share(1, 1)


def test_a_guest_is_expected_nowhere_and_counts_where_they_came(sample):
    police = organisation(cast.REGION)
    for days, how in ((10, HOW.PRESENT), (20, HOW.ABSENT)):
        meeting = held(sample, days, sample.other)
        Participation.objects.create(
            meeting=meeting, name="Gäst", organisation=police, attendance=how, is_guest=True
        )
    assert share(sample, cast.REGION, sample.other) == Share(1, 1)


def test_only_a_year_back_and_only_what_was_held_counts(sample):
    held(sample, 366, anna=HOW.PRESENT)
    sample.plan(days=3)
    sample.running()
    assert share(sample, cast.OFFICE) is None
    held(sample, 364, anna=HOW.PRESENT)
    assert share(sample, cast.OFFICE) == Share(1, 1)


@given(st.integers(1, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_a_share_is_rounded_to_the_nearest_percent_and_has_a_shade(pair):
    one = Share(*pair)
    exact = 100 * one.came / one.of
    assert abs(one.percent - exact) <= 0.5
    assert (one.percent == 100) >= (one.came == one.of)
    assert 0 <= one.step <= 4


def test_the_finding_names_who_came_least_and_nobody_on_few_meetings(sample):
    everyone = dict.fromkeys(("anna", "maria", "nils", "per", "leila", "gun", "jonas"), HOW.PRESENT)
    client = client_of(sample.anna)

    def finding() -> str:
        return client.get("/moten/statistik/").context["attendance_says"]

    for days in (10, 20):
        held(sample, days, **everyone).participations.filter(user=None).delete()
    assert finding() == "Ingen organisation har missat många möten"
    held(sample, 30, **everyone, sofia=HOW.PRESENT).participations.filter(user=None).delete()
    least = organisation(cast.HOUSING)
    assert finding() == f"{least} har varit med på 1 av 3 möten, och ingen har en lägre andel"


def test_the_page_behind_a_figure_has_the_meetings_it_was_counted_from(sample):
    made = [held(sample, 10, per=HOW.PRESENT), held(sample, 20)]
    client, social = client_of(sample.anna), organisation(cast.SOCIAL)
    html = client.get("/moten/statistik/").content.decode()
    behind = f"/forum/{sample.council.pk}/narvaro/?organisation={social.pk}"
    assert f'href="{behind}"' in html
    page = client.get(behind)
    assert page.context["rows"] == [(made[0], [(social, True)]), (made[1], [(social, False)])]
    assert page.context["shares"] == [(social, Share(1, 2))]
    assert "1 av 2" in page.content.decode()
    everybody = client.get(f"/forum/{sample.council.pk}/narvaro/?organisation=x")
    assert len(everybody.context["organisations"]) > 5


def test_nothing_held_is_said_on_both_pages(sample):
    client = client_of(sample.anna)
    for address in ("/moten/statistik/", f"/forum/{sample.council.pk}/narvaro/"):
        assert "Inga möten med registrerad närvaro" in client.get(address).content.decode()
    assert "Inga öppna åtgärder." in client.get("/moten/statistik/").content.decode()


# The age of actions --------------------------------------------------------------------------------


def decided(sample, days: int, forum: Forum | None = None) -> Action:
    one = actions.create(
        forum=forum or sample.council,
        text=f"{days} dagar",
        owners=[Owner(user=sample.anna)],
        due=sample.today,
        by=sample.anna,
    )
    # Just after midnight of that day: the age is counted in days, not hours.
    at = agenda.local(sample.today - dt.timedelta(days=days), dt.time(0, 1))
    Action.objects.filter(pk=one.pk).update(created_at=at)
    return one


@pytest.mark.parametrize(
    ("days", "age"), [(0, NEW), (30, NEW), (31, AGEING), (90, AGEING), (91, OLD), (900, OLD)]
)
def test_each_action_has_one_age_and_the_borders_are_those_that_are_written(sample, days, age):
    one = decided(sample, days)
    ages = {
        each
        for each in (NEW, AGEING, OLD)
        if Action.objects.filter(statistics.of_age(each, sample.today), pk=one.pk).exists()
    }
    assert ages == {age}


def test_the_bars_the_table_and_the_lists_behind_them_say_the_same(sample):
    for days in (1, 2, 40, 100, 120, 130):
        decided(sample, days)
    decided(sample, 95, sample.other)
    actions.mark_done(action=decided(sample, 200), by=sample.anna)
    client = client_of(sample.anna)
    page = client.get("/moten/statistik/")
    assert page.context["actions_say"] == "4 av 7 öppna åtgärder är äldre än 90 dagar"
    html = page.content.decode()
    behind = re.findall(r'href="(/atgarder/\?forum=[^"]+)">(\d+)</a>', html)
    assert len(behind) == 4 + 2
    for address, count in behind:
        answer = client.get(address.replace("&amp;", "&"))
        assert answer.context["list"].total == int(count), address
    council = page.context["bars"][0]
    assert [part["count"] for part in council["parts"]] == [2, 1, 3]
    widths = [part["width"] for part in council["parts"]]
    assert widths == [333, 166, 500]
    assert [part["x"] for part in council["parts"]] == [0, 333, 499]


def test_the_drawing_holds_no_style_that_the_policy_forbids_and_no_decimal_comma(sample):
    decided(sample, 100)
    html = client_of(sample.anna).get("/moten/statistik/").content.decode()
    assert "style=" not in html
    numbers = re.findall(
        r'<rect class="bars__part bars__part--old" x="(.*?)" y="0" width="(.*?)"', html
    )
    assert numbers == [("0", "1000")]


def test_the_pages_cost_the_same_for_one_meeting_and_for_many(sample):
    client = client_of(sample.anna)
    addresses = ("/moten/statistik/", f"/forum/{sample.council.pk}/narvaro/")
    held(sample, 10, anna=HOW.PRESENT)
    decided(sample, 100)
    before = [cost(client, address) for address in addresses]
    for days in range(20, 32):
        held(sample, days, per=HOW.PRESENT)
        held(sample, days, sample.other)
        decided(sample, days, sample.other)
    assert [cost(client, address) for address in addresses] == before


# Whose ---------------------------------------------------------------------------------------------


def test_a_forum_about_individuals_counts_for_its_members_alone(sample):
    held(sample, 10, sample.closed, maria=HOW.PRESENT)
    decided(sample, 100, sample.closed)
    Action.objects.get().owners.update(user=sample.maria)
    for user, sees in ((sample.maria, True), (sample.anna, False)):
        client = client_of(user)
        html = client.get("/moten/statistik/").content.decode()
        assert ("Särskild samverkan" in html) is sees
        status = client.get(f"/forum/{sample.closed.pk}/narvaro/").status_code
        assert status == (200 if sees else 404)


@pytest.mark.parametrize(
    "username", ["anna.ek", "per.holm", "leila.amiri", "eva.strand", "bo.kvist"]
)
def test_each_persons_figures_are_those_of_their_own_lists(world, signed_in_as, username):
    """The client of the tests cries at another's canary."""
    client = signed_in_as(username)
    page = client.get("/moten/statistik/")
    mine = set(Forum.objects.visible_to(world.person(username)))
    assert set(page.context["forums"]) <= mine
    counted = sum(row["forum"].all for row in page.context["bars"])
    assert counted == client.get("/atgarder/?status=open").context["list"].total


def test_the_moment_of_the_year_is_the_municipalitys(sample):
    """An action decided at 00.30 in Sweden is of that day, though it was yesterday in UTC."""
    one = decided(sample, 31)
    at = agenda.local(sample.today - dt.timedelta(days=30), dt.time(0, 30))
    Action.objects.filter(pk=one.pk).update(created_at=at)
    assert timezone.localtime(at).date() == sample.today - dt.timedelta(days=30)
    [row] = statistics.open_actions(sample.anna, today=sample.today)
    assert (row.new, row.ageing, row.old) == (1, 0, 0)
