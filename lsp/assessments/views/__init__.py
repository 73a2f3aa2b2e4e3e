"""The pages of the way from application to decision, one module for each person at work."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Blueprint, request
from flask_babel import gettext

from lsp.assessments.rules.states import (
    APPLICATION_STATE_NAMES,
    ASSESSMENT_STATE_NAMES,
    RESULT_NAMES,
)
from lsp.assessments.rules.words import Words
from lsp.assessments.services.guarding import Unready
from lsp.extensions import format_number
from lsp.forms import Form
from lsp.pages import refusal_text
from lsp.texts import NotFound, Refusal

assessments = Blueprint("assessments", __name__, template_folder="../templates")

#: Rows on one page of a list.
PAGE_SIZE = 20


@assessments.app_template_filter("said")
def said(what: Words) -> str:
    """A rule's words in the reader's language."""
    values = {
        name: format_number(value) if isinstance(value, Decimal) else value
        for name, value in what.values.items()
    }
    return gettext(what.text, **values)


@assessments.app_template_filter("in_map")
def in_map(key: Any, mapping: Mapping[Any, Any]) -> Any:
    """What a mapping holds under a key, None for nothing; for ``map`` in templates."""
    return mapping.get(key)


@assessments.context_processor
def add_state_names() -> dict[str, object]:
    """Names of states and results, for every page of this wing."""
    return {
        "application_state_names": APPLICATION_STATE_NAMES,
        "assessment_state_names": ASSESSMENT_STATE_NAMES,
        "result_names": RESULT_NAMES,
    }


@dataclass(frozen=True)
class Page:
    """One page of a list."""

    number: int
    total: int

    @property
    def offset(self) -> int:
        return (self.number - 1) * PAGE_SIZE

    @property
    def last(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def asked_page(total: int) -> Page:
    """The page asked for by ``?hal=``. Raises NotFound for one that is not there."""
    page = Page(request.args.get("hal", 1, type=int), total)
    if not 1 <= page.number <= page.last:
        raise NotFound
    return page


def show_refusal(form: Form, refusal: Refusal) -> None:
    """Show a service's no above the form, each missing condition on a line."""
    if isinstance(refusal, Unready):
        for unmet in refusal.unmet:
            form.refuse(said(unmet))
    else:
        form.refuse(refusal_text(refusal))


# The modules below add their routes to the blueprint, so they come after it.
from lsp.assessments.views import (  # noqa: E402
    apl01,
    apl02,
    applying,
    assigning,
    checking,
    deciding,
    desk,
    signing,
)

__all__ = [
    "apl01",
    "apl02",
    "applying",
    "assessments",
    "assigning",
    "checking",
    "deciding",
    "desk",
    "signing",
]
