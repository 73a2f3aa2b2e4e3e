"""Behind a proxy: whose word on the visitor's address and scheme is believed."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from lsp.settings import Settings


def trust_proxies(app: Flask, settings: Settings) -> None:
    """Believe the last ``trusted_proxies`` entries of X-Forwarded-For and -Proto, and no more.

    Too few, and every visitor has the proxy's address and one rate limit together; too many, and
    anybody can claim any address.
    """
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n)  # type: ignore[method-assign]
