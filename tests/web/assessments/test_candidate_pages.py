from urllib.parse import urlparse

import pytest
from sqlalchemy.orm import Session

from lsp.accounts.models import Person
from lsp.assessments.models import Application
from lsp.assessments.rules.states import ApplicationState
from lsp.assessments.services.applications import get_own_application
from lsp.exams.models import Seat
from tests.factories.accounts import make_person
from tests.factories.assessments import decide, make_way
from tests.factories.portfolios import make_evidence
from tests.factories.skkni import make_scheme_version

PERSONAL = {
    "birth_place": "Surakarta",
    "birth_date-day": "27",
    "birth_date-month": "3",
    "birth_date-year": "1990",
    "gender": "P",
    "nationality": "Indonesia",
    "address": "Jalan Uji 1",
    "phone": "0812",
    "education": "S1",
}


def _text(page) -> str:
    return " ".join(page.get_text(" ").split())


def _own(session: Session, person: Person) -> Application:
    found = session.query(Application).filter_by(candidate_id=person.id).one()
    return get_own_application(session, person.id, found.id)


def test_a_candidate_applies_from_the_first_click_to_submission(session, new_browser) -> None:
    person = make_person(session)
    version = make_scheme_version(session)
    evidence = make_evidence(session, owner=person, kind="prasyarat")
    browser = new_browser(person)
    assert "belum mengajukan" in _text(browser.page("/sertifikasi-saya"))
    page = browser.page(f"/skema/{version.scheme.slug}/ajukan")
    assert version.prerequisites[0] in _text(page)

    browser.page(f"/skema/{version.scheme.slug}/ajukan", data={})
    application = _own(session, person)
    home = f"/sertifikasi-saya/{application.id}"
    browser.page(f"{home}/apl-01/data-pribadi", data=PERSONAL)
    work = {"institution": "Kementerian Uji", "position": "Pranata Humas"}
    browser.page(f"{home}/apl-01/pekerjaan", data=work)
    browser.page(f"{home}/apl-01/tujuan", data={"purpose": "Sertifikasi"})
    page = browser.page(f"{home}/apl-01", data={"consent": "y"})
    assert "Jawab apakah Anda perlu penyesuaian" in _text(page)
    browser.page(f"{home}/apl-01/penyesuaian", data={"accommodation_needed": "no"})
    browser.page(f"{home}/apl-01/prasyarat", data={"file_1": str(evidence.id)})

    page = browser.page(f"{home}/apl-01", data={})
    assert "Centang pernyataan" in _text(page)
    page = browser.page(f"{home}/apl-01", data={"consent": "y"})
    assert "Permohonan terkirim" in _text(page)
    assert _own(session, person).state is ApplicationState.SUBMITTED
    again = browser.page(f"{home}/apl-01", data={"consent": "y"})
    assert "Permohonan terkirim" in _text(again)


def test_a_half_filled_section_is_kept_as_typed(session, new_browser) -> None:
    way = make_way(session, "started")
    browser = new_browser(way.candidate)
    address = f"/sertifikasi-saya/{way.application.id}/apl-01/data-pribadi"
    typed = {"birth_date-day": "31", "birth_date-month": "2", "birth_date-year": "1990"}
    page = browser.page(address, data={"nik": "123", "phone": "0813", **typed})
    assert "Isi tanggal yang ada" in _text(page)
    assert "NIK harus 16 angka" in _text(page)
    assert page.title.text.startswith("Galat:")
    later = browser.page(address)
    assert later.find(id="phone")["value"] == "0813"
    assert later.find(attrs={"name": "birth_date-day"})["value"] == "31"


def test_the_nik_is_shown_masked_and_can_be_taken_out(session, new_browser) -> None:
    way = make_way(session, "started")
    browser = new_browser(way.candidate)
    home = f"/sertifikasi-saya/{way.application.id}"
    browser.page(f"{home}/apl-01/data-pribadi", data={"nik": "3171016703900001"})
    page = _text(browser.page(f"{home}/apl-01"))
    assert "317101••••••0001" in page
    assert "3171016703900001" not in page
    browser.page(f"{home}/apl-01/hapus-nik", data={})
    assert "317101" not in _text(browser.page(f"{home}/apl-01"))


@pytest.mark.parametrize("text", ["x" * 5000, "<script>alert(1)</script>", "%(name)s %s {{ 7*7 }}"])
def test_hostile_text_loses_nothing_and_runs_nowhere(session, new_browser, text: str) -> None:
    way = make_way(session, "started")
    browser = new_browser(way.candidate)
    address = f"/sertifikasi-saya/{way.application.id}/apl-01/pekerjaan"
    page = browser.page(address, data={"institution": text, "position": text})
    assert "<script>alert" not in str(page)
    if len(text) > 200:
        assert page.find(id="institution")["value"] == text
    else:
        assert browser.page(address).find(id="institution")["value"] == text


@pytest.mark.parametrize(
    "path",
    ["", "/apl-01", "/apl-01/pekerjaan", "/apl-02", "/persetujuan", "/rekomendasi"],
)
def test_another_candidates_pages_do_not_exist(session, new_browser, path: str) -> None:
    way = make_way(session)
    stranger = new_browser(make_person(session))
    stranger.page(f"/sertifikasi-saya/{way.application.id}{path}", status=404)
    if path:
        stranger.page(f"/sertifikasi-saya/{way.application.id}{path}", data={}, status=404)


