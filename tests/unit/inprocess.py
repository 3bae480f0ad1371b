"""Runs pages with everything of the build but Jupyter: one process, no sockets.

A task gets a fresh namespace in place of a fresh kernel; the planning, the
store, the exchange of values and `kernel.Kernel` itself are the real ones. So
a generated page takes milliseconds, and hundreds can be tried.
"""

from __future__ import annotations

import io
import random
import sys
import types
import weakref
from collections.abc import Coroutine
from concurrent.futures import Executor, Future
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from unittest import mock
from zlib import crc32

from cloudpickle import cloudpickle

from notebuild import execute, kernel, schedule
from notebuild.environment import Settings
from notebuild.errors import CellError
from notebuild.graph import LONG
from notebuild.journal import TaskLog
from notebuild.model import Cell, Page
from notebuild.progress import Progress
from notebuild.schedule import Build
from notebuild.shared import open_store
from notebuild.store import Store


def make_page(cells: list[str], path: str = "docs/page.zh.md") -> Page:
    """Return a page of these sources, each in a fence of its own."""
    made, line = [], 1
    for source in cells:
        made.append(Cell(path, line, source))
        line += source.count("\n") + 4
    return Page(path, tuple(made))


def run_source(source: str, namespace: dict, inline: bool = False) -> str:
    """Return what a cell prints in a namespace."""
    if inline:
        source = f"print(({source}\n), end='')"
    with redirect_stdout(io.StringIO()) as printed:
        exec(compile(source, "<cell>", "exec"), namespace)
    return printed.getvalue()


class Process:
    """What a kernel has of its own: the classes it has met, its random state."""

    def __init__(self):
        self.met = {
            "_DYNAMIC_CLASS_TRACKER_BY_CLASS": weakref.WeakKeyDictionary(),
            "_DYNAMIC_CLASS_TRACKER_BY_ID": weakref.WeakValueDictionary(),
        }
        self.random = random.Random().getstate()

    @contextmanager
    def active(self):
        """Be in this process for a while."""
        outside = random.getstate()
        random.setstate(self.random)
        try:
            with mock.patch.multiple(cloudpickle, **self.met):
                yield
        finally:
            self.random = random.getstate()
            random.setstate(outside)


def top_to_bottom(page: Page) -> list[str]:
    """Return what each cell of a page prints when one process runs them all."""
    namespace = {"__name__": "__main__"}
    with Process().active():
        return [run_source(c.source, namespace, c.inline) for c in page.cells]


class _Pause:
    def __await__(self):
        yield


class _InProcessKernel:
    """What `execute._execute_steps` asks of a kernel, without one."""

    def __init__(self):
        self.log = TaskLog()
        self.namespace = {"__name__": "__main__"}
        self.module = types.ModuleType("_notebuild")
        self.module.kernel = kernel.Kernel(self.namespace)

    async def hidden(self, code: str) -> str:
        with mock.patch.dict(sys.modules, _notebuild=self.module):
            return run_source(code, {})

    async def execute(self, cell: Cell) -> list[dict]:
        await _Pause()  # cells of other tasks may run meanwhile
        try:
            text = run_source(cell.source, self.namespace, cell.inline)
        except Exception as error:
            raise CellError(f"{type(error).__name__}: {error}",
                            path=cell.path, line=cell.line) from error
        return [{"output_type": "stream", "name": "stdout", "text": text}]

    def peak_bytes(self) -> None:
        return None

    def report(self, *event) -> None:
        pass


class InProcess(Executor):
    """Runs its tasks by turns, a cell of this one, then a cell of that one.

    Args:
        settings: As for `execute.execute_task`.
        order: Decides whose turn it is, to try any order that can happen.
    """

    def __init__(self, settings: Settings, order: random.Random):
        self.settings, self.order = settings, order
        self.turns = 0
        self.started: dict[Future, tuple[Process, Coroutine, TaskLog]] = {}

    def submit(self, carry, task):
        store = open_store(self.settings.store, self.settings.address)
        kernel = _InProcessKernel()
        steps = execute._execute_steps(task.steps, kernel, store, self.settings)
        future = Future()
        self.started[future] = Process(), steps, kernel.log
        return future

    def wait(self, running, **options):
        """Go on with one of the tasks; stands in for `concurrent.futures.wait`."""
        self.turns += 1
        assert self.turns < 1000, "the build does not come to its end"
        future = self.order.choice([*running])
        process, steps, log = self.started[future]
        try:
            with process.active():
                steps.send(None)
            return set(), {*running}
        except StopIteration:
            log.close()
            future.set_result(log)
        except Exception as error:
            future.set_exception(error)
        return {future}, {*running} - {future}


def build(pages: list[Page], folder: Path, order: int = 0, workers: int = 9,
          address: str | None = None) -> Build:
    """Return the build of pages by graph, with the store in `folder`.

    A third of the cells is taken to be long, others with each `order`.
    """
    settings = Settings(store=folder, address=address)
    executor = InProcess(settings, random.Random(order))

    def seconds(progress: Progress, cell: Cell) -> float:
        return 1.0 if crc32(f"{order} {cell.source}".encode()) % 3 else 2 * LONG

    with (mock.patch.object(schedule, "wait", executor.wait),
          mock.patch.object(Progress, "seconds", seconds)):
        return schedule.run(pages, open_store(folder, address), settings,
                            executor=executor, workers=workers)


def published(built: Build, page: Page, folder: Path) -> list[str]:
    """Return the text that each cell of a page has published."""
    store = Store(folder)
    return ["".join(output["text"] for output in store.result(node.key).outputs)
            for node in built.nodes[page.path]]
