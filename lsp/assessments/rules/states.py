"""Where applications and assessments can stand, and what they can end in."""

from enum import StrEnum

from lsp.texts import N_


class ApplicationState(StrEnum):
    """Where an application (permohonan) stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class AssessmentState(StrEnum):
    """Where an assessment (asesmen) of one candidate stands."""

    ASSIGNED = "assigned"
    REVIEWED = "reviewed"
    READY = "ready"
    RECOMMENDED = "recommended"
    DECIDED = "decided"


class Result(StrEnum):
    """Kompeten, belum kompeten, or tindak lanjut (back to the assessor)."""

    COMPETENT = "K"
    NOT_YET_COMPETENT = "BK"
    FOLLOW_UP = "TL"


class Verdict(StrEnum):
    """What an administrator does with a submitted application."""

    ACCEPT = "accept"
    RETURN = "return"
    REJECT = "reject"


#: States in which the candidate may still change APL.01.
EDITABLE = frozenset({ApplicationState.DRAFT, ApplicationState.RETURNED})

APPLICATION_STATE_NAMES = {
    ApplicationState.DRAFT: N_("Draf"),
    ApplicationState.SUBMITTED: N_("Menunggu pemeriksaan"),
    ApplicationState.RETURNED: N_("Perlu diperbaiki"),
    ApplicationState.ACCEPTED: N_("Diterima"),
    ApplicationState.REJECTED: N_("Tidak diterima"),
}

ASSESSMENT_STATE_NAMES = {
    AssessmentState.ASSIGNED: N_("Menunggu tinjauan APL.02"),
    AssessmentState.REVIEWED: N_("Menunggu persetujuan AK.01"),
    AssessmentState.READY: N_("Asesmen berlangsung"),
    AssessmentState.RECOMMENDED: N_("Menunggu keputusan pleno"),
    AssessmentState.DECIDED: N_("Sudah diputuskan"),
}

RESULT_NAMES = {
    Result.COMPETENT: N_("Kompeten"),
    Result.NOT_YET_COMPETENT: N_("Belum kompeten"),
    Result.FOLLOW_UP: N_("Tindak lanjut"),
}

VERDICT_NAMES = {
    Verdict.ACCEPT: N_("Terima permohonan"),
    Verdict.RETURN: N_("Kembalikan untuk diperbaiki"),
    Verdict.REJECT: N_("Tolak permohonan"),
}