def test_a_forged_choice_of_another_persons_file_is_refused(session, new_browser) -> None:
    way = make_way(session, "started")
    foreign = make_evidence(session)
    browser = new_browser(way.candidate)
    address = f"/sertifikasi-saya/{way.application.id}/apl-01/prasyarat"
    for forged in (str(foreign.id), "bukan-uuid"):
        page = browser.page(address, data={"file_1": forged})
        assert "Pilih berkas yang ada di daftar" in _text(page)


def test_apl02_is_answered_unit_by_unit_and_signed(session, new_browser) -> None:
    way = make_way(session, "started")
    browser = new_browser(way.candidate)
    home = f"/sertifikasi-saya/{way.application.id}/apl-02"
    page = browser.page(home, data={})
    assert "Jawab semua elemen pada unit" in _text(page)
    for row in way.version.units:
        page = browser.page(f"{home}/{row.unit.slug}")
        assert "Dapatkah saya" in _text(page)
        names = {tag["name"] for tag in page.find_all("input", type="radio")}
        browser.page(f"{home}/{row.unit.slug}", data=dict.fromkeys(names, "yes"))
    assert "ditandatangani" in _text(browser.page(home, data={}))
    browser.page(f"{home}/unit-lain", status=404)
    kept = browser.page(f"{home}/{way.version.units[0].unit.slug}")
    assert len(kept.find_all("input", checked=True)) == 2
    browser.page(
        f"{home}/{way.version.units[0].unit.slug}",
        data={next(iter(t["name"] for t in kept.find_all("input", checked=True))): "no"},
    )
    assert "Tandatangani lagi" in _text(browser.page(home))


def test_the_agreement_opens_the_exam_only_with_both_signatures(session, new_browser) -> None:
    way = make_way(session, "reviewed")
    candidate, assessor = new_browser(way.candidate), new_browser(way.assessor)
    address = f"/sertifikasi-saya/{way.application.id}/persetujuan"
    page = candidate.page(address)
    assert "Hak banding" in _text(page)
    assert page.main.find("form") is None
    candidate.page(address, data={})
    assert session.get_one(Seat, way.given.seat_id).cleared_at is None
    assessor.page(f"/asesmen/{way.given.id}/persetujuan", data={"evidence_kinds": "tes_tulis"})
    assert session.get_one(Seat, way.given.seat_id).cleared_at is None
    assert "Ujian Anda dapat dibuka" in _text(candidate.page(address, data={}))
    assert session.get_one(Seat, way.given.seat_id).cleared_at is not None


def test_the_candidate_reads_the_recommendation_and_the_decision(session, new_browser) -> None:
    way = make_way(session)
    browser = new_browser(way.candidate)
    address = f"/sertifikasi-saya/{way.application.id}/rekomendasi"
    assert "bukan keputusan" in _text(browser.page(address))
    assert "ditandatangani" in _text(browser.page(address, data={}))
    decide(session, way)
    page = _text(browser.page(address))
    assert "BA/001/PLENO/2026" in page
    assert all(member.full_name not in page for member in way.committee)


def test_the_recommendation_is_not_there_before_it_is_made(session, new_browser) -> None:
    way = make_way(session, "judged")
    address = f"/sertifikasi-saya/{way.application.id}/rekomendasi"
    new_browser(way.candidate).page(address, status=404)


STEPS = ["started", "submitted", "accepted", "assigned", "offered", "agreed", "recommended"]


@pytest.mark.parametrize("upto", STEPS)
def test_every_link_of_the_task_list_leads_somewhere(session, new_browser, upto: str) -> None:
    way = make_way(session, upto)
    browser = new_browser(way.candidate)
    page = browser.page("/sertifikasi-saya")
    assert len(page.select(".govuk-task-list__item")) == 9
    for link in page.main.select("a[href]"):
        browser.page(link["href"])


def test_starting_twice_by_a_double_click_makes_one_application(session, new_browser) -> None:
    version = make_scheme_version(session)
    person = make_person(session)
    browser = new_browser(person)
    for _ in range(2):
        browser.page(f"/skema/{version.scheme.slug}/ajukan", data={})
    assert _own(session, person)


def test_a_stranger_is_asked_to_sign_in_before_applying(session, browser) -> None:
    version = make_scheme_version(session)
    response = browser.get(f"/skema/{version.scheme.slug}/ajukan")
    assert response.status_code == 302
    assert urlparse(response.location).path == "/masuk"


def test_the_returned_application_tells_what_to_mend(session, new_browser) -> None:
    way = make_way(session, "submitted")
    administrator = new_browser(way.administrator)
    administrator.page(
        f"/permohonan/{way.application.id}",
        data={"verdict": "return", "note": "Unggah surat tugas yang terbaca"},
    )
    page = _text(new_browser(way.candidate).page("/sertifikasi-saya"))
    assert "Unggah surat tugas yang terbaca" in page
    assert "Perlu diperbaiki" in page


def test_the_home_costs_the_same_statements_however_many_applications(
    session, new_browser, statements
) -> None:
    person = make_person(session)
    counts = []
    for _ in range(3):
        make_way(session, "submitted", candidate=person)
        browser = new_browser(person)
        statements.clear()
        browser.page("/sertifikasi-saya")
        counts.append(len([s for s in statements if not s.startswith(("INSERT", "UPDATE"))]))
    assert counts[0] == counts[1] == counts[2]
