"""What the demo's forums are and what is said in them: invented, and about work, never about a person."""

from dataclasses import dataclass
from datetime import time

from coordination.actors import demo as cast


@dataclass(frozen=True)
class Place:
    """A seat: a user name of the cast, or else a function nobody in the portal holds."""

    organisation: str
    user: str = ""
    role: str = "member"
    function: str = ""


@dataclass(frozen=True)
class Topic:
    """An item that comes up: what is noted, decided, and who takes on what, within how many weeks."""

    title: str
    notes: str
    decisions: tuple[str, ...] = ()
    actions: tuple[tuple[str, str, int], ...] = ()
    report: bool = False


@dataclass(frozen=True)
class Script:
    """One forum: what it is, who sits in it, how often it meets, and what it talks about."""

    name: str
    purpose: str
    levels: tuple[str, ...]
    seats: tuple[Place, ...]
    standing: tuple[tuple[str, str, bool], ...]
    topics: tuple[Topic, ...]
    pictures: tuple[str, ...]
    others: tuple[str, ...]
    weeks: int
    held: int
    days_ago: int
    districts: tuple[str, ...] = ()
    age_group: str = ""
    minutes_form: str = "notes"
    information: str = "aggregate"
    start: time = time(13, 0)
    end: time = time(14, 30)
    room: str = "Rådhuset, sal 3"
    weekday: int | None = None
    why_new: str = ""
    """Why no existing forum was enough, of a forum that was set up anew."""


FOLLOW_UP = ("Uppföljning av åtgärder", "information", True)
OTHER = ("Övrigt", "information", False)
STANDING = (
    ("Öppnande", "information", False),
    FOLLOW_UP,
    ("Lägesbild", "discussion", False),
    OTHER,
)
MEETING_STANDING = (("Öppnande, val av justerare", "information", False), *STANDING[1:])

REASONS_MOVED = (
    "Underlaget från förvaltningarna är inte komplett.",
    "Lokalen blev inte klar i tid.",
    "Väntar på besked om finansiering.",
    "Sjukdom, arbetet tas upp igen nästa vecka.",
    "Samordnas med aktiviteten i grannområdet.",
)
REASONS_STRUCK = (
    "Löst på annat sätt.",
    "Ingår numera i förvaltningens ordinarie plan.",
    "Behovet finns inte längre.",
)
COMMENTS = (
    "Klart och delat med forumet.",
    "Genomfört, tolv deltagare.",
    "Underlaget ligger i samarbetsytan.",
    "",
    "",
)
SUBSTITUTES = ("Karin Öst", "Lena Vall", "Olle Gran", "Farah Said", "Per-Erik Mo")
PROGRESS = (
    "Arbetet följer planen. Nästa avstämning görs i forumet.",
    "Två av tre delar är genomförda. Den tredje väntar på bemanning.",
    "Erfarenheterna är goda. Metoden sprids till fler enheter efter sommaren.",
    "Deltagandet har varit lägre än väntat. Tiderna ses över.",
    "Arbetssättet beskrivs på en sida, så att fler kan använda det.",
)

