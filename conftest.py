"""`pytest --codeblocks docs`: every block of the notes, as a reader would copy it.

pytest-codeblocks collects the blocks; each is run here not by itself but as
its program (with the cells it needs), in a fresh process. In smoke mode:
`fit` sees few samples, and asserts, which speak of full runs, are left out;
the build itself runs all of them in full. Equal programs of two languages are
one run.
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent
SMOKE = ROOT / "tests" / "notes" / "smoke.py"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    if not config.getoption("codeblocks", default=False):
        return
    blocks = [item for item in items if type(item).__name__ == "TestBlock"]
    for item in blocks:
        item.add_marker(pytest.mark.notes)
        path = item.path.relative_to(ROOT).as_posix()
        item.runtest = lambda path=path, line=item.obj.lineno: _check(path, line)
        item.repr_failure = lambda info: str(info.value)


def _check(path: str, line: int) -> None:
    done = _runs()[path, line].result()
    if done.returncode:
        pytest.fail(f"the program of {path}:{line} fails in a fresh process\n"
                    f"{done.stdout[-2000:]}{done.stderr[-4000:]}", pytrace=False)


@cache
def _runs() -> dict[tuple[str, int], Future]:
    """Return the runs of all blocks' programs, by page and line."""
    from notebuild import environment
    from notebuild.export import cell_program
    from notebuild.schedule import plan
    from notebuild.site import Site

    site = Site(ROOT)
    pool = ThreadPoolExecutor(environment.cores())
    by_key: dict[str, Future] = {}
    runs = {}
    for path, nodes in plan(site.pages(), site.store).items():
        for node in nodes:
            if node.cell.inline:
                continue
            if node.key not in by_key:
                by_key[node.key] = pool.submit(
                    _run, cell_program(nodes, node.index))
            runs[path, node.cell.line] = by_key[node.key]
    return runs


def _run(program: str) -> subprocess.CompletedProcess:
    from notebuild import environment

    environ = os.environ | environment.variables(threads=1) | {"MPLBACKEND": "agg"}
    return subprocess.run(
        [sys.executable, "-O", str(SMOKE)], input=program, env=environ,
        capture_output=True, text=True, timeout=600)
