"""Figures can only draw, and follow the page's colours."""

import re
from pathlib import Path

import pytest

from notebuild import svg
from notebuild.errors import NotebuildError
from notebuild.svg import INK, PALETTE, clean_svg, render_figure

ROOT = Path(__file__).parents[2]
OPEN = (
    '<svg xmlns="http://www.w3.org/2000/svg"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink" '
)


def drawing(inside, attributes='viewBox="0 0 360 180" width="360pt" height="180pt"'):
    return f"{OPEN}{attributes}>{inside}</svg>"


def figure(inside, **options):
    return render_figure(drawing(inside), **{"prefix": "c1-1-", "label": "Loss"} | options)


@pytest.mark.parametrize("hostile", [
    '<script>steal()</script>',
    '<script xlink:href="//evil.example/x.js"/>',
    '<style>@import "//evil.example/x.css"; * {stroke-linecap: butt}</style>',
    '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml">evil</body></foreignObject>',
    '<h:script xmlns:h="http://www.w3.org/1999/xhtml">steal()</h:script>',
    '<path d="M 0 0" onclick="steal()" onload="steal()"/>',
    '<a xlink:href="javascript:steal()"><path d="M 0 0"/></a>',
    '<use xlink:href="//evil.example/x.svg#a"/>',
    '<use href="data:image/svg+xml;base64,ZXZpbA=="/>',
    '<image xlink:href="https://evil.example/x.png"/>',
    '<image href="data:image/svg+xml;base64,ZXZpbA=="/>',
    '<animate attributeName="href" values="javascript:steal()"/>',
    '<set attributeName="onclick" to="steal()"/>',
    '<path style="fill: url(//evil.example/x.svg#a)"/>',
    '<path fill="URL( https://evil.example/ )" mask="image-set(&quot;//evil.example&quot;)"/>',
    '<path style="fill: u\\72l(//evil.example/x)"/>',
    '<path clip-path="url(#a) url(//evil.example/)"/>',
    '<path style="background: url(//evil.example/)"/>',
    '<?xml-stylesheet href="//evil.example/x.css"?>',
    '<!-- evil -->',
])
def test_nothing_but_the_drawing_passes(hostile):
    for html in (figure(hostile), clean_svg(drawing(hostile))):
        assert not re.search(
            r"evil|steal|script|href|\son\w+=|@import|style|animate|<set|foreign", html,
        )


@pytest.mark.parametrize("broken", [
    "", "not xml", "<svg", "<html></html>",
    '<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
])
def test_what_is_no_svg_is_refused(broken):
    with pytest.raises(NotebuildError, match="SVG"):
        clean_svg(broken)


def test_deep_nesting_is_cut_not_followed():
    deep = "<g id='a'>" * 2_000 + "<path d='M 0 0'/>" + "</g>" * 2_000
    assert "path" not in figure(deep)


def test_the_doctype_of_matplotlib_is_accepted_and_dropped():
    head = (
        '<?xml version="1.0" encoding="utf-8" standalone="no"?>\n'
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"\n'
        '  "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
    )
    assert clean_svg(head + drawing("")).startswith("<svg ")


def test_ids_are_unique_in_the_page_and_references_follow():
    inside = (
        '<defs><path id="m1" d="M 0 0 C 1 1 2 2 3 3"/><clipPath id="p1"><rect width="1"/></clipPath>'
        '</defs><g id="figure_1" clip-path="url(#p1)"><use xlink:href="#m1" x="2"/></g>'
    )
    first, second = figure(inside), figure(inside, prefix="c1-2-")
    for html, prefix in ((first, "c1-1-"), (second, "c1-2-")):
        ids = re.findall(r'\bid="([^"]+)"', html)
        assert len(ids) == 2 and all(one.startswith(prefix) for one in ids)
        assert set(re.findall(r"url\(#([^)]+)\)|href=\"#([^\"]+)", html)) == {
            (ids[1], ""), ("", ids[0]),
        }
    assert "figure_1" not in first  # nobody refers to it


def test_a_colour_is_not_taken_for_a_reference():
    assert 'fill="#c0ffee"' in figure('<path style="fill: #c0ffee"/>')


