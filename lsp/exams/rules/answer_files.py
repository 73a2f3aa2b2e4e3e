"""The answer file: what a browser could not send, signed, for an invigilator to load.

The server gives each window a key of its own, made from the installation's secret, the sitting
and the window's number. With it the browser signs what the server has not acknowledged. So a file
cannot be changed on the way or made for another sitting; what a candidate's own device says in
it is as little proof as anything else that device sends.

    {"attempt": "…", "window": 3, "answers": "[{\\"position\\":1, …}]", "signature": "hex"}

``answers`` is JSON inside a text, so that both sides sign the same bytes.
"""

import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass
from typing import Any

from lsp.exams.rules.journal import Arriving, BadAnswers, is_whole, read_answers

#: Bytes; a whole exam with long essays stays far below.
LARGEST = 2_000_000
#: Answers in a file: far more than anybody gives while the network is away.
MOST_ANSWERS = 2_000
_PURPOSE = "lsp answer file"


class BadFile(ValueError):
    """The file is no answer file, or not as it was signed."""


@dataclass(frozen=True)
class AnswerFile:
    """What a file says, its signature not yet looked at."""

    attempt_id: uuid.UUID
    window: int
    #: The answers as they were signed.
    text: str
    signature: str


def file_key(secret: str, attempt_id: uuid.UUID, window: int) -> str:
    """The key of one window of one sitting, 64 hexadecimal digits."""
    return _sign(secret, f"{_PURPOSE} {attempt_id} {window}")


def signature(key: str, text: str) -> str:
    """The signature of a text by a window's key: HMAC-SHA-256 of UTF-8, both in hexadecimal."""
    return _sign(key, text)


def parse(content: bytes) -> AnswerFile:
    """Read a file. Raises BadFile for what no browser of ours has made."""
    if len(content) > LARGEST:
        raise BadFile("larger than any answer file")
    values = _json(content)
    if not isinstance(values, dict):
        raise BadFile("an answer file is an object")
    attempt, window, text, signed = (
        values.get(name) for name in ("attempt", "window", "answers", "signature")
    )
    if not isinstance(attempt, str) or not isinstance(text, str) or not isinstance(signed, str):
        raise BadFile("a part is missing")
    if not is_whole(window) or not 0 < window < 2**31:
        raise BadFile("no window has this number")
    try:
        return AnswerFile(uuid.UUID(attempt), window, text, signed)
    except ValueError as reason:
        raise BadFile("the sitting has no such name") from reason


def answers_of(file: AnswerFile, secret: str) -> list[Arriving]:
    """The answers in a file whose signature holds. Raises BadFile when it does not."""
    expected = signature(file_key(secret, file.attempt_id, file.window), file.text)
    if not hmac.compare_digest(expected.encode(), file.signature.encode()):
        raise BadFile("the signature does not fit")
    try:
        return read_answers(_json(file.text.encode()), MOST_ANSWERS)
    except BadAnswers as reason:
        raise BadFile(str(reason)) from reason


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as reason:
        raise BadFile("not JSON") from reason


def _sign(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
