from datetime import timedelta

import pytest
import sqlalchemy as sa

from lsp.accounts.services.sessions import (
    SESSION_LENGTH,
    end_sessions,
    open_session,
    open_sessions,
    renew_session,
    revoke_session,
    revoke_token,
)
from lsp.audit import AuditEntry
from lsp.texts import NotFound
from tests.conftest import NOW
from tests.factories.accounts import loaded, make_person


def is_open(session, token, now=NOW):
    return loaded(session, token, now) is not None


def test_a_session_ends_by_its_time(session):
    token = open_session(session, make_person(session), now=NOW)
    assert is_open(session, token, NOW + SESSION_LENGTH - timedelta(seconds=1))
    assert not is_open(session, token, NOW + SESSION_LENGTH)


def test_signing_out_ends_this_session_only(session):
    person = make_person(session)
    one, two = (open_session(session, person, now=NOW) for _ in range(2))
    revoke_token(session, one, NOW)
    assert not is_open(session, one)
    assert is_open(session, two)


def test_the_owner_sees_open_sessions_and_which_is_this(session):
    person = make_person(session)
    open_session(session, make_person(session), now=NOW)
    old = open_session(session, person, now=NOW - timedelta(hours=1), user_agent="lama")
    open_session(session, person, now=NOW, user_agent="baru")
    shown = open_sessions(session, person.id, NOW, token=old)
    assert [(one.user_agent, one.is_this) for one in shown] == [("baru", False), ("lama", True)]


def test_nobody_ends_another_persons_session(session):
    person, stranger = make_person(session), make_person(session)
    token = open_session(session, person, now=NOW)
    [shown] = open_sessions(session, person.id, NOW)
    with pytest.raises(NotFound):
        revoke_session(session, stranger.id, shown.id, NOW)
    assert is_open(session, token)
    revoke_session(session, person.id, shown.id, NOW)
    assert not is_open(session, token)


def test_all_others_end_and_the_record_says_how_many(session):
    person = make_person(session)
    mine, *others = (open_session(session, person, now=NOW) for _ in range(3))
    assert end_sessions(session, person.id, actor_id=person.id, now=NOW, keep=mine) == 2
    assert is_open(session, mine)
    assert not any(is_open(session, token) for token in others)
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.detail) == ("session.revoked", {"sessions": 2})
    assert end_sessions(session, person.id, actor_id=person.id, now=NOW, keep=mine) == 0


def test_a_session_is_renewed_while_it_is_open_and_never_after(session):
    person = make_person(session)
    token, over, signed_out = (open_session(session, person, now=NOW) for _ in range(3))
    last = NOW + SESSION_LENGTH - timedelta(seconds=1)
    revoke_token(session, signed_out, NOW)
    renew_session(session, token, last)
    renew_session(session, signed_out, last)
    renew_session(session, over, NOW + SESSION_LENGTH)
    ends = last + SESSION_LENGTH
    assert is_open(session, token, ends - timedelta(seconds=1))
    assert not is_open(session, token, ends)
    assert not is_open(session, over, NOW + SESSION_LENGTH)
    assert not is_open(session, signed_out, last)
