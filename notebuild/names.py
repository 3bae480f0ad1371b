"""Stage 2a, names: what a cell's code reads, binds and may change.

In: the source of one cell. Out: its top-level statements, each with the
global names that it reads, binds, changes in place and ties together.

Which names are global is not worked out here: the compiler has done it. Every
statement is compiled and the names are read off the byte code of it and of
the code objects nested in it, so that comprehensions, classes, `global`,
walrus and `match` are resolved exactly as they will be when the cell runs.
Only changes in place, which byte code does not tell apart, come from the
syntax tree.
"""

from __future__ import annotations

import ast
import dis
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType

COMPREHENSIONS = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}

# A call of one of these names sets the state of global random generators.
SEEDERS = {"seed", "set_seed", "set_random_seed", "setstate", "set_state"}

# What shows how an array lies in memory, which a stored one does otherwise.
LAYOUT = {"base", "flags", "strides"}

# Names that a cell may not use: what they read or bind cannot be seen.
INVISIBLE = {"exec", "eval", "globals", "locals", "vars"}

# Methods that, by custom, leave their object as it is. Only the order of the
# build rests on this: an object that did change is found out when it runs.
READERS = {
    "all", "any", "argmax", "argmin", "argsort", "astype", "copy", "count",
    "count_params", "decode", "describe", "encode", "endswith", "evaluate",
    "flatten", "format", "get", "get_config", "get_vocabulary", "get_weights",
    "groupby", "head", "index", "isna", "item", "items", "join", "keys",
    "lower", "max", "mean", "median", "min", "nunique", "predict", "quantile",
    "replace", "reshape", "round", "split", "splitlines", "startswith", "std",
    "strip", "sum", "summary", "tail", "to_numpy", "to_string", "tolist",
    "transpose", "unique", "upper", "value_counts", "values", "var",
}


@dataclass(frozen=True)
class Statement:
    """The global names of one top-level statement.

    Attributes:
        line: 1-based line in the cell.
        reads: Read (or deleted) when the statement runs.
        hints: Read then, too, unless a class body has bound its own.
        binds: Bound or deleted when it runs, perhaps.
        kills: Those of `binds` that it binds for certain.
        deletes: Those that a plain `del` takes away.
        changes: Changed in place for certain (item, attribute, `+=`).
        calls: A method of theirs is called, so they may change.
        later_reads: Read by functions defined here, when those are called.
        later_changes: Bound or changed by those functions.
        ties: Pairs of names that may be one object from here on.
        compares: Compared by identity (`is`, `id`), or asked whose memory
            they use.
        identity: Whether functions defined here compare by identity.
        imports: The source of the statement where it is an import.
        seeds: Whether it seeds a global random generator.
        later_seeds: Whether functions defined here do.
    """

    line: int
    reads: frozenset[str]
    hints: frozenset[str]
    binds: frozenset[str]
    kills: frozenset[str]
    deletes: frozenset[str]
    changes: frozenset[str]
    calls: frozenset[str]
    later_reads: frozenset[str]
    later_changes: frozenset[str]
    ties: frozenset[tuple[str, str]]
    compares: frozenset[str]
    identity: bool
    imports: str | None
    seeds: bool
    later_seeds: bool


@lru_cache(maxsize=None)
def analyse_source(source: str) -> tuple[Statement, ...]:
    """Return the statements of a cell, in order, with their names.

    Raises:
        SyntaxError: The source does not compile.
    """
    compile(source, "<cell>", "exec")  # finds what single statements would not
    return tuple(_analyse(node) for node in ast.parse(source).body)


@lru_cache(maxsize=None)
def normal_form(source: str) -> str:
    """Return a text equal for sources that differ in comments and layout only."""
    return ast.dump(ast.parse(source))


@lru_cache(maxsize=None)
def imports_within(source: str) -> frozenset[str]:
    """Return the import statements of a cell, those inside functions too."""
    return frozenset(
        ast.unparse(node) for node in ast.walk(ast.parse(source))
        if isinstance(node, (ast.Import, ast.ImportFrom)))


