import gzip
import json
import re
import uuid
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from lsp.accounts.models import Person, RoleGrant, SignInSession
from lsp.accounts.services.sessions import revoke_all_sessions
from lsp.exams.models import Answer, AnswerRevision, Attempt, Presence, SeatEvent
from lsp.exams.rules.journal import SPAN
from lsp.exams.rules.kinds import AttemptState, ItemType
from lsp.exams.rules.ordering import own_order
from lsp.exams.services.rooms import grant_extra_time, move_seat
from lsp.exams.services.sitting.clocks import pause
from lsp.roles import Role
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import (
    IN_PAPER,
    SAMPLES,
    make_exam_session,
    make_paper,
    make_revision,
    make_seat,
)
from tests.factories.skkni import make_scheme_version

#: What a form sends for each type, and what is stored of it.
FORMS = {
    1: ({"choice": "b"}, {"choice": "b"}),
    2: ({"choices": ["c", "a"]}, {"choices": ["a", "c"]}),
    3: ({"value": "false"}, {"value": False}),
    4: ({"text": " siaran pers "}, {"text": "siaran pers"}),
    5: ({"text": "12,5"}, {"text": "12,5"}),
    6: ({"pairs-1": "b", "pairs-2": ""}, {"pairs": {"1": "b"}}),
    7: ({"text": "Satu.\r\n\r\nDua."}, {"text": "Satu.\n\nDua."}),
}
COUNT = len(IN_PAPER)


@pytest.fixture
def seat(session):
    return make_seat(session)


@pytest.fixture
def browser(new_browser, seat):
    return new_browser(seat.candidate)


@pytest.fixture
def attempt(browser, session, seat):
    start(browser, seat)
    return session.scalars(sa.select(Attempt).where(Attempt.seat_id == seat.id)).one()


def start(browser, seat, **values):
    data = {"token": "humas", "confirms": "y", "agrees": "y", **values}
    return browser.page(f"/ujian/{seat.id}/mulai", data=data)


def question(attempt, position=1):
    return f"/ujian/{attempt.id}/soal/{position}"


def take_over(browser, attempt):
    return browser.post(f"/ujian/{attempt.id}/jendela").json


def answer(position, seq, response, **values):
    return {"position": position, "seq": seq, "response": response, **values}


def send(browser, attempt, *answers, window=1, **kwargs):
    body = {"window": window, "answers": list(answers)}
    return browser.post(f"/ujian/{attempt.id}/jawaban", json=body, **kwargs)


def tell(browser, attempt, status=200, **values):
    body = {"window": 1, "position": 1, "queued": 0, "visible": True, "extra": 0, **values}
    response = browser.post(f"/ujian/{attempt.id}/kabar", json=body)
    assert response.status_code == status, response.get_data(as_text=True)
    return response.json


def stored(session, attempt):
    rows = session.execute(
        sa.select(Answer.position, Answer.response)
        .where(Answer.attempt_id == attempt.id)
        .order_by(Answer.position)
    )
    return {row.position: row.response for row in rows}


def text(page):
    return " ".join(page.main.get_text(" ").split())


# --- Before the exam -------------------------------------------------------------------------


def test_the_list_names_place_time_zone_and_what_the_exam_waits_for(new_browser, session):
    person = make_person(session)
    exam = make_exam_session(session, title="Ujian Makassar", timezone="Asia/Makassar")
    make_seat(session, candidate=person, exam_session=exam, cleared_at=None)
    page = text(new_browser(person).page("/ujian"))
    assert "Ujian Makassar" in page
    assert "TUK Uji" in page
    assert "23 November 2026 pukul 09.00 WITA" in page
    assert "Menunggu AK.01" in page
    assert "Mulai ujian" not in page


def test_a_person_without_a_seat_is_told_how_one_comes(new_browser, session):
    page = text(new_browser(make_person(session)).page("/ujian"))
    assert "Anda belum terdaftar di sesi ujian" in page


def test_the_start_page_shows_who_sits_and_what_comes(browser, seat):
    page = text(browser.page(f"/ujian/{seat.id}/mulai"))
    assert seat.candidate.full_name in page
    assert "60 menit" in page
    assert f"Jumlah soal {COUNT}" in page


def test_the_start_page_promises_no_more_than_the_close_leaves(browser, seat, session, clock):
    assert "60 menit, sampai sesi ditutup" not in text(browser.page(f"/ujian/{seat.id}/mulai"))
    seat.session.closes_at = NOW + timedelta(minutes=10)
    session.commit()
    page = text(browser.page(f"/ujian/{seat.id}/mulai"))
    assert "10 menit, sampai sesi ditutup, bukan 60 menit" in page


def test_starting_leads_to_the_first_question(browser, seat):
    page = start(browser, seat)
    assert page.h1.get_text(" ", strip=True).startswith("Soal 1")


