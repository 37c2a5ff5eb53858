"""The coordinator's notes from one council meeting (`meeting_bra.md`), as they are entered in the
browser, in their own words.

Eight items, three decisions, five new actions, three old ones, two absences, one postponed item.
"""

from dataclasses import dataclass

FORUM = "Brottsförebyggande rådet (ÖreBRÅ)"
PLACE = "Rådhuset, sal 3"

MEMBERS = (
    # user name, role, organisation
    ("anna.ek", "chair", "Kommunledningskontoret"),
    ("oskar.lind", "secretary", "Kommunledningskontoret"),
    ("maria.sten", "member", "Partnerskap Örebro"),
    ("jonas.berg", "member", "Partnerskap Örebro"),
    ("nils.frisk", "member", "Polisen, lokalpolisområde Örebro"),
    ("per.holm", "member", "Socialförvaltningen"),
    ("leila.amiri", "member", "Gymnasieförvaltningen"),
    ("sofia.dahl", "member", "ÖrebroBostäder AB"),
    ("gun.malm", "member", "Föreningen Grannkraft"),
)
FUNCTIONS = (
    # seats without a person
    ("Företrädare för Kultur- och fritidsförvaltningen", "Kultur- och fritidsförvaltningen"),
    ("Företrädare för Region Örebro län", "Region Örebro län"),
)
ABSENT = "Sofia Dahl"
REPLACED, SUBSTITUTE = "Företrädare för Region Örebro län", "Karin Öst"


@dataclass(frozen=True)
class Action:
    """What is to be done and by whom. `days` counts from the meeting; None means the next meeting."""

    what: str
    who: str
    owners: tuple[str, ...]
    days: int | None = None
    quick: str = ""
    """The proposed day to press, when it is not the one filled in."""


@dataclass(frozen=True)
class Item:
    title: str
    notes: str = ""
    decisions: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    report: bool = False
    postponed: bool = False


ITEMS = (
    Item(
        "Öppnande, val av justerare",
        "Jonas Berg väljs att justera jämte ordföranden.",
    ),
    Item("Uppföljning av åtgärder"),
    Item(
        "Lägesbild",
        "Polisen redovisar läget i bostadsområdena. Klistermärken och affischer från vit "
        "makt-miljön vid två hållplatser, borttagna inom ett dygn. Inga uppgifter om enskilda.",
    ),
    Item(
        "Utbildning av första linjen",
        "46 av 120 förskollärare i Vivalla har gått grundutbildningen.",
        decisions=(
            "Förskollärare och fritidsgårdspersonal prioriteras under hösten.",
            "ÖrebroBostäders bovärdar bjuds in till två tillfällen.",
        ),
        actions=(
            Action("Tar fram schema", "Maria", ("Maria Sten",)),
            Action("Bokar polisens föreläsare", "Nils", ("Nils Frisk",), 14, "Om 2 veckor"),
        ),
    ),
    Item(
        "Gymnasieförvaltningen och forumen",
        "Förvaltningen saknar plats i de åldersspecifika forumen.",
        decisions=("Gymnasieförvaltningen adjungeras till BRÅ och till Strategisk samverkan.",),
        actions=(
            Action("Skriver fram ändringen av forumets sammansättning", "Anna", ("Anna Ek",)),
        ),
        report=True,
    ),
    Item(
        "Föräldrastöd",
        "Partnerskap och socialtjänsten har prövat föräldragrupper i Oxhagen. Fem träffar, goda "
        "erfarenheter. Diskussion om tolk.",
        actions=(
            Action(
                "Beskriver metoden på en sida",
                "Per och Jonas",
                ("Per Holm", "Jonas Berg"),
                30,
                "Om en månad",
            ),
        ),
    ),
    Item(
        "Stödtelefonen",
        "Förslag till samverkan presenteras. Bordläggs till nästa möte: svar från nationell nivå "
        "saknas.",
        postponed=True,
    ),
    Item(
        "Övrigt",
        "Studiebesök i Århus planeras. Nästa möte om sex veckor.",
        actions=(
            Action(
                "Samlar intresse",
                "Oskar",
                ("Oskar Lind",),
                14,
                "Om 2 veckor",
            ),
        ),
    ),
)
DONE = "Schema för elevstödjare"
MOVED = "Inventera föreningar i Varberga"
STRUCK, WHY = "Kontakt med Borlänge om Kunskapshus", "Löst på annat sätt"
OLD = (DONE, MOVED, STRUCK)

DECISIONS = [
    (f"{number}:{index}", text)
    for number, item in enumerate(ITEMS, start=1)
    for index, text in enumerate(item.decisions, start=1)
]
ACTIONS = [action for item in ITEMS for action in item.actions]
POSTPONED = next(item.title for item in ITEMS if item.postponed)


ROLES = {"chair": ", ordförande", "secretary": ", sekreterare", "member": ""}


def attendance() -> dict[str, list[str]]:
    """Per organisation the rows of those who were called, as the minutes have them."""
    found: dict[str, list[str]] = {}
    for username, role, organisation in MEMBERS:
        name = username.replace(".", " ").title()
        how = "Frånvarande" if name == ABSENT else "Närvarande"
        found.setdefault(organisation, []).append(f"{name}{ROLES[role]} {how}")
    for function, organisation in FUNCTIONS:
        who = f"{SUBSTITUTE}, ersättare för {function}" if function == REPLACED else function
        found.setdefault(organisation, []).append(f"{who} Närvarande")
    return found
