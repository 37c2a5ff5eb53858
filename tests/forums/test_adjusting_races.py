"""Two at once around locked minutes: one wins, the other is told, and nothing that anybody did is lost."""

from coordination.audit.models import Event
from forums import adjusting, proceedings
from forums.models import Adjuster, ChangeRequest, Correction, Meeting, Sending
from forums.refusals import WrongState

from .adjusting_hands import finished, locked, sent

NOT_LOCKED = "Protokollet är inte låst. Ändra i texten i stället."


def meeting_of(sending: Sending) -> Meeting:
    return Meeting.objects.get(pk=sending.meeting_id)


def test_of_two_who_adjust_at_once_both_count_and_the_minutes_are_locked_once(sample, tries):
    def by(user):
        return lambda made: adjusting.adjust(meeting=meeting_of(made), sha256=made.sha256, by=user)

    def check(made, outcomes):
        assert all(isinstance(one, Adjuster) for one in outcomes), outcomes
        assert meeting_of(made).is_locked
        assert not made.adjusters.filter(adjusted_at=None).exists()
        told = Event.objects.filter(
            event="forums.minutes.adjusted", object_key=str(made.version_id)
        )
        assert sorted(one.facts["locked"] for one in told) == [False, True]

    tries(sent, by(sample.anna), by(sample.jonas), check=check)


def test_the_same_person_adjusts_once_however_often_at_once(sample, tries):
    def act(made):
        return adjusting.adjust(meeting=meeting_of(made), sha256=made.sha256, by=sample.jonas)

    def check(made, outcomes):
        refused = [one for one in outcomes if isinstance(one, Exception)]
        assert [type(one) for one in refused] == [adjusting.AlreadyAdjusted] * 3
        assert meeting_of(made).is_awaiting

    tries(sent, act, act, act, act, check=check)


def almost_locked(sample):
    """Only Anna has not answered."""
    sending = sent(sample)
    adjusting.adjust(meeting=sending.meeting, sha256=sending.sha256, by=sample.jonas)
    return sending


def test_of_the_last_to_adjust_and_who_takes_back_one_wins_and_the_other_is_told(sample, tries):
    def adjust(made):
        adjusting.adjust(meeting=meeting_of(made), sha256=made.sha256, by=sample.anna)

    def take_back(made):
        adjusting.take_back(meeting=meeting_of(made), by=sample.oskar)

    def check(made, outcomes):
        refused = [one for one in outcomes if one is not None]
        assert [isinstance(one, WrongState) for one in refused] == [True], outcomes
        assert meeting_of(made).state == ("writing_up" if outcomes[0] else "locked")

    tries(almost_locked, adjust, take_back, check=check)


def test_of_one_who_adjusts_and_one_who_asks_for_a_change_the_request_is_never_lost(sample, tries):
    def adjust(made):
        adjusting.adjust(meeting=meeting_of(made), sha256=made.sha256, by=sample.anna)

    def ask(made):
        adjusting.ask_change(
            meeting=meeting_of(made),
            sha256=made.sha256,
            texts={None: "Ändra"},
            by=sample.jonas,
        )

    def check(made, outcomes):
        assert outcomes[1] is None
        assert outcomes[0] is None or isinstance(outcomes[0], WrongState)
        assert meeting_of(made).state == "writing_up"
        assert ChangeRequest.objects.filter(sending=made).count() == 1

    tries(sent, adjust, ask, check=check)


def test_what_is_written_while_the_minutes_are_sent_stands_in_what_is_sent_or_is_refused(
    sample, tries
):
    def write(made):
        item = Meeting.objects.get(pk=made.pk).items.get(title="Lägesbild")
        proceedings.save_item(item=item, notes="Oroligt.", version=item.version, by=sample.oskar)

    def send(made):
        sent(sample, Meeting.objects.get(pk=made.pk))

    def check(made, outcomes):
        assert outcomes[1] is None, outcomes
        assert outcomes[0] is None or isinstance(outcomes[0], WrongState)
        content = Sending.objects.get(meeting=made).version.content
        notes = {one["notes"] for one in content["items"]}
        assert ("Oroligt." in notes) == (outcomes[0] is None)

    tries(finished, write, send, check=check)


