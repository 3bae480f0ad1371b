"""Model summaries: Keras's box-drawing text in, an HTML table out.

A reader's fonts decide how wide a box-drawing character is, and a CJK font
draws it twice as wide: only a real table keeps its columns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from notebuild.folds import render_rows

TITLE = re.compile(r'Model: "(.*)"')
TOTAL = re.compile(r" ?([\w -]+ params): ([\d,]+)( \(.+\))?")
NUMBER = re.compile(r"[\d,]+(?: \(unbuilt\))?")


@dataclass(frozen=True)
class Summary:
    """What `model.summary()` shows.

    Attributes:
        name: The model's name.
        header: The titles of the columns.
        rows: Their cells, a row for each layer; a nested layer's name keeps
            the indentation that shows its depth.
        totals: Name, number and size, such as
            `("Total params", "322,080", " (1.23 MB)")`.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[tuple[str, str, str], ...]


def split_summaries(text: str) -> list[str | Summary]:
    """Return a text's parts in order, each model summary as a `Summary`."""
    parts: list[str | Summary] = []
    plain: list[str] = []
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        summary, end = _read_summary(lines, at)
        if summary is None:
            plain.append(lines[at])
            at += 1
            continue
        parts += ["\n".join(plain), summary]
        plain, at = [], end
    parts.append("\n".join(plain))
    return [part for part in parts if isinstance(part, Summary) or part.strip()]


def render_summary(summary: Summary, words: Mapping[str, str]) -> str:
    """Return a summary as a captioned table and a list of totals.

    Args:
        summary: As `split_summaries` returns it.
        words: The page's words, as for `folds.render_rows`.
    """
    numeric = [
        all(NUMBER.fullmatch(row[column]) for row in summary.rows)
        for column in range(len(summary.header))
    ]
    number = [' class="nb-number"' if one else "" for one in numeric]
    head = "".join(
        f'<th scope="col"{kind}>{escape(cell)}</th>'
        for cell, kind in zip(summary.header, number)
    )
    rows = [
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(
            f"<td{kind}>{escape(cell)}</td>"
            for cell, kind in zip(row[1:], number[1:])
        )
        + "</tr>"
        for row in summary.rows
    ]
    body = render_rows(rows, len(summary.header), words)
    totals = "".join(
        f"<li>{escape(name)}: <b>{escape(count)}</b>{escape(size)}</li>"
        for name, count, size in summary.totals
    )
    title = escape(f"Model: {summary.name}")
    return (
        f'<div class="nb-output nb-summary" tabindex="0" role="group"'
        f' aria-label="{title}"><table class="nb-table">'
        f"<caption>{title}</caption><thead><tr>{head}</tr></thead>"
        f"{body}</table>"
        f'<ul class="nb-totals">{totals}</ul></div>'
    )


def _read_summary(lines: list[str], at: int) -> tuple[Summary | None, int]:
    """Return the summary that begins at a line, and the line after it."""
    title = TITLE.fullmatch(lines[at].strip())
    if not title or at + 1 >= len(lines) or not lines[at + 1].startswith("┏"):
        return None, at
    rows: list[list[str]] = [[]]
    for end in range(at + 2, len(lines)):
        line = lines[end].rstrip()
        if line[:1] in "┡├└" and line:
            rows.append([])
        if line.startswith("└"):
            break
        if line[:1] in "┃│" and line:
            cells = [cell[1:].rstrip() for cell in re.split("[┃│]", line)[1:-1]]
            # A cell that is wrapped over several lines is one text again.
            rows[-1] = [
                f"{above} {cell.strip()}".rstrip() if above else cell
                for above, cell in zip(rows[-1] or [""] * len(cells), cells)
            ]
    else:
        return None, at  # cut short: shown as the text it is
    header, *body = [
        [row[0], *(cell.strip() for cell in row[1:])] for row in rows if row
    ]
    totals = []
    end += 1
    while end < len(lines) and (total := TOTAL.fullmatch(lines[end].rstrip())):
        totals.append((total[1], total[2], total[3] or ""))
        end += 1
    if any(len(row) != len(header) for row in body):
        return None, at
    return Summary(
        title[1], tuple(header), tuple(map(tuple, body)), tuple(totals)
    ), end
