"""The signed cookie, opened only when somebody asks what is in it.

Flask opens it before every request. An answer that is saved shows its window's key instead and
never asks for the cookie; to check its signature would take longer than the answer's row.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin


class LateCookie(SessionMixin):
    """Stands for the cookie's content until it is wanted."""

    def __init__(self, read: Callable[[], SecureCookieSession | None]) -> None:
        self._read = read
        self._content: SecureCookieSession | None = None

    @property
    def is_open(self) -> bool:
        """Whether anybody has asked what is in it."""
        return self._content is not None

    @property
    def content(self) -> SecureCookieSession:
        """What is in it; from now on it is open."""
        if self._content is None:
            self._content = self._read() or SecureCookieSession()
        return self._content

    def __getitem__(self, name: str) -> Any:
        return self.content[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self.content[name] = value

    def __delitem__(self, name: str) -> None:
        del self.content[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.content)

    def __len__(self) -> int:
        return len(self.content)


class LateCookies(SecureCookieSessionInterface):
    """Flask's own signed cookie, opened late and written only if it was opened."""

    def open_session(  # type: ignore[override]  # Flask wants any SessionMixin
        self, app: Flask, request: Request
    ) -> LateCookie:
        return LateCookie(partial(super().open_session, app, request))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if isinstance(session, LateCookie) and session.is_open:
            session.content.accessed = True
            super().save_session(app, session.content, response)


def init_cookies(app: Flask) -> None:
    """Open cookies late."""
    app.session_interface = LateCookies()
