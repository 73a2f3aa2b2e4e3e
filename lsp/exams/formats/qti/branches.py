"""The shape of a file's rules: one mapping, branches of which the first counts, or a sum."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lsp.exams.formats.qti.conditions import DONE, is_variable, parts
from lsp.exams.formats.qti.names import number
from lsp.exams.formats.qti.question import Question, nodes

ZERO, ONE = Decimal(0), Decimal(1)
#: A condition and the points it gives.
Branch = tuple[Any, Decimal]
_READING = ("variable", "correct", "default", "mapResponse", "mapResponsePoint")


@dataclass(frozen=True)
class Table:
    """A mapping; of a value that stands twice the first counts."""

    #: Value, whether its case matters, and what it is worth.
    entries: Sequence[tuple[str, bool, Decimal]]
    default: Decimal
    lower: Decimal | None
    upper: Decimal | None

    @property
    def worth(self) -> dict[str, Decimal]:
        """What each value is worth."""
        found: dict[str, Decimal] = {}
        for name, _, amount in self.entries:
            found.setdefault(name.strip(), amount)
        return found

    @property
    def is_exact(self) -> bool:
        """Whether names that differ only in case cannot be mixed up."""
        names = {name.strip() for name, _, _ in self.entries}
        return all(exact for _, exact, _ in self.entries) or len(
            {name.casefold() for name in names}
        ) == len(names)

    @property
    def is_open_at_ends(self) -> bool:
        """Whether the bounds change none of the values."""
        amounts = [amount for _, _, amount in self.entries]
        return (self.lower is None or self.lower <= min([ZERO, *amounts])) and (
            self.upper is None or self.upper >= max([ZERO, *amounts])
        )

    def numbers(self) -> list[tuple[Decimal, Decimal, Decimal]] | None:
        """Each value as a number, from it to itself, the best first; None when one is none."""
        found: dict[Decimal, Decimal] = {}
        for name, _, amount in self.entries:
            value = number(name)
            if value is None:
                return None
            found.setdefault(value, amount)
        return sorted(((n, n, amount) for n, amount in found.items()), key=lambda row: -row[2])


def is_plain(question: Question) -> bool:
    """Whether the score begins with 0 and is not cut to whole numbers."""
    said: Mapping[str, Any] = question.processing.get("outcomes", {}).get("SCORE", {})
    begins = [number(value) for value in said.get("default", [])]
    return (
        not any(begins)
        and None not in begins
        and said.get("base", "float") == "float"
        and (said.get("cardinality", "single") == "single")
    )


def _is_whole(question: Question) -> bool:
    """Whether the score is cut to whole numbers, and begins with 0."""
    said: Mapping[str, Any] = question.processing.get("outcomes", {}).get("SCORE", {})
    begins = [number(value) for value in said.get("default", [])]
    is_single = said.get("cardinality", "single") == "single"
    return said.get("base") == "integer" and is_single and not any(begins) and None not in begins


def _fits_score(question: Question, amounts: Iterable[Decimal]) -> bool:
    return is_plain(question) or (
        _is_whole(question) and all(amount == int(amount) for amount in amounts)
    )


def table_of(declared: Mapping[str, Any]) -> Table | None:
    """The mapping of a response variable."""
    mapping = declared.get("mapping")
    if mapping is None:
        return None
    return Table(
        [(key, bool(exact), Decimal(worth)) for key, worth, exact in mapping["entries"]],
        Decimal(mapping["default"]),
        number(mapping.get("lower", "")),
        number(mapping.get("upper", "")),
    )


def _is_mapped(rules: Sequence[Any], operator: str, response: str) -> bool:
    """Whether the score is what the mapping gives, whether or not nothing is asked for first."""
    mapped = ["set", {"id": "SCORE"}, [[operator, {"id": response}, []]]]
    if list(rules) == [mapped]:
        return True
    if len(rules) != 1 or rules[0][0] != "if" or len(rules[0][2]) != 2:
        return False
    (empty, first), (other, second) = rules[0][2]
    is_empty = empty == ["isNull", {}, [["variable", {"id": response}, []]]]
    nothing = (
        len(first) == 1
        and first[0][:2] == ["set", {"id": "SCORE"}]
        and (first[0][2][0][0] == "base" and number(first[0][2][0][1]["value"]) == 0)
    )
    return is_empty and nothing and other is None and second == [mapped]


def mapped_table(question: Question, response: str) -> Table | None:
    """The mapping that is the score of a question; None when its rules are anything else."""
    if not _is_mapped(question.processing.get("rules", []), "mapResponse", response):
        return None
    found = table_of(question.declaration(response))
    if found is None or "" in found.worth:
        return None
    amounts = [found.default, *found.worth.values()]
    return found if _fits_score(question, amounts) else None


def mapped_points(question: Question, response: str) -> Mapping[str, Any] | None:
    """The areas that are the score of a question; None when its rules are anything else."""
    if not _is_mapped(question.processing.get("rules", []), "mapResponsePoint", response):
        return None
    areas: Mapping[str, Any] | None = question.declaration(response).get("areas")
    if areas is None:
        return None
    amounts = [Decimal(entry["value"]) for entry in areas["entries"]]
    return areas if _fits_score(question, amounts) else None


# --- Branches -----------------------------------------------------------------------------------


def _scale(rules: Sequence[Any]) -> tuple[list[Any], Decimal]:
    """The rules without the last, where that one only turns the score into points; the factor."""
    if len(rules) > 1 and rules[-1][:2] == ["set", {"id": "SCORE"}]:
        match rules[-1][2][0]:
            case ["divide", {}, [["product", {}, [score, ["base", a, []]]], ["base", b, []]]]:
                times, by = number(a["value"]), number(b["value"])
                if is_variable(score, "SCORE") and times and by:
                    return list(rules[:-1]), times / by
    return list(rules), ONE


def chain(question: Question) -> list[Branch] | None:
    """Conditions of which the first that holds gives its points, and otherwise 0; None if not so.

    Either the branches of one condition, or conditions each of which ends the processing.
    """
    rules, factor = _scale(question.processing.get("rules", []))
    if len(rules) > 1 and rules[0][0] == "set" and _points(question, [rules[0]]) == 0:
        rules = rules[1:]
    has_guard_of_its_own = DONE in question.processing.get("outcomes", {})
    if not rules or has_guard_of_its_own or any(rule[0] != "if" for rule in rules):
        return None
    if len(rules) == 1:
        branches = rules[0][2]
    elif all(len(rule[2]) == 1 and _ends(rule[2][0]) for rule in rules):
        branches = [rule[2][0] for rule in rules]
    else:
        return None
    found: list[Branch] = []
    for condition, actions in branches:
        points = _points(question, [a for a in actions if a[1].get("id") != DONE])
        if points is None:
            return None
        if condition is None:
            if points:
                return None
            break
        found.append((condition, points * factor))
    is_fit = _fits_score(question, [points for _, points in found])
    return found if found and is_fit else None


def _ends(branch: Any) -> bool:
    """Whether a branch holds only while nothing ended the processing, and ends it."""
    condition, actions = branch
    guard = ["isNull", {}, [["variable", {"id": DONE}, []]]]
    is_guarded = condition is not None and guard in parts(condition, "and")
    return is_guarded and any(a[0] == "set" and a[1]["id"] == DONE for a in actions)


def _points(question: Question, actions: Sequence[Any]) -> Decimal | None:
    """The number that a branch makes the score; None when it does anything else."""
    if len(actions) != 1 or actions[0][:2] != ["set", {"id": "SCORE"}]:
        return None
    operator, attributes, _ = value = actions[0][2][0]
    if is_variable(value, "MAXSCORE"):
        said = question.processing.get("outcomes", {}).get("MAXSCORE")
        written = question.max_score if said is None else (said.get("default") or [""])[0]
        return number(written)
    match value:
        # What is added to nothing.
        case ["sum", {}, [score, ["base", more, []]]] if is_variable(score, "SCORE"):
            return number(more["value"])
    return number(attributes["value"]) if operator == "base" else None


# --- Sums ---------------------------------------------------------------------------------------


def additive(question: Question) -> dict[str, Table | list[Branch]] | None:
    """What each response adds to the score, whatever the others are; None if it is not so."""
    rules, factor = _scale(question.processing.get("rules", []))
    if not is_plain(question) or not rules or DONE in question.processing.get("outcomes", {}):
        return None
    if len(rules) == 1 and rules[0][:2] == ["set", {"id": "SCORE"}]:
        return _mapped_sum(question, rules[0][2][0]) if factor == 1 else None
    found: dict[str, Table | list[Branch]] = {}
    for rule in rules:
        if rule[0] != "if" or len(rule[2]) != 1:
            return None
        condition, actions = rule[2][0]
        asked = set(_asked(condition)) - {DONE} if condition is not None else set()
        is_sum = len(actions) == 1 and actions[0][0] == "set" and actions[0][2][0][0] == "sum"
        points = _points(question, actions) if is_sum else None
        if len(asked) != 1 or points is None:
            return None
        one = found.setdefault(next(iter(asked)), [])
        if isinstance(one, list):
            one.append((condition, points * factor))
    return found if set(found) <= set(question.processing["responses"]) else None


def _asked(expression: Any) -> Iterable[str]:
    """The variables that an expression depends on."""
    for operator, attributes, _ in nodes([expression]):
        if operator in _READING:
            yield attributes["id"]


def _mapped_sum(question: Question, value: Any) -> dict[str, Table | list[Branch]] | None:
    operands = value[2] if value[0] == "sum" else [value]
    found: dict[str, Table | list[Branch]] = {}
    for operator, attributes, _ in operands:
        name = attributes.get("id", "")
        table = table_of(question.declaration(name)) if operator == "mapResponse" else None
        if table is None or name in found or "" in table.worth:
            return None
        found[name] = table
    return found
