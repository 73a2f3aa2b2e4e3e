import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lsp.exams.models import Answer, Presence, SeatEvent
from lsp.exams.rules.answer_files import file_key, signature
from lsp.exams.rules.journal import first_seq
from lsp.roles import Role
from tests.conftest import NOW, Browser, StandingClock
from tests.factories.accounts import make_person
from tests.factories.exams import make_attempt, make_exam_session, make_seat


@pytest.fixture
def invigilator(new_browser: Callable[..., Browser], session: Session) -> Browser:
    return new_browser(make_person(session, Role.INVIGILATOR))


def test_the_room_shows_token_seats_and_progress(invigilator: Browser, session: Session) -> None:
    seat = make_seat(session, candidate=make_person(session, full_name="Siti Rahma"))
    make_attempt(session, seat=seat, answers={1: {"choice": "a"}})
    text = invigilator.page(f"/sesi-ujian/{seat.session_id}/ruang").get_text()
    assert "HUMAS" in text
    assert "Siti Rahma" in text
    assert "1 dari 7" in text
    assert "60 menit" in text


def test_the_room_costs_the_same_for_two_hundred_seats(
    invigilator: Browser, session: Session, statements: list[str]
) -> None:
    exam = make_exam_session(session)
    room = f"/sesi-ujian/{exam.id}/ruang"
    first = make_attempt(session, seat=make_seat(session, exam_session=exam))
    session.add(Presence(attempt_id=first.id, seen_at=NOW, position=1))
    invigilator.page(room)  # a paper is read once in the life of the process
    counts = []
    for size in (0, 199):
        for _ in range(size):
            attempt = make_attempt(session, seat=make_seat(session, exam_session=exam))
            session.add(Presence(attempt_id=attempt.id, seen_at=NOW, position=1))
        session.commit()
        for address in (room, f"{room}/keadaan.json"):
            statements.clear()
            response = invigilator.get(address)
            counts.append(len(statements))
    assert counts == [6, 5, 6, 5]
    assert len(response.json["seats"]) == 200


def test_the_script_hears_the_same_words_as_the_page_shows(
    invigilator: Browser, session: Session, clock: StandingClock
) -> None:
    seat = make_seat(session, candidate=make_person(session, full_name="Siti Rahma"))
    room = f"/sesi-ujian/{seat.session_id}/ruang"
    attempt = make_attempt(session, seat=seat, answers={1: {"choice": "a"}})
    session.add(Presence(attempt_id=attempt.id, seen_at=NOW, position=3, queued=2))
    clock.move(minutes=56)
    state = invigilator.get(f"{room}/keadaan.json").json
    cells = state["seats"][str(seat.id)]
    assert cells["state"] == "Mengerjakan"
    assert cells["question"] == "Soal 3; 1 dari 7 dijawab"
    assert cells["seen"] == "tidak terhubung sejak 09.00; 2 jawaban belum terkirim"
    assert cells["left"] == "4 menit 0 detik"
    assert state["counts"] == {"working": 1, "paused": 0, "submitted": 0, "seats": 1}
    (alarm,) = state["attention"]
    assert alarm["text"] == "Siti Rahma tidak terhubung sejak 09.00."
    page = invigilator.page(room)
    row = page.select_one(f"tr[data-seat='{seat.id}']")
    shown = {cell["data-cell"]: cell.get_text() for cell in row.select("[data-cell]")}
    assert shown == {name: cells[name] for name in shown}
    assert page.select_one("#attention li")["data-key"] == alarm["key"]
    assert page.select_one("#attention a")["href"] == f"{room}/{seat.id}"
    assert "hidden" not in page.select_one("#attention").attrs


