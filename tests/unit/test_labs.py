"""A lab's script becomes a page in each language, row for row."""

from pathlib import Path

import jupytext
import pytest

from notebuild.errors import NotebuildError
from notebuild.extract import extract_cells
from notebuild.labs import read_lab

ROOT = Path(__file__).parents[2]
LABS = sorted((ROOT / "examples").glob("*.py"))
LOCALES = ("zh", "en")

LAB = """\
# %% [markdown] lang="zh"
# # 小实验 { #lab }
#
# 先有数据。

# %% [markdown] lang="en"
# # A small lab { #lab }
#
# First some data.

# %%
n = 3  # rows

# %% active="py"
import argparse

n = argparse.ArgumentParser()

# %% [markdown] lang="zh"
# 再画。
# <!-- cell: alt="一条线" -->

# %% [markdown] lang="en"
# Then a plot.
# <!-- cell: alt="A line" timeout=9 -->

# %%
def plot(n):
    return n


plot(n)
"""


def test_each_language_has_its_prose_and_all_code():
    pages = read_lab(LAB, "examples/lab.py", LOCALES)
    assert "先有数据。" in pages["zh"] and "First" not in pages["zh"]
    assert "First some data." in pages["en"] and "先" not in pages["en"]
    cells = {locale: extract_cells(text, "lab.py") for locale, text in pages.items()}
    for found in cells.values():
        assert [cell.source.strip() for cell in found] == [
            "n = 3  # rows", "def plot(n):\n    return n\n\n\nplot(n)"]
    assert cells["zh"][1].options.alt == "一条线"
    assert cells["en"][1].options.timeout == 9


def test_code_for_the_script_only_is_no_cell():
    assert "argparse" not in read_lab(LAB, "lab.py", LOCALES)["en"]


def test_lines_are_those_of_the_script():
    rows = LAB.splitlines()
    for text in read_lab(LAB, "lab.py", LOCALES).values():
        for cell in extract_cells(text, "lab.py"):
            for number, row in enumerate(cell.source.splitlines(), 1):
                assert rows[cell.source_line(number) - 1] == row
        for number, row in enumerate(text.splitlines(), 1):
            if row.strip() and not row.startswith(("```", "<!--")):
                assert rows[number - 1].removeprefix("# ") == row


@pytest.mark.parametrize("old, new, line, what", [
    ('# %% [markdown] lang="en"\n# # A small', "# %%\n# # A small", 1,
     "does not stand in all languages"),
    ('lang="zh"\n# 再画', 'lang="en"\n# 再画', 19, "does not stand in all languages"),
    ("# 先有", "先有", 4, "a row of prose is not a comment"),
    ("# %%\nn = 3", "# %% title\nn = 3", 11, "this cell's kind is not known"),
    ('lang="zh"\n# # 小', 'lang="zh" id=1\n# # 小', 1, "this cell's kind is not known"),
    ("data.\n\n# %%\n", "data.\n# %%\n", 10, "without an empty row above it"),
    ('# %% [markdown] lang="zh"\n# # 小', 'import os\n\n# %% [markdown] lang="zh"\n# # 小',
     1, "stands before the first cell"),
])
def test_what_cannot_be_read_is_told_with_its_line(old, new, line, what):
    assert old in LAB
    with pytest.raises(NotebuildError) as caught:
        read_lab(LAB.replace(old, new, 1), "examples/lab.py", LOCALES)
    first = getattr(caught.value, "failures", [caught.value])[0]
    assert what in first.what and first.line == line
    assert first.path == "examples/lab.py" and first.hint


@pytest.mark.parametrize("file", LABS, ids=lambda file: file.stem)
def test_jupyter_sees_the_same_cells(file):
    """What jupytext makes of a lab is what the page is made of."""
    text = file.read_text("utf-8")
    notebook = jupytext.reads(text, fmt="py:percent")
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    for locale, page in read_lab(text, file.name, LOCALES).items():
        cells = extract_cells(page, file.name)
        assert [c.source.strip("\n") for c in cells if not c.inline] == code
        prose = [cell.source for cell in notebook.cells
                 if cell.cell_type == "markdown" and cell.metadata["lang"] == locale]
        rows = [row for cell in prose for row in cell.splitlines() if row.strip()]
        fenced = {n for c in cells if not c.inline for n in range(
            c.line, c.line + c.source.count("\n") + 2)}
        assert sorted(rows) == sorted(
            row for number, row in enumerate(page.splitlines(), 1)
            if row.strip() and number not in fenced)