def _analyse(node: ast.stmt) -> Statement:
    code = compile(ast.Module([node], []), "<cell>", "exec")
    now, later = _Globals(), _Globals()
    _collect(code, now, later)
    simple = isinstance(
        node,
        (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom,
         ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Expr),
    )
    walk = _Changes(later.loads | later.stores)
    walk.visit(node)
    if isinstance(node, (ast.For, ast.AsyncFor)) and not node.orelse:
        # Its body runs with the target bound: it reads no earlier value.
        now.loads -= _targets_bound(node.target) - _loaded(node.iter)
    deletes = now.deletes if isinstance(node, ast.Delete) else set()
    # A conditional expression or a short circuit may leave a walrus unbound.
    kills = now.stores - {
        inner.target.id for inner in ast.walk(node)
        if isinstance(inner, ast.NamedExpr) and isinstance(inner.target, ast.Name)
    } if simple else set(deletes)
    imported = isinstance(node, (ast.Import, ast.ImportFrom))
    if isinstance(node, ast.Import):
        # `import a.b` adds b to an `a` that may be bound already.
        kills -= {item.name.split(".")[0] for item in node.names
                  if "." in item.name and item.asname is None}
    return Statement(
        line=node.lineno,
        reads=frozenset(now.loads - now.hints | now.deletes),
        hints=frozenset(now.hints),
        binds=frozenset(now.stores | now.deletes),
        kills=frozenset(kills),
        deletes=frozenset(deletes),
        changes=frozenset(walk.changes),
        calls=frozenset(walk.calls),
        later_reads=frozenset(later.loads),
        later_changes=frozenset(later.stores | later.deletes | walk.later),
        ties=frozenset(walk.ties),
        compares=frozenset(walk.compares),
        identity=walk.identity,
        imports=ast.unparse(node) if imported else None,
        seeds=walk.seeds,
        later_seeds=walk.later_seeds,
    )


def _targets_bound(node: ast.expr) -> set[str]:
    """Return the plain names that an assignment target binds."""
    return {inner.id for inner in ast.walk(node)
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)}


def _loaded(node: ast.expr) -> set[str]:
    """Return the names that an expression loads, functions within included."""
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


class _Globals:
    """Names that byte code loads from, stores to and deletes from globals."""

    def __init__(self):
        self.loads, self.stores, self.deletes = set(), set(), set()
        self.hints = set()


def _collect(code: CodeType, now: _Globals, later: _Globals, scope: str = "module"):
    """Add the global names of `code`, nested code included.

    A class body runs at once; a function body runs later; a comprehension
    runs with the code around it. (A generator expression may run later as
    well: what it reads is counted in both.)
    """
    own = set()
    for step in dis.get_instructions(code):
        action, _, rest = step.opname.partition("_")
        if not rest.startswith(("NAME", "GLOBAL", "FROM_DICT_OR_GLOBALS")):
            continue
        target = later if scope == "function" else now
        # In a class body plain names are the class's own, unless they are
        # read before they are bound: a read may reach the global.
        private = scope == "class" and rest == "NAME"
        if private and action == "STORE":
            own.add(step.argval)
        if action == "LOAD":
            target.loads.add(step.argval)
            if private and step.argval in own:
                target.hints.add(step.argval)
            if code.co_name == "<genexpr>":
                later.loads.add(step.argval)
        elif action == "STORE" and not private:
            target.stores.add(step.argval)
        elif action == "DELETE" and not private:
            target.deletes.add(step.argval)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            _collect(constant, now, later, _scope(constant, scope))


def _scope(code: CodeType, around: str) -> str:
    if around == "function":
        return "function"
    if code.co_name in COMPREHENSIONS:
        return "module"
    optimised = code.co_flags & 0x1  # CO_OPTIMIZED: functions, not classes
    return "function" if optimised else "class"


