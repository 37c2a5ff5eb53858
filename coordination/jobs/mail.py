"""Outgoing mail: an outbox row in the business transaction, a text made when it is sent.

Exactly one mail for each key when mail goes to a folder: the file is named by the message's id, so
sending again after a crash replaces it. With SMTP no sender can promise that: between the server's
"250 OK" and our mark lies a moment in which a killed worker leaves the mail sent and the row not
marked, and the next attempt sends it again. It then carries the same Message-ID, by which most mail
systems drop or merge the copy. We prefer a rare second copy to a mail that never came.

When a mail is sent is decided as it is posted, by its letter and by what its receiver chose (the
account's `notices`): at once, in the digest of the coming morning, or not at all.
"""

import re
import smtplib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from email.message import Message
from email.mime.text import MIMEText
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import TextChoices
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coordination.jobs import files, queue
from coordination.jobs.models import Job, OutgoingMail, refuse_anything_but_ids

KIND = "jobs.mail"
LEASE = timedelta(minutes=5)
"""An SMTP conversation may time out several times, EMAIL_TIMEOUT seconds each."""
ATTEMPTS = 8
"""The pauses add up to about two and a half hours: a mail server's ordinary outage."""
MOST_LINES = 6
LONGEST_SUBJECT = 120
SUPPORT = 0
"""The receiver to post to when the support function is meant (SUPPORT_EMAIL); its letter gets no
user."""
OUTSIDE = SUPPORT
"""The same number, nobody's with an account, for a letter that says its receiver itself (`to`)."""
DIGEST = "jobs.digest"
DIGEST_AT = time(7)


class Choice(TextChoices):
    """When a person wants the mail that can wait. An account keeps it in `notices`."""

    AT_ONCE = "at_once", gettext_lazy("At once, at most one e-mail a day about the same thing")
    DAILY = "daily", gettext_lazy("Once a day, at 07.00, in one e-mail")
    OVERDUE = "overdue", gettext_lazy("Only when something is overdue")


class Urgency(TextChoices):
    """What a letter is about, and so whether its receiver may choose when it comes."""

    ALWAYS = "always", "always at once"
    """Calls, security, what others wait for: no choice."""
    CAN_WAIT = "can_wait", "by choice"
    LATE = "late", "by choice, and about what is overdue"


@dataclass(frozen=True)
class Attachment:
    """A text that goes with a mail as a file. Its name tells nothing of what it is about."""

    name: str
    text: str
    media_type: str
    """Such as "text/calendar"; always text, in UTF-8."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """What the receiver's program is told of the type besides."""

    def part(self) -> MIMEText:
        """The file as a part of the mail."""
        part = MIMEText(self.text, self.media_type.removeprefix("text/"), "utf-8")
        for name, value in self.parameters.items():
            part.set_param(name, value)
        part.add_header("Content-Disposition", "attachment", filename=self.name)
        return part


@dataclass(frozen=True)
class Letter:
    """The text of a mail: a subject, a body of at most six lines, one link, and perhaps a file.

    `url` is a path of the portal or an absolute address; empty for who cannot sign in. Raises `ValueError` when the body holds
    more lines or a link of its own, or the subject more than one line of 120 characters. The file
    does not come along in a digest of several.
    """

    subject: str
    body: str
    url: str
    attachment: Attachment | None = None
    to: str = ""
    """The address of a receiver without an account. Only for mail to `OUTSIDE`."""

    def __post_init__(self) -> None:
        if not self.subject or len(self.subject) > LONGEST_SUBJECT or "\n" in self.subject:
            raise ValueError("A mail's subject is one line of at most 120 characters.")
        if len(self.body.strip().splitlines()) > MOST_LINES:
            raise ValueError("A mail's body has at most six lines.")
        if "://" in self.body:
            raise ValueError("A mail has one link, and it is not in the body.")

    def text(self) -> str:
        """Body and link as they are sent."""
        if not self.url:
            return f"{self.body.strip()}\n"
        link = settings.BASE_URL + self.url if self.url.startswith("/") else self.url
        return f"{self.body.strip()}\n\n{link}\n"


