import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.assessments.models import Application, Signature
from lsp.assessments.rules.states import ApplicationState, Verdict
from lsp.assessments.services.applications import (
    attach_prerequisite,
    get_own_application,
    missing,
    save_apl01,
    start_application,
    stored_nik,
)
from lsp.assessments.services.checking import check_application, get_prerequisite_file
from lsp.assessments.services.guarding import Unready
from lsp.audit import AuditEntry
from lsp.skkni.models import SchemeState
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.assessments import (
    APL01,
    VAULT,
    accept,
    decide,
    make_way,
    reload_application,
    submit,
)
from tests.factories.portfolios import make_evidence
from tests.factories.skkni import make_scheme_version

NIK = "3171016703900001"


def _actions(session: Session) -> list[str]:
    return list(session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.number)))


def test_starting_twice_gives_the_same_draft(session: Session) -> None:
    way = make_way(session, "started")
    again = start_application(
        session, candidate_id=way.candidate.id, scheme_version_id=way.version.id, now=NOW
    )
    assert again.id == way.application.id


def test_after_a_decision_one_may_apply_again(session: Session) -> None:
    way = make_way(session)
    decide(session, way)
    again = start_application(
        session, candidate_id=way.candidate.id, scheme_version_id=way.version.id, now=NOW
    )
    assert again.id != way.application.id


@pytest.mark.parametrize("state", [SchemeState.DRAFT, SchemeState.REPLACED])
def test_only_an_active_version_takes_applications(session: Session, state: SchemeState) -> None:
    version = make_scheme_version(session, state=state)
    with pytest.raises(Refusal):
        start_application(
            session,
            candidate_id=make_person(session).id,
            scheme_version_id=version.id,
            now=NOW,
        )


def test_the_draft_begins_with_what_the_profile_knows(session: Session) -> None:
    person = make_person(session, institution="Kementerian Uji", phone="0812")
    way = make_way(session, "started", candidate=person)
    assert way.application.form["institution"] == "Kementerian Uji"
    assert way.application.form["phone"] == "0812"


def test_a_draft_keeps_what_was_typed_though_it_is_wrong(session: Session) -> None:
    way = make_way(session, "started")
    typed = {"birth_date": {"day": "31", "month": "2", "year": "90"}, "gender": None}
    save_apl01(session, way.application, typed, vault=VAULT)
    assert reload_application(session, way).form["birth_date"]["day"] == "31"
    assert missing(way.application, vault=VAULT, today=NOW.date())


def test_the_nik_is_kept_encrypted_and_found_again(session: Session) -> None:
    way = make_way(session, "started")
    save_apl01(session, way.application, {"nik": "317101 670390 0001"}, vault=VAULT)
    assert NIK not in str(reload_application(session, way).form)
    assert stored_nik(way.application, VAULT) == NIK
    save_apl01(session, way.application, {"nik": ""}, vault=VAULT)
    assert stored_nik(way.application, VAULT) == NIK


def test_an_incomplete_application_is_refused_with_all_that_is_missing(session: Session) -> None:
    way = make_way(session, "started")
    with pytest.raises(Unready) as refused:
        submit(session, way)
    assert len(refused.value.unmet) > 8
    assert way.application.state is ApplicationState.DRAFT


def test_submitting_signs_records_and_is_harmless_twice(session: Session) -> None:
    way = make_way(session, "filled")
    submit(session, way)
    submit(session, way)
    assert way.application.state is ApplicationState.SUBMITTED
    assert session.scalar(sa.select(sa.func.count(Signature.id))) == 1
    assert _actions(session).count("application.submitted") == 1


def test_what_is_submitted_cannot_be_changed(session: Session) -> None:
    way = make_way(session, "submitted")
    with pytest.raises(Refusal):
        save_apl01(session, way.application, {"position": "Direktur"}, vault=VAULT)
    with pytest.raises(Refusal):
        attach_prerequisite(session, way.application, position=1, evidence_id=None)


