"""Drift: what has changed in one language since both were last in line.

`alternates.toml` remembers, for each section of each page, the digests of its
prose in each language at the time when an author last said that they agree
(``check --accept PAGE``). A section whose prose has changed since in one
language is stale in the others. That is a notice, never a failure: a sentence
may be mended in one language alone.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path

from .errors import NotebuildError
from .extract import find_blocks
from .paths import file_of, join_locale
from .prose import headings, read_prose

FILE = "alternates.toml"
_HEAD = """\
# What each section said when its languages were last in line.
# Written by: python -m notebuild check --accept PAGE
"""


@dataclass(frozen=True)
class Section:
    """A heading with the prose below it, up to the next heading.

    Attributes:
        line: 1-based line of the heading; 1 for what stands before the first.
        title: The heading's source line.
        digest: Of the prose; code, which is compared itself, is left out.
    """

    line: int
    title: str
    digest: str


def read_sections(text: str, path: str) -> dict[str, Section]:
    """Return anchor → section of a page."""
    rows = text.splitlines()
    code = {n for block in find_blocks(text, path) if block.syntax == "python"
            for n in range(block.lineno, block.lineno + block.code.count("\n") + 2)}
    starts = [(1, "top"), *((line, anchor or f"heading {number}") for number, (
        line, _, anchor) in enumerate(headings(read_prose(text, path)), 1))]
    ends = [line for line, _ in starts[1:]] + [len(rows) + 1]
    sections = {}
    for (start, anchor), end in zip(starts, ends, strict=True):
        prose = " ".join(" ".join(rows[n - 1].split())
                         for n in range(start, end) if n not in code)
        sections[anchor] = Section(
            start, rows[start - 1].strip() if rows else "",
            hashlib.sha256(" ".join(prose.split()).encode()).hexdigest()[:8])
    return sections


def find_drift(groups: dict[str, dict[str, str]], root: Path) -> list[str]:
    """Return a notice for each page that its alternate has left behind.

    Args:
        groups: A page's path without its language → language → text.
        root: The folder of `alternates.toml`.
    """
    record, notices = _read(root), []
    for stem, texts in sorted(groups.items()):
        names = {locale: join_locale(stem, locale) for locale in texts}
        paths = {locale: file_of(name) for locale, name in names.items()}
        sections = {locale: read_sections(text, paths[locale])
                    for locale, text in texts.items()}
        if stem not in record:
            files = [*dict.fromkeys(paths.values())]
            notices.append(f"{' and '.join(files)}: not yet accepted as in line "
                           f"(python -m notebuild check --accept {files[-1]})")
            continue
        stale: dict[tuple[str, ...], list[str]] = {}
        for anchor in dict.fromkeys(a for each in sections.values() for a in each):
            known = record[stem].get(anchor, {})
            changed = tuple(locale for locale in texts if anchor in sections[locale]
                            and sections[locale][anchor].digest != known.get(locale))
            if changed:
                stale.setdefault(changed, []).append(anchor)
        for changed, anchors in stale.items():
            behind = [names[locale] for locale in texts if locale not in changed]
            ahead = " and ".join(names[locale] for locale in changed)
            what = (f"{' and '.join(behind)}: behind {ahead}" if behind else
                    f"{ahead}: both changed")
            count = len(sections[changed[0]])
            rows = [f"{what} in {len(anchors)} of {count} sections"]
            for anchor in anchors:
                places = [f"{paths[locale]}:{sections[locale][anchor].line}"
                          for locale in texts if anchor in sections[locale]]
                title = sections[changed[0]][anchor].title
                rows.append(f"    {' … '.join(places)}  {title}")
            notices.append("\n".join(rows))
    return notices


def accept(page: str, groups: dict[str, dict[str, str]], root: Path) -> str:
    """Note that a page and its alternates are in line now; return what was noted.

    Args:
        page: `docs/rnn.en.md`, or one section of it: `docs/rnn.en.md#memory`.
        groups: As for `find_drift`.
        root: The folder of `alternates.toml`, which is written.

    Raises:
        NotebuildError: There is no such page or section.
    """
    path, _, anchor = page.removeprefix("./").partition("#")
    for stem, texts in groups.items():
        paths = {locale: file_of(join_locale(stem, locale)) for locale in texts}
        if path in paths.values():
            break
    else:
        raise NotebuildError("there is no such page", path=path,
                             hint="name it as in docs/rnn.en.md")
    found: dict[str, dict[str, str]] = {}
    for locale, name in paths.items():
        for key, section in read_sections(texts[locale], name).items():
            found.setdefault(key, {})[locale] = section.digest
    record = _read(root)
    if anchor:
        if anchor not in found:
            raise NotebuildError(f"has no section ‘{anchor}’", path=path,
                                 hint=f"sections: {', '.join(found)}")
        known = record.get(stem, {})
        found = {key: found[key] if key == anchor else known[key]
                 for key in found if key == anchor or key in known}
    record[stem] = found
    _write(record, root)
    return f"{page}: in line with its alternate ({len(found) if not anchor else 1} sections)"


def _read(root: Path) -> dict[str, dict[str, dict[str, str]]]:
    file = root / FILE
    if not file.is_file():
        return {}
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise NotebuildError(f"cannot be read: {error}", path=FILE,
                             hint="delete it and accept the pages again") from None


def _write(record: dict[str, dict[str, dict[str, str]]], root: Path) -> None:
    rows = [_HEAD]
    for stem, sections in sorted(record.items()):
        rows.append(f'["{stem}"]')
        for anchor, digests in sections.items():
            pairs = ", ".join(f'{locale} = "{digest}"' for locale, digest in digests.items())
            rows.append(f'"{anchor}" = {{ {pairs} }}')
        rows.append("")
    (root / FILE).write_text("\n".join(rows), "utf-8")
