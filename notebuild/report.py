"""What a build cost: records, graph and journal → a report, in plain values.

`report_page` makes HTML of it, `report_text` tables for a terminal.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from itertools import accumulate

from .graph import Node
from .journal import Journal
from .names import analyse_source
from .store import Usage

SHORT = 0.1  # seconds; shorter cells are summed up


@dataclass(frozen=True)
class Row:
    """A cell that ran.

    Attributes:
        key: Its content address.
        path, line: Where it stands.
        number: Its place among the cells of its page, from 1; None for an inline
            value, which has no place of its own there.
        code: The first line of its code that does something.
        seconds, cpu_seconds: What it took.
        peak_bytes: Largest size of its kernel by its end; None if not measured.
        finished: When it ran, ISO 8601, UTC.
        executed: Whether it ran in this build.
    """

    key: str
    path: str
    line: int
    number: int | None
    code: str
    seconds: float
    cpu_seconds: float
    peak_bytes: int | None
    finished: str
    executed: bool


@dataclass(frozen=True)
class TaskRow:
    """Cells that ran in one kernel; times in seconds.

    Attributes:
        began: Since the build began.
        seconds: From the start of the kernel to its end.
        start, load, run, store: What of it was spent on what.
        cells: How many cells ran.
        rows: Those of them that the notes still hold.
    """

    began: float
    seconds: float
    start: float
    load: float
    run: float
    store: float
    cells: int
    rows: tuple[Row, ...]

    @property
    def peak_bytes(self) -> int | None:
        """Return the largest size of the kernel; None if not measured."""
        return max((row.peak_bytes for row in self.rows if row.peak_bytes), default=None)


@dataclass(frozen=True)
class Report:
    """What the cells cost, each counted once.

    Attributes:
        pages: File → the rows of its cells, in reading order.
        ahead: How many cells have not run yet.
        chain: The cells that must run one after the other for the longest time.
        tasks: Of the last build that executed something, in order of beginning.
        ended: When that build ended, in seconds since 1970; None if not known.
        wall: How many seconds it took.
        entries, size: How many results are stored, and their bytes.
    """

    pages: dict[str, list[Row]]
    ahead: int
    chain: list[Row]
    tasks: list[TaskRow]
    ended: float | None
    wall: float
    entries: int
    size: int

    @property
    def rows(self) -> list[Row]:
        """Return the rows of all pages."""
        return [row for rows in self.pages.values() for row in rows]

    @property
    def executed(self) -> int:
        """Return how many cells ran in this build."""
        return sum(row.executed for row in self.rows)

    def slowest(self, count: int = 10) -> list[Row]:
        """Return the cells that took longest, the longest first."""
        return sorted(self.rows, key=lambda row: -row.seconds)[:count]


def make_report(nodes: dict[str, list[Node]], executed: Container[str],
                journal: Journal | None, usage: dict[str, Usage]) -> Report:
    """Return the report of the pages of one language.

    Args:
        nodes: Page → its nodes.
        executed: The keys of the cells that ran in this build.
        journal: Of the last build that executed something.
        usage: What each entry of the store takes.
    """
    rows: dict[str, Row] = {}
    pages: dict[str, list[Row]] = {}
    ahead = set()
    for path, page in nodes.items():
        for node in page:
            if node.record is None:
                ahead.add(node.key)
            elif node.key not in rows:
                rows[node.key] = row = _make_row(node, node.key in executed)
                pages.setdefault(row.path, []).append(row)
    for page in pages.values():
        page.sort(key=lambda row: row.line)
    tasks = [
        TaskRow(began=task.began - journal.began, seconds=task.ended - task.began,
                start=task.seconds("start"), load=task.seconds("load"),
                run=task.seconds("run", "again"), store=task.seconds("store"),
                cells=len(task.keys),
                rows=tuple(rows[key] for key in task.keys if key in rows))
        for task in (journal.tasks if journal else ())]
    return Report(
        pages, len(ahead), [rows[key] for key in longest_chain(nodes)], tasks,
        journal.ended if journal else None,
        journal.ended - journal.began if journal else 0.0,
        len(usage), sum(entry.size for entry in usage.values()))


def longest_chain(nodes: dict[str, list[Node]]) -> list[str]:
    """Return the keys of the cells, each needing the one before, that take longest.

    No number of cores makes a full build shorter than they are together.
    """
    total: dict[str, float] = {}
    before: dict[str, str | None] = {}
    for page in nodes.values():
        for node in page:  # what a cell needs stands above it
            if node.record is None:
                continue
            needed = {page[index].key for index in (*node.bind.values(), node.random)
                      if index is not None}
            longest = max(needed & total.keys(), key=total.__getitem__, default=None)
            before[node.key] = longest
            total[node.key] = node.record.seconds + total.get(longest, 0.0)
    key = max(total, key=total.__getitem__, default=None)
    chain = []
    while key is not None:
        chain.append(key)
        key = before[key]
    return chain[::-1]


def running_totals(rows: list[Row]) -> list[float]:
    """Return the seconds of each row with all before it."""
    return [*accumulate(row.seconds for row in rows)]


def _make_row(node: Node, executed: bool) -> Row:
    cell, record = node.cell, node.record
    return Row(node.key, cell.path, cell.line,
               None if cell.inline else node.index + 1, _telling_line(cell.source),
               record.seconds, record.cpu_seconds, record.peak_bytes or None,
               record.finished, executed)


def _telling_line(source: str) -> str:
    """Return the first line of code that gives a name a value, or does anything."""
    rows, statements = source.splitlines(), analyse_source(source)
    lines = [s.line for s in statements if s.imports is None]
    binding = [s.line for s in statements if s.imports is None and s.binds]
    line = (binding or lines or [1])[0]
    return rows[line - 1].partition("  #")[0].strip()
