"""Languages: which pages belong together, and whether they agree.

`page.zh.md` and `page.en.md` stand side by side. Their prose differs. What
carries the argument must not: headings' anchors, cells, inline values, claims,
figures and formulas agree in this order; the letters and the links that a
section's sentences use agree in any order, since sentences differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import Path

import yaml

from .errors import AlternateError, Failures, NotebuildError
from .figures import find_figures
from .formulas import find_formulas
from .model import Cell, Page
from .names import normal_form
from .paths import file_of, join_locale, split_locale
from .prose import find_links, headings, read_prose


CONFIG = "mkdocs.yml"


@dataclass(frozen=True)
class Item:
    """Something of a page that its alternate must have too.

    Attributes:
        path: The page's file.
        line: Its 1-based line.
        kind: What it is, as a message says it.
        key: What must be equal.
        text: The source line.
        cell: The cell, if it is one.
    """

    path: str
    line: int
    kind: str
    key: object
    text: str
    cell: Cell | None = None


def read_locales(root: Path) -> tuple[str, ...]:
    """Return the languages of a project, as `mkdocs.yml` names them; the default first.

    Raises:
        NotebuildError: It names none, or is not there.
    """
    return tuple(language["locale"] for language in _read_languages(root))


def check_settings(root: Path) -> None:
    """Compare what `mkdocs.yml` says in each language beside the default.

    What a language leaves out, MkDocs says in the default one: a page would be
    in two languages, and nobody would be told.

    Raises:
        NotebuildError, Failures: A language leaves out what another one says.
    """
    others = {language["locale"]: _settings(language)
              for language in _read_languages(root)[1:]}
    titles = [f"nav_translations.{title}" for title in _titles(_read_config(root).get("nav"))]
    rows = (root / CONFIG).read_text("utf-8").splitlines()
    failures = []
    for locale, settings in others.items():
        line = next((number for number, row in enumerate(rows, 1)
                     if re.search(rf"\blocale:\s*['\"]?{re.escape(locale)}\b", row)), 1)
        said = dict.fromkeys([*titles, *(name for theirs in others.values() for name in theirs)])
        if lacking := [name for name in said if name not in settings]:
            failures.append(NotebuildError(
                f"the language ‘{locale}’ leaves out {', '.join(lacking)}",
                path=CONFIG, line=line, text=rows[line - 1],
                hint="say it there; else it is said in the default language"))
    if failures:
        raise failures[0] if len(failures) == 1 else Failures(failures)


def _settings(value: object, name: str = "") -> list[str]:
    """Return the names of all settings in a tree: `extra.text.nav`."""
    if not isinstance(value, (dict, list)):
        return [name]
    parts = value.items() if isinstance(value, dict) else enumerate(value, 1)
    return [found for key, part in parts
            for found in _settings(part, f"{name}.{key}" if name else str(key))]


def _titles(nav: object) -> list[str]:
    """Return the titles that a navigation gives its entries and sections."""
    if isinstance(nav, list):
        return [title for entry in nav for title in _titles(entry)]
    if isinstance(nav, dict):
        return [found for title, part in nav.items() for found in (title, *_titles(part))]
    return []


def _read_config(root: Path) -> dict:
    try:
        # Its tags (`!ENV`, `!!python/…`) are for MkDocs alone.
        return yaml.load((root / CONFIG).read_text("utf-8"), _Plain)
    except FileNotFoundError:
        raise NotebuildError(f"there is no {CONFIG} in this folder",
                             hint="run it from the project's folder") from None
    except yaml.YAMLError as error:
        raise NotebuildError(f"cannot be read: {error}", path=CONFIG,
                             hint="mend the YAML") from None


def _read_languages(root: Path) -> list[dict]:
    """Return the languages' settings, those of the default language first."""
    config = _read_config(root)
    try:
        plugin = next(plugin for plugin in config["plugins"] if "i18n" in plugin)
        languages = [{"locale": language["locale"]} | language
                     for language in plugin["i18n"]["languages"]]
    except (LookupError, TypeError, StopIteration):
        raise NotebuildError("no languages are named", path=CONFIG, hint=(
            "name them in the settings of the plugin i18n, as `locale: zh`")) from None
    return sorted(languages, key=lambda language: not language.get("default"))


