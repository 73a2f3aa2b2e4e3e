"""Files of the installation, kept outside the web root under opaque names."""

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

BLOCK = 1 << 20


class TooLarge(Exception):
    """The file has more bytes than allowed."""


@dataclass(frozen=True)
class StoredFile:
    """Where a file lies and what it is: ``key`` for the storage, size in bytes, SHA-256 in hex."""

    key: str
    size: int
    sha256: str


class Storage:
    """A folder of files, each written once and never changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, stream: BinaryIO, *, limit: int) -> StoredFile:
        """Write a stream to the disk and return its key, size and SHA-256.

        The file appears under its key only when every byte is on the disk. Raises TooLarge past
        ``limit`` bytes; nothing is left behind then.
        """
        key = secrets.token_hex(16)
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        digest, size = hashlib.sha256(), 0
        try:
            with part.open("xb") as file:
                while block := stream.read(BLOCK):
                    size += len(block)
                    if size > limit:
                        raise TooLarge
                    digest.update(block)
                    file.write(block)
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)
        return StoredFile(key=key, size=size, sha256=digest.hexdigest())

    def open(self, key: str) -> BinaryIO:
        """Open a stored file for reading. Raises FileNotFoundError for an unknown key."""
        return self._path(key).open("rb")

    def delete(self, key: str) -> None:
        """Remove a file that no row names any more."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        if not (len(key) == 32 and key.isalnum()):
            raise FileNotFoundError(key)
        return self.folder / key[:2] / key
