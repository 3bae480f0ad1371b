"""What the build itself says on pages: `languages/LOCALE.toml`, one file a language.

English is the measure: every other language has the same words, with the same
places to fill in.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from string import Formatter

from .errors import Failures, NotebuildError

FOLDER = Path(__file__).with_name("languages")
MEASURE = "en"


def load_words(locale: str, part: str) -> dict[str, str]:
    """Return a part of a language's words: name → text, in which `{}` are filled.

    Raises:
        NotebuildError, Failures: The language has no words, or not those of
            the measure.
    """
    return _checked(locale, _changed(locale), _changed(MEASURE))[part]


def _changed(locale: str) -> int:
    """Return when a language was edited last; a live server reads it again."""
    try:
        return (FOLDER / f"{locale}.toml").stat().st_mtime_ns
    except OSError:
        return 0


@cache
def _checked(locale: str, *changed: int) -> dict[str, dict[str, str]]:
    words, lines = _read(locale)
    measure = words if locale == MEASURE else _read(MEASURE)[0]
    ours, theirs = _flat(words), _flat(measure)
    failures = []

    def refuse(what: str, hint: str, line: int = 1):
        failures.append(NotebuildError(
            what, path=_shown(locale), line=line, text=lines[line - 1], hint=hint))

    def line_of(part: str, name: str) -> int:
        head = next((n for n, row in enumerate(lines, 1) if row.startswith(f"[{part}]")), 1)
        return next((n for n, row in enumerate(lines[head:], head + 1)
                     if row.partition("=")[0].strip() == name), head)

    for part, name in theirs.keys() - ours.keys():
        refuse(f"‘{name}’ is missing in [{part}]",
               f"in English it is: {theirs[part, name]}", line_of(part, name))
    for part, name in ours.keys() - theirs.keys():
        refuse(f"nothing says ‘{name}’ of [{part}]",
               f"remove it; {_shown(MEASURE)} has all that is said", line_of(part, name))
    for key in ours.keys() & theirs.keys():
        if _places(ours[key]) != _places(theirs[key]):
            refuse(f"‘{key[1]}’ is not filled as in English",
                   f"in English it is: {theirs[key]}", line_of(*key))
    if failures:
        failures.sort(key=lambda failure: (failure.line, failure.what))
        raise failures[0] if len(failures) == 1 else Failures(failures)
    return words


def _read(locale: str) -> tuple[dict[str, dict[str, str]], list[str]]:
    file = FOLDER / f"{locale}.toml"
    if not file.is_file():
        raise NotebuildError(
            f"the build has no words in ‘{locale}’", path=_shown(locale),
            hint=f"copy {_shown(MEASURE)} there and translate it")
    text = file.read_text("utf-8")
    try:
        return tomllib.loads(text), [*text.splitlines(), ""]
    except tomllib.TOMLDecodeError as error:
        raise NotebuildError(f"cannot be read: {error}", path=_shown(locale),
                             hint="mend the TOML") from None


def _flat(words: dict) -> dict[tuple[str, str], object]:
    return {(part, name): text for part, texts in words.items()
            if isinstance(texts, dict) for name, text in texts.items()}


def _places(text: object) -> list[str] | None:
    """Return what is filled in a text; None where it is no such text."""
    try:
        names = [name for *_, name, _, _ in Formatter().parse(text) if name is not None]
    except (TypeError, ValueError):
        return None
    return sorted({re.split(r"[.[]", name)[0] or str(number)
                   for number, name in enumerate(names)})


def _shown(locale: str) -> str:
    return f"{FOLDER.parent.name}/{FOLDER.name}/{locale}.toml"
