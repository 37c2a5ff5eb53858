"""Resource reports of 300 administrations through ten years, forty rows each: the board, the summary,
what is behind a figure, and the workbook of all 120 000 rows."""

import resource
import time
from datetime import date

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coordination.access.models import User
from coordination.actors.models import District, Organisation
from coordination.jobs import queue
from coordination.jobs.models import Job
from coordination.resources import compiling, snapshots
from coordination.resources.models import Compilation, Report, Version, Window
from coordination.ui.amounts import CENT
from tests.bench.figures import Figure, medians, ms
from tests.bench.pages import asking, client

ORGANISATIONS, YEARS, ROWS = 300, 10, 40
FEW = 3
LAST = 2199
"""The latest of the loaded years: beyond every other, so that the pages show them."""
SECONDS = {"summary": 4.0, "board": 1.0, "behind": 4.0}
WORKBOOK_SECONDS, WORKBOOK_BYTES = 180, 64 * 2**20


def fill(organisations: int, years: int, rows: int, *, by: User) -> None:
    """Fill up to so many organisations with an approved report of each of the years."""
    _windows(years, by)
    have = set(
        Organisation.objects.filter(name__startswith="Bench ").values_list("name", flat=True)
    )
    names = [f"Bench {number:03}" for number in range(organisations)]
    Organisation.objects.bulk_create(
        Organisation(name=name, kind=Organisation.Kind.ADMINISTRATION)
        for name in names
        if name not in have
    )
    places = list(District.objects.order_by("pk").values_list("name", flat=True))
    found = Organisation.objects.filter(name__in=names).order_by("pk")
    now = timezone.now()
    for window in Window.objects.filter(year__gt=LAST - years):
        there = set(window.reports.values_list("organisation", flat=True))
        new = [one for one in found if one.pk not in there]
        told = {"begun_by": by, "begun_at": now, "touched_by": by, "touched_at": now}
        reports = Report.objects.bulk_create(
            Report(window=window, organisation=one, state="approved", enough="yes", **told)
            for one in new
        )
        Version.objects.bulk_create(
            (_version(one, window.year, rows, places, by) for one in reports), batch_size=100
        )


def _windows(years: int, by: User) -> None:
    for year in range(LAST - years + 1, LAST + 1):
        days = {"opens_on": date(year, 4, 1), "last_day": date(year, 5, 15)}
        told = {"changed_by": by, "changed_at": timezone.now()}
        Window.objects.get_or_create(year=year, defaults={**days, **told})


def _version(report: Report, year: int, rows: int, places: list[str], by: User) -> Version:
    """Its numbers follow from its key, so that every figure differs and can be worked out again."""
    seed = report.organisation_id * 31 + year
    content = {
        "shape": snapshots.SHAPE,
        "organisation": report.organisation.name,
        "year": year,
        "copied_from": None,
        "nothing": "",
        **snapshots.NOTHING_SAID,
        "activities": [_row(seed, number, places) for number in range(rows)],
        "enough": ("yes", "partly", "no")[seed % 3],
        "enough_why": "" if seed % 3 == 0 else "Flera områden saknar den kompetens som behövs.",
        "answers": [],
    }
    now = timezone.now()
    told = {"filed_by": by, "attested_by": by, "attested_at": now}
    settled = {"settled_by": by, "settled_at": now}
    return Version(
        report=report,
        number=1,
        content=content,
        sha256=snapshots.fingerprint(content),
        is_late=False,
        state="approved",
        file=f"bench{report.pk}.pdf",
        **told,
        **settled,
    )


def _row(seed: int, number: int, places: list[str]) -> dict[str, object]:
    some = (seed + number) % 4 if places else 0
    first = (seed * 7 + number) % max(len(places), 1)
    return {
        "line": f"{number:032}",
        "name": f"Verksamhet {number} för barn och unga",
        "level": snapshots.LEVELS[(seed + number) % 3],
        "districts": sorted({places[(first + step) % len(places)] for step in range(some)}),
        "fte": str((seed * 13 + number * 7) % 900 * CENT),
        "cost": str(((seed * 17 + number) % 900_000) * 100 * CENT),
        "calculated": "booked",
        "comment": "Enligt bokslut.",
        "ended": "",
    }


def measure(times: int) -> None:
    """Say every figure, with few organisations and with all of them."""
    anna = User.objects.get(username="anna.ek")
    queries: dict[str, int] = {}
    for count in (FEW, ORGANISATIONS):
        fill(count, YEARS, ROWS, by=anna)
        for name, address in _addresses().items():
            queries.setdefault(name, _queries(anna, address))
            if count == ORGANISATIONS:
                _say(anna, name, address, queries[name], times)
    _workbook(anna)


def _addresses() -> dict[str, str]:
    names = {
        "board": "resources",
        "summary": "resources_summary",
        "behind": "resources_behind",
    }
    return {name: f"{reverse(page)}?year={LAST}" for name, page in names.items()}


def _queries(user: User, address: str) -> int:
    reader = client(user.username)
    reader.get(address)
    with CaptureQueriesContext(connection) as caught:
        reader.get(address)
    return len(caught)


def _say(user: User, name: str, address: str, before: int, times: int) -> None:
    reader = client(user.username)
    (took,) = medians([asking(reader, address, 200)], times)
    after = _queries(user, address)
    group = f"Resource reports of {ORGANISATIONS} × {YEARS} × {ROWS}"
    aim = SECONDS[name]
    Figure(
        group,
        f"{name}, time",
        ms(took),
        f"{after} queries",
        f"≤ {aim:.0f} s",
        took <= aim,
        "keep the sums of each version beside it",
    ).say()
    Figure(
        group,
        f"{name}, queries",
        str(after),
        f"{before} with {FEW} organisations",
        "as many",
        after == before,
        "ask once for all rows",
    ).say()


def _workbook(user: User) -> None:
    made = compiling.ask(kind="rows", window=None, language=settings.LANGUAGE_CODE, by=user)
    job = Job.objects.get(kind=compiling.KIND, ids={"compilation": made.pk})
    before, began = _held(), time.monotonic()
    done = queue.run(job.pk)
    took, grown = time.monotonic() - began, _held() - before
    made = Compilation.objects.get(pk=made.pk)
    group = f"Workbook of {made.rows} rows"
    Figure(
        group,
        "time",
        f"{took:.0f} s",
        "",
        f"≤ {WORKBOOK_SECONDS} s",
        done and took <= WORKBOOK_SECONDS,
        "write cells without the workbook library",
    ).say()
    Figure(
        group,
        "memory that the process grew by",
        f"{grown // 2**20} MB",
        f"{before // 2**20} MB before",
        f"≤ {WORKBOOK_BYTES // 2**20} MB",
        grown <= WORKBOOK_BYTES,
        "fewer versions at once",
    ).say()


def _held() -> int:
    """The most memory that this process has held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
