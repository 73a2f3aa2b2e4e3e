import io
import uuid
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from sqlalchemy.orm import Session

from lsp.exams.models import Seat
from lsp.exams.rules import seb
from lsp.exams.rules.kinds import ItemType
from lsp.roles import Role
from tests.conftest import Browser
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


def test_no_answer_is_refused_for_the_browser_it_came_from(
    candidate: Browser, session: Session, seat: Seat
) -> None:
    attempt = make_attempt(session, seat=seat)
    window = candidate.post(f"/ujian/{attempt.id}/jendela").json
    answer = {"position": 1, "seq": window["first_seq"], "response": {"choice": "a"}}
    saved = candidate.post(
        f"/ujian/{attempt.id}/jawaban", json={"window": window["window"], "answers": [answer]}
    )
    assert saved.json["answers"][0]["fate"] == "saved"


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
