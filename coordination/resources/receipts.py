"""The receipt: a version that was sent in, as a page and as a PDF say it."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from coordination.actors.models import PreventionLevel
from coordination.assignments.models import Status
from coordination.jobs import files
from coordination.ui import pdf

from . import snapshots
from .models import Activity, Report, Version


@dataclass(frozen=True)
class Line:
    """Posts and money under a name."""

    name: str
    fte: Decimal
    cost: Decimal


def document(content: dict[str, Any]) -> dict[str, Any]:
    """The frozen content as templates print it: codes as words, figures as decimals, sums."""
    found = snapshots.totals(content)
    levels, booked = dict(PreventionLevel.Code.choices), dict(Activity.Calculated.choices)
    statuses = dict(Status.choices)
    return {
        **content,
        "activities": [
            {
                **row,
                "level_name": levels[row["level"]],
                "area": snapshots.area_of(row),
                "fte": Decimal(row["fte"]),
                "cost": Decimal(row["cost"]),
                "calculated_name": booked[row["calculated"]],
            }
            for row in content["activities"]
        ],
        "enough_name": dict(Report.Enough.choices)[content["enough"]],
        "assignments": [
            {**row, "status_name": statuses[row["status"]]} for row in content["assignments"]
        ],
        "requests": [
            {
                **row,
                "fte": Decimal(row["fte"]),
                "cost": Decimal(row["cost"]),
                "from_day": date.fromisoformat(row["from_day"]),
            }
            for row in content["requests"]
        ],
        "whole": found.whole,
        "levels": [
            Line(str(levels[code]), total.fte, total.cost) for code, total in found.levels.items()
        ],
        "areas": [
            Line(name or _("The whole municipality"), total.fte, total.cost)
            for name, total in found.areas.items()
        ],
    }


def render_pdf(*, version_id: int, now: datetime | None = None) -> None:
    """Makes the receipt in the portal's own language, unless it is made.

    Safe to do again: the file's name was decided with the version, so a second try replaces what a
    crash left. Raises what `pdf.render` and `files.publish` raise.
    """
    version = Version.objects.select_related("report", "filed_by", "attested_by").get(pk=version_id)
    if version.has_file:
        return
    language = settings.LANGUAGE_CODE
    with translation.override(language):
        named = {
            "organisation": version.content["organisation"],
            "year": version.content["year"],
        }
        made = pdf.render(
            "resources/receipt_pdf.html",
            {
                "version": version.number,
                "content_hash": version.sha256,
                "sent": version,
                "report": document(version.content),
            },
            title=_("Resource report %(year)s: %(organisation)s") % named,
            language=language,
        )
    files.publish(made.content, version.file)
    Version.objects.filter(pk=version.pk, rendered_at=None).update(
        file_sha256=hashlib.sha256(made.content).hexdigest(),
        size=len(made.content),
        rendered_at=now or timezone.now(),
    )
