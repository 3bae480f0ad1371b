"""What is made once is not made again for the same source."""

import os

import pytest

from notebuild.kept import Files, Kept


def test_files_are_made_again_only_when_their_source_changes(tmp_path):
    """And a broken-off file is never used."""
    made = []

    def make(source: str, fail: bool = False) -> bytes:
        made.append(source)
        if fail:
            raise OSError("no room")
        return source.encode()

    for sources in (["a", "b"], ["a", "c"]):
        files = Files(tmp_path / "made")
        for source in sources:
            file = files.get([source], ".txt", lambda: make(source))
            assert file.read_bytes() == source.encode()
    assert made == ["a", "b", "c"]
    with pytest.raises(OSError, match="no room"):
        files.get(["d"], ".txt", lambda: make("d", fail=True))
    assert files.get(["d"], ".txt", lambda: make("d")).read_bytes() == b"d"


def test_what_nobody_asked_for_in_a_day_is_forgotten(tmp_path):
    """What another build, which may still be at work, has asked for is kept."""
    files = Files(tmp_path)
    used, unused = (files.get([name], ".txt", name.encode) for name in "ab")
    for file in (used, unused):
        os.utime(file, (0, 0))
    assert Files(tmp_path).get("a", ".txt", lambda: b"made again") == used
    files.forget()
    assert [*tmp_path.iterdir()] == [used] and used.read_bytes() == b"a"


def test_a_value_is_kept_as_well(tmp_path):
    value = [{"title": "记忆", "boost": 0.5}]
    assert Files(tmp_path).value(["a"], lambda: value) == value
    assert Files(tmp_path).value(["a"], lambda: None) == value


def test_two_parts_of_a_source_are_not_one(tmp_path):
    files = Files(tmp_path)
    assert files.get(["a", "b"], "", lambda: b"1") != files.get(["ab"], "", lambda: b"2")


def test_a_value_is_made_again_when_its_source_is_another_one():
    kept = Kept()
    assert kept.get("place", [1], lambda: "one") == "one"
    assert kept.get("place", [1], lambda: "other") == "one"
    assert kept.get("elsewhere", [1], lambda: "other") == "other"
    assert kept.get("place", [2], lambda: "two") == "two"
    assert kept.get("place", [1], lambda: "one again") == "one again"


def test_a_build_keeps_nothing():
    kept = Kept(lasting=False)
    assert [kept.get("place", [1], lambda n=n: n) for n in range(2)] == [0, 1]
