"""Pages that belong to no wing: home, language switch, health, and what is shown when it fails."""

from math import ceil
from time import time

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext, ngettext
from flask_limiter import RateLimitExceeded
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from lsp.extensions import LANGUAGES, is_path_inside, limiter
from lsp.security import login_manager, open_to_all
from lsp.texts import NotFound, Refusal

pages = Blueprint("pages", __name__)


@pages.get("/")
@open_to_all
def home() -> str:
    """What this place is, for whoever comes first."""
    return render_template("pages/home.html")


@pages.post("/language/<string:language>")
@open_to_all
def switch_language(language: str) -> Response:
    """Keep the language in the browser; accounts keep theirs in the profile."""
    if language in LANGUAGES:
        cookie["language"] = language
    back = request.form.get("back")
    return redirect(back if back and is_path_inside(back) else url_for("pages.home"))


@pages.get("/healthz")
@open_to_all
def health() -> Response:
    """Says that the process answers; for whoever watches it."""
    return Response("ok\n", mimetype="text/plain")


def init_error_pages(app: Flask) -> None:
    """Say in plain words what happened, what is safe, and what to do next."""
    app.register_error_handler(NotFound, lambda _: error_page(404))
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(RateLimitExceeded, too_often)
    app.register_error_handler(HTTPException, lambda error: error_page(error.code or 500))
    login_manager.unauthorized_handler(lambda: error_page(401))


def refused(refusal: Refusal) -> tuple[str, int]:
    """A service said no and the view had no better place to show it."""
    return error_page(409, refusal_text(refusal))


def refusal_text(refusal: Refusal) -> str:
    """A refusal's words in the reader's language."""
    return gettext(refusal.text, **refusal.values)


def stale_form(_error: CSRFError) -> tuple[str, int]:
    """The form's CSRF token does not belong to this sign-in: nothing was done, nothing is lost."""
    return error_page(400)


def too_often(_error: RateLimitExceeded) -> tuple[str, int, dict[str, str]]:
    """A limit is reached: how long to wait, in words and for programs."""
    limit = limiter.current_limit
    seconds = max(1, ceil(limit.reset_at - time()) if limit else 60)
    words = ngettext(
        "Tunggu %(num)s menit, lalu coba lagi.",
        "Tunggu %(num)s menit, lalu coba lagi.",
        ceil(seconds / 60),
    )
    return *error_page(429, words), {"Retry-After": str(seconds)}


def error_page(code: int, message: str = "") -> tuple[str, int]:
    """One page for every refusal; the words depend on the code."""
    known = code if code in (400, 401, 403, 404, 409, 413, 429) else 500
    if code == 405:  # an address that only takes forms, typed by hand
        known = 404
    template = render_template(
        "pages/error.html",
        code=known,
        message=message,
        typed=typed_texts() if known in (400, 401, 429) else [],
        signed_in=bool(current_user and current_user.is_authenticated) if known != 500 else False,
    )
    return template, code


def typed_texts() -> list[str]:
    """What somebody typed into a form that was not taken: too late for its sign-in, or too often.

    The page cannot keep it for a stranger, but a paragraph of an essay must not vanish.
    """
    return [
        value
        for name, value in request.form.items()
        if value.strip() and name not in {"csrf_token", "go"} and "password" not in name
    ]
