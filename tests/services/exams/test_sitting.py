from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from lsp.exams.models import Answer, AnswerRevision, Attempt
from lsp.exams.rules.journal import SPAN, Arriving
from lsp.exams.rules.kinds import AttemptState, ItemType
from lsp.exams.services.sitting import (
    Fate,
    Stage,
    WrongToken,
    attempt_view,
    get_own_seat,
    open_window,
    own_seats,
    save_answers,
    standing,
    start_attempt,
)
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import make_exam_session, make_paper, make_revision, make_seat

GRACE = timedelta(seconds=120)


@pytest.fixture
def seat(session):
    return make_seat(session)


@pytest.fixture
def attempt(session, seat):
    attempt = start(session, seat)
    open_window(session, person_id=seat.candidate_id, attempt_id=attempt.id)
    session.expire(attempt)
    return attempt


def start(session, seat, now=NOW, token="humas", **values):
    values = {"person_id": seat.candidate_id, "seat_id": seat.id, **values}
    return start_attempt(session, token=token, now=now, **values)


def choose(position, count, response, **values):
    """An answer of the first window."""
    return Arriving(position, SPAN + count, response, **values)


def save(session, attempt, *answers, now=NOW, window=1, person_id=None):
    return save_answers(
        session,
        person_id=person_id or attempt.seat.candidate_id,
        attempt_id=attempt.id,
        window=window,
        answers=answers,
        now=now,
        grace=GRACE,
    )


def fates(result):
    return [answer.fate for answer in result.answers]


def counting(session, attempt):
    rows = session.execute(
        sa.select(Answer.position, Answer.response)
        .where(Answer.attempt_id == attempt.id)
        .order_by(Answer.position)
    )
    return {row.position: row.response for row in rows}


def kept(session, attempt):
    rows = session.execute(
        sa.select(AnswerRevision.position, AnswerRevision.seq)
        .where(AnswerRevision.attempt_id == attempt.id)
        .order_by(AnswerRevision.position, AnswerRevision.seq)
    )
    return [(row.position, row.seq - SPAN) for row in rows]


# --- Starting --------------------------------------------------------------------------------


def test_starting_sets_the_deadline_with_extra_time(session):
    seat = make_seat(session, extra_minutes=30)
    attempt = start(session, seat)
    assert attempt.state is AttemptState.OPEN
    assert attempt.deadline == NOW + timedelta(minutes=90)


def test_starting_twice_gives_the_same_sitting_and_the_same_deadline(session, seat):
    first = start(session, seat)
    again = start(session, seat, now=NOW + timedelta(minutes=5))
    assert again.id == first.id
    assert again.deadline == NOW + timedelta(minutes=60)
    assert session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 1


def test_the_token_is_read_without_case_and_white_space(session, seat):
    assert start(session, seat, token=" hu MAS ").state is AttemptState.OPEN


@pytest.mark.parametrize("token", ["", "HUMAS2", "HUMA"])
def test_a_wrong_token_opens_nothing(session, seat, token):
    with pytest.raises(WrongToken):
        start(session, seat, token=token)
    assert session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 0


def test_no_paper_opens_before_the_agreement_is_signed(session):
    with pytest.raises(Refusal, match=r"FR\.AK\.01"):
        start(session, make_seat(session, cleared_at=None))


def test_no_paper_opens_before_the_session_or_after_it(session):
    early = make_exam_session(session, opens_at=NOW + timedelta(seconds=1))
    over = make_exam_session(session, closes_at=NOW)
    for exam_session in (early, over):
        with pytest.raises(Refusal):
            start(session, make_seat(session, exam_session=exam_session))


def test_another_persons_seat_does_not_exist(session, seat):
    stranger = make_person(session)
    with pytest.raises(NotFound):
        start(session, seat, person_id=stranger.id)
    with pytest.raises(NotFound):
        get_own_seat(session, stranger.id, seat.id)