def test_a_room_cut_off_as_a_whole_is_one_line_not_many(
    invigilator: Browser, session: Session, clock: StandingClock
) -> None:
    exam = make_exam_session(session)
    attempts = [make_attempt(session, seat=make_seat(session, exam_session=exam)) for _ in range(6)]
    session.add_all(Presence(attempt_id=attempt.id, seen_at=NOW) for attempt in attempts)
    clock.move(minutes=2)
    address = f"/sesi-ujian/{exam.id}/ruang/keadaan.json"
    (line,) = invigilator.get(address).json["attention"]
    assert line["text"].startswith("6 asesi tidak terhubung.")
    # Where the clock stands, a silent device costs nobody anything.
    attempts[0].paused_at = NOW
    assert len(invigilator.get(address).json["attention"]) == 5


def test_a_room_that_is_not_there_and_people_who_do_not_watch(
    invigilator: Browser, new_browser: Callable[..., Browser], session: Session
) -> None:
    exam = make_exam_session(session)
    manager = new_browser(make_person(session, Role.MANAGER))
    for page in ("", "/keadaan.json", "/jeda", "/lanjut", "/jam-tutup", "/berkas-jawaban"):
        invigilator.page(f"/sesi-ujian/{uuid4()}/ruang{page}", status=404)
        manager.page(f"/sesi-ujian/{exam.id}/ruang{page}", status=403)


def test_an_invigilator_gives_time_with_a_reason(invigilator: Browser, session: Session) -> None:
    seat = make_seat(session)
    room = f"/sesi-ujian/{seat.session_id}/ruang"
    attempt = make_attempt(session, seat=seat)
    refused = invigilator.page(f"{room}/waktu", data={"amount": "10", "reason": ""})
    assert "Isi alasan" in refused.select_one(".govuk-error-summary").get_text()
    page = invigilator.page(f"{room}/waktu", data={"amount": "10", "reason": "Listrik padam"})
    assert "waktu ditambah 10 menit" in page.get_text()
    invigilator.page(f"{room}/{seat.id}/waktu", data={"amount": "5", "reason": "AK.07"})
    assert attempt.deadline == NOW + timedelta(minutes=75)


def test_who_handed_in_by_mistake_goes_on(
    invigilator: Browser, new_browser: Callable[..., Browser], session: Session
) -> None:
    attempt = make_attempt(session, state="submitted", ended_at=NOW, answers={1: {"choice": "a"}})
    seat_page = f"/sesi-ujian/{attempt.seat.session_id}/ruang/{attempt.seat_id}"
    address = f"{seat_page}/buka-lagi"
    assert invigilator.page(seat_page).find("a", href=address)
    refused = invigilator.page(address, data={"reason": ""})
    assert "Isi alasan" in refused.select_one(".govuk-error-summary").get_text()
    page = invigilator.page(address, data={"reason": "Keliru menekan Kirim"})
    assert "ujian yang terkirim dibuka lagi, sisa waktu 60 menit" in page.get_text()
    assert page.find("a", href=address) is None
    theirs = new_browser(attempt.seat.candidate)
    assert "dibuka kembali" in theirs.page(f"/ujian/{attempt.id}/selesai").get_text()
    assert attempt.ended_at is None


