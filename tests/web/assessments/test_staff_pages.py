import io
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from lsp.assessments.models import Assessment, Vote
from lsp.assessments.rules.states import ApplicationState, AssessmentState, Result
from lsp.roles import Role
from tests.factories.accounts import make_person
from tests.factories.assessments import Way, decide, judge, make_assessor, make_way, vote


def _text(page) -> str:
    return " ".join(page.get_text(" ").split())


def _state(session: Session, way: Way) -> AssessmentState:
    return session.get_one(Assessment, way.given.id).state


# --- The administrator -----------------------------------------------------------------------


def test_the_administrator_accepts_with_a_verdict_on_each_prerequisite(
    session, new_browser
) -> None:
    way = make_way(session, "submitted")
    browser = new_browser(way.administrator)
    assert way.candidate.full_name in _text(browser.page("/permohonan"))
    address = f"/permohonan/{way.application.id}"
    page = browser.page(address, data={"verdict": "accept", "met_1": "no", "note_1": "Buram"})
    assert "Belum memenuhi" in _text(page)
    assert page.find(id="note_1")["value"] == "Buram"
    browser.page(address, data={"verdict": "accept", "met_1": "yes"})
    session.refresh(way.application)
    assert way.application.state is ApplicationState.ACCEPTED
    assert "REG/0001/APL-01/2026" in _text(browser.page(address))


def test_the_administrator_opens_the_file_of_a_prerequisite(app, session, new_browser) -> None:
    way = make_way(session, "submitted")
    storage = app.extensions["lsp"].storage
    stored = storage.save(io.BytesIO(b"isi berkas"), limit=100)
    evidence = way.application.prerequisites[0].evidence
    assert evidence is not None
    evidence.storage_key, evidence.size = stored.key, stored.size
    session.flush()
    address = f"/permohonan/{way.application.id}/berkas/1"
    with new_browser(way.administrator).get(address) as response:
        assert response.data == b"isi berkas"
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in response.headers["Content-Security-Policy"]
    new_browser(way.administrator).page(address.replace("/1", "/2"), status=404)
    for person in (way.candidate, way.assessor, way.manager):
        assert new_browser(person).get(address).status_code == 403


def test_a_draft_does_not_exist_for_the_administrator(session, new_browser) -> None:
    way = make_way(session, "filled")
    browser = new_browser(way.administrator)
    browser.page(f"/permohonan/{way.application.id}", status=404)
    browser.page("/permohonan?keadaan=draft", status=404)
    browser.page("/permohonan?keadaan=apa-saja", status=404)
    browser.page("/permohonan?hal=99", status=404)


def test_an_administrator_sees_why_their_own_application_is_not_theirs(
    session, new_browser
) -> None:
    both = make_person(session, Role.CANDIDATE, Role.ADMINISTRATOR)
    way = make_way(session, "submitted", candidate=both)
    browser = new_browser(both)
    page = browser.page(f"/permohonan/{way.application.id}")
    assert "permohonan Anda sendiri" in _text(page)
    assert page.main.find("form") is None
    browser.page(f"/permohonan/{way.application.id}", data={"verdict": "accept", "met_1": "yes"})
    session.refresh(way.application)
    assert way.application.state is ApplicationState.SUBMITTED


# --- The manager -----------------------------------------------------------------------------


def test_the_manager_chooses_assessor_and_session(session, new_browser) -> None:
    way = make_way(session, "accepted")
    browser = new_browser(way.manager)
    assert way.candidate.full_name in _text(browser.page("/penugasan"))
    address = f"/penugasan/{way.application.id}"
    page = browser.page(address, data={})
    assert "Pilih asesor" in _text(page)
    data = {"assessor": str(way.assessor.id), "exam_session": str(way.exam.id)}
    for _ in range(2):
        assert "Asesor ditugaskan" in _text(browser.page(address, data=data))
    assert way.candidate.full_name not in _text(browser.page("/penugasan"))


def test_a_forged_assessor_is_refused(session, new_browser) -> None:
    way = make_way(session, "accepted")
    browser = new_browser(way.manager)
    for forged in (str(way.committee[0].id), "x"):
        data = {"assessor": forged, "exam_session": str(way.exam.id)}
        page = browser.page(f"/penugasan/{way.application.id}", data=data)
        assert "Pilih salah satu yang ada di daftar" in _text(page)


