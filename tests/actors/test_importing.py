"""Lists of actors: read as people write them, checked row by row, read in whole or not at all, undone."""

import datetime as dt
import io

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coordination.access.refused import Refused
from coordination.actors import importing, organisations, register
from coordination.actors.models import (
    ActorImport,
    ContactFunction,
    ImportedRow,
    Organisation,
)
from coordination.actors.register import Contact
from coordination.audit import log
from coordination.jobs import files, queue
from coordination.jobs.models import Job
from coordination.writing import saved_views
from forums import register as forums
from tests import snapshots
from tests.actors.lists import HEADER, csv_of, many, xlsx_of
from tests.actors.test_register import Places, association, build, signed_in

pytestmark = pytest.mark.django_db

ROW = ("Föreningen Å", "Förening", "Vivalla", "Generell", "Ordförande", "Kim Ö", "019-21 10 00", "")


@pytest.fixture
def cast_there(db) -> Places:
    return snapshots.given(build)


@pytest.fixture(autouse=True)
def unscanned(settings) -> None:
    settings.UPLOADS_UNSCANNED = True


def work() -> None:
    """What the worker does."""
    for job in Job.objects.filter(kind=importing.KIND, state="due"):
        assert queue.run(job.pk), Job.objects.get(pk=job.pk).last_error


def handed_in(places: Places, content: bytes, name: str = "lista.csv") -> ActorImport:
    with importing.checked_file(content, name) as (kind, file):
        made = importing.hand_in(by=places["anna"], kind=kind, file=file, language="sv")
    work()
    made.refresh_from_db()
    return made


def read_in(places: Places, content: bytes, name: str = "lista.csv") -> ActorImport:
    made = handed_in(places, content, name)
    importing.apply(by=places["anna"], of=made)
    work()
    made.refresh_from_db()
    return made


def figures(made: ActorImport) -> tuple[int, int, int, int]:
    return made.added, made.changed, made.same, made.refused


def faults(made: ActorImport) -> dict[int, str]:
    rows = importing.rows_of(made).filter(outcome="refused").order_by("number")
    return dict(rows.values_list("number", "reason"))


def register_now() -> list:
    """Everything that is known of every actor."""
    return [
        (one.name, one.valid_from, register.profile_of(one))
        for one in Organisation.objects.order_by("name")
    ]


# Read and checked ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("cp1252", "Windows-1252"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
    ],
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_text_is_read_in_each_encoding_and_with_each_delimiter(
    cast_there, encoding, said, delimiter
):
    made = read_in(cast_there, csv_of([HEADER, ROW], encoding, delimiter))
    assert (made.read_as, figures(made)) == (said, (1, 0, 0, 0))
    actor = Organisation.objects.get(name="Föreningen Å")
    assert register.profile_of(actor).contacts == (Contact("Ordförande", "Kim Ö", "019-21 10 00"),)


def test_a_workbook_is_read_with_its_days_and_numbers(cast_there):
    header = (*HEADER, "Från och med")
    rows = [header, (*ROW, dt.date(2024, 2, 29)), ("Tvåan", "skola", *[""] * 6, "2024-03-01")]
    made = read_in(cast_there, xlsx_of(rows), "lista.xlsx")
    assert (made.state, made.read_as, figures(made)) == ("applied", "Sheet", (2, 0, 0, 0))
    assert Organisation.objects.get(name="Föreningen Å").valid_from == dt.date(2024, 2, 29)
    assert Organisation.objects.get(name="Tvåan").valid_from == dt.date(2024, 3, 1)


