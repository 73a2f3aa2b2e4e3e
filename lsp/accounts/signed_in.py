"""Ties sign-in sessions to Flask-Login: from the cookie to the person behind the request."""

from flask import session as cookie

from lsp.accounts.services.sessions import load_session
from lsp.security import SignedIn, login_manager
from lsp.web import now, session


@login_manager.user_loader
def load_signed_in(token: str) -> SignedIn | None:
    """The person whose session token the cookie carries, or None."""
    loaded = load_session(session, token, now())
    if loaded is None:
        return None
    person_id, full_name, language, totp_at, roles = loaded
    return SignedIn(token, person_id, full_name, language, roles, totp_at)


def carried_token() -> str:
    """The session token in the cookie, not yet looked up; empty when the browser brings none."""
    return str(cookie.get("_user_id", ""))
