"""The site's look where there is no style sheet: on paper, in a notebook, in an EPUB.

Few programs besides browsers know custom properties or `color-mix`. So the
variables of the style sheets are read here, those of the light scheme, and a
figure that leaves the site gets plain colours on a white ground.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from bs4 import BeautifulSoup

SHEETS = ("site.css", "notebuild.css", "figures.css")
# What of a rule means something as an attribute of SVG.
ATTRIBUTES = frozenset(
    "color fill stroke stroke-width stroke-dasharray stroke-linecap stroke-linejoin"
    " font-family font-size font-weight text-anchor".split())
_SVG = "{http://www.w3.org/2000/svg}"
_WHITE = "#ffffff"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,((?:[^()]|\([^()]*\))*))?\)")
_MIX = re.compile(r"color-mix\(in srgb,\s*(#\w+)\s+([\d.]+)%,\s*(#\w+|transparent)\)")


class Paper:
    """The style sheets of a site, as they are on paper.

    Args:
        assets: The folder that holds them.
    """

    def __init__(self, assets: Path):
        self.assets = assets
        self.rules = [rule for name in SHEETS
                      for rule in _rules((assets / name).read_text("utf-8"))]
        self.values: dict[str, str] = {}
        for _, declarations in self.rules:  # the first is that of the light scheme
            self.values = {name: value for name, value in declarations.items()
                           if name.startswith("--")} | self.values
        self.values["--site-paper"] = _WHITE
        self.ink = self.values["--site-ink"]

    def resolve(self, text: str, ink: str | None = None) -> str:
        """Return CSS, or a value of it, with its variables and mixtures worked out.

        Args:
            text: The CSS.
            ink: What `currentColor` is, if not the colour of the text.
        """
        before = None
        while before != text:
            before, text = text, _VARIABLE.sub(
                lambda m: self.values.get(m[1], (m[2] or "inherit").strip()), text)
        return _MIX.sub(_mix, text.replace("currentColor", ink or self.ink))

    def stand_alone(self, svg: str) -> str:
        """Return a page's figure as an SVG that needs no style sheet.

        Args:
            svg: A drawing (see `drawing`) or an output (see `svg`).
        """
        root = ET.fromstring(svg)
        page = BeautifulSoup(f'<div class="nb-drawing">{svg}</div>', "html.parser").svg
        places = {id(tag): node for tag, node in
                  zip([page, *page.find_all(True)], root.iter(), strict=True)}
        names = {name for node in root.iter() for name in node.get("class", "").split()}
        for selector, declarations in self.rules if names else ():
            if not selector.startswith(".nb-drawing") or "::" in selector or not any(
                    names.issuperset(needed) for needed in _needs(selector)):
                continue  # looking takes long, so only where there may be something
            for tag in page.find_parent("div").select(selector):
                if (node := places.get(id(tag))) is not None:  # false without children
                    self._style(node, declarations)
        self._paint(root, self.ink)
        box = root.get("viewBox", "").split()
        if "width" not in root.attrib and len(box) == 4:
            root.attrib |= {"width": box[2], "height": box[3]}
        ground = ET.Element(f"{_SVG}rect", dict(
            zip(("x", "y", "width", "height"), box), fill=_WHITE))
        root.insert(sum(child.tag in (f"{_SVG}title", f"{_SVG}desc") for child in root), ground)
        return to_text(root)

    def _style(self, node: ET.Element, declarations: dict[str, str]) -> None:
        for name, value in declarations.items():
            if name == "text-transform":  # the slanted letters of mathematics
                node.set("font-style", "italic")
            elif name in ATTRIBUTES:
                node.set(name, value)

    def _paint(self, node: ET.Element, ink: str) -> None:
        node.attrib.pop("class", None)
        node.attrib.pop("data-search-exclude", None)
        ink = self.resolve(node.attrib.pop("color", ink), ink)
        for name, value in node.items():
            node.set(name, self.resolve(value, ink))
        for child in node:
            self._paint(child, ink)


def to_text(root: ET.Element) -> str:
    """Return an element of one namespace as XML without prefixes.

    ElementTree's own way, to register the namespace, is one for all of Python.
    """
    space = root.tag[1:].partition("}")[0]
    for node in root.iter():
        node.tag = node.tag.rpartition("}")[2]
    root.set("xmlns", space)
    return ET.tostring(root, encoding="unicode")


def _rules(css: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield selector and declarations of the rules that hold for every medium."""
    depth, head = 0, ""
    for part in re.split(r"([{}])", _COMMENT.sub("", css)):
        if part in "{}" and part:
            depth += 1 if part == "{" else -1
        elif depth == 0:
            head = " ".join(part.split())
        elif depth == 1 and not head.startswith("@"):
            pairs = (row.partition(":") for row in part.split(";") if ":" in row)
            yield head, {name.strip(): " ".join(value.split()) for name, _, value in pairs}


def _needs(selector: str) -> Iterator[set[str]]:
    """Yield, for each selector of a list, classes that a figure it matches has.

    What stands in brackets may say that there is no such class.
    """
    while selector != (selector := re.sub(r"\([^()]*\)", "", selector)):
        pass
    for one in selector.split(","):
        yield {*re.findall(r"\.([\w-]+)", one)} - {"nb-drawing"}


def _mix(match: re.Match) -> str:
    """Return the colour that a mixture is on white paper."""
    share = float(match[2]) / 100
    one, two = (_parts(_WHITE if colour == "transparent" else colour)
                for colour in (match[1], match[3]))
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}"
                         for a, b in zip(one, two, strict=True))


def _parts(colour: str) -> list[int]:
    digits = colour[1:] if len(colour) > 4 else "".join(2 * c for c in colour[1:])
    return [int(digits[n:n + 2], 16) for n in (0, 2, 4)]
