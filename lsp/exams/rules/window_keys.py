"""The window key: what the exam's script shows with every answer instead of cookie and CSRF token.

The server makes it when a window opens and gives it to that window alone. It names the sign-in
session it was made in, and is signed for one sitting and one window, so it opens nothing else. It
is no right by itself: whether that session is still open, and its person may sit, is asked of the
database with every answer. Why this replaces a CSRF token: docs/decisions/0007.

    <hash of the session's token>.<window>.<language>.<signature>
"""

import hashlib
import hmac
import uuid
from typing import NamedTuple

#: A header that no form and no link can send, and a script only to its own site.
HEADER = "X-Window-Key"
#: Longer than any key; what is longer is not looked at.
LONGEST = 200
_PURPOSE = "lsp window key"


class BadKey(ValueError):
    """Not a key that this installation made for this sitting."""


class WindowKey(NamedTuple):
    """Who opened a window of a sitting."""

    #: SHA-256 (hex) of the sign-in session's token, as the database keeps it.
    token_hash: str
    #: The window's number, from 1.
    window: int
    #: Of the page in that window; the clock is written in it.
    language: str


def write_key(secret: str, attempt_id: uuid.UUID, key: WindowKey) -> str:
    """The key as the script carries it, signed for this sitting."""
    said = f"{key.token_hash}.{key.window}.{key.language}"
    return f"{said}.{_sign(secret, attempt_id, said)}"


def read_key(secret: str, attempt_id: uuid.UUID, text: str) -> WindowKey:
    """A key that was made for this sitting. Raises BadKey for everything else."""
    said, _, signature = text[:LONGEST].rpartition(".")
    expected = _sign(secret, attempt_id, said)
    if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
        raise BadKey("the signature does not fit")
    # Signed, so it is as we wrote it.
    token_hash, window, language = said.split(".")
    return WindowKey(token_hash, int(window), language)


def _sign(secret: str, attempt_id: uuid.UUID, said: str) -> str:
    message = f"{_PURPOSE} {attempt_id} {said}".encode("utf-8", "replace")
    return hmac.digest(secret.encode(), message, hashlib.sha256).hex()
