"""Choices, pairs and orders, from QTI to our types."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from lsp.exams.formats.qti import proving
from lsp.exams.formats.qti.built import NO_KEY, Built, letters, names_by, refuse_type
from lsp.exams.formats.qti.probing import MOST_WHOLE, Probe, agrees, share_of, subsets
from lsp.exams.formats.qti.question import Interaction, Question
from lsp.exams.rules import writing
from lsp.exams.rules.items import fold
from lsp.exams.rules.kinds import ItemType
from lsp.exams.rules.writing import Body
from lsp.texts import Refusal

#: What a choice of two says when it asks whether something is true.
TRUTHS = {
    **dict.fromkeys(("true", "benar", "betul"), True),
    **dict.fromkeys(("false", "salah"), False),
}
ZERO = Decimal(0)


def choice(question: Question, interaction: Interaction) -> Built:
    """One choice or several, or a statement that is true or false."""
    declared = question.declaration(interaction.response)
    if declared["cardinality"] == "single":
        return _truth(question, interaction) or _single(question, interaction)
    return _multiple(question, interaction)


def _truth(question: Question, interaction: Interaction) -> Built | None:
    choices = interaction.choices
    if len(choices) != 2 or question.own.get("type", "true_false") != "true_false":
        return None
    said = {c.name: TRUTHS.get(fold(c.text).strip(" .")) for c in choices}
    if set(said.values()) != {True, False}:
        return None
    right = _right(question, interaction)
    if len(right) != 1 or right[0] not in said:
        return None
    body = writing.true_false(said[right[0]])
    probes: list[Probe] = [
        ({"value": value}, {interaction.response: name}) for name, value in said.items()
    ]
    if not agrees(question, ItemType.TRUE_FALSE, body, [*probes, (None, {})]):
        return None
    ids = {name: "true" if value else "false" for name, value in said.items()}
    return Built(ItemType.TRUE_FALSE, body, names_by(ids))


def _points(question: Question, interaction: Interaction) -> dict[str, Decimal]:
    """What each choice earns alone."""
    is_single = question.declaration(interaction.response)["cardinality"] == "single"
    return {
        c.name: question.points(interaction.response, c.name if is_single else [c.name])
        for c in interaction.choices
    }


def _right(question: Question, interaction: Interaction) -> list[str]:
    """The right choices: as declared, else what earns the most."""
    known = {c.name for c in interaction.choices}
    declared = [name for name in question.correct(interaction.response) if name in known]
    if declared or not question.has_rules:
        return declared
    points = _points(question, interaction)
    if question.declaration(interaction.response)["cardinality"] != "single":
        return [name for name, earned in points.items() if earned > 0]
    best = max(points.values(), default=ZERO)
    return [name for name, earned in points.items() if earned == best > 0][:1]


def _single(question: Question, interaction: Interaction) -> Built:
    ids = letters(interaction.choices)
    right = _right(question, interaction)
    if not right:
        raise Refusal(NO_KEY)
    rows = [(c.text, c.name == right[0]) for c in interaction.choices]
    probes: list[Probe] = [
        ({"choice": ids.get(c.name, "")}, {interaction.response: c.name})
        for c in interaction.choices
    ]
    return _best(
        question,
        interaction,
        ItemType.SINGLE_CHOICE,
        lambda weights: writing.choices(rows, single=True, weights=weights),
        [*probes, (None, {})],
    )


def _multiple(question: Question, interaction: Interaction) -> Built:
    ids = letters(interaction.choices)
    right = _right(question, interaction)
    if not right:
        raise Refusal(NO_KEY)
    rows = [(c.text, c.name in right) for c in interaction.choices]

    def probes() -> Iterable[Probe]:
        for names in [right, *subsets([c.name for c in interaction.choices], right)]:
            if interaction.most and len(names) > interaction.most:
                continue  # nobody may answer so
            own = {"choices": [ids.get(name, "") for name in names]} if names else None
            yield own, {interaction.response: names}

    return _best(
        question,
        interaction,
        ItemType.MULTIPLE_CHOICE,
        lambda weights: writing.choices(rows, single=False, weights=weights),
        list(probes()),
    )


def _best(
    question: Question,
    interaction: Interaction,
    type_: ItemType,
    make: Callable[[Sequence[Decimal] | None], Body],
    probes: Sequence[Probe],
) -> Built:
    """The body without weights if that gives the file's scores, else with, else without."""
    plain = make(None)
    names = names_by(letters(interaction.choices))
    if _is_proved(question, interaction, type_, plain) and agrees(question, type_, plain, probes):
        return Built(type_, plain, names, probes=probes)
    weights = _weights(question, interaction) if question.has_rules else None
    if weights is not None:
        body = make(weights)
        if _is_proved(question, interaction, type_, body) and agrees(question, type_, body, probes):
            return Built(type_, body, names, probes=probes)
        # What a choice costs is kept even where only a paper's policy takes points away.
        if type_ is ItemType.SINGLE_CHOICE:
            return Built(type_, body, names, is_same=False, probes=probes)
    return Built(type_, plain, names, is_same=False, probes=probes)


