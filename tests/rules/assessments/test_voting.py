from hypothesis import given
from hypothesis import strategies as st

from lsp.assessments.rules.states import Result
from lsp.assessments.rules.voting import needs_reason, outcome

K, BK, TL = Result.COMPETENT, Result.NOT_YET_COMPETENT, Result.FOLLOW_UP
ballots = st.lists(st.sampled_from(Result), max_size=9)


def test_two_equal_votes_of_a_quorum_of_three_decide_nothing() -> None:
    assert outcome([K, K], 3) is None


def test_a_majority_at_the_quorum_decides() -> None:
    assert outcome([K, BK, K], 3) is K


def test_half_is_not_a_majority() -> None:
    assert outcome([K, K, BK, BK], 3) is None
    assert outcome([K, BK, TL], 3) is None


@given(ballots, st.integers(1, 9))
def test_a_decision_always_has_the_quorum_and_more_than_half(
    votes: list[Result], quorum: int
) -> None:
    result = outcome(votes, quorum)
    agreed = max((votes.count(each) for each in Result), default=0)
    assert (result is not None) == (len(votes) >= quorum and agreed * 2 > len(votes))
    if result is not None:
        assert votes.count(result) * 2 > len(votes)


@given(ballots, st.integers(1, 9), st.randoms(use_true_random=False))
def test_the_order_of_votes_does_not_matter(votes: list[Result], quorum: int, random) -> None:
    mixed = list(votes)
    random.shuffle(mixed)
    assert outcome(mixed, quorum) is outcome(votes, quorum)


def test_only_a_vote_with_the_recommendation_needs_no_reason() -> None:
    assert not needs_reason(K, K)
    assert needs_reason(BK, K)
    assert needs_reason(TL, K)
