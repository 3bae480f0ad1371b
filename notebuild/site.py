"""The stages joined: a folder of notes → executed pages.

Both the command line and MkDocs' hooks speak to this class only.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

from rich.console import Console

from . import drift, environment, glossary
from .errors import Failures, NotebuildError
from .execute import Settings, execute_page
from .extract import extract_page
from .figures import check_figures, fill_figures, mark_figures
from .formulas import Formula, check_formulas, fill_formulas, find_formulas, mark_formulas
from .graph import Node
from .inject import fill_marks, mark_cells, render_value
from .locales import check_alternates, split_locale
from .model import Page
from .normalise import normalise_outputs
from .progress import Progress
from .render import render_outputs, render_stamp
from .schedule import Build, plan, run
from .stamp import render_build_state
from .store import Store
from .verify import compare_outputs


BUILD_STATE = "<!-- build-state -->"
CLAIMS = {"zh": "本次构建已验证", "en": "checked in this build"}


class Site:
    """A site's notes and their results.

    Args:
        root: The project's folder; paths in messages start from it.
        docs: The folder of the notes in it.
        locales: The languages of every page, the leading one first.
    """

    def __init__(self, root: Path, docs: str = "docs",
                 locales: tuple[str, ...] = ("zh", "en")):
        self.root, self.docs, self.locales = Path(root), Path(root) / docs, locales
        self.figures = self.docs / "figures"
        cache = os.environ.get("NOTEBUILD_CACHE")
        self.store = Store(Path(cache) if cache else self.root / ".notebuild")
        self.build = Build()
        self.rendered: dict[str, list[str]] = {}
        self.formulas: dict[str, list[Formula]] = {}
        self.texts: dict[str, str] = {}
        self.terms: dict[str, glossary.Term] = {}
        self.problem: NotebuildError | None = None
        self.commit = environment.commit(self.root)

    def pages(self) -> list[Page]:
        """Return all pages, compared with their alternates.

        Raises:
            NotebuildError: Some page cannot be executed or differs from its
                alternate; all such pages are named.
        """
        pages, texts, failures = [], {}, []
        for file in sorted(self.docs.rglob("*.md")):
            path = self.name(file)
            try:
                pages.append(extract_page(file, path))
                texts[path] = file.read_text("utf-8-sig")
                check_formulas(texts[path], path)
                check_figures(texts[path], path, self._locale(path), self.figures)
            except NotebuildError as error:
                failures.append(error)
        if not failures:
            try:
                check_alternates(pages, texts, self.locales)
            except NotebuildError as error:
                failures.append(error)
            path = self.name(self.docs / glossary.FILE)
            self.texts, self.terms = texts, glossary.load_terms(self.docs, path)
            failures += glossary.check_terms(self.terms, texts, path)
        if failures:
            raise failures[0] if len(failures) == 1 else Failures(failures)
        # The leading language first: its lines are the ones that failures name.
        order = {locale: n for n, locale in enumerate(self.locales)}
        return sorted(pages, key=lambda page: order[split_locale(page.path)[1]])

    def name(self, file: Path) -> str:
        """Return how messages call a file of the notes."""
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
        return {stem: {locale: self.texts[f"{stem}.{locale}.md"]
                       for locale in self.locales}
                for stem in sorted({split_locale(path)[0] for path in self.texts})}

    def run(self, *, quiet: bool = False) -> Build:
        """Execute what is not stored yet, and render all outputs.

        Raises:
            NotebuildError: Nothing could be executed. What failed on the way
                is in the result's `failures`.
        """
        cores = environment.cores()
        # One more than cores: three trainings on two cores then end together,
        # instead of leaving one core idle while the third is run.
        workers = os.environ.get("NOTEBUILD_WORKERS", str(cores + 1))
        if not workers.isdigit() or not int(workers):
            raise NotebuildError(f"NOTEBUILD_WORKERS is ‘{workers}’",
                                 hint="give the number of tasks to run at once")
        workers = int(workers)
        progress = Progress(quiet=quiet, memory=self.store.root / "times.json")
        try:
            pages = self.pages()
        except NotebuildError as error:
            self.problem = error
            raise
        self.build = run(
            pages, self.store, self._settings(max(cores // workers, 1)),
            workers=workers, progress=progress)
        # Now, not page by page: a fault must show before anything is written.
        self.rendered = {path: self._render(path, nodes)
                         for path, nodes in self.build.nodes.items()}
        return self.build

    def verify(self, console: Console) -> int:
        """Run each page top to bottom; return how many outputs agree.

        Raises:
            Difference, Failures: Some output is not what the graph published.
        """
        self.run().check()
        failures: list[NotebuildError] = []
        checked: set[str] = set()
        stop = threading.Event()
        for path, nodes in self.build.nodes.items():
            if not nodes or {node.key for node in nodes} <= checked:
                continue  # the same cells as a page that was run already
            checked |= {node.key for node in nodes}
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
        if failures:
            raise failures[0] if len(failures) == 1 else Failures(failures)
        return len(checked)

    def markdown(self, text: str, file: Path) -> str:
        """Return a page's Markdown with marks where its outputs will stand."""
        if self.problem:
            return text
        path = self.name(file)
        locale = self._locale(path)
        text = glossary.fill_groups(text, self.terms, locale,
                                    glossary.section_titles(self.texts).get(locale, {}))
        self.formulas[path] = find_formulas(text, path)
        text = mark_figures(mark_formulas(text, path), path)
        return mark_cells(text, path, claim=CLAIMS[locale])

    def html(self, html: str, file: Path) -> str:
        """Return a page's HTML with its outputs and its stamp."""
        if self.problem:  # only a live server gets here: it shows what to mend
            return render_outputs(
                [_as_output(self.problem)], cell_id="problem", alt=None,
                locale=self._locale(self.name(file))) + html
        path = self.name(file)
        records = [vars(node.record) for node in self.build.nodes.get(path, [])
                   if node.record]
        stamp = render_stamp(records, locale=self._locale(path), commit=self.commit)
        html = fill_figures(html, self._locale(path), self.figures)
        html = fill_formulas(html, self.formulas.get(path, []), self._locale(path))
        html = html.replace(BUILD_STATE, self._state(self._locale(path)))
        return fill_marks(html, self.rendered.get(path, [])) + stamp

    def title(self, title: str, file: Path) -> str:
        """Return a heading's text with the values of its inline expressions."""
        nodes = self.build.nodes.get(self.name(file), [])
        return fill_marks(title, [
            self._value(node) if node.cell.inline else "" for node in nodes])

    def _locale(self, path: str) -> str:
        return split_locale(path)[1] or self.locales[0]

    def _state(self, locale: str) -> str:
        """Return the state of the build as HTML."""
        done = {node.key: node for nodes in self.build.nodes.values()
                for node in nodes if node.record}.values()
        return render_build_state(
            [vars(node.record) for node in done], locale=locale, commit=self.commit,
            claims=sum(node.cell.claim is not None for node in done))

    def _render(self, path: str, nodes: list[Node]) -> list[str]:
        """Return the HTML of a page's outputs, one for each cell."""
        parts = []
        for node in nodes:
            try:
                parts.append(self._output(node, self._locale(path)))
            except NotebuildError as error:
                self.build.failures.append(error)
                parts.append("")
        return parts

    def _output(self, node: Node, locale: str) -> str:
        if node.cell.inline:
            return render_value(self._value(node))
        outputs = self._outputs(node)
        drawn = any("image/svg+xml" in o.get("data", {}) or "image/png" in
                    o.get("data", {}) for o in outputs)
        if drawn and not node.cell.options.alt:
            raise NotebuildError(
                "this cell draws a figure without a text alternative",
                path=node.cell.path, line=node.cell.line, text="```python",
                hint="say what it shows: <!-- cell: alt=\"…\" --> above the fence")
        return render_outputs(outputs, cell_id=f"c{node.key[:8]}-{node.index}",
                              alt=node.cell.options.alt, locale=locale)

    def _value(self, node: Node) -> str:
        return "".join(o.get("text", "") for o in self._outputs(node)) or "…"

    def _outputs(self, node: Node) -> list[dict]:
        """Return a cell's outputs; where it failed, an error in their place."""
        if node.record is not None:
            return normalise_outputs(self.store.result(node.key).outputs)
        for failure in self.build.failures:
            if failure.path == node.cell.path and (failure.line or 0) in range(
                node.cell.line, node.cell.source_line(
                    node.cell.source.count("\n") + 1) + 1):
                return [_as_output(failure)]
        return []

    def _settings(self, threads: int) -> Settings:
        return Settings(self.store.root, threads, self.commit)




def _as_output(error: NotebuildError) -> dict:
    """Return a failure as the output of a cell, which a page can show."""
    return {"output_type": "error", "ename": type(error).__name__,
            "evalue": error.what, "traceback": str(error).splitlines()}
