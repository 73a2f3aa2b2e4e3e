"""Answers that came too late, as the invigilator, the manager and the candidate see them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import Answer, Attempt
from lsp.exams.rules.journal import SPAN, Arriving
from lsp.exams.services.closing import close_overdue, submit_attempt
from lsp.exams.services.results import rely_on_result
from lsp.exams.services.sitting import save_answers
from lsp.roles import Role
from tests.conftest import NOW, Browser, StandingClock
from tests.factories.accounts import make_person
from tests.factories.exams import make_attempt, make_exam_session, make_seat

GRACE = timedelta(seconds=120)


@pytest.fixture
def invigilator(new_browser: Callable[..., Browser], session: Session) -> Browser:
    return new_browser(make_person(session, Role.INVIGILATOR))


@pytest.fixture
def attempt(session: Session) -> Attempt:
    person = make_person(session, full_name="Siti Rahma")
    return make_attempt(session, seat=make_seat(session, candidate=person), window=1)


def send(
    session: Session,
    attempt: Attempt,
    *positions: int,
    minute: int | None,
    now: int,
    is_estimated: bool = False,
) -> None:
    """The browser sends an answer to each question, chosen in this minute, at that minute."""
    answers = [
        Arriving(
            position,
            SPAN + position,
            {"choice": "b"} if position == 1 else {"value": True},
            chosen_ms=minute and minute * 60_000,
            is_estimated=is_estimated,
        )
        for position in positions
    ]
    save_answers(
        session,
        person_id=attempt.seat.candidate_id,
        attempt_id=attempt.id,
        window=1,
        answers=answers,
        now=NOW + timedelta(minutes=now),
        grace=GRACE,
    )
    session.commit()


@pytest.fixture
def late(session: Session, attempt: Attempt, clock: StandingClock) -> Attempt:
    """A sitting that the clock closed; two answers came ten minutes after, it is 75 minutes in."""
    close_overdue(session, now=NOW + timedelta(minutes=63), grace=GRACE)
    send(session, attempt, 1, 3, minute=57, now=70)
    clock.move(minutes=75)
    return attempt


def room_of(attempt: Attempt) -> str:
    return f"/sesi-ujian/{attempt.seat.session_id}/ruang"


def test_the_room_and_the_seat_say_that_answers_wait(invigilator: Browser, late: Attempt) -> None:
    room = room_of(late)
    page = invigilator.page(room)
    assert "2 jawaban terlambat belum diputuskan" in page.select_one("tbody tr").get_text()
    link = page.select_one("#attention a")
    assert "Siti Rahma: 2 jawaban terlambat" in link.get_text()
    assert link["href"] == f"{room}/{late.seat_id}/jawaban-terlambat"
    state = invigilator.get(f"{room}/keadaan.json").json
    assert "terlambat" in state["seats"][str(late.seat_id)]["notes"]
    page = invigilator.page(f"{room}/{late.seat_id}")
    rows = page.select("table tbody tr")
    assert len(rows) == 2
    text = rows[0].get_text(" ", strip=True)
    assert "pukul 09.57, 57 menit 0 detik sejak mulai" in text
    assert "10.10 WIB" in text
    assert "10 menit 0 detik sesudah waktu habis" in text
    assert "Menunggu keputusan" in text
    assert "pengakuan jam perangkat" in page.get_text()
    assert page.find("a", string=lambda text: text and "Putuskan jawaban terlambat" in text)


def test_what_came_late_and_counts_is_said_beside_what_waits(
    invigilator: Browser, session: Session, attempt: Attempt, clock: StandingClock
) -> None:
    send(session, attempt, 1, minute=59, now=61, is_estimated=True)
    send(session, attempt, 3, minute=61, now=61, is_estimated=True)
    clock.move(minutes=61)
    words = "1 jawaban terlambat yang dihitung; 1 jawaban terlambat belum diputuskan"
    state = invigilator.get(f"{room_of(attempt)}/keadaan.json").json
    assert state["seats"][str(attempt.seat_id)]["notes"] == words
    page = invigilator.page(f"{room_of(attempt)}/{attempt.seat_id}")
    assert words in page.select_one("dl").get_text()
    row = page.select_one("table tbody tr").get_text(" ", strip=True)
    assert "kira-kira pukul 10.01, perkiraan perangkat tanpa jaringan" in row
    assert "menurut perangkat dipilih sesudah ujian berakhir" in row


def test_an_invigilator_counts_them_with_a_reason_and_the_candidate_reads_it(
    invigilator: Browser,
    new_browser: Callable[..., Browser],
    session: Session,
    late: Attempt,
) -> None:
    candidate = new_browser(late.seat.candidate)
    receipt = f"/ujian/{late.id}/selesai"
    text = candidate.page(receipt).get_text()
    assert "2 jawaban tiba sesudah waktu habis" in text
    assert "pengawas memutuskannya" in text
    address = f"{room_of(late)}/{late.seat_id}/jawaban-terlambat"
    form = {
        field["name"]: field["value"]
        for field in invigilator.page(address).select("main input[type=hidden]")
    }
    data = {**form, "decision": "count", "reason": ""}
    refused = invigilator.page(address, data=data)
    assert "Isi alasan keputusan" in refused.select_one(".govuk-error-summary").get_text()
    assert refused.select_one("input[value=count]").has_attr("checked")
    data["reason"] = "Jaringan ruang putus"
    for _twice in range(2):
        page = invigilator.page(address, data=data)
        assert "jawaban terlambat dihitung: 2 soal. Jaringan ruang putus" in page.get_text()
        assert page.get_text().count("2 soal. Jaringan") == 1
    assert session.get(Answer, (late.id, 1)).response == {"choice": "b"}
    text = candidate.page(receipt).get_text()
    assert "2 jawaban yang tiba terlambat dihitung atas keputusan pengawas" in text
    assert "Alasan pengawas: Jaringan ruang putus" in text
    assert "pengawas memutuskannya" not in text
    assert "belum diputuskan" not in invigilator.page(room_of(late)).get_text()


def test_what_was_left_is_said_and_may_still_be_counted(
    invigilator: Browser,
    new_browser: Callable[..., Browser],
    session: Session,
    late: Attempt,
) -> None:
    address = f"{room_of(late)}/{late.seat_id}/jawaban-terlambat"

    def decide(decision: str, reason: str) -> str:
        page = invigilator.page(address)
        seen = page.select_one("input[name=seen]")["value"]
        data = {"decision": decision, "reason": reason, "seen": seen}
        return invigilator.page(address, data=data).get_text()

    assert "jawaban terlambat tidak dihitung: 2 soal" in decide("leave", "Telepon dipakai")
    assert session.get(Answer, (late.id, 1)) is None
    text = new_browser(late.seat.candidate).page(f"/ujian/{late.id}/selesai").get_text()
    assert "2 jawaban yang tiba terlambat tidak dihitung" in text
    page = invigilator.page(address)
    assert [field["value"] for field in page.select("input[name=decision]")] == ["count"]
    assert "jawaban terlambat dihitung: 2 soal" in decide("count", "Banding diterima")
    assert session.get(Answer, (late.id, 1)).response == {"choice": "b"}
    page = invigilator.page(address)
    assert not page.select("input[name=decision]")
    assert "Tidak ada jawaban terlambat yang menunggu" in page.get_text()


def test_more_that_arrived_meanwhile_is_shown_before_it_is_decided(
    invigilator: Browser, session: Session, attempt: Attempt, clock: StandingClock
) -> None:
    close_overdue(session, now=NOW + timedelta(minutes=63), grace=GRACE)
    send(session, attempt, 1, minute=57, now=70)
    clock.move(minutes=75)
    address = f"{room_of(attempt)}/{attempt.seat_id}/jawaban-terlambat"
    seen = invigilator.page(address).select_one("input[name=seen]")["value"]
    send(session, attempt, 3, minute=58, now=74)
    data = {"decision": "count", "reason": "Listrik padam", "seen": seen}
    page = invigilator.page(address, data=data)
    assert "berubah" in page.select_one(".govuk-error-summary").get_text()
    assert len(page.select("table tbody tr")) == 2
    assert page.select_one("#reason")["value"] == "Listrik padam"
    assert session.get(Answer, (attempt.id, 1)) is None
    data["seen"] = page.select_one("input[name=seen]")["value"]
    invigilator.page(address, data=data)
    assert session.get(Answer, (attempt.id, 3)).response == {"value": True}


def test_after_the_candidates_own_end_it_is_said_as_such(
    invigilator: Browser,
    new_browser: Callable[..., Browser],
    session: Session,
    attempt: Attempt,
    clock: StandingClock,
) -> None:
    submit_attempt(
        session,
        person_id=attempt.seat.candidate_id,
        attempt_id=attempt.id,
        now=NOW + timedelta(minutes=30),
        grace=GRACE,
    )
    send(session, attempt, 1, minute=29, now=33)
    send(session, attempt, 3, minute=None, now=33)
    clock.move(minutes=40)
    page = invigilator.page(f"{room_of(attempt)}/{attempt.seat_id}")
    text = page.get_text()
    assert "2 jawaban tiba sesudah asesi mengirim sendiri" in text
    assert "3 menit 0 detik sesudah asesi mengirim sendiri" in text
    assert "Menunggu keputusan; waktu memilih tidak diketahui" in text
    text = new_browser(attempt.seat.candidate).page(f"/ujian/{attempt.id}/selesai").get_text()
    assert "2 jawaban tiba sesudah Anda mengirim jawaban" in text


def test_a_form_without_script_that_came_too_late_may_be_counted_with_what_is_known_of_it(
    invigilator: Browser,
    new_browser: Callable[..., Browser],
    session: Session,
    attempt: Attempt,
    clock: StandingClock,
) -> None:
    clock.move(minutes=63)
    candidate = new_browser(attempt.seat.candidate)
    candidate.post(f"/ujian/{attempt.id}/soal/1", data={"choice": "b"})
    send(session, attempt, 3, minute=57, now=64)
    address = f"{room_of(attempt)}/{attempt.seat_id}/jawaban-terlambat"
    doubt = "Peladen hanya tahu kapan jawaban itu tiba"
    page = invigilator.page(address)
    assert "putuskan sesudah ini" in page.get_text()
    assert doubt not in page.get_text()
    for is_doubtful in (False, True):
        page = invigilator.page(address)
        assert (doubt in page.get_text()) is is_doubtful
        form = {field["name"]: field["value"] for field in page.select("main input[type=hidden]")}
        data = {**form, "decision": "count", "reason": "Jaringan ruang putus"}
        page = invigilator.page(address, data=data)
    assert "dihitung: 1 soal, waktu memilihnya tidak pasti" in page.get_text()
    assert session.get(Answer, (attempt.id, 1)).response == {"choice": "b"}


def test_the_manager_sees_on_the_session_page_what_is_not_decided(
    new_browser: Callable[..., Browser], session: Session, late: Attempt
) -> None:
    manager = new_browser(make_person(session, Role.MANAGER))
    address = f"/sesi-ujian/{late.seat.session_id}"
    alert = manager.page(address).select_one(".lsp-alert--warning")
    assert "Jawaban terlambat belum diputuskan" in alert.get_text()
    assert "Siti Rahma: 2 jawaban" in " ".join(alert.get_text().split())
    assert not alert.select("a")
    other = manager.page(f"/sesi-ujian/{make_exam_session(session).id}")
    assert not other.select(".lsp-alert--warning")
    manager.page(f"{room_of(late)}/{late.seat_id}/jawaban-terlambat", status=403)


def test_a_seat_of_another_room_has_no_such_page(
    invigilator: Browser, session: Session, late: Attempt
) -> None:
    other = make_exam_session(session)
    invigilator.page(f"/sesi-ujian/{other.id}/ruang/{late.seat_id}/jawaban-terlambat", status=404)


def test_the_pages_cost_the_same_for_many_late_answers(
    *,
    invigilator: Browser,
    new_browser: Callable[..., Browser],
    session: Session,
    attempt: Attempt,
    clock: StandingClock,
    statements: list[str],
) -> None:
    close_overdue(session, now=NOW + timedelta(minutes=63), grace=GRACE)
    clock.move(minutes=75)
    candidate = new_browser(attempt.seat.candidate)
    seat = f"{room_of(attempt)}/{attempt.seat_id}"
    pages = (
        (invigilator, seat),
        (invigilator, f"{seat}/jawaban-terlambat"),
        (candidate, f"/ujian/{attempt.id}/selesai"),
    )
    counts = []
    for positions in ((1,), (3,)):
        send(session, attempt, *positions, minute=57, now=70)
        for browser, address in pages:
            browser.page(address)
            session.commit()
            statements.clear()
            browser.page(address)
            counts.append(len(statements))
    assert counts[:3] == counts[3:]


def test_a_receipt_without_late_answers_says_nothing_of_them(
    new_browser: Callable[..., Browser], session: Session, attempt: Attempt, clock: StandingClock
) -> None:
    close_overdue(session, now=NOW + timedelta(minutes=63), grace=GRACE)
    clock.move(minutes=75)
    text = new_browser(attempt.seat.candidate).page(f"/ujian/{attempt.id}/selesai").get_text()
    assert "terlambat" not in text


def test_a_result_a_recommendation_rests_on_needs_a_second_person(
    invigilator: Browser,
    new_browser: Callable[..., Browser],
    session: Session,
    late: Attempt,
) -> None:
    rely_on_result(session, late.seat_id, NOW + timedelta(minutes=74))
    session.commit()
    address = f"{room_of(late)}/{late.seat_id}/jawaban-terlambat"
    page = invigilator.page(address)
    assert "Minta manajer atau administrator LSP" in page.select_one(".lsp-alert").get_text()
    form = {field["name"]: field["value"] for field in page.select("main input[type=hidden]")}
    data = {**form, "decision": "count", "reason": "Jaringan ruang putus"}
    refused = invigilator.page(address, data=data)
    assert "Rekomendasi sudah dibuat" in refused.select_one(".govuk-error-summary").get_text()
    manager = new_browser(make_person(session, Role.MANAGER))
    session_page = f"/sesi-ujian/{late.seat.session_id}"
    opening = f"{session_page}/kursi/{late.seat_id}/buka-hasil"
    assert manager.page(session_page).find("a", href=opening)
    invigilator.page(opening, status=403)
    said = {field["name"]: field["value"] for field in manager.page(opening).select("main input")}
    empty = manager.page(opening, data={**said, "reason": ""})
    assert "Isi alasan" in empty.select_one(".govuk-error-summary").get_text()
    opened = manager.page(opening, data={**said, "reason": "Banding diterima"})
    assert "Hasil ujian dibuka lagi" in opened.get_text()
    page = invigilator.page(address, data=data)
    assert "2 jawaban terlambat dihitung" in page.get_text()
    assert "hasil ujian dibuka lagi untuk keputusan pengawas" in page.get_text()


def test_what_a_power_cut_held_back_is_there_again_and_said_as_it_was(
    invigilator: Browser,
    new_browser: Callable[..., Browser],
    session: Session,
    late: Attempt,
    clock: StandingClock,
) -> None:
    # Two were chosen in time and came too late; of a third nobody knows the moment.
    send(session, late, 2, minute=None, now=71)
    candidate = new_browser(late.seat.candidate)
    room = room_of(late)
    data = {"amount": "10", "reason": "Listrik padam", "move_close": "y"}
    invigilator.page(f"{room}/{late.seat_id}/waktu", data=data)
    opened = candidate.post(f"/ujian/{late.id}/jendela", json={}).json
    assert set(opened["given"]) == {"1", "3"}
    page = invigilator.page(f"{room}/{late.seat_id}")
    assert "dihitung karena ujian dibuka lagi: 2 soal. Listrik padam" in page.get_text()
    clock.move(minutes=80)
    candidate.post(f"/ujian/{late.id}/kirim")
    text = candidate.page(f"/ujian/{late.id}/selesai").get_text()
    assert "2 jawaban yang tiba sesudah waktu habis dihitung karena ujian dibuka lagi" in text
    assert "1 jawaban tiba sesudah waktu habis" in text
    assert "sesudah Anda mengirim" not in text
    text = invigilator.page(f"{room}/{late.seat_id}").get_text()
    assert "11 menit 0 detik sesudah waktu habis, sebelum ujian dibuka lagi" in text
    assert "sesudah asesi mengirim sendiri" not in text


def test_what_came_after_the_own_end_is_opened_by_a_manager_and_counted_by_an_invigilator(
    *,
    invigilator: Browser,
    new_browser: Callable[..., Browser],
    session: Session,
    attempt: Attempt,
    clock: StandingClock,
) -> None:
    submit_attempt(
        session,
        person_id=attempt.seat.candidate_id,
        attempt_id=attempt.id,
        now=NOW + timedelta(minutes=30),
        grace=GRACE,
    )
    send(session, attempt, 1, minute=29, now=33)
    clock.move(minutes=40)
    address = f"{room_of(attempt)}/{attempt.seat_id}/jawaban-terlambat"
    page = invigilator.page(address)
    assert "sudah mengirim jawabannya sendiri" in page.select_one(".lsp-alert--warning").get_text()
    form = {field["name"]: field["value"] for field in page.select("main input[type=hidden]")}
    data = {**form, "decision": "count", "reason": "Jaringan putus"}
    refused = invigilator.page(address, data=data)
    assert "Minta manajer" in refused.select_one(".govuk-error-summary").get_text()
    manager = new_browser(make_person(session, Role.MANAGER))
    session_page = f"/sesi-ujian/{attempt.seat.session_id}"
    opening = f"{session_page}/kursi/{attempt.seat_id}/buka-hasil"
    assert manager.page(session_page).find("a", href=opening)
    page = manager.page(opening)
    assert "1 jawaban baru tiba sesudah asesi mengirim sendiri" in page.get_text()
    said = {field["name"]: field["value"] for field in page.select("main input")}
    manager.page(opening, data={**said, "reason": "Perangkat lama baru menyala"})
    assert "1 jawaban terlambat dihitung" in invigilator.page(address, data=data).get_text()


def test_what_another_device_could_not_send_is_shown_to_everybody_and_may_replace_what_counts(
    *,
    invigilator: Browser,
    new_browser: Callable[..., Browser],
    session: Session,
    attempt: Attempt,
    clock: StandingClock,
) -> None:
    send(session, attempt, 1, minute=20, now=20)
    close_overdue(session, now=NOW + timedelta(minutes=63), grace=GRACE)
    session.commit()
    clock.move(minutes=70)
    candidate = new_browser(attempt.seat.candidate)
    save_answers(
        session,
        person_id=attempt.seat.candidate_id,
        attempt_id=attempt.id,
        window=1,
        # No window had opened on that device (``journal``), so its numbers are below all others.
        answers=[Arriving(1, 1, {"choice": "c"}, chosen_ms=50 * 60_000)],
        now=NOW + timedelta(minutes=70),
        grace=GRACE,
    )
    session.commit()
    receipt = f"/ujian/{attempt.id}/selesai"
    assert "1 jawaban tiba sesudah waktu habis" in candidate.page(receipt).get_text()
    notes = new_browser(make_person(session, Role.MANAGER)).page(
        f"/sesi-ujian/{attempt.seat.session_id}/catatan"
    )
    row = notes.find("th", string="Siti Rahma").find_parent("tr")
    assert "1 jawaban" in row.find("td", attrs={"data-label": "Terlambat, tidak dihitung"}).text
    assert "1 jawaban terlambat belum diputuskan" in invigilator.page(room_of(attempt)).get_text()
    address = f"{room_of(attempt)}/{attempt.seat_id}/jawaban-terlambat"
    page = invigilator.page(address)
    assert "mungkin lebih lama daripada jawaban yang dihitung" in page.get_text()
    assert "menggantikan yang sekarang" in page.get_text()
    assert "Peladen hanya tahu" not in page.get_text()
    form = {field["name"]: field["value"] for field in page.select("main input[type=hidden]")}
    invigilator.page(address, data={**form, "decision": "count", "reason": "Perangkat diganti"})
    session.expire_all()
    assert session.get(Answer, (attempt.id, 1)).response == {"choice": "c"}


def test_the_form_that_grants_time_says_what_comes_back_by_it(
    invigilator: Browser, session: Session, late: Attempt
) -> None:
    send(session, late, 2, minute=58, now=71, is_estimated=True)
    words = "2 jawaban yang tiba terlambat akan dihitung lagi"
    for address in (f"{room_of(late)}/waktu", f"{room_of(late)}/{late.seat_id}/waktu"):
        assert words in invigilator.page(address).get_text()
    data = {"amount": "10", "reason": "Listrik padam", "move_close": "y"}
    invigilator.page(f"{room_of(late)}/waktu", data=data)
    assert "akan dihitung lagi" not in invigilator.page(f"{room_of(late)}/waktu").get_text()
    assert set(session.scalars(sa.select(Answer.position))) == {1, 3}
