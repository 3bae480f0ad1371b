"""Kernels that are forked are like those that are started."""

import asyncio
import json
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from notebuild import environment, warm
from small_notes import servers

pytestmark = [pytest.mark.kernel, pytest.mark.skipif(
    sys.platform != "linux", reason="kernels are forked on Linux only")]

LOOK = """
import gc, json, os, signal, sys, threading
print(json.dumps([
    gc.isenabled(),
    str(sys.flags), sys._xoptions, sys.path, sys.argv[0], len(sys.argv), os.getcwd() != "/", sys.stdin.read(0),
    sys.modules["__main__"].__name__, "keras" in sys.modules, "notebuild" in sys.modules,
    [signal.getsignal(n).__class__.__name__ for n in (signal.SIGCHLD, signal.SIGTERM)],
    {k: v for k, v in os.environ.items() if k not in ("IPYTHONDIR", "JPY_PARENT_PID")},
    os.getsid(0) == os.getpid()]))
"""


def cold(monkeypatch):
    async def none(*_):
        return None
    monkeypatch.setattr(warm._SERVERS, "find", none)


def test_a_forked_kernel_looks_like_one_that_was_started(notes, monkeypatch):
    """Path, flags, arguments, environment, folder, session: a cell sees no difference."""
    before = servers()
    notes.run(LOOK).check()
    forked = json.loads(notes.texts()[0])
    assert servers() > before
    cold(monkeypatch)
    notes.run(f"started = 1\n{LOOK}").check()
    assert json.loads(notes.texts()[0]) == forked


def test_unseeded_numbers_differ_between_forks(notes):
    notes.run("import numpy as np\na = np.random.rand()\nprint(a)").check()
    first = notes.texts()
    notes.run("import numpy as np\nb = np.random.rand()\nprint(b)").check()
    assert notes.texts() != first


def ask(needed: set[str], allowed: set[str], environ: dict[str, str]) -> warm._Server | None:
    pool = warm._Servers()
    try:
        return asyncio.run(pool.find(frozenset(needed), frozenset(allowed), environ))
    finally:
        pool.close()


@pytest.fixture
def environ(tmp_path, monkeypatch):
    """An environment with modules of the test's own."""
    def make(**modules: str) -> dict[str, str]:
        for name, code in modules.items():
            (tmp_path / f"{name}.py").write_text(textwrap.dedent(code))
        return {**os.environ, "PYTHONPATH": str(tmp_path)}
    return make


def ask_in_turn(environ: dict[str, str], *questions: tuple[str, str]) -> list[set[str] | None]:
    """Return the modules of each server found; a question is what is needed, and allowed."""
    pool = warm._Servers()

    async def find():
        return [await pool.find(*map(frozenset, map(str.split, each)), environ)
                for each in questions]
    try:
        return [server and {*server.modules} for server in asyncio.run(find())]
    finally:
        pool.close()


SLEEP = "import time; time.sleep(0.3)\n"


def test_a_new_server_begins_where_most_of_the_time_is_saved(environ):
    modules = environ(slow=SLEEP, a="", b="", c="", foreign=SLEEP * 2)
    assert ask_in_turn(modules, ("foreign", "foreign"), ("slow", "slow"), ("a b", "a b"),
                       ("b c", "a b c slow")) == [{"foreign"}, {"slow"}, {"a", "b"},
                                                  {"b", "c", "slow"}]


def test_what_failed_takes_no_server_from_those_who_need_less(environ):
    modules = environ(slow=SLEEP, loud="print(1)")
    assert ask_in_turn(modules, ("slow", "slow"), ("loud", "loud slow"), ("slow", "loud slow"),
                       ) == [{"slow"}, None, {"slow"}]


def test_modules_that_do_not_go_together_are_imported_apart(environ):
    odd = "import sys\nif 'slow' in sys.modules: print('a greeting')"
    assert ask_in_turn(environ(slow=SLEEP, odd=odd), ("slow", "slow"), ("odd", "odd slow"),
                       ("odd", "odd slow")) == [{"slow"}, {"odd"}, {"odd"}]


@pytest.mark.parametrize("code", [
    "print('a greeting')", "import sys; sys.stderr.write('a warning')", "1 / 0",
    "import os; os.write(2, b'past Python')",
    "import threading, time; threading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
], ids=["prints", "warns", "raises", "writes", "threads"])
def test_what_a_fork_would_lose_is_imported_by_the_kernel_itself(environ, code):
    assert ask({"loud"}, set(), environ(loud=code)) is None
    assert ask({"quiet"}, set(), environ(quiet="a = 1")) is not None


def test_a_server_has_nothing_that_the_program_does_not_import(environ):
    variables = environ(one="", two="", three="")
    pool = warm._Servers()

    async def find():
        two = await pool.find(frozenset({"one", "two"}), frozenset({"one", "two"}), variables)
        one = await pool.find(frozenset({"one"}), frozenset({"one"}), variables)
        either = await pool.find(frozenset({"one"}), frozenset({"one", "two"}), variables)
        all_three = await pool.find(
            frozenset({"one", "three"}), frozenset({"one", "three"}), variables)
        return two, one, either, all_three

    two, one, either, other = asyncio.run(find())
    assert two.modules == {"one", "two"} and one.modules == {"one"}
    assert either is two  # it has more, and may
    assert other.modules == {"one", "three"}
    pool.close()


def test_who_is_stopped_while_waiting_stops_nobody_else(environ):
    """An edit ends one task while another still waits for the same modules."""
    variables = environ(late="import time; time.sleep(1.5)")
    pool = warm._Servers()

    async def find():
        async def ask():
            return await pool.find(frozenset({"late"}), frozenset({"late"}), variables)

        first, stopped, other = (asyncio.create_task(ask()) for _ in range(3))
        await asyncio.sleep(1)
        stopped.cancel()
        return await asyncio.gather(first, other)

    first, other = asyncio.run(find())
    assert first is other and first.modules == {"late"}
    pool.close()


def test_a_server_ends_with_the_process_that_started_it(tmp_path):
    code = f"""
        import asyncio, os, sys
        sys.path.insert(0, {str(Path(environment.__file__).parents[1])!r})
        from notebuild import warm
        server = asyncio.run(warm._SERVERS.find(frozenset(), frozenset(), dict(os.environ)))
        assert server
        os._exit(0)  # no clean-up of ours
    """
    before = servers()
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True, timeout=60)
    for _ in range(50):
        if servers() == before:
            break
        time.sleep(0.1)
    assert servers() == before


def test_a_kernel_ends_with_a_build_that_is_killed(notes, tmp_path):
    """Nobody could tell it to: it would keep its memory for ever."""
    told = tmp_path / "pid"
    build = notes.start(
        "import os, pathlib, time\n"
        f"pathlib.Path({str(told)!r}).write_text(str(os.getpid()))\ntime.sleep(600)")
    for _ in range(300):
        if told.exists() and told.read_text():
            break
        time.sleep(0.1)
    kernel = Path("/proc", told.read_text())
    assert kernel.exists()
    build.kill()
    build.communicate()
    for _ in range(100):
        if not kernel.exists():
            break
        time.sleep(0.1)
    assert not kernel.exists()


def test_kernels_that_compute_are_not_in_each_others_way(notes):
    notes.run("import os\nprint(os.sched_getscheduler(0) == os.SCHED_BATCH)").check()
    assert notes.texts() == ["True\n"]