def broken_utf8() -> bytes:
    return csv_of([HEADER, ROW], "utf-8").decode("cp1252", "replace").encode("utf-8")


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (lambda: broken_utf8(), "l.csv", "å, ä och ö"),
        (lambda: csv_of([HEADER, ROW], "utf-32"), "l.csv", "å, ä och ö"),
        (lambda: csv_of([HEADER, ROW], "utf-8")[:-30] + b"\xc3\x28\x81\x8d", "l.csv", "å, ä och ö"),
        (lambda: b"\0\1\2\0\0\0\3" * 200, "l.csv", "ingen text"),
        (lambda: b"\r\n\r\n", "l.csv", "inga rader"),
        (lambda: csv_of([HEADER]), "l.csv", "under rubriken"),
        (lambda: csv_of([("Vad", "Typ"), ("a", "b")]), "l.csv", "Namn saknas"),
        (lambda: csv_of([("811228-9874", "Typ"), ("a", "b")]), "l.csv", "säger: –"),
        (lambda: csv_of([("Namn", "Aktör"), ("a", "b")]), "l.csv", "två gånger"),
        (lambda: b'Namn;Typ\r\n"' + b"x" * 200_000, "l.csv", "citattecken"),
        (lambda: xlsx_of([]), "l.xlsx", "tomt"),
        (lambda: xlsx_of([HEADER, ROW, ROW], merged=["A2:A3"]), "l.xlsx", "A2:A3"),
    ],
)
def test_a_file_that_cannot_be_read_is_answered_in_words(cast_there, content, name, words):
    made = handed_in(cast_there, content(), name)
    assert made.state == "unreadable"
    assert words in made.fault
    assert "811228" not in made.fault
    page = signed_in(cast_there, "anna").get(reverse("actor_import", args=[made.pk]))
    assert words in page.content.decode()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "l.csv"),
        (b"Namn", "l.xls"),
        (b"Namn", "l.xlsx"),
        (b"PK\x03\x04", "l.xlsx"),
    ],
)
def test_a_file_of_another_kind_is_refused_when_it_is_chosen(cast_there, content, name):
    with pytest.raises(Refused), importing.checked_file(content, name):
        pass
    assert list(files.path("x").parent.glob("actorlist-*")) == []


def test_each_faulty_row_is_named_with_its_number_and_every_reason(cast_there):
    anna = cast_there["anna"]
    old = association(anna, "Gamla")
    organisations.end(by=anna, place=old, on=timezone.localdate() - dt.timedelta(days=3))
    former = association(anna, "Förut")
    day = timezone.localdate()
    organisations.rename(by=anna, place=former, name="Numera", valid_from=day)
    rows = [
        HEADER,  # 1
        ("", "Förening"),  # 2
        ("A", "Klubb", "Månen"),  # 3
        ("B", ""),  # 4
        ("C", "Förening", "", "", "Kansli", "", "ring", "kansli"),  # 5
        ("D", "Förening", "", "", "811228-9874"),  # 6
        (),  # 7 is empty
        ("E", "Förening", "", "", "=1+1"),  # 8
        ("Gamla", "Förening"),  # 9
        ("Förut", "Förening"),  # 10
        ("F", "Förening"),  # 11
        ("f", "Skola"),  # 12
        ("A", "Förening"),  # 13: no fault of its own
        ("Socialförvaltningen", "Förening"),  # 14
        ("x" * 121, "Förening"),  # 15
        ("Grannkommunen", "Kommun"),  # 16
    ]
    made = handed_in(cast_there, csv_of(rows))
    found = faults(made)
    assert set(found) == {2, 3, 4, 5, 6, 8, 9, 10, 12, 14, 15, 16}
    assert "vad aktören heter" in found[2]
    assert "Klubb" in found[3]
    assert "Månen" in found[3]
    assert "Typ saknas" in found[4]
    assert "e-postadressen" in found[5] or "telefonnumret" in found[5]
    assert "personnummer" in found[6]
    assert "811228" not in "".join(found.values())
    assert "formel" in found[8]
    assert "upphörde" in found[9]
    assert "Numera" in found[10]
    assert "Rad 11" in found[12]
    assert "Förvaltning" in found[14]
    assert made.state == "ready"


def test_what_a_spreadsheet_made_of_a_cell_is_refused_with_what_to_do(cast_there):
    rows = [
        (*HEADER, "Från och med"),
        ("A", "Förening", "", "", "Kansli", "", 19211000, "", ""),
        ("B", "Förening", "", "", dt.date(2024, 1, 2), "", "", "", ""),
        ("C", "Förening", "", "", "=A1", "", "", "", ""),
        ("D", "Förening", "", "", "Kansli", "", "", "", 45321),
        ("E", "Förening", "", "", "#N/A", "", "", "", ""),
        (2024, "Förening", "", "", "", "", "", "", ""),
    ]
    made = handed_in(cast_there, xlsx_of(rows), "l.xlsx")
    found = faults(made)
    assert set(found) == {2, 3, 4, 5, 6}
    for number, word in ((2, "nolla"), (3, "datum"), (4, "formel"), (5, "datum"), (6, "#N/A")):
        assert word in found[number], found[number]
    assert figures(made)[0] == 1


def test_columns_that_nothing_is_known_of_are_left_out_and_told(cast_there):
    made = handed_in(cast_there, csv_of([(*HEADER, "Åsikter"), (*ROW, "hemlig åsikt")]))
    assert made.ignored == "Åsikter"
    assert "hemlig" not in str(list(ImportedRow.objects.values()))


# Read in ----------------------------------------------------------------------------------------


