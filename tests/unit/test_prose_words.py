"""A row of Markdown as words, and the question that a lab asks."""

import pytest

from notebuild.prose import first_question, plain_text


@pytest.mark.parametrize("row, words", [
    ("In a `SimpleRNN`, a [gradient](../g.md#t) is *small*.", "In a SimpleRNN, a gradient is small."),
    ("见[`LSTM` 的一步](../rnn.md#step \"题\")与**练习**", "见LSTM 的一步与练习"),
    ("`a * b * c` and 2 * 3 * 4", "a * b * c and 2 * 3 * 4"),
    ("``a ` b``, snake_case_name, _so_", "a ` b, snake_case_name, so"),
    (r"costs \$5, \*not\* more", "costs $5, *not* more"),
    ("<https://a.b> stays", "<https://a.b> stays"),
])
def test_words_are_left_and_marks_are_gone(row, words):
    assert plain_text(row) == words


def test_a_lab_is_described_by_its_questions():
    """All of its first paragraph; in Chinese without spaces between them."""
    text = "# 标题 { #t }\n\n先说一句。\n`A` 多远？\n[B](b.md) 呢？\n\n后面？\n"
    assert first_question(text) == "A 多远？B 呢？"
    assert first_question("# T\n\nSo.\nHow `far`?\nWhy?\n") == "How far? Why?"


def test_without_a_question_the_first_row_describes_it():
    assert first_question("# T\n\nOne *row*.\nAnother.\n\nReally?") == "One row."
    assert first_question("# T\n") == ""
