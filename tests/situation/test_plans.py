"""The action plan: measures that lack nothing, a decision that locks them, and how they are followed up."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from coordination.actors import demo as cast
from coordination.actors.models import Organisation
from coordination.situation import measures, pictures, plans, renewal
from coordination.situation.contributions import own_measures, renewals
from coordination.situation.models import ActionPlan, Measure, MeasureUpdate
from coordination.situation.texts import (
    ChangedMeanwhile,
    Missing,
    NotForThisText,
    NotYourDistrict,
    WrongState,
)
from tests.forums.test_pages_queries import cost
from tests.situation.conftest import (
    decided,
    described,
    drafted,
    in_force,
    measured,
    published,
    values,
)

FIVE = ("problem", "owner", "level", "due", "indicator")


@pytest.fixture
def plan(people) -> ActionPlan:
    """A draft, on a picture with a problem in Vivalla and one in Oxhagen."""
    return plans.begin(picture=published(people["anna.ek"]), by=people["anna.ek"])


def sent(plan: ActionPlan, **other: object) -> dict[str, object]:
    """A measure as its form sends it."""
    typed = values(plan)
    typed |= {name: typed[name].pk for name in ("problem", "owner", "level")}
    return {**typed, "responsible": "", **other}


def updated(measure: Measure, by: object, state: str, note: str = "") -> MeasureUpdate:
    measure.refresh_from_db()
    return measures.update(
        measure=measure, state=state, note=note, revision=measure.revision, by=by
    )


@pytest.mark.parametrize("lacking", [*FIVE, "title"])
def test_a_measure_without_one_of_what_it_needs_is_refused_at_that_field(
    people, as_person, plan, lacking
):
    with pytest.raises(Missing) as refused:
        measured(plan, people["anna.ek"], **{lacking: None})
    assert refused.value.field == lacking
    response = as_person("anna.ek").post(
        reverse("measure_new", args=[plan.pk]), sent(plan, **{lacking: ""})
    )
    form = response.context["form"]
    assert list(form.errors) == [lacking]
    page = response.content.decode()
    # In the summary, with a link to the field, and at the field.
    assert f'<a href="#id_{lacking}">{form.errors[lacking][0]}' in page
    assert page.count(form.errors[lacking][0]) == 2
    # What was typed is kept.
    assert (values(plan)["title"] in page) or lacking == "title"
    assert not Measure.objects.exists()


@pytest.mark.parametrize("lacking", FIVE)
def test_the_database_itself_refuses_a_measure_that_lacks_one_of_them(people, plan, lacking):
    made = measured(plan, people["anna.ek"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Measure.objects.filter(pk=made.pk).update(
            **{lacking: "" if lacking == "indicator" else None}
        )


def test_the_database_itself_refuses_half_a_decision_and_a_drop_without_a_reason(people):
    made = in_force(people["anna.ek"])
    rows = ActionPlan.objects.filter(pk=made.plan_id)
    for broken in (
        {"decided_by": ""},
        {"decided_on": None},
        {"valid_to": None},
        {"valid_to": date(2001, 1, 1)},
        {"state": "draft"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        MeasureUpdate.objects.create(
            measure=made, state="dropped", by=people["anna.ek"], at=timezone.now()
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Measure.objects.filter(pk=made.pk).update(added_on=timezone.localdate())


def test_a_measure_is_about_a_problem_of_the_picture_that_the_plan_is_made_on(people, plan):
    other = described(drafted(people["anna.ek"]), people["anna.ek"])
    with pytest.raises(WrongState) as refused:
        measured(plan, people["anna.ek"], problem=other)
    assert refused.value.field == "problem"


def test_a_measure_with_an_identity_number_is_refused(people, plan):
    for field in ("title", "details", "indicator"):
        with pytest.raises(NotForThisText):
            measured(plan, people["anna.ek"], **{field: "Se 811228-9874"})


def test_a_plan_is_made_on_the_picture_that_was_published_last_and_once(people, plan):
    anna = people["anna.ek"]
    with pytest.raises(WrongState, match="redan en åtgärdsplan"):
        plans.begin(picture=plan.picture, by=anna)
    draft = pictures.begin(by=anna)
    with pytest.raises(WrongState, match="publicerades senast"):
        plans.begin(picture=draft, by=anna)
    pictures.publish(picture=draft, edition=draft.edition, by=anna)
    with pytest.raises(WrongState, match="publicerades senast"):
        plans.begin(picture=plan.picture, by=anna)


def test_a_plan_is_decided_by_somebody_with_measures_and_as_it_was_read(people, plan):
    anna, today = people["anna.ek"], timezone.localdate()

    def decide(**other: object) -> None:
        plan.refresh_from_db()
        said = {
            "edition": plan.edition,
            "decided_by": "Kommunstyrelsen",
            "decided_on": today,
            "valid_to": today + timedelta(days=700),
        }
        plans.decide(plan=plan, by=anna, **(said | other))  # type: ignore[arg-type]

    measures.remove(measure=measured(plan, anna), by=anna)
    with pytest.raises(Missing, match="minst en åtgärd"):
        decide()
    measured(plan, anna)
    for field, wrong in (
        ("decided_by", ""),
        ("decided_on", today + timedelta(days=1)),
        ("valid_to", today - timedelta(days=1)),
        (None, 0),
    ):
        with pytest.raises((Missing, WrongState)) as refused:
            decide(**{field or "edition": wrong})
        assert refused.value.field == field
    decide()
    assert (plan.state, plan.decided_by) == ("decided", "Kommunstyrelsen")
    assert plan.measures.count() == 1


def test_a_decided_plan_locks_its_measures_but_for_what_is_said_of_them(people):
    anna = people["anna.ek"]
    made = in_force(anna)
    acts = (
        lambda: measures.change(
            measure=made, values=values(made.plan), revision=made.revision, by=anna
        ),
        lambda: measures.remove(measure=made, by=anna),
        lambda: decided(made.plan, anna),
    )
    for act in acts:
        with pytest.raises(WrongState):
            act()
    updated(made, anna, "under_way", "Första gruppen har gått.")
    made.refresh_from_db()
    assert (made.state, made.title, made.removed) == ("under_way", "Utbilda kuratorer", False)


def test_a_measure_is_added_to_a_decided_plan_with_the_day_and_a_reason(people):
    anna = people["anna.ek"]
    plan = in_force(anna).plan
    with pytest.raises(Missing) as refused:
        measured(plan, anna, title="Ny")
    assert refused.value.field == "why"
    made = measures.add(plan=plan, values=values(plan, title="Ny"), why="Ett nytt behov.", by=anna)
    assert (made.added_on, made.added_why) == (timezone.localdate(), "Ett nytt behov.")


def test_every_update_of_a_measure_is_kept_and_a_drop_has_a_reason(people):
    anna, maria = people["anna.ek"], people["maria.sten"]
    made = in_force(anna)
    updated(made, maria, "under_way")
    with pytest.raises(Missing):
        updated(made, maria, "under_way")
    updated(made, maria, "under_way", "Hälften är klara.")
    with pytest.raises(Missing):
        updated(made, maria, "dropped")
    updated(made, anna, "dropped", "Ersätts av en annan.")
    with pytest.raises(ChangedMeanwhile, match="Anna Ek"):
        measures.update(measure=made, state="done", note="", revision=1, by=maria)
    assert [(one.state, one.note, str(one.by)) for one in measures.updates_of(made)] == [
        ("dropped", "Ersätts av en annan.", "Anna Ek"),
        ("under_way", "Hälften är klara.", "Maria Sten"),
        ("under_way", "", "Maria Sten"),
    ]


def test_the_measures_of_an_earlier_plan_are_not_followed_up_any_longer(people):
    anna = people["anna.ek"]
    made = in_force(anna)
    second = plans.begin(picture=published(anna), by=anna)
    with pytest.raises(WrongState, match="inte beslutad"):
        updated(measured(second, anna), anna, "done")
    updated(made, anna, "under_way")
    decided(second, anna)
    with pytest.raises(WrongState, match="nyare plan"):
        updated(made, anna, "done")
    with pytest.raises(WrongState, match="nyare plan"):
        measures.add(plan=made.plan, values=values(made.plan), why="Behövs.", by=anna)


def test_a_plan_is_followed_up_as_a_whole_and_the_two_years_begin_again(people):
    anna, today = people["anna.ek"], timezone.localdate()
    plan = in_force(anna).plan
    # As if it had been decided nearly two years ago.
    long_ago = today - timedelta(days=700)
    ActionPlan.objects.filter(pk=plan.pk).update(decided_on=long_ago)
    plan.refresh_from_db()
    assert renewal.plan_due() == renewal.due_after(long_ago)
    assert "Följ upp åtgärdsplanen" in [one.title for one in renewals(anna, timezone.now())]
    for day in (today + timedelta(days=1), long_ago - timedelta(days=1)):
        with pytest.raises(WrongState):
            plans.follow_up(plan=plan, on=day, text="Klart.", by=anna)
    plans.follow_up(plan=plan, on=today, text="Hälften fungerade.", by=anna)
    assert plan.state == "followed_up"
    assert renewal.plan_due() == renewal.due_after(today)
    assert "Följ upp åtgärdsplanen" not in [one.title for one in renewals(anna, timezone.now())]


def test_partnership_coordinators_keep_measures_about_their_own_districts(people, as_person, plan):
    anna, maria = people["anna.ek"], people["maria.sten"]
    vivalla, oxhagen = plan.picture.problems.order_by("pk")
    hers = measured(plan, maria, problem=vivalla)
    other = measured(plan, anna, problem=oxhagen)
    with pytest.raises(NotYourDistrict):
        measured(plan, maria, problem=oxhagen)
    with pytest.raises(NotYourDistrict):
        measures.change(measure=hers, values=values(plan, problem=oxhagen), revision=1, by=maria)
    client = as_person("maria.sten")
    for name in ("measure_change", "measure_remove", "measure_update"):
        assert client.post(reverse(name, args=[other.pk])).status_code == 404
    assert client.get(reverse("measure_change", args=[hers.pk])).status_code == 200
    assert client.get(reverse("plan_decide", args=[plan.pk])).status_code == 404
    decided(plan, anna)
    client.post(
        reverse("measure_update", args=[hers.pk]),
        {"state": "done", "note": "Klart.", "version": "1"},
    )
    hers.refresh_from_db()
    assert hers.state == "done"
    offered = client.get(reverse("measure_new", args=[plan.pk])).context["form"]
    assert [one.pk for one in offered.fields["problem"].queryset] == [vivalla.pk]


def test_who_is_responsible_is_told_of_a_measure_while_it_is_open(people, plan):
    anna, leila = people["anna.ek"], people["leila.amiri"]
    today = timezone.localdate()
    made = measured(plan, anna, responsible=leila, due=today + timedelta(days=14))
    measured(plan, anna, responsible=leila, due=today + timedelta(days=15))
    assert list(own_measures(leila, timezone.now())) == []
    decided(plan, anna)
    assert [one.due for one in own_measures(leila, timezone.now())] == [made.due]
    updated(made, anna, "done")
    assert list(own_measures(leila, timezone.now())) == []


# Who sees them -------------------------------------------------------------------------------------

DRAFTS = "anna.ek oskar.lind maria.sten jonas.berg"
PUBLISHED = "per.holm leila.amiri ulla.vik lars.nord bo.kvist"
NOTHING = "nils.frisk eva.strand tove.lind stina.alm rut.ahl hanna.falk gun.malm ny.person"


def _places(picture: object, plan: ActionPlan, measure: Measure) -> list[str]:
    keys = (("picture", picture), ("plan", plan), ("measure", measure))
    return [reverse(name, args=[one.pk]) for name, one in keys]  # type: ignore[attr-defined]


@pytest.fixture
def canaries(people) -> dict[str, list[str]]:
    """A published picture with a decided plan; on the next picture a draft plan; and a draft picture."""
    anna = people["anna.ek"]
    first = published(anna, mapping="Kanariepublicerad.")
    old = plans.begin(picture=first, by=anna)
    out = measured(old, anna, title="Kanariebeslutad")
    decided(old, anna)
    second = published(anna, mapping="Utan fågel.")
    new = plans.begin(picture=second, by=anna)
    hidden = measured(new, anna, title="Kanarieutkast")
    third = drafted(anna, analysis="Kanarieutkast.")
    described(third, anna, name="Kanarieutkast")
    return {
        "published": _places(first, old, out),
        "draft": _places(third, new, hidden),
        "lists": [reverse(name) for name in ("situation", "measures", "measures_export")],
    }


def test_drafts_are_read_by_coordinators_and_nothing_at_all_by_police_and_others(
    as_person, canaries
):
    for username in f"{DRAFTS} {PUBLISHED} {NOTHING}".split():
        client = as_person(username)
        writes = username in DRAFTS.split()
        reads = writes or username in PUBLISHED.split()
        absent = client.get("/uppdrag/lagesbild/987654/").content
        text = ""
        for sees, places in (
            (reads, canaries["published"] + canaries["lists"]),
            (writes, canaries["draft"]),
        ):
            for address in places:
                response = client.get(address)
                assert response.status_code == (200 if sees else 404), (username, address)
                assert sees or response.content == absent
                text += _text(response)
        owner = Organisation.objects.get(name=cast.SOCIAL)
        for address in ("/", "/att-gora/", reverse("actor", args=[owner.pk])):
            text += _text(client.get(address))
        assert ("Kanariebeslutad" in text) == ("Kanariepublicerad" in text) == reads, username
        assert ("Kanarieutkast" in text) == writes, username


def test_the_search_finds_what_is_published_for_those_who_read_it(as_person, canaries):
    picture, _plan, measure = canaries["published"]
    for username in ("anna.ek", "per.holm", "bo.kvist", "nils.frisk", "tove.lind"):
        client = as_person(username)
        found = "".join(
            _text(client.get(f"/sok/?q={word}"))
            for word in ("kanariepublicerad", "kanariebeslutad", "kanarieutkast")
        )
        reads = username in ("anna.ek", "per.holm", "bo.kvist")
        assert (f'href="{picture}"' in found) == (f'href="{measure}"' in found) == reads, username
        assert not [one for one in canaries["draft"] if f'href="{one}' in found], username


def _text(response: object) -> str:
    if getattr(response, "streaming", False):
        return b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    return response.content.decode()  # type: ignore[attr-defined]


# The list --------------------------------------------------------------------------------------


def test_the_list_is_narrowed_by_level_owner_status_district_and_lateness(people, as_person, plan):
    anna, today = people["anna.ek"], timezone.localdate()
    _vivalla, oxhagen = plan.picture.problems.order_by("pk")
    late = measured(plan, anna, title="Sen", due=today - timedelta(days=3))
    measured(plan, anna, title="Annan", problem=oxhagen)
    plan.refresh_from_db()
    decided(plan, anna)
    client = as_person("per.holm")

    def shown(query: str) -> list[str]:
        page = client.get(f"{reverse('measures')}?{query}")
        return [one.measure.title for one in page.context["lines"]]

    district = oxhagen.districts.get().pk
    assert shown("") == ["Sen", "Annan"]
    assert shown("late=on") == ["Sen"]
    assert shown(f"district={district}") == ["Annan"]
    assert shown(f"owner={late.owner_id}") == ["Sen", "Annan"]
    assert shown("level=individual") == shown("status=done") == shown("words=finnsinte") == []
    assert shown("sort=title") == ["Annan", "Sen"]
    updated(late, anna, "done")
    assert shown("late=on") == []
    exported = _text(client.get(reverse("measures_export") + "?status=done"))
    assert "Sen" in exported
    assert "Annan" not in exported


def test_an_actors_page_and_the_plan_show_its_measures(people, as_person):
    made = in_force(people["anna.ek"])
    client = as_person("per.holm")
    for address in (
        reverse("actor", args=[made.owner_id]),
        reverse("plan", args=[made.plan_id]),
        reverse("measure", args=[made.pk]),
    ):
        assert made.title in client.get(address).content.decode()
    page = client.get(reverse("measure", args=[made.pk])).content.decode()
    assert reverse("measure_update", args=[made.pk]) not in page


def test_the_pages_cost_the_same_at_one_row_and_at_thirty(people, as_person):
    anna = people["anna.ek"]
    made = in_force(anna)
    client = as_person("ulla.vik")
    pages = [reverse("measures"), reverse("plan", args=[made.plan_id]), reverse("situation")]
    pages.append(reverse("actor", args=[made.owner_id]))
    few = [cost(client, page) for page in pages]
    for number in range(29):
        measures.add(
            plan=made.plan,
            values=values(made.plan, title=f"Åtgärd {number}"),
            why="Behövs.",
            by=anna,
        )
    assert [cost(client, page) for page in pages] == few
    print(f"FIGURE situation, queries: {few}")
