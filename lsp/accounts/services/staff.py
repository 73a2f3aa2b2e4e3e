"""What an administrator does with other people's accounts."""

import secrets
import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp import audit
from lsp.accounts.models import Employment, Person, RoleGrant
from lsp.accounts.services.guessing import forget_failures
from lsp.accounts.services.people import create_person
from lsp.accounts.services.sessions import revoke_all_sessions
from lsp.roles import STAFF, Role
from lsp.texts import N_, Refusal
from lsp.vault import Vault


def grant_role(
    session: Session, person: Person, role: Role, *, actor_id: uuid.UUID, now: datetime
) -> None:
    """Give a person a role; their sessions end, so that it counts from their next sign-in.

    Raises Refusal for one's own account: nobody makes themself somebody (four eyes).
    """
    _refuse_own(person, actor_id)
    if session.get(RoleGrant, (person.id, role)) is not None:
        return
    session.add(RoleGrant(person_id=person.id, role=role, granted_by_id=actor_id, granted_at=now))
    _after_change(session, "role.granted", person.id, role, actor_id=actor_id, now=now)


def withdraw_role(
    session: Session, person: Person, role: Role, *, actor_id: uuid.UUID, now: datetime
) -> None:
    """Take a role from a person; their sessions end.

    Raises Refusal for one's own account, so that an LSP never loses its last administrator.
    """
    _refuse_own(person, actor_id)
    gone = session.execute(
        sa.delete(RoleGrant)
        .where(RoleGrant.person_id == person.id, RoleGrant.role == role)
        .returning(RoleGrant.role)
    ).first()
    if gone is not None:
        _after_change(session, "role.withdrawn", person.id, role, actor_id=actor_id, now=now)


def create_staff(
    session: Session,
    *,
    vault: Vault,
    email: str,
    full_name: str,
    title_before: str,
    title_after: str,
    institution: str,
    work_unit: str,
    position: str,
    assessor_registration: str,
    roles: list[Role],
    actor_id: uuid.UUID,
    now: datetime,
) -> Person:
    """Make an account whose owner chooses the password by a mailed link.

    Raises EmailTaken, and Refusal when no role of the LSP is given.
    """
    if not STAFF.intersection(roles):
        raise Refusal(N_("Pilih paling sedikit satu peran"))
    person = create_person(
        session,
        vault=vault,
        email=email,
        full_name=full_name,
        password=secrets.token_urlsafe(32),
        employment=Employment.OTHER,
        roles=roles,
        now=now,
        title_before=title_before,
        title_after=title_after,
        institution=institution,
        work_unit=work_unit,
        position=position,
        assessor_registration=assessor_registration,
        granted_by_id=actor_id,
    )
    _record(session, "person.created", person.id, actor_id=actor_id, now=now)
    for role in roles:
        _record(session, "role.granted", person.id, actor_id=actor_id, now=now, role=role)
    return person


def end_lock_out(session: Session, person: Person, *, actor_id: uuid.UUID, now: datetime) -> None:
    """Let somebody try again at once who gave a wrong password too often."""
    if not forget_failures(session, person.id) and person.locked_until is None:
        return
    person.locked_until, person.failed_sign_ins = None, 0
    _record(session, "person.unlocked", person.id, actor_id=actor_id, now=now)


def _refuse_own(person: Person, actor_id: uuid.UUID) -> None:
    if person.id == actor_id:
        raise Refusal(N_("Peran Anda sendiri diatur oleh administrator lain"))


def _after_change(
    session: Session,
    action: str,
    person_id: uuid.UUID,
    role: Role,
    *,
    actor_id: uuid.UUID,
    now: datetime,
) -> None:
    session.flush()
    revoke_all_sessions(session, person_id, now)
    _record(session, action, person_id, actor_id=actor_id, now=now, role=role)


def _record(
    session: Session,
    action: str,
    person_id: uuid.UUID,
    *,
    actor_id: uuid.UUID,
    now: datetime,
    role: Role | None = None,
) -> None:
    audit.record(
        session,
        action=action,
        subject_type="person",
        subject_id=person_id,
        actor_id=actor_id,
        now=now,
        detail={"role": role.value} if role else None,
    )
