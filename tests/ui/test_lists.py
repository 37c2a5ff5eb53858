"""Lists: sort, filter and page by address; Swedish order and folding on both engines."""

import pytest
from django import forms
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Value
from django.db.models.functions import NullIf
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from coordination.ui.lists import Column, FilterForm, ListPage, swedish, swedish_key
from coordination.ui.sqlite import like

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


class GroupFilter(FilterForm):
    text = forms.CharField(label="Text")
    kind = forms.MultipleChoiceField(
        label="Kind", choices=[("a", "Alpha"), ("b", "Beta"), ("c", "Gamma")]
    )
    day = forms.DateField(label="Day")

    def narrow(self, queryset):
        if text := self.cleaned_data.get("text"):
            queryset = queryset.filter(name__icontains=text)
        if kinds := self.cleaned_data.get("kind"):
            queryset = queryset.filter(name__regex=f"^[{''.join(kinds)}]")
        return queryset


COLUMNS = [
    Column("name", "Name", order=(swedish("name"),), css="wide", up="A to Z", down="Z to A"),
    Column("made", "Made", order=("pk",)),
    Column("note", "Note"),
]


def groups(*names):
    Group.objects.bulk_create(Group(name=name) for name in names)


def page(query="", *, default="name", filters=GroupFilter, **kwargs):
    request = RequestFactory().get("/list/" + query)
    return ListPage(
        request, Group.objects.all(), columns=COLUMNS, default=default, filters=filters, **kwargs
    )


def names(listed):
    return [group.name for group in listed.rows]


def test_swedish_order_puts_å_ä_ö_last_in_upper_and_lower_case():
    groups("ö", "Ärla", "zebra", "Åsa", "anna", "Émile", "ete", "Öland", "1 a", "§", "ånga", "edit")
    assert names(page()) == [
        "§", "1 a", "anna", "edit", "Émile", "ete", "zebra", "ånga", "Åsa", "Ärla", "ö", "Öland",
    ]  # fmt: skip
    assert names(page("?sort=-name"))[:3] == ["Öland", "ö", "Ärla"]
    assert [*sorted(names(page("?sort=made")), key=swedish_key)] == names(page())


def test_search_folds_å_ä_ö_as_it_folds_a():
    groups("Ärendehandläggning", "Örebro", "annat", "100 %", "100_a", "100xa")
    for text in ("ärende", "ÄRENDE", "Handläggning"):
        assert names(page(f"?text={text}")) == ["Ärendehandläggning"]
    assert names(page("?text=100+%25")) == ["100 %"]
    assert names(page("?text=100_")) == ["100_a"]
    assert Group.objects.filter(name__iexact="örebro").exists()
    assert Group.objects.filter(name__istartswith="ör").exists()
    assert not Group.objects.filter(name__iexact="öreb").exists()


@given(text=st.text(max_size=12), part=st.text(max_size=3))
def test_sqlites_like_agrees_with_python(text, part):
    escaped = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    fold = lambda s: __import__("unicodedata").normalize("NFC", s).casefold()  # noqa: E731
    assert like(f"%{escaped}%", text, "\\") == (fold(part) in fold(text))
    assert like(f"{escaped}%", text, "\\") == fold(text).startswith(fold(part))
    assert like(f"{escaped}", text, "\\") == (fold(text) == fold(part))


def test_like_knows_null_and_the_single_character():
    assert like(None, "a") is None
    assert like("a", None) is None
    assert like("å_", "ÅB") is True
    assert like("_", "ab") is False


@pytest.mark.parametrize(
    "query",
    ["?page=0", "?page=-1", "?page=x", "?page=99999999999", "?sort=nonsense", "?sort=note",
     "?sort=--name", "?kind=z", "?day=yesterdayish", "?after=1", "?before=x", "?page=²",
     "?after=99999999999999999999999", "?text=%00", "?text=850709-9805"],
)  # fmt: skip
def test_a_wrong_address_falls_back_and_never_fails(query):
    groups("a", "b")
    listed = page(query)
    assert set(names(listed)) <= {"a", "b"}
    if "text" not in query:
        assert names(listed) == ["a", "b"]
    assert not listed.pages
    assert listed.sorted_text == "Sorted by name, A to Z"


def test_a_page_beyond_the_last_is_the_last():
    groups(*(f"a{n:03}" for n in range(30)))
    listed = page("?page=7")
    assert names(listed) == ["a025", "a026", "a027", "a028", "a029"]
    assert listed.showing == "Showing 26–30 of 30"
    assert listed.count_words == "30 items"


def test_heads_say_how_the_list_is_sorted_and_turn_it():
    groups("a")
    name, made, note = page("?sort=-name&text=a&page=2").columns
    assert (name.sorted, name.url, name.css) == ("descending", "?text=a", "wide")
    assert (made.sorted, made.url) == ("", "?text=a&sort=made")
    assert (note.sorted, note.url) == ("", "")
    assert page().columns[0].url == "?sort=-name"


