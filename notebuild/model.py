"""The values that all stages share: options, cells, pages, records, tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Options:
    """What the comment above a fence asks for.

    Attributes:
        alt: Text alternative of the figures; does not touch the execution.
        timeout: Seconds that the cell may take, where the page says so. Such a
            cell is taken to be a long one, and is started before others.
        setup: The cell is part of every later program of its page.
    """

    alt: str | None = None
    timeout: float | None = None
    setup: bool = False


@dataclass(frozen=True)
class Cell:
    """An executable block, or an inline expression, where it stands.

    Attributes:
        path: The page's file, as messages show it.
        line: 1-based line of the fence, or of the inline expression.
        source: The code, without the fence and its indentation.
        inline: Whether this is an inline `{python} expression`.
        options: What the comment above the fence says.
        claim: For a cell of nothing but asserts: the sentence that rests on it.
        lab: For an inline expression: the lab in which its names are bound, if
            that is not the page on which it stands.
    """

    path: str
    line: int
    source: str
    inline: bool = False
    options: Options = field(default_factory=Options)
    claim: str | None = None
    lab: str | None = None

    def source_line(self, lineno: int) -> int:
        """Return the page's line on which line `lineno` of the code stands."""
        return self.line if self.inline else self.line + lineno

    def text(self, lineno: int) -> str:
        """Return line `lineno` (1-based) of the code, or '' beyond its end."""
        rows = self.source.splitlines()
        return rows[lineno - 1] if 0 < lineno <= len(rows) else ""


@dataclass(frozen=True)
class Page:
    """A page's cells in reading order.

    Attributes:
        path: What it is called; see `paths`.
        cells: Blocks and inline expressions, as they are met. Those of other
            pages that read its names come at the end.
    """

    path: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Record:
    """What is known of a cell that ran; the JSON beside its outputs.

    Attributes:
        key: The cell's content address.
        seconds: Wall time of the cell.
        cpu_seconds: CPU time of its kernel meanwhile, all threads.
        peak_bytes: Largest resident size of its kernel so far; 0 where the
            system does not tell.
        finished: When it ended, ISO 8601, UTC.
        python: Version of Python.
        versions: Distribution → version, of what its program imports.
        machine: Cores, CPU model and system it ran on.
        commit: Commit of the notes, or None outside a checkout.
        values: Name → the file that holds it.
        opaque: Name → why it cannot be stored.
        views: Names of arrays that lose a shared memory when stored.
        changed: Names that changed without the code saying so.
        ties: Pairs of names found to share an object that can change.
        twins: Those of `ties` that share an object compared by identity.
        kin: Pairs of names that share no more than a class of the notes.
        classes: Whether it changed such a class.
        draws: Whether it drew from a global random generator.
        hidden: Process-wide state that it changed.
        files: File → digest, of everything in the entry.
    """

    key: str
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    finished: str
    python: str
    versions: dict[str, str]
    machine: dict[str, object]
    commit: str | None
    values: dict[str, str] = field(default_factory=dict)
    opaque: dict[str, str] = field(default_factory=dict)
    views: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    ties: list[list[str]] = field(default_factory=list)
    twins: list[list[str]] = field(default_factory=list)
    kin: list[list[str]] = field(default_factory=list)
    classes: bool = False
    draws: bool = False
    hidden: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)

    def has(self, names: Iterable[str]) -> bool:
        """Return whether the cell ran for the values of these names as well."""
        return self.values.keys() | self.opaque.keys() >= {*names}


@dataclass(frozen=True)
class Result:
    """A cell's record with its outputs, as nbformat has them."""

    record: Record
    outputs: list[dict]


@dataclass(frozen=True)
class Step:
    """One cell to run in a task's kernel, with what must be bound before.

    Attributes:
        cell: The cell.
        key: Its content address.
        publish: Whether its result is stored; if not, it is run again for
            the values that could not be stored.
        bind: Name → key of the cell whose stored value it must have.
        imports: Import statements to run before, for names that imports bound.
        imported: All import statements of its program.
        random: Key of the cell whose random state it starts from, if any.
        visible: Names of which its text tells that it may bind, delete or
            change them.
        writes: Names whose values are stored afterwards.
        seeds: Whether it seeds the global random generators.
    """

    cell: Cell
    key: str
    publish: bool
    bind: dict[str, str]
    imports: tuple[str, ...]
    imported: tuple[str, ...]
    random: str | None
    visible: tuple[str, ...]
    writes: tuple[str, ...]
    seeds: bool


@dataclass(frozen=True)
class Task:
    """Cells that run together, in order, in one fresh kernel.

    Attributes:
        steps: The cells to run, those that are only run again included.
        needs: Keys that must be in the store before the task can start.
        weight: Time that it and the longest chain of tasks that wait for it
            are expected to take; the heaviest task starts first.
    """

    steps: tuple[Step, ...]
    needs: frozenset[str]
    weight: float = 0.0

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the results that the task publishes."""
        return tuple(step.key for step in self.steps if step.publish)


# A moment's message about a cell: (event, cell, text), where event is one of
# "start", "line" (something printed), "done", "failed".
Report = Callable[[str, Cell, str], None]
