"""Stage 5, store: results in a folder, each at the address of its key.

An entry is a folder: `record.json`, `outputs.json` and the pickled values. It
is written aside and renamed into place, so that it is whole or not there; a
damaged one is set aside and counts as not there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from .errors import StoreError
from .model import Record, Result

FORMAT = "1"


@dataclass(frozen=True)
class Usage:
    """What an entry takes.

    Attributes:
        size: Bytes of its files.
        used: When a build last used it, in seconds since 1970.
    """

    size: int
    used: float


class Store:
    """A folder of results.

    Args:
        root: The folder; it is made when it is first needed.
    """

    address: str | None = None  # where others share it; see `shared`

    def __init__(self, root: Path):
        self.root = Path(root).absolute()  # kernels run elsewhere
        self.entries = self.root / f"store-{FORMAT}"
        self.notices: list[str] = []
        self._records: dict[str, tuple[object, Record]] = {}

    def open(self) -> None:
        """Make the folder and see that it can be written.

        Raises:
            StoreError: It cannot.
        """
        self._make()

    def _make(self) -> None:
        try:
            self.entries.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.root):
                pass
        except OSError as error:
            raise StoreError(
                f"the results cannot be stored: {error.strerror}", path=self.root,
                hint="make the folder writable, or name another one in "
                "NOTEBUILD_CACHE") from None

    def sync(self) -> None:
        """Take in what other machines have put; in a plain folder it is there."""

    def refresh(self, keys: Iterable[str]) -> None:
        """Take in what another machine has put under these keys just now."""

    def folder(self, key: str) -> Path:
        """Return the folder of a key's entry, there or not."""
        return self.entries / key[:2] / key

    def staging(self) -> Path:
        """Return a new empty folder in which an entry can be written."""
        self._make()
        return Path(tempfile.mkdtemp(prefix="staging-", dir=self.root))

    def record(self, key: str) -> Record | None:
        """Return a key's record, or None where there is no sound entry."""
        try:  # asked of every cell, again and again: a Path would take longer
            seen = os.stat(f"{self.entries}/{key[:2]}/{key}/record.json")
        except OSError:
            seen = None
        # Tasks put entries by stores of their own: the file is the authority.
        stamp = seen and (seen.st_mtime_ns, seen.st_ino)
        if key in self._records and self._records[key][0] == stamp:
            return self._records[key][1]
        if seen is None and not self.folder(key).is_dir():
            return None
        try:
            text = (self.folder(key) / "record.json").read_text("utf-8")
            record = Record(**json.loads(text))
            self._check_files(key, record)
        except (OSError, ValueError, TypeError, KeyError) as error:
            self.discard(key, str(error))
            return None
        self._records[key] = stamp, record
        return record

    def result(self, key: str) -> Result:
        """Return a key's record and outputs.

        Raises:
            StoreError: There is no sound entry.
        """
        record = self.record(key)
        if record is None:
            raise StoreError("no result is stored", path=self.folder(key),
                             hint="build again")
        text = (self.folder(key) / "outputs.json").read_text("utf-8")
        return Result(record, json.loads(text))

    def value_file(self, key: str, name: str) -> Path | None:
        """Return the file that holds a name's value; None where it is unbound.

        Raises:
            StoreError: The value is not there, or the file is damaged; the
                entry has been set aside then.
        """
        record = self.record(key)
        if record is None or name not in record.values:
            raise StoreError(f"the value of ‘{name}’ is not stored",
                             path=self.folder(key), hint="build again")
        file = record.values[name]
        return None if file is None else self.checked_file(key, file)

    def checked_file(self, key: str, file: str) -> Path:
        """Return an entry's file after comparing its digest; see `value_file`."""
        try:
            if (record := self.record(key)) is None:
                raise KeyError(f"{file} is not stored")
            self._check(key, record, file)
        except (OSError, ValueError, KeyError) as error:
            self.discard(key, str(error))
            raise StoreError(f"a stored value was damaged: {error}",
                             path=self.folder(key),
                             hint="it was set aside; build again") from None
        return self.folder(key) / file

    def put(self, staging: Path, record: Record, outputs: list[dict]) -> None:
        """Move a finished entry, written in `staging`, into place."""
        (staging / "found.json").unlink(missing_ok=True)
        text = json.dumps(outputs, ensure_ascii=False)
        (staging / "outputs.json").write_text(text, "utf-8")
        files = {f.name: digest(f) for f in sorted(staging.iterdir())}
        data = asdict(record) | {"files": files}
        text = json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True)
        (staging / "record.json").write_text(text, "utf-8")
        self._place(staging, record.key)

    def discard(self, key: str, why: str) -> None:
        """Set a damaged entry aside, so that its cell runs again."""
        self.remove(key)
        self.notices.append(
            f"a stored result was damaged ({why}); its cell runs again")

    def clean(self) -> int:
        """Delete everything; return the bytes freed."""
        size = sum(f.stat().st_size for f in self.root.rglob("*") if f.is_file())
        if self.root.exists():
            shutil.rmtree(self.root)
        self._records.clear()
        return size

    def usage(self) -> dict[str, Usage]:
        """Return key → what its entry takes, of all entries."""
        found = {}
        for folder in self.entries.glob("??/*"):
            with suppress(OSError):  # another build may have set it aside
                size = sum(file.stat().st_size for file in folder.iterdir())
                found[folder.name] = Usage(size, folder.stat().st_mtime)
        return found

    def touch(self, keys: Iterable[str]) -> None:
        """Note that entries were used now."""
        for key in keys:
            with suppress(OSError):  # not there, or a store that is only read
                os.utime(self.folder(key))

    def remove(self, key: str) -> None:
        """Remove an entry, at once as others see it."""
        self._records.pop(key, None)
        self._aside(self.folder(key))

    def sweep(self) -> None:
        """Delete what interrupted builds have left behind for a day."""
        for folder in self.root.glob("staging-*"):
            with suppress(OSError):
                if folder.stat().st_mtime < time.time() - 86_400:
                    shutil.rmtree(folder, ignore_errors=True)

    def _check_files(self, key: str, record: Record) -> None:
        """Raise where an entry is not whole; values are compared when needed."""
        folder = self.folder(key)
        for name in record.files:
            if not os.path.isfile(f"{folder}/{name}"):
                raise ValueError(f"{name} is missing")
        self._check(key, record, "outputs.json")

    def _check(self, key: str, record: Record, name: str) -> None:
        if digest(self.folder(key) / name) != record.files[name]:
            raise ValueError(f"{name} is not what was written")

    def _place(self, staging: Path, key: str) -> None:
        target = self.folder(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():  # an older run of the same, with fewer values
            self._aside(target)
        with suppress(OSError):  # another build may have been first
            os.replace(staging, target)
        shutil.rmtree(staging, ignore_errors=True)
        self._records.pop(key, None)

    def _aside(self, folder: Path) -> None:
        aside = Path(tempfile.mkdtemp(prefix="staging-", dir=self.root))
        with suppress(OSError):
            os.replace(folder, aside / folder.name)
        shutil.rmtree(aside, ignore_errors=True)


def digest(file: Path) -> str:
    """Return the digest of a file's contents, as records hold it."""
    with open(file, "rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
