import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.accounts.services.sessions import open_session
from lsp.audit import AuditEntry
from lsp.exams.models import Answer, AnswerRevision, Presence, SeatEvent
from lsp.exams.rules.journal import SPAN
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.rules.ordering import own_order
from lsp.exams.services import rooms
from lsp.exams.services.rooms import SeatState
from lsp.exams.services.sitting import clocks
from lsp.exams.services.sitting.presence import see
from lsp.roles import Role
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import loaded, make_person
from tests.factories.exams import (
    make_attempt,
    make_ended_attempt,
    make_exam_session,
    make_paper,
    make_revision,
    make_seat,
)


def test_a_room_shows_how_each_seat_gets_on(session: Session) -> None:
    exam = make_exam_session(session, paper=make_paper(session))
    names = ["Ahmad", "Budi", "Citra", "Dewi"]
    seats = [
        make_seat(session, exam_session=exam, candidate=make_person(session, full_name=name))
        for name in names
    ]
    seats[0].cleared_at = None
    make_attempt(session, seat=seats[2], answers={1: {"choice": "b"}, 2: None})
    make_ended_attempt(session, seat=seats[3])
    views = rooms.room(session, exam, NOW + timedelta(minutes=1)).seats
    assert [view.candidate.full_name for view in views] == names
    assert [view.state for view in views] == [
        SeatState.WAITING,
        SeatState.READY,
        SeatState.WORKING,
        SeatState.SUBMITTED,
    ]
    assert [view.answered for view in views] == [0, 0, 1, 7]
    assert (views[2].seconds_left, views[2].last_saved_at) == (59 * 60, NOW)
    late = rooms.room(session, exam, NOW + timedelta(minutes=61)).seats[2]
    assert (late.state, late.seconds_left) == (SeatState.TIME_UP, 0)


def test_a_room_of_a_hundred_costs_three_statements(
    session: Session, statements: list[str]
) -> None:
    # A paper is read once in the life of the process, the session once after each commit.
    paper = make_paper(session, revisions=[make_revision(session)])
    exam = make_exam_session(session, paper=paper)
    for _ in range(100):
        seat = make_seat(session, exam_session=exam)
        make_attempt(session, seat=seat, answers={1: {"choice": "a"}})
    session.commit()
    rooms.room(session, exam, NOW)
    statements.clear()
    shown = rooms.room(session, exam, NOW)
    assert [view.candidate.full_name for view in shown.seats]
    assert shown.count(SeatState.WORKING) == 100
    assert len(statements) == 3


def grant(session: Session, exam, seat=None, **values) -> int:
    return grant_all(session, exam, seat, **values).seats


def grant_all(session: Session, exam, seat=None, **values) -> rooms.Granted:
    return rooms.grant_extra_time(
        session,
        **{
            "session_id": exam.id,
            "seat_id": seat.id if seat else None,
            "minutes": 15,
            "reason": "Listrik padam",
            "once": uuid.uuid4(),
            "actor_id": make_person(session, Role.INVIGILATOR).id,
            "now": NOW,
            **values,
        },
    )


def test_the_same_form_sent_twice_gives_its_time_once(session: Session) -> None:
    seats = [make_seat(session)]
    seats.append(make_seat(session, exam_session=seats[0].session))
    for seat in seats:
        make_attempt(session, seat=seat)
    once = uuid.uuid4()
    for _ in range(2):
        assert grant(session, seats[0].session, once=once) == 2
    assert [seat.extra_minutes for seat in seats] == [15, 15]
    assert grant(session, seats[0].session, seats[0]) == 1
    assert [seat.extra_minutes for seat in seats] == [30, 15]


def test_extra_time_moves_the_deadline_of_one_seat(session: Session) -> None:
    seat = make_seat(session)
    other = make_seat(session, exam_session=seat.session)
    attempt, untouched = make_attempt(session, seat=seat), make_attempt(session, seat=other)
    assert grant(session, seat.session, seat) == 1
    assert attempt.deadline == NOW + timedelta(minutes=75)
    assert untouched.deadline == NOW + timedelta(minutes=60)
    event = session.scalars(sa.select(SeatEvent)).one()
    assert (event.kind, event.reason, event.detail) == (
        "extra_time",
        "Listrik padam",
        {"minutes": 15},
    )
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.subject_id) == ("seat.extra_time", str(seat.id))


