"""Figures are read in both languages, on a phone as well, and by keyboard."""

import pytest

pytestmark = pytest.mark.browser

HOMES = ["", "en/"]

# Of every text of the drawings: its size and box in pixels, and the box of its
# drawing. Steps that are not shown have a layout as well.
TEXTS = """() => [...document.querySelectorAll(".nb-drawing svg")].map((svg) => ({
  name: svg.querySelector("title").id,
  box: svg.getBoundingClientRect().toJSON(),
  texts: [...svg.querySelectorAll("text")].map((text) => ({
    words: text.textContent,
    size: parseFloat(getComputedStyle(text).fontSize) * svg.getScreenCTM().a,
    box: text.getBoundingClientRect().toJSON(),
  })),
}))"""

# Each text's contrast with what is below it: the last filled shape before it
# that holds its centre, or the page. A canvas says what a colour comes to.
CONTRASTS = """() => {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const luminance = (colour) => {
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].slice(0, 3)
      .map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const page = getComputedStyle(document.body).backgroundColor;
  const found = [];
  for (const text of document.querySelectorAll("article svg text")) {
    const { left, right, top, bottom } = text.getBoundingClientRect();
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    let ground = page;
    for (const shape of text.closest("svg").querySelectorAll("rect, circle")) {
      const box = shape.getBoundingClientRect();
      const fill = getComputedStyle(shape).fill;
      const before = shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (before && fill !== "none" && box.left < x && x < box.right && box.top < y && y < box.bottom)
        ground = fill;
    }
    for (const part of [text, ...text.querySelectorAll("tspan")]) {
      const [a, b] = [luminance(getComputedStyle(part).fill), luminance(ground)];
      found.push([part.textContent, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)]);
    }
  }
  return found;
}"""

SHOWN = """() => [...document.querySelectorAll("#fig-lstm .nb-steps > li")]
  .map((item) => getComputedStyle(item).visibility === "visible" && item.offsetHeight > 0)"""


def shown(page) -> list[bool]:
    return page.evaluate(SHOWN)


@pytest.mark.parametrize("home", HOMES)
def test_the_chapter_shows_all_figures_and_names_them(open_page, home):
    page = open_page(f"{home}rnn/")
    drawings = page.locator("figure.nb-drawing")
    assert {"fig-loop", "fig-unrolled", "fig-simplernn-step", "fig-lstm", "fig-gru"} <= set(
        drawings.evaluate_all("figures => figures.map((figure) => figure.id)"))
    # By the names and descriptions that the browser tells a screen reader.
    for svg in page.locator(".nb-drawing svg").all():
        name = svg.locator("title").text_content()
        assert name and svg.locator("desc").text_content()
    assert page.get_by_role("img", name=page.locator(
        "#fig-gru title").text_content(), exact=True).count() == 1
    assert drawings.locator("figcaption").count() == drawings.count()


@pytest.mark.parametrize("home", HOMES)
def test_ids_are_unique(open_page, home):
    page = open_page(f"{home}rnn/")
    ids = page.evaluate("[...document.querySelectorAll('article [id]')].map((e) => e.id)")
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("width", [360, 1440])
def test_no_text_is_small_cut_off_or_upon_another(open_page, home, width):
    page = open_page(f"{home}rnn/", width=width)
    page.evaluate("document.fonts.ready")
    for drawing in page.evaluate(TEXTS):
        name, frame, texts = drawing["name"], drawing["box"], drawing["texts"]
        assert texts, name
        for number, text in enumerate(texts):
            box = text["box"]
            where = f"{name}: {text['words']}"
            assert text["size"] >= 10.9, f"{where} is {text['size']:.1f} px"
            assert box["left"] >= frame["left"] - 2, where
            assert box["right"] <= frame["right"] + 2, where
            assert box["bottom"] <= frame["bottom"] + 2, where
            for other in texts[number + 1:]:
                across = min(box["right"], other["box"]["right"]) - max(
                    box["left"], other["box"]["left"])
                down = min(box["bottom"], other["box"]["bottom"]) - max(
                    box["top"], other["box"]["top"])
                # Lines of text are close, and a line's box is taller than its letters.
                assert across < 1 or down < 0.4 * min(box["height"], other["box"]["height"]), (
                    f"{where} lies upon {other['words']}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["en/rnn/", "labs/imdb_comparison/", "labs/numpy_cells/",
                                  "en/labs/vanishing_gradients/"])
