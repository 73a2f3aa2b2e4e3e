"""The kinds and states of the exam wing."""

from enum import StrEnum


class ItemType(StrEnum):
    """How a question is answered; each has its rules in ``exams.rules.items``."""

    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    TRUE_FALSE = "true_false"
    SHORT_ANSWER = "short_answer"
    NUMERICAL = "numerical"
    MATCHING = "matching"
    ESSAY = "essay"


class ItemState(StrEnum):
    """Where an item stands in its life."""

    DRAFT = "draft"
    REVIEW = "review"
    ACTIVE = "active"
    RETIRED = "retired"


class CognitiveLevel(StrEnum):
    """Level of the revised Bloom taxonomy, C1 remember … C6 create."""

    C1 = "C1"
    C2 = "C2"
    C3 = "C3"
    C4 = "C4"
    C5 = "C5"
    C6 = "C6"


class AttemptState(StrEnum):
    """Whether answers may still come, and how the attempt ended."""

    OPEN = "open"
    SUBMITTED = "submitted"
    #: Ended by the clock with the answers saved so far.
    CLOSED = "closed"
