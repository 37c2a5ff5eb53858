"""Documents of a meeting: handed in, given back to those who take part, removed, swept, restored."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coordination.audit.models import Event
from coordination.jobs import files
from coordination.ui import uploads
from forums import agenda, documents, finishing, meetings, minutes, proceedings, register
from forums.models import Document, Meeting
from forums.refusals import IdentityNumberInText, Missing, NotOfThisForum, TextTooLong, WrongState
from tests import papers
from tests.forums.test_pages_meetings import plan_data

NUMBER = "19" + "121212" + "-1212"
KEY = "6f2a53b2-64c5-4b63-9be4-2f0b1d3a7a11"


@pytest.fixture(autouse=True)
def in_english(sample, settings) -> None:
    settings.UPLOADS_UNSCANNED = True
    for person in sample.people.values():
        person.language = "en"
        person.save(update_fields=["language"])


@pytest.fixture
def meeting(sample) -> Meeting:
    return sample.plan(days=14)


@pytest.fixture
def signed_in(sample):
    def sign_in(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


def handed_in(sample, meeting, title="Lägesbild", name="x.pdf", content=None, **more) -> Document:
    with documents.checked(content=content or papers.pdf(), name=name) as file:
        return documents.add(meeting=meeting, file=file, title=title, by=sample.anna, **more)


def stored() -> list[str]:
    """The names of the files of documents."""
    return sorted(one.name for one in Path(files.path("x")).parent.glob("document-*"))


def upload(content=None, name="Lägesbild mars.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, papers.pdf() if content is None else content)


# The rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", uploads.KINDS)
def test_a_document_of_each_kind_is_kept_as_it_came(sample, meeting, ending):
    content = papers.document(ending)
    made = handed_in(sample, meeting, name=f"Underlag.{ending}", content=content)
    assert files.path(made.file).read_bytes() == content
    assert (made.kind, made.size, made.scan) == (ending, len(content), "unscanned")
    assert (made.original_name, made.number) == (f"Underlag.{ending}", 1)
    assert "Underlag" not in made.file
    assert Event.objects.latest("pk").event == "forums.document.added"


def test_documents_are_numbered_on_also_past_a_removed_one(sample, meeting):
    documents.remove(document=handed_in(sample, meeting), by=sample.anna)
    assert [handed_in(sample, meeting).number for _turn in range(2)] == [2, 3]


@pytest.mark.parametrize(
    ("title", "refusal"),
    [("", Missing), ("x" * 121, TextTooLong), (f"Om {NUMBER}", IdentityNumberInText)],
)
def test_a_title_that_cannot_stand_is_refused_and_no_file_stays(sample, meeting, title, refusal):
    with pytest.raises(refusal):
        handed_in(sample, meeting, title)
    assert stored() == []


@pytest.mark.parametrize(
    "name", [f"{NUMBER}.pdf", "Utredning_191212121212.pdf", "121212-1212_v2.pdf"]
)
def test_a_file_named_by_an_identity_number_is_refused(sample, meeting, name):
    with pytest.raises(IdentityNumberInText):
        handed_in(sample, meeting, name=name)
    assert stored() == []


def test_an_item_of_another_meeting_takes_no_document_of_this_one(sample, meeting):
    foreign = sample.plan(days=20).items.first()
    with pytest.raises(NotOfThisForum):
        handed_in(sample, meeting, item=foreign)
    assert stored() == []


def test_a_meeting_takes_so_many_documents_and_no_more(sample, meeting, monkeypatch):
    monkeypatch.setattr(documents, "MOST_DOCUMENTS", 2)
    first, _second = handed_in(sample, meeting), handed_in(sample, meeting)
    with pytest.raises(documents.TooManyDocuments):
        handed_in(sample, meeting)
    documents.remove(document=first, by=sample.anna)
    assert handed_in(sample, meeting).number == 3


def test_a_document_comes_during_the_meeting_too_and_none_is_removed_from_then_on(sample, meeting):
    before = handed_in(sample, meeting)
    meetings.start_log(meeting=meeting, by=sample.anna)
    assert handed_in(sample, meeting).number == 2
    with pytest.raises(WrongState):
        documents.remove(document=before, by=sample.anna)
    assert documents.of(meeting).count() == 2


def test_removing_twice_is_removing_once(sample, meeting):
    made = handed_in(sample, meeting)
    documents.remove(document=made, by=sample.anna)
    documents.remove(document=made, by=sample.oskar)
    made.refresh_from_db()
    assert made.removed_by == sample.anna
    assert Event.objects.filter(event="forums.document.removed").count() == 1


def test_a_document_of_an_item_that_is_removed_belongs_to_the_meeting(sample, meeting):
    item = meeting.items.in_order().last()
    made = handed_in(sample, meeting, item=item)
    item.delete()
    made.refresh_from_db()
    assert made.item is None
    assert documents.of(meeting).get() == made


def test_what_is_postponed_goes_on_without_its_documents_and_notes_and_with_the_actions(sample):
    meeting = sample.running()
    item = sample.item(meeting, "Lägesbild")
    handed_in(sample, meeting, item=item)
    sample.action(item, "Ring skolan", "Maria")
    proceedings.save_item(item=item, notes="Sagt", version=item.version, by=sample.anna)
    proceedings.mark_all_present(meeting=meeting, by=sample.anna)
    choices = {one.pk: "struck" for one in meeting.items.filter(outcome="open")}
    finishing.finish(meeting=meeting, by=sample.anna, choices=choices | {item.pk: "postponed"})
    following = meetings.plan_next(forum=sample.council, by=sample.anna)
    assert not following.documents.exists()
    assert not following.items.exclude(notes="").exists()
    assert agenda.open_actions(sample.council).get().text == "Ring skolan"


def test_the_minutes_name_the_documents_and_those_without_are_as_before(sample):
    meeting = sample.running()
    item = sample.item(meeting, "Lägesbild")
    bare = minutes.snapshot(meeting)
    assert "documents" not in bare
    assert not [one for one in bare["items"] if "documents" in one]
    handed_in(sample, meeting, "Polisens bild", item=item)
    handed_in(sample, meeting, "Budget")
    proceedings.mark_all_present(meeting=meeting, by=sample.anna)
    choices = {one.pk: "struck" for one in meeting.items.filter(outcome="open")}
    printed = minutes.document(finishing.finish(meeting=meeting, by=sample.anna, choices=choices))
    assert printed["documents"] == ["Budget"]
    assert [one["documents"] for one in printed["items"] if "documents" in one] == [
        ["Polisens bild"]
    ]


# Files without rows, rows without files ----------------------------------------------------------


def test_a_file_whose_document_never_came_to_be_is_taken_away_at_once(sample, meeting):
    with pytest.raises(RuntimeError), documents.checked(content=papers.pdf(), name="x.pdf"):
        raise RuntimeError("the form had been sent before")
    assert stored() == []


def grown_old(name: str, age: timedelta) -> None:
    then = (timezone.now() - age).timestamp()
    os.utime(files.path(name), (then, then))


def test_the_sweep_takes_what_no_document_has_and_leaves_the_rest(sample, meeting):
    kept = handed_in(sample, meeting)
    grown_old(kept.file, timedelta(days=400))
    lost, young, other = (
        files.new_name(".pdf", family=one) for one in ("document-", "document-", "")
    )
    for name in (lost, young, other):
        files.publish(b"x", name)
    for name in (lost, other):
        grown_old(name, timedelta(days=1))
    assert documents.sweep() == 1
    assert set(stored()) == {kept.file, young}
    assert files.path(other).exists()


def test_the_file_of_a_removed_document_goes_a_day_later(sample, meeting):
    made = handed_in(sample, meeting)
    grown_old(made.file, timedelta(days=30))
    documents.remove(document=made, by=sample.anna)
    assert documents.sweep() == 0
    assert documents.sweep(now=timezone.now() + timedelta(hours=25)) == 1
    assert stored() == []
    assert documents.sweep(now=timezone.now() + timedelta(hours=25)) == 0


KILLED = """
import os, signal, sys
import django
django.setup()
from django.conf import settings
from django.db import transaction
from coordination.access.models import User
from forums import documents
from forums.models import Meeting
from tests import papers
from tests.forums.test_pages_meetings import plan_data
settings.UPLOADS_UNSCANNED = True
where = sys.argv[1]