def _is_proved(question: Question, interaction: Interaction, type_: ItemType, body: Body) -> bool:
    """Whether trying all answers there are is a proof, or the rules are known by their structure."""
    names = [c.name for c in interaction.choices]
    if not question.has_rules or type_ is ItemType.SINGLE_CHOICE or len(names) <= MOST_WHOLE:
        return True
    correct, weights = body.key["correct"], body.key.get("weights")
    worth = {}
    for name, id_ in letters(interaction.choices).items():
        if weights is None:
            share = Decimal(1 if id_ in correct else -1) / len(correct)
        else:
            share = Decimal(weights.get(id_, 0))
        worth[name] = share * question.max_score
    return proving.sums_to(question, interaction.response, names, worth)


def _weights(question: Question, interaction: Interaction) -> list[Decimal] | None:
    """Shares of the points, one a choice; None when they are no shares."""
    points = _points(question, interaction)
    mapping = question.declaration(interaction.response).get("mapping", {"entries": []})
    mapped = {key: Decimal(worth) for key, worth, _ in mapping["entries"]}
    weights = []
    for c in interaction.choices:
        earned = mapped.get(c.name, Decimal(mapping["default"])) if mapped else points[c.name]
        weights.append(share_of(earned, question.max_score))
    are_shares = all(-1 <= weight <= 1 for weight in weights) and any(w > 0 for w in weights)
    return weights if are_shares else None


def match(question: Question, interaction: Interaction) -> Built:
    """Pairs, where each of the first set has exactly one right partner."""
    pairs = dict(
        pair.split()[:2] for pair in question.correct(interaction.response) if " " in pair.strip()
    )
    lefts, rights = interaction.choices, interaction.others
    texts = {c.name: c.text for c in rights}
    if set(pairs) != {c.name for c in lefts} or not set(pairs.values()) <= set(texts):
        raise refuse_type()
    if len(pairs) != len(question.correct(interaction.response)):
        raise refuse_type()
    extra = [text for name, text in texts.items() if name not in pairs.values()]
    if len(set(texts.values())) != len(texts):
        raise refuse_type()
    body = writing.matching([(c.text, texts[pairs[c.name]]) for c in lefts], extra)
    by_text = {row["text"]: row["id"] for row in body.content["right"]}
    left_ids = {c.name: str(n) for n, c in enumerate(lefts, 1)}
    right_ids = {name: by_text[text] for name, text in texts.items()}

    def probe(given: dict[str, str]) -> Probe:
        own = {"pairs": {left_ids[a]: right_ids[b] for a, b in given.items()}} if given else None
        return own, {interaction.response: [f"{a} {b}" for a, b in given.items()]}

    tried = [pairs, {}]
    for left, right in pairs.items():
        wrong = [other for other in list(texts)[:6] if other != right]
        tried.append({left: right})
        tried.extend({**pairs, left: other} for other in wrong)
        tried.extend({left: other} for other in wrong)
    each = question.max_score / len(pairs)
    worth = {f"{left} {right}": each for left, right in pairs.items()}
    known = [f"{left.name} {right.name}" for left in lefts for right in rights]
    is_same = (
        not question.has_rules or proving.sums_to(question, interaction.response, known, worth)
    ) and agrees(question, ItemType.MATCHING, body, [probe(given) for given in tried])
    names = {**names_by(left_ids), **names_by(right_ids)}
    return Built(ItemType.MATCHING, body, names, is_same=is_same)


def order(question: Question, interaction: Interaction) -> Built:
    """All rows in their right order."""
    texts = {c.name: c.text for c in interaction.choices}
    right = question.correct(interaction.response)
    if sorted(right) != sorted(texts):
        raise Refusal(NO_KEY) if not right else refuse_type()
    body = writing.ordering([texts[name] for name in right])
    exact = writing.ordering([texts[name] for name in right], exact=True)
    by_text = {row["text"]: row["id"] for row in body.content["rows"]}
    ids = {name: by_text[text] for name, text in texts.items()}
    tried = [right, right[::-1], right[1:] + right[:1], []]
    for i in range(len(right) - 1):
        swapped = list(right)
        swapped[i], swapped[i + 1] = swapped[i + 1], swapped[i]
        tried.append(swapped)
    probes: list[Probe] = [
        (
            {"order": [ids[name] for name in names]} if names else None,
            {interaction.response: names},
        )
        for names in tried
    ]
    for candidate in (exact, body):
        is_proved = (
            not question.has_rules
            or proving.is_written_by_us(question, ItemType.ORDERING, candidate, names_by(ids))
            or (
                candidate is exact and proving.is_exact_order(question, interaction.response, right)
            )
        )
        if is_proved and agrees(question, ItemType.ORDERING, candidate, probes):
            return Built(ItemType.ORDERING, candidate, names_by(ids), probes=probes)
    return Built(ItemType.ORDERING, exact, names_by(ids), is_same=False, probes=probes)
