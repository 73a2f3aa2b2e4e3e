"""A file's own rules decide: in scoring a file, and in the bank, whatever they say."""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp.exams.formats.own_rules import differs
from lsp.exams.formats.package import ReadItem
from lsp.exams.formats.qti import score
from lsp.exams.formats.scoring import score_item
from lsp.exams.models import ItemRevision
from lsp.exams.rules.items import ScoringPolicy
from lsp.exams.services.scoring import qti_key, score_of
from tests.formats.exams.qti import choices, item, mapping, one, outcome, response, template

LETTERS = "ABC"
PAIRS = [f"{left} {right}" for left in "AB" for right in "XY"]
ROWS = "".join(f'<simpleChoice identifier="{c}">Baris {c}</simpleChoice>' for c in LETTERS)
TEXTS = ("rilis", "Rilis", "siaran", "zz", "2026")
NUMBERS = ("-3", "-0.5", "0", "3", "9.76", "9.81", "9.9", "25")
POINTS = st.sampled_from(("-2", "-1", "0", "0.5", "1", "2"))


def associable(names: str) -> str:
    rows = "".join(
        f'<simpleAssociableChoice identifier="{n}" matchMax="1">Sisi {n}</simpleAssociableChoice>'
        for n in names
    )
    return f"<simpleMatchSet>{rows}</simpleMatchSet>"


@dataclass(frozen=True)
class Kind:
    """An interaction, its declaration, and answers in the file's and in our words."""

    body: str
    cardinality: str
    base: str
    right: str
    answers: list[tuple[Any, dict[str, Any] | None]]
    values: tuple[str, ...]


TYPED = '<p>Jawab: <textEntryInteraction responseIdentifier="RESPONSE"/></p>'
KINDS = {
    "single": Kind(
        choices(), "single", "identifier", "B",
        [(None, None), *((c, {"choice": c.lower()}) for c in LETTERS)], tuple(LETTERS),
    ),
    "multiple": Kind(
        choices(0), "multiple", "identifier", "A|B",
        [
            (list(chosen), {"choices": [c.lower() for c in chosen]} if chosen else None)
            for chosen in ("", "A", "B", "C", "AB", "AC", "BC", "ABC")
        ],
        tuple(LETTERS),
    ),
    "numerical": Kind(
        TYPED, "single", "float", "9.81",
        [(None, None), *((n, {"text": n}) for n in NUMBERS)], NUMBERS,
    ),
    "text": Kind(
        TYPED, "single", "string", "Rilis",
        [(None, None), *((text, {"text": text}) for text in TEXTS)], TEXTS,
    ),
    "matching": Kind(
        f'<matchInteraction responseIdentifier="RESPONSE">{associable("AB")}{associable("XY")}'
        "</matchInteraction>",
        "multiple", "directedPair", "A X|B Y",
        [
            (None, None),
            *(([pair], None) for pair in PAIRS),
            *(([a, b], None) for a in PAIRS[:2] for b in PAIRS[2:]),
        ],
        tuple(PAIRS),
    ),
    "ordering": Kind(
        f'<orderInteraction responseIdentifier="RESPONSE">{ROWS}</orderInteraction>',
        "ordered", "identifier", "B|A|C",
        [(None, None), *((list(order), None) for order in permutations(LETTERS))],
        tuple(LETTERS),
    ),
}  # fmt: skip

VARIABLE = '<variable identifier="RESPONSE"/>'
CORRECT = '<correct identifier="RESPONSE"/>'


def base_value(kind: Kind, value: str) -> str:
    return f'<baseValue baseType="{kind.base}">{value}</baseValue>'


