"""The journal: how the last build that executed something went, task by task.

Records say what a cell took; the journal says when, in which kernel, and what
was done around it. It is a small file in the store's folder, replaced whole.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

FILE = "journal.json"
FORMAT = 1


@dataclass(frozen=True)
class Span:
    """A stretch of a task's time.

    Attributes:
        what: "start" (of the kernel), "load" (values are bound), "run", "again"
            (run only for values that cannot be stored), "store".
        began, ended: Seconds since 1970.
        key: The cell's key; "" for a start.
        uses: Of a load: keys of the cells, of other kernels, whose values the
            cell needs.
    """

    what: str
    began: float
    ended: float
    key: str = ""
    uses: tuple[str, ...] = ()


@dataclass
class TaskLog:
    """How a task went.

    Attributes:
        host: The machine.
        kernel: The kernel's process.
        began, ended: Seconds since 1970, the kernel's start and end included.
        spans: One after the other.
    """

    host: str = ""
    kernel: int = 0
    began: float = field(default_factory=time.time)
    ended: float = 0.0
    spans: list[Span] = field(default_factory=list)

    @contextmanager
    def span(self, what: str, key: str = "", uses: tuple[str, ...] = ()) -> Iterator[None]:
        """Write down how long something takes; nothing if it fails."""
        began, clock = time.time(), time.perf_counter()
        yield
        ended = began + time.perf_counter() - clock
        began = max(began, self._last())
        self.spans.append(Span(what, began, max(began, ended), key, uses))

    def close(self) -> None:
        """Note that the kernel has ended."""
        self.ended = max(time.time(), self._last())

    def _last(self) -> float:
        """Return the last moment; a clock that is set back does not go below it."""
        return self.spans[-1].ended if self.spans else self.began

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the results that it made, in order."""
        return tuple(span.key for span in self.spans if span.what == "run")

    def seconds(self, *what: str) -> float:
        """Return how long it took for such things."""
        return sum(span.ended - span.began for span in self.spans if span.what in what)


@dataclass
class Journal:
    """How a build went.

    Attributes:
        began, ended: Seconds since 1970.
        tasks: Those that ended well, in the order of their beginning.
        places: Key → `path:line` of the cell at that time, of all that are named.
    """

    began: float
    ended: float
    tasks: list[TaskLog]
    places: dict[str, str] = field(default_factory=dict)

    @property
    def executed(self) -> set[str]:
        """Return the keys of the results that the build made."""
        return {key for task in self.tasks for key in task.keys}


def make_journal(tasks: list[TaskLog], places: dict[str, str]) -> Journal:
    """Return the journal of a build's tasks, of which there are some."""
    tasks = sorted(tasks, key=lambda task: task.began)
    named = {key for task in tasks for span in task.spans
             for key in (span.key, *span.uses) if key}
    return Journal(tasks[0].began, max(task.ended for task in tasks), tasks,
                   {key: places[key] for key in sorted(named & places.keys())})


def write_journal(journal: Journal, folder: Path) -> None:
    """Put a journal in the place of the last one."""
    aside = folder / f"{FILE}.{os.getpid()}"
    aside.write_text(json.dumps({"format": FORMAT} | asdict(journal)), "utf-8")
    aside.replace(folder / FILE)


def read_journal(folder: Path) -> Journal | None:
    """Return the journal, or None where there is none that can be read."""
    try:
        data = json.loads((folder / FILE).read_text("utf-8"))
        if data.pop("format") != FORMAT:
            return None
        for task in data["tasks"]:
            task["spans"] = [Span(**span | {"uses": tuple(span["uses"])})
                             for span in task["spans"]]
        return Journal(**data | {"tasks": [TaskLog(**task) for task in data["tasks"]]})
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
