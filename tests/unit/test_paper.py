"""A drawing without the site's style sheet looks as it does with it."""

from pathlib import Path

from notebuild.paper import Paper, _needs

ASSETS = Path(__file__).parents[2] / "docs" / "assets"
DRAWING = ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 40"><g class="state">'
           '<rect class="box" width="9" height="9"/><text class="middle">h</text></g></svg>')


def test_what_rules_say_stands_at_each_element():
    paper = Paper(ASSETS)
    svg, state = paper.stand_alone(DRAWING), paper.values["--nb-state"]
    box = svg[svg.index("<rect width"):].partition(">")[0]
    assert f'stroke="{state}"' in box and 'stroke-width="1.3"' in box
    assert 'fill="#eb' in box  # a little of the colour on white
    assert 'text-anchor="middle"' in svg and 'width="360"' in svg
    for mark in ("class=", "var(", "color-mix", "currentColor", "ns0"):
        assert mark not in svg


def test_rules_are_looked_up_by_the_classes_that_they_need():
    needed = [*_needs(".nb-drawing .gate:is(.line, .arrow), .nb-drawing svg .box.soft > "
                      ":not(:is(.a, .b))")]
    assert needed == [{"gate"}, {"box", "soft"}]
    assert [*_needs(".nb-drawing svg :is(text, tspan)")] == [set()]
