"""The peers' environments: each tool with its lock, in a folder of its own.

An environment is made once and used until the lock, or Python, is another.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

LOCKS = Path(__file__).with_name("requirements")
READY = "lock.txt"  # in an environment: what it was made from


class SetUpFailed(Exception):
    """An environment could not be made; the message has what uv said."""


def set_up(names: Iterable[str], folder: Path, tell: Callable[[str], None]) -> None:
    """Make the environments that are missing or out of date.

    Args:
        names: The tools; each has a lock in `requirements/`.
        folder: Where the environments lie.
        tell: Is told what is installed.

    Raises:
        SetUpFailed: One could not be made.
    """
    for name in names:
        lock = LOCKS / f"{name}.txt"
        made_from = f"{sys.version} {hashlib.sha256(lock.read_bytes()).hexdigest()}"
        venv = folder / name
        if (venv / READY).is_file() and (venv / READY).read_text("utf-8") == made_from:
            continue
        tell(f"installing {name} into {venv} …")
        python = venv / "bin" / "python"
        _uv("venv", "--clear", "--python", sys.executable, str(venv))
        _uv("pip", "sync", "--require-hashes", "--python", str(python), str(lock))
        (venv / READY).write_text(made_from, "utf-8")


def versions(python: str, names: Iterable[str]) -> dict[str, str]:
    """Return distribution → version in an environment, those that it has."""
    code = ("import importlib.metadata as m, json, sys\n"
            "found = {d.metadata['Name'].lower().replace('_', '-'): d.version "
            "for d in m.distributions()}\n"
            "print(json.dumps({n: found[n] for n in sys.argv[1:] if n in found}))")
    return json.loads(subprocess.run([python, "-c", code, *names], check=True,
                                     capture_output=True, text=True).stdout)


def _uv(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "uv", "--quiet", *arguments],
                          capture_output=True, text=True)
    if done.returncode:
        raise SetUpFailed(f"uv {' '.join(arguments)}:\n{done.stderr[-4000:]}")
