"""A cell's program on a page: what a script makes two buttons of.

The code stands on the page already, so that a cell only says which blocks its
program is made of; see docs/assets/program.js.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape


def render_program(cell: int, blocks: Iterable[int], versions: str,
                   like: int | None = None,
                   words: Mapping[str, str] | None = None) -> str:
    """Return the place below a cell's code to which links to the cell lead.

    Args:
        cell: The cell's number, from 1.
        blocks: Its program, by the places among the page's blocks, rising from 0.
        versions: What its output was made with.
        like: A block of the page that has said the same versions, if one has.
        words: What the buttons say, for the first cell of a page.
    """
    made = f'data-versions="{escape(versions)}"' if like is None else f'data-like="{like}"'
    if words:
        made += f' data-words="{escape(json.dumps(words, ensure_ascii=False))}"'
    return (f'<div class="nb-program" id="cell-{cell}"'
            f' data-cells="{_write_ranges(blocks)}" {made}></div>')


def _write_ranges(numbers: Iterable[int]) -> str:
    """Return rising numbers in few words: 0-2 5."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return " ".join(str(first) if first == last else f"{first}-{last}"
                    for first, last in ranges)
