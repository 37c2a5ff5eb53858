"""Mail is made when it is sent, once for each key; files are whole, and one for each name."""

import email
import os
import smtplib
from datetime import timedelta
from email import policy
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import mail as django_mail
from django.core.exceptions import ValidationError
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone, translation

from coordination.jobs import files, mail, queue
from coordination.jobs.models import Job, OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: Any) -> None:
    settings.EMAIL_BACKEND = "coordination.jobs.mail.FolderBackend"
    settings.MAIL_DIR, settings.FILES_DIR = tmp_path / "mail", tmp_path / "files"
    settings.QUEUE_DIR = tmp_path / "queue"
    settings.BASE_URL = "https://portal.example.org"


@pytest.fixture
def anna() -> Any:
    return get_user_model().objects.create_user("anna", "anna@example.org", language="sv")


@pytest.fixture(autouse=True)
def written(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The languages the test's letter was written in."""
    monkeypatch.setattr(mail, "_letters", {})
    languages: list[str | None] = []

    @mail.letter("tests.letter")
    def write(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
        languages.append(translation.get_language())
        if ids.get("silent"):
            return None
        return mail.Letter("Dina åtgärder", f"Möte {ids['meeting']}", "/forums/7/")

    return languages


def post(user: Any, key: str = "one", **ids: int) -> OutgoingMail:
    return mail.post(to=user.pk, letter="tests.letter", ids=ids or {"meeting": 7}, key=key)


def sweep() -> None:
    queue.sweep(now=timezone.now() + timedelta(seconds=1))


def sent(settings: Any) -> list[Any]:
    return [
        email.message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted(settings.MAIL_DIR.glob("*"))
    ]


def test_a_mail_is_sent_once_with_its_text_and_one_link(anna: Any, settings: Any) -> None:
    row = post(anna)
    assert post(anna).pk == row.pk
    sweep()
    sweep()
    [message] = sent(settings)
    assert message["To"] == "anna@example.org"
    assert message["Subject"] == "Dina åtgärder"
    assert message["Message-ID"] == f"<{row.message_id}>"
    assert message.get_content() == "Möte 7\n\nhttps://portal.example.org/forums/7/\n"
    row.refresh_from_db()
    assert row.state == OutgoingMail.State.SENT
    assert row.sent_at is not None
    assert row.job.state == Job.State.DONE


def test_the_message_id_tells_nothing_of_the_mail(anna: Any) -> None:
    row = post(anna, key="meeting-7-to-anna")
    assert "anna" not in row.message_id
    assert "7-to" not in row.message_id
    assert row.message_id.endswith("@portal.example.org")


def test_a_mail_sent_but_not_marked_is_one_file_after_the_retry(anna: Any, settings: Any) -> None:
    row = post(anna)
    sweep()
    Job.objects.update(state="due", done_at=None)
    OutgoingMail.objects.update(state="sending", sent_at=None)
    sweep()
    assert len(sent(settings)) == 1
    row.refresh_from_db()
    assert row.state == OutgoingMail.State.SENT


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_mail_is_written_in_its_readers_language(
    anna: Any, written: list[str | None], language: str
) -> None:
    anna.language = language
    anna.save()
    post(anna)
    with translation.override("en"):
        sweep()
    assert written == [language]


@pytest.mark.parametrize("change", [{"email": ""}, {"is_active": False}])
def test_a_mail_nobody_can_receive_is_undeliverable_and_not_tried_for_ever(
    anna: Any, settings: Any, change: dict[str, Any]
) -> None:
    row = post(anna)
    get_user_model().objects.update(**change)
    sweep()
    row.refresh_from_db()
    assert row.state == OutgoingMail.State.UNDELIVERABLE
    assert row.job.state == Job.State.DONE
    assert sent(settings) == []


def test_a_letter_with_nothing_to_say_is_not_sent(anna: Any, settings: Any) -> None:
    row = post(anna, silent=1)
    sweep()
    row.refresh_from_db()
    assert row.state == OutgoingMail.State.NOT_NEEDED
    assert sent(settings) == []


def test_a_mail_holds_ids_and_no_text(anna: Any) -> None:
    with pytest.raises(ValidationError):
        mail.post(to=anna.pk, letter="tests.letter", ids={"text": "Anna Ek said"}, key="k")
    assert not Job.objects.exists()


class RefusingServer(BaseEmailBackend):
    """A mail server that refuses the receiver with the code in the environment."""

    def send_messages(self, email_messages: Any) -> int:
        code = int(os.environ["REFUSAL"])
        raise smtplib.SMTPRecipientsRefused({"anna@example.org": (code, b"no")})


@pytest.mark.parametrize(
    ("code", "mail_state", "job_state"), [(550, "undeliverable", "done"), (450, "sending", "due")]
)
def test_a_refusal_for_good_ends_the_mail_and_one_for_now_is_tried_again(
    anna: Any,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    mail_state: str,
    job_state: str,
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.RefusingServer"
    monkeypatch.setenv("REFUSAL", str(code))
    row = post(anna)
    sweep()
    row.refresh_from_db()
    assert (row.state, row.job.state) == (mail_state, job_state)


@pytest.mark.parametrize(
    ("subject", "body"),
    [("", "x"), ("a\nb", "x"), ("x" * 121, "x"), ("x", "1\n2\n3\n4\n5\n6\n7"), ("x", "https://x")],
)
def test_a_letter_is_short_and_has_one_link(subject: str, body: str) -> None:
    with pytest.raises(ValueError):
        mail.Letter(subject, body, "/")


def test_the_folder_takes_any_mail_of_django(settings: Any) -> None:
    assert django_mail.send_mail("Hej", "Å", None, ["x@example.org"]) == 1
    [message] = sent(settings)
    assert message.get_content().strip() == "Å"


@pytest.mark.parametrize("name", ["../x.pdf", "a/b", "", ".hidden", "x.PDF ", "x" * 200])
def test_only_names_of_our_making_are_files(name: str) -> None:
    with pytest.raises(ValueError):
        files.publish(b"x", name)


def test_publishing_again_replaces_and_leaves_one_file(settings: Any) -> None:
    name = files.new_name(".pdf")
    files.publish(b"first", name)
    assert files.publish(b"second", name).read_bytes() == b"second"
    assert [path.name for path in settings.FILES_DIR.iterdir()] == [name]


def test_names_cannot_be_guessed() -> None:
    assert len({files.new_name() for _ in range(1000)}) == 1000
    assert len(files.new_name()) == 32


def test_leftovers_of_killed_writers_are_swept_and_younger_ones_kept(settings: Any) -> None:
    kept = files.publish(b"x", files.new_name(".pdf"))
    old, young = kept.with_name(".a.tmp"), kept.with_name(".b.tmp")
    for leftover in (old, young):
        leftover.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert files.sweep_orphans() == 1
    assert sorted(settings.FILES_DIR.iterdir()) == sorted([kept, young])


def test_a_file_goes_along_under_its_name_and_type(anna: Any, tmp_path: Path) -> None:
    text = "BEGIN:VCALENDAR\r\nSUMMARY:Möte\r\n"

    @mail.letter("tests.with_file")
    def write(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
        file = mail.Attachment("mote.ics", text, "text/calendar", {"method": "REQUEST"})
        return mail.Letter("Kallelse", "Möte", "/moten/7/", attachment=file)

    mail.post(to=anna.pk, letter="tests.with_file", ids={}, key="one")
    sweep()
    (file,) = (tmp_path / "mail").iterdir()
    sent = email.message_from_bytes(file.read_bytes(), policy=policy.default)
    (part,) = sent.iter_attachments()
    assert (part.get_content_type(), part.get_filename()) == ("text/calendar", "mote.ics")
    assert part.get_param("method") == "REQUEST"
    assert part.get_content_charset() == "utf-8"
    assert part.get_payload(decode=True).decode() == text
    assert sent.get_body().get_content().startswith("Möte")