def test_chips_take_away_one_filter_value_each():
    groups("a", "b", "c")
    listed = page("?kind=a&kind=b&text=&sort=made&page=2")
    assert names(listed) == ["a", "b"]
    assert [(chip.label, chip.remove_url) for chip in listed.chips] == [
        ("Kind: Alpha", "?kind=b&sort=made"),
        ("Kind: Beta", "?kind=a&sort=made"),
    ]
    assert listed.clear_url == "?sort=made"
    assert 'name="sort" value="made"' in str(listed.filters["sort"])
    assert page().clear_url == ""
    assert page().chips == []


def test_an_invalid_filter_is_told_at_its_field_and_left_out_of_every_address():
    groups("a")
    listed = page("?day=soon&text=a")
    assert "day" in listed.filters.errors
    assert [chip.label for chip in listed.chips] == ["Text: a"]
    assert "day" not in listed.columns[0].url


def test_an_empty_list_says_so():
    listed = page()
    assert listed.rows == []
    assert listed.showing == "Showing 0 of 0"
    assert listed.pages == []


def test_links_lead_through_the_pages_with_gaps():
    groups(*(f"a{n:03}" for n in range(250)))
    assert [link.label or "…" for link in page("?page=5").pages] == [
        "Previous", "1", "…", "4", "5", "6", "…", "10", "Next",
    ]  # fmt: skip
    assert [link.label for link in page().pages] == ["1", "2", "", "10", "Next"]
    assert [link.label for link in page("?page=3").pages][:4] == ["Previous", "1", "2", "3"]
    assert [link.kind for link in page("?page=10").pages][-1] == ""
    current = [link for link in page("?page=5").pages if link.current]
    assert [link.url for link in current] == ["?page=5"]


@pytest.mark.parametrize("count", [1, 30])
def test_a_list_costs_two_queries(count, django_assert_num_queries):
    groups(*(f"a{n}" for n in range(count)))
    with django_assert_num_queries(2):
        listed = page("?text=a")
        assert listed.rows
        assert listed.columns
        assert listed.showing
        assert listed.chips


def test_more_than_a_thousand_are_not_counted_and_every_row_is_reached_both_ways(
    django_assert_num_queries,
):
    # Half of the rows have nothing to sort by, and many have the same.
    Group.objects.bulk_create(Group(name=f"{n % 7}-{n}") for n in range(1_205))
    columns = [
        Column(
            "first",
            "First",
            order=(
                NullIf(_first_letter(), Value("3")),
                "-name",
            ),
        )
    ]

    def at(query):
        return ListPage(
            RequestFactory().get("/" + query),
            Group.objects.all(),
            columns=columns,
            default="first",
            per_page=100,
        )

    for sort in ("first", "-first"):
        listed = at(f"?sort={sort}&page=10")
        assert listed.count_words == "more than 1,000"
        assert listed.showing.endswith("of more than 1,000")
        seen = []
        url = f"?sort={sort}"
        steps = 0
        while url:
            listed = at(url)
            seen += [row.pk for row in listed.rows]
            url = next((link.url for link in listed.pages if link.kind == "next"), "")
            steps += 1
        assert steps == 13
        assert len(seen) == len(set(seen)) == 1_205
        back = []
        while True:
            back = [row.pk for row in listed.rows] + back
            url = next((link.url for link in listed.pages if link.kind == "previous"), "")
            if "before" not in url:
                break
            listed = at(url)
        assert back == seen[-len(back) :]
        assert len(back) > 1_000
    with django_assert_num_queries(3):
        at(f"?after={seen[600]}")


def _first_letter():
    from django.db.models.functions import Substr

    return Substr("name", 1, 1)


def test_a_row_the_person_may_not_see_is_no_place_to_start_from():
    Group.objects.bulk_create(Group(name=f"{'b' if n else 'a'}{n:05}") for n in range(1_100))
    hidden = Group.objects.get(name="a00000")
    request = RequestFactory().get(f"/?after={hidden.pk}")
    listed = ListPage(
        request, Group.objects.filter(name__startswith="b"), columns=COLUMNS, default="name"
    )
    assert listed.number == 1


EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}


def test_a_large_list_stays_cheap():
    count = 20_000
    now = timezone.now()
    Session.objects.bulk_create(
        (Session(session_key=f"{n:040}", session_data="", expire_date=now) for n in range(count)),
        batch_size=2_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    columns = [Column("key", "Key", order=("session_key",))]
    with CaptureQueriesContext(connection) as asked:
        listed = ListPage(
            RequestFactory().get(f"/?after={count - 40:040}"),
            Session.objects.all(),
            columns=columns,
            default="key",
        )
        assert listed.rows[0].pk == f"{count - 39:040}"
    # Every question stops somewhere, and none reads the table and sorts it to get there.
    for question in asked:
        assert " LIMIT " in question["sql"]
        with connection.cursor() as cursor:
            cursor.execute(f"{EXPLAIN[connection.vendor]} {question['sql']}")
            plan = str(cursor.fetchall()).lower()
        if " ORDER BY " in question["sql"]:
            assert "index" in plan
        assert "b-tree for order by" not in plan
        assert "sort key" not in plan
