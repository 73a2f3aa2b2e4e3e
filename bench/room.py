"""A room full of candidates in the middle of an exam, made by the product's own services."""

import http.client
import json
import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.fernet import Fernet
from flask import Flask, session
from flask.testing import FlaskClient
from flask_login import login_user
from sqlalchemy.orm import Session

from bench.load import SEQ
from lsp.accounts.models import Person
from lsp.accounts.services.sessions import open_session
from lsp.accounts.signed_in import load_signed_in
from lsp.db import transaction
from lsp.exams.models import AnswerRevision
from lsp.exams.rules import window_keys
from lsp.exams.rules.assembling import exactly
from lsp.exams.rules.kinds import ItemType
from lsp.exams.services.assembling import PaperOrder, assemble_papers
from lsp.exams.services.bank import load_bank
from lsp.exams.services.blueprints import BlueprintDraft, make_blueprint, schemes_in_force
from lsp.exams.services.planning import Plan, plan_session
from lsp.exams.services.questions import Question, paper_view
from lsp.exams.services.seats import clear_seat, take_seat
from lsp.exams.services.sitting import start_attempt
from lsp.roles import Role
from lsp.skkni.services.loading import load_schemes, load_standards
from tests.factories.accounts import make_person

Browser = FlaskClient | http.client.HTTPConnection

QUESTIONS = 60
#: What the candidates' browsers call themselves.
BROWSER = "Mozilla/5.0 (Linux; Android 14) bench"
#: A paragraph as long as what an essay holds half-way through.
PARAGRAPH = "Siaran pers diterbitkan setelah fakta diperiksa oleh unit teknis. " * 8


@dataclass(frozen=True)
class Candidate:
    """A candidate who is signed in and has an open attempt."""

    attempt_id: uuid.UUID
    #: The signed cookie, as the browser holds it after signing in.
    cookie: str


@dataclass(frozen=True)
class Room:
    """Everybody, and what they are going to answer."""

    candidates: list[Candidate]
    #: One more, who does not take part: for what is tried out before.
    spare: Candidate
    #: The body of a save for each question, with a place for its number.
    saves: list[str]


def production(folder: Path, url: str) -> dict[str, str]:
    """The environment of an installation in production."""
    return {
        "LSP_INSTANCE": str(folder),
        "LSP_ENVIRONMENT": "production",
        "LSP_SECRET_KEY": secrets.token_urlsafe(48),
        "LSP_DATA_KEYS": Fernet.generate_key().decode(),
        "LSP_BASE_URL": "https://lsp.example",
        "LSP_LSP_NAME": "LSP Uji Beban",
        "LSP_LSP_LICENCE": "BNSP-LSP-0000-ID",
        "LSP_LSP_CITY": "Jakarta",
        "LSP_LSP_DIRECTOR": "Ketua Uji",
        "LSP_LSP_CERTIFICATION_MANAGER": "Manajer Uji",
        "LSP_SMTP": "127.0.0.1:9",
        "DATABASE_URL": url,
    }


def fill_room(app: Flask, count: int) -> Room:
    """Load the packaged standards and questions, plan a session and let ``count`` people start."""
    now = datetime.now(UTC)
    with transaction(app.extensions["lsp"].engine) as db:
        load_standards(db, now)
        load_schemes(db, now)
        load_bank(db, now=now)
        exam = _plan(db, now)
        marker = make_person(db, Role.ASSESSOR)
        started = [_start(db, exam.id, exam.token, marker, now) for _ in range(count + 1)]
        questions = paper_view(db, exam.papers[0].paper_id)
    spare, *candidates = [
        Candidate(attempt_id, _signed_in_cookie(app, token)) for attempt_id, token in started
    ]
    return Room(candidates, spare, [_save(question) for question in questions.values()])