def test_many_wrong_tokens_of_a_seat_wait_and_are_told_to_the_room(
    browser, seat, session, clock, new_browser
):
    def told(token):
        return text(start(browser, seat, token=token))

    other = make_seat(session, exam_session=seat.session)
    for _try in range(5):
        assert "Token tidak cocok" in told("SALAH")
    assert "Tunggu 5 detik" in told("HUMAS")
    clock.move(seconds=5)
    assert "Token tidak cocok" in told("SALAH")
    assert "Tunggu 5 detik" in told("HUMAS")
    # Nobody else waits, and the room reads of it once.
    assert "Token tidak cocok" in text(start(new_browser(other.candidate), other, token="SALAH"))
    event = session.scalars(sa.select(SeatEvent)).one()
    assert (event.seat_id, event.kind, event.detail) == (seat.id, "wrong_tokens", {"tries": 5})
    clock.move(seconds=5)
    start(browser, seat)
    assert session.scalars(sa.select(Attempt.seat_id)).all() == [seat.id]


def test_a_wrong_token_is_named_at_its_field_and_stays_filled_in(browser, seat):
    page = start(browser, seat, token="SALAH")
    assert page.title.string.startswith("Galat:")
    assert page.find(id="token")["value"] == "SALAH"
    assert "Token tidak cocok" in page.find(id="token-error").get_text()


def test_nobody_starts_without_agreeing(browser, seat, session):
    page = browser.page(f"/ujian/{seat.id}/mulai", data={"token": "HUMAS"})
    assert "Beri tanda setuju" in text(page)
    assert session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 0


def test_nobody_starts_without_saying_that_it_is_them(browser, seat, session):
    page = browser.page(f"/ujian/{seat.id}/mulai", data={"token": "HUMAS", "agrees": "y"})
    assert "Beri tanda bahwa identitas di atas benar" in text(page)
    assert session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 0


def test_the_start_page_names_what_was_adjusted_and_what_is_noted(browser, seat):
    seat.time_percent, seat.break_minutes = 150, 15
    seat.text_percent, seat.helper = 200, "pembaca"
    page = text(browser.page(f"/ujian/{seat.id}/mulai"))
    assert "Waktu Anda 90 menit, bukan 60 menit." in page
    assert "jeda, seluruhnya 15 menit" in page
    assert "lebih besar: 200%" in page
    assert "Pendamping Anda: pembaca" in page
    assert "catatan itu bukan putusan" in page


def test_the_number_of_the_candidate_is_shown_masked(new_browser, session, app):
    number = "199511142024242001"
    person = make_person(session, nip_hidden=app.extensions["lsp"].vault.hide(number))
    seat = make_seat(session, candidate=person)
    page = text(new_browser(person).page(f"/ujian/{seat.id}/mulai"))
    assert number not in page.replace(" ", "")
    assert "2001" in page


def test_nobody_starts_in_a_paused_room(browser, seat, session):
    seat.session.paused_at = NOW
    page = start(browser, seat)
    assert "Ujian sedang dijeda oleh pengawas" in text(page)
    assert session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 0


def test_starting_a_second_time_goes_on_with_the_first_sitting(browser, seat, attempt, session):
    start(browser, seat)
    assert session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 1


# --- Without script --------------------------------------------------------------------------


@pytest.mark.parametrize("position", FORMS)
def test_a_form_saves_its_answer_and_shows_it_again(browser, attempt, session, position):
    sent, expected = FORMS[position]
    browser.page(question(attempt, position), data={**sent, "go": "next"})
    assert stored(session, attempt) == {position: expected}
    page = browser.page(question(attempt, position))
    form = page.find(id="answer-form")
    chosen = [box["value"] for box in form.select("#question input[checked]")]
    typed = form.select_one("#question input[type=text], #question textarea")
    picked = [option["value"] for option in form.select("#question option[selected]")]
    expected_on_page = {
        1: ["b"],
        2: ["a", "c"],
        3: ["false"],
        4: "siaran pers",
        5: "12,5",
        6: ["b"],
        7: "Satu.\n\nDua.",
    }[position]
    if position in (4, 5):
        assert typed["value"] == expected_on_page
    elif position == 7:
        assert typed.string.lstrip("\n") == expected_on_page
    else:
        assert (chosen or picked) == expected_on_page


@pytest.mark.parametrize(
    ("go", "leads_to"),
    [("next", "/soal/3"), ("previous", "/soal/1"), ("7", "/soal/7"), ("finish", "/periksa")],
)
def test_every_button_saves_before_it_leads_on(browser, attempt, session, go, leads_to):
    response = browser.post(question(attempt, 2), data={"choices": "a", "go": go})
    assert response.location.endswith(leads_to)
    assert stored(session, attempt) == {2: {"choices": ["a"]}}


def test_the_last_question_leads_to_the_check_page(browser, attempt):
    response = browser.post(question(attempt, COUNT), data={"text": "Uraian", "go": "next"})
    assert response.location.endswith("/periksa")


