"""A sitting on a cheap phone with a bad line: whatever breaks, no answer is lost and none is claimed
to be saved that is not."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from lsp.clock import Clock
from lsp.exams.models import AnswerRevision, Attempt, SeatEvent
from lsp.exams.services.sitting import Note
from tests.journeys.sitting import (
    ESSAY,
    begin,
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

#: The script waits five seconds for a disk that does not answer; this page a quarter of one.
QUICK_TO_GIVE_UP = """const wait = window.setTimeout
window.setTimeout = (work, ms) => wait(work, ms === 5000 ? 250 : ms)"""
#: Gives the number that the disk knows as the last one given, or sets it.
LAST_NUMBER = """async (number) => {
    const open = indexedDB.open('lsp-exam', 1)
    await new Promise((resolve) => { open.onsuccess = resolve })
    const attempts = open.result.transaction('attempts', 'readwrite').objectStore('attempts')
    const read = attempts.getAll()
    await new Promise((resolve) => { read.onsuccess = resolve })
    const known = read.result.find((attempt) => attempt.window)
    if (number) {
        const put = attempts.put(Object.assign(known, { lastSeq: number }))
        await new Promise((resolve) => { put.onsuccess = resolve })
    }
    open.result.close()
    return known.lastSeq
}"""


def unsent(page, count):
    expect(page.locator("#save-state")).to_contain_text(f"Belum terkirim: {count} jawaban")


def test_a_minute_of_airplane_mode_costs_nothing(server, page):
    ready(page)
    page.context.set_offline(True)
    for number, letter in enumerate("abcd", 1):
        choose(page, letter)
        following(page, number + 1)
        pass_time(page, 15)
    unsent(page, 4)
    expect(page.locator("#time-left")).to_have_text(re.compile(r"00\.5[78]\.\d\d"))
    assert stored(server) == {}
    page.context.set_offline(False)
    saved(page)
    assert stored(server) == {n: {"choice": letter} for n, letter in enumerate("abcd", 1)}


@pytest.mark.parametrize("status", [413, 429, 500, 502])
def test_what_the_server_turns_away_for_now_waits_and_arrives(server, page, status):
    ready(page)
    page.route("**/jawaban", lambda route: route.fulfill(status=status, body="<h1>Maaf</h1>"))
    choose(page, "c")
    unsent(page, 1)
    page.unroute("**/jawaban")
    saved(page)
    assert stored(server) == {1: {"choice": "c"}}


def test_a_page_of_somebody_elses_in_place_of_the_answer_is_no_acknowledgement(server, page):
    ready(page)
    page.route("**/jawaban", lambda route: route.fulfill(status=200, body="<h1>Beli pulsa</h1>"))
    choose(page, "b")
    unsent(page, 1)
    page.unroute("**/jawaban")
    saved(page)
    assert stored(server) == {1: {"choice": "b"}}


def test_an_answer_the_server_never_takes_holds_up_no_other(server, page):
    ready(page)

    def refuse_the_first(route):
        positions = [answer["position"] for answer in route.request.post_data_json["answers"]]
        if 1 in positions:
            route.fulfill(status=422, json={"error": "no"})
        else:
            route.continue_()

    page.route("**/jawaban", refuse_the_first)
    choose(page, "a")
    unsent(page, 1)
    following(page, 2)
    choose(page, "d")
    with page.expect_response(lambda r: r.url.endswith("/jawaban") and r.ok, timeout=60_000):
        pass_time(page, 8)
    unsent(page, 1)
    assert stored(server) == {2: {"choice": "d"}}
    page.unroute("**/jawaban")
    saved(page)
    assert stored(server) == {1: {"choice": "a"}, 2: {"choice": "d"}}


def test_a_line_that_breaks_in_the_middle_of_an_answer_is_given_up(server, new_context, seat):
    context = new_context(seat.candidate)
    context.add_init_script(
        """const real = window.fetch
        window.broken = 0
        window.fetch = async (address, options) => {
            const answer = await real(address, options)
            if (!String(address).endsWith('/jawaban') || window.broken++) return answer
            return new Response(new ReadableStream({
                start (body) {
                    options.signal.addEventListener('abort', () => body.error(new Error('cut')))
                }
            }))
        }"""
    )
    page = context.new_page()
    page.clock.install()
    begin(server, page, seat)
    ready(page)
    choose(page, "b")
    until(page, "window.broken > 0")
    pass_time(page, 15)
    unsent(page, 1)
    saved(page)
    assert page.evaluate("window.broken") > 1
    assert stored(server) == {1: {"choice": "b"}}


@pytest.mark.parametrize(
    "disk",
    [
        "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError') }",
        "IDBFactory.prototype.open = () => ({})",
        "IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError') }",
        "Object.defineProperty(IDBTransaction.prototype, 'oncomplete', { set () {} })",
    ],
    ids=["forbidden", "silent", "full", "stuck"],
)
def test_without_a_disk_the_memory_keeps_what_waits(server, new_context, seat, disk):
    context = new_context(seat.candidate)
    context.add_init_script(disk)
    context.add_init_script(QUICK_TO_GIVE_UP)
    page = context.new_page()
    begin(server, page, seat)
    saved(page)
    page.context.set_offline(True)
    choose(page, "a")
    unsent(page, 1)
    page.context.set_offline(False)
    saved(page)
    choose(page, "b")
    saved(page)
    expect(page.locator("#save-state")).not_to_contain_text("Belum")
    until(page, "!document.querySelector('#save-state.lsp-save-state--saving')")
    assert stored(server) == {1: {"choice": "b"}}


def test_numbers_a_disk_forgot_cost_no_answer(server, page):
    """The page goes on without network and gives the number of the first answer once more."""
    ready(page)
    forgotten = page.evaluate(f"({LAST_NUMBER})()")
    choose(page, "a")
    saved(page)
    address = page.url
    page.goto("/healthz")  # here nobody writes the number again
    page.evaluate(f"({LAST_NUMBER})({forgotten})")
    page.context.set_offline(True)
    page.goto(address)
    choose(page, "c")
    unsent(page, 1)
    page.context.set_offline(False)
    saved(page)
    assert stored(server) == {1: {"choice": "c"}}
    assert page.evaluate(f"({LAST_NUMBER})()") > forgotten + 1


def test_what_is_typed_at_the_last_moment_outlives_the_page(server, page):
    ready(page)
    page.locator(f"button[name=go][value='{ESSAY}']").click()
    page.locator("textarea").fill("Ditulis lalu ditutup")
    address = page.url
    page.goto("about:blank")
    page.goto(address)  # sent by the page that went away, or by this one
    expect(page.locator("textarea")).to_have_value("Ditulis lalu ditutup")
    saved(page)
    assert stored(server) == {ESSAY: {"text": "Ditulis lalu ditutup"}}


def test_what_waits_from_an_earlier_visit_is_neither_called_saved_nor_shown_as_missing(
    server, page
):
    ready(page)
    page.context.set_offline(True)
    choose(page, "a")
    unsent(page, 1)
    address = page.url
    page.close()
    page = page.context.new_page()
    page.context.set_offline(False)
    page.add_init_script(
        "document.addEventListener('DOMContentLoaded', () => {"
        "new MutationObserver(() => { window.said = (window.said || []).concat("
        "document.getElementById('save-state').textContent) })"
        ".observe(document.getElementById('save-state'), { childList: true }) })"
    )
    asked = []
    page.route("**/jawaban", lambda route: (asked.append(1), route.abort())[1])

    def slowly(route):
        # The network is back and the tab in front while the window is still being opened.
        answer = route.fetch()
        hear(page)
        page.wait_for_timeout(500)
        assert not asked
        route.fulfill(response=answer)

    page.route("**/jendela", slowly)
    page.goto(address)
    unsent(page, 1)
    assert not [words for words in page.evaluate("window.said") if words.startswith("Tersimpan")]
    page.unroute("**/jawaban")
    saved(page)
    expect(page.locator("#answer-a")).to_be_checked()
    expect(page.locator(".lsp-grid__list .lsp-grid__item--answered")).to_have_count(1)
    assert stored(server) == {1: {"choice": "a"}}


def test_without_network_finishing_stays_on_the_page_and_goes_on_by_itself(server, page):
    ready(page)
    choose(page, "b")
    saved(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Selesai Ujian").click()
    expect(page.locator("#save-state")).to_have_text("Menghubungkan…")
    expect(page.locator("#answer-b")).to_be_checked()
    page.context.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Periksa jawaban")
    expect(page.locator("#save-state")).to_contain_text("Tersimpan")
    page.context.set_offline(True)
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.locator("#save-state")).to_have_text("Menghubungkan…")
    expect(page.get_by_role("heading", level=1)).to_have_text("Periksa jawaban")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 1")
    expect(page.locator("#answer-b")).to_be_checked()
    page.context.set_offline(False)
    page.get_by_role("button", name="Selesai Ujian").click()
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Jawaban Anda sudah dikirim")
    assert stored(server) == {1: {"choice": "b"}}


def test_pictures_of_questions_not_seen_yet_need_no_network(page):
    ready(page)
    until(
        page,
        """async () => {
            const name = (await caches.keys()).find((name) => name.startsWith('lsp-exam-'))
            const kept = await (await caches.open(name)).keys()
            return kept.some((request) => request.url.includes('/gambar/'))
        }""",
    )
    page.context.set_offline(True)
    following(page, 2)
    picture = page.get_by_alt_text("Peta")
    expect(picture).to_be_visible()
    until(page, "document.querySelector('#question img').naturalWidth === 40")


def test_a_quick_reload_right_after_the_first_load_works_without_network(page):
    """The words of the page claim nothing of reloads; what the device keeps is enough for one."""
    ready(page)
    page.evaluate(
        "caches.keys().then((names) => Promise.all(names.filter((name) => "
        "name.startsWith('lsp-exam-')).map((name) => caches.delete(name).then(() => caches.open(name)))))"
    )
    page.reload()
    ready(page)
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 1")


def test_an_answer_that_waits_here_outlives_a_page_drawn_without_it(server, page):
    """Nothing of the paper is on the device, so the first question comes as the server has it."""
    ready(page)
    page.evaluate(
        """async () => {
            const open = indexedDB.open('lsp-exam', 1)
            await new Promise((resolve) => { open.onsuccess = resolve })
            const attempts = open.result.transaction('attempts', 'readwrite').objectStore('attempts')
            const read = attempts.getAllKeys()
            await new Promise((resolve) => { read.onsuccess = resolve })
            const deleted = attempts.delete(read.result.find((key) => key.endsWith('/paper')))
            await new Promise((resolve) => { deleted.onsuccess = resolve })
            open.result.close()
        }"""
    )
    page.context.set_offline(True)
    choose(page, "c")
    unsent(page, 1)
    context, address = page.context, page.url
    page.close()
    context.set_offline(False)
    context.route("**/jawaban", lambda route: route.abort())
    again = context.new_page()
    again.goto(address)
    expect(again.locator("#answer-c")).to_be_checked()
    context.unroute("**/jawaban")
    again.reload()
    saved(again)
    expect(again.locator("#answer-c")).to_be_checked()
    assert stored(server) == {1: {"choice": "c"}}


JOURNAL = """async () => {
    const open = indexedDB.open('lsp-exam', 1)
    await new Promise((resolve) => { open.onsuccess = resolve })
    const read = open.result.transaction('queue').objectStore('queue').getAll()
    await new Promise((resolve) => { read.onsuccess = resolve })
    open.result.close()
    return read.result.length === 1 && read.result[0].response.choice === 'c'
}"""


def closed_before_its_window(server, context, seat, *, known):
    """The first page, or a later one, whose window never opens; an answer, and the tab is gone."""
    page = context.new_page()
    page.clock.install()
    if known:
        begin(server, page, seat)
        ready(page)
        choose(page, "a")
        saved(page)
    context.route("**/jendela", lambda route: None)  # hangs
    page.reload() if known else begin(server, page, seat)
    choose(page, "c")
    until(page, JOURNAL)
    unsent(page, 1)
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.close(run_before_unload=True)
    page.wait_for_event("close") if not page.is_closed() else None
    assert asked == ["beforeunload"]
    context.unroute("**/jendela")
    return page.url


@pytest.mark.parametrize("known", [False, True], ids=["first page", "later page"])
def test_an_answer_chosen_before_the_window_opened_outlives_the_tab(
    server, new_context, seat, known
):
    context = new_context(seat.candidate)
    address = closed_before_its_window(server, context, seat, known=known)
    page = context.new_page()
    page.goto(address)
    saved(page)
    expect(page.locator("#answer-c")).to_be_checked()
    assert stored(server) == {1: {"choice": "c"}}


def test_offline_from_the_first_page_it_says_what_waits_and_that_no_file_can_be(
    server, new_context, seat
):
    context = new_context(seat.candidate)
    context.route("**/jendela", lambda route: route.abort())
    page = context.new_page()
    page.clock.install()
    begin(server, page, seat)
    choose(page, "b")
    unsent(page, 1)
    pass_time(page, 61)
    expect(page.locator("#no-file")).to_contain_text("belum bisa dibuat")
    expect(page.get_by_role("button", name="Simpan berkas jawaban")).to_be_hidden()
    page.reload()
    expect(page.locator("#answer-b")).to_be_checked()
    unsent(page, 1)
    choose(page, "d")
    context.unroute("**/jendela")
    hear(page)
    saved(page)
    expect(page.locator("#stuck")).to_be_hidden()
    assert stored(server) == {1: {"choice": "d"}}
    with server.transaction() as session:
        # Of the page before nothing is known; this one's clock measured what it chose.
        moments = list(session.scalars(sa.select(AnswerRevision.chosen_ms).order_by("seq")))
    assert moments[0] is None
    assert moments[1] > 0


def test_what_never_had_a_window_arrives_after_the_end_for_a_person_to_weigh(
    server, new_context, seat
):
    context = new_context(seat.candidate)
    address = closed_before_its_window(server, context, seat, known=False)
    with server.transaction() as session:
        session.scalars(sa.select(Attempt)).one().deadline = Clock().now() - timedelta(minutes=5)
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("heading", name="Jawaban yang tiba terlambat")).to_be_visible()
    with server.transaction() as session:
        (revision,) = session.scalars(sa.select(AnswerRevision))
    assert revision.response == {"choice": "c"}
    assert revision.is_refused
    assert stored(server) == {}


def test_a_device_clock_put_forward_ends_no_exam(server, new_context, seat):
    context = new_context(seat.candidate)
    context.add_init_script(
        """if (sessionStorage.getItem('forward')) {
            const real = Date
            const jump = 2 * 3600 * 1000
            window.Date = class extends real {
                constructor (...given) { given.length ? super(...given) : super(real.now() + jump) }
                static now () { return real.now() + jump }
            }
        }"""
    )
    page = context.new_page()
    begin(server, page, seat)
    ready(page)
    page.evaluate("sessionStorage.setItem('forward', 'yes')")
    context.set_offline(True)
    page.reload()
    expect(page.locator("#time-left")).to_have_text("Belum pasti")
    expect(page.locator("#timer")).not_to_have_class(re.compile("lsp-timer--low"))
    expect(page.locator("#last-minutes")).to_be_hidden()
    page.wait_for_timeout(2500)
    choose(page, "b")
    unsent(page, 1)
    context.set_offline(False)
    saved(page)
    expect(page.locator("#time-left")).to_have_text(re.compile(r"00\.5\d\.\d\d"))
    assert stored(server) == {1: {"choice": "b"}}
    with server.transaction() as session:
        revision = session.scalars(sa.select(AnswerRevision)).one()
        # By the device it was chosen after the end; by its arrival it was not.
        assert (revision.via, revision.is_late) == ("offline", False)
        assert revision.chosen_ms > 7_200_000
    # Nor was anybody away for two hours.
    with page.expect_response("**/kabar"):
        hear(page)
    by_the_page = sa.select(SeatEvent).where(SeatEvent.kind.in_(list(Note)))
    with server.transaction() as session:
        noted = {event.kind: event.detail for event in session.scalars(by_the_page)}
    assert set(noted) == {"offline"}
    assert noted["offline"]["seconds"] < 600
