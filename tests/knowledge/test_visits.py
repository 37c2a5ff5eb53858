"""Study visits: what was learnt in the guideline's two halves, and proposals that become actions."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coordination.access.models import User
from coordination.actors import demo as cast
from coordination.actors.models import Organisation
from coordination.frame import origins
from coordination.knowledge import visits
from coordination.knowledge.models import Suggestion, Visit
from coordination.knowledge.texts import ChangedMeanwhile, Missing, WrongState
from forums import actions, register
from forums.models import Action, Forum
from tests.forums.test_pages_queries import cost


def values(**other: object) -> dict:
    return {
        "kind": "visit",
        "title": "Studiebesök i Aarhus",
        "place": "Aarhus",
        "on": timezone.localdate() - timedelta(days=3),
        "participants": "En kommunpolis",
        "prevent": "Workshoppar i skolan.",
        "handle": "Mentorer.",
        **other,
    }


def organisation(name: str) -> Organisation:
    return Organisation.objects.get(name=name)


def noted(by: User, **other: object) -> Visit:
    return visits.note(
        values=values(**other), organisations=[organisation("Aarhus kommune")], by=by
    )


def suggested(by: User) -> Suggestion:
    return visits.suggest(
        visit=noted(by),
        text="Pröva föräldragrupper",
        responsible=organisation(cast.PARTNERSHIP),
        by=by,
    )


def forum(people: dict[str, User], name: str = "Strategisk samverkan") -> Forum:
    office = organisation(cast.OFFICE)
    return register.establish(
        by=people["anna.ek"],
        name=name,
        purpose="Samverka.",
        seats=[register.NewSeat(organisation=office, role="chair", user=people["anna.ek"])],
    )


def test_a_report_says_what_was_learnt_in_both_halves(people, as_person):
    sent = values(organisations=[organisation("Aarhus kommune").pk])
    client = as_person("anna.ek")
    page = client.post(reverse("visit_new"), sent, follow=True).content.decode()
    for text in ("Workshoppar i skolan.", "Mentorer.", "Aarhus kommune", "En kommunpolis"):
        assert text in page


def test_a_report_without_anything_learnt_or_of_a_day_to_come_is_refused(people):
    with pytest.raises(Missing):
        noted(people["anna.ek"], prevent="", handle="")
    with pytest.raises(WrongState):
        noted(people["anna.ek"], on=timezone.localdate() + timedelta(days=1))


@pytest.mark.parametrize("username", ["nils.frisk", "eva.strand", "gun.malm", "ny.person"])
def test_police_and_associations_do_not_learn_that_there_are_reports(people, as_person, username):
    made = suggested(people["anna.ek"])
    client = as_person(username)
    addresses = [reverse(name) for name in ("visits", "suggestions", "visits_export")]
    addresses += [
        reverse("visit", args=[made.visit_id]),
        reverse("suggestion", args=[made.pk]),
        reverse("suggestion_action_new", args=[made.pk]),
    ]
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 404, address
        assert response.content == client.get("/kunskap/finns-inte/").content
    if username != "ny.person":
        assert "Aarhus" not in client.get(reverse("knowledge")).content.decode()
        assert "Studiebesök" not in client.get(reverse("knowledge")).content.decode()
        found = client.get(reverse("search") + "?q=workshoppar").content.decode()
        assert reverse("visit", args=[made.visit_id]) not in found


def test_a_reporter_reads_and_does_not_write(people, as_person):
    made = suggested(people["anna.ek"])
    client = as_person("per.holm")
    page = client.get(reverse("visit", args=[made.visit_id])).content.decode()
    assert "Pröva föräldragrupper" in page
    assert reverse("visit_change", args=[made.visit_id]) not in page
    assert client.get(reverse("visit_change", args=[made.visit_id])).status_code == 404


def test_a_proposal_follows_its_states_and_tells_who_changed_it(people):
    anna, oskar = people["anna.ek"], people["oskar.lind"]
    made = suggested(anna)

    def move(state: str, revision: int) -> None:
        visits.keep(
            suggestion=made,
            text=made.text,
            responsible=made.responsible,
            state=state,
            revision=revision,
            comment="Prövas i Vivalla",
            by=oskar,
        )

    move("trying", 1)
    move("introduced", 2)
    with pytest.raises(WrongState):
        move("to_try", 3)
    with pytest.raises(ChangedMeanwhile, match="Oskar Lind"):
        move("dropped", 2)
    story = [(one.state, str(one.by)) for one in visits.history(made)]
    assert story == [
        ("introduced", "Oskar Lind"),
        ("trying", "Oskar Lind"),
        ("to_try", "Anna Ek"),
    ]


def test_a_proposal_becomes_an_action_in_two_clicks(people, as_person):
    made, where = suggested(people["anna.ek"]), forum(people)
    client = as_person("anna.ek")
    page = client.get(reverse("suggestion", args=[made.pk])).content.decode()
    make = reverse("suggestion_action_new", args=[made.pk])
    assert f'href="{make}"' in page
    response = client.get(make)
    form = response.context["form"]
    sent = {name: form[name].value() for name in form.fields}
    client.post(make, sent)
    action = Action.objects.get()
    assert (action.text, action.forum, action.meeting) == (made.text, where, None)
    assert action.owners_label == cast.PARTNERSHIP
    page = client.get(reverse("suggestion", args=[made.pk])).content.decode()
    assert reverse("action", args=[action.pk]) in page
    page = client.get(reverse("action", args=[action.pk])).content.decode()
    assert reverse("suggestion", args=[made.pk]) in page


def test_who_may_not_see_the_forum_is_not_told_of_the_action(people, as_person):
    made, where = suggested(people["anna.ek"]), forum(people)
    actions.create(
        forum=where,
        text="Kanariefågel",
        owners=[actions.Owner(organisation=organisation(cast.OFFICE))],
        due=timezone.localdate(),
        origin=("suggestion", made.pk),
        by=people["anna.ek"],
    )
    page = as_person("per.holm").get(reverse("suggestion", args=[made.pk])).content.decode()
    assert "Kanariefågel" not in page
    assert "Gör till åtgärd" not in page
    assert (
        "Kanariefågel"
        in as_person("oskar.lind").get(reverse("suggestion", args=[made.pk])).content.decode()
    )


def test_police_in_the_forum_see_the_action_and_not_what_it_was_made_of(people, as_person):
    made, where = suggested(people["anna.ek"]), forum(people)
    police = register.NewSeat(organisation(cast.POLICE), role="member", user=people["nils.frisk"])
    register.give_seat(forum=where, seat=police, by=people["anna.ek"])
    action = actions.create(
        forum=where,
        text="Ring skolorna",
        owners=[actions.Owner(organisation=organisation(cast.OFFICE))],
        due=timezone.localdate(),
        origin=("suggestion", made.pk),
        by=people["anna.ek"],
    )
    page = as_person("nils.frisk").get(reverse("action", args=[action.pk])).content.decode()
    assert "Ring skolorna" in page
    assert made.text not in page
    assert reverse("suggestion", args=[made.pk]) not in page


def test_no_action_is_made_of_a_kind_of_thing_that_nobody_offers(people):
    assert origins.draft("okänt", 1, people["anna.ek"]) is None
    assert origins.make_url("okänt", 1, people["anna.ek"]) == ""


def test_the_action_is_made_in_the_forum_that_one_used_last(people, as_person):
    made = suggested(people["anna.ek"])
    forum(people, "Alla")
    last = forum(people, "Östra")
    actions.create(
        forum=last,
        text="Ring",
        owners=[actions.Owner(organisation=organisation(cast.OFFICE))],
        due=timezone.localdate(),
        by=people["anna.ek"],
    )
    form = (
        as_person("anna.ek").get(reverse("suggestion_action_new", args=[made.pk])).context["form"]
    )
    assert form["forum_key"].value() == str(last.pk)


def test_the_lists_cost_the_same_at_one_row_and_at_thirty(people, as_person):
    made = suggested(people["anna.ek"])
    client: Client = as_person("ulla.vik")
    pages = [reverse(name) for name in ("visits", "suggestions")]
    few = [cost(client, page) for page in pages]
    for number in range(29):
        visits.suggest(
            visit=noted(people["anna.ek"], title=f"Besök {number}"),
            text=f"Förslag {number}",
            responsible=made.responsible,
            by=people["anna.ek"],
        )
    assert [cost(client, page) for page in pages] == few
