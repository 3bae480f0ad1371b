"""Stage 7, inject: outputs → under their fences, in each language's page.

Markdown never sees an output. A mark stands in for it while the page is
turned into HTML, and is replaced afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from .extract import OPTION, extract_cells, find_blocks, find_inline

# Characters that no text uses; Markdown passes them through anywhere.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_BLOCK = re.compile(f"<p>\\s*{_OPEN}(\\d+){_CLOSE}\\s*</p>")


def mark_cells(text: str, path: str, claim: str, fences: bool = True) -> str:
    """Return a page's Markdown with a mark for each of its cells.

    The mark of a block stands in a paragraph of its own after the fence, with
    its indentation; that of an inline value replaces it. Comments with options
    are left out. A claim is folded under a title.

    Args:
        text: The page.
        path: How messages call it.
        claim: The title of a claim, in the page's language.
        fences: Whether the code stays; if not, the mark stands for it as well.
    """
    cells = extract_cells(text, path)
    rows = text.splitlines()
    blocks = find_blocks(text, path)
    fenced = {n for b in blocks for n in range(b.lineno, b.lineno + b.code.count("\n") + 2)}
    ends = {b.lineno: b.lineno + b.code.count("\n") + 1 for b in blocks}
    coded = {n for cell in cells if not cell.inline
             for n in range(cell.line, ends[cell.line] + 1)}
    after: dict[int, str] = {}
    folded: dict[int, int] = {}  # first and last line of the claims' fences
    inline: dict[int, list[int]] = {}
    for number, cell in enumerate(cells):
        if cell.inline:
            inline.setdefault(cell.line, []).append(number)
        else:
            fence = rows[cell.line - 1]
            indent = fence[: len(fence) - len(fence.lstrip())]
            if cell.claim is not None:
                folded[cell.line] = ends[cell.line]
                indent += "    "
            after[ends[cell.line]] = f"{indent}{_OPEN}{number}{_CLOSE}"
    out = []
    for line, row in enumerate(rows, 1):
        if line in inline:
            matches = find_inline(row)
            for match, number in reversed([*zip(matches, inline[line])]):
                row = (row[: match.start()] + f"{_OPEN}{number}{_CLOSE}"
                       + row[match.end():])
        if line not in fenced and OPTION.match(row):
            row = ""
        if line in folded:
            indent = row[: len(row) - len(row.lstrip())]
            out += ["", f'{indent}??? claim "{claim}"', ""]
        if any(first <= line <= last for first, last in folded.items()):
            row = f"    {row}" if row.strip() else row
        out.append(row if fences or line not in coded else "")
        if line in after:
            out += ["", after[line], ""]
    return "\n".join(out) + "\n"


def has_marks(html: str) -> bool:
    """Return whether there is something to fill in."""
    return _OPEN in html


def fill_marks(html: str, outputs: Sequence[str]) -> str:
    """Return a page's HTML with each mark replaced by its cell's output."""
    html = _BLOCK.sub(lambda match: outputs[int(match[1])], html)
    return _MARK.sub(lambda match: outputs[int(match[1])], html)


def render_value(text: str) -> str:
    """Return the HTML of an inline value."""
    return f'<span class="nb-inline">{escape(text, quote=False)}</span>'


def render_waiting(path: str, number: int, text: str, inline: bool) -> str:
    """Return what stands for a cell that is not done; see `live.js`."""
    tag, classes = ("span", "nb-inline") if inline else ("div", "nb-outputs no-copy")
    text = "…" if inline else escape(text, quote=False)
    return (f'<{tag} class="{classes} nb-waiting" data-page="{escape(path)}"'
            f' data-waiting="{number}" data-search-exclude>{text}</{tag}>')
