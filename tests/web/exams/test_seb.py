import io
import uuid
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import AnswerRevision, Attempt, Seat
from lsp.exams.rules import seb
from lsp.exams.rules.journal import SPAN
from lsp.exams.rules.kinds import AttemptState, ItemType
from lsp.roles import Role
from tests.conftest import Browser, StandingClock
from tests.factories.accounts import make_person
from tests.factories.exams import (
    make_attempt,
    make_exam_session,
    make_paper,
    make_revision,
    make_seat,
)

BASE = "http://localhost"
FORM = {"is_required": "yes", "browser_exam_keys": "", "config_keys": "", "quit_password": ""}
OTHER = "ab" * 32


@pytest.fixture
def manager(new_browser: Callable[..., Browser], session: Session) -> Browser:
    return new_browser(make_person(session, Role.MANAGER))


@pytest.fixture
def seat(manager: Browser, session: Session) -> Seat:
    """A seat in a session that asks for the browser."""
    seat = make_seat(session)
    manager.page(f"/sesi-ujian/{seat.session_id}/seb", data=FORM)
    return seat


@pytest.fixture
def candidate(new_browser: Callable[..., Browser], seat: Seat) -> Browser:
    return new_browser(seat.candidate)


def signed(path: str, key: str) -> dict[str, str]:
    """The header a browser with these settings sends."""
    return {"X-SafeExamBrowser-ConfigKeyHash": seb.request_hash(BASE + path, key)}


def test_a_manager_asks_for_the_browser_and_gets_its_settings_file(
    manager: Browser, browser: Browser, session: Session
) -> None:
    exam = make_exam_session(session)
    address = f"/sesi-ujian/{exam.id}/seb"
    browser.page(f"/ujian/seb/{exam.id}.seb", status=404)
    assert "ujian.seb" not in manager.page(address).get_text()
    page = manager.page(address, data={**FORM, "quit_password": "keluar dulu"})
    key = exam.seb["own_key"]
    assert key in page.get_text()
    file = browser.get(f"/ujian/seb/{exam.id}.seb")
    settings = seb.read_settings(file.data)
    assert seb.config_key(settings) == key
    assert settings["startURL"].endswith("/ujian")
    assert settings["allowQuit"] is True
    assert settings["allowUploads"] is False
    assert b"keluar dulu" not in file.data
    manager.page(address, data=FORM)
    assert exam.seb["own_key"] == key  # the password given before stays
    assert "keluar dulu" not in str(exam.seb)


def test_questions_that_ask_for_a_file_let_files_be_chosen(
    manager: Browser, session: Session
) -> None:
    paper = make_paper(session, revisions=[make_revision(session, type=ItemType.FILE_UPLOAD)])
    exam = make_exam_session(session, paper=paper)
    manager.page(f"/sesi-ujian/{exam.id}/seb", data=FORM)
    assert exam.seb["settings"]["allowUploads"] is True


def test_settings_made_elsewhere_count_by_their_own_key(manager: Browser, session: Session) -> None:
    exam = make_exam_session(session)
    address = f"/sesi-ujian/{exam.id}/seb"
    settings = {"startURL": "https://lsp.example/ujian", "allowQuit": False}
    file = (io.BytesIO(seb.write_settings(settings)), "sendiri.seb")
    data = {**FORM, "config_keys": f"{OTHER.upper()}\n\n", "browser_exam_keys": OTHER}
    page = manager.page(address, data={**data, "file": file})
    assert exam.seb["config_keys"] == [OTHER, seb.config_key(settings)]
    assert exam.seb["browser_exam_keys"] == [OTHER]
    assert seb.config_key(settings) in page.select_one("#config_keys").get_text()


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"is_required": ""}, "Pilih ya atau tidak"),
        ({"config_keys": "bukan kunci"}, "heksadesimal"),
        ({"browser_exam_keys": "ab" * 31 + "zz"}, "heksadesimal"),
        ({"config_keys": "\n".join(f"{n:064x}" for n in range(51))}, "Paling banyak 50"),
        ({"file": b"bukan berkas"}, "bukan berkas pengaturan SEB"),
        ({"file": b"pswd" + b"\x00" * 50}, "dienkripsi"),
    ],
)
def test_a_faulty_form_changes_nothing(
    manager: Browser, session: Session, fault: dict, message: str
) -> None:
    exam = make_exam_session(session)
    if isinstance(fault.get("file"), bytes):
        fault = {"file": (io.BytesIO(fault["file"]), "x.seb")}
    page = manager.page(f"/sesi-ujian/{exam.id}/seb", data={**FORM, **fault})
    assert message in page.select_one(".govuk-error-summary").get_text()
    assert exam.seb == {}


