from base64 import b64encode
from collections.abc import Callable
from io import BytesIO

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import ImportDraft, ImportRow, Item
from lsp.roles import Role
from tests.conftest import Browser
from tests.factories.accounts import make_person
from tests.factories.importing import GIFT, make_criterion, make_picture

HTML = """<quiz><question type="multichoice"><name><text>Peta</text></name>
<questiontext format="html"><text><![CDATA[<p>Lihat <img src="@@PLUGINFILE@@/peta.png" alt="Peta">
dan \\(x^2\\). <script>alert(1)</script></p>]]></text>
<file name="peta.png" encoding="base64">%s</file></questiontext>
<generalfeedback format="html"><text>Umpan</text></generalfeedback>
<defaultgrade>1</defaultgrade><single>true</single>
<answer fraction="100"><text>Satu</text></answer><answer fraction="0"><text>Dua</text></answer>
</question></quiz>"""


@pytest.fixture
def writer(session: Session):
    return make_person(session, Role.ITEM_WRITER)


@pytest.fixture
def browser(new_browser: Callable[..., Browser], writer) -> Browser:
    return new_browser(writer)


def label_of(session: Session) -> str:
    criterion = make_criterion(session)
    unit = criterion.element.unit
    return f"{unit.code or unit.slug} {criterion.label}"


def upload(browser: Browser, content: str | bytes = GIFT, name: str = "soal.gift", **data):
    if isinstance(content, str):
        content = content.encode()
    return browser.page("/bank-soal/impor", data={"file": (BytesIO(content), name), **data})


def address(session: Session) -> str:
    return f"/bank-soal/impor/{session.scalars(sa.select(ImportDraft.id)).one()}"


def test_a_file_is_looked_through_and_saved_once(browser: Browser, session: Session) -> None:
    label = label_of(session)
    page = upload(browser, criterion=label, level="C2")
    assert page.h1.get_text() == "Periksa impor"
    assert "Pemandu acara" in page.get_text()
    assert session.scalars(sa.select(Item)).all() == []
    sent = {
        "posisi": ["1", "2"],
        "criterion": label,
        "level": "C2",
        "soal-1-take": "y",
        "soal-1-level": "C3",
        "go": "save",
    }
    assert "1 soal baru, 0 revisi" in browser.page(address(session), data=sent).get_text()
    assert "1 soal baru" in browser.page(address(session), data=sent).get_text()
    item = session.scalars(sa.select(Item)).one()
    assert (item.identifier, item.level.value) == ("UJI-1", "C3")
    assert "Diimpor dari soal.gift" in browser.page(f"/bank-soal/{item.id}").get_text()


def test_questions_without_a_name_of_their_own_are_shown_as_such(
    browser: Browser, session: Session
) -> None:
    label = label_of(session)
    page = upload(browser, f"{GIFT}\n\n::Q1:: Benar? {{TRUE}}", criterion=label, level="C2")
    assert "1 soal tidak punya kode di berkas ini" in page.get_text()
    assert [("tanpa kode" in card.get_text()) for card in page.select(".lsp-card")] == [
        False,
        False,
        True,
    ]
    sent = {"posisi": "3", "soal-3-take": "y", "criterion": label, "level": "C2", "go": "save"}
    browser.page(address(session), data=sent)
    assert "SOAL-001" in session.scalars(sa.select(Item.identifier)).all()


def test_what_lacks_a_criterion_is_said_and_nothing_chosen_is_lost(
    browser: Browser, session: Session
) -> None:
    upload(browser)
    sent = {"posisi": ["1", "2"], "soal-1-take": "y", "soal-1-level": "C5", "go": "save"}
    page = browser.page(address(session), data=sent)
    assert "1 soal yang diambil belum punya" in page.select_one(".govuk-error-summary").get_text()
    assert page.select_one("#soal-1-level option[selected]")["value"] == "C5"
    assert not page.select_one("#soal-2-take").has_attr("checked")
    again = browser.page(address(session))
    assert again.select_one("#soal-1-level option[selected]")["value"] == "C5"


def test_a_criterion_nobody_knows_is_refused_at_its_field(
    browser: Browser, session: Session
) -> None:
    upload(browser)
    sent = {"posisi": ["1"], "soal-1-take": "y", "soal-1-criterion": "X 9.9", "go": "stay"}
    page = browser.page(address(session), data=sent)
    assert page.select_one('.govuk-error-summary a[href="#soal-1-criterion"]')
    assert page.select_one("#soal-1-criterion")["value"] == "X 9.9"