def test_extra_time_for_the_room_passes_over_who_has_finished_or_not_begun(
    session: Session,
) -> None:
    exam = make_exam_session(session)
    waiting, working, done = (make_seat(session, exam_session=exam) for _ in range(3))
    attempt = make_attempt(session, seat=working)
    make_ended_attempt(session, seat=done)
    assert grant(session, exam) == 1
    assert [seat.extra_minutes for seat in (waiting, working, done)] == [0, 15, 0]
    assert attempt.deadline == NOW + timedelta(minutes=75)
    assert grant(session, exam, minutes=10) == 1
    assert attempt.deadline == NOW + timedelta(minutes=85)


def test_nobody_is_given_time_before_the_start(session: Session) -> None:
    seat = make_seat(session)
    for where in (seat, None):
        with pytest.raises(Refusal, match="sesudah asesi mulai"):
            grant(session, seat.session, where)
    assert seat.extra_minutes == 0


def test_a_seat_is_granted_no_more_than_the_exam_is_long(session: Session) -> None:
    seat = make_seat(session, candidate=make_person(session, full_name="Siti Rahma"))
    beside = make_seat(session, exam_session=seat.session)
    for each in (seat, beside):
        make_attempt(session, seat=each)
    grant(session, seat.session, minutes=50)
    with pytest.raises(Refusal, match="paling banyak selama ujiannya, 60 menit; kursi Siti Rahma"):
        grant(session, seat.session, seat, minutes=11)
    assert grant(session, seat.session, seat, minutes=10) == 1
    # What is made good of the time since the end was lost, and is no gain.
    back = NOW + timedelta(minutes=150)
    grant(session, seat.session, beside, minutes=9, now=back)
    assert beside.extra_minutes == 50 + 40 + 9
    grant(session, seat.session, beside, minutes=1, now=back)


def test_a_grant_for_the_room_gives_each_seat_what_its_limit_allows(session: Session) -> None:
    exam = make_exam_session(session)
    names = ("Ayu", "Budi", "Citra")
    ayu, budi, citra = (
        make_seat(session, exam_session=exam, candidate=make_person(session, full_name=name))
        for name in names
    )
    for seat in (ayu, budi, citra):
        make_attempt(session, seat=seat)
    for seat, minutes in ((ayu, 40), (budi, 60)):
        detail = {"minutes": minutes, "room": True}
        session.add(SeatEvent(seat_id=seat.id, at=NOW, kind="extra_time", detail=detail))
    once = uuid.uuid4()
    granted = grant_all(session, exam, minutes=30, once=once)
    assert [seat.extra_minutes for seat in (ayu, budi, citra)] == [20, 0, 30]
    assert (granted.seats, granted.less) == (2, [("Ayu", 20), ("Budi", 0)])
    grant_all(session, exam, minutes=30, once=once)
    assert [seat.extra_minutes for seat in (ayu, budi, citra)] == [20, 0, 30]
    grant_all(session, exam, minutes=30)
    with pytest.raises(Refusal, match="paling banyak selama ujiannya"):
        grant_all(session, exam, minutes=1)


def test_one_person_alone_grants_one_seat_a_quarter_of_the_exam(session: Session) -> None:
    seat = make_seat(session, candidate=make_person(session, full_name="Siti Rahma"))
    make_attempt(session, seat=seat)
    first, second = make_person(session).id, make_person(session).id
    grant(session, seat.session, seat, minutes=10, actor_id=first)
    # A room in which one sits is one seat, too.
    granted = grant_all(session, seat.session, minutes=30, actor_id=first)
    assert (granted.less, granted.of_others) == ([("Siti Rahma", 5)], 25)
    for where in (seat, None):
        with pytest.raises(Refusal, match="Anda sudah memberi 15 menit"):
            grant(session, seat.session, where, minutes=1, actor_id=first)
    assert grant(session, seat.session, seat, minutes=15, actor_id=second) == 1
    assert seat.extra_minutes == 30
    # Beside others it has what was lost in the power cut, as everybody.
    make_attempt(session, seat=make_seat(session, exam_session=seat.session))
    assert grant_all(session, seat.session, minutes=30, actor_id=first).less == []
    assert seat.extra_minutes == 60


def test_of_more_than_one_person_grants_alone_a_seat_has_that_at_once(session: Session) -> None:
    seat = make_seat(session, candidate=make_person(session, full_name="Siti Rahma"))
    make_attempt(session, seat=seat)
    granted = grant_all(session, seat.session, seat, minutes=60)
    assert (granted.seats, granted.less, granted.of_others) == (1, [("Siti Rahma", 15)], 45)
    # Nobody at all grants more than the exam is long.
    granted = grant_all(session, seat.session, seat, minutes=90)
    assert (granted.less, granted.of_others) == ([("Siti Rahma", 15)], 30)
    assert seat.extra_minutes == 30


