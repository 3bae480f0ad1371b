"""Without scripts a page is still all there: nothing hidden, nothing that does nothing."""

import pytest

pytestmark = pytest.mark.browser

# What a reader came for and cannot see, and what only a script could answer to.
FAULTS = """() => {
  const seen = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const say = (word) => (e) => `${word}: ${e.outerHTML.slice(0, 100)}`;
  const all = (selector) => [...document.querySelectorAll(selector)];
  all("details").forEach((e) => { e.open = true; });
  return [
    ...all(`article :is(h1, h2, h3, p, li, pre, table, math, svg, img, figcaption, .nb-output,
      .nb-output tr, .nb-outputs, .nb-middle)`)
      .filter((e) => !e.closest(".nb-said, annotation")).filter((e) => {
        const { width, height } = e.getBoundingClientRect();
        return !seen(e) || !width || !height;
      }).map(say("hidden")),
    ...all("button, label[for^=__palette], .md-search input, [role=button]")
      .filter(seen).map(say("does nothing")),
  ];
}"""


@pytest.mark.parametrize("width", [390, 1280])
def test_all_is_there_without_scripts(open_page, site, width):
    page = open_page(width=width, java_script_enabled=False)
    for path in site.pages():
        page.goto(site.url + path)
        assert page.evaluate(FAULTS) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.locator("article p").first.is_visible(), path


@pytest.mark.parametrize("path", ["rnn/", "en/rnn/"])
def test_what_is_folded_and_the_menu_open_without_scripts(open_page, path):
    page = open_page(path, width=390, java_script_enabled=False)
    claim = page.locator("details.claim").first
    claim.locator("summary").click()
    assert claim.locator("pre").is_visible()
    page.locator("label.md-header__button[for=__drawer]").click()
    page.locator(".md-sidebar--primary a").nth(1).wait_for()
