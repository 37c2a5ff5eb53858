"""What makes a page hard to read or to reach: by axe, by the eye and by the Tab key."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}

CHECK = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.map((one) => one.id + ": " + one.help + " "
    + one.nodes.map((node) => node.target.join(" ")).slice(0, 4).join(" | "));
}"""

STOPS = """() => {
  const seen = new Set();
  return [...document.querySelectorAll(
      "a[href], button, input, select, textarea, summary, [tabindex]")]
    .filter((one) => one.tabIndex >= 0 && !one.disabled && one.type !== "hidden")
    .filter((one) => one.checkVisibility({checkVisibilityCSS: true}))
    .filter((one) => {
      if (one.type !== "radio") return true;
      /* One stop for each group: the chosen one, or its first. */
      const group = [...document.getElementsByName(one.name)];
      const chosen = group.find((other) => other.checked) || group[0];
      return one === chosen;
    })
    .map((one, index) => { one.dataset.stop = index; return one.outerHTML.slice(0, 120); });
}"""
HERE = """() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const near = one.type === "radio" || one.type === "checkbox" ? one.closest("label") : null;
  const shown = (element) => {
    const s = getComputedStyle(element);
    return (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none";
  };
  const inside = near ? [near, ...near.querySelectorAll("*")] : [];
  const box = one.getClientRects()[0] || one.getBoundingClientRect();
  return {
    stop: one.dataset.stop,
    what: one.outerHTML.slice(0, 120),
    visible: shown(one) || inside.some(shown),
    inWindow: box.bottom > 0 && box.top < innerHeight,
  };
}"""


def open_page(page: Page, address: str) -> None:
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
    page.goto(address)


def found_wrong(page: Page) -> list[str]:
    """What axe and the eye find, in both widths and both schemes."""
    page.evaluate(AXE.read_text())
    wrong = []
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            wrong += [f"{size['width']} {scheme} {one}" for one in page.evaluate(CHECK)]
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            wrong.append(f"scrolls {over} px sideways at {size['width']} px")
    headings = page.locator("h1").count()
    if headings != 1:
        wrong.append(f"{headings} h1")
    if page.locator("html").get_attribute("lang") != "sv":
        wrong.append("is not said to be in Swedish")
    return wrong


def wrong_with_tab(page: Page) -> list[str]:
    """Where Tab does not go from the skip link through every control in order, with a focus seen."""
    expected = page.evaluate(STOPS)
    page.locator("a.skip").focus()
    wrong = []
    for index, control in enumerate(expected):
        if index:
            page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here["stop"] != str(index):
            return [*wrong, f"stop {index} is {here['what']} and not {control}"]
        if not here["visible"]:
            wrong.append(f"no focus to be seen: {here['what']}")
        if not here["inWindow"]:
            wrong.append(f"focus out of sight: {here['what']}")
    return wrong
