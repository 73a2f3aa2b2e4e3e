import re
from email import message_from_bytes, policy

import pytest


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
