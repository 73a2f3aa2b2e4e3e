from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lsp.credits.models import CreditStanding, PerformancePeriod
from lsp.credits.rules import Predicate
from lsp.roles import Role
from tests.conftest import Browser
from tests.factories.accounts import make_person
from tests.factories.credits import make_period, make_standing

STANDING = {
    "place": "Ahli Pertama|III/a",
    "credits": "31,125",
    "as_of-day": "31",
    "as_of-month": "12",
    "as_of-year": "2024",
    "document": "PAK/01/2025",
}
PERIOD = {
    "year": "2025",
    "first_month": "1",
    "last_month": "12",
    "level": "Ahli Pertama",
    "predicate": "butuh perbaikan",
}


@pytest.fixture
def person(session: Session) -> Any:
    return make_person(session)


@pytest.fixture
def mine(new_browser: Callable[..., Browser], person: Any) -> Browser:
    return new_browser(person)


def errors(page: Any) -> list[str]:
    return [a.get_text(strip=True) for a in page.select(".govuk-error-summary li")]


def test_a_standing_and_a_year_are_entered_and_added_up(mine: Browser) -> None:
    page = mine.page("/angka-kredit/catatan/baru/2023", data=STANDING)
    assert "Angka kredit dicatat." in page.get_text()
    page = mine.page("/angka-kredit/masa-kinerja/baru", data=PERIOD)
    text = page.main.get_text(" ", strip=True)
    assert "12,5 × 75% × 12/12 bulan = 9,38" in text
    assert "(tepatnya 9,375)" in text
    assert page.select_one(".lsp-stat__value").get_text() == "40,5"
    assert "40,5 dari 50; kurang 9,5" in text
    assert "40,5 dari 100; kurang 59,5" in text
    assert "bukan PAK" in text


def test_each_number_of_a_computation_names_its_source(
    mine: Browser, session: Session, person: Any
) -> None:
    make_period(session, person, level="Ahli Madya")
    page = mine.page("/angka-kredit")
    card = page.select_one("article")
    links = [a["href"] for a in card.select("a[rel]")]
    assert any("scribd.com" in link for link in links)
    assert any("jdih.maritim.go.id" in link for link in links)
    assert "kaidah serumpun (dari Guru)" in card.get_text(" ", strip=True)


def test_a_short_period_is_kept_and_not_counted(
    mine: Browser, session: Session, person: Any
) -> None:
    make_standing(session, person)
    page = mine.page("/angka-kredit/masa-kinerja/baru", data={**PERIOD, "last_month": "6"})
    text = page.main.get_text(" ", strip=True)
    assert "12,5 × 75% × 6/12 bulan = belum dihitung" in text
    assert "kami tidak menebaknya" in text
    assert page.select_one(".lsp-stat__value").get_text() == "20"


def test_the_old_ladder_shows_the_rung_and_what_is_missing(mine: Browser) -> None:
    values = {**STANDING, "place": "Pranata Humas Pertama|III/a", "credits": "130"}
    page = mine.page("/angka-kredit/catatan/baru/2005", data=values)
    text = page.main.get_text(" ", strip=True)
    assert "mencapai Pranata Humas Pertama, Penata Muda (III/a)" in text
    assert "Kurang 20 untuk Pranata Humas Pertama, Penata Muda Tingkat I (III/b)" in text
    rungs = page.select_one("table:has(svg)").select("tbody tr")
    assert len(rungs) == 7
    assert "Tercapai" in rungs[0].get_text()
    assert "Kurang 570" in rungs[-1].get_text()


