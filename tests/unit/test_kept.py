"""What is made once is not made again for the same source."""

import pytest

from notebuild.kept import Files, Kept


def test_files_are_made_again_only_when_their_source_changes(tmp_path):
    """What nobody asks for any more is deleted, and a broken-off file is never used."""
    made = []

    def make(source: str, fail: bool = False) -> bytes:
        made.append(source)
        if fail:
            raise OSError("no room")
        return source.encode()

    for sources in (["a", "b"], ["a", "c"]):
        files = Files(tmp_path / "made")
        for source in sources:
            assert files.get([source], ".txt", lambda: make(source)) == source.encode()
        files.forget()
    assert made == ["a", "b", "c"]
    assert len([*(tmp_path / "made").iterdir()]) == 2
    with pytest.raises(OSError, match="no room"):
        files.get(["d"], ".txt", lambda: make("d", fail=True))
    assert files.get(["d"], ".txt", lambda: make("d")) == b"d"


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
