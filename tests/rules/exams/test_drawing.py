from collections import Counter
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from lsp.exams.rules.drawing import Candidate, Row, Shortage, draw
from lsp.exams.rules.kinds import ItemType

UNITS = [UUID(int=n) for n in range(1, 4)]
TYPES = [ItemType.SINGLE_CHOICE, ItemType.ESSAY, ItemType.NUMERICAL]


def candidate(n: int, unit: int = 0, criterion: int = 0, type_: int = 0) -> Candidate:
    criterion_id = UUID(int=100 * (unit + 1) + criterion)
    return Candidate(f"S-{n:03}", UNITS[unit], criterion_id, TYPES[type_])


pools = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 2)), max_size=30
).map(lambda rows: [candidate(n, *row) for n, row in enumerate(rows)])
tables = st.lists(
    st.builds(
        Row,
        st.sampled_from(UNITS),
        st.sampled_from([None, *TYPES]),
        st.integers(1, 6),
    ),
    min_size=1,
    max_size=5,
)


@given(tables, pools, st.integers(0, 1000), st.randoms())
def test_the_same_seed_draws_the_same_paper_whatever_the_order_of_the_bank(
    rows, pool, seed, random
) -> None:
    shuffled = random.sample(pool, len(pool))
    assert draw(rows, pool, seed) == draw(rows, shuffled, seed)


@given(tables, pools, st.integers(0, 1000))
def test_no_question_comes_twice_and_each_fits_its_row(rows, pool, seed) -> None:
    drawn = draw(rows, pool, seed)
    assert len(set(drawn.chosen)) == len(drawn.chosen)
    missing = {s.row: s.missing for s in drawn.shortages}
    chosen = iter(drawn.chosen)
    for index, row in enumerate(rows):
        for _ in range(row.count - missing.get(index, 0)):
            found = next(chosen)
            assert found.unit_id == row.unit_id
            assert row.type in (None, found.type)
    assert next(chosen, None) is None


@given(tables, pools, st.integers(0, 1000))
def test_a_row_stays_short_only_when_nothing_is_left_for_it(rows, pool, seed) -> None:
    drawn = draw(rows, pool, seed)
    left = set(pool) - set(drawn.chosen)
    for short in drawn.shortages:
        row = rows[short.row]
        assert not [c for c in left if c.unit_id == row.unit_id and row.type in (None, c.type)]


@given(st.integers(0, 1000))
def test_every_criterion_has_a_question_before_any_has_two(seed: int) -> None:
    pool = [candidate(n, criterion=n % 4) for n in range(20)]
    drawn = draw([Row(UNITS[0], None, 4), Row(UNITS[0], None, 4)], pool, seed)
    assert set(Counter(c.criterion_id for c in drawn.chosen).values()) == {2}


def test_an_open_row_leaves_the_typed_row_its_questions() -> None:
    pool = [candidate(1, type_=1), candidate(2, type_=0)]
    for seed in range(10):
        rows = [Row(UNITS[0], None, 1), Row(UNITS[0], ItemType.ESSAY, 1)]
        assert draw(rows, pool, seed).shortages == []


def test_it_says_which_row_lacks_how_many() -> None:
    drawn = draw([Row(UNITS[1], None, 2), Row(UNITS[0], None, 3)], [candidate(1)], 7)
    assert drawn.shortages == [Shortage(0, 2), Shortage(1, 2)]


def test_another_seed_draws_another_paper() -> None:
    pool = [candidate(n) for n in range(30)]
    rows = [Row(UNITS[0], None, 5)]
    assert len({tuple(draw(rows, pool, seed).chosen) for seed in range(5)}) == 5
