"""A key corrected after the recommendation: whoever is responsible is told which files it touches."""

from datetime import timedelta

from lsp.exams.rules.corrections import Correction
from lsp.exams.services.correcting import Wanted, confirm_correction, propose_correction
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.assessments import make_way

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


def test_the_rule_of_the_exam_stands_beside_its_verdicts(session, new_browser) -> None:
    way = make_way(session)
    page = new_browser(way.manager).page(f"/berkas-asesmen/{way.given.id}")
    assert "Aturan ujian: nilai unit paling sedikit 70%." in page.get_text()
    table = page.find("caption", string="Hasil ujian per unit").parent
    assert "K (kompeten)" in table.get_text()