def test_the_page_says_plainly_what_it_does_not_know(mine: Browser) -> None:
    text = mine.page("/angka-kredit").main.get_text(" ", strip=True)
    assert "Angka kredit per butir kegiatan: tidak satu pun nilainya" in text
    assert "Catat dahulu angka kredit kumulatif" in text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"place": ""}, "Pilih jenjang dan golongan Anda"),
        ({"place": "Ahli Utama|IV/e"}, "Pilih jenjang dan golongan Anda"),
        ({"place": "Pranata Humas Pertama|III/a"}, "Pilih jenjang dan golongan Anda"),
        ({"credits": ""}, "Isi angka kredit, misalnya 87,5"),
        ({"credits": "banyak"}, "Isi dengan angka, misalnya 12,5"),
        ({"credits": "-1"}, "Isi angka antara 0 dan 2000"),
        ({"credits": "NaN"}, "Isi angka antara 0 dan 2000"),
        ({"credits": "1e999999"}, "Isi angka antara 0 dan 2000"),
        ({"credits": "1e-999999"}, "Paling banyak tiga angka di belakang koma"),
        ({"as_of-month": "13"}, "Isi tanggal akhir masa penilaian, misalnya 31 12 2025"),
        ({"as_of-year": "2027"}, "Tanggal angka kredit tidak boleh setelah hari ini"),
        ({"document": "x" * 121}, "Paling banyak 120 karakter; sekarang 121"),
    ],
)
def test_a_standing_that_cannot_be_is_refused_and_nothing_typed_is_lost(
    mine: Browser, session: Session, change: dict[str, str], message: str
) -> None:
    values = {**STANDING, **change}
    page = mine.page("/angka-kredit/catatan/baru/2023", data=values)
    assert errors(page) == [message]
    assert page.title.get_text().startswith("Galat:")
    assert page.select_one("#credits").get("value", "") == values["credits"]
    assert page.select_one("#as_of-year")["value"] == values["as_of-year"]
    assert page.select_one("#document").get("value", "") == values["document"]
    assert session.query(CreditStanding).count() == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"year": ""}, "Isi tahun dengan empat angka, misalnya 2025"),
        ({"year": "dua ribu"}, "Isi dengan bilangan bulat, misalnya 30"),
        ({"year": "20255"}, "Isi tahun dengan empat angka, misalnya 2025"),
        ({"year": "2022"}, "Predikat dikonversi mulai tahun 2023. Isi tahun itu atau sesudahnya."),
        (
            {"year": "2026"},
            "Masa kinerja itu belum selesai. Catat setelah bulan terakhirnya lewat.",
        ),
        (
            {"first_month": "12", "last_month": "1"},
            "Bulan terakhir tidak boleh sebelum bulan pertama",
        ),
        ({"first_month": "13"}, "Pilih bulan yang ada di daftar"),
        ({"level": ""}, "Pilih jenjang Anda pada masa itu"),
        ({"level": "Ahli Utama"}, "Pilih jenjang yang ada di daftar"),
        ({"predicate": ""}, "Pilih predikat kinerja"),
        ({"predicate": "istimewa"}, "Pilih salah satu yang ada di daftar"),
    ],
)
def test_a_period_that_cannot_be_is_refused_and_nothing_typed_is_lost(
    mine: Browser, session: Session, change: dict[str, str], message: str
) -> None:
    values = {**PERIOD, **change}
    page = mine.page("/angka-kredit/masa-kinerja/baru", data=values)
    assert errors(page) == [message]
    assert page.select_one("#year").get("value", "") == values["year"]
    assert session.query(PerformancePeriod).count() == 0


def test_overlapping_months_are_refused_and_named(
    mine: Browser, session: Session, person: Any
) -> None:
    make_period(session, person, first_month=3, last_month=9)
    page = mine.page(
        "/angka-kredit/masa-kinerja/baru", data={**PERIOD, "first_month": "9", "last_month": "12"}
    )
    assert errors(page) == [
        "Bulannya bertumpang tindih dengan masa bulan 3 sampai 9 tahun 2025. Ubah bulannya, atau "
        "ubah catatan yang ada."
    ]


