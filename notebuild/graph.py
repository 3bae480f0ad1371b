"""Stage 2b, graph: a page's cells → nodes that know what they need, and tasks.

Which cell gives a name its value at each point of the page is worked out in
one pass in reading order. A cell that binds a name gives a new version of it;
so does one that may change its object in place, and then every name that may
be the same object gets a new version with it. A cell's key is the digest of
its code, of the versions that it reads and of the environment; equal keys,
on whichever page, are one result.

What code does to objects cannot all be seen in its text. What a run found out
(an argument that a function changed, two names that share an object, a value
that cannot be stored) stands in the cell's record, and the pass is made again
with it until nothing new is learned: `plan_page` never trusts a text against
a record.
"""

from __future__ import annotations

import builtins
import hashlib
import json
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field, fields, replace

from .errors import Failures, HiddenStateError, PageError
from .model import Cell, Page, Record, Step, Task
from .names import INVISIBLE, Statement, analyse_source, imports_within, normal_form

KNOWN = frozenset(dir(builtins)) | {
    "__name__", "__doc__", "__file__", "__annotations__", "__builtins__",
}

LONG = 5.0  # seconds; a shorter cell is not worth the start of a kernel


@dataclass
class Node:
    """A cell in its graph.

    Attributes:
        cell: The cell.
        index: Its place on its page.
        bind: Name → index of the cell that gave it its value.
        imports: Import statements that gave it names.
        sources: Indexes of the cells that hold those imports.
        binds: Names that it may bind, delete or change, imports included.
        visible: Those of which its text tells so.
        writes: Names whose values it may have changed.
        again: Those of `writes` that are not read from the store: other
            kernels run the cell again for them.
        setups: Earlier cells that every kernel runs first.
        program: Indexes of all earlier cells that it needs, in order.
        seeds: Whether it seeds global random generators.
        random: Index of the cell whose random state it starts from.
        setup: Whether later programs contain it.
        imported: All import statements of its program.
        key: Its content address.
        record: What its last run found, or None.
    """

    cell: Cell
    index: int
    bind: dict[str, int] = field(default_factory=dict)
    imports: list[str] = field(default_factory=list)
    sources: set[int] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)
    visible: set[str] = field(default_factory=set)
    writes: set[str] = field(default_factory=set)
    again: frozenset[str] = frozenset()
    setups: tuple[int, ...] = ()
    program: tuple[int, ...] = ()
    seeds: bool = False
    random: int | None = None
    setup: bool = False
    imported: tuple[str, ...] = ()
    key: str = ""
    record: Record | None = None

    @property
    def done(self) -> bool:
        """Return whether the record has every value that may be asked for."""
        return self.record is not None and self.record.has(self.writes)


@dataclass
class _Learned:
    """What records say of one cell beyond its text; see `Record`."""

    changed: set[str] = field(default_factory=set)
    ties: set[tuple[str, str]] = field(default_factory=set)
    twins: set[tuple[str, str]] = field(default_factory=set)
    kin: set[tuple[str, str]] = field(default_factory=set)
    opaque: set[str] = field(default_factory=set)
    flags: set[str] = field(default_factory=set)

    def update(self, record: Record) -> bool:
        """Take a record's findings in; return whether any is new."""
        news = _Learned(
            {*record.changed}, {*map(tuple, record.ties)},
            {*map(tuple, record.twins)}, {*map(tuple, record.kin)},
            {*record.opaque},
            {flag for flag in ("draws", "classes") if getattr(record, flag)})
        pairs = [(getattr(self, f.name), getattr(news, f.name)) for f in fields(self)]
        found = any(new - old for old, new in pairs)
        for old, new in pairs:
            old |= new
        return found


@dataclass(frozen=True)
class _Version:
    writer: int
    kind: str = "value"  # or "import", "deleted"
    imports: tuple[str, ...] = ()
    sources: frozenset[int] = frozenset()


@dataclass(frozen=True)
class _Carry:
    """Names that come into play when a value (a function, say) is used."""

    reads: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    seeds: bool = False

    def __or__(self, other: _Carry) -> _Carry:
        return _Carry(self.reads | other.reads, self.changes | other.changes,
                      self.seeds or other.seeds)


