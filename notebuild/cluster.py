"""Stage 3, schedule, with others: tasks → the workers of a Dask cluster.

A worker runs a task as a thread of the build would, and leaves its results in
the store that both share; what happens to the cells comes back as events. When
a worker dies, Dask runs its task elsewhere: an entry is whole or not there.
"""

from __future__ import annotations

import pickle
import shutil
import threading
import time
import traceback
import uuid
from collections import Counter
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path

from . import environment
from .errors import CellError, NotebuildError, StoreError
from .journal import TaskLog
from .model import Cell, Report, Task
from .store import Store

TOPIC = "notebuild"
PATIENCE = 30.0  # seconds to wait for the scheduler, a worker, the end of kernels
PAUSE = 0.3      # seconds between two messages of what a cell prints


_busy: Counter[str] = Counter()  # on a worker: build → its tasks that run here


class Cluster(Executor):
    """Carries tasks to the workers of a Dask cluster; connects when first used.

    Args:
        address: The scheduler's: ``tcp://host:8786``.
        store: Where this build looks for what the workers have put.
        report: Is told what happens on them.
    """

    def __init__(self, address: str, store: Store, report: Report):
        self.address, self.store, self.report = address, store, report
        self.name = uuid.uuid4().hex
        self.tasks: list[Task] = []
        self.away: list = []  # Dask's futures of them
        self.news = ThreadPoolExecutor(1, "cluster")  # in the order it came
        self.closed = threading.Event()
        self.lost = "the connection to the scheduler was lost"

    def slots(self) -> int:
        """Return how many tasks the workers run at once.

        Raises:
            NotebuildError: There is no scheduler, or no worker.
        """
        return sum(self.client.nthreads().values())

    def submit(self, carry, task: Task) -> Future:
        """Run a task by ``carry(task, report=…, stop=…)`` on some worker.

        Args:
            carry: `execute.execute_task`, its settings given.
            task: The task.
        """
        number, future = len(self.tasks), Future()
        future.set_running_or_notify_cancel()  # it ends as Dask says
        self.tasks.append(task)
        imports = sorted({text for step in task.steps for text in step.imported})
        away = self.client.submit(
            _make_call(), environment.CODE, pickle.dumps((carry, task)), imports,
            environment.describe(imports), self.mark and self.mark.name,
            (self.name, number), key=f"notebuild-{self.name}-{number}", pure=False)
        self.away.append(away)
        away.add_done_callback(
            lambda away: self.news.submit(self._finish, away, task, future))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Stop what still runs, wait for its kernels to end, and disconnect."""
        if "client" not in vars(self):
            return
        self.closed.set()
        pending = [away for away in self.away if not away.done()]
        try:
            if pending:
                self.client.cancel(pending)
            until = time.monotonic() + PATIENCE
            while pending and wait and time.monotonic() < until:
                if not any(self.client.run(_count, self.name, on_error="ignore").values()):
                    break
                time.sleep(0.1)
        except OSError:
            pass  # the scheduler is gone, and with it its workers
        finally:
            self.client.close()
            self.news.shutdown(cancel_futures=True)
            if self.mark:
                shutil.rmtree(self.mark, ignore_errors=True)

    @cached_property
    def client(self):
        """The connection."""
        from distributed import Client  # late: it takes a second

        try:
            client = Client(self.address, name="notebuild", set_as_default=False,
                            timeout=PATIENCE)
        except (OSError, ValueError, ImportError) as error:
            raise NotebuildError(
                f"no scheduler of a cluster answers: {error}", path=self.address,
                hint="see that DASK_SCHEDULER_ADDRESS is right; without it the "
                "build runs on this machine") from None
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            client.close()
            raise NotebuildError(
                "the cluster has no worker", path=self.address,
                hint="start one from a checkout: PYTHONPATH=. dask worker "
                f"{self.address}") from None
        client.subscribe_topic(TOPIC, self._hear)
        threading.Thread(target=self._watch, args=[client], daemon=True).start()
        return client

    @cached_property
    def mark(self) -> Path | None:
        """A folder by which workers know that they see this store's folder."""
        return None if self.store.address else self.store.staging()

    def _hear(self, event: tuple) -> None:
        build, number, step, what, text = event[1]
        if build == self.name and not self.closed.is_set():
            with suppress(RuntimeError):  # closed meanwhile
                self.news.submit(self._tell, self.tasks[number].steps[step], what, text)

    def _tell(self, step, what: str, text: str) -> None:
        if what == "done" and step.publish:
            with suppress(StoreError):  # which the end of the task will say
                self.store.refresh([step.key])
        self.report(what, step.cell, text)

    def _finish(self, away, task: Task, future: Future) -> None:
        try:
            failure = self._failure(away, task)
            # Of a failure also what it began with: it may have been damaged.
            self.store.refresh({*task.keys, *(task.needs if failure else ())})
        except NotebuildError as error:
            failure = error
        if failure is None:
            future.set_result(away.result())
        else:
            future.set_exception(failure)

    def _failure(self, away, task: Task) -> NotebuildError | None:
        if away.status == "finished":
            return None
        if away.status == "cancelled":
            return NotebuildError(self.lost, path=self.address,
                                  hint="what had finished is stored; build again")
        error = away.exception()
        if isinstance(error, NotebuildError):
            return error
        if type(error).__name__ == "KilledWorker":
            first, *rest = task.steps
            return CellError(
                f"{error.allowed_failures + 1} workers died while they ran it",
                path=first.cell.path, line=first.cell.line, text=first.cell.text(1),
                detail="".join(f"with {s.cell.path}:{s.cell.line}\n" for s in rest),
                hint="it may need more memory than they have; their logs say more")
        return NotebuildError(
            f"a worker failed: {type(error).__name__}: {error}", path=self.address,
            detail="".join(traceback.format_exception(error)))

    def _watch(self, client) -> None:
        """Give up when there has been no worker for a while."""
        seen = time.monotonic()
        while not self.closed.wait(2):
            with suppress(Exception):  # of a lost connection the futures tell
                if client.nthreads():
                    seen = time.monotonic()
                elif time.monotonic() - seen > PATIENCE:
                    self.lost = "the cluster has no worker any more"
                    client.cancel([away for away in self.away if not away.done()])


