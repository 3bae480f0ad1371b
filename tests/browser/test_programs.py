"""What is copied runs: the clipboard gets exactly the program that tests run."""

import re

import pytest
from bs4 import BeautifulSoup
from programs import programs as all_programs

pytestmark = pytest.mark.browser
PERMISSIONS = {"permissions": ["clipboard-read", "clipboard-write"]}



def address(path: str) -> str:
    """Return the address of a page, of which `programs` has the path."""
    stem, _, locale = path.removesuffix(".md").replace("#", ".").rpartition(".")
    page = stem.removesuffix(".py").replace("examples/", "labs/").replace("docs/", "")
    return "en/" * (locale == "en") + page + "/"


@pytest.fixture(scope="module")
def programs() -> dict[str, list[str]]:
    """Address of the page → the programs of its blocks, in order."""
    return {address(path): [program.text for program in cells.values()]
            for path, cells in all_programs().items()}


@pytest.mark.parametrize("path", [*map(address, all_programs())])
def test_what_is_tested_stands_in_the_html(site_dir, programs, path):
    """Joined as program.js joins it, each program is the one that the tests run."""
    html = (site_dir / path / "index.html").read_text("utf-8")
    bars = BeautifulSoup(html, "html.parser").select(".nb-program")
    assert len(bars) == len(programs[path]) > 10
    for bar, expected in zip(bars, programs[path], strict=True):
        cells = [source(bars[n]) for n in numbers(bar["data-cells"])]
        assert "\n\n".join(cells) + "\n" == expected
        # The header's second line; it must stay a comment.
        same = bars[int(bar["data-like"])] if bar.has_attr("data-like") else bar
        assert re.fullmatch(r"Python 3\.[^\n\r]+", same["data-versions"])


def numbers(ranges: str) -> list[int]:
    """Return the numbers that "0-2 5" stands for."""
    parts = [[int(n) for n in part.split("-")] for part in ranges.split()]
    return [n for part in parts for n in range(part[0], part[-1] + 1)]


def source(bar) -> str:
    return bar.find_previous_sibling(True).select_one("code").get_text().strip("\n")


@pytest.mark.parametrize("path", ["rnn/", "en/rnn/", "labs/imdb_comparison/",
                                  "en/labs/numpy_cells/"])
def test_each_block_copies_its_program(open_page, site, programs, path):
    """A header that leads back and names versions, then the program to the letter."""
    page = open_page(path, **PERMISSIONS)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    buttons = page.locator(".nb-program .nb-copy")
    assert buttons.count() == len(programs[path]) > 10
    for number, expected in enumerate(programs[path]):
        buttons.nth(number).evaluate("button => button.click()")
        page.wait_for_function(
            "n => document.querySelectorAll('.nb-program .nb-copy')[n].textContent.includes('✓')",
            arg=number)
        text = page.evaluate("navigator.clipboard.readText()")
        head, versions, empty, program = text.split("\n", 3)
        assert head.split()[-1].startswith(site.url + path + "#")
        assert "Python 3." in versions and empty == ""
        assert program == expected


def test_a_program_can_be_looked_at_by_keyboard(open_page, programs):
    page = open_page("en/rnn/", **PERMISSIONS)
    page.locator(".nb-program .nb-look").nth(5).focus()
    page.keyboard.press("Enter")
    preview = page.locator("dialog.nb-preview")
    assert preview.locator("code").inner_text().endswith(programs["en/rnn/"][5])
    preview.locator(".nb-copy").click()
    assert page.evaluate("navigator.clipboard.readText()").endswith(programs["en/rnn/"][5])
    page.keyboard.press("Escape")
    assert not preview.is_visible()
    assert "nb-look" in page.locator(":focus").get_attribute("class")


def test_without_a_script_there_are_no_buttons(open_page):
    page = open_page("rnn/", java_script_enabled=False)
    assert not page.locator(".nb-program").first.is_visible()
