"""`mkdocs serve` shows the site at once, and what it executes as it is done."""

import json
import re

import pytest

pytestmark = pytest.mark.site

SLOW = 'import time\ntime.sleep({})\nrate = {}\n'


def slow(project, seconds, rate=2):
    project.edit_both("rate = 2\n", SLOW.format(seconds, rate))


def test_a_cold_site_is_there_before_its_outputs(project, serve):
    """The page says what runs; its output comes without a new build, then with one."""
    slow(project, 12)
    server = serve(project)
    html = server.wait(server.page)
    assert "nb-waiting" in html and "训练" in html and "live.js" in html
    waiting = re.findall(r"data-waiting=\"?(\d+)", html)
    path = re.search(r"data-page=\"?([^\s\">]+)", html)[1]

    def state():
        return json.loads(server.get(
            f"_notebuild/state?page={path}&cells={','.join(waiting)}") or "{}")

    server.wait(lambda: any("正在运行" in cell.get("text", "") for cell in state().values()))
    server.wait(lambda: any("html" in cell for cell in state().values()))
    # What had finished before the slow cell is there while that runs.
    assert any("text" in cell for cell in state().values())
    server.wait(lambda: "html" in state().get(waiting[-1], {}))
    html = server.wait(lambda: page if "nb-waiting" not in (page := server.page()) else "")
    assert "trained" in html
    assert "nb-waiting" not in server.page("en/")
    assert "nb-waiting" not in server.page("labs/lab/")


def test_a_failed_cell_is_shown_at_its_place_until_it_is_mended(copy, serve):
    server = serve(copy)
    server.wait(lambda: "trained" in server.page())
    copy.edit_both('print("trained")', 'print("trained" + 1)')
    server.wait(lambda: "TypeError" in server.page() and "TypeError" in server.page("en/"))
    assert re.search(r"index\.zh\.md:\d+: TypeError", server.text())
    copy.edit_both('print("trained" + 1)', 'print("trained again")')
    server.wait(lambda: "trained again" in server.page() and "TypeError" not in server.page())


def test_a_page_that_cannot_be_read_is_shown_from_a_cold_start(project, serve):
    project.edit("index.zh.md", "{ #end }", "{ #other }")
    server = serve(project)
    server.wait(lambda: "index.zh.md:" in server.page())
    project.edit("index.zh.md", "{ #other }", "{ #end }")
    server.wait(lambda: "trained" in server.page() and "nb-waiting" not in server.page())


def test_a_slow_cell_that_is_edited_is_stopped_and_the_end_is_quick(copy, serve):
    server = serve(copy)
    server.wait(lambda: "trained" in server.page())
    slow(copy, 600)
    server.wait(lambda: "nb-waiting" in server.page())
    copy.edit_both("time.sleep(600)\n", "time.sleep(0)\n")
    server.wait(lambda: "nb-waiting" not in server.page() and "trained" in server.page())
    copy.edit_both("time.sleep(0)\n", "time.sleep(601)\n")
    server.wait(lambda: "nb-waiting" in server.page())
    assert server.end() < 10
    assert not [*(copy.root / ".notebuild").glob("staging-*")]
