"""Several people at one room at once: real connections, real commits, each form done once."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lsp import audit
from lsp.exams.models import Attempt, Seat
from lsp.exams.services import adjusting, rooms
from lsp.exams.services.adjusting import Adjustment
from lsp.roles import Role
from lsp.texts import Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import make_attempt
from tests.services.exams.test_sitting_together import WORKERS, together


@pytest.fixture
def attempt(own_engine):
    with Session(own_engine, expire_on_commit=False) as session:
        attempt = make_attempt(session)
        assert attempt.seat.session.length_minutes == 60
        session.commit()
        return attempt


@pytest.fixture
def actor_id(own_engine):
    with Session(own_engine) as session:
        person_id = make_person(session, Role.INVIGILATOR).id
        # A trail that has begun, as every installation's has.
        audit.record(
            session,
            action="person.created",
            subject_type="person",
            subject_id=person_id,
            actor_id=None,
            now=NOW,
        )
        session.commit()
        return person_id


def test_many_clicks_on_one_form_give_its_time_once(own_engine, attempt, actor_id):
    once = uuid.uuid4()
    together(
        own_engine,
        lambda session, _: rooms.grant_extra_time(
            session,
            session_id=attempt.seat.session_id,
            seat_id=None,
            minutes=10,
            reason="Listrik padam",
            once=once,
            actor_id=actor_id,
            now=NOW,
        ),
    )
    with Session(own_engine) as session:
        assert session.get_one(Seat, attempt.seat_id).extra_minutes == 10
        found = session.get_one(Attempt, attempt.id)
        assert found.deadline == NOW + timedelta(minutes=70)


def test_different_acts_at_once_wait_for_one_another(own_engine, attempt, actor_id):
    place = {"session_id": attempt.seat.session_id, "seat_id": attempt.seat_id}

    def act(session, number):
        said = {"once": uuid.uuid4(), "actor_id": actor_id, "now": NOW}
        match number % 3:
            case 0:
                rooms.grant_extra_time(session, minutes=3, reason="Listrik", **place, **said)
            case 1:
                rooms.note_incident(session, text="Listrik padam", **place, **said)
            case _:
                adjusting.adjust(
                    session,
                    seat_id=attempt.seat_id,
                    adjustment=Adjustment(time_percent=150),
                    reason="FR.AK.07",
                    sees_all=True,
                    **said,
                )

    together(own_engine, act)
    with Session(own_engine) as session:
        grants = len([n for n in range(WORKERS) if n % 3 == 0])
        found = session.get_one(Attempt, attempt.id)
        assert found.deadline == NOW + timedelta(minutes=90 + 3 * grants)


def test_of_many_pauses_one_stops_the_room(own_engine, attempt, actor_id):
    def pause(session, _number):
        try:
            return rooms.pause(
                session,
                session_id=attempt.seat.session_id,
                seat_id=None,
                reason="Gempa",
                once=uuid.uuid4(),
                actor_id=actor_id,
                now=NOW,
            )
        except Refusal:
            return 0

    assert sum(together(own_engine, pause)) == 1
