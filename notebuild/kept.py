"""What is kept from one build to the next beside the results, in the store's folder."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from .shared import locate_store

# What a notebook's HTML depends on besides the notebook.
_JUPYTER = ("mkdocs-jupyter", "nbconvert", "jupytext", "pygments")


def notebooks(root: Path, locale: str) -> Path:
    """Return the folder of the notebooks that mkdocs-jupyter has set in a language."""
    return _folder(root, "-".join(["jupyter", *map(version, _JUPYTER)])) / locale


def templates(root: Path) -> Path:
    """Return the folder of Jinja's compiled templates."""
    folder = _folder(root, "jinja")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def cards(root: Path) -> Path:
    """Return the folder of the cards that were drawn."""
    return _folder(root, "cards")


def _folder(root: Path, name: str) -> Path:
    return locate_store(root)[0].absolute() / name
