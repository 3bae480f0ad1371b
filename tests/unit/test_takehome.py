"""The row of links below a title, and what they lead to."""

import pytest

from notebuild.takehome import closing_words, colab_address, list_needs, render_links


@pytest.mark.parametrize("repository", [
    "https://github.com/a/b", "https://github.com/a/b/", "https://github.com/a/b.git"])
def test_colab_opens_the_branch_of_a_github_repository(repository):
    assert colab_address(repository, "en/rnn/rnn.ipynb") == (
        "https://colab.research.google.com/github/a/b/blob/notebooks/en/rnn/rnn.ipynb")


@pytest.mark.parametrize("repository", [
    "", "https://gitlab.com/a/b", "https://github.com/a", "https://github.com.evil/a/b"])
def test_colab_opens_nothing_else(repository):
    assert colab_address(repository, "rnn/rnn.ipynb") == ""


def test_the_row_offers_what_there_is():
    row = render_links("rnn", "en", epub=False, colab="")
    assert 'href="rnn.py" download' in row and 'href="rnn.ipynb" download' in row
    assert "epub" not in row and "olab" not in row
    row = render_links("rnn", "zh", epub=True, colab="https://c/?a&b")
    assert 'href="rnn.epub" download' in row
    assert '<a href="https://c/?a&amp;b">在 Colab 中打开</a>' in row


def test_what_colab_has_is_not_installed():
    needs = list_needs(["import numpy as np", "import keras",
                        "from movie_reviews.generate import data", "import os"])
    assert [need.partition("==")[0] for need in needs] == ["movie-reviews"]
    assert needs[0].count(".") > 0  # with its version


def test_the_end_says_whence_it_comes():
    text = closing_words("A title", "https://a.b/", ["Python 3", "numpy 2"], "abc", "en")
    assert text.splitlines()[2:] == [
        "From “[A title](https://a.b/)”; the outputs were made with Python 3, numpy 2,"
        " commit abc.", "Text CC BY 4.0, code MIT."]
    assert "](" not in closing_words("题", "", [], None, "zh")
