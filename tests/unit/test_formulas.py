"""Formulas become MathML when the site is built, or fail with their line."""

import re
from pathlib import Path

import pytest
from markdown import markdown

from notebuild.errors import PageError
from notebuild.formulas import (
    check_formulas,
    convert_formula,
    fill_formulas,
    find_formulas,
    mark_formulas,
)

ASSETS = Path(__file__).parents[2] / "docs" / "assets"
CHAPTER = {
    "SimpleRNN": r"\state{h}_t = \tanh(W x_t + U \state{h}_{t-1} + b)",
    "gate": r"\gate{i}_t = \sigma(W_i x_t + U_i \state{h}_{t-1} + b_i)",
    "LSTM": r"\begin{aligned}\carry{c}_t &= \gate{f}_t \odot \carry{c}_{t-1}"
            r" + \gate{i}_t \odot k_t \\ \state{h}_t &= \gate{o}_t \odot"
            r" \tanh(\carry{c}_t)\end{aligned}",
    "GRU": r"k_t = \tanh\bigl(W_k x_t + b_k + \gate{r}_t \odot"
           r" (U_k \state{h}_{t-1} + d_k)\bigr)",
    "counts": r"3 \cdot 32 \cdot (32 + 32 + 2) = 6{,}336",
    "gradient": r"\frac{\partial \state{h}_T}{\partial \state{h}_{T-k}}"
                r" = \prod_{t=T-k+1}^{T} \operatorname{diag}\left(1 - \state{h}_t^2"
                r"\right) U",
}


def page(text, locale="en"):
    """Return the HTML of a page as the site makes it."""
    html = markdown(mark_formulas(text, "p.en.md"),
                    extensions=["admonition", "tables", "footnotes"])
    return fill_formulas(html, find_formulas(text, "p.en.md"), locale)


@pytest.mark.parametrize("name", CHAPTER)
def test_the_formulas_of_the_chapter_can_be_set(name):
    """Nothing is left of the TeX but its annotation, and all tags are closed."""
    html = convert_formula(CHAPTER[name], True)
    shown = re.sub(r"<annotation.*?</annotation>", "", html)
    assert "\\" not in shown and "{" not in shown
    assert not re.search(r"&(?!amp;|lt;|gt;)", shown)
    opened = re.findall(r"<(\w+)(?:\s[^>]*)?(?<!/)>", html)
    assert sorted(opened) == sorted(re.findall(r"</(\w+)>", html))


def test_state_carry_and_gate_carry_their_class_and_no_colour_of_their_own():
    html = convert_formula(r"\state{h} \carry{c} \gate{i}", False)
    for role, letter in ("state", "h"), ("carry", "c"), ("gate", "i"):
        assert f'<mrow class="nb-{role}"><mi>{letter}</mi></mrow>' in html
    assert "color" not in html


def test_the_tex_can_be_read_from_the_page_but_not_found_by_a_search():
    html = convert_formula("a < b", False)
    assert ('<annotation data-search-exclude encoding="application/x-tex">'
            "a &lt; b</annotation>") in html


def test_a_number_with_thousands_is_one_number():
    assert "<mn>2,080</mn>" in convert_formula("2{,}080", False)
    assert "<mn>1,234,567</mn>" in convert_formula("1{,}234{,}567", False)


def test_formulas_stand_in_sentences_tables_and_by_themselves():
    html = page("So $a_1$ is.\n\n$$\nb\n$$\n\n| $c$ | d |\n| --- | --- |\n| 1 | $e$ |\n")
    assert "<p>So <math>" in html and "</math> is.</p>" in html
    assert '<th><math>' in html and '<td><math>' in html
    assert 'role="group" aria-label="Formula" tabindex="0"><math display' in html
    assert html.count('<math display="block">') == 1
    assert 'aria-label="公式"' in page("$$\nb\n$$\n", "zh")


