"""What a portfolio shows of a scheme: judgement → claim → criterion → element → unit.

A claim is accepted when it has been judged and no assessor's newest judgement of it says no to
any of VATM. A criterion (KUK) is met when at least one accepted claim covers it. An element is met
when all its criteria are, a unit when all its elements are. A "no" on one piece of evidence does
not undo another piece that was accepted: it says that this piece does not show the criterion.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from lsp.texts import N_


class ClaimState(StrEnum):
    """Where one claim stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class CriterionState(StrEnum):
    """Where one criterion stands, by the evidence claimed for it."""

    MET = "met"
    WAITING = "waiting"
    REFUSED = "refused"
    EMPTY = "empty"


CLAIM_STATES = {
    ClaimState.OPEN: N_("Menunggu penilaian"),
    ClaimState.ACCEPTED: N_("Diterima"),
    ClaimState.REFUSED: N_("Belum diterima"),
}
CRITERION_STATES = {
    CriterionState.MET: N_("Terpenuhi"),
    CriterionState.WAITING: N_("Menunggu penilaian"),
    CriterionState.REFUSED: N_("Bukti belum diterima"),
    CriterionState.EMPTY: N_("Belum ada bukti"),
}


@dataclass(frozen=True)
class JudgementView:
    """One assessor's newest judgement of a claim."""

    is_valid: bool
    is_authentic: bool
    is_current: bool
    is_sufficient: bool
    reason: str
    assessor_id: uuid.UUID
    at: datetime

    @property
    def is_accepted(self) -> bool:
        """All four are yes."""
        return self.is_valid and self.is_authentic and self.is_current and self.is_sufficient


@dataclass(frozen=True)
class ClaimView:
    """A piece of evidence offered for a criterion, and what the assessors say of it."""

    claim_id: uuid.UUID
    evidence_id: uuid.UUID
    evidence_title: str
    kind: str
    made_on: date
    #: The newest judgement of each assessor, oldest first.
    judgements: tuple[JudgementView, ...] = ()

    @property
    def judgement(self) -> JudgementView | None:
        """The judgement that decides: a "no" that stands, else the newest; None while unjudged."""
        refusing = [each for each in self.judgements if not each.is_accepted]
        standing_ones = refusing or list(self.judgements)
        return standing_ones[-1] if standing_ones else None

    def by(self, assessor_id: uuid.UUID) -> JudgementView | None:
        """What this assessor says of it, None when not yet judged by them."""
        return next((each for each in self.judgements if each.assessor_id == assessor_id), None)

    @property
    def state_name(self) -> str:
        """Where it stands, in words."""
        return CLAIM_STATES[self.state]

    @property
    def state(self) -> ClaimState:
        """Open until judged; accepted when no assessor's judgement stands at no."""
        if self.judgement is None:
            return ClaimState.OPEN
        return ClaimState.ACCEPTED if self.judgement.is_accepted else ClaimState.REFUSED


@dataclass(frozen=True)
class CriterionCoverage:
    """A criterion and the evidence claimed for it."""

    criterion_id: uuid.UUID
    #: Number as people say it: ``1.2``.
    label: str
    text: str
    claims: tuple[ClaimView, ...] = ()

    @property
    def state(self) -> CriterionState:
        """Met by one accepted claim; otherwise what it waits for."""
        states = {claim.state for claim in self.claims}
        if ClaimState.ACCEPTED in states:
            return CriterionState.MET
        if ClaimState.OPEN in states:
            return CriterionState.WAITING
        return CriterionState.REFUSED if states else CriterionState.EMPTY

    @property
    def state_name(self) -> str:
        """Where it stands, in words."""
        return CRITERION_STATES[self.state]

    @property
    def is_met(self) -> bool:
        """At least one accepted claim covers it."""
        return self.state is CriterionState.MET


@dataclass(frozen=True)
class ElementCoverage:
    """An element with its criteria."""

    element_id: uuid.UUID
    number: int
    title: str
    criteria: tuple[CriterionCoverage, ...] = ()

    @property
    def is_met(self) -> bool:
        """All criteria are met; an element whose criteria are not loaded is not."""
        return bool(self.criteria) and all(criterion.is_met for criterion in self.criteria)


@dataclass(frozen=True)
class Sentence:
    """A text to translate and the values for its places."""

    text: str
    values: dict[str, str]


NO_CRITERIA = N_("KUK unit ini belum dimuat di sistem, jadi bukti belum bisa dikaitkan.")
MISSING = {
    CriterionState.EMPTY: N_("Belum: %(labels)s belum punya bukti"),
    CriterionState.REFUSED: N_("Belum: %(labels)s belum punya bukti yang diterima"),
    CriterionState.WAITING: N_("Belum: %(labels)s menunggu penilaian asesor"),
}


@dataclass(frozen=True)
class UnitCoverage:
    """A unit of a scheme with its elements."""

    unit_id: uuid.UUID
    #: Null for a draft unit whose code is not established.
    code: str | None
    title: str
    elements: tuple[ElementCoverage, ...] = ()

    @property
    def label(self) -> str:
        """Code and title, or the title alone for a draft unit."""
        return f"{self.code} {self.title}" if self.code else self.title

    @property
    def criteria(self) -> tuple[CriterionCoverage, ...]:
        """All its criteria, in order."""
        return tuple(criterion for element in self.elements for criterion in element.criteria)

    @property
    def is_met(self) -> bool:
        """All elements are met; a unit whose criteria are not loaded is not."""
        return bool(self.elements) and all(element.is_met for element in self.elements)

    @property
    def met_count(self) -> int:
        """How many of its criteria are met."""
        return sum(criterion.is_met for criterion in self.criteria)

    @property
    def missing(self) -> list[Sentence]:
        """Why it is not met, one sentence for each reason; empty when it is."""
        if not self.criteria:
            return [Sentence(NO_CRITERIA, {})]
        sentences = []
        for state, text in MISSING.items():
            labels = [criterion.label for criterion in self.criteria if criterion.state is state]
            if labels:
                sentences.append(Sentence(text, {"labels": ", ".join(labels)}))
        return sentences


def standing(judgements: Iterable[JudgementView]) -> tuple[JudgementView, ...]:
    """The judgements that stand: of each assessor the last given. The input is oldest first."""
    newest: dict[uuid.UUID, JudgementView] = {}
    for judgement in judgements:
        newest.pop(judgement.assessor_id, None)
        newest[judgement.assessor_id] = judgement
    return tuple(newest.values())


def open_claims(units: Iterable[UnitCoverage], assessor_id: uuid.UUID) -> list[ClaimView]:
    """The claims this assessor has not judged yet, in the order of the scheme."""
    return [
        claim
        for unit in units
        for criterion in unit.criteria
        for claim in criterion.claims
        if claim.by(assessor_id) is None
    ]
