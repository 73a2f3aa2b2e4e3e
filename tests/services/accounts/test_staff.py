from datetime import timedelta

import pytest
import sqlalchemy as sa

from lsp.accounts.services import staff, totp
from lsp.accounts.services.people import get_person
from lsp.accounts.services.sessions import open_session
from lsp.accounts.services.trail import PAGE_LENGTH, read_trail
from lsp.audit import AuditEntry, record
from lsp.roles import Role
from lsp.texts import Refusal
from tests.conftest import NOW
from tests.factories.accounts import give_phone, loaded, make_person


@pytest.fixture
def admin(session):
    return make_person(session, Role.ADMINISTRATOR)


def roles_of(session, person):
    session.expire_all()
    return {grant.role for grant in get_person(session, person.id).roles}


def test_a_role_is_granted_recorded_and_counts_from_the_next_sign_in(session, admin):
    person = make_person(session)
    token = open_session(session, person, now=NOW)
    staff.grant_role(session, person, Role.ASSESSOR, actor_id=admin.id, now=NOW)
    assert roles_of(session, person) == {Role.CANDIDATE, Role.ASSESSOR}
    assert loaded(session, token, NOW) is None
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.detail) == ("role.granted", {"role": "assessor"})
    assert entry.actor_id == admin.id


def test_a_role_is_withdrawn_recorded_and_ends_the_sessions(session, admin):
    person = make_person(session, Role.ASSESSOR, Role.MANAGER)
    token = open_session(session, person, now=NOW)
    staff.withdraw_role(session, person, Role.MANAGER, actor_id=admin.id, now=NOW)
    assert roles_of(session, person) == {Role.ASSESSOR}
    assert loaded(session, token, NOW) is None
    assert session.scalars(sa.select(AuditEntry)).one().action == "role.withdrawn"


def test_doing_it_twice_changes_and_records_nothing_more(session, admin):
    person = make_person(session, Role.ASSESSOR)
    staff.grant_role(session, person, Role.ASSESSOR, actor_id=admin.id, now=NOW)
    staff.withdraw_role(session, person, Role.MANAGER, actor_id=admin.id, now=NOW)
    assert session.scalars(sa.select(AuditEntry)).all() == []


def test_nobody_changes_their_own_roles_or_code(session, admin, vault):
    give_phone(session, admin, vault, now=NOW)
    with pytest.raises(Refusal):
        staff.grant_role(session, admin, Role.COMMITTEE, actor_id=admin.id, now=NOW)
    with pytest.raises(Refusal):
        staff.withdraw_role(session, admin, Role.ADMINISTRATOR, actor_id=admin.id, now=NOW)
    with pytest.raises(Refusal):
        totp.reset_totp(session, admin, actor_id=admin.id, now=NOW)
    assert roles_of(session, admin) == {Role.ADMINISTRATOR}


def make_staff(session, vault, admin, roles):
    return staff.create_staff(
        session,
        vault=vault,
        email="asesor@contoh.test",
        full_name="Asesor Baru",
        title_before="",
        title_after="",
        institution="LSP",
        work_unit="",
        position="",
        assessor_registration="MET.000.000000 2020",
        roles=roles,
        actor_id=admin.id,
        now=NOW,
    )


def test_a_staff_account_is_made_without_a_password_anybody_knows(session, vault, admin):
    person = make_staff(session, vault, admin, [Role.ASSESSOR, Role.COMMITTEE])
    assert person.email_confirmed_at is None
    assert roles_of(session, person) == {Role.ASSESSOR, Role.COMMITTEE}
    recorded = list(session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.number)))
    assert recorded == ["person.created", "role.granted", "role.granted"]


def test_a_staff_account_needs_a_role_of_the_lsp(session, vault, admin):
    with pytest.raises(Refusal):
        make_staff(session, vault, admin, [Role.CANDIDATE])


def test_an_administrator_ends_a_pause(session, admin):
    person = make_person(session, locked_until=NOW + timedelta(minutes=9))
    staff.end_lock_out(session, person, actor_id=admin.id, now=NOW)
    assert person.locked_until is None
    assert session.scalars(sa.select(AuditEntry)).one().action == "person.unlocked"


def test_a_lost_phone_is_untied_with_its_recovery_codes(session, vault, admin):
    person = make_person(session, Role.ASSESSOR)
    give_phone(session, person, vault, now=NOW)
    [code, *_] = totp.renew_recovery_codes(session, person, now=NOW)
    totp.reset_totp(session, person, actor_id=admin.id, now=NOW)
    assert person.totp_confirmed_at is None
    assert not totp.use_recovery_code(session, person, code, now=NOW)


def test_the_trail_is_read_newest_first_in_pages_of_one_statement(session, admin, statements):
    for _ in range(PAGE_LENGTH + 3):
        record(
            session,
            action="paper.drawn",
            subject_type="paper",
            subject_id=1,
            actor_id=admin.id,
            now=NOW,
        )
    record(session, action="x.y", subject_type="other", subject_id="z", actor_id=None, now=NOW)
    statements.clear()
    first = read_trail(session)
    assert len(statements) == 1
    assert first.entries[0][0].action == "x.y"
    assert first.entries[0][1] is None
    assert first.entries[1][1] == admin.full_name
    second = read_trail(session, before=first.older)
    assert [entry.number for entry, _ in second.entries] == [4, 3, 2, 1]
    assert second.older is None
    assert len(read_trail(session, subject_type="other", subject_id="z").entries) == 1
    assert read_trail(session, subject_type="other", subject_id="1").entries == []
