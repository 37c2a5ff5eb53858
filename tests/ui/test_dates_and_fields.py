"""Dates, times and text: what people may type, what they are told, how it reads."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django import forms
from django.core.exceptions import ValidationError
from django.forms import formset_factory
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from coordination.ui import dates
from coordination.ui.fields import (
    DateField,
    GuardedText,
    NoSuchDate,
    TimeField,
    read_date,
    row_key,
)
from coordination.ui.forms import FormError, PortalForm, PortalFormSet, error_summary

pytestmark = pytest.mark.any_engine

TODAY = dt.date(2026, 4, 15)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def in_april_2026():
    # 23.30 UTC the day before is already the 15th in Stockholm.
    with time_machine.travel(dt.datetime(2026, 4, 14, 23, 30, tzinfo=dt.UTC), tick=False):
        yield


@pytest.mark.parametrize(
    "text, meant",
    [
        ("2026-05-12", "2026-05-12"),
        (" 2026-05-12 ", "2026-05-12"),
        ("20260512", "2026-05-12"),
        ("2026-5-12", "2026-05-12"),
        ("2026–05–12", "2026-05-12"),
        ("２０２６-05-12", "2026-05-12"),
        ("2026/05/12", "2026-05-12"),
        ("12 maj", "2026-05-12"),
        ("12 Maj 2027", "2027-05-12"),
        ("12 may", "2026-05-12"),
        ("May 12, 2026", "2026-05-12"),
        ("den 12:e maj", "2026-05-12"),
        ("tisdag 12 maj", "2026-05-12"),
        ("tisdagen den 12 maj 2026", None),
        ("tis 12 maj", "2026-05-12"),
        ("12/5", "2026-05-12"),
        ("12/5 2026", "2026-05-12"),
        ("12/5-2026", "2026-05-12"),
        ("15/4", "2026-04-15"),
        ("12/1", "2027-01-12"),
        ("29 feb", "2028-02-29"),
        ("i dag", "2026-04-15"),
        ("i morgon", "2026-04-16"),
        ("I övermorgon", "2026-04-17"),
        ("tomorrow", "2026-04-16"),
        ("om 2 veckor", "2026-04-29"),
        ("Om två veckor", "2026-04-29"),
        ("om en månad", "2026-05-15"),
        ("om 3 månader", "2026-07-15"),
        ("om ett år", "2027-04-15"),
        ("in 2 weeks", "2026-04-29"),
        ("in a month", "2026-05-15"),
        ("för 3 dagar sedan", "2026-04-12"),
        ("a week ago", "2026-04-08"),
    ],
)
def test_a_date_may_be_written_in_many_ways(text, meant):
    if meant is None:
        with pytest.raises(ValueError):
            read_date(text, today=TODAY)
    else:
        assert read_date(text, today=TODAY).isoformat() == meant


def test_a_month_ahead_never_leaves_the_month():
    assert read_date("om en månad", today=dt.date(2026, 1, 31)) == dt.date(2026, 2, 28)


def test_a_date_just_on_the_wrong_side_of_today_is_not_moved_a_year_away():
    day = dt.date(2026, 11, 23)
    assert read_date("30/11", today=day, past=True) == dt.date(2026, 11, 30)
    assert read_date("20/11", today=day) == dt.date(2026, 11, 20)
    assert read_date("12/5", today=day) == dt.date(2027, 5, 12)
    assert read_date("5/1", today=dt.date(2026, 12, 20)) == dt.date(2027, 1, 5)
    assert read_date("28/12", today=dt.date(2027, 1, 5)) == dt.date(2026, 12, 28)
    assert read_date("20/12", today=dt.date(2027, 1, 5), past=True) == dt.date(2026, 12, 20)


@pytest.mark.parametrize(
    ("text", "past", "expected"),
    [
        ("fredag", False, dt.date(2026, 11, 27)),
        ("nästa fredag", False, dt.date(2026, 11, 27)),
        ("på måndag", False, dt.date(2026, 11, 30)),
        ("tisdag", True, dt.date(2026, 11, 17)),
        ("måndag", True, dt.date(2026, 11, 23)),
    ],
)
def test_a_weekday_alone_is_the_next_one_or_the_latest(text, past, expected):
    assert read_date(text, today=dt.date(2026, 11, 23), past=past) == expected


def test_a_date_without_year_is_the_latest_one_where_the_past_is_asked_for():
    assert read_date("12 augusti", today=TODAY, past=True) == dt.date(2025, 8, 12)
    assert read_date("15/4", today=TODAY, past=True) == TODAY
    assert read_date("29/2", today=TODAY, past=True) == dt.date(2024, 2, 29)


@pytest.mark.parametrize(
    "text",
    ["30 feb", "2026-02-29", "2026-13-01", "31/4", "20260231", "måndag 12 maj 2026", "0026-05-12"],
)
def test_a_day_that_does_not_exist_is_told_apart_from_no_date_at_all(text):
    with pytest.raises(NoSuchDate):
        read_date(text, today=TODAY)
    with pytest.raises(forms.ValidationError) as refusal:
        DateField().clean(text)
    assert refusal.value.messages == ["That date does not exist. Check day and month."]


@pytest.mark.parametrize("text", ["snart", "12", "260512", "om många veckor", "\x00", "12 maj 26"])
def test_what_is_no_date_gets_the_sentence_that_shows_one(text):
    with pytest.raises(forms.ValidationError) as refusal:
        DateField().clean(text)
    assert refusal.value.messages == ["Enter a date, e.g. 2026-05-12"]


def test_an_empty_date_asks_for_one_unless_it_is_optional():
    with pytest.raises(forms.ValidationError, match="Enter a date"):
        DateField().clean("  ")
    assert DateField(required=False).clean("  ") is None


@given(st.text(max_size=40))
def test_no_text_breaks_the_date_field(text):
    try:
        read = DateField().clean(text)
    except forms.ValidationError:
        return
    assert isinstance(read, dt.date)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))
def test_a_date_survives_being_shown_and_sent_back(day):
    field = DateField()
    assert field.clean(field.prepare_value(day)) == day


@pytest.mark.parametrize("far", ["om 999 år", "in 999 years", "för 999 år sedan", "999 years ago"])
def test_a_count_far_away_is_no_crash(far):
    try:
        DateField().clean(far)
    except forms.ValidationError:
        pass


@pytest.mark.parametrize(
    "text, hour, minute",
    [
        ("13.00", 13, 0),
        ("13:00", 13, 0),
        ("1300", 13, 0),
        ("13", 13, 0),
        ("930", 9, 30),
        ("9", 9, 0),
        ("kl. 13.15", 13, 15),
        ("kl 8", 8, 0),
        ("00:00", 0, 0),
        ("１３：００", 13, 0),
    ],
)
def test_a_time_may_be_written_in_many_ways(text, hour, minute):
    assert TimeField().clean(text) == dt.time(hour, minute)


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("24.00", "That time does not exist. Check hours and minutes."),
        ("13.60", "That time does not exist. Check hours and minutes."),
        ("eftermiddag", "Enter a time, e.g. 13.00"),
        ("", "Enter a time, e.g. 13.00"),
        ("13.0", "Enter a time, e.g. 13.00"),
    ],
)
def test_a_wrong_time_says_what_is_wrong(text, sentence):
    with pytest.raises(forms.ValidationError) as refusal:
        TimeField().clean(text)
    assert refusal.value.messages == [sentence]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_time_survives_being_shown_and_sent_back(language):
    with translation.override(language):
        field = TimeField()
        assert field.clean(field.prepare_value(dt.time(8, 5))) == dt.time(8, 5)


class Notes(PortalForm):
    notes = GuardedText(limit=10, multiline=True, label="Notes")
    title = GuardedText(limit=20, label="Title", required=False, help_text="Short")
    day = DateField(label="Day", required=False)
    kind = forms.ChoiceField(
        choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, label="Kind"
    )
    sure = forms.BooleanField(required=False, label="Sure")


def test_a_text_that_is_too_long_stays_and_says_how_much_to_remove():
    form = Notes({"notes": "twelve signs", "kind": "a"})
    assert form.errors["notes"] == ["Notes can be at most 10 characters. Remove 2."]
    assert "twelve signs" in str(form["notes"])
    assert 'data-char-limit="10"' in str(form["notes"])
    assert "maxlength" not in str(form["notes"])


def test_a_line_break_counts_once_whatever_the_browser_sends():
    form = Notes({"notes": "12345\r\n789\r", "kind": "a"})
    assert form.is_valid()
    assert form.cleaned_data["notes"] == "12345\n789"


def test_a_single_line_stays_a_single_line():
    form = Notes({"notes": "x", "title": "one\r\n two", "kind": "a"})
    assert form.is_valid()
    assert form.cleaned_data["title"] == "one two"


def test_letters_put_together_from_parts_are_stored_as_letters():
    form = Notes({"notes": "a\u030ao\u0308", "kind": "a"})
    assert form.is_valid()
    assert form.cleaned_data["notes"] == "åö"


@pytest.mark.parametrize("bad", ["a\x00b", "a\x1bb", "a\ud800b", "a\x07"])
def test_what_no_database_or_document_can_hold_is_refused(bad):
    form = Notes({"notes": bad, "kind": "a"})
    assert len(form.errors["notes"]) == 1
    assert "cannot be saved" in form.errors["notes"][0]


def test_an_identity_number_is_refused_and_the_text_kept():
    form = Notes({"notes": "850709-9805", "kind": "a"})
    assert not form.is_valid()
    assert "850709-9805" in str(form["notes"])
    assert "850709-9805" not in str(form.errors)


def test_the_guard_can_be_left_out_for_the_walled_side():
    assert GuardedText(limit=50, guard=False).clean("850709-9805") == "850709-9805"


def test_an_empty_field_is_asked_for_in_a_sentence_that_reads():
    class Asking(PortalForm):
        mail = forms.CharField(label="E-mail")
        it = forms.CharField(label="IT system")
        why = forms.CharField(label="Why do you need it?")

    errors = Asking({}).errors
    assert errors["mail"] == ["Enter e-mail"]
    assert errors["it"] == ["Enter IT system"]
    assert errors["why"] == ["Answer the question “Why do you need it?”"]


def test_a_label_says_when_the_field_is_optional_and_nothing_when_it_is_not():
    form = Notes()
    assert form["notes"].label == "Notes"
    assert form["title"].label == "Title (optional)"
    assert form["title"].plain_label == "Title"
    assert form["sure"].label == "Sure"
    assert "required" not in str(form["notes"])
    assert 'autocomplete="off"' in str(form["title"])


def test_a_row_that_may_be_left_out_marks_only_what_a_used_row_may_lack():
    class Row(PortalForm):
        mark_optional = frozenset({"presenter"})
        heading = forms.CharField(required=False)
        presenter = forms.CharField(required=False)

    assert Row()["heading"].label == "Heading"
    assert Row()["presenter"].label == "Presenter (optional)"


def test_a_control_is_described_by_its_hint_and_its_error():
    form = Notes({"notes": "x", "kind": "a", "title": "x" * 21})
    control = str(form["title"])
    assert 'aria-describedby="id_title_helptext id_title_error"' in control
    assert 'aria-invalid="true"' in control
    assert form["title"].hint_id == "id_title_helptext"
    assert form["title"].error_id == "id_title_error"


def test_the_summary_has_the_words_of_the_fields_and_leads_to_a_control():
    form = Notes({"title": "x" * 21})
    form.add_refusal(ValueError("It is too late."))
    assert form.error_summary == [
        FormError("", "It is too late."),
        FormError("id_notes", "Enter notes"),
        FormError("id_title", "Title can be at most 20 characters. Remove 1."),
        FormError("id_kind_0", "Choose kind"),
    ]
    for error in form.error_summary[1:]:
        assert error.message in str(form.errors)
    assert 'id="id_kind_0"' in str(form["kind"])


class TooEarly(Exception):
    field = "day"


def test_a_refusal_goes_to_the_field_it_names():
    form = Notes({"notes": "x", "kind": "a"})
    form.add_refusal(TooEarly("The date must be today or later"))
    assert form.errors["day"] == ["The date must be today or later"]
    form.add_refusal(TooEarly("Again"), "title")
    assert form.errors["title"] == ["Again"]


def test_an_unsent_form_has_no_errors():
    assert Notes().error_summary == []


class Row(PortalForm):
    what = GuardedText(limit=5, label="What")


def test_rows_of_a_formset_lead_to_their_own_controls():
    rows = formset_factory(Row, formset=PortalFormSet, extra=0, min_num=2, validate_min=True)
    formset = rows(
        {
            "r-TOTAL_FORMS": "2",
            "r-INITIAL_FORMS": "0",
            "r-0-what": "right",
            "r-1-what": "too long",
        },
        prefix="r",
    )
    assert formset.error_summary == [
        FormError("id_r-1-what", "What can be at most 5 characters. Remove 3.")
    ]
    assert error_summary(Notes({"notes": "x"}), formset, None)[0].field_id == "id_kind_0"


STOCKHOLM = ZoneInfo("Europe/Stockholm")


def shown(template: str, **context) -> str:
    return Template(template).render(Context(context))


def test_a_moment_reads_as_local_time_whatever_zone_it_is_stored_in():
    start = dt.datetime(2026, 4, 21, 11, 0, tzinfo=dt.UTC)
    end = dt.datetime(2026, 4, 21, 14, 30, tzinfo=STOCKHOLM)
    assert shown("{{ s|period:e }}", s=start, e=end) == "Tuesday 21 April 2026 at 13:00–14:30"
    assert shown("{{ s|day }}", s=dt.datetime(2026, 5, 11, 22, 30, tzinfo=dt.UTC)) == "12 May 2026"
    assert shown("{{ s|day_short }}", s=dt.date(2026, 5, 12)) == "12 May"
    assert shown("{{ s|clock }}", s=dt.time(9, 5)) == "at 09:05"
    assert shown("{{ s|day }}{{ s|clock }}{{ s|period }}{{ s|late }}", s=None) == ""


def test_a_period_over_midnight_names_both_days():
    start = dt.datetime(2026, 4, 21, 22, 0, tzinfo=STOCKHOLM)
    assert (
        dates.period(start, start + dt.timedelta(hours=3))
        == "Tuesday 21 April 2026 at 22:00 – Wednesday 22 April 2026 at 01:00"
    )


def test_lateness_counts_days_and_says_nothing_in_time():
    assert shown("{{ d|late }}", d=dt.date(2026, 4, 14)) == "1 day late"
    assert shown("{{ d|late }}", d=dt.date(2026, 4, 12)) == "3 days late"
    assert shown("{{ d|late:'neuter' }}", d=3) == "3 days late"
    assert shown("{{ d|late }}", d=TODAY) == ""


@pytest.mark.parametrize(
    "size, text",
    [
        (0, "0 B"),
        (999, "999 B"),
        (84_123, "84 kB"),
        (1_234_567, "1.2 MB"),
        (999_600, "1 MB"),
        (5_000_000_000, "5 GB"),
    ],
)
def test_a_size_is_short(size, text):
    assert dates.filesize(size).replace("\u00a0", " ") == text


def test_paragraphs_are_escaped():
    assert (
        shown("{{ t|paragraphs }}", t="One <b>\r\ntwo\n\n\nthree & four\n")
        == "<p>One &lt;b&gt;<br>two</p>\n<p>three &amp; four</p>"
    )
    assert shown("{{ t|paragraphs }}", t=None) == ""


def test_a_link_keeps_the_filters_and_leaves_the_page():
    request = RequestFactory().get("/", {"forum": "2", "page": "3", "sort": "name"})
    assert shown("{% query sort='-date' %}", request=request) == "?forum=2&amp;sort=-date"
    assert shown("{% query sort=None page=2 %}", request=request) == "?forum=2&amp;page=2"


TWO_MEGABYTES = 2_000_000


@pytest.mark.parametrize(
    "text",
    [
        "850709-9805 " + "x" * TWO_MEGABYTES,
        "tel 0504041005 " * (TWO_MEGABYTES // 15),
        "a" + "\u0300\u0316" * (TWO_MEGABYTES // 2),
        "a" + "\n" * TWO_MEGABYTES + "b",
        "a" + " " * TWO_MEGABYTES + "b",
    ],
)
@pytest.mark.parametrize("multiline", [True, False])
def test_a_text_far_too_long_is_refused_for_its_length_before_anything_reads_it(text, multiline):
    field = GuardedText(limit=20_000, multiline=multiline, label="Notes")
    with pytest.raises(ValidationError) as refused:
        field.clean(text)
    assert refused.value.code == "too_long"
    assert f"Remove {len(text.strip()) - 20_000}" in refused.value.messages[0]


def test_a_text_a_little_too_long_is_refused_for_its_length_before_the_guard_reads_it():
    with pytest.raises(ValidationError) as refused:
        GuardedText(limit=5, label="What").clean("850709-9805")
    assert refused.value.code == "too_long"


def test_marks_in_a_heap_are_refused_and_those_of_a_language_are_not():
    field = GuardedText(limit=20_000, label="Notes")
    with pytest.raises(ValidationError) as refused:
        field.clean("a" + "\u0300\u0316" * 10_000)
    assert refused.value.code == "unreadable"
    assert field.clean("A\u030angstro\u0308m") == "Ångström"


@pytest.mark.parametrize("turning", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_what_turns_the_text_on_the_screen_is_refused_in_a_name(turning):
    text = f"Anna {turning}Ek"
    with pytest.raises(ValidationError) as refused:
        GuardedText(limit=80, label="Name").clean(text)
    assert refused.value.code == "unreadable"
    assert GuardedText(limit=80, label="Notes", multiline=True).clean(text) == text


@pytest.mark.parametrize("field", [DateField(), TimeField()])
def test_no_date_or_time_is_read_out_of_a_long_text(field):
    with pytest.raises(ValidationError) as refused:
        field.clean("13" + " " * 200 + "x")
    assert refused.value.code == "invalid"
    with pytest.raises(ValidationError) as refused:
        field.clean("1" + "\u0300\u0316" * (TWO_MEGABYTES // 2))
    assert refused.value.code == "invalid"
    assert field.clean(" " * 200 + ("13.00" if isinstance(field, TimeField) else "2026-05-12"))


@pytest.mark.parametrize("text", ["om 999 år", "in 200 years", "för 300 år sedan"])
def test_a_date_counted_from_today_stays_within_the_years_of_the_calendar(text):
    with pytest.raises(NoSuchDate):
        read_date(text, today=TODAY)


@pytest.mark.parametrize(
    "text", ["", "x", "-1", "1.0", " 1", "\u0663", "\u00b2", "1" * 19, "9" * 5000]
)
def test_a_key_of_a_row_is_plain_digits_that_a_column_holds(text):
    assert row_key(text) is None
    assert row_key("012") == 12
    assert row_key("9" * 18) == 10**18 - 1
