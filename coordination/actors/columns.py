"""What a row of a list of actors says: which columns there are, and what may stand in each."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access.refused import Refused
from coordination.ui.fields import DATE_EXPECTED, read_date
from coordination.ui.guard import find_identity_number
from coordination.ui.tables import Cell, Mark
from coordination.ui.uploads import Unfit

from .models import AreaOfWork, District, Organisation, PreventionLevel
from .register import NAME, NOTES, Contact
from .texts import clean

LISTS = ("districts", "levels", "areas")
CONTACT = ("function", "contact", "phone", "email")
COLUMNS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "name": (gettext_lazy("Name"), ("namn", "aktör", "organisation", "actor", "organization")),
    "kind": (gettext_lazy("Kind"), ("typ", "slag", "kind", "type")),
    "districts": (
        gettext_lazy("Housing districts"),
        ("bostadsområde", "bostadsområden", "område", "områden", "districts", "housingdistrict"),
    ),
    "levels": (gettext_lazy("Prevention level"), ("nivå", "nivåer", "level", "levels")),
    "areas": (gettext_lazy("Areas of work"), ("verksamhet", "verksamheter", "areas")),
    "notes": (gettext_lazy("Note"), ("anteckningar", "notering", "notes")),
    "function": (gettext_lazy("Function"), ("kontaktfunktion", "befattning", "titel")),
    "contact": (gettext_lazy("Contact"), ("kontaktperson", "kontaktnamn", "contactname")),
    "phone": (gettext_lazy("Telephone"), ("tfn", "tel", "telefonnummer", "mobil", "phone")),
    "email": (gettext_lazy("E-mail"), ("epost", "mejl", "mail", "epostadress", "emailaddress")),
    "valid_from": (gettext_lazy("From"), ("franochmed", "frånochmed", "start", "startdatum")),
}
"""By what it is called in the code: its heading, and what else people call it."""

SHORT = {
    Organisation.Kind.ADMINISTRATION: ("förvaltningen",),
    Organisation.Kind.COMPANY: ("bolag", "company"),
    Organisation.Kind.POLICE: ("polis", "polisen", "police"),
    Organisation.Kind.SECURITY_SERVICE: ("säpo",),
    Organisation.Kind.AUTHORITY: ("myndighet", "authority"),
    Organisation.Kind.ASSOCIATION: ("idrottsförening",),
    Organisation.Kind.FAITH_COMMUNITY: ("samfund", "församling"),
    Organisation.Kind.SCHOOL: ("skola", "fritidsgård", "school"),
    Organisation.Kind.NATIONAL: ("nationell", "nationellt"),
    Organisation.Kind.INTERNATIONAL: ("internationell", "internationellt"),
}
"""What people write for a kind besides its name."""


@dataclass
class Said:
    """What a row says that can be read in. What it says nothing of is None, and stays as it is."""

    name: str
    kind: str | None = None
    districts: list[int] | None = None
    levels: list[int] | None = None
    areas: list[int] | None = None
    notes: str | None = None
    valid_from: dt.date | None = None
    contact: Contact | None = None

    @property
    def about(self) -> tuple[Any, ...]:
        """What it says of the actor itself."""
        return (self.kind, self.districts, self.levels, self.areas, self.notes, self.valid_from)


@dataclass
class Faulty(Exception):
    """The row cannot be read in, and why; its name if it has one that may be shown."""

    reasons: list[str] = field(default_factory=list)
    name: str = ""

    def __str__(self) -> str:
        return " ".join(self.reasons)


def folded(text: str) -> str:
    """How names and headings are compared: by their letters and digits, whatever their case."""
    return re.sub(r"[^\w]", "", unicodedata.normalize("NFKC", text).casefold()).replace("_", "")


def folded_name(text: str) -> str:
    """How names of actors are compared: in capitals or not, and whatever their spaces."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


