"""What a site has besides its pages: notebooks, scripts, books, cards and feeds."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path

import nbformat

from . import cards, environment, takehome
from .epub import Book, make_epub
from .feed import Change, feed_name, make_feed
from .figures import picture
from .graph import Node
from .kept import Files, Kept
from .labs import script_parts
from .metadata import CARD, Head
from .model import Cell
from .notebook import make_notebook, make_script
from .paper import Paper
from .paths import Places, file_of
from .prose import first_title
from .stamp import list_versions
from .store import digest
from .words import load_words

# What makes notebooks, scripts and books, besides this package.
_TOOLS = ("nbformat", "jupytext", "beautifulsoup4")


class Publication:
    """What readers take home from each page, and what the whole site has.

    Args:
        root: The project's folder; paths of pages start from it.
        docs: The folder of the notes.
        home: Where notebooks and scripts are written; a lab's page is made of its own.
        places: Where the pages stand.
        commit: That of the notes, or None.
        kept: What a server has made before.
        files: What earlier builds have made.
    """

    def __init__(self, root: Path, docs: Path, home: Path, places: Places,
                 commit: str | None, kept: Kept, files: Files):
        self.root, self.home, self.places, self.commit = root, home, places, commit
        self.assets, self.figures = docs / "assets", docs / "figures"
        self.kept, self.files = kept, files
        self.books: dict[str, Path] = {}

    @cached_property
    def _moment(self):
        return environment.moment(self.root)

    @cached_property
    def _paper(self) -> Paper:
        return Paper(self.assets)

    @cached_property
    def _looks(self) -> list[str]:
        """Return what decides how figures and books look: digests and versions."""
        return [digest(file) for folder in (self.figures, self.assets)
                for file in sorted(folder.rglob("*")) if file.is_file()
                ] + [*map(version, _TOOLS)]

    def _stand_alone(self, svg: str) -> str:
        """Return `Paper.stand_alone` of a drawing, which takes long: it is searched for
        the selectors of the style sheets."""
        return self.files.get([svg, *self._looks], ".svg", lambda: (
            self._paper.stand_alone(svg).encode())).read_text("utf-8")

    def hold(self, paths: Sequence[str]) -> None:
        """Write an empty notebook for each page that has none: its page says why."""
        for path in paths:
            file = self.home / f"{self.places.file(path)}.ipynb"
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.exists():
                nbformat.write(nbformat.v4.new_notebook(), file)

    def write(self, path: str, text: str, cells: Sequence[Cell], nodes: Sequence[Node],
              values: Callable[[Cell], str], outputs: Callable[[Cell], list[dict]]) -> None:
        """Write a page as a notebook and as a script.

        Args:
            path: The page.
            text: Its Markdown.
            cells: Its cells.
            nodes: Theirs, and those of cells of other pages that quote this one.
            values: An inline cell → its value.
            outputs: Any other cell → its outputs.
        """
        locale, address = self.places.locale(path), self.places.address_of(path)
        own = [node for node in nodes if not node.cell.lab and node.record]
        source = (self.root / file_of(path)).read_text("utf-8")
        words = str(load_words(locale, "home"))  # a server reads them again

        def make(scripts: tuple[tuple[int, str], ...]) -> nbformat.NotebookNode:
            return make_notebook(
                text, file_of(path), cells, values, outputs, address, locale,
                pictures=lambda name: picture(
                    name, locale, self.figures, self._stand_alone),
                needs=takehome.list_needs([i for node in own for i in node.imported]),
                scripts=scripts, closing=takehome.closing_words(
                    first_title(text), address,
                    list_versions([vars(node.record) for node in own]),
                    self.commit, locale))

        def write() -> None:
            known = [path, text, source, address, str(self.commit), *self._looks, words,
                     *(str(node.record) for node in nodes)]
            parts = script_parts(source, file_of(path)) if path != file_of(path) else ()
            file = self.home / f"{self.places.file(path)}.ipynb"
            file.parent.mkdir(parents=True, exist_ok=True)
            whole = cache(make)  # one for both, where no part is the script's alone
            shutil.copyfile(self.files.get(
                known, ".ipynb", lambda: nbformat.writes(whole(())).encode()), file)
            shutil.copyfile(self.files.get(
                known, ".py", lambda: make_script(whole(tuple(parts))).encode()),
                file.with_suffix(".py"))

        # The script has parts that no page shows, so the source counts as well.
        self.kept.get(("home", path), (text, source, address, self._looks, words,
                                       [node.record for node in nodes]), write)

    def add_book(self, path: str, html: str, title: str, about: str) -> None:
        """Make a page's EPUB.

        Args:
            path: The page.
            html: Its content, as the theme's template gets it.
            title: Its title.
            about: What it is about, in a sentence.
        """
        book = Book(title, about, self.places.locale(path), self.places.file(path),
                    self.places.address_of(path), self._moment, self.commit)
        self.books[path] = self.files.get(
            [html, str(book), *self._looks], ".epub",
            lambda: make_epub(html, book, self._paper, self._stand_alone))

    def put(self, folder: Path, paths: Sequence[str]) -> None:
        """Put beside pages what readers take home.

        Args:
            folder: The folder of the built site.
            paths: Pages that have cells.
        """
        for path in paths:
            for kind in ("py", "ipynb"):
                file = f"{self.places.file(path)}.{kind}"
                if (self.home / file).exists() and (folder / file).parent.exists():
                    shutil.copyfile(self.home / file, folder / file)
        for path, book in self.books.items():
            shutil.copyfile(book, folder / f"{self.places.file(path)}.epub")

    def put_cards(self, folder: Path, heads: Mapping[str, Head]) -> None:
        """Draw the card of each page, by what its head says."""
        drawn_by = [version(package) for package in cards.PACKAGES]
        for path, head in heads.items():
            if (folder / self.places.folder(path)).exists():
                shutil.copyfile(self.files.get(
                    [head.title, head.site, *drawn_by], ".png",
                    lambda head=head: cards.draw(head.title, head.site),
                ), folder / self.places.folder(path) / CARD)

    def put_feeds(self, folder: Path, changes: Mapping[str, list[Change]],
                  names: Mapping[str, str]) -> None:
        """Write a feed for each language that has changes; `names` are the site's."""
        root = self.places.address.rstrip("/") + "/"
        for locale in filter(changes.get, names):
            feed = make_feed(changes[locale], locale, names[locale], root,
                             root + self.places.home(locale))
            (folder / feed_name(locale)).write_text(feed, "utf-8")