def test_doubt_is_kept_and_named_in_the_grid_in_words(browser, attempt):
    page = browser.page(question(attempt), data={"choice": "b", "doubtful": "1", "go": "2"})
    states = [
        " ".join(button.get_text().split()) for button in page.select(".lsp-grid__list button")
    ]
    assert states[0] == "Soal 1, ragu-ragu"
    assert states[1] == "Soal 2, belum dijawab"
    assert page.select_one("[aria-current]")["value"] == "2"


def test_the_newest_form_counts(browser, attempt, session):
    for letter in "abca":
        browser.post(question(attempt), data={"choice": letter})
    assert stored(session, attempt) == {1: {"choice": "a"}}
    assert session.scalar(sa.select(sa.func.count()).select_from(AnswerRevision)) == 4


def test_an_impossible_answer_is_explained_and_stays_typed(browser, attempt, session):
    page = browser.page(question(attempt, 5), data={"text": "banyak sekali"}, status=422)
    assert page.title.string.startswith("Galat:")
    assert page.find(id="answer-text")["value"] == "banyak sekali"
    assert "Isi jawaban dengan angka" in page.find(id="answer-error").get_text()
    assert stored(session, attempt) == {}


def test_a_stale_token_loses_nothing_and_says_what_to_do(browser, attempt, session, csrf_on):
    data = {"csrf_token": "milik sesi lama", "choice": "c", "doubtful": "1"}
    page = browser.page(question(attempt), data=data, status=400)
    assert page.select_one("input[value=c]").has_attr("checked")
    assert page.find(id="doubtful").has_attr("checked")
    assert "Anda masuk lagi di jendela lain" in text(page)
    assert stored(session, attempt) == {}
    fresh = page.select_one("#answer-form input[name=csrf_token]")["value"]
    browser.page(question(attempt), data={**data, "csrf_token": fresh})
    assert stored(session, attempt) == {1: {"choice": "c"}}


@pytest.mark.parametrize("end", ["handed in", "grace over", "paused"])
def test_a_faulty_form_shows_no_question_that_its_page_would_not_show(
    browser, attempt, clock, csrf_on, end
):
    page = browser.page(question(attempt, 5))
    words = page.select_one("#question label").get_text(strip=True)
    assert words
    token = page.select_one("#answer-form input[name=csrf_token]")["value"]
    if end == "handed in":
        browser.post(f"/ujian/{attempt.id}/kirim", data={"csrf_token": token})
    elif end == "grace over":
        clock.move(minutes=63)
    else:
        pause(attempt, clock.now())
        sa.orm.object_session(attempt).flush()
    for proof in ({"csrf_token": token}, {"csrf_token": "milik sesi lama"}):
        data = {**proof, "text": "banyak sekali"}
        response = browser.post(question(attempt, 5), data=data)
        assert words not in response.text
        if end == "paused":
            assert "X-Paused" in response.headers
        else:
            assert response.location.endswith("/selesai")


def test_a_late_form_is_accepted_and_says_so(browser, attempt, session, clock):
    clock.move(minutes=60, seconds=20)
    page = browser.page(question(attempt), data={"choice": "b"})
    assert "masih diterima dan ditandai terlambat" in text(page)
    assert "Waktu habis" in page.h1.get_text()
    assert stored(session, attempt) == {1: {"choice": "b"}}


def test_a_form_later_than_one_slow_request_is_kept_but_does_not_count(
    browser, attempt, session, clock
):
    clock.move(minutes=61)
    page = browser.page(question(attempt), data={"choice": "b"})
    assert "belum dihitung" in text(page)
    assert stored(session, attempt) == {}
    assert session.scalars(sa.select(AnswerRevision.is_refused)).all() == [True]


def test_a_question_that_is_not_in_the_paper_does_not_exist(browser, attempt):
    for position in (0, COUNT + 1):
        assert browser.get(question(attempt, position)).status_code == 404
        assert browser.post(question(attempt, position), data={}).status_code == 404


# --- The end ---------------------------------------------------------------------------------


def test_the_check_page_counts_and_links_what_is_open(browser, attempt):
    browser.post(question(attempt, 1), data={"choice": "b"})
    browser.post(question(attempt, 2), data={"choices": "a", "doubtful": "1"})
    page = browser.page(f"/ujian/{attempt.id}/periksa")
    assert [value.string for value in page.select(".lsp-stat__value")] == ["2", "1", "5"]
    links = [link["href"] for link in page.select("main .lsp-grid__list a")]
    assert links == [question(attempt, p) for p in (3, 4, 5, 6, 7, 2)]


