"""Benchmarks: what `make bench` has recorded, held against targets, on a page.

`docs/benchmarks.json` holds every run as it was measured. A line such as
``<!-- benchmark: wall -->`` of a page becomes a table of it in the page's
language, so that the two languages cannot part.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median

from .errors import PageError
from .words import load_words

FILE = "benchmarks.json"
OURS, PLAIN = "notebuild default", "mkdocs default"
SCENARIOS = ("cold", "unchanged", "sentence", "plot", "model")
_MARK = re.compile(r"^<!--\s*benchmark:\s*(?P<part>[\w-]+)\s*-->\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Target:
    """Something that was aimed at.

    Attributes:
        name: Which; `languages/` says it in words.
        value: What was measured, or None where it was not.
        limit: What it may be at most.
    """

    name: str
    value: float | None
    limit: float

    @property
    def met(self) -> bool:
        """Return whether it was measured and reached."""
        return self.value is not None and self.value <= self.limit


class Results:
    """What was recorded.

    Args:
        data: As `benchmarks.json` has it: in `peers` the `runs` are scenario → tool →
            runs, in `scale` the `sizes` are number of chapters → what they take; both
            say in `about` when and where they were measured. See `bench`.
    """

    def __init__(self, data: dict):
        peers, scale = data.get("peers", {}), data.get("scale", {})
        self.peers: dict[str, dict[str, list[dict]]] = peers.get("runs", {})
        self.scale = {int(size): each for size, each in scale.get("sizes", {}).items()}
        self.about = {"peers": peers.get("about"), "scale": scale.get("about")}

    def tools(self) -> list[str]:
        """Return all tools, with their modes."""
        return [*self.peers.get("cold", {})]

    def value(self, scenario: str, tool: str, what: str) -> float | None:
        """Return the median of a tool's runs: `wall`, `cpu`, `peak` or `kernels`."""
        return _median(self.peers.get(scenario, {}).get(tool, ()), what)

    def fastest(self, scenario: str, mode: str = "") -> str | None:
        """Return the peer that took the least time, of one mode or of all."""
        taken = {tool: self.value(scenario, tool, "wall") for tool in self.tools()
                 if tool not in (OURS, PLAIN) and tool.endswith(mode)}
        return min((tool for tool in taken if taken[tool]), key=taken.get, default=None)

    def ratio(self, scenario: str, other: str | None) -> float | None:
        """Return our time in that of another."""
        ours, theirs = self.value(scenario, OURS, "wall"), other and self.value(
            scenario, other, "wall")
        return ours / theirs if ours and theirs else None

    def targets(self) -> list[Target]:
        """Return what was aimed at, with what was measured."""
        planned = [1000 * each["plan"] / size
                   for size, each in self.scale.items() if size == max(self.scale)]
        return [
            Target("cold", self.ratio("cold", self.fastest("cold", "default")), 0.35),
            Target("cold-parallel", self.ratio("cold", self.fastest("cold", "parallel")), 0.6),
            Target("kernels", self.value("unchanged", OURS, "kernels"), 0),
            Target("unchanged", self.ratio("unchanged", PLAIN), 1.2),
            Target("plot", self.ratio("plot", self.fastest("plot")), 0.05),
            Target("planning", planned[0] if planned else None, 5),
            Target("growth", self.growth("build", "cpu"), 1.2),
        ]

    def growth(self, run: str, what: str) -> float | None:
        """Return how much more a further chapter takes when there are many.

        What one of the largest site's chapters adds, in what one of the
        second-largest adds: 1 where the work grows as the number of chapters.
        """
        sizes = sorted(self.scale)[-3:]
        if len(sizes) < 3:
            return None
        few, some, many = ((size, _median(self.scale[size][run], what)) for size in sizes)
        return _slope(some, many) / _slope(few, some)


def load_results(docs: Path) -> Results | None:
    """Return what is recorded in the folder of the notes, or None.

    Raises:
        PageError: It cannot be read.
    """
    file = docs / FILE
    if not file.is_file():
        return None
    try:
        return Results(json.loads(file.read_text("utf-8")))
    except (ValueError, AttributeError) as error:
        raise PageError(f"cannot be read: {error}", path=f"{docs.name}/{FILE}",
                        hint="make bench writes it anew") from None