def plan_page(
    page: Page,
    environment: Callable[[Iterable[str]], dict],
    lookup: Callable[[str], Record | None],
) -> list[Node]:
    """Return a page's cells as nodes, in reading order.

    Args:
        page: The cells.
        environment: Import statements → what their results depend on besides
            code (versions of Python and packages); must be JSON.
        lookup: Key → record, or None where nothing is stored.

    Raises:
        PageError: A cell uses a name that no earlier cell defines.
        HiddenStateError: A cell draws random numbers that another one seeded.
    """
    learned = [_Learned() for _ in page.cells]
    while True:
        nodes = _Pass(page, learned, environment, lookup).nodes
        news = [known.update(node.record)
                for node, known in zip(nodes, learned, strict=True) if node.record]
        if not any(news):
            _check_hidden(nodes)
            return nodes


class _Pass:
    """One pass over a page, in reading order."""

    def __init__(self, page, learned, environment, lookup):
        self.page, self.learned = page, learned
        self.environment, self.lookup = environment, lookup
        self.versions: dict[str, _Version] = {}
        self.carry: dict[str, _Carry] = {}
        self.same: dict[str, set[str]] = {}  # name → all it may be one with
        self.nodes: list[Node] = []
        self.statements = [analyse_source(cell.source) for cell in page.cells]
        self.imported = _imported_names(self.statements)
        self.read_after = self._read_after()
        self.compared = frozenset(
            name for cell in self.statements for s in cell for name in s.compares)
        # A class that changes does so in all that holds an object of it.
        self.classes = any("classes" in known.flags for known in learned)
        self.hot = self._hot_names()
        failures: list[PageError] = []
        for index in range(len(page.cells)):
            try:
                self.nodes.append(self._node(index))
            except PageError as error:
                failures.append(error)
                self.nodes.append(Node(page.cells[index], index))
        if failures:
            raise failures[0] if len(failures) == 1 else Failures(failures)

    def _hot_names(self) -> list[frozenset[str]]:
        """Return, for each cell, the names that later cells may change.

        Where identity is compared, which object is whose counts as well.
        """
        hot, result = set(), []
        if any(s.identity for cell in self.statements for s in cell):
            hot = {name for cell in self.statements for s in cell for name in s.binds}
        for cell, statements, known in zip(
            reversed(self.page.cells), reversed(self.statements),
            reversed(self.learned), strict=True,
        ):
            result.append(frozenset(hot))
            hot |= known.changed
            pairs = {*known.ties, *(known.kin if self.classes else ())}
            for s in statements:
                pairs |= s.ties
                if not cell.inline:
                    hot |= (s.changes | s.later_changes | s.compares
                            | s.calls) - self.imported
            # What is tied here to a name that changes, changes with it.
            while new := {name for pair in pairs if hot & {*pair}
                          for name in pair} - hot - self.imported:
                hot |= new
        return result[::-1]

    def _read_after(self) -> list[set[str]]:
        """Return, for each cell, the names that it or later cells read."""
        names, result = set(), []
        for statements in reversed(self.statements):
            for s in statements:
                names |= s.reads | s.hints | s.later_reads | s.later_changes
            result.append({*names})
        return result[::-1]

    def _node(self, index: int) -> Node:
        cell, known = self.page.cells[index], self.learned[index]
        node = Node(cell, index, setup=cell.options.setup)
        reads, ended = self._read_statements(node, known)
        node.setups = tuple(n.index for n in self.nodes if n.setup)
        for name in sorted(reads):
            if (version := self.versions.get(name)) is None:
                continue
            if version.kind == "import":
                node.imports += [s for s in version.imports if s not in node.imports]
                node.sources |= version.sources
            elif version.kind == "value":
                node.bind[name] = version.writer
        parents = {*node.bind.values(), *node.sources, *node.setups} - {index}
        node.program = tuple(sorted(parents.union(
            *(self.nodes[p].program for p in parents))))
        if not node.seeds:
            node.random = max(
                (p for p in node.program
                 if self.nodes[p].seeds or "draws" in self.learned[p].flags),
                default=None)
        node.key = self._key(node)
        node.record = self.lookup(node.key)
        for name, version in ended.items():
            self.versions[name] = version
        node.writes = {n for n in node.binds
                       if self.versions[n].writer == index
                       and self.versions[n].kind == "value"}
        if node.record is not None:
            node.again = frozenset(
                n for n in node.writes
                if n in node.record.opaque or n in self.compared
                or n in node.record.views
                and self.same.get(n, {n}) & self.hot[index])
        return node

    def _read_statements(self, node: Node, known: _Learned):
        """Walk a cell's statements; return what it reads and leaves behind."""
        index, inline = node.index, node.cell.inline
        reads: set[str] = set()
        whole = _Carry()              # all that its statements use
        closed: set[str] = set()      # used, though nothing can look into it
        bound: set[str] = set()       # bound for certain by this cell
        perhaps: set[str] = set()     # bound by it, perhaps
        ended: dict[str, _Version] = {}
        for statement in self.statements[index]:
            self._check_defined(node.cell, statement, perhaps)
            used = self._used(statement.reads | statement.hints)
            node.seeds |= statement.seeds or used.seeds
            reads |= (statement.reads | statement.hints | used.reads) - bound
            changed = set(used.changes)
            if not inline:
                changed |= statement.changes | (statement.calls - self.imported)
                if statement.changes & self.imported:
                    node.setup = True  # a module's attribute: kernels differ
            changed -= self.imported
            carry = used | _Carry(statement.later_reads, statement.later_changes,
                                  statement.later_seeds)
            whole |= carry
            # To use what cannot be pickled is to change it (a generator).
            closed |= {*filter(self._is_opaque, self._aliases(
                (statement.reads | used.reads) - bound))}
            self._untie(statement.kills - (statement.reads - statement.deletes))
            fresh = self._tie(statement.ties)
            node.visible |= statement.binds | self._aliases(changed)
            if statement is self.statements[index][-1]:
                carry = whole  # what records tell may have come from any of them
                changed |= known.changed
                fresh += self._tie(known.ties)
                if self.classes:
                    fresh += self._tie(known.kin)
                # What cannot be pickled cannot be looked into either.
                fresh += self._tie({(a, b) for a in known.opaque | closed
                                    for b in reads | perhaps | statement.binds})
            touched = self._aliases(changed)
            for group in fresh:
                if group & self.hot[index] or any(
                        a in group for a, _ in known.twins):
                    touched |= group
            touched |= closed
            touched &= (self.versions.keys() | perhaps | statement.binds
                        | used.changes)
            # What it may leave as it was, later cells may ask for.
            left = (statement.binds - statement.kills) & self.read_after[index]
            reads |= (touched | left) - bound
            for name in statement.binds | touched:
                old = _Carry() if name in statement.kills else self.carry.get(
                    name, _Carry())
                self.carry[name] = old | carry
                ended[name] = self._version(index, name, statement)
                node.binds.add(name)
            bound |= statement.kills
            perhaps |= statement.binds
        return reads, ended

    def _version(self, index: int, name: str, statement: Statement) -> _Version:
        if name in statement.deletes:
            return _Version(index, "deleted")
        if statement.imports and name in statement.binds:
            old = self.versions.get(name)
            keep = (old is not None and old.kind == "import"
                    and name not in statement.kills)
            return _Version(
                index, "import",
                (old.imports if keep else ()) + (statement.imports,),
                (old.sources if keep else frozenset()) | {index})
        return _Version(index)

    def _used(self, names: Iterable[str]) -> _Carry:
        """Return all that comes into play when these names are used."""
        total, todo, seen = _Carry(), set(names), set()
        while todo:
            name = todo.pop()
            seen.add(name)
            total |= self.carry.get(name, _Carry())
            todo |= (total.reads | total.changes) - seen
        return total

    def _aliases(self, names: Iterable[str]) -> set[str]:
        """Return the names and all that may share objects with them."""
        return set().union(*(self.same.get(name, {name}) for name in names))

    def _is_opaque(self, name: str) -> bool:
        version = self.versions.get(name)
        return (version is not None and version.kind == "value"
                and name in self.learned[version.writer].opaque)

    def _tie(self, pairs: Iterable[tuple[str, str]]) -> list[set[str]]:
        """Join the groups of names that may share objects; return the new ones."""
        fresh = []
        for a, b in pairs:
            group = self.same.get(a, {a})
            if b not in group and not {a, b} & self.imported:
                group = group | self.same.get(b, {b})
                self.same |= dict.fromkeys(group, group)
                fresh.append(group)
        return fresh

    def _untie(self, names: Iterable[str]) -> None:
        """Take names that are bound anew out of their groups."""
        for name in names:
            group = self.same.pop(name, {name}) - {name}
            self.same |= dict.fromkeys(group, group)

    def _check_defined(self, cell: Cell, statement: Statement, perhaps) -> None:
        line = cell.source_line(statement.line)
        for name in sorted(statement.reads - statement.binds - perhaps):
            version = self.versions.get(name)
            if version is not None and version.kind != "deleted":
                continue
            if name in INVISIBLE:
                raise PageError(
                    f"what {name}() reads or binds cannot be seen",
                    path=cell.path, line=line, text=cell.text(statement.line),
                    hint="use the names themselves")
            if version is None and name in KNOWN:
                continue
            what = (f"name ‘{name}’ is not defined by any earlier cell"
                    if version is None else
                    f"name ‘{name}’ was deleted in line "
                    f"{self.page.cells[version.writer].line}")
            raise PageError(what, path=cell.path, line=line,
                            text=cell.text(statement.line),
                            hint="define or import it in a cell above, or here")

    def _key(self, node: Node) -> str:
        """Return the digest of all that the cell's result depends on."""
        node.imported = tuple(sorted(set().union(*(
            imports_within(self.page.cells[i].source)
            for i in (*node.program, node.index)))))
        parts = {
            "code": normal_form(node.cell.source),
            "inline": node.cell.inline,
            "bind": {name: self.nodes[i].key for name, i in sorted(node.bind.items())},
            "imports": sorted(node.imports),
            # Names whose cells run again in the kernel, since stored values
            # lack what these share: other than a run from stored values.
            "again": sorted(
                name for name, i in node.bind.items() if name in
                self.nodes[i].again and name not in self.nodes[i].record.opaque),
            "setups": [self.nodes[i].key for i in node.setups],
            "random": None if node.random is None else self.nodes[node.random].key,
            "environment": self.environment(node.imported),
        }
        text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
        key = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        while node.binds and any(key == other.key for other in self.nodes):
            # The same cell again makes objects of its own.
            key = hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
        return key