def test_submitting_ends_the_exam_and_every_page_leads_to_the_receipt(browser, attempt):
    page = browser.page(f"/ujian/{attempt.id}/kirim", data={})
    assert "Jawaban Anda sudah dikirim" in page.h1.get_text()
    assert "Nilai tidak ditampilkan sebelum keputusan" in text(page)
    for path in ("soal/1", "periksa"):
        response = browser.get(f"/ujian/{attempt.id}/{path}")
        assert response.location.endswith("/selesai")
    assert browser.get(f"/ujian/{attempt.id}/naskah.json").status_code == 410


def test_submitting_twice_shows_the_same_receipt(browser, attempt, session, clock):
    browser.page(f"/ujian/{attempt.id}/kirim", data={})
    clock.move(minutes=5)
    page = browser.page(f"/ujian/{attempt.id}/kirim", data={})
    assert "Jawaban Anda sudah dikirim" in page.h1.get_text()
    assert session.get(Attempt, attempt.id).ended_at == NOW


def test_submitting_with_a_stale_token_asks_once_more(browser, attempt, session, csrf_on):
    page = browser.page(f"/ujian/{attempt.id}/kirim", data={"csrf_token": "lama"}, status=400)
    assert "Tekan Kirim jawaban sekali lagi" in text(page)
    assert session.get(Attempt, attempt.id).state is AttemptState.OPEN


def test_the_receipt_before_the_end_leads_back_to_the_exam(browser, attempt):
    response = browser.get(f"/ujian/{attempt.id}/selesai")
    assert response.location.endswith("/lanjut")


def test_when_time_is_over_the_page_says_what_was_saved(browser, attempt, clock):
    browser.post(question(attempt), data={"choice": "b"})
    clock.move(minutes=60)
    page = browser.page(question(attempt, 2))
    assert "Waktu habis" in page.h1.get_text()
    assert f"1 dari {COUNT}" in text(page)


def test_who_comes_back_after_the_grace_finds_the_exam_closed_and_marked(
    browser, attempt, session, clock
):
    clock.move(minutes=63)
    page = browser.page(question(attempt, 2))
    assert "sudah diteruskan untuk dinilai" in text(page)
    assert session.get(Attempt, attempt.id).state is AttemptState.CLOSED


# --- The script's addresses ------------------------------------------------------------------


def test_a_window_learns_how_the_exam_stands(browser, attempt, clock):
    browser.post(question(attempt), data={"choice": "b", "doubtful": "1"})
    clock.move(minutes=10)
    told = take_over(browser, attempt)
    assert told["first_seq"] == told["window"] * SPAN
    assert (told["seconds_left"], told["elapsed_ms"], told["open"]) == (3000, 600_000, True)
    assert told["given"] == {"1": {"response": {"choice": "b"}, "doubtful": True}}


@pytest.mark.parametrize("end", ["submitted", "time is over", "no window was ever open"])
def test_after_the_end_no_key_is_given_and_what_never_had_a_window_is_kept(
    browser, attempt, session, clock, end
):
    if end != "no window was ever open":
        take_over(browser, attempt)
    if end == "submitted":
        browser.page(f"/ujian/{attempt.id}/kirim", data={})
    else:
        clock.move(minutes=63)
    assert take_over(browser, attempt) == {"open": False}
    chosen = answer(1, 1, {"choice": "b"})
    (fate,) = send(browser, attempt, chosen, window=1).json["answers"]
    assert fate["fate"] == "refused"
    assert stored(session, attempt) == {}
    assert session.scalars(sa.select(AnswerRevision.response)).all() == [{"choice": "b"}]


def test_a_batch_is_saved_and_each_answer_gets_its_word(browser, attempt, session):
    first = take_over(browser, attempt)["first_seq"]
    told = send(
        browser,
        attempt,
        answer(1, first, {"choice": "b"}, chosen_ms=1000, estimated=True),
        answer(5, first + 1, {"text": "banyak"}),
        answer(3, first + 2, {"value": True}, doubtful=True),
    ).json
    fates = {row["position"]: (row["seq"] - first, row["fate"]) for row in told["answers"]}
    assert fates == {1: (0, "saved"), 3: (2, "saved"), 5: (1, "invalid")}
    assert "angka" in next(row["reason"] for row in told["answers"] if row["reason"])
    assert (told["clock"], told["seconds_left"], told["frozen"]) == ("09.00", 3600, False)
    assert told["elapsed_ms"] == 0
    assert stored(session, attempt) == {1: {"choice": "b"}, 3: {"value": True}}
    ways = sa.select(AnswerRevision.via).order_by(AnswerRevision.position)
    assert session.scalars(ways).all() == ["offline", "script"]


def test_the_older_window_is_told_that_it_is_frozen_and_loses_nothing(browser, attempt, session):
    old = take_over(browser, attempt)
    take_over(browser, attempt)
    told = send(
        browser, attempt, answer(1, old["first_seq"], {"choice": "d"}), window=old["window"]
    ).json
    assert told["frozen"]
    assert stored(session, attempt) == {1: {"choice": "d"}}
    assert tell(browser, attempt, window=old["window"])["frozen"]
    assert not tell(browser, attempt, window=old["window"] + 1)["frozen"]


