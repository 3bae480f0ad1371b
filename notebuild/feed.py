"""The changelog → a feed: what has changed, for those who read it elsewhere.

Each language has its changelog, `CHANGELOG.md` in English and `CHANGELOG.zh.md`
in Chinese. A section whose heading begins with a date, `## 2026-11-24`, is an
entry; what stands under another heading is not published yet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urljoin

from feedgenerator import Atom1Feed
from markdown import markdown

from .errors import PageError
from .extract import read_text
from .typeset import join_lines
from .words import load_words

_HEADING = re.compile(r"^##[ \t]+(.*?)[ \t]*$", re.MULTILINE)
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})\b")
_ITEM = re.compile(r"^[-*] ", re.MULTILINE)


@dataclass(frozen=True)
class Change:
    """A dated section of a changelog: its line, its day and its Markdown."""

    line: int
    day: date
    text: str


def find_changelogs(root: Path, locales: tuple[str, ...]) -> dict[str, Path]:
    """Return language → its changelog, of those that have one."""
    names = {locale: [f"CHANGELOG.{locale}.md"] + ["CHANGELOG.md"] * (locale == "en")
             for locale in locales}
    return {locale: file for locale, candidates in names.items()
            for file in [next((root / n for n in candidates if (root / n).exists()), None)]
            if file}


def feed_name(locale: str) -> str:
    """Return the file of a language's feed, at the root of the site.

    There and not below the language's home, beside the site's one sitemap: the
    theme's script looks for that beside whatever a page names as an alternate.
    """
    return f"feed.{locale}.xml"


def read_changes(changelogs: dict[str, Path]) -> dict[str, list[Change]]:
    """Return language → the changelog's entries, newest first.

    Raises:
        PageError: A date is none, or stands out of order, or the languages differ
            in their dates or in the number of items under one.
    """
    changes = {locale: _read(file) for locale, file in changelogs.items()}
    (first, ours), *others = changes.items() if changes else [("", [])]
    for locale, theirs in others:
        file = changelogs[locale].name
        for one, other in zip(ours, theirs, strict=False):
            if one.day != other.day:
                raise PageError(
                    f"has {other.day} where {changelogs[first].name}:{one.line} has {one.day}",
                    path=file, line=other.line, hint="write each change in both languages")
            here, there = (len(_ITEM.findall(change.text)) for change in (other, one))
            if here != there:
                raise PageError(
                    f"{here} changes, and {there} in {changelogs[first].name}:{one.line}",
                    path=file, line=other.line, hint="write each change in both languages")
        if len(ours) != len(theirs):
            raise PageError(
                f"{len(theirs)} dated sections, and {len(ours)} in {changelogs[first].name}",
                path=file, line=1, hint="write each change in both languages")
    return changes


def make_feed(changes: list[Change], locale: str, site: str, root: str, home: str) -> str:
    """Return a language's feed as Atom.

    Args:
        changes: The entries of its changelog.
        site: The name of the site in that language.
        root: The public address of the site.
        home: That of the language's home.
    """
    words = load_words(locale, "feed")
    feed = Atom1Feed(
        words["title"].format(site), home, "", language=load_words(locale, "page")["lang"],
        subtitle=words["about"], author_name=words["author"].format(site),
        feed_url=urljoin(root, feed_name(locale)), feed_guid=urljoin(root, feed_name(locale)))
    for change in changes:
        moment = datetime.combine(change.day, datetime.min.time(), UTC)
        feed.add_item(
            words["entry"].format(change.day), home, None, pubdate=moment,
            unique_id=f"{home}#changes-{change.day}", content=join_lines(markdown(change.text)))
    return feed.writeString("utf-8")


def _read(file: Path) -> list[Change]:
    text = read_text(file, file.name)
    headings = [*_HEADING.finditer(text)]
    ends = [match.start() for match in headings[1:]] + [len(text)]
    changes: list[Change] = []
    for match, end in zip(headings, ends, strict=True):
        found = _DATE.match(match[1])
        if not found:
            continue
        line = text.count("\n", 0, match.start()) + 1
        try:
            day = date.fromisoformat(found[1])
        except ValueError:
            raise PageError(f"there is no day {found[1]}", path=file.name, line=line,
                            text=match[0], hint="write ## YEAR-MONTH-DAY") from None
        if changes and day >= changes[-1].day:
            raise PageError(f"{day} stands below {changes[-1].day}", path=file.name, line=line,
                            text=match[0], hint="the newest section comes first")
        changes.append(Change(line, day, text[match.end():end].strip()))
    return changes
