from collections.abc import Callable
from io import BytesIO

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import ItemEnemy, ItemMove, ItemRevision
from lsp.exams.rules.kinds import ItemState, ItemType
from lsp.roles import Role
from tests.conftest import NOW, Browser
from tests.factories.accounts import make_person
from tests.factories.exams import make_revision


@pytest.fixture
def writer(session: Session):
    return make_person(session, Role.ITEM_WRITER)


@pytest.fixture
def browser(new_browser: Callable[..., Browser], writer) -> Browser:
    return new_browser(writer)


@pytest.fixture
def reviewer(new_browser: Callable[..., Browser], session: Session) -> Browser:
    return new_browser(make_person(session, Role.ITEM_WRITER))


def test_states_go_their_way_and_the_writer_does_not_release(
    browser: Browser, reviewer: Browser, session: Session, writer
) -> None:
    item = make_revision(session, created_by_id=writer.id).item
    item.state = ItemState.DRAFT
    address = f"/bank-soal/{item.id}/keadaan"
    browser.page(address, data={"to": "review"})
    page = browser.page(address, data={"to": "active", "note": "Sudah saya baca"})
    assert "soalnya sendiri" in page.select_one(".govuk-error-summary").get_text()
    assert page.select_one("#note").get_text().strip() == "Sudah saya baca"
    page = reviewer.page(address, data={"to": "active"})
    assert "tanpa uji coba" in page.select_one("#note-error").get_text()
    assert page.select_one("button[value=active]").get_text().strip() == "Aktifkan tanpa uji coba"
    page = reviewer.page(address, data={"to": "pilot"})
    assert page.select_one("button[value=active]").get_text().strip() == "Aktifkan"
    assert item.state is ItemState.PILOT
    reviewer.page(address, data={"to": "active"})
    assert item.state is ItemState.ACTIVE
    browser.page(address, data={"to": "gone"}, status=404)


def test_an_item_goes_back_to_its_writer_with_a_remark(reviewer: Browser, session: Session) -> None:
    item = make_revision(session).item
    item.state = ItemState.REVIEW
    address = f"/bank-soal/{item.id}/keadaan"
    assert "Tulis catatannya" in reviewer.page(address, data={"to": "draft"}).get_text()
    page = reviewer.page(address, data={"to": "draft", "note": "Pilihan B juga benar."})
    assert item.state is ItemState.DRAFT
    assert "Pilihan B juga benar." in page.select_one("#riwayat").get_text()
    assert session.scalars(sa.select(ItemMove)).one().note == "Pilihan B juga benar."


def test_the_page_says_what_a_revision_changed(browser: Browser, session: Session) -> None:
    old = make_revision(session, stem="Berapa lama rapat?")
    session.add(
        ItemRevision(
            item=old.item, number=2, type=old.type, title=old.title, stem="Berapa jam rapat?",
            content=old.content, key={"correct": ["c"]}, max_score=old.max_score, created_at=NOW,
        )
    )  # fmt: skip
    page = browser.page(f"/bank-soal/{old.item_id}")
    assert page.select_one("del").get_text() == "[dihapus: lama]"
    assert "Berubah: pertanyaan, kunci" in " ".join(page.select_one("#riwayat").get_text().split())
    assert not browser.page(f"/bank-soal/{old.item_id}?revisi=1").select("del")


def test_two_items_are_kept_apart_and_together_again(browser: Browser, session: Session) -> None:
    one, other = make_revision(session).item, make_revision(session).item
    address = f"/bank-soal/{one.id}/lawan"
    page = browser.page(address, data={"identifier": "TIDAK-ADA", "reason": "Sama"})
    assert "Tidak ada soal berkode" in page.get_text()
    assert page.select_one("#reason")["value"] == "Sama"
    data = {"identifier": other.identifier, "reason": "Menanyakan hal yang sama"}
    browser.page(address, data=data)
    browser.page(address, data=data)
    assert len(session.scalars(sa.select(ItemEnemy)).all()) == 1
    assert "Menanyakan hal yang sama" in browser.page(f"/bank-soal/{other.id}").get_text()
    browser.page(f"/bank-soal/{other.id}/lawan/{one.id}/hapus", data={})
    assert session.scalars(sa.select(ItemEnemy)).all() == []
    browser.page(f"/bank-soal/{other.id}/lawan/{one.id}/hapus", data={}, status=404)


