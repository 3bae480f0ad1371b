"""What runs inside a kernel, before and after each cell.

This file is read into the kernel as the module `_notebuild`; nothing of
`notebuild` is imported there. Before a cell it binds the names that other
kernels have computed; after it, it stores the values that the cell has
written, and looks for what the cell's text does not show: an object changed
by a function that it was passed to, two names that share an object, random
numbers drawn, process-wide settings changed.
"""

from __future__ import annotations

import decimal
import enum
import hashlib
import io
import json
import linecache
import locale
import os
import pickle
import random
import sys
import time
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cloudpickle
import wrapt

# Objects that nobody can change, or that are one for the whole process.
ATOMS = {
    int, float, complex, str, bytes, bool, type(None), type, tuple, frozenset,
    range, slice, type(...), types.FunctionType, types.BuiltinFunctionType,
    types.ModuleType, types.CodeType, types.MethodType, types.MappingProxyType,
}
# Of the environment, what libraries set for themselves when first used.
_OWN_ENVIRONMENT = ("TF_", "TF2_", "XLA_", "KMP_", "OMP_", "KERAS_", "TPU_", "COLUMNS",
                    "LINES", "JPY_", "PYDEVD_", "CUDA_", "MPL", "LC_", "LANG")


class ValuePickler(cloudpickle.Pickler):
    """Pickles values by cloudpickle, with the notes' own globals by reference.

    A function of the notes must see the kernel's names as they are when it is
    called, so its globals are written as a reference to the namespace, never
    as a copy. On the way, every object that can change is put in `seen`, every
    class of the notes in `classes`.

    Args:
        file: Where to write.
        namespace: The kernel's user namespace.
        digest: Write what is equal for equal states (for comparison), instead
            of what can be read back. Only Keras objects differ: their
            pickles carry the time of day.
        name_class: Called with each class of the notes, before it is pickled.
    """

    def __init__(self, file, namespace: dict, digest: bool = False,
                 name_class: Callable[[type], None] = lambda kind: None):
        super().__init__(file, protocol=5)
        self.namespace, self.digest = namespace, digest
        self.seen: dict[int, object] = {}
        self.classes: dict[int, type] = {}
        self.name_class = name_class
        self.differs = False

    def persistent_id(self, obj):
        kind = type(obj)
        if isinstance(obj, type) and obj.__module__ == "__main__":
            self.classes[id(obj)] = obj
            self.name_class(obj)
        if kind in ATOMS or _is_numpy_atom(obj):
            return None
        if obj is self.namespace:
            return "namespace"
        if not isinstance(obj, (enum.Enum, type)):
            self.seen[id(obj)] = obj  # held, so that no address is used twice
        return None

    def reducer_override(self, obj):
        keras = sys.modules.get("keras")
        if keras is not None and isinstance(
            obj, getattr(getattr(keras, "layers", None), "Layer", ())
        ):
            self.differs = True
            if self.digest:
                return tuple, (_keras_state(obj),)
            # Keras's own pickle has all but the seeds (of dropout, say).
            return _load_keras, (obj.__reduce__(), _seeds(obj))
        return super().reducer_override(obj)

    def _function_getnewargs(self, func):
        args = super()._function_getnewargs(func)
        if func.__globals__ is self.namespace:
            args = (args[0], self.namespace, *args[2:])
        return args

    def _dynamic_function_reduce(self, func):
        reduced = super()._dynamic_function_reduce(func)
        if func.__globals__ is self.namespace:
            reduced[2][1]["__globals__"] = {}
            reduced[2][1]["_cloudpickle_submodules"] = []
            name = func.__code__.co_filename
            state = reduced[2], name, linecache.getlines(name)
            reduced = *reduced[:2], state, *reduced[3:5], _set_function
        return reduced


def _is_numpy_atom(obj) -> bool:
    """Return whether this is a NumPy scalar or type; scalars share their type."""
    numpy = sys.modules.get("numpy")
    return (numpy is not None and isinstance(obj, (numpy.dtype, numpy.generic))
            and not isinstance(obj, numpy.void))


