"""Stage 3, schedule: pages → results, as many tasks at once as there are cores.

A task starts when all it needs is stored; among those that can start, the one
that the longest time of work hangs on goes first. A cell that fails stops
only what depends on it: the rest goes on, so that nothing finished is lost,
and all failures are told at the end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Container, Iterable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from copy import copy
from dataclasses import dataclass, field
from functools import partial

from . import environment
from .environment import Settings
from .errors import Failures, NotebuildError, PageError, StoreError
from .graph import Node, build_tasks, plan_page
from .journal import TaskLog
from .model import Cell, Page, Task
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
        tasks: How the tasks went that ended well.
        failed: Key of a cell → why there is no result, and the cell as it was
            tried.
    """

    nodes: dict[str, list[Node]] = field(default_factory=dict)
    failures: list[NotebuildError] = field(default_factory=list)
    executed: set[str] = field(default_factory=set)
    tasks: list[TaskLog] = field(default_factory=list)
    failed: dict[str, tuple[NotebuildError, Cell]] = field(default_factory=dict)
    _ahead: dict[str, tuple[list[Node], frozenset[str]]] = field(default_factory=dict)

    def check(self) -> None:
        """Raise what went wrong, if anything did."""
        if len(self.failures) == 1:
            raise self.failures[0]
        if self.failures:
            raise Failures(self.failures)

    def plan(self, pages: Iterable[Page], store: Store, *, anew: bool = False,
             news: Container[str] | None = None) -> None:
        """Plan the pages, as far as they or their results have changed.

        Args:
            pages: The pages.
            store: Where records are looked up.
            anew: Plan all of them.
            news: As for `plan`.

        Raises:
            PageError, HiddenStateError, Failures: As `plan`.
        """
        self.nodes = plan(pages, store, None if anew else self.nodes, news)
        for node in self._all() if self.failed else ():  # with more time it may end well
            if node.key in self.failed and (
                    self.failed[node.key][1].options != node.cell.options):
                del self.failed[node.key]

    def ahead(self, path: str) -> frozenset[str]:
        """Return the keys of a page's cells that are not done."""
        nodes = self.nodes[path]
        if path not in self._ahead or self._ahead[path][0] is not nodes:
            self._ahead[path] = nodes, frozenset(n.key for n in nodes if not n.done)
        return self._ahead[path][1]

    def reason(self, node: Node) -> NotebuildError | None:
        """Return why a cell has no result, with the line where it stands now."""
        if node.done or node.key not in self.failed:
            return None
        error, tried = self.failed[node.key]
        if (moved := node.cell.line - tried.line) and error.path == node.cell.path:
            error = copy(error)
            error.line = error.line and error.line + moved
        return error

    def reasons(self) -> list[NotebuildError]:
        """Return why cells have no result, each reason once."""
        return [*{id(self.failed[node.key][0]): self.reason(node)
                  for node in self._all() if self.reason(node)}.values()]

    def _all(self) -> Iterable[Node]:
        return (node for nodes in self.nodes.values() for node in nodes)


