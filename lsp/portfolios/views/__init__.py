"""The portfolio pages: one's own evidence, its files, and the assessor's judging."""

from flask import Blueprint, request

portfolios = Blueprint("portfolios", __name__, template_folder="../templates")


@portfolios.url_value_preprocessor
def widen_the_wall(endpoint: str | None, _values: object) -> None:
    """Let a file that is too large arrive where it can be refused without losing what was typed.

    Runs before the form is read; past this wall the answer is a bare 413.
    """
    if endpoint == "portfolios.upload":
        request.max_content_length = 4 * (request.max_content_length or 0)


# The view modules register their routes on the blueprint above, so they come after it.
from lsp.portfolios.views import files, judging, own  # noqa: E402, F401
