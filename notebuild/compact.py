"""Figures: an SVG that looks the same in a third of the bytes.

matplotlib says everything of every element, in full precision. Here groups
that say nothing go, values that are inherited anyway are not repeated, the
most frequent ones are said once at the root, paths are relative and rounded to
what an eye can see, paths that differ in nothing else become one, and so do
the ticks of an axis. Pictures made of pixels keep each of them; see raster.py.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from xml.etree import ElementTree as ET

from notebuild.outline import is_inside, read_path, write_number, write_path
from notebuild.raster import slim_picture

# Inherited properties and their initial values.
INITIAL = {
    "fill": "black", "stroke": "none", "stroke-width": "1",
    "stroke-linecap": "butt", "stroke-linejoin": "miter",
    "stroke-dashoffset": "0", "fill-opacity": "1", "stroke-opacity": "1",
    "font-size": "medium", "text-anchor": "start",
}
OF_TEXT = {"font-size", "text-anchor"}
OF_PAINT = {name: name.partition("-")[0] for name in INITIAL
            if name.startswith(("fill-", "stroke-"))}
SHAPES = frozenset("path rect circle ellipse line polyline polygon text use".split())
NUMBER = re.compile("\u2212?\\d*")  # with a minus of mathematics
MARKER = 5.0  # units; what a marker takes around its point
# Neighbours with one of these would show where they overlap, or twice.
_ALONE = {"id", "opacity", "stroke-opacity", "marker-start",
          "marker-mid", "marker-end", "mask", "transform"}
_LONG = re.compile(r"(?<![\w.#])-?\d*\.\d+(?![\w.])")


def compact(root: ET.Element, axes: list[ET.Element]) -> None:
    """Say in an SVG nothing that does not show; in place.

    Args:
        root: The SVG. Its coordinates are of the size of pixels or points, and
            identifiers stand only where something refers to them.
        axes: Its groups of ticks, grid lines and labels. None of these hides
            another, so that their order is free.
    """
    axes = _join_axes(root, axes)
    for axis in axes:
        _flatten(axis)
    by_id = {f"#{node.get('id')}": node for node in root.iter() if node.get("id")}
    _draw_ticks(root, by_id)
    rects = {
        f"url(#{clip.get('id')})": clip[0] for clip in root.iter("clipPath")
        if len(clip) == 1 and clip[0].tag == "rect" and "transform" not in clip[0].attrib}
    for node in root.iter():
        if node.tag == "path":
            segments = read_path(node.get("d", ""))
            if segments is None:
                continue
            points = [point for _, group in segments for point in group]
            if is_inside(points, rects.get(node.get("clip-path", ""))):
                del node.attrib["clip-path"]
            node.set("d", write_path(segments, points))
        elif node.tag == "g" and {child.tag for child in node} == {"use"}:
            places = [(float(use.get("x", "0")), float(use.get("y", "0"))) for use in node]
            if is_inside(places, rects.get(node.get("clip-path", "")), MARKER):
                del node.attrib["clip-path"]
        elif node.tag == "image" and "href" in node.attrib:
            node.set("href", slim_picture(node.attrib["href"]))
        elif node.tag == "text":
            _set_number(node)
    for axis in axes:
        _merge(axis, far=True)
    _flatten(root)
    for use in root.iter("use"):
        for name in by_id.get(use.get("href", ""), ET.Element("g")).keys() & INITIAL.keys():
            use.attrib.pop(name, None)
    _merge(root)
    _drop_inherited(root, INITIAL)
    if not {"pattern", "marker", "mask", "symbol"} & {node.tag for node in root.iter()}:
        _hoist(root, by_id)  # what is in these inherits from where it stands
    _group(root)
    used = {value[5:-1] for node in root.iter() for value in node.attrib.values()
            if value.startswith("url(#")}
    for parent in [*root.iter()]:
        for clip in parent.findall("clipPath"):
            if clip.get("id") not in used:
                parent.remove(clip)
    _drop_empty(root)
    for node in root.iter():
        for name in node.attrib.keys() - {"id", "href", "d", "aria-label"}:
            places = 1 if _is_place(node, name) else 2
            node.set(name, _LONG.sub(
                lambda match, places=places: write_number(float(match[0]), places),
                node.get(name)))


def _is_place(node: ET.Element, name: str) -> bool:
    """Tell whether an attribute says where a text or a marker stands, to a tenth."""
    return node.tag in ("text", "tspan", "use") and (
        name in ("x", "y") or node.get(name, "").startswith("translate"))


def _join_axes(root: ET.Element, axes: list[ET.Element]) -> list[ET.Element]:
    """Make one group of the two axes of a plot; return the groups that are left."""
    gone = []
    for parent in [*root.iter()]:
        for first, second in pairwise([*parent]):
            if first in axes and second in axes and first.attrib == second.attrib:
                second[:0] = first
                parent.remove(first)
                gone.append(first)
    return [axis for axis in axes if axis not in gone]


def _flatten(parent: ET.Element) -> None:
    """Drop groups that say nothing, and say of an only child what a group says."""
    children = []
    for child in parent:
        _flatten(child)
        if child.tag == "g" and not child.attrib:
            children += child
        elif child.tag == "g" and len(child) == 1 and not (
                child.attrib.keys() - INITIAL.keys() - {"transform"}
                or "transform" in child.attrib.keys() & child[0].attrib.keys()):
            child[0].attrib = child.attrib | child[0].attrib
            children.append(child[0])
        else:
            children.append(child)
    parent[:] = children


def _drop_inherited(node: ET.Element, given: dict[str, str]) -> None:
    """Drop what a node would inherit anyway, and paths that paint nothing."""
    given = given | node.attrib
    for child in [*node]:
        if child.tag in ("defs", "clipPath"):
            continue
        paint = given | child.attrib
        if child.tag == "path" and "id" not in child.attrib and (
                paint.get("fill") == paint.get("stroke", "none") == "none"):
            node.remove(child)
        for name in child.attrib.keys() & INITIAL.keys():
            if child.get(name) == given.get(name):
                del child.attrib[name]
        _drop_inherited(child, given)


def _hoist(root: ET.Element, by_id: dict[str, ET.Element]) -> None:
    """Say at the root what most shapes say, where that is shorter."""
    for name, initial in INITIAL.items():
        before = root.get(name, initial)
        said: list[ET.Element] = []
        unsaid: list[ET.Element] = []

        def collect(node: ET.Element, given: dict[str, str]) -> None:
            for child in node:
                paint = given | child.attrib
                if child.tag in ("defs", "clipPath"):
                    continue
                if name in child.attrib:
                    said.append(child)
                elif child.tag in SHAPES:
                    own = by_id.get(child.get("href", ""))
                    if not (name in OF_TEXT and child.tag != "text"
                            or child.tag != "use" and paint.get(OF_PAINT.get(name)) == "none"
                            or own is not None and name in own.attrib):
                        unsaid.append(child)
                else:
                    collect(child, paint)

        collect(root, INITIAL | root.attrib)
        if not said:
            continue
        value, times = Counter(node.get(name) for node in said).most_common(1)[0]
        if value == before or (len(name) + len(value)) * times <= (
                (len(name) + len(before)) * len(unsaid) + len(name) + len(value)):
            continue
        root.set(name, value)
        for node in said:
            if node.get(name) == value:
                del node.attrib[name]
        for node in unsaid:
            node.set(name, before)


def _draw_ticks(root: ET.Element, by_id: dict[str, ET.Element]) -> None:
    """Draw where it is used what is as short as its use: ticks."""
    for parent in [*root.iter()]:
        for n, use in enumerate(parent):
            tick = by_id.get(use.get("href", "")) if use.tag == "use" else None
            if (tick is None or tick.tag != "path" or len(tick.get("d", "")) > 30
                    or {"transform", "clip-path"} & (tick.attrib | use.attrib).keys()
                    or tick.get("fill", "none") != "none"):
                continue
            segments = read_path(tick.get("d", ""))
            if segments is None or any(word not in "ML" for word, _ in segments):
                continue
            x, y = float(use.get("x", "0")), float(use.get("y", "0"))
            path = ET.Element("path", use.attrib | tick.attrib | {"fill": "none"})
            for name in ("id", "href", "x", "y"):
                path.attrib.pop(name, None)
            path.set("d", " ".join(f"{word} {px + x} {py + y}"
                                   for word, [(px, py)] in segments))
            parent[n] = path
    used = {use.get("href") for use in root.iter("use")}
    for defs in root.iter("defs"):
        for node in [*defs]:
            if node.tag == "path" and f"#{node.get('id')}" not in used:
                defs.remove(node)
    _drop_empty(root)


def _drop_empty(parent: ET.Element) -> None:
    for child in [*parent]:
        _drop_empty(child)
        if child.tag in ("defs", "g") and not len(child):
            parent.remove(child)


def _merge(parent: ET.Element, far: bool = False) -> None:
    """Make one path of neighbours that differ in nothing else.

    Args:
        parent: The element in which.
        far: Also of those that are no neighbours.
    """
    kept: list[ET.Element] = []
    seen: dict[tuple, ET.Element] = {}
    for child in parent:
        _merge(child, far)
        look = tuple(sorted({**child.attrib, "d": ""}.items()))
        if child.tag == "path" and _outline(child) and not (
                child.attrib.keys() & _ALONE or "stroke-opacity" in parent.attrib):
            if look in seen:
                # Each relative path begins with an absolute M: it can follow. Of
                # lines that lie upon each other one is enough.
                before, line = seen[look].get("d", ""), child.get("d", "")
                if not f"{before}M".startswith(f"{line}M"):
                    seen[look].set("d", before + line)
                continue
            seen = (seen if far else {}) | {look: child}
        elif not far:
            seen = {}
        kept.append(child)
    parent[:] = kept


def _group(parent: ET.Element) -> None:
    """Say once what texts, or markers, that follow each other all say."""
    kept: list[tuple] = []
    for child in [*parent]:
        if child.tag == "g":
            _group(child)
        look = child.tag, {name: child.get(name) for name in INITIAL if name in child.attrib}
        if child.tag in ("text", "use") and look[1]:
            if kept and kept[-1][0] == look:
                kept[-1][1].append(child)
                continue
            kept.append((look, [child]))
        else:
            kept.append((None, [child]))
    parent[:] = []
    for look, children in kept:
        if len(children) > 1:
            group = ET.SubElement(parent, "g", look[1])
            for child in children:
                for name in look[1]:
                    del child.attrib[name]
            group[:] = children
        else:
            parent.append(children[0])


def _outline(node: ET.Element) -> bool:
    return node.get("fill") == "none"


def _set_number(text: ET.Element) -> None:
    """Make one word of the digits and the sign of a number, as in 10⁻³."""
    text.text = text.text if (text.text or "").strip() else None
    kept: list[ET.Element] = []
    for span in text:
        span.tail = span.tail if (span.tail or "").strip() else None
        last = kept[-1] if kept else None
        if (last is not None and not len(span) and not len(last) and not last.tail
                and NUMBER.fullmatch(last.text or "") and (span.text or "").isdigit()
                and {**last.attrib, "x": ""} == {**span.attrib, "x": ""}):
            last.text, last.tail = f"{last.text}{span.text}", span.tail
        else:
            kept.append(span)
    text[:] = kept
    # The size of a text that is all in parts is seen nowhere: let it be theirs.
    if kept and not text.text and all(
            "font-size" in span.attrib and not span.tail for span in kept):
        text.set("font-size", kept[0].attrib["font-size"])
