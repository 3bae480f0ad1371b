"""The stages joined: a folder of notes → executed pages.

Both the command line and MkDocs' hooks speak to this class only.
"""

from __future__ import annotations

import json
import os
import posixpath
import threading
from collections.abc import Callable, Container
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

from rich.console import Console

from . import drift, environment, evict, glossary, kept, takehome
from .benchmarks import fill_benchmarks
from .cluster import Cluster
from .environment import Settings
from .errors import Failures, NotebuildError, PageError
from .extract import extract_cells, read_text
from .feed import Change, feed_name, find_changelogs, read_changes
from .figures import check_figures, fill_figures, mark_figures
from .formulas import Formula, check_formulas, fill_formulas, find_formulas, mark_formulas
from .graph import Node
from .inject import fill_marks, has_marks, mark_cells, render_value, render_waiting
from .journal import make_journal, read_journal, write_journal
from .kept import Kept
from .labs import read_lab
from .live import Live
from .locales import check_alternates, check_settings, read_locales
from .metadata import CARD, Head, region
from .model import Cell, Page
from .normalise import normalise_outputs
from .notebook import code_inputs
from .paths import Places, file_of, join_locale, site_address, split_locale
from .progress import Progress
from .programs import render_program
from .prose import first_question, first_title, plain_text
from .publication import Publication
from .render import render_outputs, render_stamp
from .report import Report, Row, make_report
from .report_page import fill_report
from .schedule import Build, plan, run
from .shared import locate_store, open_store
from .stamp import list_versions, render_build_state
from .trace import make_trace
from .verify import compare_outputs
from .words import load_words


LABS = "examples"
BUILD_STATE, BUILD_REPORT = "<!-- build-state -->", "<!-- build-report:"