class Writer(Protocol):
    """What makes a letter when it is sent, in the receiver's language; None: nothing to send."""

    def __call__(self, *, user: Any, ids: dict[str, int | str]) -> Letter | None: ...


_letters: dict[str, Writer] = {}
_urgencies: dict[str, Urgency] = {}


def letter(name: str, urgency: Urgency = Urgency.ALWAYS) -> Callable[[Writer], Writer]:
    """Register what writes this letter, and whether it can wait; it stands in an app's `tasks.py`.

    Raises `ValueError` when the name is taken.
    """

    def register(write: Writer) -> Writer:
        if name in _letters:
            raise ValueError(f"Two writers of the letter {name}.")
        _letters[name] = write
        _urgencies[name] = urgency
        return write

    return register


def letters() -> frozenset[str]:
    """The names of the letters that can be sent."""
    return frozenset(_letters)


def post(
    *,
    to: int,
    letter: str,
    ids: Mapping[str, int | str],
    key: str,
    due: datetime | None = None,
    now: datetime | None = None,
) -> OutgoingMail:
    """Put a mail to the user with that id in the outbox, in the caller's transaction.

    It is sent at once (not before `due`), unless its letter can wait and the receiver chose to have
    such mail in the morning's digest, or not at all; a second mail of the same kind on one day
    waits for the digest too. Idempotent on `key`: a second call returns the first call's mail.
    Raises what `queue.enqueue` raises.
    """
    refuse_anything_but_ids(ids)
    now = now or timezone.now()
    if not transaction.get_connection().in_atomic_block:
        raise queue.NotInTransaction(f"Post {letter} inside the transaction of its cause.")
    earlier = OutgoingMail.objects.filter(key=key).first()
    if earlier is None:
        match _when(to, letter, now):
            case Choice.AT_ONCE:
                return _put(to=to, letter=letter, ids=ids, key=key, due=due, now=now)
            case Choice.DAILY:
                digest = _digest(to, now)
                settled = {"state": OutgoingMail.State.HELD, "digest": digest}
            case _:
                settled = {"state": OutgoingMail.State.NOT_NEEDED}
        earlier, _created = OutgoingMail.objects.get_or_create(
            key=key,
            defaults={
                "user_id": to,
                "letter": letter,
                "ids": dict(ids),
                "message_id": _message_id(key),
                "posted_at": now,
                **settled,
            },
        )
    if earlier.ids != dict(ids):
        raise queue.KeyTaken(f"The key of this {letter} mail names another mail.")
    return earlier


def _put(
    *,
    to: int,
    letter: str,
    ids: Mapping[str, int | str],
    key: str,
    due: datetime | None,
    now: datetime,
) -> OutgoingMail:
    """A mail of its own, with the job that sends it."""
    job = queue.enqueue(kind=KIND, ids={"user": to, "letter": letter}, key=f"mail:{key}", due=due)
    mail, _created = OutgoingMail.objects.get_or_create(
        key=key,
        defaults={
            "user_id": to,
            "letter": letter,
            "ids": dict(ids),
            "message_id": _message_id(key),
            "posted_at": now,
            "job": job,
        },
    )
    if mail.ids != dict(ids):
        raise queue.KeyTaken(f"The key of this {letter} mail names another mail.")
    return mail


def let_lie(*, before: datetime) -> int:
    """Mail that still waits and whose cause lies before that moment is not sent: a portal that is
    filled with history tells nobody old news. Returns how many."""
    waiting = OutgoingMail.objects.filter(
        state__in=(OutgoingMail.State.WAITING, OutgoingMail.State.HELD), posted_at__lt=before
    )
    return waiting.update(state=OutgoingMail.State.NOT_NEEDED)


# When a mail is sent ---------------------------------------------------------------------------


