"""Code has the colours that its tokens had, in less markup."""

import pytest
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from notebuild.minify import minify

pytestmark = pytest.mark.browser

# Tokens of every kind, beside those of the labs.
SAMPLE = '''#!/usr/bin/env python
"""A text at the top."""
from os import (path as p, sep)  # two names
@decorated(size=0x1F, share=1_000.5e-3j)
class Small(ValueError):
    """A text
    of two lines."""
    left: int = None

    async def go(self, *args, __dunder__=True):
        global TOTAL
        text = f"{self.left!r:>{8}} \\n {print(args)}" + rb"\\d" + u'a\\x41'
        if not text and args is not None or 0b101 in args:
            raise KeyError("%s" % len(text)) from None
        return [x @ y for x, y in zip(args, args)], lambda: NotImplemented
        # one remark

        # and another
match text:
    case Small(left=1): pass
'''
# Of every letter, in order: it, its colour, and all else that makes its look.
LETTERS = """html => {
  const article = document.querySelector("article");
  article.innerHTML = `<div class="highlight">${html}</div>`;
  const texts = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
  const letters = [];
  while (texts.nextNode()) {
    const { color, fontStyle, fontWeight, textDecorationLine } =
      getComputedStyle(texts.currentNode.parentElement);
    for (const letter of texts.currentNode.data)
      if (letter.trim()) letters.push([letter, color, fontStyle, fontWeight, textDecorationLine]);
  }
  return letters;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_letter_changes_its_colour(open_page, site, scheme):
    lab = (site.folder / "labs/vanishing_gradients/vanishing_gradients.py").read_text("utf-8")
    page = open_page("labs/numpy_cells/", color_scheme=scheme)
    expected = "slate" if scheme == "dark" else "default"
    page.wait_for_function("s => document.body.dataset.mdColorScheme === s", arg=expected)
    for code in (SAMPLE, lab[:6000]):
        tokens = highlight(code, PythonLexer(), HtmlFormatter(nowrap=True))
        # The theme forgets the letter before a text; to us it is part of it.
        tokens = tokens.replace('class="sa"', 'class="s1"')
        before = f"<pre><code>{tokens}</code></pre>"
        after = minify(before)
        assert len(after) - len(code) < (len(before) - len(code)) / 3
        had, have = page.evaluate(LETTERS, before), page.evaluate(LETTERS, after)
        assert had == have
        assert len({colour for _, colour, *_ in have}) == 5


def test_every_ink_is_used_and_another_one(open_page):
    page = open_page("en/labs/vanishing_gradients/")
    inks = page.evaluate("""[..."ksmc"].map((name) => getComputedStyle(
      document.querySelector(`pre c-[${name}]`)).color)""")
    text = page.locator("article pre code").first.evaluate("e => getComputedStyle(e).color")
    assert len({*inks, text}) == 5


@pytest.mark.parametrize("path", ["", "rnn/", "en/rnn/", "en/labs/imdb_comparison/"])
def test_each_block_of_code_is_copied_as_it_is_shown(open_page, path):
    """Also those far below, which the theme has not looked at yet."""
    page = open_page(path, permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    blocks = page.locator("article .highlight pre:has(> code)")
    assert blocks.count() >= 1
    for block in blocks.all():
        shown = block.locator("> code").evaluate("e => e.textContent").strip("\n").rstrip()
        button = block.get_by_role("button", name="Copy" if "en/" in path else "复制")
        button.evaluate("e => e.click()")
        assert page.evaluate("navigator.clipboard.readText()") == shown
    assert page.locator("article .no-copy .md-code__button").count() == 0


def test_of_a_console_the_commands_are_copied(open_page):
    page = open_page("en/benchmarks/", permissions=["clipboard-read", "clipboard-write"])
    page.locator("article .md-code__button").click()
    assert page.evaluate("navigator.clipboard.readText()").splitlines() == [
        "make bench", "make bench BENCH=scale",
        "make bench BENCH='peers --reviews 500 --epochs 1'"]


def test_the_keyboard_reaches_code_that_scrolls(open_page):
    """From the first Tab on, far below as well; what fits is no stop."""
    page = open_page("en/rnn/", width=360)
    page.keyboard.press("Tab")
    wide = page.locator("article pre > code").evaluate_all(
        "es => es.map(e => [e.scrollWidth > e.clientWidth, e.tabIndex === 0])")
    assert any(scrolls for scrolls, _ in wide)
    assert [stop for _, stop in wide] == [scrolls for scrolls, _ in wide]
