"""One tiny bilingual site, built by MkDocs with the project's own settings."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

CHAPTER = {
    "zh": """\
# 小章 { #chapter }

先有数据。

```python
data = [1, 4, 9]  # 平方
print("data", data)
```

再训练，要花一点时间。

```python
rate = 2
trained = [rate * value for value in data]
print("trained")
```

<!-- cell: alt="一条上升的折线" -->
```python
import matplotlib.pyplot as plt

plt.plot(trained)
plt.title("trained")
plt.show()
```

## 结论 { #end }

最大是 `{python} max(trained)`。
""",
    "en": """\
# Small chapter { #chapter }

First some data.

```python
data = [1, 4, 9]  # squares
print("data", data)
```

Then training, which takes a little time.

```python
rate = 2
trained = [rate * value for value in data]
print("trained")
```

<!-- cell: alt="A rising line" -->
```python
import matplotlib.pyplot as plt

plt.plot(trained)
plt.title("trained")
plt.show()
```

## In the end { #end }

The largest is `{python} max(trained)`.
""",
}


@dataclass
class Built:
    """What one build printed and left."""

    status: int
    log: str
    site: Path

    def page(self, name: str) -> str:
        return (self.site / name / "index.html").read_text("utf-8")

    @property
    def executed(self) -> int:
        found = re.search(r"(\d+) cells executed", self.log)
        return int(found[1]) if found else 0


class Project:
    """A small site of its own, in the project's theme and with its hooks."""

    def __init__(self, root: Path):
        self.root = root
        for name in ("hooks.py", "notebuild", "overrides"):
            (root / name).symlink_to(ROOT / name)
        shutil.copytree(ROOT / "docs" / "assets", root / "docs" / "assets")
        text = (ROOT / "mkdocs.yml").read_text("utf-8")
        (root / "mkdocs.yml").write_text(
            re.sub(r"^nav:\n(?:  .*\n)+", "", text, flags=re.M), "utf-8")
        for locale, text in CHAPTER.items():
            self.write(f"index.{locale}.md", text)

    def write(self, name: str, text: str) -> None:
        (self.root / "docs" / name).write_text(text, "utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.root / "docs" / name).read_text("utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def edit_both(self, old: str, new: str) -> None:
        for locale in CHAPTER:
            self.edit(f"index.{locale}.md", old, new)

    def build(self) -> Built:
        environ = {k: v for k, v in os.environ.items()
                   if k not in {"SITE_URL", "REPO_URL", "NOTEBUILD_CACHE"}}
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict"], cwd=self.root,
            env=environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1",
                           "COLUMNS": "200"},
            capture_output=True, text=True, timeout=300)
        return Built(done.returncode, done.stdout + done.stderr, self.root / "site")


@pytest.fixture
def project(tmp_path) -> Project:
    return Project(tmp_path)


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> tuple[Project, Built]:
    """A project that was built once, cold. Tests that change it copy it."""
    project = Project(tmp_path_factory.mktemp("built"))
    return project, project.build()


@pytest.fixture
def copy(built, tmp_path) -> Project:
    """A copy of the built project, its store and its site included."""
    target = tmp_path / "copy"
    shutil.copytree(built[0].root, target, symlinks=True)
    project = Project.__new__(Project)
    project.root = target
    return project
