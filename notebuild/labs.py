"""Stage 1a, labs: a script in percent format → a page's text in each language.

A lab is one Python file, as jupytext reads it: ``# %%`` begins a cell of code,
``# %% [markdown] lang="zh"`` one of prose, and prose comes in pairs, one cell a
language. What comes out is the Markdown of a page, and each of its rows is a
row of the script: what later stages say of a line is true of the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from .errors import Failures, PageError
from .extract import OPTION

_MARKER = re.compile(r"^# %%(?P<rest>.*)$")
_PROSE = re.compile(r' \[markdown\] lang="(?P<locale>[\w-]+)"')
_HINT = ('a cell begins with: # %% (code), # %% active="py" (code for the script '
         'only), or # %% [markdown] lang="zh" (prose)')


@dataclass(frozen=True)
class Part:
    """A cell of a script.

    Attributes:
        line: 1-based line of its marker.
        rows: The rows below the marker, empty ones at the end left out.
        locale: The language of its prose; None for code.
        script: Whether it is code for the script only.
    """

    line: int
    rows: tuple[str, ...]
    locale: str | None = None
    script: bool = False

    @property
    def end(self) -> int:
        """Return the line after its last row."""
        return self.line + len(self.rows) + 1


def read_lab(text: str, path: str, locales: tuple[str, ...]) -> dict[str, str]:
    """Return language → the lab's page, as Markdown with a row for each row.

    Code becomes fences. Code for the script only is left out. Options stand in
    the last row of the prose above their cell; they come directly above it.

    Args:
        text: The script.
        path: How messages call it.
        locales: The languages that its prose must have, in this order.

    Raises:
        PageError, Failures: The script is not as it must be.
    """
    parts, failures = _read_parts(text, path)
    failures += _check_pairs(parts, path, locales)
    size = len(text.splitlines()) + 2
    pages = {}
    for locale in locales:
        rows = [""] * size
        option = None  # line of the options that wait for their cell
        for part in parts:
            if part.locale == locale:
                prose = [row[2:] for row in part.rows]
                rows[part.line:part.end - 1] = prose
                option = part.end - 1 if prose and OPTION.match(prose[-1]) else None
            elif part.locale is None and not part.script and part.rows:
                rows[part.line - 1] = "```python"
                rows[part.line:part.end - 1] = part.rows
                rows[part.end - 1] = "```"
                if option:
                    rows[part.line - 2], rows[option - 1] = rows[option - 1], ""
                option = None
        pages[locale] = "\n".join(rows).rstrip("\n") + "\n"
    if failures:
        raise failures[0] if len(failures) == 1 else Failures(failures)
    return pages


def script_parts(text: str, path: str) -> list[tuple[int, str]]:
    """Return line and code of the cells that only the script runs; see `read_lab`."""
    return [(part.line, "\n".join(part.rows)) for part in _read_parts(text, path)[0]
            if part.script]


def _read_parts(text: str, path: str) -> tuple[list[Part], list[PageError]]:
    rows = text.splitlines()
    starts = [n for n, row in enumerate(rows, 1) if _MARKER.match(row)]
    parts, failures = [], []

    def refuse(line: int, what: str, hint: str):
        failures.append(PageError(
            what, path=path, line=line, text=rows[line - 1], hint=hint))

    before = next((n for n, row in enumerate(rows[:starts[0] - 1] if starts else rows, 1)
                   if row.strip()), None)
    if before:
        refuse(before, "stands before the first cell", _HINT)
    for start, end in zip(starts, [*starts[1:], len(rows) + 1]):
        body = rows[start:end - 1]
        while body and not body[-1].strip():
            body.pop()
        if start + len(body) + 1 == end <= len(rows):
            refuse(end, "a cell begins without an empty row above it", "put one there")
        rest = _MARKER.match(rows[start - 1])["rest"].rstrip()
        prose = _PROSE.fullmatch(rest)
        if prose:
            for number, row in enumerate(body, start + 1):
                if row != "#" and not row.startswith("# "):
                    refuse(number, "a row of prose is not a comment", "begin it with ‘# ’")
        elif rest not in ("", ' active="py"'):
            refuse(start, "this cell's kind is not known", _HINT)
        parts.append(Part(start, tuple(body), prose and prose["locale"], bool(
            not prose and rest)))
    return parts, failures


def _check_pairs(parts: list[Part], path: str, locales: tuple[str, ...],
                 ) -> list[PageError]:
    """Return where prose lacks its counterpart in another language."""
    failures = []
    for is_prose, group in groupby(parts, lambda part: part.locale is not None):
        group = [*group] if is_prose else []
        while group:
            pair = group[:len(locales)]
            if tuple(part.locale for part in pair) != locales:
                failures.append(PageError(
                    "this prose does not stand in all languages", path=path,
                    line=pair[0].line, text=f'# %% [markdown] lang="{pair[0].locale}"',
                    hint="one cell each, one after the other: " + ", ".join(locales)))
                break
            group = group[len(locales):]
    return failures