def test_without_an_assessor_or_a_session_the_manager_is_told(session, new_browser, clock) -> None:
    way = make_way(session, "accepted")
    browser = new_browser(way.manager)
    clock.move(days=2)
    page = browser.page(f"/penugasan/{way.application.id}")
    assert "Belum ada sesi ujian" in _text(page)


# --- The assessor ----------------------------------------------------------------------------


def test_the_assessor_walks_one_assessment_to_its_recommendation(session, new_browser) -> None:
    way = make_way(session, "assigned")
    browser = new_browser(way.assessor)
    candidate = new_browser(way.candidate)
    address = f"/asesmen/{way.given.id}"
    assert way.candidate.full_name in _text(browser.page("/asesmen"))
    assert "Menunggu asesi menandatangani APL.02" in _text(browser.page(address))
    _answer_apl02(candidate, way)

    page = browser.page(f"{address}/tinjau-apl-02", data={"may_go_on": "no", "review_note": ""})
    assert "Tulis alasannya" in _text(page)
    browser.page(f"{address}/tinjau-apl-02", data={"may_go_on": "yes", "review_note": "Baik"})
    page = browser.page(f"{address}/persetujuan", data={})
    assert "paling sedikit satu jenis bukti" in _text(page)
    browser.page(f"{address}/persetujuan", data={"evidence_kinds": ["tes_tulis", "wawancara"]})
    candidate.page(f"/sertifikasi-saya/{way.application.id}/persetujuan", data={})
    assert _state(session, way) is AssessmentState.READY

    choices = {f"result_{row.unit_id.hex}": "K" for row in way.version.units}
    page = browser.page(f"{address}/rekomendasi", data=choices)
    assert "Asesi belum menyelesaikan ujian" in _text(page)
    assert len(page.find_all("input", checked=True, value="K")) == 2
    judge(session, way, share=Decimal(1))
    page = browser.page(address)
    assert "100 persen" in _text(page)
    browser.page(f"{address}/rekomendasi", data={})
    assert _state(session, way) is AssessmentState.READY
    for _ in range(2):
        browser.page(f"{address}/rekomendasi", data=choices)
    assert _state(session, way) is AssessmentState.RECOMMENDED
    assert way.candidate.full_name in _text(browser.page("/asesmen?selesai=1"))


def _answer_apl02(candidate, way: Way) -> None:
    home = f"/sertifikasi-saya/{way.application.id}/apl-02"
    for row in way.version.units:
        page = candidate.page(f"{home}/{row.unit.slug}")
        names = {tag["name"] for tag in page.find_all("input", type="radio")}
        candidate.page(f"{home}/{row.unit.slug}", data=dict.fromkeys(names, "yes"))
    candidate.page(home, data={})


@pytest.mark.parametrize("path", ["", "/tinjau-apl-02", "/persetujuan", "/rekomendasi"])
def test_another_assessors_work_does_not_exist(session, new_browser, path: str) -> None:
    way = make_way(session, "assigned")
    browser = new_browser(make_assessor(session))
    arguments = {"data": {}} if path else {}
    browser.page(f"/asesmen/{way.given.id}{path}", status=404, **arguments)


def test_after_follow_up_the_assessor_reads_what_the_committee_asks(session, new_browser) -> None:
    way = make_way(session)
    for member in way.committee:
        vote(session, way, member, Result.FOLLOW_UP, reason="Wawancarai tentang unit dua")
    page = new_browser(way.assessor).page(f"/asesmen/{way.given.id}")
    assert "Wawancarai tentang unit dua" in _text(page)
    assert page.find("form", action=f"/asesmen/{way.given.id}/rekomendasi")


# --- The committee ---------------------------------------------------------------------------


def test_three_members_decide_in_the_browser(session, new_browser) -> None:
    way = make_way(session)
    address = f"/pleno/{way.given.id}"
    for member in way.committee:
        browser = new_browser(member)
        assert way.candidate.full_name in _text(browser.page("/pleno"))
        page = browser.page(address)
        round_ = page.find(attrs={"name": "round"})["value"]
        page = browser.page(address, data={"round": round_, "vote": "K"})
        assert "Suara Anda tersimpan" in _text(page)
    assert "BA/001/PLENO/2026" in _text(page)
    assert _state(session, way) is AssessmentState.DECIDED
    assert way.candidate.full_name not in _text(browser.page("/pleno"))
    assert way.candidate.full_name in _text(browser.page("/pleno?putus=1"))


