"""What is copied runs: the clipboard gets exactly the program that tests run."""

from pathlib import Path

import pytest

from notebuild.export import cell_program
from notebuild.schedule import plan
from notebuild.site import Site

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
PERMISSIONS = {"permissions": ["clipboard-read", "clipboard-write"]}


@pytest.fixture(scope="module")
def programs() -> dict[str, list[str]]:
    """Address of the page → the programs of its blocks, in order."""
    notes, found = Site(ROOT), {}
    for path, nodes in plan(notes.pages(), notes.store).items():
        stem, _, locale = path.removesuffix(".md").replace("#", ".").rpartition(".")
        page = stem.removesuffix(".py").replace("examples/", "labs/").replace("docs/", "")
        found["en/" * (locale == "en") + page + "/"] = [
            cell_program(nodes, node.index) for node in nodes if not node.cell.inline]
    return found


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