class Reader:
    """Reads rows under one header. Raises Unfit for a header without the columns that are needed."""

    def __init__(self, header: Sequence[str]) -> None:
        self.places: dict[str, int] = {}
        self.ignored: list[str] = []
        known = _headings()
        twice = []
        for place, heading in enumerate(header):
            key = known.get(folded(heading))
            if key is None:
                self.ignored += [heading] if heading and _shown([heading]) != "–" else []
            elif key in self.places:
                twice.append(str(COLUMNS[key][0]))
            else:
                self.places[key] = place
        if "name" not in self.places:
            raise Unfit(
                _("The column %(column)s is missing. The first row of the file says: %(header)s")
                % {
                    "column": COLUMNS["name"][0],
                    "header": _shown(header),
                }
            )
        if twice:
            raise Unfit(
                _("The column %(column)s stands there twice. Remove one of them.")
                % {"column": twice[0]}
            )
        self._words = {
            "kind": choices(
                (code, [code, *in_all_languages(label), *SHORT.get(code, ())])
                for code, label in Organisation.Kind.choices
            ),
            "districts": choices(
                (one.pk, [one.name]) for one in District.objects.active(timezone.localdate())
            ),
            "levels": choices(
                (one.pk, names_of(one.code, PreventionLevel.Code(one.code).label))
                for one in PreventionLevel.objects.all()
            ),
            "areas": choices(
                (one.pk, names_of(one.code, AreaOfWork.Code(one.code).label))
                for one in AreaOfWork.objects.all()
            ),
        }

    def read(self, cells: Sequence[Cell]) -> Said:
        """What the row says. Raises Faulty with every fault of the row."""
        faults: list[str] = []
        values: dict[str, Any] = {}
        for key in self.places:
            cell = cells[self.places[key]] if self.places[key] < len(cells) else ""
            try:
                values[key] = self._value(key, cell)
            except Refused as refusal:
                faults.append(f"{COLUMNS[key][0]}: {refusal}")
        name = values.get("name") or ""
        try:
            contact = _contact(values)
        except Refused as refusal:
            contact = None
            faults.append(str(refusal))
        if faults:
            raise Faulty(faults, name)
        said = {key: value for key, value in values.items() if key not in CONTACT}
        return Said(**said, contact=contact)

    def _value(self, key: str, cell: Cell) -> Any:
        if cell is Mark.FORMULA:
            raise Refused(_("The cell holds a formula. Paste its value instead."))
        if cell is Mark.ERROR:
            raise Refused(_("The cell holds a fault, such as #N/A. Write its value instead."))
        if key == "valid_from":
            return _day(cell)
        text = _as_text(cell, key)
        if key == "name":
            return clean(
                text,
                label=_("The name"),
                limit=NAME,
                field="",
                needed=_("Enter the name of the actor"),
            )
        if key == "notes":
            return clean(text, label=_("The note"), limit=NOTES, field="") or None
        if key == "kind":
            return self._one("kind", text) if text else None
        if key in LISTS:
            parts = [one.strip() for one in re.split(r"[,;\n]", text) if one.strip()]
            return sorted({self._one(key, one) for one in parts}) if parts else None
        return text

    def _one(self, key: str, text: str) -> Any:
        found = self._words[key].get(folded(text))
        if found is None:
            clean(text, label=COLUMNS[key][0], limit=1000, field="")
            raise Refused(_("“%(text)s” is not known.") % {"text": text[:60]})
        return found


def _shown(header: Sequence[str]) -> str:
    """The header as it is told again; not when it is a row with somebody's identity number."""
    text = ", ".join(filter(None, header))[:150]
    return text if text and find_identity_number(text) is None else "–"


def _headings() -> dict[str, str]:
    known = {}
    for key, (heading, others) in COLUMNS.items():
        for name in (key, *others, *in_all_languages(heading)):
            known[folded(name)] = key
    return known


def in_all_languages(text: str | Promise) -> list[str]:
    """A text of the interface in each language that the portal speaks."""
    found = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.append(str(text))
    return found


def names_of(code: str, label: str | Promise) -> list[str]:
    """The code, the label, and what stands in it before a dash: "Generell"."""
    labels = in_all_languages(label)
    return [code, *labels, *(one.split("–")[0] for one in labels)]


def choices(rows: Iterable[tuple[Any, Iterable[str]]]) -> dict[str, Any]:
    """By what people write for it, folded: what is meant."""
    return {folded(name): key for key, names in rows for name in names}


def _contact(values: dict[str, Any]) -> Contact | None:
    said = Contact(
        function=values.get("function") or "",
        name=values.get("contact") or "",
        phone=values.get("phone") or "",
        email=values.get("email") or "",
    )
    return said.cleaned("") if said != Contact() else None


def _as_text(cell: Cell, key: str) -> str:
    if isinstance(cell, dt.date):
        raise Refused(_("The spreadsheet has made a date of it. Format the cell as text."))
    if isinstance(cell, bool):
        raise Refused(_("The cell holds true or false. Write the text instead."))
    if isinstance(cell, (int, float)):
        if key == "phone":
            raise Refused(
                _(
                    "The spreadsheet has made a number of it, and may have dropped a zero. Format the"
                    " cell as text, and write the whole number."
                )
            )
        return str(int(cell)) if float(cell).is_integer() else str(cell)
    return str(cell)


def _day(cell: Cell) -> dt.date | None:
    if cell == "":
        return None
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        raise Refused(
            _("The spreadsheet shows a number. Format the cell as a date, or write 2026-05-12.")
        )
    try:
        return read_date(str(cell), today=timezone.localdate(), past=True)
    except (ValueError, OverflowError):
        raise Refused(DATE_EXPECTED) from None
