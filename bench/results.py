"""Results: what was measured → `docs/benchmarks.json`, and a verdict in a terminal."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from notebuild import environment
from notebuild.benchmarks import FILE, OURS, SCENARIOS, Results

from .environments import versions
from .tools import NOTEBUILD, PEERS, ROOT

RECORD = ROOT / "docs" / FILE
NAMED = {"notebuild": ("mkdocs", "mkdocs-material", "ipykernel", "tensorflow-cpu",
                       "tensorflow", "keras", "numpy"),
         "mkdocs-jupyter": ("mkdocs-jupyter", "nbconvert", "jupytext"),
         "myst-nb": ("myst-nb", "sphinx", "jupyter-cache"),
         "markdown-exec": ("markdown-exec",)}


def describe() -> dict:
    """Return when and where a run takes place, as JSON."""
    return {"when": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": environment.machine(), "load": os.getloadavg()[0],
            "commit": environment.commit(ROOT)}


def list_versions(venvs: Path) -> dict[str, dict[str, str]]:
    """Return tool → the versions of what it consists of."""
    found = {}
    for tool in (NOTEBUILD, *(peer for peer in PEERS if peer.mode == "default")):
        python = tool.commands(venvs, venvs)[0].arguments[0]
        found[tool.name] = {"Python": platform.python_version()} if tool is NOTEBUILD else {}
        found[tool.name] |= versions(python, NAMED[tool.name])
    return found


def write(found: dict, file: Path = RECORD) -> None:
    """Take a run's results into the record; parts that were not measured stay.

    Args:
        found: `peers` and `scale`, or one of them.
        file: Where they are written.
    """
    known = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    text = json.dumps(_rounded(known | found), indent=1, ensure_ascii=False)
    file.write_text(text + "\n", "utf-8")


def print_verdict(found: dict) -> bool:
    """Print the times, their ratios and the targets; return whether all are met.

    A target that this run did not measure does not count.
    """
    results, console = Results(found), Console()
    if results.peers:
        table = Table("seconds (ours in theirs)", *SCENARIOS)
        for tool in results.tools():
            table.add_row(tool, *(_cell(results, scenario, tool) for scenario in SCENARIOS))
        console.print(table)
    targets = [target for target in results.targets() if target.value is not None]
    for target in targets:
        console.print(f"{'met   ' if target.met else 'MISSED'} {target.name}: "
                      f"{target.value:.3g}, at most {target.limit:g}", highlight=False)
    return all(target.met for target in targets)


def _cell(results: Results, scenario: str, tool: str) -> str:
    wall = results.value(scenario, tool, "wall")
    if wall is None:
        return "–"
    ratio = results.ratio(scenario, tool)
    return f"{wall:.1f}" + (f" ({ratio:.3f})" if ratio and tool != OURS else "")


def _rounded(value):
    """Return the same with the digits that a clock is good for."""
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    return round(value, 4) if isinstance(value, float) else value
