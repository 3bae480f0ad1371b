"""A build on the workers of a Dask cluster is the build on this machine."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from small_notes import PATH, Notes, kernels, write_page

from notebuild.cluster import Cluster
from notebuild.errors import NotebuildError
from notebuild.environment import Settings
from notebuild.extract import extract_cells
from notebuild.model import Page
from notebuild.schedule import run
from notebuild.shared import open_store

pytestmark = pytest.mark.kernel
ROOT = Path(__file__).parents[2]


class Machines:
    """A scheduler and workers, each a process that the documentation starts."""

    def __init__(self, folder: Path):
        self.folder, self.started = folder, []
        log = self._start("scheduler", "scheduler", "--no-dashboard", "--port", "0",
                          "--host", "127.0.0.1")
        self.address = self._wait(log, r"Scheduler at:\s*(tcp://\S+)")

    def worker(self, name: str, **variables: str) -> subprocess.Popen:
        """Start a worker with one slot, and wait until it has come."""
        log = self._start(
            name, "worker", self.address, "--nthreads", "1", "--no-nanny",
            "--no-dashboard", "--local-directory", str(self.folder / name),
            **{"PYTHONPATH": str(ROOT)} | variables)
        self._wait(log, "Registered to:")
        return self.started[-1]

    def _start(self, name: str, *words: str, **variables: str) -> Path:
        log = self.folder / f"{name}.log"
        with open(log, "w") as out:
            self.started.append(subprocess.Popen(
                [sys.executable, "-m", "dask", *words], stdout=out, stderr=out,
                cwd=self.folder, env=os.environ | variables))
        return log

    def _wait(self, log: Path, pattern: str) -> str:
        for _ in range(300):
            if found := re.search(pattern, log.read_text()):
                return found[found.lastindex or 0]
            time.sleep(0.1)
        raise AssertionError(log.read_text())

    def close(self) -> None:
        for process in reversed(self.started):
            process.kill()
            process.wait()


@pytest.fixture
def machines(tmp_path):
    found = Machines(tmp_path)
    yield found
    found.close()


class Away(Notes):
    """A page whose cells run on a cluster."""

    def __init__(self, folder: Path, scheduler: str, address: str | None = None):
        super().__init__(folder)
        self.scheduler, self.address = scheduler, address
        self.events: list[tuple[str, int, str]] = []

    def run(self, *cells: str):
        page = Page(PATH, tuple(extract_cells(write_page(*cells), PATH)))
        self.store = open_store(self.folder, self.address)
        cluster = Cluster(self.scheduler, self.store, lambda event, cell, text:
                          self.events.append((event, cell.line, text)))
        self.build = run([page], self.store, Settings(self.folder, address=self.address),
                         executor=cluster)
        return self.build


def wait_for(true, seconds: float = 20):
    """Return what becomes true."""
    until = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < until
        time.sleep(0.05)
    return found


# A long cell: notes its kernel's parent, and goes on when it may.
LONG = """\
<!-- cell: timeout=60 -->
import os, pathlib, time
print("at {name}", flush=True)
here = pathlib.Path({folder!r})
(here / "{name}").write_text(str(os.getppid()))
while not (here / "go").exists():
    time.sleep(0.1)
{name} = data + [1]
"""


@pytest.mark.parametrize("address", [None, "shared"])
def test_a_worker_that_dies_changes_nothing(machines, tmp_path, address):
    """Its cell runs elsewhere; the outputs are those of a build on one machine."""
    workers = {w.pid: w for w in (machines.worker("one"), machines.worker("two"))}
    cells = ("data = [0]\nprint(data)", *(LONG.format(name=name, folder=str(tmp_path))
                                          for name in "ab"), "print(a + b)")
    away = Away(tmp_path / "away", machines.address,
                address and (tmp_path / address).as_uri())

    def kill():
        both = wait_for(lambda: [*tmp_path.glob("[ab]")][1:] and [*tmp_path.glob("[ab]")], 60)
        victim = wait_for(lambda: both[0].read_text())
        above = psutil.Process(int(victim))  # or a process that forks kernels for it
        next(workers[p.pid] for p in [above, *above.parents()] if p.pid in workers).kill()
        (tmp_path / "go").touch()

    killer = threading.Thread(target=kill)
    killer.start()
    away.run(*cells).check()
    killer.join()
    wait_for(lambda: not kernels())  # one had lost its worker
    assert sum(w.poll() is None for w in workers.values()) == 1
    records = [*away.store.entries.glob("*/*/record.json")]
    assert len(records) == len([*away.store.entries.glob("*/*")]) == len(cells)
    here = Notes(tmp_path / "here")
    here.run(*cells).check()
    assert away.texts() == here.texts()
    assert [n.key for n in away.build.nodes[PATH]] == [n.key for n in here.build.nodes[PATH]]
    assert not Away(away.folder, "tcp://127.0.0.1:1", away.address).run(*cells).executed
    started = [line for event, line, _ in away.events if event == "start"]
    assert len(started) > len({*started}) == len(cells)  # one of them, once more
    # Where and when comes back too, for the report and the trace.
    ran = {span.key for log in away.build.tasks for span in log.spans if span.what == "run"}
    assert ran == {node.key for node in away.build.nodes[PATH]}
    assert {"at a\n", "at b\n"} <= {text for event, _, text in away.events}


def test_a_failed_cell_is_told_as_on_one_machine(machines, tmp_path):
    """Its line, its source; its neighbours are kept."""
    machines.worker("one")
    away = Away(tmp_path / "away", machines.address)
    cells = ("a = 1", "print(b := a / 0)", "print('neighbour', a)")
    away.run(*cells)
    here = Notes(tmp_path / "here").run(*cells)
    failures = [re.sub(r"/tmp/\S+", "", str(build.failures[0])) for build in (away.build, here)]
    assert failures[0] == failures[1] and "division by zero" in failures[0]
    assert len(away.build.failures) == 1 and len(away.build.executed) == 2


def test_an_interrupt_ends_the_kernels_of_all_workers(machines, tmp_path):
    """Ctrl-C in the build's terminal; the worker goes on to serve others."""
    machines.worker("one")
    process = subprocess.Popen(
        [sys.executable, "-c",
         # Where the tests run in the background, a child would ignore Ctrl-C.
         "import signal, sys\n"
         "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
         f"sys.path[:0] = [{str(ROOT)!r}, {str(Path(__file__).parent)!r}]\n"
         "from test_cluster import Away; from pathlib import Path\n"
         f"Away(Path({str(tmp_path / 'away')!r}), {machines.address!r}).run("
         "'print(1)', 'import time\\ntime.sleep(60)\\nslow = 1')"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    entries = tmp_path / "away" / "store-1"
    wait_for(lambda: [*entries.glob("*/*/record.json")] and kernels())
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    log, _ = process.communicate(timeout=30)
    assert process.returncode and "KeyboardInterrupt" in log
    assert not kernels()
    assert len([*entries.glob("*/*")]) == 1
    assert not [*(tmp_path / "away").glob("staging-*")]
    assert Away(tmp_path / "away", machines.address).run("print(1)", "print(2)").executed


def test_a_worker_that_is_not_like_the_build_says_so(machines, tmp_path, monkeypatch):
    """Another text of a module that a cell imports would be another result."""
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine.py").write_text(f"NAME = {name!r}")
    monkeypatch.syspath_prepend(tmp_path / "here")
    machines.worker("one", PYTHONPATH=f"{tmp_path / 'there'}{os.pathsep}{ROOT}")
    away = Away(tmp_path / "away", machines.address)
    text = str(away.run("import mine\nprint(mine.NAME)").failures[0])
    assert text.startswith("tcp://") and re.search(r"mine \w+, not \w+", text)
    assert "requirements.txt" in text


def test_a_worker_without_this_code_or_this_store_says_so(machines, tmp_path):
    """The checkout and the folder are for the author to share."""
    first = machines.worker("one", PYTHONPATH="")
    away = Away(tmp_path / "away", machines.address)
    assert "cannot import notebuild" in str(away.run("print(1)").failures[0])
    first.kill()
    machines.worker("two")
    cluster = Cluster(machines.address, away.store, lambda *_: None)
    page = Page(PATH, tuple(extract_cells(write_page("print(1)"), PATH)))
    text = str(run([page], away.store, Settings(tmp_path / "elsewhere"),
                   executor=cluster).failures[0])
    assert "does not see the build's store" in text and "NOTEBUILD_CACHE" in text


def test_a_scheduler_that_does_not_answer_is_told(tmp_path, monkeypatch):
    """Before anything runs, with the way out."""
    monkeypatch.setattr("notebuild.cluster.PATIENCE", 1)
    with pytest.raises(NotebuildError, match="no scheduler") as caught:
        Away(tmp_path / "away", "tcp://127.0.0.1:1").run("print(1)")
    assert "DASK_SCHEDULER_ADDRESS" in str(caught.value)


def test_a_cluster_without_workers_is_told(machines, tmp_path, monkeypatch):
    monkeypatch.setattr("notebuild.cluster.PATIENCE", 1)
    with pytest.raises(NotebuildError, match="has no worker") as caught:
        Away(tmp_path / "away", machines.address).run("print(1)")
    assert "dask worker" in str(caught.value)


def test_a_cluster_that_loses_its_workers_is_given_up(machines, tmp_path, monkeypatch):
    """What had finished is stored."""
    monkeypatch.setattr("notebuild.cluster.PATIENCE", 1)
    worker = machines.worker("one")
    away = Away(tmp_path / "away", machines.address)
    threading.Thread(target=lambda: (wait_for((tmp_path / "a").exists, 60),
                                     worker.kill())).start()
    build = away.run("data = [0]", LONG.format(name="a", folder=str(tmp_path)))
    assert "no worker any more" in str(build.failures[0]) and len(build.executed) == 1
    wait_for(lambda: not kernels())
