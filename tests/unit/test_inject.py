"""Outputs come under their fences, and Markdown never sees them."""

from markdown import markdown

from notebuild.inject import fill_marks, mark_cells, render_value

EXTENSIONS = ["tables", "admonition", "pymdownx.superfences", "pymdownx.details"]


def page(text, outputs):
    html = markdown(mark_cells(text, "p.zh.md", "已验证"), extensions=EXTENSIONS)
    return fill_marks(html, outputs)


def test_an_output_stands_after_its_fence_whatever_it_contains():
    """Markdown and HTML in an output reach the page as they are."""
    html = page("```python\nprint(1)\n```\nafter\n", ["<div>**x** `y`</div>"])
    assert "<p><div>" not in html
    assert html.index("print") < html.index("<div>**x** `y`</div>") < html.index("after")


def test_a_cell_inside_an_admonition_keeps_its_output_inside():
    """The mark has the fence's indentation."""
    text = '!!! note "n"\n\n    ```python\n    x = 1\n    ```\n\n    inner\n\nouter\n'
    html = page(text, ["<output>1</output>"])
    inside = html[html.index("<div class=\"admonition"): html.index("</div>\n<p>outer")]
    assert "<output>1</output>" in inside and "<p>inner</p>" in inside


def test_values_stand_in_sentences_tables_and_beside_each_other():
    """Each inline expression is replaced by its own value, escaped."""
    text = ("a `{python} x` b `{python} y`\n\n"
            "| `{python} x` | c |\n| --- | --- |\n| 1 | `{python} y` |\n")
    html = page(text, [render_value(v) for v in ("<1>", "2", "3", "4")])
    assert html.count("nb-inline") == 4
    assert '<p>a <span class="nb-inline">&lt;1&gt;</span> b' in html
    assert '<th><span class="nb-inline">3</span></th>' in html


def test_a_quoted_expression_is_left_alone():
    """In doubled backticks the syntax can be written about."""
    html = page("`` `{python} x` ``\n", [])
    assert "<code>`{python} x`</code>" in html


def test_options_are_taken_out():
    """The comment above a fence does not reach the page."""
    html = page('<!-- cell: alt="a" -->\n```python\nx = 1\n```\n', [""])
    assert "cell:" not in html


def test_a_claim_is_folded_under_its_title():
    """A cell of asserts alone becomes a closed <details>; others do not."""
    html = page("So it is.\n\n```python\nassert 1 < 2\n```\n\n```python\nx = 1\n```\n",
                ["", ""])
    assert html.count("<details") == 1
    assert '<details class="claim">\n<summary>已验证</summary>' in html
    start, end = html.index("<details"), html.index("</details>")
    assert "assert" in html[start:end] and "x" not in html[end - 20:end]


def test_what_belongs_to_a_claim_is_folded_with_it():
    """Also where the mark stands for the code as well, as in a lab."""
    text = "So it is.\n\n```python\nassert 1 < 2\n```\n\nAnd on.\n"
    for fences in (True, False):
        marked = mark_cells(text, "p.md", claim="x", fences=fences)
        html = fill_marks(markdown(marked, extensions=EXTENSIONS), ["<output>1</output>"])
        start, end = html.index("<details"), html.index("</details>")
        assert "<output>1</output>" in html[start:end]
        assert ("assert" in html) == fences