def test_a_vote_against_keeps_what_was_typed_while_it_lacks_a_reason(session, new_browser) -> None:
    way = make_way(session)
    browser = new_browser(way.committee[0])
    page = browser.page(f"/pleno/{way.given.id}", data={"round": "1", "vote": "BK"})
    assert "Tulis alasannya" in _text(page)
    assert page.find("input", value="BK").has_attr("checked")


def test_a_barred_member_sees_why_and_a_forged_vote_is_refused(session, new_browser) -> None:
    both = make_person(
        session, Role.ASSESSOR, Role.COMMITTEE, assessor_registration="MET.000.000009 2024"
    )
    way = make_way(session, assessor=both)
    browser = new_browser(both)
    page = browser.page(f"/pleno/{way.given.id}")
    assert "ikut menilai asesi ini" in _text(page)
    assert page.main.find("form") is None
    page = browser.page(f"/pleno/{way.given.id}", data={"round": "1", "vote": "K"})
    assert "ikut menilai asesi ini" in _text(page)
    assert session.query(Vote).count() == 0


def test_a_candidate_on_the_committee_does_not_read_the_votes_on_themself(
    session, new_browser
) -> None:
    both = make_person(session, Role.CANDIDATE, Role.COMMITTEE)
    way = make_way(session, candidate=both)
    vote(session, way, way.committee[0], Result.NOT_YET_COMPETENT, reason="Rahasia rapat")
    assert "Rahasia rapat" not in _text(new_browser(both).page(f"/pleno/{way.given.id}"))


@pytest.mark.parametrize("round_", ["", "99", "-1", "²", "1e9", "x" * 50])
def test_a_forged_round_is_refused(session, new_browser, round_: str) -> None:
    way = make_way(session)
    browser = new_browser(way.committee[0])
    browser.page(f"/pleno/{way.given.id}", data={"round": round_, "vote": "K"})
    assert session.query(Vote).count() == 0


def test_what_is_not_recommended_is_not_before_the_committee(session, new_browser) -> None:
    way = make_way(session, "judged")
    new_browser(way.committee[0]).page(f"/pleno/{way.given.id}", status=404)


# --- Who only reads --------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.MANAGER, Role.ADMINISTRATOR])
def test_the_dossier_is_read_without_a_form(session, new_browser, role: Role) -> None:
    way = make_way(session)
    decide(session, way)
    browser = new_browser(make_person(session, role))
    assert way.candidate.full_name in _text(browser.page("/berkas-asesmen"))
    page = browser.page(f"/berkas-asesmen/{way.given.id}")
    assert page.main.find("form") is None
    assert "BA/001/PLENO/2026" in _text(page)


PAGES = {
    "/sertifikasi-saya": {Role.CANDIDATE},
    "/permohonan": {Role.ADMINISTRATOR},
    "/penugasan": {Role.MANAGER},
    "/asesmen": {Role.ASSESSOR},
    "/pleno": {Role.COMMITTEE},
    "/berkas-asesmen": {Role.ADMINISTRATOR, Role.MANAGER, Role.AUDITOR},
}


@pytest.mark.parametrize("role", list(Role))
def test_each_desk_opens_to_its_roles_alone(session, new_browser, role: Role) -> None:
    browser = new_browser(make_person(session, role))
    for path, roles in PAGES.items():
        assert browser.get(path).status_code == (200 if role in roles else 403), path


LISTS = [
    ("/permohonan", "submitted", Role.ADMINISTRATOR),
    ("/penugasan", "accepted", Role.MANAGER),
    ("/pleno", "recommended", Role.COMMITTEE),
    ("/berkas-asesmen", "assigned", Role.AUDITOR),
]


@pytest.mark.parametrize("case", LISTS)
def test_a_list_costs_the_same_statements_however_long(
    session, new_browser, statements, case: tuple[str, str, Role]
) -> None:
    path, upto, role = case
    browser = new_browser(make_person(session, role))
    counts = []
    for _ in range(3):
        make_way(session, upto)
        statements.clear()
        browser.page(path)
        counts.append(len([s for s in statements if s.startswith("SELECT")]))
    assert counts[0] == counts[1] == counts[2]
