"""What is in use is never removed; what is removed is told."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from notebuild import evict
from notebuild.errors import NotebuildError
from notebuild.model import Record
from notebuild.store import Store

ROOT = Path(__file__).parents[2]
A, B, C = ("a" * 32, "b" * 32, "c" * 32)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "cache")


def put(store, key, size, used=None):
    """Put an entry with a value of some bytes, last used some seconds ago."""
    staging = store.staging()
    (staging / "value-0.pkl").write_bytes(b"0" * size)
    store.put(staging, Record(key, 0.1, 0.1, 1, "2020-01-01T00:00:00+00:00", "3", {}, {},
                              None, values={"a": "value-0.pkl"}), [])
    if used is not None:
        os.utime(store.folder(key), (time.time() - used,) * 2)


def there(store):
    return {key for key in (A, B, C) if Store(store.root).record(key)}


@pytest.fixture
def builder(store):
    """Another process that is at work with the store."""
    code = ("import sys; sys.path.insert(0, sys.argv[1])\n"
            "from notebuild.evict import in_use; from notebuild.store import Store\n"
            "with in_use(Store(sys.argv[2])):\n"
            "    print('ready', flush=True); sys.stdin.read()")
    with subprocess.Popen([sys.executable, "-c", code, str(ROOT), str(store.root)],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"ready\n"
        yield process
        process.kill()


@pytest.mark.parametrize("text, size", [
    ("4GB", 4e9), ("500MB", 5e8), ("1.5GiB", 1.5 * 2**30), ("20 kB", 2e4), ("7", 7),
    ("1 TB", 1e12), ("0", 0), ("none", float("inf")), (None, 5e9)])
def test_a_limit_is_a_number_with_a_unit(monkeypatch, text, size):
    """As people write it; 5 GB if nothing is said."""
    monkeypatch.delenv(evict.LIMIT, raising=False)
    if text is not None:
        monkeypatch.setenv(evict.LIMIT, text)
    assert evict.read_limit() == size


@pytest.mark.parametrize("text", ["", "much", "-1GB", "4 XB", "4GB or so", "1,5GB"])
def test_a_limit_that_is_none_is_told_with_an_example(monkeypatch, text):
    monkeypatch.setenv(evict.LIMIT, text)
    with pytest.raises(NotebuildError, match=f"NOTEBUILD_STORE_LIMIT is ‘{text}’") as caught:
        evict.read_limit()
    assert "4GB" in str(caught.value)


@pytest.mark.parametrize("size, text", [
    (0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (999_700, "1 MB"), (1.234e9, "1.23 GB"),
    (5e12, "5 TB")])
def test_sizes_are_said_with_three_digits(size, text):
    assert evict.say_size(size) == text


def test_unused_entries_go_and_used_ones_stay(store):
    """However old or new; how many and how much is told."""
    put(store, A, 1000, used=9e6)
    put(store, B, 5000)
    put(store, C, 7000)
    before = store.usage()
    assert evict.remove_unused(store, {A}) == (2, before[B].size + before[C].size)
    assert there(store) == {A}
    assert not [*store.root.glob("staging-*")]


def test_nothing_is_removed_while_another_process_builds(store, builder):
    """Neither by hand nor by the limit; afterwards it is."""
    put(store, A, 1000)
    with pytest.raises(NotebuildError, match="a build is at work"), evict.alone(store):
        pytest.fail("it is not alone")
    assert "another build is at work" in evict.evict(store, set(), 10)
    assert there(store) == {A}
    builder.kill()  # the system lets go of what it held
    builder.wait()
    with evict.alone(store):
        assert evict.remove_unused(store, set())[0] == 1


def test_two_builds_may_be_at_work(store, builder):
    with evict.in_use(store):
        pass


def test_below_the_limit_nothing_goes(store):
    put(store, A, 1000, used=9e6)
    assert evict.evict(store, set(), 1e6) is None
    assert there(store) == {A}


def test_above_the_limit_the_least_recently_used_go_first(store):
    """And no more than it takes."""
    for key, used in ((A, 10), (B, 1000), (C, 100)):
        put(store, key, 100_000, used=used)
    told = evict.evict(store, set(), 250_000)
    assert there(store) == {A, C}
    assert "removed 1 of 3 entries, those used least recently: 101 kB" in told
    assert "\n" not in told


def test_of_those_used_by_one_build_the_largest_goes_first(store):
    for key, size in ((A, 1000), (B, 9000), (C, 2000)):
        put(store, key, size)
        os.utime(store.folder(key), (1e9, 1e9))
    evict.evict(store, set(), 8000)
    assert there(store) == {A, C}


def test_what_this_build_uses_stays_though_it_is_old_and_large(store):
    """Above the limit by itself: all else goes, and that is told."""
    put(store, A, 9000, used=9e6)
    put(store, B, 100)
    told = evict.evict(store, {A}, 5000)
    assert there(store) == {A}
    assert "this build needs all the rest" in told


def test_what_a_build_uses_counts_as_used_now(store):
    """So the next build finds it more recent than what was made meanwhile."""
    put(store, A, 9000, used=9e6)
    put(store, B, 9000, used=60)
    assert evict.evict(store, {A}, 1e6) is None
    evict.evict(store, set(), 12_000)
    assert there(store) == {A}
    assert Store(store.root).record(A).key == A  # touching it did no harm
