"""Mail: over SMTP where a server is set, into a folder of files where none is."""

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from lsp.settings import Settings


def send_mail(settings: Settings, *, to: str, subject: str, body: str, now: datetime) -> None:
    """Send one plain-text mail, or write it to the outbox in development.

    Raises OSError or smtplib.SMTPException when the server cannot be reached or refuses.
    """
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = to
    message["Subject"] = subject
    message.set_content(body)
    if settings.smtp:
        _send_by_smtp(settings, message)
    else:
        write_to_outbox(settings.outbox, message, now)


def _send_by_smtp(settings: Settings, message: EmailMessage) -> None:
    host, _, port = settings.smtp.rpartition(":")
    with smtplib.SMTP(host, int(port), timeout=20) as server:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        server.send_message(message)


def write_to_outbox(outbox: Path, message: EmailMessage, now: datetime) -> Path:
    """Write a mail as an ``.eml`` file whose name sorts by time; return its path."""
    outbox.mkdir(parents=True, exist_ok=True)
    recipient = "".join(c if c.isalnum() else "-" for c in message["To"])
    path = outbox / f"{now:%Y%m%dT%H%M%S.%f}-{recipient}.eml"
    path.write_bytes(bytes(message))
    return path
