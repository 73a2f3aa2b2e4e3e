import dataclasses

import pytest
from flask import request

from lsp import create_app
from lsp.security import open_to_all
from lsp.settings import Settings


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
    ],
    ids=["no proxy is believed", "one is", "and only the last"],
)
def test_the_visitors_address_is_taken_from_whom_we_trust(
    settings: Settings, proxies: int, forwarded: str, seen: str
) -> None:
    app = create_app(dataclasses.replace(settings, trusted_proxies=proxies))
    app.add_url_rule("/siapa", "siapa", open_to_all(lambda: str(request.remote_addr)))
    answer = app.test_client().get(
        "/siapa",
        headers={"X-Forwarded-For": forwarded},
        environ_overrides={"REMOTE_ADDR": "10.0.0.1"},
    )
    assert answer.text == seen
    app.extensions["lsp"].close()
