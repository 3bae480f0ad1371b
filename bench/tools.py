"""The tools: how each is given the notes, and how it is called.

Each writes a project of its own from the same pages. What can be run in two ways
stands here twice: as its documentation has it first (`default`), and as fast as
it goes on several cores (`parallel`): each language as a build of its own, both
at the same time, with the tool's cache and the cores divided among them.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from notebuild import environment

from .measure import Command
from .workload import LOCALES, as_fences, as_notebook

ROOT = Path(__file__).parents[1]
SITE = ("mkdocs", "build")
INDEX = "# Index\n"


@dataclass(frozen=True)
class Tool:
    """A way to build the notes.

    Attributes:
        name: The tool, and the folder of its environment.
        mode: `default` or `parallel`.
        write: Writes a project into a folder: the pages of some languages.
        command: What builds it, after `python -m`.
        shows: What all its pages show if their cells were executed.
        fails: What it prints, instead of failing, when a cell does.
        locked: Whether it has an environment of its own; else it runs in ours.
    """

    name: str
    mode: str
    write: Callable[[Path, dict[str, str]], None]
    command: tuple[str, ...]
    shows: tuple[str, ...] = ("(100, 64)",)
    fails: str | None = None
    locked: bool = True

    @property
    def key(self) -> str:
        """Return what the results call it."""
        return f"{self.name} {self.mode}"

    @property
    def groups(self) -> list[tuple[str, ...]]:
        """Return the languages of each project."""
        return [LOCALES] if self.mode == "default" else [(code,) for code in LOCALES]

    def prepare(self, root: Path, pages: dict[str, str]) -> None:
        """Write the pages; what else is in the folder, such as a cache, stays."""
        for group in self.groups:
            self.write(root / "-".join(group), {code: pages[code] for code in group})

    def commands(self, root: Path, venvs: Path) -> list[Command]:
        """Return what builds the site."""
        python = str((venvs / self.name / "bin" / "python").absolute()
                     if self.locked else sys.executable)
        return [Command((python, "-m", *self.command), root / "-".join(group))
                for group in self.groups]

    def environ(self) -> dict[str, str]:
        """Return the environment variables; threads are only set where it helps."""
        own = {k: v for k, v in os.environ.items()
               if k not in {"NOTEBUILD_CACHE", "SITE_URL", "REPO_URL"}}
        own |= {"PYTHONUTF8": "1", "TF_CPP_MIN_LOG_LEVEL": "3",
                "NO_MKDOCS_2_WARNING": "1"}
        if self.name == "markdown-exec":
            own["MPLBACKEND"] = "agg"  # inside MkDocs there is no notebook to draw in
        if self.mode == "parallel":
            own |= environment.variables(max(environment.cores() // len(LOCALES), 1))
        return own

    def published(self, root: Path) -> str:
        """Return the text of the chapter's pages, without markup."""
        text = "\n".join(
            file.read_text("utf-8") for folder in ("site", "_build")
            for file in sorted(root.glob(f"*/{folder}/**/*.html")) if "rnn" in str(
                file.relative_to(root)))
        text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", text, flags=re.DOTALL)
        return html.unescape(re.sub(r"<[^>]+>", "", text))


def _write(file: Path, text: str) -> None:
    """Write a file unless it says so already: its time is a sign of change."""
    if not file.is_file() or file.read_text("utf-8") != text:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


def write_notebuild(root: Path, pages: dict[str, str], hooks: bool = True) -> None:
    """Write the project's own site around other pages; `hooks` executes them."""
    write_site(root, {f"index.{code}.md": INDEX for code in pages}
               | {f"rnn.{code}.md": text for code, text in pages.items()}, hooks=hooks)