def test_a_list_adds_changes_and_leaves_and_a_second_time_changes_nothing(cast_there):
    anna = cast_there["anna"]
    association(
        anna,
        "Grannarna",
        notes="Nås på kvällar",
        contacts=[Contact("Kansli", phone="019-11 11 11")],
    )
    rows = [
        HEADER,
        ROW,
        ("Föreningen å", "", "", "", "Kassör", "Bo Ek", "", ""),
        ("grannarna", "", "Oxhagen, Varberga", "", "kansli", "", "019-22 22 22", ""),
        ("Grannarna", "", "", "", "Ordförande", "Eva Al", "", ""),
    ]
    made = read_in(cast_there, csv_of(rows))
    assert figures(made) == (2, 2, 0, 0)
    new, old = (Organisation.objects.get(name=one) for one in ("Föreningen Å", "Grannarna"))
    assert register.profile_of(new).contacts == (
        Contact("Ordförande", "Kim Ö", "019-21 10 00"),
        Contact("Kassör", "Bo Ek"),
    )
    known = register.profile_of(old)
    assert sorted(one.name for one in known.districts) == ["Oxhagen", "Varberga"]
    assert known.notes == "Nås på kvällar"
    assert known.contacts == (
        Contact("Kansli", phone="019-22 22 22"),
        Contact("Ordförande", "Eva Al"),
    )
    before = register_now()
    again = handed_in(cast_there, csv_of(rows))
    assert figures(again) == (0, 0, 4, 0)
    with pytest.raises(importing.CannotImport):
        importing.apply(by=anna, of=again)
    assert register_now() == before
    events = log.events(by=anna).filter(event="actors.import.applied")
    assert events.get().facts == {"added": 2, "changed": 2, "refused": 0}


def test_what_a_row_takes_away_is_said_before_it_is_read_in(cast_there):
    association(cast_there["anna"], "Grannarna", where="Oxhagen")
    taken = handed_in(cast_there, csv_of([HEADER, ("Grannarna", "", "Varberga", *[""] * 5)]))
    assert taken.rows.get().reason == "Bostadsområden (tas bort: Oxhagen)"
    more = handed_in(
        cast_there, csv_of([HEADER, ("Grannarna", "", "Oxhagen, Varberga, Vivalla", *[""] * 5)])
    )
    assert more.rows.get().reason == "Bostadsområden"


def test_rows_of_one_function_are_several_contacts_and_the_same_row_twice_is_one(cast_there):
    rows = [
        HEADER,
        ("Polisen", "Polis", "", "", "Områdespolis", "Eva", "019-11 11 11", ""),
        ("Polisen", "", "", "", "Områdespolis", "Nils", "", ""),
        ("Polisen", "", "", "", "områdespolis", "eva", "019-11 11 11", ""),
        ("Polisen", "", "", "", "Områdespolis", "Eva", "019-22 22 22", ""),
    ]
    made = read_in(cast_there, csv_of(rows))
    assert figures(made) == (2, 0, 1, 1)
    assert "Rad 2" in faults(made)[5]
    actor = Organisation.objects.get(name="Polisen")
    assert [one.name for one in register.profile_of(actor).contacts] == ["Eva", "Nils"]
    assert figures(handed_in(cast_there, csv_of(rows[:4]))) == (0, 0, 3, 0)


def test_the_list_that_is_downloaded_can_be_read_in_again_and_changes_nothing(cast_there):
    association(
        cast_there["anna"], "Plus", contacts=[Contact("=1+1", "Kim", "+46 19 21 10 00", "k@x.se")]
    )
    client = signed_in(cast_there, "anna")
    for format in ("csv", "xlsx"):
        response = client.get(f"/aktorer/hamta/?format={format}")
        content = b"".join(response.streaming_content)
        made = handed_in(cast_there, content, f"l.{format}")
        assert figures(made)[:2] == (0, 0), faults(made)
        assert made.refused == 0, faults(made)


def test_a_list_that_the_register_outran_is_checked_again_and_reads_nothing_in(cast_there):
    anna = cast_there["anna"]
    made = handed_in(cast_there, csv_of([HEADER, ROW]))
    association(anna, "föreningen å")
    before = register_now()
    importing.apply(by=anna, of=made)
    work()
    assert register_now() == before
    made.refresh_from_db()
    assert made.state == "waiting"
    work()
    made.refresh_from_db()
    assert (made.state, figures(made)) == ("ready", (0, 1, 0, 0))