class Site:
    """A site's notes and their results.

    Args:
        root: The project's folder; paths in messages start from it.
        docs: The folder of the notes in it.
        locales: The languages of every page, the leading one first; those of
            mkdocs.yml if not given.
        address: The public address of the site, or ''.
        repository: The public address of its repository, or ''.
        published: Whether what only readers of the published site need is made as
            well: books, cards and feeds. An author who writes waits for none.
        earlier: The same site as this process has shown it before. What is as
            it was is not made again.
    """

    def __init__(self, root: Path, docs: str = "docs",
                 locales: tuple[str, ...] = (), address: str = "",
                 repository: str = "", published: bool = True,
                 earlier: Site | None = None):
        self.root, self.docs = Path(root), Path(root) / docs
        self.locales = locales or read_locales(self.root)
        self.address, self.repository, self.published = address, repository, published
        self.figures, self.labs = self.docs / "figures", self.root / LABS
        self.store = earlier.store if earlier else open_store(*locate_store(self.root))
        self.kept = earlier.kept if earlier else Kept()
        self.files = earlier.files if earlier else kept.Files(kept.made(self.root))
        # On all pages the same, or an author's first edit would change every one.
        self.commit = earlier.commit if earlier else environment.commit(self.root)
        self.places = Places(self.locales, address)
        self.publication = Publication(
            self.root, self.docs, kept.home(self.root, published), self.places,
            self.commit, self.kept, self.files)
        self.build = Build()
        self.cells: dict[str, tuple[Cell, ...]] = {}
        self.nodes: dict[tuple[str, Cell], Node] = {}  # by language and cell
        self.rendered: dict[str, list[str]] = {}
        self.formulas: dict[str, tuple[Formula, ...]] = {}
        self.heads: dict[str, Head] = {}
        self.changes: dict[str, list[Change]] = {}
        self.texts: dict[str, str] = {}
        self.terms: dict[str, glossary.Term] = {}
        self.titles: dict[str, dict[str, str]] = {}  # of sections, by language and link
        self.problem: NotebuildError | None = None
        self.live: Live | None = None

    def pages(self) -> list[Page]:
        """Return all pages, compared with their alternates.

        Raises:
            NotebuildError: Some page cannot be executed or differs from its
                alternate; all such pages are named.
        """
        for locale in self.locales:
            load_words(locale, "page")  # what is missing is said once, and first
        texts, failures = self._read()
        try:
            check_settings(self.root)
        except NotebuildError as error:
            failures.append(error)
        pages = []
        for path, text in texts.items():
            file = file_of(path)
            try:
                pages.append(Page(path, extract_cells(text, file)))
                check_formulas(text, file)
                check_figures(text, file, self.places.locale(path), self.figures)
            except NotebuildError as error:
                failures.append(error)
        if not failures:
            try:
                check_alternates(pages, texts, self.locales)
            except NotebuildError as error:
                failures.append(error)
            try:
                self.changes = read_changes(find_changelogs(self.root, self.locales))
            except NotebuildError as error:
                failures.append(error)
            path = self.name(self.docs / glossary.FILE)
            self.texts, self.terms = texts, glossary.load_terms(
                self.docs, path, self.locales)
            self.titles = glossary.section_titles(texts)
            failures += glossary.check_terms(self.terms, texts, path)
        # The leading language first: its lines are the ones that failures name.
        order = {locale: n for n, locale in enumerate(self.locales)}
        pages.sort(key=lambda page: order.get(split_locale(page.path)[1], 0))
        self.cells = {page.path: page.cells for page in pages}
        pages = self._with_readers(pages, failures)
        if failures:
            raise failures[0] if len(failures) == 1 else Failures(failures)
        return pages

    def _read(self) -> tuple[dict[str, str], list[NotebuildError]]:
        """Return path → Markdown of all pages, and what could not be read."""
        texts, failures = {}, []
        for file in [*sorted(self.docs.rglob("*.md")), *sorted(self.labs.glob("*.py"))]:
            path = self.name(file)
            try:
                text = read_text(file, path)
                texts |= {path: text} if file.suffix == ".md" else {
                    join_locale(path, locale): page for locale, page in
                    read_lab(text, path, self.locales).items()}
            except NotebuildError as error:
                failures.append(error)
        return texts, failures

    def _with_readers(self, pages: list[Page], failures: list) -> list[Page]:
        """Return the pages, inline cells that read a lab's names moved there."""
        given: dict[str, list[Cell]] = {}
        for page in pages:
            for cell in page.cells:
                if cell.lab:
                    lab = join_locale(f"{LABS}/{cell.lab}.py", self.places.locale(page.path))
                    if cell.lab not in self.lab_names():
                        failures.append(PageError(
                            f"there is no lab ‘{cell.lab}’", path=cell.path,
                            line=cell.line, text=f"`{{python {cell.lab}}} {cell.source}`",
                            hint=f"name a file of {LABS}/, without its .py"))
                    given.setdefault(lab, []).append(cell)
        return [Page(page.path, tuple(cell for cell in page.cells if not cell.lab)
                     + tuple(given.get(page.path, ()))) for page in pages]

    def lab_names(self) -> list[str]:
        """Return the labs, in the order of their names."""
        return [file.stem for file in sorted(self.labs.glob("*.py"))]

    def lab_notebook(self, name: str, locale: str) -> Path:
        """Return the file of a lab's executed notebook in a language."""
        place = self.places.file(f"{LABS}/{name}.py#{locale}")
        return self.publication.home / f"{place}.ipynb"

    def name(self, file: Path) -> str:
        """Return what a file of the notes, or a lab's notebook, is called."""
        if (home := self.publication.home) in file.parents:
            inner = file.relative_to(home).parts
            locale = inner[0] if inner[0] in self.locales else self.locales[0]
            return join_locale(f"{LABS}/{file.stem}.py", locale)
        return file.resolve().relative_to(self.root.resolve()).as_posix()

    def check(self) -> int:
        """Check all pages without executing anything; return how many cells.

        Raises:
            NotebuildError: Something is not as it must be.
        """
        nodes = plan(self.pages(), self.store)
        return len({node.key for page in nodes.values() for node in page})

    def notices(self) -> list[str]:
        """Return what is worth a look in pages that were checked."""
        unlinked = glossary.unlinked_terms(self.terms, self.texts)
        return drift.find_drift(self._groups(), self.root) + ([
            f"no page links to these terms of the glossary: {', '.join(unlinked)}"
        ] if unlinked else [])

    def accept(self, page: str) -> str:
        """Note that a page that was checked is in line with its alternates.

        Raises:
            NotebuildError: There is no such page or section.
        """
        return drift.accept(page, self._groups(), self.root)

    def _groups(self) -> dict[str, dict[str, str]]:
        """Return a page's path without its language → language → text."""
        return {stem: {locale: self.texts[join_locale(stem, locale)]
                       for locale in self.locales}
                for stem in sorted({split_locale(path)[0] for path in self.texts})}

    def run(self, *, quiet: bool = False,
            meanwhile: Callable[[], object] | None = None) -> Build:
        """Execute what is not stored yet, and render all outputs.

        Args:
            quiet: Say nothing but what has failed.
            meanwhile: As for `schedule.run`.

        Raises:
            NotebuildError: Nothing could be executed. What failed on the way
                is in the result's `failures`.
        """
        workers = os.environ.get("NOTEBUILD_WORKERS")
        if workers and (not workers.isdigit() or not int(workers)):
            raise NotebuildError(f"NOTEBUILD_WORKERS is ‘{workers}’",
                                 hint="give the number of tasks to run at once")
        limit = evict.read_limit()
        progress = Progress(quiet=quiet, memory=self.store.root / "times.json")
        with evict.in_use(self.store):
            self._build(workers and int(workers), progress, meanwhile)
        if not self.build.failures:
            notice = evict.evict(self.store, self._keys(), limit)
            if notice:
                progress.notice(notice)
        return self.build

    def _build(self, workers: int | None, progress: Progress,
               meanwhile: Callable[[], object] | None) -> None:
        """Do the work of `run`."""
        try:
            pages = self.pages()
        except NotebuildError as error:
            self.problem = error
            raise
        scheduler, threads, executor = os.environ.get("DASK_SCHEDULER_ADDRESS"), 1, None
        if scheduler:
            executor = Cluster(scheduler, self.store, progress.report)
        else:
            # One more than cores: three trainings on two cores then end together,
            # instead of leaving one core idle while the third is run.
            cores = environment.cores()
            workers = workers or cores + 1
            threads = max(cores // workers, 1)
        self.build = run(pages, self.store, self._settings(threads), executor=executor,
                         workers=workers, progress=progress, meanwhile=meanwhile)
        self._find_nodes(self.build.nodes)
        if self.build.tasks:  # else the last journal stays
            write_journal(make_journal(self.build.tasks, self._lines()), self.store.root)
        # Now, not page by page: a fault must show before anything is written.
        self.rendered = {path: self._render(path) for path in self.cells}
        if not self.build.failures:
            self._write_home()

    def make_live(self) -> Live:
        """Return what executes while the site is served; it outlives this object."""
        return Live(self.store, self._settings(1), environment.cores() + 1,
                    lambda: Progress(memory=self.store.root / "times.json", least=2.0))

    def show(self, live: Live) -> None:
        """Render what the store has; what it lacks is executed meanwhile.

        Args:
            live: Goes on with these pages.

        Raises:
            NotebuildError: The pages cannot be executed; they say why.
        """
        try:
            live.settings = self._settings(1)  # the commit may be another one
            self.build = live.update(self.pages())
        except NotebuildError as error:
            self.problem = error
            self.publication.hold([f"{LABS}/{name}.py#{locale}" for name in self.lab_names()
                                   for locale in self.locales])
            raise
        self.live = live
        self._find_nodes(self.build.nodes)
        self.rendered = {path: self._render(path) for path in self.cells}
        self._write_home()

    def state(self, path: str, numbers: list[int]) -> dict[int, dict[str, str]]:
        """Return what there is by now of a page's cells that were waiting.

        Returns:
            Number → `html` where the cell is done or has failed, else `text`.
        """
        if self.live:
            self._find_nodes(self.live.merge(self.build.nodes))
        state = {}
        for number, cell in enumerate(self.cells.get(path, ())):
            node = self.nodes.get((self.places.locale(path), cell))
            if number not in numbers or node is None:
                continue
            reason = self.live and self.live.build.reason(node)
            if node.done:
                state[number] = {"html": self._output(path, cell)}
            elif reason:
                state[number] = {"html": self._show([_as_output(reason)], node, path)}
            else:
                state[number] = {"text": self.live.say(node, self.places.locale(path))}
        return state

    def _find_nodes(self, plan: dict[str, list[Node]]) -> None:
        self.build.nodes = plan
        self.nodes = {(self.places.locale(path), node.cell): node
                      for path, nodes in plan.items() for node in nodes}

    def _lines(self) -> dict[str, str]:
        """Return key → where its cell stands, in the leading language."""
        return {node.key: f"{node.cell.path}:{node.cell.line}"
                for nodes in reversed(self.build.nodes.values()) for node in nodes}

    def _keys(self) -> set[str]:
        """Return the keys of all cells of all pages."""
        return {node.key for nodes in self.build.nodes.values() for node in nodes}

    def remove_unused(self) -> tuple[int, int]:
        """Remove stored results that no cell refers to; return how many, and bytes.

        Raises:
            NotebuildError: Some cell is not executed yet, or a build is at work.
        """
        with evict.alone(self.store):
            self.build.nodes = plan(self.pages(), self.store)
            ahead = [node.cell for nodes in self.build.nodes.values()
                     for node in nodes if not node.done]
            if ahead:  # what it would find out may decide which results others use
                raise NotebuildError(
                    "this cell is not executed yet, so what is unused cannot be known",
                    path=ahead[0].path, line=ahead[0].line, text=ahead[0].text(1),
                    hint="build first: python -m notebuild run")
            return evict.remove_unused(self.store, self._keys())

    def verify(self, console: Console) -> int:
        """Run each page top to bottom; return how many outputs agree.

        Each page in one kernel of its own, as many pages at once as cores.

        Raises:
            Difference, Failures: Some output is not what the graph published.
        """
        from .execute import execute_page

        self.run().check()
        failures: list[NotebuildError] = []
        checked: set[str] = set()
        stop = threading.Event()

        def compare(path: str, nodes: list[Node]) -> None:
            console.print(f"notebuild: {path}: {len(nodes)} cells top to bottom …")
            fresh = execute_page(
                Page(path, tuple(node.cell for node in nodes)), self._settings(1),
                lambda event, cell, _: event == "start" and console.print(
                    f"notebuild: {cell.path}:{cell.line} …"), stop)
            for node, outputs in zip(nodes, fresh, strict=True):
                try:
                    compare_outputs(
                        node.cell, self.store.result(node.key).outputs, outputs)
                except NotebuildError as error:
                    failures.append(error)

        with (evict.in_use(self.store),
              ThreadPoolExecutor(environment.cores()) as pool):
            done = []
            for path, nodes in self.build.nodes.items():
                # Not the same cells as of a page that is run already.
                if not {node.key for node in nodes} <= checked:
                    checked |= {node.key for node in nodes}
                    done.append(pool.submit(compare, path, nodes))
            try:
                for future in done:
                    future.result()
            except BaseException:
                stop.set()
                pool.shutdown(cancel_futures=True)
                raise
        if failures:
            raise failures[0] if len(failures) == 1 else Failures(failures)
        return len(checked)

    def markdown(self, text: str, file: Path) -> str:
        """Return a page's Markdown with marks where its outputs will stand."""
        path = self.name(file)
        is_lab = path != file_of(path)
        if is_lab:
            text = self.texts.get(path, "")
        if self.problem:
            return text
        locale = self.places.locale(path)
        text = glossary.fill_groups(text, self.terms, locale,
                                    self.titles.get(locale, {}))
        text = fill_benchmarks(text, file_of(path), self.docs, locale)
        self.formulas[path] = find_formulas(text, file_of(path))
        text = mark_figures(mark_formulas(text, file_of(path)), file_of(path))
        return mark_cells(text, file_of(path), claim=load_words(locale, "page")["claim"],
                          fences=not is_lab)

    def html(self, html: str, file: Path, notebook: str | None = None,
             about: str = "") -> str:
        """Return a page's HTML with its outputs and its stamp.

        Args:
            html: What Markdown has made of the page.
            file: The page's file.
            notebook: For a lab: its notebook, as mkdocs-jupyter has set it.
            about: What the page is about, in a sentence.
        """
        if self.problem:  # only a live server gets here: it shows what to mend
            return render_outputs(
                [_as_output(self.problem)], cell_id="problem", alt=None,
                locale=self.places.locale(self.name(file))) + html
        path = self.name(file)
        records = [vars(node.record) for node in self.build.nodes.get(path, [])
                   if node.record and not node.cell.lab]
        stamp = render_stamp(records, locale=self.places.locale(path), commit=self.commit)
        html = fill_figures(html, self.places.locale(path), self.figures)
        html = fill_formulas(html, self.formulas.get(path, []), self.places.locale(path))
        if BUILD_STATE in html:
            html = html.replace(BUILD_STATE, self._state(self.places.locale(path)))
        if BUILD_REPORT in html:
            html = self._fill_report(html, path)
        rendered = self.rendered.get(path, [])
        if notebook is not None:
            blocks = [n for n, cell in enumerate(self.cells[path]) if not cell.inline]
            rendered = [*rendered]
            for n, code in zip(blocks, code_inputs(notebook), strict=True):
                rendered[n] = code + rendered[n]
        if self._runs(path):
            place = self.places.file(path)
            links = takehome.render_links(
                Path(place).name, self.places.locale(path), epub=self._is_book(path),
                colab=takehome.colab_address(self.repository, f"{place}.ipynb"))
            title, end, rest = html.partition("</h1>")
            html = title + end + links + rest
        html = fill_marks(html, rendered) + stamp
        if self._is_book(path):
            self.publication.add_book(path, html, first_title(self.texts[path]), about)
        return html

    def description(self, file: Path) -> str:
        """Return the question that a lab asks below its title, in plain words."""
        return first_question(self.texts.get(self.name(file), ""))

    def head(self, file: Path, site: str) -> Head:
        """Return what a page says of itself, in its head.

        Args:
            file: The page's file.
            site: What the site is called in the page's language.
        """
        path = self.name(file)
        stem, locale = split_locale(path)[0], self.places.locale(path)
        title = site_address(path) and plain_text(first_title(self.texts.get(path, "")))
        head = Head(title or site, site, region(locale))
        if self.address:
            head = replace(
                head, address=self.places.address_of(path),
                alternates=tuple((other, self.places.address_of(join_locale(stem, other)))
                                 for other in self.locales))
        if self.address and self.published:
            head = replace(head, card=head.address + CARD,
                           feed=feed_name(locale) if self.changes.get(locale) else "")
        self.heads[path] = head
        return head

    def title(self, title: str, file: Path) -> str:
        """Return a heading's text with the values of its inline expressions."""
        if not has_marks(title):
            return title
        path = self.name(file)
        return fill_marks(title, [self._value(path, cell) if cell.inline else ""
                                  for cell in self.cells.get(path, ())])

    def _state(self, locale: str) -> str:
        """Return the state of the build as HTML."""
        done = {node.key: node for nodes in self.build.nodes.values()
                for node in nodes if node.record}.values()
        return render_build_state(
            [vars(node.record) for node in done], locale=locale, commit=self.commit,
            claims=sum(node.cell.claim is not None for node in done))

    def report(self, locale: str, executed: Container[str]) -> Report:
        """Return what the cells of a language cost; see `report.make_report`."""
        nodes = {path: nodes for path, nodes in self.build.nodes.items()
                 if self.places.locale(path) == locale}
        return make_report(nodes, executed, read_journal(self.store.root),
                           self.store.usage())

    def last_report(self) -> Report:
        """Return the report of what is stored, and of the last build that executed.

        Raises:
            NotebuildError: Some page cannot be executed.
        """
        self.build.nodes = plan(self.pages(), self.store)
        journal = read_journal(self.store.root)
        return self.report(self.locales[0], journal.executed if journal else ())

    def write_trace(self, file: Path) -> int:
        """Write the trace of the last build that executed; return how many tasks.

        Raises:
            NotebuildError: There was none, or the file cannot be written.
        """
        journal = read_journal(self.store.root)
        if journal is None:
            raise NotebuildError(
                "no build has written a journal into this store yet", path=self.store.root,
                hint="a build that executes something does: python -m notebuild run")
        try:
            file.write_text(json.dumps(make_trace(journal)), "utf-8")
        except OSError as error:
            raise NotebuildError(f"cannot be written: {error.strerror}", path=file,
                                 hint="name another file") from None
        return len(journal.tasks)

    def _fill_report(self, html: str, path: str) -> str:
        locale, home = self.places.locale(path), site_address(path) or "."

        def link(row: Row) -> str:
            page = posixpath.relpath(site_address(row.path) or ".", home)
            return f"{page}/" + (f"#cell-{row.number}" if row.number else "")

        return fill_report(
            html, lambda: self.report(locale, self.build.executed), locale=locale,
            path=file_of(path), link=link, titles=lambda: {
                file_of(name): first_title(text) or file_of(name)
                for name, text in self.texts.items() if self.places.locale(name) == locale})

    def _render(self, path: str) -> list[str]:
        """Return the HTML of a page's outputs, one for each cell."""
        parts = []
        for number, cell in enumerate(self.cells[path]):
            node = self.nodes.get((self.places.locale(path), cell))
            if self.live and node and not node.done and not self.build.reason(node):
                parts.append(render_waiting(
                    path, number, self.live.say(node, self.places.locale(path)), cell.inline))
                continue
            try:
                parts.append(self._output(path, cell))
            except NotebuildError as error:
                self.build.failures.append(error)
                parts.append("")
        return parts

    def _output(self, path: str, cell: Cell) -> str:
        if cell.inline:
            return render_value(self._value(path, cell))
        outputs = self._outputs(path, cell)
        drawn = any("image/svg+xml" in o.get("data", {}) or "image/png" in
                    o.get("data", {}) for o in outputs)
        if drawn and not cell.options.alt:
            raise NotebuildError(
                "this cell draws a figure without a text alternative",
                path=cell.path, line=cell.line, text=cell.text(1),
                hint="say what it shows: <!-- cell: alt=\"…\" --> above the fence, "
                "in a lab in the last row of the prose")
        return self._show(outputs, self.nodes[self.places.locale(path), cell], path)

    def _show(self, outputs: list[dict], node: Node, path: str) -> str:
        """Return outputs as they stand on a page, below their cell."""
        number, alt = f"c{node.index}", node.cell.options.alt
        return self._program(path, node) + self.kept.get(
            ("shown", path, number), (outputs, alt), lambda: render_outputs(
                outputs, cell_id=number, alt=alt, locale=self.places.locale(path)))

    def _program(self, path: str, node: Node) -> str:
        """Return what offers a cell's program, and what links to the cell lead to."""
        nodes = self.build.nodes[path]

        def block(index: int) -> int:
            return sum(not other.cell.inline for other in nodes[:index])

        def versions(other: Node) -> str:
            return self.kept.get(("versions", other.key), other.record, lambda: ", ".join(
                list_versions([vars(other.record)] if other.record else [])))

        # The versions stand once on a page; further cells name that one.
        first = next(other for other in nodes
                     if not other.cell.inline and versions(other) == versions(node))
        leads = node is next(other for other in nodes if not other.cell.inline)
        return render_program(
            node.index + 1, [block(i) for i in (*node.program, node.index)],
            versions(node), None if first is node else block(first.index),
            load_words(self.places.locale(path), "program") if leads else None)

    def _value(self, path: str, cell: Cell) -> str:
        return "".join(o.get("text", "") for o in self._outputs(path, cell)) or "…"

    def _outputs(self, path: str, cell: Cell) -> list[dict]:
        """Return a cell's outputs; where it failed, an error in their place."""
        node = self.nodes.get((self.places.locale(path), cell))
        if node is not None and node.record is not None:
            return self.kept.get(("outputs", node.key), node.record, lambda: (
                normalise_outputs(self.store.result(node.key).outputs)))
        failure = node and self.build.reason(node)
        return [_as_output(failure)] if failure else []

    def _runs(self, path: str) -> bool:
        """Return whether a page has code that runs."""
        return any(not cell.inline for cell in self.cells.get(path, ()))

    def _is_book(self, path: str) -> bool:
        return self.published and path == file_of(path) and self._runs(path)

    def _write_home(self) -> None:
        """Write what readers take home: each page as a notebook and as a script."""
        for path in filter(self._runs, self.cells):
            quoted = [self.nodes.get((self.places.locale(path), cell))  # a lab's
                      for cell in self.cells[path] if cell.lab]
            self.publication.write(
                path, self.texts[path], self.cells[path],
                [*self.build.nodes[path], *filter(None, quoted)],
                partial(self._value, path), partial(self._outputs, path))

    def publish(self, folder: Path) -> None:
        """Put into the built site, a folder, what it has besides its pages."""
        self.publication.put(folder, [*filter(self._runs, self.cells)])
        if self.address and self.published:
            self.publication.put_cards(folder, self.heads)
            self.publication.put_feeds(folder, self.changes, {
                self.places.locale(path): head.site for path, head in self.heads.items()})
        self.files.forget()

    def _settings(self, threads: int) -> Settings:
        return Settings(self.store.root, threads, environment.commit(self.root),
                        address=self.store.address)


def _as_output(error: NotebuildError) -> dict:
    """Return a failure as the output of a cell, which a page can show."""
    return {"output_type": "error", "ename": type(error).__name__,
            "evalue": error.what, "traceback": str(error).splitlines()}