def plan(pages: Iterable[Page], store: Store, known: dict[str, list[Node]] | None = None,
         news: Container[str] | None = None) -> dict[str, list[Node]]:
    """Return the nodes of all pages; see `graph.plan_page`.

    Args:
        pages: The pages.
        store: Where records are looked up.
        known: An earlier plan: what it has of a page is good as long as its
            cells are the same, and so are their records.
        news: The only keys whose records may be others than in `known`; all may
            be if None.

    Raises:
        PageError, HiddenStateError, Failures: Some page cannot be executed.
        StoreError: The store's address cannot be read.
    """
    store.sync()
    nodes, failures = {}, []
    for page in pages:
        old = (known or {}).get(page.path)
        if (old is not None and page.cells == tuple(node.cell for node in old)
                and all(node.key not in news if news is not None else
                        store.record(node.key) is node.record for node in old)):
            nodes[page.path] = old
            continue
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
    build: Build | None = None,
    edits: Callable[[], list[Page] | None] = lambda: None,
    stop: threading.Event | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> Build:
    """Execute what is not stored yet, and return the pages' nodes.

    Args:
        pages: The pages.
        store: Where results are looked up and put.
        settings: What kernels are started with.
        executor: Carries the tasks; threads of this process by default.
        workers: How many tasks at once; by default as many as the executor
            has `slots` for, or there are cores.
        progress: Is told what goes on.
        build: Is filled and returned; what it has of unchanged pages is used,
            and what failed in it is not tried again.
        edits: Is asked again and again, and returns the pages where they have
            changed. Cells that are no longer on them are stopped.
        stop: Ends everything as soon as it is set.
        meanwhile: Is called, in a thread of its own, while something is executed that
            takes a while. It may take longer than that.

    Raises:
        StoreError: The store cannot be written.
        KeyboardInterrupt: After all kernels have ended.
        InterruptedError: Likewise, because `stop` was set.
    """
    build = build or Build()
    build.plan(pages, store)
    progress = progress or Progress(quiet=True)
    tasks = build_tasks(
        [*build.nodes.values()], frozenset(), build.failed, progress.seconds)
    if not tasks:
        build.failures[:] = build.reasons()
        return build
    store.open()
    store.sweep()
    from .execute import execute_task  # Jupyter: only where something is to run

    workers = workers or getattr(executor, "slots", environment.cores)()
    stop = stop or threading.Event()
    progress.plan(tasks)
    carry = partial(execute_task, settings=settings)
    if executor is None:
        executor = ThreadPoolExecutor(workers, "task")
        carry = partial(carry, report=progress.report)
    stops: dict[Future, threading.Event] = {}  # of the tasks in this process
    running: dict[Future, Task] = {}
    told: set[int] = set()
    finished: set[str] = set()
    mended: set[str] = set()  # keys of tasks that met a damaged value

    def start(task: Task) -> None:
        if isinstance(executor, ThreadPoolExecutor):
            ended = threading.Event()
            future = executor.submit(carry, task, stop=ended)
            stops[future] = ended
        else:
            future = executor.submit(carry, task)
        running[future] = task

    # Once the first kernels are on their way.
    aside = threading.Timer(0.2, meanwhile or (lambda: None))
    aside.daemon = True
    try:
        aside.start()
        with progress:
            while True:
                if stop.is_set():
                    raise InterruptedError("the build was stopped")
                edited = edits()
                if edited is not None:
                    pages = edited
                    tasks = _plan_again(pages, store, build, running, finished,
                                        stops, progress)
                    if _drop(running, build, finished, stops):
                        tasks = _plan_again(pages, store, build, running, finished,
                                            stops, progress)
                    progress.plan([*tasks, *running.values()])
                _submit(tasks, running, build, workers, start)
                if not running and not build.failures:  # what was kept, once more
                    tasks = _plan_again(pages, store, build, running, finished,
                                        stops, progress, anew=True)
                    _submit(tasks, running, build, workers, start)
                if not running:
                    break  # all is done, or what is left waits for what failed
                # Cells of a running task are there for others as they finish.
                done, _ = wait(running, timeout=0.2, return_when=FIRST_COMPLETED)
                news = _harvest(running.values(), finished, store, progress)
                lost = False
                for future in done:
                    task = running.pop(future)
                    ended = stops.pop(future, None)
                    lost |= _finish(task, future, ended, build, store, mended, progress)
                    news.update(task.keys)
                if done or news:
                    tasks = _plan_again(pages, store, build, running, finished,
                                        stops, progress, tasks, None if lost else news)
                    progress.plan([*tasks, *running.values()])
                    _tell_failures(build, told, progress)
    except BaseException:
        for ended in stops.values():
            ended.set()
        raise
    finally:
        aside.cancel()
        executor.shutdown(wait=True, cancel_futures=True)
        build.executed |= finished
    build.failures += build.reasons()
    if tasks and not build.failures:
        first = tasks[0].steps[0].cell
        raise NotebuildError("its result could not be stored in full",
                             path=first.path, line=first.line, text=first.text(1))
    for notice in store.notices:
        progress.notice(notice)
    return build


