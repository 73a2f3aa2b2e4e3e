import re
from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from lsp import create_app
from lsp.extensions import limiter
from tests.conftest import COMPILED_TEMPLATES, Browser, put_on


class Outbox:
    """The mails written so far."""

    def __init__(self, folder):
        self.folder = folder

    def all(self):
        """Every mail, oldest first."""
        files = sorted(self.folder.glob("*.eml")) if self.folder.exists() else []
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    def last(self):
        """Receiver, subject and text of the newest mail."""
        mail = self.all()[-1]
        return mail["To"], mail["Subject"], mail.get_content()

    def link(self):
        """The path of the first link in the newest mail."""
        return re.search(r"http://[^/\s]+(/\S+)", self.last()[2])[1]


@pytest.fixture
def outbox(settings):
    return Outbox(settings.outbox)


@pytest.fixture
def limited_app(settings, connection, clock):
    """The application with its limits on, as in operation."""
    app = create_app(replace(settings, environment="development"))
    app.config["WTF_CSRF_ENABLED"] = False
    app.jinja_env.bytecode_cache = COMPILED_TEMPLATES
    app.test_client_class = Browser
    put_on(app, connection, clock)
    limiter.reset()
    return app
