"""Verify sees every difference but time."""

from __future__ import annotations

import pytest

from notebuild.model import Cell
from notebuild.verify import Difference, compare_outputs


def stream(text):
    return [{"output_type": "stream", "name": "stdout", "text": text}]


def compare(source, a, b):
    compare_outputs(Cell("docs/p.zh.md", 3, source), stream(a), stream(b))


def test_measured_times_may_differ():
    """In logs by their unit; elsewhere by the name that is read."""
    compare("fit()", "157/157 - 9s - 57ms/step - loss: 0.5\n",
            "157/157 - 12s - 80ms/step - loss: 0.5\n")
    compare("print(lstm_seconds)", "23.1\n", "19.8\n")


def test_anything_else_is_told_with_both_texts():
    """A digit of a loss is a difference; the message shows it."""
    with pytest.raises(Difference) as caught:
        compare("fit()", "9s - loss: 0.5\n", "9s - loss: 0.6\n")
    assert "docs/p.zh.md:3" in str(caught.value)
    assert "-" in str(caught.value) and "loss: 0.6" in str(caught.value)
