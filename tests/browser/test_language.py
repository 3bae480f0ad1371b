"""Switching the language keeps the reader's place."""

import pytest

pytestmark = pytest.mark.browser

HEADINGS = "es => es.map(e => [e.tagName, e.id])"
BODY_HEADINGS = "article :is(h1, h2, h3, h4)"


def test_headings_have_the_same_anchors_in_both_languages(open_page):
    chinese = open_page("rnn/").locator(BODY_HEADINGS).evaluate_all(HEADINGS)
    english = open_page("en/rnn/").locator(BODY_HEADINGS).evaluate_all(HEADINGS)
    assert len(chinese) > 5
    assert chinese == english


@pytest.mark.parametrize("there, back", [("rnn/", "en/rnn/"), ("en/rnn/", "rnn/")])
def test_the_switch_keeps_the_page_and_the_heading_in_the_address(
    open_page, site, there, back
):
    page = open_page(there)
    anchor = page.locator("article h2").nth(3).get_attribute("id")
    page.goto(f"{site.url}{there}#{anchor}")
    page.locator("a.site-language").click()
    page.wait_for_url(f"{site.url}{back}#{anchor}")
    top = page.locator(f"[id='{anchor}']").evaluate("e => e.getBoundingClientRect().top")
    assert 0 <= top < 300


def test_the_switch_keeps_the_heading_that_was_scrolled_to(open_page, site):
    page = open_page("rnn/")
    heading = page.locator("article h2").nth(4)
    anchor = heading.get_attribute("id")
    page.wait_for_load_state("networkidle")
    for above in (600, 20):  # the theme takes the first scroll for the browser's own
        heading.evaluate("(e, y) => scrollBy(0, e.getBoundingClientRect().top - y)", above)
        page.wait_for_timeout(400)
    page.wait_for_function("id => location.hash === '#' + id", arg=anchor)
    page.locator("a.site-language").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}en/rnn/#{anchor}")


@pytest.mark.parametrize("path", ["", "rnn/"])
def test_the_switch_keeps_the_page_without_scripts(open_page, site, path):
    page = open_page(path, java_script_enabled=False)
    page.locator("a.site-language").click()
    page.wait_for_url(f"{site.url}en/{path}")
    page.locator("a.site-language").click()
    page.wait_for_url(f"{site.url}{path}")
