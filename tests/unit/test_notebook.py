"""A page as a notebook: prose that Jupyter understands, outputs that were stored."""

import ast
import base64

import jupytext
import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager

from notebuild.extract import extract_cells
from notebuild.notebook import code_inputs, make_notebook, make_script

PAGE = """\
---
title: Title
---

# Title { #title }

<!-- figure: arc -->

``` { .python .no-exec }
never = run
```

It is `{python} n` and $\\state{h}$; see [the loop](../rnn.md#loop),
[a lab](other.ipynb) and [below](#end).

```python
n = 3
print(n)
```

!!! note "Mind"

    This `{python} n + 1`.

    And `more`{ #more }.

## The end { #end }

<!-- cell: alt="A line" -->

```python
assert n == 3
```
"""


SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>'


def make(page=PAGE, address="https://a.b/notes/en/labs/p/", **options):
    page = page.replace("-->\n\n```python", "-->\n```python")
    values = {"n": "3", "n + 1": "4"}
    return make_notebook(
        page, "p.py", extract_cells(page, "p.py"), lambda cell: values[cell.source],
        lambda cell: [
            {"output_type": "stream", "name": "stdout", "text": "3\n"},
            {"output_type": "display_data", "metadata": {},
             "data": {"image/svg+xml": SVG, "text/plain": "<Figure>"}},
        ] if "print" in cell.source else [], address, "en",
        pictures=lambda name: (f"![An {name}](attachment:{name}.svg)\n\nIt bends.",
                               {f"{name}.svg": SVG}), **options)


@pytest.fixture
def notebook():
    return make()


def prose(notebook):
    return "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")


def test_values_stand_in_place_of_expressions(notebook):
    assert "It is 3 and" in prose(notebook) and "This 4." in prose(notebook)
    assert "{python}" not in prose(notebook)


def test_prose_has_nothing_that_only_the_site_knows(notebook):
    text = prose(notebook)
    assert text.startswith("# Title\n") and "## The end" in text
    assert "$\\textcolor{RoyalBlue}{h}$" in text
    assert "> **Mind**\n>\n> This 4.\n>\n> And `more`.\n\n## The end" in text
    assert "```python\nnever = run\n```" in text
    assert "<!--" not in text and "---" not in text and "{ #" not in text


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
    assert code[0].outputs[1].data["image/svg+xml"] == SVG
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def test_a_figure_is_attached_to_its_cell(notebook):
    first = notebook.cells[0]
    assert "![An arc](attachment:arc.svg)\n\nIt bends." in first.source
    packed = first.attachments["arc.svg"]["image/svg+xml"]
    assert base64.b64decode(packed).decode() == SVG
    assert all("attachments" not in cell for cell in notebook.cells[1:])


def test_a_plot_shows_in_a_notebook_that_is_not_trusted(notebook):
    """Jupyter shows a foreign SVG as text, but draws a picture in HTML."""
    plot = next(c for c in notebook.cells if c.cell_type == "code").outputs[1].data
    assert plot["text/html"].startswith('<img alt="" src="data:image/svg+xml;base64,')


def test_what_is_missing_is_installed_by_the_first_cell():
    cells = [c for c in make(needs=["a-b==1.2"]).cells if c.cell_type == "code"]
    assert 'find_spec("a_b")' in cells[0].source
    assert '%pip install --quiet "a-b==1.2"' in cells[0].source
    ast.parse(TransformerManager().transform_cell(cells[0].source))
    assert cells[0].metadata.tags == ["installs"] and cells[0].outputs == []
    assert cells[1].source == "n = 3\nprint(n)"


def test_without_an_address_links_are_words():
    assert "see the loop,\na lab and below." in prose(make(address=""))


def test_the_script_is_the_notebook_in_comments():
    script = make_script(make(needs=["a-b==1.2"], closing="*Colophon*"))
    code = [row for row in script.splitlines() if row and not row.startswith("#")]
    assert code == ["n = 3", "print(n)", "assert n == 3"]
    assert script.startswith("# %% [markdown]\n# # Title\n")
    assert "# It is 3 and $h$;" in script and "# [An arc]\n" in script
    assert script.endswith("# *Colophon*\n")
    again = jupytext.reads(script, fmt="py:percent")
    assert [c.cell_type for c in again.cells] == [c.cell_type for c in make().cells] + ["markdown"]


def test_the_script_has_what_only_it_runs():
    page = "# Title\n\n```python\nn = 3\n```\n\n\n\nWords.\n"
    made = make(page, scripts=[(6, "import sys")])
    assert [c.cell_type for c in made.cells] == ["markdown", "code", "raw", "markdown"]
    script = make_script(made)
    assert '# %% active="py"\nimport sys\n' in script
    ast.parse(script)


def test_code_is_taken_out_of_what_mkdocs_jupyter_makes():
    html = """<style>p {}</style><div class="jupyter-wrapper">
    <div class="jp-Cell jp-MarkdownCell"><pre>no</pre></div>
    <div class="jp-Cell jp-CodeCell"><div class="jp-Cell jp-CodeCell">
    <div class="jp-InputPrompt">In [1]:</div>
    <div class="highlight-ipynb hl-python"><pre><span></span><span class="n">a</span> &lt; 1
</pre></div><div id="cell-1" class="clipboard-copy-txt">a &lt; 1</div></div></div></div>"""
    assert [*code_inputs(html)] == [
        '<div class="language-python highlight"><pre><span></span><code>'
        '<span class="n">a</span> &lt; 1\n</code></pre></div>']
