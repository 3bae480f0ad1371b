"""What a result depends on besides code: versions and machine.

Only what a cell's program imports counts (with all that it requires in turn),
and the few packages through which every cell runs. A new release of a tool
that cannot touch a result does not run anything again.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import importlib.util
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import psutil
from packaging.requirements import Requirement

from .names import normal_form

# Every cell's code passes through these, and their outputs through its figure.
ALWAYS = ("cloudpickle", "ipykernel", "ipython", "nbclient")
FIGURES = Path(__file__).with_name("matplotlibrc")
KERNEL = Path(__file__).with_name("kernel.py")
# This package's code as it was loaded: a process lives longer than an edit.
CODE = hashlib.sha256(b"\0".join(
    file.read_bytes() for file in sorted(Path(__file__).parent.glob("*.py")))).hexdigest()

# The first part of the path of a Python file, in a list of installed files.
_MODULE = re.compile(r'^"?([^/,"\n]+?)(?:/[^,"\n]*)?\.py"?,', re.MULTILINE)


def variables(threads: int) -> dict[str, str]:
    """Return the environment variables of a process that computes quietly.

    Args:
        threads: How many threads TensorFlow and BLAS may use in it.
    """
    return {"PYTHONUTF8": "1", "TF_CPP_MIN_LOG_LEVEL": "3"} | dict.fromkeys((
        "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS"), str(threads))


@dataclass(frozen=True)
class Settings:
    """What every kernel is started with.

    Attributes:
        store: Folder of the store.
        threads: Threads that TensorFlow and BLAS may use in each kernel.
        commit: Commit of the notes.
        variables: Environment variables besides.
        address: Where the results lie that the folder copies; see `shared`.
    """

    store: Path
    threads: int = 1
    commit: str | None = None
    variables: dict[str, str] = field(default_factory=dict)
    address: str | None = None

    def environ(self, scratch: Path) -> dict[str, str]:
        """Return the environment variables of a kernel."""
        return os.environ | variables(self.threads) | {
            # The same order of sets in every kernel.
            "PYTHONHASHSEED": "0",
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            "MATPLOTLIBRC": str(FIGURES),
            # Not the author's own start-up files and history.
            "IPYTHONDIR": str(scratch / "ipython"),
            # A fixed width, or tables wrap differently on other machines.
            "COLUMNS": "160",
            "JUPYTER_COLUMNS": "160",
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        } | self.variables


def describe(imports: Iterable[str]) -> dict:
    """Return, for import statements, what their results depend on, as JSON.

    The keys are ``python``, ``platform``, ``kernel`` (the code run around
    every cell), ``packages`` (distribution → version) and, where they are
    used, ``matplotlibrc`` and ``files`` (modules that no package installed).
    """
    modules = imported_modules(imports)
    found = {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "kernel": _kernel_digest(),
        "packages": packages(modules),
    }
    if "matplotlib" in found["packages"]:
        found["matplotlibrc"] = _digest(FIGURES)
    files = {m: d for m in sorted(modules) if (d := _own_file(m))}
    return found | ({"files": files} if files else {})


def packages(modules: frozenset[str]) -> dict[str, str]:
    """Return distribution → version for modules and all that they require."""
    closed = frozenset().union(*map(_closure, imported(modules)))
    if "matplotlib" in closed:
        closed |= {"matplotlib-inline"}
    closed |= {name for name in ALWAYS if name in _versions()}
    return {name: _versions()[name] for name in sorted(closed)}


def imported(modules: frozenset[str]) -> dict[str, str]:
    """Return distribution → version of what these modules were installed by."""
    if "keras" in modules:
        # Its metadata do not say so, but it computes with a backend.
        modules |= {os.environ.get("KERAS_BACKEND", "tensorflow")}
    names = {d for m in modules for d in _distributions().get(m, ())}
    return {name: _versions()[name] for name in sorted(names) if name in _versions()}


def installed(imports: Iterable[str]) -> frozenset[str]:
    """Return those of the modules of import statements that a package installs."""
    return imported_modules(imports).intersection(_distributions())


def imported_modules(imports: Iterable[str]) -> frozenset[str]:
    """Return the top-level modules that import statements name."""
    return frozenset(m for text in imports for m in _modules(text))


@cache
def machine() -> dict[str, object]:
    """Return the cores, CPU model and system of this machine."""
    model = platform.processor() or platform.machine()
    try:
        text = Path("/proc/cpuinfo").read_text()
        model = re.search(r"model name\s*:\s*(.+)", text)[1]
    except (OSError, TypeError):
        if sys.platform == "darwin":
            model = subprocess.run(
                ["sysctl", "-n", "machdep.cpu.brand_string"],
                capture_output=True, text=True).stdout.strip() or model
    return {"cores": cores(), "cpu": " ".join(model.split()),
            "system": f"{platform.system()} {platform.machine()}"}


def cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS or Windows
        return os.cpu_count() or 1


def peak_bytes(pid: int) -> int | None:
    """Return the largest resident size of a process so far, where systems tell."""
    try:
        if sys.platform == "linux":
            text = Path(f"/proc/{pid}/status").read_text()
            return int(re.search(r"VmHWM:\s*(\d+) kB", text)[1]) * 1024
        return getattr(psutil.Process(pid).memory_info(), "peak_wset", None)
    except (OSError, TypeError, psutil.Error):
        return None


def commit(folder: Path) -> str | None:
    """Return the short commit that `folder` is at, ‘+’ if changed since."""
    try:
        run = subprocess.run(
            ["git", "describe", "--always", "--abbrev=7", "--dirty=+",
             "--exclude=*"],
            cwd=folder, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return run.stdout.strip() or None if run.returncode == 0 else None


def moment(folder: Path) -> datetime:
    """Return when the sources in `folder` were last committed, or $SOURCE_DATE_EPOCH."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not seconds:
        try:
            seconds = subprocess.run(
                ["git", "log", "-1", "--format=%ct"], cwd=folder, capture_output=True,
                text=True, timeout=20).stdout.strip()
        except (OSError, subprocess.TimeoutExpired):
            pass
    return datetime.fromtimestamp(int(seconds or 315532800), UTC)  # 1980: a zip's first day


