"""What a page is called: by its file and its language.

`page.zh.md` and `page.en.md` stand side by side. The languages of a lab share a
file, `lab.py`; `lab.py#zh` is one of them. Messages name the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Places:
    """Where the pages stand in the site.

    Attributes:
        locales: The languages of the site, the leading one first.
        address: Its public address, or ''.
    """

    locales: tuple[str, ...]
    address: str

    def locale(self, path: str) -> str:
        """Return a page's language."""
        return split_locale(path)[1] or self.locales[0]

    def home(self, locale: str) -> str:
        """Return the folder of a language: `en/`; '' of the leading one."""
        return "" if locale == self.locales[0] else f"{locale}/"

    def folder(self, path: str) -> str:
        """Return a page's folder in the site: `en/rnn/`; '' of the leading home."""
        return self.home(self.locale(path)) + site_address(path)

    def file(self, path: str) -> str:
        """Return a page's folder, with its name once more for its files.

        `docs/rnn.en.md` → `en/rnn/rnn`, `examples/sums.py#zh` → `labs/sums/sums`.
        """
        name = PurePosixPath(split_locale(path)[0]).name
        return self.folder(path) + name.removesuffix(".py")

    def address_of(self, path: str) -> str:
        """Return a page's public address, or '' if that of the site is not known."""
        return self.address and f"{self.address.rstrip('/')}/{self.folder(path)}"