def test_measures_are_typed_or_read_from_a_table(browser: Browser, session: Session) -> None:
    item = make_revision(session).item
    assert "belum ada" in browser.page(f"/bank-soal/{item.id}").get_text()
    address = f"/bank-soal/{item.id}/ukuran"
    wrong = {"facility": "0,5", "discrimination": "sNaN", "location": "1"}
    assert browser.page(address, data=wrong).select_one(".govuk-error-summary")
    browser.page(address, data={"facility": "0,62", "discrimination": "", "location": ""})
    assert (f"{item.facility}", item.location) == ("0.62", None)
    shown = browser.page(f"/bank-soal/{item.id}").select_one("#ukuran").parent.get_text()
    assert "0,62: peserta diperkirakan mencapai rata-rata 62% nilai soal ini" in shown
    table = f"kode;tingkat_kemudahan;daya_beda;lokasi\n{item.identifier};0,7;1,1;-0,4\n"
    browser.page("/bank-soal/ukuran", data={"file": (BytesIO(table.encode()), "ukuran.csv")})
    assert (f"{item.facility}", item.discrimination, item.location) == ("0.7", 1.1, -0.4)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (b"kode,lain\n", "kolom"),
        (b"\xff\xfe", "UTF-8"),
        (b"kode,tingkat_kemudahan,daya_beda,lokasi\nX-1,2,,\n", "Baris 2"),
        (b"kode,tingkat_kemudahan,daya_beda,lokasi\nX-1,0.5,1,\n", "Baris 2"),
        (b"kode,tingkat_kemudahan,daya_beda,lokasi\nX-1,0.5,,\n", "X-1"),
        (b"kode,tingkat_kemudahan,daya_beda,lokasi\nX-1\n", "X-1"),
    ],
)
def test_a_faulty_table_changes_nothing(browser: Browser, table: bytes, words: str) -> None:
    page = browser.page("/bank-soal/ukuran", data={"file": (BytesIO(table), "ukuran.csv")})
    assert words in page.select_one(".govuk-error-summary").get_text()


def test_who_reads_takes_no_steps(new_browser: Callable[..., Browser], session: Session) -> None:
    item = make_revision(session).item
    auditor = new_browser(make_person(session, Role.AUDITOR))
    assert not auditor.page(f"/bank-soal/{item.id}").select("main form")
    auditor.page(f"/bank-soal/{item.id}/keadaan", data={"to": "retired"}, status=403)
    auditor.page(f"/bank-soal/{item.id}/ukuran", status=403)


@pytest.mark.parametrize("type_", ItemType)
def test_the_page_shows_a_question_as_it_will_be_sat(
    browser: Browser, session: Session, type_: ItemType
) -> None:
    item = make_revision(session, type=type_).item
    page = browser.page(f"/bank-soal/{item.id}")
    ids = [node["id"] for node in page.select("main [id]")]
    assert len(ids) == len(set(ids))
    shown = page.select_one("section[aria-labelledby=soal]")
    if type_ is ItemType.ORAL:
        assert "Yang ditanyakan asesor" in shown.get_text()
        assert not shown.select("input, select, textarea")
        return
    assert "Yang dilihat asesi" in shown.get_text()
    # Nothing of it is sent, and nothing of it takes an answer.
    assert shown.select("fieldset[disabled] :is(input, select, textarea)")
    assert shown.find_parent("form") is None
    if type_ is ItemType.GAP_FILL:
        assert "[[1]]" not in shown.get_text()
    if type_ is ItemType.HOTSPOT:
        assert shown.select_one("img")["src"] == f"{item.id}/gambar/denah.png"
