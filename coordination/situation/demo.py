"""The demo's situational picture of last year, its decided plan, and a draft of the next picture."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from coordination.access.models import User
from coordination.actors import demo as cast
from coordination.actors.models import District, Organisation, PreventionLevel
from coordination.frame import demo

from . import measures, pictures, plans, problems
from .models import ActionPlan, Measure, Problem, SituationalPicture

PUBLISHED, DECIDED, NEXT = 610, 560, 20
"""Days ago: so that the renewal is near, and the reminder has come."""

TEXTS = {
    "mapping": (
        "Polisen, skolorna och Partnerskap Örebro har räknat vad de har sett under två år.\n\n"
        "Hatbrott och skadegörelse med extremistiska budskap förekommer i hela kommunen. De är flest"
        " i och omkring centrum. Rekrytering sker mest på nätet, men också vid två mötesplatser.\n\n"
        "Följden är att elever och föräldrar känner sig otrygga, och att föreningar ställer in möten."
    ),
    "other": (
        "Trygghetsmätningen visar att var femte ung person har sett våldsbejakande propaganda.\n\n"
        "Skolkuratorer efterfrågar stöd i samtal om propaganda. Föreningar och trossamfund vill möta"
        " kommunen oftare.\n\n"
        "Elevhälsan i gymnasiet sitter inte med i något förebyggande forum."
    ),
    "analysis": (
        "Problemen hänger ihop. Propaganda på nätet når unga som saknar sammanhang på fritiden.\n\n"
        "Där vuxna finns på plats är rekryteringen svagare. Därför väger insatser på fritiden och i"
        " skolan tyngst.\n\n"
        "Kunskapen om vilka metoder som fungerar är liten. Varje åtgärd behöver en indikator."
    ),
}
PROBLEMS: tuple[tuple[dict[str, str], tuple[str, ...]], ...] = (
    (
        {
            "name": "Propaganda på nätet når unga",
            "description": "Unga möter våldsbejakande propaganda i spel, chattar och korta filmer.",
            "causes": "Flödena styr mot allt hårdare innehåll. Få vuxna vet hur man pratar om det.",
            "source": "Trygghetsmätningen, elevenkäten i årskurs 8 och samtal med elva kuratorer.",
            "risk": "middle",
        },
        (),
    ),
    (
        {
            "name": "Rekrytering vid mötesplatser på kvällstid",
            "description": "Äldre ungdomar bjuder in yngre till slutna grupper kring två platser.",
            "causes": "Fritidsgårdarna stänger tidigt. Det finns få vuxna på platserna efter åtta.",
            "source": "Fältgruppens anteckningar i arton månader och Partnerskaps platsvandringar.",
            "risk": "higher",
        },
        ("Vivalla", "Baronbackarna"),
    ),
    (
        {
            "name": "Skadegörelse och hot mot lokaler",
            "description": "Lokaler för föreningar och trossamfund klottras ned, och möten störs.",
            "causes": "Lokalerna ligger avskilt. Det är oklart vem som ska anmäla.",
            "source": "Polisens anmälningar under två år och fastighetsbolagens skadestatistik.",
            "risk": "lower",
        },
        ("Oxhagen", "Varberga"),
    ),
)


@dataclass(frozen=True)
class Planned:
    """A measure, by when in days from the demo's day, and what was said of it so many days ago."""

    title: str
    problem: int
    owner: str
    level: str
    due: int
    indicator: str
    responsible: str = ""
    said: tuple[tuple[int, str, str], ...] = ()