def test_a_stale_token_is_told_apart_and_a_fresh_one_can_be_had(browser, attempt, csrf_on):
    assert send(browser, attempt).json == {"error": "csrf"}
    fresh = browser.get("/ujian/token.json").json["csrf_token"]
    headers = {"X-CSRFToken": fresh}
    assert send(browser, attempt, headers=headers).status_code == 200
    assert browser.post(f"/ujian/{attempt.id}/jendela").status_code == 400
    assert browser.post(f"/ujian/{attempt.id}/jendela", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"window": True, "answers": []},
        {"window": 1},
        {"window": 1, "answers": [None]},
        {"window": 1, "answers": [{"position": "1", "seq": 1}]},
        {"window": 1, "answers": [{"position": 1, "seq": 1, "response": "b"}]},
        {"window": 1, "answers": [{"position": 1, "seq": 1, "response": None}] * 101},
    ],
)
def test_what_our_script_would_not_send_is_refused(browser, attempt, session, body):
    assert browser.post(f"/ujian/{attempt.id}/jawaban", json=body).status_code == 422
    assert session.scalar(sa.select(sa.func.count()).select_from(AnswerRevision)) == 0


@pytest.mark.parametrize("path", ["jawaban", "kabar"])
def test_json_nested_beyond_reason_is_refused(browser, attempt, path):
    response = browser.post(
        f"/ujian/{attempt.id}/{path}", data="[" * 20_000, content_type="application/json"
    )
    assert response.status_code == 422


def test_hostile_numbers_are_no_accident(browser, attempt, session):
    told = send(
        browser,
        attempt,
        answer(10**30, 10**30, {"choice": "b"}, chosen_ms=10**30),
        answer(1, -1, {"choice": {"$ne": 1}}, chosen_ms=-1),
    )
    assert told.status_code == 200
    assert {row["fate"] for row in told.json["answers"]} == {"invalid"}


def test_saving_with_the_cookie_asks_who_it_is_and_whether_the_session_wants_a_browser(
    browser, attempt, statements, backend
):
    first = take_over(browser, attempt)["first_seq"]
    send(browser, attempt, answer(1, first, {"choice": "a"}))
    body = {"window": 1, "answers": [answer(1, first + 1, {"choice": "b"})]}
    address = f"/ujian/{attempt.id}/jawaban"
    statements.clear()
    assert browser.post(address, json=body).json["answers"][0]["fate"] == "saved"
    assert len(statements) == {"sqlite": 5, "postgresql": 4}[backend], statements


def revoke_every_sign_in(session, person_id, parts):
    revoke_all_sessions(session, person_id, NOW)


def let_every_sign_in_end(session, person_id, parts):
    session.execute(sa.update(SignInSession).values(expires_at=NOW))


def withdraw_the_role(session, person_id, parts):
    session.execute(sa.delete(RoleGrant).where(RoleGrant.person_id == person_id))


def swap_the_role(session, person_id, parts):
    swapped = sa.update(RoleGrant).where(RoleGrant.person_id == person_id)
    session.execute(swapped.values(role=Role.ASSESSOR))


def ask_staff_for_the_code(session, person_id, parts):
    session.add(RoleGrant(person_id=person_id, role=Role.ASSESSOR, granted_at=NOW))
    session.execute(sa.update(SignInSession).values(totp_at=None))
    parts.settings = replace(parts.settings, staff_totp_required=True)


@pytest.mark.parametrize(
    ("happens", "status"),
    [
        (revoke_every_sign_in, 401),
        (let_every_sign_in_end, 401),
        (withdraw_the_role, 403),
        (swap_the_role, 403),
        (ask_staff_for_the_code, 302),
    ],
)
def test_nothing_is_saved_from_the_moment_the_right_to_is_gone(
    browser, attempt, session, happens, status
):
    first = take_over(browser, attempt)["first_seq"]
    send(browser, attempt, answer(1, first, {"choice": "a"}))
    happens(session, attempt.seat.candidate_id, browser.application.extensions["lsp"])
    assert send(browser, attempt, answer(1, first + 1, {"choice": "b"})).status_code == status
    assert send(browser, attempt, None).status_code == status
    assert stored(session, attempt) == {1: {"choice": "a"}}
    assert session.scalar(sa.select(sa.func.count()).select_from(AnswerRevision)) == 1


def test_a_stale_token_hides_no_signing_out(browser, attempt, session, csrf_on):
    revoke_every_sign_in(session, attempt.seat.candidate_id, None)
    assert send(browser, attempt).status_code == 401


