"""What goes wrong is told at its line, leaves nothing partial, and can go on."""

from __future__ import annotations

import signal
import time

import pytest
from small_notes import kernels, servers

from notebuild.errors import NotebuildError, StoreError

pytestmark = pytest.mark.kernel


def failure(build) -> str:
    assert len(build.failures) == 1
    return str(build.failures[0])


def test_a_raise_names_page_line_and_source(notes):
    """Of several lines the one that raised is named; the traceback is plain text."""
    text = failure(notes.run("def f(x):\n    return 1 / x", "a = 1\nb = f(0)\nc = 2"))
    assert text.startswith("docs/page.zh.md:10: ZeroDivisionError: division by zero")
    assert "10 | b = f(0)" in text
    assert "\x1b" not in text and "return 1 / x" in text


def test_what_failed_stores_nothing_and_the_next_build_goes_on(notes):
    """The cell before and the neighbour stay; only the mended cell runs again."""
    first = notes.run("a = 1", "print(b := a / 0)", "print('neighbour', a)")
    assert len(first.failures) == 1 and len(first.executed) == 2
    second = notes.run("a = 1", "print(b := a / 2)", "print('neighbour', a)")
    assert not second.failures and len(second.executed) == 1
    assert notes.texts() == ["", "0.5\n", "neighbour 1\n"]


def test_a_timeout_names_the_cell_and_the_option(notes):
    """A cell that takes too long is stopped."""
    began = time.monotonic()
    text = failure(notes.run(
        "<!-- cell: timeout=1 -->\nimport time\ntime.sleep(60)"))
    assert "docs/page.zh.md:4: took longer than 1 s" in text
    assert "timeout=SECONDS" in text
    assert time.monotonic() - began < 20


def test_a_kernel_that_dies_is_told(notes):
    """A killed kernel ends its cell with a message, not a hang."""
    text = failure(notes.run("a = 1", "import os\nos.kill(os.getpid(), 9)"))
    assert "docs/page.zh.md:7: its kernel died" in text
    assert not notes.run("a = 1").executed  # what had finished is stored


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_all_at_once_and_keeps_what_had_finished(notes, sign):
    """Non-zero status, no kernel left, nothing partial; then it goes on."""
    before = servers()
    cells = ("print('first')", "import time\nprint('x')\ntime.sleep(60)\nslow = 1")
    process = notes.start(*cells)
    entries = notes.folder / "store-1"
    for _ in range(300):
        if len([*entries.glob("*/*/record.json")]) == 1 and kernels():
            break
        time.sleep(0.1)
    time.sleep(1)
    process.send_signal(sign)
    log, _ = process.communicate(timeout=15)
    assert process.returncode != 0, log
    assert "KeyboardInterrupt" in log
    for _ in range(20):
        if not kernels() and servers() == before:
            break
        time.sleep(0.1)
    assert not kernels() and servers() == before
    assert len([*entries.glob("*/*")]) == 1
    assert not [*notes.folder.glob("staging-*")]
    assert not notes.run("print('first')").executed


def test_a_cell_that_binds_unseen_names_is_refused(notes):
    """What its text does not show cannot be handed on."""
    text = failure(notes.run("import sys\nsys.modules['__main__'].hidden = 1"))
    assert "docs/page.zh.md:3" in text and "hidden" in text


def test_damaged_entries_are_run_again(notes):
    """A truncated value and changed outputs heal; the notice says so."""
    cells = ("a = [1, 2]", "print(a)", "print(len(a))")
    notes.run(*cells)
    before = notes.texts()
    for file in notes.folder.rglob("outputs.json"):
        file.write_text("[")
    assert len(notes.run(*cells).executed) == 3
    assert notes.texts() == before
    for file in notes.folder.rglob("value-0.pkl"):
        file.write_bytes(b"")
    notes.run("a = [1, 2]", "print(a, a)", "print(len(a))").check()
    assert notes.texts()[1] == "[1, 2] [1, 2]\n"


def test_a_folder_that_cannot_be_written_is_told_before_anything_runs(notes):
    """The message names the folder and the way out."""
    notes.folder.write_text("not a folder")
    with pytest.raises(StoreError, match="cannot be stored") as caught:
        notes.run("a = 1")
    assert "NOTEBUILD_CACHE" in str(caught.value)


def test_a_missing_module_is_told_before_anything_runs(notes):
    """Line, name and what to install."""
    with pytest.raises(NotebuildError, match="‘no_such_data’ is not installed") as caught:
        notes.run("a = 1", "import no_such_data")
    assert "docs/page.zh.md:8" in str(caught.value)
    assert "requirements.txt" in str(caught.value)
