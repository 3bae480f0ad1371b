"""Line ends of the source do not show inside Chinese text."""

import pytest

from notebuild.typeset import join_lines


@pytest.mark.parametrize(
    "source, shown",
    [
        ("一句。\n二句", "一句。二句"),
        ("没有\n标点", "没有标点"),
        ("先看\n“记忆”", "先看“记忆”"),
        ("好，\n<code>x</code>", "好，<code>x</code>"),
        ("用\nKeras\n写", "用\nKeras\n写"),
        ("One line.\nAnother one.", "One line.\nAnother one."),
    ],
)
def test_only_line_ends_inside_chinese_are_removed(source, shown):
    assert join_lines(f"<p>{source}</p>\n") == f"<p>{shown}</p>\n"


def test_preformatted_text_is_left_alone():
    code = '<pre class="x"><code>一\n二。\n三</code></pre>'
    assert join_lines(f"甲\n乙{code}丙\n丁") == f"甲乙{code}丙丁"
