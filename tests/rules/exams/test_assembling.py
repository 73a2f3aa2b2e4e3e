import os
import random
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp.exams.rules.assembling import (
    Assembly,
    Candidate,
    Family,
    Fault,
    Impossible,
    Row,
    Wish,
    assemble,
    by_weight,
    exactly,
    mean_facility,
)
from lsp.exams.rules.assembling.faults import plain_faults
from lsp.exams.rules.assembling.information import ability_at, information
from lsp.exams.rules.assembling.model import build
from lsp.exams.rules.kinds import CognitiveLevel, ItemType

SINGLE, ESSAY = ItemType.SINGLE_CHOICE, ItemType.ESSAY
UNIT = UUID(int=1)


def item(n: int, *, unit: int = 1, criterion: int = 1, **values) -> Candidate:
    """Item ``n``; elements hold two criteria each."""
    return Candidate(
        **{
            "identifier": f"UJI-{n:03}",
            "unit_id": UUID(int=unit),
            "element_id": UUID(int=100 * unit + criterion // 2),
            "criterion_id": UUID(int=1000 * unit + criterion),
            "type": SINGLE,
            "level": CognitiveLevel.C2,
            **values,
        }
    )


def bank(count: int = 24, units: int = 2) -> list[Candidate]:
    """Items of several units, criteria and levels, some essays, of different facilities."""
    return [
        item(
            n,
            unit=1 + n % units,
            criterion=n // units % 4,
            type=ESSAY if n % 6 == 5 else SINGLE,
            level=CognitiveLevel.C4 if n % 5 == 0 else CognitiveLevel.C2,
            facility=(n * 7 % 11) / 11,
        )
        for n in range(count)
    ]


def wish(length: int, *rows: Row, **values) -> Wish:
    return Wish(length, rows, **{"seed": 1, **values})


def names(assembly: Assembly) -> list[set[str]]:
    return [{candidate.identifier for candidate in paper} for paper in assembly.papers]


def faults(candidates: list[Candidate], wished: Wish) -> list[Fault]:
    with pytest.raises(Impossible) as impossible:
        assemble(candidates, wished)
    return impossible.value.faults


def tell_papers(salt: str) -> str:
    """Two papers of a seed in order, from candidates that come in an order of their own."""
    candidates = bank()
    random.Random(salt).shuffle(candidates)
    enemies = {("UJI-000", "UJI-004"), ("UJI-003", "UJI-011"), ("UJI-002", "UJI-008")}
    rows = (Row(4, 6, unit_id=UNIT), Row(1, 2, type=ESSAY))
    made = assemble(candidates, wish(9, *rows, seed=42, papers=2, overlap=1, enemies=list(enemies)))
    return "\n".join(" ".join(c.identifier for c in paper) for paper in made.papers)


@pytest.mark.parametrize("salt", ["1", "2", "3"])
def test_another_process_makes_the_same_papers_of_the_same_seed(salt: str) -> None:
    """Sets and dictionaries of text come in another order under another PYTHONHASHSEED."""
    script = f"from {__name__} import tell_papers; print(tell_papers({salt!r}))"
    told = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONHASHSEED": salt},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == tell_papers("0")


def test_what_counting_shows_is_said_without_a_search() -> None:
    """Five papers of a bank for two: a solver looked for a minute and gave up."""
    many = bank(96, units=4)
    rows = [exactly(5, UUID(int=unit), SINGLE) for unit in (1, 2, 3, 4)]
    of_unit = [sum(row.fits(candidate) for candidate in many) for row in rows]
    found = plain_faults(many, wish(20, *rows, papers=8))
    assert found == [
        *(Fault(Family.ROWS, row, there - 40) for row, there in enumerate(of_unit) if there < 40),
        Fault(Family.OVERLAP, None, -(-sum(40 - there for there in of_unit) // 28)),
    ]
    assert faults(many, wish(20, *rows, papers=8)) == found


@given(st.integers(2, 6), st.integers(2, 6), st.integers(0, 6), st.integers(4, 14))
@settings(max_examples=40, deadline=None)
def test_counting_never_refuses_what_a_search_would_find(
    papers: int, length: int, overlap: int, count: int
) -> None:
    pool = [item(n) for n in range(count)]
    wished = wish(length, exactly(length, UNIT, SINGLE), papers=papers, overlap=overlap)
    if plain_faults(pool, wished):
        assert build(pool, wished).program.solve(20) is None


def test_parallel_papers_keep_length_and_rows_and_share_nothing() -> None:
    rows = (
        Row(4, 6, unit_id=UNIT),
        Row(1, 2, type=ESSAY),
        Row(2, None, level=CognitiveLevel.C4),
        Row(1, 1, unit_id=UNIT, level=CognitiveLevel.C4, type=SINGLE),
    )
    assembly = assemble(bank(48), wish(10, *rows, papers=3))
    for paper in assembly.papers:
        assert len({candidate.identifier for candidate in paper}) == 10
        for row in rows:
            count = sum(row.fits(candidate) for candidate in paper)
            assert row.minimum <= count
            assert row.maximum is None or count <= row.maximum
    assert all(not one & other for one, other in combinations(names(assembly), 2))


def test_a_seed_gives_the_same_papers_in_whatever_order_the_bank_comes() -> None:
    wished = wish(8, exactly(4, UNIT), papers=2)
    first = assemble(bank(), wished)
    assert assemble(list(reversed(bank())), wished) == first
    others = {str(assemble(bank(), wish(8, exactly(4, UNIT), seed=s))) for s in range(8)}
    assert len(others) > 5


@pytest.mark.parametrize("overlap", [0, 1, 3])
def test_papers_share_no_more_than_allowed(overlap: int) -> None:
    candidates = bank(21)
    assembly = assemble(candidates, wish(8 + (overlap > 0), papers=2, overlap=overlap))
    one, other = names(assembly)
    assert len(one & other) <= overlap


def test_small_banks_make_papers_that_share_what_they_must() -> None:
    one, other = names(assemble(bank(10), wish(8, papers=2, overlap=6)))
    assert len(one & other) == 6


def test_enemies_never_meet_in_a_paper() -> None:
    candidates = bank(12)
    enemies = [(f"UJI-{n:03}", f"UJI-{n + 1:03}") for n in range(0, 12, 2)]
    for seed in range(5):
        (paper,) = names(assemble(candidates, wish(6, enemies=enemies, seed=seed)))
        assert not any({one, other} <= paper for one, other in enemies)


def test_what_has_been_seen_too_often_is_left_out() -> None:
    candidates = [item(n, uses=n % 3) for n in range(12)]
    assembly = assemble(candidates, wish(4, papers=2, overlap=4, max_exposure=2))
    used = Counter(name for paper in names(assembly) for name in paper)
    for candidate in candidates:
        assert candidate.uses + used[candidate.identifier] <= 2


def test_no_criterion_gets_a_second_question_while_another_has_none() -> None:
    candidates = [item(n, criterion=n % 5 if n < 10 else 0) for n in range(30)]
    for seed in range(5):
        (paper,) = assemble(candidates, wish(5, seed=seed)).papers
        assert len({candidate.criterion_id for candidate in paper}) == 5
        (paper,) = assemble(candidates, wish(10, seed=seed)).papers
        assert set(Counter(c.criterion_id for c in paper).values()) == {2}


def test_parallel_papers_are_equally_hard() -> None:
    candidates = [item(n, criterion=n, facility=n / 40) for n in range(40)]
    for seed in range(3):
        means = [
            mean_facility(p) for p in assemble(candidates, wish(10, papers=3, seed=seed)).papers
        ]
        assert max(means) - min(means) <= 0.0101


def test_a_target_moves_the_papers_to_it() -> None:
    candidates = [item(n, criterion=n, facility=n / 40) for n in range(40)]
    for target in (0.3, 0.7):
        for paper in assemble(candidates, wish(10, papers=2, target=target)).papers:
            assert mean_facility(paper) == pytest.approx(target, abs=0.0051)


def test_with_parameters_the_papers_tell_most_at_the_cut() -> None:
    candidates = [
        item(n, criterion=n, discrimination=0.5 + n % 4 / 2, location=(n - 20) / 8)
        for n in range(40)
    ]
    ability = ability_at(0.6, candidates)
    best = sorted((information(c, ability) for c in candidates), reverse=True)
    (paper,) = assemble(candidates, wish(8, cut=0.6)).papers
    assert sum(information(c, ability) for c in paper) == pytest.approx(sum(best[:8]), rel=0.02)


def test_with_parameters_the_papers_are_equally_hard_and_keep_the_target_too() -> None:
    candidates = [
        item(
            n,
            criterion=n,
            facility=1 - n / 40,
            discrimination=0.5 + n * 7 % 10 / 8,
            location=(n - 20) / 6,
        )
        for n in range(40)
    ]
    for target in (None, 0.3):
        made = assemble(candidates, wish(8, papers=2, target=target, cut=0.6)).papers
        means = [mean_facility(paper) or 0 for paper in made]
        assert max(means) - min(means) <= 0.02
        if target is not None:
            assert means == pytest.approx([target] * 2, abs=0.015)


def test_pilots_come_besides_and_count_for_nothing() -> None:
    pilots = [item(100 + n, is_pilot=True) for n in range(4)]
    assembly = assemble(bank() + pilots, wish(6, exactly(3, UNIT), papers=2, pilot_count=2))
    for paper in assembly.papers:
        counting = [candidate for candidate in paper if not candidate.is_pilot]
        assert (len(counting), len(paper)) == (6, 8)
        assert sum(candidate.unit_id == UNIT for candidate in counting) == 3
    assert not set.intersection(*names(assembly))


def test_few_pilots_are_shared_by_the_papers() -> None:
    pilots = [item(100, is_pilot=True)]
    assembly = assemble(bank() + pilots, wish(6, papers=2, pilot_count=1))
    assert set.intersection(*names(assembly)) == {"UJI-100"}


def test_oral_questions_come_only_where_a_row_names_them_and_last() -> None:
    oral = item(100, type=ItemType.ORAL)
    (paper,) = assemble([*bank(6), oral], wish(6)).papers
    assert oral not in paper
    (paper,) = assemble([*bank(6), oral], wish(6, exactly(1, UNIT, ItemType.ORAL))).papers
    assert paper[-1] == oral


def test_it_says_how_many_questions_a_row_lacks() -> None:
    rows = (exactly(2, UNIT), Row(3, None, type=ItemType.NUMERICAL))
    assert faults(bank(), wish(8, *rows)) == [Fault(Family.ROWS, 1, -3)]


def test_it_says_that_rows_and_length_contradict_each_other() -> None:
    found = faults(bank(), wish(5, Row(4, unit_id=UNIT), Row(4, unit_id=UUID(int=2))))
    assert Fault(Family.LENGTH, None, 3) in found
    found = faults(bank(), wish(9, Row(0, 4, unit_id=UNIT), Row(0, 4, unit_id=UUID(int=2))))
    assert Fault(Family.LENGTH, None, -1) in found


def test_it_says_which_enemies_are_in_the_way() -> None:
    candidates = [item(1), item(2)]
    found = faults(candidates, wish(2, enemies=[("UJI-002", "UJI-001")]))
    assert Fault(Family.ENEMIES, ("UJI-001", "UJI-002"), 1) in found


def test_it_says_which_items_are_used_up() -> None:
    candidates = [item(1, uses=1), item(2), item(3)]
    found = faults(candidates, wish(2, papers=2, overlap=2, max_exposure=1))
    assert {fault.family for fault in found} >= {Family.EXPOSURE, Family.LENGTH}


def test_it_says_how_many_were_left_out_since_they_are_used_up() -> None:
    candidates = [item(n, uses=n % 2) for n in range(6)]
    found = faults(candidates, wish(4, Row(4, unit_id=UNIT), max_exposure=1))
    assert found == [Fault(Family.ROWS, 0, -1, used_up=3)]
    assert faults(candidates, wish(4, max_exposure=1)) == [Fault(Family.LENGTH, None, -1, 3)]
    pilots = [item(10, uses=1, is_pilot=True)]
    found = faults([*bank(), *pilots], wish(4, pilot_count=1, max_exposure=1))
    assert found == [Fault(Family.PILOTS, None, -1, 1)]


def test_where_enemies_are_the_reason_no_row_is_named() -> None:
    candidates = [item(1), item(2), item(3, unit=2), item(4, unit=2)]
    rows = (Row(2, unit_id=UNIT), Row(1, unit_id=UUID(int=2)))
    found = faults(candidates, wish(3, *rows, enemies=[("UJI-001", "UJI-002")]))
    assert found == [Fault(Family.ENEMIES, ("UJI-001", "UJI-002"), 1)]


def test_it_says_how_many_questions_papers_would_have_to_share() -> None:
    assert Fault(Family.OVERLAP, None, 2) in faults(bank(10), wish(6, papers=2))


def test_it_says_that_pilots_lack() -> None:
    assert faults(bank(), wish(6, pilot_count=2)) == [Fault(Family.PILOTS, None, -2)]
    assert faults([], wish(6)) == [Fault(Family.LENGTH, None, -6)]


def test_contradictions_that_only_give_way_together_are_all_named() -> None:
    candidates = [item(1), item(2), item(3, unit=2), item(4, unit=2)]
    rows = (Row(4), Row(0, 1, unit_id=UUID(int=2)))
    found = faults(candidates, wish(4, *rows, enemies=[("UJI-001", "UJI-002")]))
    assert found == [
        Fault(Family.ROWS, 1, 1),
        Fault(Family.ENEMIES, ("UJI-001", "UJI-002"), 1),
    ]


candidates = st.lists(
    st.builds(
        lambda unit, criterion, essay, level, facility, uses: (
            unit,
            {
                "criterion": criterion,
                "type": ESSAY if essay else SINGLE,
                "level": level,
                "facility": facility,
                "uses": uses,
            },
        ),
        st.integers(1, 2),
        st.integers(0, 3),
        st.booleans(),
        st.sampled_from([CognitiveLevel.C1, CognitiveLevel.C4]),
        st.none() | st.floats(0, 1),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=14,
).map(lambda rows: [item(n, unit=unit, **values) for n, (unit, values) in enumerate(rows)])
bounds = st.builds(
    lambda low, more, unit, type_: Row(low, low + more, unit_id=unit, type=type_),
    st.integers(0, 2),
    st.integers(0, 3),
    st.none() | st.just(UNIT),
    st.none() | st.just(ESSAY),
)


@settings(max_examples=60, deadline=None)
@given(
    candidates,
    st.builds(
        lambda length, rows, papers, overlap, pairs: Wish(
            length,
            rows,
            seed=3,
            papers=papers,
            overlap=overlap,
            max_exposure=2,
            enemies=[(f"UJI-{a:03}", f"UJI-{b:03}") for a, b in pairs if a != b],
        ),
        st.integers(1, 5),
        st.lists(bounds, max_size=2),
        st.integers(1, 2),
        st.integers(0, 2),
        st.lists(st.tuples(st.integers(0, 13), st.integers(0, 13)), max_size=3),
    ),
)
def test_papers_keep_every_bound_or_a_reason_is_given(found: list[Candidate], wished: Wish) -> None:
    try:
        assembly = assemble(found, wished)
    except Impossible:
        assert faults(found, wished)
        return
    used: Counter[str] = Counter()
    for paper, ids in zip(assembly.papers, names(assembly), strict=True):
        used.update(ids)
        assert len(paper) == len(ids) == wished.length
        for row in wished.rows:
            assert row.minimum <= sum(map(row.fits, paper)) <= row.maximum
        assert not any({one, other} <= ids for one, other in wished.enemies)
    assert all(len(a & b) <= wished.overlap for a, b in combinations(names(assembly), 2))
    assert all(c.uses + used[c.identifier] <= 2 for c in found if used[c.identifier])


@given(st.lists(st.integers(0, 100), min_size=1, max_size=8), st.integers(0, 200))
def test_weights_become_whole_questions_that_add_up(weights: list[int], length: int) -> None:
    if not sum(weights):
        with pytest.raises(ValueError, match="above 0"):
            by_weight(weights, length)
        return
    counts = by_weight(weights, length)
    assert sum(counts) == length
    for weight, count in zip(weights, counts, strict=True):
        assert abs(count - Fraction(weight, sum(weights)) * length) < 1
