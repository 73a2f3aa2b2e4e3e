"""Every move an application and an assessment can make: one table, and the guards it names.

A guard is a plain function that returns the unmet conditions in words; a move may be made when
all its guards return nothing. The services gather the facts and make the move.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lsp.assessments.rules.rollup import Standing, UnitEvidence
from lsp.assessments.rules.states import ApplicationState, AssessmentState
from lsp.assessments.rules.words import Words, words
from lsp.roles import Role
from lsp.texts import N_

A = ApplicationState
S = AssessmentState


@dataclass(frozen=True)
class Move:
    """One arrow: who may go from where to where, and which guards stand on the way."""

    verb: str
    #: None: the thing comes into being.
    origin: ApplicationState | AssessmentState | None
    target: ApplicationState | AssessmentState
    role: Role
    guards: tuple[str, ...] = ()


_SUBMIT = ("apl01_complete", "prerequisites_shown", "accommodation_answered", "consent_given")

MOVES: tuple[Move, ...] = (
    Move("start", None, A.DRAFT, Role.CANDIDATE, ("scheme_active",)),
    Move("submit", A.DRAFT, A.SUBMITTED, Role.CANDIDATE, _SUBMIT),
    Move("submit", A.RETURNED, A.SUBMITTED, Role.CANDIDATE, _SUBMIT),
    Move("accept", A.SUBMITTED, A.ACCEPTED, Role.ADMINISTRATOR, ("not_own", "prerequisites_met")),
    Move("return", A.SUBMITTED, A.RETURNED, Role.ADMINISTRATOR, ("not_own", "reason_given")),
    Move("reject", A.SUBMITTED, A.REJECTED, Role.ADMINISTRATOR, ("not_own", "reason_given")),
    Move("assign", None, S.ASSIGNED, Role.MANAGER, ("assessor_qualified", "not_own")),
    Move("review", S.ASSIGNED, S.REVIEWED, Role.ASSESSOR, ("self_assessment_signed",)),
    Move("agree", S.REVIEWED, S.READY, Role.CANDIDATE, ("agreement_signed",)),
    Move("recommend", S.READY, S.RECOMMENDED, Role.ASSESSOR, ("exam_marked", "criteria_judged")),
    Move("decide", S.RECOMMENDED, S.DECIDED, Role.COMMITTEE, ("separated", "votes_decide")),
    Move("follow_up", S.RECOMMENDED, S.READY, Role.COMMITTEE, ("separated", "votes_decide")),
)


def find_move(
    origin: ApplicationState | AssessmentState | None, target: ApplicationState | AssessmentState
) -> Move | None:
    """The move between two states, or None when there is no such arrow."""
    return next((m for m in MOVES if m.origin == origin and m.target == target), None)


def consent_given(ticked: bool) -> list[Words]:
    """APL.01 is signed by ticking the statement."""
    return [] if ticked else [words(N_("Centang pernyataan untuk menandatangani"))]


def prerequisites_met(verdicts: Sequence[tuple[str, bool | None]]) -> list[Words]:
    """Accepting needs every prerequisite (text, verdict) marked as met."""
    return [
        words(N_("Belum memenuhi: %(prerequisite)s"), prerequisite=text)
        for text, is_met in verdicts
        if not is_met
    ]


def reason_given(reason: str) -> list[Words]:
    """Returning and rejecting say why, in words the candidate reads."""
    if reason.strip():
        return []
    return [words(N_("Tulis alasannya; asesi akan membacanya"))]


def assessor_qualified(*, holds_role: bool, registration: str) -> list[Words]:
    """An assessor holds the role and a registration number (MET)."""
    found = []
    if not holds_role:
        found.append(words(N_("Orang ini bukan asesor")))
    if not registration.strip():
        found.append(words(N_("Asesor ini belum mempunyai nomor registrasi (MET)")))
    return found


def self_assessment_complete(unanswered: Sequence[str]) -> list[Words]:
    """APL.02 is signed when each element is answered; ``unanswered`` names units with a hole."""
    return [words(N_("Jawab semua elemen pada unit %(unit)s"), unit=unit) for unit in unanswered]


def self_assessment_signed(holds: bool) -> list[Words]:
    """The assessor reviews an APL.02 whose signature covers what it says now."""
    return [] if holds else [words(N_("Asesi belum menandatangani APL.02"))]


def agreement_signed(*, by_assessor: bool, by_candidate: bool) -> list[Words]:
    """AK.01 is signed by both before any instrument opens."""
    found = []
    if not by_assessor:
        found.append(words(N_("Asesor belum menandatangani AK.01")))
    if not by_candidate:
        found.append(words(N_("Asesi belum menandatangani AK.01")))
    return found


def exam_marked(state: str, unmarked: int) -> list[Words]:
    """The exam is over and each answer has a mark; ``state`` as ``exam_result`` tells it."""
    if state == "marked":
        return []
    if state == "ended":
        return [words(N_("Ujian belum selesai dinilai: %(count)s jawaban tersisa"), count=unmarked)]
    return [words(N_("Asesi belum menyelesaikan ujian"))]


def criteria_judged(units: Sequence[tuple[UnitEvidence, str]]) -> list[Words]:
    """Each criterion of a compulsory unit has a judged claim, or the unit's note explains."""
    return [
        words(
            N_("%(unit)s: nilai bukti KUK %(labels)s, atau jelaskan pada catatan unit"),
            unit=unit.title,
            labels=", ".join(unit.labels(Standing.UNJUDGED)),
        )
        for unit, note in units
        if unit.is_compulsory and unit.labels(Standing.UNJUDGED) and not note.strip()
    ]
