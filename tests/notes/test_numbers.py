"""Numbers in the prose come from the run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from notebuild.labs import read_lab
from notebuild.prose import read_prose

ROOT = Path(__file__).parents[2]
PAGES = {file.name: file.read_text("utf-8") for file in sorted((ROOT / "docs").glob("**/*.md"))}
for file in sorted((ROOT / "examples").glob("*.py")):
    for locale, text in read_lab(file.read_text("utf-8"), file.name, ("zh", "en")).items():
        PAGES[f"{file.name}#{locale}"] = text

# Columns of figures that others have published; the text names where.
SOURCED = re.compile(r"2020|book|书|published|已发表")
DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.])")
# Versions are no measurements: "Python 3.11 to 3.13".
VERSION = re.compile(r"(Python|CC BY) \d\.\d+( (to|到|-|–) \d\.\d+)?")
FORMULA = re.compile(r"(?<!\\)\$\$?.+?(?<!\\)\$\$?", re.DOTALL)
TARGET = re.compile(r"\]\([^)]*\)")


def decimals(text: str, path: str) -> list[str]:
    """Return the decimal numbers of a page's prose, each with its line."""
    prose = "\n".join(read_prose(text, path))
    for pattern in (FORMULA, TARGET, VERSION):
        prose = pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), prose)
    found, header = [], None
    for number, row in enumerate(prose.splitlines(), 1):
        cells = row.strip().strip("|").split("|") if row.lstrip().startswith("|") else None
        if cells is None:
            header = None
            parts = [row]
        else:
            header = header or cells
            parts = [cell for cell, title in zip(cells, header)
                     if not SOURCED.search(title)]
        found += [f"{path}:{number}: {match[0]}" for part in parts
                  for match in DECIMAL.finditer(part)]
    return found


@pytest.mark.parametrize("page", PAGES)
def test_no_decimal_number_is_typed_into_the_prose(page):
    """Outside code, formulas, inline values and sourced columns there is none."""
    assert decimals(PAGES[page], page) == []


def test_a_typed_number_would_be_found():
    """The look-out sees sentences and columns, and spares what it must."""
    text = ("Reached 0.883 here.\n\n| model | ours | 2020 notes |\n| --- | --- | --- |\n"
            "| LSTM | 0.883 | 0.890 |\n\nIt is `0.5`, $0.5$, `{python} x`, "
            "Python 3.11 to 3.13, [this](https://a.b/1.5).\n\n"
            "$$\n0.95\n$$\n\n```python\nx = 1.5\n```\n")
    assert decimals(text, "p.en.md") == ["p.en.md:1: 0.883", "p.en.md:5: 0.883"]
