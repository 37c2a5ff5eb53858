"""The demo's knowledge: what the public is told, the library, study visits and contacts."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from coordination.access.models import User
from coordination.actors import demo as cast
from coordination.actors.models import District, Organisation
from coordination.frame import demo

from . import contacts, information, library, start_list, visits
from .models import Entry

FIRST = {
    "when_worried": (
        "Är du orolig för ett barn eller en ung person? Gör en orosanmälan till socialtjänsten."
    ),
    "what_we_do": "Kommunen arbetar för att förebygga våldsbejakande extremism.",
    "contacts": "Kontakta kommunens säkerhetsavdelning genom kommunens växel.",
}
NOW = {
    "when_worried": (
        "Är du orolig för ett barn eller en ung person? Gör en orosanmälan till socialtjänsten i"
        " kommunen. Du behöver inte vara säker, och du får vara anonym.\n\n"
        "Vill du prata med någon först? Orostelefonen ger stöd till dig som är orolig för att någon"
        " dras in i våldsbejakande extremism. Du behöver inte säga vem du är. Numret finns på Rädda"
        " Barnens webbplats.\n\n"
        "Oron ska gälla vad någon gör eller säger att den tänker göra, inte vad personen tycker"
        " eller tror."
    ),
    "what_we_do": (
        "Kommunen samordnar det förebyggande arbetet mot våldsbejakande extremism tillsammans med"
        " polisen, skolor, socialtjänst, föreningar och trossamfund.\n\n"
        "Arbetet är en del av det vanliga brottsförebyggande arbetet. Det riktar sig till alla barn"
        " och unga, till grupper med förhöjd risk och till enskilda som behöver stöd.\n\n"
        "Partnerskap Örebro samordnar arbetet i bostadsområdena."
    ),
    "contacts": (
        "Frågor om kommunens arbete: kontakta säkerhetsavdelningen genom kommunens växel.\n\n"
        "Oro för ett barn: kontakta socialtjänstens mottagning. Utanför kontorstid svarar"
        " socialjouren.\n\n"
        "Tips till polisen: ring 114 14. Vid fara: ring 112."
    ),
}


@demo.part(15, "Information till allmänheten")
def inform(scene: demo.Scene) -> None:
    """What the public is told: published a year ago by one coordinator, rewritten by the other."""
    anna, oskar = (User.objects.get(username=name) for name in ("anna.ek", "oskar.lind"))
    for texts, by, days in ((FIRST, oskar, 350), (NOW, anna, 120)):
        at = scene.now - timedelta(days=days)
        out = information.save(texts=texts, draft=None, revision=0, by=by, now=at)
        information.publish(draft=out, revision=out.revision, by=by, now=at + timedelta(hours=2))


@dataclass(frozen=True)
class Trip:
    """A study visit or network meeting, so many days ago, and what is proposed because of it."""

    days: int
    kind: str
    title: str
    place: str
    organisations: tuple[str, ...]
    participants: str
    prevent: str
    handle: str
    suggestions: tuple[tuple[str, str, str], ...] = ()
    """What, who is responsible, and how far it has come."""


TRIPS = (
    Trip(
        300,
        "visit",
        "Studiebesök i Aarhus",
        "Aarhus",
        ("Aarhus kommune",),
        "Anna Ek, en kommunpolis, två socialsekreterare",
        "Skolor får ett workshoptillfälle om propaganda i årskurs 8. Lärare och elever pratar sedan"
        " vidare på egen hand.\n\nFöräldrar möts i grupper som leds av en psykolog.",
        "Den som har deltagit får en mentor under lång tid. Kommun och polis arbetar i samma hus,"
        " men var och en håller sina uppgifter för sig.",
        (
            ("Pröva föräldragrupper i två bostadsområden", cast.PARTNERSHIP, "trying"),
            ("Utbilda fyra mentorer tillsammans med socialtjänsten", cast.SOCIAL, "to_try"),
        ),
    ),
    Trip(
        210,
        "visit",
        "Studiebesök i Köpenhamn",
        "København",
        ("Københavns kommune",),
        "Oskar Lind, en enhetschef, en rektor",
        "En rådgivningstelefon för personal svarar samma dag. Frågorna handlar oftast om hur man"
        " börjar ett samtal.",
        "En liten grupp samordnar stödet till familjen när någon kommer tillbaka.",
        (
            ("Rådgivning till skolpersonal varje vecka", cast.UPPER_SECONDARY, "introduced"),
            ("Ett gemensamt hus för kommun och polis", cast.OFFICE, "dropped"),
        ),
    ),
    Trip(
        95,
        "network",
        "Kunskapshus, nätverksmöte",
        "Borlänge",
        ("Stockholms stad", "Göteborgs stad", "Borlänge kommun"),
        "Anna Ek, samordnarna i Stockholm, Göteborg och Borlänge",
        "Borlänge har låtit föreningar skriva en egen del av handlingsplanen.",
        "Göteborg prövar samarbete med psykiatrin. Alla fyra kommuner saknar en gemensam rutin.",
        (("Bjud in föreningar att skriva i handlingsplanen", cast.OFFICE, "to_try"),),
    ),
    Trip(
        40,
        "network",
        "RAN, arbetsgrupp om lokala myndigheter",
        "Bryssel",
        ("RAN (Radicalisation Awareness Network)",),
        "Oskar Lind",
        "Flera städer låter unga själva granska kommunens material innan det används.",
        "",
        (("Låt ungdomsrådet granska vårt material", cast.CULTURE, "to_try"),),
    ),
)
CALLS = (
    ("helpline", "in", "advice", "", "Råd om hur man pratar med en ung släkting.", 35),
    ("helpline", "in", "referral", "Vivalla", "Hänvisades till socialtjänstens mottagning.", 20),
    ("cve", "out", "information", "", "Frågade om metodstödet för samtal.", 25),
    ("helpline", "in", "advice", "Oxhagen", "Fick råd om att söka upp skolkuratorn.", 15),
    ("county", "in", "information", "", "Inbjudan till länets nätverksdag.", None),
    ("helpline", "out", "information", "", "Gav stödtelefonen våra lokala kontaktvägar.", 30),
    ("ran", "out", "information", "", "Anmälde två deltagare till en arbetsgrupp.", 10),
    ("helpline", "in", "advice", "", "Orolig granne fick veta hur en orosanmälan går till.", 25),
    ("cve", "in", "advice", "", "Fick återkoppling på vår handlingsplan.", 45),
    ("helpline", "in", "referral", "Vivalla", "Hänvisades till fritidsgårdens personal.", 15),
    ("helpline", "in", "advice", "Vivalla", "Råd till förälder om spel och chattar.", 40),
    ("county", "out", "information", "", "Lämnade uppgifter till länets lägesbild.", 20),
)
"""Channel, direction, type, district, what came of it, and minutes: the latest last."""


@demo.part(16, "Bibliotek, studiebesök och kontaktlogg")
def know(scene: demo.Scene) -> None:
    """The library as the guideline names it, partly reviewed; visits, and a year of contacts."""
    people = {one.username: one for one in User.objects.all()}
    anna, oskar, maria = (people[name] for name in ("anna.ek", "oskar.lind", "maria.sten"))
    today = timezone.localdate(scene.now)
    start_list.put_in(by=oskar, now=scene.now - timedelta(days=200))
    for index, entry in enumerate(Entry.objects.filter(archived_at=None).order_by("pk")):
        if index < 4:
            values = {name: getattr(entry, name) for name in library.FIELDS}
            reviewed = today - timedelta(days=30 + 40 * index)
            library.change(
                entry=entry, values=values, reviewed_on=reviewed, revision=1, by=anna, now=scene.now
            )
    method = Entry.objects.filter(kind=Entry.Kind.METHOD, archived_at=None).earliest("pk")
    for index, name in enumerate(
        ("maria.sten", "jonas.berg", "sara.nyman", "per.holm", "tove.lind", "anna.ek")
    ):
        library.answer(entry=method, helped=index != 3, by=people[name], now=scene.now)
    for trip in TRIPS:
        _travel(trip, scene, by=oskar if "Oskar" in trip.participants else anna)
    districts = {one.name: one for one in District.objects.all()}
    for index, (channel, direction, kind, place, outcome, minutes) in enumerate(CALLS):
        values = {
            "on": today - timedelta(days=26 * (len(CALLS) - index)),
            "channel": channel,
            "direction": direction,
            "kind": kind,
            "district": districts.get(place),
            "outcome": outcome,
            "minutes": minutes,
        }
        contacts.add(values=values, by=maria if index % 4 == 3 else anna, now=scene.now)


def _travel(trip: Trip, scene: demo.Scene, *, by: User) -> None:
    at = scene.now - timedelta(days=trip.days)
    values = {
        "kind": trip.kind,
        "title": trip.title,
        "place": trip.place,
        "on": timezone.localdate(at),
        "participants": trip.participants,
        "prevent": trip.prevent,
        "handle": trip.handle,
    }
    there = list(Organisation.objects.filter(name__in=trip.organisations))
    visit = visits.note(values=values, organisations=there, by=by, now=at + timedelta(days=3))
    for text, name, state in trip.suggestions:
        responsible = Organisation.objects.get(name=name)
        made = visits.suggest(
            visit=visit, text=text, responsible=responsible, by=by, now=at + timedelta(days=4)
        )
        if state != made.state:
            visits.keep(
                suggestion=made,
                text=text,
                responsible=responsible,
                state=state,
                revision=made.revision,
                by=by,
                now=at + timedelta(days=30),
            )
