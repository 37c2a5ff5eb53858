"""The pages after the meeting: written up as one page, sent, answered, confirmed, corrected."""

import io
from datetime import datetime, time, timedelta

import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coordination.jobs import files
from coordination.jobs.models import OutgoingMail
from coordination.writing import drafts
from forums import adjust_letters, adjust_reminders, adjusting, differences, minutes, proceedings
from forums.models import Meeting, Sending
from forums.views.log_page import draft_place
from tests.structure.browsing import Form, read

from .adjusting_hands import finished, locked, sent

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]


def client(user):
    one = Client(headers={"accept-language": "sv"})
    one.force_login(user)
    return one


def url(name, meeting, *more):
    return reverse(name, args=[meeting.pk, *more])


def form_of(page) -> Form:
    """The page's own form."""
    return next(one for one in read(page).forms if one.method == "post" and one.texts)


def test_minutes_are_sent_from_their_page_with_everything_filled_in(sample):
    meeting = finished(sample)
    oskar = client(sample.oskar)
    page = oskar.get(url("minutes", meeting))
    html = page.content.decode()
    assert "Skicka för justering" in html
    form = page.context["send_form"]
    assert (form.initial["chair"], form.initial["second"]) == (sample.anna.pk, sample.jonas.pk)
    oskar.post(url("minutes_send", meeting), {k: str(v) for k, v in form.initial.items()})
    sending = Sending.objects.get()
    assert {one.user for one in sending.adjusters.all()} == {sample.anna, sample.jonas}
    html = oskar.get(url("minutes", meeting)).content.decode()
    assert "Väntar på justering" in html
    assert "Ta tillbaka" in html


def test_who_is_missing_is_said_at_the_field_and_nothing_is_lost(sample):
    meeting = finished(sample)
    oskar = client(sample.oskar)
    page = oskar.post(
        url("minutes_send", meeting), {"chair": sample.anna.pk, "second": "", "due": "2030-01-01"}
    )
    html = page.content.decode()
    assert "Välj en till som justerar protokollet" in html
    assert 'value="2030-01-01"' in html
    assert not Sending.objects.exists()


def test_adjusting_takes_the_page_the_confirmation_and_says_what_follows(sample):
    sending = sent(sample)
    meeting = sending.meeting
    jonas = client(sample.jonas)
    html = jonas.get(url("adjust", meeting)).content.decode()
    assert "Lugnt läge." in html
    address = f"{url('adjust_confirm', meeting)}?text={sending.sha256[:12]}"
    assert address in html
    confirm = jonas.get(address).content.decode()
    assert "När protokollet är justerat låses det. Det blir normalt allmän handling" in confirm
    assert sending.sha256 in confirm
    jonas.post(url("adjust_confirm", meeting), {"sha256": sending.sha256})
    anna = client(sample.anna)
    anna.post(url("adjust_confirm", meeting), {"sha256": sending.sha256})
    html = client(sample.gun).get(url("minutes", meeting)).content.decode()
    assert "av Anna Ek och Jonas Berg" in html
    assert "Lägg till rättelse" not in html
    html = client(sample.oskar).get(url("minutes", meeting)).content.decode()
    assert "Lägg till rättelse" in html


def test_nobody_else_reaches_the_pages_of_who_was_asked(sample):
    meeting = sent(sample).meeting
    for who in (sample.oskar, sample.gun, sample.sara):
        for name in ("adjust", "adjust_confirm", "adjust_request"):
            assert client(who).get(url(name, meeting)).status_code == 404
    assert client(sample.oskar).post(url("adjust_confirm", meeting)).status_code == 404


def test_an_old_confirmation_leads_to_the_new_text(sample):
    first = sent(sample)
    meeting = first.meeting
    adjusting.take_back(meeting=meeting, by=sample.oskar)
    item = sample.item(meeting, "Lägesbild")
    proceedings.save_item(item=item, notes="Nytt.", version=item.version, by=sample.oskar)
    sent(sample, meeting)
    anna = client(sample.anna)
    assert anna.post(url("adjust_confirm", meeting), {"sha256": first.sha256}).url == url(
        "adjust", meeting
    )
    html = anna.get(url("adjust", meeting)).content.decode()
    assert "Texten ändrades och skickades igen" in html
    assert "Ändrat sedan förra gången" in html
    assert "<ins>" in html
    assert "Tillagt:" in html
    assert not Meeting.objects.get(pk=meeting.pk).is_locked


