"""A question as QTI of any version states it, before it becomes one of our types."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Any

from lsp.exams.formats.package import BadFile
from lsp.exams.formats.qti.evaluation import score
from lsp.exams.formats.qti.names import number
from lsp.texts import N_

#: A score of the file's rules and one of ours are the same when they differ by less.
CLOSE = Decimal("0.0002")
#: Most steps of scoring that are tried for all questions of a file.
MOST_STEPS = 3_000_000


@dataclass(frozen=True)
class Choice:
    """Something to choose: what the file calls it, and its text in the question's markup."""

    name: str
    text: str
    #: Whether it keeps its place where the others are shuffled.
    is_fixed: bool = False


@dataclass(frozen=True)
class Picture:
    """The picture of a question: media name, size in pixels, and what it shows."""

    name: str
    width: int
    height: int
    alt: str


@dataclass
class Interaction:
    """One place to answer at."""

    #: Name in QTI 2.x: ``choiceInteraction``, ``textEntryInteraction``, …
    kind: str
    #: Identifier of the response variable.
    response: str
    choices: list[Choice] = field(default_factory=list)
    #: The second set of a match, or the gaps.
    others: list[Choice] = field(default_factory=list)
    #: Most choices or points; 0 for no limit.
    most: int = 0
    #: Whether the file says that its choices are not shuffled.
    is_fixed: bool = False
    picture: Picture | None = None
    #: Areas of a picture by the name of the choice: shape and coordinates.
    areas: Mapping[str, tuple[str, Sequence[str]]] = field(default_factory=dict)
    #: What we ourselves noted when we wrote the file: weights, unit, number of words, …
    own: Mapping[str, str] = field(default_factory=dict)


class Effort:
    """How much scoring has been tried while reading one file, which is bounded for all of it."""

    def __init__(self) -> None:
        self._steps = 0

    def spend(self, steps: int) -> None:
        """Count some. Raises BadFile beyond what is done within seconds."""
        self._steps += steps
        if self._steps > MOST_STEPS:
            raise BadFile(
                N_("Aturan penilaian di berkas ini terlalu rumit. Bagi menjadi beberapa berkas.")
            )


@dataclass
class Question:
    """All of a question."""

    interactions: list[Interaction]
    #: Declarations and rules as ``evaluation`` describes; without ``rules`` when the file has none.
    processing: dict[str, Any]
    #: In the question's markup; gaps stand as ``[[1]]``.
    stem: str
    max_score: Decimal
    own: Mapping[str, str] = field(default_factory=dict)
    #: Aspects and points of a rubric, and a model answer, for what a person marks.
    rubric: Sequence[tuple[str, Decimal]] = ()
    model_answer: str = ""
    #: Shared by all questions of a file.
    effort: Effort = field(default_factory=Effort)

    @cached_property
    def _size(self) -> int:
        """How many rules and expressions are worked through for an answer at most."""
        return sum(1 for _ in nodes(self.processing.get("rules", []))) + 10

    @property
    def has_rules(self) -> bool:
        """Whether the file says how the question is scored."""
        return bool(self.processing.get("rules"))

    def declaration(self, response: str) -> Mapping[str, Any]:
        """The response variable; one that is not declared is a single text."""
        declared: Mapping[str, Any] = self.processing["responses"].get(
            response, {"cardinality": "single", "base": "string"}
        )
        return declared

    def correct(self, response: str) -> list[str]:
        """The right answer as the file declares it."""
        return list(self.declaration(response).get("correct", []))

    def score(self, responses: Mapping[str, object]) -> Decimal:
        """Points by the file's rules."""
        self.effort.spend(self._size)
        return score(self.processing, responses, self.max_score)

    def points(self, response: str, answer: object) -> Decimal:
        """Points by the file's rules for one response, the others not given."""
        return self.score({response: answer})


def declared_most(processing: Mapping[str, Any]) -> Decimal | None:
    """The most points a question says it gives, by MAXSCORE or by the maximum of SCORE."""
    outcomes = processing["outcomes"]
    for declared in (
        number((outcomes.get("MAXSCORE", {}).get("default") or [""])[0]),
        number(outcomes.get("SCORE", {}).get("maximum", "")),
    ):
        if declared is not None and declared > 0:
            return declared
    return None