def test_staff_who_gave_the_code_sit_like_anybody(browser, attempt, session):
    first = take_over(browser, attempt)["first_seq"]
    parts = browser.application.extensions["lsp"]
    ask_staff_for_the_code(session, attempt.seat.candidate_id, parts)
    session.execute(sa.update(SignInSession).values(totp_at=NOW))
    told = send(browser, attempt, answer(1, first, {"choice": "a"})).json
    assert told["answers"][0]["fate"] == "saved"


def test_the_clock_is_written_as_the_account_or_the_switch_wants_it(browser, attempt, session):
    assert send(browser, attempt).json["clock"] == "09.00"
    session.get(Person, attempt.seat.candidate_id).language = "en"
    assert send(browser, attempt).json["clock"] == "09:00"
    browser.post("/language/id")
    assert send(browser, attempt).json["clock"] == "09.00"


def test_a_signed_out_browser_is_told_so(new_browser, attempt):
    stranger = new_browser()
    assert send(stranger, attempt).status_code == 401
    tell(stranger, attempt, status=401)


def test_another_persons_exam_does_not_exist(new_browser, session, seat, attempt):
    other = new_browser(make_person(session))
    gets = ("soal/1", "soal/1/tampak.gif", "periksa", "selesai", "lanjut", "naskah.json")
    posts = ("soal/1", "soal/1/jeda", "kirim", "jendela")
    assert {other.get(f"/ujian/{attempt.id}/{path}").status_code for path in gets} == {404}
    assert {other.post(f"/ujian/{attempt.id}/{path}").status_code for path in posts} == {404}
    assert send(other, attempt, answer(1, SPAN, {"choice": "b"})).status_code == 404
    tell(other, attempt, status=404)
    assert other.get(f"/ujian/{seat.id}/mulai").status_code == 404
    assert session.get(Attempt, attempt.id).state is AttemptState.OPEN


def test_the_paper_comes_compressed_and_in_the_reader_s_language(browser, attempt):
    packed = browser.get(f"/ujian/{attempt.id}/naskah.json", headers={"Accept-Encoding": "gzip"})
    questions = json.loads(gzip.decompress(packed.data))
    assert [question["position"] for question in questions] == list(range(1, COUNT + 1))
    plain = browser.get(f"/ujian/{attempt.id}/naskah.json", headers={"Accept-Encoding": ""})
    assert plain.json == questions


def test_the_service_worker_looks_after_the_exam_pages(browser):
    response = browser.get("/ujian/sw.js")
    assert response.status_code == 200
    assert "javascript" in response.content_type
    response.close()


# --- What never leaves -----------------------------------------------------------------------


def test_no_key_rationale_title_or_score_leaves_with_any_page_of_the_exam(
    new_browser, session, clock
):
    """Each secret carries a word of its own, so that it is found wherever it slips out."""
    version = make_scheme_version(session)
    criterion = version.units[0].unit.elements[0].criteria[0]
    keys = {
        **{type_: key for type_, (_, key) in SAMPLES.items()},
        ItemType.SHORT_ANSWER: {"accepted": ["tersembunyikunci"], "case_sensitive": False},
        ItemType.NUMERICAL: {"value": "918273", "tolerance": "645"},
        ItemType.ESSAY: {
            "rubric": [{"aspect": "tersembunyirubrik", "points": 4}],
            "model_answer": "tersembunyicontoh",
        },
    }
    revisions = [
        make_revision(
            session,
            type=type_,
            criterion=criterion,
            key=keys[type_],
            title="tersembunyijudul",
            rationale="tersembunyialasan",
            max_score=Decimal("7777.25"),
        )
        for type_ in ItemType
    ]
    paper = make_paper(session, scheme_version=version, revisions=revisions)
    seat = make_seat(session, exam_session=make_exam_session(session, paper=paper))
    browser = new_browser(seat.candidate)
    sent = [browser.get("/ujian"), browser.get(f"/ujian/{seat.id}/mulai")]
    start(browser, seat)
    attempt = session.scalars(sa.select(Attempt).where(Attempt.seat_id == seat.id)).one()
    base = f"/ujian/{attempt.id}"
    for position, (data, _) in FORMS.items():
        sent += [
            browser.get(f"{base}/soal/{position}"),
            browser.post(f"{base}/soal/{position}", data=data, follow_redirects=True),
            browser.get(f"{base}/soal/{position}"),
        ]
    told = browser.post(f"{base}/jendela")
    first = told.json["first_seq"]
    sent += [
        told,
        send(browser, attempt, answer(1, first, {"choice": "b"})),
        browser.get(f"{base}/naskah.json", headers={"Accept-Encoding": ""}),
        browser.post(f"{base}/kabar", json={"window": 1}),
        browser.get(f"{base}/periksa"),
        browser.post(f"{base}/kirim", follow_redirects=True),
        browser.get(f"{base}/selesai"),
        browser.get("/ujian"),
    ]
    secrets = re.compile(
        "tersembunyi|918273|645|7777|correct|accepted|rubric|model_answer|max_score|rationale|tolerance"
    )
    for response in sent:
        assert response.status_code == 200
        body = response.get_data(as_text=True)
        # Ids and tokens are random: a secret number may occur in them by accident.
        body = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}|v=[0-9a-f]{12}|csrf[^>]*>", "", body)
        body = re.sub(r'data-csrf="[^"]*"', "", body)
        assert not secrets.search(body), (response.request.path, secrets.search(body))


