"""Smaller answers for slow lines: text is sent gzipped to whoever takes it.

A proxy in front may do this instead; it then finds the work done. Pages carry CSRF tokens, but the
session cookie is SameSite=Lax, so no other site can have a page of ours fetched with it and guess
a token by the length of answers (BREACH).
"""

import gzip
from functools import lru_cache

from flask import Flask, request
from werkzeug.wrappers import Response

#: Below this many bytes the header costs more than it saves; an answer to a saved answer is one.
WORTHWHILE = 800
#: A page is packed anew each time: level 2 takes a third of the time of the usual 6 and leaves it
#: a twelfth larger.
QUICK = 2
TEXT = ("text/", "application/json", "application/javascript", "image/svg+xml")


def init_compression(app: Flask) -> None:
    """Gzip what is text, long enough and not compressed yet."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """The same answer, gzipped where that is worth it."""
    if (response.content_length or WORTHWHILE) < WORTHWHILE:
        return response
    if (
        response.status_code != 200
        or "Content-Encoding" in response.headers
        or not str(response.content_type).startswith(TEXT)
    ):
        return response
    response.vary.add("Accept-Encoding")
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return response
    response.direct_passthrough = False
    body = response.get_data()
    is_static = (request.endpoint or "").endswith("static")
    response.set_data(_pack_static(body) if is_static else gzip.compress(body, QUICK))
    response.headers["Content-Encoding"] = "gzip"
    # The same bytes have another tag when they travel in another coding.
    tag, _ = response.get_etag()
    if tag:
        response.set_etag(f"{tag}-gzip", weak=True)
    return response


@lru_cache(maxsize=64)
def _pack_static(body: bytes) -> bytes:
    return gzip.compress(body, 9)
