"""Typed answers, numbers, gaps and what a person marks, from QTI to our types."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from decimal import Decimal

from lsp.exams.formats.package import BadFile
from lsp.exams.formats.qti import proving
from lsp.exams.formats.qti.built import NO_KEY, Built, letters, names_by, refuse_type
from lsp.exams.formats.qti.names import number
from lsp.exams.formats.qti.numbers import scored_intervals
from lsp.exams.formats.qti.probing import Probe, agrees, share_of
from lsp.exams.formats.qti.question import CLOSE, Choice, Interaction, Question, nodes
from lsp.exams.rules import writing
from lsp.exams.rules.items import fold
from lsp.exams.rules.kinds import ItemType
from lsp.exams.rules.writing import Body
from lsp.texts import Refusal

#: What stands for the aspects of an essay whose file has no rubric, and how long it may be.
ASPECT, WORDS = "Isi jawaban", 500
#: What a file upload takes where the file does not say.
KINDS, MEGABYTES = ("pdf", "docx", "jpg", "png"), 10
NUMBERS = ("integer", "float")
#: Something nobody has as a right answer.
WRONG = "zz-bukan-jawaban-zz"
MOST_FORMS = 200
ZERO, ONE = Decimal(0), Decimal(1)


def text(question: Question, interaction: Interaction) -> Built:
    """One text or number to type."""
    if question.declaration(interaction.response)["base"] in NUMBERS:
        return _number(question, interaction)
    body = _text_body(question, interaction)
    probes: list[Probe] = [
        ({"text": given} if given else None, {interaction.response: given})
        for given in _tried_texts(body)
    ]
    is_same = _is_proved(question, ItemType.SHORT_ANSWER, body, interaction.response) and agrees(
        question, ItemType.SHORT_ANSWER, body, probes
    )
    return Built(ItemType.SHORT_ANSWER, body, is_same=is_same, probes=probes)


def _forms(question: Question, response: str) -> list[tuple[str, Decimal]]:
    """Texts that earn points, with how many."""
    declaration = question.declaration(response)
    found = dict.fromkeys(declaration.get("correct", []))
    found |= dict.fromkeys(
        key for key, _, _ in declaration.get("mapping", {}).get("entries", []) if key
    )
    if not question.has_rules:
        return [(form, question.max_score) for form in found if form.strip()]
    for operator, attributes, _ in nodes(question.processing.get("rules", [])):
        if operator == "base" and attributes.get("base") in ("string", "identifier"):
            found[attributes["value"]] = None
    forms = [(form, question.points(response, form)) for form in found if form.strip()]
    return [(form, points) for form, points in forms[:MOST_FORMS] if points > 0]


def _most(question: Question, found: Iterable[Decimal]) -> Decimal:
    """What the best answer here earns: all points, or a gap's part of them."""
    return max(found) if isinstance(question, _Alone) else question.max_score


def _text_body(question: Question, interaction: Interaction) -> Body:
    forms = _forms(question, interaction.response)
    if not forms:
        raise Refusal(NO_KEY)
    most = _most(question, (points for _, points in forms))
    exact = _is_exact(question, interaction.response, [form for form, _ in forms])
    kept: dict[str, tuple[str, Decimal]] = {}
    for form, points in forms:
        kept.setdefault(fold(form, case_sensitive=exact), (form, points))
    shares = {form: share_of(points, most) for form, points in kept.values()}
    return writing.short_answer(
        list(shares),
        case_sensitive=exact,
        shares={form: share for form, share in shares.items() if 0 < share < 1},
    )


def _is_exact(question: Question, response: str, forms: Sequence[str]) -> bool:
    """Whether a text in the other case earns less."""
    entries = question.declaration(response).get("mapping", {}).get("entries", [])
    if not question.has_rules or entries:
        return any(is_exact for _, _, is_exact in entries)
    for form in forms:
        if form.swapcase() != form:
            other = question.points(response, form.swapcase())
            return abs(other - question.points(response, form)) > CLOSE
    return False