def test_a_request_stands_at_its_item_until_it_is_ticked_off(sample):
    meeting = sent(sample).meeting
    item = sample.item(meeting, "Lägesbild")
    anna, oskar = client(sample.anna), client(sample.oskar)
    form = form_of(anna.get(url("adjust_request", meeting)))
    page = anna.post(url("adjust_request", meeting), form.filled(("", "")))
    assert "Skriv minst en ändring som du vill ha" in page.content.decode()
    said = {f"item-{item.pk}": "Skriv hela stan."}
    anna.post(url("adjust_request", meeting), form.filled(("", ""), **said))
    page = oskar.get(url("minutes_edit", meeting))
    assert "Skriv hela stan." in page.content.decode()
    (asked,) = adjusting.open_requests(meeting)
    form = form_of(page)
    oskar.post(
        url("minutes_edit", meeting),
        form.filled(
            ("do", "done"),
            **{f"item-{item.pk}-notes": "I hela stan.", f"request-{asked.pk}-settled": "on"},
        ),
    )
    asked.refresh_from_db()
    item.refresh_from_db()
    assert (asked.settled_by, item.notes) == (sample.oskar, "I hela stan.")


def test_a_text_that_nobody_typed_in_is_not_saved_over_what_another_wrote(sample):
    meeting = finished(sample)
    oskar = client(sample.oskar)
    form = form_of(oskar.get(url("minutes_edit", meeting)))
    one, two = sample.item(meeting, "Lägesbild"), meeting.items.in_order().first()
    proceedings.save_item(item=one, notes="Annas text.", version=one.version, by=sample.anna)
    said = {f"item-{two.pk}-notes": "Oskars text."}
    oskar.post(url("minutes_edit", meeting), form.filled(("do", ""), **said))
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.notes, two.notes) == ("Annas text.", "Oskars text.")


def test_a_text_that_both_changed_waits_to_be_chosen_and_the_rest_is_saved(sample):
    meeting = finished(sample)
    oskar = client(sample.oskar)
    form = form_of(oskar.get(url("minutes_edit", meeting)))
    item = sample.item(meeting, "Lägesbild")
    decision, action = item.decisions.get(), item.actions.get()
    proceedings.save_item(item=item, notes="Annas text.", version=item.version, by=sample.anna)
    proceedings.change_decision(
        decision=decision,
        text="Annas beslut.",
        report_to_management=False,
        was=proceedings.mark_of(decision),
        by=sample.anna,
    )
    said = {
        f"item-{item.pk}-notes": "Oskars text.",
        f"decision-{decision.pk}-text": "Oskars beslut.",
        f"action-{action.pk}-text": "Oskars åtgärd",
    }
    oskar.post(url("minutes_edit", meeting), form.filled(("do", ""), **said))
    action.refresh_from_db()
    assert action.text == "Oskars åtgärd"
    page = oskar.get(url("minutes_edit", meeting))
    assert len(page.context["torn"]) == 2
    assert drafts.of(user=sample.oskar, place=draft_place(item)).data["notes"] == "Oskars text."
    conflict = oskar.get(page.context["torn"][0].url)
    assert "Annas text." in conflict.content.decode()
    assert "Oskars text." in conflict.content.decode()
    conflict = oskar.get(page.context["torn"][1].url).content.decode()
    assert "Annas beslut." in conflict
    assert "Oskars beslut." in conflict


def test_an_autosave_tells_the_page_what_stands_there_now(sample):
    meeting = finished(sample)
    oskar = client(sample.oskar)
    form = form_of(oskar.get(url("minutes_edit", meeting)))
    item = sample.item(meeting, "Lägesbild")
    data = form.filled(("do", ""), **{f"item-{item.pk}-notes": "Ett."})
    reply = oskar.post(url("minutes_edit_autosave", meeting), data).json()
    data |= reply["hidden"] | {f"item-{item.pk}-notes": "Ett, två."}
    assert oskar.post(url("minutes_edit_autosave", meeting), data).status_code == 200
    item.refresh_from_db()
    assert item.notes == "Ett, två."


def test_an_autosave_whose_answer_was_lost_is_no_conflict_when_it_comes_again(sample):
    meeting = finished(sample)
    oskar = client(sample.oskar)
    form = form_of(oskar.get(url("minutes_edit", meeting)))
    item = sample.item(meeting, "Lägesbild")
    decision, action = item.decisions.get(), item.actions.get()
    said = {
        f"item-{item.pk}-notes": "Ett.",
        f"decision-{decision.pk}-text": "Två.",
        f"action-{action.pk}-text": "Tre",
    }
    data = form.filled(("do", ""), **said)
    for _twice in range(2):
        reply = oskar.post(url("minutes_edit_autosave", meeting), data)
        assert reply.status_code == 200
        assert f"action-{action.pk}-was" in reply.json()["hidden"]
    assert not drafts.all_of(user=sample.oskar, begins="log-")


def test_a_refused_text_keeps_what_was_typed_and_says_why(sample):
    meeting = finished(sample)
    oskar = client(sample.oskar)
    form = form_of(oskar.get(url("minutes_edit", meeting)))
    decision = sample.item(meeting, "Lägesbild").decisions.get()
    said = {f"decision-{decision.pk}-text": ""}
    page = oskar.post(url("minutes_edit", meeting), form.filled(("do", ""), **said))
    assert page.status_code == 200
    assert any(row.errors for row in page.context["page"].texts)


