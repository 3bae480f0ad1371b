"""The changelogs become one feed per language; what is wrong in them is named."""

from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from notebuild.errors import PageError
from notebuild.feed import find_changelogs, make_feed, read_changes

ROOT = Path(__file__).parents[2]
ATOM = "{http://www.w3.org/2005/Atom}"
ENGLISH = """# Changelog

## Unreleased

- Not yet.

## 2026-11-24 The second

- A `feed` & more.
- Two.

## 2026-11-23

- One.
"""
CHINESE = "# 更新\n\n## 2026-11-24\n\n- 甲，\n乙。\n- 丙。\n\n## 2026-11-23\n\n- 丁。\n"


def changelogs(folder: Path, english: str = ENGLISH, chinese: str = CHINESE):
    (folder / "CHANGELOG.md").write_text(english, "utf-8")
    (folder / "CHANGELOG.zh.md").write_text(chinese, "utf-8")
    return find_changelogs(folder, ("zh", "en"))


def test_each_dated_section_is_an_entry(tmp_path):
    """With an address of its own, its day, and its text as HTML; the rest waits."""
    changes = read_changes(changelogs(tmp_path))
    assert [change.day for change in changes["en"]] == [date(2026, 11, 24), date(2026, 11, 23)]
    feed = ET.fromstring(make_feed(changes["en"], "en", "Notes & more",
                                   "https://a.b/c/", "https://a.b/c/en/"))
    assert feed.findtext(f"{ATOM}title") == "Notes & more: changes"
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {"alternate": "https://a.b/c/en/", "self": "https://a.b/c/feed.en.xml"}
    first, second = feed.findall(f"{ATOM}entry")
    assert first.findtext(f"{ATOM}title") == "Changes of 24 November 2026"
    assert first.findtext(f"{ATOM}updated") == "2026-11-24T00:00:00+00:00"
    assert feed.findtext(f"{ATOM}updated") == "2026-11-24T00:00:00+00:00"
    assert "<code>feed</code> &amp; more" in first.findtext(f"{ATOM}content")
    assert first.findtext(f"{ATOM}id") != second.findtext(f"{ATOM}id")
    assert "Not yet" not in ET.tostring(feed, "unicode")


def test_a_language_speaks_for_itself(tmp_path):
    changes = read_changes(changelogs(tmp_path))
    text = make_feed(changes["zh"], "zh", "笔记", "https://a.b/", "https://a.b/")
    assert "2026 年 11 月 24 日的更新" in text
    assert 'xml:lang="zh-CN"' in text and "甲，乙。" in text


def test_without_changelogs_there_is_nothing(tmp_path):
    assert find_changelogs(tmp_path, ("zh", "en")) == {}
    assert read_changes({}) == {}


@pytest.mark.parametrize("old, new, place, reason", [
    ("2026-11-24", "2026-11-31", 7, "no day"),
    ("2026-11-24", "2026-11-22", 12, "stands below"),
    ("- Two.\n", "", 7, "1 changes, and 2"),
    ("2026-11-23", "2026-11-22", 12, "has 2026-11-22 where"),
    ("## 2026-11-23\n", "", 7, "3 changes, and 2"),
])
def test_what_is_wrong_in_a_changelog_is_named_with_its_line(tmp_path, old, new, place, reason):
    with pytest.raises(PageError) as caught:
        read_changes(changelogs(tmp_path, ENGLISH.replace(old, new)))
    message = str(caught.value)
    assert reason in message and message.startswith(f"CHANGELOG.md:{place}: ")
    assert "→" in message


def test_a_section_that_a_language_lacks_is_named(tmp_path):
    with pytest.raises(PageError, match="1 dated sections, and 2"):
        read_changes(changelogs(tmp_path, ENGLISH.partition("## 2026-11-23")[0]))


def test_the_changelogs_of_this_project_agree():
    changes = read_changes(find_changelogs(ROOT, ("zh", "en")))
    assert set(changes) == {"zh", "en"}
    assert changes["zh"] and len(changes["zh"]) == len(changes["en"])


def test_the_citation_file_has_what_its_format_asks_for():
    """Version 1.2.0: four required fields, named authors, licences by their SPDX names."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert citation["message"] and isinstance(citation["title"], str)
    assert citation["type"] in ("software", "dataset")
    for named in [citation, *citation["references"]]:
        assert named["title"] and named["authors"]
        for author in named["authors"]:
            person = {"family-names", "given-names"} <= set(author)
            assert person != ("name" in author)  # a person or an entity
    assert set(citation["license"]) == {"MIT", "CC-BY-4.0"}
    assert isinstance(citation["date-released"], date)
    known = {"abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi",
             "identifiers", "keywords", "license", "license-url", "message",
             "preferred-citation", "references", "repository", "repository-artifact",
             "repository-code", "title", "type", "url", "version"}
    assert set(citation) <= known
    assert len(set(citation["keywords"])) == len(citation["keywords"])
