"""Several at once on one sitting: real connections, real commits, no double row, nothing lost."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.accounts.models import Person
from lsp.accounts.services.sessions import open_session, token_hash
from lsp.exams.models import Answer, AnswerRevision, Attempt
from lsp.exams.rules.journal import SPAN, Arriving
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.rules.window_keys import WindowKey
from lsp.exams.services.questions import paper_view
from lsp.exams.services.sitting import (
    Delivery,
    open_window,
    save_answers,
    save_by_key,
    start_attempt,
)
from lsp.straight import straight
from tests.conftest import NOW
from tests.factories.exams import make_seat

GRACE = timedelta(seconds=120)
WORKERS = 6


@pytest.fixture
def seat(own_engine):
    with Session(own_engine, expire_on_commit=False) as session:
        seat = make_seat(session)
        session.commit()
        return seat


@pytest.fixture
def attempt(own_engine, seat):
    with Session(own_engine, expire_on_commit=False) as session:
        attempt = start_attempt(
            session, person_id=seat.candidate_id, seat_id=seat.id, token="HUMAS", now=NOW
        )
        open_window(session, person_id=seat.candidate_id, attempt_id=attempt.id)
        session.commit()
        return attempt


def together(own_engine, work):
    """Let every worker do its work in a transaction of its own, all starting at once."""
    start = Barrier(WORKERS)

    def run(number):
        start.wait()
        with Session(own_engine, expire_on_commit=False) as session:
            result = work(session, number)
            session.commit()
            return result

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(run, range(WORKERS)))


def test_many_clicks_on_start_begin_one_sitting(own_engine, seat):
    ids = together(
        own_engine,
        lambda session, _: (
            start_attempt(
                session, person_id=seat.candidate_id, seat_id=seat.id, token="HUMAS", now=NOW
            ).id
        ),
    )
    assert len(set(ids)) == 1
    with Session(own_engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 1


def test_windows_opened_together_get_different_numbers(own_engine, seat, attempt):
    numbers = together(
        own_engine,
        lambda session, _: open_window(session, person_id=seat.candidate_id, attempt_id=attempt.id),
    )
    assert sorted(numbers) == list(range(2, 2 + WORKERS))


def test_answers_sent_together_and_twice_are_all_kept_and_the_newest_counts(
    own_engine, seat, attempt
):
    rounds = 10
    letters = "abcd"

    def batch(number, turn):
        # Two workers each send the same numbers: half of all arrivals are replays.
        seq = SPAN + turn * WORKERS + number // 2
        return [
            Arriving(1, seq, {"choice": letters[seq % 4]}),
            Arriving(3, seq, {"value": bool(seq % 2)}),
        ]

    def work(session, number):
        for turn in range(rounds):
            answers = batch(number, turn)
            save_answers(
                session,
                person_id=seat.candidate_id,
                attempt_id=attempt.id,
                window=1,
                answers=answers[:: 1 if number % 2 else -1],
                now=NOW,
                grace=GRACE,
            )
            session.commit()

    together(own_engine, work)
    sent = {batch(n, turn)[0].seq for n in range(WORKERS) for turn in range(rounds)}
    with Session(own_engine) as session:
        kept = session.execute(
            sa.select(AnswerRevision.position, AnswerRevision.seq, AnswerRevision.response)
        ).all()
        assert {(row.position, row.seq) for row in kept} == {(p, s) for p in (1, 3) for s in sent}
        counting = session.scalars(sa.select(Answer).order_by(Answer.position)).all()
    assert [(answer.position, answer.seq) for answer in counting] == [
        (1, max(sent)),
        (3, max(sent)),
    ]
    assert counting[0].response == {"choice": letters[max(sent) % 4]}


@pytest.fixture
def by_key(own_engine, seat, attempt):
    """Saves an answer as the script does; nothing of the web is needed for it."""
    with Session(own_engine) as session:
        token = open_session(session, session.get(Person, seat.candidate_id), now=NOW)
        questions = paper_view(session, attempt.paper_id)
        session.commit()
    key = WindowKey(token_hash(token), 1, "id")
    way = straight(own_engine)

    def save(number):
        answers = [Arriving(1, SPAN + number, {"choice": "b"})]
        with way.begin() as connection:
            return save_by_key(
                connection,
                Delivery(attempt.id, 1, answers, NOW, GRACE),
                key,
                staff_needs_code=False,
                papers=lambda _: questions,
            )

    yield save
    way.close()


def test_answers_by_key_sent_together_are_all_kept_and_the_newest_counts(own_engine, by_key):
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(by_key, range(WORKERS)))
    with Session(own_engine) as session:
        assert session.scalars(sa.select(Answer.seq)).all() == [SPAN + WORKERS - 1]
        assert session.scalar(sa.select(sa.func.count()).select_from(AnswerRevision)) == WORKERS


def test_an_answer_by_key_waits_for_whoever_ends_the_sitting_and_then_does_not_count(
    own_engine, attempt, by_key
):
    # On PostgreSQL the process remembers the sitting as open.
    assert by_key(1).answers[0].fate == "saved"
    with ThreadPoolExecutor(1) as pool:
        with Session(own_engine) as session:
            ending = session.get(Attempt, attempt.id, with_for_update=True)
            saving = pool.submit(by_key, 2)
            wait([saving], timeout=0.5)
            assert not saving.done()
            ending.state, ending.ended_at = AttemptState.SUBMITTED, NOW
            session.commit()
        result = saving.result()
    assert result.answers[0].fate == "refused"
    assert not result.is_open
    with Session(own_engine) as session:
        assert session.scalars(sa.select(Answer.seq)).all() == [SPAN + 1]
