"""Figures: an SVG that looks the same in a third of the bytes.

matplotlib says everything of every element, in full precision. Here groups
that say nothing go, values that are inherited anyway are not repeated, the
most frequent ones are said once at the root, paths are relative and rounded to
what an eye can see, paths that differ in nothing else become one, and so do
the ticks of an axis.
"""

from __future__ import annotations

import re
from collections import Counter
from xml.etree import ElementTree as ET

# Inherited properties and their initial values.
INITIAL = {
    "fill": "black", "stroke": "none", "stroke-width": "1",
    "stroke-linecap": "butt", "stroke-linejoin": "miter",
    "fill-opacity": "1", "stroke-opacity": "1",
    "font-size": "medium", "text-anchor": "start",
}
OF_TEXT = {"font-size", "text-anchor"}
SHAPES = frozenset("path rect circle ellipse line polyline polygon text use".split())
TOLERANCE = 0.1  # of a unit, a 72nd of an inch: what a line may be off
MARKER = 5.0  # units; what a marker takes around its point
SMALL = 20.0  # units; what is smaller, a marker, keeps two decimals
# Neighbours with one of these would show where they overlap, or twice.
_ALONE = {"id", "opacity", "stroke-opacity", "marker-start",
          "marker-mid", "marker-end", "mask", "transform"}
_TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_TAKES = {"M": 1, "L": 1, "Q": 2, "C": 3, "Z": 0, "z": 0}  # points each
_LONG = re.compile(r"(?<![\w.#])(-?)0*(\d*\.\d+)(?![\w.])")

Point = tuple[float, float]


def compact(root: ET.Element, axes: list[ET.Element]) -> None:
    """Say in an SVG nothing that does not show; in place.

    Args:
        root: The SVG. Its coordinates are of the size of pixels or points, and
            identifiers stand only where something refers to them.
        axes: Its groups of ticks, grid lines and labels. None of these hides
            another, so that their order is free.
    """
    for axis in axes:
        _flatten(axis)
    by_id = {f"#{node.get('id')}": node for node in root.iter() if node.get("id")}
    _draw_ticks(root, by_id)
    rects = {
        f"url(#{clip.get('id')})": clip[0] for clip in root.iter("clipPath")
        if len(clip) == 1 and clip[0].tag == "rect" and "transform" not in clip[0].attrib}
    for node in root.iter():
        if node.tag == "path":
            segments = _read_path(node.get("d", ""))
            if segments is None:
                continue
            points = [point for _, group in segments for point in group]
            if _is_inside(points, rects.get(node.get("clip-path", ""))):
                del node.attrib["clip-path"]
            node.set("d", _write_path(segments, points))
        elif node.tag == "g" and {child.tag for child in node} == {"use"}:
            places = [(float(use.get("x", "0")), float(use.get("y", "0"))) for use in node]
            if _is_inside(places, rects.get(node.get("clip-path", "")), MARKER):
                del node.attrib["clip-path"]
        elif node.tag == "text":
            _join_digits(node)
    for axis in axes:
        _merge(axis, far=True)
    _flatten(root)
    for use in root.iter("use"):
        for name in by_id.get(use.get("href", ""), ET.Element("g")).keys() & INITIAL.keys():
            use.attrib.pop(name, None)
    _merge(root)
    _drop_inherited(root, {})
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
            node.set(name, _LONG.sub(_shorten, node.get(name)))


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

        def collect(node: ET.Element) -> None:
            for child in node:
                if child.tag in ("defs", "clipPath"):
                    continue
                if name in child.attrib:
                    said.append(child)
                elif child.tag in SHAPES:
                    own = by_id.get(child.get("href", ""))
                    if not (name in OF_TEXT and child.tag != "text"
                            or own is not None and name in own.attrib):
                        unsaid.append(child)
                else:
                    collect(child)

        collect(root)
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
            segments = _read_path(tick.get("d", ""))
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
                # Each relative path begins with an absolute M: it can follow.
                seen[look].set("d", seen[look].get("d", "") + child.get("d", ""))
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


def _join_digits(text: ET.Element) -> None:
    """Make one number of digits that stand side by side, as in 10⁻³."""
    text.text = text.text if (text.text or "").strip() else None
    kept: list[ET.Element] = []
    for span in text:
        span.tail = span.tail if (span.tail or "").strip() else None
        last = kept[-1] if kept else None
        if (last is not None and not len(span) and not len(last) and not last.tail
                and (last.text or "").isdigit() and (span.text or "").isdigit()
                and {**last.attrib, "x": ""} == {**span.attrib, "x": ""}):
            last.text, last.tail = f"{last.text}{span.text}", span.tail
        else:
            kept.append(span)
    text[:] = kept


