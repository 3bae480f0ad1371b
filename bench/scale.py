"""Sites of 10, 100 and 1,000 made-up chapters: planning, and a build with nothing new.

Their cells are executed once, in real kernels, into a store that stays for the
next measurement; results there are good as long as the cells and what runs them
are the same.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from statistics import median

from .chapters import make_chapters
from .measure import Command, Measured, measure
from .tools import INDEX, NOTEBUILD, SITE, write_site
from .workload import LOCALES

# Material's advice for large sites: a page has the navigation around it, not all.
# Volumes are tabs, and parts no sections, or all parts would stand beside each page.
FEATURES = ("navigation.tabs", "navigation.prune")
PLAN = """
import json, time
from pathlib import Path
from notebuild.schedule import plan
from notebuild.site import Site

site = Site(Path.cwd())
times = [time.process_time()]
pages = site.pages()
times.append(time.process_time())
nodes = plan(pages, site.store)
times.append(time.process_time())
print(json.dumps({"read": times[1] - times[0], "plan": times[2] - times[1],
                  "cells": sum(map(len, nodes.values())),
                  "done": all(node.done for page in nodes.values() for node in page)}))
"""


class NotStored(Exception):
    """The cells of a synthetic site were executed, but are not all in the store."""


def grow(work: Path, sizes: tuple[int, ...], repeats: int,
         tell: Callable[[str], None]) -> dict[str, dict]:
    """Return size → what planning and building that many chapters takes.

    `read` and `plan` are seconds of CPU for all pages: to read and compare them,
    and to find what is to be done. `build` and `plain` are runs of MkDocs with
    nothing new, with and without the hooks that execute cells.

    Args:
        work: A folder; its store is used again.
        sizes: How many chapters, the smallest first.
        repeats: How often each is measured.
        tell: Is told what was measured.

    Raises:
        BuildFailed: A site did not build.
        NotStored: See there.
    """
    environ = NOTEBUILD.environ() | {"NOTEBUILD_CACHE": str((work / "store").absolute())}
    found = {}
    for size in sizes:
        root = work / "notebuild"
        _write(root, size, hooks=True)
        tell(f"{size:5} chapters: executing what is not stored yet …")
        used, _ = measure([_command(root, "notebuild", "run")], environ)
        tell(f"{size:5} chapters: {used.kernels} kernels in {used.wall:.0f} s; "
             "building once, so that all is kept that a build keeps …")
        measure([_command(root, *SITE)], environ)
        _write(work / "plain", size, hooks=False)
        planned, builds, plains = [], [], []
        for _ in range(repeats):
            planned.append(_plan(root, environ))
            builds.append(_tell(tell, size, "notebuild", measure(
                [_command(root, *SITE)], environ)[0]))
            plains.append(_tell(tell, size, "mkdocs", measure(
                [_command(work / "plain", *SITE)], environ)[0]))
        found[str(size)] = {
            "cells": planned[0]["cells"],
            "read": median(each["read"] for each in planned),
            "plan": median(each["plan"] for each in planned),
            "build": [asdict(each) for each in builds],
            "plain": [asdict(each) for each in plains]}
    return found


def _write(root: Path, size: int, hooks: bool) -> None:
    shutil.rmtree(root, ignore_errors=True)
    write_site(root, {f"index.{code}.md": INDEX for code in LOCALES}
               | dict(make_chapters(size)), hooks=hooks, features=FEATURES)


def _command(root: Path, *arguments: str) -> Command:
    return Command((sys.executable, "-m", *arguments), root)


def _plan(root: Path, environ: dict[str, str]) -> dict:
    """Return what planning took in a process that knows nothing yet."""
    run = subprocess.run([sys.executable, "-c", PLAN], cwd=root, env=environ, check=True,
                         capture_output=True, text=True)
    planned = json.loads(run.stdout)
    if not planned["done"]:
        raise NotStored(f"{root}: some cells are not stored")
    return planned


def _tell(tell: Callable[[str], None], size: int, what: str, used: Measured) -> Measured:
    tell(f"{size:5} chapters: nothing changed, {what:9} {used.wall:7.1f} s "
         f"{used.cpu:7.1f} s CPU {used.peak / 2**20:6.0f} MiB")
    return used
