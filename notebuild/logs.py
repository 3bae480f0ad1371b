"""Training logs: what Keras's `fit(verbose=2)` prints in, an HTML table out.

Keras prints two lines an epoch, wider than any phone. Here it is one row an
epoch under a header; nothing that was printed is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from notebuild.folds import render_rows

EPOCH = re.compile(r"Epoch (\d+)/(\d+)")
_DONE = re.compile(r"\d+/(\d+)")
_METRIC = re.compile(r"([\w. ]+): ([-+\w.]+)")


def read_log(text: str) -> list[dict[str, str]] | None:
    """Return a row for each epoch, or None where the text is anything else.

    A row maps ``epoch``, ``steps``, ``time``, ``step`` and the metrics' names
    to what was printed.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    rows = []
    for first, second in zip(lines[::2], lines[1::2]):
        epoch, parts = EPOCH.fullmatch(first.strip()), second.strip().split(" - ")
        done = _DONE.fullmatch(parts[0])
        metrics = [_METRIC.fullmatch(part) for part in parts[3:]]
        if not (epoch and done and len(parts) > 3 and all(metrics)):
            return None
        rows.append({"epoch": f"{epoch[1]}/{epoch[2]}", "steps": done[1],
                     "time": parts[1], "step": parts[2]}
                    | {metric[1]: metric[2] for metric in metrics})
    same = all(row.keys() == rows[0].keys() for row in rows)
    return rows if rows and same and len(lines) == 2 * len(rows) else None


def render_log(rows: list[dict[str, str]], words: Mapping[str, str]) -> str:
    """Return the rows as a table.

    Args:
        rows: As `read_log` returns them.
        words: The page's words for ``log``, ``epoch``, ``steps``, ``time``, ``step``,
            and those of `folds.render_rows`.
    """
    # The metrics keep the names that the code and the history use.
    metrics = [name for name in rows[0] if name not in words]
    columns = ["epoch", *metrics, "time", "step", "steps"]
    head = "".join(
        f'<th scope="col" class="nb-number">{escape(words.get(name, name))}</th>'
        for name in columns)
    lines = [
        f'<tr><th scope="row" class="nb-number">{escape(row["epoch"])}</th>'
        + "".join(f'<td class="nb-number">{escape(row[name])}</td>'
                  for name in columns[1:]) + "</tr>"
        for row in rows]
    label = escape(words["log"])
    return (
        f'<div class="nb-output nb-log" tabindex="0" role="group"'
        f' aria-label="{label}"><table class="nb-table"><thead><tr>{head}</tr>'
        f"</thead>{render_rows(lines, len(columns), words)}</table></div>")