@st.composite
def asked(draw, kind: Kind, depth: int = 1):
    """A condition on the answer."""
    if depth and draw(st.booleans()):
        operator = draw(st.sampled_from(("and", "or", "not")))
        count = 1 if operator == "not" else 2
        parts = [draw(asked(kind, depth - 1)) for _ in range(count)]
        return f"<{operator}>{''.join(parts)}</{operator}>"
    value = base_value(kind, draw(st.sampled_from(kind.values)))
    forms = [f"<match>{VARIABLE}{CORRECT}</match>", f"<isNull>{VARIABLE}</isNull>"]
    if kind.cardinality == "single":
        forms.append(f"<match>{VARIABLE}{value}</match>")
    else:
        forms.append(f"<member>{value}{VARIABLE}</member>")
    if kind.base == "float":
        forms += [f"<{name}>{VARIABLE}{value}</{name}>" for name in ("lt", "lte", "gt", "gte")]
        how = 'toleranceMode="absolute" tolerance="0.05 0.05"'
        forms += [f"<equal {how}>{VARIABLE}{other}</equal>" for other in (CORRECT, value)] * 2
    if kind.base == "string":
        forms.append(f'<stringMatch caseSensitive="false">{VARIABLE}{value}</stringMatch>')
    return draw(st.sampled_from(forms))


@st.composite
def rules(draw, kind: Kind):
    """Random conditions with random points, or one of the templates."""
    if draw(st.integers(0, 5)) == 0:
        return template(draw(st.sampled_from(("match_correct", "map_response"))))

    def given_points() -> str:
        value = f'<baseValue baseType="float">{draw(POINTS)}</baseValue>'
        if draw(st.integers(0, 3)) == 0:
            value = f'<sum><variable identifier="SCORE"/>{value}</sum>'
        return f'<setOutcomeValue identifier="SCORE">{value}</setOutcomeValue>'

    written = ""
    for _ in range(draw(st.integers(1, 2))):
        written += "<responseCondition>"
        first = draw(asked(kind)) if draw(st.booleans()) else f"<match>{VARIABLE}{CORRECT}</match>"
        written += f"<responseIf>{first}{given_points()}</responseIf>"
        for _ in range(draw(st.integers(0, 2))):
            written += f"<responseElseIf>{draw(asked(kind))}{given_points()}</responseElseIf>"
        if draw(st.booleans()):
            written += f"<responseElse>{given_points()}</responseElse>"
        written += "</responseCondition>"
    return f"<responseProcessing>{written}</responseProcessing>"


@st.composite
def questions(draw, name: str):
    """A question of this kind with random rules, and a random mapping."""
    kind = KINDS[name]
    worth = draw(st.dictionaries(st.sampled_from(kind.values), POINTS, min_size=1))
    bounds = draw(st.sampled_from(({}, {"lowerBound": 0}, {"lowerBound": 0, "upperBound": 1})))
    declared = response(kind.cardinality, kind.base, kind.right, mapping(worth, **bounds))
    return one(item(kind.body, declared + outcome(), draw(rules(kind))))


def by_the_file(found: ReadItem, answer: object) -> Decimal:
    return score(found.processing, {"RESPONSE": answer}, found.max_score)


def in_the_bank(found: ReadItem, stored: dict[str, Any] | None) -> Decimal | None:
    """What the answer earns in the bank, with scores below 0 where the file has rules of its own."""
    key = dict(found.body.key)
    if own := qti_key(found):
        key["qti"] = own
    revision = ItemRevision(type=found.type, content=found.body.content, key=key)
    policy = ScoringPolicy(below_zero=differs(found))
    return score_of(revision, stored, found.max_score, policy)


@pytest.mark.parametrize("name", KINDS)
def test_scoring_a_file_gives_what_its_rules_give(name):
    @settings(max_examples=60, deadline=None)
    @given(questions(name))
    def check(found):
        assert found.processing["rules"]
        for answer, _ in KINDS[name].answers:
            given_ = {} if answer is None else {"RESPONSE": answer}
            assert score_item(found, given_)[0] == by_the_file(found, answer)

    check()