def test_a_seat_says_what_it_waits_for(session):
    def stage(now=NOW, **values):
        exam_values = values.pop("exam", {})
        seat = make_seat(session, exam_session=make_exam_session(session, **exam_values), **values)
        return get_own_seat(session, seat.candidate_id, seat.id).stage(now, GRACE)

    assert stage(cleared_at=None) is Stage.AGREEMENT
    assert stage() is Stage.READY
    assert stage(exam={"opens_at": NOW + timedelta(hours=1)}) is Stage.OPENING
    assert stage(exam={"closes_at": NOW}) is Stage.MISSED


def test_a_begun_seat_is_sitting_until_the_grace_has_passed(session, attempt):
    own = get_own_seat(session, attempt.seat.candidate_id, attempt.seat_id)
    assert own.stage(attempt.deadline + GRACE, GRACE) is Stage.SITTING
    assert own.stage(attempt.deadline + GRACE + timedelta(seconds=1), GRACE) is Stage.ENDED


def test_own_seats_cost_one_statement_however_many_there_are(session, statements):
    person = make_person(session)
    for _ in range(3):
        make_seat(session, candidate=person)
    make_seat(session)
    session.flush()
    session.expunge_all()
    statements.clear()
    seats = own_seats(session, person.id)
    assert [own.seat.session.scheme_version.number for own in seats] == [1, 1, 1]
    assert len(statements) == 1


# --- Saving ----------------------------------------------------------------------------------


def test_a_saved_answer_counts_and_leaves_a_revision(session, attempt):
    result = save(session, attempt, choose(1, 0, {"choice": "b"}, is_doubtful=True))
    assert fates(result) == [Fate.SAVED]
    assert (result.seconds_left, result.is_open, result.is_frozen) == (3600, True, False)
    assert counting(session, attempt) == {1: {"choice": "b"}}
    assert kept(session, attempt) == [(1, 0)]
    assert session.scalars(sa.select(Answer.is_doubtful)).all() == [True]


def test_a_replay_changes_nothing(session, attempt):
    answer = choose(1, 0, {"choice": "b"})
    save(session, attempt, answer)
    assert fates(save(session, attempt, answer)) == [Fate.OLDER]
    assert kept(session, attempt) == [(1, 0)]
    assert counting(session, attempt) == {1: {"choice": "b"}}


def test_answers_out_of_order_are_all_kept_and_the_newest_counts(session, attempt):
    save(session, attempt, choose(1, 2, {"choice": "c"}))
    assert fates(save(session, attempt, choose(1, 1, {"choice": "a"}))) == [Fate.OLDER]
    assert counting(session, attempt) == {1: {"choice": "c"}}
    assert kept(session, attempt) == [(1, 1), (1, 2)]


def test_a_batch_is_saved_in_whatever_order_it_comes(session, attempt):
    result = save(
        session,
        attempt,
        choose(3, 5, {"value": True}),
        choose(1, 4, {"choice": "d"}),
        choose(1, 3, {"choice": "a"}),
        choose(3, 5, {"value": True}),
    )
    assert {(a.position, a.seq - SPAN): a.fate for a in result.answers} == {
        (1, 3): Fate.OLDER,
        (1, 4): Fate.SAVED,
        (3, 5): Fate.SAVED,
    }
    assert counting(session, attempt) == {1: {"choice": "d"}, 3: {"value": True}}
    assert kept(session, attempt) == [(1, 3), (1, 4), (3, 5)]


def test_an_answer_may_be_taken_back(session, attempt):
    save(session, attempt, choose(1, 0, {"choice": "b"}))
    assert fates(save(session, attempt, choose(1, 1, None))) == [Fate.SAVED]
    assert counting(session, attempt) == {1: None}


