"""`python -m tests.distributed.stage ACT`: arranges what a test of an installation begins with, and
sees what a visitor cannot. One JSON document on standard output."""

import hashlib
import json
import os
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coordination.settings")

CHAIR = "klara.proeve"
READER = "gun.malm"
PASSWORD = "en lång fras som ingen gissar 7"
FORUM = "Prövorådet"


def build() -> dict[str, Any]:
    """A small world, a forum whose chair signs in with a password alone, and minutes as a PDF."""
    from coordination.access.models import User
    from coordination.actors.models import Organisation
    from coordination.audit import checkpoints
    from coordination.jobs import queue
    from coordination.jobs.models import Job
    from forums import register
    from tests import world as the_world

    world = the_world.build()
    chair = User.objects.create_user(
        CHAIR, f"{CHAIR}@example.org", PASSWORD, first_name="Klara", last_name="Pröve"
    )
    organisation = Organisation.objects.order_by("pk").first()
    members = [world.person(name) for name in ("gun.malm", "sofia.dahl", "ulla.vik")]
    forum = register.establish(
        by=None,
        name=FORUM,
        seats=[
            register.NewSeat(organisation=organisation, role="chair", user=chair),
            *(register.NewSeat(organisation=organisation, user=user) for user in members),
        ],
        standing_items=[
            register.NewStandingItem(title) for title in ("Inledning", "Läget", "Nästa steg")
        ],
    )
    reader = world.person(READER)
    reader.set_password(PASSWORD)
    reader.save()
    held = world.held["bra"]
    version = held.minutes.get()
    queue.run(Job.objects.get(kind="forums.minutes_pdf", ids__version=version.pk).pk)
    paper = world.next["bra"].documents.get()
    checkpoints.write()
    return {
        "forum": forum.pk,
        "items": forum.standing_items.count(),
        "people": forum.seats.count(),
        "chair": CHAIR,
        "reader": READER,
        "password": PASSWORD,
        "minutes": f"/moten/{held.pk}/protokoll/{version.number}/pdf/",
        "document": f"/moten/{paper.meeting_id}/underlag/{paper.pk}/",
    }


def cases() -> dict[str, Any]:
    """Every sealed text of every case, opened: how many, and a hash of what they say."""
    from cases.vault import rotation

    said = hashlib.sha256()
    opened = 0
    for model, field in rotation.sealed_fields():
        for row in model._default_manager.order_by("pk"):
            said.update(f"{row.pk}|{field.name}|{getattr(row, field.name)}\n".encode())
            opened += 1
    return {"opened": opened, "sha256": said.hexdigest()}


def factor() -> dict[str, Any]:
    """The reader of the minutes gets an authenticator app; its secret."""
    from allauth.mfa.models import Authenticator

    from coordination.access import factors
    from coordination.access.models import User

    reader = User.objects.get(username=READER)
    sealed = factors.new_app_secret(reader)
    Authenticator.objects.create(user=reader, type=Authenticator.Type.TOTP, data={"secret": sealed})
    return {"secret": factors.app_secret(reader, sealed)}


def outcome() -> dict[str, Any]:
    """Every meeting that visitors planned, and what each of them left behind."""
    from django.conf import settings

    from coordination.audit.models import Event
    from coordination.jobs.models import Job, OutgoingMail
    from forums.models import Meeting

    # First: when nothing was left to do before the rest was read, all of it is there to be read.
    open_jobs = Job.objects.exclude(state__in=["done", "failed"]).count()
    planned = Counter(
        Event.objects.filter(event="forums.meeting.planned").values_list("object_key", flat=True)
    )
    called = Counter(
        Event.objects.filter(event="forums.meeting.called").values_list("object_key", flat=True)
    )
    letters: dict[int, list[str]] = {}
    for ids, state in OutgoingMail.objects.values_list("ids", "state"):
        letters.setdefault(int(ids.get("meeting", 0)), []).append(state)
    meetings = [
        {
            "mails": len(letters.get(meeting.pk, [])),
            "sent": letters.get(meeting.pk, []).count("sent"),
            "place": meeting.place,
            "state": meeting.state,
            "items": meeting.items.count(),
            "people": meeting.participations.count(),
            "planned": planned[str(meeting.pk)],
            "called": called[str(meeting.pk)],
        }
        for meeting in Meeting.objects.filter(forum__name=FORUM)
    ]
    kept = {path.stem for path in Path(settings.MAIL_DIR).glob("*.eml")}
    sent = set(
        OutgoingMail.objects.filter(state__in=["sent", "digested"]).values_list(
            "message_id", flat=True
        )
    )
    return {
        "meetings": meetings,
        "open_jobs": open_jobs,
        "failed_jobs": Job.objects.filter(state="failed").count(),
        "files_unknown": len(kept - sent),
        "files_missing": len(
            set(OutgoingMail.objects.filter(state="sent").values_list("message_id", flat=True))
            - kept
        ),
    }


def settle() -> dict[str, Any]:
    """No worker lives: what waits for a pause or for a dead worker's lease is due at once, as time
    would make it."""
    from django.utils import timezone

    from coordination.jobs.models import Job

    now = timezone.now()
    soon = Job.objects.filter(state="due", due_at__lt=now + timedelta(hours=1))
    held = Job.objects.filter(state="claimed")
    return {"due": soon.update(due_at=now), "held": held.update(lease_until=now)}


def main() -> None:
    django.setup()
    acts = {"build": build, "cases": cases, "factor": factor, "outcome": outcome, "settle": settle}
    act = acts[sys.argv[1]]
    print("RESULT " + json.dumps(act()))


if __name__ == "__main__":
    main()
