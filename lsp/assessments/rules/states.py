"""Where applications and assessments can stand, and what they can end in."""

from enum import StrEnum


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
