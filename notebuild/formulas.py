"""Formulas: the TeX in a page → MathML, when the site is built.

`$…$` stands in a sentence, `$$` on lines of their own around a displayed one.
A formula never passes through Markdown: a mark stands in for it, as one does
for an output. A browser draws MathML itself, so no script is needed.

What a letter stands for gives its colour: `\\state{h}`, `\\carry{c}` and
`\\gate{i}` carry a class that the style sheet colours, as in the figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from .errors import Failures, PageError
from .prose import headings, read_prose
from .words import load_words

# Colours that are only placeholders: the library has no command for a class.
_ROLES = {"state": "RoyalBlue", "carry": "BurntOrange", "gate": "SeaGreen"}
_STYLE = re.compile(r' style="color:(#\w+);"')
_INLINE = re.compile(r"(?<![\\$])\$(?![\s$])(?P<tex>(?:\\.|[^$\\])+?)(?<!\s)\$(?![\d$])")
_THOUSANDS = re.compile(r'(?<=\d)</mn><mo rspace="0">,</mo><mn>(?=\d{3}<)')
# Characters that no text uses; inject's marks are the two before them.
_OPEN, _CLOSE = "\ue002", "\ue003"
_BLOCK = re.compile(f"<p>\\s*{_OPEN}(\\d+){_CLOSE}\\s*</p>")
# With the marks at its sides, which browsers would let go to another line.
_MARK = re.compile(f"([（(“‘]?){_OPEN}(\\d+){_CLOSE}([,.;:!?)、，。；：！？）”’]*)")


@dataclass(frozen=True)
class Formula:
    """A formula where it stands.

    Attributes:
        line: 1-based line on which it begins; `$$` counts as part of it.
        last: The line on which it ends.
        start: Column at which it begins.
        stop: Column after its end.
        tex: What stands between the dollar signs.
        display: Whether it stands by itself, between `$$`.
    """

    line: int
    last: int
    start: int
    stop: int
    tex: str
    display: bool


@lru_cache(maxsize=1024)  # checks and pages ask for the same
def find_formulas(text: str, path: str) -> tuple[Formula, ...]:
    """Return the formulas of a page, in reading order.

    Raises:
        PageError: `$$` is not closed, or a formula stands in a heading.
    """
    prose, rows = read_prose(text, path), text.splitlines()
    titles = {line for line, *_ in headings(prose)}
    found, opened = [], None

    def refuse(number: int, what: str, hint: str):
        return PageError(what, path=path, line=number, text=rows[number - 1], hint=hint)

    for number, row in enumerate(prose, 1):
        if "$" not in row:
            continue
        bare = row.strip()
        if bare == "$$" and opened:
            if number == opened[0] + 1:
                raise refuse(number, "there is no formula between these", "write one")
            tex = "\n".join(row.strip() for row in rows[opened[0]:number - 1])
            found.append(Formula(opened[0], number, opened[1], len(row.rstrip()), tex, True))
            opened = None
        elif bare == "$$":
            opened = number, row.index("$$")
        elif "$$" in bare:
            raise refuse(number, "a displayed formula shares its line with something",
                         "write $$ on lines of their own, above and below it")
        elif not opened:
            for match in _INLINE.finditer(row):
                if number in titles:
                    raise refuse(
                        number, "a formula in a heading would be missing from the contents",
                        "say it in words, and set the formula below")
                found.append(Formula(
                    number, number, match.start(), match.end(),
                    rows[number - 1][match.start("tex"):match.end("tex")], False))
    if opened:
        raise refuse(opened[0], "this formula never ends", "close it with a line of just $$")
    return tuple(found)


def check_formulas(text: str, path: str) -> tuple[Formula, ...]:
    """Return the formulas of a page, all of which can be set.

    Raises:
        PageError, Failures: Some cannot; each is named with its line.
    """
    formulas, failures = find_formulas(text, path), []
    for formula in formulas:
        try:
            convert_formula(formula.tex, formula.display)
        except ValueError as error:
            line = (formula.line + formula.display
                    + formula.tex.count("\n", 0, error.args[1]))
            failures.append(PageError(
                f"this formula cannot be set: {error.args[0]}", path=path, line=line,
                text=text.splitlines()[line - 1]))
    if failures:
        raise failures[0] if len(failures) == 1 else Failures(failures)
    return formulas


@cache
def convert_formula(tex: str, display: bool) -> str:
    """Return the MathML of a formula, its TeX kept as an annotation.

    Raises:
        ValueError: It cannot be converted; with the reason and the place in `tex`.
    """
    from math_core import LatexError

    try:
        html = _converter().convert_with_local_state(tex, displaystyle=display)
    except LatexError as error:
        place, _, reason = str(error).partition(": ")
        raise ValueError(reason, int(place) if place.isdigit() else 0) from None
    for role, colour in _classes().items():
        html = html.replace(f' style="{colour}"', f' class="nb-{role}"')
    if _STYLE.search(html):
        raise ValueError(
            r"colours have a meaning here: write \state{…}, \carry{…} or \gate{…}", 0)
    # One number, not two with a comma between them; and no space inside it.
    html = _THOUSANDS.sub(",", html)
    # Readers see it only in the source, but a search would find it.
    html = html.replace("<annotation ", "<annotation data-search-exclude ")
    return html.replace("&ApplyFunction;", "\u2061")


def mark_formulas(text: str, path: str) -> str:
    """Return a page's Markdown with a mark for each of its formulas.

    Lines keep their numbers. `\\$` becomes the dollar sign it stands for.
    """
    rows = text.splitlines()
    for number, formula in reversed([*enumerate(find_formulas(text, path))]):
        first, mark = formula.line - 1, f"{_OPEN}{number}{_CLOSE}"
        if formula.display:  # a paragraph of its own, whatever stands around it
            size = formula.last - formula.line
            rows[first:formula.last] = ["", " " * formula.start + mark, *[""] * (size - 1)]
        else:
            rows[first] = rows[first][:formula.start] + mark + rows[first][formula.stop:]
    for number, row in enumerate(read_prose("\n".join(rows), path)):
        for match in reversed([*re.finditer(r"\\\$", row)]):
            rows[number] = rows[number][:match.start()] + rows[number][match.start() + 1:]
    return "\n".join(rows) + "\n"


def fill_formulas(html: str, formulas: Sequence[Formula], locale: str) -> str:
    """Return a page's HTML with each mark replaced by its formula.

    A displayed one gets a box in which it scrolls, by keyboard too.
    """
    label = load_words(locale, "page")["formula"]

    def set_block(match: re.Match) -> str:
        return (f'<div class="nb-formula" data-search-exclude role="group"'
                f' aria-label="{label}" tabindex="0">{convert_formula(formulas[int(match[1])].tex, True)}</div>')

    def set_inline(match: re.Match) -> str:
        before, number, after = match.groups()
        math = convert_formula(formulas[int(number)].tex, formulas[int(number)].display)
        return (f'<span class="nb-unbroken">{before}{math}{after}</span>'
                if before or after else math)

    return _MARK.sub(set_inline, _BLOCK.sub(set_block, html))


@cache
def _converter():
    """Return what converts TeX; loaded where a page has formulas."""
    from math_core import LatexToMathML

    return LatexToMathML(annotation=True, fancy_error=False, macros={
        role: rf"\textcolor{{{colour}}}{{#1}}" for role, colour in _ROLES.items()})


@cache
def _classes() -> dict[str, str]:
    """Return role → the style by which the library sets its placeholder."""
    styles = {}
    for role in _ROLES:
        html = _converter().convert_with_local_state(rf"\{role}{{x}}", displaystyle=False)
        styles[role] = re.search(r' style="(color:[^"]+)"', html)[1]
    return styles