def test_every_text_stands_out_from_what_is_below_it(open_page, path, scheme):
    """In drawings and in charts, of which axe sees neither."""
    page = open_page(path, color_scheme=scheme)
    expected = "slate" if scheme == "dark" else "default"
    page.wait_for_function("s => document.body.dataset.mdColorScheme === s", arg=expected)
    found = page.evaluate(CONTRASTS)
    assert len(found) > 5
    assert [(words, round(ratio, 2)) for words, ratio in found if ratio < 4.5] == []


@pytest.mark.parametrize("home", HOMES)
def test_the_keyboard_goes_through_the_steps(open_page, home):
    page = open_page(f"{home}rnn/")
    group = page.locator("#fig-lstm .nb-controls")
    pressed = group.locator("[aria-pressed=true]")
    said = page.locator("#fig-lstm [aria-live]")
    assert shown(page) == [True, False, False, False]
    assert pressed.count() == 1 and said.text_content() == ""

    group.locator("button").first.focus()
    page.keyboard.press("Enter")  # there is nothing before the first
    assert shown(page) == [True, False, False, False]
    page.keyboard.press("ArrowRight")
    assert shown(page) == [False, True, False, False]
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    assert "2" in said.text_content() and "4" in said.text_content()
    page.keyboard.press("End")
    assert shown(page) == [False, False, False, True]
    page.keyboard.press("ArrowRight")
    assert shown(page) == [False, False, False, True]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.nb-next')")
    page.keyboard.press("Home")
    assert shown(page) == [True, False, False, False]
    assert pressed.count() == 1
    assert pressed.text_content() == "1 SimpleRNN"


def test_the_buttons_go_through_the_steps_and_the_page_does_not_jump(open_page):
    page = open_page("rnn/", width=390)
    figure = page.locator("#fig-lstm")
    figure.scroll_into_view_if_needed()
    # Far from the screen it has only a supposed height.
    page.wait_for_function("e => e.checkVisibility({ contentVisibilityAuto: true })",
                           arg=figure.locator("svg").first.element_handle())
    height = figure.bounding_box()["height"]
    following = figure.locator(".nb-next")
    for step in range(1, 4):
        following.click()
        assert shown(page) == [n == step for n in range(4)]
        assert figure.bounding_box()["height"] == height
    assert following.get_attribute("aria-disabled") == "true"
    figure.locator("[aria-pressed]").nth(1).click()
    assert shown(page) == [False, True, False, False]


def test_without_scripts_all_steps_are_shown(open_page):
    page = open_page("rnn/", java_script_enabled=False)
    steps = page.locator("#fig-lstm .nb-steps > li")
    assert [step.is_visible() for step in steps.all()] == [True] * 4
    assert not page.locator("#fig-lstm .nb-controls").is_visible()


def test_in_print_all_steps_are_shown(open_page):
    page = open_page("rnn/")
    page.emulate_media(media="print")
    assert shown(page) == [True] * 4
    assert not page.locator("#fig-lstm .nb-controls").is_visible()


@pytest.mark.parametrize("motion, moves", [("reduce", False), ("no-preference", True)])
def test_only_who_wants_motion_sees_it(open_page, motion, moves):
    page = open_page("rnn/")
    page.emulate_media(reduced_motion=motion)
    count = "document.querySelector('#fig-lstm').getAnimations({ subtree: true }).length"
    assert page.evaluate(count) == 0
    page.locator("#fig-lstm .nb-next").evaluate("button => button.click()")
    assert (page.evaluate(count) > 0) == moves


def test_drawings_are_not_published_beside_the_pages(site):
    assert not (site.folder / "figures").exists()
    assert not [*site.folder.rglob("lstm.*")]