def test_own_entries_are_mended_from_what_is_stored(
    mine: Browser, session: Session, person: Any
) -> None:
    standing, period = make_standing(session, person), make_period(session, person)
    address = f"/angka-kredit/catatan/{standing.id}/ubah"
    assert mine.page(address).select_one("option[selected]")["value"] == "Ahli Pertama|III/a"
    assert errors(mine.page(address, data={**STANDING, "credits": ""})) == [
        "Isi angka kredit, misalnya 87,5"
    ]
    mine.page(address, data=STANDING)
    assert standing.credits == Decimal("31.125")
    address = f"/angka-kredit/masa-kinerja/{period.id}/ubah"
    assert mine.page(address).select_one("input[checked]")["value"] == "baik"
    mine.page(address, data={**PERIOD, "predicate": "kurang"})
    assert period.predicate is Predicate.POOR


def test_own_entries_are_removed_only_after_asking(
    mine: Browser, session: Session, person: Any
) -> None:
    standing, period = make_standing(session, person), make_period(session, person)
    addresses = (
        f"/angka-kredit/catatan/{standing.id}/hapus",
        f"/angka-kredit/masa-kinerja/{period.id}/hapus",
    )
    for address in addresses:
        assert "tidak bisa dikembalikan" in mine.page(address).main.get_text()
    assert session.query(CreditStanding).count() == session.query(PerformancePeriod).count() == 1
    for address in addresses:
        mine.page(address, data={})
    assert session.query(CreditStanding).count() == session.query(PerformancePeriod).count() == 0


def test_another_person_s_entries_are_not_found(mine: Browser, session: Session) -> None:
    standing, period = make_standing(session), make_period(session)
    for address in (
        f"/angka-kredit/catatan/{standing.id}/ubah",
        f"/angka-kredit/catatan/{standing.id}/hapus",
        f"/angka-kredit/masa-kinerja/{period.id}/ubah",
        f"/angka-kredit/masa-kinerja/{period.id}/hapus",
    ):
        mine.page(address, status=404)
        mine.page(address, data={}, status=404)
    mine.page("/angka-kredit/catatan/baru/2014", status=404)
    assert session.query(CreditStanding).count() == session.query(PerformancePeriod).count() == 1


def test_the_record_asks_who_comes(
    browser: Browser, new_browser: Callable[..., Browser], session: Session
) -> None:
    assert browser.get("/angka-kredit").status_code == 302
    auditor = new_browser(make_person(session, Role.AUDITOR))
    auditor.page("/angka-kredit", status=403)


def test_the_basis_lists_tables_regulations_and_their_sources(mine: Browser) -> None:
    page = mine.page("/angka-kredit/dasar")
    text = page.main.get_text(" ", strip=True)
    assert "37,5" in text
    assert "kaidah serumpun" in text
    assert "Angka untuk naik pangkat tidak tercetak." in text
    assert "PER/109/M.PAN/11/2005 : Jabatan Fungsional Pranata Hubungan Masyarakat" in text


def test_the_overview_costs_the_same_however_much_is_recorded(
    mine: Browser, session: Session, person: Any, statements: list[str]
) -> None:
    def cost() -> int:
        session.commit()
        statements.clear()
        mine.page("/angka-kredit")
        return len(statements)

    make_standing(session, person)
    before = cost()
    for year in (2023, 2024, 2025):
        make_period(session, person, year=year)
        make_standing(session, person, as_of=date(year, 6, 30))
    assert cost() == before


def test_the_record_is_there_in_english(mine: Browser, session: Session, person: Any) -> None:
    make_standing(session, person)
    make_period(session, person, predicate=Predicate.NEEDS_IMPROVEMENT)
    mine.page("/language/en", data={})
    text = mine.page("/angka-kredit").main.get_text(" ", strip=True)
    assert "12.5 × 75% × 12/12 months = 9.38 (exactly 9.375)" in text
    assert "Next level: Ahli Muda" in text
    assert "Sumber" not in text