def _set_function(func, state: tuple) -> None:
    """Give a function its state, and its kernel the source of the function's cell.

    tf.function reads the source of what it compiles.
    """
    state, name, rows = state
    if rows:
        linecache.cache.setdefault(name, (sum(map(len, rows)), None, rows, name))
    cloudpickle.cloudpickle._function_setstate(func, state)


class ValueUnpickler(pickle.Unpickler):
    """Reads what `ValuePickler` wrote, in the namespace of this kernel."""

    def __init__(self, file, namespace: dict):
        super().__init__(file)
        self.namespace = namespace

    def persistent_load(self, pid):
        if pid == "namespace":
            return self.namespace
        raise pickle.UnpicklingError(f"unknown reference {pid!r}")


def _keras_state(obj) -> tuple:
    """Return what makes up a Keras layer or model: config, weights, optimizer."""
    parts = [type(obj).__qualname__, json.dumps(obj.get_config(), default=repr)]
    parts += [array.tobytes() for array in (*obj.get_weights(), *_seeds(obj))]
    optimizer = getattr(obj, "optimizer", None)
    for variable in getattr(optimizer, "variables", ()):
        parts.append(variable.numpy().tobytes())
    if hasattr(obj, "get_vocabulary"):
        parts.append(json.dumps(obj.get_vocabulary(), default=str))
    return tuple(parts)


def _load_keras(reduced: tuple, seeds: list) -> object:
    """Return the layer or model that Keras's own reduction makes, seeds restored."""
    obj = reduced[0](*reduced[1])
    for generator, state in zip(_seed_generators(obj), seeds, strict=True):
        generator.state.assign(state)
    return obj


def _seeds(obj) -> list:
    """Return the states of a Keras layer's random generators, those within too."""
    return [generator.state.numpy() for generator in _seed_generators(obj)]


def _seed_generators(obj) -> list:
    return [generator for layer in obj._flatten_layers()
            for generator in getattr(layer, "_seed_generators", ())]