def _when(to: int, letter: str, now: datetime) -> Choice:
    """AT_ONCE for a mail of its own, DAILY for the digest, OVERDUE for none at all."""
    urgency = _urgencies.get(letter, Urgency.ALWAYS)
    if urgency == Urgency.ALWAYS or to == SUPPORT:
        return Choice.AT_ONCE
    user = get_user_model().objects.filter(pk=to).first()
    choice = getattr(user, "notices", "") or Choice.AT_ONCE
    if choice == Choice.OVERDUE:
        return Choice.AT_ONCE if urgency == Urgency.LATE else Choice.OVERDUE
    if choice == Choice.DAILY:
        return Choice.DAILY
    told = OutgoingMail.objects.filter(user_id=to, letter=letter, posted_at__gte=_midnight(now))
    return Choice.DAILY if told.exists() else Choice.AT_ONCE


def _midnight(at: datetime) -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate(at), time()))


def _begin(mail: OutgoingMail, job: Job) -> bool:
    """Marks the mail as being sent. False when another of its kind has gone to the same person
    today: it waits for the digest then.

    Two who post at the same time do not see each other's mail, so it is asked here once more, one
    sender at a time for each receiver.
    """
    with transaction.atomic():
        receivers = get_user_model().objects.select_for_update(no_key=True)
        receiver = receivers.filter(pk=mail.user_id).first()
        if receiver is not None and _is_told_today(mail, receiver):
            mail.digest = _digest(mail.user_id, timezone.now())
            mail.state = OutgoingMail.State.HELD
            mail.save(update_fields=["digest", "state"])
            queue.finish(job)
            return False
        # Before the text is made: from here on nothing more is held for this digest.
        OutgoingMail.objects.filter(pk=mail.pk).update(state=OutgoingMail.State.SENDING)
    return True


def _is_told_today(mail: OutgoingMail, receiver: Any) -> bool:
    choice = getattr(receiver, "notices", "") or Choice.AT_ONCE
    urgency = _urgencies.get(mail.letter, Urgency.ALWAYS)
    if mail.state != OutgoingMail.State.WAITING or mail.letter == DIGEST:
        return False
    if urgency == Urgency.ALWAYS or choice != Choice.AT_ONCE:
        return False
    day = _midnight(mail.posted_at)
    same = OutgoingMail.objects.filter(
        user_id=mail.user_id,
        letter=mail.letter,
        posted_at__gte=day,
        posted_at__lt=_midnight(day + timedelta(hours=36)),
        state__in=(OutgoingMail.State.SENDING, OutgoingMail.State.SENT),
    )
    return same.exclude(pk=mail.pk).exists()


def _digest(to: int, now: datetime) -> OutgoingMail:
    """The receiver's next digest that has not begun to be sent; it stays open until the caller's
    transaction ends."""
    day = timezone.localdate(now)
    while True:
        due = timezone.make_aware(datetime.combine(day, DIGEST_AT))
        if due > now:
            digest = _put(
                to=to,
                letter=DIGEST,
                ids={"day": day.isoformat()},
                key=f"digest:{to}:{day.isoformat()}",
                # What is written up of the past is told now, and was not late until now.
                due=max(due, timezone.now()),
                now=now,
            )
            # An update, not a look: it waits for a worker that is just beginning to send it.
            if OutgoingMail.objects.filter(pk=digest.pk, state=OutgoingMail.State.WAITING).update(
                state=OutgoingMail.State.WAITING
            ):
                return digest
        day += timedelta(days=1)


def _write_digest(digest: OutgoingMail, user: Any) -> Letter | None:
    """What the held mails would have said: alone, the mail itself; together, a line each."""
    told = [
        written
        for held in digest.holds.filter(state=OutgoingMail.State.HELD).order_by("pk")
        if (written := _letters[held.letter](user=user, ids=held.ids)) is not None
    ]
    if len(told) < 2:
        return told[0] if told else None
    # The same subject twice says nothing more, as with mail that may not name what it is about.
    subjects = list(dict.fromkeys(written.subject for written in told))
    lines = subjects if len(subjects) <= MOST_LINES - 1 else subjects[: MOST_LINES - 2]
    rest = len(subjects) - len(lines)
    body = [_("This is new since the last e-mail:"), *(f"– {line}" for line in lines)]
    if rest:
        body.append(ngettext("and %(count)s more.", "and %(count)s more.", rest) % {"count": rest})
    return Letter(
        subject=ngettext(
            "%(count)s notice from the portal", "%(count)s notices from the portal", len(told)
        )
        % {"count": len(told)},
        body="\n".join(body),
        url=resolve_url(settings.LOGIN_REDIRECT_URL),
    )


