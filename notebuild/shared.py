"""Stage 5, store, with others: a folder that copies what lies at an address.

The copy holds the records and outputs of everything, since every build reads
them, and the values that were asked for or made here. It can be deleted at
any time; only what could not be sent yet lies nowhere else.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from .model import Record
from .remote import Remote
from .store import FORMAT, Store, digest


def locate_store(project: Path) -> tuple[Path, str | None]:
    """Return the folder of a project's store, and the address that it copies, if any.

    NOTEBUILD_CACHE names another folder, or an address.
    """
    cache, here = os.environ.get("NOTEBUILD_CACHE"), Path(project) / ".notebuild"
    return (here, cache) if cache and "://" in cache else (Path(cache or here), None)


def open_store(root: Path, address: str | None = None) -> Store:
    """Return the store in a folder, or the copy there of the one at an address."""
    return SharedStore(root, address) if address else Store(root)


class SharedStore(Store):
    """The results at an address, copied to a folder.

    Args:
        root: The folder.
        address: As `Remote` takes it.

    Every method may raise StoreError: the address cannot be reached.
    """

    def __init__(self, root: Path, address: str):
        super().__init__(root)
        self.address, self.remote = address, Remote(address, self.entries.name)
        # It lacks values: not to be taken for a store, or another address's copy.
        name = f"copy-{hashlib.sha256(address.encode()).hexdigest()[:8]}-{FORMAT}"
        self.entries = self.root / name
        self.unsent = self.root / f"unsent-{name}"  # one empty file a key
        self.listed: set[str] | None = None  # keys known to be at the address

    def open(self) -> None:
        super().open()
        self.remote.open()

    def sync(self) -> None:
        """Send what is unsent, and copy what others have put.

        Only once: planning asks for the same keys again and again, and must
        not ask the network. What comes later is told to `refresh`.
        """
        if self.listed is not None:
            return
        for mark in self.unsent.glob("*"):
            if super().record(mark.name):
                self._send(mark.name)
            mark.unlink(missing_ok=True)
        keys = self.remote.keys()
        self.listed = {*keys}
        self.refresh(k for k in keys if not (self.folder(k) / "record.json").is_file())
        if lost := len(keys) - len(self.listed):
            self.notices.append(f"{lost} results at {self.address} are damaged; "
                                "where one is needed, its cell runs again")

    def refresh(self, keys: Iterable[str]) -> None:
        """Copy what is at the address now under these keys; drop what is not."""
        keys = {*keys}
        found = self.remote.read(keys) if keys else {}
        for key, files in found.items():
            staging = self.staging()
            for name, text in files.items():
                (staging / name).write_bytes(text)
            self._place(staging, key)
        for key in keys - found.keys():
            if self.folder(key).is_dir() and not (self.unsent / key).exists():
                self.remove(key)
        if self.listed is not None:
            self.listed -= keys
            self.listed |= found.keys()

    def record(self, key: str) -> Record | None:
        record = super().record(key)
        if record is None and (self.listed is None or key in self.listed):
            self.refresh([key])
            record = super().record(key)
            if record is None and self.listed is not None:
                self.listed.discard(key)
        return record

    def value_file(self, key: str, name: str) -> Path | None:
        record = self.record(key)
        if record is not None and name not in record.values:
            self.refresh([key])  # a later run of the same may have it
        return super().value_file(key, name)

    def put(self, staging: Path, record: Record, outputs: list[dict]) -> None:
        self.unsent.mkdir(parents=True, exist_ok=True)
        (self.unsent / record.key).touch()
        super().put(staging, record, outputs)
        self._send(record.key)
        (self.unsent / record.key).unlink(missing_ok=True)

    def discard(self, key: str, why: str) -> None:
        self.remove(key)
        self.notices.append(f"a copied result was damaged ({why}); it is copied, "
                            "or its cell run, again")

    def _check_files(self, key: str, record: Record) -> None:
        self._check(key, record, "outputs.json")

    def _check(self, key: str, record: Record, name: str) -> None:
        """Raise where a file is not what was written, here nor at the address."""
        file, wanted = self.folder(key) / name, record.files[name]
        if file.is_file() and digest(file) == wanted:
            return
        staging = self.staging()
        try:
            self.remote.fetch(key, wanted, staging / name)
            if digest(staging / name) != wanted:
                self.remote.delete(key)  # so that it is put anew
                raise ValueError(f"{name} is not what was written")
            os.replace(staging / name, file)
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    def _send(self, key: str) -> None:
        folder = self.folder(key)
        text = (folder / "record.json").read_text("utf-8")
        self.remote.upload(key, folder, json.loads(text)["files"])
