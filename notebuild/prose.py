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
_WHOLE_LINK = re.compile(_LINK.pattern + r">?[^)]*\)")
_EMPHASIS = re.compile(r"(\*{1,3}|(?<!\w)_{1,3}(?=\w))(?=\S)(.+?)(?<=\S)\1")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!$])")
_HOLD = "\ue008"  # a character that no text uses


@lru_cache(maxsize=8192)  # several checks read every page
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
        if row.startswith("#") and (match := _HEADING.match(row)):
            anchor = re.search(r"#([\w-]+)", match["attributes"] or "")
            found.append((number, len(match["marks"]), anchor and anchor[1]))
    return found


def first_title(text: str) -> str:
    """Return the words of a page's first heading, without its anchor."""
    row = re.search(r"^# +(.*?)\s*(\{[^}]*\})?\s*$", text, re.MULTILINE)
    return row[1] if row else ""


def plain_text(row: str) -> str:
    """Return a row of Markdown as words: the text of its links, no marks."""
    held: list[str] = []  # in code, and after a backslash, a star is a star

    def hold(text: str) -> str:
        held.append(text)
        return f"{_HOLD}{len(held) - 1}{_HOLD}"

    row = _CODE.sub(lambda match: hold(match[0].strip("`").strip()), row)
    row = _ESCAPED.sub(lambda match: hold(match[1]), row)
    row = _EMPHASIS.sub(r"\2", _WHOLE_LINK.sub(lambda match: match["text"], row))
    return re.sub(f"{_HOLD}(\\d+){_HOLD}", lambda match: held[int(match[1])], row).strip()


def first_question(text: str) -> str:
    """Return what a page asks in the paragraph below its title, in plain words.

    Of a paragraph without a question it is the first row.
    """
    rows: list[str] = []
    for row in text.splitlines():
        if row and not row.startswith(("#", "<!--")):
            rows.append(row)
        elif rows:
            break
    asked = [row for row in rows if row.endswith(("?", "？"))] or rows[:1]
    space = "" if all(row.endswith("？") for row in asked) else " "
    return space.join(plain_text(row) for row in asked)


def find_links(prose: Sequence[str]) -> list[tuple[int, re.Match]]:
    """Return line and match of a page's links and images: image, text, target."""
    return [(line, match) for line, row in enumerate(prose, 1)
            if "](" in row for match in _LINK.finditer(row)]


def _blank(match: re.Match) -> str:
    return re.sub(r"[^\n]", " ", match[0])
