"""Competency exams and certification for an LSP of government public-relations officers."""

from flask import Flask

from lsp.settings import Settings


def create_app(settings: Settings) -> Flask:
    """Build the application. Each step is a function with a name; read them as a contents page."""
    from lsp import compressing, cookies, extensions, pages, proxies, routes, security, web

    app = Flask(__name__, instance_path=str(settings.instance))
    extensions.configure(app, settings)
    cookies.init_cookies(app)
    proxies.trust_proxies(app, settings)
    compressing.init_compression(app)
    web.init_parts(app, settings)
    extensions.init_language(app)
    extensions.init_templates(app)
    extensions.init_csrf(app)
    extensions.init_rate_limits(app)
    security.init_security(app)
    pages.init_error_pages(app)
    routes.register_routes(app)
    return app
