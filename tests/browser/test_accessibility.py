"""axe finds nothing to complain about, on any page, in any scheme and state."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser
# The size of what a finger has to hit is a rule that axe leaves off unless asked.
ALL = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
# What is folded is opened. Of the thousands of coloured words in code, one of each
# colour stays: to compare all of them would take minutes and tell nothing more.
PREPARE = """() => {
  for (const e of document.querySelectorAll("details")) e.open = true;
  const kinds = new Set();
  for (const e of document.querySelectorAll(".highlight code span[class]")) {
    const kind = `${e.className} ${e.closest("details")?.className}`;
    if (kinds.has(kind)) e.replaceWith(...e.childNodes);
    kinds.add(kind);
  }
}"""


def violations(page, options: dict, part: str | None = None) -> list[str]:
    """Return what breaks a rule, in the page or a part: the rule, the element, what to do."""
    found = Axe().run(page, part, options).response["violations"]
    return [f"{rule['id']}: {node['html'][:120]} {node['failureSummary']}"
            for rule in found for node in rule["nodes"]]


def test_no_page_breaks_a_rule(open_page, site, watch):
    """In light all rules, in dark those of colours."""
    page = open_page()
    for path in [*site.pages(), "no/such/page/"]:
        page.emulate_media(color_scheme="light")
        page.goto(site.url + path)
        page.evaluate(PREPARE)
        assert violations(page, ALL) == [], path
        page.emulate_media(color_scheme="dark")
        assert violations(page, COLOURS) == [], path
    watch.problems.remove(f"404: {site.url}no/such/page/")


@pytest.mark.parametrize("path", ["rnn/", "en/rnn/"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_opens_on_a_phone_breaks_no_rule(open_page, path, scheme):
    """The menu, the search with its results, the preview of a program."""
    page = open_page(path, width=390, color_scheme=scheme)
    page.wait_for_load_state("networkidle")
    page.locator(".site-menu").click()
    page.locator("label[for=__toc]").first.click()
    page.locator(".md-nav--secondary a").first.wait_for()
    assert violations(page, ALL, ".md-sidebar--primary") == []
    page.keyboard.press("Escape")
    page.locator("label.md-header__button[for=__search]").click()
    page.locator(".md-search__input").fill("LSTM")
    page.keyboard.press("End")
    page.locator(".md-search-result__item").first.wait_for()
    assert violations(page, ALL, ".md-search") == []
    page.keyboard.press("Escape")
    page.locator(".nb-program .nb-look").first.click()
    page.locator("dialog.nb-preview").wait_for()
    assert violations(page, ALL, "dialog.nb-preview") == []
