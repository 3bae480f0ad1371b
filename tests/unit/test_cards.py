"""The card of a shared link: as large as asked for, well broken, drawn once."""

from io import BytesIO

import pytest
from PIL import Image

from notebuild import cards
from notebuild.cards import break_lines, draw


def measure(text: str) -> float:
    """Chinese letters are two wide, others one."""
    return sum(1 if c.isascii() else 2 for c in text)


@pytest.mark.parametrize("title, site", [
    ("训练之前：填充、掩码、截断和切分，各值几分？", "循环神经网络笔记"),
    ("Before training: what padding, masking, cutting and splitting cost", "Notes"),
    ("Notes", "Notes"),
    ("字" * 400, "很长的题目"),
    ("x" * 200, "One long word"),
    ("", "Without a title"),
])
def test_a_card_is_a_small_png_of_the_size_that_is_asked_for(title, site):
    """Nothing is drawn beyond the margin, however long the title."""
    data = draw(title, site)
    image = Image.open(BytesIO(data))
    assert (image.format, image.size) == ("PNG", (1200, 630))
    assert len(data) < 60_000
    right = image.convert("L").crop((1200 - 60, 0, 1200, cards.FOOT - 4))
    assert right.getextrema()[0] > 240


@pytest.mark.parametrize("text, width, lines", [
    ("三种循环单元：用 NumPy 写，和 Keras 对账", 26, ["三种循环单元：", "用 NumPy 写，和 Keras 对账"]),
    ("填充、掩码、截断和切分", 14, ["填充、掩码、", "截断和切分"]),
    ("循环神经网络", 8, ["循环", "神经网络"]),
    ("看（这里）吧", 6, ["看", "（这里）", "吧"]),
    ("Where does a model change its mind?", 20, ["Where does a model", "change its mind?"]),
    ("short", 20, ["short"]),
    ("", 20, []),
])
def test_lines_end_where_words_and_clauses_do(text, width, lines):
    assert break_lines(text, width, measure) == lines


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one():
    text = "一二三，四五（六七）八九。“十一”十二！十三、十四：十五"
    for width in range(4, 40):
        lines = break_lines(text, width, measure)
        assert "".join(lines) == text
        for line in lines:
            assert line[0] not in cards._CLOSING and line[-1] not in cards._OPENING