def test_nothing_is_written_at_the_moment_of_the_lock(sample, tries):
    def adjust(made):
        adjusting.adjust(meeting=meeting_of(made), sha256=made.sha256, by=sample.anna)

    def write(made):
        item = meeting_of(made).items.get(title="Lägesbild")
        proceedings.save_item(item=item, notes="Oroligt.", version=item.version, by=sample.oskar)

    def check(made, outcomes):
        assert outcomes[0] is None
        assert isinstance(outcomes[1], WrongState)
        assert meeting_of(made).items.get(title="Lägesbild").notes == "Lugnt läge."

    tries(almost_locked, adjust, write, check=check)


def test_corrections_at_once_are_all_kept_each_in_a_version_of_its_own(sample, tries):
    def correct(text):
        return lambda made: adjusting.correct(
            meeting=Meeting.objects.get(pk=made.pk), text=text, by=sample.oskar
        )

    def check(made, outcomes):
        assert all(isinstance(one, Correction) for one in outcomes), outcomes
        last = made.minutes.newest_first()[0]
        assert {one["text"] for one in last.content["corrections"]} == {"Ett", "Två"}
        assert sorted(made.minutes.values_list("number", flat=True)) == [1, 2, 3]

    tries(locked, correct("Ett"), correct("Två"), check=check)


def test_a_correction_added_while_the_minutes_are_locked_stands_after_the_lock_or_is_refused(
    sample, tries
):
    def adjust(made):
        adjusting.adjust(meeting=meeting_of(made), sha256=made.sha256, by=sample.anna)

    def correct(made):
        return adjusting.correct(meeting=meeting_of(made), text="Rätt datum.", by=sample.oskar)

    def check(made, outcomes):
        meeting = meeting_of(made)
        assert outcomes[0] is None
        assert meeting.is_locked
        texts = list(meeting.minutes.order_by("number").values_list("number", "sha256"))
        assert texts[0] == (1, made.sha256)
        if isinstance(outcomes[1], Correction):
            assert [number for number, _sha in texts] == [1, 2]
        else:
            assert isinstance(outcomes[1], WrongState)
            assert str(outcomes[1]) == NOT_LOCKED
            assert len(texts) == 1
        assert meeting.corrections.count() == len(texts) - 1

    tries(almost_locked, adjust, correct, check=check)


def test_what_is_adjusted_while_the_text_is_changed_and_sent_anew_is_never_the_new_text(
    sample, tries
):
    """The keeper takes the minutes back, changes them and sends them again; the last adjuster says
    yes to what they were shown."""

    def adjust(made):
        adjusting.adjust(meeting=meeting_of(made), sha256=made.sha256, by=sample.anna)

    def change(made):
        adjusting.take_back(meeting=meeting_of(made), by=sample.oskar)
        item = meeting_of(made).items.get(title="Lägesbild")
        proceedings.save_item(item=item, notes="Oroligt.", version=item.version, by=sample.oskar)
        return sent(sample, meeting_of(made))

    def check(made, outcomes):
        meeting = meeting_of(made)
        notes = meeting.items.get(title="Lägesbild").notes
        if outcomes[0] is None:
            assert isinstance(outcomes[1], WrongState)
            assert str(outcomes[1]).startswith("Protokollet är låst")
            assert (meeting.state, notes) == ("locked", "Lugnt läge.")
        else:
            assert isinstance(outcomes[0], WrongState | adjusting.AnotherText)
            assert str(outcomes[0]).endswith(("när det är klart.", "den nya texten."))
            assert (meeting.state, notes) == ("awaiting", "Oroligt.")
            assert not outcomes[1].adjusters.exclude(adjusted_at=None).exists()
            assert meeting.sendings.count() == 2

    tries(almost_locked, adjust, change, check=check)
