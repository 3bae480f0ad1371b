"""Figures drawn by hand: `<!-- figure: NAME -->` in a page → inline SVG.

A figure is two files in docs/figures/. `NAME.svg` is the drawing, its words left
out: a text is `{key}`, or mathematics or code, which every language shares.
`NAME.toml` has the words, title, long description and caption of each language.
Colours come from the style sheet alone, so that both schemes have theirs.

A figure in steps is one drawing as well. An element with `data-step="2-"` is
there from the second step on; each step becomes a picture of its own, and a
script that shows one at a time is a convenience, not a need.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from html import escape
from pathlib import Path

from .drawing import draw, find_keys
from .errors import Failures, NotebuildError, PageError
from .extract import find_blocks
from .formulas import convert_formula
from .typeset import join_lines
from .words import load_words

Picture = tuple[str, dict[str, str]]  # Markdown, and file → SVG of what it shows
LINE = re.compile(r"^(?P<indent>\s*)<!--\s*figure\b:?\s*(?P<name>.*?)\s*-->\s*$")
# With the mark after it, which may not begin a line.
TEX = re.compile(r"\$([^$]+)\$([,.;:!?、，。；：！？）]?)")
EMPHASIS = re.compile(r"<em[^>]*>(.*?)</em>")
# Characters that no text uses; those of inject and formulas come before them.
_OPEN, _CLOSE = "\ue004", "\ue005"
_BLOCK = re.compile(f"<p>\\s*{_OPEN}([\\w-]+){_CLOSE}\\s*</p>")


def find_figures(text: str, path: str) -> list[tuple[int, str]]:
    """Return line and name of each figure that a page asks for."""
    fenced = {line for block in find_blocks(text, path)
              for line in range(block.lineno, block.lineno + block.code.count("\n") + 2)}
    return [(number, match["name"]) for number, row in enumerate(text.splitlines(), 1)
            if number not in fenced and (match := LINE.match(row))]


def check_figures(text: str, path: str, locale: str, folder: Path) -> None:
    """Draw all figures of a page, to see that it can be done.

    Args:
        text: The page's Markdown.
        path: How messages call it.
        locale: Its language.
        folder: Where the figures are.

    Raises:
        NotebuildError, Failures: A name or a word is missing, or a figure is
            shown twice, whose ids would clash.
    """
    failures, seen = [], {}
    for line, name in find_figures(text, path):
        place = {"path": path, "line": line, "text": text.splitlines()[line - 1]}
        lacking = [f"docs/{folder.name}/{file.name}" for file in (
            folder / f"{name}.svg", folder / f"{name}.toml") if not file.is_file()]
        if lacking:
            known = sorted(file.stem for file in folder.glob("*.toml")
                           if file.with_suffix(".svg").is_file())
            failures.append(PageError(
                f"there is no figure ‘{name}’", **place,
                hint=f"write {' and '.join(lacking)}; known: {', '.join(known)}"))
        elif name in seen:
            failures.append(PageError(
                f"the figure ‘{name}’ is on line {seen[name]} already", **place,
                hint="point back to it in words"))
        else:
            seen[name] = line
            try:
                render_figure(name, locale, folder)
            except NotebuildError as error:
                failures.append(error)
    if failures:
        raise failures[0] if len(failures) == 1 else Failures(failures)


def mark_figures(text: str, path: str) -> str:
    """Return a page's Markdown with a mark, in a paragraph of its own, for each figure."""
    rows = text.splitlines()
    for line, name in find_figures(text, path):
        indent = LINE.match(rows[line - 1])["indent"]
        rows[line - 1] = f"\n{indent}{_OPEN}{name}{_CLOSE}\n"
    return "\n".join(rows) + "\n"


def fill_figures(html: str, locale: str, folder: Path) -> str:
    """Return a page's HTML with each mark replaced by its figure."""
    return _BLOCK.sub(lambda match: render_figure(match[1], locale, folder), html)


def picture(name: str, locale: str, folder: Path, stand_alone: Callable[[str], str],
            ) -> Picture:
    """Return a figure as Markdown that shows it as attached files, one a step.

    Args:
        name: The figure.
        locale: The language of its words.
        folder: Where the figures are.
        stand_alone: What turns a drawing of the page into one without it.
    """
    drawing, file = folder / f"{name}.svg", folder / f"{name}.toml"
    words = _read_words(file, drawing, locale)
    parts, images = [], {}

    def say(text: str) -> str:
        return EMPHASIS.sub(r"*\1*", join_lines(text.strip()))

    for number, step in enumerate(words.get("steps", [words]), 1):
        image = f"{name}-{number}.svg" if "steps" in words else f"{name}.svg"
        images[image] = stand_alone(draw(
            drawing, words.get("words", {}), title=step["title"], description=step["description"],
            prefix=f"fig-{name}", step=number if "steps" in words else None))
        parts.append(f"![{step['title']}](attachment:{image})")
        if "steps" in words:
            parts += [f"**{number}. {step['title']}** {say(step['text'])}",
                      f"$$\n{step['formula']}\n$$"]
    parts.append(say(words["caption"]))
    return "\n\n".join(parts), images