def _read_path(text: str) -> list[tuple[str, list[Point]]] | None:
    """Return a path's commands and points; None for what matplotlib never writes."""
    segments: list[tuple[str, list[Point]]] = []
    numbers: list[float] = []

    def end() -> bool:
        takes = 2 * _TAKES[segments[-1][0]] if segments else 0
        if len(numbers) != takes:
            return False
        if segments:
            segments[-1][1].extend(zip(numbers[::2], numbers[1::2], strict=True))
        numbers.clear()
        return True

    for token in _TOKEN.findall(text):
        if not token.isalpha():
            numbers.append(float(token))
        elif token not in _TAKES or not end():
            return None
        else:
            segments.append((token, []))
    return segments if segments and segments[0][0] == "M" and end() else None


def _write_path(segments: list[tuple[str, list[Point]]], points: list[Point]) -> str:
    """Return a path in relative, rounded coordinates."""
    size = max(max(axis) - min(axis) for axis in zip(*points, strict=True))
    places = 1 if size >= SMALL else 2
    parts, here, start, last = [], (0.0, 0.0), (0.0, 0.0), ""
    for command, group in _simplify(segments):
        if command in "Zz":
            parts.append("z")
            here, last = start, ""
            continue
        group = [(round(x, places), round(y, places)) for x, y in group]
        if command == "M":
            here = start = group[0]
            parts.append("M" + _numbers(here, places))
            last = "M"
            continue
        steps = [(x - here[0], y - here[1]) for x, y in group]
        dx, dy = steps[-1]
        if command == "L" and abs(dy) < 1e-9:
            word, values = "h", (dx,)
        elif command == "L" and abs(dx) < 1e-9:
            word, values = "v", (dy,)
        else:
            word, values = command.lower(), [n for step in steps for n in step]
        text = _numbers(values, places)
        repeats = word == last and word in "lcq"
        parts.append((text if text[0] == "-" else f" {text}") if repeats else word + text)
        here, last = group[-1], word
    return "".join(parts)


def _simplify(segments):
    """Leave out points of straight lines that no eye would miss."""
    run: list[Point] = []
    for command, group in segments:
        if command == "L":
            run.append(group[0])
            continue
        yield from (("L", [point]) for point in _thin(run))
        run = []
        yield command, group
        if group:  # the point from which the next lines start is theirs to keep
            run = [group[-1]]
    yield from (("L", [point]) for point in _thin(run))


def _thin(points: list[Point]) -> list[Point]:
    """Return a polyline without its first point and those near its course.

    After Ramer (1972) and Douglas & Peucker (1973).
    """
    if len(points) < 2:
        return []
    keep, spans = {len(points) - 1}, [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        (ax, ay), (bx, by) = points[first], points[last]
        length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
        farthest, distance = 0, TOLERANCE
        for n in range(first + 1, last):
            px, py = points[n][0] - ax, points[n][1] - ay
            along = (px * (bx - ax) + py * (by - ay)) / length if length else 0.0
            if 0 <= along <= length and length:
                off = abs(px * (by - ay) - py * (bx - ax)) / length
            else:
                off = min((px**2 + py**2) ** 0.5,
                          ((points[n][0] - bx) ** 2 + (points[n][1] - by) ** 2) ** 0.5)
            if off > distance:
                farthest, distance = n, off
        if farthest:
            keep.add(farthest)
            spans += [(first, farthest), (farthest, last)]
    return [points[n] for n in sorted(keep)]


def _is_inside(points: list[Point], rect: ET.Element | None, room: float = -0.1) -> bool:
    """Tell whether a clip's rectangle leaves all points, with room around them."""
    if rect is None or not points:
        return False
    left, top, width, height = (
        float(rect.get(name, "0")) for name in ("x", "y", "width", "height"))
    return all(left + room <= x <= left + width - room
               and top + room <= y <= top + height - room for x, y in points)


def _numbers(values, places: int) -> str:
    text = ""
    for value in values:
        number = f"{value:.{places}f}".rstrip("0").rstrip(".")
        number = re.sub(r"^(-?)0\.", r"\1.", number)
        number = "0" if number in ("-0", "", "-") else number
        text += number if not text or number[0] == "-" else f" {number}"
    return text


def _shorten(match: re.Match) -> str:
    number = f"{float(match[0]):.2f}".rstrip("0").rstrip(".")
    number = re.sub(r"^(-?)0\.", r"\1.", number)
    return "0" if number in ("-0", "", "-") else number
