"""Permission on every route: each view says who may call it, one function enforces it.

A view without ``may`` or ``open_to_all`` answers nobody. Objects are a second question, answered
by the function that fetches them (``get_own_attempt`` and its kin): another person's object does
not exist, so it is a 404.
"""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.wrappers import Response

from lsp import roles
from lsp.roles import STAFF, Role

View = TypeVar("View", bound=Callable[..., Any])

OPEN = "open to all"
#: Read by the scripts (assets/js/device.js): whose exam a shared computer may show without network.
PERSON_COOKIE = "lsp_person"
PERSON_KNOWN = timedelta(days=30)
login_manager = LoginManager()
# Flask-Login's own protection would hash address and browser at every request, and write into the
# cookie of whoever has changed address or is signed out: an exam page that is still asking would
# so undo a sign-in made in another tab. Our cookie carries only the key of a session that the
# database knows and its owner can revoke.
login_manager.session_protection = None


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """The person behind the request, as little as a page needs to know."""

    #: Key of the sign-in session; what the cookie carries.
    token: str
    person_id: uuid.UUID
    full_name: str
    language: str
    roles: frozenset[Role]
    #: When the one-time code was given in this session; null when it was not.
    totp_at: datetime | None
    #: When the session ends by itself.
    ends_at: datetime

    def get_id(self) -> str:
        return self.token

    def may(self, permission: str) -> bool:
        return roles.permitted(self.roles, permission)

    @property
    def is_staff(self) -> bool:
        return bool(self.roles & STAFF)


def me() -> SignedIn:
    """The signed-in person; only for views that are not open to all."""
    return cast(SignedIn, current_user)


def own_key() -> str:
    """What a limit counts by where people are signed in: the person, not the address they share."""
    return str(me().person_id)


def may(permission: str, *, view_asks: bool = False) -> Callable[[View], View]:
    """Let in whoever holds the permission (see ``lsp.roles.PERMISSIONS``).

    With ``view_asks`` the view asks for it itself, in the statement that fetches its object, and
    calls ``turn_away`` when that finds nothing. Only for the one route where every statement
    counts: saving an answer.
    """
    roles.PERMISSIONS[permission]  # an unknown permission fails at import

    def mark(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        view.asks_itself = view_asks  # type: ignore[attr-defined]
        return view

    return mark


def open_to_all(view: View) -> View:
    """Let in everybody, signed in or not. For public pages and the way to signing in."""
    view.access = OPEN  # type: ignore[attr-defined]
    return view


def access_of(app: Flask, endpoint: str) -> str | None:
    """The permission a route asks for, ``OPEN``, or None when its view forgot to say."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return OPEN
    return getattr(app.view_functions[endpoint], "access", None)


def asks_itself(view: Callable[..., Any]) -> bool:
    """Whether a view asks for its permission in its own statement (see ``may``)."""
    return getattr(view, "asks_itself", False)


def init_security(app: Flask) -> None:
    """Enforce the permissions before every view and send careful headers after it."""
    # What the manager's own init_app does, but for its cookie "remember me": nobody is given one,
    # and looking for it would open the session's cookie after every request.
    app.login_manager = login_manager  # type: ignore[attr-defined]
    app.context_processor(lambda: {"current_user": current_user._get_current_object()})
    app.before_request(enforce_permission)
    app.after_request(set_headers)
    app.after_request(tell_who)


def enforce_permission() -> Response | None:
    """Refuse whoever may not call this route. Default is deny."""
    if request.endpoint is None:
        return None  # no such address: the 404 that follows tells nothing
    access = access_of(current_app, request.endpoint)
    if access == OPEN:
        return None
    if access is None:
        abort(403)
    if asks_itself(current_app.view_functions[request.endpoint]):
        return None
    return turn_away(access)


def turn_away(access: str) -> Response | None:
    """Refuse whoever is not signed in or lacks the permission; None for whoever may come in."""
    if not current_user.is_authenticated:
        if request.method == "GET":
            return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
        abort(401)
    person = me()
    if not person.may(access):
        abort(403)
    settings = current_app.extensions["lsp"].settings
    needs_code = person.is_staff and settings.staff_totp_required and person.totp_at is None
    # Setting the code up happens in one's own account; other people's wait until it is done.
    if needs_code and access != "account.own":
        return redirect(url_for("accounts.set_up_totp"))
    return None


#: Own scripts and styles only, no framing, no referrer to others.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def set_headers(response: Response) -> Response:
    """Strict headers on every answer, unless its view set its own."""
    present = {name.lower(): value for name, value in response.headers}
    response.headers.extend(
        (name, value) for name, value in HEADERS.items() if name.lower() not in present
    )
    if request.endpoint and request.endpoint.endswith("static"):
        # The address carries a fingerprint of the content, so the content never changes.
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif "private" not in present.get("cache-control", ""):
        response.headers["Cache-Control"] = "no-store"
    return response


def tell_who(response: Response) -> Response:
    """Leave with a page the mark of who is signed in, and none for nobody.

    It opens nothing and names nobody: the sign-in itself is in the signed cookie, which no script
    can read. A page of an error says nothing, because it may be drawn without asking who is there.
    """
    if response.status_code != 200 or response.mimetype != "text/html":
        return response
    known = request.cookies.get(PERSON_COOKIE)
    if current_user.is_authenticated:
        mark = hashlib.sha256(me().person_id.bytes).hexdigest()[:16]
        if mark == known:
            return response
        response.set_cookie(
            PERSON_COOKIE,
            mark,
            max_age=PERSON_KNOWN,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            samesite="Lax",
        )
    elif known is not None:
        response.delete_cookie(PERSON_COOKIE)
    return response
