from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from lsp.roles import Role
from lsp.skkni.models import Scheme, SchemeState
from lsp.skkni.services import load_schemes, load_standards
from tests.conftest import NOW, Browser
from tests.factories.accounts import make_person
from tests.factories.skkni import make_scheme_version, make_standard, make_unit


@pytest.fixture
def loaded(session: Session) -> None:
    load_standards(session, NOW)
    load_schemes(session, NOW)


def test_the_catalogue_says_how_much_of_each_decree_is_loaded(
    browser: Browser, loaded: None
) -> None:
    page = browser.page("/standar")
    text = page.main.get_text(" ", strip=True)
    assert "8 dari 71 unit dimuat; selebihnya dimuat LSP dari salinan keputusannya" in text
    assert "7 unit dimuat; jumlah seluruhnya belum diketahui" in text
    assert len(page.select("tbody tr")) == 26
    assert "Tanpa kode (rancangan)" in text


def test_a_search_works_without_script_and_keeps_what_was_typed(
    browser: Browser, loaded: None
) -> None:
    page = browser.page("/standar", query_string={"q": ' <b>"pers" '})
    assert page.select_one("#q")["value"] == '<b>"pers"'
    assert "Tidak ada unit yang cocok" in page.main.get_text()
    page = browser.page("/standar?q=konferensi+pers")
    assert [a.get_text() for a in page.select("tbody a")] == ["Melaksanakan Konferensi Pers"]
    assert "1 unit cocok" in page.main.get_text()


def test_269_finds_kepmenaker_629(browser: Browser, loaded: None) -> None:
    page = browser.page("/standar?q=269")
    assert [h.get_text(strip=True) for h in page.select("section h2")] == ["Kepmenaker 629/2016"]
    assert len(page.select("tbody tr")) == 7


def test_a_standard_counts_its_groups_and_warns_of_the_other_ladder(
    browser: Browser, loaded: None
) -> None:
    text = browser.page("/standar/kep-39-2008").main.get_text(" ", strip=True)
    assert "2 dari 7" in text
    assert "6 dari 55" in text
    assert "0 dari 9" in text
    assert "dua tangga yang berbeda" in text


def test_a_unit_shows_criteria_gaps_source_and_schemes(browser: Browser, loaded: None) -> None:
    page = browser.page("/unit/kom-pr02-014-01")
    text = page.main.get_text(" ", strip=True)
    assert "1.1 Tujuan konferensi pers ditetapkan" in text
    assert "Panduan penilaian terpotong" in text
    assert "Kode Etik Humas/PR Indonesia" in text
    assert "hukum pers" in text
    assert page.select_one('a[href^="https://id.scribd.com/document/587097809"]')
    assert page.find("a", string="Praktisi Humas Pemerintah (skema peragaan)")


def test_a_unit_with_a_title_only_says_what_is_missing(browser: Browser, loaded: None) -> None:
    text = browser.page("/unit/kom-pr02-001-01").main.get_text(" ", strip=True)
    assert "Baru kode dan judul yang dimuat" in text


def test_what_does_not_exist_is_not_found(browser: Browser) -> None:
    for address in ("/standar/x", "/unit/x", "/unit/x.json", "/skema/x"):
        browser.page(address, status=404)


def test_the_schemes_say_which_may_be_applied_for(browser: Browser, loaded: None) -> None:
    cards = browser.page("/skema").select(".lsp-card")
    texts = [card.get_text(" ", strip=True) for card in cards]
    assert "Humas Yunior Belum dibuka" in texts[0]
    assert "Bisa diajukan Peragaan" in texts[1]


def test_an_open_scheme_leads_to_the_application(browser: Browser, loaded: None) -> None:
    page = browser.page("/skema/praktisi-humas-pemerintah-peragaan")
    text = page.main.get_text(" ", strip=True)
    [button] = [a for a in page.main.select("a") if "Ajukan permohonan" in a.get_text()]
    assert button["href"] == "/skema/praktisi-humas-pemerintah-peragaan/ajukan"
    assert "Surat keterangan bekerja di unit humas" in text
    assert "Mengikuti pelatihan bukan syarat" in text
    assert "ISO/IEC 17024 klausul 5.2" in text
    assert "3 tahun" in text
    assert "memperagakan sistem" in text
    assert "Komite LSP yang memutuskan" in text


