"""T02: the council's notes entered during the meeting, and everything that follows from them."""

from tests.browser import bra_meeting as bra
from tests.browser.documents import (
    assert_holds_the_council,
    assert_tagged,
    long_day,
    pdf_text,
)
from tests.browser.hands import Hands

LIMIT = 40


def enter_the_council(anna: Hands) -> None:
    """From the meeting's page to its minutes, as a coordinator writes during the meeting."""
    anna.press("För protokoll")
    anna.press("Börja föra protokoll")
    anna.press("Markera alla som närvarande")
    anna.pick("Frånvarande", within=presence(bra.ABSENT))
    anna.pick("Ersättare", within=presence(bra.REPLACED))
    anna.write("Ersättarens namn", bra.SUBSTITUTE, within=presence(bra.REPLACED), exact=False)
    anna.shortcut("Control+Enter")
    last = bra.ITEMS[-1]
    for item in bra.ITEMS:
        anna.seen.heading(item.title)
        if item.title == bra.ITEMS[1].title:
            follow_up(anna)
        if item.notes:
            anna.write("Anteckningar", item.notes)
        for number, decision in enumerate(item.decisions, start=1):
            anna.write("Nytt beslut", decision)
            if item.report:
                anna.pick("Ska rapporteras till ledningen")
            if number < len(item.decisions):
                anna.press("Lägg till beslut")
                anna.seen.text(f"Beslut § {bra.ITEMS.index(item) + 1}:{number}")
        for number, action in enumerate(item.actions, start=1):
            anna.write("Vad", action.what)
            anna.write("Ansvarig", action.who)
            if action.quick:
                anna.pick(action.quick)
            if number < len(item.actions):
                anna.press("Lägg till åtgärd")
                anna.seen.text(action.owners[0])
        if item.postponed:
            anna.press("Bordlägg punkten")
        elif item is last:
            anna.press("Avsluta mötet", within=".actions--bar")
        else:
            anna.shortcut("Control+Enter")


def presence(name: str) -> str:
    return f".presence:has-text('{name}')"


def follow_up(anna: Hands) -> None:
    """The three actions from the last meeting."""
    anna.press(f"Klar {bra.DONE}")
    anna.seen.text("Klar")
    row = f".carried__row:has-text('{bra.MOVED}')"
    anna.press("Om 3 veckor", within=row)
    row = f".carried__row:has-text('{bra.STRUCK}')"
    anna.write("Varför", bra.WHY, within=row, exact=False)
    anna.press("Stryk", within=row)
    anna.seen.text("Struken")


def test_the_council_is_logged_live(portal, visit, picture):
    forum = portal.stage.council(carried=True)
    titles = [item.title for item in bra.ITEMS]
    meeting = portal.stage.planned(forum=forum["pk"], titles=titles, called=True)
    anna = visit.hands("anna.ek")
    anna.open(f"/moten/{meeting['pk']}/")

    enter_the_council(anna)

    anna.seen.address(rf"/moten/{meeting['pk']}/protokoll/$")
    print(f"FIGURE T02 steps: {anna.steps}")
    assert anna.steps <= LIMIT, anna.protocol
    assert_all_is_there(portal, visit, forum, meeting)
    # What is due "at the next meeting" is due the day that the next meeting was then planned for.
    following = portal.stage.meetings_of(forum=forum["pk"])[0]
    dues = {one["text"]: one["due"] for one in portal.stage.actions_of(forum=forum["pk"])}
    for action in bra.ACTIONS:
        if action.days is None:
            assert following["day"] == dues[action.what]


def assert_all_is_there(portal, visit, forum, meeting) -> None:
    """Minutes, PDF, letters and the next meeting, after either way of entering the notes."""
    actions = portal.stage.actions_of(forum=forum["pk"])
    dues = {action["text"]: action["due"] for action in actions}
    portal.settle()

    page = visit("anna.ek")
    page.goto(f"/moten/{meeting['pk']}/protokoll/")
    assert_holds_the_council(page.locator("main article").inner_text(), dues)
    with page.expect_download() as download:
        page.get_by_role("link", name="Ladda ner PDF").click()
    content = download.value.path().read_bytes()
    assert download.value.suggested_filename == f"protokoll-{meeting['day']}-v1.pdf"
    assert_holds_the_council(pdf_text(content), dues)
    assert_tagged(content, forum["name"])

    letters = portal.letters_to_owners(forum["name"], long_day(meeting["day"]))
    told = portal.stage.told(meeting=meeting["pk"])
    assert sorted(letter.to for letter in letters) == sorted(told)
    assert len(told) == 6
    for letter in letters:
        for text in (*(action.what for action in bra.ACTIONS), *bra.OLD):
            assert (text in letter.text) == (text in told[letter.to]), (letter.to, text)

    assert_carried_on(portal, visit, forum)


def assert_carried_on(portal, visit, forum) -> None:
    """The open actions and the postponed item stand on the next meeting's agenda."""
    page = visit("anna.ek")
    page.goto(f"/forum/{forum['pk']}/")
    page.get_by_role("button", name="Skapa nästa möte").click()
    page.wait_for_url("**/planera/")
    following = portal.stage.meetings_of(forum=forum["pk"])[0]
    assert bra.POSTPONED in following["items"]
    plan = page.locator("main").inner_text() + page.locator("main details").inner_text()
    values = [box.input_value() for box in page.locator("main input[type=text]").all()]
    assert bra.POSTPONED in values
    open_ones = {bra.MOVED, *(action.what for action in bra.ACTIONS)}
    page.locator("main details summary").first.click()
    plan = page.locator("main").inner_text()
    for text in open_ones:
        assert text in plan, text
    for text in (bra.DONE, bra.STRUCK):
        assert text not in plan, text
