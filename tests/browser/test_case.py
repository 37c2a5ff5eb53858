"""A worry becomes a case, an assessment and a plan, as Tove and Maria do it; and in how few steps (T15,
T16, T18)."""

import re

from django.utils import timezone
from playwright.sync_api import expect

HAPPENED = (
    "En elev i årskurs 9 har under tre veckor ritat symboler på bänkar och sagt att 'de ska bort' till"
    " två yngre elever. I går visade han en film med misshandel och skrattade. Jag såg det själv."
)
PLANNED = (
    ("Jag vill ha en vuxen att prata med.", "Mentor", "Kultur- och fritidsförvaltningen"),
    ("Jag vill förstå vad som hände.", "Samtal", "Elevstödjare"),
    ("Vi vill kunna prata hemma.", "Föräldrastöd", "Socialförvaltningen"),
)


def test_a_worry_is_handed_in_assessed_planned_and_followed_up(visit):
    tove = visit.hands("tove.lind")
    _hand_in(tove)
    tove.seen.heading("Ärendet är inlämnat")
    assert "Kim" not in tove.seen.body()
    fields = _fields(tove)
    print(f"FIGURE T15 hand in a case of somebody under 18 with consent, fields: {fields}")
    assert fields <= 17, tove.protocol

    maria = visit.hands("maria.sten")
    maria.open("/arenden/?show=all&stage=received")
    before = maria.steps
    _triage(maria)
    print(f"FIGURE T16 triage, steps: {maria.steps - before}")
    assert maria.steps - before <= 5, maria.protocol
    maria.seen.holds("Kim Exempelsson")
    maria.seen.holds("Skola, Socialtjänst, Fritid")

    _assess(maria)
    maria.seen.holds("Har god relation till mormor.")
    _plan(maria)
    for _text, intervention, _who in PLANNED:
        maria.seen.holds(intervention)
    _follow_up(maria)
    _nobody_else(visit, maria)


def _fields(hands) -> int:
    """Fields that were filled in; those whom a consent covers are one. Turning pages is none."""
    filled = [
        one for one in hands.done if not re.match("click (Spara|Lämna in|Fortsätt|Jag är)", one)
    ]
    covers = {"click Skola", "click Socialtjänst", "click Fritid"}
    return len([one for one in filled if one not in covers]) + 1


def _hand_in(tove) -> None:
    today = timezone.localdate()
    tove.open("/lamna-in/")
    tove.pick("Jag är orolig för en persons beteende")
    tove.press("Fortsätt")
    tove.write("Vad hände?", HAPPENED)
    tove.write("När var det?", "De senaste tre veckorna, och i går")
    tove.pick("Såg eller hörde själv")
    tove.pick("Ja")
    tove.pick("Oron gäller beteenden eller händelser")
    tove.press("Spara och fortsätt")
    tove.write("Förnamn", "Kim")
    tove.write("Efternamn", "Exempelsson")
    tove.write("Födelseår", str(today.year - 16))
    tove.pick("Nej", within="main fieldset >> nth=0")
    tove.choose(re.compile("Bostadsområde"), "Vivalla")
    tove.write(re.compile("Skola eller verksamhet"), "Vivallaskolan", exact=False)
    tove.pick("Ja", within="main fieldset >> nth=1")
    tove.press("Spara och fortsätt")
    tove.pick("Ja", within="main fieldset >> nth=0")
    tove.pick("Ja, muntligt")
    tove.write(re.compile("Vilken dag"), today.isoformat(), exact=False)
    tove.pick("En vårdnadshavare har samtyckt")
    for whom in ("Skola", "Socialtjänst", "Fritid"):
        tove.pick(whom)
    tove.press("Spara och fortsätt")
    tove.press("Spara och fortsätt")
    tove.press("Lämna in ärendet")


def _triage(maria) -> None:
    # The newest stands first.
    maria.press(re.compile(r"^\d{4}-\d{3}$"), within="main tbody tr >> nth=0")
    maria.pick("Öppna ärende")
    maria.pick("Individinriktad")
    maria.write("Varför?", "Beteendet riktar sig mot yngre elever.")
    maria.press("Spara")


def _factor(maria, name: str, answer: str, basis: str = "") -> None:
    group = f"main [role=group][aria-label='{name}']"
    maria.pick(answer, within=group)
    if basis:
        maria.write("Vad bygger det på?", basis, within=group)


def _assess(maria) -> None:
    maria.press("Bedömning och plan", within="main nav >> nth=1")
    maria.press("Bedöm behoven")
    maria.write("Behov", "Vuxenkontakt och fritid.")
    _factor(maria, "Har stöd i familjen", "Ja", "Har god relation till mormor.")
    _factor(maria, "Har en fritid som betyder något", "Ja", "Spelar fotboll.")
    _factor(maria, "Har dragit sig undan andra", "Nej")
    maria.write("Barnets bästa", "Att få gå kvar i skolan med trygga vuxna.")
    maria.pick("Individinriktad")
    maria.press("Spara")


def _plan(maria) -> None:
    for text, intervention, who in PLANNED:
        maria.press("Lägg till mål")
        maria.write("Mål", text)
        maria.choose("Insats", intervention)
        maria.write("Ansvarig aktör", who, exact=False)
        maria.press("Spara")
    maria.press("Ange numret i verksamhetssystemet")
    maria.write("Nummer i verksamhetssystemet", "SOC-1")
    maria.press("Spara")
    maria.press("Insatserna börjar")


def _follow_up(maria) -> None:
    maria.press("Uppföljning", within="main nav >> nth=1")
    before = maria.steps
    for place in range(len(PLANNED)):
        maria.pick("På väg", within=f"main form .form__group >> nth={place}")
    maria.press("Spara")
    steps = maria.steps - before + 1
    print(f"FIGURE T18 follow up, steps: {steps} for {len(PLANNED)} goals")
    assert steps <= 3 + len(PLANNED)


def _nobody_else(visit, maria) -> None:
    for username in ("anna.ek", "nils.frisk", "tove.lind"):
        page = visit(username)
        visit.watch(page).expect("404")
        page.goto(maria.seen.url)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Sidan finns inte")