def test_a_prerequisite_is_shown_by_ones_own_evidence_only(session: Session) -> None:
    way = make_way(session, "started")
    foreign = make_evidence(session)
    withdrawn = make_evidence(session, owner=way.candidate, withdrawn_at=NOW)
    for evidence in (foreign, withdrawn):
        with pytest.raises(NotFound):
            attach_prerequisite(session, way.application, position=1, evidence_id=evidence.id)


def test_a_file_withdrawn_after_attaching_no_longer_counts(session: Session) -> None:
    way = make_way(session, "filled")
    row = way.application.prerequisites[0]
    assert row.evidence is not None
    row.evidence.withdrawn_at = NOW
    session.flush()
    with pytest.raises(Unready):
        submit(session, way)


def test_another_candidates_application_does_not_exist(session: Session) -> None:
    way = make_way(session, "started")
    with pytest.raises(NotFound):
        get_own_application(session, make_person(session).id, way.application.id)


def test_accepting_gives_running_registration_numbers(session: Session) -> None:
    ways = [make_way(session, "accepted") for _ in range(2)]
    numbers = [way.application.registration_number for way in ways]
    assert numbers == ["REG/0001/APL-01/2026", "REG/0002/APL-01/2026"]


def test_accepting_needs_every_prerequisite_met(session: Session) -> None:
    way = make_way(session, "submitted")
    with pytest.raises(Unready):
        _check(session, way.application, way.administrator.id, Verdict.ACCEPT, met=False)
    assert way.application.registration_number is None


@pytest.mark.parametrize("verdict", [Verdict.RETURN, Verdict.REJECT])
def test_returning_and_rejecting_need_a_reason(session: Session, verdict: Verdict) -> None:
    way = make_way(session, "submitted")
    with pytest.raises(Unready):
        _check(session, way.application, way.administrator.id, verdict, note=" ")
    _check(session, way.application, way.administrator.id, verdict, note="Berkas buram")
    assert way.application.checker_note == "Berkas buram"


def test_a_returned_application_is_mended_and_sent_again(session: Session) -> None:
    way = make_way(session, "submitted")
    _check(session, way.application, way.administrator.id, Verdict.RETURN, note="Lengkapi alamat")
    save_apl01(session, way.application, {**APL01, "address": "Jalan Baru 2"}, vault=VAULT)
    submit(session, way)
    accept(session, way)
    assert way.application.state is ApplicationState.ACCEPTED
    assert _actions(session)[:3] == [
        "application.submitted",
        "application.returned",
        "application.submitted",
    ]


def test_nobody_checks_their_own_application(session: Session) -> None:
    way = make_way(session, "submitted")
    with pytest.raises(Unready):
        _check(session, way.application, way.candidate.id, Verdict.ACCEPT)


def test_the_same_verdict_twice_is_harmless_and_another_is_refused(session: Session) -> None:
    way = make_way(session, "accepted")
    accept(session, way)
    assert _actions(session).count("application.accepted") == 1
    with pytest.raises(Refusal):
        _check(session, way.application, way.administrator.id, Verdict.REJECT, note="Salah")


def test_a_draft_and_its_files_do_not_exist_for_the_administrator(session: Session) -> None:
    way = make_way(session, "filled")
    arguments = {"application_id": way.application.id, "position": 1}
    with pytest.raises(NotFound):
        get_prerequisite_file(session, **arguments, checker_id=way.administrator.id)
    submit(session, way)
    assert get_prerequisite_file(session, **arguments, checker_id=way.administrator.id)
    with pytest.raises(NotFound):
        get_prerequisite_file(session, **arguments, checker_id=way.candidate.id)


def test_two_open_drafts_under_one_version_are_refused_by_the_database(session: Session) -> None:
    way = make_way(session, "started")
    twin = Application(
        candidate_id=way.candidate.id,
        scheme_version_id=way.version.id,
        state=ApplicationState.DRAFT,
        purpose="",
        created_at=NOW,
    )
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        session.add(twin)


def _check(session, application, checker_id, verdict, *, met=True, note=""):
    return check_application(
        session,
        application_id=application.id,
        checker_id=checker_id,
        verdict=verdict,
        prerequisites={row.position: (met, "") for row in application.prerequisites},
        note=note,
        today=NOW.date(),
        now=NOW,
    )
