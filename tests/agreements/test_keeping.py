"""An agreement's way from a draft: what it needs, how it stands from day to day, and how it ends."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from coordination.access.refused import IdentityNumberInText, Missing, Refused, TextTooLong
from coordination.actors.models import Organisation
from coordination.agreements import coverage, keeping
from coordination.agreements.keeping import NotWhole, WrongState
from coordination.agreements.models import Agreement, AgreementChange
from coordination.audit.models import Event
from coordination.knowledge.texts import ChangedMeanwhile
from tests.agreements import BETWEEN, OTHERS, draft, in_months, signed, values

TODAY = timezone.localdate


def standing(made: Agreement, on=None) -> str:
    return Agreement.objects.with_standing(on or TODAY()).get(pk=made.pk).standing


@pytest.mark.parametrize(
    "gap",
    [
        {"purposes": ""},
        {"areas": ""},
        {"valid_from": None},
        {"valid_to": None},
        {"signed_on": None},
        {"signed_for_municipality": ""},
        {"signed_for_others": ""},
        {"parties": BETWEEN[:1]},
    ],
    ids=str,
)
def test_what_an_agreement_must_have_is_asked_for_before_it_is_in_force_and_not_before(people, gap):
    made = draft(people["anna.ek"], **gap)
    assert keeping.lacks(made) == [str(keeping.NAMES[name]) for name in gap]
    with pytest.raises(NotWhole):
        keeping.put_in_force(agreement=made, by=people["anna.ek"])
    assert Agreement.objects.get().is_draft
    if "parties" not in gap:
        with pytest.raises(IntegrityError), transaction.atomic():
            Agreement.objects.update(state="in_force")


@pytest.mark.parametrize(
    ("wrong", "refusal", "field"),
    [
        ({"name": " "}, Missing, "name"),
        ({"extremism": ""}, Missing, "extremism"),
        ({"extremism": "yes", "paragraph": ""}, Missing, "paragraph"),
        ({"valid_to": in_months(-13)}, Refused, "valid_to"),
        ({"signed_on": in_months(0, 1)}, Refused, "signed_on"),
        ({"goals": "Om 811228-9874"}, IdentityNumberInText, "goals"),
        ({"pledges": "Om 811228-9874"}, IdentityNumberInText, "pledges"),
        ({"pledges": "\n".join("abcdefghijklmnopqrstu")}, TextTooLong, "pledges"),
    ],
    ids=str,
)
def test_what_cannot_stand_in_an_agreement_is_refused_at_its_field(people, wrong, refusal, field):
    with pytest.raises(refusal) as refused:
        draft(people["anna.ek"], **wrong)
    assert refused.value.field == field
    assert not Agreement.objects.exists()


def test_how_it_stands_follows_from_its_days(people):
    made = signed(people["anna.ek"])
    last = made.valid_to
    days = {
        made.valid_from - timedelta(days=1): "coming",
        made.valid_from: "in_force",
        in_months(18, -1): "in_force",
        in_months(18): "soon",
        last: "soon",
        last + timedelta(days=1): "expired",
    }
    assert {day: standing(made, day) for day in days} == days


def test_it_is_put_in_force_once_and_its_history_says_by_whom(people):
    made = signed(people["anna.ek"])
    with pytest.raises(WrongState):
        keeping.put_in_force(agreement=made, by=people["oskar.lind"])
    told = [(one.kind, str(one.by)) for one in keeping.history(made)]
    assert told == [("in_force", "Anna Ek"), ("registered", "Anna Ek")]
    assert Event.objects.latest("pk").event == "agreements.agreement.put_in_force"


def test_a_change_says_which_fields_and_never_saves_over_what_was_not_seen(people):
    made, oskar = draft(people["anna.ek"]), people["oskar.lind"]
    to = values(goals="Tryggare kvällar", parties=OTHERS, pledges="Ett löfte")
    keeping.change(agreement=made, values=to, revision=1, by=oskar)
    latest = AgreementChange.objects.latest("pk")
    assert latest.fields.split() == ["goals", "parties", "pledges"]
    assert keeping.pledges_of(made) == ["Ett löfte"]
    with pytest.raises(ChangedMeanwhile, match="Oskar Lind"):
        keeping.change(agreement=made, values=values(), revision=1, by=people["anna.ek"])


def test_one_in_force_is_corrected_and_never_left_without_what_it_needs(people):
    made, anna = signed(people["anna.ek"]), people["anna.ek"]
    with pytest.raises(NotWhole):
        keeping.change(agreement=made, values=values(areas=""), revision=2, by=anna)
    keeping.change(agreement=made, values=values(areas="Skolor"), revision=2, by=anna)
    assert Agreement.objects.get().areas == "Skolor"


def test_it_ends_early_with_a_reason_and_is_not_changed_after_that(people):
    made, anna = signed(people["anna.ek"]), people["anna.ek"]
    for on in (in_months(0, 1), made.valid_from - timedelta(days=1)):
        with pytest.raises(Refused):
            keeping.end(agreement=made, on=on, reason="Ny lag", by=anna)
    with pytest.raises(Missing):
        keeping.end(agreement=made, on=TODAY(), reason=" ", by=anna)
    keeping.end(agreement=made, on=TODAY(), reason="Ny lag", by=anna)
    made.refresh_from_db()
    assert (standing(made), made.ended_because) == ("ended", "Ny lag")
    for again in (
        lambda: keeping.end(agreement=made, on=TODAY(), reason="Ny lag", by=anna),
        lambda: keeping.change(agreement=made, values=values(), revision=3, by=anna),
    ):
        with pytest.raises(WrongState):
            again()


@pytest.mark.parametrize("days", [(-24, -1), (1, 20)], ids=["expired", "to come"])
def test_what_is_not_in_force_does_not_end_early(people, days):
    made = signed(people["anna.ek"], valid_from=in_months(days[0]), valid_to=in_months(days[1]))
    with pytest.raises(WrongState):
        keeping.end(agreement=made, on=TODAY(), reason="Ny lag", by=people["anna.ek"])


def test_a_renewal_says_the_same_from_the_day_after_and_is_signed_anew(people):
    made, anna = signed(people["anna.ek"]), people["anna.ek"]
    renewal = keeping.renew(agreement=made, by=anna)
    assert (renewal.follows, renewal.valid_from) == (made, made.valid_to + timedelta(days=1))
    assert (renewal.purposes, renewal.signed_on) == (made.purposes, None)
    assert set(renewal.parties.all()) == set(made.parties.all())
    assert keeping.pledges_of(renewal) == keeping.pledges_of(made)
    assert keeping.lacks(renewal) == [
        str(keeping.NAMES[name])
        for name in ("valid_to", "signed_on", "signed_for_municipality", "signed_for_others")
    ]
    with pytest.raises(WrongState):
        keeping.renew(agreement=made, by=anna)
    with pytest.raises(WrongState):
        keeping.renew(agreement=renewal, by=anna)


def test_a_draft_is_thrown_away_and_nothing_else_is(people):
    made, anna = signed(people["anna.ek"]), people["anna.ek"]
    renewal = keeping.renew(agreement=made, by=anna)
    with pytest.raises(WrongState):
        keeping.discard(agreement=made, by=anna)
    keeping.discard(agreement=renewal, by=anna)
    assert list(Agreement.objects.all()) == [made]
    assert Event.objects.latest("pk").event == "agreements.agreement.discarded"
    # The way is open for another renewal.
    keeping.renew(agreement=made, by=anna)


def test_what_is_in_force_is_told_of_to_those_who_may_read_it(people):
    anna = people["anna.ek"]
    made = signed(anna)
    everywhere = signed(anna, parties=OTHERS, districts=(), levels=())
    draft(anna)
    signed(anna, valid_to=in_months(-1))
    today = timezone.localdate()
    told = {one.url: one for one in coverage.facts(anna, today)}
    assert told.keys() == {reverse("agreement", args=[one.pk]) for one in (made, everywhere)}
    one = told[reverse("agreement", args=[made.pk])]
    assert (len(one.organisations), len(one.districts), len(one.levels)) == (2, 2, 2)
    assert one.last == today
    other = told[reverse("agreement", args=[everywhere.pk])]
    assert (other.districts, other.levels) == (frozenset(), frozenset())
    names = set(
        Organisation.objects.filter(pk__in=other.organisations).values_list("name", flat=True)
    )
    assert names == set(OTHERS)
    [seen] = coverage.facts(people["nils.frisk"], today)
    assert seen == one
    assert not list(coverage.facts(people["tove.lind"], today))