def _tried_texts(body: Body) -> Iterable[str]:
    yield ""
    yield WRONG
    for form in body.key["accepted"][:60]:
        yield from (form, form.swapcase(), f"{form}{WRONG}", f"{WRONG} {form}")


def _is_proved(question: Question, type_: ItemType, body: Body, response: str) -> bool:
    """Whether the file's rules are known to be ours by their structure."""
    proof = proving.is_text if type_ is ItemType.SHORT_ANSWER else proving.is_number
    return (
        not question.has_rules
        or proving.is_written_by_us(question, type_, body, {})
        or proof(question, response, body)
    )


# --- Numbers ------------------------------------------------------------------------------------


def _number(question: Question, interaction: Interaction) -> Built:
    body = _number_body(question, interaction)
    probes: list[Probe] = [
        ({"text": given}, {interaction.response: given}) for given in _tried_numbers(body)
    ]
    is_same = _is_proved(question, ItemType.NUMERICAL, body, interaction.response) and agrees(
        question, ItemType.NUMERICAL, body, [(None, {}), *probes]
    )
    return Built(ItemType.NUMERICAL, body, is_same=is_same, probes=probes)


def _number_body(question: Question, interaction: Interaction) -> Body:
    found = scored_intervals(question, interaction.response)
    if not found:
        raise Refusal(NO_KEY)
    most = _most(question, (points for _, points in found))
    unit = interaction.own.get("unit", "")
    (low, high), points = found[0]
    if len(found) == 1 and abs(points - most) < CLOSE:
        value = (low + high) / 2
        return writing.numerical(f"{value:f}", f"{high - value:f}", unit)
    return writing.number_ranges(
        [(f"{a:f}", f"{b:f}", min(share_of(points, most), ONE)) for (a, b), points in found], unit
    )


def _tried_numbers(body: Body) -> Iterable[str]:
    rows = body.key.get("ranges")
    if rows is None:
        value, tolerance = Decimal(body.key["value"]), Decimal(body.key["tolerance"])
        pairs = [(value - tolerance, value + tolerance)]
    else:
        pairs = [(Decimal(row["low"]), Decimal(row["high"])) for row in rows]
    for low, high in pairs[:60]:
        step = max((high - low) / 4, Decimal("0.0000011"))
        for n in (low, high, (low + high) / 2, low - step, high + step, low - 7, high + 7):
            yield plain_number(n)


def plain_number(n: Decimal) -> str:
    """A number that nobody reads in two ways: 1.234 is written 1.2340."""
    written = f"{n.normalize():f}"
    return f"{written}0" if len(written.partition(".")[2]) == 3 else written


# --- Gaps ---------------------------------------------------------------------------------------


def gaps(question: Question) -> Built:
    """Gaps to type into or choose from, in the order they stand in the stem."""
    parts: list[tuple[Body, Decimal]] = []
    nothing = question.score({})
    earned: list[Decimal] = []
    for interaction in question.interactions:
        body, best = _gap(question, interaction, nothing)
        earned.append(best)
        parts.append((body, ONE))
    if question.has_rules and all(best > 0 for best in earned):
        is_even = all(abs(best - earned[0]) < CLOSE for best in earned)
        weights = [ONE if is_even else share_of(best, question.max_score) for best in earned]
        parts = [(body, weight) for (body, _), weight in zip(parts, weights, strict=True)]
    body = writing.gap_fill(parts, question.stem)
    probes = list(_tried_gaps(question, body))
    names = {str(n): i.response for n, i in enumerate(question.interactions, 1)}
    of_choices = _names_in_gaps([i.choices for i in question.interactions])
    is_proved = (
        not question.has_rules
        or proving.is_written_by_us(question, ItemType.GAP_FILL, body, of_choices)
        or proving.gaps_add_up(question, body)
    )
    is_same = is_proved and agrees(question, ItemType.GAP_FILL, body, probes)
    is_like = not of_choices and all(name == f"RESPONSE_{n}" for n, name in names.items())
    return Built(
        ItemType.GAP_FILL,
        body,
        {} if is_like else {**names, **of_choices},
        is_same=is_same,
        is_like=is_like,
        probes=probes,
    )


