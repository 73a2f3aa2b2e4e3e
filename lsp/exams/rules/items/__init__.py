"""What an answer to each type of question may be, how it is marked by the key, and in what words.

One class a type, all with the interface of ``ItemRules``, found in the table ``RULES``. Content,
key and response are the dictionaries the bank stores (made by ``exams.rules.writing``); each
class says what its response looks like.
"""

from collections.abc import Sequence

from lsp.exams.rules import wording
from lsp.exams.rules.items.arranging import Matching, Ordering
from lsp.exams.rules.items.base import (
    DEFAULT_POLICY,
    BadResponse,
    Content,
    ItemRules,
    MultipleScoring,
    Response,
    ScoringPolicy,
)
from lsp.exams.rules.items.choices import MultipleChoice, SingleChoice, TrueFalse
from lsp.exams.rules.items.gaps import GapFill
from lsp.exams.rules.items.numbers import Numerical, numbers
from lsp.exams.rules.items.persons import Essay, FileUpload, Oral
from lsp.exams.rules.items.pictures import Hotspot
from lsp.exams.rules.items.written import LONGEST_TEXT, ShortAnswer, count_words, fold
from lsp.exams.rules.kinds import ItemType, Markup

__all__ = [
    "DEFAULT_POLICY",
    "LONGEST_TEXT",
    "RULES",
    "BadResponse",
    "Content",
    "ItemRules",
    "MultipleScoring",
    "Response",
    "ScoringPolicy",
    "as_shown",
    "count_words",
    "fold",
    "in_plain_words",
    "numbers",
]

RULES: dict[ItemType, ItemRules] = {
    ItemType.SINGLE_CHOICE: SingleChoice(),
    ItemType.MULTIPLE_CHOICE: MultipleChoice(),
    ItemType.TRUE_FALSE: TrueFalse(),
    ItemType.SHORT_ANSWER: ShortAnswer(),
    ItemType.NUMERICAL: Numerical(),
    ItemType.MATCHING: Matching(),
    ItemType.ORDERING: Ordering(),
    ItemType.GAP_FILL: GapFill(),
    ItemType.HOTSPOT: Hotspot(),
    ItemType.ESSAY: Essay(),
    ItemType.FILE_UPLOAD: FileUpload(),
    ItemType.ORAL: Oral(),
}


def as_shown(type_: ItemType, lines: Sequence[str], markup: Markup) -> list[str]:
    """Lines of ``describe_key`` for a page: what they quote of the question as safe HTML.

    Formulas are drawn as the candidate sees them; a picture is told by its alternative text.
    """
    if not RULES[type_].quotes_question:
        return list(lines)
    return [wording.phrase(line, markup) for line in lines]


def in_plain_words(type_: ItemType, lines: Sequence[str], markup: Markup) -> list[str]:
    """Lines of ``describe`` or ``describe_key`` without the tags of the question they quote."""
    if not RULES[type_].quotes_question or markup is not Markup.HTML:
        return list(lines)
    return [" ".join(wording.plain(line, markup).split()) for line in lines]