def test_changes_since_the_meeting_are_shown_in_words_too(sample):
    meeting = finished(sample)
    item = sample.item(meeting, "Lägesbild")
    oskar = client(sample.oskar)
    assert (
        "Inget har ändrats i texten." in oskar.get(url("minutes_changes", meeting)).content.decode()
    )
    proceedings.save_item(item=item, notes="Oroligt läge.", version=item.version, by=sample.oskar)
    html = oskar.get(url("minutes_changes", meeting)).content.decode()
    for words in ("Tillagt:", "Borttaget:", "Oroligt", "Lugnt", "<ins>", "<del>"):
        assert words in html
    assert client(sample.gun).get(url("minutes_changes", meeting)).status_code == 404


def test_what_differs_is_told_word_by_word():
    parts = list(differences.words("Vi börjar i Vivalla.", "Vi börjar i Oxhagen."))
    assert [(one.kind, one.text) for one in parts] == [
        ("same", "Vi börjar i "),
        ("removed", "Vivalla."),
        ("added", "Oxhagen."),
    ]
    assert [one.kind for one in differences.words("Ett två tre", "Fyra fem")] == [
        "removed",
        "added",
    ]


def test_a_correction_is_added_and_both_versions_are_kept_and_read(sample):
    meeting = locked(sample)
    oskar = client(sample.oskar)
    page = oskar.post(url("minutes_correct", meeting), {"text": ""})
    assert "Skriv vad som ska rättas" in page.content.decode()
    oskar.post(url("minutes_correct", meeting), {"text": "Det var i Oxhagen."})
    for version in meeting.minutes.all():
        minutes.render_pdf(version_id=version.pk)
    first, second = meeting.minutes.order_by("number")
    said = [_pdf(first), _pdf(second)]
    assert "Justerat" in said[0]
    assert "Det var i Oxhagen." not in said[0]
    assert "Det var i Oxhagen." in said[1]
    assert first.sha256[:12] in said[0]
    assert "Justerat digitalt" in said[1]
    gun = client(sample.gun)
    assert "Det var i Oxhagen." in gun.get(url("minutes", meeting)).content.decode()
    assert gun.get(url("minutes_pdf", meeting, 1)).status_code == 200
    assert gun.get(url("minutes_correct", meeting)).status_code == 404


def _pdf(version):
    version.refresh_from_db()
    content = files.path(version.file).read_bytes()
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_pdf_says_how_far_it_has_come_and_the_former_file_goes(
    sample, django_capture_on_commit_callbacks
):
    meeting = finished(sample)
    version = meeting.minutes.get()
    minutes.render_pdf(version_id=version.pk)
    assert "Utkast" in _pdf(version)
    before = files.path(version.file)
    with django_capture_on_commit_callbacks(execute=True):
        sent(sample, meeting)
        adjusting.give_number(meeting=meeting, number="KS 2026/0412", by=sample.oskar)
    assert not before.exists()
    minutes.render_pdf(version_id=version.pk)
    said = _pdf(version)
    for words in ("Väntar på justering", "KS 2026/0412", "Justeras av", "Anna Ek och Jonas Berg"):
        assert words in said


# Mail --------------------------------------------------------------------------------------------


def test_mails_name_no_forum_that_may_handle_individuals_and_nothing_that_is_said(sample):
    meeting = finished(sample, sample.closed)
    sending = adjusting.send(meeting=meeting, chair=sample.maria, by=sample.maria)
    ids = {"sending": sending.pk}
    told = [adjust_letters.to_adjust(user=sample.maria, ids=ids)]
    adjusting.ask_change(
        meeting=meeting, sha256=sending.sha256, texts={None: "Ändra"}, by=sample.maria
    )
    told.append(adjust_letters.change_asked(user=sample.maria, ids=ids))
    again = adjusting.send(meeting=meeting, chair=sample.maria, by=sample.maria)
    adjusting.adjust(meeting=meeting, sha256=again.sha256, by=sample.maria)
    told.append(adjust_letters.adjusted(user=sample.maria, ids={"sending": again.pk}))
    told.append(adjust_letters.minutes_locked(user=sample.nils, ids={"sending": again.pk}))
    made = adjusting.correct(meeting=meeting, text="Fel.", by=sample.maria)
    ids = {"version": made.version_id}
    told.append(adjust_letters.corrected(user=sample.nils, ids=ids))
    for letter in told:
        assert sample.closed.name not in letter.subject + letter.body
        assert "Särskild" not in letter.subject + letter.body
    assert adjust_letters.corrected(user=sample.sara, ids=ids) is None


