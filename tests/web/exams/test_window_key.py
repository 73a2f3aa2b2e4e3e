"""The script's answers with their window's key: what it opens, and everything it does not."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bench.overhearing import overheard
from lsp.accounts.models import RoleGrant, SignInSession
from lsp.accounts.services.sessions import revoke_all_sessions
from lsp.exams.models import Answer, AnswerRevision, Attempt, Seat
from lsp.exams.rules.journal import SPAN
from lsp.exams.rules.kinds import AttemptState
from lsp.roles import Role
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import make_seat


@pytest.fixture
def seat(session):
    return make_seat(session)


@pytest.fixture
def browser(new_browser, seat):
    return new_browser(seat.candidate)


@pytest.fixture
def attempt(browser, session, seat):
    return start(browser, session, seat)


@pytest.fixture
def key(browser, attempt):
    """The key of the first window of the attempt."""
    return take_over(browser, attempt)


@pytest.fixture
def keyed(new_browser):
    """A browser that shows keys and has no cookie at all."""
    return new_browser()


def start(browser, session, seat):
    data = {"token": "humas", "confirms": "y", "agrees": "y"}
    browser.page(f"/ujian/{seat.id}/mulai", data=data)
    return session.scalars(sa.select(Attempt).where(Attempt.seat_id == seat.id)).one()


def take_over(browser, attempt):
    return browser.post(f"/ujian/{attempt.id}/jendela").json["window_key"]


def choose(seq, choice="b", position=1, **values):
    return {"position": position, "seq": SPAN + seq, "response": {"choice": choice}, **values}


def send(browser, attempt, key, *answers, window=1):
    body = {"window": window, "answers": list(answers)}
    headers = {"X-Window-Key": key}
    return browser.post(f"/ujian/{attempt.id}/jawaban", json=body, headers=headers)


def fates(response):
    assert response.status_code == 200, response.get_data(as_text=True)
    return [answer["fate"] for answer in response.json["answers"]]


def counting(session, attempt):
    mine = sa.select(Answer.position, Answer.seq, Answer.response, Answer.is_late)
    rows = session.execute(mine.where(Answer.attempt_id == attempt.id).order_by(Answer.position))
    return [tuple(row) for row in rows]


def revisions(session):
    return session.scalar(sa.select(sa.func.count()).select_from(AnswerRevision))


# --- What it opens ---------------------------------------------------------------------------


def test_the_key_alone_saves_an_answer(keyed, attempt, key, session, csrf_on):
    told = send(keyed, attempt, key, choose(0, doubtful=True, chosen_ms=1500))
    assert fates(told) == ["saved"]
    facts = {name: told.json[name] for name in ("clock", "seconds_left", "open", "frozen")}
    assert facts == {"clock": "09.00", "seconds_left": 3600, "open": True, "frozen": False}
    answer = session.scalars(sa.select(Answer)).one()
    assert (answer.response, answer.is_doubtful, answer.saved_at) == ({"choice": "b"}, True, NOW)
    kept = session.scalars(sa.select(AnswerRevision)).one()
    assert (kept.response, kept.is_doubtful, kept.received_at) == ({"choice": "b"}, True, NOW)
    assert (kept.chosen_ms, kept.seconds_left, kept.via) == (1500, 3600, "script")
    assert (kept.is_late, kept.is_refused) == (False, False)


def test_the_answer_carries_the_careful_headers_and_no_cookie(keyed, attempt, key):
    headers = send(keyed, attempt, key, choose(0)).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in headers
    assert "Vary" not in headers


@pytest.mark.parametrize("way", ["key", "cookie"])
def test_what_comes_under_a_number_given_twice_is_kept_and_counts(
    browser, attempt, key, session, way
):
    def send_again(*answers):
        if way == "key":
            return send(browser, attempt, key, *answers)
        body = {"window": 1, "answers": list(answers)}
        return browser.post(f"/ujian/{attempt.id}/jawaban", json=body)

    before = [choose(5, "a", chosen_ms=1), choose(6, "b", chosen_ms=2)]
    true = {"position": 3, "response": {"value": True}}
    send_again(*before, {**true, "seq": SPAN + 8})
    # The page was loaded again without network and counts on from an old number.
    false = {**true, "seq": SPAN + 6, "response": {"value": False}, "chosen_ms": 6}
    answers = [choose(5, "d", chosen_ms=5), false]
    told = send_again(*answers)
    assert fates(told) == ["saved", "saved"]
    assert [answer["seq"] for answer in told.json["answers"]] == [SPAN + 5, SPAN + 6]
    assert told.json["last_seq"] == SPAN + 10
    kept = [
        (attempt.id, 1, SPAN + 9, {"choice": "d"}, False),
        (attempt.id, 3, SPAN + 10, {"value": False}, False),
    ]
    assert [(attempt.id, *row) for row in counting(session, attempt)] == kept
    # The acknowledgement was lost: the same once more changes nothing.
    count = revisions(session)
    assert "last_seq" not in send_again(choose(11, "d", chosen_ms=11)).json
    assert fates(send_again(*answers)) == ["older", "older"]
    assert revisions(session) == count + 1
    assert counting(session, attempt)[0][1] == SPAN + 11


@pytest.mark.parametrize("way", ["key", "cookie"])
def test_what_never_had_a_window_counts_only_where_nothing_else_does(
    browser, attempt, key, session, way
):
    """Chosen on a page that was gone before its window opened; meanwhile another device saved."""

    def deliver(*answers):
        if way == "key":
            return send(browser, attempt, key, *answers)
        return browser.post(
            f"/ujian/{attempt.id}/jawaban", json={"window": 1, "answers": list(answers)}
        )

    deliver(choose(3, "b", doubtful=True))
    true = {"position": 3, "seq": 2, "response": {"value": True}}
    told = deliver({**choose(0, "a"), "seq": 1}, true)
    assert fates(told) == ["older", "saved"]
    assert told.json["given"] == {"1": {"response": {"choice": "b"}, "doubtful": True}}
    # A page of a third device had no window either, and gave the same numbers.
    told = deliver({**choose(0, "c"), "seq": 1}, {**true, "response": {"value": False}})
    assert fates(told) == ["older", "saved"]
    assert told.json["last_seq"] < SPAN
    assert set(told.json["given"]) == {"1"}
    assert counting(session, attempt) == [
        (1, SPAN + 3, {"choice": "b"}, False),
        (3, 4, {"value": False}, False),
    ]
    assert revisions(session) == 5


def test_numbers_given_twice_in_an_old_window_stay_below_those_of_a_newer_one(
    browser, attempt, key, session
):
    send(browser, attempt, key, choose(5, "a"))
    newer = take_over(browser, attempt)
    send(browser, attempt, newer, {**choose(0, "b"), "seq": 2 * SPAN + 5}, window=2)
    waiting = [choose(5, "d"), {**choose(0, "c"), "seq": 2 * SPAN + 4}]
    told = send(browser, attempt, newer, *waiting, window=2)
    assert fates(told) == ["older", "older"]
    assert told.json["given"] == {"1": {"response": {"choice": "b"}, "doubtful": False}}
    assert counting(session, attempt) == [(1, 2 * SPAN + 5, {"choice": "b"}, False)]
    assert revisions(session) == 4


def test_the_page_is_told_what_counts_only_where_that_is_another_answer(keyed, attempt, key, clock):
    send(keyed, attempt, key, choose(5, "c"))
    assert "given" not in send(keyed, attempt, key, choose(5, "c")).json
    assert "given" not in send(keyed, attempt, key, choose(4, "a"), choose(6, "a")).json
    told = send(keyed, attempt, key, choose(3, "b"))
    assert told.json["given"] == {"1": {"response": {"choice": "a"}, "doubtful": False}}
    clock.move(minutes=61)
    after = {"chosen_ms": 3_601_000}
    true = {"position": 3, "seq": SPAN + 8, "response": {"value": True}, **after}
    told = send(keyed, attempt, key, choose(7, "d", **after), true)
    assert fates(told) == ["refused", "refused"]
    assert told.json["given"] == {
        "1": {"response": {"choice": "a"}, "doubtful": False},
        "3": {"response": None, "doubtful": False},
    }


def test_a_replay_changes_nothing_and_an_older_answer_does_not_count(keyed, attempt, key, session):
    assert fates(send(keyed, attempt, key, choose(5, "c"))) == ["saved"]
    assert fates(send(keyed, attempt, key, choose(5, "c"))) == ["older"]
    assert fates(send(keyed, attempt, key, choose(3, "a"))) == ["older"]
    assert counting(session, attempt) == [(1, SPAN + 5, {"choice": "c"}, False)]
    assert revisions(session) == 2


def test_ten_queued_answers_go_in_one_request_and_the_newest_of_each_counts(
    keyed, attempt, key, session
):
    queue = [choose(n, "abcd"[n % 4]) for n in range(8)]
    queue += [
        {"position": 3, "seq": SPAN + 8, "response": {"value": True}},
        {"position": 5, "seq": SPAN + 9, "response": {"text": "banyak"}},
    ]
    told = send(keyed, attempt, key, *reversed(queue))
    assert sorted(fates(told)) == ["invalid", *["older"] * 7, "saved", "saved"]
    assert "angka" in next(row["reason"] for row in told.json["answers"] if row["reason"])
    assert counting(session, attempt) == [
        (1, SPAN + 7, {"choice": "d"}, False),
        (3, SPAN + 8, {"value": True}, False),
    ]
    assert revisions(session) == 9


def test_an_answer_may_be_taken_back_and_an_empty_queue_is_no_accident(
    keyed, attempt, key, session
):
    send(keyed, attempt, key, choose(0))
    back = {"position": 1, "seq": SPAN + 1, "response": None}
    assert fates(send(keyed, attempt, key, back)) == ["saved"]
    assert counting(session, attempt) == [(1, SPAN + 1, None, False)]
    assert fates(send(keyed, attempt, key)) == []


def test_the_clock_is_written_in_the_language_of_the_page(browser, keyed, attempt):
    browser.post("/language/en")
    assert send(keyed, attempt, take_over(browser, attempt)).json["clock"] == "09:00"


# --- What it does not open -------------------------------------------------------------------


def forged(key, place):
    """The key with another character in one of its parts."""
    parts = key.split(".")
    parts[place] = ("b" if parts[place][0] == "a" else "a") + parts[place][1:]
    return ".".join(parts)


@pytest.mark.parametrize("place", range(4))
def test_a_key_with_any_part_changed_opens_nothing(*, browser, keyed, attempt, key, session, place):
    wrong = forged(key, place)
    assert send(keyed, attempt, wrong, choose(0)).status_code == 401
    # Signed in all the same: the script is told to prove it by its cookie.
    told = send(browser, attempt, wrong, choose(0))
    assert (told.status_code, told.json) == (400, {"error": "key"})
    assert revisions(session) == 0


@pytest.mark.parametrize("key", ["", ".", "a.b.c.d", "ä.ö.ü.ß", "9" * 5000, "1.2.3"])
def test_what_is_no_key_opens_nothing(keyed, attempt, session, key):
    assert send(keyed, attempt, key, choose(0)).status_code == 401
    assert revisions(session) == 0


def test_a_key_opens_no_other_sitting(new_browser, keyed, session, attempt, key):
    other = make_seat(session)
    others = start(new_browser(other.candidate), session, other)
    assert send(keyed, others, key, choose(0)).status_code == 401
    assert revisions(session) == 0


def test_a_key_speaks_for_its_own_window_only(browser, keyed, attempt, key, session):
    take_over(browser, attempt)
    assert send(keyed, attempt, key, choose(0), window=2).status_code == 401
    assert revisions(session) == 0


def test_a_window_that_was_taken_over_is_told_so_and_loses_nothing(
    browser, keyed, attempt, key, session
):
    newer = take_over(browser, attempt)
    chosen = {"position": 1, "seq": 2 * SPAN, "response": {"choice": "d"}}
    assert not send(keyed, attempt, newer, chosen, window=2).json["frozen"]
    told = send(keyed, attempt, key, choose(9, "a"))
    assert told.json["frozen"]
    assert fates(told) == ["older"]
    assert counting(session, attempt) == [(1, 2 * SPAN, {"choice": "d"}, False)]
    assert revisions(session) == 2


def sign_out_elsewhere(session, seat, parts):
    revoke_all_sessions(session, seat.candidate_id, NOW)


def let_the_sign_in_end(session, seat, parts):
    session.execute(sa.update(SignInSession).values(expires_at=NOW))


def withdraw_the_role(session, seat, parts):
    session.execute(sa.delete(RoleGrant).where(RoleGrant.person_id == seat.candidate_id))


def give_the_seat_away(session, seat, parts):
    other = make_person(session)
    session.execute(sa.update(Seat).where(Seat.id == seat.id).values(candidate_id=other.id))


def ask_staff_for_the_code(session, seat, parts):
    session.add(RoleGrant(person_id=seat.candidate_id, role=Role.ASSESSOR, granted_at=NOW))
    session.execute(sa.update(SignInSession).values(totp_at=None))
    parts.settings = replace(parts.settings, staff_totp_required=True)


@pytest.mark.parametrize(
    ("happens", "status"),
    [
        (sign_out_elsewhere, 401),
        (let_the_sign_in_end, 401),
        (withdraw_the_role, 403),
        (give_the_seat_away, 400),
        (ask_staff_for_the_code, 302),
    ],
)
def test_nothing_is_saved_from_the_moment_the_right_to_is_gone(
    *, browser, keyed, attempt, key, session, happens, status
):
    assert fates(send(keyed, attempt, key, choose(0))) == ["saved"]
    happens(session, attempt.seat, browser.application.extensions["lsp"])
    assert send(browser, attempt, key, choose(1)).status_code == status
    assert send(keyed, attempt, key, choose(1)).status_code == 401
    assert revisions(session) == 1


def test_a_new_sign_in_goes_on_with_the_cookie_where_the_key_is_of_the_old(
    *, browser, new_browser, attempt, key, session, csrf_on
):
    sign_out_elsewhere(session, attempt.seat, None)
    again = new_browser(attempt.seat.candidate)
    assert send(again, attempt, key, choose(0)).json == {"error": "key"}
    token = again.get("/ujian/token.json").json["csrf_token"]
    body = {"window": 1, "answers": [choose(0)]}
    headers = {"X-CSRFToken": token}
    saved = again.post(f"/ujian/{attempt.id}/jawaban", json=body, headers=headers)
    assert fates(saved) == ["saved"]


@pytest.mark.parametrize("body", [None, [], {"window": 1}, {"window": 1, "answers": [None]}])
def test_what_our_script_would_not_send_is_refused(browser, attempt, key, session, body):
    headers = {"X-Window-Key": key}
    sent = browser.post(f"/ujian/{attempt.id}/jawaban", json=body, headers=headers)
    assert sent.status_code == 422
    assert revisions(session) == 0


# --- The clock -------------------------------------------------------------------------------


def run_out(attempt, clock):
    """After the deadline, a second before the end of the grace."""
    clock.move(minutes=60, seconds=119)


def run_out_for_good(attempt, clock):
    clock.move(minutes=60, seconds=121)


def pause_here(attempt, clock):
    attempt.paused_at = clock.now()
    clock.move(minutes=30)


def take_a_break(attempt, clock):
    attempt.paused_at, attempt.pause_ends_at = clock.now(), clock.move(minutes=15)
    clock.move(minutes=-5)


def use_a_break_up(attempt, clock):
    attempt.paused_at, attempt.pause_ends_at = clock.now(), clock.move(minutes=15)
    clock.move(minutes=5)


def hand_in(attempt, clock):
    attempt.state, attempt.ended_at = AttemptState.SUBMITTED, clock.now()


def grant_ten_minutes(attempt, clock):
    attempt.seat.extra_minutes = 10
    attempt.deadline += timedelta(minutes=10)
    clock.move(minutes=65)


def close_the_session(attempt, clock):
    attempt.seat.session.closes_at = clock.move(minutes=20)
    attempt.deadline = clock.now()
    clock.move(seconds=10)


STANDINGS = {
    "open": (lambda attempt, clock: None, "saved"),
    "late, inside the grace": (run_out, "late"),
    "after the grace": (run_out_for_good, "refused"),
    "paused": (pause_here, "saved"),
    "in a break": (take_a_break, "saved"),
    "after a break": (use_a_break_up, "saved"),
    "handed in": (hand_in, "refused"),
    "time granted": (grant_ten_minutes, "saved"),
    "session closed": (close_the_session, "late"),
}


@pytest.mark.parametrize("name", STANDINGS)
def test_key_and_cookie_weigh_an_answer_alike_however_the_sitting_stands(
    *, browser, keyed, attempt, key, session, clock, name
):
    # Saved once before, so that the process remembers how the sitting stood then.
    send(keyed, attempt, key, choose(0))
    happens, fate = STANDINGS[name]
    happens(attempt, clock)
    session.flush()
    by_key = send(keyed, attempt, key, choose(1, chosen_ms=5), choose(2, chosen_ms=10**9))
    body = {"window": 1, "answers": [choose(3, chosen_ms=5), choose(4, chosen_ms=10**9)]}
    by_cookie = browser.post(f"/ujian/{attempt.id}/jawaban", json=body)
    # The second of each says itself that it was chosen long after.
    assert [fates(by_key)[0], fates(by_cookie)[0]] in ([fate, fate], ["older", "older"])
    assert fates(by_key)[1] == fates(by_cookie)[1]
    drop = {"answers": None}
    assert by_key.json | drop == by_cookie.json | drop
    rows = session.execute(
        sa.select(AnswerRevision.seconds_left, AnswerRevision.is_late, AnswerRevision.is_refused)
        .where(AnswerRevision.attempt_id == attempt.id)
        .order_by(AnswerRevision.seq)
    ).all()
    assert rows[1:3] == rows[3:5]


# --- What it costs ---------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 10])
def test_a_save_asks_and_writes_in_one_journey_to_the_database(
    *, keyed, attempt, key, connection, backend, count
):
    send(keyed, attempt, key, choose(0))  # the paper is read once
    keyed.test_session.refresh(attempt)
    queue = [choose(n + 1) for n in range(count)]
    with overheard(connection.connection.driver_connection) as heard:
        assert fates(send(keyed, attempt, key, *queue))[-1] == "saved"
    if backend == "postgresql":
        assert len(heard) == 1, heard
    else:  # no journey, a function call: the question, each revision, and what counts
        assert len(heard) == count + 2, heard


def test_a_save_opens_no_session_of_objects(app, keyed, attempt, key):
    send(keyed, attempt, key, choose(0))  # the paper is read once
    app.extensions["lsp"].open_session = None
    assert fates(send(keyed, attempt, key, choose(1))) == ["saved"]
