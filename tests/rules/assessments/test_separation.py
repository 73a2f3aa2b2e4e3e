import uuid

import pytest

from lsp.assessments.rules.separation import (
    Office,
    barred_from_assessing,
    barred_from_assigning,
    barred_from_checking,
    barred_from_voting,
    office_warnings,
)

CANDIDATE, ASSESSOR, MANAGER, MEMBER = (uuid.uuid4() for _ in range(4))


def _bars(member: uuid.UUID) -> int:
    bars = barred_from_voting(
        member, candidate_id=CANDIDATE, assessed_by={ASSESSOR}, assigned_by_id=MANAGER
    )
    return len(bars)


@pytest.mark.parametrize("barred", [CANDIDATE, ASSESSOR, MANAGER])
def test_who_is_assessed_assigned_or_is_the_candidate_may_not_vote(barred: uuid.UUID) -> None:
    assert _bars(barred) == 1


def test_a_member_who_had_nothing_to_do_with_the_candidate_may_vote() -> None:
    assert _bars(MEMBER) == 0


def test_nobody_assesses_checks_or_assigns_themself() -> None:
    for rule in (barred_from_assessing, barred_from_checking, barred_from_assigning):
        assert rule(CANDIDATE, CANDIDATE)
        assert not rule(MEMBER, CANDIDATE)


def test_the_same_office_is_told_however_it_is_written() -> None:
    one = Office("Kementerian  Uji", "Biro Humas")
    assert "unit kerja" in office_warnings(one, Office("kementerian uji", "BIRO HUMAS"))[0].text
    assert "instansi" in office_warnings(one, Office("Kementerian Uji", "Biro Umum"))[0].text
    assert not office_warnings(one, Office("Kementerian Lain", "Biro Humas"))


def test_an_office_nobody_wrote_down_is_not_the_same_office() -> None:
    assert not office_warnings(Office(), Office())
