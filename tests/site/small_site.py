"""One tiny bilingual site, built by MkDocs with the project's own settings."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup

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

# Cites the lab, and is cited by it.
STUDY = {
    "zh": "# 谈实验 { #study }\n\n[实验](labs/lab.ipynb)量得 `{python lab} total + 1`。\n",
    "en": "# On the lab { #study }\n\nThe [lab](labs/lab.ipynb) finds `{python lab} total + 1`.\n",
}

REPORT = "# {} {{ #report }}\n" + "".join(
    f"\n<!-- build-report: {part} -->\n"
    for part in ("summary", "chain", "slowest", "pages", "tasks"))

LAB = """\
# %% [markdown] lang="zh"
# # 小实验 { #lab }
#
# 加起来是多少？
# 见[正文](../study.md#study)。

# %% [markdown] lang="en"
# # A small lab { #lab }
#
# What is the sum?
# See [the text](../study.md#study).

# %%
TERMS = 4

# %% active="py"
import sys

TERMS = int(sys.argv[1])

# %% [markdown] lang="zh"
# ## 求和 { #sum }
#
# 图里是部分和，$s$ 越来越大。
# <!-- cell: alt="部分和上升" -->

# %% [markdown] lang="en"
# ## The sum { #sum }
#
# Partial sums: $s$ grows.
# <!-- cell: alt="Partial sums rise" -->

# %%
import matplotlib.pyplot as plt

sums = [sum(range(n)) for n in range(TERMS + 1)]
total = sums[-1]
_ = plt.plot(sums)
print("total", total)

# %% [markdown] lang="zh"
# 总和是 `{python} total`，大于五。

# %% [markdown] lang="en"
# The total is `{python} total`, more than five.

# %%
assert total > 5
"""


@dataclass
class Built:
    """What one build printed and left."""

    status: int
    log: str
    site: Path

    def page(self, name: str) -> str:
        """Return a page with the quotation marks that its minified file spares."""
        html = (self.site / name / "index.html").read_text("utf-8")
        return str(BeautifulSoup(html, "html.parser"))

    @property
    def executed(self) -> int:
        found = re.search(r"(\d+) cells executed", self.log)
        return int(found[1]) if found else 0


class Project:
    """A small site of its own, in the project's theme and with its hooks."""

    source = ROOT

    def __init__(self, root: Path):
        self.root = root
        for name in ("hooks.py", "notebuild", "overrides"):
            (root / name).symlink_to(ROOT / name)
        shutil.copytree(ROOT / "docs" / "assets", root / "docs" / "assets")
        text = (ROOT / "mkdocs.yml").read_text("utf-8")
        (root / "mkdocs.yml").write_text(
            re.sub(r"^nav:\n(?:  .*\n)+", "", text, flags=re.M), "utf-8")
        (root / "examples").mkdir()
        (root / "examples" / "lab.py").write_text(LAB, "utf-8")
        for locale in CHAPTER:
            self.write(f"index.{locale}.md", CHAPTER[locale])
            self.write(f"study.{locale}.md", STUDY[locale])
            self.write(f"report.{locale}.md", REPORT.format(
                {"zh": "报告", "en": "Report"}[locale]))

    def write(self, name: str, text: str) -> None:
        (self.root / "docs" / name).write_text(text, "utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        file = self.root / "docs" / name
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new), "utf-8")

    def edit_both(self, old: str, new: str) -> None:
        for locale in CHAPTER:
            self.edit(f"index.{locale}.md", old, new)

    def build(self, **settings: str) -> Built:
        environ = {k: v for k, v in os.environ.items()
                   if k not in {"SITE_URL", "REPO_URL", "NOTEBUILD_CACHE"}}
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict"], cwd=self.root,
            env=environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1",
                           "COLUMNS": "200"} | settings,
            capture_output=True, text=True, timeout=300)
        return Built(done.returncode, done.stdout + done.stderr, self.root / "site")
