"""Languages: which pages belong together, and whether they agree.

`page.zh.md` and `page.en.md` stand side by side. Their prose differs; their
cells, inline values and headings' anchors must not, since both languages
publish one run and a link must survive a change of language.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from pathlib import Path

from .errors import AlternateError, Failures, NotebuildError
from .extract import find_blocks
from .model import Cell, Page
from .names import normal_form

SUFFIX = re.compile(r"^(?P<stem>.+)\.(?P<locale>[a-z]{2}(-[A-Za-z]+)?)\.md$")
_HEADING = re.compile(r"^(?P<marks>#{1,6})\s+(?P<text>.*?)\s*(\{(?P<attributes>[^}]*)\})?\s*$")


def split_locale(path: str) -> tuple[str, str | None]:
    """Return a page's path without its language, and the language."""
    match = SUFFIX.match(path)
    return (match["stem"], match["locale"]) if match else (path, None)


def check_alternates(pages: list[Page], texts: dict[str, str],
                     locales: tuple[str, ...] = ("zh", "en")) -> None:
    """Compare each page with its alternates; the first language leads.

    Args:
        pages: All pages.
        texts: Path → the page's Markdown.
        locales: The languages that every page must have.

    Raises:
        AlternateError, Failures: They differ; both files and lines are named.
    """
    groups: dict[str, dict[str, Page]] = {}
    failures: list[NotebuildError] = []
    for page in pages:
        stem, locale = split_locale(page.path)
        if locale not in locales:
            failures.append(AlternateError(
                "this page does not say its language", path=page.path,
                hint="name it " + " or ".join(
                    f"{Path(stem).name.removesuffix('.md')}.{code}.md"
                    for code in locales)))
            continue
        groups.setdefault(stem, {})[locale] = page
    for stem, group in sorted(groups.items()):
        lead = group.get(locales[0]) or next(iter(group.values()))
        for locale in locales:
            if locale not in group:
                failures.append(AlternateError(
                    f"has no alternate in ‘{locale}’", path=lead.path,
                    hint=f"write {stem}.{locale}.md"))
            elif group[locale] is not lead:
                failures += _compare_cells(lead, group[locale])
                failures += _compare_headings(
                    lead.path, texts[lead.path],
                    group[locale].path, texts[group[locale].path])
    if failures:
        raise failures[0] if len(failures) == 1 else Failures(failures)


def _compare_cells(one: Page, other: Page) -> list[AlternateError]:
    """Return the first difference between two pages' cells, if there is any."""
    for a, b in zip_longest(one.cells, other.cells):
        if a is not None and b is not None and _same(a, b):
            continue
        if a is None or b is None:
            cell = a or b
            path = other.path if b is None else one.path
            what = f"this {_kind(cell)} has no counterpart in {path}"
        else:
            cell, (line, text) = a, _first_difference(a, b)
            what = f"this {_kind(a)} differs from {b.path}:{b.line}"
            return [AlternateError(
                what, path=a.path, line=line, text=text,
                detail=f"{b.path}:{b.line}\n{b.source.rstrip()}",
                hint="make the code equal; only comments may differ")]
        return [AlternateError(what, path=cell.path, line=cell.line,
                               text=cell.text(1),
                               hint="add it there, or remove it here")]
    return []


def _same(a: Cell, b: Cell) -> bool:
    return a.inline == b.inline and normal_form(a.source) == normal_form(b.source)


def _kind(cell: Cell) -> str:
    return "inline value" if cell.inline else "cell"


def _first_difference(a: Cell, b: Cell) -> tuple[int, str]:
    """Return the line of the page, and its text, where two sources part."""
    ours, theirs = a.source.splitlines(), b.source.splitlines()
    for number, (x, y) in enumerate(zip_longest(ours, theirs, fillvalue=""), 1):
        if x.partition("#")[0].rstrip() != y.partition("#")[0].rstrip():
            return a.source_line(number), x
    return a.line, a.text(1)


def _compare_headings(path: str, text: str, other: str, their_text: str):
    """Return the first difference between two pages' headings, if there is any."""
    ours, theirs = headings(text, path), headings(their_text, other)
    for a, b in zip_longest(ours, theirs):
        if a is None or b is None:
            line, level, anchor, title = a or b
            place, missing = (path, other) if b is None else (other, path)
            what = f"this heading has no counterpart in {missing}"
        elif a[1:3] == b[1:3]:
            continue
        else:
            line, level, anchor, title = a
            place = path
            what = (f"level {a[1]}, anchor ‘{a[2]}’ here; "
                    f"level {b[1]}, anchor ‘{b[2]}’ in {other}:{b[0]}")
        return [AlternateError(
            what, path=place, line=line, text=title,
            hint="give both the same level and anchor: ## title { #anchor }")]
    return []


def headings(text: str, path: str) -> list[tuple[int, int, str | None, str]]:
    """Return line, level, explicit anchor and text of a page's headings."""
    fenced = {line for block in find_blocks(text, path)
              for line in range(block.lineno, block.lineno + block.code.count("\n") + 2)}
    found = []
    for number, row in enumerate(text.splitlines(), 1):
        if number in fenced or not (match := _HEADING.match(row)):
            continue
        anchor = re.search(r"#([\w-]+)", match["attributes"] or "")
        found.append((number, len(match["marks"]), anchor and anchor[1], row))
    return found