@pytest.mark.parametrize("name", ["single", "multiple", "numerical", "text"])
def test_the_bank_gives_what_the_rules_of_the_file_give(name):
    """Within the most and the least a question may give in the bank, for all that is answered."""

    @settings(max_examples=60, deadline=None)
    @given(questions(name))
    def check(found):
        if found.type is None:
            return
        for answer, stored in KINDS[name].answers:
            if stored is None:
                continue
            most = found.max_score
            theirs = min(max(by_the_file(found, answer), -most), most)
            rounded = theirs.quantize(Decimal("0.0001"), ROUND_HALF_UP)
            ours = in_the_bank(found, stored)
            assert ours is not None
            assert abs(ours - rounded) <= Decimal("0.0002") * max(1, most), (answer, found)

    check()


NUMBER = KINDS["numerical"]
TAIL = '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">{}</baseValue></setOutcomeValue>'
EQUAL = f'<equal toleranceMode="absolute" tolerance="0.05 0.05">{VARIABLE}{CORRECT}</equal>'


def number_question(more: str) -> ReadItem:
    first = f"<responseIf>{EQUAL}{TAIL.format(2)}</responseIf>"
    processing = (
        f"<responseProcessing><responseCondition>{first}{more}</responseCondition>"
        "</responseProcessing>"
    )
    declared = response("single", "float", "9.81") + outcome()
    return one(item(NUMBER.body, declared, processing))


def test_points_taken_for_a_number_below_a_bound_are_taken():
    less = f"<lt>{VARIABLE}{base_value(NUMBER, '0')}</lt>"
    found = number_question(f"<responseElseIf>{less}{TAIL.format(-1)}</responseElseIf>")

    earned = [score_item(found, {"RESPONSE": n})[0] for n in (-3, 3, 9.8)]
    assert (earned, differs(found)) == ([-1, 0, 2], True)
    assert in_the_bank(found, {"text": "-3"}) == -1


def test_a_number_with_a_tolerance_alone_is_ours():
    found = number_question("")

    assert (differs(found), qti_key(found)) == (False, {})
    assert score_item(found, {"RESPONSE": "9.86"})[0] == 2


def test_a_choice_too_many_to_be_tried_is_proved_by_its_mapping():
    texts = "|".join(f"Pilihan {n}" for n in range(9))
    worth = {chr(65 + n): 1 if n < 3 else -1 for n in range(9)}
    body, bounds = choices(0, texts), {"lowerBound": 0, "upperBound": 3}
    declared = response("multiple", correct="A|B|C", inner=mapping(worth, **bounds)) + outcome()
    same = one(item(body, declared, template("map_response")))
    member = f"<member>{base_value(KINDS['single'], 'I')}{VARIABLE}</member>"
    other = one(
        item(
            body,
            declared,
            "<responseProcessing><setOutcomeValue identifier='SCORE'>"
            "<mapResponse identifier='RESPONSE'/></setOutcomeValue><responseCondition><responseIf>"
            f"<and>{member}<member>{base_value(KINDS['single'], 'H')}{VARIABLE}</member>"
            f"<member>{base_value(KINDS['single'], 'E')}{VARIABLE}</member></and>{TAIL.format(3)}"
            "</responseIf></responseCondition></responseProcessing>",
        )
    )

    assert (differs(same), differs(other)) == (False, True)
    assert score_item(other, {"RESPONSE": ["E", "H", "I"]})[0] == 3


def test_an_answer_by_letter_or_text_is_put_into_the_words_of_the_file():
    xml = item(choices(), response(correct="B") + outcome(), template("match_correct"))
    found = one(xml.replace('"A"', '"ChoiceA"').replace('"B"', '"K2"').replace(">B<", ">K2<"))

    assert [score_item(found, {"RESPONSE": v})[0] for v in ("K2", "B", "undangan", "a")] == [
        1,
        1,
        1,
        0,
    ]
    assert replace(found, processing={}).body.key == {"correct": ["b"]}
