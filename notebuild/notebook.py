"""Stage 8, export: a page's text and outputs → an executed notebook, and a script.

The notebook is for Jupyter: its prose has the values in place of the inline
expressions, TeX that MathJax knows, quotations for admonitions, and addresses
that lead to the site. Figures travel inside it.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import escape
from posixpath import join, normpath

import nbformat

from .extract import OPTION, find_inline
from .figures import Picture, find_figures
from .model import Cell
from .prose import find_links, read_prose
from .words import load_words

_ANCHOR = re.compile(r"^(#{1,6} .*?)\s*\{[^{}]*\}\s*$")
_ADMONITION = re.compile(r'^(!!!|\?\?\?\+?)\s+[\w-]+(?:\s+"(?P<title>.*)")?\s*$')
_ROLE = re.compile(r"\\(state|carry|gate)(?=\{)")
_COLOURS = {"state": "RoyalBlue", "carry": "BurntOrange", "gate": "SeaGreen"}
_FENCE = re.compile(r"^(\s*`{3,})\s*\{\s*\.(\w+)[^{}]*\}\s*$")
_SPAN_ID = re.compile(r"(?<=[`)*])\{\s*[#.:][^{}]*\}")
# Not by a parser: most of a notebook's HTML is outputs and styles that nobody needs.
_CODE_INPUT = re.compile(
    r'<div class="highlight-ipynb[^"<>]*"><pre>(?:<span></span>)?(.*?)</pre>', re.DOTALL)
_ATTACHED = re.compile(r"!\[([^\]]*)\]\(attachment:([^)]*)\)")
_COLOURED = re.compile(r"\\textcolor\{\w+\}\{((?:[^{}]|\{[^{}]*\})*)\}")
INSTALLS = "installs"  # the tag of the cell that does so; the page leaves it out


def make_notebook(text: str, path: str, cells: Sequence[Cell],
                  values: Callable[[Cell], str], outputs: Callable[[Cell], list[dict]],
                  address: str, locale: str, *, pictures: Callable[[str], Picture],
                  needs: Sequence[str] = (), scripts: Sequence[tuple[int, str]] = (),
                  closing: str = "") -> nbformat.NotebookNode:
    """Return a page as a notebook with the outputs of its cells.

    Args:
        text: The page's Markdown.
        path: How messages call it.
        cells: Its cells, as `extract.extract_cells` returns them.
        values: An inline cell → its value.
        outputs: Any other cell → its outputs, as nbformat has them.
        address: The page's address; '' if it is not known.
        locale: The page's language.
        pictures: A figure's name → what stands for it.
        needs: What a first cell installs where it is missing: `name==version`.
        scripts: Line and code of what only the script runs; become raw cells.
        closing: Prose at the end.
    """
    rows, images = _prose_rows(text, path, cells, values, address, pictures)
    blocks = [cell for cell in cells if not cell.inline]
    parts = [(cell.line, cell.source, cell) for cell in blocks]
    parts += [(line, source, None) for line, source in scripts]
    made, start, number = [], 0, 0
    for line, source, cell in sorted(parts, key=lambda part: part[0]):
        _add_prose(made, rows[start:line - 1], images)
        if number == 0 and needs and cell:
            made.append(_installing(needs, locale))
        if cell:
            number += 1
            made.append(_code_cell(cell, number, outputs(cell)))
        else:
            made.append(_cell("raw", source, metadata={"active": "py"}))
        start = line + source.count("\n") + (not source.endswith("\n")) + bool(cell)
    _add_prose(made, rows[start:], images)
    _add_prose(made, [closing], images)
    notebook = nbformat.v4.new_notebook()
    notebook.cells = made
    for place, cell in enumerate(made):
        if cell.cell_type != "code":
            cell.id = f"text-{place}"
    notebook.metadata.update(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python", "file_extension": ".py",
                       "mimetype": "text/x-python", "pygments_lexer": "ipython3"},
        language=locale)
    nbformat.validate(notebook)
    return notebook


def make_script(notebook: nbformat.NotebookNode) -> str:
    """Return a notebook as a script in percent format, its prose as comments."""
    import jupytext  # loaded where a page is published

    kept = [cell.copy() for cell in notebook.cells
            if INSTALLS not in cell.metadata.get("tags", ())]
    for cell in kept:
        cell.source = _COLOURED.sub(r"\1", _ATTACHED.sub(r"[\1]", cell.source))
        cell.pop("attachments", None)
    # Without the header, whose versions are those of the build's tools.
    metadata = notebook.metadata | {"jupytext": {
        "notebook_metadata_filter": "-all", "cell_metadata_filter": "active,-all"}}
    return jupytext.writes(
        nbformat.v4.new_notebook(cells=kept, metadata=metadata), fmt="py:percent")


@lru_cache(maxsize=64)  # a server asks again with every edit
def code_inputs(html: str) -> tuple[str, ...]:
    """Return the code of a notebook's cells as mkdocs-jupyter has set it.

    It comes in the classes of the site's own code, without what that plugin
    puts around it: style sheets, prompts, scripts, copies of the source.
    """
    return tuple('<div class="language-python highlight"><pre><span></span>'
                 f"<code>{code}</code></pre></div>" for code in _CODE_INPUT.findall(html))


def _installing(needs: Sequence[str], locale: str) -> nbformat.NotebookNode:
    """Return the cell that installs what is missing."""
    why = load_words(locale, "home")["installs"]
    rows = ["from importlib.util import find_spec", "", f"# {why}"]
    for need in needs:
        module = need.partition("==")[0].replace("-", "_")
        rows += [f'if find_spec("{module}") is None:', f'    %pip install --quiet "{need}"']
    return _cell("code", "\n".join(rows), id="installs", metadata={"tags": [INSTALLS]},
                 execution_count=None, outputs=[])


def _code_cell(cell: Cell, number: int, outputs: list[dict]) -> nbformat.NotebookNode:
    node = _cell("code", cell.source.strip("\n"), id=f"cell-{number - 1}",
                 execution_count=number, outputs=[])
    for output in outputs:
        if output["output_type"] == "execute_result":
            output = output | {"execution_count": number}
        if svg := output.get("data", {}).get("image/svg+xml"):
            # Jupyter draws the SVG of a notebook from elsewhere only as a picture.
            output = output | {"data": output["data"] | {"text/html": (
                f'<img alt="{escape(cell.options.alt or "")}" src="data:image/svg+xml'
                f';base64,{b64encode("".join(svg).encode()).decode()}">')}}
        node.outputs.append(nbformat.from_dict(output))
    return node


def _cell(kind: str, source: str, *, metadata: dict = {}, **fields) -> nbformat.NotebookNode:
    """Return a cell; nbformat's own way validates each by itself, which takes long."""
    return nbformat.from_dict(
        {"cell_type": kind, "source": source, "metadata": metadata} | fields)


