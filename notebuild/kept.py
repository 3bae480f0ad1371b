"""What is kept from one build to the next beside the results."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from copy import deepcopy
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

from .environment import CODE
from .shared import locate_store

# This package's words and styles.
WORDS = sha256(b"\0".join(
    file.read_bytes() for file in sorted(Path(__file__).parent.rglob("*.*"))
    if file.suffix in (".css", ".toml"))).hexdigest()
# What a notebook's HTML depends on besides the notebook.
_JUPYTER = ("mkdocs-jupyter", "nbconvert", "jupytext", "pygments")
# What the entries of a search index depend on besides the page.
SEARCH = ("mkdocs-material", "jieba")
UNUSED = 24 * 60 * 60  # seconds after which a file is forgotten


class Kept:
    """What was made, for as long as that from which it was made is the same.

    Attributes:
        lasting: Whether anything is kept. What a build makes once, nobody asks for again.
    """

    def __init__(self, lasting: bool = True):
        self.lasting = lasting
        self._made: dict[Hashable, tuple[object, object]] = {}

    def get(self, place: Hashable, source: object, make: Callable[[], object]):
        """Return what `make` returns, or has returned here for an equal source."""
        if not self.lasting:
            return make()
        known = self._made.get(place)
        if known is None or known[0] != source:
            known = self._made[place] = source, make()
        return known[1]


class Files:
    """Files that were made, for as long as that from which they were made is the same.

    Args:
        folder: Where they are.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    def get(self, source: Iterable[str], suffix: str, make: Callable[[], bytes]) -> Path:
        """Return the file of what `make` returns, or has returned for the same source.

        Args:
            source: What they depend on besides this package.
            suffix: That of the file.
        """
        name = sha256("\0".join([CODE, WORDS, *source]).encode()).hexdigest()[:32]
        file = self.folder / f"{name}{suffix}"
        try:
            os.utime(file)  # the time of its last use
        except FileNotFoundError:
            made = make()
            self.folder.mkdir(parents=True, exist_ok=True)
            part = file.with_suffix(f".{uuid4().hex}.part")  # others may make it too
            part.write_bytes(made)
            part.replace(file)
        return file

    def value(self, source: Iterable[str], make: Callable[[], object]):
        """Return what `make` returns, or has returned for the same source, as of JSON."""
        file = self.get(source, ".json", lambda: json.dumps(
            make(), ensure_ascii=False, separators=(",", ":")).encode())
        return json.loads(file.read_bytes())

    def forget(self) -> None:
        """Delete what nobody has asked for of late; another build may be at work."""
        for file in self.folder.glob("*"):
            with suppress(FileNotFoundError):
                if time.time() - file.stat().st_mtime > UNUSED:
                    file.unlink()


def render_once(page, what: str, render: Callable, kept: Kept, config, files) -> None:
    """Render a page of MkDocs, unless it was rendered from the same Markdown before.

    Args:
        page: The page.
        what: What of it; a notebook and its prose are rendered apart.
        render: What does so, with the two last arguments.
        kept: What it was rendered to.
        config: The site's configuration.
        files: The site's files; its links lead to them.
    """
    def make() -> dict[str, object]:
        before = {**vars(page)}
        render(config, files)
        return {name: value for name, value in vars(page).items()
                if value is not before.get(name)}

    source = (page.markdown, [f.src_uri for f in files],
              Path(config.config_file_path).stat().st_mtime_ns)
    vars(page).update(kept.get((what, page.file.src_uri), source, make))
    page.toc = deepcopy(page.toc)  # values are put into its titles


def index_once(index, files: Callable[[], Files]) -> None:
    """Have a search index read a page only where it is another one.

    Args:
        index: That of the theme's search.
        files: Returns where the entries are kept.
    """
    add = index.add_entry_from_context
    settings = json.dumps([index.config, *map(version, SEARCH)], default=str)

    def add_once(page) -> None:
        start = len(index.entries)

        def make() -> list[dict]:
            add(page)
            return index.entries[start:]

        about = json.dumps([page.url, page.title, page.meta], default=str)
        index.entries[start:] = files().value(
            ["index", settings, about, page.content], make)

    index.add_entry_from_context = add_once


def notebooks(root: Path, locale: str, published: bool) -> Path:
    """Return the folder of the notebooks that mkdocs-jupyter has set in a language.

    It deletes what it has not used, so a server has a folder of its own.
    """
    name = "-".join(["jupyter", *([] if published else ["live"]), *map(version, _JUPYTER)])
    return _folder(root, name) / locale


def templates(root: Path) -> Path:
    """Return the folder of Jinja's compiled templates."""
    folder = _folder(root, "jinja")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def made(root: Path) -> Path:
    """Return the folder of the files that were made besides results; see `Files`."""
    return _folder(root, "made")


def home(root: Path, published: bool) -> Path:
    """Return the folder of what readers take home; that of a server is its own."""
    return _folder(root, "home" if published else "home-live")


def _folder(root: Path, name: str) -> Path:
    return locate_store(root)[0].absolute() / name