class Kernel:
    """The state between the cells of one task."""

    def __init__(self, namespace: dict):
        self.namespace = namespace
        self.current: dict[str, str] = {}    # name → key of its version here
        self.values: dict[str, object] = {}  # name → that version
        self.bound: set[str] = set()         # names that cells and imports have bound
        self.tracked: dict[str, str] = {}    # name → digest of its value
        self.groups: dict[str, dict] = {}    # file → values read, not yet bound
        self.classes: dict[type, str] = {}   # class of the notes → digest
        self.ties: dict[str, set[str]] = {}  # name → those that shared objects with it
        self.random_key: str | None = None
        self.request: dict = {}

    def before(self, path: str) -> None:
        """Bind what the cell needs, and note the state it starts from."""
        self.request = request = json.loads(Path(path).read_text("utf-8"))
        self.named = 0  # classes of the notes named so far
        # Of other cells of the task it sees what it would see in a kernel of
        # its own: the names that it needs.
        for name in self.bound:
            self.namespace.pop(name, None)
        names = {*self.namespace}
        for statement in request["imports"]:
            exec(statement, self.namespace)
        self.bound |= {*self.namespace} - names | request["bind"].keys()
        for statement in request["own_imports"]:
            # Loaded now, so that what importing prints or sets is not the cell's.
            try:
                exec(statement, {"__name__": "__main__"})
            except BaseException:
                pass  # the cell itself will say it, at its line
        for name, (key, lives, file) in request["bind"].items():
            if self.current.get(name) == key:
                if name in self.values:
                    self.namespace[name] = self.values[name]
                continue
            if lives:
                raise LookupError(f"the value of {name!r} is not in this kernel")
            if file is None:
                self.namespace.pop(name, None)
                self.values.pop(name, None)
                self.tracked.pop(name, None)
            else:
                # Read anew when a name is asked for again: since the first
                # time, its object may have been changed here.
                if name not in self.groups.get(file, ()):
                    with open(file, "rb") as source:
                        self.groups[file] = ValueUnpickler(
                            source, self.namespace).load()
                value = self.groups[file].pop(name)
                self.namespace[name] = self.values[name] = value
                self.tracked[name] = self._scan(name).digest
            self.current[name] = key
        source = request["random"]
        if source and self.random_key != source["key"]:
            _set_random(pickle.loads(Path(source["file"]).read_bytes()))
            self.random_key = source["key"]
        self.names = set(self.namespace)
        self.held = {name: self.values.get(name) for name in request["bind"]}
        self.settings = _settings()
        self.random = _get_random()
        self.cpu, self.clock = time.process_time(), time.perf_counter()

    def after(self) -> None:
        """Store the cell's values and write down what was found."""
        request = self.request
        found = {
            "seconds": time.perf_counter() - self.clock,
            "cpu_seconds": time.process_time() - self.cpu,
            "peak_bytes": _peak_bytes(),
        }
        now = _get_random()
        moved = any(now[name] != state for name, state in self.random.items()
                    if name in now)
        found["draws"] = moved and not request["seeds"]
        settings = _settings()
        found["hidden"] = [name for name, state in self.settings.items()
                           if settings.get(name, state) != state]
        writes = set(request["writes"])
        visible = {*request["visible"]}
        found["unseen"] = sorted(
            name for name in set(self.namespace) - self.names - visible
            if not name.startswith("_"))
        self._store(request, writes, found)
        if request["seeds"] or moved or self.random_key:
            self.random_key = request["key"]
            if request["publish"]:
                path = Path(request["staging"]) / "random.pkl"
                path.write_bytes(pickle.dumps(now))
        path = Path(request["staging"]) / "found.json"
        path.write_text(json.dumps(found), "utf-8")

    def _store(self, request: dict, writes: set[str], found: dict) -> None:
        """Write the values; note changes, ties and what cannot be stored."""
        classes = self.classes.copy()
        # What the cell cannot reach by a name it cannot have changed.
        near = writes | request["bind"].keys() | {*request["visible"]}
        for name in near:
            if name in self.namespace:
                self.values[name] = self.namespace[name]
            elif name in self.names:
                self.values.pop(name, None)
        self.bound |= near
        reach = self._tied(writes | (self.tracked.keys() & request["bind"].keys()))
        scans = {name: self._scan(name) for name in sorted(reach)
                 if name in self.values}
        self.classes |= {kind: self._digest(kind) for kind in classes}
        found["classes"] = any(
            self.classes[kind] != digest for kind, digest in classes.items())
        changed = sorted(  # `_` is what nobody will ask for
            name for name in (self.tracked.keys() & reach) - {*request["visible"], "_"}
            if name not in scans or scans[name].digest != self.tracked[name])
        opaque = {name: scan.problem for name, scan in scans.items() if scan.problem}
        found |= _relations(scans)
        for a, b in found["ties"] + found["kin"]:
            self.ties.setdefault(a, set()).add(b)
            self.ties.setdefault(b, set()).add(a)
        found["changed"] = changed
        values: dict[str, str | None] = {}
        stored = sorted(writes | {*changed})
        groups = _groups([n for n in stored if n in scans and n not in opaque],
                         found["ties"])
        if request["publish"]:
            for number, group in enumerate(groups):
                file = f"value-{number}.pkl"
                path = Path(request["staging"]) / file
                blob = scans[group[0]].blob if len(group) == 1 else None
                if blob is None:
                    buffer = io.BytesIO()
                    ValuePickler(buffer, self.namespace).dump(
                        {name: self.values[name] for name in group})
                    blob = buffer.getvalue()
                path.write_bytes(blob)
                values |= dict.fromkeys(group, file)
            values |= {name: None for name in stored if name not in scans}
        found["values"] = values
        found["opaque"] = {n: why for n, why in opaque.items() if n in stored}
        for name in stored:
            self.current[name] = request["key"]
            if name in scans:
                self.tracked[name] = scans[name].digest
            else:
                self.tracked.pop(name, None)
        for name in {*request["visible"]} - {*stored}:
            if self.values.get(name) is not self.held.get(name):  # by an import
                self.current.pop(name, None)
                self.tracked.pop(name, None)

    def _tied(self, names: set[str]) -> set[str]:
        """Return the names with all that were once found to share objects."""
        found, todo = set(), {*names}
        while todo:
            found |= todo
            todo = set().union(*(self.ties.get(n, ()) for n in todo)) - found
        return found & (names | self.tracked.keys())

    def _scan(self, name: str) -> _Scan:
        """Return what pickling the value of a name shows."""
        value = {name: self.values[name]}
        try:
            pickler, blob = self._pickle(value)
        except Exception as error:
            return _Scan(problem=f"{type(error).__name__}: {error}"[:300])
        pickler.seen.pop(id(value), None)
        for kind in pickler.classes.values():
            if kind not in self.classes:
                self.classes[kind] = self._digest(kind)
        return _Scan(_hash(blob), pickler.seen, {*pickler.classes},
                     None if pickler.differs else blob)

    def _name_class(self, kind: type) -> None:
        """Give a class the same name in every kernel in which its cell runs.

        By this name cloudpickle knows that an object which another kernel has
        made is of this class.
        """
        tracker = cloudpickle.cloudpickle
        if kind not in tracker._DYNAMIC_CLASS_TRACKER_BY_CLASS:
            tracker._lookup_class_or_track(
                f"{self.request['key']} {self.named}", kind)
            self.named += 1

    def _digest(self, kind: type) -> str | None:
        """Return the digest of a class of the notes, its attributes included."""
        try:
            return _hash(self._pickle(kind)[1])
        except Exception:
            return None

    def _pickle(self, value) -> tuple[ValuePickler, bytes]:
        buffer = io.BytesIO()
        pickler = ValuePickler(
            buffer, self.namespace, digest=True, name_class=self._name_class)
        pickler.dump(value)
        return pickler, buffer.getvalue()