_BRA = Script(
    name="Brottsförebyggande rådet (ÖreBRÅ)",
    purpose="Strategisk samverkan mellan kommunens förvaltningar, polisen, bolagen och "
    "civilsamhället för att förebygga brott och våldsbejakande extremism.",
    levels=("general", "specific"),
    seats=(
        Place(cast.OFFICE, "anna.ek", "chair", "Samordnare"),
        Place(cast.OFFICE, "oskar.lind", "secretary"),
        Place(cast.PARTNERSHIP, "maria.sten", function="Partnerskap Vivalla"),
        Place(cast.PARTNERSHIP, "jonas.berg", function="Partnerskap Oxhagen"),
        Place(cast.POLICE, "nils.frisk"),
        Place(cast.SOCIAL, "per.holm"),
        Place(cast.HOUSING, "sofia.dahl"),
        Place("Föreningen Grannkraft", "gun.malm"),
        Place(cast.CULTURE, function="Representant för Kultur- och fritidsförvaltningen"),
        Place(cast.REGION, function="Representant för Region Örebro län"),
    ),
    standing=MEETING_STANDING,
    weeks=6,
    held=9,
    days_ago=34,
    weekday=1,
    minutes_form="adjusted",
    pictures=(
        "Polisen redovisar läget i bostadsområdena. Skadegörelsen har minskat i två av fem områden. "
        "Inga uppgifter om enskilda.",
        "ÖrebroBostäder redovisar trygghetsmätningen. Tryggheten ökar i Baronbackarna och är "
        "oförändrad i övrigt.",
        "Klistermärken med extremistiskt innehåll har synts vid tre hållplatser. Allt var borttaget "
        "inom ett dygn.",
        "Socialförvaltningen ser fler frågor från föräldrar om sociala medier. Behovet av stöd till "
        "personal ökar.",
    ),
    others=(
        "Nästa möte enligt plan.",
        "Studiebesök från Borlänge kommun väntas under hösten.",
        "Inbjudan till nationell konferens skickas till ledamöterna.",
    ),
    topics=(
        Topic(
            "Utbildning av första linjen",
            "Grundutbildningen har hållits vid fyra tillfällen. Deltagarna önskar fler exempel från "
            "den egna verksamheten. Fritidsgårdarna har svårast att frigöra personal.",
            ("Utbildningen ges i två kortare pass under nästa termin.",),
            (
                ("Ta fram schema för två korta utbildningspass", "Maria Sten", 6),
                ("Boka polisens föreläsare till höstens utbildning", "Nils Frisk", 3),
            ),
        ),
        Topic(
            "Trygghetsvandringar i Varberga",
            "Vandringarna i maj samlade boende, bovärdar och skola. Belysning och siktröjning vid "
            "gångtunneln återkommer i alla grupper.",
            ("Belysningen vid gångtunneln i Varberga prioriteras.",),
            (
                ("Beställa siktröjning vid gångtunneln", "Sofia Dahl", 4),
                ("Återkoppla till deltagarna i vandringarna", "Jonas Berg", 6),
            ),
        ),
        Topic(
            "Föräldrastöd över förvaltningsgränserna",
            "Socialtjänsten och Partnerskap prövar föräldragrupper med fem träffar. Tolk behövs vid "
            "hälften av dem.",
            ("Föräldragrupper ska erbjudas i alla fem partnerskapsområden.",),
            (("Beskriva metoden för föräldragrupper på en sida", "Per Holm, Jonas Berg", 5),),
            report=True,
        ),
        Topic(
            "Överenskommelsen med polisen",
            "Förslaget till samverkansöverenskommelse har varit på remiss. Uppföljningen ska bli "
            "tydligare och ske två gånger om året.",
            ("Rådet ställer sig bakom förslaget och lämnar det till ledningen.",),
            (("Lämna förslaget till överenskommelse till ledningen", "Anna Ek", 3),),
            report=True,
        ),
        Topic(
            "Civilsamhällets roll",
            "Föreningen Grannkraft berättar om läxhjälp och kvällsöppet. Föreningarna vill ha en "
            "kontaktväg när personalen är osäker.",
            (),
            (("Ta fram en kontaktväg för föreningarna", "Anna Ek, Gun Malm", 6),),
        ),
        Topic(
            "Stödtelefonen",
            "Frågor om samarbete med en nationell stödlinje diskuteras. Rådet vill veta vad som "
            "krävs lokalt innan beslut fattas.",
            (),
            (("Ta reda på vad en stödlinje kräver lokalt", "Oskar Lind", 8),),
        ),
        Topic(
            "Narkotikaförebyggande arbete",
            "Drogvaneundersökningen visar små förändringar. Skolorna efterfrågar gemensamma "
            "föräldramöten.",
            ("Undersökningen presenteras på gemensamma föräldramöten.",),
            (("Boka gemensamma föräldramöten med skolorna", "Oskar Lind, Maria Sten", 6),),
        ),
    ),
)