def _imported_names(cells: Iterable[tuple[Statement, ...]]) -> frozenset[str]:
    """Return the names that only import statements bind."""
    imported, other = set(), set()
    for statements in cells:
        for s in statements:
            (imported if s.imports else other).update(s.binds)
    return frozenset(imported - other)


def _check_hidden(nodes: list[Node]) -> None:
    """Raise where a record shows state that a kernel of its own does not have."""
    failures = []
    for node in nodes:
        record, cell = node.record, node.cell
        if record is None:
            continue
        if record.hidden and not node.setup and node.index + 1 < len(nodes):
            failures.append(HiddenStateError(
                f"this cell changes {', '.join(record.hidden)}, which cells "
                "in other kernels would not see",
                path=cell.path, line=cell.line, text=cell.text(1),
                hint="put the change in a small cell of its own, under "
                "<!-- cell: setup -->"))
        if record.draws and not node.seeds:
            earlier = nodes[: node.index]
            last = max((n.index for n in earlier if n.seeds or (
                n.record is not None and n.record.draws)), default=None)
            # Before anything was seeded, no order of cells would be repeatable.
            if any(n.seeds for n in earlier) and last != node.random:
                failures.append(HiddenStateError(
                    "this cell draws from a global random generator that the "
                    f"cell in line {nodes[last].cell.line} has set",
                    path=cell.path, line=cell.line, text=cell.text(1),
                    hint="seed it in this cell, or use a generator with a name: "
                    "rng = np.random.default_rng(0)"))
    if failures:
        raise failures[0] if len(failures) == 1 else Failures(failures)


