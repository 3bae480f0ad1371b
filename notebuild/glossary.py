"""The glossary: one list of terms → a page in each language, and a check.

`docs/glossary.toml` holds the terms in groups; a line ``<!-- glossary: GROUP -->``
of a page becomes that group's entries, so the two languages cannot part. The
check holds all pages to it: links lead to terms that exist and call them by
their names, and no page uses a variant that a term asks to avoid.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import NotebuildError, PageError
from .formulas import check_formulas
from .paths import file_of, split_locale
from .prose import find_links, headings, read_prose
from .words import load_words

FILE, PAGE = "glossary.toml", "glossary.md"
_MARK = re.compile(r"^<!--\s*glossary:\s*(?P<group>[\w-]+)\s*-->\s*$", re.MULTILINE)
_LINK = re.compile(r"(?:^|.*/)glossary\.md(?:#(?P<anchor>.+))?$")


@dataclass(frozen=True)
class Term:
    """A term in all languages.

    Attributes:
        anchor: Where links find it: `glossary.md#anchor`.
        group: The group it is shown in.
        called: Language → what it is called there.
        use: `always` translated, kept in `english`, or translated in `prose`
            only (code, formulas and figures keep the English word).
        at: The section that introduces it, as a link: `rnn.md#memory`.
        text: Language → one sentence that says what it is.
        forms: Other names that a link may show.
        avoid: Variants that no page may use.
    """

    anchor: str
    group: str
    called: dict[str, str]
    use: str
    at: str
    text: dict[str, str]
    forms: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """Return all names of the term, in lower case and without backticks."""
        return [name.strip("`").lower() for name in (*self.called.values(), *self.forms)]


def load_terms(docs: Path, path: str, locales: Sequence[str]) -> dict[str, Term]:
    """Return anchor → term, in the order of the file; nothing if there is none.

    Args:
        docs: The folder of the notes.
        path: How messages call the file.
        locales: The languages that every term must have.

    Raises:
        PageError: The file is not as it must be.
    """
    file = docs / FILE
    if not file.is_file():
        return {}
    text = file.read_text("utf-8")
    try:
        groups = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PageError(f"cannot be read: {error}", path=path) from None
    terms = {}
    for group, entries in groups.items():
        for anchor, fields in entries.items():
            title = f"[{group}.{anchor}]"
            line = next((n for n, row in enumerate(text.splitlines(), 1)
                         if row.strip() == title), 1)
            needed = [*locales, "use", "at", *(f"{locale}_text" for locale in locales)]
            lacking = [name for name in needed if name not in fields]
            unknown = sorted(fields.keys() - {*needed, "forms", "avoid"})
            if lacking or unknown:
                raise PageError(
                    f"this term lacks {', '.join(lacking)}" if lacking else
                    f"a term has no {', '.join(unknown)}",
                    path=path, line=line, text=title,
                    hint=f"it has: {', '.join(needed)}; perhaps: forms, avoid")
            term = Term(
                anchor, group, {locale: fields[locale] for locale in locales},
                fields["use"], fields["at"],
                {locale: fields[f"{locale}_text"] for locale in locales},
                tuple(fields.get("forms", ())), tuple(fields.get("avoid", ())))
            if term.use not in ("always", "english", "prose") or anchor in terms:
                raise PageError(
                    "this term stands here twice" if anchor in terms else
                    f"‘{term.use}’ is no use", path=path, line=line, text=title,
                    hint="use: always, english or prose; one entry for an anchor")
            terms[anchor] = term
    return terms


def fill_groups(text: str, terms: dict[str, Term], locale: str,
                titles: dict[str, str]) -> str:
    """Return a page's Markdown with its marks replaced by the groups' entries.

    Args:
        text: The page.
        terms: Anchor → term.
        locale: The page's language.
        titles: A section's link (`rnn.md#memory`) → its heading.
    """
    words = load_words(locale, "glossary")

    def entry(term: Term) -> str:
        name = term.called[locale]
        about = [f'<span lang="{theirs}">{other}</span>'
                 for theirs, other in term.called.items() if other != name]
        about.append(words[term.use])
        return (f"### {name} {{ #{term.anchor} }}\n\n"
                f"{words['also'].join(about)}\n{{ .glossary-about }}\n\n"
                f"{term.text[locale]}\n"
                f"{words['at']} [{titles.get(term.at, term.at)}]({term.at}){words['end']}\n")

    return _MARK.sub(lambda match: "\n".join(
        entry(term) for term in terms.values() if term.group == match["group"]), text)


def check_terms(terms: dict[str, Term], texts: dict[str, str], path: str,
                ) -> list[NotebuildError]:
    """Return where pages and glossary do not agree.

    Args:
        terms: Anchor → term.
        texts: Path of the page → its Markdown.
        path: How messages call the glossary's file.
    """
    if not terms:
        return []
    failures: list[NotebuildError] = []
    shown: dict[str, set[str]] = {}
    for page, text in texts.items():
        if re.search(r"(^|/)glossary\.[^/]+\.md$", page):
            shown[page] = {match["group"] for match in _MARK.finditer(text)}
        failures += _check_page(terms, file_of(page), text)
    groups = {term.group for term in terms.values()}
    for page, found in shown.items():
        for group in sorted(groups ^ found):
            failures.append(PageError(
                f"the group ‘{group}’ is not shown" if group in groups else
                f"there is no group ‘{group}’ in {path}", path=page,
                hint=f"groups: {', '.join(sorted(groups))}"))
    titles = section_titles(texts)
    for term in terms.values():
        for sentence in term.text.values():
            try:
                check_formulas(sentence, path)
            except NotebuildError as error:
                failures.append(PageError(f"‘{term.anchor}’: {error.what}", path=path))
        if any(term.at not in found for found in titles.values()):
            failures.append(PageError(
                f"‘{term.anchor}’ is introduced in {term.at}, which is not there",
                path=path, hint="name a page and an anchor: rnn.md#memory"))
    return failures


def unlinked_terms(terms: dict[str, Term], texts: dict[str, str]) -> list[str]:
    """Return the anchors of terms that no page links to."""
    linked = {found["anchor"] for page, text in texts.items()
              for _, match in find_links(read_prose(text, file_of(page)))
              if (found := _LINK.match(match["target"]))}
    return [anchor for anchor in terms if anchor not in linked]


def section_titles(texts: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return language → a section's link (`rnn.md#memory`) → its heading."""
    titles: dict[str, dict[str, str]] = {}
    for page, text in texts.items():
        stem, locale = split_locale(page)
        if stem.endswith(".py"):
            continue  # terms are introduced in the chapters
        rows = text.splitlines()
        for line, _, anchor in headings(read_prose(text, page)):
            if anchor:
                title = re.sub(r"\s*\{[^{}]*\}\s*$", "", rows[line - 1]).lstrip("# ")
                titles.setdefault(locale, {})[f"{Path(stem).name}.md#{anchor}"] = title
    return titles