def test_the_list_costs_a_fixed_number_of_statements(new_browser, session, statements):
    person = make_person(session)
    browser = new_browser(person)
    counts = []
    for _ in range(2):
        make_seat(session, candidate=person)
        session.commit()
        statements.clear()
        browser.page("/ujian")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_new_sign_in_goes_on_with_the_same_sitting(new_browser, attempt, session, clock):
    clock.move(minutes=5)
    phone = new_browser(attempt.seat.candidate)
    page = phone.page(question(attempt, 2))
    assert page.find(id="time-left").string == "00.55.00"
    assert attempt.deadline - NOW == timedelta(minutes=60)


def test_a_signed_out_page_that_asks_again_leaves_the_cookie_alone(new_browser, attempt):
    """Its answer may arrive after a sign-in in another tab, and must not undo it."""
    stranger = new_browser()
    send(stranger, attempt)  # the first answer may give the stranger a cookie
    assert "Set-Cookie" not in send(stranger, attempt).headers


# --- Adjustments, pauses, own order ----------------------------------------------------------


@pytest.mark.parametrize(("percent", "size"), [(110, 125), (150, 150), (250, 300)])
def test_larger_text_is_a_class_of_the_page(browser, attempt, session, percent, size):
    attempt.seat.text_percent = percent
    assert f"lsp-text-{size}" in browser.page(question(attempt)).html["class"]


def test_a_paused_exam_shows_no_question_and_keeps_what_was_chosen_before(
    browser, attempt, session, clock
):
    assert pause(attempt, clock.now())
    clock.move(minutes=30)
    page = browser.page(question(attempt))
    assert "Dijeda oleh pengawas" in page.h1.get_text()
    assert page.find(id="question") is None
    assert page.find(id="time-left").string == "01.00.00"
    assert browser.get(f"/ujian/{attempt.id}/naskah.json").status_code == 409
    first = take_over(browser, attempt)["first_seq"]
    told = send(browser, attempt, answer(1, first, {"choice": "b"}, chosen_ms=10)).json
    assert (told["paused"], told["break"], told["seconds_left"]) == (True, False, 3600)
    assert stored(session, attempt) == {1: {"choice": "b"}}


def test_a_break_is_taken_and_ended_with_a_button(browser, attempt, session, clock):
    assert browser.page(question(attempt, 2)).find(id="take-break") is None
    attempt.seat.break_minutes = 15
    page = browser.page(question(attempt, 2))
    assert "Sisa jeda Anda 15 menit" in text(page)
    page = browser.page(f"{question(attempt, 2)}/jeda", data={})
    assert "Anda sedang jeda" in page.h1.get_text()
    clock.move(minutes=10)
    page = browser.page(f"{question(attempt, 2)}/jeda", data={"do": "end"})
    assert page.find(id="question-number").string == "2"
    assert page.find(id="time-left").string == "01.00.00"
    assert "Sisa jeda Anda 5 menit" in text(page)


def test_a_break_ends_by_itself_when_its_minutes_are_used(browser, attempt, clock):
    attempt.seat.break_minutes = 15
    browser.page(f"{question(attempt)}/jeda", data={})
    clock.move(minutes=20)
    page = browser.page(question(attempt))
    assert page.find(id="question")
    assert page.find(id="time-left").string == "00.55.00"
    again = browser.page(f"{question(attempt)}/jeda", data={})
    assert "Jeda tidak bisa diambil sekarang" in text(again)


def test_extra_time_is_told_with_its_reason_on_page_and_to_the_script(browser, attempt, session):
    grant_extra_time(
        session,
        session_id=attempt.seat.session_id,
        seat_id=attempt.seat_id,
        minutes=10,
        reason="listrik padam",
        once=uuid.uuid4(),
        actor_id=make_person(session).id,
        now=NOW,
    )
    words = "Pengawas menambah 10 menit: listrik padam"
    assert words in text(browser.page(question(attempt)))
    first = take_over(browser, attempt)["first_seq"]
    assert send(browser, attempt, answer(1, first, {"choice": "a"})).json["extra"] == 10
    assert tell(browser, attempt)["grants"] == [words]
    assert "grants" not in tell(browser, attempt, extra=10)


