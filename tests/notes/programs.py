"""Runs the programs of pages and labs, each from a fresh process, in smoke mode.

What begins another program has run when that one has: cells do not know what
comes after them. So of all programs only those are started that begin no
other, and equal ones of two languages once. A claim adds nothing to what it
rests on, since asserts, which speak of full runs, are left out.
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from notebuild import environment
from notebuild.export import cell_program
from notebuild.schedule import plan
from notebuild.site import Site

ROOT = Path(__file__).parents[2]
SMOKE = Path(__file__).with_name("smoke.py")

# The least that a lab can be asked to do: options of its script, and in its
# programs the constants of the same names.
LEAST = {
    "imdb_comparison": {"seeds": [1], "epochs": [1], "jobs": [1]},
    "padding_and_masking": {"seeds": [1], "epochs": [1]},
    "reading_word_by_word": {"epochs": [1]},
    "vanishing_gradients": {"seeds": [1], "steps": [1], "delays": [1, 2]},
}


@dataclass(frozen=True)
class Program:
    """A cell's program.

    Attributes:
        text: What a reader copies, without its header.
        steps: The keys of its cells that do something in smoke mode.
        settings: Constants to set in it: `NAME=VALUE`.
    """

    text: str
    steps: tuple[str, ...]
    settings: tuple[str, ...]


@cache
def programs() -> dict[str, dict[int, Program]]:
    """Return page → line → program of the cell there; of every page and lab."""
    site, found = Site(ROOT), {}
    for path, nodes in plan(site.pages(), site.store).items():
        least = LEAST.get(Path(path.partition("#")[0]).stem, {})
        settings = tuple(f"{name.upper()}={values if len(values) > 1 else values[0]}"
                         for name, values in least.items())
        for node in nodes:
            if not node.cell.inline:
                keys = [nodes[i].key for i in node.program]
                if node.cell.claim is None:
                    keys.append(node.key)
                found.setdefault(path, {})[node.cell.line] = Program(
                    cell_program(nodes, node.index), tuple(keys), settings)
    return found


def longest(some: list[Program]) -> dict[tuple[str, ...], Program]:
    """Return the steps of each program → one that begins with them, and no other's."""
    begun: dict[tuple[str, ...], Program] = {}
    for program in sorted(some, key=lambda program: -len(program.steps)):
        for size in range(len(program.steps) + 1):
            begun.setdefault(program.steps[:size], program)
    return {program.steps: begun[program.steps] for program in some}


def check(path: str, line: int) -> str | None:
    """Return what a cell's program says when it fails in a fresh process."""
    program = programs()[path][line]
    started, run = _runs(path)[program.steps]
    done = run.result()
    if done.returncode and started is not program:  # by its own fault, or later?
        done = _run(program)
    if done.returncode:
        return (f"the program of {path}:{line} fails in a fresh process\n"
                f"{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return None


@cache
def _runs(path: str) -> dict[tuple[str, ...], tuple[Program, Future]]:
    """Start a page's programs; return the steps of each → what runs them."""
    return {steps: (program, _start(program.steps, program))
            for steps, program in longest([*programs()[path].values()]).items()}


_started: dict[tuple[str, ...], Future] = {}


def _start(steps: tuple[str, ...], program: Program) -> Future:
    if steps not in _started:
        _started[steps] = _pool().submit(_run, program)
    return _started[steps]


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(environment.cores())


def stop() -> None:
    """Start no more of what nobody waits for, after a selection or an interrupt."""
    if _started:
        _pool().shutdown(cancel_futures=True)


def _run(program: Program) -> subprocess.CompletedProcess:
    environ = os.environ | environment.variables(threads=1) | {"MPLBACKEND": "agg"}
    with TemporaryDirectory() as folder:
        file = Path(folder, "program.py")
        file.write_text(program.text, "utf-8")
        return subprocess.run(
            [sys.executable, "-O", str(SMOKE), str(file), *program.settings], cwd=folder,
            env=environ, capture_output=True, text=True, timeout=600)