def test_without_the_browser_no_question_is_shown_and_it_is_said_what_to_do(
    candidate: Browser, session: Session, seat: Seat
) -> None:
    page = candidate.page(f"/ujian/{seat.id}/mulai")
    assert page.h1.get_text() == "Buka di Safe Exam Browser"
    assert page.select_one("a[href^='seb']")["href"].endswith(f"/ujian/seb/{seat.session_id}.seb")
    data = {"token": "HUMAS", "confirms": "y", "agrees": "y"}
    candidate.page(f"/ujian/{seat.id}/mulai", data=data)
    attempt = make_attempt(session, seat=seat)
    page = candidate.page(f"/ujian/{attempt.id}/soal/1")
    assert page.h1.get_text() == "Buka di Safe Exam Browser"
    paper = candidate.get(f"/ujian/{attempt.id}/naskah.json")
    assert (paper.status_code, paper.json) == (403, {"error": "seb"})


def prove(candidate: Browser, attempt: Attempt) -> None:
    """What the page script of a modern web view does, once for a sign-in."""
    address = urlsplit(candidate.get(f"/ujian/{attempt.id}/soal/1").location).path
    proof = seb.request_hash(BASE + address, attempt.seat.session.seb["own_key"])
    candidate.post(address, data={"config_key": proof})


def batch(*choices: str) -> dict:
    """Answers of window 1 to question 1."""
    answers = [
        {"position": 1, "seq": SPAN + number, "response": {"choice": choice}}
        for number, choice in enumerate(choices)
    ]
    return {"window": 1, "answers": answers}


def revisions(session: Session) -> list[str]:
    rows = session.scalars(sa.select(AnswerRevision).order_by(AnswerRevision.seq))
    return [row.response["choice"] for row in rows]


def test_without_the_browser_no_window_opens_and_no_answer_is_taken(
    candidate: Browser, session: Session, seat: Seat
) -> None:
    attempt = make_attempt(session, seat=seat)
    base = f"/ujian/{attempt.id}"
    for path, body in (("jendela", {}), ("jawaban", batch("a"))):
        told = candidate.post(f"{base}/{path}", json=body)
        assert (told.status_code, told.json) == (403, {"error": "seb"})
    session.expire_all()
    assert attempt.window == 0  # a window that may not write takes the exam from no other
    assert revisions(session) == []
    # What waits on the device is sent again after the proof.
    prove(candidate, attempt)
    window = candidate.post(f"{base}/jendela").json
    assert "window_key" in window
    assert candidate.post(f"{base}/jawaban", json=batch("a")).status_code == 200
    assert revisions(session) == ["a"]


def test_the_key_of_a_window_stands_for_the_browser_and_is_given_after_the_proof_only(
    candidate: Browser,
    new_browser: Callable[..., Browser],
    session: Session,
    seat: Seat,
    statements: list[str],
) -> None:
    attempt = make_attempt(session, seat=seat)
    prove(candidate, attempt)
    key = candidate.post(f"/ujian/{attempt.id}/jendela").json["window_key"]
    keyed, counts = new_browser(), []
    for required in (False, True):
        seat.session.seb = {**seat.session.seb, "required": required}
        session.commit()
        keyed.post(
            f"/ujian/{attempt.id}/jawaban", headers={"X-Window-Key": key}, json=batch(*"abc")
        )
        statements.clear()
        told = keyed.post(
            f"/ujian/{attempt.id}/jawaban", headers={"X-Window-Key": key}, json=batch(*"abc")
        )
        counts.append(len(statements))
        assert told.status_code == 200
    assert counts[0] == counts[1]
    # Signed in again, the device has neither key nor proof.
    again = new_browser(seat.candidate)
    assert again.post(f"/ujian/{attempt.id}/jawaban", json=batch("d")).status_code == 403
    assert revisions(session) == ["a", "b", "c"]