def test_a_row_of_an_actor_that_somebody_changed_meanwhile_is_checked_again(cast_there):
    anna = cast_there["anna"]
    actor = association(anna, "Grannarna")
    made = handed_in(cast_there, csv_of([HEADER, ("Grannarna", "", "Oxhagen")]))
    now = register.Profile(kind="association", notes="Ny", districts=actor.districts.all())
    register.change(by=anna, actor=actor, to=now, version=actor.version)
    importing.apply(by=anna, of=made)
    work()
    assert [one.name for one in actor.districts.all()] == ["Vivalla"]
    assert ActorImport.objects.get(pk=made.pk).state == "waiting"


# Undone ------------------------------------------------------------------------------------------


def test_undoing_makes_the_register_as_it_was(cast_there):
    anna = cast_there["anna"]
    association(
        anna, "Grannarna", notes="Kvällar", contacts=[Contact("Kansli", phone="019-11 11 11")]
    )
    before = register_now()
    rows = [
        HEADER,
        ROW,
        ("Grannarna", "", "Oxhagen", "Specifik", "Kansli", "", "019-22 22 22", ""),
        ("Grannarna", "", "", "", "Kassör", "Bo Ek", "", ""),
    ]
    made = read_in(cast_there, csv_of(rows))
    assert register_now() != before
    importing.undo(by=anna, of=made)
    work()
    assert register_now() == before
    assert ActorImport.objects.get(pk=made.pk).state == "undone"
    assert figures(handed_in(cast_there, csv_of(rows))) == (1, 2, 0, 0)


def test_a_list_is_not_undone_when_its_actors_were_changed_or_used_or_too_late(world, settings):
    anna = world.person("anna.ek")
    rows = [HEADER, ROW]

    def again() -> ActorImport:
        with importing.checked_file(csv_of(rows), "l.csv") as (kind, file):
            made = importing.hand_in(by=anna, kind=kind, file=file, language="sv")
        work()
        made.refresh_from_db()
        importing.apply(by=anna, of=made)
        work()
        made.refresh_from_db()
        return made

    made = again()
    actor = Organisation.objects.get(name="Föreningen Å")
    late = timezone.now() + importing.UNDO + dt.timedelta(days=1)
    with pytest.raises(importing.CannotImport):
        importing.undo(by=anna, of=made, now=late)
    seat = forums.NewSeat(actor, function="Ordförande")
    forums.give_seat(forum=world.forums["bra"], seat=seat, by=anna)
    with pytest.raises(importing.CannotImport, match="Föreningen Å"):
        importing.undo(by=anna, of=made)
    world.forums["bra"].seats.filter(organisation=actor).delete()
    now = register.Profile(kind="association", districts=actor.districts.all())
    register.change(by=anna, actor=actor, to=now, version=actor.version)
    with pytest.raises(importing.CannotImport, match="Föreningen Å"):
        importing.undo(by=anna, of=made)


# Only once, and erased ---------------------------------------------------------------------------


def test_each_step_happens_once_however_often_it_is_asked_for(cast_there):
    anna = cast_there["anna"]
    made = handed_in(cast_there, csv_of([HEADER, ROW]))
    importing.apply(by=anna, of=made)
    with pytest.raises(importing.CannotImport):
        importing.apply(by=anna, of=ActorImport.objects.get(pk=made.pk))
    with pytest.raises(importing.CannotImport):
        importing.drop(by=anna, of=made)
    work()
    job = Job.objects.filter(kind=importing.KIND).latest("pk")
    importing.carry_on(job)
    assert Organisation.objects.filter(name="Föreningen Å").count() == 1
    assert ContactFunction.objects.filter(organisation__name="Föreningen Å").count() == 1


def test_rows_and_files_are_erased_when_they_are_not_needed(cast_there):
    anna, now = cast_there["anna"], timezone.now()
    waiting = handed_in(cast_there, csv_of([HEADER, ROW]))
    assert files.path(waiting.file).exists()
    assert importing.sweep(now=now + dt.timedelta(days=6)) == 0
    assert importing.sweep(now=now + dt.timedelta(days=8)) == 1
    waiting.refresh_from_db()
    assert (waiting.state, waiting.erased, waiting.rows.count()) == ("dropped", True, 0)
    assert not files.path(waiting.file).exists()
    applied = read_in(cast_there, csv_of([HEADER, ROW]))
    assert not files.path(applied.file).exists()
    assert importing.sweep(now=now + dt.timedelta(days=29)) == 0
    assert importing.sweep(now=now + dt.timedelta(days=31)) == 1
    applied.refresh_from_db()
    assert (applied.state, applied.added, applied.rows.count()) == ("applied", 1, 0)
    third = handed_in(cast_there, csv_of([HEADER, ("Ny", "Skola")]))
    importing.drop(by=anna, of=third)
    third.refresh_from_db()
    assert (third.state, third.erased) == ("dropped", True)