def _submit(tasks, running, build: Build, workers, start) -> None:
    """Start the tasks that can start, those that most wait for first."""
    if not tasks or len(running) >= workers:
        return
    ahead = frozenset().union(*map(build.ahead, build.nodes))
    for task in sorted(tasks, key=lambda task: -task.weight):
        if len(running) >= workers:
            return
        if not task.needs & ahead:
            tasks.remove(task)
            start(task)


def _drop(running, build: Build, finished, stops) -> bool:
    """Stop the tasks whose running cell is on no page; return whether there are any."""
    wanted = {node.key for nodes in build.nodes.values() for node in nodes}
    dropped = False
    for future, task in running.items():
        now = next((step.key for step in task.steps
                    if step.publish and step.key not in finished), None)
        if future in stops and now is not None and now not in wanted:
            stops[future].set()
            dropped = True
    return dropped


def _harvest(running: Iterable[Task], finished: set[str], store, progress) -> set[str]:
    """Take in the cells that have finished; return their keys."""
    news = set()
    for task in running:
        for step in task.steps:
            if not step.publish or step.key in finished:
                continue
            record = store.record(step.key)
            if record is None or not record.has(step.writes):
                break  # not yet, or an older run that had fewer values to store
            finished.add(step.key)
            progress.found(step.cell, record)
            news.add(step.key)
    return news


def _finish(task: Task, future: Future, ended: threading.Event | None, build: Build,
            store, mended, progress) -> bool:
    """Take in how a task has ended; return whether it found an entry damaged."""
    try:
        build.tasks.append(future.result())
        return False
    except InterruptedError:
        if ended is None or not ended.is_set():
            raise
        return False  # an edit has made it pointless
    except StoreError as error:
        if not mended.issuperset(task.keys):  # the damaged entry is gone now
            mended.update(task.keys)
            progress.notice(str(error))
            return True
        failure = error
    except NotebuildError as error:
        failure = error
    for step in task.steps:
        record = store.record(step.key)
        if step.publish and not (record and record.has(step.writes)):
            build.failed[step.key] = failure, step.cell
            break  # those after it had no turn: they are planned anew
    return False


def _plan_again(
    pages, store, build: Build, running, finished, stops, progress,
    tasks: Iterable[Task] = (), news: Container[str] | None = None, *, anew=False,
) -> list[Task]:
    """Plan with what the last records have told; return the tasks still to do.

    Where only some keys have `news`, what `tasks` has of other pages is kept: with
    a thousand pages most of them are as they were.
    """
    busy = frozenset(
        key for future, task in running.items()
        if future not in stops or not stops[future].is_set()
        for key in task.keys) - finished
    build.failures.clear()
    plans, before = build.nodes, {path: build.ahead(path) for path in build.nodes}
    try:
        build.plan(pages, store, anew=anew, news=news)
    except NotebuildError as error:
        build.failures.append(error)
        return []
    ahead = {path: before.get(path, frozenset()) | build.ahead(path) for path in build.nodes}
    todo = {path for path in build.nodes
            if news is None or build.nodes[path] is not plans.get(path)}
    again, keys = set(), set()
    while todo:  # pages that share cells still to be done share their tasks as well
        again |= todo
        keys.update(*map(ahead.get, todo))
        todo = {path for path in build.nodes.keys() - again
                if not keys.isdisjoint(ahead[path])}
    kept = [task for task in tasks if keys.isdisjoint(task.keys)] if news is not None else []
    return kept + build_tasks([nodes for path, nodes in build.nodes.items() if path in again],
                              busy, build.failed, progress.seconds)


def _tell_failures(build: Build, told: set[int], progress) -> None:
    """Tell of failures that nothing can mend any more.

    A cell may have run too early, before its turn was known: as long as cells
    above it are at work, what they show may give it another key.
    """
    for nodes in build.nodes.values() if build.failed else ():
        for node in nodes:
            if node.done:
                continue
            if node.key not in build.failed:
                break
            failure = build.failed[node.key][0]
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