def test_time_that_the_close_cuts_off_is_announced_as_it_is(
    invigilator: Browser, new_browser: Callable[..., Browser], session: Session
) -> None:
    exam = make_exam_session(session, closes_at=NOW + timedelta(minutes=65))
    seat = make_seat(session, exam_session=exam)
    attempt = make_attempt(session, seat=seat)
    room, data = f"/sesi-ujian/{exam.id}/ruang", {"amount": "15", "reason": "Listrik padam"}
    page = invigilator.page(f"{room}/{seat.id}/waktu", data=data)
    cut = "15 menit dicatat; sesi tutup pukul 10.05, jadi yang bertambah 5 menit."
    assert cut in page.get_text()
    assert "yang bertambah 5 menit karena jam tutup sesi" in page.get_text()
    state = invigilator.get(f"{room}/keadaan.json").json["seats"][str(seat.id)]
    assert state["extra"] == "15 menit; yang berlaku 5 menit"
    theirs = new_browser(seat.candidate)
    words = "Pengawas menambah 15 menit: Listrik padam"
    question = theirs.page(f"/ujian/{attempt.id}/soal/1").get_text()
    told = f"{words}. Sesi tutup pukul 10.05, jadi waktu Anda bertambah 5 menit."
    assert told in question
    # Once the session closes later, all of it counts.
    invigilator.page(f"{room}/jam-tutup", data={"minutes": "25", "reason": "Listrik padam"})
    question = theirs.page(f"/ujian/{attempt.id}/soal/1").get_text()
    assert words in question
    assert "Sesi tutup" not in question
    make_attempt(session, seat=make_seat(session, exam_session=exam))
    page = invigilator.page(f"{room}/waktu", data={**data, "amount": "20"})
    assert "Waktu ditambah 20 menit untuk 2 kursi." in page.get_text()
    assert (
        "jadi di 1 kursi yang bertambah kurang dari itu, paling sedikit 15 menit" in page.get_text()
    )


def test_time_is_given_as_a_share_of_the_exam(invigilator: Browser, session: Session) -> None:
    seat = make_attempt(session).seat
    room = f"/sesi-ujian/{seat.session_id}/ruang"
    data = {"amount": "25", "unit": "percent", "reason": "Gempa"}
    page = invigilator.page(f"{room}/{seat.id}/waktu", data=data)
    assert "waktu ditambah 15 menit" in page.get_text()
    assert seat.extra_minutes == 15
    refused = invigilator.page(f"{room}/waktu", data={**data, "amount": "1000"})
    assert "1 sampai 180 menit" in refused.select_one(".govuk-error-summary").get_text()
    assert refused.select_one("#amount")["value"] == "1000"


def test_an_exam_that_the_clock_ended_is_opened_again_by_time(
    invigilator: Browser,
    new_browser: Callable[..., Browser],
    session: Session,
    clock: StandingClock,
) -> None:
    exam = make_exam_session(session, closes_at=NOW + timedelta(minutes=62))
    candidate = make_person(session, full_name="Siti Rahma")
    seat = make_seat(session, exam_session=exam, candidate=candidate)
    attempt = make_attempt(session, seat=seat, answers={1: {"choice": "a"}})
    clock.move(minutes=65)
    theirs = new_browser(candidate)
    ended = theirs.page(f"/ujian/{attempt.id}/selesai")
    assert ended.select_one(f"a[href='/ujian/{attempt.id}/lanjut']")
    room = f"/sesi-ujian/{exam.id}/ruang"
    link = invigilator.page(f"{room}/{seat.id}").select_one("a[href$='/waktu']")
    assert link.get_text() == "Tambah waktu dan buka lagi ujian"
    page = invigilator.page(f"{room}/waktu")
    assert "Siti Rahma, ditutup pukul 10.00" in page.get_text()
    assert "checked" in page.select_one("#move_close").attrs
    data = {"amount": "10", "reason": "Listrik padam"}
    refused = invigilator.page(f"{room}/waktu", data=data)
    assert "sudah ditutup" in refused.select_one(".govuk-error-summary").get_text()
    assert "checked" not in refused.select_one("#move_close").attrs
    page = invigilator.page(f"{room}/waktu", data={**data, "move_close": "y"})
    assert "1 ujian yang ditutup waktu dibuka lagi." in page.get_text()
    assert "Sesi ini sekarang ditutup pukul 10.15" in page.get_text()
    assert "sisa waktu 10 menit" in page.get_text()
    receipt = theirs.page(f"/ujian/{attempt.id}/selesai")
    link = receipt.find("a", string="Ujian Anda dibuka kembali – lanjutkan")
    assert link["href"] == f"/ujian/{attempt.id}/lanjut"
    assert not receipt.select_one("#sitting, script[src*='js/sitting']")
    assert "Listrik padam" in theirs.page(f"/ujian/{attempt.id}/soal/1").get_text()


