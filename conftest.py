"""`pytest --codeblocks docs`: every block of the notes, as a reader would copy it.

pytest-codeblocks collects the blocks; each is run here not by itself but as
its program (with the cells it needs), from a fresh process: see
tests/notes/programs.py.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent


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


def pytest_sessionfinish():
    if programs := sys.modules.get("programs"):
        programs.stop()


def _check(path: str, line: int) -> None:
    from programs import check

    if failure := check(path, line):
        pytest.fail(failure, pytrace=False)
