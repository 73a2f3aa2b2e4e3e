"""Ties sign-in sessions to Flask-Login: from the cookie to the person behind the request."""

from flask import session as cookie

from lsp.accounts.services.sessions import RENEWED_BELOW, load_session, renew_session
from lsp.security import SignedIn, login_manager, me
from lsp.web import now, parts, session


@login_manager.user_loader
def load_signed_in(token: str) -> SignedIn | None:
    """The person whose session token the cookie carries, or None."""
    with parts().straight.read() as connection:
        loaded = load_session(connection, token, now())
    if loaded is None:
        return None
    person_id, full_name, language, totp_at, roles, ends_at = loaded
    return SignedIn(token, person_id, full_name, language, roles, totp_at, ends_at)


def outlast_exam() -> None:
    """See to it that this sign-in does not end in the exam being sat; the view commits."""
    if me().ends_at - now() < RENEWED_BELOW:
        renew_session(session, me().token, now())


def carried_token() -> str:
    """The session token in the cookie, not yet looked up; empty when the browser brings none."""
    return str(cookie.get("_user_id", ""))