def _plan(db: Session, now: datetime) -> Any:
    version = schemes_in_force(db)[0]
    rows = [exactly(QUESTIONS // len(version.units), unit.unit_id) for unit in version.units]
    draft = BlueprintDraft(title="Uji beban", rows=rows)
    blueprint = make_blueprint(db, scheme_version_id=version.id, draft=draft, now=now)
    papers = assemble_papers(db, blueprint_id=blueprint.id, order=PaperOrder(seed=1), now=now)
    plan = Plan(
        title="Uji beban",
        place="TUK Uji",
        timezone="Asia/Jakarta",
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(hours=4),
        length_minutes=120,
    )
    return plan_session(db, plan, paper_ids=[paper.id for paper in papers], actor_id=None, now=now)


def _start(
    db: Session, session_id: uuid.UUID, token: str, marker: Person, now: datetime
) -> tuple[uuid.UUID, str]:
    """A new candidate's attempt, and the token of their sign-in session."""
    person = make_person(db)
    seat = take_seat(
        db, session_id=session_id, candidate_id=person.id, marker_id=marker.id, now=now
    )
    clear_seat(db, seat.id, now)
    attempt = start_attempt(db, person_id=person.id, seat_id=seat.id, token=token, now=now)
    return attempt.id, open_session(db, person, now=now, user_agent=BROWSER)


def _signed_in_cookie(app: Flask, token: str) -> str:
    """The cookie that signing in leaves in this browser, made by Flask's own serializer."""
    with app.test_request_context(
        headers={"User-Agent": BROWSER}, environ_base={"REMOTE_ADDR": "127.0.0.1"}
    ):
        login_user(load_signed_in(token))
        serializer = app.session_interface.get_signing_serializer(app)
        return f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps(dict(session))}"


def _save(question: Question) -> str:
    """What the exam page's script sends when this question is answered in its first window."""
    answer = {
        "position": question.position,
        "seq": int(SEQ),
        "response": _response(question),
        "doubtful": False,
        "chosen_ms": 60_000,
    }
    return json.dumps({"window": 1, "answers": [answer]}, separators=(",", ":"))


def _response(question: Question) -> dict[str, Any]:
    content = question.content
    if question.type is ItemType.SINGLE_CHOICE:
        return {"choice": content["choices"][1]["id"]}
    if question.type is ItemType.MULTIPLE_CHOICE:
        return {"choices": [choice["id"] for choice in content["choices"][:2]]}
    if question.type is ItemType.TRUE_FALSE:
        return {"value": True}
    if question.type is ItemType.MATCHING:
        rights = cycle(right["id"] for right in content["right"])
        lefts = [left["id"] for left in content["left"]]
        return {"pairs": dict(zip(lefts, islice(rights, len(lefts)), strict=True))}
    if question.type is ItemType.ORDERING:
        return {"order": [row["id"] for row in content["rows"]]}
    if question.type is ItemType.GAP_FILL:
        return {"gaps": {gap["id"]: _gap(gap) for gap in content["gaps"]}}
    if question.type is ItemType.HOTSPOT:
        return {"point": [content["width"] // 2, content["height"] // 2]}
    if question.type is ItemType.FILE_UPLOAD:
        return {"file": str(uuid.uuid4()), "name": f"laporan.{content['kinds'][0]}"}
    texts = {
        ItemType.NUMERICAL: "12,5",
        ItemType.SHORT_ANSWER: "siaran pers",
        ItemType.ESSAY: PARAGRAPH,
    }
    return {"text": texts[question.type]}


def _gap(gap: dict[str, Any]) -> str:
    return str(gap["choices"][0]["id"]) if "choices" in gap else "12"


def enter(candidate: Candidate, browser: Browser) -> dict[str, str]:
    """Do what the exam page does when it opens: fetch a CSRF token, take the attempt over.

    Returns the headers of a save, with the cookie, as every browser sends it, and the window's key.
    The token is bound to a secret in the cookie, so both come from the server, as for anybody.
    """
    headers = {"Cookie": candidate.cookie, "User-Agent": BROWSER}
    body, cookie = _ask(browser, "GET", "/ujian/token.json", headers)
    headers |= {"Cookie": cookie or candidate.cookie, "X-CSRFToken": body["csrf_token"]}
    headers |= {"Content-Type": "application/json", "Accept": "application/json"}
    window, _ = _ask(browser, "POST", f"/ujian/{candidate.attempt_id}/jendela", headers)
    if (window["window"], window["open"]) != (1, True):
        raise SystemExit(f"this is not a fresh attempt: {window}")
    del headers["X-CSRFToken"]
    return headers | {window_keys.HEADER: window["window_key"]}


def _ask(
    browser: Browser,
    method: str,
    path: str,
    headers: dict[str, str],
) -> tuple[Any, str | None]:
    """A JSON answer and the cookie that came with it, over the wire or inside this process."""
    if isinstance(browser, http.client.HTTPConnection):
        browser.request(method, path, headers=headers)
        answer = browser.getresponse()
        status, text, header = answer.status, answer.read(), answer.getheader("Set-Cookie")
    else:
        response = browser.open(path, method=method, headers=headers)
        status, text = response.status_code, response.data
        header = response.headers.get("Set-Cookie")
    if status != 200:
        raise SystemExit(f"{method} {path}: {status} {text[:300]!r}")
    cookie = next((f"{m.key}={m.value}" for m in SimpleCookie(header).values()), None)
    return json.loads(text), cookie


def enter_all(room: Room, port: int) -> list[dict[str, str]]:
    """For each candidate of the room the headers of a save."""
    browser = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        return [enter(candidate, browser) for candidate in room.candidates]
    finally:
        browser.close()


def stored_revisions(db: Session, room: Room) -> int:
    """How many saves of the room's candidates the database holds."""
    mine = AnswerRevision.attempt_id.in_([one.attempt_id for one in room.candidates])
    return db.scalar(sa.select(sa.func.count()).select_from(AnswerRevision).where(mine)) or 0
