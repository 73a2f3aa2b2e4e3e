"""What QTI 1.2 brought is written as QTI 3.0 with the points it had, or named."""

import pytest

from lsp.exams.formats.own_rules import differs
from lsp.exams.formats.qti import read, write
from lsp.exams.formats.qti.writing import OTHER_RULES
from lsp.exams.rules.kinds import ItemType
from tests.formats.exams.canvas import equal, labels, question, quiz, rule
from tests.formats.exams.qti import one, points
from tests.formats.exams.test_qti_old import FILES


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_written_again_gives_the_same_points(file):
    found = one(file.xml)
    content, left = write([found], [])
    (again,) = read(content).items
    is_several = found.type is ItemType.MULTIPLE_CHOICE

    assert (left, again.type, again.max_score) == ([], found.type, found.max_score)
    for answer, earned in file.earned.items():
        given = list(answer) if is_several else answer
        name = again.response_name
        assert points(again, **{name: given}) == earned, answer


def test_guards_of_old_conditions_are_declared_where_they_are_written():
    with_rest = next(file for file in FILES if file.name.startswith("the rest is"))
    content, _ = write([one(with_rest.xml)], [])
    (again,) = read(content).items

    assert {"_DONE", "_HIT"} <= set(again.processing["outcomes"])


def test_rows_of_their_own_are_written_as_pairs_and_that_is_named():
    places = labels({"7": "satu", "8": "dua"}, "response_1", "one", "") + labels(
        {"17": "satu", "18": "dua"}, "response_2", "two", ""
    )
    rules = [
        rule(equal("7", "response_1"), "80", "Add"),
        rule(equal("18", "response_2"), "20", "Add"),
    ]
    found = one(quiz(question("matching_question", "Jodohkan.", places, rules)))
    content, left = write([found], [])
    (again,) = read(content).items

    assert differs(found)
    assert [note.why.text for note in left] == [OTHER_RULES]
    assert (again.type, again.body) == (ItemType.MATCHING, found.body)