def build_tasks(
    pages: list[list[Node]],
    running: frozenset[str] = frozenset(),
    failed: Iterable[str] = (),
    seconds: Callable[[Cell], float] = lambda cell: cell.options.timeout or 1.0,
) -> list[Task]:
    """Return the tasks that bring every node of all pages into the store.

    Cells whose results are stored, or are being computed (`running`), are
    left out, and so is what needs a cell that failed. Of the cells that wait
    for another, the one on which the longest work hangs goes on in its kernel,
    and the others start in kernels of their own as soon as its values are
    stored. A cell on which no long work hangs is not worth a kernel of its
    own: such cells of a page share one, or go on in one that is at its end.

    Args:
        pages: The nodes of each page.
        running: Keys that are being computed.
        failed: Keys of cells that failed.
        seconds: How long a cell is expected to take.
    """
    home: dict[str, tuple[list[Node], int]] = {}
    writes: dict[str, set[str]] = {}
    for nodes in pages:
        for node in nodes:
            writes.setdefault(node.key, set()).update(node.writes)
            if not node.done:
                home.setdefault(node.key, (nodes, node.index))
    waits = {key: _pending(nodes, index, home)
             for key, (nodes, index) in home.items()}
    waits = _in_order_of_need(waits)
    lost = set(failed)
    for key, needed in waits.items():
        if needed & lost:
            lost.add(key)
    waits = {key: needed for key, needed in waits.items() if key not in lost}
    took = {key: seconds(home[key][0][home[key][1]].cell) for key in waits}
    page = {key: id(home[key][0]) for key in waits}
    weight, wanted = _weigh(waits, took)
    tasks = [_task(_in_turn(chain, waits, took, weight, wanted, home), home, writes)
             for chain in _chain(waits, took, weight, wanted, page, running)]
    return _with_weights(tasks, seconds)


