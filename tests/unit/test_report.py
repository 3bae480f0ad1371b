"""A report says what records, graph and journal say, and nothing twice."""

import re

import pytest
from inprocess import build, make_page
from rich.console import Console

from notebuild.errors import NotebuildError
from notebuild.journal import Span, TaskLog, make_journal
from notebuild.report import longest_chain, make_report
from notebuild.report_page import fill_report
from notebuild.report_text import print_report
from notebuild.store import Store

PARTS = ("summary", "chain", "slowest", "pages", "tasks")
SOURCES = ["import time\nstart = 1", "slow = start + 1", "quick = start + 2",
           "both = slow + quick", "alone = 3"]
SECONDS = {"slow = start + 1": 9.0, "both = slow + quick": 2.0, "alone = 3": 5.0,
           "quick = start + 2": 0.5}


@pytest.fixture
def nodes(tmp_path):
    """A page that ran, with times of our choosing, and one that shares a cell."""
    page = make_page(SOURCES, "docs/a.en.md")
    other = make_page([SOURCES[0], "own = start"], "docs/b.en.md")
    nodes = build([page, other], tmp_path).nodes
    for node in (node for page in nodes.values() for node in page):
        seconds = SECONDS.get(node.cell.source, 0.01)
        node.record = node.record.__class__(**vars(node.record) | {
            "seconds": seconds, "cpu_seconds": seconds / 2,
            "peak_bytes": 0 if seconds == 5.0 else 300_000_000})
    return nodes


def journal_of(nodes):
    """Return a journal in which one task ran two cells, and one that is gone."""
    slow, both = nodes["docs/a.en.md"][1].key, nodes["docs/a.en.md"][3].key
    return make_journal([TaskLog("here", 7, 100.0, 115.0, [
        Span("start", 100.0, 101.0), Span("load", 101.0, 101.5, slow),
        Span("run", 101.5, 110.5, slow), Span("store", 110.5, 111.0, slow),
        Span("run", 111.0, 113.0, both), Span("run", 113.0, 114.0, "gone")])], {})


def fill(report, html, locale="en"):
    return fill_report(html, lambda: report, locale=locale, path="docs/build.en.md",
                       titles=lambda: {"docs/a.en.md": "A page: with <words>"},
                       link=lambda row: f"../a/#cell-{row.number}")


def report_of(nodes, executed=(), journal=None):
    return make_report(nodes, executed, journal, {})


def test_the_longest_chain_is_by_time_not_by_cells(nodes):
    """Start, slow, both: the quick branch and the lone cell are not on it."""
    sources = {n.key: n.cell.source for page in nodes.values() for n in page}
    assert [sources[key] for key in longest_chain(nodes)] == [
        SOURCES[0], SOURCES[1], SOURCES[3]]


def test_a_cell_of_two_pages_is_counted_once(nodes):
    """On the first of them; sums are of distinct cells."""
    report = report_of(nodes)
    assert {path: len(rows) for path, rows in report.pages.items()} == {
        "docs/a.en.md": 5, "docs/b.en.md": 1}
    assert sum(row.seconds for row in report.rows) == pytest.approx(16.52)
    assert report.slowest(2)[0].code == "slow = start + 1"


def test_a_cell_that_has_not_run_is_counted_as_such(nodes):
    nodes["docs/a.en.md"][4].record = None
    report = report_of(nodes)
    assert report.ahead == 1 and len(report.rows) == 5


def test_a_task_is_told_by_what_its_time_went_to(nodes):
    """Cells that the notes no longer hold are counted, not listed."""
    (task,) = report_of(nodes, journal=journal_of(nodes)).tasks
    assert (task.began, task.seconds, task.start, task.load, task.run, task.store) == (
        0.0, 15.0, 1.0, 0.5, 12.0, 0.5)
    assert task.cells == 3 and len(task.rows) == 2 and task.peak_bytes == 300_000_000


def test_a_row_shows_what_its_cell_does(nodes):
    """Not its imports; and where it stands."""
    row = report_of(nodes).pages["docs/a.en.md"][0]
    assert (row.code, row.line, row.number) == ("start = 1", 1, 1)


@pytest.mark.parametrize("locale, now, unknown, stored", [
    ("zh", "本次构建", "未测量", "本次没有执行任何单元，6 个全部取自仓库"),
    ("en", "this build", "not measured", "all 6 cells came from the store")])
def test_the_page_says_what_ran_now_and_what_was_not_measured(
        nodes, locale, now, unknown, stored):
    """In its language; a build that executed nothing says so, and when one did."""
    slow = nodes["docs/a.en.md"][1].key
    html = fill(report_of(nodes, {slow}), "<!-- build-report: pages -->", locale)
    (row,) = re.findall(r"<tr>(?:(?!</tr>).)*slow = start(?:(?!</tr>).)*</tr>", html)
    assert now in row and 'href="../a/#cell-2"' in row and ">9.0<" in row
    assert "300 MB" in row and html.count(f"<td>{now}</td>") == 1
    assert unknown in html
    summary = fill(report_of(nodes, (), journal_of(nodes)),
                   "<!-- build-report: summary -->", locale)
    assert stored in summary and 'datetime="1970-01-01T00:01:55Z"' in summary


def test_short_cells_are_one_row_and_titles_are_escaped(nodes):
    html = fill(report_of(nodes), "<!-- build-report: pages -->")
    assert "Cells below 0.1 s: 1" in html and "start = 1" not in html
    assert "A page: 5 cells" in html and "<words>" not in html


def test_without_a_journal_the_page_says_so(nodes):
    """And shows no drawing; with one, a bar for each task."""
    part = "<!-- build-report: tasks -->"
    assert "no record of tasks" in fill(report_of(nodes), part)
    html = fill(report_of(nodes, journal=journal_of(nodes)), part)
    assert html.count("<rect") == 2 and 'role="img"' in html


def test_a_part_that_there_is_not_is_told_with_those_there_are(nodes):
    with pytest.raises(NotebuildError, match="no part ‘costs’") as caught:
        fill(report_of(nodes), "<!-- build-report: costs -->")
    assert "docs/build.en.md" in str(caught.value) and "slowest" in str(caught.value)


def test_a_page_without_a_part_asks_for_no_report():
    def fail():
        pytest.fail("it was asked for")
    assert fill_report("<p>x</p>", fail, locale="en", path="", titles=fail,
                       link=str) == "<p>x</p>"


@pytest.mark.parametrize("terminal", [True, False])
def test_the_terminal_shows_the_same_and_a_pipe_plain_text(nodes, terminal, tmp_path):
    """No number is cut; piped there is no colour and no rule."""
    console = Console(width=120, force_terminal=terminal, record=True,
                      file=open(tmp_path / "out", "w+", encoding="utf-8"))
    print_report(report_of(nodes, (), journal_of(nodes)), console)
    console.file.close()
    text = (tmp_path / "out").read_text("utf-8")
    for words in ("docs/a.en.md:6", "9.0", "300 MB", "not measured", "11.0 s, 3 cells",
                  "1 below 0.1 s", "Tasks of the last build"):
        assert words in text, words
    assert ("\x1b" in text) is ("─" in text) is terminal