_STRATEGIC = Script(
    name="Strategisk samverkan mot våldsbejakande extremism",
    purpose="Leder och följer upp kommunens uppdrag enligt riktlinjen och håller kontakten med "
    "nationell nivå.",
    levels=("general", "specific", "individual"),
    seats=(
        Place(cast.OFFICE, "anna.ek", "chair", "Samordnare"),
        Place(cast.OFFICE, "oskar.lind", "secretary"),
        Place(cast.OFFICE, "lars.nord"),
        Place(cast.PARTNERSHIP, "rut.ahl"),
        Place(cast.PARTNERSHIP, "sara.nyman"),
        Place(cast.SOCIAL, "gunnar.ask"),
        Place(cast.POLICE, "nils.frisk"),
        Place("Center mot våldsbejakande extremism (CVE)", function="Kontaktperson på CVE"),
    ),
    standing=STANDING,
    weeks=8,
    held=6,
    days_ago=48,
    room="Rådhuset, sal 1",
    start=time(9, 0),
    end=time(11, 0),
    minutes_form="adjusted",
    pictures=(
        "Polisen och säkerhetsavdelningen ger en samlad bild på områdesnivå. Läget bedöms som "
        "oförändrat.",
        "Nationell nivå redovisar nya stödmaterial för kommuner. Två av dem är användbara lokalt.",
        "Propaganda på nätet når yngre åldrar än tidigare. Skolan och fritiden behöver samma stöd.",
    ),
    others=("Inga övriga frågor.", "Rapporten till kommunstyrelsen lämnas i nästa vecka."),
    topics=(
        Topic(
            "Förvaltningarnas resurser",
            "Sex förvaltningar har redovisat årsarbetskrafter. Underlagen skiljer sig åt och kan inte "
            "jämföras rakt av.",
            ("Ett gemensamt underlag används från och med nästa år.",),
            (
                ("Ta fram ett gemensamt underlag för resursredovisningen", "Oskar Lind", 8),
                ("Påminna de förvaltningar som inte har svarat", "Anna Ek", 2),
            ),
            report=True,
        ),
        Topic(
            "Kunskapsinhämtning från Århus",
            "Studiebesöket visade hur skola, socialtjänst och polis delar på en ingång. Den rättsliga "
            "grunden skiljer sig från den svenska.",
            (),
            (("Sammanfatta studiebesöket på två sidor", "Sara Nyman", 4),),
        ),
        Topic(
            "Samverkan kring avhoppare",
            "Rollerna mellan kommun, polis och nationella verksamheter beskrivs. Inga enskilda "
            "ärenden tas upp.",
            ("Rollfördelningen beskrivs i ett gemensamt dokument.",),
            (("Skriva ett första utkast om rollfördelningen", "Gunnar Ask, Nils Frisk", 8),),
        ),
        Topic(
            "Uppföljning av de arton uppdragen",
            "Elva uppdrag pågår, fem är genomförda och två har stannat av. De två behöver en ny "
            "ansvarig.",
            ("Uppdrag utan uppdatering på 90 dagar tas upp med förvaltningschefen.",),
            (("Föreslå ny ansvarig för två uppdrag", "Anna Ek", 5),),
            report=True,
        ),
        Topic(
            "Informationsklassning av forumen",
            "Två forum får behandla uppgifter om enskilda. Övriga ska hålla sig till sammanställda "
            "uppgifter.",
            ("Varje forum ska ha en beslutad informationsklass.",),
            (("Gå igenom informationsklassen med ordförandena", "Rut Ahl", 6),),
        ),
    ),
)