def _pending(nodes: list[Node], index: int, home) -> set[str]:
    """Return the unfinished cells whose values or state a cell needs."""
    found, todo, seen = set(), [index], set()
    while todo:
        node = nodes[todo.pop()]
        needed = {*node.bind.values()}
        if node.random is not None:
            needed.add(node.random)
        again = set(node.setups) | {
            i for name, i in node.bind.items()
            if name in nodes[i].again}
        found |= {nodes[i].key for i in needed if nodes[i].key in home}
        for i in again - seen:
            seen.add(i)
            todo.append(i)
    return found - {nodes[index].key}


def _in_order_of_need(waits: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return the same, each key after those it needs, else in the order given.

    Two pages that share a key may ask for different values of it, and then
    a cell may wait for one that the other page only names later.
    """
    ordered: dict[str, set[str]] = {}

    def put(key: str):
        if key not in ordered:
            for needed in sorted(waits.keys() & waits[key]):
                put(needed)
            ordered[key] = waits[key]

    for key in waits:
        put(key)
    return ordered


def _chain(waits: dict[str, set[str]], took: dict[str, float], weight: dict[str, float],
           ahead_of_long: set[str], page: dict[str, int], running: Container[str],
           ) -> list[list[str]]:
    """Return the keys grouped into tasks, each of one page.

    Args:
        waits: Key → keys that it needs; all that a key needs stands before it.
        took: Key → seconds that it is expected to take.
        weight, ahead_of_long: As `_weigh` returns them.
        page: Key → its page.
        running: Keys that are being computed already.
    """
    before: dict[str, set[str]] = {}  # all that is done when a key starts
    rank: dict[str, int] = {}         # how many long cells one after the other
    for key, needed in waits.items():
        before[key] = needed.union(*(before[k] for k in needed))
        rank[key] = max((rank[k] + (took[k] > LONG) for k in needed), default=0)

    def turn(key: str) -> tuple:
        long = took[key] > LONG
        return key not in ahead_of_long, rank[key], long, -weight[key] * long

    chains: list[list[str]] = []
    within: list[set[str]] = []      # all that is done when a chain ends
    ends: list[str | None] = []      # its last long cell
    place: dict[str, int] = {}
    shared: dict[tuple, int] = {}     # a page's short cells → their task
    for key in sorted(waits, key=turn):
        long = took[key] > LONG
        # Short ones that wait for the same can start together.
        group = page[key], frozenset(
            k if took[k] > LONG or k in running else place[k]
            for k in before[key] if k in ahead_of_long or k in running)
        if key in running:
            continue
        target = max((n for n in {place[k] for k in waits[key] if k in place}
                      if waits[key] <= within[n] and page[key] == page[chains[n][0]]
                      and (ends[n] is None or ends[n] in before[key])), default=None)
        if target is None and not long:
            target = shared.get(group)
        if target is None:
            target = len(chains)
            chains.append([])
            within.append(set())
            ends.append(None)
        if long:
            ends[target] = key
            shared = {g: n for g, n in shared.items() if n != target}
        elif ends[target] is None:
            shared[group] = target
        chains[target].append(key)
        within[target] |= before[key] | {key}
        place[key] = target
    return chains


def _in_turn(chain: list[str], waits: dict[str, set[str]], took: dict[str, float],
             weight: dict[str, float], wanted: set[str], home) -> list[str]:
    """Return a task's keys in the order in which they run.

    In reading order: a value that cannot be stored is there as it is between the cell
    that made it and the next one that changes it. But short cells for which long work
    waits, here or in other kernels, come as early as they can, the longest work first.
    They pass by cells of which they need nothing, and which read no name that they bind.
    """
    left = sorted(chain, key=lambda key: home[key][1])
    urgent = {key for key in chain if key in wanted and took[key] <= LONG}
    nodes = {key: home[key][0][home[key][1]] for key in chain}
    rows = []
    while not urgent.isdisjoint(left):
        names: set[str] = set()  # that cells not run yet read or bind
        free = left[:1]
        for key in left:
            if key in urgent and names.isdisjoint(nodes[key].writes) and (
                    waits[key].isdisjoint(left)):
                free.append(key)
            names |= nodes[key].bind.keys() | {*nodes[key].writes}
        rows.append(max(free, key=lambda key: (key in urgent) * weight[key]))
        left.remove(rows[-1])
    return rows + left


def _weigh(waits: dict[str, set[str]], took: dict[str, float],
           ) -> tuple[dict[str, float], set[str]]:
    """Return the seconds from a key's start to the end of the longest work that
    hangs on it, and the keys that are long or on which long ones hang."""
    weight, ahead_of_long = dict(took), {k for k in waits if took[k] > LONG}
    for key in reversed(waits):
        for other in waits[key]:
            weight[other] = max(weight[other], took[other] + weight[key])
            if key in ahead_of_long:
                ahead_of_long.add(other)
    return weight, ahead_of_long


def _task(chain: list[str], home, writes) -> Task:
    """Return the task that runs a chain's cells, and what must run again.

    Values that cannot be stored are computed again by the cells that made
    them; those, and the setup cells, come right before the cell they serve.
    """
    steps: dict[str, Step] = {}
    needs: set[str] = set()

    def add(nodes: list[Node], index: int):
        node = nodes[index]
        if node.key in steps:
            return
        again = set(node.setups)
        bind = {}
        for name, i in node.bind.items():
            bind[name] = nodes[i].key
            needs.add(nodes[i].key)
            if name in nodes[i].again:
                again.add(i)
        source = None if node.random is None else nodes[node.random].key
        if source is not None:
            needs.add(source)
        for i in sorted(again):
            add(nodes, i)
        steps[node.key] = Step(
            node.cell, node.key, node.key in chain, bind, tuple(node.imports),
            node.imported, source, tuple(sorted(node.visible)),
            tuple(sorted(writes[node.key])), node.seeds)

    for key in chain:
        add(*home[key])
    published = {key for key in steps if key in chain}
    return Task(tuple(steps.values()), frozenset(needs - published))


def _with_weights(tasks: list[Task], seconds) -> list[Task]:
    """Return the tasks with the time that they and those after them take."""
    owner = {key: n for n, task in enumerate(tasks) for key in task.keys}
    weights = [0.0] * len(tasks)
    for n in reversed(range(len(tasks))):  # a task stands after those it needs
        weights[n] += sum(seconds(step.cell) for step in tasks[n].steps)
        for key in tasks[n].needs & owner.keys():
            weights[owner[key]] = max(weights[owner[key]], weights[n])
    return [replace(task, weight=w) for task, w in zip(tasks, weights)]