def _names_in_gaps(choices: Sequence[Sequence[Choice]]) -> dict[str, str]:
    """What the file calls the choices of each gap, where that differs from our ids."""
    return {
        f"{n}:{id_}": name
        for n, rows in enumerate(choices, 1)
        for id_, name in names_by(letters(rows)).items()
    }


def _gap(question: Question, interaction: Interaction, nothing: Decimal) -> tuple[Body, Decimal]:
    """One gap as a body of its own, and what it earns at most."""
    alone = _Alone(question, interaction.response, nothing)
    if interaction.kind == "inlineChoiceInteraction":
        return _drop_down(alone, interaction)
    try:
        if question.declaration(interaction.response)["base"] in NUMBERS:
            found = scored_intervals(alone, interaction.response)
            best = max((points for _, points in found), default=ZERO)
            return _number_body(alone, interaction), best
        body = _text_body(alone, interaction)
    except BadFile:
        raise
    except Refusal:
        # Gaps that only earn together: the right answer is still known.
        if not question.correct(interaction.response):
            raise
        bare = replace(question, processing={**question.processing, "rules": []})
        return _gap(bare, interaction, ZERO)[0], ZERO
    best = max((alone.points(interaction.response, f) for f in body.key["accepted"]), default=ZERO)
    return body, best


def _drop_down(question: "_Alone", interaction: Interaction) -> tuple[Body, Decimal]:
    points = {c.name: question.points(interaction.response, c.name) for c in interaction.choices}
    best = ZERO
    if question.has_rules and points:
        best = _most(question, points.values())
    declared = question.correct(interaction.response)
    right = [name for name, earned in points.items() if best > 0 and earned == best]
    right = [name for name in declared if name in (right or points)] or right
    if not right:
        raise Refusal(NO_KEY)
    rows = [(c.text, c.name == right[0]) for c in interaction.choices]
    has_weights = any(ZERO < earned < best for earned in points.values())
    weights = [share_of(points[c.name], best) for c in interaction.choices] if best > 0 else None
    return writing.choices(rows, single=True, weights=weights if has_weights else None), best


class _Alone(Question):
    """A question seen from one of its gaps: what the others earn when empty is taken off."""

    def __init__(self, question: Question, response: str, nothing: Decimal) -> None:
        super().__init__(**{part.name: getattr(question, part.name) for part in fields(question)})
        self._response, self._nothing = response, nothing

    def points(self, response: str, answer: object) -> Decimal:
        return super().points(response, answer) - self._nothing


def _tried_gaps(question: Question, body: Body) -> Iterable[Probe]:
    responses = [interaction.response for interaction in question.interactions]
    tried = [
        list(_tried_values(gap, body.key["gaps"][gap["id"]], interaction))
        for gap, interaction in zip(body.content["gaps"], question.interactions, strict=True)
    ]
    yield None, {}
    right = [values[0] for values in tried]
    yield _gap_probe(responses, dict(enumerate(right)))
    for i, values in enumerate(tried):
        yield _gap_probe(responses, {i: right[i]})
        for value in values[1:40]:
            yield _gap_probe(responses, {i: value})
            yield _gap_probe(responses, {**dict(enumerate(right)), i: value})


def _tried_values(
    gap: Mapping[str, object], key: Mapping[str, object], interaction: Interaction
) -> Iterable[tuple[str, str]]:
    """Our value and the file's for what may fill a gap; a right one first."""
    if gap["kind"] == "choice":
        ids = letters(interaction.choices)
        names = sorted(ids, key=lambda name: ids[name] not in key["correct"])  # type: ignore[operator]
        yield from ((ids[name], name) for name in names)
        return
    body = Body({}, dict(key))
    if gap["kind"] == "number":
        written = list(_tried_numbers(body))
        yield from ((n, n) for n in [written[2], *written])
        return
    for form in body.key["accepted"][:20]:
        yield form, form
        yield form.swapcase(), form.swapcase()
    yield WRONG, WRONG


