"""An author's browser beside the editor: it follows `mkdocs serve` by itself.

The reader's place is the heading being read: it must not move on the screen,
whatever comes or goes above it.
"""

import pytest
from playwright.sync_api import Error, expect
from served import servers
from small_site import CHAPTER, Project

pytestmark = pytest.mark.browser

serve = pytest.fixture(servers)
END = "document.querySelector('#end').getBoundingClientRect().top"
WAIT = 40_000  # milliseconds
SLOW = "import time\ntime.sleep({})\nrate = 2\n"


@pytest.fixture
def project(tmp_path) -> Project:
    """A chapter that is several screens long, its last heading in their middle."""
    project = Project(tmp_path)
    for locale in CHAPTER:
        project.edit(f"index.{locale}.md", "## ", "Line.\n\n" * 40 + "## ")
        with open(tmp_path / "docs" / f"index.{locale}.md", "a", encoding="utf-8") as file:
            file.write("\nLine.\n" * 60)
    return project


@pytest.fixture
def author(browser, serve, project):
    """Open a page of the served site, and read its last heading."""
    contexts = []

    def author(path="", ready=True):
        server = serve(project)
        server.wait(lambda: (page := server.page(path)) and (
            not ready or "nb-waiting" not in page))
        context = browser.new_context(viewport={"width": 1000, "height": 800})
        context.set_default_timeout(WAIT)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.port}/{path}")
        page.evaluate(f"scrollTo({{top: scrollY + {END} - 300, behavior: 'instant'}})")
        assert place(page) == pytest.approx(300, abs=2)
        return page

    yield author
    for context in contexts:
        context.close()


def place(page) -> float:
    """Return where the heading being read stands on the screen, once that is still."""
    last = None
    for _ in range(40):
        page.wait_for_timeout(500)
        try:
            now = page.evaluate(f"document.readyState === 'complete' ? {END} : null")
        except Error:
            now = None  # it is being reloaded
        if now is not None and now == last:
            return now
        last = now
    pytest.fail("the page does not come to rest")


def test_an_edit_is_shown_where_the_author_reads(author, project):
    page = author("en/")
    project.edit("index.en.md", "{ #chapter }\n", "{ #chapter }\n\nBefore it.\n")
    expect(page.get_by_text("Before it.")).to_be_visible(timeout=WAIT)
    assert place(page) == pytest.approx(300, abs=2)


def test_an_output_appears_in_its_place_and_nothing_moves(author, project):
    project.edit_both("rate = 2\n", SLOW.format(12))
    page = author(ready=False)
    page.evaluate("window.here = true")  # until it is reloaded
    assert page.locator("[data-waiting]").count() > 1
    page.wait_for_function("() => !document.querySelector('[data-waiting]')")
    # Without a reload, the figure above included.
    assert page.evaluate("window.here") and page.locator("svg[role=img]").count() == 1
    assert page.evaluate(END) == pytest.approx(300, abs=2)
    page.wait_for_function("() => !window.here")  # the site is built once more
    assert page.locator("svg[role=img]").count() == 1
    assert place(page) == pytest.approx(300, abs=2)


def test_an_error_is_shown_at_its_place_and_mending_it_mends_the_page(author, project):
    page = author()
    cell = page.locator("#cell-2 ~ .nb-outputs").first
    project.edit_both('print("trained")', 'print("trained" + 1)')
    expect(cell).to_contain_text("TypeError", timeout=WAIT)
    assert place(page) == pytest.approx(300, abs=2)
    project.edit_both('print("trained" + 1)', 'print("trained again")')
    expect(cell).to_contain_text("trained again", timeout=WAIT)
    expect(page.locator(".nb-error, [data-waiting]")).to_have_count(0, timeout=WAIT)
    assert place(page) == pytest.approx(300, abs=2)
    # A page that cannot be run has no such place: it says so in sight.
    project.edit_both('print("trained again")', 'print("trained again"')
    problem = page.locator("#out-problem")
    expect(problem).to_contain_text("was never closed", timeout=WAIT)
    place(page)
    assert 0 <= problem.bounding_box()["y"] < 200
    project.edit_both('print("trained again"', 'print("trained again")')
    expect(problem).to_have_count(0, timeout=WAIT)
    assert place(page) == pytest.approx(300, abs=2)
