"""What a view needs from the application: the session, the time, the settings.

Only views and forms import this module; services are handed what it gives.
"""

from datetime import date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from werkzeug.local import LocalProxy

from lsp.clock import Clock
from lsp.db import create_engine, reading
from lsp.settings import Settings
from lsp.storage import Storage
from lsp.straight import Straight, straight
from lsp.vault import Vault

READING = ("GET", "HEAD", "OPTIONS")


class Parts:
    """The long-lived parts of one application."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = Clock()
        self.vault = Vault(settings)
        self.storage = Storage(settings.files)
        self.engine: Engine = create_engine(settings.database)
        self.reading_engine: Engine = reading(self.engine)
        #: For the hot path; everything else works with the request's session.
        self.straight: Straight = straight(self.engine)

    def open_session(self, *, reads: bool) -> Session:
        """A database session; one that only reads waits for nobody on SQLite."""
        return Session(self.reading_engine if reads else self.engine, expire_on_commit=False)

    def close(self) -> None:
        """Close every connection that waits; the next request opens one anew."""
        self.engine.dispose()
        self.straight.close()


def init_parts(app: Flask, settings: Settings) -> None:
    """Give the application its parts and close each request's session at its end."""
    app.extensions["lsp"] = Parts(settings)

    @app.teardown_appcontext
    def close_session(_error: BaseException | None) -> None:
        opened: Session | None = g.pop("database_session", None)
        if opened is not None:
            opened.close()


def parts() -> Parts:
    """The parts of the application at work."""
    return cast(Parts, current_app.extensions["lsp"])


def _open_session() -> Session:
    if "database_session" not in g:
        reads = has_request_context() and request.method in READING
        g.database_session = parts().open_session(reads=reads)
    return cast(Session, g.database_session)


#: The request's database session. A view commits it on its last line; otherwise it rolls back.
session: Session = cast(Session, LocalProxy(_open_session))


def now() -> datetime:
    """The present moment, by the application's clock."""
    return parts().clock.now()


def today() -> date:
    """The day at the LSP's office."""
    return now().astimezone(ZoneInfo(settings().timezone)).date()


def settings() -> Settings:
    """The installation's settings."""
    return parts().settings
