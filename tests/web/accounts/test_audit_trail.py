import pytest
import sqlalchemy as sa

from lsp.accounts.services.trail import PAGE_LENGTH
from lsp.audit import AuditEntry, AuditHead, record
from lsp.roles import Role
from tests.factories.accounts import make_person


@pytest.fixture
def auditor(session, new_browser):
    return new_browser(make_person(session, Role.AUDITOR, full_name="Oki Auditor"))


@pytest.fixture
def entries(session, clock):
    actor = make_person(session, full_name="Tini Tester")
    for number in range(PAGE_LENGTH + 1):
        record(
            session,
            action="role.granted" if number else "orchid.watered",
            subject_type="person" if number else "orchid",
            subject_id=number,
            actor_id=actor.id,
            now=clock.now(),
        )


def test_the_trail_is_readable_and_paged_at_a_fixed_cost(auditor, entries, statements):
    auditor.page("/jejak-audit")
    statements.clear()
    page = auditor.page("/jejak-audit")
    assert len(statements) == 2  # who is signed in; the entries with their actors
    assert len(page.select("tbody tr")) == PAGE_LENGTH
    assert "Peran diberikan" in page.tbody.text
    assert "Tini Tester" in page.tbody.text
    page = auditor.page(page.select_one(".govuk-pagination__next a")["href"])
    assert "orchid.watered" in page.tbody.text


def test_the_trail_of_one_subject_is_a_link_away(auditor, entries):
    page = auditor.page("/jejak-audit")
    page = auditor.page(page.select_one("tbody td a")["href"])
    assert len(page.select("tbody tr")) == 1


@pytest.mark.parametrize(
    "query", ["sebelum=99999999999999999999", "sebelum=x", "jenis=%00", "id=zzz", "jenis=tidak"]
)
def test_odd_filters_find_nothing_or_everything_and_break_nothing(auditor, entries, query):
    auditor.page(f"/jejak-audit?{query}")


def test_an_intact_chain_is_proven(auditor, entries):
    page = auditor.page("/jejak-audit/periksa", data={})
    assert f"Rantai utuh: {PAGE_LENGTH + 1} catatan" in page.text


def test_a_broken_chain_is_named(auditor, entries, session):
    session.execute(sa.insert(AuditEntry).values(forged(session)))
    page = auditor.page("/jejak-audit/periksa", data={})
    assert f"Rantai putus di catatan nomor {PAGE_LENGTH + 2}" in page.text


def forged(session):
    last = session.scalars(sa.select(AuditHead)).one()
    return {
        "number": last.number + 1,
        "at": session.scalars(sa.select(AuditEntry.at).limit(1)).one(),
        "actor_id": None,
        "action": "role.granted",
        "subject_type": "person",
        "subject_id": "x",
        "detail": {},
        "previous_hash": last.hash,
        "hash": "f" * 64,
    }
