"""Large data by bulk loading, allowed here and nowhere else: forums of twenty meetings each, people
who may see none, few, half or all of them, and a long log whose chain is whole."""

from datetime import UTC, datetime, timedelta

from django.apps import apps
from django.contrib.auth.models import Permission as StoredPermission
from django.db import connection
from django.utils import timezone

from coordination.access.models import User
from coordination.access.vocabulary import Permission
from coordination.audit import chain
from coordination.audit.models import Event, Zone
from forums.models import Forum, ForumGrant, Meeting

PER_FORUM = 20
FEW = 3
PEOPLE = ("none", "few", "half", "all")
BATCH = 2000


def people() -> dict[str, User]:
    """The four readers, made when they are not there. They hold grants and nothing else."""
    for kind in PEOPLE:
        User.objects.get_or_create(username=f"bench.{kind}", defaults={"first_name": kind})
    return {kind: User.objects.get(username=f"bench.{kind}") for kind in PEOPLE}


def meetings(count: int) -> None:
    """Fill up to `count` loaded meetings, and let the four see their shares of the forums."""
    by = User.objects.get(username="bench.all")
    have = Forum.objects.filter(name__startswith="Bench ").count()
    Forum.objects.bulk_create(
        [Forum(name=f"Bench {number}") for number in range(have, count // PER_FORUM)],
        batch_size=BATCH,
    )
    forums = list(Forum.objects.filter(name__startswith="Bench ").order_by("pk"))
    start = datetime(2016, 1, 4, 8, tzinfo=UTC)
    rows = []
    for place, forum in enumerate(forums[have:], have):
        for number in range(PER_FORUM):
            # Spread, so that the newest of all belong to many forums.
            at = start + timedelta(hours=number * 24 * 180 + (place * 7919) % (24 * 180))
            rows.append(
                Meeting(
                    forum=forum,
                    starts_at=at,
                    ends_at=at + timedelta(hours=2),
                    place="Rådhuset",
                    planned_by=by,
                    planned_at=start,
                )
            )
    Meeting.objects.bulk_create(rows, batch_size=BATCH)
    _grant(forums)
    analyse()


def _grant(forums: list[Forum]) -> None:
    readers = people()
    stored = StoredPermission.objects.get(
        codename=Permission.VIEW_FORUM.value, content_type__app_label="forums"
    )
    shares = {"few": forums[:FEW], "half": forums[::2], "all": forums}
    ForumGrant.objects.filter(user__in=readers.values()).delete()
    ForumGrant.objects.bulk_create(
        [
            ForumGrant(user=readers[kind], permission=stored, content_object=forum)
            for kind, share in shares.items()
            for forum in share
        ],
        batch_size=BATCH,
    )


def analyse() -> None:
    """Tells the planner of the database how much there is."""
    tables = [model._meta.db_table for model in apps.get_app_config("forums").get_models()]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")


def events(count: int) -> None:
    """So many rows at the end of the log of cases, hashed as the product hashes them."""
    last = (
        Event.objects.filter(zone=Zone.CASES)
        .order_by("-sequence")
        .values_list("sequence", "hash")
        .first()
    )
    sequence, head = last or (0, chain.GENESIS)
    at = timezone.now()
    rows: list[Event] = []
    for number in range(sequence + 1, sequence + count + 1):
        row = {
            "zone": Zone.CASES.value,
            "sequence": number,
            "at": at,
            "event": "bench.row",
            "actor": "system",
            "object_label": "forums.meeting",
            "object_key": str(number % 5000),
            "fields": ["place"],
            "facts": {"page": number},
            "request_id": "",
            "previous_hash": head,
        }
        head = chain.digest(**row)
        rows.append(Event(**row, hash=head))
        if len(rows) == BATCH:
            Event.objects.bulk_create(rows)
            rows = []
    Event.objects.bulk_create(rows)