def test_the_close_of_a_session_moves_when_the_power_fails_near_it(
    invigilator: Browser, session: Session
) -> None:
    exam = make_exam_session(session, closes_at=NOW + timedelta(minutes=30))
    attempt = make_attempt(
        session, seat=make_seat(session, exam_session=exam), deadline=NOW + timedelta(minutes=30)
    )
    room = f"/sesi-ujian/{exam.id}/ruang"
    page = invigilator.page(room)
    assert "Waktu 1 asesi terpotong jam tutup sesi" in page.select_one("#attention").get_text()
    assert "terpotong jam tutup" in page.select_one("tbody tr").get_text()
    invigilator.page(f"{room}/jam-tutup")
    refused = invigilator.page(f"{room}/jam-tutup", data={"minutes": "20", "reason": ""})
    assert "Isi alasan" in refused.select_one(".govuk-error-summary").get_text()
    page = invigilator.page(f"{room}/jam-tutup", data={"minutes": "20", "reason": "Listrik padam"})
    assert "jam tutup sesi diperpanjang 20 menit" in page.get_text()
    assert attempt.deadline == exam.closes_at == NOW + timedelta(minutes=50)


def test_a_room_and_a_seat_are_paused_and_go_on(
    invigilator: Browser, session: Session, clock: StandingClock
) -> None:
    exam = make_exam_session(session)
    attempt = make_attempt(session, seat=make_seat(session, exam_session=exam))
    room = f"/sesi-ujian/{exam.id}/ruang"
    invigilator.page(f"{room}/jeda")
    refused = invigilator.page(f"{room}/jeda", data={"reason": ""})
    assert "Isi alasan" in refused.select_one(".govuk-error-summary").get_text()
    page = invigilator.page(f"{room}/jeda", data={"reason": "Gempa"})
    assert "Seluruh ruang dijeda sejak pukul 09.00" in page.get_text()
    assert invigilator.get(f"{room}/keadaan.json").json["paused"] is True
    clock.move(minutes=10)
    invigilator.page(f"{room}/lanjut", data={"reason": "Aman"})
    assert (exam.paused_at, attempt.deadline) == (None, NOW + timedelta(minutes=70))
    seat = f"{room}/{attempt.seat_id}"
    page = invigilator.page(f"{seat}/jeda", data={"reason": "Ke klinik"})
    assert "dijeda. Ke klinik" in page.get_text()
    assert page.select_one("a[href$='/lanjut']")
    page = invigilator.page(f"{seat}/lanjut", data={"reason": "Kembali"})
    assert "dilanjutkan. Kembali" in page.get_text()
    refused = invigilator.page(f"{seat}/lanjut", data={"reason": "Lagi"})
    assert "tidak sedang dijeda" in refused.select_one(".govuk-error-summary").get_text()


def test_a_candidate_moves_to_another_device(
    invigilator: Browser, new_browser: Callable[..., Browser], session: Session
) -> None:
    attempt = make_attempt(session, window=1)
    seat = attempt.seat
    old = new_browser(seat.candidate)
    address = f"/sesi-ujian/{seat.session_id}/ruang/{seat.id}"
    old.page("/ujian")
    page = invigilator.page(f"{address}/pindah", data={"reason": "Laptop mati"})
    assert "pindah perangkat. Laptop mati" in page.get_text()
    assert old.get("/ujian").status_code == 302
    new_browser(seat.candidate).page(f"/ujian/{attempt.id}/soal/1")
    assert attempt.window == 2


