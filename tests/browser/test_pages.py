"""Each page of the built site fits, is quiet, and speaks its language."""

import pytest

pytestmark = pytest.mark.browser

# What sticks out to the right and cannot be scrolled to inside its own box.
STICKING_OUT = """() => {
  const scrolls = (e) => e && e !== document.body &&
    (getComputedStyle(e).overflowX !== "visible" || scrolls(e.parentElement));
  return [...document.querySelectorAll("article *")]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !scrolls(e.parentElement))
    .map((e) => e.outerHTML.slice(0, 120));
}"""

# The site's name, where the header does not show all of it.
NAME_CUT = """() => [...document.querySelectorAll(".md-header__topic:first-child .md-ellipsis")]
  .filter((e) => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
  .map((e) => e.outerHTML)"""


def test_no_page_is_wider_than_the_window(open_page, site, watch):
    page = open_page()
    for path in [*site.pages(), "no/such/page/"]:
        page.goto(site.url + path)
        page.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = true; })")
        for width in (360, 768, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            root = page.evaluate("document.documentElement.scrollWidth")
            assert root <= width, f"{path or 'home'} is {root} wide in a window of {width}"
            assert page.evaluate(STICKING_OUT) == [], (path, width)
            assert page.evaluate(NAME_CUT) == [], (path, width)
    watch.problems.remove(f"404: {site.url}no/such/page/")


def test_every_page_exists_in_both_languages(site):
    pages = site.pages()
    english = {path.removeprefix("en/") for path in pages if path.startswith("en/")}
    chinese = {path for path in pages if not path.startswith("en/")}
    assert chinese == english
    assert "rnn/" in chinese


def test_the_names_of_pages_and_of_the_site_are_translated(open_page):
    def words(path):
        page = open_page(path)
        links = page.locator(".md-nav--primary > .md-nav__list > li > .md-nav__link")
        return [page.title(), *(text.strip() for text in links.all_text_contents())]

    chinese, english = words("rnn/"), words("en/rnn/")
    assert len(chinese) == len(english) > 2
    assert all(not text.isascii() for text in chinese)
    assert all(text.isascii() for text in english)


def test_the_first_tab_leads_past_the_navigation_and_is_seen(open_page):
    page = open_page("rnn/")
    page.keyboard.press("Tab")
    focus = page.locator(":focus")
    assert "md-skip" in focus.get_attribute("class")
    assert focus.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.hash !== ''")


def test_a_missing_page_is_told_in_both_languages(open_page, site, watch):
    page = open_page("en/no/such/page/")
    assert watch.problems == [f"404: {site.url}en/no/such/page/"]
    watch.problems.clear()
    for language, home in (("zh-CN", site.url), ("en", site.url + "en/")):
        section = page.locator(f"article section[lang={language}]")
        assert section.locator("h2").is_visible()
        assert section.locator("a").evaluate("a => a.href") == home
    page.locator("a.site-language").click()
    page.wait_for_url(site.url + "en/")
