"""What happened so far in the demonstration, told through the services.

Five candidates stand at five places of the main job: Rizky has applied, Dewi may sit the exam now,
Yohana's essays wait for marks, Fitri's dossier waits for the committee, Maya holds a certificate.
A mock exam of essays is being marked by two assessors and their head.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from lsp.certificates.services.issuing import issue_certificate
from lsp.credits.rules.conversion import Period, Standing
from lsp.credits.rules.values import Predicate
from lsp.credits.services.record import enter_period, enter_standing
from lsp.demo.marking import play_marking
from lsp.demo.scenes import agree_on_assessment, apply, assess, judge_portfolio, sit_exam, vote
from lsp.demo.stage import Stage, criteria_by_label, hire, plan_exam, plan_paper
from lsp.exams.models import ExamSession
from lsp.exams.services.assembling import PaperOrder
from lsp.exams.services.bank import load_bank
from lsp.settings import Settings
from lsp.skkni.services.loading import load_schemes, load_standards
from lsp.skkni.services.schemes import active_scheme_versions
from lsp.storage import Storage
from lsp.vault import Vault

#: How many questions the two papers of the present session share: the packaged bank has too few
#: of some types for two papers without any.
OVERLAP = 2

COMMITTEE = ("komite1", "komite2", "komite3")


def tell(
    session: Session, *, settings: Settings, vault: Vault, storage: Storage, now: datetime
) -> None:
    """Load standards, scheme, bank and people, and play every candidate's story up to ``now``."""
    past = now - timedelta(days=40)
    load_standards(session, past)
    load_schemes(session, past)
    load_bank(session, now=past)
    version = next(v for v in active_scheme_versions(session) if v.scheme.is_demonstration)
    stage = Stage(
        session,
        settings,
        vault,
        storage,
        hire(session, vault, past),
        version,
        criteria_by_label(session),
    )
    blueprint_id = plan_paper(stage, past)
    earlier = plan_exam(
        stage,
        blueprint_id,
        title="Ujian tulis gelombang pertama",
        place="TUK Sewaktu, Aula Dinas Kominfo Kota Semarang",
        opens_at=past + timedelta(days=5),
        closes_at=now - timedelta(hours=3),
        order=PaperOrder(seed=2026),
        now=past,
    )
    _maya(stage, earlier, past)
    _fitri(stage, earlier, now - timedelta(days=12))
    _yohana(stage, earlier, now - timedelta(days=6))
    present = plan_exam(
        stage,
        blueprint_id,
        title="Ujian tulis gelombang kedua",
        place="TUK Sewaktu, Laboratorium Komputer BPSDM",
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=30),
        order=PaperOrder(seed=2027, papers=2, overlap=OVERLAP),
        now=now - timedelta(days=2),
    )
    _dewi(stage, present, now - timedelta(days=3))
    _rizky(stage, now - timedelta(days=1))
    play_marking(stage, now)
    _careers(stage, now)


def _maya(stage: Stage, exam: ExamSession, now: datetime) -> None:
    """Competent, decided and certified a month ago."""
    assessment = assess(stage, "maya", exam, now, skipped=frozenset({9, 20, 25}))
    decided = now + timedelta(days=9)
    votes = (vote(stage, assessment, name, decided) for name in COMMITTEE)
    decision_id = next(id_ for id_ in votes if id_ is not None)
    issue_certificate(
        stage.session,
        decision_id=decision_id,
        manager_id=stage.id_of("manajer"),
        settings=stage.settings,
        storage=stage.storage,
        now=decided + timedelta(days=1),
    )


def _fitri(stage: Stage, exam: ExamSession, now: datetime) -> None:
    """Recommended; one vote of three is in."""
    assessment = assess(stage, "fitri", exam, now, skipped=frozenset({3, 12, 17, 24}))
    vote(stage, assessment, "komite1", now + timedelta(days=9))


def _yohana(stage: Stage, exam: ExamSession, now: datetime) -> None:
    """Has sat the exam; her essay waits for a mark and half of her evidence for a judgement."""
    assessment = agree_on_assessment(stage, "yohana", exam, now, assessor="asesor")
    sit_exam(
        stage, "yohana", assessment, now + timedelta(days=4), skipped=frozenset({2, 6, 19, 26, 29})
    )
    judge_portfolio(stage, "yohana", "asesor", now + timedelta(days=5), limit=2)


def _dewi(stage: Stage, exam: ExamSession, now: datetime) -> None:
    """Has agreed to the assessment; the exam is open for her now."""
    agree_on_assessment(stage, "dewi", exam, now, assessor="asesor")


def _rizky(stage: Stage, now: datetime) -> None:
    """Has sent in his application; the administrator has not looked at it yet."""
    apply(stage, "rizky", now)


def _careers(stage: Stage, now: datetime) -> None:
    """What Maya and Dewi entered in their own record of credit points."""
    today = now.date()
    for name, points in (("maya", "62.5"), ("dewi", "25")):
        enter_standing(
            stage.session,
            person_id=stage.id_of(name),
            regime=2023,
            given=Standing("Ahli Pertama", "III/a", Decimal(points), date(2023, 12, 31)),
            document="PAK (contoh peragaan)",
            today=today,
            now=now,
        )
        for year, predicate in ((2024, Predicate.GOOD), (2025, Predicate.VERY_GOOD)):
            enter_period(
                stage.session,
                person_id=stage.id_of(name),
                period=Period(year, 1, 12, "Ahli Pertama", predicate),
                today=today,
                now=now,
            )
