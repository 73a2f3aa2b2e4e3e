"""An exam that changes after the recommendation: whoever is responsible is told, before and after."""

from datetime import timedelta

import sqlalchemy as sa

from lsp.assessments.rules.states import Result
from lsp.exams.models import Attempt, Mark, SeatEvent
from lsp.exams.rules.corrections import Correction
from lsp.exams.services.correcting import Wanted, confirm_correction, propose_correction
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.assessments import decide, make_way, recommend_all

WARNING = "setelah rekomendasi"


def correct(session, way, *, at) -> None:
    question = way.exam.papers[0].paper.questions[0]
    proposal = propose_correction(
        session,
        question.revision,
        wanted=Wanted(Correction.NEW_KEY, {"correct": ["d"]}),
        reason="Salah",
        actor_id=make_person(session).id,
        now=at,
    )
    confirm_correction(session, proposal.id, actor_id=way.manager.id, now=at)


def test_files_whose_exam_changed_afterwards_are_named(session, new_browser) -> None:
    way, other = make_way(session), make_way(session)
    manager = new_browser(way.manager)
    assert WARNING not in manager.page("/berkas-asesmen").get_text()
    correct(session, way, at=NOW + timedelta(days=1))
    alert = manager.page("/berkas-asesmen").select_one(".lsp-alert--warning")
    assert way.candidate.full_name in alert.get_text()
    assert other.candidate.full_name not in alert.get_text()
    address = alert.a["href"]
    assert address == f"/berkas-asesmen/{way.given.id}"
    assert WARNING in manager.page(address).get_text()
    assert WARNING in new_browser(way.assessor).page(f"/asesmen/{way.given.id}").get_text()
    assert WARNING not in manager.page(f"/berkas-asesmen/{other.given.id}").get_text()


def test_a_correction_before_the_recommendation_is_no_warning(session, new_browser) -> None:
    way = make_way(session)
    correct(session, way, at=NOW - timedelta(minutes=1))
    assert WARNING not in new_browser(way.manager).page("/berkas-asesmen").get_text()


def attempt_of(session, way) -> Attempt:
    return session.scalars(sa.select(Attempt).where(Attempt.seat_id == way.given.seat_id)).one()


def mark_again(session, way, score: int) -> None:
    """Every question gets other points, as markers give them whom somebody let mark again."""
    attempt, at = attempt_of(session, way), NOW + timedelta(days=1)
    for question in attempt.paper.questions:
        session.add(
            Mark(
                attempt_id=attempt.id,
                position=question.position,
                number=2,
                score=score,
                max_score=question.max_score,
                at=at,
            )
        )
    attempt.marked_at = at
    session.flush()


def test_marks_changed_afterwards_stand_before_and_after_with_all_who_decide(
    session, new_browser
) -> None:
    way, other = make_way(session), make_way(session)
    mark_again(session, way, 0)
    manager = new_browser(way.manager)
    alert = manager.page("/berkas-asesmen").select_one(".lsp-alert--warning")
    assert way.candidate.full_name in alert.get_text()
    assert other.candidate.full_name not in alert.get_text()
    for browser, address in (
        (manager, f"/berkas-asesmen/{way.given.id}"),
        (new_browser(way.committee[0]), f"/pleno/{way.given.id}"),
        (new_browser(way.assessor), f"/asesmen/{way.given.id}"),
    ):
        page = browser.page(address)
        table = page.find("caption", string="Nilai unit sebelum dan sesudah perubahan").parent
        cells = [" ".join(cell.get_text(" ").split()) for cell in table.select("tbody td")][:2]
        assert cells[0].endswith("K (kompeten)")
        assert cells[1].startswith("0 dari")
        assert cells[1].endswith("BK (belum kompeten)")


def test_a_new_recommendation_ends_the_warning(session, new_browser) -> None:
    way = make_way(session)
    decide(session, way, Result.FOLLOW_UP)
    mark_again(session, way, 0)
    recommend_all(session, way, Result.NOT_YET_COMPETENT)
    assert WARNING not in new_browser(way.manager).page("/berkas-asesmen").get_text()


def test_an_exam_opened_again_afterwards_is_named(session, new_browser) -> None:
    way = make_way(session)
    attempt_of(session, way).reopened_at = NOW + timedelta(hours=2)
    session.flush()
    manager = new_browser(way.manager)
    alert = manager.page("/berkas-asesmen").select_one(".lsp-alert--warning")
    assert way.candidate.full_name in alert.get_text()
    page = manager.page(f"/berkas-asesmen/{way.given.id}").get_text()
    assert "Ujian dibuka lagi oleh pengawas" in page
    assert "Nilai setiap unit tetap sama." in page


def test_late_answers_counted_afterwards_are_named(session, new_browser) -> None:
    way = make_way(session)
    at = NOW + timedelta(hours=2)
    event = SeatEvent(seat_id=way.given.seat_id, at=at, kind="late_counted", detail={"answers": 2})
    session.add(event)
    session.flush()
    manager = new_browser(way.manager)
    alert = manager.page("/berkas-asesmen").select_one(".lsp-alert--warning")
    assert way.candidate.full_name in alert.get_text()
    page = manager.page(f"/berkas-asesmen/{way.given.id}").get_text()
    assert "Jawaban terlambat dihitung oleh pengawas pada" in page


def test_the_rule_of_the_exam_stands_beside_its_verdicts(session, new_browser) -> None:
    way = make_way(session)
    page = new_browser(way.manager).page(f"/berkas-asesmen/{way.given.id}")
    assert "Aturan ujian: nilai unit paling sedikit 70%." in page.get_text()
    table = page.find("caption", string="Hasil ujian per unit").parent
    assert "K (kompeten)" in table.get_text()
