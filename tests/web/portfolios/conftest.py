import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from sqlalchemy.orm import Session

from lsp.accounts.models import Person
from lsp.portfolios.models import Evidence
from tests.conftest import Browser
from tests.factories.accounts import make_person
from tests.factories.portfolios import pdf_bytes

FORM = {
    "title": "Siaran pers layanan aduan",
    "kind": "siaran_pers",
    "made_on-day": "13",
    "made_on-month": "9",
    "made_on-year": "2026",
    "contribution": "Saya menulis naskahnya.",
}


@dataclass
class Candidate:
    """A candidate with a browser who uploads files."""

    person: Person
    browser: Browser
    session: Session

    def send(
        self, content: bytes | None = None, filename: str = "naskah.pdf", **values: Any
    ) -> BeautifulSoup:
        """Send the upload form and follow to the page that answers."""
        content = pdf_bytes() if content is None else content
        data = {**FORM, "file": (io.BytesIO(content), filename), **values}
        return self.browser.page("/portofolio/unggah", data=data)

    def upload(self, content: bytes | None = None, **values: Any) -> UUID:
        """Upload, demand that it worked, and return the id of the evidence."""
        self.send(content, **values)
        query = sa.select(Evidence.id).where(Evidence.owner_id == self.person.id)
        return self.session.scalars(query.order_by(Evidence.uploaded_at.desc())).first()  # type: ignore[return-value]


@pytest.fixture
def candidate(session: Session, new_browser: Callable[..., Browser]) -> Candidate:
    person = make_person(session)
    return Candidate(person, new_browser(person), session)
