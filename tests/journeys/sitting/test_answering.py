"""Answering an exam in a real browser: by mouse, by keys, without script, in two windows."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from lsp.accounts.services.sessions import revoke_all_sessions
from lsp.clock import Clock
from lsp.exams.models import Attempt, Presence, Seat, SeatEvent
from lsp.exams.rules.items import LONGEST_TEXT
from lsp.exams.services.sitting import Note
from tests.factories.exams import make_exam_session, make_paper, make_revision, make_seat
from tests.journeys.conftest import sign_in_cookie
from tests.journeys.sitting import (
    CHOICES,
    ESSAY,
    NO_PAPER,
    NUMERICAL,
    begin,
    begin_by_page,
    choose,
    following,
    hear,
    pass_time,
    ready,
    saved,
    stored,
    until,
)

pytestmark = pytest.mark.browser

HOUR = timedelta(hours=1)
#: What the page has noted, beside what the server notes by itself.
BY_THE_PAGE = sa.select(SeatEvent).where(SeatEvent.kind.in_(list(Note))).order_by(SeatEvent.kind)


def test_answers_chosen_without_network_wait_and_arrive(server, page):
    ready(page)
    page.context.set_offline(True)
    for number, letter in enumerate("abc", 1):
        choose(page, letter)
        following(page, number + 1)
    expect(page.locator("#save-state")).to_contain_text("Belum terkirim: 3 jawaban")
    assert stored(server) == {}
    page.context.set_offline(False)
    saved(page)
    assert stored(server) == {n: {"choice": letter} for n, letter in enumerate("abc", 1)}


def test_a_reload_while_the_server_is_gone_shows_the_exam_and_loses_nothing(server, page):
    ready(page)
    choose(page, "b")
    saved(page)
    server.stop()
    following(page, 2)
    choose(page, "d")
    expect(page.locator("#save-state")).to_contain_text("Belum terkirim: 1 jawaban")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 2")
    expect(page.locator("#answer-d")).to_be_checked()
    expect(page.locator("#save-state")).to_contain_text("Belum terkirim: 1 jawaban")
    expect(page.locator("#estimate")).to_have_text("perkiraan")
    expect(page.locator("#time-left")).to_have_text(re.compile(r"00\.5\d\.\d\d"))
    page.get_by_role("button", name="Soal Sebelumnya").click()
    expect(page.locator("#answer-b")).to_be_checked()
    choose(page, "c")
    server.start()
    pass_time(page, 30)
    saved(page)
    expect(page.locator("#estimate")).to_be_hidden()
    assert stored(server) == {1: {"choice": "c"}, 2: {"choice": "d"}}


def test_a_crash_before_sending_is_made_good_at_the_next_visit(server, page, seat):
    ready(page)
    page.context.set_offline(True)
    choose(page, "a")
    expect(page.locator("#save-state")).to_contain_text("Belum terkirim: 1 jawaban")
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto("/ujian")
    again.get_by_role("button", name="Lanjutkan ujian").click()
    saved(again)
    expect(again.locator("#answer-a")).to_be_checked()
    expect(again.locator(".lsp-grid__list .lsp-grid__item--answered")).to_have_count(1)
    assert stored(server) == {1: {"choice": "a"}}


def test_the_newest_window_works_and_the_older_one_freezes(server, page):
    ready(page)
    choose(page, "a")
    saved(page)
    newer = page.context.new_page()
    newer.goto(page.url)
    expect(newer.locator("#answer-a")).to_be_checked()
    expect(page.locator("#frozen")).to_contain_text("Semua jawaban dari sini sudah dicatat.")
    expect(page.locator("#answer-a")).to_be_disabled()
    choose(newer, "b")
    saved(newer)
    page.get_by_role("button", name="Lanjutkan di jendela ini").click()
    expect(page.locator("#answer-b")).to_be_checked()
    expect(newer.locator("#frozen")).to_be_visible()
    choose(page, "c")
    saved(page)
    assert stored(server) == {1: {"choice": "c"}}


def test_another_phone_takes_over_and_the_old_one_still_loses_nothing(
    server, page, new_context, seat
):
    ready(page)
    page.context.set_offline(True)
    choose(page, "a")
    following(page, 2)
    choose(page, "a")
    phone = new_context(seat.candidate).new_page()
    phone.goto(page.url.replace("soal/2", "soal/1"))
    choose(phone, "d")
    saved(phone)
    page.context.route("**/jawaban", lambda route: route.abort())
    page.context.set_offline(False)
    words = page.locator("#frozen")
    expect(words).to_contain_text("2 jawaban dari sini belum terkirim")
    page.context.unroute("**/jawaban")
    hear(page)
    expect(words).to_contain_text("Semua jawaban dari sini sudah dicatat.")
    assert stored(server) == {1: {"choice": "d"}, 2: {"choice": "a"}}


def test_the_exam_works_without_script(server, new_context, seat):
    page = new_context(seat.candidate, java_script_enabled=False).new_page()
    begin_by_page(page, seat)
    choose(page, "c")
    following(page, 2)
    choose(page, "a")
    page.locator("#doubtful").check()
    page.locator(f"button[name=go][value='{NUMERICAL}']").click()
    page.locator("#answer-text").fill("12,5")
    page.locator("#answer-text").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Soal {ESSAY}")
    page.get_by_role("button", name="Selesai Ujian").click()
    expect(page.locator(".lsp-stat__value")).to_have_text(["3", "1", str(ESSAY - 3)])
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Jawaban Anda sudah dikirim")
    assert stored(server) == {
        1: {"choice": "c"},
        2: {"choice": "a"},
        NUMERICAL: {"text": "12,5"},
    }


def test_the_keyboard_alone_answers_writes_checks_and_submits(server, page):
    ready(page)
    page.keyboard.press("b")
    expect(page.locator("#answer-b")).to_be_checked()
    page.get_by_role("button", name="Simpan dan Lanjutkan").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 2")
    page.keyboard.press("D")
    expect(page.locator("#answer-d")).to_be_checked()
    essay = page.locator(f"button[name=go][value='{ESSAY}']")
    essay.press("Enter")
    page.locator("textarea").press_sequentially("Dua kata")
    expect(page.locator("#answer-words")).to_have_text("2 kata")
    page.get_by_role("button", name="Selesai Ujian").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Periksa jawaban")
    expect(page.locator(".lsp-stat__value")).to_have_text(["3", "0", str(ESSAY - 3)])
    page.get_by_role("button", name="Kirim jawaban").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Jawaban Anda sudah dikirim")
    until(
        page,
        """async () => {
            if ((await caches.keys()).some((name) => name.startsWith('lsp-exam-'))) return false
            const open = indexedDB.open('lsp-exam', 1)
            await new Promise((resolve) => { open.onsuccess = resolve })
            const read = open.result.transaction('attempts').objectStore('attempts').count()
            await new Promise((resolve) => { read.onsuccess = resolve })
            open.result.close()
            return read.result === 0
        }""",
    )
    assert stored(server) == {
        1: {"choice": "b"},
        2: {"choice": "d"},
        ESSAY: {"text": "Dua kata"},
    }


def test_the_check_page_waits_for_an_answer_still_on_its_way_to_a_slow_disk(
    server, new_context, seat
):
    context = new_context(seat.candidate)
    context.add_init_script(
        """Object.defineProperty(IDBTransaction.prototype, 'oncomplete', {
            set (done) {
                this.addEventListener('complete', () => setTimeout(done, window.slowness || 0))
            }
        })"""
    )
    page = context.new_page()
    begin(server, page, seat)
    ready(page)
    page.evaluate("window.slowness = 1500")
    choose(page, "b")
    page.get_by_role("button", name="Selesai Ujian").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Periksa jawaban")
    expect(page.locator(".lsp-stat__value")).to_have_text(["1", "0", str(ESSAY - 1)])
    assert stored(server) == {1: {"choice": "b"}}


def test_an_answer_that_cannot_be_is_explained_and_stays(server, page):
    ready(page)
    page.locator(f"button[name=go][value='{NUMERICAL}']").click()
    page.locator("#answer-text").fill("banyak")
    page.locator("#answer-text").blur()
    expect(page.locator("#invalid")).to_contain_text("angka")
    expect(page.locator("#save-state")).to_have_text(f"Soal {NUMERICAL} belum tersimpan.")
    expect(page.locator("#answer-text")).to_have_value("banyak")
    page.locator("#answer-text").fill("25")
    page.locator("#answer-text").blur()
    expect(page.locator("#invalid")).to_be_hidden()
    saved(page)
    assert stored(server) == {NUMERICAL: {"text": "25"}}


def test_a_text_that_is_too_long_is_named_and_kept_where_it_was_typed(server, page):
    ready(page)
    page.locator(f"button[name=go][value='{ESSAY}']").click()
    page.locator("textarea").fill("x" * (LONGEST_TEXT + 1))
    said = f"Jawaban paling banyak {LONGEST_TEXT} karakter; sekarang {LONGEST_TEXT + 1}."
    expect(page.locator("#answer-words")).to_have_text(f"1 kata. {said}")
    page.locator("textarea").blur()
    expect(page.locator("#invalid")).to_contain_text(f"Jawaban soal {ESSAY} belum bisa disimpan")
    expect(page.locator("#save-state")).to_have_text(f"Soal {ESSAY} belum tersimpan.")
    page.get_by_role("button", name="Selesai Ujian").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Periksa jawaban")
    expect(page.locator("#invalid")).to_contain_text(said)
    page.go_back()
    expect(page.locator("#invalid")).to_contain_text(said)
    page.locator(f"button[name=go][value='{ESSAY}']").click()
    expect(page.locator("textarea")).to_have_value("x" * (LONGEST_TEXT + 1))
    assert stored(server) == {}
    page.locator("textarea").fill("x" * LONGEST_TEXT)
    page.locator("textarea").blur()
    saved(page)
    expect(page.locator("#invalid")).to_be_hidden()
    assert stored(server) == {ESSAY: {"text": "x" * LONGEST_TEXT}}


def test_signing_in_again_in_another_tab_goes_on_by_itself(server, page, seat):
    ready(page)
    with server.transaction() as session:
        revoke_all_sessions(session, seat.candidate_id, Clock().now())
    choose(page, "a")
    expect(page.locator("#signed-out")).to_be_visible()
    expect(page.locator("#soal")).to_be_hidden()
    expect(page.locator("#daftar-soal")).to_be_hidden()
    until(page, f"async () => await ({NO_PAPER})() === 0")
    page.context.add_cookies([sign_in_cookie(server, seat.candidate)])
    saved(page)
    expect(page.locator("#signed-out")).to_be_hidden()
    expect(page.locator("#answer-a")).to_be_checked()
    assert stored(server) == {1: {"choice": "a"}}


def test_each_candidate_keeps_an_order_of_their_own_over_reloads(server, new_context):
    now = Clock().now()
    with server.transaction() as session:
        # A paper of its own: the server remembers those it has seen.
        paper = make_paper(session, revisions=[make_revision(session) for _ in range(CHOICES)])
        paper.blueprint.shuffles_questions = paper.blueprint.shuffles_choices = True
        exam = make_exam_session(session, paper=paper, opens_at=now, closes_at=now + HOUR)
        seat = make_seat(session, exam_session=exam, cleared_at=now)
        assert seat.candidate.full_name
    page = new_context(seat.candidate).new_page()
    begin(server, page, seat)
    ready(page)

    def order():
        grid = page.locator(".lsp-grid__list button")
        return [int(button.get_attribute("value")) for button in grid.all()]

    first = order()
    assert sorted(first) == list(range(1, CHOICES + 1))
    assert first != sorted(first)
    assert page.url.endswith(f"/soal/{first[0]}")
    following(page, 2)
    assert page.url.endswith(f"/soal/{first[1]}")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 2")
    assert order() == first
    page.get_by_role("button", name="Soal Sebelumnya").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 1")
    assert page.url.endswith(f"/soal/{first[0]}")


def test_leaving_the_tab_and_pasting_are_noted_for_a_person(server, page):
    ready(page)
    with page.expect_response("**/kabar"):
        page.evaluate(
            """() => {
            document.dispatchEvent(new ClipboardEvent('paste'))
            Object.defineProperty(document, 'hidden', { value: true, configurable: true })
            document.dispatchEvent(new Event('visibilitychange'))
        }"""
        )
    with server.transaction() as session:
        kinds = {event.kind for event in session.scalars(BY_THE_PAGE)}
        presence = session.scalars(sa.select(Presence)).one()
    assert kinds == {"pasted", "left_tab"}
    assert not presence.is_visible
    assert presence.position == 1


def test_notes_and_the_time_without_network_outlast_a_reload_and_the_end(server, page):
    ready(page)
    page.context.set_offline(True)
    page.evaluate("document.dispatchEvent(new ClipboardEvent('copy'))")
    choose(page, "a")
    expect(page.locator("#save-state")).to_contain_text("Belum terkirim: 1 jawaban")
    pass_time(page, 30)
    page.reload()
    expect(page.locator("#answer-a")).to_be_checked()
    pass_time(page, 30)
    with server.transaction() as session:
        # Back in the grace: the page only sends what it has, and leaves.
        session.scalars(sa.select(Attempt)).one().deadline = Clock().now()
    page.context.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Jawaban Anda sudah dikirim")
    with server.transaction() as session:
        noted = {event.kind: event.detail for event in session.scalars(BY_THE_PAGE)}
    assert set(noted) == {"copied", "offline"}
    assert noted["offline"]["seconds"] >= 60


def test_other_pages_of_the_exam_are_no_leaving_and_another_site_is(server, page):
    def noted():
        with server.transaction() as session:
            return [event.kind for event in session.scalars(BY_THE_PAGE)]

    ready(page)
    page.get_by_role("button", name="Selesai Ujian").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Periksa jawaban")
    expect(page.locator("#save-state")).to_contain_text("Tersimpan")
    page.get_by_role("button", name="Kembali ke soal").click()
    saved(page)
    page.reload()
    saved(page)
    assert noted() == []
    address = page.url
    page.goto("about:blank")
    page.clock.fast_forward(6000)
    page.goto(address)
    saved(page)
    with page.expect_response("**/kabar"):
        hear(page)
    assert noted() == ["came_back", "left_tab"]


@pytest.mark.parametrize("percent", [100, 200])
def test_whatever_can_be_pressed_is_large_enough_at_any_size_of_text(
    server, new_context, seat, percent
):
    with server.transaction() as session:
        session.get(Seat, seat.id).text_percent = percent
    page = new_context(seat.candidate).new_page()
    begin(server, page, seat)
    ready(page)
    for position in (1, 2, NUMERICAL, ESSAY):
        page.locator(f"button[name=go][value='{position}']").click()
        small = page.evaluate(
            """() => [...document.querySelectorAll(
                'main button, .lsp-choice, .lsp-doubt, #time-title, textarea, [type=text], [role=button]'
            )].map((element) => [element.outerHTML, element.getBoundingClientRect()])
                .filter(([, box]) => box.width && (box.height < 44 || box.width < 44))
                .map(([html]) => html)"""
        )
        assert small == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.evaluate(
            "[...document.querySelectorAll('.lsp-scroll')].every((e) => e.scrollWidth <= 360)"
        )


def test_arrow_keys_go_through_the_questions_and_choose_inside_one(server, page):
    ready(page)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 2")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 1")
    # Whoever answers by a letter, or by mouse, goes on by arrow: the answer stays.
    page.keyboard.press("a")
    expect(page.locator("#announcement")).to_have_text(re.compile("^A .+: dipilih$"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 2")
    choose(page, "c")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 1")
    expect(page.locator("#answer-a")).to_be_checked()
    # Whoever tabs into the choices has the keys of the browser there.
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#answer-a")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#answer-b")).to_be_checked()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 1")
    saved(page)
    assert stored(server) == {1: {"choice": "b"}, 2: {"choice": "c"}}


def test_letters_that_choose_can_be_switched_off_on_this_device(server, page):
    ready(page)
    page.get_by_text("Pintasan papan tombol").click()
    page.get_by_label("Pintasan huruf").uncheck()
    for _again in range(2):
        page.keyboard.press("a")
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 2")
        page.keyboard.press("ArrowLeft")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 1")
        expect(page.locator("#answer-a")).not_to_be_checked()
        page.reload()
        ready(page)
    assert stored(server) == {}
    page.get_by_text("Pintasan papan tombol").click()
    page.get_by_label("Pintasan huruf").check()
    page.keyboard.press("a")
    expect(page.locator("#answer-a")).to_be_checked()
