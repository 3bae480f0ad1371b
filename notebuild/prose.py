"""A page's prose: its rows, with all that is not prose left blank.

What looks for formulas, links or words must not find them in code or comments.
Rows and columns stay where they are, so what is found here stands at the same
place in the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from .extract import find_blocks

_FRONT_MATTER = re.compile(r"\A---\n.*?^---$", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?(-->|\Z)", re.DOTALL)
_CODE = re.compile(r"(?<![`\\])(`+)(?!`).*?(?<!`)\1(?!`)")
_HEADING = re.compile(r"^(?P<marks>#{1,6})\s+.*?\s*(\{(?P<attributes>[^}]*)\})?\s*$")
_LINK = re.compile(r"(?P<image>!?)\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]"
                   r"\(\s*<?(?P<target>[^)\s>]+)")


@lru_cache(maxsize=1024)  # several checks read every page
def read_prose(text: str, path: str) -> tuple[str, ...]:
    """Return a page's rows with fences, code spans and comments blanked.

    Args:
        text: The page's Markdown.
        path: How messages call it.
    """
    rows = text.splitlines()
    for block in find_blocks(text, path):
        for n in range(block.lineno - 1, block.lineno + block.code.count("\n") + 1):
            rows[n] = " " * len(rows[n])
    rows = [_CODE.sub(_blank, row) for row in rows]
    whole = _FRONT_MATTER.sub(_blank, "\n".join(rows))
    return tuple(_COMMENT.sub(_blank, whole).split("\n")) if rows else ()


def headings(prose: Sequence[str]) -> list[tuple[int, int, str | None]]:
    """Return line, level and explicit anchor of a page's headings."""
    found = []
    for number, row in enumerate(prose, 1):
        if match := _HEADING.match(row):
            anchor = re.search(r"#([\w-]+)", match["attributes"] or "")
            found.append((number, len(match["marks"]), anchor and anchor[1]))
    return found


def first_title(text: str) -> str:
    """Return the words of a page's first heading, without its anchor."""
    row = re.search(r"^# +(.*?)\s*(\{[^}]*\})?\s*$", text, re.MULTILINE)
    return row[1] if row else ""


def find_links(prose: Sequence[str]) -> list[tuple[int, re.Match]]:
    """Return line and match of a page's links and images: image, text, target."""
    return [(line, match) for line, row in enumerate(prose, 1)
            for match in _LINK.finditer(row)]


def _blank(match: re.Match) -> str:
    return re.sub(r"[^\n]", " ", match[0])
