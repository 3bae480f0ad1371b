"""A first view loads little, shows at once, and stays where it is."""

import pytest

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 412, "height": 823}}
SEEN = "(e) => e.checkVisibility({ contentVisibilityAuto: true })"
BLOCKS = "article > :is(.highlight, .nb-outputs)"


@pytest.mark.parametrize("path", ["", "rnn/", "en/labs/imdb_comparison/"])
def test_a_first_view_waits_for_one_style_sheet_and_for_no_script(open_page, site, path):
    page = open_page(path)
    page.wait_for_load_state("networkidle")
    assert page.locator("link[rel=stylesheet]").count() == 1
    waits = page.locator("script[src]").evaluate_all(
        "es => es.filter(e => !e.defer && !e.async && e.type != 'module').map(e => e.src)")
    assert waits == []
    loaded = page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    assert not [url for url in loaded if "search_index" in url]


def test_the_theme_sets_up_the_code_that_is_seen(open_page):
    """It names a block when it does so."""
    page = open_page("rnn/", width=412)
    page.wait_for_load_state("networkidle")
    named = page.locator("article pre[id^=__code]")
    assert named.count() < page.locator("article pre > code").count() / 4
    code = page.locator("article > .highlight pre").last
    code.scroll_into_view_if_needed()
    page.wait_for_function("e => e.id.startsWith('__code')", arg=code.element_handle())


def test_what_is_far_away_is_laid_out_when_it_comes_near(open_page):
    page = open_page("rnn/", width=412)
    page.wait_for_load_state("networkidle")
    blocks = page.locator(BLOCKS)
    assert blocks.first.locator("*").first.evaluate(SEEN)
    last = blocks.last
    assert not last.locator("*").first.evaluate(SEEN)
    last.scroll_into_view_if_needed()
    page.wait_for_function(f"e => ({SEEN})(e)", arg=last.locator("*").first.element_handle())


def test_on_paper_everything_is_there(open_page):
    page = open_page("rnn/")
    page.emulate_media(media="print")
    blocks = page.locator("article > :is(p, figure, .highlight, .nb-outputs)")
    hidden = blocks.evaluate_all(
        "es => es.filter(e => getComputedStyle(e).contentVisibility != 'visible').length")
    assert blocks.count() > 100 and hidden == 0


@pytest.mark.parametrize("width", [1280, 412])
@pytest.mark.parametrize("which", [3, 8, -1])
def test_a_link_into_a_long_page_leads_to_its_heading(open_page, site, width, which):
    """Though the heights of what is above it are not known yet."""
    page = open_page("rnn/", width=width)
    anchor = page.locator("article h2").nth(which).get_attribute("id")
    page.goto("about:blank")
    page.goto(f"{site.url}rnn/#{anchor}")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    top = page.locator(f"[id='{anchor}']").evaluate("e => e.getBoundingClientRect().top")
    assert 0 <= top < 300


@pytest.mark.parametrize("path", ["", "rnn/", "en/rnn/", "labs/imdb_comparison/"])
def test_nothing_moves_while_a_page_loads(browser, site, path):
    context = browser.new_context(**PHONE)
    page = context.new_page()
    page.add_init_script("""window.moved = [];
      new PerformanceObserver((list) => {
        for (const { value, sources } of list.getEntries())
          moved.push([value, ...sources.map(({ node }) => node?.outerHTML?.slice(0, 80))]);
      }).observe({ type: "layout-shift", buffered: true })""")
    page.goto(site.url + path)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    moved = page.evaluate("moved")
    context.close()
    assert sum(value for value, *_ in moved) < 0.01, moved
