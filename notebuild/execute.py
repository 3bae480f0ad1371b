"""Stage 4, execute: a task → results in the store, by one fresh Jupyter kernel.

A task is a plain value and so is what it needs, so `execute_task` can be
handed to anything with the interface of `concurrent.futures.Executor`.
Nothing is stored of a cell that fails, times out or is interrupted, and no
kernel outlives its task.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import platform
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path

import nbformat
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from . import environment, warm
from .environment import Settings
from .errors import CellError, HiddenStateError, NotebuildError, StoreError
from .journal import TaskLog
from .model import Cell, Page, Record, Report, Step, Task
from .names import imports_within
from .shared import open_store
from .store import Store

POSTMORTEM = Path(__file__).with_name("postmortem.py")
TIMEOUT = 600.0  # seconds for a cell whose page says nothing

ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")


def execute_task(
    task: Task,
    settings: Settings,
    report: Report | None = None,
    stop: threading.Event | None = None,
) -> TaskLog:
    """Run a task's cells in a kernel of its own and store what they publish.

    Returns:
        When it did what.

    Raises:
        CellError: A cell raised, timed out, or its kernel died.
        HiddenStateError: A cell binds names that its text does not show.
        StoreError: A value it needs is missing or damaged.
        InterruptedError: `stop` was set meanwhile.
    """
    store = open_store(settings.store, settings.address)
    log = TaskLog(platform.node())
    needed = environment.installed(
        (i for step in task.steps
         for i in (*step.imports, *imports_within(step.cell.source))))
    allowed = environment.installed(i for step in task.steps for i in step.imported)
    _run(lambda kernel: _execute_steps(task.steps, kernel, store, settings),
         settings, report, stop, log, (needed, allowed))
    return log


def execute_page(
    page: Page,
    settings: Settings,
    report: Report | None = None,
    stop: threading.Event | None = None,
) -> list[list[dict]]:
    """Return the outputs of a page's cells, run top to bottom in one kernel.

    Raises:
        CellError, InterruptedError: As `execute_task`.
    """
    outputs: list[list[dict]] = []

    async def cells(kernel: _Kernel):
        for cell in page.cells:
            outputs.append(await kernel.execute(cell))

    _run(cells, settings, report, stop)
    return outputs


def _run(work, settings: Settings, report, stop, log: TaskLog | None = None,
         modules: tuple[frozenset[str], frozenset[str]] | None = None) -> None:
    """Start a kernel in an empty folder, let `work` use it, leave nothing."""
    scratch = Path(tempfile.mkdtemp(prefix="notebuild-"))
    try:
        asyncio.run(_stoppable(
            work, settings, scratch, report, stop, log or TaskLog(), modules))
    except asyncio.CancelledError:
        raise InterruptedError("the task was stopped") from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


async def _stoppable(work, settings, scratch, report, stop, log, modules) -> None:
    async def body():
        kernel = _Kernel(settings, scratch, report or (lambda *_: None), log, modules)
        async with kernel:
            await work(kernel)
        log.close()

    task = asyncio.create_task(body())
    while not task.done():
        if stop is not None and stop.is_set():
            task.cancel()
        await asyncio.wait([task], timeout=0.1)
    await task


class _Client(NotebookClient):
    """A notebook client that tells what a running cell prints."""

    on_text: Callable[[str], None] = staticmethod(lambda text: None)

    def output(self, outs, msg, display_id, cell_index):
        if msg["msg_type"] == "stream":
            self.on_text(msg["content"]["text"])
        return super().output(outs, msg, display_id, cell_index)


class _Kernel:
    """A fresh kernel, as an async context manager."""

    def __init__(self, settings: Settings, scratch: Path, report: Report, log: TaskLog,
                 modules: tuple[frozenset[str], frozenset[str]] | None):
        self.report, self.scratch, self.log = report, scratch, log
        (scratch / "work").mkdir()
        # Sockets in the scratch folder: no port is taken, no other user reads.
        own = {} if sys.platform == "win32" else {
            "transport": "ipc", "ip": str(scratch / "socket")}
        self.manager = AsyncKernelManager(
            connection_file=str(scratch / "kernel.json"), **own)
        self.manager._kernel_spec = KernelSpec(
            argv=[sys.executable, "-Xfrozen_modules=off", "-m",
                  "ipykernel_launcher", "-f", "{connection_file}",
                  "--InlineBackend.figure_formats={'svg'}",
                  "--HistoryManager.enabled=False"],
            display_name="Python", language="python")
        if modules is not None:
            self.manager.provisioner = warm.make_provisioner(self.manager, *modules)
        self.client = _Client(
            nbformat.v4.new_notebook(), km=self.manager, allow_errors=True,
            timeout=None, startup_timeout=120, shutdown_kernel="immediate")
        self.environ = settings.environ(scratch)

    async def __aenter__(self):
        with self.log.span("start"):
            await self._start()
        self.log.kernel = self.manager.provisioner.pid
        return self

    async def _start(self) -> None:
        # What libraries write past Python's streams is not for the terminal.
        self.output = open(self.scratch / "kernel.log", "wb")
        self.context = self.client.async_setup_kernel(
            cleanup_kc=True, env=self.environ, cwd=str(self.scratch / "work"),
            stdout=self.output, stderr=self.output)
        await self.context.__aenter__()
        file = str(environment.KERNEL)
        await self.hidden(
            "import sys, types; m = types.ModuleType('_notebuild')\n"
            "sys.modules['_notebuild'] = m\n"
            f"exec(compile(open({file!r}, encoding='utf-8').read(), {file!r}, "
            "'exec'), m.__dict__)\n"
            "m.kernel = m.Kernel(get_ipython().user_ns)\n"
            "del sys, types, m")

    async def __aexit__(self, *failure):
        try:
            await self.context.__aexit__(*failure)
        finally:
            process = getattr(self.manager.provisioner, "process", None)
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()
            self.output.close()
            # nbclient would clean up once more at exit, and fail to.
            atexit.unregister(self.client._cleanup_kernel)

    def peak_bytes(self) -> int | None:
        """Return the kernel's largest resident size so far, where it can be known."""
        return environment.peak_bytes(self.log.kernel)

    async def hidden(self, code: str) -> str:
        """Run code that is not the page's; return what it printed."""
        self.client.timeout = 600
        cell = await self.client.async_execute_cell(
            self._append(code), 0, store_history=False)
        for output in cell.outputs:
            if output.output_type == "error":
                raise _HiddenError(
                    output.ename, output.evalue,
                    ANSI.sub("", "\n".join(output.traceback)))
        return "".join(o.text for o in cell.outputs
                       if o.output_type == "stream" and o.name == "stdout")

    async def execute(self, cell: Cell) -> list[dict]:
        """Return the outputs of a cell of the page.

        Raises:
            CellError: It raised, timed out, or the kernel died.
        """
        self.report("start", cell, "")
        source = f"print(({cell.source}\n), end='')" if cell.inline else cell.source
        self.client.timeout = limit = cell.options.timeout or TIMEOUT
        self.client.on_text = lambda text: self.report("line", cell, text)
        try:
            done = await self.client.async_execute_cell(
                self._append(source), 0, store_history=False)
        except CellTimeoutError:
            raise CellError(
                f"took longer than {limit:g} s",
                path=cell.path, line=cell.line, text=_fence(cell),
                hint="allow more with <!-- cell: timeout=SECONDS -->, "
                "or make it shorter") from None
        except DeadKernelError:
            raise CellError(
                "its kernel died", path=cell.path, line=cell.line,
                text=_fence(cell),
                hint="it may have run out of memory or been killed; what other "
                "cells had finished is stored") from None
        outputs = [json.loads(json.dumps(output)) for output in done.outputs]
        for output in outputs:
            if output["output_type"] == "error":
                raise await self._failure(cell, output)
            output.get("metadata", {}).clear()
        return outputs

    async def _failure(self, cell: Cell, output: dict) -> CellError:
        found = {}
        with suppress(_HiddenError, CellTimeoutError, DeadKernelError, ValueError):
            code = POSTMORTEM.read_text("utf-8")
            found = json.loads(await self.hidden(
                f"scope = {{}}; exec({code!r}, scope)\n"
                f"print(scope['failure'](get_ipython().user_ns, {cell.source!r}))"))
        lineno = found.get("line") or 1
        values = "\n".join(found.get("values", ()))
        if cell.claim is not None and output["ename"] == "AssertionError":
            message = f" ({output['evalue']})" if output["evalue"] else ""
            return CellError(
                f"this is no longer true{message}: {cell.claim}", path=cell.path,
                line=cell.source_line(lineno), text=cell.text(lineno), detail=values,
                hint="mend the sentence and its claim, or what changed the result")
        if cell.inline:
            lineno = 1
        rows = ANSI.sub("", "\n".join(output["traceback"])).splitlines()
        if len(rows) > 60:
            rows = [*rows[:20], f"… {len(rows) - 50} lines …", *rows[-30:]]
        hint = None
        if output["ename"] == "ModuleNotFoundError":
            hint = "install what the notes import: pip install -r requirements.txt"
        return CellError(
            f"{output['ename']}: {output['evalue']}", path=cell.path,
            line=cell.source_line(lineno), text=cell.text(lineno),
            detail="\n".join(rows), hint=hint)

    def _append(self, source: str):
        cell = nbformat.v4.new_code_cell(source)
        self.client.nb.cells[:] = [cell]
        return cell


