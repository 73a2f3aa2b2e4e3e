import gzip
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask import session as cookie
from sqlalchemy.orm import Session

from lsp.extensions import format_moment
from lsp.roles import Role
from tests.conftest import NOW, Browser
from tests.factories.accounts import make_person


def test_the_home_page_greets_in_indonesian(browser: Browser) -> None:
    page = browser.page("/")
    assert page.html["lang"] == "id"
    assert page.h1.text == "Sertifikasi kompetensi humas pemerintah"


def test_the_switch_turns_every_page_to_english_and_back(browser: Browser) -> None:
    page = browser.page("/language/en", data={"back": "/verifikasi"})
    assert page.html["lang"] == "en"
    assert page.h1.text == "Check a certificate"
    assert browser.page("/language/id", data={"back": "/"}).html["lang"] == "id"


@pytest.mark.parametrize(
    "back", ["https://evil.test/", "//evil.test/", "/\\evil.test", "javascript:1"]
)
def test_the_switch_never_leads_off_the_site(browser: Browser, back: str) -> None:
    response = browser.post("/language/en", data={"back": back})
    assert response.headers["Location"] == "/"


def test_an_unknown_address_is_told_kindly(browser: Browser) -> None:
    assert browser.page("/tidak-ada", status=404).h1.text == "Halaman tidak ditemukan"


def test_a_wrong_role_is_told_so(session: Session, new_browser: Callable[..., Browser]) -> None:
    candidate = new_browser(make_person(session))
    assert candidate.page("/orang", status=403).h1.text == "Halaman ini bukan untuk peran Anda"


@pytest.mark.usefixtures("csrf_on")
def test_a_form_without_its_token_changes_nothing(browser: Browser) -> None:
    page = browser.page("/language/en", data={"back": "/"}, status=400)
    assert page.h1.text == "Halaman ini sudah lama"
    assert browser.page("/").html["lang"] == "id"


def test_every_answer_carries_strict_headers(browser: Browser) -> None:
    headers = browser.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_static_files_are_kept_for_a_year_under_their_fingerprint(browser: Browser) -> None:
    link = browser.page("/").find("link", rel="stylesheet")["href"]
    assert "?v=" in link
    with browser.get(link) as answer:
        assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_a_route_that_forgot_its_permission_answers_nobody(
    app: Flask, session: Session, new_browser: Callable[..., Browser]
) -> None:
    app.add_url_rule("/lupa", "lupa", lambda: "terbuka")
    everybody = new_browser(make_person(session, *Role))
    assert everybody.get("/lupa").status_code == 403


def test_a_fault_of_ours_shows_no_trace(app: Flask, browser: Browser) -> None:
    def broken() -> str:
        raise RuntimeError("rahasia")

    broken.access = "open to all"  # type: ignore[attr-defined]
    app.add_url_rule("/rusak", "rusak", broken)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    response = browser.get("/rusak")
    assert response.status_code == 500
    assert "rahasia" not in response.get_data(as_text=True)


def test_a_page_travels_gzipped_to_whoever_takes_it(browser: Browser) -> None:
    plain = browser.get("/")
    packed = browser.get("/", headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < len(plain.data) / 2
    assert b"Sertifikasi kompetensi" in gzip.decompress(packed.data)


@pytest.mark.parametrize(
    ("language", "zone", "words"),
    [
        ("id", "Asia/Jakarta", "23 November 2026 pukul 09.00 WIB"),
        ("id", "Asia/Jayapura", "23 November 2026 pukul 11.00 WIT"),
        ("en", "Asia/Makassar", "23 November 2026 at 10:00 WITA"),
    ],
)
def test_a_moment_names_its_zone_in_every_language(
    app: Flask, language: str, zone: str, words: str
) -> None:
    with app.test_request_context():
        cookie["language"] = language
        assert format_moment(NOW, zone) == words


def test_what_was_typed_after_the_session_ended_can_be_copied(browser: Browser) -> None:
    address = "/ujian/00000000-0000-0000-0000-000000000001/soal/14"
    essay = "Langkah pertama adalah <b>mendengar</b> warga."
    answer = browser.post(address, data={"text": essay, "csrf_token": "lama", "go": "next"})
    assert answer.status_code == 401
    page = BeautifulSoup(answer.data, "html.parser")
    assert [area.text for area in page.find_all("textarea")] == [essay]


@pytest.mark.usefixtures("csrf_on")
def test_what_was_typed_into_a_stale_form_can_be_copied(browser: Browser) -> None:
    answer = browser.post("/verifikasi", data={"number": "0000042 2026", "csrf_token": "lama"})
    assert answer.status_code == 400
    page = BeautifulSoup(answer.data, "html.parser")
    assert [area.text for area in page.find_all("textarea")] == ["0000042 2026"]


def test_a_password_is_never_shown_back(browser: Browser) -> None:
    answer = browser.post("/akun/kata-sandi", data={"new_password": "rahasia sekali"})
    assert answer.status_code == 401
    assert "rahasia sekali" not in answer.text
