"""Which wing answers which part of the address space. The wings' URL tables hold the rest."""

from flask import Flask

from lsp.pages import pages


def register_routes(app: Flask) -> None:
    """Register every wing's blueprint."""
    from lsp.accounts.views import accounts
    from lsp.assessments.views import assessments
    from lsp.certificates.views import certificates
    from lsp.credits.views import credits_
    from lsp.exams.views import exams
    from lsp.portfolios.views import portfolios
    from lsp.skkni.views import skkni

    for blueprint in (
        pages,
        accounts,
        skkni,
        exams,
        portfolios,
        assessments,
        certificates,
        credits_,
    ):
        app.register_blueprint(blueprint)
