"""Two actors become one line of history: what is shown, what follows, what stays, and undoing it."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from coordination.access.refused import Refused
from coordination.actors import demo as cast
from coordination.actors import merging, organisations
from coordination.actors.models import Organisation, Succession
from coordination.audit import log
from forums import register as forums
from forums.models import MinutesVersion, Participation

pytestmark = pytest.mark.django_db


def organisation(name: str) -> Organisation:
    return Organisation.objects.get(name=name)


@pytest.fixture
def successor(world) -> Organisation:
    return organisations.add_organisation(
        by=None, name="Kommunstyrelseförvaltningen", kind="administration"
    )


def merged(world, into: Organisation, **more) -> Organisation:
    gone = organisation(cast.OFFICE)
    on = more.pop("on", timezone.localdate())
    merging.merge(by=world.person("anna.ek"), gone=gone, into=into, on=on)
    return organisation(cast.OFFICE)


def test_the_successor_shows_every_name_with_its_days(world, signed_in_as, successor):
    today = timezone.localdate()
    anna = world.person("anna.ek")
    office = organisation(cast.OFFICE)
    organisations.rename(by=anna, place=office, name="Stadskontoret", valid_from=today)
    merging.merge(by=anna, gone=office, into=successor, on=today + dt.timedelta(days=1))
    found = [(one.name, one.valid_from, one.valid_to) for one in merging.history(successor)]
    assert found == [
        ("Stadskontoret", today, today),
        (cast.OFFICE, None, today - dt.timedelta(days=1)),
    ]
    page = signed_in_as("per.holm").get(reverse("actor", args=[successor.pk])).content.decode()
    assert "Stadskontoret" in page
    assert cast.OFFICE in page
    gone = signed_in_as("per.holm").get(reverse("actor", args=[office.pk])).content.decode()
    assert "Kommunstyrelseförvaltningen" in gone


def test_minutes_keep_the_name_of_their_day_through_renaming_and_merging(
    world, signed_in_as, successor
):
    anna = signed_in_as("anna.ek")
    pages = [reverse("minutes", args=[world.held["bra"].pk])]
    content = list(MinutesVersion.objects.order_by("pk").values_list("content", flat=True))

    def shown() -> list[str]:
        texts = [anna.get(one, follow=True).content.decode() for one in pages]
        return [one[one.index("<main") : one.index("</main>")] for one in texts]

    before = [one.count(cast.OFFICE) for one in shown()]
    assert before[0] > 0
    organisations.rename(
        by=None,
        place=organisation(cast.OFFICE),
        name="Stadskontoret",
        valid_from=timezone.localdate(),
    )
    gone = organisation("Stadskontoret")
    on = timezone.localdate() + dt.timedelta(days=1)
    merging.merge(by=None, gone=gone, into=successor, on=on)
    assert [one.count(cast.OFFICE) for one in shown()] == before
    after = list(MinutesVersion.objects.order_by("pk").values_list("content", flat=True))
    assert after == content


def test_nothing_is_moved(world, successor):
    def points_at() -> dict[str, list]:
        found = {}
        for relation in Organisation._meta.related_objects:
            if relation.related_model is not Succession:
                rows = relation.related_model._base_manager.order_by("pk")
                found[relation.related_model._meta.label] = list(
                    rows.values_list("pk", relation.field.name)
                )
        return found

    before = points_at()
    merged(world, successor)
    assert points_at() == before
    assert Participation.objects.filter(organisation__name=cast.OFFICE).exists()


def test_whose_predecessor_sits_in_a_forum_is_not_outside_the_forums(
    world, signed_in_as, successor
):
    assert successor in forums.outside_forums()
    merged(world, successor)
    assert successor not in forums.outside_forums()
    page = signed_in_as("anna.ek").get(reverse("actor", args=[successor.pk])).content.decode()
    assert f"Sitter där som {cast.OFFICE}" in page
    assert "Social insatsgrupp" not in page


def test_the_page_says_what_follows_before_anything_is_done(world, signed_in_as, successor):
    anna, today = signed_in_as("anna.ek"), timezone.localdate()
    office = organisation(cast.OFFICE)
    address = reverse("actor_merge", args=[office.pk])
    text = anna.get(f"{address}?into={successor.pk}&on={today}").content.decode()
    assert "Vad som inte ändras" in text
    assert str(world.forums["bra"]) in text
    assert not Succession.objects.exists()
    sent = {"into": successor.pk, "on": str(today)}
    done = anna.post(address, sent)
    assert done.url == reverse("actor", args=[successor.pk])
    office.refresh_from_db()
    assert office.valid_to == today - dt.timedelta(days=1)
    event = log.events(on=office).filter(event="actors.organisation.merged").get()
    assert event.facts == {"into": successor.pk, "from": str(today)}
    anna.post(reverse("actor_merge_undo", args=[office.pk]))
    office.refresh_from_db()
    assert office.valid_to is None
    assert not Succession.objects.exists()


def test_it_can_be_undone_until_its_last_day_is_another(world, successor):
    anna = world.person("anna.ek")
    early = timezone.localdate() - dt.timedelta(days=400)
    organisations.end(by=anna, place=organisation(cast.OFFICE), on=early)
    gone = merged(world, successor)
    assert gone.valid_to == early
    with pytest.raises(Refused, match="uppgått"):
        organisations.resume(by=anna, place=gone)
    merging.undo(by=anna, gone=gone)
    assert organisation(cast.OFFICE).valid_to == early
    gone = merged(world, successor)
    organisations.end(by=anna, place=gone, on=timezone.localdate())
    with pytest.raises(Refused, match="sista dag"):
        merging.undo(by=anna, gone=gone)


def test_what_makes_no_line_of_history_is_refused(world, successor):
    anna, today = world.person("anna.ek"), timezone.localdate()
    gone = merged(world, successor)
    third = organisation(cast.SOCIAL)
    for one, into, on in (
        (successor, gone, today),  # a circle
        (gone, third, today),  # gone already
        (third, third, today),
        (organisation(cast.MUNICIPALITY), third, today),
        (third, successor, today + dt.timedelta(days=400)),
    ):
        with pytest.raises(Refused):
            merging.merge(by=anna, gone=one, into=into, on=on)
    assert Succession.objects.count() == 1


def test_the_pages_of_history_rename_end_and_resume(world, signed_in_as):
    anna, today = signed_in_as("anna.ek"), timezone.localdate()
    actor = organisation("Oxhagens idrottsförening")
    anna.post(
        reverse("actor_rename", args=[actor.pk]), {"name": "Oxhagen IF", "valid_from": str(today)}
    )
    anna.post(reverse("actor_end", args=[actor.pk]), {"valid_to": str(today)})
    actor.refresh_from_db()
    assert (actor.name, actor.valid_to) == ("Oxhagen IF", today)
    anna.post(reverse("actor_resume", args=[actor.pk]))
    actor.refresh_from_db()
    assert actor.valid_to is None
