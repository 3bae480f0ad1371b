"""Folds: a long output shows its first and last lines, and the rest on demand.

Everything stands in the page: without a script and in print nothing is folded.
`docs/assets/outputs.js` folds, and gives the control its words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

# As much as a screen shows beside the code that made it.
LIMIT = 24
FIRST, LAST = 12, 6


def split_long(parts: Sequence[str]) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
    """Return the first parts, those to be folded, and the last; a short list whole."""
    if len(parts) <= LIMIT:
        return parts, [], []
    return parts[:FIRST], parts[FIRST:-LAST], parts[-LAST:]


def render_lines(text: str, words: Mapping[str, str]) -> str:
    """Return the HTML of a text's lines.

    Args:
        text: What was printed.
        words: The page's words for ``more`` (with the number of lines) and ``less``.
    """
    first, middle, last = split_long(text.split("\n"))
    if not middle:
        return escape(text)
    return (escape("\n".join(first)) + "\n" + _control(len(middle), words)
            + '<span class="nb-middle">' + escape("\n".join(middle)) + "\n</span>"
            + escape("\n".join(last)))


def render_rows(rows: Sequence[str], columns: int, words: Mapping[str, str]) -> str:
    """Return the bodies of a table.

    Args:
        rows: The HTML of each row.
        columns: How many cells a row has.
        words: As for `render_lines`.
    """
    first, middle, last = map("".join, split_long(rows))
    if not middle:
        return f"<tbody>{first}</tbody>"
    count = len(split_long(rows)[1])
    return (f"<tbody>{first}</tbody>"
            f'<tbody class="nb-control"><tr><td colspan="{columns}">'
            f"{_control(count, words)}</td></tr></tbody>"
            f'<tbody class="nb-middle">{middle}</tbody><tbody>{last}</tbody>')


def _control(count: int, words: Mapping[str, str]) -> str:
    return (f'<button type="button" class="nb-fold" hidden aria-expanded="true"'
            f' data-more="{escape(words["more"].format(count))}"'
            f' data-less="{escape(words["less"])}"></button>')
