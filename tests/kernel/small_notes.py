"""Small pages, executed by real kernels."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from notebuild.environment import Settings
from notebuild.extract import extract_cells
from notebuild.model import Page
from notebuild.schedule import Build, run
from notebuild.store import Store

PATH = "docs/page.zh.md"
# By this the kernels of these tests are known among others on the machine.
MARK = "NOTEBUILD_TESTS=" + os.environ.setdefault("NOTEBUILD_TESTS", str(os.getpid()))


def write_page(*cells: str) -> str:
    """Return a page's text; a cell may begin with its option comment."""
    parts = ["# 页 { #page }\n"]
    for cell in cells:
        option, code = re.match(r"(<!--.*?-->\n)?(.*)", cell, re.S).groups()
        parts.append(f"{option or ''}```python\n{code.strip()}\n```\n")
    return "\n".join(parts)


@dataclass
class Notes:
    """A page and its store."""

    folder: Path

    def run(self, *cells: str, **options) -> Build:
        page = Page(PATH, tuple(extract_cells(write_page(*cells), PATH)))
        self.store = Store(self.folder)
        self.build = run([page], self.store, Settings(self.folder), **options)
        return self.build

    def texts(self) -> list[str]:
        """Return what each cell printed."""
        return ["".join(o.get("text", "") for o in self.store.result(n.key).outputs)
                for n in self.build.nodes[PATH]]

    def start(self, *cells: str) -> subprocess.Popen:
        """Start a build of the page in a process of its own."""
        script = (
            "import sys; sys.path[:0] = [%r, %r]\n"
            "from small_notes import Notes; from pathlib import Path\n"
            "import signal; signal.signal(signal.SIGTERM, signal.default_int_handler)\n"
            "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            "Notes(Path(%r)).run(*%r)\n"
        ) % (str(Path(__file__).parents[2]), str(Path(__file__).parent),
             str(self.folder), cells)
        return subprocess.Popen([sys.executable, "-c", script],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                text=True)


def kernels() -> set[int]:
    """Return the processes of kernels that these tests have started."""
    forking = servers()
    return {pid for pid, (words, parent) in _processes().items()
            if "ipykernel_launcher" in words and any("notebuild-" in w for w in words)
            or parent in forking and os.getsid(pid) == pid}


def servers() -> set[int]:
    """Return the processes that these tests have started and that fork kernels."""
    found = {pid: parent for pid, (words, parent) in _processes().items()
             if any(word.endswith("forkserver.py") for word in words)}
    return {pid for pid, parent in found.items()
            if parent not in found or os.getsid(pid) != pid}


def _processes() -> dict[int, tuple[list[str], int]]:
    """Return number → command line and parent of what these tests have started."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode().split("\0")
            variables = (folder / "environ").read_bytes().decode().split("\0")
            state, parent = (folder / "stat").read_text().rsplit(")", 1)[1].split()[:2]
        except (OSError, UnicodeDecodeError):
            continue
        if state != "Z" and MARK in variables:
            found[int(folder.name)] = words, int(parent)
    return found
