"""Mails of accounts: rendered in the receiver's language, sent without anybody waiting."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from smtplib import SMTPException
from typing import Any

from flask import render_template
from flask_babel import force_locale

from lsp.mail import send_mail
from lsp.settings import Settings
from lsp.web import now, settings

log = logging.getLogger(__name__)

#: An SMTP server may take seconds, and only known addresses would: the answer must not tell.
_senders = ThreadPoolExecutor(max_workers=2, thread_name_prefix="mail")


def send(template: str, *, to: str, language: str, **values: Any) -> None:
    """Send ``accounts/mail/<template>.txt``: the subject in the first line, then the text.

    Call it after the commit. A mail that cannot be sent is logged; its page offers to try again.
    """
    subject, body = render(template, language=language, **values)
    message = (settings(), to, subject, body, now())
    if settings().smtp:
        _senders.submit(_send, *message)
    else:
        _send(*message)


def render(template: str, *, language: str, **values: Any) -> tuple[str, str]:
    """Subject and text of a mail in this language."""
    with force_locale(language):
        text = render_template(
            f"accounts/mail/{template}.txt", lsp_name=settings().lsp_name, **values
        )
    subject, _, body = text.partition("\n")
    return subject.strip(), body.strip() + "\n"


def _send(sender: Settings, to: str, subject: str, body: str, at: datetime) -> None:
    try:
        send_mail(sender, to=to, subject=subject, body=body, now=at)
    except (OSError, SMTPException):
        log.exception("a mail of accounts could not be sent")