def test_pictures_and_formulas_are_shown_and_scripts_are_named(
    browser: Browser, new_browser: Callable[..., Browser], session: Session
) -> None:
    page = upload(browser, HTML % b64encode(make_picture()).decode(), "soal.xml")
    picture = page.select_one(".lsp-question img")
    assert picture["alt"] == "Peta"
    with browser.get(picture["src"]) as response:
        assert response.data == make_picture()
    assert page.select_one(".lsp-question math")
    assert not page.select(".lsp-question script")
    assert "<script>" in browser.page(f"{address(session)}/tidak-terbawa").get_text()
    other = new_browser(make_person(session, Role.ITEM_WRITER))
    assert other.get(picture["src"]).status_code == 404
    other.page(address(session), status=404)


def test_a_place_on_a_picture_that_stayed_behind_is_shown_and_cannot_be_taken(
    browser: Browser,
) -> None:
    table = "Pertanyaan,Jenis,Gambar,Daerah\nDi mana?,hotspot,peta.png|40|30|Peta,rect|1|1|9|9\n"
    page = upload(browser, table, "d.csv")
    assert "Gambar peta.png tidak ada" in page.select_one(".lsp-card").get_text()
    assert not page.select("input[name$=take]")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "kosong.gift"),
        (b"\x00\x01\x02" * 100, "biner.xml"),
        (b"PK\x03\x04rusak", "rusak.zip"),
        (
            b'<!DOCTYPE q [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><quiz>&b;</quiz>',
            "entitas.xml",
        ),
        (b"<quiz>" * 5000, "dalam.xml"),
        (b"Hanya teks biasa.", "catatan.txt"),
    ],
)
def test_a_hostile_file_ends_in_a_message(
    browser: Browser, session: Session, content: bytes, name: str
) -> None:
    page = upload(browser, content, name, prefix="KP", level="C2")
    assert page.select_one(".govuk-error-summary")
    assert page.select_one("#prefix")["value"] == "KP"
    assert session.scalars(sa.select(ImportDraft)).all() == []


def test_a_file_beyond_the_limit_is_refused_on_the_page(browser: Browser) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="b.gift"\r\n\r\n'
    body += b" " * (50 * 1024 * 1024 + 1) + b"\r\n--x--\r\n"
    page = browser.page(
        "/bank-soal/impor", data=body, content_type="multipart/form-data; boundary=x"
    )
    assert "50 MB" in page.select_one(".govuk-error-summary").get_text()


def test_many_questions_come_page_by_page_with_choices_kept(
    browser: Browser, session: Session, statements: list[str]
) -> None:
    gift = "\n\n".join(f"::B-{n}:: Pernyataan {n}. {{TRUE}}" for n in range(45))
    upload(browser, gift)
    data = {"posisi": [str(n) for n in range(1, 21)], "soal-7-take": "y", "go": "next"}
    page = browser.page(f"{address(session)}?halaman=1", data=data)
    assert "Halaman 2 dari 3" in page.get_text()
    assert len(page.select("input[name=posisi]")) == 20
    taken = session.scalars(sa.select(ImportRow.position).where(ImportRow.is_taken)).all()
    assert taken == [7, *range(21, 46)]
    statements.clear()
    browser.page(f"{address(session)}?halaman=2")
    first = len(statements)
    statements.clear()
    browser.page(f"{address(session)}?halaman=3")
    assert len(statements) == first


def test_hostile_fields_are_passed_over(browser: Browser, session: Session) -> None:
    upload(browser)
    data = {"posisi": ["x", "-1", "999999999", "1"], "soal-1-level": "C9", "go": "?"}
    assert browser.page(f"{address(session)}?halaman=-3", data=data)
    browser.page(f"{address(session)}?halaman=99")


def test_an_upload_can_be_thrown_away(browser: Browser, session: Session) -> None:
    upload(browser)
    page = browser.page(f"{address(session)}/hapus", data={})
    assert "Unggahan dihapus" in page.get_text()
    browser.page(address(session), status=404)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_examples_of_the_template_stay_out_of_the_bank(
    browser: Browser, session: Session, kind: str
) -> None:
    with browser.get(f"/bank-soal/impor/contoh/{kind}") as response:
        content = response.data
    assert upload(browser, content, f"contoh.{kind}").h1.get_text() == "Periksa impor"
    assert session.scalars(sa.select(ImportRow)).all() == []
    assert "contoh dari templat" in browser.page(f"{address(session)}/tidak-terbawa").get_text()


def test_who_does_not_write_does_not_import(
    new_browser: Callable[..., Browser], session: Session
) -> None:
    manager = new_browser(make_person(session, Role.MANAGER))
    manager.page("/bank-soal/impor", status=403)