def test_an_answer_typed_elsewhere_comes_back_and_can_be_sent_again(
    candidate: Browser, session: Session, seat: Seat
) -> None:
    attempt = make_attempt(session, seat=seat)
    address = f"/ujian/{attempt.id}/soal/1"
    page = candidate.page(address, data={"choice": "b", "doubtful": "y", "go": "2"}, status=403)
    assert page.h1.get_text() == "Jawaban soal 1 belum tersimpan"
    assert "panggil pengawas" in page.get_text()
    assert revisions(session) == []
    form = page.select_one(f"form[action='{address}']")
    sent = {field["name"]: field["value"] for field in form.select("input[name]")}
    sent.pop("csrf_token")
    assert sent == {"choice": "b", "doubtful": "y", "go": "2"}
    prove(candidate, attempt)
    assert candidate.post(address, data=sent).location.endswith("/soal/2")
    assert revisions(session) == ["b"]


def test_without_the_browser_nothing_is_checked_handed_in_or_uploaded_while_time_is_left(
    candidate: Browser, session: Session, seat: Seat, clock: StandingClock
) -> None:
    attempt = make_attempt(session, seat=seat)
    base = f"/ujian/{attempt.id}"
    for response in (
        candidate.get(f"{base}/periksa"),
        candidate.post(f"{base}/kirim"),
        candidate.post(f"{base}/soal/1/berkas"),
    ):
        assert f"/ujian/kursi/{seat.id}/seb/" in response.location
    session.expire_all()
    assert attempt.state is AttemptState.OPEN
    clock.move(minutes=seat.session.length_minutes)
    assert candidate.post(f"{base}/kirim").location == f"{base}/selesai"


def test_a_page_of_such_an_exam_says_what_to_do_when_its_answers_are_not_taken(
    candidate: Browser, session: Session, seat: Seat
) -> None:
    attempt = make_attempt(session, seat=seat)
    prove(candidate, attempt)
    told = candidate.page(f"/ujian/{attempt.id}/soal/1").select_one("#signed-out")
    assert "hanya menerima jawaban dari Safe Exam Browser" in told.get_text()
    assert told.select_one(f"a[href='/ujian/{attempt.id}/lanjut']")


def test_the_header_opens_each_page_it_was_made_for(
    candidate: Browser, session: Session, seat: Seat
) -> None:
    key = seat.session.seb["own_key"]
    path = f"/ujian/{seat.id}/mulai"
    page = candidate.page(path, headers=signed(path, key), follow_redirects=False)
    assert page.h1.get_text() == "Mulai ujian"
    candidate.page(path, headers=signed(path, OTHER), follow_redirects=False, status=302)
    elsewhere = signed(f"/ujian/{uuid.uuid4()}/mulai", key)
    candidate.page(path, headers=elsewhere, follow_redirects=False, status=302)


def test_a_browser_exam_key_is_asked_for_besides_when_there_is_one(
    candidate: Browser, manager: Browser, seat: Seat
) -> None:
    manager.page(f"/sesi-ujian/{seat.session_id}/seb", data={**FORM, "browser_exam_keys": OTHER})
    path = f"/ujian/{seat.id}/mulai"
    headers = signed(path, seat.session.seb["own_key"])
    candidate.page(path, headers=headers, follow_redirects=False, status=302)
    headers["X-SafeExamBrowser-RequestHash"] = seb.request_hash(BASE + path, OTHER)
    candidate.page(path, headers=headers, follow_redirects=False)


def check_address(candidate: Browser, seat: Seat) -> str:
    """Where the gate leads, as the script of that page would see it."""
    return urlsplit(candidate.get(f"/ujian/{seat.id}/mulai").location).path