def test_extra_time_never_passes_the_close_of_the_session(session: Session) -> None:
    exam = make_exam_session(session, closes_at=NOW + timedelta(minutes=65))
    attempt = make_attempt(session, seat=make_seat(session, exam_session=exam))
    grant(session, exam)
    assert attempt.deadline == exam.closes_at


@pytest.mark.parametrize("fault", [{"reason": " "}, {"minutes": 0}, {"minutes": 181}])
def test_extra_time_needs_a_reason_and_a_sensible_length(session: Session, fault: dict) -> None:
    seat = make_seat(session)
    with pytest.raises(Refusal):
        grant(session, seat.session, seat, **fault)


def test_nobody_left_to_give_time_to_is_said(session: Session) -> None:
    attempt = make_ended_attempt(session)
    with pytest.raises(Refusal, match="sudah dikirim"):
        grant(session, attempt.seat.session, attempt.seat)
    assert attempt.state is AttemptState.SUBMITTED


def test_a_seat_of_another_session_does_not_exist_here(session: Session) -> None:
    with pytest.raises(NotFound):
        grant(session, make_exam_session(session), make_seat(session))


def test_a_large_room_gets_time_in_a_fixed_number_of_statements(
    session: Session, statements: list[str]
) -> None:
    paper = make_paper(session, revisions=[make_revision(session)])
    grant(
        session, make_attempt(session).seat.session
    )  # the first entry of an audit trail costs more
    counts = []
    for size in (3, 30):
        exam = make_exam_session(session, paper=paper)
        for _ in range(size):
            make_attempt(session, seat=make_seat(session, exam_session=exam))
        session.flush()
        statements.clear()
        grant(session, exam)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_an_incident_is_on_record(session: Session) -> None:
    seat = make_seat(session)
    invigilator = make_person(session, Role.INVIGILATOR, full_name="Pengawas Satu")
    values = {
        "session_id": seat.session_id,
        "seat_id": seat.id,
        "actor_id": invigilator.id,
        "once": uuid.uuid4(),
    }
    for _ in range(2):
        rooms.note_incident(session, text=" Laptop mati. ", now=NOW, **values)
    (view,) = rooms.recent_events(session, seat.session_id)
    assert (view.event.kind, view.event.reason, view.actor_name) == (
        "incident",
        "Laptop mati.",
        "Pengawas Satu",
    )
    with pytest.raises(Refusal):
        rooms.note_incident(session, text=" ", now=NOW, **values)


def act(verb, session: Session, exam, seat=None, **values):
    """Do something in the room as an invigilator, by default now and for the whole room."""
    return verb(
        session,
        **{
            "session_id": exam.id,
            "seat_id": seat.id if seat else None,
            "reason": "Listrik padam",
            "once": uuid.uuid4(),
            "actor_id": make_person(session, Role.INVIGILATOR).id,
            "now": NOW,
            **values,
        },
    )


def kinds(session: Session, seat) -> list[str]:
    return sorted(view.event.kind for view in rooms.seat_events(session, seat.id))


def test_a_paused_room_gives_the_time_back_that_it_stood(session: Session) -> None:
    exam = make_exam_session(session)
    working, waiting, done = (make_seat(session, exam_session=exam) for _ in range(3))
    attempt = make_attempt(session, seat=working)
    make_ended_attempt(session, seat=done)
    assert act(rooms.pause, session, exam, now=NOW + timedelta(minutes=58)) == 1
    later = NOW + timedelta(minutes=75)
    view = next(v for v in rooms.room(session, exam, later).seats if v.seat is working)
    assert (view.state, view.seconds_left) == (SeatState.PAUSED, 120)
    with pytest.raises(Refusal, match="sudah dijeda"):
        act(rooms.pause, session, exam, now=later)
    assert act(rooms.resume, session, exam, now=later) == 1
    assert exam.paused_at is None
    assert attempt.deadline == later + timedelta(minutes=2)
    assert [kinds(session, seat) for seat in (working, waiting, done)] == [
        ["paused", "resumed"],
        [],
        [],
    ]
    actions = session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert actions == ["session.paused", "session.resumed"]