def right_score(question: Question) -> Decimal:
    """What the file's rules give for the answer it calls right, or for all a mapping rewards.

    0 where it says neither.
    """
    responses: Mapping[str, Any] = question.processing["responses"]
    allowed = {interaction.response: interaction.most for interaction in question.interactions}
    right = {name: r["correct"] for name, r in responses.items() if r.get("correct")}
    gains = {
        name: _gains(declared)[: allowed.get(name) or None]
        for name, declared in responses.items()
        if declared.get("mapping")
    }
    return max(question.score(right), question.score({**right, **gains}))


def best_score(
    processing: Mapping[str, Any], allowed: Mapping[str, int] = MappingProxyType({})
) -> Decimal:
    """The most points a question gives: what it declares, else what its best answer earns, else 1.

    The best answer is the declared right one, or all that a mapping gives points for. ``allowed``
    says of how many choices a response may be at most, where there is a limit.
    """
    if (declared := declared_most(processing)) is not None:
        return declared
    responses: Mapping[str, Any] = processing["responses"]
    right = {name: r["correct"] for name, r in responses.items() if r.get("correct")}
    gains = {
        name: _gains(r)[: allowed.get(name) or None]
        for name, r in responses.items()
        if r.get("mapping")
    }
    # What a person marks has no right answer: the rules may still say what any answer earns.
    anything = {name: "x" for name, r in responses.items() if r["base"] in ("file", "string")}
    tries = (right, {**right, **gains}, {**anything, **right})
    reached = [
        *(score(processing, tried, Decimal(1)) for tried in tries),
        *_mapped(processing, allowed),
    ]
    best = max(reached, default=Decimal(0))
    return best if best > 0 else Decimal(1)


def _gains(declaration: Mapping[str, Any]) -> list[str]:
    """What a mapping gives points for: all of it, or the best where only one may be answered."""
    entries = declaration["mapping"]["entries"]
    gains = sorted((e for e in entries if Decimal(e[1]) > 0), key=lambda e: -Decimal(e[1]))
    keys = [key for key, _, _ in gains]
    return keys[:1] if declaration["cardinality"] == "single" else keys


def mapped_responses(processing: Mapping[str, Any]) -> set[str]:
    """The responses whose mapping the rules use."""
    used = set(_named(processing.get("rules", []), ("mapResponse", "mapResponsePoint")))
    return used & set(processing["responses"])


def _mapped(processing: Mapping[str, Any], allowed: Mapping[str, int]) -> Iterable[Decimal]:
    """What the mappings give at most, where they decide the score."""
    responses: Mapping[str, Any] = processing["responses"]
    totals = []
    for name in mapped_responses(processing):
        table = responses[name].get("mapping") or responses[name].get("areas")
        if table is None:
            continue
        worth = [Decimal(e["value"] if isinstance(e, dict) else e[1]) for e in table["entries"]]
        gains = sorted((w for w in worth if w > 0), reverse=True)[: allowed.get(name) or None]
        is_single = responses[name]["cardinality"] == "single"
        total = max(gains, default=Decimal(0)) if is_single else sum(gains, Decimal(0))
        upper = number(table.get("upper", ""))
        totals.append(total if upper is None else min(total, upper))
    # Several mappings need not add up: then the right answer tells.
    return totals if len(totals) == 1 else []


def _named(rules: Sequence[Any], operators: tuple[str, ...]) -> Iterable[str]:
    """Identifiers of the variables that these operators are about, anywhere in the rules."""
    todo: list[Any] = [rules]
    while todo:
        part = todo.pop()
        if isinstance(part, list):
            if len(part) == 3 and part[0] in operators and isinstance(part[1], dict):
                yield part[1].get("id", "")
            todo.extend(part)


def nodes(rules: Sequence[Any]) -> Iterable[list[Any]]:
    """All rules and expressions, in the order they are written."""
    todo: list[Any] = [rules]
    while todo:
        part = todo.pop()
        if isinstance(part, list):
            if len(part) == 3 and isinstance(part[0], str) and isinstance(part[1], dict):
                yield part
            todo.extend(reversed(part))