_OREFOR = Script(
    name="Öreför",
    purpose="Åldersspecifik samverkan kring yngre barn: tidiga insatser och stöd till personal.",
    levels=("specific",),
    seats=(
        Place(cast.SOCIAL, "per.holm", "chair"),
        Place(cast.PARTNERSHIP, "sara.nyman", "secretary"),
        Place(cast.PARTNERSHIP, "maria.sten"),
        Place("Förskoleförvaltningen", function="Verksamhetschef förskola väster"),
        Place("Grundskoleförvaltningen", function="Chef för elevhälsan"),
        Place(cast.REGION, function="Samordnare barnhälsovården"),
    ),
    standing=STANDING,
    weeks=8,
    held=6,
    days_ago=41,
    age_group="6–12 år",
    room="Förskoleförvaltningen, rum Björken",
    pictures=(
        "Förskolorna ser fler barn som behöver tidigt stöd. Väntetiden till rådgivning är fem veckor.",
        "Övergången från förskola till skola fungerar bättre där besöken görs gemensamt.",
        "Frånvaron i årskurs 4–6 har sjunkit något. Skillnaden mellan skolorna är stor.",
    ),
    others=("Inga övriga frågor.", "Förslag på tema till nästa möte lämnas till sekreteraren."),
    topics=(
        Topic(
            "Tidiga samtal med vårdnadshavare",
            "Pedagogerna vill ha ett gemensamt sätt att inleda samtal. Ett exempel från Vivalla gås "
            "igenom.",
            ("Samtalsguiden prövas på tre förskolor.",),
            (("Välja ut tre förskolor till försöket", "Verksamhetschef förskola väster", 5),),
        ),
        Topic(
            "Hembesök tillsammans",
            "Barnhälsovården och socialtjänsten prövar gemensamma hembesök. Familjerna är nöjda.",
            ("Hembesöken fortsätter under hela året.",),
            (("Sammanställa erfarenheterna av hembesöken", "Per Holm", 8),),
        ),
        Topic(
            "Skolnärvaro i mellanåren",
            "Närvaroteamen arbetar olika. Forumet vill ha en gemensam rutin för de första tre veckorna.",
            (),
            (("Jämföra närvarorutinerna på fyra skolor", "Chef för elevhälsan", 6),),
        ),
        Topic(
            "Öppen förskola som mötesplats",
            "Besöken ökar på kvällstid. Lokalfrågan är inte löst.",
            (),
            (("Undersöka kvällsöppet i två lokaler", "Maria Sten", 6),),
        ),
    ),
)

_OREFRO = Script(
    name="Örefrö",
    purpose="Åldersspecifik samverkan kring ungdomar: skola, fritid, socialtjänst och polis.",
    levels=("specific",),
    seats=(
        Place(cast.OFFICE, "oskar.lind", "chair"),
        Place(cast.PARTNERSHIP, "sara.nyman", "secretary"),
        Place(cast.PARTNERSHIP, "jonas.berg"),
        Place(cast.SOCIAL, "per.holm"),
        Place(cast.POLICE, "eva.strand"),
        Place("Grundskoleförvaltningen", function="Samordnande rektor"),
        Place(cast.CULTURE, function="Enhetschef fritidsgårdar"),
    ),
    standing=STANDING,
    weeks=8,
    held=6,
    days_ago=57,
    age_group="13–16 år",
    room="Kulturkvarteret, rum 4",
    start=time(10, 0),
    end=time(11, 30),
    pictures=(
        "Fritidsgårdarna redovisar besök per kväll. Fredagar är fortsatt välbesökta.",
        "Skolorna ser mer oro efter kvällar med ordningsstörningar i centrum. Inga enskilda nämns.",
        "Polisen är mer synlig vid resecentrum. Vuxenvandrare efterfrågas.",
    ),
    others=("Inga övriga frågor.", "Sommarens kvällsöppet planeras vid ett extra möte."),
    topics=(
        Topic(
            "Vuxna på stan under loven",
            "Vandringarna under höstlovet bemannades av sex föreningar. Fler behövs till sportlovet.",
            ("Vandringar ordnas alla kvällar under sportlovet.",),
            (("Rekrytera vuxenvandrare till sportlovet", "Jonas Berg", 6),),
        ),
        Topic(
            "Källkritik och propaganda på nätet",
            "Lärarna saknar tid att hålla materialet aktuellt. Biblioteken kan bidra.",
            (),
            (("Ta fram ett lektionspaket tillsammans med biblioteken", "Samordnande rektor", 8),),
        ),
        Topic(
            "Aktiviteter för tjejer på fritidsgårdarna",
            "Andelen tjejer är 31 procent. Gårdarna vill pröva egna kvällar.",
            ("Egna kvällar prövas på två gårdar under ett halvår.",),
            (("Planera egna kvällar på två gårdar", "Enhetschef fritidsgårdar", 4),),
        ),
        Topic(
            "Sommarjobb som skydd",
            "Ungdomar i årskurs 9 prioriteras. Bolagen tar emot fler än förra året.",
            (),
            (("Fördela sommarjobbsplatser mellan områdena", "Oskar Lind, Per Holm", 8),),
        ),
    ),
)


