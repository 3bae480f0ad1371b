"""What a page is called: by its file and its language.

`page.zh.md` and `page.en.md` stand side by side. The languages of a lab share a
file, `lab.py`; `lab.py#zh` is one of them. Messages name the file.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_SUFFIX = re.compile(r"^(?P<stem>.+)\.(?P<locale>[a-z]{2}(-[A-Za-z]+)?)\.md$")


def split_locale(path: str) -> tuple[str, str | None]:
    """Return a page's path without its language, and the language."""
    stem, mark, locale = path.partition("#")
    if mark:
        return stem, locale
    match = _SUFFIX.match(path)
    return (match["stem"], match["locale"]) if match else (path, None)


def join_locale(stem: str, locale: str) -> str:
    """Return the path of a page in a language; see `split_locale`."""
    return f"{stem}#{locale}" if stem.endswith(".py") else f"{stem}.{locale}.md"


def site_address(path: str) -> str:
    """Return a page's address below the home of its language: `rnn/`, `labs/lab/`.

    Args:
        path: What the page is called, or its file, below the project's folder.
    """
    stem, _ = split_locale(path)
    if stem.endswith(".py"):
        return f"labs/{PurePosixPath(stem).stem}/"
    parts = PurePosixPath(stem).parts[1:]  # without the folder of the notes
    return "".join(f"{part}/" for part in parts if (part, part) != (parts[-1], "index"))


def file_of(path: str) -> str:
    """Return the file of a page, as messages name it."""
    return path.partition("#")[0]