@dataclass
class _Scan:
    """What pickling a value shows.

    Attributes:
        digest: Equal as long as the value does not change.
        seen: Its objects that can change, by address.
        classes: Addresses of the classes of the notes in it.
        blob: The pickle, where it can be read back.
        problem: Why it cannot be pickled.
    """

    digest: str | None = None
    seen: dict[int, object] = field(default_factory=dict)
    classes: set[int] = field(default_factory=set)
    blob: bytes | None = None
    problem: str | None = None


def _hash(blob: bytes) -> str:
    return hashlib.blake2b(blob, digest_size=16).hexdigest()


def _relations(scans: dict[str, _Scan]) -> dict[str, list]:
    """Return which names share objects, and how."""
    ties, twins, kin = [], [], []
    memory = {name: _memory(scan.seen.values()) for name, scan in scans.items()}
    views = {name for name, owners in memory.items()
             if any(len(arrays) > 1 for arrays in owners.values())}
    names = sorted(scans)
    for n, a in enumerate(names):
        for b in names[n + 1:]:
            shared = scans[a].seen.keys() & scans[b].seen.keys()
            owners = memory[a].keys() & memory[b].keys()
            if shared or owners:
                ties.append([a, b])
            elif scans[a].classes & scans[b].classes:
                kin.append([a, b])
            if any(_is_compared_by_identity(scans[a].seen[i]) for i in shared):
                twins.append([a, b])
            if any(memory[a][i] != memory[b][i] for i in owners):
                views |= {a, b}
    return {"ties": ties, "twins": twins, "kin": kin, "views": sorted(views)}


def _is_compared_by_identity(obj) -> bool:
    kind = type(obj)
    return kind.__module__ == "__main__" and kind.__eq__ is object.__eq__