def test_minutes_that_are_locked_are_told_of_with_a_link_and_nothing_that_they_say(sample):
    meeting = finished(sample)
    meeting.items.all().update(title="kanarierubrik", notes="kanarietext")
    sending = adjusting.send(
        meeting=meeting, chair=sample.anna, second=sample.jonas, by=sample.oskar
    )
    ids = {"sending": sending.pk}
    assert adjust_letters.minutes_locked(user=sample.gun, ids=ids) is None
    for one in (sample.jonas, sample.anna):
        adjusting.adjust(meeting=meeting, sha256=sending.sha256, by=one)
    letter = adjust_letters.minutes_locked(user=sample.gun, ids=ids)
    assert letter.url == url("minutes", meeting)
    assert sample.council.name in letter.subject
    assert "kanarie" not in letter.subject + letter.body
    assert adjust_letters.minutes_locked(user=sample.sara, ids=ids) is None


def test_the_secretary_is_reminded_though_a_coordinator_sent_the_minutes(sample):
    adjusting.send(
        meeting=finished(sample),
        chair=sample.anna,
        second=sample.jonas,
        by=sample.maria,
        now=sample.now,
    )
    adjust_reminders.post(now=at(sample.today + timedelta(days=5)))
    waits = OutgoingMail.objects.filter(letter="forums.adjust_waits_writer")
    assert [one.user_id for one in waits] == [sample.oskar.pk]
    sample.council.seats.filter(role="secretary").update(role="member")
    waits.delete()
    adjust_reminders.post(now=at(sample.today + timedelta(days=5)))
    assert [one.user_id for one in waits.all()] == [sample.maria.pk]


def test_a_letter_whose_cause_is_over_is_not_sent(sample):
    sending = sent(sample)
    ids = {"sending": sending.pk}
    assert adjust_letters.to_adjust(user=sample.jonas, ids=ids).url == url(
        "adjust", sending.meeting
    )
    adjusting.adjust(meeting=sending.meeting, sha256=sending.sha256, by=sample.jonas)
    assert adjust_letters.to_adjust(user=sample.jonas, ids=ids) is None
    assert adjust_letters.change_asked(user=sample.oskar, ids=ids) is None


def at(day):
    return timezone.make_aware(datetime.combine(day, time(6, 5)))


def test_the_adjuster_is_reminded_after_three_days_the_writer_after_five_the_chair_after_ten(
    sample,
):
    sending = sent(sample, now=sample.now)
    adjusting.adjust(meeting=sending.meeting, sha256=sending.sha256, by=sample.jonas)
    reminded = {}
    for days in range(1, 13):
        now = at(sample.today + timedelta(days=days))
        before = set(OutgoingMail.objects.values_list("pk", flat=True))
        for _twice in range(2):
            adjust_reminders.post(now=now)
        new = OutgoingMail.objects.exclude(pk__in=before)
        if new:
            reminded[days] = sorted((one.letter, one.user_id) for one in new)
    assert reminded == {
        3: [("forums.adjust_waits", sample.anna.pk)],
        5: [("forums.adjust_waits_writer", sample.oskar.pk)],
        10: [("forums.adjust_waits_chair", sample.anna.pk)],
    }


def test_a_reminder_names_what_waits_or_nothing_when_it_may_not(sample):
    sending = sent(sample, now=sample.now)
    day = {"day": (sample.today + timedelta(days=3)).isoformat()}
    letter = adjust_letters.LETTERS["forums.adjust_waits"](user=sample.anna, ids=day)
    assert sample.council.name in letter.body
    assert letter.url == url("adjust", sending.meeting)
    closed = finished(sample, sample.closed)
    adjusting.send(meeting=closed, chair=sample.maria, by=sample.maria, now=sample.now)
    letter = adjust_letters.LETTERS["forums.adjust_waits"](user=sample.maria, ids=day)
    assert "Särskild" not in letter.subject + letter.body
    adjusting.take_back(meeting=sending.meeting, by=sample.oskar)
    assert adjust_letters.LETTERS["forums.adjust_waits"](user=sample.anna, ids=day) is None


# The start page ----------------------------------------------------------------------------------


def test_each_has_their_own_task_and_nobody_elses(sample):
    def titles(who):
        return client(who).get("/att-gora/").content.decode()

    meeting = finished(sample)
    assert "Skicka protokollet för justering" in titles(sample.oskar)
    assert "Skicka protokollet för justering" not in titles(sample.gun)
    sending = sent(sample, meeting)
    assert "Justera protokollet" in titles(sample.jonas)
    assert "Justera protokollet" not in titles(sample.gun)
    adjusting.ask_change(
        meeting=meeting, sha256=sending.sha256, texts={None: "Ändra"}, by=sample.jonas
    )
    assert "Ändring begärd" in titles(sample.oskar)
    assert "Justera protokollet" not in titles(sample.jonas)