MEASURES = (
    Planned(
        "Utbilda kuratorer i samtal om propaganda",
        0,
        cast.UPPER_SECONDARY,
        "general",
        -200,
        "Alla kuratorer har gått utbildningen. Åtta av tio säger att den hjälper dem.",
        said=(
            (400, "under_way", "Första gruppen har gått. Sex av elva kuratorer är klara."),
            (210, "done", "Alla elva har gått. Nio säger att den hjälper dem."),
        ),
    ),
    Planned(
        "Öppna fritidsgården två kvällar till i veckan",
        1,
        cast.CULTURE,
        "specific",
        60,
        "Antalet besökare efter klockan 20, räknat varje månad.",
        responsible="maria.sten",
        said=((90, "under_way", "Personal är anställd. Gården har öppet på torsdagar."),),
    ),
    Planned(
        "Vuxna på platserna fredag och lördag",
        1,
        cast.PARTNERSHIP,
        "specific",
        -25,
        "Antal kvällar med minst fyra vuxna, enligt Partnerskaps lista.",
        responsible="maria.sten",
        said=((120, "under_way", "Två föreningar deltar. En tredje har sagt ja."),),
    ),
    Planned(
        "En väg in för anmälan av skadegörelse",
        2,
        cast.HOUSING,
        "general",
        150,
        "Andelen skador som anmäls inom två dygn, enligt skadestatistiken.",
    ),
    Planned(
        "Tryggare belysning vid tre lokaler",
        2,
        "Futurum Fastigheter AB",
        "general",
        90,
        "Antalet skador vid lokalerna, jämfört med året före.",
        said=((75, "dropped", "Lokalerna byggs om nästa år. Belysningen görs då."),),
    ),
)


@demo.part(17, "Lägesbild och åtgärdsplan")
def describe(scene: demo.Scene) -> None:
    """A picture that is soon to be renewed, its plan with measures in every state, and a draft."""
    people = {one.username: one for one in User.objects.all()}
    anna, oskar = people["anna.ek"], people["oskar.lind"]
    today = timezone.localdate(scene.now)

    def ago(days: int) -> datetime:
        return scene.now - timedelta(days=days)

    first = pictures.begin(by=anna, now=ago(PUBLISHED + 60))
    _write(first, by=anna, at=ago(PUBLISHED + 40))
    described = [_describe(first, *one, by=anna, at=ago(PUBLISHED + 30)) for one in PROBLEMS]
    first.refresh_from_db()
    pictures.publish(picture=first, edition=first.edition, by=anna, now=ago(PUBLISHED))
    plan = plans.begin(picture=first, by=anna, now=ago(PUBLISHED - 5))
    made = [_plan(plan, one, described, people, today, ago(PUBLISHED - 10)) for one in MEASURES]
    plan.refresh_from_db()
    plans.decide(
        plan=plan,
        edition=plan.edition,
        decided_by="Kommunstyrelsen",
        decided_on=timezone.localdate(ago(DECIDED)),
        valid_to=timezone.localdate(scene.now + timedelta(days=170)),
        by=anna,
        now=ago(DECIDED - 1),
    )
    said = [(days, one, state, note) for one, row in made for days, state, note in row.said]
    for days, one, state, note in sorted(said, key=lambda entry: -entry[0]):
        by = people["maria.sten"] if one.responsible else anna
        one.refresh_from_db()
        measures.update(
            measure=one, state=state, note=note, revision=one.revision, by=by, now=ago(days)
        )
    pictures.begin(by=oskar, now=ago(NEXT))


def _write(picture: SituationalPicture, *, by: User, at: datetime) -> None:
    year = timezone.localdate(at).year
    texts = {"title": f"Lägesbild {year}", "period": f"{year - 1}–{year}", **TEXTS}
    pictures.save(picture=picture, texts=texts, revision=picture.revision, by=by, now=at)


def _describe(
    picture: SituationalPicture, values: dict[str, str], names: Any, *, by: User, at: datetime
) -> Problem:
    return problems.add(
        picture=picture,
        values={**values, "whole_municipality": not names},
        districts=District.objects.filter(name__in=names),
        by=by,
        now=at,
    )


def _plan(
    plan: ActionPlan,
    row: Planned,
    described: list[Problem],
    people: dict[str, User],
    today: date,
    at: datetime,
) -> tuple[Measure, Planned]:
    values = {
        "title": row.title,
        "details": "",
        "indicator": row.indicator,
        "problem": described[row.problem],
        "owner": Organisation.objects.get(name=row.owner),
        "responsible": people.get(row.responsible),
        "level": PreventionLevel.objects.get(code=row.level),
        "due": today + timedelta(days=row.due),
    }
    return measures.add(plan=plan, values=values, by=people["anna.ek"], now=at), row
