"""Made-up chapters, as many as are asked for, with cells that cost next to nothing.

Each has two languages and the parts of a real one: sections with anchors, prose,
a table, a formula, cells that need each other, a claim, values in sentences. Its
number is in its code, so that no two chapters share a result.
"""

from __future__ import annotations

from collections.abc import Iterator


_SENTENCES = {
    "zh": (
        "先看数据，再看模型：任何一步的形状都可以打印出来检查。",
        "状态在每个时间步都被改写一次，旧的信息因此一点点变淡。",
        "这里的数字由代码算出，改动代码之后它们会跟着变。",
        "如果两个序列只在开头不同，它们最后的状态会有多接近？",
        "把权重放大一倍，输出未必跟着放大一倍，因为中间隔着一个非线性函数。",
        "同样的运算换一种写法，结果应当相同；不同时先怀疑写法。",
    ),
    "en": (
        "Look at the data first and at the model second: every shape can be printed.",
        "The state is written anew at each timestep, so what is old fades little by little.",
        "The numbers here come from the code and change with it.",
        "If two sequences differ in their beginning only, how close are their last states?",
        "Twice the weights are not twice the output, with a nonlinear function in between.",
        "The same sum written in another way is the same; where it is not, doubt the writing.",
    ),
}
_TITLES = {
    "zh": ("第 {} 章", "数据", "一步", "许多步", "比较", "小结"),
    "en": ("Chapter {}", "The data", "One step", "Many steps", "A comparison", "Summary"),
}
_TABLE = {
    "zh": "| 名称 | 含义 |\n| --- | --- |\n| `width` | 状态的长度 |\n| `steps` | 时间步数 |",
    "en": "| name | meaning |\n| --- | --- |\n| `width` | length of the state |\n"
          "| `steps` | number of timesteps |",
}
_VALUES = {
    "zh": ("序列有 `{python} len(data)` 步，和是 `{python} f\"{sum(data):.3f}\"`。",
           "最后的状态是 `{python} f\"{states[-1]:.4f}\"`。"),
    "en": ("The sequence has `{python} len(data)` steps and the sum "
           "`{python} f\"{sum(data):.3f}\"`.",
           "The last state is `{python} f\"{states[-1]:.4f}\"`."),
}
_CELLS = (
    "import math\nimport random",
    "width, steps = {n} % 7 + 2, 40\nrng = random.Random({n})",
    "data = [rng.uniform(-1, 1) for _ in range(steps)]\nprint(len(data), min(data))",
    "def step(state, x, weight=0.{n:04d}):\n    return math.tanh(weight * state + x)",
    "states = [0.0]\nfor x in data:\n    states.append(step(states[-1], x))\n"
    "print(f\"{{states[-1]:.6f}}\")",
    "assert len(states) == steps + 1",
    "other = list(data)\nother[0] += 1.0\nlast = 0.0\nfor x in other:\n"
    "    last = step(last, x)\nprint(abs(last - states[-1]) < 1e-3)",
    "table = {{\"chapter\": {n}, \"width\": width, \"mean\": sum(states) / len(states)}}\n"
    "table",
)


def make_chapters(count: int) -> Iterator[tuple[str, str]]:
    """Yield the file in the folder of the notes, and the text, of each page."""
    for number in range(count):
        # Ten chapters to a part, ten parts to a volume: what stands beside a page is
        # what a reader can take in, however many there are.
        folder = f"volume-{number // 100}/part-{number // 10:02d}"
        for locale in _TITLES:
            yield f"{folder}/chapter-{number:03d}.{locale}.md", make_chapter(number, locale)


def make_chapter(number: int, locale: str) -> str:
    """Return the Markdown of a chapter in a language, `zh` or `en`."""
    title, *sections = _TITLES[locale]
    cells = [f"```python\n{cell.format(n=number)}\n```" for cell in _CELLS]
    blocks = [cells[:3], cells[3:4], cells[4:6], cells[6:7], cells[7:]]
    extra = [_VALUES[locale][0], "$$\nh_t = \\tanh(w h_{t-1} + x_t)\n$$",
             _VALUES[locale][1], _TABLE[locale], ""]
    rows = [f"# {title.format(number)} {{ #chapter }}", _prose(number, locale)]
    for place, (heading, inside, more) in enumerate(zip(
            sections, blocks, extra, strict=True)):
        rows += [f"## {heading} {{ #section-{place} }}", _prose(number + place, locale)]
        for cell in inside:
            rows += [cell, _prose(number + place + 3, locale)]
        rows += [more] * bool(more)
    return "\n\n".join(rows) + "\n"


def _prose(number: int, locale: str) -> str:
    sentences = _SENTENCES[locale]
    return "\n".join(sentences[(number + n) % len(sentences)] for n in range(4))
