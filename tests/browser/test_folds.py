"""A long output shows its first and last lines, and all of it on demand.

No page of the notes prints so much, so one is made here, around real outputs.
"""

import re

import pytest

from notebuild.render import render_outputs

pytestmark = pytest.mark.browser
LINES = [f"line {n}: {'x' * (n % 90)}" for n in range(1, 101)]
LOG = [row for n in range(1, 61) for row in (
    f"Epoch {n}/60", f"157/157 - 1s - 9ms/step - accuracy: 0.{n:02d} - loss: 1.{n:02d}")]
SEEN = """output => {
  const rows = [...output.querySelectorAll("tbody tr:not(.nb-control tr)")];
  if (rows.length) return rows.filter((row) => row.checkVisibility())
    .map((row) => row.cells[0].textContent);
  return output.innerText.split("\\n").filter((line) => line.startsWith("line "))
    .map((line) => line.split(":")[0]);
}"""


def stream(lines: list[str]) -> dict:
    return {"output_type": "stream", "name": "stdout", "text": "\n".join(lines) + "\n"}


@pytest.fixture
def open_long(open_page, site):
    """Open a page of a language with a long text and a long log, as the build sets them."""
    def open_long(locale: str, **options):
        home = "en/" if locale == "en" else ""
        html = (site.folder / home / "glossary" / "index.html").read_text("utf-8")
        outputs = "".join(
            render_outputs([stream(lines)], cell_id=f"long-{n}", alt=None, locale=locale)
            for n, lines in enumerate((LINES, LOG)))
        html = re.sub(r"(<article[^>]*>).*(</article>|(?=</div>))",
                      lambda match: f"{match[1]}<h1>Long</h1>{outputs}</article>",
                      html, count=1, flags=re.DOTALL)
        page = open_page(f"{home}glossary/", **options)
        page.route("**/long/", lambda route: route.fulfill(
            body=html, content_type="text/html; charset=utf-8"))
        page.goto(f"{site.url}{home}long/")
        return page

    return open_long


def seen(page) -> list[list[str]]:
    return [output.evaluate(SEEN) for output in page.locator(".nb-output").all()]


def rows(numbers, of: str = "") -> list[str]:
    return [f"{n}/60" if of else f"line {n}" for n in numbers]


ENDS = [rows([*range(1, 13), *range(95, 101)]), rows([*range(1, 13), *range(55, 61)], "log")]
ALL = [rows(range(1, 101)), rows(range(1, 61), "log")]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("locale, more, less", [
    ("zh", ["⋯ 再看 82 行", "⋯ 再看 42 行"], "收起"),
    ("en", ["⋯ 82 more lines", "⋯ 42 more lines"], "Show less")])
def test_the_first_and_last_lines_are_shown_and_the_rest_by_keyboard(
        open_long, locale, more, less, width):
    page = open_long(locale, width=width)
    buttons = page.locator(".nb-fold")
    assert seen(page) == ENDS
    assert buttons.all_inner_texts() == more
    for button in buttons.all():
        assert button.get_attribute("aria-expanded") == "false"
        box, output = button.bounding_box(), button.locator("xpath=ancestor::div[1]").bounding_box()
        assert 24 <= box["height"] < 40 and box["x"] < output["x"] + 40
        button.focus()
        page.keyboard.press("Enter")
        assert button.get_attribute("aria-expanded") == "true"
        assert button.inner_text() == less
        assert button.evaluate("e => e === document.activeElement")
    assert seen(page) == ALL
    page.keyboard.press("Space")
    assert seen(page) == [ALL[0], ENDS[1]]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_nothing_is_folded_and_there_is_no_control(open_long):
    page = open_long("en", java_script_enabled=False)
    assert seen(page) == ALL
    assert not page.locator(".nb-fold").first.is_visible()
    assert not page.locator(".nb-control").is_visible()


def test_in_print_nothing_is_folded(open_long):
    page = open_long("en")
    page.emulate_media(media="print")
    assert seen(page) == ALL
    assert not page.locator(".nb-fold").first.is_visible()
    assert not page.locator(".nb-control").is_visible()
