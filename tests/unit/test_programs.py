"""What a page says of a cell's program."""

import json

from bs4 import BeautifulSoup

from notebuild.programs import render_program


def bar(*args, **options):
    return BeautifulSoup(render_program(*args, **options), "html.parser").div


def test_blocks_in_a_row_are_said_as_one():
    for blocks, words in [([0, 1, 2, 5], "0-2 5"), ([7], "7"), ([1, 3, 4], "1 3-4")]:
        assert bar(1, blocks, "")["data-cells"] == words


def test_versions_are_said_or_referred_to():
    said = bar(3, [0], 'Python 3.12 "a"')
    assert said["data-versions"] == 'Python 3.12 "a"' and said["id"] == "cell-3"
    assert not said.has_attr("data-like")
    same = bar(4, [0, 1], "Python 3.12", like=0)
    assert same["data-like"] == "0" and not same.has_attr("data-versions")


def test_words_are_kept_to_the_letter():
    said = bar(1, [0], "", words={"look": 'a "look" & <more>', "done": "已复制"})
    assert json.loads(said["data-words"])["look"] == 'a "look" & <more>'
    assert "已复制" in said["data-words"]
    assert not bar(2, [0], "").has_attr("data-words")


def test_without_a_script_it_is_empty():
    assert not bar(1, [0], "").contents
