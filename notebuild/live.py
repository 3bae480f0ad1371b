"""Live: cells are executed behind a server's back.

Pages appear with what the store has. A cell that is not done yet says how far
it is, and its output takes the place of that in the open page; at the end of a
run the site is built once more, so that nothing is left out of it. An edit
stops the cells that are no longer on any page, and no others.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

from . import evict
from .environment import Settings
from .errors import NotebuildError
from .graph import Node
from .model import Page
from .progress import Progress
from .schedule import Build, run
from .store import Store
from .words import load_words

SCRIPT = Path(__file__).with_name("live.js")
ADDRESS = "/_notebuild/"
PATIENCE = 2.5  # seconds that a page waits for short cells before it is shown


class Live:
    """What is executed while a site is served.

    Args:
        store: Where results are looked up and put.
        settings: What kernels are started with.
        workers: How many tasks at once.
        progress: Is told what goes on; one for each run.
    """

    def __init__(self, store: Store, settings: Settings, workers: int,
                 progress: Callable[[], Progress]):
        self.store, self.settings, self.workers = store, settings, workers
        self.make_progress = progress
        self.progress = progress()
        self.build = Build()
        self.pages: list[Page] = []
        self.changed: Callable[[], None] | None = None
        self._edited: list[Page] | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._idle = threading.Event()
        self._awaited = False
        self._thread: threading.Thread | None = None

    def open(self, changed: Callable[[], None]) -> None:
        """Begin to execute: the server listens.

        Args:
            changed: Is called when there is more to show.
        """
        self.changed = changed
        self._go_on()

    def close(self) -> None:
        """End all that is executed."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def update(self, pages: list[Page]) -> Build:
        """Take in the pages as they are now; return what there is of them.

        Waits a moment for cells that are quick.

        Raises:
            PageError, HiddenStateError, Failures: As `schedule.plan`.
        """
        # Copies: a run that is under way fills its own.
        shown = Build(nodes={**self.build.nodes}, failed={**self.build.failed})
        shown.plan(pages, self.store)
        self.pages = pages
        if self.changed is None:  # the first pages come before the first cell
            return shown
        ahead = _ahead(shown)
        if not ahead:
            return shown
        self._awaited = True
        with self._lock:
            self._edited = pages
        self._go_on()
        self._idle.wait(PATIENCE)
        self._awaited = False
        shown.failed = {**self.build.failed}
        shown.plan(pages, self.store)
        return shown

    def merge(self, nodes: dict[str, list[Node]]) -> dict[str, list[Node]]:
        """Return a plan, with what has been found out since of pages that are as in it."""
        return {path: new if (new := self.build.nodes.get(path)) and [
            node.cell for node in new] == [node.cell for node in old] else old
            for path, old in nodes.items()}

    def say(self, node: Node, locale: str) -> str:
        """Return how far a cell is, in words."""
        words = load_words(locale, "live")
        with self.progress.lock:
            running = {**self.progress.running}
        # Another language's page may be the one whose cell is run.
        cells = {other.cell for nodes in [*self.build.nodes.values()] for other in nodes
                 if other.key == node.key}
        state = next((running[cell] for cell in cells if cell in running), None)
        if state is None:
            return f"{words['waiting']} …"
        parts = [f"{words['running']} … {time.monotonic() - state.started:.0f} s"]
        if state.epochs:
            parts.append(words["epoch"].format(state.epoch, state.epochs))
        return " · ".join([*parts, state.line[:80]] if state.line else parts)

    def _go_on(self) -> None:
        with self._lock:
            if self._thread is not None and not self._idle.is_set():
                return  # the run that is under way asks for edits itself
            self._idle.clear()
            self._edited = None
            self._thread = threading.Thread(target=self._run, name="live", daemon=True)
            self._thread.start()

    def _take_edit(self) -> list[Page] | None:
        with self._lock:
            pages, self._edited = self._edited, None
            return pages

    def _run(self) -> None:
        before = {node.key for nodes in self.build.nodes.values() for node in nodes
                  if node.done} | self.build.failed.keys()
        self.progress = self.make_progress()
        again = True
        try:
            with evict.in_use(self.store):
                while again:
                    run(self.pages, self.store, self.settings, workers=self.workers,
                        progress=self.progress, build=self.build,
                        edits=self._take_edit, stop=self._stop)
                    with self._lock:  # an edit that came as the run was ending
                        again = self._edited is not None
                        self._edited = None
                        if not again:
                            self._idle.set()
        except InterruptedError:
            return
        except NotebuildError as error:
            self.progress.failure(error)
        finally:
            self._idle.set()
        after = {node.key for nodes in self.build.nodes.values() for node in nodes
                 if node.done} | self.build.failed.keys()
        if after != before and not self._awaited and self.changed:
            self.changed()


def _ahead(build: Build) -> set[str]:
    return {node.key for nodes in build.nodes.values() for node in nodes
            if not node.done and node.key not in build.failed}


def serve_state(app, answer: Callable[[str, list[int]], dict]):
    """Return a WSGI application that answers open pages, and else is `app`.

    Args:
        app: The server's own application.
        answer: A page's path and the numbers of cells → what there is of them.
    """
    def application(environ, start_response):
        path = environ.get("PATH_INFO", "")
        if not path.startswith(ADDRESS):
            return app(environ, start_response)
        if path == f"{ADDRESS}live.js":
            kind, body = "text/javascript", SCRIPT.read_bytes()
        else:
            query = parse_qs(environ.get("QUERY_STRING", ""))
            numbers = [int(n) for n in query.get("cells", [""])[0].split(",") if n.isdigit()]
            kind = "application/json"
            body = json.dumps(answer(query.get("page", [""])[0], numbers)).encode()
        start_response("200 OK", [
            ("Content-Type", f"{kind}; charset=utf-8"), ("Cache-Control", "no-store"),
            ("Content-Length", str(len(body)))])
        return [body]

    return application
