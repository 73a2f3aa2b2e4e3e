import contextlib
import json
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.exams.rules.answer_files import (
    LARGEST,
    BadFile,
    answers_of,
    file_key,
    parse,
    signature,
)
from lsp.exams.rules.journal import SPAN, Arriving

SECRET = "a key for tests"
ATTEMPT = uuid.UUID(int=7)


def made(answers, /, secret=SECRET, **changed):
    """A file as a browser makes it, with parts changed after it was signed."""
    text = json.dumps(answers)
    values = {
        "attempt": str(ATTEMPT),
        "window": 1,
        "answers": text,
        "signature": signature(file_key(secret, ATTEMPT, 1), text),
        **changed,
    }
    return json.dumps(values).encode()


def answer(position=1, seq=SPAN, response=None, **values):
    return {"position": position, "seq": seq, "response": response, **values}


def read(content, secret=SECRET):
    return answers_of(parse(content), secret)


def test_the_signature_is_hmac_sha_256():
    """RFC 4231, test case 2."""
    known = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert signature("Jefe", "what do ya want for nothing?") == known


def test_a_key_is_as_long_as_a_block_of_the_hash():
    assert len(file_key(SECRET, ATTEMPT, 1)) == 64


def test_what_was_signed_is_read():
    content = made([answer(2, SPAN + 3, {"choice": "b"}, doubtful=True, chosen_ms=9)])
    assert read(content) == [Arriving(2, SPAN + 3, {"choice": "b"}, True, 9)]


@given(st.lists(st.builds(answer, st.integers(1, 99), st.integers(SPAN, 2 * SPAN)), max_size=20))
def test_every_answer_of_a_file_comes_out_as_it_went_in(answers):
    assert [(a.position, a.seq) for a in read(made(answers))] == [
        (a["position"], a["seq"]) for a in answers
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"attempt": str(uuid.UUID(int=8))},
        {"window": 2},
        {"answers": json.dumps([answer(1, SPAN, {"choice": "a"})])},
        {"signature": "0" * 64},
        {"signature": "é"},
    ],
)
def test_whatever_is_changed_breaks_the_signature(changed):
    with pytest.raises(BadFile):
        read(made([answer(1, SPAN, {"choice": "b"})], **changed))


def test_another_installation_cannot_sign():
    with pytest.raises(BadFile):
        read(made([answer()], secret="another"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b"[" * 100_000,
        made([answer()], window=True),
        made([answer()], window=-1),
        made([answer()], window=2**40),
        made([answer()], attempt="no name"),
        made([answer()], answers=7),
        b" " * (LARGEST + 1),
    ],
)
def test_what_is_no_answer_file_is_refused(content):
    with pytest.raises(BadFile):
        parse(content)


@pytest.mark.parametrize("answers", [{}, [None], [{"position": 1}], [answer()] * 2001])
def test_what_is_no_list_of_answers_is_refused_though_signed(answers):
    with pytest.raises(BadFile):
        read(made(answers))


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_be_refused(content):
    with contextlib.suppress(BadFile):
        read(content)
