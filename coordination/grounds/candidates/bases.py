"""Candidates for legal bases, in the order in which they are shown, for a lawyer to settle."""

from datetime import date
from typing import Any

from coordination.grounds.models import Purpose, Receiver, Sender

SECRECY_ACT = date(2009, 6, 30)
"""Since when offentlighets- och sekretesslagen (2009:400) holds; a lawyer sets the days of each
paragraph."""
SHARING_ACT = date(2025, 4, 1)
"""Since when lagen (2025:170) holds."""
SOCIAL_SERVICES_ACT = date(2025, 7, 1)
"""Since when socialtjänstlagen (2025:400) holds."""

POLICE, SAPO, CUSTOMS = Receiver.POLICE, Receiver.SECURITY_SERVICE, Receiver.CUSTOMS
ENFORCEMENT = [POLICE, SAPO, CUSTOMS, Receiver.LAW_ENFORCEMENT]
AUTHORITIES = [*ENFORCEMENT, Receiver.SOCIAL, Receiver.HEALTH, Receiver.AUTHORITY]
FROM_SOCIAL, FROM_CARE = [Sender.SOCIAL], [Sender.SOCIAL, Sender.HEALTH]

BASES: list[dict[str, Any]] = [
    {
        "code": "G1",
        "name": "Samtycke",
        "paragraph": "10 kap. 1 § och 12 kap. 2–3 §§ OSL",
        "plain": "Den som uppgifterna gäller går med på att de lämnas ut: vilka, till vem, varför och hur länge. Samtycket kan tas tillbaka.",
        "senders": [],
        "receivers": [],
        "needs_consent": True,
        "conditions": [
            "Samtycket anger vilka uppgifter det gäller, till vem, syftet och hur länge.",
            "Den som samtycker vet att samtycket kan tas tillbaka.",
            "För barn: vårdnadshavarna samtycker, och barnet självt efter ålder och mognad.",
        ],
    },
    {
        "code": "G2",
        "name": "Nödvändigt utlämnande",
        "paragraph": "10 kap. 2 § OSL",
        "plain": "Uppgiften måste lämnas för att den egna verksamheten ska kunna fullgöra sitt uppdrag. Används restriktivt.",
        "senders": [],
        "receivers": [],
        "conditions": ["Den egna uppgiften kan inte fullgöras utan att uppgiften lämnas."],
    },
    {
        "code": "G0",
        "name": "Menprövning",
        "paragraph": "26 kap. 1 § OSL",
        "plain": "Uppgiften kan lämnas om det står klart att varken den enskilde eller någon närstående lider men.",
        "senders": FROM_SOCIAL,
        "receivers": [],
        "conditions": [
            "Det står klart att varken den enskilde eller någon närstående lider men.",
        ],
    },
    {
        "code": "G3",
        "name": "Brottsbekämpning, allmän regel",
        "paragraph": "10 kap. 15 a § OSL",
        "plain": "En myndighet får lämna uppgifter som behövs för att förebygga, förhindra, upptäcka eller utreda brott, om inte övervägande skäl talar för sekretess.",
        "senders": [],
        "receivers": [*ENFORCEMENT, Receiver.SOCIAL, Receiver.AUTHORITY],
        "needs_balance": True,
        "conditions": ["En jurist har bedömt att sekretessen för uppgiften inte är undantagen."],
        "valid_from": date(2025, 12, 1),
    },
    {
        "code": "G4",
        "name": "Förebygga brott, under 21 år",
        "paragraph": "10 kap. 18 a § OSL (SFS 2025:179)",
        "plain": "Socialtjänsten får lämna uppgift om den som är under 21 år, när konkreta omständigheter visar risk för framtida brottslig verksamhet.",
        "senders": FROM_SOCIAL,
        "receivers": [POLICE, SAPO, CUSTOMS],
        "purposes": [Purpose.PREVENT_YOUNG],
        "under_age": 21,
        "conditions": [
            "Konkreta omständigheter visar att det finns risk för framtida brottslig verksamhet.",
            "Det är inte olämpligt med hänsyn till planerade eller pågående insatser.",
        ],
        "valid_from": SHARING_ACT,
    },
    {
        "code": "G5",
        "name": "Förebygga terroristbrott",
        "paragraph": "10 kap. 18 b § OSL",
        "plain": "Uppgift om den som riskerar att begå terroristbrott, eller brott enligt 18 eller 19 kap. brottsbalken, får lämnas oavsett ålder.",
        "senders": FROM_CARE,
        "receivers": [POLICE, SAPO],
        "purposes": [Purpose.PREVENT_TERRORISM],
        "conditions": ["Konkreta omständigheter visar risk för brott som paragrafen räknar upp."],
        "valid_from": date(2020, 8, 1),
    },
    {
        "code": "G6",
        "name": "Grovt våld mot närstående",
        "paragraph": "10 kap. 18 c § OSL",
        "plain": "Uppgift får lämnas när någon riskerar att begå allvarligt våldsbrott mot en närstående.",
        "senders": FROM_CARE,
        "receivers": [POLICE],
        "purposes": [Purpose.PREVENT],
        "conditions": [
            "Det finns risk för ett våldsbrott mot en närstående som ger minst ett års fängelse.",
        ],
    },
    {
        "code": "G7",
        "name": "Omedelbart ingripande, under 18 år",
        "paragraph": "10 kap. 20 § OSL",
        "plain": "Uppgift får lämnas när polisen omedelbart behöver ingripa i fråga om någon som kan antas vara under 18 år.",
        "senders": FROM_SOCIAL,
        "receivers": [POLICE],
        "under_age": 18,
        "conditions": ["Polisen behöver ingripa omedelbart."],
    },
    {
        "code": "G8",
        "name": "Misstänkt terroristbrott",
        "paragraph": "10 kap. 22 a § OSL",
        "plain": "Uppgift får lämnas vid misstanke om att ett brott enligt terroristbrottslagen har begåtts.",
        "senders": FROM_CARE,
        "receivers": [POLICE, SAPO],
        "purposes": [Purpose.REPORT_CRIME],
        "needs_suspicion": True,
    },
    {
        "code": "G9",
        "name": "Misstanke om begånget brott",
        "paragraph": "10 kap. 21–24 §§ OSL",
        "plain": "Uppgift får lämnas vid misstanke om begångna brott av viss svårhet. En jurist skriver in gränserna.",
        "senders": [],
        "receivers": ENFORCEMENT,
        "purposes": [Purpose.REPORT_CRIME],
        "needs_suspicion": True,
        "conditions": ["Brottet är så allvarligt som paragrafen kräver."],
    },
    {
        "code": "G10",
        "name": "Generalklausulen",
        "paragraph": "10 kap. 27 § OSL",
        "plain": "Uppgift får lämnas till en myndighet när det är uppenbart att intresset av det väger tyngre. Gäller inte socialtjänst eller hälso- och sjukvård.",
        "senders": [Sender.SCHOOL, Sender.OTHER],
        "receivers": AUTHORITIES,
        "needs_balance": True,
        "conditions": ["Det är uppenbart att intresset av att uppgiften lämnas väger tyngre."],
    },
    {
        "code": "G11",
        "name": "Uppgiftsskyldighet",
        "paragraph": "10 kap. 28 § OSL",
        "plain": "En annan lag eller förordning säger att uppgiften ska lämnas. Skyldigheten ska anges.",
        "senders": [],
        "receivers": AUTHORITIES,
        "conditions": ["Lagen eller förordningen som kräver uppgiften är angiven."],
    },
    {
        "code": "G12",
        "name": "Skyldighet att lämna till brottsbekämpande myndighet",
        "paragraph": "6 § lagen (2025:170)",
        "plain": "Kommunen ska lämna uppgifter som behövs i brottsbekämpande verksamhet, om det inte är klart att sekretessen väger tyngre. Gäller inte socialtjänsten.",
        "senders": [Sender.OTHER],
        "receivers": ENFORCEMENT,
        "needs_balance": True,
        "conditions": [
            "Uppgiften omfattas inte av undantaget i 8 §, till exempel 25 eller 26 kap. OSL.",
        ],
        "valid_from": SHARING_ACT,
    },
    {
        "code": "G13",
        "name": "Rektors skyldighet",
        "paragraph": "7 § lagen (2025:170)",
        "plain": "Rektorn lämnar uppgifter på begäran, om inte övervägande skäl talar för sekretess. På eget initiativ får rektorn lämna till Polismyndigheten.",
        "senders": [Sender.SCHOOL],
        "receivers": ENFORCEMENT,
        "needs_balance": True,
        "conditions": [
            "Rektorn, eller den som har utsetts, har beslutat.",
            "Uppgiften är begärd, eller lämnas till Polismyndigheten på eget initiativ.",
        ],
        "valid_from": SHARING_ACT,
    },
    {
        "code": "G19",
        "name": "Kontaktuppgifter på begäran",
        "paragraph": "4 § lagen (2025:170)",
        "plain": "På begäran av en brottsbekämpande myndighet lämnas kontaktuppgifter. Gäller alla myndigheter, också socialtjänsten.",
        "senders": [Sender.SOCIAL, Sender.SCHOOL, Sender.OTHER],
        "receivers": ENFORCEMENT,
        "conditions": [
            "Myndigheten har begärt uppgiften.",
            "Bara kontaktuppgifter lämnas.",
        ],
        "valid_from": SHARING_ACT,
    },
    {
        "code": "G14",
        "name": "Orosanmälan",
        "paragraph": "19 kap. 1 § socialtjänstlagen (2025:400)",
        "plain": "Den som får veta eller misstänker att ett barn far illa ska genast anmäla det till socialnämnden.",
        "senders": [],
        "receivers": [Receiver.SOCIAL],
        "under_age": 18,
        "conditions": ["Barnet far illa, eller misstänks fara illa."],
        "valid_from": SOCIAL_SERVICES_ACT,
    },
    {
        "code": "G15",
        "name": "Vård och stöd mellan socialtjänst och sjukvård",
        "paragraph": "26 kap. 9 § och 25 kap. 12 § OSL",
        "plain": "Uppgift får lämnas när den behövs för att någon under 18 år, eller med visst missbruk eller tvångsvård, ska få nödvändig vård eller stöd.",
        "senders": FROM_CARE,
        "receivers": [Receiver.SOCIAL, Receiver.HEALTH],
        "conditions": [
            "Uppgiften behövs för att ge nödvändig vård eller nödvändigt stöd.",
            "Personen är under 18 år, eller något annat av paragrafens fall gäller.",
        ],
    },
    {
        "code": "G16",
        "name": "Mellan socialnämnder i samma kommun",
        "paragraph": "26 kap. 9 c § OSL och 15 kap. 8 § socialtjänstlagen (2025:400)",
        "plain": "En socialnämnd får lämna uppgift till en annan i samma kommun om vissa insatser, och om personen är känd där.",
        "senders": FROM_SOCIAL,
        "receivers": [Receiver.SOCIAL],
        "conditions": [
            "Uppgiften gäller en insats som paragrafen räknar upp, eller om personen är känd."
        ],
        "valid_from": SOCIAL_SERVICES_ACT,
    },
    {
        "code": "G17",
        "name": "Återkoppling till den som har anmält",
        "paragraph": "26 kap. 9 a § OSL och 19 kap. 6 § socialtjänstlagen (2025:400)",
        "plain": "Socialnämnden får berätta för anmälaren om en utredning har inletts. På begäran ska den göra det inom en vecka.",
        "senders": FROM_SOCIAL,
        "receivers": [Receiver.NOTIFIER],
        "conditions": ["Bara om en utredning har inletts, eller redan pågår, lämnas."],
        "valid_from": SOCIAL_SERVICES_ACT,
    },
    {
        "code": "G18",
        "name": "Polisen till socialtjänsten",
        "paragraph": "6 § polislagen (1984:387) med 10 kap. 15 a eller 28 § OSL",
        "plain": "Polisen samverkar med socialtjänsten och underrättar den snarast. En prövning görs varje gång, aldrig som rutin.",
        "senders": [Sender.POLICE],
        "receivers": [Receiver.SOCIAL],
        "conditions": ["En prövning är gjord i det enskilda fallet."],
    },
    {
        "code": "G20",
        "name": "Nöd",
        "paragraph": "24 kap. 4 § brottsbalken",
        "plain": "När liv, hälsa eller något annat viktigt är i fara kan det vara försvarligt att lämna en uppgift. Ring 112 först.",
        "senders": [],
        "receivers": [],
        "needs_balance": True,
        "conditions": ["Faran är så akut att ingen annan grund hinner prövas."],
    },
]
