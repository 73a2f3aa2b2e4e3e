"""The arithmetic of credit points."""

from enum import StrEnum


class Predicate(StrEnum):
    """Predikat kinerja of a period, from best to worst."""

    VERY_GOOD = "sangat baik"
    GOOD = "baik"
    NEEDS_IMPROVEMENT = "butuh perbaikan"
    POOR = "kurang"
    VERY_POOR = "sangat kurang"
