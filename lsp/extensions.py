"""Flask's extensions, set up once: language, templates, CSRF, rate limits."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import flask_babel
from flask import Flask, url_for
from flask import session as cookie
from flask_babel import Babel, get_locale
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user
from flask_wtf import CSRFProtect
from jinja2 import (
    ChainableUndefined,
    Environment,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    pass_eval_context,
)
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from lsp import web
from lsp.settings import DEVELOPMENT, TESTING, Settings

LANGUAGES = ("id", "en")
WINGS = (
    "accounts",
    "skkni",
    "exams",
    "portfolios",
    "assessments",
    "certificates",
    "credits",
)

csrf = CSRFProtect()
limiter = Limiter(get_remote_address)
babel = Babel()


def configure(app: Flask, settings: Settings) -> None:
    """Turn our settings into Flask's."""
    secure = settings.base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TESTING=settings.environment == TESTING,
        SESSION_COOKIE_NAME="__Host-lsp" if secure else "lsp",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # Uploads are held to their own limit where they arrive; this is the outer wall.
        MAX_CONTENT_LENGTH=(settings.evidence_megabytes + 1) * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        # A token bound to the sign-in session, without an age: an exam outlasts an hour.
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="id",
        BABEL_DEFAULT_TIMEZONE=settings.timezone,
        # Each wing keeps its own catalogue beside its code; they are merged here.
        BABEL_TRANSLATION_DIRECTORIES=";".join(
            ["translations", *(f"{wing}/translations" for wing in WINGS)]
        ),
        RATELIMIT_STORAGE_URI=settings.rate_limit_storage,
        RATELIMIT_HEADERS_ENABLED=False,
        RATELIMIT_ENABLED=settings.environment != TESTING,
        TEMPLATES_AUTO_RELOAD=settings.environment == DEVELOPMENT,
    )


def init_csrf(app: Flask) -> None:
    """Check a CSRF token on everything that posts."""
    csrf.init_app(app)


def init_rate_limits(app: Flask) -> None:
    """Limits are set per route, where guessing or flooding would pay."""
    # The decorator on such a route does the work. The hooks on every request, for limits on all
    # routes and for headers, are left out by saying that the application has them already.
    app.extensions["limiter"] = {limiter}
    limiter.init_app(app)


def init_language(app: Flask) -> None:
    """Indonesian first, English by the switch."""
    babel.init_app(app, locale_selector=choose_language)


def choose_language(account: str | None = None) -> str:
    """The language switched to, else the account's, else Indonesian.

    Who knows the account's language already says so and spares looking the person up.
    """
    chosen = cookie.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    if account is not None:
        return account
    if current_user and current_user.is_authenticated:
        return str(current_user.language)
    return "id"


def init_templates(app: Flask) -> None:
    """Jinja: govuk-frontend's macros, our formats, and an error for a name that is not there."""
    app.jinja_options = {**app.jinja_options, "undefined": StrictUndefined}
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(govuk_macros(), _=translate, gettext=translate)
    app.jinja_env.filters.update(
        day=format_day,
        moment=format_moment,
        clock=format_clock,
        number=format_number,
        percent=format_percent,
        filesize=format_filesize,
        paragraphs=paragraphs,
        localised=flask_babel.gettext,
    )

    @app.context_processor
    def add_names() -> dict[str, Any]:
        return {
            "asset": asset,
            "settings": web.settings(),
            "language": str(get_locale() or "id"),
            "now": web.now,
        }


#: How each language translates a text, by its code.
_catalogues: dict[str, Callable[[str], str]] = {}


@pass_eval_context
def translate(context: EvalContext, text: str, /, **values: Any) -> str:
    """``_()`` in templates.

    The same as Jinja's own, but the catalogue is looked up by one dictionary: a page of an exam
    has a hundred texts and more.
    """
    locale = get_locale()
    language = locale.language if locale else "id"
    if language not in _catalogues:
        _catalogues[language] = flask_babel.get_translations().ugettext
    translated = _catalogues[language](text)
    if context.autoescape:
        translated = Markup(translated)  # noqa: S704 -- a text of our catalogues, as with Jinja's own
    return translated % values if values or "%" in translated else translated


