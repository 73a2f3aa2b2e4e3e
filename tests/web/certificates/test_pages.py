from collections.abc import Callable

from sqlalchemy.orm import Session

from lsp.roles import Role
from lsp.settings import Settings
from tests.conftest import Browser, StandingClock
from tests.factories.accounts import make_person
from tests.factories.certificates import make_certificate, make_decision


def test_anyone_reads_a_certificate_by_its_qr_address(
    session: Session, settings: Settings, browser: Browser
) -> None:
    certificate = make_certificate(session, settings)
    page = browser.page(f"/c/{certificate.code}")
    text = page.get_text(" ")
    assert page.select_one(".lsp-verdict__title").text == "BERLAKU"
    assert certificate.printed["holder_name"] in text
    assert certificate.number in text
    assert "23 November 2029" in text
    assert "Apakah nama di atas sama dengan nama di kertas?" in text


def test_the_page_is_never_kept_or_indexed(
    session: Session, settings: Settings, browser: Browser
) -> None:
    response = browser.get(f"/c/{make_certificate(session, settings).code}")
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"


def test_an_unknown_code_is_told_as_not_registered(browser: Browser) -> None:
    page = browser.page("/c/AAAAAAAAAAAAAAAA", status=404)
    assert page.select_one(".lsp-verdict__title").text == "TIDAK TERCATAT"


def test_number_and_check_code_lead_to_the_page(
    session: Session, settings: Settings, browser: Browser
) -> None:
    certificate = make_certificate(session, settings)
    page = browser.page(
        "/verifikasi",
        data={"number": certificate.number, "check_code": certificate.printed["check_code"]},
    )
    assert page.select_one(".lsp-verdict__title").text == "BERLAKU"


def test_unknown_and_mistyped_get_the_same_page(
    session: Session, settings: Settings, browser: Browser
) -> None:
    certificate = make_certificate(session, settings)
    pages = [
        browser.post("/verifikasi", data={"number": number, "check_code": "AAA-AAA"})
        for number in (certificate.number, "9999999 2026")
    ]
    assert [page.status_code for page in pages] == [404, 404]
    texts = [
        page.get_data(as_text=True).replace(number, "")
        for page, number in zip(pages, (certificate.number, "9999999 2026"), strict=True)
    ]
    assert texts[0] == texts[1]
    assert "TIDAK TERCATAT" in texts[0]


def test_an_empty_form_says_what_to_fill_in(browser: Browser) -> None:
    page = browser.page("/verifikasi", data={}, status=422)
    summary = page.select_one(".govuk-error-summary").get_text(" ")
    assert "Isi nomor sertifikat" in summary
    assert "Isi kode periksa" in summary
    assert page.title.text.startswith("Galat: ")


def test_programs_get_the_same_answer_as_json(
    session: Session, settings: Settings, browser: Browser
) -> None:
    certificate = make_certificate(session, settings)
    answer = browser.get(f"/c/{certificate.code}.json").get_json()
    assert answer["verdict"] == "BERLAKU"
    assert answer["number"] == certificate.number
    assert answer["sha256"] == certificate.sha256
    assert browser.get("/c/AAAAAAAAAAAAAAAA.json").status_code == 404


def test_a_manager_issues_and_the_holder_downloads(
    session: Session, new_browser: Callable[..., Browser]
) -> None:
    holder = make_person(session)
    decision = make_decision(session, candidate=holder)
    manager = new_browser(make_person(session, Role.MANAGER))
    assert decision.minutes_number in manager.page("/sertifikat").get_text(" ")
    page = manager.page(f"/sertifikat/terbitkan/{decision.id}", data={})
    assert "0000001 2026" in page.h1.text
    link = new_browser(holder).page("/sertifikat-saya").select_one("a[href$='.pdf']")
    with new_browser(holder).get(link["href"]) as pdf:
        assert pdf.mimetype == "application/pdf"
        assert pdf.data.startswith(b"%PDF-")
        assert pdf.headers["Cache-Control"] == "no-store"
    tasks = new_browser(holder).page("/sertifikasi-saya").get_text(" ")
    assert "Terbit dengan nomor 0000001 2026" in tasks


def test_another_persons_certificate_does_not_exist(
    session: Session, settings: Settings, new_browser: Callable[..., Browser]
) -> None:
    certificate = make_certificate(session, settings)
    stranger = new_browser(make_person(session))
    assert stranger.get(f"/sertifikat-saya/{certificate.id}.pdf").status_code == 404


def test_the_manager_suspends_and_the_public_page_tells(
    session: Session, settings: Settings, new_browser: Callable[..., Browser], browser: Browser
) -> None:
    certificate = make_certificate(session, settings)
    manager = new_browser(make_person(session, Role.MANAGER))
    manager.page(
        f"/sertifikat/{certificate.id}",
        data={"kind": "suspended", "reason_class": "scope", "note": "BA 12/2026"},
    )
    page = browser.page(f"/c/{certificate.code}")
    assert page.select_one(".lsp-verdict__title").text == "DIBEKUKAN"
    assert "Dipakai di luar ruang lingkup" in page.get_text(" ")
    assert "BA 12/2026" not in page.get_text(" ")


def test_a_refused_change_loses_nothing_typed(
    session: Session, settings: Settings, new_browser: Callable[..., Browser]
) -> None:
    certificate = make_certificate(session, settings)
    manager = new_browser(make_person(session, Role.MANAGER))
    page = manager.page(
        f"/sertifikat/{certificate.id}",
        data={"kind": "restored", "reason_class": "scope", "note": "Alasan panjang"},
        status=422,
    )
    assert page.find("textarea").text.strip() == "Alasan panjang"


def test_an_auditor_reads_but_does_not_change(
    session: Session, settings: Settings, new_browser: Callable[..., Browser]
) -> None:
    certificate = make_certificate(session, settings)
    auditor = new_browser(make_person(session, Role.AUDITOR))
    assert certificate.number in auditor.page("/sertifikat").get_text(" ")
    data = {"kind": "suspended", "reason_class": "scope", "note": "x"}
    assert auditor.post(f"/sertifikat/{certificate.id}", data=data).status_code == 403
    assert len(certificate.events) == 1


def test_an_expired_certificate_is_told_by_the_date(
    session: Session, settings: Settings, browser: Browser, clock: StandingClock
) -> None:
    certificate = make_certificate(session, settings)
    clock.move(days=365 * 3 + 2)
    page = browser.page(f"/c/{certificate.code}")
    assert page.select_one(".lsp-verdict__title").text == "KEDALUWARSA"


def test_the_register_costs_the_same_for_one_and_for_many(
    session: Session,
    settings: Settings,
    new_browser: Callable[..., Browser],
    statements: list[str],
) -> None:
    manager = new_browser(make_person(session, Role.MANAGER))
    counts = []
    for more in (1, 4):
        for _ in range(more):
            make_certificate(session, settings)
            make_decision(session)
        statements.clear()
        manager.page("/sertifikat")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 10