@pytest.mark.parametrize(
    ("position", "type_", "response"),
    [
        (1, ItemType.SINGLE_CHOICE, {"choice": "d"}),
        (2, ItemType.MULTIPLE_CHOICE, {"choices": ["a", "e"]}),
        (3, ItemType.TRUE_FALSE, {"value": False}),
        (4, ItemType.SHORT_ANSWER, {"text": "siaran pers"}),
        (5, ItemType.NUMERICAL, {"text": "12,5"}),
        (6, ItemType.MATCHING, {"pairs": {"1": "b"}}),
        (7, ItemType.ESSAY, {"text": "Sebuah uraian.\n\nDua paragraf."}),
    ],
)
def test_every_type_of_answer_comes_back_as_given(session, attempt, position, type_, response):
    save(session, attempt, choose(position, 0, response))
    view = attempt_view(session, attempt.seat.candidate_id, attempt.id)
    assert view.questions[position].type is type_
    assert view.answers[position].response == response
    assert view.answered == [position]
    assert position not in view.unanswered


@pytest.mark.parametrize(
    "answer",
    [
        choose(1, 0, {"choice": "z"}),
        choose(1, 0, {"choice": ["b"]}),
        choose(99, 0, {"choice": "b"}),
        choose(0, 0, {"choice": "b"}),
        Arriving(1, 0, {"choice": "b"}),
        Arriving(1, 2 * SPAN, {"choice": "b"}),
        Arriving(1, 10**17, {"choice": "b"}),
    ],
)
def test_what_is_no_answer_is_refused_and_does_not_hold_the_others_up(session, attempt, answer):
    result = save(session, attempt, answer, choose(3, 1, {"value": True}))
    assert sorted(fates(result)) == [Fate.INVALID, Fate.SAVED]
    assert counting(session, attempt) == {3: {"value": True}}


def test_an_answer_inside_the_grace_counts_and_is_marked_late(session, attempt):
    now = attempt.deadline + GRACE
    answer = choose(1, 0, {"choice": "b"}, chosen_ms=3_599_000)
    result = save(session, attempt, answer, now=now)
    assert fates(result) == [Fate.LATE]
    assert (result.seconds_left, result.is_open) == (0, True)
    assert counting(session, attempt) == {1: {"choice": "b"}}
    assert session.scalars(sa.select(AnswerRevision.is_late)).all() == [True]


def test_an_answer_after_the_grace_is_kept_and_does_not_count(session, attempt):
    save(session, attempt, choose(1, 0, {"choice": "a"}))
    now = attempt.deadline + GRACE + timedelta(seconds=1)
    result = save(session, attempt, choose(1, 1, {"choice": "b"}), now=now)
    assert fates(result) == [Fate.REFUSED]
    assert not result.is_open
    assert counting(session, attempt) == {1: {"choice": "a"}}
    assert kept(session, attempt) == [(1, 0), (1, 1)]


def test_an_answer_after_the_end_is_kept_and_does_not_count(session, attempt):
    attempt.state, attempt.ended_at = AttemptState.SUBMITTED, NOW
    session.flush()
    assert fates(save(session, attempt, choose(1, 0, {"choice": "b"}))) == [Fate.REFUSED]
    assert counting(session, attempt) == {}
    assert kept(session, attempt) == [(1, 0)]


def test_a_phone_that_says_it_was_chosen_earlier_gains_nothing(session, attempt):
    now = attempt.deadline + GRACE + timedelta(seconds=1)
    answer = choose(1, 0, {"choice": "b"}, chosen_ms=1)
    assert fates(save(session, attempt, answer, now=now)) == [Fate.REFUSED]


def test_a_choice_the_browser_itself_dates_after_the_deadline_is_refused(session, attempt):
    now = attempt.deadline + timedelta(seconds=30)
    answer = choose(1, 0, {"choice": "b"}, chosen_ms=3_600_001)
    assert fates(save(session, attempt, answer, now=now)) == [Fate.REFUSED]


