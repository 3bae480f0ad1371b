"""Outlines: what the path of an SVG says, in the fewest digits that show.

Only what matplotlib writes is read: absolute M, L, Q, C and z.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

TOLERANCE = 0.1  # of a unit, a 72nd of an inch: what a line may be off
SMALL = 20.0  # units; what is smaller, a marker, keeps two decimals
_TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_TAKES = {"M": 1, "L": 1, "Q": 2, "C": 3, "Z": 0, "z": 0}  # points each

Point = tuple[float, float]


def read_path(text: str) -> list[tuple[str, list[Point]]] | None:
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


def write_path(segments: list[tuple[str, list[Point]]], points: list[Point]) -> str:
    """Return a path in relative, rounded coordinates."""
    across, down = (max(axis) - min(axis) for axis in zip(*points, strict=True))
    places = 1 if max(across, down) >= SMALL or not across or not down else 2
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


def is_inside(points: list[Point], rect: ET.Element | None, room: float = -0.1) -> bool:
    """Tell whether a clip's rectangle leaves all points, with room around them."""
    if rect is None or not points:
        return False
    left, top, width, height = (
        float(rect.get(name, "0")) for name in ("x", "y", "width", "height"))
    return all(left + room <= x <= left + width - room
               and top + room <= y <= top + height - room for x, y in points)


def write_number(value: float, places: int) -> str:
    """Return a number with no more digits than it needs: -.5, not -0.50."""
    number = f"{value:.{places}f}"
    number = number.rstrip("0").rstrip(".") if "." in number else number
    number = re.sub(r"^(-?)0\.", r"\1.", number)
    return "0" if number in ("-0", "", "-") else number


def _numbers(values, places: int) -> str:
    text = ""
    for value in values:
        number = write_number(value, places)
        text += number if not text or number[0] == "-" else f" {number}"
    return text
