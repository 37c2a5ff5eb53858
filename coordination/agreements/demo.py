"""The demo's agreements: with the police, renewed and in force; about a district, soon to expire; a draft."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from coordination.access.models import User
from coordination.actors import demo as cast
from coordination.actors.models import District, Organisation, PreventionLevel
from coordination.frame import demo

from . import keeping, signed_files
from .models import Agreement, ahead

CHAIR = "Kommunstyrelsens ordförande, Kerstin Holmgren"
POLICE_CHIEF = "Lokalpolisområdeschef, Torbjörn Hallin"
WITH_POLICE = {
    "purposes": (
        "Minska brottsligheten och öka tryggheten genom att kommunen och polisen arbetar med samma"
        " problem, på samma platser och utifrån en gemensam lägesbild."
    ),
    "areas": (
        "Ungas utsatthet och risk att dras in i kriminalitet.\nNarkotika i skolor och på öppna"
        " platser.\nVåldsbejakande extremism.\nTrygghet i bostadsområdena."
    ),
    "problems": "Öppen försäljning av narkotika kring centrum. Rekrytering av unga i västra staden.",
    "causes": "Få vuxna på platserna kvällstid. Svag skolanknytning. Låg tillit till myndigheter.",
    "goals": (
        "Andelen som känner sig otrygga utomhus sena kvällar ska minska från 31 till 25 procent."
        "\nAlla skolor i partnerskapsområdena ska ha en namngiven kontaktpolis."
    ),
    "documented": "Mötesanteckningar från ÖreBRÅ och från Partnerskap förs i samordningsportalen.",
    "followed_up": "Strategiska rådet följer upp målen varje halvår. Rapport till kommunstyrelsen.",
    "paragraph": (
        "§ 4. Parterna utbyter lägesbilder om våldsbejakande extremism. Arbetet med personer som"
        " har deltagit regleras inte i denna överenskommelse."
    ),
    "pledges": [
        "Polis och fältassistenter finns tillsammans i Vivalla centrum varje fredag kväll.",
        "Nedskräpning och klotter i gångtunnlar tas bort inom tre dagar.",
        "Kommunen och polisen bjuder in till medborgardialog varje höst.",
    ],
}
EARLIER = WITH_POLICE | {
    "areas": "Ungas utsatthet.\nNarkotika i skolor och på öppna platser.",
    "paragraph": "",
    "pledges": ["Polisen finns i Vivalla centrum varje fredag kväll."],
}
HOUSING = {
    "purposes": "Göra Oxhagen och Varberga tryggare genom gemensamma trygghetsvandringar.",
    "areas": "Trygghetsvandringar, belysning, och kontakt med boende och föreningar.",
    "problems": "Mörka gångstråk. Boende som inte vet vart de ska vända sig.",
    "goals": "Fyra trygghetsvandringar om året. Brister åtgärdas inom sex veckor.",
    "followed_up": "Stadsdelsutveckling väster följer upp varje kvartal.",
}


@demo.part(17, "Överenskommelser")
def make(scene: demo.Scene) -> None:
    """One that expired and was renewed with the police, one that expires in five months, a draft."""
    anna, oskar = (User.objects.get(username=name) for name in ("anna.ek", "oskar.lind"))
    today = timezone.localdate(scene.now)
    earlier = _signed(
        scene.now - timedelta(days=1500),
        by=oskar,
        name="Samverkan med polisen, tidigare period",
        parties=(cast.MUNICIPALITY, cast.POLICE),
        days=(ahead(today, -48), ahead(today, -13)),
        extremism="no",
        texts=EARLIER,
    )
    then = scene.now - timedelta(days=400)
    renewal = keeping.renew(agreement=earlier, by=anna, now=then)
    keeping.change(
        agreement=renewal,
        values=_values(
            name="Samverkan med polisen",
            parties=(cast.MUNICIPALITY, cast.POLICE),
            days=(ahead(today, -12), ahead(today, 24)),
            extremism="partly",
            texts=WITH_POLICE,
            districts=cast.WEST,
            signed_on=timezone.localdate(then),
            follow_up_on=today + timedelta(days=45),
        ),
        revision=renewal.revision,
        by=anna,
        now=then,
    )
    keeping.put_in_force(agreement=renewal, by=anna, now=then + timedelta(days=2))
    _hand_in(renewal, by=anna, now=then + timedelta(days=2))
    _signed(
        scene.now - timedelta(days=950),
        by=anna,
        name="Trygga gångstråk i Oxhagen och Varberga",
        parties=(cast.MUNICIPALITY, cast.HOUSING, "Oxhagens idrottsförening"),
        days=(ahead(today, -31), ahead(today, 5)),
        extremism="no",
        texts=HOUSING,
        districts=cast.WEST[2:],
        others="VD Annika Roos, ÖrebroBostäder; ordförande Sven Åhl, Oxhagens idrottsförening",
    )
    keeping.register(
        values=_values(
            name="Samverkan mellan kommunen, polisen och Region Örebro län",
            parties=(cast.MUNICIPALITY, cast.POLICE, cast.REGION),
            days=(ahead(today, 2), ahead(today, 38)),
            extremism="yes",
            texts={
                "purposes": "Samordna stödet till barn och unga som riskerar att fara illa.",
                "areas": "Gemensam ingång för skola, socialtjänst, polis och vård.",
                "paragraph": "Förslag: parterna utser var sin kontaktfunktion för frågor om"
                " våldsbejakande extremism.",
            },
        ),
        by=oskar,
        now=scene.now - timedelta(days=12),
    )


def _signed(now: datetime, *, by: User, **said: Any) -> Agreement:
    signed = {"signed_on": timezone.localdate(now)}
    made = keeping.register(values=_values(**said, **signed), by=by, now=now)
    keeping.put_in_force(agreement=made, by=by, now=now + timedelta(days=1))
    made.refresh_from_db()
    return made


def _hand_in(agreement: Agreement, *, by: User, now: datetime) -> None:
    """The agreement as it was signed: a PDF made here, by the portal's own hands."""
    said = "\n\n".join((agreement.name, *(WITH_POLICE[name] for name in ("purposes", "areas"))))
    with signed_files.checked(
        content=demo.document(agreement.name, said), name="overenskommelse.pdf"
    ) as file:
        signed_files.add(agreement=agreement, file=file, by=by, now=now)


def _values(
    *,
    name: str,
    parties: tuple[str, ...],
    days: tuple[date, date],
    extremism: str,
    texts: dict[str, Any],
    districts: tuple[str, ...] = (),
    others: str = POLICE_CHIEF,
    signed_on: date | None = None,
    follow_up_on: date | None = None,
) -> dict[str, Any]:
    return {
        **texts,
        "name": name,
        "parties": Organisation.objects.filter(name__in=parties),
        "districts": District.objects.filter(name__in=districts),
        "levels": PreventionLevel.objects.exclude(code="individual"),
        "valid_from": days[0],
        "valid_to": days[1],
        "extremism": extremism,
        "signed_for_municipality": CHAIR if signed_on else "",
        "signed_for_others": others if signed_on else "",
        "signed_on": signed_on,
        "follow_up_on": follow_up_on,
    }
