import csv
import io
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from lsp.exams.models import Answer, AnswerRevision, Seat, SeatEvent
from lsp.roles import PERMISSIONS, Role
from tests.conftest import NOW, Browser
from tests.factories.accounts import make_person
from tests.factories.exams import make_attempt, make_exam_session, make_seat


@pytest.fixture
def auditor(new_browser: Callable[..., Browser], session: Session) -> Browser:
    return new_browser(make_person(session, Role.AUDITOR))


@pytest.fixture
def seat(session: Session) -> Seat:
    """A seat with an incident, a note of the browser, and a late answer that counts."""
    seat = make_seat(session, candidate=make_person(session, full_name="Siti Rahma"))
    attempt = make_attempt(session, seat=seat)
    by = make_person(session, Role.INVIGILATOR, full_name="Wati Pengawas")
    at = attempt.deadline + timedelta(seconds=75)
    session.add_all(
        [
            SeatEvent(
                seat_id=seat.id, at=NOW, actor_id=by.id, kind="incident", reason="=Jatuh <b>sakit"
            ),
            SeatEvent(seat_id=seat.id, at=NOW, kind="left_tab", detail={"seconds": 40}),
            SeatEvent(
                seat_id=seat.id,
                at=NOW,
                actor_id=by.id,
                kind="adjustment_confirmed",
                reason="Sesuai FR.AK.07",
            ),
            Answer(attempt_id=attempt.id, position=1, seq=1, response={}, saved_at=at),
            AnswerRevision(attempt_id=attempt.id, position=1, seq=1, received_at=at, is_late=True),
        ]
    )
    session.flush()
    return seat


def address(seat: Seat) -> str:
    return f"/sesi-ujian/{seat.session_id}/catatan"


@pytest.mark.parametrize("role", sorted(PERMISSIONS["session_notes.read"]))
def test_who_decides_or_audits_finds_the_incident_from_the_session(
    new_browser: Callable[..., Browser], session: Session, seat: Seat, role: Role
) -> None:
    browser = new_browser(make_person(session, role))
    link = browser.page(f"/sesi-ujian/{seat.session_id}").select_one("a[href$='/catatan']")
    text = browser.page(link["href"]).main.get_text(" ", strip=True)
    assert "Siti Rahma" in text
    assert "kejadian. =Jatuh <b>sakit (Wati Pengawas)" in text
    assert "Meninggalkan halaman ujian, 40 detik" in text
    assert "bukan putusan" in text
    assert ("penyesuaian dikonfirmasi" in text) == (role is not Role.AUDITOR)


def test_those_who_mark_and_those_who_sit_do_not_read_it(
    new_browser: Callable[..., Browser], session: Session, seat: Seat, auditor: Browser
) -> None:
    for role in (Role.ASSESSOR, Role.CANDIDATE, Role.ITEM_WRITER, Role.COMMITTEE):
        browser = new_browser(make_person(session, role))
        browser.page(address(seat), status=403)
        browser.page(f"{address(seat)}.csv", status=403)
    auditor.page(f"/sesi-ujian/{uuid4()}/catatan", status=404)
    auditor.page(f"{address(seat)}?kursi={uuid4()}", status=404)
    # What is no id at all is no filter.
    auditor.page(f"{address(seat)}?kursi=x&halaman=y")


def test_late_answers_are_told_with_their_delay(auditor: Browser, seat: Seat) -> None:
    row = auditor.page(address(seat)).select_one("tbody tr")
    cells = [cell.get_text(strip=True) for cell in row.find_all(["th", "td"])]
    assert cells == ["Siti Rahma", "1 jawaban", "0 jawaban", "1 menit 15 detik"]


def test_a_quiet_session_says_so(auditor: Browser, session: Session, seat: Seat) -> None:
    empty = make_exam_session(session)
    text = auditor.page(f"/sesi-ujian/{empty.id}/catatan").main.get_text()
    assert "Belum ada asesi" in text
    quiet = make_seat(session, exam_session=seat.session)
    page = auditor.page(f"{address(seat)}?kursi={quiet.id}")
    assert "Tidak ada catatan di kursi ini." in page.main.get_text()
    assert "Tidak ada jawaban yang terlambat di kursi ini." in page.main.get_text()
    assert page.select_one("option[selected]")["value"] == str(quiet.id)


def test_the_next_page_keeps_the_chosen_seat(
    auditor: Browser, session: Session, seat: Seat
) -> None:
    session.add_all(SeatEvent(seat_id=seat.id, at=NOW, kind="copied") for _ in range(60))
    page = auditor.page(f"{address(seat)}?kursi={seat.id}")
    following = auditor.page(page.select_one("a[rel=next]")["href"])
    assert following.select_one("option[selected]")["value"] == str(seat.id)
    assert len(following.select("main section li")) == 12


def test_the_notes_are_taken_along_as_a_table(
    auditor: Browser, session: Session, seat: Seat
) -> None:
    make_seat(session, exam_session=seat.session, candidate=make_person(session, full_name="Tono"))
    response = auditor.get(f"{address(seat)}.csv")
    assert response.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))
    assert [len(row) for row in rows] == [8] * 4
    incident = next(row for row in rows if row[2] == "kejadian")
    # No spreadsheet takes a reason for a formula.
    assert incident == [
        "Siti Rahma",
        "2026-11-23T09:00:00+07:00",
        "kejadian",
        "'=Jatuh <b>sakit",
        "Wati Pengawas",
        "1",
        "0",
        "75",
    ]
    assert rows[-1] == ["Tono", "", "", "", "", "0", "0", "0"]


def test_notes_cost_the_same_for_two_hundred_seats(
    auditor: Browser, session: Session, seat: Seat, statements: list[str]
) -> None:
    auditor.page(address(seat))
    counts = []
    for size in (0, 199):
        for _ in range(size):
            attempt = make_attempt(session, seat=make_seat(session, exam_session=seat.session))
            session.add(SeatEvent(seat_id=attempt.seat_id, at=NOW, kind="left_tab"))
            session.add(
                AnswerRevision(
                    attempt_id=attempt.id,
                    position=1,
                    seq=1,
                    received_at=NOW + timedelta(hours=2),
                    is_late=True,
                    is_refused=True,
                )
            )
        session.commit()
        for page in (address(seat), f"{address(seat)}.csv"):
            statements.clear()
            assert auditor.get(page).status_code == 200
            counts.append(len(statements))
    assert counts == [5, 4, 5, 4]
