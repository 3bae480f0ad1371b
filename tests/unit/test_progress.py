"""A person sees what runs, its last line, and how long it will take."""

from __future__ import annotations

import io

from rich.console import Console

from notebuild.model import Cell, Step, Task
from notebuild.progress import Progress

CELL = Cell("docs/page.zh.md", 3, "model = train()\n")


def task(cell: Cell) -> Task:
    return Task((Step(cell, "k", True, {}, (), (), None, (), (), False),), frozenset())


def test_epochs_tell_the_time_left(monkeypatch):
    """Four of ten epochs in twenty seconds: thirty to go."""
    now = [100.0]
    monkeypatch.setattr("notebuild.progress.time.monotonic", lambda: now[0])
    progress = Progress(console=Console(file=io.StringIO()))
    progress.plan([task(CELL)])
    assert progress.seconds_left(now[0]) is None  # nothing is known yet
    progress.report("start", CELL, "")
    now[0] += 20
    progress.report("line", CELL, "\x1b[1mEpoch 5/10\x1b[0m\n")
    assert progress.seconds_left(now[0]) == 30


def test_the_last_build_tells_it_as_well(tmp_path):
    """Times are kept under the names that a cell binds."""
    file = tmp_path / "times.json"
    with Progress(console=Console(file=io.StringIO()), memory=file) as progress:
        progress.plan([task(CELL)])
        progress.report("start", CELL, "")
        progress.report("done", CELL, "")
    again = Progress(quiet=True, memory=file)
    edited = Cell("docs/page.en.md", 9, "model = train(2)\n")
    again.plan([task(edited)])
    assert again.seconds_left(0) is not None


def test_without_a_terminal_lines_say_what_goes_on():
    """No control characters; start, end and total are told."""
    out = io.StringIO()
    with Progress(console=Console(file=out, force_terminal=False)) as progress:
        progress.plan([task(CELL)])
        progress.report("start", CELL, "")
        progress.report("done", CELL, "")
    assert "docs/page.zh.md:3 …" in out.getvalue()
    assert "done in" in out.getvalue() and "\x1b" not in out.getvalue()


def test_a_cell_that_failed_runs_no_more():
    """Its failure may be told later; meanwhile it is not among those at work."""
    out = io.StringIO()
    progress = Progress(console=Console(file=out, force_terminal=False))
    progress.report("start", CELL, "")
    progress.report("failed", CELL, "")
    assert not progress.running
    assert "docs/page.zh.md:3 failed" in out.getvalue()