@cache
def _modules(statement: str) -> frozenset[str]:
    """Return the top-level modules that an import statement names."""
    node = ast.parse(statement).body[0]
    if isinstance(node, ast.ImportFrom):
        return frozenset({(node.module or "").partition(".")[0]})
    return frozenset(item.name.partition(".")[0] for item in node.names)


@cache
def _versions() -> dict[str, str]:
    return {_plain(name): version for d in importlib.metadata.distributions()
            for name, version in [_name_and_version(d)] if name}


@cache
def _distributions() -> dict[str, list[str]]:
    """Return top-level module → the distributions that install it.

    As `importlib.metadata.packages_distributions`, which takes a third of a second
    to read all metadata in full; every build asks.
    """
    found: dict[str, list[str]] = {}
    for distribution in importlib.metadata.distributions():
        declared = (distribution.read_text("top_level.txt") or "").split()
        for module in declared or _installed_modules(distribution):
            found.setdefault(module, []).append(
                _plain(_name_and_version(distribution)[0]))
    return found


def _name_and_version(distribution: importlib.metadata.Distribution) -> tuple[str, str]:
    """Return what the head of a distribution's metadata says."""
    text = distribution.read_text("METADATA")
    if text is None:  # an old format: let the library read it
        return distribution.metadata["Name"] or "", distribution.version
    head = text.partition("\n\n")[0]
    return tuple(found[1].strip() if (found := re.search(
        rf"^{field}:(.*)$", head, re.MULTILINE)) else "" for field in ("Name", "Version"))


def _installed_modules(distribution: importlib.metadata.Distribution) -> set[str]:
    """Return the top-level modules among a distribution's installed files."""
    text = distribution.read_text("RECORD")
    if text is None:
        return {file.parts[0].removesuffix(".py") for file in distribution.files or ()
                if file.suffix == ".py"}
    return set(_MODULE.findall(text))


@cache
def _requires(name: str) -> tuple[str, ...]:
    try:
        lines = importlib.metadata.requires(name) or ()
    except importlib.metadata.PackageNotFoundError:
        return ()
    needed = map(Requirement, lines)
    return tuple(_plain(r.name) for r in needed
                 if r.marker is None or r.marker.evaluate({"extra": ""}))


@cache
def _closure(name: str) -> frozenset[str]:
    """Return a distribution with all that it requires and is installed."""
    found, todo = set(), [name]
    while todo:
        name = todo.pop()
        if name in found or name not in _versions():
            continue
        found.add(name)
        todo += _requires(name)
    return frozenset(found)


def _own_file(module: str) -> str | None:
    """Return the digest of a module that neither Python nor a package brings."""
    if (not module or module in sys.stdlib_module_names
            or module in _distributions()):
        return None
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return None
    if spec is None:
        return None
    roots = list(spec.submodule_search_locations or ())
    files = sorted(f for r in roots for f in Path(r).rglob("*.py")) or (
        [Path(spec.origin)] if spec.has_location else [])
    digest = hashlib.blake2b(digest_size=16)
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


@cache
def _kernel_digest() -> str:
    """Return the digest of the code around cells, its comments left out."""
    code = normal_form(KERNEL.read_text("utf-8")).encode()
    return hashlib.blake2b(code, digest_size=16).hexdigest()


def _digest(file: Path) -> str:
    return hashlib.blake2b(file.read_bytes(), digest_size=16).hexdigest()


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def missing_modules(statement: str) -> tuple[str, ...]:
    """Return the modules of an import statement that are not installed."""
    def is_missing(module: str) -> bool:
        try:
            return importlib.util.find_spec(module) is None
        except (ImportError, ValueError):
            return True

    return tuple(m for m in sorted(_modules(statement)) if m and is_missing(m))
