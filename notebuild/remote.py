"""Stage 5, store, elsewhere: entries at any address that fsspec knows.

An entry's files lie under their digests, and `record.json`, which names them,
is written last: what a record names is there, whoever else writes at the same
time, and also where nothing can be renamed.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import uuid
from collections.abc import Iterable
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path

from .errors import StoreError


class Remote:
    """A place for entries that several machines share.

    Args:
        address: As fsspec takes it: ``s3://bucket/folder``, ``file:///folder``.
        format: The folder in it that holds the entries.

    Every method raises StoreError where the place cannot be reached.
    """

    def __init__(self, address: str, format: str):
        self.address, self.format = address, format

    def open(self) -> None:
        """See that it can be written."""
        with self._told("written"):
            fs, root = self.place
            fs.makedirs(root, exist_ok=True)
            fs.pipe_file(posixpath.join(root, "writable"), b"")

    def keys(self) -> set[str]:
        """Return the keys of all entries."""
        with self._told("read"):
            fs, root = self.place
            return {path.split("/")[-2] for path in fs.find(root)
                    if path.endswith("/record.json")}

    def read(self, keys: Iterable[str]) -> dict[str, dict[str, bytes]]:
        """Return key → `record.json` and `outputs.json` of entries that are sound.

        Read at once where the file system can; what is not there, or is not
        what was written, is left out.
        """
        records = self._cat({key: self._path(key, "record.json") for key in keys})
        paths, digests = {}, {}
        for key, text in records.items():
            with suppress(ValueError, TypeError, KeyError):
                digests[key] = json.loads(text)["files"]["outputs.json"]
                paths[key] = self._path(key, digests[key])
        return {key: {"record.json": records[key], "outputs.json": text} for key, text in self._cat(paths).items()
                if hashlib.sha256(text).hexdigest() == digests[key]}

    def fetch(self, key: str, digest: str, target: Path) -> None:
        """Copy an entry's file of this digest to a local one.

        Raises:
            FileNotFoundError: It is not there.
        """
        with self._told("read"):
            self.place[0].get_file(self._path(key, digest), str(target))

    def upload(self, key: str, folder: Path, files: dict[str, str]) -> None:
        """Copy a local entry there; it appears as a whole, or not at all.

        Args:
            key: The entry's key.
            folder: Its local folder.
            files: File → digest, of all that its record names.
        """
        with self._told("written"):
            fs, _ = self.place
            fs.makedirs(self._path(key), exist_ok=True)
            for name, digest in files.items():
                fs.put_file(str(folder / name), self._path(key, digest))
            # A file system may show a file that is half written; a name that
            # nobody looks for is no harm.
            aside = self._path(key, f"{uuid.uuid4().hex}.aside")
            fs.pipe_file(aside, (folder / "record.json").read_bytes())
            fs.mv(aside, self._path(key, "record.json"))

    def delete(self, key: str) -> None:
        """Take an entry away, so that it is written anew."""
        with self._told("written"), suppress(FileNotFoundError):
            self.place[0].rm_file(self._path(key, "record.json"))

    @cached_property
    def place(self):
        """The file system, and the folder of the entries on it."""
        import fsspec  # late: most builds have a plain folder

        try:
            fs, path = fsspec.core.url_to_fs(self.address, use_listings_cache=False)
        except ImportError as error:
            raise StoreError(
                f"a package is missing: {error}", path=self.address,
                hint="install it here and on every worker") from None
        except Exception as error:
            raise StoreError(
                f"this address cannot be used: {_say(error)}", path=self.address,
                hint="give NOTEBUILD_CACHE a folder, or an address that fsspec "
                "knows, such as s3://bucket/folder or file:///folder") from None
        return fs, fs._strip_protocol(posixpath.join(path, self.format))

    def _path(self, key: str, *name: str) -> str:
        return posixpath.join(self.place[1], key[:2], key, *name)

    def _cat(self, paths: dict[str, str]) -> dict[str, bytes]:
        """Return the contents of the files that are there."""
        if not paths:
            return {}
        with self._told("read"):
            found = self.place[0].cat([*paths.values()], on_error="return")
            for error in found.values():
                if isinstance(error, Exception) and not isinstance(
                        error, FileNotFoundError):
                    raise error  # not that a file is missing: none can be read
        return {key: found[path] for key, path in paths.items()
                if isinstance(found.get(path), bytes)}

    @contextmanager
    def _told(self, what: str):
        try:
            yield
        except StoreError:
            raise
        except Exception as error:  # each file system has errors of its own
            if what == "read" and isinstance(error, FileNotFoundError):
                raise
            raise StoreError(
                f"the shared store cannot be {what}: {_say(error)}",
                path=self.address, hint="see that the address is right, that the "
                "credentials are set, and that the network is up") from None


def _say(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".removesuffix(": ")
