"""A long output is folded, and nothing of it is lost."""

import re
from html import unescape

import pytest

from notebuild.folds import LIMIT, split_long
from notebuild.render import render_outputs


def printed(lines: list[str], locale: str = "en") -> str:
    output = {"output_type": "stream", "name": "stdout", "text": "\n".join(lines) + "\n"}
    return render_outputs([output], cell_id="c", alt=None, locale=locale)


def test_what_fits_a_screen_stays_whole():
    html = printed([f"line {n}" for n in range(LIMIT)])
    assert "nb-fold" not in html and "nb-middle" not in html


@pytest.mark.parametrize("locale, words", [("en", "⋯ 12 more lines"), ("zh", "⋯ 再看 12 行")])
def test_a_long_text_is_folded_in_the_middle(locale, words):
    lines = [f"<{n}>" for n in range(30)]
    html = printed(lines, locale)
    code = html.partition("<code>")[2].partition("</code>")[0]
    first, middle, last = re.split(r"<button.*?</button><span[^>]*>|</span>", code)
    assert words in html and " hidden " in html
    assert [len(part.strip("\n").split("\n")) for part in (first, middle, last)] == [12, 12, 6]
    assert unescape(first + middle + last).split("\n") == lines


def test_a_long_log_keeps_every_row():
    lines = [row for n in range(1, 41) for row in
             (f"Epoch {n}/40", f"10/10 - 1s - 90ms/step - loss: 0.{n:02d}")]
    html = printed(lines)
    assert html.count("<tbody") == 4 and html.count('scope="row"') == 40
    assert 'colspan="5"' in html and "⋯ 22 more lines" in html


def test_split_long_loses_nothing():
    for count in (0, 1, LIMIT, LIMIT + 1, 100):
        first, middle, last = split_long(range(count))
        assert [*first, *middle, *last] == [*range(count)]
        assert len(middle) != 1 or count <= LIMIT