def test_numbers_follow_the_own_order_and_answers_the_paper(browser, seat, session):
    seat.paper.blueprint.shuffles_questions = True
    page = start(browser, seat)
    attempt = session.scalars(sa.select(Attempt)).one()
    buttons = page.select(".lsp-grid__list button")
    order = [int(button["value"]) for button in buttons]
    assert order == own_order(range(1, COUNT + 1), attempt.id.hex)
    assert [" ".join(b.get_text().split())[:6] for b in buttons][:2] == ["Soal 1", "Soal 2"]
    response = browser.post(question(attempt, order[0]), data={"go": "next"})
    assert response.location.endswith(f"/soal/{order[1]}")
    response = browser.post(question(attempt, order[-1]), data={"go": "next"})
    assert response.location.endswith("/periksa")


def test_the_room_sees_who_works_without_script(browser, attempt, session, clock):
    page = browser.page(question(attempt, 2))
    (picture,) = page.select("noscript img")
    assert session.get(Presence, attempt.id) is None
    assert browser.get(picture["src"]).headers["Cache-Control"] == "no-store"
    presence = session.get(Presence, attempt.id)
    assert (presence.seen_at, presence.position, presence.is_live) == (clock.now(), 2, False)
    clock.move(minutes=4)
    browser.post(question(attempt, 3), data={"choice": "a", "go": "next"})
    session.expire_all()
    presence = session.get(Presence, attempt.id)
    assert (presence.seen_at, presence.position) == (clock.now(), 3)
    tell(browser, attempt, window=take_over(browser, attempt)["window"])
    session.expire_all()
    assert session.get(Presence, attempt.id).is_live


# --- What a window reports -------------------------------------------------------------------


def test_a_report_shows_in_the_room_and_its_notes_at_the_seat_once(browser, attempt, session):
    take_over(browser, attempt)
    notes = [{"n": 1, "code": "left_tab"}, {"n": 2, "code": "offline", "seconds": 40}]
    for _ in range(2):
        tell(browser, attempt, position=3, queued=2, visible=False, notes=notes)
    presence = session.get(Presence, attempt.id)
    assert (presence.position, presence.queued, presence.is_visible) == (3, 2, False)
    events = session.execute(sa.select(SeatEvent.kind, SeatEvent.actor_id, SeatEvent.detail))
    assert sorted(tuple(event) for event in events) == [
        ("left_tab", None, {}),
        ("offline", None, {"seconds": 40}),
        ("opened", None, {"window": 1}),
    ]


@pytest.mark.parametrize(
    "note",
    [
        None,
        "left_tab",
        {"n": 1},
        {"n": 1, "code": "verdict"},
        {"n": 1, "code": ["copied"]},
        {"n": -1, "code": "copied"},
        {"n": 10**30, "code": "copied"},
    ],
)
def test_what_is_no_note_is_left_out(browser, attempt, session, note):
    take_over(browser, attempt)
    tell(browser, attempt, notes=[note], position=10**30, queued="many")
    assert session.scalars(sa.select(SeatEvent.kind)).all() == ["opened"]
    assert session.get(Presence, attempt.id).position is None


@pytest.mark.parametrize("body", [None, [], {}, {"window": "1"}, {"window": 1, "notes": {}}])
def test_what_is_no_report_is_refused(browser, attempt, body):
    response = browser.post(f"/ujian/{attempt.id}/kabar", json=body)
    assert response.status_code == 422


def openings(session):
    events = sa.select(SeatEvent.kind).where(SeatEvent.kind.in_(("opened", "second_device")))
    return sorted(session.scalars(events))


@pytest.mark.parametrize("way", ["script", "form"])
def test_the_server_notes_that_an_exam_goes_on_from_another_sign_in(
    new_browser, seat, attempt, session, way
):
    def go_on(browser):
        if way == "script":
            take_over(browser, attempt)
        else:
            browser.page(question(attempt), data={"choice": "b", "go": "next"})

    browser = new_browser(seat.candidate)
    go_on(browser)
    go_on(browser)
    assert openings(session) == ["opened"]
    other = new_browser(seat.candidate)
    for each in (other, browser, other):
        go_on(each)
    assert openings(session) == ["opened", "second_device"]
    room = f"/sesi-ujian/{seat.session_id}/ruang"
    invigilator = new_browser(make_person(session, Role.INVIGILATOR))
    assert "ujian dibuka sesudah masuk lagi" in text(invigilator.page(f"{room}/{seat.id}"))
    assert "1 catatan" in text(invigilator.page(room))


def test_who_was_moved_by_the_invigilator_is_no_second_device(new_browser, seat, attempt, session):
    take_over(new_browser(seat.candidate), attempt)
    move_seat(
        session,
        session_id=seat.session_id,
        seat_id=seat.id,
        reason="Laptop mati",
        once=uuid.uuid4(),
        actor_id=make_person(session, Role.INVIGILATOR).id,
        now=NOW,
    )
    session.commit()
    take_over(new_browser(seat.candidate), attempt)
    assert openings(session) == ["opened", "opened"]
    take_over(new_browser(seat.candidate), attempt)
    assert openings(session) == ["opened", "opened", "second_device"]