def test_what_browsers_note_stands_at_the_seat_in_words(
    invigilator: Browser, session: Session
) -> None:
    attempt = make_attempt(session)
    for kind, detail in (
        ("left_tab", {"seconds": 12}),
        ("pasted", {}),
        ("unheard_of", {}),
        ("pause_answers_held", {"answers": 3, "unsure": 2}),
    ):
        session.add(SeatEvent(seat_id=attempt.seat_id, at=NOW, kind=kind, detail=detail))
    session.commit()
    room = f"/sesi-ujian/{attempt.seat.session_id}/ruang"
    assert "3 catatan" in invigilator.page(room).select_one("tbody tr").get_text()
    text = invigilator.page(f"{room}/{attempt.seat_id}").get_text()
    assert "3 jawaban tiba sesudah jeda dan mungkin dipilih saat jeda; waktu memilih 2" in text
    assert "Meninggalkan halaman ujian, 12 detik" in text
    assert "Menempel teks" in text
    assert "hanya bahan pertimbangan" in text


def test_an_invigilator_notes_an_incident(invigilator: Browser, session: Session) -> None:
    seat = make_seat(session)
    address = f"/sesi-ujian/{seat.session_id}/ruang/{seat.id}/kejadian"
    assert seat.candidate.full_name in invigilator.page(address).get_text()
    page = invigilator.page(address, data={"text": "Laptop <b>mati</b>"})
    assert "Laptop <b>mati</b>" in page.get_text()


def test_a_seat_is_found_in_its_own_room_only(invigilator: Browser, session: Session) -> None:
    seat, other = make_seat(session), make_exam_session(session)
    actions = ("", "/waktu", "/kejadian", "/jeda", "/lanjut", "/pindah", "/tanpa-seb")
    for action in actions:
        invigilator.page(f"/sesi-ujian/{other.id}/ruang/{seat.id}{action}", status=404)


def test_the_invigilator_changes_the_token_in_the_room(
    invigilator: Browser, session: Session
) -> None:
    exam = make_exam_session(session)
    page = invigilator.page(f"/sesi-ujian/{exam.id}/ruang/token", data={})
    assert exam.token != "HUMAS"
    assert exam.token in page.get_text()


def answer_file(attempt, app: Flask, answers: list[dict], **changes: str) -> dict:
    """The form with the file a candidate's page would save for these answers."""
    text = json.dumps(answers)
    secret = app.extensions["lsp"].settings.secret_key
    key = file_key(secret, attempt.id, attempt.window)
    values = {"attempt": str(attempt.id), "window": attempt.window, "answers": text}
    content = json.dumps({**values, "signature": signature(key, text), **changes})
    return {"file": (BytesIO(content.encode()), "jawaban.json")}


def test_an_answer_file_is_loaded_and_says_what_became_of_it(
    invigilator: Browser, session: Session, app: Flask
) -> None:
    attempt = make_attempt(session, window=1)
    room = f"/sesi-ujian/{attempt.seat.session_id}/ruang"
    given = {"position": 1, "seq": first_seq(1) + 5, "response": {"choice": "b"}}
    for counted, known in (("1", "0"), ("0", "1")):
        page = invigilator.page(f"{room}/berkas-jawaban", data=answer_file(attempt, app, [given]))
        rows = {
            row.dt.get_text(strip=True): row.dd.get_text(strip=True)
            for row in page.select(".govuk-summary-list__row")
        }
        assert (rows["Dihitung"], rows["Sudah ada sebelumnya"]) == (counted, known)
    assert session.get(Answer, (attempt.id, 1)).response == {"choice": "b"}
    assert "berkas jawaban dimuat" in invigilator.page(room).get_text()