def run_task(blob: bytes, imports: list[str], wanted: dict, mark: str | None,
             name: tuple[str, int]) -> TaskLog:
    """Run a task on the worker on which this is called; see `Cluster.submit`.

    Raises:
        NotebuildError: The worker has other versions, or does not see the store.
        CellError, HiddenStateError, StoreError: As `execute.execute_task`.
    """
    from distributed import get_worker

    worker = get_worker()
    if other := _differences(wanted, environment.describe(imports)):
        raise NotebuildError(
            f"this worker is not like the build: {'; '.join(other)}",
            path=worker.address,
            hint="set it up from the same requirements.txt, and start it again")
    carry, task = pickle.loads(blob)
    settings = carry.keywords["settings"]
    if settings.address:  # a copy of the worker's own
        carry = partial(carry, settings=replace(
            settings, store=Path(worker.local_directory) / "notebuild"))
    elif not (settings.store / mark).is_dir():
        raise NotebuildError(
            f"this worker does not see the build's store, {settings.store}",
            path=worker.address, hint="share the folder under the same path, or "
            "name an address in NOTEBUILD_CACHE")
    _busy[name[0]] += 1
    try:
        return carry(task, report=_Teller(worker, task, name), stop=_Stop(worker))
    finally:
        _busy[name[0]] -= 1


class _Teller:
    """Reports what happens to a task's cells to the build that sent it."""

    def __init__(self, worker, task: Task, name: tuple[str, int]):
        self.worker, self.name = worker, name
        self.cells = [step.cell for step in task.steps]
        self.text, self.told = "", 0.0

    def __call__(self, what: str, cell: Cell, text: str) -> None:
        if what == "line":  # a progress bar prints hundreds a second
            self.text += text
            if time.monotonic() - self.told < PAUSE:
                return
            text, self.text, self.told = self.text[-4000:], "", time.monotonic()
        else:
            self.text, self.told = "", 0.0
        text = text.encode("utf-8", "replace").decode()
        self.worker.log_event(
            TOPIC, [*self.name, self.cells.index(cell), what, text])


class _Stop:
    """Is set when nobody waits for the task any more, or the worker closes."""

    def __init__(self, worker):
        self.worker, self.key = worker, worker.get_current_task()

    def is_set(self) -> bool:
        task = self.worker.state.tasks.get(self.key)
        return (task is None or task.state == "cancelled"
                or self.worker.status.name in {"closing", "closed", "failed"})


def _count(build: str) -> int:
    """Return how many tasks of a build run on this worker."""
    return _busy[build]


def _make_call():
    """Return what calls `run_task`; it is sent by value.

    So the scheduler needs nothing of ours, and a worker that has nothing, or
    something else, can say so.
    """
    def call(code, *arguments):
        from distributed import get_worker
        try:
            from notebuild import cluster, environment
            same = environment.CODE == code
        except ImportError as error:
            raise RuntimeError(f"{get_worker().address} cannot import notebuild: {error}; "
                               "start it from a checkout, with PYTHONPATH=.") from None
        if not same:
            raise RuntimeError(f"{get_worker().address} has another notebuild; start it "
                               "again, from a checkout of the same commit")
        return cluster.run_task(*arguments)

    return call


def _differences(wanted: dict, found: dict) -> list[str]:
    """Return in what two environments differ, for people."""
    flat = [{**env, **env["packages"], **env.get("files", {})} for env in (wanted, found)]
    return [f"{name} {flat[1].get(name, 'missing')}, not {flat[0].get(name, 'there')}"
            for name in sorted(flat[0].keys() | flat[1].keys())
            if name not in {"packages", "files"}
            and flat[0].get(name) != flat[1].get(name)]
