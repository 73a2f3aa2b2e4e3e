"""Questions of QTI 1.2 that are built otherwise than those of 2.x: pairs row by row, named gaps."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from lsp.exams.formats.qti import proving
from lsp.exams.formats.qti.built import NO_KEY, Built, refuse_type
from lsp.exams.formats.qti.evaluation import score
from lsp.exams.formats.qti.probing import Probe, agrees
from lsp.exams.formats.qti.question import Effort, Interaction, Question, nodes
from lsp.exams.formats.qti.types import build
from lsp.exams.rules import writing
from lsp.exams.rules.kinds import ItemType
from lsp.texts import Refusal

#: Most values of one answer that are tried to find the most points.
MOST_TRIED = 60


def build_old(question: Question, type_: str) -> Built:
    """The question as one of our types. Raises Refusal when none fits."""
    if type_ == "matching_question":
        return _matching(question)
    if type_ == "calculated_question":
        raise refuse_type()
    if type_ in ("fill_in_multiple_blanks_question", "multiple_dropdowns_question"):
        question.own = {"type": "gap_fill"}
    return build(question)


def _matching(question: Question) -> Built:
    """Rows of their own, each with the same choices."""
    right: dict[str, str] = {}
    texts: dict[str, str] = {}
    for row in question.interactions:
        points = {c.name: question.points(row.response, c.name) for c in row.choices}
        best = max(points.values(), default=Decimal(0))
        if best <= 0:
            raise Refusal(NO_KEY)
        right[row.response] = next(name for name, earned in points.items() if earned == best)
        texts |= {c.name: c.text for c in row.choices}
    lefts = {row.response: row.others[0].text for row in question.interactions}
    used = {texts[name] for name in right.values()}
    body = writing.matching(
        [(lefts[row], texts[name]) for row, name in right.items()],
        list(dict.fromkeys(text for text in texts.values() if text not in used)),
    )
    by_text = {row["text"]: row["id"] for row in body.content["right"]}
    ids = {row: str(n) for n, row in enumerate(lefts, 1)}

    def probe(given: Mapping[str, str]) -> Probe:
        pairs = {ids[row]: by_text[texts[name]] for row, name in given.items()}
        return ({"pairs": pairs} if pairs else None), given

    tried: list[Mapping[str, str]] = [right, {}]
    for left, name in right.items():
        tried += [{left: name}, *({**right, left: other} for other in list(texts)[:6])]
    is_same = (not question.has_rules or proving.rows_add_up(question, right)) and agrees(
        question, ItemType.MATCHING, body, [probe(given) for given in tried]
    )
    names = {id_: row for row, id_ in ids.items()}
    for name, text in texts.items():
        names.setdefault(by_text[text], name)
    for row in question.interactions:
        for c in row.choices:
            names.setdefault(f"{ids[row.response]}:{by_text[c.text]}", c.name)
    return Built(ItemType.MATCHING, body, names, is_same=is_same, is_like=False)


def declare_right(
    processing: Mapping[str, Any], interactions: Sequence[Interaction], effort: Effort
) -> None:
    """The right answers that only the conditions spell out: of an order, and of several choices."""
    for interaction in interactions:
        name = interaction.response
        declaration = processing["responses"][name]
        if declaration["cardinality"] == "ordered":
            declaration["correct"] = compared_order(processing["rules"], name)
        elif declaration["cardinality"] == "multiple":
            known = [choice.name for choice in interaction.choices]
            declaration["correct"] = _best_set(processing, name, known, effort)


def _best_set(
    processing: Mapping[str, Any], response: str, known: Sequence[str], effort: Effort
) -> list[str]:
    """The choices that earn the most together: each that earns something, or what is asked as one."""
    rules = processing["rules"]
    steps = sum(1 for _ in nodes(rules)) + 10

    known_scores: dict[tuple[str, ...], Decimal] = {}

    def earned(names: Sequence[str]) -> Decimal:
        if (found := known_scores.get(tuple(names))) is None:
            effort.spend(steps)
            given = {response: list(names)} if names else {}
            found = known_scores[tuple(names)] = score(processing, given, Decimal(1))
        return found

    nothing = earned([])
    sets = [
        wanted
        for operator, _, branches in rules
        if operator == "if"
        and len(wanted := list(dict.fromkeys(_members(branches[0][0], response)))) > 1
    ]
    # One condition that asks for several as one: none of them earns anything alone.
    is_whole = len(rules) == len(sets) == 1
    alone = [] if is_whole else [name for name in known if earned([name]) > nothing]
    gaining = {name for wanted in sets if earned(wanted) > nothing for name in wanted}
    together = [name for name in known if name in gaining or name in alone]
    best = max([alone, together, *sets], key=earned)
    # The bank wants a wrong choice beside the right ones: any two of three need no third.
    fewer = ([other for other in best if other != name] for name in reversed(best))
    if len(best) == len(known):
        best = next((names for names in fewer if earned(names) >= earned(best)), best)
    return list(best) if earned(best) > max(nothing, Decimal(0)) else []


def most_earned(
    processing: Mapping[str, Any], interactions: Sequence[Interaction], effort: Effort
) -> Decimal | None:
    """What the best answer earns, where the file does not say; None where none earns anything.

    Tried are the right answers, each choice, and each text and number that the rules name.
    """
    rules = processing["rules"]
    steps = sum(1 for _ in nodes(rules)) + 10
    named = [
        attributes["value"]
        for operator, attributes, _ in nodes(_conditions(rules))
        if operator == "base" and attributes["base"] in ("string", "float")
    ]

    def earned(given: Mapping[str, object]) -> Decimal:
        effort.spend(steps)
        return score(processing, given, Decimal(1))

    best: dict[str, object] = {}
    for interaction in interactions:
        name = interaction.response
        values: list[object] = [c.name for c in interaction.choices]
        if right := processing["responses"][name].get("correct"):
            values = [right]
        elif not values or interaction.kind == "textEntryInteraction":
            values = list(dict.fromkeys(named))[:MOST_TRIED]
        if values:
            best[name] = max(values, key=lambda value: earned({name: value}))
    found = max((earned({name: value}) for name, value in best.items()), default=Decimal(0))
    found = max(found, earned(best))
    return found if found > 0 else None


def _conditions(rules: Sequence[Any]) -> list[Any]:
    return [branch[0] for kind, _, branches in rules if kind == "if" for branch in branches]


def _members(expression: Any, response: str) -> Iterable[str]:
    """The choices an expression wants to be among the answers; not those it forbids."""
    operator, _, operands = expression
    if operator == "and":
        for operand in operands:
            yield from _members(operand, response)
    elif operator == "member" and operands[1][1].get("id") == response:
        yield operands[0][1]["value"]


def compared_order(rules: Sequence[Any], response: str) -> list[str]:
    """The names an ordered response is compared with, in the order the conditions have them."""
    return list(dict.fromkeys(_compared(rules, response)))


def _compared(rules: Sequence[Any], response: str) -> Iterable[str]:
    for operator, _, operands in nodes(rules):
        if operator in ("match", "member") and len(operands) == 2 and response in str(operands):
            yield from (part[1]["value"] for part in operands if part[0] == "base")
