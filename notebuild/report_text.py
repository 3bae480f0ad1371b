"""A report as tables for a terminal; piped, the same without colours or rules."""

from __future__ import annotations

from datetime import UTC, datetime

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .evict import say_size
from .report import SHORT, Report, Row, running_totals

WIDTH = 120  # where there is no terminal that has one


def make_console() -> Console:
    """Return a console for standard output, wide enough where it is piped."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDTH)


def print_report(report: Report, console: Console) -> None:
    """Print a report: totals, longest chain, slowest cells, pages, tasks."""
    rows = report.rows
    table = _table(console, "", "")
    for name, value in (
        ("cells", f"{len(rows)} ran" + (
            f", {report.ahead} have not run yet" if report.ahead else "")),
        ("last build", _last_build(report)),
        ("time of cells", f"{sum(row.seconds for row in rows):.1f} s"),
        ("CPU of cells", f"{sum(row.cpu_seconds for row in rows):.1f} s"),
        ("longest chain", f"{sum(row.seconds for row in report.chain):.1f} s, "
                          f"{len(report.chain)} cells"),
        ("store", f"{say_size(report.size)}, {report.entries} entries"),
    ):
        table.add_row(name, value)
    table.show_header = False
    console.print(table)
    _print_cells(console, "Longest chain of cells that need one another", report.chain,
                 totals=True)
    _print_cells(console, "Slowest cells", report.slowest())
    console.print(Text("\nPages", style="bold"))
    table = _table(console, "page", "cells", "executed", "seconds", "CPU s", right=4)
    for path, page in report.pages.items():
        table.add_row(path, f"{len(page)}", f"{sum(row.executed for row in page)}",
                      f"{sum(row.seconds for row in page):.1f}",
                      f"{sum(row.cpu_seconds for row in page):.1f}")
    console.print(table)
    for path, page in report.pages.items():
        _print_cells(console, path, page)
    if report.tasks:
        console.print(Text("\nTasks of the last build, seconds", style="bold"))
        table = _table(console, "task", "began", "took", "start", "load", "run", "store",
                       "memory", "cells", "longest cell", right=8)
        for number, task in enumerate(report.tasks, 1):
            longest = max(task.rows, key=lambda row: row.seconds, default=None)
            table.add_row(
                f"{number}", *(f"{seconds:.1f}" for seconds in (
                    task.began, task.seconds, task.start, task.load, task.run,
                    task.store)),
                _memory(task.peak_bytes), f"{task.cells}",
                f"{longest.path}:{longest.line}" if longest else "")
        console.print(table)


def _print_cells(console: Console, title: str, rows: list[Row],
                 totals: bool = False) -> None:
    """Print the rows of cells, the short ones as a sum."""
    long = [row for row in rows if row.seconds >= SHORT]
    console.print(Text(f"\n{title}", style="bold"))
    table = _table(console, "cell", "seconds", "CPU s", *["so far"] * totals, "memory",
                   "executed", "code", right=4 + totals)
    for row, total in zip(long, running_totals(long), strict=True):
        # The code has what the other columns leave.
        code = Text(row.code)
        code.truncate(max(console.width - 90, 12), overflow="ellipsis")
        table.add_row(
            f"{row.path}:{row.line}", f"{row.seconds:.1f}", f"{row.cpu_seconds:.1f}",
            *[f"{total:.1f}"] * totals, _memory(row.peak_bytes),
            "last build" if row.executed else row.finished[:10], code)
    if short := [row for row in rows if row.seconds < SHORT]:
        table.add_row(f"{len(short)} below {SHORT} s",
                      f"{sum(row.seconds for row in short):.1f}",
                      f"{sum(row.cpu_seconds for row in short):.1f}")
    console.print(table)


def _table(console: Console, *columns: str, right: int = 0) -> Table:
    """Return a table: a column of names, some of numbers, others."""
    rules = box.SIMPLE_HEAD if console.is_terminal else None
    table = Table(box=rules, pad_edge=False, padding=(0, 2, 0, 0))
    for number, name in enumerate(columns):
        table.add_column(name, justify="right" if 0 < number <= right else "left")
    return table


def _last_build(report: Report) -> str:
    if report.ended is None:
        return "no build has written a journal into this store yet"
    when = datetime.fromtimestamp(report.ended, UTC)
    return (f"executed {report.executed} of these cells by {when:%Y-%m-%d %H:%M} UTC, in "
            f"{report.wall:.1f} s")


def _memory(size: int | None) -> str:
    return "not measured" if size is None else say_size(size)
