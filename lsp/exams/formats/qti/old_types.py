"""Questions of QTI 1.2 that are built otherwise than those of 2.x: pairs row by row, named gaps."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from lsp.exams.formats.qti import proving
from lsp.exams.formats.qti.built import NO_KEY, Built, refuse_type
from lsp.exams.formats.qti.evaluation import score
from lsp.exams.formats.qti.probing import Probe, agrees
from lsp.exams.formats.qti.question import Question, nodes
from lsp.exams.formats.qti.types import build
from lsp.exams.rules import writing
from lsp.exams.rules.kinds import ItemType
from lsp.texts import Refusal


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
    return Built(ItemType.MATCHING, body, names, is_same=is_same, is_like=False)


def fill_in(question: Question, *, with_names: bool) -> dict[str, Any]:
    """Rules for typed gaps: every answer a gap names is right, in any case.

    ``with_names`` takes what the file calls an answer for the answer as well.
    """
    interactions = question.interactions
    worth = f"{question.max_score / max(1, len(interactions)):f}"
    responses: dict[str, Any] = {}
    for gap in interactions:
        entries = [[c.text, worth, False] for c in gap.choices]
        if with_names:
            entries += [[c.name, worth, True] for c in gap.choices]
        mapping = {"default": "0", "entries": entries}
        responses[gap.response] = {"cardinality": "single", "base": "string", "mapping": mapping}
    total: list[Any] = ["sum", {}, [["mapResponse", {"id": name}, []] for name in responses]]
    return {"responses": responses, "outcomes": {}, "rules": [["set", {"id": "SCORE"}, [total]]]}


def declare_right(processing: Mapping[str, Any]) -> None:
    """The right answers that only the conditions spell out: of an order, and of several choices."""
    for name, declaration in processing["responses"].items():
        if declaration["cardinality"] == "ordered":
            declaration["correct"] = compared_order(processing["rules"], name)
        elif declaration["cardinality"] == "multiple":
            declaration["correct"] = _required(processing, name)


def _required(processing: Mapping[str, Any], response: str) -> list[str]:
    """The choices that the condition with the most points asks for, all of them together."""
    best: list[str] = []
    most = Decimal(0)
    for operator, _, branches in processing["rules"]:
        if operator != "if":
            continue
        wanted = list(dict.fromkeys(_members(branches[0][0], response)))
        if wanted and (points := score(processing, {response: wanted}, Decimal(1))) > most:
            best, most = wanted, points
    return best


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