def render_figure(name: str, locale: str, folder: Path) -> str:
    """Return the HTML of a figure in a language.

    Raises:
        NotebuildError: A word is missing or one too many, or a formula cannot
            be set; with the file and the line.
    """
    drawing, file = folder / f"{name}.svg", folder / f"{name}.toml"
    words = _read_words(file, drawing, locale)
    caption = f"<figcaption>{_set_text(words['caption'], file)}</figcaption>"

    def canvas(title: str, description: str, prefix: str, step: int | None = None) -> str:
        svg = draw(drawing, words.get("words", {}), title=title, description=description,
                   prefix=prefix, step=step)
        return f'<div class="nb-canvas">{svg}</div>'

    if "steps" not in words:
        picture = canvas(words["title"], words["description"], f"fig-{name}")
        return (f'<figure class="nb-drawing" id="fig-{name}">\n'
                f"{picture}\n{caption}\n</figure>")
    items = "".join(
        f'<li id="fig-{name}-{number}">'
        + canvas(step["title"], step["description"], f"fig-{name}-{number}", number)
        + f'<div class="nb-step"><p class="nb-step-title">{escape(step["title"])}</p>\n'
        f"<p>{_set_text(step['text'], file)}</p>\n<div class=\"nb-step-formula\" tabindex=\"0\">"
        f"{_set_formula(step['formula'], True, file)}</div></div></li>\n"
        for number, step in enumerate(words["steps"], 1))
    controls = _controls(words, load_words(locale, "figures"))
    return (f'<figure class="nb-drawing nb-stepped" id="fig-{name}">\n{controls}\n'
            f'<ol class="nb-steps">\n{items}</ol>\n{caption}\n</figure>')


def _controls(words: dict, said: dict[str, str]) -> str:
    """Return the buttons that choose a step; a script brings them out."""
    titles = [step["title"] for step in words["steps"]]
    buttons = [f'<button type="button" class="nb-back" aria-label="{said["back"]}">←</button>']
    for number, title in enumerate(titles, 1):
        label = escape(said["at"].format(number, len(titles), title))
        buttons.append(f'<button type="button" aria-pressed="false" data-said="{label}">'
                       f"{number}<span> {escape(title)}</span></button>")
    buttons.append(
        f'<button type="button" class="nb-next" aria-label="{said["next"]}">→</button>')
    label = escape(f"{said['steps']}{words['title']}")
    return (f'<div class="nb-controls" role="group" aria-label="{label}" hidden'
            f' data-search-exclude>{"".join(buttons)}</div>\n'
            '<p class="nb-said" aria-live="polite"></p>')


def _read_words(file: Path, drawing: Path, locale: str) -> dict:
    """Return what a figure says in a language; all say as much.

    Raises:
        NotebuildError: One says less than another, or less or more than the
            drawing needs.
    """
    source = file.read_text("utf-8")
    rows = source.splitlines()
    shown = f"docs/{file.parent.name}"

    def refuse(what: str, path: str, line: int, hint: str):
        return NotebuildError(what, path=f"{shown}/{path}", line=line, hint=hint,
                              text=(rows[line - 1] if path == file.name else None))

    try:
        languages = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise refuse(str(error), file.name, int(line[1]) if line else 1,
                     "mend the TOML") from None
    asked, locales = locale, dict.fromkeys([*languages, locale])
    keys = {locale: _keys(languages.get(locale, {})) for locale in locales}
    needed = find_keys(drawing)
    steps = max(len(words.get("steps", ())) for words in languages.values())
    all_keys = set().union(
        {"title", "caption"}, *keys.values(), (f"words.{key}" for key in needed),
        (f"steps.{number}.{key}" for number in range(1, steps + 1)
         for key in ("title", "description", "text", "formula")),
        () if steps else {"description"})
    for locale in locales:
        head = next((n for n, row in enumerate(rows, 1) if row == f"[{locale}]"), 1)
        for key in sorted(all_keys - keys[locale]):
            word = key.removeprefix("words.")
            path, line = ((drawing.name, needed[word]) if word in needed and word != key
                          else (file.name, head))
            raise refuse(f"‘{word}’ is missing in ‘{locale}’", path, line,
                         f"add it to {shown}/{file.name}, below [{locale}]")
        for key in languages[locale].get("words", {}).keys() - needed.keys():
            line = next(n for n, row in enumerate(rows, 1) if re.match(rf"{key}\s*=", row))
            raise refuse(f"no text of {drawing.name} is ‘{key}’", file.name, line,
                         "remove it in every language")
    return languages[asked]


def _keys(value: object, prefix: str = "") -> set[str]:
    """Return the paths of all texts in a table: `words.input`, `steps.1.title`."""
    if isinstance(value, str):
        return {prefix}
    parts = value.items() if isinstance(value, dict) else enumerate(value, 1)
    return {key for name, part in parts
            for key in _keys(part, f"{prefix}.{name}" if prefix else str(name))}


def _set_text(text: str, file: Path) -> str:
    """Return a text's HTML: line ends as its language has them, `$TeX$` set."""
    def set_formula(match: re.Match) -> str:
        math = _set_formula(match[1], False, file)
        return f'<span class="nb-unbroken">{math}{match[2]}</span>' if match[2] else math

    return TEX.sub(set_formula, join_lines(text.strip()))


def _set_formula(tex: str, display: bool, file: Path) -> str:
    try:
        return convert_formula(tex, display)
    except ValueError as error:
        rows = file.read_text("utf-8").splitlines()
        line = next((n for n, row in enumerate(rows, 1) if tex in row), 1)
        raise NotebuildError(
            f"this formula cannot be set: {error.args[0]}", text=rows[line - 1],
            path=f"docs/{file.parent.name}/{file.name}", line=line) from None
