"""The types of question that need more than a click, answered in a real browser with script."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from lsp.clock import Clock
from lsp.exams.models import Answer
from lsp.exams.rules.kinds import ItemType
from tests.factories.exams import make_exam_session, make_paper, make_revision, make_seat

pytestmark = pytest.mark.browser

TYPES = [ItemType.ORDERING, ItemType.GAP_FILL, ItemType.HOTSPOT, ItemType.FILE_UPLOAD]
ORDER, GAPS, POINT, FILE = range(1, 5)
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def seat(server):
    now = Clock().now()
    with server.transaction() as session:
        paper = make_paper(session, revisions=[make_revision(session, type=t) for t in TYPES])
        exam_session = make_exam_session(
            session, paper=paper, opens_at=now, closes_at=now + timedelta(hours=5)
        )
        seat = make_seat(session, exam_session=exam_session, cleared_at=now)
        assert seat.candidate.full_name
        return seat


@pytest.fixture
def page(new_context, seat):
    page = new_context(seat.candidate).new_page()
    page.goto(f"/ujian/{seat.id}/mulai")
    page.get_by_label("Token ujian").fill("humas")
    page.get_by_label("Benar: saya").check()
    page.get_by_label("Setuju").check()
    page.get_by_role("button", name="Mulai").click()
    expect(page.locator("#save-state")).to_contain_text("Tersimpan")
    return page


def stored(server):
    with server.transaction() as session:
        rows = session.execute(sa.select(Answer.position, Answer.response))
        return {position: response for position, response in rows if response}


def go(page, position):
    page.locator(f".lsp-grid__list [value='{position}']").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Soal {position}")
    saved(page)


def saved(page):
    expect(page.locator("#save-state")).to_contain_text("Tersimpan")


def test_rows_get_their_places_one_by_one(server, page):
    for row, place in {"c": "1", "a": "2", "d": "3"}.items():
        page.select_option(f"[name=order-{row}]", place)
    saved(page)
    assert stored(server) == {ORDER: {"order": ["c", "a", "d", ""]}}
    page.select_option("[name=order-b]", "3")
    expect(page.locator("#invalid-text")).to_contain_text("dipilih dua kali")
    page.select_option("[name=order-b]", "4")
    expect(page.locator("#invalid")).to_be_hidden()
    saved(page)
    assert stored(server) == {ORDER: {"order": ["c", "a", "d", "b"]}}


def test_a_point_is_moved_by_pointer_and_arrow_keys(server, page):
    go(page, POINT)
    picture = page.locator("[data-hotspot]")
    picture.click()
    expect(page.locator("[data-point]")).to_have_attribute("visibility", "visible")
    before = [int(page.locator(f"[name=point-{axis}]").input_value()) for axis in "xy"]
    picture.focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    saved(page)
    assert stored(server) == {POINT: {"point": [before[0] + 1, before[1] - 1]}}
    go(page, GAPS)
    go(page, POINT)
    expect(page.locator("[data-point]")).to_have_attribute("visibility", "visible")


def test_an_uploaded_file_outlives_everything_the_device_remembers(server, page):
    go(page, FILE)
    file = {"name": "laporan.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page.get_by_label("Pilih berkas jawaban").set_input_files(file)
    page.get_by_role("button", name="Unggah berkas").click()
    expect(page.get_by_text("Berkas laporan.pdf sudah diunggah")).to_be_visible()
    saved(page)
    shown = page.locator("#answer-uploaded")
    expect(shown).to_contain_text("laporan.pdf")
    kept = stored(server)
    assert kept[FILE]["name"] == "laporan.pdf"
    go(page, GAPS)
    page.get_by_label("Rumpang 1").fill("siaran pers")
    go(page, FILE)
    expect(shown.get_by_role("link")).to_have_attribute(
        "href", re.compile(f"/?{FILE}/berkas/{kept[FILE]['file']}$")
    )
    page.reload()
    saved(page)
    expect(shown).to_contain_text("laporan.pdf")
    assert stored(server) == {**kept, GAPS: {"gaps": {"1": "siaran pers"}}}
