"""What is left out of an SVG does not show."""

import re

from notebuild.svg import INK, render_figure

GRID = "fill: none; stroke: #b0b0b0; stroke-width: 0.6"


def figure(inside):
    html = render_figure(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 180">'
        f"{inside}</svg>", prefix="c", label="")
    return html.partition(">")[2].partition(">")[2]


def line(x, style=GRID):
    return f'<path d="M {x} 10 L {x} 90" style="{style}"/>'


def test_lines_that_differ_in_nothing_else_are_one_path():
    assert figure(line(10) + line(50)).count("<path") == 1
    assert "M10 10v80M50 10v80" in figure(line(10) + line(50))


def test_no_line_moves_over_another_or_is_seen_through():
    other = line(20, GRID.replace("b0b0b0", "c0ffee"))
    assert figure(line(10) + other + line(50)).count("<path") == 3
    faint = GRID + "; stroke-opacity: 0.5"
    assert figure(line(10, faint) + line(50, faint)).count("<path") == 2
    html = figure(f'<g style="stroke-opacity: 0.5">{line(10)}{line(50)}</g>')
    assert html.count("<path") == 2


def test_an_axis_draws_its_grid_and_its_ticks_in_one_stroke_each():
    tick = "".join(
        f'<g id="xtick_{x}">{line(x)}<g><defs><path id="m{x}" d="M 0 0 L 0 3.5"'
        f' style="stroke: {INK}"/></defs><use href="#m{x}" x="{x}" y="90"/></g>'
        f'<text style="fill: {INK}" x="{x}" y="99">{x}</text></g>' for x in (10, 20, 30))
    html = figure(f'<g id="matplotlib.axis_1">{tick}</g>')
    assert html.count("<path") == 2 and html.count("<text") == 3
    assert "M10 90v3.5M20 90v3.5M30 90v3.5" in html and "defs" not in html


def test_the_axes_of_a_plot_draw_together():
    axes = "".join(f'<g id="matplotlib.axis_{n}">{line(n)}'
                   f'{line(n + 5, f"fill: none; stroke: {INK}")}</g>' for n in (1, 2))
    assert figure(axes).count("<path") == 2
    bar = '<rect width="9" height="9"/>'
    assert figure(axes.replace("</g><g", f"</g>{bar}<g")).count("<path") == 4


def test_a_line_upon_itself_is_drawn_once():
    assert 'd="M10 10v80"' in figure(line(10) * 3)


def test_what_paints_nothing_need_not_say_how():
    dots = '<circle r="9" style="fill: #c0ffee; fill-opacity: 0.5"/>' * 3
    assert "fill-opacity" not in figure(dots + line(10))
    words = f'<text style="fill: {INK}">a</text>' * 3
    assert "linecap" not in figure((line(10, GRID + "; stroke-linecap: square") + words) * 3)


def test_what_is_inherited_is_not_said_again():
    html = figure('<g style="fill: #c0ffee"><path d="M 0 0 L 9 9 z" style="fill: #c0ffee"/>'
                  '<rect width="9" height="9"/></g>')
    assert html.count("#c0ffee") == 1


def test_what_a_pattern_draws_does_not_change():
    html = figure('<pattern id="p"><rect width="1" height="1"/></pattern>'
                  '<path d="M 0 0 L 90 0 L 90 90 z" style="fill: url(#p)"/>'
                  + line(10) + '<rect width="9" height="9" style="fill: none"/>' * 9)
    assert re.search(r'<pattern id="c0"><rect width="1" height="1" /></pattern>', html)
    assert html.count('fill="none"') == 10


def test_points_on_a_straight_line_are_left_out_and_corners_kept():
    points = " ".join(f"L {x} {20 + 0.01 * (x % 2)}" for x in range(1, 100))
    assert "M0 20h99" in figure(f'<path d="M 0 20 {points}" style="{GRID}"/>')
    assert "M0 20l50 1 50-1" in figure(
        f'<path d="M 0 20 L 25 20.5 L 50 21 L 100 20" style="{GRID}"/>')


def test_what_a_clip_leaves_whole_is_not_clipped():
    clip = '<clipPath id="a"><rect x="0" y="0" width="100" height="100"/></clipPath>'
    inside = f'<path d="M 10 10 L 10 90" clip-path="url(#a)" style="{GRID}"/>'
    assert "clip" not in figure(clip + inside).lower()
    assert 'clip-path="url(#c0)"' in figure(clip + inside.replace("90", "190"))


def test_digits_of_a_number_are_one_word():
    html = figure('<text>\n <tspan x="0" y="1">1</tspan>\n <tspan x="7" y="1">0</tspan>'
                  '\n <tspan x="15" y="-4">2</tspan>\n</text>')
    assert '<text><tspan x="0" y="1">10</tspan><tspan x="15" y="-4">2</tspan></text>' in html


def test_a_power_has_its_sign_and_one_size_less_to_say():
    small = 'style="font-size: 8px"'
    html = figure(
        '<text style="font-size: 14px"><tspan x="0" y="1" style="font-size: 12px">1</tspan>'
        '<tspan x="7" y="1" style="font-size: 12px">0</tspan>' + "".join(
            f'<tspan x="{15 + n}" y="-4.04" {small}>{c}</tspan>' for n, c in enumerate("\u221210"))
        + "</text>")
    assert ('<tspan x="0" y="1">10</tspan>'
            '<tspan x="15" y="-4" font-size="8px">\u221210</tspan>') in html
    assert "14px" not in html and html.count("12px") <= 1


def test_a_path_of_another_hand_stays_as_it_is():
    assert 'd="m 1 2 a 3 3 0 0 1 4 4"' in figure('<path d="m 1 2 a 3 3 0 0 1 4 4"/>')
