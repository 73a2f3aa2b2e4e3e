"""Whether a file's rules are one of the few shapes that provably give the points ours give.

Only what is recognised here by its structure may be scored by the rules of our types; anything
else keeps the rules of the file. Texts count as the same up to white space and composed letters,
numbers up to their notation: there our types are kinder on purpose.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from lsp.exams.formats.package import ReadItem
from lsp.exams.formats.qti.branches import (
    Branch,
    Table,
    additive,
    chain,
    is_plain,
    mapped_points,
    mapped_table,
)
from lsp.exams.formats.qti.built import letters
from lsp.exams.formats.qti.conditions import compared_forms, compared_numbers, is_whole_order
from lsp.exams.formats.qti.naming import renamed
from lsp.exams.formats.qti.plans import plan
from lsp.exams.formats.qti.question import CLOSE, Interaction, Question
from lsp.exams.rules.items import fold
from lsp.exams.rules.items.numbers import ranges
from lsp.exams.rules.kinds import ItemType
from lsp.exams.rules.writing import Body

ZERO = Decimal(0)
Worth = Mapping[str, Decimal]


def is_written_by_us(
    question: Question, type_: ItemType, body: Body, names: Mapping[str, str]
) -> bool:
    """Whether declarations and rules are what we ourselves would write for this question."""
    item = ReadItem("", type_, "", "", body, question.max_score, names=names)

    def name(id_: str, gap: str = "") -> str:
        known = names.get(f"{gap}:{id_}" if gap else id_)
        return known or (f"_{id_}" if id_[:1].isdigit() else id_)

    found = plan(renamed(item, name), {id_: name(id_) for id_ in ("true", "false")})
    if not is_plain(question) or question.processing.get("rules") != found.rules:
        return False
    declared: Mapping[str, Any] = question.processing["responses"]
    return all(
        id_ in declared and _comparable(declared[id_]) == _comparable(said)
        for id_, said in found.responses.items()
    )


def _comparable(declared: Mapping[str, Any]) -> dict[str, Any]:
    """A declaration with its numbers as numbers."""
    found = {**declared, "correct": declared.get("correct", [])}
    if mapping := declared.get("mapping"):
        rows = [(key, Decimal(worth), exact) for key, worth, exact in mapping["entries"]]
        found["mapping"] = {**_bounds(mapping), "entries": rows}
    if areas := declared.get("areas"):
        entries = [{**entry, "value": Decimal(entry["value"])} for entry in areas["entries"]]
        found["areas"] = {**_bounds(areas), "entries": entries}
    return found


def _bounds(table: Mapping[str, Any]) -> dict[str, Decimal]:
    return {part: Decimal(table[part]) for part in ("default", "lower", "upper") if part in table}


# --- Tables -------------------------------------------------------------------------------------


def sums_to(question: Question, response: str, names: Iterable[str], worth: Worth) -> bool:
    """Whether a mapping is the score, gives each of these names its worth, and ends at 0 and all.

    ``worth`` has what earns or costs something; every other name counts for nothing.
    """
    table = mapped_table(question, response)
    if table is None or not table.is_exact:
        return False
    amounts = {name: table.worth.get(name, table.default) for name in names}
    if set(table.worth) - set(amounts) or (table.default and set(worth) - set(amounts)):
        return False
    most = question.max_score
    gains = sum((n for n in amounts.values() if n > 0), ZERO)
    if any(n < 0 for n in amounts.values()):
        has_floor = table.lower == 0
    else:
        has_floor = table.lower is None or table.lower <= 0
    if table.upper is None:
        has_ceiling = gains <= most + CLOSE
    else:
        has_ceiling = abs(table.upper - most) < CLOSE or gains <= min(table.upper, most) + CLOSE
    each = all(abs(n - worth.get(name, ZERO)) < CLOSE for name, n in amounts.items())
    return has_floor and has_ceiling and each


def is_place(question: Question, response: str, body: Body) -> bool:
    """Whether each area of ours earns all the points, and nothing else earns or costs any."""
    areas = mapped_points(question, response)
    if areas is None or Decimal(areas["default"]) or Decimal(areas.get("lower", 0)) > 0:
        return False
    most = question.max_score
    if Decimal(areas.get("upper", most)) < most:
        return False
    theirs = [(e["shape"], [Decimal(n) for n in e["coords"]]) for e in areas["entries"]]
    ours = [(a["shape"], [Decimal(n) for n in a["coords"]]) for a in body.key["areas"]]
    is_all = all(abs(Decimal(e["value"]) - most) < CLOSE for e in areas["entries"])
    return is_all and theirs == ours


# --- Texts and numbers --------------------------------------------------------------------------


def is_text(question: Question, response: str, body: Body) -> bool:
    """Whether a typed answer is compared with the forms of our key, each earning its points."""
    return takes_forms(question, _typed(question, response), response, body.key, question.max_score)


def is_number(question: Question, response: str, body: Body) -> bool:
    """Whether a number is compared with the ranges of our key, each earning its points."""
    return takes_ranges(
        question, _typed(question, response), response, body.key, question.max_score
    )


def _typed(question: Question, response: str) -> Table | list[Branch] | None:
    return mapped_table(question, response) or chain(question)


def takes_forms(
    question: Question,
    said: Table | Sequence[Branch] | None,
    response: str,
    key: Mapping[str, Any],
    most: Decimal,
) -> bool:
    """Whether a table or branches take the forms of a key, and give these points."""
    rows = _forms(question, said, response)
    if rows is None or key.get("wildcards") or key.get("ignore_spaces"):
        return False
    exact = bool(key["case_sensitive"])
    first: dict[str, Decimal] = {}
    for form, is_exact, points in rows:
        if points < 0 or (is_exact != exact and form.swapcase() != form):
            return False
        first.setdefault(fold(form, case_sensitive=exact), points)
    shares = key.get("shares", {})
    ours: dict[str, Decimal] = {}
    for form in key["accepted"]:
        folded, earned = fold(form, case_sensitive=exact), Decimal(shares.get(form, 1)) * most
        ours[folded] = max(earned, ours.get(folded, ZERO))
    theirs = {form: points for form, points in first.items() if points > 0}
    return set(ours) == set(theirs) and all(abs(ours[f] - theirs[f]) < CLOSE for f in ours)


def _forms(
    question: Question, said: Table | Sequence[Branch] | None, response: str
) -> list[tuple[str, bool, Decimal]] | None:
    declared = question.declaration(response)
    if said is None or declared["cardinality"] != "single" or declared["base"] != "string":
        return None
    if isinstance(said, Table):
        rows = said.entries if said.is_open_at_ends and not said.default else []
        return [*rows] if rows and all(form for form, _, _ in rows) else None
    found = []
    for condition, points in said:
        forms = compared_forms(condition, response, question.correct(response))
        if forms is None:
            return None
        found += [(form, is_exact, points) for form, is_exact in forms]
    return found


def takes_ranges(
    question: Question,
    said: Table | Sequence[Branch] | None,
    response: str,
    key: Mapping[str, Any],
    most: Decimal,
) -> bool:
    """Whether a table or branches take the ranges of a key, and give these points."""
    rows = _intervals(question, said, response)
    if rows is None or any(points <= 0 for _, _, points in rows):
        return False
    # The first that fits counts there, the best one here.
    if any(a[2] < b[2] for a, b in pairwise(rows)):
        return False
    ours = [(low, high, share * most) for low, high, share in ranges(key)]

    def has(within: Sequence[tuple[Decimal, Decimal, Decimal]], row: Any) -> bool:
        return any(
            low <= row[0] and row[1] <= high and abs(points - row[2]) < CLOSE
            for low, high, points in within
        )

    def is_beaten(row: Any) -> bool:
        return any(low <= row[0] and row[1] <= high and p > row[2] for low, high, p in ours)

    return all(has(rows, row) for row in ours) and all(
        has(ours, row) or is_beaten(row) for row in rows
    )


def _intervals(
    question: Question, said: Table | Sequence[Branch] | None, response: str
) -> list[tuple[Decimal, Decimal, Decimal]] | None:
    declared = question.declaration(response)
    if said is None or declared["cardinality"] != "single":
        return None
    found: list[tuple[Decimal, Decimal, Decimal]] | None = []
    if isinstance(said, Table):
        if not said.is_open_at_ends or said.default:
            return None
        found = said.numbers()
    else:
        for condition, points in said:
            spans = compared_numbers(condition, response, question.correct(response))
            if spans is None:
                return None
            found = [*(found or []), *((low, high, points) for low, high in spans)]
    if not found:
        return None
    is_integer = declared["base"] == "integer"
    if is_integer and any(low != high or low % 1 for low, high, _ in found):
        return None
    return found if is_integer or declared["base"] == "float" else None


# --- Orders and parts ---------------------------------------------------------------------------


def is_exact_order(question: Question, response: str, right: Sequence[str]) -> bool:
    """Whether the whole order earns all the points, and anything else nothing."""
    found = chain(question)
    if found is None or len(found) != 1:
        return False
    condition, points = found[0]
    is_all = abs(points - question.max_score) < CLOSE
    return is_all and is_whole_order(condition, response, right, question.correct(response))


def gaps_add_up(question: Question, body: Body) -> bool:
    """Whether the score is the sum of what each gap earns alone, and each earns it as ours does.

    Of gaps with choices all choices are tried.
    """
    parts = _by_gap(question)
    if (
        parts is None
        or question.score({})
        or set(parts) - {i.response for i in question.interactions}
    ):
        return False
    keys = body.key["gaps"]
    of = sum((Decimal(key.get("weight", 1)) for key in keys.values()), ZERO)
    for gap, interaction in zip(body.content["gaps"], question.interactions, strict=True):
        key, part = keys[gap["id"]], parts.get(interaction.response)
        most = question.max_score * Decimal(key.get("weight", 1)) / of
        if gap["kind"] == "choice" and not _earns_alone(question, interaction, key, most):
            return False
        if gap["kind"] == "text" and not takes_forms(
            question, _apart(part), interaction.response, key, most
        ):
            return False
        if gap["kind"] == "number" and not takes_ranges(
            question, _apart(part), interaction.response, key, most
        ):
            return False
    return True


def _by_gap(question: Question) -> Mapping[str, Table | list[Branch] | None] | None:
    """What decides each gap, whatever the others are; None when that cannot be told."""
    if len(question.interactions) > 1:
        return additive(question)
    response = question.interactions[0].response
    return {response: _typed(question, response)}


def _earns_alone(
    question: Question, interaction: Interaction, key: Mapping[str, Any], most: Decimal
) -> bool:
    weights = key.get("weights", dict.fromkeys(key["correct"], 1))
    return all(
        abs(question.points(interaction.response, name) - Decimal(weights.get(id_, 0)) * most)
        < CLOSE
        for name, id_ in letters(interaction.choices).items()
    )


def _apart(part: Table | list[Branch] | None) -> Table | list[Branch] | None:
    """Several conditions of one gap each add something: then they are not one after another."""
    return None if isinstance(part, list) and len(part) > 1 else part


def rows_add_up(question: Question, right: Mapping[str, str]) -> bool:
    """Whether each row earns its equal part with its right choice alone, and nothing else does."""
    if additive(question) is None:
        return False
    each = question.max_score / len(right)
    return all(
        abs(question.points(row.response, c.name) - (each if right[row.response] == c.name else 0))
        < CLOSE
        for row in question.interactions
        for c in row.choices
    ) and not question.score({})
