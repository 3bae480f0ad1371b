"""A small bilingual site from end to end, through MkDocs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

pytestmark = pytest.mark.site


def outputs(html: str) -> list[str]:
    """Return the texts that cells of a page printed, values included."""
    return re.findall(r'(?:<pre tabindex="0"><code>|nb-inline">)(.*?)</', html, re.S)


def test_both_languages_show_the_outputs_of_one_run(built):
    """A strict build ends well; each cell runs once; both pages show it."""
    _, done = built
    assert done.status == 0, done.log
    # Here three blocks and a value; in the lab three, a value and one cited.
    assert done.executed == 9
    chinese, english = done.page(""), done.page("en")
    assert outputs(chinese) == outputs(english)
    assert "data [1, 4, 9]" in outputs(chinese)[0]
    assert outputs(chinese)[-1] == "18"


def test_each_page_speaks_its_own_language(built):
    """The figure's text alternative, the stamp and the title are translated."""
    _, done = built
    chinese, english = done.page(""), done.page("en")
    assert 'aria-label="一条上升的折线"' in chinese
    assert 'aria-label="A rising line"' in english
    assert 'lang="zh-CN"' in chinese and 'lang="en"' in english
    assert "运行记录" in chinese and "Record of the run" in english


def test_options_and_marks_do_not_reach_the_reader(built):
    """No option comment, no inline syntax and no mark is left in the pages."""
    _, done = built
    for html in (done.page(""), done.page("en")):
        assert "cell: alt" not in html
        assert "{python}" not in html
        assert not re.search("[\ue000\ue001]", html)


def test_a_second_build_executes_nothing(copy):
    """With a full store no cell runs, and the pages are the same."""
    before = (copy.root / "site" / "index.html").read_bytes()
    done = copy.build()
    assert done.status == 0, done.log
    assert done.executed == 0
    strip = re.compile(rb"Build Date.*")
    assert strip.sub(b"", before) == strip.sub(
        b"", (copy.root / "site" / "index.html").read_bytes())


@pytest.mark.parametrize("old, new", [
    ("先有数据。", "先要有数据。"),
    ("# 平方", "# 三个平方数"),
    ("data = [1, 4, 9]  # 平方", "data = [1,4,\n        9]"),
])
def test_an_edited_sentence_comment_or_layout_executes_nothing(copy, old, new):
    """Prose, comments and layout are not code."""
    copy.edit("index.zh.md", old, new)
    done = copy.build()
    assert done.status == 0, done.log
    assert done.executed == 0


def test_an_edited_plot_runs_that_cell_only(copy):
    """A plot is drawn again from stored values."""
    copy.edit_both('plt.title("trained")', 'plt.title("again")')
    done = copy.build()
    assert done.status == 0, done.log
    assert done.executed == 1
    assert "again" in done.page("en")


def test_an_edited_cell_runs_with_what_depends_on_it(copy):
    """The data stay; training, plot and value are new."""
    copy.edit_both("rate = 2", "rate = 3")
    done = copy.build()
    assert done.status == 0, done.log
    assert done.executed == 3
    assert outputs(done.page(""))[-1] == "27"


def test_code_that_differs_between_languages_fails_with_both_places(copy):
    """The failure names file and line of each; the old site stays."""
    copy.edit("index.en.md", "rate = 2", "rate = 5")
    before = (copy.root / "site" / "index.html").read_bytes()
    done = copy.build()
    assert done.status != 0
    assert "docs/index.zh.md:13" in done.log
    assert "docs/index.en.md:12" in done.log
    assert (copy.root / "site" / "index.html").read_bytes() == before


def test_a_cell_that_raises_fails_the_build_and_publishes_nothing(copy):
    """Message with page, line and source; status; site and store as before."""
    copy.edit_both("rate = 2", "rate = 1 / 0")
    before = (copy.root / "site" / "index.html").read_bytes()
    done = copy.build()
    assert done.status != 0
    assert "docs/index.zh.md:13: ZeroDivisionError: division by zero" in done.log
    assert "13 | rate = 1 / 0" in done.log
    assert "\x1b" not in done.log
    assert (copy.root / "site" / "index.html").read_bytes() == before
    copy.edit_both("rate = 1 / 0", "rate = 2")
    assert copy.build().executed == 0


def test_a_page_without_its_alternate_fails(copy):
    """The missing file is named, and what to write."""
    copy.write("lonely.zh.md", "# 独页 { #lonely }\n")
    done = copy.build()
    assert done.status != 0
    assert "docs/lonely.zh.md: has no alternate in ‘en’" in done.log
    assert "write docs/lonely.en.md" in done.log


def test_a_figure_without_a_text_alternative_fails(copy):
    """Nothing is published that a blind reader could not read."""
    copy.edit("index.en.md", '<!-- cell: alt="A rising line" -->\n', "")
    done = copy.build()
    assert done.status != 0
    assert "without a text alternative" in done.log
    assert "docs/index.en.md" in done.log


