"""The arithmetic of credit points: the ladder of 2005 and the conversion of 2023.

Exact decimals throughout; a number is rounded only when it is printed. The tables come in as
arguments, each value with its source, and a result never knows more than they do: what is not
established comes out as None or UNKNOWN.
"""

from lsp.credits.rules.conversion import (
    NOT_COUNTED_REASONS,
    Conversion,
    ConvertedPeriod,
    Level,
    NextLevel,
    NotCounted,
    Period,
    Standing,
    convert,
    total_credits,
)
from lsp.credits.rules.ladder import (
    Ladder,
    LadderPlace,
    Rung,
    find_ladder,
    place_on_ladder,
)
from lsp.credits.rules.outlook import (
    Condition,
    Met,
    Outlook,
    next_grade,
    next_level,
    predicates_met,
)
from lsp.credits.rules.values import (
    AT_LEAST_GOOD,
    PREDICATE_NAMES,
    Predicate,
    Source,
    Value,
    printed,
    share,
)

__all__ = [
    "AT_LEAST_GOOD",
    "NOT_COUNTED_REASONS",
    "PREDICATE_NAMES",
    "Condition",
    "Conversion",
    "ConvertedPeriod",
    "Ladder",
    "LadderPlace",
    "Level",
    "Met",
    "NextLevel",
    "NotCounted",
    "Outlook",
    "Period",
    "Predicate",
    "Rung",
    "Source",
    "Standing",
    "Value",
    "convert",
    "find_ladder",
    "next_grade",
    "next_level",
    "place_on_ladder",
    "predicates_met",
    "printed",
    "share",
    "total_credits",
]
