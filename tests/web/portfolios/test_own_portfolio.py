from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from lsp.portfolios.models import Claim, Evidence
from lsp.roles import Role
from tests.conftest import Browser
from tests.factories.accounts import make_person
from tests.factories.portfolios import make_claim, make_evidence, make_judgement
from tests.factories.skkni import make_scheme_version, make_unit
from tests.web.portfolios.conftest import Candidate


def test_an_empty_portfolio_says_how_to_begin(candidate: Candidate) -> None:
    page = candidate.browser.page("/portofolio")
    assert "Belum ada bukti" in page.main.text
    assert page.find("a", string=lambda text: text and "Unggah bukti" in text)


def test_the_list_says_how_far_each_piece_is_judged(session: Session, candidate: Candidate) -> None:
    version = make_scheme_version(session)
    criteria = version.units[0].unit.elements[0].criteria
    evidence = make_evidence(
        session, owner=candidate.person, title="Foto", made_on=date(2020, 1, 1)
    )
    judged = make_claim(session, evidence=evidence, criterion=criteria[0])
    make_claim(session, evidence=evidence, criterion=criteria[1])
    make_judgement(session, claim=judged, assessor=make_person(session, Role.ASSESSOR))
    row = candidate.browser.page("/portofolio").find("th", string=None, scope="row").parent
    text = row.get_text(" ", strip=True)
    assert "1 diterima" in text
    assert "1 menunggu" in text
    assert "Lebih dari 24 bulan" in text


def test_the_coverage_map_says_what_is_met_and_what_is_missing(
    session: Session, candidate: Candidate
) -> None:
    version = make_scheme_version(session, units=[make_unit(session)])
    criterion = version.units[0].unit.elements[0].criteria[0]
    evidence = make_evidence(session, owner=candidate.person)
    claim = make_claim(session, evidence=evidence, criterion=criterion)
    make_judgement(session, claim=claim, assessor=make_person(session, Role.ASSESSOR))
    page = candidate.browser.page(f"/portofolio?skema={version.scheme.slug}")
    assert "1 dari 4 KUK terpenuhi" in page.text
    assert "Belum: 1.2, 2.1, 2.2 belum punya bukti" in page.text
    row = page.find("strong", string="1.1").find_parent("tr")
    assert "Terpenuhi" in row.text
    assert row.find("a")["href"] == f"/portofolio/{evidence.id}"


def test_an_unknown_scheme_is_not_found(session: Session, candidate: Candidate) -> None:
    make_scheme_version(session)
    candidate.browser.page("/portofolio?skema=tidak-ada", status=404)


@pytest.mark.parametrize("pieces", [1, 6])
def test_the_portfolio_costs_a_fixed_number_of_statements(
    session: Session, candidate: Candidate, statements: list[str], pieces: int
) -> None:
    version = make_scheme_version(session, units=[make_unit(session) for _ in range(pieces)])
    for scheme_unit in version.units:
        make_claim(
            session,
            evidence=make_evidence(session, owner=candidate.person),
            criterion=scheme_unit.unit.elements[0].criteria[0],
        )
    candidate.browser.page("/portofolio")
    statements.clear()
    candidate.browser.page("/portofolio")
    # One for the sign-in and its roles each, the schemes, the list (3) and the coverage (3).
    assert len(statements) <= 10


def test_criteria_are_chosen_and_those_of_other_schemes_stay(
    session: Session, candidate: Candidate
) -> None:
    here, there = make_scheme_version(session), make_scheme_version(session)
    evidence = make_evidence(session, owner=candidate.person)
    elsewhere = make_claim(
        session, evidence=evidence, criterion=there.units[0].unit.elements[0].criteria[0]
    )
    first, second = here.units[0].unit.elements[0].criteria
    address = f"/portofolio/{evidence.id}/klaim?skema={here.scheme.slug}"
    page = candidate.browser.page(address)
    assert not page.select("input[name=criteria][checked]")
    page = candidate.browser.page(address, data={"criteria": [str(first.id), str(second.id)]})
    assert "dikaitkan dengan 3 KUK" in page.text
    candidate.browser.page(address, data={"criteria": [str(second.id)]})
    claims = session.query(Claim).filter_by(evidence_id=evidence.id, withdrawn_at=None)
    assert {claim.criterion_id for claim in claims} == {second.id, elsewhere.criterion_id}


