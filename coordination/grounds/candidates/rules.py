"""Candidates for retention rules, in the order in which they are shown, for an archivist to settle."""

from datetime import date
from typing import Any

from coordination.grounds.models import Event, Outcome, Record, Unit

SOCIAL_SERVICES_ACT = date(2025, 7, 1)
"""Since when socialtjänstlagen (2025:400) holds."""
FIVE_YEARS = {
    "outcome": Outcome.AFTER,
    "length": 5,
    "unit": Unit.YEARS,
    "event": Event.LAST_NOTE,
    "by_next_year": True,
}
FILE_OF_THE_BOARD = "16 kap. 1 § socialtjänstlagen (2025:400)"
PLAN = "Arkivlagen (1990:782) och kommunens dokumenthanteringsplan"


def _days(length: int, event: Event) -> dict[str, Any]:
    return {"outcome": Outcome.AFTER, "length": length, "unit": Unit.DAYS, "event": event}


RULES: list[dict[str, Any]] = [
    {
        "record": Record.CASE,
        **FIVE_YEARS,
        "source": FILE_OF_THE_BOARD,
        "plain": "Akten gallras fem år efter den sista anteckningen. Gallringen är klar senast kalenderåret därpå.",
    },
    {
        "record": Record.CHILD_INQUIRY,
        "outcome": Outcome.AT_AGE,
        "length": 30,
        "source": "16 kap. 2 a § socialtjänstlagen (2025:400), SFS 2025:1501",
        "plain": "En utredning om ett barns behov av skydd sparas tills personen har fyllt 30 år.",
    },
    {
        "record": Record.EXEMPT,
        "outcome": Outcome.KEPT,
        "source": "16 kap. 2 och 4 §§ socialtjänstlagen (2025:400)",
        "plain": "Bevaras: placering utanför hemmet, faderskap, adoption, och akter i forskningsurvalet. Fråga kommunarkivarien om kommunen ingår i urvalet.",
    },
    {
        "record": Record.SUBMISSION,
        **FIVE_YEARS,
        "event": Event.RECEIVED,
        "source": "16 kap. 2 a § andra stycket socialtjänstlagen (2025:400)",
        "plain": "En anmälan om oro som inte ledde till utredning sparas i fem år.",
    },
    {
        "record": Record.SHARE,
        **FIVE_YEARS,
        "source": FILE_OF_THE_BOARD,
        "plain": "Ett beslut om att dela hör till akten och gallras med den.",
    },
    {
        "record": Record.CONSENT,
        **FIVE_YEARS,
        "source": FILE_OF_THE_BOARD,
        "plain": "Ett samtycke hör till akten och gallras med den, också om det har tagits tillbaka.",
    },
    {
        "record": Record.ANNEX,
        **FIVE_YEARS,
        "source": FILE_OF_THE_BOARD,
        "plain": "En sekretessbilaga hör till ärendets akt, inte till protokollet, och gallras med akten.",
    },
    {
        "record": Record.ADVICE,
        **_days(90, Event.MADE),
        "source": PLAN,
        "plain": "Rådgivning utan identitet gallras efter 90 dagar. Den hör inte till någon akt.",
    },
    {
        "record": Record.FILE,
        **FIVE_YEARS,
        "source": FILE_OF_THE_BOARD,
        "plain": "Filer i ett ärende hör till akten och gallras med den.",
    },
    {
        "record": Record.AUDIT,
        "outcome": Outcome.KEPT,
        "source": "Lagen (2001:454) om behandling av personuppgifter inom socialtjänsten, arkivlagen (1990:782)",
        "plain": "Loggen bevaras tills arkivarien har beslutat om en tid. Personens namn i loggen kan glömmas utan att kedjan bryts.",
    },
    {
        "record": Record.HELPLINE,
        "outcome": Outcome.AFTER,
        "length": 24,
        "unit": Unit.MONTHS,
        "event": Event.RECEIVED,
        "source": PLAN,
        "plain": "Två år, så att två årsrapporter kan bygga på loggen. Tiden som portalen följer beslutas i kontaktloggen.",
    },
    {
        "record": Record.DRAFT,
        **_days(14, Event.LAST_USED),
        "source": PLAN,
        "plain": "Ett utkast till ett ärende som ingen har återvänt till gallras efter 14 dagar.",
    },
    {
        "record": Record.EXPORT,
        **_days(7, Event.MADE),
        "source": PLAN,
        "plain": "En fil som portalen har gjort för att hämtas gallras efter sju dagar.",
    },
    {
        "record": Record.CALENDAR,
        "outcome": Outcome.AFTER,
        "length": 12,
        "unit": Unit.MONTHS,
        "event": Event.LAST_USED,
        "source": PLAN,
        "plain": "En kalenderlänk som ingen har använt på tolv månader tas bort.",
    },
    {
        "record": Record.COORDINATION,
        "outcome": Outcome.KEPT,
        "source": "Arkivlagen (1990:782)",
        "plain": "Protokoll, planer, rapporter och deltagarlistor bevaras, om inte ett gallringsbeslut säger annat.",
    },
]
