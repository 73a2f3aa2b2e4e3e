"""A mock exam of essays in the middle of its double marking, so that markers find real work.

Two assessors mark every answer, blind to each other; a third heads them. One control script is
agreed on, one disagreement waits for the head, and most answers wait for their first mark.
"""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa

from lsp.assessments.services.self_assessment import units_with_criteria
from lsp.demo.scenes import sit
from lsp.demo.stage import Stage, plan_exam
from lsp.exams.models import MarkerTask, Script
from lsp.exams.rules.assembling import exactly
from lsp.exams.rules.kinds import ItemType, MarkingRole
from lsp.exams.services import marking
from lsp.exams.services.assembling import PaperOrder
from lsp.exams.services.blueprints import BlueprintDraft, make_blueprint
from lsp.exams.services.marking import Given, aspects_of
from lsp.exams.services.seats import clear_seat, take_seat

#: Units whose essay is in the mock exam, who sits it, and who marks it; the last one heads them.
UNITS = ("KOM.PR02.014.01", "KOM.PR02.036.01")
CANDIDATES = ("maya", "fitri", "yohana", "dewi")
MARKERS = ("asesor", "asesor2", "asesor3")


def play_marking(stage: Stage, now: datetime) -> None:
    """The mock exam, two days before ``now``, and its marking so far."""
    exam = plan_exam(
        stage,
        _blueprint(stage, now - timedelta(days=3)),
        title="Simulasi esai",
        place="TUK Sewaktu, Aula Dinas Kominfo Kota Semarang",
        opens_at=now - timedelta(days=2),
        closes_at=now - timedelta(days=1),
        order=PaperOrder(seed=2028),
        double_marked_percent=100,
        now=now - timedelta(days=3),
    )
    for number, name in enumerate(CANDIDATES):
        seat = take_seat(
            stage.session,
            session_id=exam.id,
            candidate_id=stage.id_of(name),
            marker_id=stage.id_of(MARKERS[0]),
            actor_id=stage.id_of("manajer"),
            now=now - timedelta(days=3),
        )
        clear_seat(stage.session, seat.id, now - timedelta(days=3))
        # The scene leaves out one sentence in three; a number no remainder has leaves out none.
        sit(stage, name, seat, now - timedelta(days=2, hours=-1), leaves_out=number)
    marking.set_markers(
        stage.session,
        session_id=exam.id,
        person_ids=[stage.id_of(name) for name in MARKERS],
        head_id=stage.id_of(MARKERS[-1]),
        actor_id=stage.id_of("manajer"),
        now=now - timedelta(days=1),
    )
    marking.distribute(
        stage.session,
        session_id=exam.id,
        actor_id=stage.id_of("manajer"),
        now=now - timedelta(days=1),
    )
    control, disputed, *_ = stage.session.scalars(
        sa.select(Script)
        .where(Script.session_id == exam.id)
        .order_by(Script.revision_id, Script.attempt_id)
    )
    marking.set_control(
        stage.session,
        script_id=control.id,
        head_id=stage.id_of(MARKERS[-1]),
        given=_given(control, Decimal("0.75")),
        now=now - timedelta(hours=20),
    )
    for role, share in ((MarkingRole.FIRST, Decimal(1)), (MarkingRole.SECOND, Decimal("0.25"))):
        _mark(stage, disputed, role, share, now - timedelta(hours=5))
    _mark(stage, control, MarkingRole.CONTROL, Decimal(1), now - timedelta(hours=4))


def _blueprint(stage: Stage, now: datetime) -> uuid.UUID:
    units = {
        row.unit.code: row.unit_id for row in units_with_criteria(stage.session, stage.version.id)
    }
    return make_blueprint(
        stage.session,
        scheme_version_id=stage.version.id,
        draft=BlueprintDraft(
            title="Kisi-kisi simulasi esai",
            rows=[exactly(1, units[code], ItemType.ESSAY) for code in UNITS],
        ),
        now=now,
        actor_id=stage.id_of("manajer"),
    ).id


def _mark(stage: Stage, script: Script, role: MarkingRole, share: Decimal, now: datetime) -> None:
    """The first who has this role marks, giving about this share of the points."""
    marker_id = stage.session.scalars(
        sa.select(MarkerTask.marker_id)
        .where(MarkerTask.script_id == script.id, MarkerTask.role == role)
        .order_by(MarkerTask.marker_id == stage.id_of(MARKERS[0]))
        .limit(1)
    ).one()
    marking.give_mark(
        stage.session,
        script_id=script.id,
        marker_id=marker_id,
        given=_given(script, share),
        now=now,
    )


def _given(script: Script, share: Decimal) -> Given:
    quarters = [
        (points * share * 4).to_integral_value() / 4
        for _, points in aspects_of(script.revision, script.max_score)
    ]
    return Given(aspects=quarters, comment="Runtut; sebagian tindak lanjut belum disebut.")