def _partnership(
    area: str,
    districts: tuple[str, ...],
    leader: str,
    deputy: str,
    members: tuple[Place, ...],
    topics: tuple[Topic, ...],
    days_ago: int,
    room: str,
) -> Script:
    return Script(
        name=f"Partnerskap {area}",
        purpose=f"Lokal samverkan för trygghet och framtidstro i {' och '.join(districts)}.",
        levels=("general", "specific"),
        districts=districts,
        seats=(
            Place(cast.PARTNERSHIP, leader, "chair"),
            Place(cast.PARTNERSHIP, deputy, "secretary"),
            *members,
        ),
        standing=STANDING,
        weeks=5,
        held=10,
        days_ago=days_ago,
        room=room,
        start=time(9, 30),
        end=time(11, 0),
        pictures=(
            f"Bovärdarna redovisar läget i {districts[0]}. Nedskräpningen har minskat.",
            "Polisen redovisar anmälda brott på områdesnivå. Inbrotten är färre än i fjol.",
            "Skolan och fritidsgården beskriver en lugn period. Kvällarna i helgen var oroligare.",
            "Föreningarna har många aktiva. Lokalbristen är det största hindret.",
        ),
        others=(
            "Nästa möte enligt plan.",
            "Områdesdagen hålls den andra lördagen i september.",
            "Inga övriga frågor.",
        ),
        topics=topics,
    )


