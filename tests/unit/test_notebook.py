"""A page as a notebook: prose that Jupyter understands, outputs that were stored."""

import nbformat
import pytest

from notebuild.extract import extract_cells
from notebuild.notebook import code_inputs, make_notebook

PAGE = """\
# Title { #title }

It is `{python} n` and $\\state{h}$; see [the loop](../rnn.md#loop),
[a lab](other.ipynb) and [below](#end).

```python
n = 3
print(n)
```

!!! note "Mind"

    This `{python} n + 1`.

    And more.

## The end { #end }

<!-- cell: alt="A line" -->

```python
assert n == 3
```
"""


@pytest.fixture
def notebook():
    page = PAGE.replace("-->\n\n```", "-->\n```")
    cells = extract_cells(page, "p.py")
    values = {"n": "3", "n + 1": "4"}
    return make_notebook(
        page, "p.py", cells, lambda cell: values[cell.source],
        lambda cell: [{"output_type": "stream", "name": "stdout", "text": "3\n"}]
        if "print" in cell.source else [], "https://a.b/notes/en/labs/p/", "en")


def prose(notebook):
    return "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")


def test_values_stand_in_place_of_expressions(notebook):
    assert "It is 3 and" in prose(notebook) and "This 4." in prose(notebook)
    assert "{python}" not in prose(notebook)


def test_prose_has_nothing_that_only_the_site_knows(notebook):
    text = prose(notebook)
    assert text.startswith("# Title\n") and "## The end" in text
    assert "$\\textcolor{RoyalBlue}{h}$" in text
    assert "> **Mind**\n>\n>\n> This 4.\n>\n> And more." in text
    assert "<!--" not in text


def test_links_lead_to_the_site(notebook):
    text = prose(notebook)
    assert "[the loop](https://a.b/notes/en/rnn/#loop)" in text
    assert "[a lab](https://a.b/notes/en/labs/other/)" in text
    assert "[below](https://a.b/notes/en/labs/p/#end)" in text


def test_cells_have_their_outputs_and_the_notebook_is_valid(notebook):
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.source for cell in code] == ["n = 3\nprint(n)", "assert n == 3"]
    assert code[0].outputs[0].text == "3\n" and code[1].outputs == []
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def test_without_an_address_links_are_words():
    cells = extract_cells(PAGE.replace("-->\n\n```", "-->\n```"), "p.py")
    made = make_notebook(PAGE, "p.py", cells, lambda _: "", lambda _: [], "", "en")
    assert "see the loop,\na lab and below." in prose(made)


def test_code_is_taken_out_of_what_mkdocs_jupyter_makes():
    html = """<style>p {}</style><div class="jupyter-wrapper">
    <div class="jp-Cell jp-MarkdownCell"><pre>no</pre></div>
    <div class="jp-Cell jp-CodeCell"><div class="jp-Cell jp-CodeCell">
    <div class="jp-InputPrompt">In [1]:</div>
    <div class="highlight-ipynb hl-python"><pre><span></span><span class="n">a</span> &lt; 1
</pre></div><div id="cell-1" class="clipboard-copy-txt">a &lt; 1</div></div></div></div>"""
    assert code_inputs(html) == [
        '<div class="language-python highlight"><pre><span></span><code>'
        '<span class="n">a</span> &lt; 1\n</code></pre></div>']
