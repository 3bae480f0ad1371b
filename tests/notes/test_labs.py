"""Each lab runs alone, as `python examples/NAME.py`, in a fresh process.

In smoke mode, as the notes' blocks (see conftest.py): `fit` sees few samples,
and asserts, which speak of full runs, are left out.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from programs import LEAST, SMOKE

from notebuild import environment

ROOT = Path(__file__).parents[2]
LABS = sorted((ROOT / "examples").glob("*.py"))

pytestmark = [pytest.mark.notes, pytest.mark.parametrize(
    "lab", LABS, ids=lambda file: file.stem)]


def run(lab: Path, folder: Path, *words: str) -> subprocess.CompletedProcess:
    """Run a copy of a lab, in a folder that has nothing else."""
    shutil.copy(lab, folder)
    return subprocess.run(
        [sys.executable, "-O", *words], cwd=folder,
        env=os.environ | environment.variables(threads=1) | {"MPLBACKEND": "agg"},
        capture_output=True, text=True, timeout=600)


def test_a_lab_runs_alone_and_saves_its_figures(lab, tmp_path):
    least = [word for name, values in LEAST.get(lab.stem, {}).items()
             for word in (f"--{name}", *map(str, values))]
    done = run(lab, tmp_path, str(SMOKE), lab.name, *least, "--out", "figures")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    assert done.stdout.strip(), "it prints nothing"
    assert "\r" not in done.stdout and "%|" not in done.stderr
    figures = [*(tmp_path / "figures").iterdir()]
    assert figures and all(f.read_text("utf-8").startswith("<?xml") for f in figures)


def test_a_bad_option_is_told_in_one_line(lab, tmp_path):
    (tmp_path / "file").touch()
    for options in (["--out", "file/figures"], ["--colour", "red"]):
        done = run(lab, tmp_path, lab.name, *options)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        assert "error: " in done.stderr.strip().splitlines()[-1]