def test_answers_of_after_the_end_show_what_they_change_and_wait_for_a_decision(
    invigilator: Browser, session: Session, app: Flask, clock: StandingClock
) -> None:
    attempt = make_attempt(session, window=1, answers={1: {"choice": "a"}})
    room = f"/sesi-ujian/{attempt.seat.session_id}/ruang"
    essay = "Kata " * 60
    given = [
        {"position": position, "seq": first_seq(1) + 50, "response": response, "chosen_ms": 59 * 60}
        for position, response in {
            1: {"choice": "b"},
            3: {"value": True},
            7: {"text": essay},
        }.items()
    ]
    clock.move(minutes=90)
    data = answer_file(attempt, app, given)
    page = invigilator.page(f"{room}/berkas-jawaban", data=data)
    assert "3 jawaban dipilih sebelum waktu habis" in page.get_text()
    assert session.get(Answer, (attempt.id, 1)).response == {"choice": "a"}
    link = page.find("a", string=lambda text: text and "Lihat perubahannya dan putuskan" in text)
    page = invigilator.page(link["href"])
    rows = {
        row.th.get_text(strip=True): [cell.get_text(" ", strip=True) for cell in row.select("td")]
        for row in page.select("tbody tr")
    }
    assert rows["Soal 1"][:2] == ["Pilihan a", "Pilihan b"]
    assert rows["Soal 3"][:2] == ["tidak dijawab", "Benar"]
    assert rows["Soal 7"][1].startswith("Kata Kata")
    assert rows["Soal 7"][1].endswith("…")
    assert "sejak mulai" in rows["Soal 1"][2]
    assert "dari berkas jawaban" in rows["Soal 1"][3]
    form = {field["name"]: field["value"] for field in page.select("main input[type=hidden]")}
    invigilator.page(link["href"], data={**form, "decision": "count", "reason": "Jaringan putus"})
    assert session.get(Answer, (attempt.id, 1)).response == {"choice": "b"}


def test_a_file_that_is_no_answer_file_is_refused_in_words(
    invigilator: Browser, session: Session, app: Flask
) -> None:
    attempt = make_attempt(session, window=1)
    address = f"/sesi-ujian/{attempt.seat.session_id}/ruang/berkas-jawaban"
    faults = [
        {"file": (BytesIO(b"bukan berkas"), "x.json")},
        answer_file(attempt, app, [], signature="0" * 64),
    ]
    for data in faults:
        page = invigilator.page(address, data=data)
        assert "bukan berkas jawaban" in page.select_one(".govuk-error-summary").get_text()
    page = invigilator.page(address, data={})
    assert "Pilih berkas jawaban" in page.select_one(".govuk-error-summary").get_text()
    other = make_exam_session(session)
    address = f"/sesi-ujian/{other.id}/ruang/berkas-jawaban"
    page = invigilator.page(address, data=answer_file(attempt, app, []))
    assert "sesi ujian lain" in page.select_one(".govuk-error-summary").get_text()


def test_time_for_the_room_says_who_has_less_and_a_seat_who_may_give_more(
    invigilator: Browser, session: Session
) -> None:
    exam = make_exam_session(session)
    for name, given in (("Ayu Lestari", 40), ("Budi Santoso", 0)):
        person = make_person(session, full_name=name)
        seat = make_seat(session, exam_session=exam, candidate=person)
        make_attempt(session, seat=seat)
        detail = {"minutes": given, "room": True}
        session.add(SeatEvent(seat_id=seat.id, at=NOW, kind="extra_time", detail=detail))
    room = f"/sesi-ujian/{exam.id}/ruang"
    data = {"amount": "30", "reason": "Listrik padam"}
    page = invigilator.page(f"{room}/waktu", data=data)
    assert "Waktu ditambah 30 menit untuk 2 kursi." in page.get_text()
    assert "Batas tambahan waktu: Ayu Lestari mendapat 20 menit." in page.get_text()
    address = f"{room}/{seat.id}/waktu"
    assert "paling banyak 15 menit di satu kursi" in invigilator.page(address).get_text()
    text = invigilator.page(address, data={**data, "amount": "20"}).get_text()
    assert "ditambah 15 menit untuk 1 kursi. 5 menit lagi hanya bisa ditambah pengawas" in text
    refused = invigilator.page(address, data={**data, "amount": "1"})
    assert "pengawas lain" in refused.select_one(".govuk-error-summary").get_text()
