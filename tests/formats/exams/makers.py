"""Questions for the tests of formats, made at random by hypothesis."""

import os
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import strategies as st

from lsp.exams.formats.package import ReadItem
from lsp.exams.rules import writing
from lsp.exams.rules.kinds import CognitiveLevel, ItemType

ROOT = Path(__file__).parents[3]
#: Example files of other programs; a checkout without them skips the tests that need them.
CONFORMANCE = Path(os.environ.get("LSP_CONFORMANCE", ROOT.parent / "shared" / "data"))


def example_file(name: str) -> bytes:
    """An example file of another program, or the test is skipped."""
    path = CONFORMANCE / "items" / name
    if not path.is_file():
        pytest.skip(f"no example file {path}; set LSP_CONFORMANCE")
    return path.read_bytes()


#: Texts with everything that has a meaning in some format, no blank at the ends.
texts = (
    st.text("abc Z09é~=#{}:\\[]%*|>-<&\"',;@+._()$/\n", min_size=1, max_size=30)
    .map(lambda text: "\n".join(line.strip() for line in text.split("\n")).strip())
    .filter(lambda text: text and text != "'")
)
lines = texts.map(lambda text: " ".join(text.split())).filter(bool)


def distinct(most: int, least: int = 2) -> st.SearchStrategy[list[str]]:
    return st.lists(texts, min_size=least, max_size=most, unique_by=lambda t: " ".join(t.split()))


shares = st.sampled_from(["0.1", "0.25", "0.5", "0.75"]).map(Decimal)


@st.composite
def single_choices(draw: st.DrawFn) -> writing.Body:
    rows = draw(distinct(6))
    right = draw(st.integers(0, len(rows) - 1))
    weights = None
    if draw(st.booleans()):
        wrong = [draw(shares | st.just(Decimal("-0.25"))) for _ in rows]
        weights = [Decimal(1) if n == right else share for n, share in enumerate(wrong)]
    return writing.choices(
        [(text, n == right) for n, text in enumerate(rows)], single=True, weights=weights
    )


@st.composite
def multiple_choices(draw: st.DrawFn) -> writing.Body:
    rows = draw(distinct(6))
    right = draw(st.integers(1, len(rows) - 1))
    return writing.choices([(text, n < right) for n, text in enumerate(rows)], single=False)


@st.composite
def short_answers(draw: st.DrawFn) -> writing.Body:
    forms = draw(distinct(4, 1))
    portion = {text: draw(shares) for text in forms[1:] if draw(st.booleans())}
    return writing.short_answer(forms, case_sensitive=False, shares=portion)


numbers = st.decimals(-10000, 10000, allow_nan=False, places=3)


@st.composite
def numericals(draw: st.DrawFn) -> writing.Body:
    if draw(st.booleans()):
        return writing.numerical(draw(numbers), abs(draw(numbers)), "")
    low = draw(numbers)
    rows = [(low, low + abs(draw(numbers)), Decimal(1)), (low - 1, low + 20000, Decimal("0.5"))]
    return writing.number_ranges(rows, "")


@st.composite
def matchings(draw: st.DrawFn) -> writing.Body:
    lefts, rights = draw(distinct(5)), draw(distinct(5))
    pairs = [(left, rights[n % len(rights)]) for n, left in enumerate(lefts)]
    return writing.matching(pairs, rights[len(lefts) :])


BODIES = {
    ItemType.SINGLE_CHOICE: single_choices(),
    ItemType.MULTIPLE_CHOICE: multiple_choices(),
    ItemType.TRUE_FALSE: st.booleans().map(writing.true_false),
    ItemType.SHORT_ANSWER: short_answers(),
    ItemType.NUMERICAL: numericals(),
    ItemType.MATCHING: matchings(),
}


@st.composite
def items(draw: st.DrawFn, bodies: dict[ItemType, st.SearchStrategy[writing.Body]]) -> ReadItem:
    kind = draw(st.sampled_from(sorted(bodies)))
    return ReadItem(
        identifier=draw(st.from_regex(r"[A-Z]{2}-[0-9]{3}", fullmatch=True)),
        type=kind,
        title=draw(lines),
        stem=draw(texts),
        body=draw(bodies[kind]),
        max_score=Decimal(draw(st.integers(1, 40))) / 4,
        criterion=draw(st.sampled_from(["", "KOM.PR02.014.01 1.2"])),
        level=draw(st.sampled_from([None, *CognitiveLevel])),
        rationale=draw(st.just("") | texts),
        tags=tuple(
            draw(
                st.lists(st.sampled_from(["humas", "acara [1]", "a/b", "a; b", "c\\"]), unique=True)
            )
        ),
    )
