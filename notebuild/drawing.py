"""Drawings: an SVG without words → SVG in a language, which stands in a page.

The source says what is where; this adds what would be tedious or different
from language to language: words, mathematics, arrowheads, ids, and for a
drawing that is built up in steps, what belongs to each of them.

A path of class `arrow` or `track` ends in a head of its colour. A `use` names
one of the signs of parts.svg, which stands beside the drawings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from xml.etree import ElementTree as ET

from .errors import NotebuildError
from .typeset import join_lines

SVG = "{http://www.w3.org/2000/svg}"
COLOURS = frozenset({"state", "carry", "gate", "soft"})
KEY = re.compile(r"\{(\w+)\}")
# A letter is a variable and slants; a word is a function and does not.
_MATH = re.compile(r"_\{(?P<long>[^}]*)\}|_(?P<short>\w)|[A-Za-z]{2,}|(?P<letter>[A-Za-z])")
_PRODUCT = re.compile(r"(?<=\w) (?=[A-Za-z]\b)")  # W x: nearer than W + x
_DROP = 3.5  # how far an index stands below its letter, in the drawing's units

ET.register_namespace("", SVG.strip("{}"))


def draw(file: Path, words: dict[str, str], *, title: str, description: str,
         prefix: str, step: int | None = None) -> str:
    """Return a drawing as inline SVG.

    Args:
        file: The drawing; parts.svg stands beside it.
        words: What its texts say: `{key}` → word.
        title: What it is, in a few words.
        description: What it shows, for those who do not see it.
        prefix: What its ids begin with, so that they are unique in a page.
        step: Draw what is there at this step, counted from 1.

    Raises:
        NotebuildError: It is not XML, or one of its texts has no word.
    """
    source = file.read_text("utf-8")
    try:
        svg = ET.fromstring(source)
    except ET.ParseError as error:
        raise _failure(str(error), file, error.position[0]) from None
    if step:
        _keep_step(svg, step)
    parts = {part.get("id"): part for part in
             ET.parse(file.with_name("parts.svg")).getroot()[0]}
    heads: set[str] = set()
    for element, colour in list(_walk(svg)):
        kind = element.tag.removeprefix(SVG)
        classes = element.get("class", "").split()
        if kind == "text":
            _set_text(element, classes, words, source, file)
        elif kind == "use":
            _put_sign(element, parts)
        elif {"arrow", "track"} & {*classes}:
            head = "-".join(filter(None, ("head", "track" in classes and "track", colour)))
            element.set("marker-end", f"url(#{prefix}-{head})")
            heads.add(head)
    defs = ET.Element(f"{SVG}defs")
    for head in sorted(heads):
        part = deepcopy(parts[head])
        part.set("id", f"{prefix}-{head}")
        defs.append(part)
    svg[:0] = [_label("title", title, prefix), _label("desc", description, prefix), defs]
    svg.attrib |= {"role": "img", "aria-labelledby": f"{prefix}-title",
                   "aria-describedby": f"{prefix}-desc", "data-search-exclude": ""}
    _join(svg)
    return ET.tostring(svg, encoding="unicode")


def find_keys(file: Path) -> dict[str, int]:
    """Return the keys of the words that a drawing needs, and their lines."""
    rows = file.read_text("utf-8").splitlines()
    return {key: line for line, row in enumerate(rows, 1)
            for key in re.findall(r">\{(\w+)\}</text>", row)}


def _failure(what: str, file: Path, line: int, hint: str | None = None) -> NotebuildError:
    rows = file.read_text("utf-8").splitlines()
    return NotebuildError(what, path=f"docs/{file.parent.name}/{file.name}", line=line,
                          text=rows[min(line, len(rows)) - 1], hint=hint)


def _keep_step(parent: ET.Element, step: int) -> None:
    """Leave in a drawing what is there at a step, and mark what is new in it.

    `data-step` is a step, or several: `2-3`, `2-` (from the second on), `-3`.
    """
    for child in [*parent]:
        first, dash, last = child.attrib.pop("data-step", "-").partition("-")
        if step < int(first or 1) or step > int((last if dash else first) or step):
            parent.remove(child)
            continue
        if step > 1 and first == str(step):
            child.set("class", f"{child.get('class', '')} new".strip())
        _keep_step(child, step)


def _walk(parent: ET.Element, colour: str | None = None,
          ) -> Iterator[tuple[ET.Element, str | None]]:
    """Yield all elements of a drawing with the colours that they have or inherit."""
    for child in parent:
        own = next((c for c in child.get("class", "").split() if c in COLOURS), colour)
        yield child, own
        yield from _walk(child, own)


def _set_text(element: ET.Element, classes: list[str], words: dict[str, str],
              source: str, file: Path) -> None:
    """Give a text its word; set mathematics; leave code as it is."""
    text = element.text or ""
    key = KEY.fullmatch(text)
    if "math" in classes:
        _set_math(element, _PRODUCT.sub("\u2009", text))
    elif key and key[1] in words:
        element.text = words[key[1]]
    elif "code" not in classes:
        line = source[:source.index(f">{text}<")].count("\n") + 1
        raise _failure(
            f"there is no word ‘{key[1]}’" if key else f"‘{text}’ is not the key of a word",
            file, line, f"add it to {file.stem}.toml, in every language" if key
            else 'write {key}, or give the text class="math" or class="code"')


def _set_math(element: ET.Element, text: str) -> None:
    """Set `tanh(W_f x)`: letters slanted, indices below the line."""
    element.text, end, low = None, 0, False

    def add(text: str, kind: str, index: bool = False):
        nonlocal low
        span = ET.SubElement(element, f"{SVG}tspan", {"class": kind} if kind else {})
        span.text = text
        if index != low:
            span.set("dy", str(_DROP if index else -_DROP))
            low = index

    for match in _MATH.finditer(text):
        if plain := text[end:match.start()]:
            add(plain, "")
        for part in re.findall(r"[A-Za-z]|[^A-Za-z]+", match["long"] or match["short"] or ""):
            add(part, "low letter" if part.isalpha() else "low", index=True)
        if match["letter"] or match[0][0] != "_":
            add(match[0], "letter" if match["letter"] else "")
        end = match.end()
    if plain := text[end:]:
        add(plain, "")


def _put_sign(use: ET.Element, parts: dict[str, ET.Element]) -> None:
    """Turn a `use` into a copy of what it names, which style sheets reach into."""
    sign = parts[use.attrib.pop("href").removeprefix("#")]
    use.tag = sign.tag
    use.set("transform", f"translate({use.attrib.pop('x')} {use.attrib.pop('y')})")
    use.extend(deepcopy(part) for part in sign)


def _label(tag: str, text: str, prefix: str) -> ET.Element:
    label = ET.Element(f"{SVG}{tag}", {"id": f"{prefix}-{tag}"})
    label.text = join_lines(text.strip()).replace("\n", " ")
    return label


def _join(parent: ET.Element) -> None:
    """Drop the white space between elements."""
    if parent.text is not None and not parent.text.strip() and len(parent):
        parent.text = None
    for child in parent:
        child.tail = None
        _join(child)
