"""Limits hold where a route sets one, and nowhere else."""

import pytest
from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from lsp import extensions


def test_a_limited_route_refuses_who_comes_too_often_and_others_never_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, limiter = Flask(__name__), Limiter(get_remote_address, storage_uri="memory://")
    monkeypatch.setattr(extensions, "limiter", limiter)
    extensions.init_rate_limits(app)

    @app.route("/limited", methods=["GET", "POST"])
    @limiter.limit("2 per minute", methods=["POST"])
    def limited() -> str:
        return "ok"

    @app.get("/free")
    def free() -> str:
        return "ok"

    browser = app.test_client()
    assert [browser.post("/limited").status_code for _ in range(4)] == [200, 200, 429, 429]
    assert {browser.get("/limited").status_code for _ in range(4)} == {200}
    assert {browser.get("/free").status_code for _ in range(4)} == {200}
