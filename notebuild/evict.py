"""What the store may forget: entries that no cell refers to any more, and,
where it has outgrown its limit, those that were used least recently.

Entries go whole. One without its values would count as damaged, and its cell
would run again for them anyway. What goes is only ever time: a cell whose entry
is gone runs again when some text asks for it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from .errors import NotebuildError
from .store import Store

try:
    import fcntl
except ImportError:  # Windows: nothing is locked, a build may have to run a cell again
    fcntl = None

LIMIT = "NOTEBUILD_STORE_LIMIT"
DEFAULT = "5GB"  # a full build of the notes is 1 GB

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(I?)B?")


def read_limit() -> float:
    """Return how many bytes the store may take, as the environment says.

    Raises:
        NotebuildError: It says something else.
    """
    text = os.environ.get(LIMIT, DEFAULT).strip()
    if text == "none":
        return float("inf")
    match = _SIZE.fullmatch(text.upper())
    if match is None:
        raise NotebuildError(
            f"{LIMIT} is ‘{text}’",
            hint="give a size such as 4GB, 500MB or 1.5GiB, or none for no limit")
    number, unit, binary = match.groups()
    return float(number) * (1024 if binary else 1000) ** " KMGT".index(unit or " ")


def say_size(size: float) -> str:
    """Return a number of bytes as people read it: 1.2 GB."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 999.5:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} TB"


@contextmanager
def in_use(store: Store) -> Iterator[None]:
    """Keep others from removing entries; waits while somebody does.

    The system lets go of the lock with the process, however that ends.
    """
    with _lock(store, "LOCK_SH"):
        yield


@contextmanager
def alone(store: Store) -> Iterator[None]:
    """Keep builds from beginning.

    Raises:
        NotebuildError: A build is at work with this store.
    """
    with _lock(store, "LOCK_EX", "LOCK_NB") as mine:
        if not mine:
            raise NotebuildError("a build is at work with this store",
                                 path=store.root, hint="wait until it has ended")
        yield


def remove_unused(store: Store, used: Collection[str]) -> tuple[int, int]:
    """Remove the entries that are not in use; return how many, and their bytes.

    Args:
        store: The store, which the caller has `alone`.
        used: The keys of all cells.
    """
    entries = store.usage()
    gone = [key for key in entries if key not in used]
    for key in gone:
        store.remove(key)
    return len(gone), sum(entries[key].size for key in gone)


def evict(store: Store, used: Collection[str], limit: float) -> str | None:
    """Note what was used now, and bring the store below its limit.

    The least recently used entries go first; of those last used by the same
    build the largest, so that few go.

    Args:
        store: The store.
        used: The keys of all cells of this build; they stay.
        limit: How many bytes it may take.

    Returns:
        What was done, or why nothing could be; None below the limit.
    """
    store.touch(used)
    entries = store.usage()
    size = sum(entry.size for entry in entries.values())
    if size <= limit:
        return None
    over = f"the store takes {say_size(size)}, {LIMIT} is {say_size(limit)}"
    gone = freed = 0
    with _lock(store, "LOCK_EX", "LOCK_NB") as mine:
        if not mine:
            return f"{over}; another build is at work with it, so nothing was removed"
        for key, entry in sorted(entries.items(), key=lambda item: (
                item[1].used, -item[1].size)):
            if size - freed <= limit:
                break
            if key not in used:
                store.remove(key)
                gone, freed = gone + 1, freed + entry.size
    rest = "" if size - freed <= limit else "; this build needs all the rest"
    return (f"{over}; removed {gone} of {len(entries)} entries, those used least "
            f"recently: {say_size(freed)}{rest}")


@contextmanager
def _lock(store: Store, *modes: str) -> Iterator[bool]:
    """Hold the store's lock; yield whether it was free."""
    try:
        store.root.mkdir(parents=True, exist_ok=True)
        file = open(store.root / "lock", "a")
    except OSError:  # a store that nobody can write: nothing is removed from it
        yield True
        return
    with file:  # closing it lets go
        try:
            if fcntl is not None:
                fcntl.flock(file, sum(getattr(fcntl, mode) for mode in modes))
            free = True
        except OSError:
            free = False
        yield free
