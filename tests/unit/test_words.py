"""What the build says on pages is there in every language, or the place is named."""

import shutil
from string import Formatter

import pytest

from notebuild import words
from notebuild.errors import Failures, NotebuildError


@pytest.fixture
def language(tmp_path, monkeypatch):
    """Write the words of French, a copy of the English ones with an edit."""
    folder = tmp_path / "languages"
    shutil.copytree(words.FOLDER, folder)
    monkeypatch.setattr(words, "FOLDER", folder)

    def write(old="", new=""):
        text = (folder / "en.toml").read_text("utf-8")
        assert old in text
        (folder / "fr.toml").write_text(text.replace(old, new, 1), "utf-8")
        words._checked.cache_clear()

    return write


@pytest.mark.parametrize("locale", sorted(file.stem for file in words.FOLDER.glob("*.toml")))
def test_every_language_here_is_whole(locale):
    assert words.load_words(locale, "page")["lang"].startswith(locale)


def test_a_language_without_words_says_what_to_write():
    with pytest.raises(NotebuildError) as caught:
        words.load_words("fr", "page")
    assert "notebuild/languages/fr.toml: the build has no words in ‘fr’" in str(caught.value)
    assert "copy notebuild/languages/en.toml" in str(caught.value)


def test_a_copy_to_be_translated_is_enough(language):
    language('output = "Output"', 'output = "Sortie"')
    assert words.load_words("fr", "outputs")["output"] == "Sortie"


@pytest.mark.parametrize("old, new, reason, place", [
    ('output = "Output"\n', "", "‘output’ is missing in [outputs]", "[outputs]"),
    ('output = "Output"', 'output = 3', "‘output’ is not filled", "output = 3"),
    ('at = "Step {} of {}: {}"', 'at = "Pas {}"', "‘at’ is not filled", 'at = "Pas {}"'),
    ('less = "Show less"', 'less = "x"\nmoer = "y"', "nothing says ‘moer’", 'moer = "y"'),
    ('[live]', '[lvie]', "‘running’ is missing in [live]", ""),
    ('output = "Output"', 'output = ', "cannot be read", ""),
    ('output = "Output"', 'output = "{"', "‘output’ is not filled", 'output = "{"'),
])
def test_what_is_not_as_in_english_is_named_with_its_line(language, old, new, reason, place):
    language(old, new)
    with pytest.raises(NotebuildError) as caught:
        words.load_words("fr", "page")
    assert "languages/fr.toml" in str(caught.value) and reason in str(caught.value)
    assert f"| {place}" in str(caught.value) or not place


def test_everything_that_is_missing_is_told_at_once(language):
    language('more = "⋯ {} more lines"\nless = "Show less"\n', "")
    with pytest.raises(Failures) as caught:
        words.load_words("fr", "outputs")
    assert len(caught.value.failures) == 2


def test_an_edit_is_seen_by_a_server_that_runs(language):
    language()
    assert words.load_words("fr", "figures")["back"] == "Previous step"
    file = words.FOLDER / "fr.toml"
    file.write_text(file.read_text("utf-8").replace("Previous step", "Avant"), "utf-8")
    assert words.load_words("fr", "figures")["back"] == "Avant"


def test_the_measure_can_be_filled():
    for part in words._read("en")[0].values():
        for text in part.values():
            [*Formatter().parse(text)]