class _Changes(ast.NodeVisitor):
    """Finds the names that a statement changes in place or ties together."""

    def __init__(self, later_names: set[str]):
        self.later_names = later_names
        self.changes, self.calls, self.later = set(), set(), set()
        self.ties, self.compares = set(), set()
        self.seeds = self.later_seeds = self.identity = False
        self.depth = 0
        self.elements: dict[str, set[str]] = {}  # comprehension target → of what

    def visit_FunctionDef(self, node):
        for part in (*node.decorator_list, node.args):
            self.visit(part)
        self.depth += 1
        for part in node.body:
            self.visit(part)
        self.depth -= 1

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node):
        self.visit(node.args)
        self.depth += 1
        self.visit(node.body)
        self.depth -= 1

    def visit_Call(self, node):
        name = getattr(node.func, "attr", getattr(node.func, "id", None))
        if name in SEEDERS:
            self.later_seeds |= self.depth > 0
            self.seeds |= self.depth == 0
        if isinstance(node.func, ast.Attribute):
            if name not in READERS:
                self._note(_roots(node.func.value), self.calls)
        elif name in {"setattr", "delattr", "next"} and node.args:
            self._note(_roots(node.args[0]), self.changes)
        if name in {"id", "shares_memory", "may_share_memory"}:
            self.compares.update(*map(_roots, node.args))
            self.identity |= self.depth > 0
        self.generic_visit(node)

    def visit_Compare(self, node):
        sides = [*map(_roots, (node.left, *node.comparators))]
        if any(isinstance(op, (ast.Is, ast.IsNot)) for op in node.ops) and all(sides):
            self.compares.update(*sides)
            self.identity |= self.depth > 0
        self.generic_visit(node)

    def visit_Attribute(self, node):
        if node.attr in LAYOUT:
            self.compares |= _roots(node.value)
            self.identity |= self.depth > 0
        if not isinstance(node.ctx, ast.Load):
            self._note(_roots(node.value), self.changes)
        self.generic_visit(node)

    def visit_Subscript(self, node):
        if not isinstance(node.ctx, ast.Load):
            self._note(_roots(node.value), self.changes)
        self.generic_visit(node)

    def visit_AugAssign(self, node):
        self._note(_roots(node.target), self.changes)
        self._tie(_targets(node.target), _roots(node.value))
        self.generic_visit(node)

    def visit_Assign(self, node):
        for target in node.targets:
            self._tie(_targets(target), _roots(node.value))
        for first, other in zip(node.targets, node.targets[1:]):
            self._tie(_targets(first), _targets(other))
        self.generic_visit(node)

    def visit_AnnAssign(self, node):
        if node.value is not None:
            self._tie(_targets(node.target), _roots(node.value))
        self.generic_visit(node)

    visit_NamedExpr = visit_AnnAssign

    def visit_For(self, node):
        self._tie(_targets(node.target), _roots(node.iter))
        self.generic_visit(node)

    visit_AsyncFor = visit_For

    def visit_withitem(self, node):
        if node.optional_vars is not None:
            self._tie(_targets(node.optional_vars), _roots(node.context_expr))
        self.generic_visit(node)

    def visit_Match(self, node):
        captured = {
            getattr(inner, "name", None) or getattr(inner, "rest", None)
            for inner in ast.walk(node)
            if isinstance(inner, (ast.MatchAs, ast.MatchStar, ast.MatchMapping))
        } - {None}
        self._tie(captured, _roots(node.subject))
        self.generic_visit(node)

    def visit_comprehension(self, node):
        for name in _targets(node.target):
            self.elements.setdefault(name, set()).update(_roots(node.iter))
        self.generic_visit(node)

    def _comprehension(self, node):
        for generator in node.generators:  # targets first: elements use them
            self.visit(generator)
        self.generic_visit(node)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = (
        _comprehension)

    def _note(self, roots, kind):
        roots = set(roots).union(
            *(self.elements.get(root, ()) for root in roots))
        if self.depth:  # only what the function does not hold as its own
            self.later |= roots & self.later_names
        else:
            kind |= roots

    def _tie(self, targets, roots):
        if not self.depth:
            self.ties |= {(a, b) for a in targets for b in roots if a != b}


def _targets(node: ast.expr) -> set[str]:
    """Return the names that a target binds, or whose insides it sets."""
    if isinstance(node, (ast.Tuple, ast.List)):
        return set().union(*map(_targets, node.elts))
    if isinstance(node, ast.Starred):
        return _targets(node.value)
    return _roots(node)


def _roots(node: ast.expr) -> set[str]:
    """Return the names whose objects, or parts of them, `node` may evaluate to.

    The arguments of a call are not among them (what a function does with its
    arguments shows when it runs), the object whose method is called is.
    """
    match node:
        case ast.Name():
            return {node.id}
        case ast.Attribute() | ast.Subscript() | ast.Starred() | ast.Await():
            return _roots(node.value)
        case ast.Call(func=ast.Attribute()):
            return _roots(node.func.value)
        case ast.Tuple() | ast.List() | ast.Set():
            return set().union(*map(_roots, node.elts))
        case ast.Dict():
            return set().union(*map(_roots, node.values))
        case ast.IfExp():
            return _roots(node.body) | _roots(node.orelse)
        case ast.BoolOp():
            return set().union(*map(_roots, node.values))
        case ast.BinOp():  # `[row] * 3` and `rows + [row]` keep their parts
            return _roots(node.left) | _roots(node.right)
        case ast.NamedExpr():
            return {node.target.id} | _roots(node.value)
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
            return _roots(node.elt) | set().union(
                *(_roots(part.iter) for part in node.generators))
        case ast.DictComp():
            return _roots(node.value) | set().union(
                *(_roots(part.iter) for part in node.generators))
    return set()