_VIVALLA = _partnership(
    "Vivalla",
    ("Vivalla", "Baronbackarna"),
    "maria.sten",
    "sara.nyman",
    (
        Place(cast.HOUSING, "sofia.dahl"),
        Place(cast.POLICE, "nils.frisk"),
        Place("Vivallaskolan", function="Rektor"),
        Place("Vivalla islamiska församling", function="Kontaktperson för ungdomsfrågor"),
        Place(cast.SOCIAL, "per.holm"),
    ),
    (
        Topic(
            "Läxhjälp och kvällsöppet",
            "Läxhjälpen når 60 barn i veckan. Fler äldre ungdomar behövs som ledare.",
            ("Läxhjälpen utökas med en kväll i veckan.",),
            (("Ordna lokal för en extra läxhjälpskväll", "Rektor", 4),),
        ),
        Topic(
            "Boendedialog om utemiljön",
            "Boende vill ha fler sittplatser och bättre ljus på torget. ÖrebroBostäder tar med sig "
            "förslagen.",
            ("Torget får ny belysning under året.",),
            (
                ("Ta fram skiss över belysningen på torget", "Sofia Dahl", 6),
                ("Bjuda in till uppföljande boendemöte", "Maria Sten", 5),
            ),
        ),
        Topic(
            "Kontaktvägar när någon är orolig",
            "Personalen vet inte alltid vem de ska ringa. En enkel lista efterfrågas.",
            ("En sida med kontaktvägar sätts upp på alla arbetsplatser.",),
            (("Skriva sidan med kontaktvägar", "Maria Sten, Per Holm", 3),),
        ),
        Topic(
            "Idrott för flickor",
            "Två föreningar startar grupper i Baronbackarna. Ledare utbildas i mars.",
            (),
            (("Boka hallen i Baronbackarna två kvällar", "Sofia Dahl", 3),),
        ),
        Topic(
            "Nattvandring",
            "Nattvandrarna är 24 personer. Schemat är glest i december.",
            (),
            (("Fylla på schemat för nattvandringen", "Kontaktperson för ungdomsfrågor", 4),),
        ),
    ),
    30,
    "Vivalla centrum, Partnerskapslokalen",
)
_OXHAGEN = _partnership(
    "Oxhagen",
    ("Oxhagen", "Varberga"),
    "jonas.berg",
    "sara.nyman",
    (
        Place(cast.HOUSING, "rolf.dahlin"),
        Place(cast.POLICE, "eva.strand"),
        Place("Oxhagens fritidsgård", "amir.hadad"),
        Place("Oxhagens idrottsförening", function="Ordförande i idrottsföreningen"),
        Place("Varberga kulturförening", function="Verksamhetsledare"),
    ),
    (
        Topic(
            "Fritidsgårdens öppettider",
            "Söndagsöppet har prövats i två månader med 35 besökare per kväll.",
            ("Söndagsöppet fortsätter till sommaren.",),
            (("Bemanna söndagarna till och med juni", "Amir Hadad", 4),),
        ),
        Topic(
            "Klottersanering",
            "Saneringen sker inom två dygn. Målet är ett dygn.",
            ("Målet för sanering är ett dygn.",),
            (("Ta fram ny rutin för klotteranmälan", "Rolf Dahlin", 5),),
        ),
        Topic(
            "Föräldragrupper i Oxhagen",
            "Första gruppen är klar. Fem träffar, goda erfarenheter. Tolk behövdes vid tre av dem.",
            (),
            (("Planera nästa föräldragrupp med tolk", "Jonas Berg", 6),),
        ),
        Topic(
            "Kulturkvällar i Varberga",
            "Kulturföreningen har ordnat fyra kvällar. Boende över 60 saknas i publiken.",
            (),
            (("Bjuda in seniorföreningarna till kulturkvällen", "Verksamhetsledare", 4),),
        ),
        Topic(
            "Trygg väg till träningen",
            "Gångvägen till hallen upplevs som mörk. Idrottsföreningen ordnar gemensam gång.",
            ("Gemensam gång ordnas tisdagar och torsdagar.",),
            (("Märka ut samlingsplatsen för gemensam gång", "Ordförande i idrottsföreningen", 3),),
        ),
    ),
    15,
    "Oxhagens fritidsgård, stora salen",
)

_SIG = Script(
    name="Social insatsgrupp Vivalla",
    purpose="Samordnar stöd på individnivå. Ärenden förs i verksamhetssystemet, aldrig här.",
    levels=("individual",),
    districts=("Vivalla",),
    seats=(
        Place(cast.PARTNERSHIP, "maria.sten", "chair"),
        Place(cast.SOCIAL, "per.holm", "secretary"),
        Place(cast.POLICE, "nils.frisk"),
        Place("Vivallaskolan", function="Kurator"),
    ),
    standing=(("Öppnande", "information", False), FOLLOW_UP, OTHER),
    weeks=6,
    held=7,
    days_ago=29,
    information="individuals",
    minutes_form="adjusted",
    room="Socialförvaltningen, rum 212",
    start=time(8, 30),
    end=time(10, 0),
    pictures=("Arbetssättet gås igenom. Inga uppgifter om enskilda antecknas.",),
    others=("Inga övriga frågor.",),
    topics=(
        Topic(
            "Rutin för samtycke",
            "Blanketten prövas i en enklare version. Frågor om återkallelse behöver ett tydligt svar.",
            ("Den enklare blanketten används från nästa månad.",),
            (("Lägga in den nya blanketten i rutinen", "Per Holm", 3),),
        ),
        Topic(
            "Roller i gruppen",
            "Gruppen går igenom vem som kallar, vem som följer upp och vem som avslutar.",
            (),
            (("Skriva ner rollerna på en sida", "Maria Sten", 4),),
        ),
        Topic(
            "Utvärdering av arbetssättet",
            "Halvårets arbetssätt utvärderas utan uppgifter om enskilda. Tiden till första möte är för "
            "lång.",
            ("Första möte ska hållas inom två veckor.",),
            (("Följa upp tiden till första möte", "Per Holm, Maria Sten", 8),),
        ),
    ),
)

