"""The stage of the demonstration: people, criteria, paper and exam sessions."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.accounts.models import Person
from lsp.accounts.services.people import create_person
from lsp.assessments.services.self_assessment import (
    units_with_criteria,
)
from lsp.demo.cast import CAST, PASSWORD
from lsp.exams.models import ExamSession
from lsp.exams.rules.assembling import exactly
from lsp.exams.rules.kinds import ItemType
from lsp.exams.services.assembling import PaperOrder, assemble_papers
from lsp.exams.services.blueprints import BlueprintDraft, make_blueprint
from lsp.exams.services.planning import Plan, plan_session
from lsp.settings import Settings
from lsp.skkni.models import Criterion, Element, SchemeVersion, Unit
from lsp.storage import Storage
from lsp.vault import Vault

#: Questions of the demonstration's paper: unit code → (type, how many).
BLUEPRINT: dict[str, tuple[tuple[ItemType, int], ...]] = {
    "KOM.PR02.014.01": (
        (ItemType.SINGLE_CHOICE, 7),
        (ItemType.MULTIPLE_CHOICE, 1),
        (ItemType.TRUE_FALSE, 1),
        (ItemType.SHORT_ANSWER, 1),
        (ItemType.NUMERICAL, 2),
        (ItemType.MATCHING, 1),
        (ItemType.ESSAY, 1),
    ),
    "KOM.PR02.036.01": (
        (ItemType.SINGLE_CHOICE, 5),
        (ItemType.MULTIPLE_CHOICE, 1),
        (ItemType.TRUE_FALSE, 1),
        (ItemType.SHORT_ANSWER, 1),
    ),
    "S.941000.019.02": (
        (ItemType.SINGLE_CHOICE, 6),
        (ItemType.TRUE_FALSE, 1),
        (ItemType.NUMERICAL, 1),
        (ItemType.MATCHING, 1),
    ),
}


@dataclass
class Stage:
    """What every scene needs: the session, the parts, the people by name, the scheme."""

    session: Session
    settings: Settings
    vault: Vault
    storage: Storage
    people: dict[str, Person]
    version: SchemeVersion
    criteria: dict[tuple[str, str], uuid.UUID]

    def id_of(self, name: str) -> uuid.UUID:
        """Person id of somebody of the cast."""
        return self.people[name].id


def hire(session: Session, vault: Vault, now: datetime) -> dict[str, Person]:
    """Everybody of the cast, with an account each."""
    return {
        member.name: create_person(
            session,
            vault=vault,
            email=member.email,
            full_name=member.full_name,
            password=PASSWORD,
            employment=member.employment,
            roles=member.roles,
            now=now,
            confirmed=True,
            nip=member.nip,
            title_before=member.title_before,
            title_after=member.title_after,
            institution=member.institution,
            work_unit=member.work_unit,
            position=member.position,
            assessor_registration=member.registration,
        )
        for member in CAST
    }


def criteria_by_label(session: Session) -> dict[tuple[str, str], uuid.UUID]:
    """Criterion ids by unit code and label."""
    rows = session.execute(
        sa.select(Unit.code, Element.number, Criterion.number, Criterion.id)
        .join(Element, Element.unit_id == Unit.id)
        .join(Criterion, Criterion.element_id == Element.id)
    )
    return {(code or "", f"{element}.{number}"): id_ for code, element, number, id_ in rows}


def plan_paper(stage: Stage, now: datetime) -> uuid.UUID:
    """The blueprint of the demonstration's written exam."""
    units = {
        row.unit.code: row.unit_id for row in units_with_criteria(stage.session, stage.version.id)
    }
    rows = [
        exactly(count, units[code], type_)
        for code, parts in BLUEPRINT.items()
        for type_, count in parts
    ]
    return make_blueprint(
        stage.session,
        scheme_version_id=stage.version.id,
        draft=BlueprintDraft(title="Kisi-kisi ujian tulis 2026", rows=rows),
        now=now,
        actor_id=stage.id_of("manajer"),
    ).id


def plan_exam(
    stage: Stage,
    blueprint_id: uuid.UUID,
    *,
    title: str,
    place: str,
    opens_at: datetime,
    closes_at: datetime,
    order: PaperOrder,
    now: datetime,
    double_marked_percent: int = 0,
) -> ExamSession:
    """An exam session on papers made for it."""
    plan = Plan(
        title=title,
        place=place,
        timezone="Asia/Jakarta",
        opens_at=opens_at,
        closes_at=closes_at,
        length_minutes=90,
        double_marked_percent=double_marked_percent,
    )
    papers = assemble_papers(
        stage.session,
        blueprint_id=blueprint_id,
        order=order,
        now=now,
        actor_id=stage.id_of("manajer"),
    )
    return plan_session(
        stage.session,
        plan,
        paper_ids=[paper.id for paper in papers],
        actor_id=stage.id_of("manajer"),
        now=now,
    )