def _add_prose(made: list, rows: list[str], images: dict[str, str]) -> None:
    source = re.sub(r"\A(>?\n)+", "", "\n".join(rows)).strip("\n")
    if source.strip(">\n "):
        source = re.sub(r"\n{3,}", "\n\n", source)
        cell = _cell("markdown", source)
        if attached := {name: {"image/svg+xml": b64encode(images[name].encode()).decode()}
                        for _, name in _ATTACHED.findall(source)}:
            cell.attachments = attached
        made.append(cell)


def _prose_rows(text: str, path: str, cells, values, address: str, pictures,
                ) -> tuple[list[str], dict[str, str]]:
    """Return the page's rows, in Markdown that Jupyter understands, and its images."""
    rows = text.splitlines()
    images: dict[str, str] = {}
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
    for line, name in find_figures(text, path):
        rows[line - 1], found = pictures(name)
        images |= found
    if rows and rows[0] == "---":  # front matter
        rows[:rows.index("---", 1) + 1] = [""] * (rows.index("---", 1) + 1)
    quoted = False
    for n, row in enumerate(rows):
        row = "" if OPTION.match(row) else row
        row = _SPAN_ID.sub("", _FENCE.sub(r"\1\2", row))
        row = _ROLE.sub(lambda m: rf"\textcolor{{{_COLOURS[m[1]]}}}", row)
        row = _ANCHOR.sub(r"\1", row)
        if match := _ADMONITION.match(row):
            quoted, row = True, f"> **{match['title'] or ''}**"
        elif quoted and row.startswith("    "):
            row = f"> {row[4:]}"
        elif quoted and row.strip():
            quoted = False
        elif quoted:
            row = ">"
        rows[n] = row
    for n in reversed(range(len(rows))):  # a quotation ends with its last words
        if rows[n] == ">" and not (n + 1 < len(rows) and rows[n + 1].startswith(">")):
            rows[n] = ""
    return rows, images


def _absolute(address: str, target: str) -> str:
    """Return the address to which a page's link leads."""
    file, _, anchor = target.partition("#")
    scheme, _, rest = address.partition("://")
    if file:
        stem = re.sub(r"\.(md|ipynb|py)$", "", file)
        folder = rest.rstrip("/").rpartition("/")[0]
        rest = normpath(join(folder, stem)).removesuffix("/index") + "/"
    return f"{scheme}://{rest}" + (f"#{anchor}" if anchor else "")
