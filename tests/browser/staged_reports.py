"""What tests of resource reports begin with, through the domain's own functions, and what came of it.

Each test has an administration of its own: Per and Sofia report for it, and Gunnar attests.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from coordination.access import people
from coordination.access.models import User
from coordination.actors import organisations
from coordination.actors.models import Organisation, OrganisationMembership
from coordination.jobs.models import OutgoingMail
from coordination.resources import activities, filling, parts, sending, snapshots, windows
from coordination.resources.models import Report, Version, Window

HOLDERS = {"per.holm": "reporter", "sofia.dahl": "reporter", "gunnar.ask": "manager"}
ROWS = (
    ("Fältarbete", "general", "2", 1_300_000),
    ("Samtalsgrupper", "specific", "1.5", 975_000),
    ("Coachning", "individual", "0.75", 520_000),
)


def administration(last_year: bool = False) -> dict[str, Any]:
    """An administration, with last year's report sent in if that is asked for."""
    name = f"Provförvaltningen {Organisation.objects.count()}"
    place = organisations.add_organisation(
        by=None, name=name, kind=Organisation.Kind.ADMINISTRATION
    )
    for username, role in HOLDERS.items():
        people.give_role(
            by=None,
            user=User.objects.get(username=username),
            membership=OrganisationMembership,
            role=role,
            valid_from=timezone.localdate() - timedelta(days=900),
            valid_to=None,
            organisation=place,
        )
    if last_year:
        before, _this = Window.objects.order_by("year")
        report = _filled(place, before, ROWS)
        sending.send(report=report, by=report.begun_by)
        _attested(report)
    return {"pk": place.pk, "name": name}


def ready_report(organisation: int, sent: bool = False) -> int:
    """This year's report with every part done; `sent` to be attested if that is asked for."""
    place = Organisation.objects.get(pk=organisation)
    report = _filled(place, Window.objects.latest("year"), ROWS[:1])
    if sent:
        sending.send(report=report, by=report.begun_by)
    return report.pk


def begun_report(organisation: int) -> dict[str, int]:
    """This year's report, empty, with the keys of its parts by their numbers."""
    report = filling.begin(
        window=Window.objects.latest("year"),
        organisation=Organisation.objects.get(pk=organisation),
        by=User.objects.get(username="per.holm"),
    )
    return {"pk": report.pk, **{f"part{one.number}": one.pk for one in report.parts.all()}}


def _filled(place: Organisation, window: Window, rows: Any) -> Report:
    by = User.objects.get(username="per.holm")
    report = filling.begin(window=window, organisation=place, by=by)
    for name, level, fte, cost in rows:
        values = {"name": name, "level": level, "fte": Decimal(fte), "cost": Decimal(cost)}
        activities.add(report=report, values=values | {"calculated": "booked"}, districts=[], by=by)
    part = {one.number: one for one in report.parts.select_related("report")}
    activities.finish(part=part[1], by=by)
    parts.save_enough(part=part[2], enough="yes", why="", revision=1, by=by)
    parts.save_needs(part=part[3], needs=[], key_functions="Inga", revision=1, by=by)
    parts.save_assignments(part=part[4], said={}, revision=1, by=by)
    parts.save_forums(part=part[5], answers=[], note="", revision=1, by=by)
    return report


def _attested(report: Report) -> Version:
    content = snapshots.snapshot(Report.objects.get(pk=report.pk))
    manager = User.objects.get(username="gunnar.ask")
    return sending.attest(report=report, sha256=snapshots.fingerprint(content), by=manager)


def report_told(report: int) -> dict[str, Any]:
    """Where the report is, what it says, and what was sent in."""
    one = Report.objects.get(pk=report)
    versions = list(one.versions.order_by("number"))
    keys, names = {v.pk for v in versions}, dict(User.objects.values_list("pk", "username"))
    mails = OutgoingMail.objects.filter(letter="resources.submitted")
    return {
        "state": one.state,
        "enough_why": one.enough_why,
        "key_functions": one.key_functions,
        "rows": [[row.name, str(row.fte), str(row.cost)] for row in one.activities.order_by("pk")],
        "versions": [{"pk": v.pk, "file": v.file, "has_file": v.has_file} for v in versions],
        "told": sorted(names[mail.user_id] for mail in mails if mail.ids["version"] in keys),
    }


def move_last_day(days: int) -> int:
    """The last day of this year's reports lies so many days ahead from now on; how many it did before."""
    window, today = Window.objects.latest("year"), timezone.localdate()
    windows.decide(
        year=window.year,
        opens_on=window.opens_on,
        last_day=today + timedelta(days=days),
        revision=window.revision,
        by=User.objects.get(username="anna.ek"),
    )
    return (window.last_day - today).days


CALLS = (administration, ready_report, begun_report, report_told, move_last_day)