def _groups(names: list[str], ties: list[list[str]]) -> list[list[str]]:
    """Return the names in groups that share objects, each to be pickled as one."""
    group = {name: [name] for name in names}
    for a, b in ties:
        if a in group and b in group and group[a] is not group[b]:
            group[a] += group[b]
            for name in group[b]:
                group[name] = group[a]
    return [sorted(g) for n, g in group.items() if n == min(g)]


def _memory(objects) -> dict[int, set[int]]:
    """Return what owns the memory of NumPy arrays → the arrays, by address."""
    numpy = sys.modules.get("numpy")
    found: dict[int, set[int]] = {}
    for array in objects if numpy else ():
        if isinstance(array, numpy.ndarray):
            owner = array
            while isinstance(owner, numpy.ndarray) and owner.base is not None:
                owner = owner.base
            found.setdefault(id(owner), set()).add(id(array))
    return found


def _get_random() -> dict:
    """Return the states of the global random generators that are loaded."""
    states = {"random": random.getstate()}
    if numpy := sys.modules.get("numpy"):  # which loads its generators late
        name, keys, *rest = numpy.random.get_state()
        states["numpy"] = (name, keys.tobytes(), *rest)
    if context := _tensorflow_context():
        generator = getattr(context, "_rng", None)
        states["tensorflow"] = (context._seed, generator and generator.getstate())
    elif _awaiting:
        states["tensorflow"] = _awaiting[0]
    return states


_awaiting: list[tuple] = []  # TensorFlow's state, for when it is imported


def _set_random(states: dict) -> None:
    """Set the global random generators to states that `_get_random` returned."""
    random.setstate(states["random"])
    if "numpy" in states:
        import numpy
        name, keys, *rest = states["numpy"]
        keys = numpy.frombuffer(keys, dtype=numpy.uint32)
        numpy.random.set_state((name, keys, *rest))
    if states.get("tensorflow", (None,))[0] is None:  # as it is when imported
        return
    if tensorflow := sys.modules.get("tensorflow"):
        _set_tensorflow(tensorflow, *states["tensorflow"])
    else:  # it takes seconds to import, and a plot does without
        if not _awaiting:
            wrapt.register_post_import_hook(
                lambda module: _set_tensorflow(module, *_awaiting.pop()), "tensorflow")
        _awaiting[:] = [states["tensorflow"]]


def _set_tensorflow(tensorflow, seed: int, state: object) -> None:
    tensorflow.random.set_seed(seed)
    if state is not None:
        _tensorflow_context()._rng.setstate(state)


def _tensorflow_context():
    module = sys.modules.get("tensorflow.python.eager.context")
    return module and module.context()


def _settings() -> dict[str, object]:
    """Return the process-wide settings that a cell may change, by name."""
    states: dict[str, object] = {
        "the working folder": (os.getcwd(), sorted(os.listdir())),
        "os.environ": {k: v for k, v in os.environ.items()
                       if not k.startswith(_OWN_ENVIRONMENT)},
        "sys.path": list(sys.path),
        "the recursion limit": sys.getrecursionlimit(),
        "the locale": locale.setlocale(locale.LC_ALL),
        "the decimal context": repr(decimal.getcontext()),
    }
    if numpy := sys.modules.get("numpy"):
        states["NumPy's print options"] = repr(numpy.get_printoptions())
        states["NumPy's error handling"] = repr(numpy.geterr())
    if "matplotlib.pyplot" in sys.modules:
        parameters = sys.modules["matplotlib"].rcParams
        states["Matplotlib's rcParams"] = {
            k: repr(parameters._get(k)) for k in parameters
            if not k.startswith(("backend", "interactive"))}
    if "pandas" in sys.modules:
        states["pandas' options"] = repr(
            sys.modules["pandas._config.config"]._global_config)
    if config := getattr(sys.modules.get("keras"), "config", None):
        states["Keras's settings"] = (
            config.floatx(), config.epsilon(), config.image_data_format())
    return states


def _peak_bytes() -> int:
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
