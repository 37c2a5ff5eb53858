"""Minutes are sent, adjusted by those who were asked and for the text they were shown, and locked."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from coordination.audit.models import Event
from coordination.jobs.models import OutgoingMail
from forums import adjusting, finishing, minutes, proceedings, states
from forums.models import (
    Adjuster,
    ChangeRequest,
    Forum,
    Meeting,
    MinutesVersion,
    Participation,
    Sending,
)
from forums.refusals import IdentityNumberInText, Missing, Refused, TextTooLong, WrongState

from .adjusting_hands import finished, locked, sent

pytestmark = pytest.mark.django_db


def change(sample, meeting, text="Oroligt läge."):
    item = sample.item(meeting, "Lägesbild")
    proceedings.save_item(item=item, notes=text, version=item.version, by=sample.oskar)


def letters(name):
    return {one.user_id for one in OutgoingMail.objects.filter(letter=f"forums.{name}")}


# Who and when ------------------------------------------------------------------------------------


def test_chair_and_who_the_meeting_chose_are_proposed(sample):
    meeting = finished(sample)
    offered = adjusting.candidates(meeting, on=sample.today)
    assert adjusting.proposed(meeting, offered) == (sample.anna, sample.jonas)


def test_a_given_name_that_two_could_have_is_nobodys(sample):
    meeting = finished(sample)
    first = meeting.items.in_order().first()
    proceedings.save_item(
        item=first, notes="Maria justerar.", version=first.version, by=sample.oskar
    )
    offered = adjusting.candidates(meeting, on=sample.today)
    assert adjusting.proposed(meeting, offered)[1] == sample.maria
    proceedings.save_item(
        item=first, notes="Maria eller Jonas justerar.", version=first.version, by=sample.oskar
    )
    assert adjusting.proposed(meeting, offered)[1] is None


def test_who_came_is_offered_before_who_was_absent_and_nobody_without_an_account(sample):
    meeting = finished(sample)
    Participation.objects.filter(meeting=meeting, user=sample.nils).update(attendance="absent")
    offered = adjusting.candidates(meeting, on=sample.today)
    assert offered[-1].user == sample.nils
    assert not offered[-1].was_there
    assert len(offered) == 9


def test_who_was_taken_off_or_never_called_is_not_offered(sample):
    meeting = finished(sample)
    Participation.objects.filter(meeting=meeting, user__in=[sample.nils, sample.anna]).delete()
    offered = {one.user for one in adjusting.candidates(meeting, on=sample.today)}
    assert sample.nils not in offered
    # The chair keeps the forum's minutes, called or not.
    assert sample.anna in offered


@pytest.mark.parametrize(
    ("on", "due"),
    [
        (date(2026, 4, 21), date(2026, 4, 28)),
        # Easter: Good Friday, its eve day and Monday are no working days.
        (date(2026, 3, 30), date(2026, 4, 8)),
        # Christmas: the eves are none either.
        (date(2026, 12, 23), date(2027, 1, 5)),
    ],
)
def test_the_usual_day_is_five_working_days_ahead_and_at_most_fourteen_days(on, due):
    assert adjusting.usual_due(on) == due


def test_the_chair_alone_does_not_adjust_minutes_and_nobody_adjusts_twice(sample):
    meeting = finished(sample)
    who = {"meeting": meeting, "by": sample.oskar}
    with pytest.raises(Missing):
        adjusting.send(chair=None, second=sample.jonas, **who)
    with pytest.raises(Missing):
        adjusting.send(chair=sample.anna, **who)
    with (
        translation.override("sv"),
        pytest.raises(Refused, match="Välj någon annan än ordföranden"),
    ):
        adjusting.send(chair=sample.anna, second=sample.anna, **who)
    with pytest.raises(Refused):
        adjusting.send(chair=sample.anna, second=sample.sara, **who)
    assert not Sending.objects.exists()


def test_the_day_lies_from_today_to_fourteen_days_ahead(sample):
    meeting = finished(sample)
    who = {"meeting": meeting, "chair": sample.anna, "second": sample.jonas, "by": sample.oskar}
    for days in (-1, 15):
        with pytest.raises(Refused):
            adjusting.send(due=sample.today + timedelta(days=days), now=sample.now, **who)
    sending = adjusting.send(due=sample.today + timedelta(days=14), now=sample.now, **who)
    assert sending.due == sample.today + timedelta(days=14)


# Sending -----------------------------------------------------------------------------------------


def test_what_is_sent_is_the_last_version_when_it_says_the_same(sample):
    meeting = finished(sample)
    sending = sent(sample, meeting)
    assert sending.version == meeting.minutes.get()
    meeting.refresh_from_db()
    assert meeting.state == "awaiting"
    assert letters("to_adjust") == {sample.anna.pk, sample.jonas.pk}
    assert Event.objects.filter(event="forums.minutes.sent").count() == 1


def test_what_was_changed_is_frozen_as_a_new_version_when_it_is_sent(sample):
    meeting = finished(sample)
    change(sample, meeting)
    sending = sent(sample, meeting)
    assert sending.version.number == 2
    assert sending.sha256 == minutes.fingerprint(minutes.snapshot(meeting))


def test_minutes_that_lack_something_are_not_sent(sample):
    meeting = finished(sample)
    meeting.participations.filter(user=sample.nils).update(attendance="unknown")
    with pytest.raises(finishing.CannotFinish):
        sent(sample, meeting)
    meeting.refresh_from_db()
    assert meeting.state == "writing_up"


def test_while_they_wait_nothing_is_written(sample):
    meeting = sent(sample).meeting
    for act in (
        lambda: change(sample, meeting),
        lambda: finishing.make_new_version(meeting=meeting, by=sample.oskar),
        lambda: sent(sample, meeting),
    ):
        with pytest.raises(WrongState):
            act()


def test_what_is_taken_back_can_be_changed_and_sent_again(sample):
    sending = sent(sample)
    adjusting.adjust(meeting=sending.meeting, sha256=sending.sha256, by=sample.jonas)
    adjusting.take_back(meeting=sending.meeting, by=sample.oskar)
    meeting = Meeting.objects.get(pk=sending.meeting_id)
    assert (meeting.state, meeting.sent_at) == ("writing_up", None)
    assert letters("adjust_taken_back") == {sample.anna.pk, sample.jonas.pk}
    again = sent(sample, meeting)
    assert not again.adjusters.filter(adjusted_at__isnull=False).exists()
    with pytest.raises(WrongState):
        adjusting.take_back(meeting=locked(sample), by=sample.oskar)


# Adjusting ---------------------------------------------------------------------------------------


def test_minutes_are_locked_when_chair_and_one_more_have_adjusted(sample):
    sending = sent(sample)
    meeting = sending.meeting
    one = adjusting.adjust(meeting=meeting, sha256=sending.sha256, by=sample.jonas)
    assert (one.adjusted_sha256, meeting.state) == (sending.sha256, "awaiting")
    adjusting.adjust(meeting=meeting, sha256=sending.sha256, by=sample.anna)
    assert meeting.state == "locked"
    assert (meeting.locked_by, meeting.sent_by) == (sample.anna, sample.oskar)
    sending.refresh_from_db()
    assert (sending.state, sending.ended_by) == ("adjusted", sample.anna)
    assert letters("adjusted") == {sample.oskar.pk}
    called = set(meeting.participations.filter(user__isnull=False).values_list("user", flat=True))
    assert letters("minutes_locked") == called - {sample.anna.pk, sample.oskar.pk}
    assert sample.gun.pk in called
    facts = [one.facts for one in Event.objects.filter(event="forums.minutes.adjusted")]
    assert [one["locked"] for one in facts] == [False, True]
    assert {one["sha256"] for one in facts} == {sending.sha256}


def test_notes_are_approved_by_the_chair_alone(sample):
    meeting = finished(sample, sample.closed)
    sending = adjusting.send(meeting=meeting, chair=sample.maria, by=sample.maria)
    adjusting.adjust(meeting=meeting, sha256=sending.sha256, by=sample.maria)
    assert meeting.state == "locked"
    assert sample.closed.minutes_form == Forum.MinutesForm.NOTES
    with translation.override("sv"):
        assert str(states.name_of(meeting)) == "Godkänt"
        assert str(states.name_of(locked(sample))) == "Justerat"


def test_only_those_who_were_asked_adjust_and_only_once(sample):
    sending = sent(sample)
    said = {"meeting": sending.meeting, "sha256": sending.sha256}
    for by in (sample.oskar, sample.per, sample.sara):
        with pytest.raises(adjusting.NotAsked):
            adjusting.adjust(by=by, **said)
    adjusting.adjust(by=sample.jonas, **said)
    with pytest.raises(adjusting.AlreadyAdjusted):
        adjusting.adjust(by=sample.jonas, **said)
    adjusting.adjust(by=sample.anna, **said)
    with pytest.raises(adjusting.AlreadyAdjusted):
        adjusting.adjust(by=sample.anna, **said)
    assert Adjuster.objects.filter(adjusted_at__isnull=False).count() == 2


def test_whoever_has_lost_the_seat_adjusts_nothing(sample):
    sending = sent(sample)
    sample.council.seats.filter(user=sample.jonas).update(valid_to=sample.today - timedelta(days=1))
    with pytest.raises(adjusting.NotAsked):
        adjusting.adjust(meeting=sending.meeting, sha256=sending.sha256, by=sample.jonas)


def test_what_is_adjusted_is_the_text_that_was_shown(sample):
    first = sent(sample)
    meeting = first.meeting
    adjusting.take_back(meeting=meeting, by=sample.oskar)
    change(sample, meeting)
    second = sent(sample, meeting)
    assert second.sha256 != first.sha256
    with pytest.raises(adjusting.AnotherText):
        adjusting.adjust(meeting=meeting, sha256=first.sha256, by=sample.anna)
    assert not Adjuster.objects.filter(adjusted_at__isnull=False).exists()


# Changes -----------------------------------------------------------------------------------------


def test_a_request_leads_back_to_writing_up_and_earlier_adjusting_no_longer_counts(sample):
    sending = sent(sample)
    meeting = sending.meeting
    adjusting.adjust(meeting=meeting, sha256=sending.sha256, by=sample.jonas)
    item = sample.item(meeting, "Lägesbild")
    adjusting.ask_change(
        meeting=meeting,
        sha256=sending.sha256,
        texts={item.pk: "Skriv hela stan.", None: "Nils var inte där."},
        by=sample.anna,
    )
    assert meeting.state == "writing_up"
    assert letters("change_asked") == {sample.oskar.pk}
    assert letters("adjust_taken_back") == {sample.jonas.pk}
    asked = list(adjusting.open_requests(meeting))
    assert {one.item for one in asked} == {item, None}
    for one in asked:
        adjusting.settle_request(request=one, settled=True, by=sample.oskar)
    change(sample, meeting, "Lugnt i hela stan.")
    again = sent(sample, meeting)
    assert adjusting.sent_before(again) == sending.version
    assert again.adjusters.filter(adjusted_at=None).count() == 2


def test_a_request_says_something_about_an_item_of_this_meeting(sample):
    sending = sent(sample)
    said = {"meeting": sending.meeting, "sha256": sending.sha256, "by": sample.anna}
    item = sample.item(sending.meeting, "Lägesbild")
    foreign = sample.running(sample.other).items.first()
    for texts, refusal in (
        ({}, Missing),
        ({item.pk: "  "}, Missing),
        ({item.pk: "x" * 601}, TextTooLong),
        ({None: "Det gäller 811228-9874"}, IdentityNumberInText),
        ({foreign.pk: "Ändra"}, Refused),
    ):
        with pytest.raises(refusal):
            adjusting.ask_change(texts=texts, **said)
    with pytest.raises(adjusting.NotAsked):
        adjusting.ask_change(texts={None: "Ändra"}, **said | {"by": sample.per})
    assert not ChangeRequest.objects.exists()
    assert Meeting.objects.get(pk=sending.meeting_id).state == "awaiting"


def test_a_tick_is_taken_back_and_ticking_twice_changes_nothing(sample):
    sending = sent(sample)
    (asked,) = adjusting.ask_change(
        meeting=sending.meeting, sha256=sending.sha256, texts={None: "Ändra"}, by=sample.anna
    )
    for settled in (True, True, False):
        adjusting.settle_request(request=asked, settled=settled, by=sample.oskar)
    asked.refresh_from_db()
    assert asked.settled_at is None
    assert Event.objects.filter(event="forums.minutes.change_settled").count() == 2


# After the lock ----------------------------------------------------------------------------------


def test_a_correction_is_a_version_of_its_own_and_what_was_adjusted_stays(sample):
    meeting = locked(sample)
    (before,) = meeting.minutes.all()
    was = (before.content, before.sha256)
    correction = adjusting.correct(meeting=meeting, text="Det var i Oxhagen.", by=sample.oskar)
    before.refresh_from_db()
    assert (before.content, before.sha256) == was
    version = correction.version
    assert (version.number, correction.number) == (2, 1)
    assert version.content["corrections"][0]["text"] == "Det var i Oxhagen."
    assert version.content["items"] == before.content["items"]
    assert minutes.standing(version).stage == "corrected"
    assert minutes.standing(version).sha256 == before.sha256
    assert minutes.standing(before).stage == "adjusted"
    told = letters("corrected")
    assert sample.oskar.pk not in told
    assert {sample.anna.pk, sample.gun.pk, sample.nils.pk} <= told
    assert sample.sara.pk not in told
    adjusting.correct(meeting=meeting, text="Och i Varberga.", by=sample.oskar)
    texts = [one["text"] for one in meeting.minutes.newest_first()[0].content["corrections"]]
    assert texts == ["Det var i Oxhagen.", "Och i Varberga."]


def test_only_locked_minutes_are_corrected_and_with_a_text_that_fits(sample):
    with pytest.raises(WrongState):
        adjusting.correct(meeting=finished(sample), text="Fel", by=sample.oskar)
    meeting = locked(sample)
    for text, refusal in (
        (" ", Missing),
        ("x" * 1001, TextTooLong),
        ("Det gäller 811228-9874", IdentityNumberInText),
    ):
        with pytest.raises(refusal):
            adjusting.correct(meeting=meeting, text=text, by=sample.oskar)
    assert MinutesVersion.objects.filter(meeting=meeting).count() == 1


def test_the_registration_number_may_come_after_the_lock(sample):
    meeting = locked(sample)
    version = meeting.minutes.get()
    adjusting.give_number(meeting=meeting, number="KS 2026/0412", by=sample.oskar)
    version.refresh_from_db()
    assert minutes.document(version)["registration_number"] == "KS 2026/0412"
    assert version.sha256 == minutes.fingerprint(version.content)
    with pytest.raises(IdentityNumberInText):
        adjusting.give_number(meeting=meeting, number="811228-9874", by=sample.oskar)
    with pytest.raises(WrongState):
        adjusting.give_number(meeting=sample.plan(), number="1", by=sample.oskar)


# States ------------------------------------------------------------------------------------------


def test_the_table_names_every_state_and_what_may_follow(sample):
    codes = {one.value for one in Meeting.State}
    assert set(states.FOLLOWS) == set(states.NAMES) == set(states.NAMES_OF_NOTES) == codes
    assert {one for following in states.FOLLOWS.values() for one in following} < codes
    meeting = finished(sample)
    for code in codes - set(states.FOLLOWS["writing_up"]):
        assert not states.move(meeting, code)
    assert states.FOLLOWS["locked"] == ()


def test_the_database_ties_who_and_when_and_state_together(sample):
    sending = sent(sample)
    meeting = Meeting.objects.filter(pk=sending.meeting_id)
    for wrong in (
        {"state": "writing_up"},
        {"state": "locked"},
        {"sent_by": None},
        {"sent_by": None, "sent_at": None},
        {"locked_at": timezone.now()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            meeting.update(**wrong)
    for wrong in ({"state": "adjusted"}, {"ended_at": timezone.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Sending.objects.filter(pk=sending.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Adjuster.objects.filter(user=sample.anna).update(adjusted_at=timezone.now())
