from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.audit import AuditEntry
from lsp.exams.rules.kinds import ItemType
from lsp.roles import Role
from tests.conftest import Browser
from tests.factories.accounts import make_person
from tests.factories.exams import make_revision


@pytest.fixture
def browser(new_browser: Callable[..., Browser], session: Session) -> Browser:
    return new_browser(make_person(session, Role.MANAGER))


def test_losses_are_named_before_the_download(browser: Browser, session: Session) -> None:
    make_revision(session, type=ItemType.ESSAY)
    assert not browser.page("/bank-soal/ekspor").select("main form[method=post]")
    page = browser.page("/bank-soal/ekspor?format=gift")
    assert "tidak dapat memuat" in page.get_text()
    assert session.scalars(sa.select(AuditEntry)).all() == []
    response = browser.post("/bank-soal/ekspor?format=gift")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "Pertanyaan uji" in response.get_data(as_text=True)
    assert session.scalars(sa.select(AuditEntry.action)).one() == "items.exported"


@pytest.mark.parametrize(
    "query",
    ["format=x", "format=csv&kode=TIDAK-ADA", "format=csv&cari=tidak%20ada", "format=gift&unit=x"],
)
def test_a_choice_of_nothing_gets_a_message(browser: Browser, query: str) -> None:
    page = browser.page(f"/bank-soal/ekspor?{query}")
    assert page.select_one(".govuk-error-summary")
    assert browser.post(f"/bank-soal/ekspor?{query}").status_code == 200


def test_who_only_reads_takes_no_keys_away(
    new_browser: Callable[..., Browser], session: Session
) -> None:
    auditor = new_browser(make_person(session, Role.AUDITOR))
    auditor.page("/bank-soal/ekspor?format=csv", status=403)
    assert "Ekspor soal" not in auditor.page("/bank-soal").get_text()