def test_staff_who_cannot_apply_are_not_led_there(
    session: Session, new_browser: Callable[..., Browser], loaded: None
) -> None:
    manager = new_browser(make_person(session, Role.MANAGER))
    page = manager.page("/skema/praktisi-humas-pemerintah-peragaan")
    assert "Ajukan permohonan" not in page.main.get_text(" ")


def test_a_draft_scheme_cannot_be_applied_for_and_says_why(browser: Browser, loaded: None) -> None:
    page = browser.page("/skema/humas-yunior")
    text = page.main.get_text(" ", strip=True)
    assert "Ajukan permohonan" not in text
    assert "KUK 6 unitnya belum dimuat" in text
    assert "KEP.0696/BNSP/V/2016" in text


def test_an_unchecked_version_of_whole_units_says_so(browser: Browser, session: Session) -> None:
    version = make_scheme_version(session, state=SchemeState.DRAFT)
    text = browser.page(f"/skema/{version.scheme.slug}").main.get_text(" ", strip=True)
    assert "Versinya masih rancangan" in text


def test_a_scheme_without_a_version_does_not_break_the_pages(
    browser: Browser, session: Session
) -> None:
    session.add(
        Scheme(slug="kosong", number="0", title="Kosong", title_en="Empty", kind="K", source="x")
    )
    assert "Kosong" in browser.page("/skema").main.get_text()
    assert "Kosong" in browser.page("/skema/kosong").main.get_text()


def test_another_system_reads_the_catalogue_and_a_unit(browser: Browser, loaded: None) -> None:
    data = browser.get("/standar.json?q=269", headers={"Host": "jahat.test"}).get_json()
    [standard] = [s for s in data["standards"] if s["units"]]
    assert standard["number"] == "Kepmenaker 629/2016"
    assert standard["announced_units"] is None
    assert standard["page"] == "http://127.0.0.1:8000/standar/kepmenaker-629-2016"
    unit = browser.get("/unit/kom-pr02-036-01.json").get_json()
    assert unit["code"] == "KOM.PR02.036.01"
    assert unit["completeness"] == "criteria"
    assert unit["elements"][0]["criteria"][0]["number"] == "1.1"
    assert unit["confidence"] == "high"


def test_the_pages_cost_the_same_however_much_is_loaded(
    browser: Browser, session: Session, statements: list[str]
) -> None:
    def cost(*addresses: str) -> list[int]:
        counted = []
        for address in addresses:
            session.commit()
            statements.clear()
            browser.page(address)
            counted.append(len(statements))
        return counted

    version = make_scheme_version(session)
    unit = version.units[0].unit
    addresses = (
        "/standar",
        f"/standar/{unit.standard.slug}",
        f"/unit/{unit.slug}",
        "/skema",
        f"/skema/{version.scheme.slug}",
        "/standar.json",
        f"/unit/{unit.slug}.json",
    )
    before = cost(*addresses)
    for _ in range(3):
        more = make_unit(session, standard=make_standard(session), elements=4)
        make_unit(session, standard=unit.standard)
        make_scheme_version(session, units=[unit, more])
    assert cost(*addresses) == before
    assert max(before) <= 5


def test_the_catalogue_is_there_in_english(browser: Browser, loaded: None) -> None:
    page = browser.page("/language/en", data={"back": "/standar"})
    assert page.html["lang"] == "en"
    text = page.main.get_text(" ", strip=True)
    assert "8 of 71 units loaded; the LSP loads the rest from its copy of the decree" in text
    assert "Melaksanakan Konferensi Pers" in text  # standards stay in their language
    assert "Kode unit" not in text
