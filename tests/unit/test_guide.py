"""What the guide and the README say can be found where they say it is."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXTS = {name: (ROOT / name).read_text("utf-8")
         for name in ("CONTRIBUTING.md", "README.md", "README.zh.md")}


def test_the_contents_of_the_guide_are_its_sections():
    guide = TEXTS["CONTRIBUTING.md"]
    contents = guide.partition("\n## ")[0]
    links = [" ".join(title.split()) for title in re.findall(r"\[([^]]+)\]\(#", contents)]
    prose = re.sub(r"^```.*?^```", "", guide, flags=re.M | re.S)
    before, _, decisions = prose.partition("\n## Decisions\n")
    assert links == [*re.findall(r"^###? (.+)$", before, re.M), "Decisions"]
    assert "\n### " in decisions
    for title, anchor in re.findall(r"\[([^]]+)\]\(#([^)]+)\)", contents):
        assert anchor == re.sub(r"\s+", "-", title.lower())


@pytest.mark.parametrize("name", TEXTS)
def test_every_command_of_make_is_one(name):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = set(re.findall(r"`make ([a-z-]+)", TEXTS[name]))
    named |= set(re.findall(r"^make ([a-z-]+) +#", TEXTS[name], re.M))
    assert named and named <= targets


def test_no_command_of_make_gives_way_to_a_folder_of_its_name():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.M)[1].split()
    assert set(re.findall(r"^([a-z-]+):", makefile, re.M)) == {*phony}


@pytest.mark.parametrize("name", TEXTS)
def test_every_file_that_is_named_is_there(name):
    named = re.findall(r"`((?:\w+/)+[\w.]*\.\w+|\w+\.(?:toml|yml|py))`", TEXTS[name])
    places = [ROOT, ROOT / "notebuild", ROOT / "notebuild" / "languages"]
    missing = [file for file in named if not any((place / file).exists() for place in places)]
    # Made up for the recipes: docs/name.zh.md, notebuild/languages/fr.toml.
    assert not [file for file in missing if not re.search(r"\bname\.|\bfr\.", file)]
