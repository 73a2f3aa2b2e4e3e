"""One sitting on two devices or in two tabs: no answer is lost, and a page shows what counts."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from lsp.exams.models import AnswerRevision
from tests.journeys.sitting import ESSAY, begin, choose, following, ready, saved, stored, until

pytestmark = pytest.mark.browser

ELSEWHERE = "Soal 1: yang dihitung adalah jawaban dari perangkat atau tab lain."
#: How many answers wait on the disk.
WAITING = """async () => {
    const open = indexedDB.open('lsp-exam', 1)
    await new Promise((resolve) => { open.onsuccess = resolve })
    const read = open.result.transaction('queue').objectStore('queue').getAll()
    await new Promise((resolve) => { read.onsuccess = resolve })
    open.result.close()
    return read.result.length
}"""


def revisions(server):
    with server.transaction() as session:
        rows = sa.select(AnswerRevision.response).order_by(AnswerRevision.seq)
        return list(session.scalars(rows))


def shows_what_counts(page, letter):
    expect(page.locator("#elsewhere")).to_contain_text(ELSEWHERE)
    expect(page.locator(f"#answer-{letter}")).to_be_checked()
    saved(page)


def test_two_tabs_without_network_write_over_nothing(server, new_context, seat):
    """In a browser whose tabs tell each other nothing, so that both go on."""
    context = new_context(seat.candidate)
    context.add_init_script("delete window.BroadcastChannel")
    essay = context.new_page()
    begin(server, essay, seat)
    ready(essay)
    address = essay.url
    essay.locator(f"button[name=go][value='{ESSAY}']").click()
    context.set_offline(True)
    choice = context.new_page()
    choice.goto(address)
    choose(choice, "b")
    until(choice, f"async () => await ({WAITING})() === 1")
    essay.locator("textarea").press_sequentially("Uraian saya")
    essay.close()  # within the two seconds after which a text is kept
    until(choice, f"async () => await ({WAITING})() === 2")
    choice.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(address)
    saved(again)
    assert stored(server) == {1: {"choice": "b"}, ESSAY: {"text": "Uraian saya"}}
    until(again, f"async () => await ({WAITING})() === 0")


def test_what_another_tab_left_behind_is_sent_and_shown(server, new_context, seat):
    context = new_context(seat.candidate)
    page = context.new_page()
    begin(server, page, seat)
    ready(page)
    context.set_offline(True)
    newer = context.new_page()
    newer.goto(page.url)
    following(newer, 2)
    # Also without network the older tab learns that it is no longer the one.
    expect(page.locator("#frozen")).to_be_visible()
    expect(page.locator("#answer-a")).to_be_disabled()
    page.reload()
    expect(newer.locator("#frozen")).to_be_visible()
    choose(page, "d")
    until(page, f"async () => await ({WAITING})() === 1")
    page.close()
    following(newer, 3)
    newer.locator("button[name=go][value='1']").click()
    expect(newer.locator("#answer-d")).not_to_be_checked()
    context.set_offline(False)
    shows_what_counts(newer, "d")
    assert stored(server) == {1: {"choice": "d"}}


def test_a_tab_left_open_takes_nothing_from_what_the_newer_one_remembers(
    server, new_context, seat, page
):
    """It notes the clock, and what is done in it; the newer one is loaded again without network."""
    ready(page)
    page.locator(f"button[name=go][value='{ESSAY}']").click()
    page.locator("textarea").fill("pendek")
    page.locator("textarea").blur()
    saved(page)
    newer = page.context.new_page()
    newer.goto(page.url)
    ready(newer)
    expect(page.locator("#frozen")).to_be_visible()
    newer.locator("textarea").fill("pendek dan lengkap")
    newer.locator("textarea").blur()
    until(newer, f"async () => await ({WAITING})() === 0")
    saved(newer)
    page.evaluate("document.dispatchEvent(new Event('copy'))")
    page.context.set_offline(True)
    newer.reload()
    expect(newer.locator("textarea")).to_have_value("pendek dan lengkap")
    newer.locator("textarea").press("End")
    newer.locator("textarea").press_sequentially(" sekali")
    newer.locator("textarea").blur()
    until(newer, f"async () => await ({WAITING})() === 1")
    page.context.set_offline(False)
    saved(newer)
    assert stored(server) == {ESSAY: {"text": "pendek dan lengkap sekali"}}


def test_a_page_whose_answer_does_not_count_shows_the_one_that_does(
    server, new_context, seat, page
):
    """Chosen without network; meanwhile another device went on."""
    ready(page)
    page.context.set_offline(True)
    choose(page, "a")
    until(page, f"async () => await ({WAITING})() === 1")
    other = new_context(seat.candidate).new_page()
    other.goto(page.url)
    saved(other)
    choose(other, "b")
    saved(other)
    context, address = page.context, page.url
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    shows_what_counts(page, "b")
    following(page, 2)
    expect(page.locator("#elsewhere")).to_be_hidden()
    assert stored(server) == {1: {"choice": "b"}}
    assert {"choice": "a"} in revisions(server)
    page.get_by_role("button", name="Soal Sebelumnya").click()
    choose(page, "c")
    saved(page)
    assert stored(server) == {1: {"choice": "c"}}


def test_what_never_had_a_window_replaces_nothing_another_device_saved(server, new_context, seat):
    context = new_context(seat.candidate)
    context.route("**/jendela", lambda route: route.abort())
    page = context.new_page()
    begin(server, page, seat)
    choose(page, "a")
    until(page, f"async () => await ({WAITING})() === 1")
    address = page.url
    page.close()
    other = new_context(seat.candidate).new_page()
    other.goto(address)
    saved(other)
    choose(other, "b")
    saved(other)
    context.unroute("**/jendela")
    page = context.new_page()
    page.goto(address)
    shows_what_counts(page, "b")
    assert stored(server) == {1: {"choice": "b"}}
    assert revisions(server) == [{"choice": "a"}, {"choice": "b"}]
