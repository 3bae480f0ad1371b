"""Stage 1, extract: a Markdown page → its cells, in reading order.

The blocks come from pytest-codeblocks' own extractor, so that the build and
the tests see the very same code. What that extractor would silently skip, or
would run although a page only shows it, is refused here by name and line.
"""

from __future__ import annotations

import ast
import re
import shlex
from functools import lru_cache
from io import StringIO
from pathlib import Path

from pytest_codeblocks.main import CodeBlock, extract_from_buffer

from .errors import Failures, PageError
from .model import Cell, Options
from .names import analyse_source
from .typeset import join_lines

OPTION = re.compile(r"^\s*<!--\s*cell:(?P<text>.*?)-->\s*$")
INLINE = re.compile(r"(?<!`)`\{python(?:\s+(?P<lab>\w+))?\}\s+(?P<code>[^`]+?)\s*`(?!`)")
_MARKS = re.compile(r"<!--[-\s]*pytest[-.]")
_DISPLAY = re.compile(r"\{.*\.no-exec\b.*\}")
_LOOKS_PYTHON = re.compile(r"^\s*(\{?\s*\.?(python3?|py|ipython3?)\b)", re.I)


def read_text(file: Path, path: str) -> str:
    """Return a file's text.

    Args:
        file: The file.
        path: How messages call it (``docs/rnn.zh.md``).

    Raises:
        PageError: It cannot be read.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PageError(f"cannot be read: {error}", path=path) from None


@lru_cache(maxsize=1024)
def extract_cells(text: str, path: str) -> tuple[Cell, ...]:
    """Return a page's cells, blocks and inline values as they are met.

    Args:
        text: The page's Markdown.
        path: How messages call it.

    Raises:
        PageError, Failures: The page has blocks or options that cannot work.
    """
    rows = text.splitlines()
    blocks = find_blocks(text, path)
    inside = {n for b in blocks for n in range(b.lineno, _end(b) + 1)}
    failures: list[PageError] = []

    def refuse(line: int, what: str, hint: str):
        failures.append(PageError(
            what, path=path, line=line, text=rows[line - 1], hint=hint))

    cells, options_used = [], set()
    for block in blocks:
        syntax = block.syntax or ""
        if syntax != "python":
            _check_display(syntax, block.lineno, refuse)
            continue
        options = Options()
        above = block.lineno - 1
        if above and (match := OPTION.match(rows[above - 1])):
            options_used.add(above)
            options = _options(match["text"], above, refuse)
        claim = _paragraph_above(rows, above) if is_claim(block.code) else None
        cells.append(Cell(path, block.lineno, block.code, options=options, claim=claim))
    commented = False
    for number, row in enumerate(rows, 1):
        if number in inside:
            if commented and number in {cell.line for cell in cells}:
                refuse(number, "a cell inside an HTML comment would run unseen",
                       "take the cell out, or make it ``` { .python .no-exec }")
            continue
        if _MARKS.search(row):
            refuse(number, "a pytest-codeblocks mark",
                   "remove it: cells share names by themselves")
        if row.lstrip().startswith("~~~"):
            refuse(number, "a fence of tildes is not seen by the tests",
                   "write it with backticks: ```")
        if OPTION.match(row) and number not in options_used:
            refuse(number, "options without a cell",
                   "put this line directly above a ```python fence")
        if not commented:
            for match in find_inline(row):
                cells.append(Cell(path, number, match["code"], inline=True,
                                  lab=match["lab"]))
        commented = _in_comment(row, commented)
    cells.sort(key=lambda cell: cell.line)
    for cell in cells:
        _check_code(cell, refuse, failures)
    if len(failures) > 1:
        raise Failures(failures)
    if failures:
        raise failures[0]
    return tuple(cells)


def is_claim(source: str) -> bool:
    """Return whether a cell consists of nothing but asserts."""
    try:
        body = ast.parse(source).body
    except SyntaxError:  # told elsewhere, with its line
        return False
    return bool(body) and all(isinstance(node, ast.Assert) for node in body)


def _paragraph_above(rows: list[str], line: int) -> str:
    """Return the paragraph that ends above a line, as one line of text."""
    end = line
    while end and (not rows[end - 1].strip() or OPTION.match(rows[end - 1])):
        end -= 1
    start = end
    while start and rows[start - 1].strip():
        start -= 1
    text = "\n".join(row.strip() for row in rows[start:end])
    return join_lines(text).replace("\n", " ")


@lru_cache(maxsize=8192)  # several stages and checks read every page
def find_blocks(text: str, path: str) -> tuple[CodeBlock, ...]:
    """Return all fenced blocks of a page, in order, whatever their syntax.

    Raises:
        PageError: A fence never closes.
    """
    rows = text.splitlines()
    # A chain of marks would merge blocks; marks are refused, and hidden here.
    plain = "\n".join("" if _MARKS.search(row) else row for row in rows) + "\n"
    try:
        blocks = extract_from_buffer(StringIO(plain), max_num_lines=10**6)
    except RuntimeError:
        blocks = None
    for block in blocks or ():
        if (line := _dropped_line(rows, block.lineno)) is not None:
            raise PageError(
                "a blank line in an indented fence is lost to the tests",
                path=path, line=line, text=rows[block.lineno - 1],
                hint="take the blank line out, or move the fence to the margin")
    line = _unclosed_fence(rows) if blocks is None else next(
        (b.lineno for b in blocks if rows[_end(b) - 1].strip("` \t")), None)
    if line is not None:
        raise PageError("this fence never closes", path=path, line=line,
                        text=rows[line - 1],
                        hint="close it with a line of just ``` as wide as this one")
    return tuple(blocks)


def find_inline(row: str) -> list[re.Match]:
    """Return the inline expressions of a line, those in ``longer`` spans left out."""
    if "`{python" not in row:
        return []
    quoted = re.sub(r"(?<!`)(``+)(?!`).*?(?<!`)\1(?!`)",
                    lambda match: "\0" * len(match[0]), row)
    return list(INLINE.finditer(quoted))


def _end(block: CodeBlock) -> int:
    """Return the line of a block's closing fence."""
    return block.lineno + block.code.count("\n") + 1


