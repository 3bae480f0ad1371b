"""Verify: what the graph published against one kernel, top to bottom.

A page is run in a single kernel in reading order, as a person would, and its
outputs are compared with the stored ones. They must be the same to the letter,
timings aside.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from .errors import NotebuildError
from .model import Cell
from .names import analyse_source
from .normalise import normalise_outputs

# A number with a unit of time, as Keras and people print it.
_TIME = re.compile(r"\b\d+(?:[.:]\d+)*\s?(?:h|min|s|ms|us|µs|ns)(?:/(?:step|epoch))?\b")
_SECONDS = re.compile(r"(^|_)(seconds|time|elapsed)($|_)")


class Difference(NotebuildError):
    """A cell's stored output is not what top to bottom gives."""


def is_timing(cell: Cell) -> bool:
    """Return whether a cell's output is a time that was measured.

    Such a cell reads a name with the word ``seconds``, ``time`` or
    ``elapsed`` in it (``lstm_seconds``).
    """
    return any(_SECONDS.search(name) for statement in analyse_source(cell.source)
               for name in statement.reads)


def compare_outputs(cell: Cell, stored: Sequence[dict], fresh: Sequence[dict]) -> None:
    """Raise where a cell's stored outputs differ from fresh ones.

    Raises:
        Difference: They do; its detail shows how.
    """
    timing = is_timing(cell)
    ours, theirs = (_lines(outputs, timing) for outputs in (stored, fresh))
    if ours != theirs:
        rows = [*difflib.unified_diff(ours, theirs, "by the graph", "top to bottom",
                                      lineterm="", n=1)]
        raise Difference(
            "the graph published what top to bottom does not give",
            path=cell.path, line=cell.line, text=cell.text(1),
            detail="\n".join(rows[:40]),
            hint="this is a fault of notebuild, or the cell is not repeatable: "
            "does it set its seed?")


def _lines(outputs: Sequence[dict], timing: bool) -> list[str]:
    """Return outputs as lines in which only measured times are blanked."""
    rows: list[str] = []
    for output in normalise_outputs([*outputs]):
        data = output.get("data") or {output.get("name", ""): output.get("text", "")}
        for kind, value in sorted(data.items()):
            text = value if isinstance(value, str) else "".join(value)
            text = _TIME.sub("<time>", text)
            if timing:
                text = re.sub(r"\d+(?:\.\d+)?", "<number>", text)
            rows += [f"[{output['output_type']} {kind}]", *text.splitlines()]
    return rows