class _Plain(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Reads YAML whose tags mean nothing here."""


_Plain.add_multi_constructor("", lambda *_: None)


def check_alternates(pages: list[Page], texts: dict[str, str],
                     locales: tuple[str, ...]) -> None:
    """Compare each page with its alternates; the first language leads.

    Args:
        pages: All pages.
        texts: Path → the page's Markdown.
        locales: The languages that every page must have.

    Raises:
        AlternateError, Failures: They differ; all differences are told, each
            with both files and lines.
    """
    groups: dict[str, dict[str, Page]] = {}
    failures: list[NotebuildError] = []
    for page in pages:
        stem, locale = split_locale(page.path)
        if locale not in locales:
            failures.append(AlternateError(
                "this page does not say its language", path=file_of(page.path),
                hint="name it " + " or ".join(
                    f"{Path(stem).name.removesuffix('.md')}.{code}.md"
                    for code in locales)))
            continue
        groups.setdefault(stem, {})[locale] = page
    for stem, group in sorted(groups.items()):
        lead = group.get(locales[0]) or next(iter(group.values()))
        for locale in locales:
            if locale not in group:
                failures.append(AlternateError(
                    f"has no alternate in ‘{locale}’", path=lead.path,
                    hint=f"write {join_locale(stem, locale)}"))
            elif group[locale] is not lead:
                failures += compare_pages(
                    lead, texts[lead.path], group[locale], texts[group[locale].path])
    if failures:
        raise failures[0] if len(failures) == 1 else Failures(failures)


def compare_pages(one: Page, text: str, other: Page, their_text: str,
                  ) -> list[AlternateError]:
    """Return all differences between a page and its alternate, in its order."""
    ours, theirs = file_of(one.path), file_of(other.path)
    failures = [
        *_compare_order(ours, _in_order(one, text),
                        theirs, _in_order(other, their_text)),
        *_compare_sections(ours, _in_sections(ours, text),
                           theirs, _in_sections(theirs, their_text))]
    return sorted(failures, key=lambda error: (error.path != ours, error.line))


def _in_order(page: Page, text: str) -> list[Item]:
    """Return what must come in the same order in both pages."""
    path = file_of(page.path)
    rows, prose, found = text.splitlines(), read_prose(text, path), []

    def add(line: int, kind: str, key: object, cell: Cell | None = None):
        found.append(Item(path, line, kind, key, rows[line - 1], cell))

    for line, level, anchor in headings(prose):
        add(line, "heading", (level, anchor))
    for cell in page.cells:
        kind = ("inline value" if cell.inline else
                "cell" if cell.claim is None else "claim")
        add(cell.line, kind, (cell.lab, normal_form(cell.source)), cell)
    for formula in find_formulas(text, path):
        if formula.display:
            add(formula.line + 1, "formula", " ".join(formula.tex.split()))
    for line, name in find_figures(text, path):
        add(line, "figure", name)
    for line, match in find_links(prose):
        if match["image"]:
            add(line, "image", match["target"])
    return sorted(found, key=lambda item: item.line)


def _compare_order(path: str, ours: list[Item], other: str, theirs: list[Item],
                   ) -> Iterator[AlternateError]:
    """Yield the differences between two sequences of items."""
    matcher = SequenceMatcher(None, [(item.kind, item.key) for item in ours],
                              [(item.kind, item.key) for item in theirs], autojunk=False)
    for what, i, i_end, j, j_end in matcher.get_opcodes():
        if what == "equal":
            continue
        # Of what stands at the same place, those of a kind belong together.
        left, right = ours[i:i_end], theirs[j:j_end]
        for kind in dict.fromkeys(item.kind for item in left + right):
            for a, b in zip_longest([item for item in left if item.kind == kind],
                                    [item for item in right if item.kind == kind]):
                if a is None:
                    yield _missing(b, path, ours[i - 1] if i else None)
                elif b is None:
                    yield _missing(a, other, theirs[j - 1] if j else None)
                else:
                    yield _different(a, b)


def _missing(item: Item, other: str, before: Item | None) -> AlternateError:
    place = f"{other}:{before.line}, after this {before.kind}" if before else f"{other}:1"
    return AlternateError(
        f"this {item.kind} has no counterpart in {place}", path=item.path,
        line=item.line, text=item.text, hint="add it there, or remove it here")


def _different(a: Item, b: Item) -> AlternateError:
    line, text, theirs = a.line, a.text, b.text
    hint = "make both the same"
    if a.cell is not None:
        (line, text), theirs = _first_difference(a.cell, b.cell), b.cell.source.rstrip()
        hint = "make the code equal; only comments may differ"
    elif a.kind == "formula":
        text, theirs = a.key, b.key
    elif a.kind == "heading":
        hint = "give both the same level and anchor: ## title { #anchor }"
    return AlternateError(
        f"this {a.kind} differs from {b.path}:{b.line}", path=a.path, line=line,
        text=text, detail=f"{b.path}:{b.line}\n{theirs}", hint=hint)


def _first_difference(a: Cell, b: Cell) -> tuple[int, str]:
    """Return the line of the page, and its text, where two sources part."""
    ours, theirs = a.source.splitlines(), b.source.splitlines()
    for number, (x, y) in enumerate(zip_longest(ours, theirs, fillvalue=""), 1):
        if x.partition("#")[0].rstrip() != y.partition("#")[0].rstrip():
            return a.source_line(number), x
    return a.line, a.text(1)


def _in_sections(path: str, text: str) -> dict[str | None, tuple[int, dict]]:
    """Return anchor → line of the heading, and the section's items by key."""
    rows, prose = text.splitlines(), read_prose(text, path)
    starts = [(1, None), *((line, anchor) for line, _, anchor in headings(prose))]
    sections = {anchor: (line, {}) for line, anchor in starts}

    def add(line: int, kind: str, key: str):
        anchor = next(anchor for start, anchor in reversed(starts) if start <= line)
        sections[anchor][1].setdefault(
            (kind, key), Item(path, line, kind, key, rows[line - 1]))

    for formula in find_formulas(text, path):
        if not formula.display:
            add(formula.line, "formula", formula.tex)
    for line, match in find_links(prose):
        target = match["target"]
        if not match["image"] and not re.match(r"[a-z]+:", target):
            add(line, "link", target)
    return sections


def _compare_sections(path: str, ours: dict, other: str, theirs: dict,
                      ) -> Iterator[AlternateError]:
    """Yield what a section's sentences have in one language only."""
    for anchor in ours.keys() & theirs.keys():
        (our_line, here), (their_line, there) = ours[anchor], theirs[anchor]
        for items, alternate in (
            ([here[key] for key in here.keys() - there.keys()], f"{other}:{their_line}"),
            ([there[key] for key in there.keys() - here.keys()], f"{path}:{our_line}"),
        ):
            for item in items:
                yield AlternateError(
                    f"the {item.kind} ‘{item.key}’ is not in this section of {alternate}",
                    path=item.path, line=item.line, text=item.text,
                    hint="say the same in both languages")