@cache
def govuk_macros() -> dict[str, Callable[..., Any]]:
    """govuk-frontend's macros as template functions: ``{{ govukButton({"text": …}) }}``.

    They live in an environment of their own, because they ask for parameters nobody gave; in our
    templates a name that is not there stays an error.
    """
    package = PackageLoader("govuk_frontend_jinja")
    environment = Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": package}),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    macros: dict[str, Callable[..., Any]] = {}
    for name in package.list_templates():
        if name.startswith("components/") and name.endswith("/macro.html"):
            module = environment.get_template(f"govuk_frontend_jinja/{name}").module
            macros |= {key: value for key, value in vars(module).items() if key[:5] == "govuk"}
    return macros


@lru_cache
def _fingerprint(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """Address of a static file with a fingerprint, so that it may be cached for a year."""
    path = Path(__file__).parent / "static" / name
    return url_for("static", filename=name, v=_fingerprint(str(path)))


def format_day(value: date | None) -> str:
    """22 November 2026."""
    return "" if value is None else flask_babel.format_date(value, "d MMMM y", rebase=False)


def format_moment(value: datetime | None, zone: str | None = None) -> str:
    """22 November 2026 pukul 14.05 WIB: a moment with its zone named.

    ``zone`` is that of the place spoken of; without one, the LSP's own.
    """
    if value is None:
        return ""
    local = value.astimezone(ZoneInfo(zone or web.settings().timezone))
    # The zone's own name (WIB, WITA, WIT), in every language: Babel knows it in Indonesian only.
    # A mail is written in its receiver's language, whatever the request's is.
    pattern = "'pukul' HH.mm" if str(get_locale()) == "id" else "'at' HH:mm"
    words = flask_babel.format_datetime(
        local.replace(tzinfo=None), f"d MMMM y {pattern}", rebase=False
    )
    return f"{words} {local.tzname()}"


def format_clock(value: datetime, zone: str | None = None, language: str | None = None) -> str:
    """14.05: the time alone, where the day is clear; in the reader's language unless told."""
    local = value.astimezone(ZoneInfo(zone or web.settings().timezone))
    return f"{local:%H:%M}" if (language or choose_language()) == "en" else f"{local:%H.%M}"


def format_number(value: Decimal | int | float | None) -> str:
    """1.234,5 in Indonesian, 1,234.5 in English; no trailing zeros."""
    return "" if value is None else flask_babel.format_decimal(value)


def format_percent(value: Decimal) -> str:
    """88,8%: one decimal, rounded down, so that what is shown never passes what was reached."""
    tenths = value.quantize(Decimal("0.1"), ROUND_DOWN)
    return f"{flask_babel.format_decimal(tenths, '0.0')}%"


def format_filesize(size: int) -> str:
    """A file's size as people say it: 340 KB, 1,2 MB."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{flask_babel.format_decimal(Decimal(size) / 1024 / 1024, '0.#')} MB"


def paragraphs(text: str) -> Markup:
    """Plain text as HTML paragraphs: a blank line parts them, a line break stays one."""
    blocks = [block.strip() for block in text.strip().split("\n\n") if block.strip()]
    return Markup("").join(
        Markup('<p class="govuk-body">{}</p>').format(
            Markup("<br>").join(escape(line) for line in block.splitlines())
        )
        for block in blocks
    )


def is_path_inside(address: str) -> bool:
    """Whether an address to return to stays on this site."""
    return (
        address.startswith("/")
        and not address.startswith("//")
        and "\\" not in address
        and address.isprintable()  # browsers drop tabs: "/<tab>/elsewhere" is "//elsewhere"
    )
