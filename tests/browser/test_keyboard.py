"""Everything is reached by keyboard, in order, and the place is always seen."""

import io

import pytest
from PIL import Image, ImageChops

pytestmark = pytest.mark.browser

# What the Tab key reaches: one of a group of radio buttons, nothing in what is folded.
REACHED = """() => {
  const groups = new Set();
  return [...document.querySelectorAll("a[href], button, input, summary, dialog, [tabindex]")]
    .filter((e) => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({ visibilityProperty: true }))
    .filter((e) => e.type !== "radio" || !(groups.has(e.name) || groups.add(e.name) && 0));
}"""

# One of each kind of these, but for what changes more than its look.
KINDS = f"""() => {{
  const kinds = new Map();
  for (const e of ({REACHED})()) {{
    const kind = `${{e.localName}} ${{e.parentElement.localName}} ${{e.className}}`;
    if (!e.matches(".md-toggle, .md-search *, .md-skip, .md-top") && !kinds.has(kind)) kinds.set(kind, e);
  }}
  return [...kinds.values()];
}}"""

# Where the keyboard is: what has the ring, whether it can be seen there, and what it is.
PLACE = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  // The theme has boxes of no size, whose labels are seen; opacity hides the box itself.
  const ring = e.matches(".md-option") ? e.parentElement.querySelector("label:not([hidden])")
    : e.matches(".md-toggle") ? e.nextElementSibling : e;
  const style = getComputedStyle(ring);
  const boxes = [...ring.getClientRects()].filter((box) => box.width && box.height);
  const seen = boxes.some(({ left, right, top, bottom }) => {
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const above = 0 <= x && x < innerWidth && document.elementsFromPoint(x, Math.min(y, innerHeight - 1))
      .find((other) => getComputedStyle(other).pointerEvents !== "none");
    return top < innerHeight && above && (ring.contains(above) || above.contains(ring));
  });
  const faults = [];
  if (!seen) faults.push("out of sight");
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 1.5) faults.push("no ring");
  return { what: e.outerHTML.slice(0, 100), faults };
}"""


def walk(page, key: str) -> list[dict]:
    """Go through the page until the keyboard leaves it; return where it was."""
    places = []
    while len(places) < 1000:
        page.keyboard.press(key)
        place = page.evaluate(PLACE)
        for _ in range(30):  # the theme moves some things into sight, on a busy machine late
            if not (place and place["faults"]):
                break
            page.wait_for_timeout(100)
            place = page.evaluate(PLACE)
        if place is None:
            return places
        places.append(place)
    pytest.fail(f"the keyboard does not leave the page: {places[-3:]}", pytrace=False)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", ["en/labs/numpy_cells/", "glossary/", "en/build/"])
def test_tab_reaches_all_there_is_and_leaves_the_page(open_page, path, width):
    page = open_page(path, width=width)
    page.wait_for_load_state("networkidle")
    there = walk(page, "Tab")
    count = len(page.evaluate(REACHED))  # the first Tab makes what scrolls a stop as well
    page = open_page(path, width=width)
    page.wait_for_load_state("networkidle")
    back = walk(page, "Shift+Tab")
    for place in there + back:
        assert place["faults"] == [], place
    assert len(there) == len(back) == count > 15


FOCUS = """(e) => {
  e.focus({ focusVisible: true });
  const ring = e.matches(".md-option") ? e.parentElement : e;
  const { left, top, right, bottom } = ring.getBoundingClientRect();
  const [x, y] = [Math.max(left - 8, 0), Math.max(top - 8, 0)];
  return [e.outerHTML.slice(0, 100), { x, y, width: Math.min(right + 8, innerWidth) - x,
                                       height: Math.min(bottom + 8, innerHeight) - y }];
}"""


def picture(page, box: dict) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot(clip=box))).convert("L")


def test_what_has_the_focus_looks_different(open_page, site):
    """For each kind of thing that the keyboard reaches, in both schemes, pixel by pixel."""
    page, tried = open_page(), set()
    for path in ("en/rnn/", "build/", "en/labs/imdb_comparison/"):
        page.goto(site.url + path)
        page.wait_for_load_state("networkidle")
        page.keyboard.press("Tab")  # the last input is a keyboard's
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for thing in page.evaluate_handle(KINDS).get_properties().values():
                name, box = thing.evaluate(FOCUS)
                focused = picture(page, box)
                thing.evaluate("e => e.blur()")
                changed = ImageChops.difference(focused, picture(page, box))
                lit = changed.point(lambda v: 255 * (v > 50)).histogram()[255]
                assert lit > 20, (path, scheme, name)
                tried.add((scheme, name))
    assert len(tried) > 40


def test_the_skip_link_leads_to_the_text(open_page):
    page = open_page("rnn/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('article') !== null")


@pytest.mark.parametrize("path", ["rnn/", "en/rnn/"])
def test_the_menu_of_a_narrow_window_opens_by_keyboard(open_page, path):
    page = open_page(path, width=390)
    page.wait_for_load_state("networkidle")
    menu = page.locator(".site-menu")
    assert menu.get_attribute("aria-label") and menu.get_attribute("aria-expanded") == "false"
    assert not page.locator(".md-sidebar--primary a").first.is_visible()
    menu.focus()
    page.keyboard.press("Enter")
    assert menu.get_attribute("aria-expanded") == "true"
    inside = "document.activeElement.closest('.md-sidebar--primary') !== null"
    assert page.evaluate(inside)
    names = []
    for _ in range(40):
        page.wait_for_timeout(20)
        place = page.evaluate(PLACE)
        assert place["faults"] == [], place
        names.append(page.evaluate("document.activeElement.textContent.trim()"))
        page.keyboard.press("Tab")
        if not page.evaluate(inside):
            break
    assert menu.get_attribute("aria-expanded") == "false"  # who leaves it closes it
    assert len(names) == 2 + 1 + 5 + 3  # home twice, the page's contents, the labs, three pages

    menu.focus()
    page.keyboard.press("Space")
    box = page.locator("#__toc")
    box.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hash").startswith("#")
    page.keyboard.press("Escape")
    assert not page.locator(".md-sidebar--primary a").first.is_visible()
    assert menu.evaluate("e => e === document.activeElement")