def fill_benchmarks(text: str, path: str, docs: Path, locale: str) -> str:
    """Return a page's Markdown with tables where it asks for them.

    Args:
        text: The page.
        path: How messages call it.
        docs: The folder of the notes.
        locale: The page's language.

    Raises:
        PageError: There is no such table, or nothing was recorded.
    """
    if not _MARK.search(text):
        return text
    results, words = load_results(docs), load_words(locale, "benchmarks")
    parts: dict[str, Callable[[], str]] = {
        "record": lambda: _record(results.about["peers"], words),
        "scale-record": lambda: _record(results.about["scale"], words),
        "targets": lambda: _targets(results, words),
        "scale": lambda: _scale(results, words),
        "wall": lambda: _peers(results, words, "wall", "{:.1f}"),
        "cpu": lambda: _peers(results, words, "cpu", "{:.1f}"),
        "memory": lambda: _peers(results, words, "peak", "{:.0f}", 2**20),
        "kernels": lambda: _peers(results, words, "kernels", "{:.0f}"),
        "ratios": lambda: _peers(results, words, "wall", "{:.3f}", ours=True),
    }

    def fill(match: re.Match) -> str:
        line = text[:match.start()].count("\n") + 1
        if match["part"] not in parts:
            raise PageError(f"the benchmarks have no part ‘{match['part']}’", path=path,
                            line=line, text=match[0], hint=f"parts: {', '.join(parts)}")
        if results is None:
            raise PageError("nothing was recorded yet", path=path, line=line, text=match[0],
                            hint=f"make bench writes {docs.name}/{FILE}")
        return parts[match["part"]]() + "\n"

    return _MARK.sub(fill, text)


def _peers(results: Results, words: dict, what: str, form: str, unit: float = 1,
           ours: bool = False) -> str:
    """Return a table of tools and scenarios; with `ours`, our time in theirs."""
    def number(scenario: str, tool: str) -> str:
        value = results.value(scenario, tool, what)
        if value is None:
            return "–"
        if ours:
            return form.format(results.value(scenario, OURS, what) / value)
        return form.format(value / unit)

    return _table([words["tool"], *(words[scenario] for scenario in SCENARIOS)],
                  ([_name(tool, words), *(number(each, tool) for each in SCENARIOS)]
                   for tool in results.tools() if not (ours and tool == OURS)))


def _targets(results: Results, words: dict) -> str:
    def row(target: Target) -> Iterator[str]:
        yield words[f"target-{target.name}"]
        yield "–" if target.value is None else f"{target.value:.3g}"
        yield f"≤ {target.limit:g}"
        yield words["unmeasured" if target.value is None else
                    "met" if target.met else "missed"]

    return _table([words["target"], words["measured"], words["limit"], words["state"]],
                  map(row, results.targets()))


def _scale(results: Results, words: dict) -> str:
    def row(size: int, each: dict) -> Iterator[str]:
        builds, plains = each["build"], each["plain"]
        yield f"{size:,}"
        yield f"{each['cells']:,}"
        yield f"{1000 * each['read'] / size:.1f}"
        yield f"{1000 * each['plan'] / size:.1f}"
        for runs in (builds, plains):
            yield f"{_median(runs, 'wall'):.1f}"
        for runs in (builds, plains):
            yield f"{_median(runs, 'peak') / 2**20:.0f}"

    return _table([words[name] for name in (
        "chapters", "cells", "read", "plan", "build", "plain", "memory", "plain-memory")],
        (row(size, each) for size, each in sorted(results.scale.items())))


def _record(about: dict | None, words: dict) -> str:
    if about is None:
        return words["unmeasured"]
    machine = about["machine"]
    rows = [words["when"].format(f"{datetime.fromisoformat(about['when']):%Y-%m-%d %H:%M} UTC"),
            words["machine"].format(machine["cores"], machine["cpu"], machine["system"]),
            words["load"].format(about["load"])]
    if workload := about.get("workload"):
        rows.append(words["workload"].format(**workload))
    rows += [f"{_tool(tool)}{words['colon']}" + words["list"].join(
        f"{name} {version}" for name, version in versions.items())
        for tool, versions in about.get("versions", {}).items()]
    return "\n".join(f"- {row}" for row in rows)


def _name(tool: str, words: dict) -> str:
    name, _, mode = tool.partition(" ")
    if tool == PLAIN:
        return words["no-cells"].format(_tool(name))
    return words[f"mode-{mode}"].format(_tool(name)) if mode != "default" else _tool(name)


def _tool(name: str) -> str:
    return {"mkdocs": "MkDocs", "myst-nb": "MyST-NB"}.get(name, name)


def _table(head: list[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _median(runs: Iterable[dict], what: str) -> float | None:
    values = [run[what] for run in runs]
    return median(values) if values else None


def _slope(one: tuple[int, float], other: tuple[int, float]) -> float:
    return (other[1] - one[1]) / (other[0] - one[0])
