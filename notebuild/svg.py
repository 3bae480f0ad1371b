"""Figures: matplotlib's SVG in, safe and theme-aware inline SVG out.

What is not on the lists below does not pass: elements, attributes, CSS
properties and functions are allowed by name. Styles become presentation
attributes, which a strict Content-Security-Policy admits, and colours that the
plot style knows become CSS variables with one value for each colour scheme.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from notebuild.compact import compact
from notebuild.errors import NotebuildError

NAMESPACE = "http://www.w3.org/2000/svg"
ELEMENTS = frozenset(
    "svg g defs symbol use path rect circle ellipse line polyline polygon text"
    " tspan clipPath mask pattern marker linearGradient radialGradient stop"
    " image".split()
)
GEOMETRY = frozenset(
    "id d x y x1 y1 x2 y2 dx dy cx cy r rx ry fx fy points transform viewBox"
    " width height preserveAspectRatio offset gradientUnits gradientTransform"
    " spreadMethod patternUnits patternContentUnits patternTransform"
    " clipPathUnits maskUnits maskContentUnits markerWidth markerHeight"
    " markerUnits orient refX refY".split()
)
PROPERTIES = frozenset(
    "fill fill-opacity fill-rule stroke stroke-width stroke-opacity"
    " stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray"
    " stroke-dashoffset opacity color stop-color stop-opacity clip-path"
    " clip-rule mask marker-start marker-mid marker-end font-size font-family"
    " font-style font-weight text-anchor dominant-baseline letter-spacing"
    " visibility display paint-order image-rendering vector-effect".split()
)
# Nothing but these may stand before a parenthesis: no url() off the page.
FUNCTIONS = re.compile(
    r"(?:[^()\\]++|(?<=rgb|hsl)\([^()\\]*+\)|(?<=rgba|hsla)\([^()\\]*+\)"
    r"|(?<=scale|skewX|skewY)\([^()\\]*+\)|(?<=rotate|matrix)\([^()\\]*+\)"
    r"|(?<=translate)\([^()\\]*+\)|(?<=url)\(#[\w.:-]++\))*+"
)
REFERENCE = re.compile(r"(?<=url\(#)[\w.:-]+(?=\))")
FRAGMENT = re.compile(r"(?<=^#)[\w.:-]+$")
EMBEDDED = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=]*")
AXIS = re.compile(r"matplotlib\.axis_\d+$")
DEPTH = 200  # far beyond any figure, far below Python's recursion limit
WIDE = 620  # px: what is wider would be too small to read on a phone

# As in matplotlibrc. The second value of each, for the dark scheme, is in
# docs/assets/notebuild.css.
INK = "#24292f"
PALETTE = ("#2667e8", "#d47200", "#0a5236", "#a0618c", "#6a12a8", "#75701a",
           "#0b8fa8", "#6b7480")
COLOURS = {
    INK: "currentColor",
    "#000000": "currentColor",
    "black": "currentColor",
    "#ffffff": "var(--nb-paper, #ffffff)",
    "white": "var(--nb-paper, #ffffff)",
    "#b0b0b0": "var(--nb-grid, #b0b0b0)",
    "#cccccc": "var(--nb-grid, #cccccc)",
} | {colour: f"var(--nb-c{n}, {colour})" for n, colour in enumerate(PALETTE)}


def clean_svg(text: str) -> str:
    """Return a stand-alone SVG that can only draw: no scripts, links or dates.

    Raises:
        NotebuildError: The text is not well-formed XML, or not an SVG.
    """
    return ET.tostring(_safe_tree(text), encoding="unicode")


def render_figure(text: str, *, prefix: str, label: str) -> str:
    """Return a `<figure>` whose SVG follows the page's colours and fonts.

    Args:
        text: The SVG as it was displayed.
        prefix: Put before each identifier, so that it is unique in the page.
        label: The text alternative.

    Raises:
        NotebuildError: The text is not well-formed XML, or not an SVG.
    """
    root = _safe_tree(text)
    # Text drawn in our style names its ink. What names none is black by the
    # author's will, say on a bright field of a heat map, and stays black.
    if any(node.get("fill") == INK for node in root.iter()):
        for parent in root.iter():
            for node in parent.findall("text"):
                if "fill" not in parent.attrib | node.attrib:
                    node.set("fill", "#000000")
    for node in root.iter():
        on_data = node.tag in ("text", "tspan") and node.get("fill") != INK
        for name in ("fill", "stroke", "stop-color"):
            colour = COLOURS.get(node.get(name, "").lower())
            if colour and not on_data:
                node.set(name, colour)
    axes = [node for node in root.iter("g") if AXIS.match(node.get("id", ""))]
    _rename(root, prefix)
    root.set("fill", "currentColor")
    root.set("role", "img")
    root.set("aria-label", label)
    wide = _set_size(root) > WIDE
    if _is_fine(root):
        compact(root, axes)
    if wide:
        root.set("id", f"{prefix}svg")
    svg = ET.tostring(root, encoding="unicode")
    if wide:  # it scrolls inside itself on a phone, so the keyboard must reach it
        return (
            '<figure class="nb-output nb-figure nb-wide" tabindex="0" role="group"'
            f' aria-labelledby="{prefix}svg">{svg}</figure>'
        )
    return f'<figure class="nb-output nb-figure">{svg}</figure>'


def _safe_tree(text: str) -> ET.Element:
    try:
        source = fromstring(text)
    except (ET.ParseError, DefusedXmlException, ValueError) as error:
        raise NotebuildError(
            f"an SVG output cannot be read: {error or type(error).__name__}",
            hint="display a figure of well-formed XML without entities",
        ) from error
    if source.tag not in (f"{{{NAMESPACE}}}svg", "svg"):
        raise NotebuildError(f"an SVG output has the root element {source.tag!r}")
    root = _safe_copy(source, 0, re.search(r"stroke-linejoin: round", text[:4000]))
    root.set("xmlns", NAMESPACE)
    return root


def _safe_copy(source: ET.Element, depth: int, round_joins=None) -> ET.Element | None:
    """Return a copy of the allowed part of an element, or None."""
    if not isinstance(source.tag, str):  # a processing instruction
        return None
    namespace, _, name = source.tag.rpartition("}")
    name = "g" if name == "a" else name  # the drawing without its link
    if namespace not in ("", "{" + NAMESPACE) or name not in ELEMENTS or depth > DEPTH:
        return None
    node = ET.Element(name, _safe_attributes(name, source))
    if round_joins:  # matplotlib says it in a style sheet, for all elements
        node.set("stroke-linejoin", "round")
    verbatim = name in ("text", "tspan")
    node.text = source.text if verbatim else None
    for child in source:
        copy = _safe_copy(child, depth + 1)
        if copy is None or (copy.tag in ("g", "defs") and not len(copy)):
            continue
        if copy.tag == "g" and not copy.attrib:
            node.extend(copy)
        else:
            node.append(copy)
            copy.tail = child.tail if verbatim else None
    return node


def _safe_attributes(name: str, source: ET.Element) -> dict[str, str]:
    attributes = {}
    for key, value in source.items():
        key = key.rpartition("}")[2]
        if key == "href":
            value = re.sub(r"\s+", "", value)
            if FRAGMENT.search(value) or (
                name == "image" and EMBEDDED.fullmatch(value)
            ):
                attributes["href"] = value
        elif key in GEOMETRY or key in PROPERTIES:
            attributes[key] = value
    for declaration in source.get("style", "").split(";"):
        key, _, value = (part.strip() for part in declaration.partition(":"))
        if key in PROPERTIES:
            attributes[key] = value
    if re.fullmatch(r"rotate\(-?0 [^()]*\)", attributes.get("transform", "")):
        del attributes["transform"]
    if "font-family" in attributes:
        family = attributes.pop("font-family")
        if "monospace" in family.lower() or "Mono" in family:
            attributes["font-family"] = "monospace"  # else the page's own font
    return {
        key: value for key, value in attributes.items()
        if "(" not in value or FUNCTIONS.fullmatch(value)
    }


def _rename(root: ET.Element, prefix: str) -> None:
    """Number the identifiers that are referred to, and drop the others."""
    names: dict[str, str] = {}

    def number(match: re.Match) -> str:
        return names.setdefault(match[0], f"{prefix}{len(names)}")

    for node in root.iter():
        for key, value in node.items():
            if key == "href":
                node.set(key, FRAGMENT.sub(number, value))
            elif "url(" in value:
                node.set(key, REFERENCE.sub(number, value))
    for node in root.iter():
        if (name := node.attrib.pop("id", None)) in names:
            node.set("id", names[name])


def _set_size(root: ET.Element) -> float:
    """Give a root its natural size in pixels and return the width.

    The size holds the place while the page loads; the style sheet lets it
    shrink.
    """
    size = [_pixels(root.attrib.pop(key, "")) for key in ("width", "height")]
    box = _box(root)
    if len(box) != 4:
        if None in size:
            return 0
        root.set("viewBox", f"0 0 {size[0]:g} {size[1]:g}")
    elif None in size:
        size = box[2:]
    if _is_fine(root):
        for node in root.iter():
            for key in node.attrib.keys() & {"d", "x", "y", "points"}:
                node.set(key, re.sub(r"-?\d+\.\d{3,}", _shorten, node.get(key)))
    root.set("width", f"{size[0]:.0f}")
    root.set("height", f"{size[1]:.0f}")
    return size[0]


def _is_fine(root: ET.Element) -> bool:
    """Tell whether below 0.01 of a unit nothing is seen."""
    box = _box(root)
    return len(box) == 4 and box[2] >= 100


def _box(root: ET.Element) -> list[float]:
    return [float(n) for n in re.findall(r"-?\d+\.?\d*", root.get("viewBox", ""))]


def _shorten(match: re.Match) -> str:
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")


def _pixels(length: str) -> float | None:
    """Return a CSS length in pixels: 96 of them are 72 points."""
    match = re.fullmatch(r"(\d+\.?\d*)(pt|px|)", length.strip())
    return match and float(match[1]) * (96 / 72 if match[2] == "pt" else 1)
