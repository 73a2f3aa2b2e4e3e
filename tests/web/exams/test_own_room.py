"""Who sits in an exam does nothing in its room, for themselves or for others."""

from collections.abc import Callable
from io import BytesIO
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lsp.exams.models import Attempt
from lsp.exams.services import marking, planning, rooms, seb
from lsp.exams.services.sitting.loading import load_answer_file
from lsp.exams.services.watchers import OwnExam
from lsp.roles import Role
from tests.conftest import NOW, Browser
from tests.factories.accounts import make_person
from tests.factories.exams import make_ended_attempt, make_exam_session, make_seat

REFUSED = "Anda asesi di sesi"


@pytest.fixture
def own(session: Session) -> Attempt:
    """The sitting of somebody who is an invigilator and a manager, too.

    It has ended: while it goes on some of these pages are closed to them anyway (test_own_exam).
    """
    person = make_person(session, Role.CANDIDATE, Role.INVIGILATOR, Role.MANAGER)
    return make_ended_attempt(session, seat=make_seat(session, candidate=person))


def test_no_page_or_act_of_a_room_is_open_to_who_sits_in_it(
    app: Flask, new_browser: Callable[..., Browser], session: Session, own: Attempt
) -> None:
    """Every route, so that none is forgotten."""
    browser = new_browser(own.seat.candidate)
    data = {"reason": "x", "text": "x", "amount": "9", "minutes": "9", "decision": "count"}
    asked = 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/sesi-ujian/<uuid:session_id>"):
            continue
        values = {"session_id": own.seat.session_id, "seat_id": own.seat_id}
        values |= {"script_id": uuid4(), "person_id": own.seat.candidate_id}
        address = app.url_map.bind("").build(
            rule.endpoint, {name: values[name] for name in rule.arguments}
        )
        for method in (rule.methods or set()) & {"GET", "POST"}:
            sent = data | {"once": str(uuid4()), "seen": "x"}
            sent |= {"file": (BytesIO(b"{}"), "jawaban.json")} if "berkas" in address else {}
            response = browser.open(address, method=method, data=sent if method == "POST" else None)
            assert response.status_code == 409, (method, address)
            assert REFUSED in response.get_data(as_text=True), (method, address)
            asked += 1
    assert asked > 35


def test_nor_does_any_act_below_the_pages(session: Session, own: Attempt) -> None:
    session_id, seat_id = own.seat.session_id, own.seat_id
    actor_id = own.seat.candidate_id
    said = {"session_id": session_id, "actor_id": actor_id, "now": NOW}
    form = {"seat_id": seat_id, "once": uuid4(), "reason": "x", **said}
    whole = {**form, "seat_id": None}
    # A neighbour's seat is no more theirs than their own.
    beside = {**form, "seat_id": make_seat(session, exam_session=own.seat.session).id}
    text = {name: value for name, value in form.items() if name != "reason"}
    close = {name: value for name, value in form.items() if name != "seat_id"}
    acts = [
        lambda: rooms.grant_extra_time(session, minutes=5, **form),
        lambda: rooms.grant_extra_time(session, minutes=5, **whole),
        lambda: rooms.extend_close(session, minutes=5, **close),
        lambda: rooms.pause(session, **form),
        lambda: rooms.pause(session, **beside),
        lambda: rooms.pause(session, **whole),
        lambda: rooms.resume(session, **form),
        lambda: rooms.move_seat(session, **beside),
        lambda: rooms.open_result(session, **form),
        lambda: rooms.note_incident(session, text="x", **text),
        lambda: rooms.weigh_late(session, is_counted=True, seen="", **form),
        lambda: seb.waive(session, **form),
        lambda: planning.change_token(session, session_id, actor_id=actor_id, now=NOW),
        lambda: marking.distribute(session, **said),
        lambda: marking.set_markers(session, person_ids=[actor_id], head_id=None, **said),
        lambda: marking.stop_marker(
            session, person_id=actor_id, reason="x", marks_anew=True, **said
        ),
        lambda: marking.reopen_marking(session, script_id=uuid4(), reason="x", **said),
        lambda: load_answer_file(session, content=b"{}", secret="x", **said),
    ]
    for act in acts:
        with pytest.raises(OwnExam):
            act()


def test_another_session_is_theirs_to_watch(
    new_browser: Callable[..., Browser], session: Session, own: Attempt
) -> None:
    exam = make_exam_session(session)
    assert new_browser(own.seat.candidate).page(f"/sesi-ujian/{exam.id}/ruang")