def _gap_probe(responses: Sequence[str], values: Mapping[int, tuple[str, str]]) -> Probe:
    own = {"gaps": {str(i + 1): mine for i, (mine, _) in values.items()}}
    return own, {responses[i]: theirs for i, (_, theirs) in values.items()}


def gap_match(question: Question, interaction: Interaction) -> Built:
    """Texts to be put into gaps: a drop-down of all texts at each gap."""
    right = [pair.split() for pair in question.correct(interaction.response)]
    fills = {pair[1]: pair[0] for pair in right if len(pair) == 2}
    if set(fills) != {gap.name for gap in interaction.others} or len(fills) != len(right):
        raise Refusal(NO_KEY) if not right else refuse_type()
    worth = {g: question.points(interaction.response, [f"{n} {g}"]) for g, n in fills.items()}
    has_worth = question.has_rules and all(points > 0 for points in worth.values())
    parts = [
        (
            writing.choices(
                [(c.text, c.name == fills[gap.name]) for c in interaction.choices], single=True
            ),
            worth[gap.name] if has_worth else ONE,
        )
        for gap in interaction.others
    ]
    body = writing.gap_fill(parts, question.stem)
    # The same answers, given as pairs there and gap by gap here.
    ids = letters(interaction.choices)
    numbers = {gap.name: str(n) for n, gap in enumerate(interaction.others, 1)}

    def probe(given: Mapping[str, str]) -> Probe:
        own = {"gaps": {numbers[gap]: ids[name] for gap, name in given.items()}}
        return own, {interaction.response: [f"{name} {gap}" for gap, name in given.items()]}

    tried = [fills, *({gap: name} for gap, name in fills.items())]
    tried += [{gap: c.name} for gap in fills for c in interaction.choices[:10]]
    of = sum((weight for _, weight in parts), ZERO)
    earned = {
        f"{fills[gap.name]} {gap.name}": weight * question.max_score / of
        for gap, (_, weight) in zip(interaction.others, parts, strict=True)
    }
    pairs = [f"{c.name} {gap.name}" for c in interaction.choices for gap in interaction.others]
    is_same = (
        not question.has_rules or proving.sums_to(question, interaction.response, pairs, earned)
    ) and agrees(question, ItemType.GAP_FILL, body, [probe(given) for given in tried])
    names = {n: gap for gap, n in numbers.items()}
    names |= _names_in_gaps([interaction.choices] * len(interaction.others))
    return Built(ItemType.GAP_FILL, body, names, is_same=is_same, is_like=False)


# --- What a person marks ------------------------------------------------------------------------


def person(question: Question, interaction: Interaction) -> Built:
    """An essay, a question to be asked, or a file to hand in."""
    rubric = list(question.rubric)
    if not rubric or sum((points for _, points in rubric), ZERO) != question.max_score:
        rubric = [(ASPECT, question.max_score)]
    model, most = question.model_answer, question.max_score
    if interaction.kind == "uploadInteraction":
        kinds = interaction.own.get("kinds", "").split() or list(KINDS)
        megabytes = number(interaction.own.get("megabytes", "")) or Decimal(MEGABYTES)
        body = writing.file_upload(kinds, int(megabytes), rubric, model, most)
        return Built(ItemType.FILE_UPLOAD, body, is_same=not question.has_rules)
    if question.own.get("type") == "oral":
        return Built(ItemType.ORAL, writing.oral(rubric, model, most))
    words = number(interaction.own.get("words", "")) or Decimal(WORDS)
    body = writing.essay(rubric, model, int(words), most)
    # Rules that score an essay by its words would never leave it to a person.
    return Built(ItemType.ESSAY, body, is_same=not question.has_rules)
