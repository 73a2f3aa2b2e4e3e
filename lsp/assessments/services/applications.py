"""FR.APL.01, from the candidate's side: start, keep as a draft, attach, submit."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from lsp import audit
from lsp.accounts.models import Person
from lsp.assessments.models import Application, Assessment, PrerequisiteCheck
from lsp.assessments.rules import apl01
from lsp.assessments.rules.moves import consent_given
from lsp.assessments.rules.states import EDITABLE, ApplicationState, AssessmentState
from lsp.assessments.rules.words import Words
from lsp.assessments.services import signatures
from lsp.assessments.services.contents import APL01, apl01_content
from lsp.assessments.services.guarding import demand, locked
from lsp.assessments.services.signatures import Signer
from lsp.identity import digits
from lsp.portfolios.services.evidence import get_own_evidence
from lsp.skkni.models import Scheme, SchemeState, SchemeUnit, SchemeVersion
from lsp.texts import N_, NotFound, Refusal
from lsp.vault import Vault

#: Longest text kept in one field of a draft.
LONGEST = 2000


def with_application() -> list[ExecutableOption]:
    """What every page of an application shows, loaded in a fixed number of statements."""
    version = joinedload(Application.scheme_version)
    return [
        joinedload(Application.candidate),
        version.joinedload(SchemeVersion.scheme),
        version.selectinload(SchemeVersion.units).joinedload(SchemeUnit.unit),
        selectinload(Application.prerequisites).joinedload(PrerequisiteCheck.evidence),
        selectinload(Application.self_assessment),
    ]


def active_version(session: Session, slug: str) -> SchemeVersion:
    """The version of a scheme one can apply under now. Raises NotFound when there is none."""
    version = session.scalars(
        sa.select(SchemeVersion)
        .join(Scheme)
        .where(Scheme.slug == slug, SchemeVersion.state == SchemeState.ACTIVE)
        .order_by(SchemeVersion.number.desc())
        .limit(1)
        .options(
            joinedload(SchemeVersion.scheme),
            selectinload(SchemeVersion.units).joinedload(SchemeUnit.unit),
        )
    ).one_or_none()
    if version is None:
        raise NotFound
    return version


def start_application(
    session: Session, *, candidate_id: uuid.UUID, scheme_version_id: uuid.UUID, now: datetime
) -> Application:
    """Start a draft under an active scheme version, filled with what the profile knows.

    Somebody who is already on the way under this version gets that application instead. Raises
    Refusal when the version takes no applications.
    """
    running = running_application(session, candidate_id, scheme_version_id)
    if running is not None:
        return running
    version = session.get(SchemeVersion, scheme_version_id)
    if version is None or version.state is not SchemeState.ACTIVE:
        raise Refusal(N_("Skema ini sedang tidak menerima permohonan"))
    person = session.get_one(Person, candidate_id)
    application = Application(
        candidate_id=candidate_id,
        scheme_version_id=scheme_version_id,
        state=ApplicationState.DRAFT,
        purpose="",
        form=_from_profile(person),
        created_at=now,
    )
    application.prerequisites = [
        PrerequisiteCheck(position=position, text=text)
        for position, text in enumerate(version.prerequisites, 1)
    ]
    try:
        with session.begin_nested():
            session.add(application)
    except IntegrityError:  # a second click won the race
        running = running_application(session, candidate_id, scheme_version_id)
        if running is None:
            raise
        return running
    return application


def _from_profile(person: Person) -> dict[str, Any]:
    known: dict[str, Any] = {
        "nationality": "Indonesia",
        "phone": person.phone,
        "institution": person.institution,
        "work_unit": person.work_unit,
        "position": person.position,
    }
    if person.nik_hidden and person.nik_fingerprint:
        known["nik_hidden"] = person.nik_hidden
        known["nik_fingerprint"] = person.nik_fingerprint
    return known


def running_application(
    session: Session, candidate_id: uuid.UUID, scheme_version_id: uuid.UUID
) -> Application | None:
    """The application a candidate is on the way with under a version, or None.

    One that was rejected or decided is over; a new one may be made.
    """
    return session.scalars(
        sa.select(Application)
        .outerjoin(Assessment, Assessment.application_id == Application.id)
        .where(
            Application.candidate_id == candidate_id,
            Application.scheme_version_id == scheme_version_id,
            Application.state != ApplicationState.REJECTED,
            sa.or_(Assessment.id.is_(None), Assessment.state != AssessmentState.DECIDED),
        )
        .order_by(Application.created_at.desc())
        .limit(1)
    ).one_or_none()


def get_own_application(
    session: Session, candidate_id: uuid.UUID, application_id: uuid.UUID
) -> Application:
    """A candidate's own application. Raises NotFound for anybody else's."""
    application = session.scalars(
        sa.select(Application)
        .where(Application.id == application_id, Application.candidate_id == candidate_id)
        .options(*with_application())
    ).one_or_none()
    if application is None:
        raise NotFound
    return application


def save_apl01(
    session: Session, application: Application, values: Mapping[str, Any], *, vault: Vault
) -> None:
    """Keep what was typed, complete or not. ``nik`` is encrypted; an empty one leaves the old.

    ``purpose`` and ``accommodation`` have columns of their own. Raises Refusal once submitted.
    """
    _keep_open(session, application)
    kept = {key: _limited(value) for key, value in values.items()}
    application.purpose = kept.pop("purpose", application.purpose)
    application.accommodation = kept.pop("accommodation", application.accommodation)
    nik = digits(kept.pop("nik", "") or "")
    if nik:
        kept["nik_hidden"] = vault.hide(nik)
        kept["nik_fingerprint"] = vault.fingerprint(nik)
    application.form = {**application.form, **kept}
    session.flush()


def _keep_open(session: Session, application: Application) -> None:
    """Lock the draft, so that it is not sent while it changes. Raises Refusal once it was sent."""
    locked(session, Application, application.id)
    if application.state not in EDITABLE:
        raise Refusal(N_("Permohonan ini sudah dikirim, jadi tidak dapat diubah"))


def _limited(value: Any) -> Any:
    return value[:LONGEST] if isinstance(value, str) else value


def forget_nik(session: Session, application: Application) -> None:
    """Take the NIK out of a draft, for who decides not to give it."""
    _keep_open(session, application)
    application.form = {k: v for k, v in application.form.items() if not k.startswith("nik_")}
    session.flush()


def attach_prerequisite(
    session: Session, application: Application, *, position: int, evidence_id: uuid.UUID | None
) -> None:
    """Show a file of one's own portfolio for a prerequisite, or take it back with None.

    Raises NotFound for another person's file or an unknown position.
    """
    _keep_open(session, application)
    row = next((row for row in application.prerequisites if row.position == position), None)
    if row is None:
        raise NotFound
    evidence = None
    if evidence_id is not None:
        evidence = get_own_evidence(session, application.candidate_id, evidence_id)
        if evidence.withdrawn_at is not None:
            raise NotFound
    if row.evidence_id != evidence_id:
        row.evidence = evidence
        row.is_met = None
        row.note = ""
    session.flush()


def stored_nik(application: Application, vault: Vault) -> str:
    """The NIK in an application, decrypted; empty when none was given."""
    hidden = application.form.get("nik_hidden")
    return vault.reveal(hidden) if hidden else ""


def missing(application: Application, *, vault: Vault, today: date) -> list[Words]:
    """Everything that stands between this draft and submitting it, each with its section."""
    return [
        *apl01.gaps(
            application.form,
            purpose=application.purpose,
            nik=stored_nik(application, vault),
            today=today,
        ),
        *apl01.accommodation_gaps(application.form, application.accommodation),
        *apl01.prerequisite_gaps([(row.text, row.has_file) for row in application.prerequisites]),
    ]


def submit_application(
    session: Session,
    *,
    candidate_id: uuid.UUID,
    application_id: uuid.UUID,
    consent: bool,
    vault: Vault,
    today: date,
    now: datetime,
) -> Application:
    """Sign APL.01 and hand it in.

    Handing in twice is harmless. Raises Unready with everything that is missing.
    """
    locked(session, Application, application_id)
    application = get_own_application(session, candidate_id, application_id)
    if application.state is ApplicationState.SUBMITTED:
        return application
    if application.state not in EDITABLE:
        raise Refusal(N_("Permohonan ini sudah diperiksa"))
    demand(missing(application, vault=vault, today=today), consent_given(consent))
    application.state = ApplicationState.SUBMITTED
    application.submitted_at = now
    signatures.sign(
        session,
        form_code=APL01,
        application_id=application.id,
        person_id=candidate_id,
        role=Signer.CANDIDATE,
        content=apl01_content(application),
        now=now,
    )
    audit.record(
        session,
        action="application.submitted",
        subject_type="application",
        subject_id=application.id,
        actor_id=candidate_id,
        now=now,
    )
    return application
