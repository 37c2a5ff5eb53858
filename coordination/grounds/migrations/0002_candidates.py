"""The candidates for a municipal lawyer to accept, word anew or strike. None is reviewed, so none is
offered to anybody before that."""

from datetime import date
from typing import Any

from django.db import migrations
from django.utils import timezone

SECRECY_ACT = date(2009, 6, 30)
"""Since when the act (OSL 2009:400) holds; a lawyer sets the days of each paragraph."""
SHARING_ACT = date(2025, 4, 1)
"""Since when lag 2025:170 holds."""
POLICE, SAPO, SOCIAL, AUTHORITY = "police", "security_service", "social", "authority"
FROM_SOCIAL, FROM_CARE = ["social"], ["social", "health"]

CANDIDATES: list[dict[str, Any]] = [
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
        "conditions": ["Det står klart att den enskilde eller någon närstående inte lider men."],
    },
    {
        "code": "G3",
        "name": "Brottsbekämpning, allmän regel",
        "paragraph": "10 kap. 15 a § OSL",
        "plain": "En myndighet får lämna uppgifter som behövs för att förebygga, förhindra eller upptäcka brott, om inte övervägande skäl talar för sekretess.",
        "senders": [],
        "receivers": [POLICE, SAPO, AUTHORITY],
        "needs_balance": True,
        "conditions": ["En jurist har bedömt att sekretessen för uppgiften inte är undantagen."],
        "valid_from": date(2025, 12, 1),
    },
    {
        "code": "G4",
        "name": "Förebygga brott, under 21 år",
        "paragraph": "10 kap. 18 a § OSL",
        "plain": "Socialtjänsten får lämna uppgift om den som är under 21 år, när konkreta omständigheter visar risk för framtida brottslig verksamhet.",
        "senders": FROM_SOCIAL,
        "receivers": [POLICE, SAPO, AUTHORITY],
        "under_age": 21,
        "conditions": [
            "Konkreta omständigheter visar att det finns risk för framtida brottslig verksamhet.",
            "Uppgiften kan antas bidra till att förhindra den.",
            "Det är inte olämpligt med hänsyn till planerade eller pågående insatser.",
        ],
        "valid_from": SHARING_ACT,
    },
    {
        "code": "G5",
        "name": "Förebygga terroristbrott",
        "paragraph": "10 kap. 18 b § OSL",
        "plain": "Uppgift om den som riskerar att begå terroristbrott får lämnas, oavsett ålder.",
        "senders": FROM_CARE,
        "receivers": [POLICE, SAPO],
        "conditions": ["Konkreta omständigheter visar risk för brott som paragrafen räknar upp."],
        "valid_from": date(2020, 8, 1),
    },
    {
        "code": "G6",
        "name": "Grovt våld mot närstående",
        "paragraph": "10 kap. 18 c § OSL",
        "plain": "Uppgift får lämnas när någon riskerar att begå grovt våldsbrott mot en närstående.",
        "senders": FROM_CARE,
        "receivers": [POLICE],
        "conditions": ["Det finns risk för allvarligt våldsbrott mot en närstående."],
    },
    {
        "code": "G7",
        "name": "Omedelbart ingripande, under 18 år",
        "paragraph": "10 kap. 20 § OSL",
        "plain": "Uppgift får lämnas när polisen omedelbart behöver ingripa mot eller för någon som kan antas vara under 18 år.",
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
        "needs_suspicion": True,
    },
    {
        "code": "G9",
        "name": "Misstanke om begånget brott",
        "paragraph": "10 kap. 21–24 §§ OSL",
        "plain": "Uppgift får lämnas vid misstanke om begångna brott av viss svårhet. En jurist skriver in gränserna.",
        "senders": [],
        "receivers": [POLICE],
        "needs_suspicion": True,
        "conditions": ["Brottet är så allvarligt som paragrafen kräver."],
    },
    {
        "code": "G10",
        "name": "Generalklausulen",
        "paragraph": "10 kap. 27 § OSL",
        "plain": "Uppgift får lämnas till en myndighet när det är uppenbart att intresset av det väger tyngre. Gäller inte socialtjänst eller hälso- och sjukvård.",
        "senders": ["school", "other"],
        "receivers": [POLICE, SAPO, SOCIAL, AUTHORITY],
        "needs_balance": True,
    },
    {
        "code": "G11",
        "name": "Uppgiftsskyldighet",
        "paragraph": "10 kap. 28 § OSL",
        "plain": "En annan lag eller förordning säger att uppgiften ska lämnas. Skyldigheten ska anges.",
        "senders": [],
        "receivers": [POLICE, SAPO, SOCIAL, AUTHORITY],
        "conditions": ["Lagen eller förordningen som kräver uppgiften är angiven."],
    },
    {
        "code": "G12",
        "name": "Skyldighet att lämna till brottsbekämpande myndighet",
        "paragraph": "6 § lagen (2025:170)",
        "plain": "Kommunen ska lämna uppgifter som behövs i brottsbekämpande verksamhet, om det inte är klart att sekretessen väger tyngre. Gäller inte socialtjänsten.",
        "senders": ["other"],
        "receivers": [POLICE, SAPO, AUTHORITY],
        "needs_balance": True,
        "valid_from": SHARING_ACT,
    },
    {
        "code": "G13",
        "name": "Rektors skyldighet",
        "paragraph": "7 § lagen (2025:170)",
        "plain": "Rektorn lämnar uppgifter på begäran, om inte övervägande skäl talar för sekretess. Rektorn eller den som rektorn utser beslutar.",
        "senders": ["school"],
        "receivers": [POLICE, SAPO, AUTHORITY],
        "needs_balance": True,
        "conditions": ["Rektorn, eller den som har utsetts, har beslutat."],
        "valid_from": SHARING_ACT,
    },
    {
        "code": "G14",
        "name": "Orosanmälan",
        "paragraph": "19 kap. 1 § socialtjänstlagen (2025:400)",
        "plain": "Den som får veta eller misstänker att ett barn far illa ska genast anmäla det till socialnämnden.",
        "senders": [],
        "receivers": [SOCIAL],
        "under_age": 18,
        "conditions": ["Barnet far illa, eller misstänks fara illa."],
        "valid_from": date(2025, 7, 1),
    },
    {
        "code": "G15",
        "name": "Vård och stöd mellan socialtjänst och sjukvård",
        "paragraph": "26 kap. 9 § och 25 kap. 12 § OSL",
        "plain": "Uppgift får lämnas när den behövs för att någon ska få nödvändig vård eller stöd.",
        "senders": FROM_CARE,
        "receivers": [SOCIAL, AUTHORITY],
        "conditions": ["Uppgiften behövs för att ge nödvändig vård eller stöd."],
    },
]
"""In the order in which they are shown."""


def ship(apps: Any, schema_editor: Any) -> None:
    bases = apps.get_model("grounds", "LegalBasis")
    versions = apps.get_model("grounds", "BasisVersion")
    now = timezone.now()
    for place, row in enumerate(CANDIDATES):
        basis = bases.objects.create(code=row["code"], name=row["name"], place=place)
        says = {name: value for name, value in row.items() if name not in ("code", "name")}
        versions.objects.create(
            basis=basis, number=1, noted_at=now, **({"valid_from": SECRECY_ACT} | says)
        )


class Migration(migrations.Migration):
    dependencies = [("grounds", "0001_bases")]

    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