def test_a_judged_criterion_stays_chosen_and_says_so(
    session: Session, candidate: Candidate
) -> None:
    version = make_scheme_version(session)
    judged, other = version.units[0].unit.elements[0].criteria
    evidence = make_evidence(session, owner=candidate.person)
    claim = make_claim(session, evidence=evidence, criterion=judged)
    make_judgement(session, claim=claim, assessor=make_person(session, Role.ASSESSOR))
    address = f"/portofolio/{evidence.id}/klaim"
    page = candidate.browser.page(address)
    assert page.find("input", type="hidden", attrs={"name": "criteria"})["value"] == str(judged.id)
    page = candidate.browser.page(address, data={"criteria": [str(other.id)]})
    assert "KUK 1.1 sudah dinilai" in page.select_one(".govuk-error-summary").text
    ticked = {each["value"] for each in page.select("input[type=checkbox][checked]")}
    assert ticked == {str(other.id)}


@pytest.mark.parametrize("sent", ["bukan-id", "4b8e7d9e-5f9b-4a3c-9a55-0f6d6c8a1b2c"])
def test_made_up_criteria_are_refused(session: Session, candidate: Candidate, sent: str) -> None:
    make_scheme_version(session)
    evidence = make_evidence(session, owner=candidate.person)
    page = candidate.browser.page(f"/portofolio/{evidence.id}/klaim", data={"criteria": [sent]})
    assert "Pilih KUK yang ada di daftar" in page.select_one(".govuk-error-summary").text


def test_before_any_scheme_is_open_the_page_says_so(candidate: Candidate) -> None:
    evidence = make_evidence(candidate.session, owner=candidate.person)
    page = candidate.browser.page(f"/portofolio/{evidence.id}/klaim")
    assert "Belum ada skema yang dibuka" in page.text


def test_a_piece_shows_its_judgements_in_words(session: Session, candidate: Candidate) -> None:
    claim = make_claim(session, evidence=make_evidence(session, owner=candidate.person))
    make_judgement(
        session,
        claim=claim,
        assessor=make_person(session, Role.ASSESSOR),
        is_current=False,
        reason="Kegiatan tahun 2019",
    )
    page = candidate.browser.page(f"/portofolio/{claim.evidence_id}")
    text = page.main.get_text(" ", strip=True)
    assert "Terkini: Tidak" in text
    assert "Valid: Ya" in text
    assert "Kegiatan tahun 2019" in text
    assert "Belum diterima" in text
    assert "Tarik bukti" not in text


def test_evidence_is_withdrawn_and_says_so(session: Session, candidate: Candidate) -> None:
    evidence = make_evidence(session, owner=candidate.person)
    page = candidate.browser.page(f"/portofolio/{evidence.id}/tarik", data={})
    assert "Bukti ditarik" in page.text
    page = candidate.browser.page(f"/portofolio/{evidence.id}")
    assert "Bukti ini ditarik pada" in page.text
    assert session.get_one(Evidence, evidence.id).withdrawn_at


def test_judged_evidence_is_not_withdrawn(session: Session, candidate: Candidate) -> None:
    claim = make_claim(session, evidence=make_evidence(session, owner=candidate.person))
    make_judgement(session, claim=claim, assessor=make_person(session, Role.ASSESSOR))
    page = candidate.browser.page(f"/portofolio/{claim.evidence_id}/tarik", data={}, status=409)
    assert "sudah dinilai asesor" in page.text


@pytest.mark.parametrize("path", ["", "/klaim", "/berkas", "/halaman/1.jpg"])
def test_another_persons_evidence_does_not_exist(
    session: Session, candidate: Candidate, path: str
) -> None:
    evidence = make_evidence(session)
    candidate.browser.page(f"/portofolio/{evidence.id}{path}", status=404)
    candidate.browser.page(f"/portofolio/{evidence.id}/tarik", data={}, status=404)


def test_staff_without_the_permission_are_refused(
    session: Session, new_browser: Callable[..., Browser]
) -> None:
    auditor = new_browser(make_person(session, Role.AUDITOR))
    evidence = make_evidence(session)
    for path in ("", "/unggah", f"/{evidence.id}", f"/{evidence.id}/berkas"):
        auditor.page(f"/portofolio{path}", status=403)