def _message_id(key: str) -> str:
    """Stable for the key, and telling nothing of it to who does not hold the secret key."""
    code = salted_hmac("coordination.jobs.mail", key, algorithm="sha256").hexdigest()[:40]
    return f"{code}@{urlsplit(settings.BASE_URL).hostname or 'localhost'}"


@queue.handler(KIND, lease=LEASE, attempts=ATTEMPTS)
def deliver(job: Job) -> None:
    """Send the mail of this job, unless it is settled already.

    A receiver who is gone, inactive, without an address, or refused by the mail server for good
    makes the mail undeliverable: trying again would change nothing. Any other failure raises, and
    the queue tries again.
    """
    mail = OutgoingMail.objects.get(job=job)
    if mail.state not in (OutgoingMail.State.WAITING, OutgoingMail.State.SENDING):
        return
    if not _begin(mail, job):
        return
    user: Any = get_user_model().objects.filter(pk=mail.user_id, is_active=True).first()
    address = settings.SUPPORT_EMAIL if mail.user_id == SUPPORT else getattr(user, "email", "")
    if not address:
        return _settle(mail, job, OutgoingMail.State.UNDELIVERABLE)
    with translation.override(getattr(user, "language", "") or settings.LANGUAGE_CODE):
        if mail.letter == DIGEST:
            text = _write_digest(mail, user)
        else:
            text = _letters[mail.letter](user=user, ids=mail.ids)
        if text is None:
            return _settle(mail, job, OutgoingMail.State.NOT_NEEDED)
        message = EmailMessage(
            subject=text.subject,
            body=text.text(),
            to=[text.to if text.to and mail.user_id == OUTSIDE else address],
            headers={
                "Message-ID": f"<{mail.message_id}>",
                "Content-Language": translation.get_language() or settings.LANGUAGE_CODE,
                # No out-of-office answers to an address that nobody reads.
                "Auto-Submitted": "auto-generated",
            },
        )
        if text.attachment:
            message.attach(text.attachment.part())
        try:
            message.send()
        except smtplib.SMTPRecipientsRefused as refused:
            if all(code >= 500 for code, _text in refused.recipients.values()):
                return _settle(mail, job, OutgoingMail.State.UNDELIVERABLE)
            raise
    _settle(mail, job, OutgoingMail.State.SENT)


def _settle(mail: OutgoingMail, job: Job, state: OutgoingMail.State) -> None:
    """The end of the mail, of what it held and of the job, in one transaction; only while the claim
    still holds."""
    with transaction.atomic():
        OutgoingMail.objects.filter(pk=mail.pk).update(
            state=state,
            sent_at=timezone.now() if state == OutgoingMail.State.SENT else None,
        )
        told = OutgoingMail.State.DIGESTED if state == OutgoingMail.State.SENT else state
        mail.holds.filter(state=OutgoingMail.State.HELD).update(state=told)
        queue.finish(job)


_FILE_NAME = re.compile(r"[A-Za-z0-9._-]+@[A-Za-z0-9._-]+")


class FolderBackend(BaseEmailBackend):
    """Django mail backend that puts each message into MAIL_DIR as `<message-id>.eml`.

    Whole or absent, and one file for each message id however often it is sent. For one machine
    without a mail server, and for tests that look at what was sent.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages; returns how many. Raises `OSError` unless told to fail silently."""
        for sent, message in enumerate(email_messages):
            try:
                self._write(message.message())
            except OSError:
                if not self.fail_silently:
                    raise
                return sent
        return len(email_messages)

    def _write(self, message: Message) -> None:
        name = str(message["Message-ID"]).strip("<> ")
        if not _FILE_NAME.fullmatch(name):
            raise OSError("The message's id cannot name a file.")
        files.write_whole(message.as_bytes(), Path(settings.MAIL_DIR) / f"{name}.eml")