def test_an_answer_of_no_known_moment_counts_for_half_a_minute_and_then_waits(session, attempt):
    """A form without script; a device whose clock says what cannot be."""
    answers = [choose(1, 0, {"choice": "b"}), choose(3, 1, {"value": True}, chosen_ms=10**8)]
    for seconds, fate in ((30, Fate.LATE), (31, Fate.REFUSED)):
        later = [replace(answer, seq=answer.seq + seconds) for answer in answers]
        result = save(session, attempt, *later, now=attempt.deadline + timedelta(seconds=seconds))
        assert fates(result) == [fate, fate]


def test_an_estimated_moment_counts_in_the_grace_as_it_says_and_is_kept_as_estimated(
    session, attempt
):
    now = attempt.deadline + timedelta(seconds=90)
    result = save(
        session,
        attempt,
        choose(1, 0, {"choice": "b"}, chosen_ms=3_599_000, is_estimated=True),
        choose(3, 1, {"value": True}, chosen_ms=3_601_000, is_estimated=True),
        now=now,
    )
    assert fates(result) == [Fate.LATE, Fate.REFUSED]
    rows = session.execute(sa.select(AnswerRevision.chosen_ms, AnswerRevision.via).order_by("seq"))
    assert rows.all() == [(3_599_000, "offline"), (3_601_000, "offline")]


def test_an_older_windows_answers_are_kept_and_it_is_told_that_it_is_frozen(session, attempt):
    person_id = attempt.seat.candidate_id
    newer = open_window(session, person_id=person_id, attempt_id=attempt.id)
    assert newer == 2
    assert not save(session, attempt, Arriving(1, 2 * SPAN, {"choice": "d"}), window=2).is_frozen
    # The older phone wakes up with an answer to the same question and one to another.
    result = save(
        session, attempt, choose(1, 9, {"choice": "a"}), choose(3, 10, {"value": True}), window=1
    )
    assert result.is_frozen
    assert fates(result) == [Fate.OLDER, Fate.SAVED]
    assert counting(session, attempt) == {1: {"choice": "d"}, 3: {"value": True}}
    assert kept(session, attempt) == [(1, 9), (1, SPAN), (3, 10)]


def test_another_persons_sitting_does_not_exist(session, attempt):
    stranger = make_person(session)
    with pytest.raises(NotFound):
        save(session, attempt, choose(1, 0, {"choice": "b"}), person_id=stranger.id)
    with pytest.raises(NotFound):
        attempt_view(session, stranger.id, attempt.id)
    with pytest.raises(NotFound):
        open_window(session, person_id=stranger.id, attempt_id=attempt.id)
    with pytest.raises(NotFound):
        standing(
            session, person_id=stranger.id, attempt_id=attempt.id, window=1, now=NOW, grace=GRACE
        )
    assert kept(session, attempt) == []


@pytest.mark.parametrize("count", [1, 40])
def test_saving_costs_three_statements_at_most_however_many_answers(
    session, statements, count, backend
):
    paper = make_paper(session, revisions=[make_revision(session) for _ in range(40)])
    seat = make_seat(session, exam_session=make_exam_session(session, paper=paper))
    attempt = start(session, seat)
    open_window(session, person_id=seat.candidate_id, attempt_id=attempt.id)
    save(session, attempt, choose(1, 0, {"choice": "a"}))  # the paper is read once
    session.flush()
    statements.clear()
    save(session, attempt, *[choose(i, i, {"choice": "b"}) for i in range(1, count + 1)])
    assert len(statements) == {"sqlite": 3, "postgresql": 2}[backend], statements
    assert len(counting(session, attempt)) == count


def test_the_sitting_pages_cost_one_statement(session, attempt, statements):
    save(session, attempt, choose(1, 0, {"choice": "b"}))
    person_id = attempt.seat.candidate_id
    attempt_view(session, person_id, attempt.id)  # the paper is read once
    session.expunge_all()
    statements.clear()
    view = attempt_view(session, person_id, attempt.id)
    assert view.exam.title == "Ujian uji"
    assert len(statements) == 1
