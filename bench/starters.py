"""Candidates who are signed in and cleared, and have not started: made many at a time."""

import http.client
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask, session
from flask_login import login_user
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from bench.room import BROWSER, Candidate, Room, enter
from lsp.accounts.models import Person, RoleGrant
from lsp.accounts.services.sessions import open_session
from lsp.accounts.signed_in import load_signed_in
from lsp.db import transaction
from lsp.exams.models import Attempt, ExamSession, Seat
from lsp.exams.rules.journal import first_seq
from lsp.exams.rules.kinds import AttemptState
from lsp.roles import Role
from tests.factories.accounts import make_person

#: Answers a browser sends together after a minute without network.
QUEUED = 10
#: Requests of that kind from each candidate.
BATCHES = 30


@dataclass(frozen=True)
class Starter:
    """A candidate in front of the start page, token in hand."""

    seat_id: uuid.UUID
    cookie: str
    #: What the form sends.
    body: str

    @property
    def head(self) -> str:
        """The headers of their browser."""
        return (
            f"Host: 127.0.0.1\r\nUser-Agent: {BROWSER}\r\nCookie: {self.cookie}\r\n"
            "Accept-Encoding: gzip, deflate, br\r\n"
        )

    @property
    def start(self) -> str:
        """The request that starts the attempt."""
        return (
            f"POST /ujian/{self.seat_id}/mulai HTTP/1.1\r\n{self.head}"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(self.body)}\r\n\r\n{self.body}"
        )


def make_starters(app: Flask, count: int) -> list[Starter]:
    """Persons with a seat in the room's session, a sign-in session and a CSRF token each."""
    now = datetime.now(UTC)
    with transaction(app.extensions["lsp"].engine) as db:
        open_now = sa.select(Attempt).where(Attempt.state == AttemptState.OPEN).limit(1)
        taken = db.scalars(open_now).one()
        exam = db.get_one(ExamSession, db.get_one(Seat, taken.seat_id).session_id)
        model = make_person(db)
        names = ("email_confirmed_at", "password_hash", "employment", "created_at")
        same = {name: getattr(model, name) for name in names}
        people = [
            Person(email=f"{uuid.uuid4()}@contoh.test", full_name=f"Peserta {n}", **same)
            for n in range(count)
        ]
        db.add_all(people)
        db.flush()
        db.add_all(
            RoleGrant(person_id=person.id, role=Role.CANDIDATE, granted_at=now) for person in people
        )
        seats = [
            Seat(
                session_id=exam.id,
                candidate_id=person.id,
                paper_id=taken.paper_id,
                created_at=now,
                cleared_at=now,
            )
            for person in people
        ]
        db.add_all(seats)
        db.flush()
        tokens = [open_session(db, person, now=now, user_agent=BROWSER) for person in people]
        mine = open_session(db, model, now=now, user_agent=BROWSER)
        form = {"token": exam.token, "confirms": "y", "agrees": "y"}
    with app.test_request_context(headers={"User-Agent": BROWSER}):
        login_user(load_signed_in(mine))
        body = urlencode(form | {"csrf_token": generate_csrf()})
        carried = dict(session)
        dumps = app.session_interface.get_signing_serializer(app).dumps
        name = app.config["SESSION_COOKIE_NAME"]
        return [
            Starter(seat.id, f"{name}={dumps(carried | {'_user_id': token})}", body)
            for seat, token in zip(seats, tokens, strict=True)
        ]


def started(app: Flask, starters: Iterable[Starter]) -> list[tuple[uuid.UUID, Starter]]:
    """The attempts of those who have started."""
    with Session(app.extensions["lsp"].engine) as db:
        going = Attempt.state == AttemptState.OPEN
        rows = db.execute(sa.select(Attempt.seat_id, Attempt.id).where(going))
        attempts = {row.seat_id: row.id for row in rows}
    return [(attempts[one.seat_id], one) for one in starters if one.seat_id in attempts]


def page_requests(attempts: list[tuple[uuid.UUID, Starter]], questions: int) -> list[str]:
    """A request for one page after the other, of one candidate after the other."""
    return [
        f"GET /ujian/{attempt_id}/soal/{(n + step) % questions + 1} HTTP/1.1\r\n{one.head}\r\n"
        for step in range(10)
        for n, (attempt_id, one) in enumerate(attempts)
    ]


def batch_requests(port: int, room: Room, attempts: list[tuple[uuid.UUID, Starter]]) -> list[str]:
    """Requests with ten answers each; every candidate's queue goes through the whole paper."""
    saves = [json.loads(save)["answers"][0] for save in room.saves]
    browser = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    entered = [
        (attempt_id, enter(Candidate(attempt_id, one.cookie), browser))
        for attempt_id, one in attempts
    ]
    browser.close()
    requests = []
    for n in range(BATCHES):
        chosen = [saves[(n * QUEUED + i) % len(saves)] for i in range(QUEUED)]
        answers = [answer | {"seq": first_seq(1) + n} for answer in chosen]
        body = json.dumps({"window": 1, "answers": answers}, separators=(",", ":"))
        for attempt_id, headers in entered:
            head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            requests.append(
                f"POST /ujian/{attempt_id}/jawaban HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}"
                f"Content-Length: {len(body.encode())}\r\n\r\n{body}"
            )
    return requests
