"""A third language: what the guide says is enough, and what lacks is named."""

import re
import shutil

import pytest

pytestmark = pytest.mark.site


@pytest.fixture
def french(project):
    """The small site with French in its settings, and nothing else of it."""
    (project.root / "notebuild").unlink()
    shutil.copytree(project.source / "notebuild", project.root / "notebuild",
                    ignore=shutil.ignore_patterns("__pycache__"))
    config = project.root / "mkdocs.yml"
    text = config.read_text("utf-8")
    english, = re.findall(r"^        - locale: en\n(?:          .*\n)+", text, re.M)
    config.write_text(text.replace(english, english + english.replace(
        "locale: en", "locale: fr").replace("name: English", "name: Français").replace(
        "language: en", "language: fr").replace("Notes on", "Notes sur")), "utf-8")
    return project


def translate(project):
    """Write a stub of all that is to be translated."""
    languages = project.root / "notebuild" / "languages"
    words = (languages / "en.toml").read_text("utf-8").replace('"en"', '"fr"')
    (languages / "fr.toml").write_text(
        words.replace("Page not found", "Introuvable").replace("Record of", "Compte de"), "utf-8")
    for page in (project.root / "docs").glob("*.en.md"):
        shutil.copyfile(page, page.with_name(page.name.replace(".en.", ".fr.")))
    lab = project.root / "examples" / "lab.py"
    lab.write_text(re.sub(
        r'(# %% \[markdown\] lang=)"en"(\n(?:#.*\n)+)', r'\1"en"\2\n\1"fr"\2',
        lab.read_text("utf-8")), "utf-8")


def test_a_language_of_which_only_the_settings_are_there_says_what_lacks(french):
    built = french.build()
    assert built.status == 1 and not built.site.exists()
    assert "notebuild/languages/fr.toml: the build has no words in ‘fr’" in built.log


def test_a_third_language_is_built_with_one_run_for_all(french):
    translate(french)
    built = french.build()
    assert built.status == 0, built.log
    assert built.executed == 9  # as many as of two languages
    page = built.page("fr")
    assert '<html class="no-js" lang="fr">' in page and "Notes sur" in page
    assert "Compte de" in page and not re.search("[\u4e00-\u9fff]", re.sub(
        r'<a[^>]*hreflang="zh".*?</a>', "", page))
    assert 'hreflang="zh"' in page and 'hreflang="en"' in page
    assert (built.site / "fr" / "search" / "search_index.json").is_file()
    assert (built.site / "fr" / "labs" / "lab" / "lab.ipynb").is_file()
    assert "Introuvable" in (built.site / "404.html").read_text("utf-8")


def test_a_setting_that_is_not_translated_is_not_said_in_chinese(french):
    translate(french)
    config = french.root / "mkdocs.yml"
    head, mark, rest = config.read_text("utf-8").partition("locale: fr\n")
    config.write_text(head + mark + re.sub(r".*nav: Chapters\n", "", rest, count=1), "utf-8")
    built = french.build()
    assert built.status == 1
    assert re.search(r"mkdocs\.yml:\d+: the language ‘fr’ leaves out extra\.text\.nav", built.log)