_SPECIAL = Script(
    name="Särskild samverkan",
    purpose="Samverkan enligt riktlinjen när polis och socialtjänst behöver samordna sig.",
    levels=("individual",),
    seats=(
        Place(cast.SOCIAL, "hanna.falk", "chair"),
        Place(cast.OFFICE, "anna.ek", "secretary"),
        Place(cast.POLICE, "eva.strand"),
        Place("Säkerhetspolisen", function="Kontaktperson"),
    ),
    standing=(("Öppnande", "information", False), FOLLOW_UP, OTHER),
    weeks=13,
    held=4,
    days_ago=38,
    information="individuals",
    minutes_form="adjusted",
    room="Rådhuset, rum 5",
    start=time(15, 0),
    end=time(16, 0),
    pictures=("Formerna för samverkan gås igenom. Inga uppgifter om enskilda antecknas.",),
    others=("Inga övriga frågor.",),
    topics=(
        Topic(
            "Kontaktvägar mellan myndigheterna",
            "Listan över funktioner uppdateras. Ersättare saknas för två av dem.",
            ("Varje funktion ska ha en ersättare.",),
            (("Uppdatera listan över kontaktvägar", "Anna Ek", 4),),
        ),
        Topic(
            "Övning av samverkansrutinen",
            "Ett påhittat scenario övades vid bordet. Det första samtalet tog för lång tid.",
            (),
            (("Sammanfatta lärdomarna av övningen", "Hanna Falk", 6),),
        ),
    ),
)

_WEST = Script(
    name="Stadsdelsutveckling väster",
    purpose="Utveckling av stadsdelarna i väster: mötesplatser, bostäder, skola och service.",
    levels=("general",),
    districts=("Vivalla", "Baronbackarna", "Oxhagen", "Varberga", "Hjärsta"),
    seats=(
        Place(cast.PARTNERSHIP, "sara.nyman", "chair"),
        Place(cast.PARTNERSHIP, "jonas.berg", "secretary"),
        Place(cast.HOUSING, "sofia.dahl"),
        Place("Futurum Fastigheter AB", function="Projektledare"),
        Place("Mikaels församling", function="Diakon"),
        Place(cast.CULTURE, function="Utvecklingsledare"),
    ),
    standing=STANDING,
    weeks=8,
    held=6,
    days_ago=58,
    information="none",
    room="Mikaelskyrkan, församlingssalen",
    start=time(16, 0),
    end=time(17, 30),
    pictures=(
        "Ombyggnaden av skolgården går enligt plan.",
        "Två lokaler står tomma i centrumhuset. Föreningar visar intresse.",
        "Biblioteksfilialen har längre öppet på prov.",
    ),
    others=("Inga övriga frågor.", "Studiebesök i ett annat område planeras."),
    topics=(
        Topic(
            "Mötesplats i centrumhuset",
            "Föreningarna vill dela på lokalen. Hyran behöver fördelas.",
            ("Lokalen delas av tre föreningar på prov.",),
            (("Ta fram förslag till fördelning av hyran", "Projektledare", 5),),
        ),
        Topic(
            "Sommarscenen",
            "Programmet spikas i april. Unga arrangörer får en egen kväll.",
            (),
            (("Hitta unga arrangörer till sommarscenen", "Utvecklingsledare", 6),),
        ),
        Topic(
            "Odling och gårdar",
            "Odlingslådorna blev en naturlig mötesplats. Fler gårdar vill vara med.",
            ("Tio nya odlingslådor ställs ut.",),
            (("Välja gårdar för nya odlingslådor", "Sofia Dahl, Diakon", 6),),
        ),
        Topic(
            "Service på kvällstid",
            "Boende saknar vuxna i centrum efter klockan 18.",
            (),
            (("Undersöka kvällsbemanning i centrum", "Jonas Berg", 8),),
        ),
    ),
)