def test_a_seat_paused_for_itself_stays_so_when_the_room_goes_on(session: Session) -> None:
    exam = make_exam_session(session)
    own, other = (
        make_attempt(session, seat=make_seat(session, exam_session=exam)) for _ in range(2)
    )
    act(rooms.pause, session, exam, own.seat)
    assert act(rooms.pause, session, exam, now=NOW + timedelta(minutes=1)) == 1
    assert act(rooms.resume, session, exam, now=NOW + timedelta(minutes=2)) == 1
    assert (own.paused_at, other.paused_at) == (NOW, None)
    assert act(rooms.resume, session, exam, own.seat, now=NOW + timedelta(minutes=3)) == 1
    assert own.deadline == NOW + timedelta(minutes=63)
    with pytest.raises(Refusal, match="tidak sedang dijeda"):
        act(rooms.resume, session, exam, own.seat, now=NOW + timedelta(minutes=3))


def test_a_break_that_a_room_pause_met_goes_on_with_the_room(session: Session) -> None:
    exam = make_exam_session(session)
    seat = make_seat(session, exam_session=exam, break_minutes=10)
    attempt = make_attempt(session, seat=seat)
    assert clocks.take_break(exam, seat, attempt, NOW + timedelta(minutes=10))
    view = rooms.room(session, exam, NOW + timedelta(minutes=12)).seats[0]
    assert view.state is SeatState.BREAK
    act(rooms.pause, session, exam, now=NOW + timedelta(minutes=12))
    assert act(rooms.resume, session, exam, now=NOW + timedelta(minutes=20)) == 1
    assert attempt.paused_at is None


@pytest.mark.parametrize("verb", [rooms.pause, rooms.resume])
def test_a_form_sent_twice_pauses_and_resumes_once(session: Session, verb) -> None:
    exam = make_exam_session(session)
    attempt = make_attempt(session, seat=make_seat(session, exam_session=exam))
    if verb is rooms.resume:
        act(rooms.pause, session, exam, attempt.seat)
    once = uuid.uuid4()
    for _ in range(2):
        assert act(verb, session, exam, attempt.seat, once=once) == 1
    assert len(kinds(session, attempt.seat)) == (1 if verb is rooms.pause else 2)
    with pytest.raises(Refusal, match="alasan"):
        act(verb, session, exam, attempt.seat, reason=" ")


def test_closing_later_gives_back_what_the_close_cut_off(session: Session) -> None:
    exam = make_exam_session(session, closes_at=NOW + timedelta(minutes=65))
    attempt = make_attempt(session, seat=make_seat(session, exam_session=exam))
    grant(session, exam)
    assert rooms.room(session, exam, NOW).seats[0].is_cut
    once = uuid.uuid4()
    values = {"minutes": 20, "once": once}
    for _ in range(2):
        closes_at = extend(session, exam, **values)
        assert closes_at == exam.closes_at == NOW + timedelta(minutes=85)
    assert attempt.deadline == NOW + timedelta(minutes=75)
    assert not rooms.room(session, exam, NOW).seats[0].is_cut
    for fault in ({"minutes": 0}, {"minutes": 181}, {"reason": ""}):
        with pytest.raises(Refusal):
            extend(session, exam, **{"minutes": 5, **fault})


def extend(session: Session, exam, **values):
    actor_id = make_person(session, Role.INVIGILATOR).id
    given = {"reason": "Listrik padam", "once": uuid.uuid4(), "now": NOW, "actor_id": actor_id}
    return rooms.extend_close(session, session_id=exam.id, **{**given, **values})


def test_a_session_that_closed_with_nobody_at_work_stays_closed(session: Session) -> None:
    exam = make_exam_session(session)
    seat = make_seat(session, exam_session=exam)
    late = exam.closes_at + timedelta(seconds=10)
    with pytest.raises(Refusal, match="sudah ditutup"):
        extend(session, exam, minutes=30, now=late)
    make_attempt(session, seat=seat, deadline=exam.closes_at)
    assert extend(session, exam, minutes=30, now=late) > late


def test_a_seat_moves_to_another_device(session: Session) -> None:
    attempt = make_attempt(session, window=3)
    person = attempt.seat.candidate
    tokens = [open_session(session, person, now=NOW) for _ in range(2)]
    once = uuid.uuid4()
    for ended in (2, 0):
        assert act(rooms.move_seat, session, attempt.seat.session, attempt.seat, once=once) == ended
    assert [loaded(session, token, NOW) for token in tokens] == [None, None]
    assert attempt.window == 4
    assert kinds(session, attempt.seat) == ["window_moved"]
    ended = make_ended_attempt(session)
    with pytest.raises(Refusal, match="Tidak ada ujian"):
        act(rooms.move_seat, session, ended.seat.session, ended.seat)


