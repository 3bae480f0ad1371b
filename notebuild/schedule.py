"""Stage 3, schedule: pages → results, as many tasks at once as there are cores.

A task starts when all it needs is stored; among those that can start, the one
that the longest time of work hangs on goes first. A cell that fails stops
only what depends on it: the rest goes on, so that nothing finished is lost,
and all failures are told at the end.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial

from . import environment
from .errors import Failures, NotebuildError, PageError, StoreError
from .execute import Settings, execute_task
from .graph import Node, build_tasks, plan_page
from .model import Page, Task
from .names import analyse_source
from .progress import Progress
from .store import Store


@dataclass
class Build:
    """The nodes of all pages, and what went wrong.

    Attributes:
        nodes: Path of the page → its nodes, in reading order.
        failures: What could not be done, in the order it was found.
        executed: Keys of the cells that were executed, not taken from the store.
    """

    nodes: dict[str, list[Node]] = field(default_factory=dict)
    failures: list[NotebuildError] = field(default_factory=list)
    executed: set[str] = field(default_factory=set)

    def check(self) -> None:
        """Raise what went wrong, if anything did."""
        if len(self.failures) == 1:
            raise self.failures[0]
        if self.failures:
            raise Failures(self.failures)


def plan(pages: Iterable[Page], store: Store) -> dict[str, list[Node]]:
    """Return the nodes of all pages; see `graph.plan_page`.

    Raises:
        PageError, HiddenStateError, Failures: Some page cannot be executed.
    """
    nodes, failures = {}, []
    for page in pages:
        try:
            _check_imports(page)
            nodes[page.path] = plan_page(page, environment.describe, store.record)
        except NotebuildError as error:
            failures.append(error)
    if failures:
        raise failures[0] if len(failures) == 1 else Failures(failures)
    return nodes


def run(
    pages: list[Page],
    store: Store,
    settings: Settings,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Build:
    """Execute what is not stored yet, and return the pages' nodes.

    Args:
        pages: The pages.
        store: Where results are looked up and put.
        settings: What kernels are started with.
        executor: Carries the tasks; threads of this process by default.
        workers: How many tasks at once; the number of cores by default.
        progress: Is told what goes on.

    Raises:
        StoreError: The store cannot be written.
        KeyboardInterrupt: After all kernels have ended.
    """
    build = Build(nodes=plan(pages, store))
    progress = progress or Progress(quiet=True)
    tasks = build_tasks([*build.nodes.values()], seconds=progress.seconds)
    if not tasks:
        return build
    store.open()
    store.sweep()
    workers = workers or environment.cores()
    stop = threading.Event()
    progress.plan(tasks)
    carry = partial(execute_task, settings=settings)
    if executor is None:
        executor = ThreadPoolExecutor(workers, "task")
        carry = partial(carry, report=progress.report, stop=stop)
    running: dict[Future, Task] = {}
    failed: dict[str, NotebuildError] = {}  # key → why there is no result
    told: set[int] = set()
    finished: set[str] = set()
    mended: set[str] = set()  # keys of tasks that met a damaged value
    try:
        with progress:
            while True:
                _submit(tasks, running, build, workers, executor, carry)
                if not running:
                    break  # all is done, or what is left waits for what failed
                # Cells of a running task are there for others as they finish.
                done, _ = wait(running, timeout=0.2, return_when=FIRST_COMPLETED)
                news = _harvest(running.values(), finished, store, progress)
                for future in done:
                    _finish(running.pop(future), future, store, failed, mended,
                            progress)
                if done or news:
                    tasks = _plan_again(pages, store, build, running, finished,
                                        failed, progress)
                    progress.plan([*tasks, *running.values()])
                    _tell_failures(build, failed, told, progress)
    except BaseException:
        stop.set()
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
    build.executed |= finished
    build.failures += {
        id(failed[node.key]): failed[node.key] for nodes in build.nodes.values()
        for node in nodes if node.key in failed and not node.done}.values()
    if tasks and not build.failures:
        first = tasks[0].steps[0].cell
        raise NotebuildError("its result could not be stored in full",
                             path=first.path, line=first.line, text=first.text(1))
    for notice in store.notices:
        progress.notice(notice)
    return build


def _submit(tasks, running, build: Build, workers, executor, carry) -> None:
    """Start the tasks that can start, those that most wait for first."""
    ahead = {node.key for nodes in build.nodes.values() for node in nodes
             if not node.done}
    for task in sorted(tasks, key=lambda task: -task.weight):
        if len(running) >= workers:
            return
        if not task.needs & ahead:
            tasks.remove(task)
            running[executor.submit(carry, task)] = task


def _harvest(running: Iterable[Task], finished: set[str], store, progress) -> bool:
    """Take in the cells that have finished; return whether there are any."""
    news = False
    for task in running:
        for step in task.steps:
            if not step.publish or step.key in finished:
                continue
            record = store.record(step.key)
            if record is None or not record.has(step.writes):
                break  # not yet, or an older run that had fewer values to store
            finished.add(step.key)
            progress.found(step.cell, record)
            news = True
    return news


def _finish(task: Task, future: Future, store, failed, mended, progress) -> None:
    """Take in how a task has ended."""
    try:
        future.result()
        return
    except StoreError as error:
        if not mended.issuperset(task.keys):  # the damaged entry is gone now
            mended.update(task.keys)
            progress.notice(str(error))
            return
        failure = error
    except NotebuildError as error:
        failure = error
    for step in task.steps:
        record = store.record(step.key)
        if step.publish and not (record and record.has(step.writes)):
            failed[step.key] = failure
            return  # those after it had no turn: they are planned anew


def _plan_again(
    pages, store, build, running, finished, failed, progress
) -> list[Task]:
    """Plan with what the last records have told; return the tasks still to do."""
    busy = frozenset(
        key for task in running.values() for key in task.keys) - finished
    build.failures.clear()
    try:
        build.nodes = plan(pages, store)
    except NotebuildError as error:
        build.failures.append(error)
        return []
    return build_tasks([*build.nodes.values()], busy, failed, progress.seconds)


def _tell_failures(build: Build, failed, told: set[int], progress) -> None:
    """Tell of failures that nothing can mend any more.

    A cell may have run too early, before its turn was known: as long as cells
    above it are at work, what they show may give it another key.
    """
    for nodes in build.nodes.values():
        for node in nodes:
            if node.done:
                continue
            failure = failed.get(node.key)
            if failure is None:
                break
            if id(failure) not in told:
                told.add(id(failure))
                progress.failure(failure)


def _check_imports(page: Page) -> None:
    """Raise for a top-level import of a module that is not installed."""
    for cell in page.cells:
        for statement in analyse_source(cell.source):
            if statement.imports is None:
                continue
            missing = environment.missing_modules(statement.imports)
            if missing:
                raise PageError(
                    f"module ‘{missing[0]}’ is not installed", path=cell.path,
                    line=cell.source_line(statement.line),
                    text=cell.text(statement.line),
                    hint="install what the notes import: make site sets up "
                    ".venv; elsewhere: pip install -r requirements.txt")
