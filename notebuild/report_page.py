"""A report as the parts of a page, in the page's language.

Each part replaces a comment such as ``<!-- build-report: tasks -->``. What is
short is summed up and what is long is folded, so that the page stays light.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

from .errors import NotebuildError
from .evict import say_size
from .report import SHORT, Report, Row, TaskRow, running_totals
from .stamp import say_duration, say_when
from .words import load_words

_MARK = re.compile(r"<!-- build-report: (\S+) -->")

Link = Callable[[Row], str]  # a cell → its address, seen from this page


def fill_report(html: str, make: Callable[[], Report], *, locale: str, path: str,
                titles: Callable[[], dict[str, str]], link: Link) -> str:
    """Return a page's HTML with the parts of the report that it asks for.

    Args:
        html: The page.
        make: Called for the report, if the page has a part of it.
        locale: The page's language.
        path: How messages call the page.
        titles: Called likewise for file → title of its page; what follows a colon
            is left out.
        link: A cell → its address, as the page may link it.

    Raises:
        NotebuildError: The page asks for a part that there is not.
    """
    if not _MARK.search(html):
        return html
    names = {file: re.split("[：:]", title)[0] for file, title in titles().items()}
    report, words = make(), load_words(locale, "report") | {"language": locale}
    parts = {
        "summary": lambda: _summary(report, words),
        "chain": lambda: _cells(report.chain, words, words["chain"], link, names,
                                totals=True),
        "slowest": lambda: _cells(report.slowest(), words, words["slowest"], link, names),
        "pages": lambda: _pages(report, words, names, link),
        "tasks": lambda: _tasks(report, words, names, link),
    }

    def part(match: re.Match) -> str:
        if match[1] not in parts:
            raise NotebuildError(f"the build report has no part ‘{match[1]}’", path=path,
                                 hint=f"parts: {', '.join(parts)}")
        return parts[match[1]]()

    return _MARK.sub(part, html)


def _summary(report: Report, words: dict) -> str:
    rows = report.rows
    done = (words["some"].format(report.executed, len(rows) - report.executed)
            if report.executed else words["none"].format(len(rows)))
    if report.ended is not None and not report.executed:
        done += words["last"].format(say_when(
            datetime.fromtimestamp(report.ended, UTC)))
    largest = max((row.peak_bytes for row in rows if row.peak_bytes), default=None)
    items = [
        (words["executed"], done),
        (words["time"], say_duration(sum(row.seconds for row in rows), words["language"])),
        (words["cpu_time"], say_duration(sum(row.cpu_seconds for row in rows), words["language"])),
        (words["chain"], words["cells"].format(say_duration(
            sum(row.seconds for row in report.chain), words["language"]), len(report.chain))),
        (words["largest"], _memory(largest, words)),
        (words["store"], words["entries"].format(say_size(report.size), report.entries)),
    ]
    if report.tasks:
        items.insert(4, (words["wall"], words["tasks_of"].format(
            say_duration(report.wall, words["language"]), len(report.tasks))))
    return (f'<dl class="nb-build" data-search-exclude aria-label="{words["summary"]}">'
            + "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in items)
            + "</dl>")


def _pages(report: Report, words: dict, titles: dict[str, str], link: Link) -> str:
    parts = []
    for path, rows in report.pages.items():
        seconds = say_duration(sum(row.seconds for row in rows), words["language"])
        title = words["page_of"].format(titles.get(path, path), len(rows), seconds)
        parts.append(f"<details data-search-exclude><summary>{escape(title)}</summary>"
                     f"{_cells(rows, words, title, link)}</details>")
    return "\n".join(parts)


def _cells(rows: list[Row], words: dict, label: str, link: Link,
           titles: dict[str, str] | None = None, totals: bool = False) -> str:
    """Return a table of cells, the short ones in a row; pages are named by titles."""
    head = ["cell", "code", "seconds", *["so_far"] * totals, "cpu", "memory", "ran"]
    numbers = {"seconds", "so_far", "cpu", "memory"}
    long = [row for row in rows if row.seconds >= SHORT]
    body = []
    for row, total in zip(long, running_totals(long), strict=True):
        where = words["line"].format(row.line)
        if titles is not None:
            where = words["place"].format(titles.get(row.path, row.path), row.line)
        ran = words["now"] if row.executed else row.finished[:10]
        body.append(_row(
            f'<a href="{escape(link(row))}">{escape(where)}</a>',
            f"<td><code>{escape(_cut(row.code))}</code></td>",
            _number(f"{row.seconds:.1f}"), *[_number(f"{total:.1f}")] * totals,
            _number(f"{row.cpu_seconds:.1f}"), _number(_memory(row.peak_bytes, words)),
            f"<td>{ran}</td>"))
    if short := [row for row in rows if row.seconds < SHORT]:
        body.append(_row(
            words["short"].format(len(short), SHORT), "<td></td>",
            _number(f"{sum(row.seconds for row in short):.1f}"),
            *[_number(f"{sum(row.seconds for row in rows):.1f}")] * totals,
            _number(f"{sum(row.cpu_seconds for row in short):.1f}"),
            _number(""), "<td></td>"))
    return _table([(words[name], name in numbers) for name in head], body, label)


def _tasks(report: Report, words: dict, titles: dict[str, str], link: Link) -> str:
    if not report.tasks:
        return f"<p>{words['no_tasks']}</p>"
    body = []
    for number, task in enumerate(report.tasks, 1):
        longest = max(task.rows, key=lambda row: row.seconds, default=None)
        where = words["gone"] if longest is None else (
            f'<a href="{escape(link(longest))}">' + escape(words["place"].format(
                titles.get(longest.path, longest.path), longest.line)) + "</a>")
        body.append(_row(str(number), *(_number(f"{seconds:.1f}") for seconds in (
            task.began, task.seconds, task.start, task.load, task.run, task.store)),
            _number(_memory(task.peak_bytes, words)), _number(str(task.cells)),
            f"<td>{where}</td>"))
    head = [(words[name], name not in ("task", "longest")) for name in (
        "task", "began", "took", "start", "load", "run", "save", "memory", "number",
        "longest")]
    return _lanes(report, words) + _table(head, body, words["tasks"])


def _lanes(report: Report, words: dict) -> str:
    """Return a drawing of the tasks in time, a lane for each that were at work at once."""
    lanes: list[float] = []  # when each is free again
    bars = []
    scale = 1000 / max(report.wall, 1e-9)

    def bar(task: TaskRow, lane: int, seconds: float, kind: str) -> str:
        return (f'<rect class="{kind}" x="{task.began * scale:.1f}" y="{lane * 16}"'
                f' width="{max(seconds * scale, 0.5):.1f}" height="12"/>')

    for task in report.tasks:
        lane = next((n for n, free in enumerate(lanes) if free <= task.began), len(lanes))
        lanes[lane:lane + 1] = [task.began + task.seconds]
        bars.append(bar(task, lane, task.seconds, "nb-ran")
                    + bar(task, lane, task.start, "nb-starts"))
    return (f'<svg class="nb-lanes" viewBox="0 0 1000 {len(lanes) * 16}" role="img"'
            f' aria-label="{words["lanes"]}" preserveAspectRatio="none">'
            f'{"".join(bars)}</svg>')


def _table(head: list[tuple[str, bool]], body: list[str], label: str) -> str:
    titles = "".join(f'<th scope="col"{" class=nb-number" * number}>{name}</th>'
                     for name, number in head)
    return (f'<div class="nb-report" data-search-exclude tabindex="0" role="region"'
            f' aria-label="{escape(label)}"><table class="nb-table"><thead><tr>{titles}'
            f'</tr></thead><tbody>{"".join(body)}</tbody></table></div>')


def _row(first: str, *rest: str) -> str:
    return f'<tr><th scope="row">{first}</th>{"".join(rest)}</tr>'


def _number(text: str) -> str:
    return f"<td class=nb-number>{text}</td>"


def _memory(size: int | None, words: dict) -> str:
    return words["unknown"] if size is None else say_size(size)


def _cut(code: str, width: int = 44) -> str:
    return code if len(code) <= width else code[:width - 1] + "…"