def test_a_silent_window_counts_as_cut_off_until_it_is_heard_again(session: Session) -> None:
    attempt = make_attempt(session, answers={1: {"choice": "a"}})
    exam = attempt.seat.session
    presence = Presence(attempt_id=attempt.id, seen_at=NOW, position=2, queued=3)
    session.add(presence)
    session.flush()

    def view(seconds: int):
        return rooms.room(session, exam, NOW + timedelta(seconds=seconds)).seats[0]

    assert (view(60).offline_since, view(60).on_question, view(60).queued) == (None, 2, 3)
    assert view(61).offline_since == NOW
    presence.seen_at = NOW + timedelta(seconds=90)
    session.flush()
    assert (view(91).offline_since, view(91).seen_at) == (None, NOW + timedelta(seconds=90))


def test_answers_left_on_a_device_are_named_until_something_brings_them(session: Session) -> None:
    attempt = make_attempt(session, answers={1: {"choice": "a"}})
    presence = Presence(attempt_id=attempt.id, seen_at=NOW + timedelta(minutes=59), queued=2)
    session.add(presence)
    session.flush()
    exam, late = attempt.seat.session, NOW + timedelta(minutes=61)
    assert rooms.watch_seat(session, exam, attempt.seat_id, NOW).unsent == 0
    assert rooms.watch_seat(session, exam, attempt.seat_id, late).unsent == 2
    attempt.state, attempt.ended_at = AttemptState.CLOSED, attempt.deadline
    session.flush()
    assert rooms.watch_seat(session, exam, attempt.seat_id, late).unsent == 2
    session.execute(sa.update(Answer).values(saved_at=late))
    assert rooms.watch_seat(session, exam, attempt.seat_id, late).unsent == 0


def test_a_page_without_script_never_counts_as_cut_off(session: Session) -> None:
    attempt = make_attempt(session, answers={1: {"choice": "a"}})
    view = rooms.room(session, attempt.seat.session, NOW + timedelta(minutes=30)).seats[0]
    assert (view.offline_since, view.seen_at) == (None, NOW)


def test_a_page_without_script_is_seen_when_it_asks_and_its_silence_says_nothing(
    session: Session,
) -> None:
    attempt = make_attempt(session)
    see(session, attempt.id, 2, now=NOW + timedelta(minutes=5))
    view = rooms.room(session, attempt.seat.session, NOW + timedelta(minutes=30)).seats[0]
    assert (view.seen_at, view.on_question) == (NOW + timedelta(minutes=5), 2)
    assert view.offline_since is None


def test_a_file_that_an_invigilator_loads_is_no_sign_of_the_candidate(session: Session) -> None:
    attempt = make_attempt(session)
    seen_at, loaded_at = NOW + timedelta(minutes=1), NOW + timedelta(minutes=5)
    session.add(Presence(attempt_id=attempt.id, seen_at=seen_at, queued=1))
    row = {"attempt_id": attempt.id, "position": 1, "seq": SPAN, "response": {"choice": "a"}}
    session.add(AnswerRevision(**row, received_at=loaded_at, via="file"))
    session.add(Answer(**row, saved_at=loaded_at))
    session.flush()
    late = NOW + timedelta(minutes=61)
    view = rooms.room(session, attempt.seat.session, NOW + timedelta(minutes=6)).seats[0]
    assert (view.seen_at, view.offline_since, view.answered) == (seen_at, seen_at, 1)
    assert rooms.watch_seat(session, attempt.seat.session, attempt.seat_id, late).unsent == 0


def test_the_question_on_the_screen_has_the_number_the_candidate_sees(session: Session) -> None:
    paper = make_paper(session)
    paper.blueprint.shuffles_questions = True
    attempt = make_attempt(
        session, seat=make_seat(session, exam_session=make_exam_session(session, paper=paper))
    )
    own = own_order(range(1, 8), attempt.id.hex)
    presence = Presence(attempt_id=attempt.id, seen_at=NOW)
    session.add(presence)
    for number, position in enumerate(own, 1):
        presence.position = position
        session.flush()
        exam = attempt.seat.session
        assert rooms.watch_seat(session, exam, attempt.seat_id, NOW).on_question == number


def test_what_browsers_note_is_counted_apart_from_what_people_do(session: Session) -> None:
    attempt = make_attempt(session)
    for kind in ("left_tab", "came_back", "copied", "offline"):
        session.add(SeatEvent(seat_id=attempt.seat_id, at=NOW, kind=kind))
    session.flush()
    exam = attempt.seat.session
    act(rooms.pause, session, exam, attempt.seat)
    assert rooms.room(session, exam, NOW).seats[0].notes == 2
    assert [view.event.kind for view in rooms.recent_events(session, exam.id)] == ["paused"]
    assert kinds(session, attempt.seat) == ["came_back", "copied", "left_tab", "offline", "paused"]