@pytest.mark.parametrize("given, themed", [
    (INK, "currentColor"),
    ("#000000", "currentColor"),
    ("#ffffff", "var(--nb-paper, #ffffff)"),
    ("#b0b0b0", "var(--nb-grid, #b0b0b0)"),
    (PALETTE[0], f"var(--nb-c0, {PALETTE[0]})"),
    (PALETTE[7].upper(), f"var(--nb-c7, {PALETTE[7]})"),
    ("#d62728", "#d62728"),
])
def test_lines_and_areas_take_the_colours_of_the_scheme(given, themed):
    html = figure(f'<path d="M 0 0" style="fill: {given}; stroke: {given}"/>')
    assert f'fill="{themed}"' in html and f'stroke="{themed}"' in html


def test_text_on_data_keeps_its_black_and_white():
    """A heat map is the same in both schemes, and so are the labels on it."""
    html = figure(
        f'<text style="fill: {INK}">axis</text><text>dark</text>'
        f'<text style="fill: #ffffff">light</text>'
        f'<g style="fill: {INK}"><text><tspan>math</tspan></text></g>'
    )
    assert '<text>axis' in html and 'fill="currentColor" role="img"' in html
    assert '<text fill="#000000">dark' in html
    assert '<text fill="#ffffff">light' in html
    assert '<text><tspan>math' in html


def test_text_of_a_foreign_figure_follows_the_scheme():
    html = figure("<text>label</text>")
    assert 'fill="currentColor"' in html and "<text>label" in html


def test_text_is_in_the_pages_font_and_stays_escaped():
    html = figure(
        "<text style=\"font-size: 12px; font-family: 'DejaVu Sans', sans-serif\""
        ' transform="rotate(-0 5 6)">&lt;b&gt; &amp; c</text>'
        "<text style=\"font-family: 'DejaVu Sans Mono'\">code</text>"
    )
    assert '<text font-size="12px">&lt;b&gt; &amp; c</text>' in html
    assert 'font-family="monospace">code' in html and "DejaVu" not in html


def test_the_size_is_natural_in_pixels_and_the_label_is_escaped():
    html = figure("", label='"a" <b>')
    assert 'width="480" height="240"' in html and 'viewBox="0 0 360 180"' in html
    assert 'role="img"' in html and 'aria-label="&quot;a&quot; &lt;b&gt;"' in html
    assert "nb-wide" not in html


def test_a_wide_figure_scrolls_and_is_reached_by_the_keyboard():
    html = render_figure(
        drawing("", 'viewBox="0 0 720 288" width="720pt" height="288pt"'),
        prefix="c", label="Two panels",
    )
    assert html.startswith('<figure class="nb-output nb-figure nb-wide" tabindex="0"')


@pytest.mark.parametrize("attributes, size", [
    ('width="30" height="20"', 'viewBox="0 0 30 20"'),
    ('viewBox="0 0 30 20"', 'width="30" height="20"'),
    ('viewBox="0 0 30 20" width="100%" height="100%"', 'width="30" height="20"'),
    ("", "<svg"),
])
def test_a_size_is_found_where_there_is_one(attributes, size):
    assert size in render_figure(drawing("", attributes), prefix="c", label="")


def test_coordinates_are_no_finer_than_seen():
    assert 'd="M1.23-4l3.77 10.5"' in figure('<path d="M 1.234567 -4.001 L 5 6.5"/>')
    assert 'd="M1.2-4l38.8 10.5"' in figure('<path d="M 1.234567 -4.001 L 40 6.5"/>')
    small = drawing('<path d="M 0.123456 0"/>', 'viewBox="0 0 1 1"')
    assert "0.123456" in render_figure(small, prefix="c", label="")


def test_cleaning_twice_changes_nothing():
    inside = '<a><path style="fill: red" d="M 0 0"/></a><text>a <tspan>b</tspan> c</text>'
    assert clean_svg(clean_svg(drawing(inside))) == clean_svg(drawing(inside))


def _luminance(colour):
    parts = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one, other):
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_palette_is_the_same_in_all_places_and_readable_in_both_schemes():
    css = (ROOT / "docs/assets/notebuild.css").read_text("utf-8")
    colours = re.findall(r"--nb-c\d: (#\w{6});", css)
    light, dark = colours[:8], colours[8:]
    assert tuple(light) == svg.PALETTE and len(dark) == 8
    assert all(_contrast(colour, "#ffffff") >= 3 for colour in light)
    assert all(_contrast(colour, "#1e2129") >= 3 for colour in dark)
    style = (ROOT / "notebuild/matplotlibrc").read_text("utf-8")
    cycle = style.split("cycler(")[1]
    assert tuple("#" + one for one in re.findall(r"'(\w{6})'", cycle)) == svg.PALETTE
    assert f"text.color: {svg.INK[1:]}\n" in style