def _check_page(terms: dict[str, Term], page: str, text: str) -> list[PageError]:
    rows, prose, failures = text.splitlines(), read_prose(text, page), []

    def fail(line: int, what: str, hint: str):
        failures.append(PageError(what, path=page, line=line, text=rows[line - 1],
                                  hint=hint))

    for line, match in find_links(prose):
        if not (found := _LINK.match(match["target"])) or not found["anchor"]:
            continue
        term = terms.get(found["anchor"])
        words = rows[line - 1][match.start("text"):match.end("text")].lower()
        if term is None:
            fail(line, f"the glossary has no term ‘{found['anchor']}’",
                 f"its terms: {', '.join(terms)}")
        elif not any(name in words for name in term.names):
            fail(line, f"the glossary calls ‘{term.anchor}’ otherwise",
                 f"call it {' or '.join(term.names)}, or add the form there")
    rows_without = [re.sub(r"\]\([^)]*\)", "]", row) for row in prose]  # addresses
    whole = "\n".join(rows_without).lower()
    avoided = [(term, variant, re.compile(
        rf"(?<![A-Za-z]){re.escape(variant)}", re.IGNORECASE))
        for term in terms.values() for variant in term.avoid
        if variant.lower() in whole]  # seldom any
    for line, row in enumerate(rows_without, 1):
        for term, variant, pattern in avoided:
            if pattern.search(row):
                fail(line, f"‘{variant}’ is not what these notes call it",
                     "write " + ", ".join(f"{name} in ‘{locale}’"
                                         for locale, name in term.called.items()))
    return failures
