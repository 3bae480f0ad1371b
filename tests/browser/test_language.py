"""Each page says which language its parts are in, and the switch keeps the reader's place."""

import re

import pytest
from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import PreformattedString

pytestmark = pytest.mark.browser
LANGUAGES = {"zh": "zh-CN", "en": "en"}
HAN = re.compile(r"[\u4e00-\u9fff]")
# Four English words in a row are no longer a term that Chinese has taken in.
ENGLISH = re.compile(r"(?:\b[A-Za-z][a-z']+[ ,]+){3}[A-Za-z]")
CODE = ("script", "style", "pre", "code", "svg", "math", "table")
NAMES = ("title", "aria-label", "alt", "placeholder", "data-more", "data-less")


def language(node: Tag) -> str:
    """Return the language that a browser takes an element to be in."""
    return next(tag["lang"] for tag in [node, *node.parents] if tag.get("lang"))


def words(soup: BeautifulSoup) -> list[tuple[str, str]]:
    """Return all that is read out, texts and names, each with its language."""
    found = [(language(text.parent), str(text)) for text in soup.find_all(string=True)
             if type(text) is NavigableString and not isinstance(text, PreformattedString)
             and text.find_parent(CODE) is None]
    found += [(language(tag), tag[name]) for tag in soup.find_all(True) for name in NAMES
              if tag.get(name)]
    return found + [(language(tag), tag["content"])
                    for tag in soup.find_all("meta", attrs={"name": "description"})]


def test_every_part_of_every_page_is_in_the_language_that_it_says(site):
    seen = set()
    for path in [*site.pages(), "404.html"]:
        file = site.folder / path / ("" if path.endswith(".html") else "index.html")
        soup = BeautifulSoup(file.read_text("utf-8"), "html.parser")
        assert soup.html["lang"] == LANGUAGES["en" if path.startswith("en/") else "zh"], path
        for spoken, text in words(soup):
            assert spoken.startswith("zh") or not HAN.search(text), (path, text)
            assert spoken == "en" or HAN.search(text) or not ENGLISH.search(text), (path, text)
            seen.add((soup.html["lang"], spoken[:2]))
        for link in soup.select("a.site-language"):
            assert link["lang"] == link["hreflang"] != soup.html["lang"][:2], path
    assert seen >= {("zh-CN", "zh"), ("zh-CN", "en"), ("en", "en"), ("en", "zh")}

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
