"""The notes that every tool builds: the chapter with less to train.

The chapter itself trains for minutes, and most tools would do that again for
each edit in each language. Here it sees fewer reviews for fewer epochs, by the
same replacements for all tools. Its claims speak of full runs and are left out;
so is what leads to pages that are not built.
"""

from __future__ import annotations

import ast
import re

import jupytext
import nbformat

from notebuild.extract import find_blocks

LOCALES = ("zh", "en")
WHOLE = 25_000  # reviews in the data

_OPTION = re.compile(r"\s*<!--\s*cell\b.*-->\s*$")
_MARK = re.compile(r"^\s*<!--\s*(cell|figure|glossary)\b.*-->\s*\n", re.MULTILINE)
_ADMONITION = re.compile(r'^(?:\?\?\?\+?|!!!) [\w -]+(?:"(?P<title>.*)")?\s*$')
_LINK = re.compile(r"\[([^\]]+)\]\((?:glossary\.md|labs/)[^)]*\)")
_OF_A_LAB = re.compile(r"`\{python \w+\}[^`]*`")
_INLINE = re.compile(r"(?<!`)`\{python\} ([^`]*)`(?!`)")

# What an author changes: scenario → the text to find, what takes its place.
EDITS = {
    "sentence": (r"(\{ #conclusions \}\n\n.*)", r"\1 Benchmark, benchmark."),
    "plot": (r"capsize=5\b", "capsize=6"),
    "model": (r"layers\.GRU\(32\)", "layers.GRU(24)"),
}


def shorten(text: str, reviews: int, epochs: int) -> str:
    """Return the chapter with less to train.

    Args:
        text: The chapter's Markdown.
        reviews: How many reviews it sees; a fifth of them validates.
        epochs: How often it sees them.

    Raises:
        ValueError: The chapter has not what is to be replaced.
    """
    constants = {
        r'\[data\["source"\] == "imdb"\]': rf"\g<0>.iloc[::{WHOLE // reviews}]",
        r"\bepochs = 10\b": f"epochs = {epochs}",
        r"\b20_000\b": f"{reviews * 4 // 5:_}",
        r"\b5_000\b": f"{reviews // 5:_}",
        r"\b779\b": f"{reviews // 2:_}",  # one review that is shown
    }
    found = dict.fromkeys(constants, 0)
    rows = text.splitlines()
    for block in reversed(find_blocks(text, "the chapter")):
        if block.syntax != "python":
            continue
        start = block.lineno - 1
        end = start + block.code.count("\n") + 2
        if all(isinstance(node, ast.Assert) for node in ast.parse(block.code).body):
            del rows[start - bool(_OPTION.match(rows[start - 1])):end]
            continue
        code = "\n".join(rows[start:end])
        for old, new in constants.items():
            code, count = re.subn(old, new, code)
            found[old] += count
        rows[start:end] = code.split("\n")
    if not all(found.values()):
        missing = ", ".join(old for old, count in found.items() if not count)
        raise ValueError(f"the chapter has nothing to replace for {missing}")
    return _LINK.sub(r"\1", _OF_A_LAB.sub("…", "\n".join(_flatten(rows)) + "\n"))


def _flatten(rows: list[str]) -> list[str]:
    """Return rows without admonitions, whose contents stand by themselves.

    A converter to notebooks takes an indented fence for text and would leave
    its cell out.
    """
    found, inside = [], False
    for row in rows:
        if match := _ADMONITION.match(row):
            inside = True
            found.append(f"**{match['title']}**" if match["title"] else "")
        elif inside and row.startswith("    "):
            found.append(row[4:])
        else:
            inside = inside and not row.strip()
            found.append(row)
    return found if found == rows else _flatten(found)


def edit(text: str, scenario: str) -> str:
    """Return a page after an author's edit; a scenario without one changes nothing.

    Raises:
        ValueError: What is to be edited is not there, or not only once.
    """
    if scenario not in EDITS:
        return text
    text, count = re.subn(*EDITS[scenario], text)
    if count != 1:
        raise ValueError(f"{count} places for the edit ‘{scenario}’ instead of one")
    return text


def plain(text: str) -> str:
    """Return a page without what only notebuild knows.

    Values in sentences are left as code and figures left out; other tools have
    that much less to do.
    """
    return _MARK.sub("", _INLINE.sub(r"`\1`", text))


def as_notebook(text: str) -> str:
    """Return a page as a notebook that was not executed."""
    notebook = jupytext.reads(plain(text), "md")
    notebook.metadata["kernelspec"] = {
        "name": "python3", "display_name": "Python 3", "language": "python"}
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"  # not by chance: an edit changes one cell
    return nbformat.writes(notebook)


def as_fences(text: str, session: str) -> str:
    """Return a page whose fences markdown-exec executes, in one session."""
    return re.sub(
        r"^```python$", f'```python exec="on" source="above" result="text" '
        f'session="{session}"', plain(text), flags=re.MULTILINE)
