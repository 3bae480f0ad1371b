"""Pages in fewer bytes: what goes, and above all what stays."""

import re
from pathlib import Path
from time import perf_counter

import material
import pytest

from notebuild.minify import NAMES, minify

SITE_CSS = Path(__file__).parents[2] / "docs" / "assets" / "site.css"


@pytest.mark.parametrize("html", [
    "<div><b>a</b> <b>b</b></div>",
    "<section><p>x</p><a href=y>a</a> <code>b</code></section>",
    "<nav><button type=button>a</button> <button type=button>b</button></nav>",
    "<p>a <b>b</b> c</p>",
    "<pre><code>a  b\n\n\n    c\n</code></pre>",
    "<pre>\n\n  first line</pre>",
    "<textarea>a  b</textarea>",
    "<script>const a = 'b  c';</script>",
    "<p>\u3000全角\xa0空格</p>",
    '<svg><text x=1>a <tspan dx=2>b</tspan> <tspan>c</tspan></text></svg>',
    "<math><mtext>a b</mtext><annotation encoding=application/x-tex>a &lt; b</annotation></math>",
])
def test_what_is_shown_stays(html):
    assert minify(html) == html


def test_white_space_of_templates_goes():
    html = "<ul>\n\n   <li>\n  <a>a</a>\n  </li>\n <li>b</li>\n</ul>\n<!-- note -->\n<p>\n c\n d </p>"
    assert minify(html) == "<ul><li><a>a</a></li><li>b</li></ul><p>c d</p>"


def test_space_between_inline_elements_is_one_space():
    assert minify("<div><a>a</a>\n\n    <span>b</span></div>") == "<div><a>a</a> <span>b</span></div>"


def test_empty_elements_of_formulas_are_closed():
    """Left open they would swallow the rest of the formula."""
    assert minify('<math><mspace width="0.1em"/><mi>x</mi></math>') == (
        "<math><mspace width=0.1em></mspace><mi>x</mi></math>")


def test_marks_for_the_search_index_go():
    html = '<div class="a" data-search-exclude role="group">data-search-exclude</div>'
    assert minify(html) == '<div class=a role=group>data-search-exclude</div>'


def test_drawings_do_not_name_their_language():
    icon = '<svg viewbox="0 0 9 9" xmlns=http://www.w3.org/2000/svg><path d="M0 0"/></svg>'
    assert minify(f"<p>a {icon}</p>") == f"<p>a {icon}</p>".replace(
        " xmlns=http://www.w3.org/2000/svg", "")


def test_code_keeps_its_text_and_one_element_for_each_run_of_an_ink():
    html = ('<pre id="x"><span></span><code><span class="n">a</span><span class="o">=</span>'
            '<span class="sa">f</span><span class="s2">&quot;b </span><span class="si">{</span>'
            '<span class="n">c</span><span class="si">}</span><span class="s2">&quot;</span>'
            '  <span class="c1"># d</span>\n</code></pre>')
    assert minify(html) == (
        '<pre id=x><code>a=<c- s>f"b {</c->c<c- s>}"</c->'
        '  <c- c># d</c->\n</code></pre>')


def test_white_space_has_no_ink_and_parts_no_run():
    html = ('<pre><code><span class="k">is</span> <span class="ow">not</span>\n'
            '<span class="c1"># a</span>\n  <span class="c1"># b</span></code></pre>')
    assert minify(html) == (
        "<pre><code><c- k>is</c-> not\n<c- c># a\n  # b</c-></code></pre>")


def test_marks_that_are_not_of_code_stay():
    """Lines that are highlighted, prompts, and spans outside of code."""
    html = '<pre><code><span class=hll>a</span><span class=gp>$ </span></code></pre>'
    assert minify(html) == html
    assert minify("<p><span class=n>a</span></p>") == "<p><span class=n>a</span></p>"


def test_tokens_with_one_name_have_one_ink():
    """The theme's style sheet and the site's say so."""
    folder = Path(material.__file__).parent / "templates" / "assets" / "stylesheets"
    theme = next(folder.glob("main.*.css")).read_text("utf-8")
    site = SITE_CSS.read_text("utf-8")
    inks = dict(re.findall(r"--md-code-hl-(\w+)-color: var\(--site-([\w-]+)\);", site))
    assert "--md-code-hl-name-color:var(--md-code-fg-color)" in theme
    inks["name"] = re.search(r"--md-code-fg-color: var\(--site-([\w-]+)\);", site)[1]
    tokens = {}
    for selectors, colour in re.findall(
            r"([^{}]+)\{color:var\(--md-code-hl-(\w+)-color\)\}", theme):
        if colour in inks:
            tokens |= dict.fromkeys(re.findall(r"\.highlight \.(\w+)", selectors), inks[colour])
    assert len(tokens) > 40 and tokens.keys() <= NAMES.keys()
    ours = {name: inks[colour] for name, colour in re.findall(
        r"c-\[(\w)\] \{ color: var\(--md-code-hl-(\w+)-color\); \}", site)}
    assert ours.keys() == {*NAMES.values()} - {""}
    for name, ink in tokens.items():
        assert ink == ours.get(NAMES[name], "ink"), name
    # Of the others the theme says nothing.
    assert {NAMES[name] for name in NAMES.keys() - tokens.keys()} <= {"", "s"}


def test_a_long_page_takes_a_moment():
    block = '<div>\n  <p>a <b>b</b> <i>c</i></p>\n  <pre><code><span class="n">x</span>\n</code></pre></div>\n'
    html = block * 5_000
    start = perf_counter()
    minify(html)
    assert perf_counter() - start < 3
