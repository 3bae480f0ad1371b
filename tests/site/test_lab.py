"""A lab in a small site: one script, a page in each language, one run."""

from __future__ import annotations

import ast
import re

import nbformat
import pytest

pytestmark = pytest.mark.site
LAB = "../examples/lab.py"


def text(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


def test_each_language_shows_its_own_prose_and_the_same_run(built):
    _, done = built
    assert done.status == 0, done.log
    chinese, english = done.page("labs/lab"), done.page("en/labs/lab")
    assert "加起来是多少" in chinese and "What is the sum" not in chinese
    assert "What is the sum" in english and "加起来" not in english
    for html in (chinese, english):
        assert html.count("total 6") == 1
        assert html.count("TERMS") == 2  # where it is bound and where it is read
        assert "sys.argv" not in html  # code for the script only
        assert 'class="nb-inline">6<' in html
    assert 'aria-label="部分和上升"' in chinese
    assert 'aria-label="Partial sums rise"' in english


def test_the_page_is_one_of_the_site(built):
    """Contents, formulas, claims, links and the record are as on other pages."""
    _, done = built
    html = done.page("labs/lab")
    assert re.search(r'href="#sum"[^>]*>\s*<span class="md-ellipsis">\s*<span[^>]*>\s*求和', html) \
        or re.search(r'href="#sum"[^>]*>\s*<span class="md-ellipsis">\s*求和', html)
    assert "<math" in html
    claim = html[html.index('<details class="claim">'):]
    assert "assert" in text(claim[:claim.index("</details>")])
    assert 'href="../../study/#study"' in html
    assert "运行记录" in html
    assert '<div class="language-python highlight"><pre><code>' in html
    assert '<meta content="加起来是多少？" name="description"/>' in html
    assert "<title>小实验" in html


def test_nothing_of_jupyter_is_left(built):
    """No prompt, no style sheet or script of its own, and a light page."""
    _, done = built
    html = done.page("en/labs/lab")
    for mark in ("In [", "jp-", "jupyter", "mathjax", "clipboard-copy", "<style"):
        assert mark not in html
    assert len(html.encode()) < 100_000
    index = (done.site / "en" / "search" / "search_index.json").read_text("utf-8")
    assert "labs/lab/#sum" in index and "In [" not in index


def test_script_and_executed_notebook_can_be_taken_home(built):
    project, done = built
    chinese, english = "加起来", "What is the sum"
    for home, words, others in (("", chinese, english), ("en/", english, chinese)):
        folder = done.site / home / "labs" / "lab"
        script = (folder / "lab.py").read_text("utf-8")
        original = (project.root / "examples" / "lab.py").read_text("utf-8")
        assert ast.dump(ast.parse(script)) == ast.dump(ast.parse(original))
        assert words in script and others not in script and "`{python}" not in script
        notebook = nbformat.read(folder / "lab.ipynb", as_version=4)
        nbformat.validate(notebook)
        prose = "".join(c.source for c in notebook.cells if c.cell_type == "markdown")
        assert words in prose and "6" in prose and others not in prose
        assert "sys.argv" not in prose
        printed = [o.text for c in notebook.cells if c.cell_type == "code"
                   for o in c.outputs if o.output_type == "stream"]
        assert printed == ["total 6\n"]


def test_a_page_quotes_a_value_of_the_lab(built):
    _, done = built
    assert "量得 7。" in text(done.page("study"))
    assert "finds 7." in text(done.page("en/study"))


def test_the_switch_knows_the_lab(built):
    _, done = built
    assert 'href="../../en/labs/lab/"' in done.page("labs/lab")


def test_an_edited_lab_runs_what_has_changed(copy):
    copy.edit(LAB, "_ = plt.plot(sums)", '_ = plt.plot(sums, "o")')
    done = copy.build()
    assert done.status == 0, done.log
    assert done.executed == 1 + 3  # what reads `total` runs after it
    copy.edit(LAB, "# What is the sum?", "# And what is the sum?")
    assert copy.build().executed == 0


def test_a_chapter_taken_home_has_the_labs_new_value(copy):
    """Its notebook is kept from build to build, but only while what it quotes is the same."""
    def prose() -> str:
        return (copy.root / "site" / "en" / "study" / "study.ipynb").read_text("utf-8")

    cell = "```python\nprint(1)\n```\n\n"
    copy.edit("study.zh.md", "[实验]", f"{cell}[实验]")
    copy.edit("study.en.md", "The [lab]", f"{cell}The [lab]")
    assert copy.build().status == 0
    assert "finds 7." in prose()
    copy.edit(LAB, "TERMS = 4", "TERMS = 5")
    done = copy.build()
    assert "finds 11." in text(done.page("en/study")), done.log
    assert "finds 11." in prose()


@pytest.mark.parametrize("old, new, says", [
    ("total > 5", "total > 50", "examples/lab.py:48: this is no longer true"),
    ("TERMS + 1", "TERMZ", "examples/lab.py:36: name ‘TERMZ’ is not defined"),
    ('lang="en"\n# The total', 'lang="fr"\n# The total',
     "examples/lab.py:41: this prose does not stand in all languages"),
    ("{ #sum }\n#\n# Partial", "{ #total }\n#\n# Partial",
     "examples/lab.py:22: this heading differs from examples/lab.py:28"),
])
def test_a_failure_names_the_line_of_the_script(copy, old, new, says):
    before = copy.root.joinpath("site/labs/lab/index.html").read_bytes()
    copy.edit(LAB, old, new)
    done = copy.build()
    assert done.status != 0
    assert says in done.log, done.log
    assert copy.root.joinpath("site/labs/lab/index.html").read_bytes() == before


def test_a_value_of_a_lab_that_does_not_exist_is_told(copy):
    for locale in ("zh", "en"):
        copy.edit(f"study.{locale}.md", "{python lab}", "{python lap}")
    done = copy.build()
    assert done.status != 0
    assert "docs/study.zh.md:3: there is no lab ‘lap’" in done.log
