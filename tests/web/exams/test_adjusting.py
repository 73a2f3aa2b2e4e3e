from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lsp.exams.models import Seat
from lsp.roles import Role
from tests.conftest import NOW, Browser, StandingClock
from tests.factories.accounts import make_person
from tests.factories.exams import make_attempt, make_seat

FORM = {
    "time_percent": "150",
    "break_minutes": "10",
    "text_percent": "150",
    "helper": "pembaca",
    "reason": "FR.AK.07 tanggal 3 November 2026",
}


@pytest.fixture
def manager(new_browser: Callable[..., Browser], session: Session) -> Browser:
    return new_browser(make_person(session, Role.MANAGER))


@pytest.fixture
def seat(session: Session) -> Seat:
    return make_seat(session, candidate=make_person(session, full_name="Siti Rahma"))


def test_an_adjustment_changes_the_sitting_by_itself(
    manager: Browser, session: Session, seat: Seat
) -> None:
    attempt = make_attempt(session, seat=seat)
    assert "Siti Rahma" in manager.page("/penyesuaian").get_text()
    assert "tidak ada penyesuaian" in manager.page(f"/penyesuaian/{seat.id}").get_text()
    page = manager.page(f"/penyesuaian/{seat.id}", data=FORM)
    words = "waktu 150%, istirahat 10 menit, teks 150%, dibantu pembaca"
    assert f"penyesuaian berlaku: {words}" in page.get_text()
    assert attempt.deadline == NOW + timedelta(minutes=90)
    assert words in manager.page("/penyesuaian").get_text()


def test_a_change_in_the_exam_is_told_at_the_next_save_with_its_reason(
    new_browser: Callable[..., Browser], session: Session, seat: Seat, clock: StandingClock
) -> None:
    manager = new_browser(make_person(session, Role.MANAGER))
    attempt = make_attempt(session, seat=seat)
    candidate = new_browser(seat.candidate)
    base = f"/ujian/{attempt.id}"
    window = candidate.post(f"{base}/jendela").json
    assert window["extra"] == 0

    def extra(count: int) -> int:
        answer = {"position": 1, "seq": window["first_seq"] + count, "response": {"choice": "b"}}
        said = candidate.post(f"{base}/jawaban", json={"window": 1, "answers": [answer]})
        return said.json["extra"]

    def told(known: int) -> list[str]:
        return candidate.post(f"{base}/kabar", json={"window": 1, "extra": known}).json["grants"]

    assert extra(0) == 0
    manager.page(f"/penyesuaian/{seat.id}", data=FORM)
    # Half of 60 minutes, and 10 of breaks.
    assert extra(1) == 40
    words = (
        "Penyesuaian Anda diubah: lama ujian dari 60 menit menjadi 90 menit; jeda dari 0 menit menjadi 10"
        " menit; ukuran tulisan 150%; didampingi pembaca. Alasan: FR.AK.07 tanggal 3 November 2026"
    )
    assert told(0) == [words]
    page = candidate.page(f"{base}/soal/1")
    assert words in page.get_text()
    assert page.select_one("#helper").get_text() == "Pendamping Anda: pembaca."
    assert page.select_one("#sitting")["data-extra"] == "40"
    clock.move(minutes=1)
    less = {**FORM, "time_percent": "100", "reason": "Salah kursi"}
    manager.page(f"/penyesuaian/{seat.id}", data=less)
    assert extra(2) == 10
    first, *_ = told(40)
    assert "lama ujian dari 90 menit menjadi 60 menit" in first
    assert "Salah kursi" in first
    invigilator = new_browser(make_person(session, Role.INVIGILATOR))
    room = invigilator.page(f"/sesi-ujian/{seat.session_id}/ruang")
    assert "dibantu pembaca" in room.get_text()


def test_an_adjustment_ends_no_exam(
    manager: Browser, session: Session, seat: Seat, clock: StandingClock
) -> None:
    attempt = make_attempt(session, seat=seat)
    manager.page(f"/penyesuaian/{seat.id}", data=FORM)
    clock.move(minutes=70)
    page = manager.page(f"/penyesuaian/{seat.id}", data={**FORM, "time_percent": "100"})
    assert "waktu asesi langsung habis" in page.select_one(".govuk-error-summary").get_text()
    assert attempt.deadline == NOW + timedelta(minutes=90)


def test_a_second_person_confirms_what_goes_beyond_the_usual(
    manager: Browser,
    new_browser: Callable[..., Browser],
    session: Session,
    seat: Seat,
    clock: StandingClock,
) -> None:
    page = manager.page(f"/penyesuaian/{seat.id}", data={**FORM, "time_percent": "200"})
    assert "menunggu konfirmasi orang kedua" in page.get_text()
    assert not page.select("form[action*='/permintaan/']")
    assert seat.time_percent == 100
    clock.move(minutes=1)
    administrator = new_browser(make_person(session, Role.ADMINISTRATOR))
    assert "Menunggu orang kedua" in administrator.page("/penyesuaian").get_text()
    page = administrator.page(f"/penyesuaian/{seat.id}")
    assert not page.select("#time_percent")
    action = page.select_one("form[action*='/permintaan/']")["action"]
    refused = administrator.page(action, data={"decision": "decline", "note": ""})
    assert "Isi alasan" in refused.select_one(".govuk-error-summary").get_text()
    refused = manager.page(action, data={"decision": "confirm"})
    assert "orang lain" in refused.select_one(".govuk-error-summary").get_text()
    page = administrator.page(action, data={"decision": "confirm"})
    assert "penyesuaian dikonfirmasi" in page.get_text()
    assert (seat.time_percent, seat.helper) == (200, "pembaca")


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"time_percent": "99"}, "100 sampai 400 persen"),
        ({"time_percent": "dua"}, "Isi lama ujian"),
        ({"break_minutes": ""}, "Isi waktu istirahat"),
        ({"text_percent": "110"}, "salah satu yang ada"),
        ({"helper": "dokter"}, "salah satu yang ada"),
        ({"reason": ""}, "Isi alasan"),
    ],
)
def test_a_faulty_form_keeps_what_was_typed(
    manager: Browser, seat: Seat, fault: dict[str, str], message: str
) -> None:
    page = manager.page(f"/penyesuaian/{seat.id}", data={**FORM, **fault})
    assert message in page.select_one(".govuk-error-summary").get_text()
    assert page.select_one("#time_percent")["value"] == {**FORM, **fault}["time_percent"]
    assert seat.time_percent == 100


def test_only_who_needs_it_sees_it(
    new_browser: Callable[..., Browser], session: Session, seat: Seat
) -> None:
    assessor = make_person(session, Role.ASSESSOR)
    own = make_seat(session, exam_session=seat.session, marker_id=assessor.id)
    browser = new_browser(assessor)
    assert "Siti Rahma" not in browser.page("/penyesuaian").get_text()
    browser.page(f"/penyesuaian/{own.id}", data=FORM)
    assert own.time_percent == 150
    browser.page(f"/penyesuaian/{seat.id}", status=404)
    browser.page(f"/penyesuaian/{seat.id}", data=FORM, status=404)
    for role in (Role.AUDITOR, Role.INVIGILATOR, Role.CANDIDATE):
        new_browser(make_person(session, role)).page(f"/penyesuaian/{seat.id}", status=403)
