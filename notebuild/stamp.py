"""When, how long, with what and where the code was run: a page's stamp at its
foot, and the state of the whole build.
"""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

from .words import load_words



def render_stamp(records: list[dict], *, locale: str, commit: str | None) -> str:
    """Return the section that says how a page's outputs came about, or "".

    Args:
        records: One for each cell of the page.
        locale: The page's language, such as `zh` or `en`.
        commit: The commit of this build, named where a record has none.
    """
    if not records:
        return ""
    words = load_words(locale, "stamp")
    rows = [
        (words["versions"], words["list"].join(list_versions(records))),
        (words["machine"], words["list"].join(_machines(records, words))),
    ]
    commits = _distinct(record.get("commit") or commit for record in records)
    if commits:
        rows.append((words["commit"], words["list"].join(
            f"<code>{escape(one[:12])}</code>" for one in commits
        )))
    # One group each, so that a row may wrap on a phone but never tears apart.
    table = "".join(
        f"<div><dt>{name}{words['colon']}</dt><dd>{value}</dd></div>"
        for name, value in rows if value
    )
    ran = words["ran"].format(
        cells=_cells(len(records), words),
        when=say_when(max(_moment(record["finished"]) for record in records)),
        time=_duration(sum(record["seconds"] for record in records), words),
    )
    return (
        f'<section class="nb-stamp" data-search-exclude aria-label="{words["title"]}">'
        f"<p>{ran}</p><dl>{table}</dl></section>"
    )


def render_build_state(records: list[dict], *, claims: int, locale: str,
                       commit: str | None) -> str:
    """Return the list that says how the whole build went.

    Args:
        records: One for each cell that ran, of all pages, each only once.
        claims: How many of them are claims.
        locale: The page's language.
        commit: The commit of this build, named where no record has one.
    """
    if not records:
        return ""
    words = load_words(locale, "stamp")
    commits = _distinct(record.get("commit") or commit for record in records)
    rows = [
        (words["finished"], say_when(max(_moment(r["finished"]) for r in records))),
        (words["time"], _duration(sum(r["seconds"] for r in records), words)),
        (words["blocks"], words["blocks_done"].format(len(records))),
        (words["claims"], words["claims_hold"].format(claims)),
        (words["versions"], words["list"].join(list_versions(records))),
        (words["machine"], words["list"].join(_machines(records, words))),
        (words["commit"], words["list"].join(
            f"<code>{escape(one[:12])}</code>" for one in commits)),
    ]
    table = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>"
                    for name, value in rows if value)
    return (f'<dl class="nb-build" data-search-exclude aria-label="{words["state"]}">'
            f"{table}</dl>")


def _distinct(values) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))


def _cells(count: int, words: dict) -> str:
    return words["cell"] if count == 1 else words["cells"].format(count)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def say_when(moment: datetime) -> str:
    """Return a moment as HTML, in UTC."""
    moment = moment.astimezone(UTC)
    return (
        f'<time datetime="{moment:%Y-%m-%dT%H:%M:%SZ}">'
        f"{moment:%Y-%m-%d %H:%M} UTC</time>"
    )


def say_duration(seconds: float, locale: str) -> str:
    """Return a duration in words of a language."""
    return _duration(seconds, load_words(locale, "stamp"))


def _duration(seconds: float, words: dict) -> str:
    if seconds < 59.5:
        return words["seconds"].format(f"{seconds:.{0 if seconds >= 10 else 1}f}")
    return words["minutes"].format(*divmod(round(seconds), 60))


def list_versions(records: list[dict]) -> list[str]:
    """Return what records were made with, as HTML: Python, then packages by name."""
    pairs = [("Python", record["python"]) for record in records]
    pairs += sorted(
        {pair for record in records for pair in record["versions"].items()},
        key=lambda pair: (pair[0].lower(), pair[1]),
    )
    # Results of different days may rest on different versions: all are named.
    return [escape(f"{name} {version}") for name, version in dict.fromkeys(pairs)]


def _machines(records: list[dict], words: dict) -> list[str]:
    machines = []
    for record in records:
        machine = record["machine"]
        cores = machine.get("cores")
        parts = [machine.get("cpu"), machine.get("system")]
        if cores == 1:
            parts.insert(0, words["core"])
        elif cores:
            parts.insert(0, words["cores"].format(cores))
        machines.append(words["comma"].join(escape(part) for part in parts if part))
    return _distinct(machines)
