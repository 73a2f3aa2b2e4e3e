from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from lsp.accounts.models import Person
from lsp.exams.models import Attempt
from lsp.exams.rules.kinds import ItemType
from lsp.exams.services.marking import mark_attempt
from lsp.roles import Role
from tests.conftest import NOW, Browser
from tests.factories.accounts import make_person
from tests.factories.exams import (
    make_ended_attempt,
    make_exam_session,
    make_paper,
    make_revision,
    make_seat,
)
from tests.factories.skkni import make_unit


@pytest.fixture
def assessor(session: Session) -> Person:
    return make_person(session, Role.ASSESSOR)


@pytest.fixture
def browser(new_browser: Callable[..., Browser], assessor: Person) -> Browser:
    return new_browser(assessor)


@pytest.fixture
def attempt(session: Session, assessor: Person) -> Attempt:
    """An attempt at a paper of two essays, marked by the key."""
    criterion = make_unit(session).elements[0].criteria[0]
    revisions = [make_revision(session, type=ItemType.ESSAY, criterion=criterion) for _ in range(2)]
    exam = make_exam_session(session, paper=make_paper(session, revisions=revisions))
    candidate = make_person(session, full_name="Nama Rahasia")
    attempt = make_ended_attempt(
        session,
        seat=make_seat(session, exam_session=exam, candidate=candidate, marker=assessor),
        answers={1: {"text": "Esai <b>pertama</b>."}, 2: {"text": "Esai kedua."}},
    )
    mark_attempt(session, attempt.id, NOW)
    return attempt


def test_the_candidate_is_not_named(browser: Browser, attempt: Attempt) -> None:
    base = f"/penilaian-ujian/{attempt.id}"
    for address in ("/penilaian-ujian", base, f"{base}/soal/1"):
        page = browser.page(address)
        assert "Nama Rahasia" not in page.get_text()
        assert attempt.seat.candidate.email not in page.get_text()


def test_an_answer_stands_beside_its_rubric(browser: Browser, attempt: Attempt) -> None:
    text = browser.page(f"/penilaian-ujian/{attempt.id}/soal/1").get_text()
    assert "Esai <b>pertama</b>." in text
    assert "Contoh jawaban" in text
    assert "2 kata" in text


def test_an_assessor_marks_one_answer_after_the_other(browser: Browser, attempt: Attempt) -> None:
    base = f"/penilaian-ujian/{attempt.id}"
    page = browser.page(f"{base}/soal/1", data={"score": "3,25", "comment": "Kurang contoh"})
    assert "Soal 2" in page.h1.get_text()
    page = browser.page(f"{base}/soal/2", data={"score": "4", "comment": ""})
    assert "Semua jawaban sudah dinilai" in page.get_text()
    assert "Terakhir selesai dinilai" in browser.page("/penilaian-ujian").get_text()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"score": "", "comment": "Catatan saya"}, "Isi nilai"),
        ({"score": "5", "comment": "Catatan saya"}, "Isi nilai dari 0 sampai 4"),
        ({"score": "NaN", "comment": "Catatan saya"}, "Isi nilai"),
        ({"score": "3,1", "comment": "Catatan saya"}, "kelipatan 0,25"),
        ({"score": "3", "comment": ""}, "Isi alasan"),
    ],
)
def test_a_refused_mark_keeps_what_was_typed(
    browser: Browser, attempt: Attempt, data: dict[str, str], message: str
) -> None:
    page = browser.page(f"/penilaian-ujian/{attempt.id}/soal/1", data=data)
    assert message in page.select_one(".govuk-error-summary").get_text()
    assert page.select_one("#comment").get_text().strip() == data["comment"]
    assert attempt.marked_at is None


def test_a_changed_mark_shows_the_one_before(browser: Browser, attempt: Attempt) -> None:
    address = f"/penilaian-ujian/{attempt.id}/soal/1"
    browser.page(address, data={"score": "2", "comment": "Kurang dua aspek"})
    browser.page(address, data={"score": "4", "comment": ""})
    assert "Kurang dua aspek" in browser.page(address).get_text()


def test_another_assessor_finds_nothing(
    new_browser: Callable[..., Browser], session: Session, attempt: Attempt
) -> None:
    other = new_browser(make_person(session, Role.ASSESSOR))
    assert "Tidak ada jawaban" in other.page("/penilaian-ujian").get_text()
    for address in (f"/penilaian-ujian/{attempt.id}", f"/penilaian-ujian/{attempt.id}/soal/1"):
        other.page(address, status=404)


def test_the_list_costs_the_same_however_long(
    browser: Browser, session: Session, assessor: Person, statements: list[str]
) -> None:
    exam = make_exam_session(session)
    counts = []
    for size in (1, 10):
        for _ in range(size):
            seat = make_seat(session, exam_session=exam, marker=assessor)
            mark_attempt(session, make_ended_attempt(session, seat=seat).id, NOW)
        session.commit()
        statements.clear()
        page = browser.page("/penilaian-ujian")
        counts.append(len(statements))
    assert len(page.select("tbody tr")) == 11
    assert counts[0] == counts[1]