def _dropped_line(rows: list[str], line: int) -> int | None:
    """Return the first blank line of an indented fence, which its extractor drops."""
    fence = rows[line - 1].lstrip()
    if fence == rows[line - 1]:
        return None
    ticks = "`" * (len(fence) - len(fence.lstrip("`")))
    for number, row in enumerate(rows[line:], line + 1):
        if row.lstrip().startswith(ticks):
            return None
        if not row.strip():
            return number
    return None


def _unclosed_fence(rows: list[str]) -> int:
    opened = 0
    fence = ""
    for number, row in enumerate(rows, 1):
        row = row.lstrip()
        if fence:
            if row.startswith(fence):
                if row.strip("` \t"):
                    break  # the opening of another one: this one was forgotten
                fence = ""
        elif row.startswith("```"):
            opened, fence = number, "`" * (len(row) - len(row.lstrip("`")))
    return opened


def _check_display(syntax: str, line: int, refuse) -> None:
    if _DISPLAY.search(syntax):
        return
    if _LOOKS_PYTHON.match(syntax):
        refuse(line, f"a fence with ‘{syntax.strip()}’ would silently not run",
               "write just ```python for a cell, "
               "or ``` { .python .no-exec } for code that is only shown")
    elif syntax in {"sh", "bash"}:
        refuse(line, f"the tests would really run a ‘{syntax}’ block",
               "write ```console for commands that are only shown")


def _check_code(cell: Cell, refuse, failures: list) -> None:
    try:
        if cell.inline:
            compile(cell.source, "<inline>", "eval")
        statements = analyse_source(cell.source)
    except SyntaxError as error:
        lineno = error.lineno or 1
        failures.append(PageError(
            f"SyntaxError: {error.msg}", path=cell.path,
            line=cell.source_line(lineno), text=cell.text(lineno),
            hint="cells are plain Python: no %magic, no !command"))
        return
    for statement in statements:
        line = cell.source_line(statement.line)
        if statement.imports and statement.imports.endswith("import *"):
            refuse(line, "the names that a star import binds cannot be seen",
                   "import the names that are used")
        if cell.inline and statement.binds:
            refuse(line, "an inline value may not bind a name",
                   "bind it in a cell above")


def _options(text: str, line: int, refuse) -> Options:
    """Return the options that a comment's text asks for."""
    hint = "known: alt=\"…\", timeout=SECONDS, setup"
    values = {}
    try:
        words = shlex.split(text)
    except ValueError as error:
        refuse(line, f"options cannot be read: {error}", hint)
        return Options()
    for word in words:
        name, given, value = word.partition("=")
        if name in values:
            refuse(line, f"option ‘{name}’ is given twice", hint)
        elif name == "alt" and value:
            values["alt"] = value
        elif name == "setup" and not given:
            values["setup"] = True
        elif name == "timeout" and re.fullmatch(r"\d+(\.\d+)?", value) and float(value):
            values["timeout"] = float(value)
        elif name in {"alt", "setup", "timeout"}:
            refuse(line, f"option ‘{word}’ has no usable value", hint)
        else:
            refuse(line, f"unknown option ‘{name}’", hint)
    return Options(**values)


def _in_comment(row: str, commented: bool) -> bool:
    """Return whether an HTML comment is open at the end of a line."""
    while True:
        mark = "-->" if commented else "<!--"
        before, found, row = row.partition(mark)
        if not found:
            return commented
        commented = not commented
