"""What a terminal shows of a build: running cells, their last line, time left.

On a terminal a live table; elsewhere (CI) a line when a cell starts and ends,
and one every half minute in between.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from .errors import NotebuildError
from .model import Cell, Record, Task
from .names import analyse_source

EPOCH = re.compile(r"Epoch (\d+)/(\d+)")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f]")


@dataclass
class _Running:
    cell: Cell
    started: float
    line: str = ""
    epoch: int = 0
    epochs: int = 0


class Progress:
    """Tells a person how a build goes on; a context manager.

    Args:
        quiet: Tell nothing but failures and notices.
        memory: File in which the times of this build are kept, to say next
            time how long it will take.
        least: Below this many seconds a cell is not worth a line, and no table
            is drawn: others write to the same terminal.
    """

    def __init__(self, *, quiet: bool = False, memory: Path | None = None,
                 console: Console | None = None, least: float = 0.0):
        self.console = console or Console(stderr=True, highlight=False)
        self.quiet, self.memory, self.least = quiet, memory, least
        self.lock = threading.RLock()
        self.running: dict[Cell, _Running] = {}
        self.pending: set[Cell] = set()
        self.finished = 0
        self.spoke = self.began = time.monotonic()
        self.times: dict[str, float] = {}
        if memory is not None:
            with suppress(OSError, ValueError):
                self.times = json.loads(memory.read_text("utf-8"))
        self.live: Live | None = None
        self.told: set[tuple[str, str]] = set()

    def __enter__(self) -> Progress:
        self.began = time.monotonic()
        if not self.quiet and self.console.is_terminal and not self.least:
            self.live = Live(get_renderable=self._table, console=self.console,
                             refresh_per_second=4, transient=True)
            self.live.start()
        elif not self.quiet:
            self.ended = threading.Event()
            threading.Thread(target=self._speak, daemon=True).start()
        return self

    def __exit__(self, *failure) -> None:
        if self.live is not None:
            self.live.stop()
        elif not self.quiet:
            self.ended.set()
        if self.memory is not None:
            with suppress(OSError):
                aside = self.memory.with_name(f"{self.memory.name}.{os.getpid()}")
                aside.write_text(json.dumps(self.times, indent=0), "utf-8")
                aside.replace(self.memory)
        if not self.quiet:
            self.console.print(
                f"notebuild: {self.finished} cells executed in "
                f"{_span(time.monotonic() - self.began)}")

    def plan(self, tasks: list[Task]) -> None:
        """Take in which cells are to be executed."""
        with self.lock:
            self.pending = {s.cell for t in tasks for s in t.steps if s.publish}

    def report(self, event: str, cell: Cell, text: str) -> None:
        """Take in what happens to a cell; see `execute.Report`."""
        with self.lock:
            if event == "start":
                self.running[cell] = _Running(cell, time.monotonic())
                if not self.least:
                    self._line(f"{_place(cell)} …")
            elif event == "line" and cell in self.running:
                self._listen(self.running[cell], text)
            elif event == "done" and cell in self.running:
                state = self.running.pop(cell)
                seconds = time.monotonic() - state.started
                self.pending.discard(cell)
                self.finished += 1
                self.times[_memory_key(cell)] = round(seconds, 2)
                if seconds >= self.least:
                    self._line(f"{_place(cell)} done in {_span(seconds)}")
            elif event == "failed" and self.running.pop(cell, None):
                # Why is told once nothing above it can mend it.
                self._line(f"{_place(cell)} failed")

    def found(self, cell: Cell, record: Record) -> None:
        """Tell what a run found that the cell's text does not show."""
        for name in record.changed:
            self.notice(f"{_place(cell)}: changes ‘{name}’, which a function was "
                        "passed; cells after it wait for it")
        for name, why in record.opaque.items():
            if (cell.path, name) in self.told:
                continue
            self.told.add((cell.path, name))
            self.notice(f"{_place(cell)}: the value of ‘{name}’ cannot be stored "
                        f"({why}); where another kernel needs it, this cell is "
                        "run again there")

    def failure(self, error: NotebuildError) -> None:
        """Tell of a failure as soon as it happens."""
        with self.lock:
            self.console.print(Text(str(error), style="red"), soft_wrap=True)

    def notice(self, text: str) -> None:
        """Tell something worth knowing."""
        self.console.print(Text(f"notebuild: {text}"), soft_wrap=True)

    def seconds(self, cell: Cell) -> float:
        """Return how long a cell is expected to take."""
        known = self.times.get(_memory_key(cell))
        return known if known is not None else cell.options.timeout or 1.0

    def seconds_left(self, now: float) -> float | None:
        """Return an estimate of the wall time left, None where nothing is known."""
        total, longest = 0.0, 0.0
        for cell in self.pending:
            state = self.running.get(cell)
            elapsed = now - state.started if state else 0.0
            if state and state.epoch > 1:
                left = elapsed * (state.epochs / (state.epoch - 1) - 1)
            elif (known := self.times.get(_memory_key(cell))) is not None:
                left = max(known - elapsed, 0.0)
            else:
                return None
            total += left
            longest = max(longest, left)
        return max(total / max(len(self.running), 1), longest)

    def _listen(self, state: _Running, text: str) -> None:
        rows = [row for row in _CONTROL.sub("", text).splitlines() if row.strip()]
        for row in rows:
            if match := EPOCH.search(row):
                state.epoch, state.epochs = map(int, match.groups())
        if rows:
            state.line = rows[-1].strip()

    def _table(self):
        with self.lock:
            now = time.monotonic()
            table = Table.grid(padding=(0, 1))
            for state in self.running.values():
                epoch = f"{state.epoch}/{state.epochs}" if state.epochs else ""
                table.add_row(Text(_place(state.cell), style="cyan"),
                              _span(now - state.started), epoch,
                              Text(state.line[:70], style="dim"))
            left = self.seconds_left(now)
            text = (f"notebuild: {self.finished} cells done, "
                    f"{len(self.pending)} to go, {_span(now - self.began)}")
            if left is not None:
                text += f", about {_span(left)} left"
            return Group(table, Text(text, style="bold"))

    def _line(self, text: str) -> None:
        if not self.quiet and self.live is None:
            self.spoke = time.monotonic()
            self.console.print(Text(f"notebuild: {text}"), soft_wrap=True)

    def _speak(self) -> None:
        """Where there is no terminal: say every half minute that it goes on."""
        while not self.ended.wait(5):
            with self.lock:
                now = time.monotonic()
                if now - self.spoke > 30 and self.running:
                    left = self.seconds_left(now)
                    end = "" if left is None else f", about {_span(left)} left"
                    self._line("; ".join(
                        f"{_place(s.cell)} {_span(now - s.started)} {s.line[:60]}"
                        for s in self.running.values()) + end)


def _place(cell: Cell) -> str:
    return f"{cell.path}:{cell.line}"


def _memory_key(cell: Cell) -> str:
    """Return a name for a cell that outlives small edits: the names it binds."""
    names = sorted(set().union(*(s.binds for s in analyse_source(cell.source))))
    return " ".join([cell.path.rsplit(".", 2)[0], *(names or cell.source.split())])


def _span(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60:02d} s"