def write_site(root: Path, pages: dict[str, str], *, hooks: bool = True,
               features: tuple[str, ...] = ()) -> None:
    """Write the project's own site around other pages.

    Copies, not links: a program that follows a link reads its neighbours there.

    Args:
        root: The folder of the site.
        pages: File in the folder of the notes → text.
        hooks: Whether the pages are executed.
        features: Of the theme, in place of `navigation.sections`, which opens what
            stands at the top.
    """
    settings = (ROOT / "mkdocs.yml").read_text("utf-8")
    # The navigation names pages that are not here.
    settings = re.sub(r"^nav:\n(?:  .*\n)+", "", settings, flags=re.M)
    if features:
        settings = re.sub(r"^    - navigation\.sections\b.*\n", "".join(
            f"    - {feature}\n" for feature in features), settings, flags=re.M)
    if not hooks:
        settings = re.sub(r"^(hooks|watch):.*\n", "", settings, flags=re.M)
    _write(root / "mkdocs.yml", settings)
    for file in ROOT.glob("*"):
        if file.is_file() and file.name != "mkdocs.yml" and not (root / file.name).exists():
            shutil.copy(file, root)
    for name in ("notebuild", "overrides", "docs/assets", "docs/figures"):
        if not (root / name).exists():
            shutil.copytree(ROOT / name, root / name,
                            ignore=shutil.ignore_patterns("__pycache__"))
    if not hooks:  # nor templates, which ask the hooks for words
        for file in (root / "overrides").rglob("*.html"):
            file.unlink()
    (root / "examples").mkdir(exist_ok=True)
    for name, text in pages.items():
        _write(root / "docs" / name, text)


def write_base(root: Path, pages: dict[str, str]) -> None:
    """Write the same site with nothing executed and no hooks."""
    write_notebuild(root, pages, hooks=False)


def write_mkdocs_jupyter(root: Path, pages: dict[str, str]) -> None:
    """Write a MkDocs site of notebooks."""
    _write(root / "mkdocs.yml", json.dumps({
        "site_name": "notes", "theme": {"name": "material", "font": False},
        "plugins": ["search", {"mkdocs-jupyter": {
            "execute": True, "allow_errors": False, "include": ["*.ipynb"]}}]}))
    _write(root / "docs" / "index.md", INDEX)
    for code, text in pages.items():
        _write(root / "docs" / f"rnn-{code}.ipynb", as_notebook(text))


def write_myst_nb(root: Path, pages: dict[str, str], mode: str = "auto") -> None:
    """Write a Sphinx site of notebooks; a build by itself has 30 s for a cell."""
    _write(root / "conf.py", f"""\
project = "notes"
extensions = ["myst_nb"]
exclude_patterns = ["_build"]
nb_execution_mode = "{mode}"
nb_execution_timeout = -1
nb_execution_raise_on_error = True
""")
    _write(root / "index.md", INDEX + "\n```{toctree}\n" + "\n".join(
        f"rnn-{code}" for code in pages) + "\n```\n")
    for code, text in pages.items():
        _write(root / f"rnn-{code}.ipynb", as_notebook(text))


def write_cached_myst_nb(root: Path, pages: dict[str, str]) -> None:
    """Write the same with the outputs kept by jupyter-cache."""
    write_myst_nb(root, pages, "cache")


def write_markdown_exec(root: Path, pages: dict[str, str]) -> None:
    """Write a MkDocs site whose fences are executed."""
    _write(root / "mkdocs.yml", json.dumps({
        "site_name": "notes", "theme": {"name": "material", "font": False},
        "plugins": ["search", "markdown-exec"],
        "markdown_extensions": ["admonition", "attr_list", "pymdownx.details",
                                "pymdownx.highlight", "pymdownx.superfences"]}))
    _write(root / "docs" / "index.md", INDEX)
    for code, text in pages.items():
        _write(root / "docs" / f"rnn-{code}.md", as_fences(text, f"rnn-{code}"))


SPHINX = ("sphinx", "-M", "html", ".", "_build", "-q")
FENCE_FAILED = "Execution of python code block"
NOTEBUILD = Tool("notebuild", "default", write_notebuild, SITE, locked=False)
BASE = Tool("mkdocs", "default", write_base, SITE, shows=(), locked=False)
PEERS = (
    Tool("mkdocs-jupyter", "default", write_mkdocs_jupyter, SITE),
    Tool("myst-nb", "default", write_myst_nb, SPHINX),
    Tool("markdown-exec", "default", write_markdown_exec, SITE, fails=FENCE_FAILED),
    Tool("mkdocs-jupyter", "parallel", write_mkdocs_jupyter, SITE),
    Tool("myst-nb", "parallel", write_cached_myst_nb, (*SPHINX, "-j", "auto")),
    Tool("markdown-exec", "parallel", write_markdown_exec, SITE, fails=FENCE_FAILED),
)