def test_a_displayed_formula_is_in_no_paragraph_wherever_it_stands():
    """Right below a sentence, and inside an admonition, too."""
    html = page("Here:\n$$\nx\n$$\nend.\n\n!!! note \"n\"\n\n    $$\n    y\n    $$\n\nout\n")
    assert not re.search(r"<p>(?:(?!</p>).)*<div", html, re.DOTALL)
    inside = html[html.index('class="admonition'): html.index("<p>out")]
    assert "<mi>y</mi>" in inside


def test_markdown_never_sees_a_formula():
    """Underscores, stars and backslashes of TeX are not Markdown's."""
    html = page(r"$a_b*c_d*e$ and $\{x\}$")
    assert "<em>" not in html and r"\{x\}</annotation>" in html


@pytest.mark.parametrize("text", [
    "from $5 to $6", "`$x$`", "```\n$x$\n```", "<!-- $x$ -->", r"\$x\$", "$ x $",
])
def test_other_dollar_signs_are_no_formulas(text):
    assert find_formulas(text, "p.en.md") == ()


def test_an_escaped_dollar_sign_is_a_dollar_sign():
    assert page(r"costs \$5, `\$`") == "<p>costs $5, <code>\\$</code></p>"


def test_punctuation_stays_with_its_formula():
    """A comma or a bracket is not left alone on another line."""
    html = page("写作（$h$），是 $c$。")
    assert re.search(r'<span class="nb-unbroken">（<math>.*?</math>），</span>', html)
    assert html.endswith("</math>。</span></p>")


@pytest.mark.parametrize("text, line, reason", [
    ("a\n\n$\\foo$\n", 3, "Unknown command"),
    ("$$\nx\n\\frac{1}{2\n$$\n", 3, "Expected closing token"),
    ("---\ntitle: x\n---\n\n$\\textcolor{red}{x}$\n", 5, "colours have a meaning"),
    ("a\n$$\nx\n", 2, "never ends"),
    ("$$\n$$\n", 2, "no formula between"),
    ("a $$x$$\n", 1, "shares its line"),
    ("# On $h$ { #h }\n", 1, "heading"),
])
def test_a_formula_that_cannot_be_set_fails_with_its_line(text, line, reason):
    with pytest.raises(PageError, match=reason) as caught:
        check_formulas(text, "docs/p.en.md")
    assert caught.value.line == line
    assert str(caught.value).startswith(f"docs/p.en.md:{line}: ")


def test_the_colours_can_be_read_in_both_schemes():
    """State, carry and gate have a contrast of 4.5 on the page and on a sheet."""
    css = (ASSETS / "site.css").read_text("utf-8")
    light, dark = (dict(re.findall(r"--([\w-]+): (#\w{6})", block)) for block in (
        css.split("@media screen")[0], css.split("@media screen")[1]))

    def luminance(colour):
        parts = [int(colour[n:n + 2], 16) / 255 for n in (1, 3, 5)]
        return sum(weight * (part / 12.92 if part <= 0.04045 else
                             ((part + 0.055) / 1.055) ** 2.4)
                   for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))

    for scheme in light, dark:
        for ground in "site-paper", "site-sheet":
            for role in "nb-state", "nb-carry", "nb-gate":
                low, high = sorted(luminance(scheme[name]) for name in (role, ground))
                assert (high + 0.05) / (low + 0.05) >= 4.5, (role, ground)


def test_the_font_is_ours_small_and_licensed():
    """The style sheet names a file of the site, with its licence beside it."""
    css = (ASSETS / "formulas.css").read_text("utf-8")
    urls = re.findall(r'url\("([^"]+)"\)', css)
    assert urls == ["fonts/stix-two-math.woff2"]
    assert (ASSETS / urls[0]).stat().st_size < 60_000
    licence = (ASSETS / "fonts" / "stix-two-math.LICENSE.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE" in licence


def test_marks_keep_the_lines_of_the_page():
    """What is found after the formulas were taken out keeps its line."""
    text = "a $x$\n\n$$\ny\nz\n$$\n\nlast\n"
    marked = mark_formulas(text, "p.en.md").splitlines()
    assert len(marked) == len(text.splitlines()) and marked[-1] == "last"