class _HiddenError(Exception):
    """Code that is not the page's failed."""

    def __init__(self, name: str, value: str, trace: str):
        self.name, self.value, self.trace = name, value, trace
        super().__init__(f"{name}: {value}")


async def _execute_steps(
    steps: tuple[Step, ...], kernel: _Kernel, store: Store, settings: Settings
) -> None:
    opaque: set[tuple[str, str]] = set()  # (key, name) that live only here
    for step in steps:
        staging = store.staging()
        try:
            await _execute_step(step, staging, kernel, store, settings, opaque)
        except NotebuildError:
            kernel.report("failed", step.cell, "")
            raise
        finally:
            shutil.rmtree(staging, ignore_errors=True)


async def _execute_step(step, staging, kernel, store, settings, opaque) -> None:
    cell = step.cell
    log = kernel.log
    known = {key for span in log.spans for key in (span.key, *span.uses)}
    uses = tuple(sorted({*step.bind.values()} - known))
    bind = {}
    for name, key in step.bind.items():
        record = store.record(key)
        lives = (key, name) in opaque or (record and name in record.opaque)
        file = None if lives else store.value_file(key, name)
        bind[name] = [key, lives, file and str(file)]
    request = staging / "request.json"
    request.write_text(json.dumps({
        "key": step.key, "bind": bind, "imports": step.imports,
        "own_imports": sorted(imports_within(cell.source)),
        "random": step.random and {
            "key": step.random,
            "file": str(store.checked_file(step.random, "random.pkl"))},
        "visible": step.visible, "writes": step.writes, "seeds": step.seeds,
        "publish": step.publish, "staging": str(staging),
    }), "utf-8")
    call = "__import__('_notebuild').kernel"
    try:
        with log.span("load", step.key, uses):
            await kernel.hidden(f"{call}.before({str(request)!r})")
        request.unlink()
        with log.span("run" if step.publish else "again", step.key):
            outputs = await kernel.execute(cell)
        peak = kernel.peak_bytes()
        with log.span("store", step.key):
            await kernel.hidden(f"{call}.after()")
    except _HiddenError as error:
        raise StoreError(
            f"values could not be exchanged with the kernel: {error}",
            path=cell.path, line=cell.line, text=_fence(cell),
            detail=error.trace) from None
    found = json.loads((staging / "found.json").read_text("utf-8"))
    # A process counts, as the kernel asks, the size of the one that started it.
    found["peak_bytes"] = peak or found["peak_bytes"]
    if unseen := found.pop("unseen"):
        raise HiddenStateError(
            f"binds {', '.join(unseen)} in a way that its text does not show",
            path=cell.path, line=cell.line, text=_fence(cell),
            hint="bind names by plain assignment")
    if cell.inline and found["changed"]:
        raise HiddenStateError(
            f"an inline value changes {', '.join(found['changed'])}",
            path=cell.path, line=cell.line, text=cell.source,
            hint="do it in a cell")
    opaque.update((step.key, name) for name in found["opaque"])
    if step.publish:
        modules = environment.imported_modules(step.imported)
        record = Record(
            key=step.key,
            finished=datetime.now(timezone.utc).isoformat(timespec="seconds"),
            python=sys.version.split()[0],
            versions=environment.imported(modules),
            machine=environment.machine(),
            commit=settings.commit,
            **found)
        with log.span("store", step.key):
            store.put(staging, record, outputs)
    kernel.report("done", cell, "")


def _fence(cell: Cell) -> str:
    return cell.source if cell.inline else "```python"
