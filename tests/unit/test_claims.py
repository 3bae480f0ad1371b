"""Claims know their sentence, and a false one says what it compared."""

import ast
import json
import sys

from notebuild.extract import extract_cells
from notebuild.postmortem import failure


def test_a_claim_is_a_cell_of_asserts_and_takes_the_paragraph_above():
    """The sentence crosses lines, options and blank lines; Chinese has no gaps."""
    text = ("头一段。\n\nLSTM 更好，\n而且好得多。\n\n<!-- cell: timeout=5 -->\n"
            "```python\nassert 1 < 2\nassert True, 'why'\n```\n")
    (cell,) = extract_cells(text, "p.zh.md")
    assert cell.claim == "LSTM 更好，而且好得多。"


def test_other_cells_are_no_claims():
    """One statement that is not an assert makes a cell an ordinary one."""
    text = "a\n\n```python\nx = 1\nassert x\n```\n\n```python\n# nothing\n```\n"
    assert [cell.claim for cell in extract_cells(text, "p.zh.md")] == [None, None]


def test_a_false_claim_shows_the_values_it_compared():
    """Line and values of the assert that failed, not of those before it."""
    source = "assert a > 0\nassert (\n    a > b + 1\n    and not c\n), 'why'\n"
    namespace = {"a": 1, "b": 5, "c": []}
    try:
        exec(compile(ast.parse(source), "cell", "exec"), namespace)
    except AssertionError as error:
        sys.last_traceback = error.__traceback__
    found = json.loads(failure(namespace, source))
    assert found["line"] == 3
    assert found["values"] == ["a = 1", "b + 1 = 6", "c = []"]