def die():
    os.kill(os.getpid(), signal.SIGKILL)

with documents.checked(content=papers.pdf(), name="x.pdf") as file:
    if where == "before the row":
        die()
    with transaction.atomic():
        documents.add(
            meeting=Meeting.objects.get(pk=int(sys.argv[2])), file=file, title="Dödad",
            by=User.objects.get(username="anna.ek"),
        )
        if where == "before the commit":
            die()
    die()
"""


@pytest.mark.parametrize("where", ["before the row", "before the commit", "after the commit"])
def test_killed_at_any_moment_no_row_misses_its_file_and_no_file_stays_without_row(
    race, sample, meeting, settings, where
):
    environment = {**os.environ, "PYTHONPATH": str(settings.BASE_DIR)}
    environment["PORTAL_DATA_DIR"] = str(race.folder)
    if connection.vendor == "sqlite":
        race.in_file()
        (race.folder / "portal.sqlite3").symlink_to(race.folder / "race.sqlite3")
    else:
        name = connection.settings_dict["NAME"]
        environment["DATABASE_URL"] = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"
    command = [sys.executable, "-c", KILLED, where, str(meeting.pk)]
    assert subprocess.run(command, env=environment, check=False).returncode == -signal.SIGKILL
    (name,) = stored()
    grown_old(name, timedelta(days=1))
    is_whole = where == "after the commit"
    assert race.alone(documents.sweep) == (0 if is_whole else 1)
    rows = race.alone(lambda: list(Document.objects.values_list("file", flat=True)))
    assert rows == stored() == ([name] if is_whole else [])


# The pages ---------------------------------------------------------------------------------------


def test_a_document_is_handed_in_shown_and_downloaded_under_a_name_that_tells_nothing(
    sample, meeting, signed_in
):
    anna, url = signed_in(sample.anna), reverse("document_new", args=[meeting.pk])
    item = meeting.items.in_order().first()
    page = anna.get(f"{url}?punkt={item.pk}").content.decode()
    assert f'<option value="{item.pk}" selected>' in page
    data = {"title": "Lägesbild", "item": item.pk, "file": upload(name="Nils Nilsson.pdf")}
    assert anna.post(url, data).status_code == 302
    made = Document.objects.get()
    assert (made.item, made.original_name) == (item, "Nils Nilsson.pdf")
    per = signed_in(sample.per)
    page = per.get(reverse("meeting", args=[meeting.pk])).content.decode()
    address = reverse("document", args=[meeting.pk, made.pk])
    assert address in page
    assert "Lägesbild" in page
    assert "Nils Nilsson" not in page
    answer = per.get(address)
    assert b"".join(answer.streaming_content) == papers.pdf()
    assert answer["Content-Disposition"] == 'attachment; filename="document-1.pdf"'
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_the_same_form_twice_is_one_document_and_one_file(sample, meeting, signed_in):
    anna, url = signed_in(sample.anna), reverse("document_new", args=[meeting.pk])
    for _turn in range(2):
        data = {"title": "Ett", "item": "", "file": upload(), "_once": KEY}
        assert anna.post(url, data).status_code == 302
    assert [Document.objects.get().file] == stored()


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (None, "Choose a file"),
        (upload(b""), "The file is empty. Choose another file."),
        (upload(name="x.exe"), "Choose a PDF, or a document of OpenDocument or Office"),
        (upload(name="x.docx"), "is something else, or damaged"),
        (upload(papers.document("docx", {"word/vbaProject.bin": b""}), "x.docx"), "holds macros"),
        (upload(b"%PDF-1.7" + b" " * uploads.LARGEST), "The file can be at most 20 MB."),
        (upload(name=f"{NUMBER}.pdf"), "The name of the file seems to contain"),
        (upload(name="../../a\u202efdp.exe"), "Choose a PDF, or a document"),
    ],
)
def test_a_file_that_is_not_taken_is_told_at_its_field_and_all_else_is_kept(
    sample, meeting, signed_in, file, sentence
):
    anna, url = signed_in(sample.anna), reverse("document_new", args=[meeting.pk])
    item = meeting.items.in_order().last()
    data = {"title": "Lägesbild", "item": item.pk} | ({"file": file} if file else {})
    page = anna.post(url, data).content.decode()
    assert page.count(sentence) == (3 if "20 MB" in sentence else 2)
    assert 'value="Lägesbild"' in page
    assert f'<option value="{item.pk}" selected>' in page
    assert stored() == []
    assert not Document.objects.exists()


def test_where_only_the_title_is_wrong_the_file_is_asked_for_again(sample, meeting, signed_in):
    anna, url = signed_in(sample.anna), reverse("document_new", args=[meeting.pk])
    page = anna.post(url, {"title": "", "file": upload()}).content.decode()
    assert page.count("Enter what the document is") == 2
    assert "Choose the file again: the browser does not keep it." in page


def test_without_a_scanner_nothing_is_saved_and_the_page_says_so(
    sample, meeting, signed_in, settings
):
    settings.UPLOADS_UNSCANNED = False
    anna, url = signed_in(sample.anna), reverse("document_new", args=[meeting.pk])
    page = anna.post(url, {"title": "Ett", "file": upload()}).content.decode()
    assert "could not be checked for viruses" in page
    assert stored() == []


def test_files_on_other_pages_are_dropped_while_they_are_read(sample, meeting, signed_in, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(Path(settings.FILES_DIR).parent)
    anna = signed_in(sample.anna)
    url = reverse("propose", args=[meeting.pk])
    answer = anna.post(url, {"title": "", "file": upload(b"x" * 100_000)})
    assert answer.status_code == 200
    assert dict(answer.wsgi_request.FILES) == {}


def test_an_ended_seat_downloads_nothing_from_the_next_click_on(sample, meeting, signed_in):
    made = handed_in(sample, meeting)
    per, address = signed_in(sample.per), reverse("document", args=[meeting.pk, made.pk])
    assert per.get(address).status_code == 200
    seat = sample.council.seats.get(user=sample.per)
    register.end_seat(seat=seat, by=sample.anna, on=sample.today - timedelta(days=1))
    assert per.get(address).status_code == 404


def test_a_removed_document_is_gone_for_everybody_and_who_removed_it_is_told(
    sample, meeting, signed_in
):
    made = handed_in(sample, meeting, "Fel fil")
    anna = signed_in(sample.anna)
    for _turn in range(2):
        anna.post(reverse("document_remove", args=[meeting.pk, made.pk]), {"_once": KEY})
    assert Event.objects.filter(event="forums.document.removed").count() == 1
    assert anna.get(reverse("document", args=[meeting.pk, made.pk])).status_code == 404
    page = anna.get(reverse("meeting", args=[meeting.pk])).content.decode()
    assert "Document 1 was removed by Anna Ek" in page
    assert "Fel fil" not in page
    page = signed_in(sample.per).get(reverse("meeting", args=[meeting.pk])).content.decode()
    assert "was removed" not in page


def test_a_document_whose_file_is_missing_is_not_there_and_the_log_says_so(
    sample, meeting, signed_in, caplog
):
    made = handed_in(sample, meeting)
    files.remove(made.file)
    address = reverse("document", args=[meeting.pk, made.pk])
    assert signed_in(sample.anna).get(address).status_code == 404
    assert f"The file of document {made.pk} is missing." in caplog.text


def test_from_the_plan_one_press_saves_it_and_leads_to_the_page_for_documents(
    sample, meeting, signed_in
):
    anna, url = signed_in(sample.anna), reverse("meeting_plan", args=[meeting.pk])
    item = meeting.items.in_order().first()
    handed_in(sample, meeting, item=item)
    assert "Lägesbild" in anna.get(url).content.decode()
    answer = anna.post(url, plan_data(meeting, place="Sal 7", do=f"attach-{item.pk}"))
    assert answer.url == reverse("document_new", args=[meeting.pk]) + f"?punkt={item.pk}"
    assert Meeting.objects.get(pk=meeting.pk).place == "Sal 7"
