"""Cells come out as the tests see them; what cannot work is refused by line."""

from __future__ import annotations

import pytest

from notebuild.errors import NotebuildError
from notebuild.extract import extract_cells

PATH = "docs/page.zh.md"


def refused(text: str) -> str:
    with pytest.raises(NotebuildError) as caught:
        extract_cells(text, PATH)
    return str(caught.value)


def test_blocks_and_values_come_in_reading_order_with_their_lines():
    """Line numbers are those of the fence and of the sentence."""
    cells = extract_cells(
        "a `{python} x`\n\n```python\nx = 1\n```\n\n`{python} y` `{python} z`\n", PATH)
    assert [(c.line, c.source.strip(), c.inline) for c in cells] == [
        (1, "x", True), (3, "x = 1", False), (7, "y", True), (7, "z", True)]
    assert cells[1].source_line(1) == 4


def test_options_belong_to_the_fence_below():
    """All known options are read; alt may hold spaces and Chinese."""
    (cell,) = extract_cells(
        '<!-- cell: alt="损失 曲线" timeout=12.5 setup -->\n```python\nx = 1\n```\n', PATH)
    assert (cell.options.alt, cell.options.timeout, cell.options.setup) == (
        "损失 曲线", 12.5, True)


def test_display_code_is_no_cell():
    """Only a bare python fence runs."""
    assert extract_cells(
        "``` { .python .no-exec }\nf(\n```\n\n```console\n$ make\n```\n", PATH) == ()


@pytest.mark.parametrize("text, line, words", [
    ("a\n\n```python\nx = 1\n", 3, "never closes"),
    ("```python\nx = 1\n\n```text\nb\n```\n", 1, "never closes"),
    ('<!-- cell: colour="red" -->\n```python\nx = 1\n```\n', 1, "unknown option ‘colour’"),
    ("<!-- cell: timeout=soon -->\n```python\nx = 1\n```\n", 1, "no usable value"),
    ("<!-- cell: setup setup -->\n```python\nx = 1\n```\n", 1, "given twice"),
    ('<!-- cell: alt="a -->\n```python\nx = 1\n```\n', 1, "cannot be read"),
    ("<!-- cell: setup -->\n\ntext\n", 1, "options without a cell"),
    ('```python title="x"\nx = 1\n```\n', 1, "would silently not run"),
    ("```{.python}\nx = 1\n```\n", 1, "would silently not run"),
    ("``` python\nx = 1\n```\n", 1, "would silently not run"),
    ("```py\nx = 1\n```\n", 1, "would silently not run"),
    ("~~~python\nx = 1\n~~~\n", 1, "tildes"),
    ("```sh\nrm -r x\n```\n", 1, "really run"),
    ("<!--pytest-codeblocks:cont-->\n```python\nx = 1\n```\n", 1, "pytest-codeblocks"),
    ("<!--\n```python\nx = 1\n```\n-->\n", 2, "inside an HTML comment"),
    ("```python\nx = 1\ny = = 2\n```\n", 3, "SyntaxError"),
    ("```python\n%matplotlib inline\n```\n", 2, "SyntaxError"),
    ("```python\nfrom os import *\n```\n", 2, "star import"),
    ("`{python} x =`\n", 1, "SyntaxError"),
    ("`{python} (x := 1)`\n", 1, "may not bind"),
    ("- a\n\n    ```python\n    x = 1\n\n    y = 2\n    ```\n", 5, "blank line"),
])
def test_what_cannot_work_is_refused_with_line_and_remedy(text, line, words):
    """One message: the place, the reason, and after the arrow what to do."""
    message = refused(text)
    assert f"{PATH}:{line}: " in message
    assert words in message
    assert "→" in message


def test_several_problems_are_told_together():
    """An author mends them in one go."""
    message = refused("```py\nx\n```\n\n```sh\ny\n```\n")
    assert f"{PATH}:1" in message and f"{PATH}:5" in message
