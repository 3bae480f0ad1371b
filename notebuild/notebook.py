"""Stage 8, export: a page's text and outputs → an executed notebook.

The notebook is for Jupyter: its prose has the values in place of the inline
expressions, TeX that MathJax knows, quotations for admonitions, and addresses
that lead to the site.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from posixpath import join, normpath

import nbformat
from bs4 import BeautifulSoup

from .extract import OPTION, find_inline
from .model import Cell
from .prose import find_links, read_prose

_ANCHOR = re.compile(r"^(#{1,6} .*?)\s*\{[^{}]*\}\s*$")
_ADMONITION = re.compile(r'^(!!!|\?\?\?\+?)\s+[\w-]+(?:\s+"(?P<title>.*)")?\s*$')
_ROLE = re.compile(r"\\(state|carry|gate)(?=\{)")
_COLOURS = {"state": "RoyalBlue", "carry": "BurntOrange", "gate": "SeaGreen"}


def make_notebook(text: str, path: str, cells: Sequence[Cell],
                  values: Callable[[Cell], str], outputs: Callable[[Cell], list[dict]],
                  address: str, locale: str) -> nbformat.NotebookNode:
    """Return a page as a notebook with the outputs of its cells.

    Args:
        text: The page's Markdown.
        path: How messages call it.
        cells: Its cells, as `extract.extract_cells` returns them.
        values: An inline cell → its value.
        outputs: Any other cell → its outputs, as nbformat has them.
        address: The page's address; '' if it is not known.
        locale: The page's language.
    """
    rows = _prose_rows(text, path, cells, values, address)
    blocks = [cell for cell in cells if not cell.inline]
    made, start = [], 0
    for number, cell in enumerate(blocks):
        _add_prose(made, rows[start:cell.line - 1])
        node = nbformat.v4.new_code_cell(
            cell.source.strip("\n"), id=f"cell-{number}", execution_count=number + 1)
        node.outputs = [nbformat.from_dict(
            output | ({"execution_count": number + 1}
                      if output["output_type"] == "execute_result" else {}))
            for output in outputs(cell)]
        made.append(node)
        start = cell.line + cell.source.count("\n") + (not cell.source.endswith("\n")) + 1
    _add_prose(made, rows[start:])
    notebook = nbformat.v4.new_notebook(cells=made)
    notebook.metadata.update(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python", "file_extension": ".py",
                       "mimetype": "text/x-python", "pygments_lexer": "ipython3"},
        language=locale)
    nbformat.validate(notebook)
    return notebook


def code_inputs(html: str) -> list[str]:
    """Return the code of a notebook's cells as mkdocs-jupyter has set it.

    It comes in the classes of the site's own code, without what that plugin
    puts around it: style sheets, prompts, scripts, copies of the source.
    """
    found = []
    for pre in BeautifulSoup(html, "html.parser").select(
            ".jp-CodeCell .highlight-ipynb pre"):
        code = pre.decode_contents().removeprefix("<span></span>")
        found.append('<div class="language-python highlight"><pre><span></span>'
                     f"<code>{code}</code></pre></div>")
    return found


def _add_prose(made: list, rows: list[str]) -> None:
    source = "\n".join(rows).strip("\n")
    if source.strip():
        source = re.sub(r"\n{3,}", "\n\n", source)
        made.append(nbformat.v4.new_markdown_cell(source, id=f"text-{len(made)}"))


def _prose_rows(text: str, path: str, cells, values, address: str) -> list[str]:
    """Return the page's rows, in Markdown that Jupyter understands."""
    rows = text.splitlines()
    inline: dict[int, list[Cell]] = {}
    for cell in cells:
        if cell.inline:
            inline.setdefault(cell.line, []).append(cell)
    for line, match in reversed(find_links(read_prose(text, path))):
        target = match["target"]
        if match["image"] or re.match(r"[a-z]+:", target):
            continue
        row, label = rows[line - 1], rows[line - 1][match.start("text"):match.end("text")]
        link = f"[{label}]({_absolute(address, target)})" if address else label
        rows[line - 1] = row[:match.start()] + link + row[match.end() + 1:]
    for line, found in inline.items():
        row = rows[line - 1]
        for match, cell in reversed([*zip(find_inline(row), found, strict=True)]):
            row = row[:match.start()] + values(cell) + row[match.end():]
        rows[line - 1] = row
    quoted = False
    for n, row in enumerate(rows):
        row = "" if OPTION.match(row) else row
        row = _ROLE.sub(lambda m: rf"\textcolor{{{_COLOURS[m[1]]}}}", row)
        row = _ANCHOR.sub(r"\1", row)
        if match := _ADMONITION.match(row):
            quoted, row = True, f"> **{match['title'] or ''}**\n>"
        elif quoted and row.startswith("    "):
            row = f"> {row[4:]}"
        elif quoted and row.strip():
            quoted = False
        elif quoted:
            row = ">"
        rows[n] = row
    return rows


def _absolute(address: str, target: str) -> str:
    """Return the address to which a page's link leads."""
    file, _, anchor = target.partition("#")
    scheme, _, rest = address.partition("://")
    if file:
        stem = re.sub(r"\.(md|ipynb|py)$", "", file)
        folder = rest.rstrip("/").rpartition("/")[0]
        rest = normpath(join(folder, stem)).removesuffix("/index") + "/"
    return f"{scheme}://{rest}" + (f"#{anchor}" if anchor else "")