def test_what_an_output_contains_is_never_executed(project):
    """A script in a printed text or an HTML value reaches nobody as a script."""
    for locale in ("zh", "en"):
        project.write(f"index.{locale}.md", '''\
# x { #x }

```python
class Page:
    def _repr_html_(self):
        return "<b>bold</b><script>steal()</script>"


print("<script>steal()</script>")
Page()
```
''')
    done = project.build()
    assert done.status == 0, done.log
    assert "<script>steal" not in done.page("")
    assert "<b>bold</b>" in done.page("")


def test_a_claim_that_is_no_longer_true_stops_the_build_with_its_sentence(copy):
    """A changed setting breaks a claim: sentence, values and line are told."""
    for locale, sentence in (("zh", "结果不到二十。"), ("en", "It stays below twenty.")):
        file = copy.root / "docs" / f"index.{locale}.md"
        text = file.read_text("utf-8")
        file.write_text(
            f"{text}\n{sentence}\n\n```python\nassert max(trained) < 20\n```\n", "utf-8")
    done = copy.build()
    assert done.status == 0, done.log
    assert '<details class="claim">' in done.page("")
    assert "checked in this build" in done.page("en")
    before = (copy.root / "site" / "index.html").read_bytes()
    copy.edit_both("rate = 2", "rate = 3")
    done = copy.build()
    assert done.status != 0
    assert "this is no longer true: 结果不到二十。" in done.log
    assert "max(trained) = 27" in done.log
    assert "docs/index.zh.md:33" in done.log
    assert (copy.root / "site" / "index.html").read_bytes() == before


def run(project, *arguments, **environ):
    """Run a command of notebuild in a project; return its status and words."""
    done = subprocess.run(
        [sys.executable, "-m", "notebuild", *arguments], cwd=project.root, text=True,
        env={k: v for k, v in os.environ.items() if k != "NOTEBUILD_CACHE"} | environ,
        capture_output=True, timeout=100)
    return done.returncode, done.stdout + done.stderr


def test_only_what_no_cell_refers_to_is_cleaned(copy):
    """An older plot goes, and nothing that the present pages need."""
    copy.edit_both('plt.title("trained")', 'plt.title("again")')
    status, words = run(copy, "clean", "--unused")
    assert status == 1 and "docs/index.zh.md" in words and "build first" in words
    assert copy.build().executed == 1
    entries = {*copy.root.glob(".notebuild/store-1/*/*")}
    status, words = run(copy, "clean", "--unused")
    assert status == 0 and ": the stored results, 1, that no cell refers to" in words
    assert len(entries - {*copy.root.glob(".notebuild/store-1/*/*")}) == 1
    assert copy.build().executed == 0


def test_a_store_above_its_limit_forgets_what_this_build_does_not_use(copy):
    """In one line; a limit that is none is told before anything runs."""
    assert run(copy, "run", NOTEBUILD_STORE_LIMIT="lots") == (
        1, "NOTEBUILD_STORE_LIMIT is ‘lots’\n  → give a size such as 4GB, 500MB or "
        "1.5GiB, or none for no limit\n")
    copy.edit_both('plt.title("trained")', 'plt.title("again")')
    status, words = run(copy, "run", NOTEBUILD_STORE_LIMIT="1kB")
    assert status == 0 and "removed 1 of 10 entries" in words, words
    assert copy.build().executed == 0


def test_the_build_report_links_cells_and_a_trace_is_written(built):
    """Each link of the page leads to a mark that stands on the page it names."""
    project, done = built
    html = done.page("en/report")
    assert "cells in this build" in html and "<rect" in html
    links = re.findall(r'href="?(\.\./[\w./-]*)#(cell-\d+)', html)
    assert {page for page, _ in links} == {"../", "../labs/lab/"}
    for page, mark in links:
        assert re.search(rf'id="?{mark}\b', done.page(f"en/report/{page}")), (page, mark)
    file = project.root / "trace.json"
    status, words = run(project, "report", "--trace", str(file))
    assert status == 0 and f"tasks written to {file}" in words
    events = json.loads(file.read_text("utf-8"))["traceEvents"]
    assert {"docs/index.zh.md:5", "examples/lab.py:13"} < {
        e["name"] for e in events if e.get("cat") == "cell"}
    status, words = run(project, "report")
    assert status == 0 and "docs/index.zh.md" in words


def test_a_build_that_executes_nothing_leaves_the_journal_alone(copy):
    """The report says so, and still tells of the last build that did."""
    before = (copy.root / ".notebuild" / "journal.json").read_bytes()
    done = copy.build()
    assert (copy.root / ".notebuild" / "journal.json").read_bytes() == before
    html = done.page("en/report")
    assert "nothing in this build: all 9 cells came from the store" in html
    assert "the last execution ended on" in html and "<rect" in html


def test_a_trace_of_what_never_ran_is_refused(project):
    status, words = run(project, "report", "--trace", "trace.json")
    assert status == 1 and "no build has written a journal" in words