_HUB = Script(
    name="Kunskapshus",
    purpose="Nätverk med Stockholm, Göteborg och Borlänge för att samla och sprida kunskap.",
    why_new="Inget befintligt forum har medlemmar från andra kommuner.",
    levels=("general",),
    seats=(
        Place(cast.OFFICE, "oskar.lind", "chair"),
        Place(cast.OFFICE, "anna.ek", "secretary"),
        Place("Stockholms stad", function="Kontaktperson i Stockholm"),
        Place("Göteborgs stad", function="Kontaktperson i Göteborg"),
        Place("Borlänge kommun", function="Kontaktperson i Borlänge"),
    ),
    standing=(("Öppnande", "information", False), FOLLOW_UP, OTHER),
    weeks=10,
    held=5,
    days_ago=19,
    information="none",
    room="Digitalt möte",
    start=time(14, 0),
    end=time(15, 0),
    pictures=("Kommunerna berättar om nytt material och nya arbetssätt.",),
    others=("Nästa möte leds av Göteborg.", "Inga övriga frågor."),
    topics=(
        Topic(
            "Gemensam utbildningsmodul",
            "Kommunerna delar på arbetet med en modul om samtal. Manus finns.",
            ("Modulen tas fram gemensamt.",),
            (("Läsa och kommentera manus till modulen", "Anna Ek", 4),),
        ),
        Topic(
            "Erfarenheter av föräldrastöd",
            "Borlänge redovisar två år med föräldracirklar.",
            (),
            (("Samla kommunernas erfarenheter av föräldrastöd", "Kontaktperson i Borlänge", 8),),
        ),
        Topic(
            "Forskarsamtal",
            "Två forskare bjuds in till höstens möte om hur insatser kan utvärderas.",
            (),
            (("Bjuda in forskare till höstens möte", "Oskar Lind", 6),),
        ),
    ),
)

BRA_LAST = (
    Topic(
        "Elevstödjare och föreningsliv",
        "Elevstödjarna når många, men schemat är ojämnt. I Varberga saknas en samlad bild av "
        "föreningarna.",
        ("Föreningslivet i Varberga ska inventeras.",),
    ),
    Topic("Kunskapshus", "Borlänge har erfarenheter som kan vara till nytta här."),
)
"""What ÖreBRÅ spoke of last; the actions of that meeting are made with dates around today."""

SCRIPTS = (
    _BRA,
    _STRATEGIC,
    _OREFOR,
    _OREFRO,
    _VIVALLA,
    _OXHAGEN,
    _SIG,
    _SPECIAL,
    _WEST,
    _HUB,
)
BRA, STRATEGIC, OREFRO, WEST = _BRA.name, _STRATEGIC.name, _OREFRO.name, _WEST.name
VIVALLA, OXHAGEN = _VIVALLA.name, _OXHAGEN.name
CALLED = {STRATEGIC, VIVALLA}
PLANNED = {_OREFOR.name, _OXHAGEN.name, _SIG.name}

PROPOSED = (
    (
        "gunnar.ask",
        "Gemensam introduktion för nya medarbetare",
        "Flera nya handläggare börjar efter årsskiftet. Kan förvaltningarna hålla introduktionen ihop?",
        15,
        True,
    ),
    (
        "rut.ahl",
        "Föräldrastöd i fler bostadsområden",
        "Föräldrakvällarna i Vivalla är fullbokade. Jag vill pröva om modellen kan spridas.",
        20,
        False,
    ),
)
"""What members ask to have on the agenda of the strategic forum's next meeting: by whom, title, why,
minutes, and whether it has been accepted."""

CANCELLED_WHY = "Lokalen är dubbelbokad. Vi tar punkterna vid nästa ordinarie möte."
DOCUMENT = (
    "Förslag till gemensam introduktion",
    "Introduktionen föreslås bli en halvdag två gånger om året. Förvaltningarna delar på föreläsarna. "
    "Varje förvaltning tar själv upp sina egna rutiner efteråt.",
)
"""What the accepted proposal comes with: the title, and the text of the PDF."""