def test_a_page_script_proves_a_sign_in_once(
    candidate: Browser, new_browser: Callable[..., Browser], seat: Seat
) -> None:
    address = check_address(candidate, seat)
    page = candidate.page(address)
    assert page.select_one("script[src*='js/seb.js']")
    key = seat.session.seb["own_key"]
    proof = {"config_key": seb.request_hash(BASE + address, key), "browser_exam_key": ""}
    assert candidate.page(address, data=proof).h1.get_text() == "Mulai ujian"
    assert candidate.page(f"/ujian/{seat.id}/mulai").h1.get_text() == "Mulai ujian"
    # The same signature is worth nothing again, nor at another sign-in.
    candidate.page(address, data=proof, status=403)
    new_browser(seat.candidate).page(address, data=proof, status=403)


def test_what_was_proven_ends_with_the_keys_it_was_proven_by(
    candidate: Browser, manager: Browser, seat: Seat
) -> None:
    address = check_address(candidate, seat)
    key = seat.session.seb["own_key"]
    candidate.page(address, data={"config_key": seb.request_hash(BASE + address, key)})
    data = {**FORM, "quit_password": "lain"}
    manager.page(f"/sesi-ujian/{seat.session_id}/seb", data=data)
    page = candidate.page(f"/ujian/{seat.id}/mulai")
    assert page.h1.get_text() == "Buka di Safe Exam Browser"


def test_a_wrong_signature_is_said_and_not_tried_again(candidate: Browser, seat: Seat) -> None:
    address = check_address(candidate, seat)
    wrong = {"config_key": seb.request_hash(BASE + address, OTHER)}
    page = candidate.page(address, data=wrong, status=403)
    assert "tidak memakai pengaturan sesi ini" in page.select_one("[role=alert]").get_text()
    assert not page.select("script[src*='js/seb.js']")


def test_an_invigilator_lets_one_seat_in_without_it(
    candidate: Browser, new_browser: Callable[..., Browser], session: Session, seat: Seat
) -> None:
    other = make_seat(session, exam_session=seat.session)
    invigilator = new_browser(make_person(session, Role.INVIGILATOR))
    address = f"/sesi-ujian/{seat.session_id}/ruang/{seat.id}"
    assert invigilator.page(address).select_one("a[href$='/tanpa-seb']")
    invigilator.page(f"{address}/tanpa-seb")
    refused = invigilator.page(f"{address}/tanpa-seb", data={"reason": ""})
    assert "Isi alasan" in refused.select_one(".govuk-error-summary").get_text()
    page = invigilator.page(f"{address}/tanpa-seb", data={"reason": "Chromebook sekolah"})
    assert "tanpa Safe Exam Browser. Chromebook sekolah" in page.get_text()
    assert candidate.page(f"/ujian/{seat.id}/mulai").h1.get_text() == "Mulai ujian"
    page = new_browser(other.candidate).page(f"/ujian/{other.id}/mulai")
    assert page.h1.get_text() == "Buka di Safe Exam Browser"


def test_a_seat_is_checked_for_its_own_candidate_only(
    new_browser: Callable[..., Browser], browser: Browser, session: Session, seat: Seat
) -> None:
    stranger = new_browser(make_person(session))
    stranger.page(f"/ujian/kursi/{seat.id}/seb/x", status=404)
    stranger.page(f"/ujian/kursi/{seat.id}/seb/x", data={}, status=404)
    assert "Ujian selesai" in browser.page("/ujian/seb/usai").get_text()


def test_without_the_rule_the_gate_costs_no_statement(
    new_browser: Callable[..., Browser], session: Session, statements: list[str]
) -> None:
    attempt = make_attempt(session)
    candidate = new_browser(attempt.seat.candidate)
    counts = []
    for required in (False, True):
        key = OTHER
        attempt.seat.session.seb = {"required": required, "config_keys": [key]}
        session.commit()
        path = f"/ujian/{attempt.id}/soal/1"
        candidate.page(path, headers=signed(path, key))
        statements.clear()
        candidate.page(path, headers=signed(path, key))
        counts.append(len(statements))
    assert counts[0] == counts[1]