# The pages ---------------------------------------------------------------------------------------


def upload(client: Client, content: bytes, name: str = "lista.csv", **more: str):
    file = io.BytesIO(content)
    file.name = name
    return client.post(reverse("actor_imports"), {"file": file, **more})


def test_the_pages_take_a_list_from_the_file_to_the_register_and_back(cast_there):
    client = signed_in(cast_there, "anna")
    answer = upload(client, csv_of([HEADER, ROW, ("B", "Klubb")]))
    made = ActorImport.objects.get()
    here = reverse("actor_import", args=[made.pk])
    assert answer.url == here
    assert "Läs in sidan igen" in client.get(here).content.decode()
    work()
    page = client.get(here).content.decode()
    assert "Läs in 1 rad" in page
    refused = client.get(f"{here}?outcome=refused").content.decode()
    assert "Klubb" in refused
    response = client.get(
        reverse("actor_import_rows", args=[made.pk]) + "?outcome=refused&format=xlsx"
    )
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)] == [3]
    act = reverse("actor_import_do", args=[made.pk])
    client.post(act, {"do": "apply"})
    work()
    assert "Ångra listan" in client.get(here).content.decode()
    assert Organisation.objects.filter(name="Föreningen Å").exists()
    client.post(act, {"do": "undo"})
    work()
    assert not Organisation.objects.filter(name="Föreningen Å").exists()
    assert str(timezone.localdate().year) in client.get(reverse("actor_imports")).content.decode()


def test_a_form_that_arrives_twice_hands_in_one_list(cast_there):
    client = signed_in(cast_there, "anna")
    key = "7b0d2c9e-5f0a-4f0b-9f5e-0a1b2c3d4e5f"
    first, second = (upload(client, csv_of([HEADER, ROW]), _once=key) for _n in range(2))
    assert first.url == second.url
    assert ActorImport.objects.count() == 1
    assert len(list(files.path("x").parent.glob("actorlist-*"))) == 1


def test_a_file_that_the_scanner_has_not_cleared_is_not_taken(cast_there, settings):
    settings.UPLOADS_UNSCANNED = False
    answer = upload(signed_in(cast_there, "anna"), csv_of([HEADER, ROW]))
    assert "virus" in answer.content.decode()
    assert not ActorImport.objects.exists()


def test_only_who_keeps_every_actor_reads_lists_in(cast_there):
    made = handed_in(cast_there, csv_of([HEADER, ROW]))
    for name in ("maria", "leila", "nils", "stina"):
        client = signed_in(cast_there, name)
        for address in (reverse("actor_imports"), reverse("actor_import", args=[made.pk])):
            assert client.get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_of_a_list_costs_the_same_at_any_length(cast_there, count):
    made = handed_in(cast_there, csv_of(many(count, 0)))
    client = signed_in(cast_there, "anna")
    costs = []
    for address in (reverse("actor_import", args=[made.pk]), reverse("actor_imports")):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        costs.append(len(queries))
    assert costs == [8, 7]


def test_the_lists_that_were_handed_in_are_narrowed_saved_and_taken_as_a_file(cast_there):
    anna = signed_in(cast_there, "anna")
    assert "Ingen lista har lämnats in ännu." in anna.get("/aktorer/listor/").content.decode()
    made, other = (
        handed_in(cast_there, csv_of([HEADER, ROW])),
        handed_in(cast_there, csv_of([HEADER, ROW])),
    )
    importing.drop(by=cast_there["anna"], of=other)
    page = anna.get("/aktorer/listor/?state=ready&mine=on").content.decode()
    assert reverse("actor_import", args=[made.pk]) in page
    assert reverse("actor_import", args=[other.pk]) not in page
    view = saved_views.save(
        user=cast_there["anna"], page="actor_imports", name="Klara", query="state=ready&words=x"
    )
    assert view.query == "state=ready"
    file = anna.get("/aktorer/listor/hamta/?state=ready")
    rows = b"".join(file.streaming_content).decode("utf-8-sig").replace('"', "").splitlines()
    assert [row.split(";")[2:] for row in rows[1:]] == [["Kontrollerad", "1", "0", "0", "0"]]
    oskar = signed_in(cast_there, "oskar").get("/aktorer/listor/?mine=on").content.decode()
    assert "Inga träffar." in oskar
